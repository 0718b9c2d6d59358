/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <locale.h>

#include <adwaita.h>

#include "app/performance/sg-chart-colors.h"
#include "app/performance/sg-chart-scale.h"
#include "app/performance/sg-share-bar.h"
#include "app/performance/sg-span-text.h"
#include "app/performance/sg-turn-view.h"
#include "app/performance/sg-waterfall-draw.h"
#include "app/performance/sg-waterfall.h"

#include "../profile/sample-trace.h"
#include "widget-tools.h"

static void
test_scale (void)
{
  g_autofree char *zero = sg_chart_scale_dup_label (0, 500000);
  g_autofree char *half = sg_chart_scale_dup_label (500000, 500000);
  g_autofree char *minutes = sg_chart_scale_dup_label (90 * G_USEC_PER_SEC, 30 * G_USEC_PER_SEC);

  g_assert_cmpint (sg_chart_scale_get_step (1000000, 5), ==, 200000);
  g_assert_cmpint (sg_chart_scale_get_step (4900000, 4), ==, 2000000);
  g_assert_cmpint (sg_chart_scale_get_step (60 * G_USEC_PER_SEC, 5), ==, 15 * G_USEC_PER_SEC);
  g_assert_cmpint (sg_chart_scale_get_step (0, 0), ==, 1);
  g_assert_cmpint (sg_chart_scale_get_step (G_MAXINT64 / 4, 2), >, 0);

  for (gint64 range = 1; range < G_GINT64_CONSTANT (100000000000); range = range * 3 + 1)
    {
      g_assert_cmpint (sg_chart_scale_get_step (range, 6) * 6, >=, range);
      g_assert_cmpint (sg_chart_scale_get_end (range), >, range);
    }

  g_assert_cmpstr (zero, ==, "0");
  g_assert_cmpstr (half, ==, "0.5 s");
  g_assert_cmpstr (minutes, ==, "1:30 min");
}

static void
test_layout (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autoptr (SgWaterfallLayout) layout = sg_waterfall_layout_new (trace);
  const char *names[] = { "turn", "prompt", "stream", "tiny-7b", "roll_dice", "update_state" };
  int part;

  g_assert_cmpuint (layout->rows->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < layout->rows->len; i++)
    {
      const SgWaterfallRow *row = sg_waterfall_layout_get_row (layout, i);

      g_assert_cmpstr (sg_trace_get_span (trace, row->span)->name, ==, names[i]);
      g_assert_cmpuint (row->n_parts, ==, i == 3 ? 3 : 0);
      g_assert_true (row->holds_others == (i == 0 || i == 2));
    }

  g_assert_cmpuint (sg_waterfall_layout_get_row (layout, 3)->indent, ==, 2);
  g_assert_cmpint (sg_waterfall_layout_find (layout, 6, &part), ==, 3);
  g_assert_cmpint (part, ==, 1);
  g_assert_cmpint (sg_waterfall_layout_find (layout, 99, &part), ==, -1);
}

static void
test_colors (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  SgChartColors light, dark;

  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  sg_chart_colors_load (&light);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  sg_chart_colors_load (&dark);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);

  g_assert_false (light.dark);
  g_assert_true (dark.dark);
  g_assert_cmpfloat (light.text.red, <, dark.text.red);
  for (guint i = 0; i < SG_N_WORKS; i++)
    for (guint j = i + 1; j < SG_N_WORKS; j++)
      {
        g_assert_false (gdk_rgba_equal (&light.work[i], &light.work[j]));
        g_assert_false (gdk_rgba_equal (&dark.work[i], &dark.work[j]));
      }
}

/* With a time, and with an attribute that this version knows nothing of. */
static SgTrace *
sample_trace_with_gap_new (void)
{
  SgTrace *trace = sample_trace_new ();

  sg_trace_set_int (trace, 4, "gap.max", 80000);
  sg_trace_set_string (trace, 4, "something.new", "\xff");

  return trace;
}

