/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine itself costs: prints one JSON object.
 *
 *   bench-turn
 *
 * A child process is a model server that answers at once, so that all CPU time of this process is ours:
 * engine, HTTP, JSON and the library with its threads.  The child notes on shared memory when a request
 * has arrived; both read the same monotonic clock.
 *
 *   plain_turn         CPU and wall time of a turn with a reply of 50 words, in a new story
 *   request_on_wire    from submission to the first byte of the request at the server, 1,000 turns deep
 *   thinking           from submission to the `thinking` stage, in the same story
 *   five_tools         a turn with five independent tools of 200 ms, over the 200 ms
 *   stream             tokens a second swallowed from an unthrottled stream, by the whole engine
 */

#include "config.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/sg-session.h"
#include "llm/sg-openai-model.h"
#include "profile/sg-statistics.h"

#include "bench-folder.h"

#define PLAIN_TURNS 300
#define DEEP_TURNS 1000
#define DEEP_SAMPLES 200
#define TOOL_TURNS 25
#define STREAM_TOKENS 200000

/* What the child tells, and is told. */
typedef struct
{
  volatile gint64 arrived_us;
  volatile int    tokens;
  volatile int    tools;
  volatile int    connections;
} Shared;

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           "Transfer-Encoding: chunked\r\nServer: llama.cpp\r\n\r\n";

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Bench\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

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
append_chunk (GString    *out,
              const char *data)
{
  g_string_append_printf (out, "%zx\r\n%s\r\n", strlen (data), data);
}

static void
append_tokens (GString *out,
               int      tokens)
{
  for (int i = 0; i < tokens; i++)
    append_chunk (out, "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":"
                       "{\"content\":\" quick\"}}],\"created\":1762990000,"
                       "\"id\":\"chatcmpl-HkQ2PqZcYkG1w8aLQkQm5xJb0cXyVn3T\",\"model\":\"tiny\","
                       "\"system_fingerprint\":\"b11669\",\"object\":\"chat.completion.chunk\"}\n\n");
}

static void
append_tools (GString *out,
              int      tools)
{
  for (int i = 0; i < tools; i++)
    {
      g_autofree char *data = g_strdup_printf (
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"tool_calls\":[{"
        "\"index\":%d,\"id\":\"call%d\",\"type\":\"function\",\"function\":{\"name\":\"rest\","
        "\"arguments\":\"{\\\"bed\\\":%d}\"}}]}}]}\n\n", i, i, i);

      append_chunk (out, data);
    }
}

static void
answer (int     fd,
        Shared *shared)
{
  g_autoptr (GString) out = g_string_new (head);

  append_tokens (out, shared->tokens);
  append_tools (out, shared->tools);
  append_chunk (out, "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n");
  append_chunk (out, "data: {\"choices\":[],\"usage\":{\"completion_tokens\":50,"
                     "\"prompt_tokens\":200,\"total_tokens\":250}}\n\n");
  append_chunk (out, "data: [DONE]\n\n");
  g_string_append (out, "0\r\n\r\n");
  send_all (fd, out->str, out->len);
}

/* Reads requests off one connection until it closes. */
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

      if (in->len == 0)
        shared->arrived_us = g_get_monotonic_time ();
      g_string_append_len (in, buffer, n);

      body = strstr (in->str, "\r\n\r\n");
      length = strstr (in->str, "Content-Length:");
      if (body == NULL
          || (length != NULL && (gsize) (in->str + in->len - (body + 4))
                                  < g_ascii_strtoull (length + 15, NULL, 10)))
        continue;

      answer (fd, shared);
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
  for (;;)
    {
      int fd = accept (listener, NULL, NULL);

      if (fd < 0)
        continue;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      shared->connections++;
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
  g_assert_cmpint (listen (listener, 8), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &length);
  *port = ntohs (address.sin_port);

  pid = fork ();
  if (pid == 0)
    run_server (listener, shared);
  close (listener);

  return pid;
}

