/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pane with a real session, a real library, and a model that says what the test has written. */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "app/performance/sg-history-chart.h"
#include "app/performance/sg-performance-pane.h"
#include "app/performance/sg-waterfall.h"

#include "../llm/fake-model.h"
#include "widget-tools.h"

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Test\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"things\":{\"lamp\":{\"name\":\"lamp\",\"at\":\"room\",\"description\":\"A lamp.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

typedef struct
{
  char              *directory;
  char              *path;
  SgLibrary         *library;
  SgStory           *story;
  SgFakeModel       *model;
  SgSession         *session;
  GtkWidget         *widget;
  SgPerformancePane *pane;
  GtkWindow         *window;
} Fixture;

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (result);
}

static void
open_story (Fixture *fixture,
            gint64   id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  GAsyncResult *kept = NULL;

  fixture->library = sg_library_open (fixture->path, &error);
  g_assert_no_error (error);
  if (id == 0)
    {
      g_autoptr (SgScenario) scenario =
        sg_scenario_new_from_data (scenario_json, -1, "room.json", &error);

      g_assert_no_error (error);
      sg_story_create_async (fixture->library, scenario, NULL, "en", 7, NULL, keep_cb, &kept);
    }
  else
    sg_story_open_async (fixture->library, id, NULL, keep_cb, &kept);

  result = wait_result (&kept);
  fixture->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);
  fixture->model = sg_fake_model_new ();
  fixture->session = sg_session_new (fixture->story, SG_MODEL (fixture->model), settings);
}

/* Waits until all that is still being read or written has reported back. */
static void
close_story (Fixture *fixture)
{
  widget_tools_release (g_steal_pointer (&fixture->session));
  widget_tools_release (g_steal_pointer (&fixture->story));
  widget_tools_release (g_steal_pointer (&fixture->model));
  sg_library_close (fixture->library);
  widget_tools_release (g_steal_pointer (&fixture->library));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("storyglass-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "library.db", NULL);
  open_story (fixture, 0);

  fixture->widget = sg_performance_pane_new ();
  fixture->pane = SG_PERFORMANCE_PANE (fixture->widget);
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_child (fixture->window, fixture->widget);
  gtk_window_set_default_size (fixture->window, 360, 800);
  gtk_window_present (fixture->window);
  sg_performance_pane_set_session (fixture->pane, fixture->session);
  widget_tools_settle ();
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_directory (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->pane != NULL)
    widget_tools_close (fixture->window, fixture->pane);
  close_story (fixture);
  remove_directory (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static void
submit (Fixture    *fixture,
        const char *reply)
{
  sg_fake_model_text (fixture->model, reply);
  sg_fake_model_usage (fixture->model, 1200, 80, 900);
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);
}

static void
wait_idle (Fixture *fixture)
{
  while (sg_session_get_busy (fixture->session))
    g_main_context_iteration (NULL, TRUE);
  widget_tools_settle ();
}

static gint64
play (Fixture *fixture)
{
  submit (fixture, "Four walls.");
  wait_idle (fixture);

  return sg_turn_run_get_turn (sg_session_get_run (fixture->session));
}

static SgWaterfall *
get_waterfall (Fixture *fixture)
{
  return widget_tools_find (fixture->widget, SG_TYPE_WATERFALL);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  return widget_tools_has_text (fixture->widget, text);
}

static void
wait_shown (Fixture *fixture,
            gint64   turn)
{
  while (sg_performance_pane_get_shown_turn (fixture->pane) != turn)
    g_main_context_iteration (NULL, TRUE);
  widget_tools_settle ();
}

static GtkWidget *
get_stack (Fixture *fixture)
{
  return gtk_widget_get_first_child (fixture->widget);
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (get_stack (fixture)));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgSession) session = NULL;
  gint64 shown = -1;

  g_assert_cmpstr (get_page (fixture), ==, "empty");
  g_assert_false (sg_performance_pane_get_live (fixture->pane));
  g_object_get (fixture->pane, "session", &session, "shown-turn", &shown, NULL);
  g_assert_true (session == fixture->session);
  g_assert_cmpint (shown, ==, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->pane),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Performance");

  g_object_set (fixture->pane, "session", NULL, NULL);
  g_assert_null (sg_performance_pane_get_session (fixture->pane));
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  sg_performance_pane_show_turn (fixture->pane, 1);
  sg_performance_pane_show_latest (fixture->pane);
  g_assert_cmpstr (get_page (fixture), ==, "empty");
}