static void
test_span_text (void)
{
  g_autoptr (SgTrace) trace = sample_trace_with_gap_new ();
  g_autofree char *model = sg_span_text_dup_details (trace, 4);
  g_autofree char *tool = sg_span_text_dup_sentence (trace, 8);
  g_autofree char *none = sg_span_text_dup_details (trace, 99);

  g_assert_cmpstr (model, ==,
                   "Model call: tiny-7b. Began at 200 ms, took 4.0 s.\n"
                   "Connecting: 500 ms\nPrompt reading: 1.5 s\nWriting: 2.0 s\n"
                   "Tokens in: 1200\nTokens out: 80\nTokens reused: 900\n"
                   "Longest silence while writing: 80 ms\n"
                   "something.new: \357\277\275");
  g_assert_cmpstr (tool, ==, "Tool call: roll_dice. Began at 4.2 s, took 300 ms.");
  g_assert_cmpstr (none, ==, "");
}

/* The same key may mean one thing for a tool and another for a model. */
static void
test_batches (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint tools = sg_trace_begin_at (trace, 0, SG_SPAN_STAGE, "tools", 0);
  guint tool = sg_trace_begin_at (trace, tools, SG_SPAN_TOOL, "roll_dice", 0);
  guint model = sg_trace_begin_at (trace, 0, SG_SPAN_MODEL, "embeddings", 0);
  g_autofree char *of_stage = NULL;
  g_autofree char *of_tool = NULL;
  g_autofree char *of_model = NULL;

  sg_trace_set_int (trace, tools, "calls", 5);
  sg_trace_set_int (trace, tools, "sum_us", 1000000);
  sg_trace_set_int (trace, tool, "batch", tools);
  sg_trace_set_int (trace, model, "batch", 3);
  of_stage = sg_span_text_dup_details (trace, tools);
  of_tool = sg_span_text_dup_details (trace, tool);
  of_model = sg_span_text_dup_details (trace, model);
  g_assert_true (g_str_has_suffix (of_stage, "\nCalls: 5\nOne after the other these would take: 1.0 s"));
  g_assert_true (g_str_has_suffix (of_tool, "\nNumber of its batch: 1"));
  g_assert_true (g_str_has_suffix (of_model, "\nTexts in this request: 3"));
}

/* What the engine calls its stages is not for the player's eyes. */
static void
test_stage_names (void)
{
  static const char *const names[] = {
    "queued", "thinking", "retrieve", "prompt", "plan", "stream", "tools", "check", "commit", "after", "verify",
    "summarise", "remember", "embed",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      SgSpan span = { .kind = SG_SPAN_STAGE, .name = (char *) names[i] };

      g_assert_cmpstr (sg_span_text_get_name (&span), !=, names[i]);
    }
}

static void
test_waterfall_keys (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  GtkWidget *waterfall = sg_waterfall_new ();
  GtkWindow *window = widget_tools_present (waterfall, 600, 400);
  SgWaterfall *self = SG_WATERFALL (waterfall);
  guint n_notified = 0;

  sg_waterfall_set_trace (self, trace);
  sg_waterfall_set_selected (self, 0);
  g_signal_connect_swapped (self, "notify::selected", G_CALLBACK (widget_tools_count), &n_notified);
  g_assert_cmpuint (sg_waterfall_get_n_rows (self), ==, 6);

  widget_tools_press (waterfall, GDK_KEY_Down);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Whole turn: Turn. Began at 0 s, took 5.0 s.");
  for (guint i = 0; i < 3; i++)
    widget_tools_press (waterfall, GDK_KEY_Down);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 4);
  widget_tools_press (waterfall, GDK_KEY_Right);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 5);
  widget_tools_press (waterfall, GDK_KEY_Right);
  widget_tools_press (waterfall, GDK_KEY_Right);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 7);
  g_assert_false (widget_tools_press (waterfall, GDK_KEY_Right));
  widget_tools_press (waterfall, GDK_KEY_Left);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 6);
  widget_tools_press (waterfall, GDK_KEY_End);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 9);
  widget_tools_press (waterfall, GDK_KEY_Down);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 9);
  widget_tools_press (waterfall, GDK_KEY_Home);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 1);
  g_assert_cmpuint (n_notified, ==, 10);

  sg_waterfall_set_trace (self, NULL);
  g_assert_cmpuint (sg_waterfall_get_selected (self), ==, 0);
  g_assert_cmpuint (sg_waterfall_get_n_rows (self), ==, 0);
  widget_tools_close (window, waterfall);
}

