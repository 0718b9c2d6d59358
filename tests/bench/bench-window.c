/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player feels: prints one JSON object.  Needs a display (tests/session.py gives it one).
 *
 *   bench-window
 *
 *   first_frame_ms      from the start of the process to the first frame of the window, with a library of
 *                       100 stories; each in a process of its own
 *   idle_memory_kib     resident memory of that process two seconds later
 *   thinking_ms         from Enter on written words to the end of the first frame in which the line below the page says
 *                       that the turn runs, in a story of 1,000 turns
 *   token_to_screen_ms  from a token being sent by a server, at 500 a second, to the end of the frame in which
 *                       it is on the page, in the same story
 *   frame_ms            between two frames while it streams
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
#include <sys/wait.h>
#include <unistd.h>

#include "app/sg-application.h"
#include "app/sg-composer.h"
#include "app/sg-status-line.h"
#include "app/sg-transcript.h"
#include "app/sg-window.h"
#include "llm/sg-openai-model.h"
#include "profile/sg-statistics.h"
#include "sg-app-resources.h"
#include "store/sg-tables.h"

#include "bench-folder.h"

#define STORIES 100
#define STARTS 7
#define DEEP_TURNS 1000
#define SHORT_TURNS 20
#define SHORT_TOKENS 25
#define TOKENS 4000
#define TOKENS_A_SECOND 500
#define TOKEN " quick"

typedef struct
{
  volatile int    tokens;
  volatile gint64 sent_us[TOKENS];
} Shared;

static char *self_path;

/* The library. */

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Bench\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

static gboolean
insert_story (SgConnection *connection,
              guint         number,
              gint64        turns,
              GError      **error)
{
  g_autoptr (SgStoryRow) story = sg_story_row_new ();
  gint64 id, branch;

  story->uid = g_uuid_string_random ();
  story->title = g_strdup_printf ("Story %u", number);
  story->scenario_id = g_strdup ("room");
  story->scenario = g_strdup (scenario_json);
  story->language = g_strdup ("en");
  story->depth = story->tip_depth = -1;
  story->created = story->played = g_get_real_time ();
  id = sg_stories_insert (connection, story, error);
  branch = id != 0 ? sg_branches_insert (connection, id, 0, -1, error) : 0;

  for (gint64 depth = 0; branch != 0 && depth <= turns; depth++)
    {
      g_autoptr (SgTurnRow) turn = sg_turn_row_new ();

      turn->story = id;
      turn->branch = branch;
      turn->depth = depth;
      turn->mode = g_strdup (depth == 0 ? "opening" : "do");
      turn->input = g_strdup (depth == 0 ? "" : "walk on along the river and look for the bridge");
      turn->text = g_strdup_printf (
        "Turn %" G_GINT64_FORMAT ". The river bends here, and the path with it. Somebody has put a "
        "bench where one can see both ways, and somebody else has carved a name into it.\n\n"
        "\"You are late,\" says the keeper, who does not look up from the net in her lap. \"The "
        "bridge is shut. It has been shut since the spring.\" She pulls a knot tight with her teeth.",
        depth);
      turn->created = g_get_real_time ();
      turn->duration_us = 2000000;
      turn->first_token_us = 400000;
      turn->rate = 40;
      if (sg_turns_insert (connection, turn, error) == 0)
        return FALSE;
    }

  return branch != 0 && sg_stories_set_head (connection, id, branch, turns, branch, turns, error);
}

static gboolean
fill_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  for (guint i = 1; i < STORIES; i++)
    if (!insert_story (connection, i, 3, error))
      return FALSE;

  return insert_story (connection, STORIES, DEEP_TURNS, error);
}

static void
make_library (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) library = sg_library_open (path, &error);

  g_assert_no_error (error);
  sg_library_write (library, SG_DURABILITY_FULL, fill_job, NULL, &error);
  g_assert_no_error (error);
  sg_library_close (library);
}

/* The server. */

static void
send_all (int         fd,
          const char *data)
{
  gsize length = strlen (data);

  while (length > 0)
    {
      gssize n = send (fd, data, length, MSG_NOSIGNAL);

      if (n <= 0)
        _exit (0);
      data += n;
      length -= (gsize) n;
    }
}

static void
send_chunk (int         fd,
            const char *data)
{
  g_autofree char *chunk = g_strdup_printf ("%zx\r\n%s\r\n", strlen (data), data);

  send_all (fd, chunk);
}

