/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "llm/sg-openai-model.h"

/* What a streamed reply costs, from the socket to the event function: tokens a second of a server that does not wait,
 * and CPU time of a plain request.  The server is another process, so that all CPU time measured is ours.
 *
 * The chunks are those of llama.cpp, one token each, every one in a piece of chunked encoding of its own and all
 * written as fast as they are taken. */

#define N_TOKENS 200000
#define N_ROUNDS 5
#define N_PLAIN 400
#define N_WARM 20

#define CHUNK "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"%s\"}}],\"created\":1795222223," \
  "\"id\":\"chatcmpl-4Ff5aP8eQy0VhRXy2gvLWZJ0kQIjzyrJ\",\"model\":\"tiny\",\"system_fingerprint\":\"b11669-Debian\"," \
  "\"object\":\"chat.completion.chunk\"}\n\n"
#define LAST "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}],\"created\":1795222223," \
  "\"id\":\"chatcmpl-4Ff5aP8eQy0VhRXy2gvLWZJ0kQIjzyrJ\",\"model\":\"tiny\",\"object\":\"chat.completion.chunk\"," \
  "\"timings\":{\"cache_n\":36,\"prompt_n\":1,\"prompt_ms\":1.073,\"predicted_n\":12,\"predicted_ms\":4.642}}\n\n"
#define HEAD "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

static void
add_piece (GString    *reply,
           const char *piece)
{
  g_string_append_printf (reply, "%x\r\n%s\r\n", (guint) strlen (piece), piece);
}

static const char *const words[] = { "The", " quick", " brown", " fox", " jumps", " over", " the", " lazy", " dog", "." };

static const char *
get_token (guint i)
{
  return words[i % G_N_ELEMENTS (words)];
}

static gsize
count_bytes (guint n_tokens)
{
  gsize n = 0;

  for (guint i = 0; i < n_tokens; i++)
    n += strlen (get_token (i));

  return n;
}

static char *
make_reply (guint  n_tokens,
            gsize *length)
{
  GString *reply = g_string_new (HEAD);

  for (guint i = 0; i < n_tokens; i++)
    {
      g_autofree char *chunk = g_strdup_printf (CHUNK, get_token (i));

      add_piece (reply, chunk);
    }
  add_piece (reply, LAST);
  add_piece (reply, "data: [DONE]\n\n");
  g_string_append (reply, "0\r\n\r\n");
  *length = reply->len;

  return g_string_free (reply, FALSE);
}

static gboolean
read_request (int fd)
{
  g_autoptr (GString) request = g_string_new (NULL);
  char buffer[65536];

  for (;;)
    {
      const char *body = strstr (request->str, "\r\n\r\n");
      const char *length = strstr (request->str, "Content-Length: ");
      gssize n;

      if (body != NULL && length != NULL &&
          request->len >= (gsize) (body + 4 - request->str) + (gsize) g_ascii_strtoull (length + 16, NULL, 10))
        return TRUE;

      n = recv (fd, buffer, sizeof buffer, 0);
      if (n <= 0)
        return FALSE;
      g_string_append_len (request, buffer, n);
    }
}

/* Never returns. */
static void
serve (int         listener,
       const char *reply,
       gsize       length)
{
  for (;;)
    {
      int fd = accept (listener, NULL, NULL);
      int one = 1;

      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      while (fd >= 0 && read_request (fd))
        {
          gsize sent = 0;

          while (sent < length)
            {
              gssize n = send (fd, reply + sent, length - sent, MSG_NOSIGNAL);

              if (n <= 0)
                break;
              sent += n;
            }
        }
      close (fd);
    }
}

static pid_t
start_server (guint  n_tokens,
              guint *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  pid_t pid;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (listener, 16), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &size);
  *port = ntohs (address.sin_port);

  pid = fork ();
  if (pid == 0)
    {
      gsize length;
      g_autofree char *reply = make_reply (n_tokens, &length);

      serve (listener, reply, length);
    }
  close (listener);

  return pid;
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (double) usage.ru_utime.tv_sec + (double) usage.ru_utime.tv_usec / 1e6 + (double) usage.ru_stime.tv_sec +
         (double) usage.ru_stime.tv_usec / 1e6;
}