static void
test_waterfall_pick (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  GtkWidget *waterfall = sg_waterfall_new ();
  GtkWindow *window = widget_tools_present (waterfall, 600, 400);
  SgWaterfall *self = SG_WATERFALL (waterfall);
  double y = SG_WATERFALL_AXIS_HEIGHT + 3.5 * SG_WATERFALL_ROW_HEIGHT;
  gboolean found[10] = { FALSE };

  sg_waterfall_set_trace (self, trace);
  widget_tools_settle ();

  g_assert_cmpuint (sg_waterfall_pick (self, 300, 5), ==, 0);
  g_assert_cmpuint (sg_waterfall_pick (self, 300, 5000), ==, 0);
  /* Along the row of the model call lie its label and its three phases. */
  for (double x = 0; x < 600; x += 2)
    found[sg_waterfall_pick (self, x, y)] = TRUE;
  for (guint span = 0; span < G_N_ELEMENTS (found); span++)
    g_assert_true (found[span] == (span >= 4 && span <= 7));

  widget_tools_close (window, waterfall);
}

/* A chart that is taller than the window: the keyboard brings its row into view. */
static void
test_waterfall_scrolls (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  GtkWidget *waterfall = sg_waterfall_new ();
  GtkWindow *window = widget_tools_present (waterfall, 400, 200);
  GtkWidget *scrolled = gtk_window_get_child (window);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  for (guint i = 0; i < 200; i++)
    sg_trace_end_at (trace, sg_trace_begin_at (trace, 0, SG_SPAN_TOOL, "roll_dice", i), i + 10);
  sg_waterfall_set_trace (SG_WATERFALL (waterfall), trace);
  widget_tools_settle ();

  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  widget_tools_press (waterfall, GDK_KEY_End);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 4000);
  widget_tools_settle ();
  widget_tools_press (waterfall, GDK_KEY_Home);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), <, 50);

  widget_tools_close (window, waterfall);
}

/* The chart grows with the trace, and asks for frames only while something runs. */
static void
test_waterfall_live (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  GtkWidget *waterfall = sg_waterfall_new ();
  GtkWindow *window = widget_tools_present (waterfall, 600, 400);
  SgWaterfall *self = SG_WATERFALL (waterfall);
  int before, after;
  guint turn, tool;

  sg_waterfall_set_trace (self, trace);
  gtk_widget_measure (waterfall, GTK_ORIENTATION_VERTICAL, -1, &before, NULL, NULL, NULL);
  turn = sg_trace_begin (trace, 0, SG_SPAN_TURN, "turn");
  tool = sg_trace_begin (trace, turn, SG_SPAN_TOOL, "roll_dice");
  gtk_widget_measure (waterfall, GTK_ORIENTATION_VERTICAL, -1, &after, NULL, NULL, NULL);
  g_assert_cmpint (after - before, ==, 2 * SG_WATERFALL_ROW_HEIGHT);

  /* However busy the machine: frames come as long as it runs, and no more once it has ended. */
  for (guint frames = 0; frames < 3;)
    frames += widget_tools_count_frames (waterfall, 50);
  sg_trace_end (trace, tool);
  sg_trace_end (trace, turn);
  while (widget_tools_count_frames (waterfall, 200) > 1)
    ;

  widget_tools_close (window, waterfall);
}

static void
test_share_bar (void)
{
  GtkWidget *bar = g_object_ref_sink (sg_share_bar_new ());
  SgBreakdown breakdown = { .us = { 0, 0, 300, 700, 0, 0 }, .total_us = 1000 };
  const char *expected = "Prompt reading 30 %. Writing 70 %. ";

  sg_share_bar_set_breakdown (SG_SHARE_BAR (bar), &breakdown);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       expected);
  g_assert_finalize_object (bar);
}

