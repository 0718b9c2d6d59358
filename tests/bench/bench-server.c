/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model server for benchmarks, in processes of its own, so that all CPU time of the process that is measured
 * is that one's.  What it answers stands in the path of the address, `name-number` in each part:
 *
 *   tokens-50     words of text
 *   tools-5       calls after the text, one of each of the tools `NAME`, with arguments of their own
 *   instant       the calls are of the tool `glance` rather than `rest`
 *   first-400     milliseconds before the first token
 *   pace-25000    microseconds a token; the arguments of a call count as `call` tokens
 *   call-20       see above
 *   tail-500      milliseconds between the last call and the end of the message
 *   again-20      words of the reply to the results of tools
 *   side-40       tokens of the replies to other questions than the narration
 *   remember      there is something to remember each time that is asked for, and not nothing
 *   plan-20       tokens of a plan, where not as many as of the others
 *   steps-3       steps of a plan, each of `call` tokens: calls of the tool `watch`
 *   read-250      microseconds for each token of the prompt that the server has not in one of its SLOTS already
 *
 * No two replies tell the same, and each word is as long as any other.  Everything without a delay is sent in one
 * piece. */

#define _GNU_SOURCE
#include "config.h"

#include "bench-server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           "Transfer-Encoding: chunked\r\nServer: llama.cpp\r\n\r\n";

/* What llama-server has by itself; each keeps the last prompt that it has read. */
#define SLOTS 4
#define MAX_PROMPT (256 * 1024)
#define BYTES_PER_TOKEN 4

typedef struct
{
  char   text[MAX_PROMPT];
  gsize  length;
  gint64 used_us;
} Slot;

/* With the space before it, each is of six bytes. */
static const char *const some_words[] = {
  "there", "their", "which", "would", "about", "after", "where", "again", "under", "stone", "light", "river",
  "table", "house", "green", "black", "white", "quick", "quiet", "small", "sound", "smoke", "water", "night",
  "adder", "bread", "chair", "glass", "horse", "apple", "field", "mouth", "knife", "paper", "music", "cloud",
};
static const char *const last_words[] = { "rain.", "door.", "hand.", "wall.", "road.", "lamp.", "bell.", "snow." };
#define SENTENCE 9

typedef struct
{
  int      fd;
  GString *out;
  long     pace_us;
  guint32  chance;
} Reply;

/* Of all processes of the server. */
static Slot *slots;

static void
flush (Reply *reply)
{
  const char *data = reply->out->str;
  gsize length = reply->out->len;

  while (length > 0)
    {
      gssize n = send (reply->fd, data, length, MSG_NOSIGNAL);

      if (n <= 0)
        break;
      data += n;
      length -= (gsize) n;
    }
  g_string_truncate (reply->out, 0);
}

static void
rest (Reply *reply,
      long   us)
{
  if (us <= 0)
    return;

  flush (reply);
  g_usleep ((gulong) us);
}

static void
append_chunk (Reply      *reply,
              const char *data)
{
  g_string_append_printf (reply->out, "%zx\r\n%s\r\n", strlen (data), data);
}

static void
tell (Reply      *reply,
      const char *words)
{
  g_autofree char *data = g_strdup_printf (
    "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":"
    "{\"content\":\"%s\"}}],\"created\":1762990000,"
    "\"id\":\"chatcmpl-HkQ2PqZcYkG1w8aLQkQm5xJb0cXyVn3T\",\"model\":\"tiny\","
    "\"system_fingerprint\":\"b11669\",\"object\":\"chat.completion.chunk\"}\n\n", words);

  append_chunk (reply, data);
}

/* By the numbers of Park and Miller, "Random number generators: good ones are hard to find" (1988). */
static const char *
draw (Reply             *reply,
      const char *const *from,
      guint              n)
{
  reply->chance = (guint32) ((guint64) reply->chance * 48271 % G_MAXINT32);

  return from[reply->chance % n];
}

static void
tell_word (Reply *reply,
           long   position)
{
  char token[] = " .....";
  gboolean last = position % SENTENCE == SENTENCE - 1;

  memcpy (token + 1,
          last ? draw (reply, last_words, G_N_ELEMENTS (last_words)) : draw (reply, some_words, G_N_ELEMENTS (some_words)),
          5);
  tell (reply, token);
}

static void
tell_tokens (Reply *reply,
             long   tokens)
{
  for (long i = 0; i < tokens; i++)
    {
      rest (reply, reply->pace_us);
      tell_word (reply, i);
    }
}

