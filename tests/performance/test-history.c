/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>

#include "app/performance/sg-history-chart.h"
#include "app/performance/sg-history-draw.h"
#include "app/performance/sg-history-view.h"
#include "app/performance/sg-stored-turn.h"
#include "app/performance/sg-turn-history.h"
#include "world/sg-trace-rows.h"

#include "../store/store-fixture.h"
#include "widget-tools.h"

/* A story of so many turns; the first is the opening, which has no spans. */
typedef struct
{
  gint64  n_turns;
  gint64  branch;
  SgPath *path;
} Story;

/* Turn n takes n ms, half of it reading and half of it writing. */
static gboolean
add_spans (SgConnection  *connection,
           gint64         turn,
           gint64         ms,
           GError       **error)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  g_autoptr (GPtrArray) rows = NULL;
  guint root = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint model = sg_trace_begin_at (trace, root, SG_SPAN_MODEL, "tiny", 0);
  guint phase = sg_trace_begin_at (trace, model, SG_SPAN_PHASE, "prompt", 0);

  sg_trace_end_at (trace, phase, ms * 500);
  phase = sg_trace_begin_at (trace, model, SG_SPAN_PHASE, "write", ms * 500);
  sg_trace_end_at (trace, phase, ms * 1000);
  sg_trace_set_int (trace, model, "tokens.out", ms);
  sg_trace_end_at (trace, model, ms * 1000);
  sg_trace_end_at (trace, root, ms * 1000);

  rows = sg_trace_to_rows (trace, turn);

  return sg_spans_insert (connection, turn, rows, error);
}

static gboolean
add_profiled_turn (SgConnection  *connection,
                   gint64         story,
                   gint64         branch,
                   gint64         depth,
                   GError       **error)
{
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  gint64 turn;

  row->story = story;
  row->branch = branch;
  row->depth = depth;
  row->mode = g_strdup (depth == 0 ? "opening" : "do");
  row->input = g_strdup ("wait");
  row->text = g_strdup ("Nothing happens.");
  row->duration_us = depth == 0 ? -1 : depth * 1000;
  row->first_token_us = depth == 0 ? -1 : depth * 500;
  row->tokens_in = row->tokens_out = row->tokens_cached = -1;
  row->estimated = depth > 0;
  row->rate = depth == 0 ? -1 : 10 + (double) depth;

  turn = sg_turns_insert (connection, row, error);
  if (turn == 0 || depth == 0)
    return turn != 0;

  return add_spans (connection, turn, depth, error);
}

static gboolean
fill_story (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Story *story = data;
  gint64 id = add_story (connection, "A long one", &story->branch);

  for (gint64 depth = 0; depth < story->n_turns; depth++)
    if (!add_profiled_turn (connection, id, story->branch, depth, error))
      return FALSE;

  story->path = sg_branches_load_path (connection, story->branch, story->n_turns - 1, error);
  return story->path != NULL;
}

static void
wait_changed (SgTurnHistory *history)
{
  guint n_changed = 0;
  gulong handler =
    g_signal_connect_swapped (history, "changed", G_CALLBACK (widget_tools_count), &n_changed);

  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (history, handler);
}

static const SgTurnEntry *
wait_for (SgTurnHistory *history,
          gint64         depth)
{
  const SgTurnEntry *entry;

  while ((entry = sg_turn_history_look_at (history, depth)) == NULL)
    wait_changed (history);

  return entry;
}

static void
test_read_back (Fixture       *fixture,
                gconstpointer  data)
{
  Story story = { .n_turns = 200 };
  g_autoptr (SgTurnHistory) history = NULL;
  const SgTurnEntry *entry;

  write_job (fixture->library, fill_story, &story);
  fixture_reopen (fixture);
  history = sg_turn_history_new (fixture->library, story.path);

  g_assert_cmpint (sg_turn_history_get_depth (history), ==, 199);
  g_assert_null (sg_turn_history_peek (history, 150));
  g_assert_null (sg_turn_history_look_at (history, 150));
  g_assert_null (sg_turn_history_look_at (history, 200));
  g_assert_null (sg_turn_history_look_at (history, -1));

  entry = wait_for (history, 150);
  g_assert_cmpint (entry->depth, ==, 150);
  g_assert_cmpint (entry->total_us, ==, 150000);
  g_assert_cmpint (entry->first_word_us, ==, 75000);
  g_assert_cmpint (entry->tokens_in, ==, -1);
  g_assert_true (entry->estimated);
  g_assert_cmpfloat (entry->rate, ==, 160);
  g_assert_cmpint (entry->breakdown.total_us, ==, 150000);
  g_assert_cmpfloat (entry->breakdown.us[SG_WORK_READING], ==, 75000);
  g_assert_cmpfloat (entry->breakdown.us[SG_WORK_WRITING], ==, 75000);
  g_assert_true (sg_turn_history_peek (history, 150) == entry);

  entry = wait_for (history, 0);
  g_assert_cmpint (entry->total_us, ==, -1);
  g_assert_cmpint (entry->breakdown.total_us, ==, 0);

  sg_path_free (story.path);
}

