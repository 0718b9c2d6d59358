/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-breakdown.h"

#include "sample-trace.h"

static guint
add (SgTrace    *trace,
     guint       parent,
     SgSpanKind  kind,
     const char *name,
     gint64      begin_us,
     gint64      end_us)
{
  guint span = sg_trace_begin_at (trace, parent, kind, name, begin_us);

  if (end_us >= 0)
    sg_trace_end_at (trace, span, end_us);

  return span;
}

static double
sum (const SgBreakdown *breakdown)
{
  double total = 0;

  for (guint i = 0; i < SG_N_WORKS; i++)
    total += breakdown->us[i];

  return total;
}

static void
test_plain_turn (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  SgBreakdown parts;

  sg_breakdown_measure (trace, &parts);
  g_assert_cmpint (parts.total_us, ==, 5000000);
  g_assert_cmpfloat (parts.us[SG_WORK_CONNECT], ==, 500000);
  g_assert_cmpfloat (parts.us[SG_WORK_READING], ==, 1500000);
  g_assert_cmpfloat (parts.us[SG_WORK_WRITING], ==, 2000000);
  /* Two tools beside each other count once. */
  g_assert_cmpfloat (parts.us[SG_WORK_TOOLS], ==, 500000);
  /* The stage before and the end of the turn. */
  g_assert_cmpfloat (parts.us[SG_WORK_OWN], ==, 500000);
  g_assert_cmpfloat (parts.us[SG_WORK_WAITING], ==, 0);
}

/* A tool that starts while the model still writes shares that time with it. */
static void
test_overlap_is_shared (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, -1);
  guint model = add (trace, turn, SG_SPAN_MODEL, "tiny", 0, 100);
  SgBreakdown parts;

  add (trace, model, SG_SPAN_PHASE, "write", 0, 100);
  add (trace, turn, SG_SPAN_TOOL, "a", 40, 100);
  add (trace, turn, SG_SPAN_TOOL, "b", 70, 100);
  sg_trace_end_at (trace, turn, 100);

  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat_with_epsilon (parts.us[SG_WORK_WRITING], 40 + 15 + 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (parts.us[SG_WORK_TOOLS], 15 + 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (sum (&parts), 100, 1e-9);
}

static void
test_waiting (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  guint model;
  SgBreakdown parts;

  add (trace, turn, SG_SPAN_STAGE, "queued", 0, 30);
  add (trace, turn, SG_SPAN_WAIT, "retry", 30, 50);
  model = add (trace, turn, SG_SPAN_MODEL, "tiny", 50, 70);
  add (trace, model, SG_SPAN_PHASE, "connect", 50, 65);
  add (trace, turn, SG_SPAN_STORE, "commit", 70, 100);

  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat (parts.us[SG_WORK_WAITING], ==, 55);
  g_assert_cmpfloat (parts.us[SG_WORK_CONNECT], ==, 15);
  g_assert_cmpfloat (parts.us[SG_WORK_OWN], ==, 30);
}

/* The stage is over, a tool of it runs on: the time is the tool's, and not shared with the turn. */
static void
test_child_outlives_parent (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  guint stage = add (trace, turn, SG_SPAN_STAGE, "stream", 0, 50);
  SgBreakdown parts;

  add (trace, stage, SG_SPAN_TOOL, "slow", 20, 90);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat (parts.us[SG_WORK_TOOLS], ==, 70);
  g_assert_cmpfloat (parts.us[SG_WORK_OWN], ==, 30);
}

/* The runner puts its tools beside the stage that waits for them. */
static void
test_stage_that_waits (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  SgBreakdown parts;

  add (trace, turn, SG_SPAN_STAGE, "stream", 0, 100);
  add (trace, turn, SG_SPAN_TOOL, "slow", 20, 90);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat (parts.us[SG_WORK_TOOLS], ==, 70);
  g_assert_cmpfloat (parts.us[SG_WORK_OWN], ==, 30);
}

static void
test_model_without_phases (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  guint model = add (trace, turn, SG_SPAN_MODEL, "storyteller", 10, 60);
  SgBreakdown parts;

  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat (parts.us[SG_WORK_WRITING], ==, 50);

  /* Between its phases a model waits. */
  add (trace, model, SG_SPAN_PHASE, "prompt", 10, 30);
  add (trace, model, SG_SPAN_PHASE, "write", 40, 60);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpfloat (parts.us[SG_WORK_READING], ==, 20);
  g_assert_cmpfloat (parts.us[SG_WORK_WAITING], ==, 10);
  g_assert_cmpfloat (parts.us[SG_WORK_WRITING], ==, 20);
}

static void
test_background_is_left_out (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  SgBreakdown parts;

  add (trace, turn, SG_SPAN_STAGE, "after", 90, 5000);
  add (trace, 0, SG_SPAN_MODEL, "summary", 200, 4000);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpint (parts.total_us, ==, 100);
  g_assert_cmpfloat (sum (&parts), ==, 100);
}

/* The player waits until all is told, and not for what is saved after that. */
static void
test_saving_is_left_out (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = add (trace, 0, SG_SPAN_TURN, "turn", 0, 100);
  guint model = add (trace, turn, SG_SPAN_MODEL, "storyteller", 10, 60);
  guint commit = add (trace, turn, SG_SPAN_STAGE, "commit", 70, 100);
  SgBreakdown parts;

  add (trace, model, SG_SPAN_PHASE, "compose", 10, 20);
  add (trace, model, SG_SPAN_PHASE, "write", 20, 60);
  add (trace, turn, SG_SPAN_TOOL, "slow", 60, 90);
  add (trace, commit, SG_SPAN_STORE, "commit", 75, 100);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpint (parts.total_us, ==, 70);
  g_assert_cmpfloat (sum (&parts), ==, 70);
  g_assert_cmpfloat (parts.us[SG_WORK_WRITING], ==, 40);
  g_assert_cmpfloat (parts.us[SG_WORK_TOOLS], ==, 10);
  g_assert_cmpfloat (parts.us[SG_WORK_OWN], ==, 20);
}

static void
test_running (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  guint turn = sg_trace_begin (trace, 0, SG_SPAN_TURN, "turn");
  SgBreakdown parts;

  sg_trace_begin (trace, turn, SG_SPAN_TOOL, "slow");
  g_usleep (3000);
  sg_breakdown_measure (trace, &parts);
  g_assert_cmpint (parts.total_us, >=, 3000);
  g_assert_cmpfloat_with_epsilon (sum (&parts), (double) parts.total_us, 1);
  g_assert_cmpfloat (parts.us[SG_WORK_TOOLS], >=, 3000);
}

static void
test_empty (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (g_get_monotonic_time ());
  SgBreakdown parts;
  int percents[SG_N_WORKS];

  sg_breakdown_measure (trace, &parts);
  sg_breakdown_get_percents (&parts, percents);
  g_assert_cmpint (parts.total_us, ==, 0);
  for (guint i = 0; i < SG_N_WORKS; i++)
    g_assert_cmpint (percents[i], ==, 0);
}

static void
test_percents_add_up (void)
{
  SgBreakdown parts = { .us = { 1, 1, 1, 0, 0, 0 }, .total_us = 3 };
  int percents[SG_N_WORKS];
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());

  sg_breakdown_get_percents (&parts, percents);
  g_assert_cmpint (percents[0], ==, 34);
  g_assert_cmpint (percents[1], ==, 33);
  g_assert_cmpint (percents[2], ==, 33);

  for (guint round = 0; round < 1000; round++)
    {
      int total = 0;

      parts.total_us = 0;
      for (guint i = 0; i < SG_N_WORKS; i++)
        {
          parts.us[i] = g_rand_int_range (random, 0, 1 << (round % 20 + 1));
          parts.total_us += (gint64) parts.us[i];
        }
      if (parts.total_us == 0)
        continue;
      sg_breakdown_get_percents (&parts, percents);
      for (guint i = 0; i < SG_N_WORKS; i++)
        {
          g_assert_cmpint (percents[i], >=, 0);
          total += percents[i];
        }
      g_assert_cmpint (total, ==, 100);
    }
}