/* The running turn is there at once, grows, and stays when it has ended. */
static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  int minimum;
  guint n_rows;

  sg_fake_model_pause (fixture->model, 150);
  submit (fixture, "Four walls.");
  g_assert_true (sg_performance_pane_get_live (fixture->pane));
  g_assert_cmpstr (get_page (fixture), ==, "turn");
  g_assert_true (shows (fixture, "Turn 1, running"));
  n_rows = sg_waterfall_get_n_rows (get_waterfall (fixture));
  g_assert_cmpuint (n_rows, >=, 2);

  wait_idle (fixture);
  g_assert_false (sg_performance_pane_get_live (fixture->pane));
  g_assert_cmpint (sg_performance_pane_get_shown_turn (fixture->pane), ==,
                   sg_turn_run_get_turn (sg_session_get_run (fixture->session)));
  g_assert_true (shows (fixture, "Turn 1"));
  g_assert_false (shows (fixture, "running"));
  g_assert_cmpuint (sg_waterfall_get_n_rows (get_waterfall (fixture)), >, n_rows);
  gtk_widget_measure (fixture->widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  g_assert_true (sg_waterfall_get_trace (get_waterfall (fixture))
                 == sg_turn_run_get_trace (sg_session_get_run (fixture->session)));
}

/* Before the server has counted, what has come is estimated and marked so. */
static void
test_live_estimate (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "Four walls and a lamp, and nothing else to be seen.");
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);
  widget_tools_wait_text (fixture->widget, "≈1");
  widget_tools_wait_text (fixture->widget, "tok/s");
  sg_session_stop (fixture->session);
  wait_idle (fixture);
}

static void
test_older_and_latest (Fixture       *fixture,
                       gconstpointer  data)
{
  gint64 first = play (fixture);
  gint64 second = play (fixture);
  SgHistoryChart *chart = widget_tools_find (fixture->widget, SG_TYPE_HISTORY_CHART);

  g_assert_cmpint (sg_performance_pane_get_shown_turn (fixture->pane), ==, second);
  g_assert_cmpint (sg_history_chart_get_shown (chart), ==, 2);
  g_assert_false (shows (fixture, "_Latest"));

  sg_performance_pane_show_turn (fixture->pane, first);
  wait_shown (fixture, first);
  g_assert_true (shows (fixture, "Turn 1"));
  g_assert_true (shows (fixture, "Latest"));
  g_assert_cmpint (sg_history_chart_get_shown (chart), ==, 1);
  g_assert_cmpuint (sg_waterfall_get_n_rows (get_waterfall (fixture)), >=, 4);

  sg_performance_pane_show_latest (fixture->pane);
  wait_shown (fixture, second);
  g_assert_false (shows (fixture, "Latest"));

  /* The bar of a turn leads to it, by keyboard as by mouse. */
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Home);
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Return);
  wait_shown (fixture, first);

  /* A turn that starts takes the pane over. */
  g_assert_cmpint (play (fixture), ==, sg_performance_pane_get_shown_turn (fixture->pane));
  g_assert_true (shows (fixture, "Turn 3"));
}

static void
test_read_back_after_restart (Fixture       *fixture,
                              gconstpointer  data)
{
  gint64 story = sg_story_get_id (fixture->story);
  SgTrace *trace;
  gint64 second;
  guint n_spans;

  play (fixture);
  second = play (fixture);
  n_spans = sg_trace_get_n_spans (sg_turn_run_get_trace (sg_session_get_run (fixture->session)));
  sg_performance_pane_set_session (fixture->pane, NULL);
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  close_story (fixture);
  open_story (fixture, story);

  sg_performance_pane_set_session (fixture->pane, fixture->session);
  wait_shown (fixture, second);
  g_assert_true (shows (fixture, "Turn 2"));
  trace = sg_waterfall_get_trace (get_waterfall (fixture));
  g_assert_cmpuint (sg_trace_get_n_spans (trace), ==, n_spans);
  g_assert_false (sg_trace_is_running (trace));
  g_assert_cmpint (sg_trace_get_mark (trace, SG_MARK_FIRST_TOKEN), >, 0);
  g_assert_nonnull (sg_trace_find (trace, SG_SPAN_MODEL, NULL));
}