static void
make_calls (Reply      *reply,
            const char *tool,
            long        tools,
            long        tokens)
{
  for (long i = 0; i < tools; i++)
    {
      g_autofree char *data = g_strdup_printf (
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"tool_calls\":[{"
        "\"index\":%ld,\"id\":\"call%ld\",\"type\":\"function\",\"function\":{\"name\":\"%s\","
        "\"arguments\":\"{\\\"bed\\\":%ld}\"}}]}}]}\n\n", i, i, tool, i);

      rest (reply, reply->pace_us * tokens);
      append_chunk (reply, data);
    }
}

/* The number behind a name in the first line of a request. */
static long
get_number (const char *line,
            const char *name,
            long        fallback)
{
  g_autofree char *part = g_strdup_printf ("/%s-", name);
  const char *found = strstr (line, part);

  return found != NULL ? strtol (found + strlen (part), NULL, 10) : fallback;
}

/* The prompt as the model reads it: the tools stand at its front, whatever the order in the request is. */
static char *
dup_prompt (const char *body)
{
  const char *messages = strstr (body, "\"messages\":");
  const char *behind = messages != NULL ? strstr (messages, "],\"stream\":") : NULL;
  const char *tools = behind != NULL ? strstr (behind, "\"tools\":") : NULL;
  const char *rest = tools != NULL ? strstr (tools, ",\"tool_choice\":") : NULL;
  g_autofree char *text = behind != NULL ? g_strndup (messages, (gsize) (behind - messages)) : NULL;
  g_autofree char *front = rest != NULL ? g_strndup (tools, (gsize) (rest - tools)) : NULL;

  return g_strconcat (front != NULL ? front : "", text, NULL);
}

static gsize
count_same (const Slot *slot,
            const char *prompt,
            gsize       length)
{
  gsize n = 0;

  while (n < MIN (slot->length, length) && slot->text[n] == prompt[n])
    n++;

  return n;
}

/* Reads a prompt into the slot that has most of it already, or into the one that was not used for longest. */
static long
read_prompt (const char *body,
             long        token_us)
{
  g_autofree char *prompt = dup_prompt (body);
  gsize length = MIN (strlen (prompt), (gsize) MAX_PROMPT);
  gsize most = 0;
  Slot *best = NULL;

  if (token_us == 0)
    return 0;

  for (guint i = 0; i < SLOTS; i++)
    {
      gsize same = count_same (&slots[i], prompt, length);

      /* Little in common is chance. */
      if (same > most && same > length / 10)
        {
          most = same;
          best = &slots[i];
        }
    }
  for (guint i = 0; most == 0 && i < SLOTS; i++)
    {
      if (best == NULL || slots[i].used_us < best->used_us)
        best = &slots[i];
    }

  memcpy (best->text, prompt, length);
  best->length = length;
  best->used_us = g_get_monotonic_time ();

  return (long) (length - most) / BYTES_PER_TOKEN * token_us;
}

static void
tell_plan (Reply *reply,
           long   tokens,
           long   steps,
           long   step_tokens)
{
  rest (reply, tokens * reply->pace_us);
  tell (reply, "{\\\"intent\\\":\\\"talk\\\",\\\"answer\\\":\\\"narrator\\\",\\\"steps\\\":[");
  for (long i = 0; i < steps; i++)
    {
      g_autofree char *step = g_strdup_printf (
        "%s{\\\"tool\\\":\\\"watch\\\",\\\"arguments\\\":{\\\"bed\\\":%ld}}", i > 0 ? "," : "", i);

      rest (reply, step_tokens * reply->pace_us);
      tell (reply, step);
    }
  tell (reply, "]}");
}

/* Something with names that nothing else has; one in eight has to do with what the player says. */
static char *
dup_memory (Reply *reply)
{
  const char *word = draw (reply, some_words, G_N_ELEMENTS (some_words));

  return g_strdup_printf ("{\\\"findings\\\":[],\\\"memories\\\":[{\\\"text\\\":\\\"Ka%x owes Bo%x the %s in the %s.\\\","
                          "\\\"keywords\\\":\\\"\\\",\\\"importance\\\":5}]}", reply->chance, ~reply->chance, word,
                          reply->chance % 8 == 0 ? "room" : "yard");
}