/* Looking at the whole of a long story keeps only a part of it. */
static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  Story story = { .n_turns = 4000 };
  g_autoptr (SgTurnHistory) history = NULL;
  guint most = 0;

  write_job (fixture->library, fill_story, &story);
  history = sg_turn_history_new (fixture->library, story.path);

  for (gint64 depth = 3999; depth > 0; depth -= 16)
    {
      g_assert_cmpint (wait_for (history, depth)->total_us, ==, depth * 1000);
      most = MAX (most, sg_turn_history_get_n_cached (history));
    }
  g_assert_cmpuint (most, <, 2000);

  /* Scrolled past in a moment: only the last places are still read. */
  for (gint64 depth = 1; depth < 4000; depth += 64)
    sg_turn_history_look_at (history, depth);
  g_assert_cmpint (wait_for (history, 3990)->total_us, ==, 3990000);
  g_assert_cmpuint (sg_turn_history_get_n_cached (history), <, 2000);

  sg_path_free (story.path);
}

static void
test_moves (Fixture       *fixture,
            gconstpointer  data)
{
  Story story = { .n_turns = 200 };
  g_autoptr (SgTurnHistory) history = NULL;
  guint n_changed = 0;

  write_job (fixture->library, fill_story, &story);
  history = sg_turn_history_new (fixture->library, story.path);
  wait_for (history, 10);
  wait_for (history, 190);

  g_signal_connect_swapped (history, "changed", G_CALLBACK (widget_tools_count), &n_changed);
  story.path->depth = 150;
  sg_turn_history_set_path (history, story.path, 151);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpint (sg_turn_history_get_depth (history), ==, 150);
  g_assert_nonnull (sg_turn_history_peek (history, 10));
  g_assert_null (sg_turn_history_peek (history, 190));
  g_assert_null (sg_turn_history_peek (history, 150));

  sg_path_free (story.path);
}

/* A history that goes away while its turns are being read. */
static void
test_dropped_while_reading (Fixture       *fixture,
                            gconstpointer  data)
{
  Story story = { .n_turns = 200 };
  SgTurnHistory *history;

  write_job (fixture->library, fill_story, &story);
  history = sg_turn_history_new (fixture->library, story.path);
  sg_turn_history_look_at (history, 150);
  sg_turn_history_look_at (history, 1);
  g_assert_finalize_object (history);
  widget_tools_settle ();

  sg_path_free (story.path);
}

static void
keep_result_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
test_stored_turn (Fixture       *fixture,
                  gconstpointer  data)
{
  Story story = { .n_turns = 3 };
  g_autoptr (GAsyncResult) last = NULL;
  g_autoptr (GAsyncResult) none = NULL;
  g_autoptr (SgStoredTurn) turn = NULL;
  g_autoptr (GError) error = NULL;
  const SgSpan *model;

  write_job (fixture->library, fill_story, &story);
  sg_stored_turn_load_last_async (fixture->library, story.path, NULL, keep_result_cb, &last);
  sg_stored_turn_load_async (fixture->library, 999, NULL, keep_result_cb, &none);
  while (last == NULL || none == NULL)
    g_main_context_iteration (NULL, TRUE);

  turn = sg_stored_turn_load_finish (last, &error);
  g_assert_no_error (error);
  g_assert_cmpint (turn->depth, ==, 2);
  g_assert_cmpint (sg_trace_get_duration (turn->trace), ==, 2000);
  model = sg_trace_find (turn->trace, SG_SPAN_MODEL, "tiny");
  g_assert_cmpint (sg_span_get_int (model, "tokens.out", -1), ==, 2);
  /* That the count is an estimate was said by the row of the turn. */
  g_assert_nonnull (sg_span_get_attribute (model, "estimated"));

  g_assert_null (sg_stored_turn_load_finish (none, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  sg_path_free (story.path);
}

static void
keep_turn_cb (gint64 *kept,
              gint64  turn)
{
  *kept = turn;
}

static void
test_chart (Fixture       *fixture,
            gconstpointer  data)
{
  Story story = { .n_turns = 500 };
  g_autoptr (SgTurnHistory) history = NULL;
  GtkWidget *view = sg_history_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 400);
  SgHistoryChart *chart = widget_tools_find (view, SG_TYPE_HISTORY_CHART);
  gint64 activated = 0;
  gint64 first, last;

  write_job (fixture->library, fill_story, &story);
  history = sg_turn_history_new (fixture->library, story.path);
  g_signal_connect_swapped (view, "activated", G_CALLBACK (keep_turn_cb), &activated);
  sg_history_view_set_history (SG_HISTORY_VIEW (view), history);
  wait_for (history, 499);
  widget_tools_settle ();

  /* The newest turn is in view, and a screenful of others; only about those is anything said. */
  g_assert_true (sg_history_chart_get_view (chart, &first, &last));
  g_assert_cmpint (last, ==, 499);
  g_assert_cmpint (first, >, 499 - 25);
  g_assert_cmpuint (sg_turn_history_get_n_cached (history), <=, 128);
  widget_tools_wait_text (view, "to 499");
  widget_tools_wait_text (view, "within 499 ms");

  g_assert_true (widget_tools_press (GTK_WIDGET (chart), GDK_KEY_End));
  g_assert_cmpint (sg_history_chart_get_cursor (chart), ==, 499);
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Left);
  g_assert_cmpint (sg_history_chart_get_cursor (chart), ==, 498);
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Right);
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Right);
  g_assert_cmpint (sg_history_chart_get_cursor (chart), ==, 499);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Turns of this story");

  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Home);
  g_assert_true (sg_history_chart_get_view (chart, &first, &last));
  g_assert_cmpint (first, ==, 1);
  wait_for (history, 1);
  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Return);
  g_assert_cmpint (activated, ==, sg_turn_history_peek (history, 1)->turn);

  sg_history_view_set_history (SG_HISTORY_VIEW (view), NULL);
  widget_tools_close (window, view);
  sg_path_free (story.path);
}

