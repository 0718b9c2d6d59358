/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Twelve characters, one by one and five at a time: prints one JSON object.
 *
 *   bench-characters
 *
 * A child process is a model server that takes its time as one does: 400 ms to the first token, then 40 tokens a
 * second, however many it answers at once.  The calls go all the way: forge, asker, gate, HTTP and schema.
 *
 *   one_by_one, five_at_once   seconds for all twelve, with the call that casts them
 *   ideal                      what the server alone takes for that
 *   most_at_once               how many calls the server had at once
 */

#include "config.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/sg-engine-model.h"
#include "tools/sg-character-forge.h"

#define CHARACTERS 12
#define FIRST_TOKEN_US 400000
#define TOKEN_US 25000
#define BYTES_PER_TOKEN 4

/* What the child tells. */
typedef struct
{
  volatile int inside;
  volatile int most;
} Shared;

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";

static char *
make_cast (void)
{
  GString *text = g_string_new ("{\"characters\":[");

  for (int i = 0; i < CHARACTERS; i++)
    g_string_append_printf (text, "%s{\"name\":\"Person %d\",\"role\":\"keeper %d\"}", i > 0 ? "," : "", i + 1,
                            i + 1);
  g_string_append (text, "]}");

  return g_string_free (text, FALSE);
}

static char *
make_sheet (int number)
{
  return g_strdup_printf (
    "{\"name\":\"Person %d\",\"role\":\"keeper %d\",\"description\":\"Keeps the lamps and knows who comes by.\","
    "\"appearance\":\"Tall, in a grey coat.\",\"voice\":\"Short sentences.\",\"goal\":\"To sleep.\","
    "\"secret\":\"Cannot read.\"}", number, number);
}

/* The server. */

static void
send_all (int         fd,
          const char *data,
          gsize       length)
{
  while (length > 0)
    {
      gssize n = send (fd, data, length, MSG_NOSIGNAL);

      if (n <= 0)
        return;
      data += n;
      length -= (gsize) n;
    }
}

static void
send_chunk (int         fd,
            const char *data)
{
  g_autofree char *chunk = g_strdup_printf ("%zx\r\n%s\r\n", strlen (data), data);

  send_all (fd, chunk, strlen (chunk));
}

static void
send_token (int         fd,
            const char *token)
{
  g_autofree char *escaped = g_strescape (token, NULL);
  g_autofree char *data =
    g_strdup_printf ("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n", escaped);

  send_chunk (fd, data);
}

static int
count_tokens (const char *text)
{
  return (int) ((strlen (text) + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
}

static void
answer (int         fd,
        Shared     *shared,
        const char *body)
{
  const char *write = strstr (body, "Write character ");
  g_autofree char *text = write != NULL ? make_sheet (atoi (write + strlen ("Write character "))) : make_cast ();
  int inside = g_atomic_int_add (&shared->inside, 1) + 1;

  if (inside > g_atomic_int_get (&shared->most))
    g_atomic_int_set (&shared->most, inside);

  send_all (fd, head, strlen (head));
  g_usleep (FIRST_TOKEN_US);
  for (int i = 0; i < count_tokens (text); i++)
    {
      g_autofree char *token = g_strndup (text + i * BYTES_PER_TOKEN, BYTES_PER_TOKEN);

      send_token (fd, token);
      g_usleep (TOKEN_US);
    }
  g_atomic_int_add (&shared->inside, -1);
  send_chunk (fd, "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n");
  send_chunk (fd, "data: [DONE]\n\n");
  send_all (fd, "0\r\n\r\n", 5);
}

static void
serve (int     fd,
       Shared *shared)
{
  g_autoptr (GString) in = g_string_new (NULL);
  char buffer[65536];
  gssize n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    {
      const char *body, *length;

      g_string_append_len (in, buffer, n);
      body = strstr (in->str, "\r\n\r\n");
      length = strstr (in->str, "Content-Length:");
      if (body == NULL
          || (length != NULL && (gsize) (in->str + in->len - (body + 4)) < g_ascii_strtoull (length + 15, NULL, 10)))
        continue;

      answer (fd, shared, body + 4);
      g_string_truncate (in, 0);
    }
  close (fd);
}

static void
run_server (int     listener,
            Shared *shared)
{
  int one = 1;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGCHLD, SIG_IGN);
  for (;;)
    {
      int fd = accept (listener, NULL, NULL);

      if (fd < 0)
        continue;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      if (fork () == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          serve (fd, shared);
          _exit (0);
        }
      close (fd);
    }
}

static pid_t
start_server (Shared *shared,
              int    *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  pid_t pid;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 16), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &length);
  *port = ntohs (address.sin_port);

  pid = fork ();
  if (pid == 0)
    run_server (listener, shared);
  close (listener);

  return pid;
}

/* The measuring. */

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Seconds for all characters. */
static double
make_characters (SgModel *model,
                 guint    at_once)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  g_autoptr (SgAsker) asker = sg_asker_new (model, trace, 0);
  g_autoptr (SgCharacterForge) forge = sg_character_forge_new (asker, "lamp keepers", CHARACTERS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *kept = NULL;
  gint64 begin = g_get_monotonic_time ();

  sg_character_forge_set_at_once (forge, at_once);
  sg_character_forge_run_async (forge, NULL, keep_cb, &kept);
  while (kept == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = kept;
  sg_character_forge_run_finish (forge, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_character_forge_get_n_done (forge), ==, CHARACTERS);

  return (double) (g_get_monotonic_time () - begin) / 1e6;
}

/* What the server takes for all of them, so many at once, and for the cast before them. */
static double
get_ideal (int at_once)
{
  g_autofree char *cast = make_cast ();
  gint64 us = FIRST_TOKEN_US + count_tokens (cast) * TOKEN_US;

  for (int first = 1; first <= CHARACTERS; first += at_once)
    {
      g_autofree char *longest = make_sheet (MIN (first + at_once - 1, CHARACTERS));

      us += FIRST_TOKEN_US + count_tokens (longest) * TOKEN_US;
    }

  return (double) us / 1e6;
}

int
main (void)
{
  Shared *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_autoptr (SgEngineSettings) settings = NULL;
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  SgServerChoice choice = { 0 };
  double one, five;
  pid_t server;
  int port, most;

  server = start_server (shared, &port);
  settings = sg_engine_settings_new ();
  http = sg_http_new ();
  address = g_strdup_printf ("http://127.0.0.1:%d/v1", port);
  choice.address = address;
  choice.model = (char *) "tiny";
  model = sg_engine_model_new (settings, http, &choice, NULL, &error);
  g_assert_no_error (error);

  five = make_characters (model, (guint) sg_engine_settings_get_number (settings, "characters-at-once"));
  most = shared->most;
  one = make_characters (model, 1);

  printf ("{\n  \"benchmark\": \"characters\",\n  \"characters\": %d,\n", CHARACTERS);
  printf ("  \"one_by_one\": {\"s\": %.2f, \"ideal_s\": %.2f},\n", one, get_ideal (1));
  printf ("  \"five_at_once\": {\"s\": %.2f, \"ideal_s\": %.2f, \"most_at_once\": %d},\n", five, get_ideal (5),
          most);
  printf ("  \"times_faster\": %.2f\n}\n", one / five);
  kill (server, SIGKILL);

  return 0;
}