/* A tool that takes 200 ms and touches nothing: any number can rest at once. */

#define REST_TYPE_TOOL (rest_tool_get_type ())
G_DECLARE_FINAL_TYPE (RestTool, rest_tool, REST, TOOL, SgTool)

struct _RestTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (RestTool, rest_tool, SG_TYPE_TOOL)

static char **
rest_dup_keys (SgTool     *tool,
               JsonObject *arguments)
{
  return g_new0 (char *, 1);
}

static gboolean
rested_cb (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  g_autoptr (GTask) task = user_data;

  close (fd);
  g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

static void
rest_run_async (SgTool              *tool,
                SgToolContext       *context,
                const char          *call,
                JsonObject          *arguments,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  struct itimerspec rest = { .it_value = { .tv_nsec = 200000000 } };
  int fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);

  /* GLib's own timers count whole milliseconds, and go off up to one late. */
  timerfd_settime (fd, 0, &rest, NULL);
  g_unix_fd_add (fd, G_IO_IN, rested_cb, g_task_new (tool, cancellable, callback, user_data));
}

static JsonNode *
rest_run_finish (SgTool       *tool,
                 GAsyncResult *result,
                 GError      **error)
{
  g_task_propagate_boolean (G_TASK (result), error);

  return json_node_init_boolean (json_node_alloc (), TRUE);
}

static void
rest_tool_class_init (RestToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "rest";
  tool_class->description = "Rests.";
  tool_class->schema = "{\"type\":\"object\"}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->timeout_ms = 5000;
  tool_class->dup_keys = rest_dup_keys;
  tool_class->run_async = rest_run_async;
  tool_class->run_finish = rest_run_finish;
}

static void
rest_tool_init (RestTool *self)
{
}

/* The measuring. */

typedef struct
{
  char      *directory;
  SgLibrary *library;
  SgStory   *story;
  SgSession *session;
  Shared    *shared;
  gint64     thinking_us;
} Bench;

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
stage_cb (SgTurnRun *run,
          Bench     *bench)
{
  if (sg_turn_run_get_stage (run) == SG_STAGE_THINKING)
    bench->thinking_us = sg_trace_get_elapsed (sg_turn_run_get_trace (run));
}

static void
started_cb (SgSession *session,
            SgTurnRun *run,
            Bench     *bench)
{
  g_signal_connect (run, "stage-changed", G_CALLBACK (stage_cb), bench);
}

