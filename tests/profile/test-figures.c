/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-breakdown.h"
#include "profile/sg-format.h"
#include "profile/sg-turn-figures.h"
#include "profile/sg-verdict.h"

#include <string.h>

#include "sample-trace.h"

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_durations (void)
{
  assert_text (sg_format_duration (-1), "–");
  assert_text (sg_format_duration (0), "0 s");
  assert_text (sg_format_duration (999), "999 µs");
  assert_text (sg_format_duration (1000), "1.0 ms");
  assert_text (sg_format_duration (9949), "9.9 ms");
  assert_text (sg_format_duration (9950), "10 ms");
  assert_text (sg_format_duration (999499), "999 ms");
  assert_text (sg_format_duration (999500), "1.0 s");
  assert_text (sg_format_duration (4249999), "4.2 s");
  assert_text (sg_format_duration (59949999), "59.9 s");
  assert_text (sg_format_duration (59950000), "1 min 0 s");
  assert_text (sg_format_duration (G_GINT64_CONSTANT (3725000000)), "1 h 2 min");
}

static void
test_counts (void)
{
  assert_text (sg_format_tokens (-1, FALSE), "–");
  assert_text (sg_format_tokens (-1, TRUE), "–");
  assert_text (sg_format_tokens (0, FALSE), "0");
  assert_text (sg_format_tokens (120, TRUE), "≈120");
  assert_text (sg_format_rate (-1), "–");
  assert_text (sg_format_rate (3.14159), "3.1 tok/s");
  assert_text (sg_format_rate (38.2), "38 tok/s");
}

static void
test_numbers (void)
{
  static const gint64 numbers[] = { 0, 7, -1, 10, -1203, G_MAXINT64, G_MININT64 };
  g_autoptr (GString) text = g_string_new ("#");
  g_autoptr (GString) expected = g_string_new ("#");

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      sg_format_append_int (text, numbers[i]);
      g_string_append_printf (expected, "%" G_GINT64_FORMAT, numbers[i]);
      g_assert_cmpstr (text->str, ==, expected->str);
    }
}

static void
test_figures (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  SgTurnFigures figures;

  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpint (figures.first_word_us, ==, 2200000);
  g_assert_cmpint (figures.total_us, ==, 5000000);
  g_assert_cmpint (figures.saving_us, ==, -1);
  g_assert_cmpint (figures.tokens_in, ==, 1200);
  g_assert_cmpint (figures.tokens_out, ==, 80);
  g_assert_cmpint (figures.tokens_cached, ==, 900);
  g_assert_cmpint (figures.tokens_reasoning, ==, -1);
  g_assert_cmpuint (figures.n_model_calls, ==, 1);
  g_assert_cmpuint (figures.n_tools, ==, 2);
  g_assert_false (figures.estimated);
  /* No server said how fast it was: 80 tokens in the 2 s of writing. */
  g_assert_cmpfloat (figures.rate, ==, 40);

  /* The player could act again when the commit began. */
  sg_trace_end_at (trace, sg_trace_begin_at (trace, 1, SG_SPAN_STAGE, "commit", 4700000), 5000000);
  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpint (figures.total_us, ==, 4700000);
  g_assert_cmpint (figures.saving_us, ==, 300000);
}

static void
test_several_calls (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  const SgSpan *first = sg_trace_find (trace, SG_SPAN_MODEL, NULL);
  guint second = sg_trace_begin_at (trace, 1, SG_SPAN_MODEL, "tiny-7b", 4700000);
  SgTurnFigures figures;

  sg_trace_set_double (trace, first->id, "rate", 40);
  sg_trace_set_int (trace, second, "tokens.in", 100);
  sg_trace_set_int (trace, second, "tokens.out", 20);
  sg_trace_set_double (trace, second, "rate", 10);
  sg_trace_end_at (trace, second, 4900000);

  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpint (figures.tokens_in, ==, 1300);
  /* 80 tokens in 2 s and 20 in 2 s. */
  g_assert_cmpfloat (figures.rate, ==, 25);
  g_assert_false (figures.estimated);

  /* A call that wrote nothing: there was nothing to count. */
  second = sg_trace_begin_at (trace, 1, SG_SPAN_MODEL, "other", 4900000);
  sg_trace_end_at (trace, second, 4950000);
  sg_turn_figures_measure (trace, &figures);
  g_assert_false (figures.estimated);

  /* One whose words nobody counted: the sum is then only an estimate. */
  second = sg_trace_begin_at (trace, 1, SG_SPAN_MODEL, "other", 4950000);
  sg_trace_end_at (trace, sg_trace_begin_at (trace, second, SG_SPAN_PHASE, "write", 4960000), 4970000);
  sg_trace_end_at (trace, second, 4970000);
  sg_turn_figures_measure (trace, &figures);
  g_assert_true (figures.estimated);
}