/* As long as the newest turn is in view, it stays there; who has scrolled back is left alone. */
static void
test_chart_follows (Fixture       *fixture,
                    gconstpointer  data)
{
  Story story = { .n_turns = 200 };
  g_autoptr (SgTurnHistory) history = NULL;
  GtkWidget *view = sg_history_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 400);
  SgHistoryChart *chart = widget_tools_find (view, SG_TYPE_HISTORY_CHART);
  gint64 first, last, before;

  write_job (fixture->library, fill_story, &story);
  story.path->depth = 150;
  history = sg_turn_history_new (fixture->library, story.path);
  sg_history_view_set_history (SG_HISTORY_VIEW (view), history);
  widget_tools_settle ();

  story.path->depth = 151;
  sg_turn_history_set_path (history, story.path, 151);
  widget_tools_settle ();
  g_assert_true (sg_history_chart_get_view (chart, &first, &last));
  g_assert_cmpint (last, ==, 151);

  widget_tools_press (GTK_WIDGET (chart), GDK_KEY_Home);
  widget_tools_settle ();
  sg_history_chart_get_view (chart, &before, &last);
  story.path->depth = 152;
  sg_turn_history_set_path (history, story.path, 152);
  widget_tools_settle ();
  sg_history_chart_get_view (chart, &first, &last);
  g_assert_cmpint (first, ==, before);

  sg_history_chart_set_shown (chart, 152);
  sg_history_chart_get_view (chart, &first, &last);
  g_assert_cmpint (last, ==, 152);

  widget_tools_close (window, view);
  sg_path_free (story.path);
}

static void
test_sentence (void)
{
  SgTurnEntry entry = {
    .depth = 12, .total_us = 4200000, .first_word_us = 600000, .rate = 38,
    .breakdown = { .us = { 0, 0, 1, 3, 0, 0 }, .total_us = 4 },
  };
  SgTurnEntry unknown = { .depth = 1, .total_us = -1, .first_word_us = -1, .rate = -1 };
  g_autofree char *text = sg_history_plot_dup_sentence (&entry);
  g_autofree char *dash = sg_history_plot_dup_sentence (&unknown);

  g_assert_cmpstr (text, ==, "Turn 12: 4.2 s. First word after 600 ms. 38 tok/s. "
                             "Prompt reading 25 %. Writing 75 %.");
  g_assert_cmpstr (dash, ==, "Turn 1: –.");
}

/* What was still being read when a test ended reports back before the library closes. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_atomic_int_get (&G_OBJECT (fixture->library)->ref_count) > 1)
    widget_tools_wait (5);

  fixture_tear_down (fixture, data);
}

#define ADD(name, func) \
  g_test_add ("/history/" name, Fixture, NULL, fixture_set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("read-back", test_read_back);
  ADD ("bounded", test_bounded);
  ADD ("moves", test_moves);
  ADD ("dropped-while-reading", test_dropped_while_reading);
  ADD ("stored-turn", test_stored_turn);
  ADD ("chart", test_chart);
  ADD ("chart-follows", test_chart_follows);
  g_test_add_func ("/history/sentence", test_sentence);

  return g_test_run ();
}