static void
serve (int     fd,
       Shared *shared)
{
  char buffer[262144];
  gint64 start;

  if (recv (fd, buffer, sizeof buffer, 0) <= 0)
    return;

  send_all (fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  start = g_get_monotonic_time ();
  for (int i = 0; i < shared->tokens; i++)
    {
      gint64 due = start + (gint64) i * G_USEC_PER_SEC / TOKENS_A_SECOND;
      gint64 now = g_get_monotonic_time ();

      if (due > now)
        g_usleep ((gulong) (due - now));
      shared->sent_us[i] = g_get_monotonic_time ();
      send_chunk (fd, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" TOKEN "\"}}]}\n\n");
    }
  send_chunk (fd, "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n");
  send_chunk (fd, "data: [DONE]\n\n");
  send_all (fd, "0\r\n\r\n");
  shutdown (fd, SHUT_WR);
  while (recv (fd, buffer, sizeof buffer, 0) > 0)
    ;
}

static pid_t
start_server (Shared *shared,
              int    *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  int one = 1;
  pid_t pid;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 8), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &length);
  *port = ntohs (address.sin_port);

  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        {
          int fd = accept (listener, NULL, NULL);

          setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          serve (fd, shared);
          close (fd);
        }
    }
  close (listener);

  return pid;
}

/* The start of a process. */

static gint64 started_us;

static gboolean
report_memory_cb (gpointer application)
{
  g_autofree char *status = NULL;
  const char *rss;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  rss = strstr (status, "VmRSS:");
  printf ("%" G_GUINT64_FORMAT "\n", g_ascii_strtoull (rss + 6, NULL, 10));
  fflush (stdout);
  g_application_quit (application);

  return G_SOURCE_REMOVE;
}

static void
first_paint_cb (GdkFrameClock *clock,
                GtkWindow     *window)
{
  g_signal_handlers_disconnect_by_func (clock, first_paint_cb, window);
  printf ("%" G_GINT64_FORMAT "\n", g_get_monotonic_time () - started_us);
  g_timeout_add_seconds (2, report_memory_cb, gtk_window_get_application (window));
}

static void
realized_cb (GtkWidget *window)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (first_paint_cb), window, 0);
}

static void
window_added_cb (GtkApplication *application,
                 GtkWindow      *window)
{
  if (SG_IS_WINDOW (window))
    g_signal_connect (window, "realize", G_CALLBACK (realized_cb), NULL);
}

static int
run_application (const char *library,
                 GCallback   added)
{
  char *arguments[] = { (char *) "storyglass", (char *) "--library", (char *) library, NULL };
  g_autoptr (SgApplication) application = NULL;

  sg_app_register_resource ();
  application = sg_application_new ();
  g_signal_connect (application, "window-added", added, NULL);

  return g_application_run (G_APPLICATION (application), 3, arguments);
}

static void
bench_start (const char *library,
             GArray     *frames,
             GArray     *memory)
{
  for (int i = 0; i <= STARTS; i++)
    {
      g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
      const char *arguments[] = { self_path, "--start", library, now, NULL };
      g_autofree char *out = NULL;
      g_autoptr (GError) error = NULL;
      char *end = NULL;
      double value;

      g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL,
                    &error);
      g_assert_no_error (error);

      /* The first one fills the caches of the machine. */
      if (i == 0)
        continue;
      value = g_ascii_strtod (out, &end) / 1000;
      g_array_append_val (frames, value);
      value = g_ascii_strtod (end, NULL);
      g_array_append_val (memory, value);
    }
}

/* A story that streams. */

typedef struct
{
  Shared       *shared;
  int           port;
  SgWindow     *window;
  SgTranscript *transcript;
  SgComposer   *composer;
  SgStatusLine *status;
  SgSession    *session;
  char         *idle_text;
  gint64        submitted_us;
  gint64        last_frame_us;
  gboolean      thought;
  int           base_chars;
  int           shown;
  GArray       *thinking;
  GArray       *tokens;
  GArray       *frames;
} Stream;

static Stream stream;

static gpointer
find_widget (GtkWidget *widget,
             GType      type)
{
  gpointer found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);

  return found;
}

static int
count_chars (void)
{
  return gtk_text_buffer_get_char_count (
    gtk_text_view_get_buffer (sg_transcript_get_view (stream.transcript)));
}

static void
add_value (GArray *array,
           gint64  us)
{
  double value = (double) us / 1000;

  g_array_append_val (array, value);
}

static void
painted_cb (GdkFrameClock *clock,
            gpointer       user_data)
{
  gint64 now = g_get_monotonic_time ();
  int told;

  if (stream.submitted_us == 0)
    return;

  if (!stream.thought && !g_str_equal (sg_status_line_get_text (stream.status), stream.idle_text))
    {
      stream.thought = TRUE;
      add_value (stream.thinking, now - stream.submitted_us);
      stream.base_chars = count_chars ();
    }

  if (stream.shared->tokens < TOKENS)
    return;

  told = (int) (strlen (sg_turn_run_get_text (sg_session_get_run (stream.session)))
                / strlen (TOKEN));
  told = MIN (told, (count_chars () - stream.base_chars) / (int) strlen (TOKEN));
  if (told > stream.shown && stream.last_frame_us > 0)
    add_value (stream.frames, now - stream.last_frame_us);
  for (; stream.shown < MIN (told, TOKENS); stream.shown++)
    add_value (stream.tokens, now - stream.shared->sent_us[stream.shown]);
  stream.last_frame_us = now;
}

