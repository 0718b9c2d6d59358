/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "world/sg-trace-rows.h"

static SgTrace *
make_trace (void)
{
  SgTrace *trace = sg_trace_new_at (123456);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint stream = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "stream", 10);
  guint model = sg_trace_begin_at (trace, stream, SG_SPAN_MODEL, "tiny", 12);

  sg_trace_set_int (trace, model, "tokens.in", 42);
  sg_trace_set_string (trace, model, "server", "http://localhost");
  sg_trace_mark_at (trace, SG_MARK_SUBMITTED, 0);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 30);
  sg_trace_end_at (trace, model, 80);
  sg_trace_end_at (trace, stream, 90);
  sg_trace_end_at (trace, turn, 100);

  return trace;
}

static void
test_round_trip (void)
{
  g_autoptr (SgTrace) trace = make_trace ();
  g_autoptr (GPtrArray) rows = sg_trace_to_rows (trace, 7);
  g_autoptr (SgTrace) back = sg_trace_new_from_rows (rows);
  const SgSpanRow *row = g_ptr_array_index (rows, 2);
  const SgSpan *model;

  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpint (row->turn, ==, 7);
  g_assert_cmpint (row->number, ==, 3);
  g_assert_cmpint (row->parent, ==, 2);
  g_assert_cmpint (row->duration_us, ==, 68);

  g_assert_cmpuint (sg_trace_get_n_spans (back), ==, 3);
  g_assert_false (sg_trace_is_running (back));
  g_assert_cmpint (sg_trace_get_duration (back), ==, 100);
  g_assert_cmpint (sg_trace_get_mark (back, SG_MARK_SUBMITTED), ==, 0);
  g_assert_cmpint (sg_trace_get_mark (back, SG_MARK_FIRST_TOKEN), ==, 30);
  g_assert_cmpint (sg_trace_get_mark (back, SG_MARK_COMMITTED), ==, -1);
  g_assert_null (sg_trace_get_span (back, 1)->attributes);

  model = sg_trace_find (back, SG_SPAN_MODEL, "tiny");
  g_assert_cmpint (model->parent, ==, 2);
  g_assert_cmpint (sg_span_get_int (model, "tokens.in", -1), ==, 42);
  g_assert_cmpstr (sg_span_get_string (model, "server"), ==, "http://localhost");
}

/* The spans of a turn are stored inside its own commit, which runs while they are made. */
static void
test_running (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (SgTrace) back = NULL;

  g_usleep (2000);
  rows = sg_trace_to_rows (trace, 1);
  g_assert_true (sg_trace_is_running (trace));
  sg_trace_end (trace, turn);

  back = sg_trace_new_from_rows (rows);
  g_assert_false (sg_trace_is_running (back));
  g_assert_cmpint (sg_trace_get_duration (back), >=, 2000);
  g_assert_cmpint (sg_trace_get_duration (back), <=, sg_trace_get_duration (trace));
  g_assert_nonnull (sg_span_get_attribute (sg_trace_get_span (back, 1), "running"));
}

/* Only what has changed is written anew: a stage that ended as the next one began has not. */
static void
test_since (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint stream = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "stream", 10);
  guint commit;
  g_autoptr (GPtrArray) rows = NULL;

  sg_trace_end_at (trace, stream, 90);
  commit = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "commit", 90);
  sg_trace_end_at (trace, commit, 91);
  rows = sg_trace_to_rows_since (trace, 1, 90);

  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((SgSpanRow *) rows->pdata[0])->number, ==, turn);
  g_assert_cmpint (((SgSpanRow *) rows->pdata[1])->number, ==, commit);
}

static SgSpanRow *
make_row (int         number,
          int         parent,
          int         kind,
          const char *name,
          const char *attributes)
{
  SgSpanRow *row = sg_span_row_new ();

  row->number = number;
  row->parent = parent;
  row->kind = kind;
  row->name = g_strdup (name);
  row->begin_us = number;
  row->duration_us = 5;
  row->attributes = g_strdup (attributes);

  return row;
}

static void
test_damaged_rows (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_span_row_free);
  g_autoptr (SgTrace) trace = NULL;

  g_ptr_array_add (rows, make_row (9, 4, SG_SPAN_PHASE, "write", "{\"a\":"));
  g_ptr_array_add (rows, make_row (4, 1, SG_SPAN_MODEL, "tiny", "{\"deep\":{},\"tokens.in\":3}"));
  g_ptr_array_add (rows, make_row (1, 0, SG_SPAN_TURN, "turn", "[1]"));
  g_ptr_array_add (rows, make_row (5, 77, 99, NULL, NULL));

  trace = sg_trace_new_from_rows (rows);
  g_assert_cmpuint (sg_trace_get_n_spans (trace), ==, 4);
  g_assert_cmpstr (sg_trace_get_span (trace, 1)->name, ==, "turn");
  g_assert_cmpuint (sg_trace_get_span (trace, 2)->parent, ==, 1);
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (trace, 2), "tokens.in", -1), ==, 3);
  g_assert_cmpuint (sg_trace_get_span (trace, 3)->parent, ==, 0);
  g_assert_cmpint (sg_trace_get_span (trace, 3)->kind, ==, SG_SPAN_STAGE);
  g_assert_cmpuint (sg_trace_get_span (trace, 4)->parent, ==, 2);
}

static void
test_empty (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (SgTrace) trace = sg_trace_new_from_rows (rows);
  g_autoptr (GPtrArray) back = sg_trace_to_rows (trace, 1);

  g_assert_cmpuint (sg_trace_get_n_spans (trace), ==, 0);
  g_assert_cmpuint (back->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trace-rows/round-trip", test_round_trip);
  g_test_add_func ("/trace-rows/running", test_running);
  g_test_add_func ("/trace-rows/since", test_since);
  g_test_add_func ("/trace-rows/damaged-rows", test_damaged_rows);
  g_test_add_func ("/trace-rows/empty", test_empty);

  return g_test_run ();
}