/* Random trees: whatever overlaps and outlives what, the parts add up to the wall time. */
static void
test_random_trees (void)
{
  static const char *const phases[] = { "connect", "prompt", "write" };

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (SgTrace) trace = sg_trace_new_at (0);
      SgBreakdown parts;

      add (trace, 0, SG_SPAN_TURN, "turn", 0, 1000);
      for (guint i = 1; i < 30; i++)
        {
          gint64 begin = g_test_rand_int_range (0, 1200);

          add (trace, g_test_rand_int_range (0, i + 1), g_test_rand_int_range (1, SG_N_SPAN_KINDS),
               phases[i % 3], begin, begin + g_test_rand_int_range (0, 600));
        }
      sg_breakdown_measure (trace, &parts);
      g_assert_cmpint (parts.total_us, ==, 1000);
      g_assert_cmpfloat_with_epsilon (sum (&parts), 1000, 1e-6);
      for (guint i = 0; i < SG_N_WORKS; i++)
        g_assert_cmpfloat (parts.us[i], >=, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/breakdown/plain-turn", test_plain_turn);
  g_test_add_func ("/breakdown/overlap-is-shared", test_overlap_is_shared);
  g_test_add_func ("/breakdown/waiting", test_waiting);
  g_test_add_func ("/breakdown/child-outlives-parent", test_child_outlives_parent);
  g_test_add_func ("/breakdown/stage-that-waits", test_stage_that_waits);
  g_test_add_func ("/breakdown/model-without-phases", test_model_without_phases);
  g_test_add_func ("/breakdown/background-is-left-out", test_background_is_left_out);
  g_test_add_func ("/breakdown/saving-is-left-out", test_saving_is_left_out);
  g_test_add_func ("/breakdown/running", test_running);
  g_test_add_func ("/breakdown/empty", test_empty);
  g_test_add_func ("/breakdown/percents-add-up", test_percents_add_up);
  g_test_add_func ("/breakdown/random-trees", test_random_trees);

  return g_test_run ();
}
