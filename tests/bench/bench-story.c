/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "bench-story.h"

#include <glib-unix.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "bench-folder.h"
#include "engine/sg-after.h"
#include "engine/sg-engine-model.h"
#include "profile/sg-statistics.h"

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Bench\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

static guint rest_ms = 200;

static char **
dup_no_keys (SgTool     *tool,
             JsonObject *arguments)
{
  return g_new0 (char *, 1);
}

/* A tool that takes its time and touches nothing: any number can rest at once. */

#define REST_TYPE_TOOL (rest_tool_get_type ())
G_DECLARE_FINAL_TYPE (RestTool, rest_tool, REST, TOOL, SgTool)

struct _RestTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (RestTool, rest_tool, SG_TYPE_TOOL)

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
  struct itimerspec rest = { .it_value = { rest_ms / 1000, rest_ms % 1000 * 1000000 } };
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
  tool_class->schema = "{\"type\":\"object\",\"properties\":{\"bed\":{\"type\":\"integer\"}}}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->timeout_ms = 5000;
  tool_class->dup_keys = dup_no_keys;
  tool_class->run_async = rest_run_async;
  tool_class->run_finish = rest_run_finish;
}

static void
rest_tool_init (RestTool *self)
{
}

/* One that takes as long, and only reads. */

#define WATCH_TYPE_TOOL (watch_tool_get_type ())
G_DECLARE_FINAL_TYPE (WatchTool, watch_tool, WATCH, TOOL, SgTool)

struct _WatchTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (WatchTool, watch_tool, SG_TYPE_TOOL)

static void
watch_tool_class_init (WatchToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "watch";
  tool_class->description = "Watches.";
  tool_class->schema = "{\"type\":\"object\",\"properties\":{\"bed\":{\"type\":\"integer\"}}}";
  tool_class->timeout_ms = 5000;
  tool_class->dup_keys = dup_no_keys;
  tool_class->run_async = rest_run_async;
  tool_class->run_finish = rest_run_finish;
}

static void
watch_tool_init (WatchTool *self)
{
}

/* A tool that is done at once, and whose result the model wants to hear. */

#define GLANCE_TYPE_TOOL (glance_tool_get_type ())
G_DECLARE_FINAL_TYPE (GlanceTool, glance_tool, GLANCE, TOOL, SgTool)

struct _GlanceTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (GlanceTool, glance_tool, SG_TYPE_TOOL)

static JsonNode *
glance_run (SgTool         *tool,
            SgToolContext  *context,
            const char     *call,
            JsonObject     *arguments,
            GError        **error)
{
  return json_node_init_boolean (json_node_alloc (), TRUE);
}

static void
glance_tool_class_init (GlanceToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "glance";
  tool_class->description = "Glances.";
  tool_class->schema = "{\"type\":\"object\",\"properties\":{\"bed\":{\"type\":\"integer\"}}}";
  tool_class->dup_keys = dup_no_keys;
  tool_class->run = glance_run;
}

static void
glance_tool_init (GlanceTool *self)
{
}

static void
add_tool (SgSession *session,
          GType      type)
{
  g_autoptr (SgTool) tool = g_object_new (type, NULL);

  sg_tool_catalog_add (sg_session_get_catalog (session), tool);
}

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
stage_cb (SgTurnRun  *run,
          BenchStory *self)
{
  gint64 elapsed_us = sg_trace_get_elapsed (sg_turn_run_get_trace (run));

  if (sg_turn_run_get_stage (run) == SG_STAGE_THINKING)
    self->thinking_us = elapsed_us;
  else if (sg_turn_run_get_stage (run) == SG_STAGE_NARRATED)
    self->narrated_us = elapsed_us;
  else if (sg_turn_run_get_stage (run) == SG_STAGE_DONE)
    self->done_us = elapsed_us;
}

static void
text_cb (SgTurnRun  *run,
         const char *text,
         BenchStory *self)
{
  self->told_us = sg_trace_get_elapsed (sg_turn_run_get_trace (run));
}