static void
test_turn_view (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  GtkWidget *view = sg_turn_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 700);
  int minimum;

  sg_turn_view_set_trace (SG_TURN_VIEW (view), trace);
  widget_tools_settle ();

  g_assert_true (widget_tools_has_text (view, "5.0 s"));
  g_assert_true (widget_tools_has_text (view, "40 tok/s"));
  g_assert_true (widget_tools_has_text (view, "75 %"));
  g_assert_true (widget_tools_has_text (view, "40 %"));
  g_assert_true (widget_tools_has_text (view, "The model wrote 80 tokens in 2.0 s (40 tok/s)."));
  gtk_widget_measure (view, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 336);

  sg_turn_view_set_trace (SG_TURN_VIEW (view), NULL);
  widget_tools_close (window, view);
}

/* A view that is hidden does no work, and is up to date when it is shown. */
static void
test_turn_view_hidden (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  GtkWidget *view = sg_turn_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 700);

  gtk_widget_set_visible (view, FALSE);
  sg_turn_view_set_trace (SG_TURN_VIEW (view), trace);
  gtk_widget_set_visible (view, TRUE);
  widget_tools_wait_text (view, "40 tok/s");
  widget_tools_close (window, view);
}

static void
test_properties (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autoptr (SgTrace) read = NULL;
  GtkWidget *waterfall = g_object_ref_sink (sg_waterfall_new ());
  guint selected = 0;
  guint n_notified = 0;

  g_signal_connect_swapped (waterfall, "notify::trace", G_CALLBACK (widget_tools_count), &n_notified);
  g_object_set (waterfall, "trace", trace, NULL);
  g_object_set (waterfall, "trace", trace, NULL);
  g_assert_cmpuint (n_notified, ==, 1);
  g_object_set (waterfall, "selected", 4, NULL);
  g_object_get (waterfall, "trace", &read, "selected", &selected, NULL);
  g_assert_true (read == trace);
  g_assert_cmpuint (selected, ==, 4);

  /* There is no such span. */
  g_object_set (waterfall, "selected", 77, NULL);
  g_assert_cmpuint (sg_waterfall_get_selected (SG_WATERFALL (waterfall)), ==, 0);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (waterfall), GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_finalize_object (waterfall);
}

/* What is not known is a dash and never a zero. */
static void
test_turn_view_unknown (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  GtkWidget *view = sg_turn_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 700);

  sg_trace_end_at (trace, sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0), 1000);
  sg_turn_view_set_trace (SG_TURN_VIEW (view), trace);
  g_assert_cmpuint (widget_tools_count_text (view, "–"), ==, 5);
  widget_tools_close (window, view);
}

static void
test_turn_view_flags (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  GtkWidget *view = sg_turn_view_new ();
  GtkWindow *window = widget_tools_present (view, 360, 700);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);

  sg_trace_end_at (trace, sg_trace_begin_at (trace, turn, SG_SPAN_TOOL, "<b>slow</b>", 0), 3000000);
  sg_trace_end_at (trace, turn, 3000000);
  sg_turn_view_set_trace (SG_TURN_VIEW (view), trace);
  g_assert_true (widget_tools_has_text (view, "The tool <b>slow</b> took 3.0 s."));
  widget_tools_close (window, view);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  /* GTK chose American English where there is that: numbers have commas in it. */
  setlocale (LC_ALL, "C.UTF-8");
  adw_init ();

  g_test_add_func ("/charts/scale", test_scale);
  g_test_add_func ("/charts/layout", test_layout);
  g_test_add_func ("/charts/colors", test_colors);
  g_test_add_func ("/charts/span-text", test_span_text);
  g_test_add_func ("/charts/batches", test_batches);
  g_test_add_func ("/charts/stage-names", test_stage_names);
  g_test_add_func ("/charts/waterfall-keys", test_waterfall_keys);
  g_test_add_func ("/charts/waterfall-pick", test_waterfall_pick);
  g_test_add_func ("/charts/waterfall-scrolls", test_waterfall_scrolls);
  g_test_add_func ("/charts/waterfall-live", test_waterfall_live);
  g_test_add_func ("/charts/share-bar", test_share_bar);
  g_test_add_func ("/charts/turn-view", test_turn_view);
  g_test_add_func ("/charts/turn-view-hidden", test_turn_view_hidden);
  g_test_add_func ("/charts/properties", test_properties);
  g_test_add_func ("/charts/turn-view-unknown", test_turn_view_unknown);
  g_test_add_func ("/charts/turn-view-flags", test_turn_view_flags);

  return g_test_run ();
}