/* Each cache for itself, in the background as well; calls that asked none are left out. */
static void
test_caches (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  guint model = sg_trace_find (trace, SG_SPAN_MODEL, NULL)->id;
  guint roll = sg_trace_find (trace, SG_SPAN_TOOL, "roll_dice")->id;
  guint update = sg_trace_find (trace, SG_SPAN_TOOL, "update_state")->id;
  guint check = sg_trace_begin_at (trace, 0, SG_SPAN_MODEL, "check", 9000000);
  g_autofree char *nothing = NULL;
  SgTurnFigures figures;

  sg_turn_figures_measure (trace, &figures);
  nothing = sg_turn_figures_dup_cache_text (&figures);
  g_assert_null (nothing);

  sg_trace_set_boolean (trace, model, "cached", FALSE);
  sg_trace_set_boolean (trace, roll, "cached", TRUE);
  sg_trace_set_int (trace, roll, "saved", 300000);
  sg_trace_set_boolean (trace, update, "cached", FALSE);
  sg_trace_set_boolean (trace, check, "cached", TRUE);
  sg_trace_set_int (trace, check, "saved", 2000000);
  sg_trace_end_at (trace, check, 9000000);

  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpuint (figures.cached_tools.hits, ==, 1);
  g_assert_cmpuint (figures.cached_tools.misses, ==, 1);
  g_assert_cmpint (figures.cached_tools.saved_us, ==, 300000);
  g_assert_cmpuint (figures.cached_answers.hits, ==, 1);
  g_assert_cmpuint (figures.cached_answers.misses, ==, 1);
  g_assert_cmpint (figures.cached_answers.saved_us, ==, 2000000);
  g_assert_cmpuint (figures.n_model_calls, ==, 1);
  assert_text (sg_turn_figures_dup_cache_text (&figures), "cache hits 2, misses 2, saved 2.3 s");

  /* Nobody was called. */
  sg_trace_set_boolean (trace, model, "cached", TRUE);
  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpuint (figures.n_model_calls, ==, 0);
}

static void
test_nothing_known (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  g_autoptr (GPtrArray) flags = NULL;
  g_autofree char *verdict = NULL;
  SgTurnFigures figures;

  sg_trace_end_at (trace, sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0), 5000);
  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpint (figures.first_word_us, ==, -1);
  g_assert_cmpint (figures.tokens_in, ==, -1);
  g_assert_cmpfloat (figures.rate, ==, -1);

  verdict = sg_verdict_dup_text (trace);
  g_assert_cmpstr (verdict, ==, "The turn took 5.0 ms. Storyglass itself took 5.0 ms.");
  flags = sg_verdict_list_flags (trace);
  g_assert_cmpuint (flags->len, ==, 0);
}

static void
test_rate_of_a_burst (void)
{
  SgTurnFigures figures = { .tokens_out = 42, .writing_us = 245, .rate = -1 };

  sg_turn_figures_measure_rate (&figures);
  g_assert_cmpfloat (figures.rate, ==, -1);
  figures.writing_us = 2 * G_USEC_PER_SEC;
  sg_turn_figures_measure_rate (&figures);
  g_assert_cmpfloat (figures.rate, ==, 21);
}

static void
test_verdict (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autofree char *verdict = sg_verdict_dup_text (trace);

  g_assert_cmpstr (verdict, ==,
                   "The first word came after 2.2 s, the last after 5.0 s. "
                   "The server took 500 ms to accept the request. "
                   "The model took 1.5 s to read a prompt of 1200 tokens, 900 of them reused. "
                   "The model wrote 80 tokens in 2.0 s (40 tok/s). "
                   "2 tool calls together took 500 ms of the turn. "
                   "Storyglass itself took 500 ms.");
}

static void
test_verdict_on_saving (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  g_autofree char *verdict = NULL;

  sg_trace_end_at (trace, sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "commit", 5000), 20000);
  sg_trace_end_at (trace, turn, 20000);
  verdict = sg_verdict_dup_text (trace);
  g_assert_cmpstr (verdict, ==,
                   "The turn took 5.0 ms. Storyglass itself took 5.0 ms. "
                   "Saving the turn took 15 ms after that, while you could go on.");
}

/* What was done in the background is no part of the turn, and warns of nothing; nor do embeddings that nobody
 * counted make estimates of the figures. */