/* What the figures were measured with stands below them, also when they are read back. */
static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  SgEngineSettings *settings = sg_session_get_settings (fixture->session);
  gint64 first;

  first = play (fixture);
  g_assert_true (shows (fixture, "Preset: Balanced"));

  g_object_set (settings, "preset", SG_PRESET_FAST, "early-tools", FALSE, NULL);
  g_assert_true (shows (fixture, "Preset: Balanced"));
  play (fixture);
  g_assert_true (shows (fixture, "Preset: Fast. Switched off: Start Tools Early"));

  sg_performance_pane_show_turn (fixture->pane, first);
  wait_shown (fixture, first);
  g_assert_true (shows (fixture, "Preset: Balanced"));

  sg_engine_settings_set_optimised (settings, FALSE);
  play (fixture);
  g_assert_true (shows (fixture, "Preset: Fast. Switched off: all optimizations"));
}

static gint64
play_read (Fixture *fixture)
{
  sg_fake_model_call (fixture->model, "r", "read_state", "{\"entity\":\"lamp\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);

  return play (fixture);
}

/* What the caches did, also after a restart. */
static void
test_caches (Fixture       *fixture,
             gconstpointer  data)
{
  gint64 story = sg_story_get_id (fixture->story);
  gint64 second;

  play (fixture);
  g_assert_false (shows (fixture, "cache hits"));
  play_read (fixture);
  g_assert_true (shows (fixture, "In this turn: cache hits 0, misses 1, saved 0 s"));
  second = play_read (fixture);
  g_assert_true (shows (fixture, "In this turn: cache hits 1, misses 0, saved "));

  sg_performance_pane_set_session (fixture->pane, NULL);
  close_story (fixture);
  open_story (fixture, story);
  sg_performance_pane_set_session (fixture->pane, fixture->session);
  wait_shown (fixture, second);
  g_assert_true (shows (fixture, "In this turn: cache hits 1, misses 0, saved "));
}

static void
test_undo (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  gint64 first = play (fixture);

  play (fixture);
  sg_story_undo_async (fixture->story, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_true (sg_story_move_finish (fixture->story, result, NULL));
  wait_shown (fixture, first);
  g_assert_true (shows (fixture, "Turn 1"));
  g_assert_false (shows (fixture, "Latest"));
}

static void
test_stopped (Fixture       *fixture,
                         gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "Four");
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);
  widget_tools_settle ();
  sg_session_stop (fixture->session);
  wait_idle (fixture);
  g_assert_true (shows (fixture, "Turn 1, stopped"));
  g_assert_false (sg_performance_pane_get_live (fixture->pane));
}

/* What has been asked for last is what is shown, and a turn that is not there says so. */
static void
test_not_there (Fixture       *fixture,
                gconstpointer  data)
{
  gint64 first = play (fixture);
  gint64 second = play (fixture);

  sg_performance_pane_show_turn (fixture->pane, first);
  sg_performance_pane_show_turn (fixture->pane, 12345);
  sg_performance_pane_show_turn (fixture->pane, second);
  wait_shown (fixture, second);

  sg_performance_pane_show_turn (fixture->pane, 12345);
  wait_shown (fixture, 0);
  g_assert_cmpstr (get_page (fixture), ==, "turn");
  g_assert_null (sg_waterfall_get_trace (get_waterfall (fixture)));
}

static void
test_closed_while_reading (Fixture       *fixture,
                           gconstpointer  data)
{
  gint64 first = play (fixture);

  play (fixture);
  sg_performance_pane_show_turn (fixture->pane, first);
  widget_tools_close (fixture->window, g_steal_pointer (&fixture->pane));
}

#define ADD(name, func) g_test_add ("/pane/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("empty", test_empty);
  ADD ("live", test_live);
  ADD ("live-estimate", test_live_estimate);
  ADD ("older-and-latest", test_older_and_latest);
  ADD ("read-back-after-restart", test_read_back_after_restart);
  ADD ("settings", test_settings);
  ADD ("caches", test_caches);
  ADD ("undo", test_undo);
  ADD ("stopped", test_stopped);
  ADD ("not-there", test_not_there);
  ADD ("closed-while-reading", test_closed_while_reading);

  return g_test_run ();
}