/* What is asked for beside the narration is told apart by what it asks for. */
static char *
dup_side_answer (Reply      *reply,
                 const char *line,
                 const char *body)
{
  if (strstr (body, "\"response_format\"") != NULL)
    return strstr (line, "/remember") != NULL ? dup_memory (reply)
                                              : g_strdup ("{\\\"findings\\\":[],\\\"memories\\\":[]}");

  return strstr (body, "\"tools\"") == NULL && strstr (body, "narrator") == NULL ? g_strdup ("Nothing.") : NULL;
}

static void
answer (int         fd,
        int         number,
        const char *line,
        const char *body)
{
  g_autoptr (GString) out = g_string_new (head);
  Reply reply = { fd, out, get_number (line, "pace", 0), (guint32) number };
  long side_tokens = get_number (line, "side", 0);
  g_autofree char *side = dup_side_answer (&reply, line, body);
  gsize prompt_tokens = strlen (body) / BYTES_PER_TOKEN;
  g_autofree char *usage = NULL;
  gboolean calls = FALSE;

  rest (&reply, get_number (line, "first", 0) * 1000 + read_prompt (body, get_number (line, "read", 0)));
  append_chunk (&reply, "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":"
                        "{\"role\":\"assistant\",\"content\":null}}]}\n\n");
  if (side_tokens > 0 && strstr (body, "You plan the next turn") != NULL)
    {
      tell_plan (&reply, get_number (line, "plan", side_tokens), get_number (line, "steps", 0),
                 get_number (line, "call", 0));
    }
  else if (side != NULL)
    {
      rest (&reply, side_tokens * reply.pace_us);
      tell (&reply, side);
    }
  else if (strstr (body, "\"role\":\"tool\"") != NULL)
    tell_tokens (&reply, get_number (line, "again", 20));
  else
    {
      calls = get_number (line, "tools", 0) > 0;
      tell_tokens (&reply, get_number (line, "tokens", 50));
      make_calls (&reply, strstr (line, "/instant") != NULL ? "glance" : "rest",
                  get_number (line, "tools", 0), get_number (line, "call", 0));
      rest (&reply, get_number (line, "tail", 0) * 1000);
    }

  append_chunk (&reply, calls ? "data: {\"choices\":[{\"finish_reason\":\"tool_calls\",\"index\":0,\"delta\":{}}]}\n\n"
                              : "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n");
  usage = g_strdup_printf ("data: {\"choices\":[],\"usage\":{\"completion_tokens\":50,\"prompt_tokens\":%" G_GSIZE_FORMAT
                           ",\"total_tokens\":%" G_GSIZE_FORMAT "}}\n\n", prompt_tokens, prompt_tokens + 50);
  append_chunk (&reply, usage);
  append_chunk (&reply, "data: [DONE]\n\n");
  g_string_append (out, "0\r\n\r\n");
  flush (&reply);
}

static gsize
get_content_length (const char *request)
{
  const char *length = strcasestr (request, "\r\ncontent-length:");

  return length != NULL ? g_ascii_strtoull (length + 17, NULL, 10) : 0;
}

/* Reads requests off one connection until it closes. */
static void
serve (int         fd,
       BenchNotes *notes)
{
  g_autoptr (GString) in = g_string_new (NULL);
  char buffer[65536];
  gssize n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    {
      const char *body;

      if (in->len == 0)
        notes->arrived_us = g_get_monotonic_time ();
      g_string_append_len (in, buffer, n);

      body = strstr (in->str, "\r\n\r\n");
      if (body == NULL || (gsize) (in->str + in->len - (body + 4)) < get_content_length (in->str))
        continue;

      notes->requests++;
      in->str[strcspn (in->str, "\r")] = '\0';
      answer (fd, notes->requests, in->str, body + 4);
      g_string_truncate (in, 0);
    }
  close (fd);
}

static void
run_server (int         listener,
            BenchNotes *notes)
{
  int one = 1;

  slots = mmap (NULL, SLOTS * sizeof (Slot), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGCHLD, SIG_IGN);
  for (;;)
    {
      int fd = accept (listener, NULL, NULL);

      if (fd < 0)
        continue;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      notes->connections++;
      if (fork () == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          close (listener);
          serve (fd, notes);
          _exit (0);
        }
      close (fd);
    }
}

/* Memory that the server shares with the process that starts it. */
BenchNotes *
bench_notes_new (void)
{
  return mmap (NULL, sizeof (BenchNotes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* Starts the server; it ends with the process that started it. */
pid_t
bench_server_start (BenchNotes *notes,
                    int        *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  pid_t pid;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 64), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &length);
  *port = ntohs (address.sin_port);

  pid = fork ();
  if (pid == 0)
    run_server (listener, notes);
  close (listener);

  return pid;
}