static void
test_background (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  g_autoptr (GPtrArray) flags = NULL;
  SgTurnFigures figures;
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint query = sg_trace_begin_at (trace, turn, SG_SPAN_MODEL, "embeddings", 0);
  guint model = sg_trace_begin_at (trace, turn, SG_SPAN_MODEL, "huge", 100);
  guint commit, after, late;

  sg_trace_set_int (trace, query, "batch", 1);
  sg_trace_set_int (trace, query, "tokens.out", 0);
  sg_trace_end_at (trace, query, 100);
  sg_trace_set_int (trace, model, "tokens.in", 4000);
  sg_trace_set_int (trace, model, "tokens.cached", 3999);
  sg_trace_set_int (trace, model, "tokens.out", 40);
  sg_trace_end_at (trace, model, 500000);
  commit = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "commit", 500000);
  sg_trace_end_at (trace, commit, 501000);
  sg_trace_end_at (trace, turn, 501000);
  after = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "after", 600000);
  late = sg_trace_begin_at (trace, after, SG_SPAN_MODEL, "summary", 600000);
  sg_trace_set_int (trace, late, "tokens.in", 3000);
  sg_trace_set_int (trace, late, "tokens.cached", 0);
  sg_trace_end_at (trace, late, 90000000);
  sg_trace_end_at (trace, after, 90000000);

  sg_turn_figures_measure (trace, &figures);
  g_assert_cmpint (figures.total_us, ==, 500000);
  g_assert_cmpint (figures.tokens_in, ==, 4000);
  g_assert_cmpint (figures.tokens_out, ==, 40);
  g_assert_false (figures.estimated);
  flags = sg_verdict_list_flags (trace);
  g_assert_cmpuint (flags->len, ==, 0);
  g_assert_cmpint (sg_work_of_span (trace, sg_trace_get_span (trace, query)), ==, SG_WORK_WAITING);
}

static gboolean
has_flag (GPtrArray  *flags,
          SgFlagKind  kind,
          guint       span)
{
  for (guint i = 0; i < flags->len; i++)
    {
      const SgFlag *flag = g_ptr_array_index (flags, i);

      if (flag->kind == kind && flag->span == span)
        return strlen (flag->text) > 0 && strlen (flag->advice) > 0;
    }

  return FALSE;
}

static void
test_flags (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  g_autoptr (GPtrArray) flags = NULL;
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint model = sg_trace_begin_at (trace, turn, SG_SPAN_MODEL, "huge", 0);
  guint tool = sg_trace_begin_at (trace, turn, SG_SPAN_TOOL, "search_memories", 0);

  sg_trace_set_int (trace, model, "tokens.in", 4000);
  sg_trace_set_int (trace, model, "tokens.cached", 1999);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 10000001);
  sg_trace_end_at (trace, tool, 1000001);
  sg_trace_end_at (trace, model, 30000001);
  sg_trace_end_at (trace, turn, 30000002);

  flags = sg_verdict_list_flags (trace);
  g_assert_cmpuint (flags->len, ==, 5);
  g_assert_true (has_flag (flags, SG_FLAG_SLOW_TURN, 0));
  g_assert_true (has_flag (flags, SG_FLAG_LATE_FIRST_WORD, 0));
  g_assert_true (has_flag (flags, SG_FLAG_SLOW_MODEL, model));
  g_assert_true (has_flag (flags, SG_FLAG_PROMPT_NOT_REUSED, model));
  g_assert_true (has_flag (flags, SG_FLAG_SLOW_TOOL, tool));
}

/* What lies exactly at the limits is no reason to warn; nor is what the server did not say. */
static void
test_no_flags_at_the_limits (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  g_autoptr (GPtrArray) flags = NULL;
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint model = sg_trace_begin_at (trace, turn, SG_SPAN_MODEL, "huge", 0);
  guint other = sg_trace_begin_at (trace, turn, SG_SPAN_MODEL, "unknown", 0);
  guint tool = sg_trace_begin_at (trace, turn, SG_SPAN_TOOL, "search_memories", 0);

  sg_trace_set_int (trace, model, "tokens.in", 4000);
  sg_trace_set_int (trace, model, "tokens.cached", 2000);
  sg_trace_set_int (trace, other, "tokens.in", 4000);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 10000000);
  sg_trace_end_at (trace, tool, 1000000);
  sg_trace_end_at (trace, other, 1000000);
  sg_trace_end_at (trace, model, 30000000);
  sg_trace_end_at (trace, turn, 30000000);

  flags = sg_verdict_list_flags (trace);
  g_assert_cmpuint (flags->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/figures/durations", test_durations);
  g_test_add_func ("/figures/counts", test_counts);
  g_test_add_func ("/figures/numbers", test_numbers);
  g_test_add_func ("/figures/figures", test_figures);
  g_test_add_func ("/figures/several-calls", test_several_calls);
  g_test_add_func ("/figures/caches", test_caches);
  g_test_add_func ("/figures/nothing-known", test_nothing_known);
  g_test_add_func ("/figures/rate-of-a-burst", test_rate_of_a_burst);
  g_test_add_func ("/figures/verdict", test_verdict);
  g_test_add_func ("/figures/verdict-on-saving", test_verdict_on_saving);
  g_test_add_func ("/figures/background", test_background);
  g_test_add_func ("/figures/flags", test_flags);
  g_test_add_func ("/figures/no-flags-at-the-limits", test_no_flags_at_the_limits);

  return g_test_run ();
}