static void
open_story (Bench *bench,
            int    port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (scenario_json, -1, "room", &error);
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *path = g_build_filename (bench->directory, "library.db", NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d", port);
  GAsyncResult *kept = NULL;

  g_assert_no_error (error);
  bench->library = sg_library_open (path, &error);
  g_assert_no_error (error);
  sg_story_create_async (bench->library, scenario, NULL, "en", 1, NULL, keep_cb, &kept);
  while (kept == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = kept;
  bench->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);

  model = sg_openai_model_new (http, url, "tiny", &error);
  g_assert_no_error (error);
  bench->session = sg_session_new (bench->story, model, settings);
  g_signal_connect (bench->session, "turn-started", G_CALLBACK (started_cb), bench);
}

static void
play (Bench *bench)
{
  sg_session_submit (bench->session, SG_INPUT_DO, "look around the room", 0);
  while (sg_session_get_busy (bench->session))
    g_main_context_iteration (NULL, TRUE);

  if (sg_turn_run_get_stage (sg_session_get_run (bench->session)) != SG_STAGE_DONE)
    g_error ("A turn failed: %s",
             sg_turn_run_get_error (sg_session_get_run (bench->session))->message);

  /* What follows in the background belongs to this turn, not to the next. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static double
cpu_now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static double
percentile (GArray *values,
            double  percent)
{
  sg_statistics_sort ((double *) (gpointer) values->data, values->len);

  return sg_statistics_percentile_linear ((double *) (gpointer) values->data, values->len, percent);
}

static void
print_values (const char *name,
              GArray     *values,
              gboolean    last)
{
  printf ("  \"%s\": {\"median\": %.1f, \"p99\": %.1f, \"n\": %u}%s\n", name,
          percentile (values, 50), percentile (values, 99), values->len, last ? "" : ",");
}

static void
bench_plain (Bench *bench)
{
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));

  bench->shared->tokens = 50;
  for (int i = 0; i < PLAIN_TURNS; i++)
    {
      double cpu_begin = cpu_now_us ();
      double wall_begin = (double) g_get_monotonic_time ();
      double value;

      play (bench);
      value = cpu_now_us () - cpu_begin;
      g_array_append_val (cpu, value);
      value = (double) g_get_monotonic_time () - wall_begin;
      g_array_append_val (wall, value);
    }

  print_values ("plain_turn_cpu_us", cpu, FALSE);
  print_values ("plain_turn_wall_us", wall, FALSE);
}

static void
bench_deep (Bench *bench)
{
  g_autoptr (GArray) wire = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) thinking = g_array_new (FALSE, FALSE, sizeof (double));

  while (sg_story_get_depth (bench->story) < DEEP_TURNS)
    play (bench);

  for (int i = 0; i < DEEP_SAMPLES; i++)
    {
      gint64 begin = g_get_monotonic_time ();
      double value;

      play (bench);
      value = (double) (bench->shared->arrived_us - begin);
      g_array_append_val (wire, value);
      value = (double) bench->thinking_us;
      g_array_append_val (thinking, value);
    }

  print_values ("request_on_wire_us", wire, FALSE);
  print_values ("thinking_us", thinking, FALSE);
}

static void
bench_tools (Bench *bench)
{
  g_autoptr (GArray) over = g_array_new (FALSE, FALSE, sizeof (double));

  bench->shared->tools = 5;
  for (int i = 0; i < TOOL_TURNS; i++)
    {
      gint64 begin = g_get_monotonic_time ();
      double value;

      play (bench);
      value = (double) (g_get_monotonic_time () - begin) - 200000;
      g_array_append_val (over, value);
    }
  bench->shared->tools = 0;

  print_values ("five_tools_over_200ms_us", over, FALSE);
}

static void
bench_stream (Bench *bench)
{
  double begin;

  bench->shared->tokens = STREAM_TOKENS;
  begin = (double) g_get_monotonic_time ();
  play (bench);
  printf ("  \"connections\": %d,\n", bench->shared->connections);
  printf ("  \"stream_tokens_per_second\": %.0f\n",
          STREAM_TOKENS * 1e6 / ((double) g_get_monotonic_time () - begin));
}

int
main (void)
{
  Bench bench = { 0 };
  g_autoptr (SgTool) rest = NULL;
  g_autoptr (GFile) folder = NULL;
  pid_t server;
  int port;

  bench.shared = mmap (NULL, sizeof *bench.shared, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  server = start_server (bench.shared, &port);
  bench.directory = g_dir_make_tmp ("storyglass-bench-XXXXXX", NULL);
  open_story (&bench, port);
  rest = g_object_new (REST_TYPE_TOOL, NULL);
  sg_tool_catalog_add (sg_session_get_catalog (bench.session), rest);

  printf ("{\n  \"benchmark\": \"turn\",\n");
  bench_plain (&bench);
  bench_deep (&bench);
  bench_tools (&bench);
  bench_stream (&bench);
  printf ("}\n");

  g_clear_object (&bench.session);
  g_clear_object (&bench.story);
  sg_library_close (bench.library);
  g_clear_object (&bench.library);
  kill (server, SIGKILL);
  waitpid (server, NULL, 0);
  folder = g_file_new_for_path (bench.directory);
  bench_folder_remove (folder);
  g_free (bench.directory);

  return 0;
}