/* Short turns for the thinking line, then the long one that is measured while it streams. */
static gboolean
submit_cb (gpointer user_data)
{
  stream.shared->tokens = stream.thinking->len < SHORT_TURNS ? SHORT_TOKENS : TOKENS;
  stream.thought = FALSE;
  g_free (stream.idle_text);
  stream.idle_text = g_strdup (sg_status_line_get_text (stream.status));
  sg_composer_set_text (stream.composer, "go on");
  stream.submitted_us = g_get_monotonic_time ();
  sg_composer_submit (stream.composer);

  return G_SOURCE_REMOVE;
}

static void
stream_finished_cb (SgSession *session,
                    SgTurnRun *run,
                    gpointer   user_data)
{
  if (sg_turn_run_get_stage (run) != SG_STAGE_DONE)
    g_error ("The turn failed: %s", sg_turn_run_get_error (run)->message);

  if (stream.shared->tokens < TOKENS)
    g_timeout_add (307, submit_cb, NULL);
  else
    g_application_quit (g_application_get_default ());
}

static gboolean
begin_cb (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d", stream.port);
  g_autoptr (SgModel) model = sg_openai_model_new (http, url, "bench", &error);
  SgStoryPage *page = sg_window_get_story_page (stream.window);

  g_assert_no_error (error);
  stream.session = sg_story_page_get_session (page);
  stream.transcript = find_widget (GTK_WIDGET (page), SG_TYPE_TRANSCRIPT);
  stream.composer = find_widget (GTK_WIDGET (page), SG_TYPE_COMPOSER);
  stream.status = find_widget (GTK_WIDGET (page), SG_TYPE_STATUS_LINE);
  g_assert_nonnull (stream.session);
  g_assert_true (stream.transcript != NULL && stream.composer != NULL && stream.status != NULL);
  sg_session_set_model (stream.session, model);
  g_signal_connect (stream.session, "turn-finished", G_CALLBACK (stream_finished_cb), NULL);

  return submit_cb (NULL);
}

static gboolean
open_story_cb (gpointer user_data)
{
  sg_window_open_story (stream.window, STORIES);
  g_timeout_add (1500, begin_cb, NULL);

  return G_SOURCE_REMOVE;
}

static void
stream_realized_cb (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb),
                    NULL);
  g_timeout_add (1000, open_story_cb, NULL);
}

static void
stream_window_added_cb (GtkApplication *application,
                        GtkWindow      *window)
{
  if (!SG_IS_WINDOW (window))
    return;

  stream.window = SG_WINDOW (window);
  g_signal_connect (window, "realize", G_CALLBACK (stream_realized_cb), NULL);
}

static GArray *
new_values (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

static void
print_values (const char *name,
              GArray     *values,
              gboolean    last)
{
  double *data = (double *) (gpointer) values->data;

  sg_statistics_sort (data, values->len);
  printf ("  \"%s\": {\"median\": %.1f, \"p99\": %.1f, \"n\": %u}%s\n", name,
          sg_statistics_percentile_linear (data, values->len, 50),
          sg_statistics_percentile_linear (data, values->len, 99), values->len, last ? "" : ",");
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *directory = NULL;
  g_autofree char *library = NULL;
  g_autoptr (GFile) folder = NULL;
  GArray *frames, *memory;
  pid_t server;

  if (argc == 4 && g_str_equal (argv[1], "--start"))
    {
      started_us = g_ascii_strtoll (argv[3], NULL, 10);
      return run_application (argv[2], G_CALLBACK (window_added_cb));
    }

  self_path = g_file_read_link ("/proc/self/exe", NULL);
  directory = g_dir_make_tmp ("storyglass-bench-XXXXXX", NULL);
  library = g_build_filename (directory, "library.db", NULL);
  stream.shared = mmap (NULL, sizeof *stream.shared, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  server = start_server (stream.shared, &stream.port);
  make_library (library);

  frames = new_values ();
  memory = new_values ();
  bench_start (library, frames, memory);

  stream.thinking = new_values ();
  stream.tokens = new_values ();
  stream.frames = new_values ();
  run_application (library, G_CALLBACK (stream_window_added_cb));
  kill (server, SIGKILL);
  waitpid (server, NULL, 0);
  folder = g_file_new_for_path (directory);
  bench_folder_remove (folder);

  printf ("{\n  \"benchmark\": \"window\",\n");
  print_values ("first_frame_ms", frames, FALSE);
  print_values ("idle_memory_kib", memory, FALSE);
  print_values ("thinking_ms", stream.thinking, FALSE);
  print_values ("token_to_screen_ms", stream.tokens, FALSE);
  print_values ("frame_ms", stream.frames, TRUE);
  printf ("}\n");

  return 0;
}