typedef struct
{
  gsize    n_bytes;
  gboolean done;
  GError  *error;
} Run;

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  Run *run = user_data;

  if (event->type == SG_MODEL_EVENT_TEXT)
    run->n_bytes += event->length;
}

static void
finished_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Run *run = user_data;

  sg_model_generate_finish (SG_MODEL (object), result, &run->error);
  run->done = TRUE;
}

/* How many bytes of text came. */
static gsize
call_once (SgModel    *model,
           const char *prompt)
{
  g_autoptr (SgModelRequest) request = sg_model_request_new (SG_REQUEST_NARRATION);
  g_autoptr (SgTrace) trace = sg_trace_new ();
  Run run = { 0 };

  sg_model_request_add_message (request, sg_message_new (SG_ROLE_SYSTEM, prompt));
  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, "What now?"));
  sg_model_request_set_trace (request, trace, sg_trace_begin (trace, 0, SG_SPAN_MODEL, "tiny"));
  sg_model_generate_async (model, request, event_cb, &run, NULL, finished_cb, &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  if (run.error != NULL)
    g_error ("%s", run.error->message);

  return run.n_bytes;
}

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static SgModel *
make_model (SgHttp *http,
            guint   port)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", port);

  return sg_openai_model_new (http, address, "tiny", NULL);
}

int
main (void)
{
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgModel) stream = NULL;
  g_autoptr (SgModel) plain = NULL;
  g_autofree char *prompt = g_malloc (32 * 1024 + 1);
  double rates[N_ROUNDS], cpu[N_ROUNDS], costs[N_PLAIN], big[N_PLAIN];
  guint stream_port, plain_port;
  pid_t stream_pid = start_server (N_TOKENS, &stream_port);
  pid_t plain_pid = start_server (1, &plain_port);

  http = sg_http_new ();
  stream = make_model (http, stream_port);
  plain = make_model (http, plain_port);
  for (guint i = 0; i < 32 * 1024; i++)
    prompt[i] = "The lamp stands \"on\" the table.\n"[i % 32];
  prompt[32 * 1024] = '\0';

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      double cpu_before = cpu_seconds ();
      gint64 before = g_get_monotonic_time ();
      gsize n = call_once (stream, "Hello");

      g_assert_cmpuint (n, ==, count_bytes (N_TOKENS));
      rates[i] = N_TOKENS / ((double) (g_get_monotonic_time () - before) / G_USEC_PER_SEC);
      cpu[i] = N_TOKENS / (cpu_seconds () - cpu_before);
    }

  for (guint i = 0; i < N_PLAIN + N_WARM; i++)
    {
      double before = cpu_seconds ();

      call_once (plain, "Hello");
      if (i >= N_WARM)
        costs[i - N_WARM] = cpu_seconds () - before;
    }

  for (guint i = 0; i < N_PLAIN; i++)
    {
      double before = cpu_seconds ();

      call_once (plain, prompt);
      big[i] = cpu_seconds () - before;
    }

  kill (stream_pid, SIGKILL);
  kill (plain_pid, SIGKILL);
  waitpid (stream_pid, NULL, 0);
  waitpid (plain_pid, NULL, 0);

  qsort (rates, N_ROUNDS, sizeof (double), compare);
  qsort (cpu, N_ROUNDS, sizeof (double), compare);
  qsort (costs, N_PLAIN, sizeof (double), compare);
  qsort (big, N_PLAIN, sizeof (double), compare);
  printf ("{\"benchmark\":\"stream\",\"tokens\":%d,\"tokens_per_second\":%.0f,\"tokens_per_cpu_second\":%.0f,"
          "\"tokens_per_second_target\":60000,\"request_cpu_ms\":%.3f,\"request_cpu_ms_target\":0.4,"
          "\"request_32k_cpu_ms\":%.3f}\n",
          N_TOKENS, rates[N_ROUNDS / 2], cpu[N_ROUNDS / 2], costs[N_PLAIN / 2] * 1000, big[N_PLAIN / 2] * 1000);

  return 0;
}
