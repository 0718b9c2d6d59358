/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-trace.h"

static void
count_cb (SgTrace *trace,
          guint    span,
          guint   *count)
{
  (*count)++;
}

static void
test_spans (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (1000);
  guint n_begun = 0;
  guint n_ended = 0;
  guint turn, stage;

  g_signal_connect (trace, "begun", G_CALLBACK (count_cb), &n_begun);
  g_signal_connect (trace, "ended", G_CALLBACK (count_cb), &n_ended);

  turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  stage = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "prompt", 10);
  g_assert_true (sg_trace_is_running (trace));

  sg_trace_end_at (trace, stage, 25);
  sg_trace_end_at (trace, stage, 99);
  g_assert_cmpint (sg_trace_get_span_duration (trace, stage), ==, 15);
  g_assert_cmpuint (sg_trace_get_span (trace, stage)->parent, ==, turn);

  sg_trace_end_at (trace, turn, 40);
  g_assert_false (sg_trace_is_running (trace));
  g_assert_cmpint (sg_trace_get_duration (trace), ==, 40);
  g_assert_true (sg_trace_find (trace, SG_SPAN_STAGE, "prompt") == sg_trace_get_span (trace, stage));
  g_assert_null (sg_trace_find (trace, SG_SPAN_TOOL, NULL));
  g_assert_null (sg_trace_get_span (trace, 3));

  g_assert_cmpuint (n_begun, ==, 2);
  g_assert_cmpuint (n_ended, ==, 2);
}

static void
test_end_never_before_begin (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint span = sg_trace_begin_at (trace, 0, SG_SPAN_TOOL, "roll_dice", 50);

  sg_trace_end_at (trace, span, 20);
  g_assert_cmpint (sg_trace_get_span_duration (trace, span), ==, 0);
}

static void
test_attributes (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  g_autoptr (SgTrace) copy = sg_trace_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  guint span = sg_trace_begin (trace, 0, SG_SPAN_MODEL, "tiny");
  guint other = sg_trace_begin (copy, 0, SG_SPAN_MODEL, "tiny");

  g_assert_null (sg_span_dup_attributes_json (sg_trace_get_span (trace, span)));

  sg_trace_set_int (trace, span, "tokens.in", 12);
  sg_trace_set_int (trace, span, "tokens.in", 13);
  sg_trace_set_string (trace, span, "server", "a \"b\"");
  sg_trace_set_double (trace, span, "rate", 0.5);
  sg_trace_set_boolean (trace, span, "estimated", TRUE);
  json = sg_span_dup_attributes_json (sg_trace_get_span (trace, span));

  g_assert_true (sg_trace_set_attributes_json (copy, other, json, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (copy, other), "tokens.in", 0), ==, 13);
  g_assert_cmpstr (sg_span_get_string (sg_trace_get_span (copy, other), "server"), ==, "a \"b\"");
  g_assert_cmpfloat (sg_span_get_double (sg_trace_get_span (copy, other), "rate", 0), ==, 0.5);
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (copy, other), "absent", -1), ==, -1);

  g_assert_false (sg_trace_set_attributes_json (copy, other, "[1]", &error));
  g_assert_nonnull (error);
}

static void
test_marks (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);

  g_assert_cmpint (sg_trace_get_mark (trace, SG_MARK_FIRST_TOKEN), ==, -1);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 7);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 9);
  g_assert_cmpint (sg_trace_get_mark (trace, SG_MARK_FIRST_TOKEN), ==, 7);
}

static void
test_end_all (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  guint turn = sg_trace_begin (trace, 0, SG_SPAN_TURN, "turn");
  guint model = sg_trace_begin (trace, turn, SG_SPAN_MODEL, "tiny");

  sg_trace_end_all (trace);
  g_assert_false (sg_trace_is_running (trace));
  g_assert_cmpint (sg_trace_get_span (trace, model)->end_us, <=,
                   sg_trace_get_span (trace, turn)->end_us);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trace/spans", test_spans);
  g_test_add_func ("/trace/end-never-before-begin", test_end_never_before_begin);
  g_test_add_func ("/trace/attributes", test_attributes);
  g_test_add_func ("/trace/marks", test_marks);
  g_test_add_func ("/trace/end-all", test_end_all);

  return g_test_run ();
}