static void
started_cb (SgSession  *session,
            SgTurnRun  *run,
            BenchStory *self)
{
  g_signal_connect (run, "text", G_CALLBACK (text_cb), self);
  g_signal_connect (run, "stage-changed", G_CALLBACK (stage_cb), self);
}

static SgModel *
make_model (BenchStory *self,
            const char *url)
{
  SgServerChoice server = { .address = url, .model = "tiny" };
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (GError) error = NULL;
  SgModel *model = sg_engine_model_new (self->settings, http, &server, NULL, &error);

  g_assert_no_error (error);

  return model;
}

/* Opens a new story that the server at @url tells, as the window and the terminal do it. */
BenchStory *
bench_story_new (const char *url)
{
  BenchStory *self = g_new0 (BenchStory, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (scenario_json, -1, "room", &error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *path = NULL;
  g_autoptr (SgModel) model = NULL;
  GAsyncResult *kept = NULL;

  g_assert_no_error (error);
  self->directory = g_dir_make_tmp ("storyglass-bench-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->directory, "library.db", NULL);
  self->library = sg_library_open (path, &error);
  g_assert_no_error (error);
  sg_story_create_async (self->library, scenario, NULL, "en", 1, NULL, keep_cb, &kept);
  while (kept == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = kept;
  self->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);

  self->settings = sg_engine_settings_new ();
  model = make_model (self, url);
  self->session = sg_session_new (self->story, model, self->settings);
  add_tool (self->session, REST_TYPE_TOOL);
  add_tool (self->session, WATCH_TYPE_TOOL);
  add_tool (self->session, GLANCE_TYPE_TOOL);
  g_signal_connect (self->session, "turn-started", G_CALLBACK (started_cb), self);

  return self;
}

void
bench_story_free (BenchStory *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->directory);

  g_clear_object (&self->session);
  while (G_OBJECT (self->story)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->story);
  g_clear_object (&self->settings);
  sg_library_close (self->library);
  g_clear_object (&self->library);
  bench_folder_remove (folder);
  g_free (self->directory);
  g_free (self);
}

/* Lets the server answer otherwise from the next turn on. */
void
bench_story_set_url (BenchStory *self,
                     const char *url)
{
  g_autoptr (SgModel) model = make_model (self, url);

  sg_session_set_model (self->session, model);
}

/* How long `rest` and `watch` take. */
void
bench_story_set_rest (guint ms)
{
  rest_ms = ms;
}

/* Plays a turn to its commit. */
void
bench_story_play (BenchStory *self)
{
  bench_story_play_words (self, "look around the room");
}

/* The same, with other words of the player. */
void
bench_story_play_words (BenchStory *self,
                        const char *words)
{
  SgTurnRun *run;

  sg_session_submit (self->session, SG_INPUT_DO, words, 0);
  while (sg_session_get_busy (self->session))
    g_main_context_iteration (NULL, TRUE);

  run = sg_session_get_run (self->session);
  if (sg_turn_run_get_stage (run) != SG_STAGE_DONE)
    g_error ("A turn failed: %s", sg_turn_run_get_error (run)->message);

  /* What follows in the background belongs to this turn, not to the next. */
  self->left_work = !sg_after_get_idle (sg_session_get_after (self->session));
  while (!sg_after_get_idle (sg_session_get_after (self->session)))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

double
bench_get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static double
get_percentile (GArray *values,
                double  percent)
{
  sg_statistics_sort ((double *) (gpointer) values->data, values->len);

  return sg_statistics_percentile_linear ((double *) (gpointer) values->data, values->len, percent);
}

double
bench_get_median (GArray *values)
{
  return get_percentile (values, 50);
}

void
bench_print_values (const char *name,
                    GArray     *values,
                    gboolean    last)
{
  printf ("  \"%s\": {\"median\": %.1f, \"p99\": %.1f, \"n\": %u}%s\n", name,
          get_percentile (values, 50), get_percentile (values, 99), values->len, last ? "" : ",");
}
