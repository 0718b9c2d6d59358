/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps that run while the plan is still written.  The model stops at a form feed until it is told to go on, so that
 * nothing here depends on how long anything takes. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "engine/sg-plan-stream.h"

#define BEGIN "{\"intent\":\"use\",\"answer\":\"narrator\",\"steps\":["
#define DICE "{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"1d6\"}}"
#define STRENGTH \
  "{\"tool\":\"update_state\",\"arguments\":{\"entity\":\"door\",\"set\":{\"strength\":\"$1.total\"}}}"
#define UNKNOWN "{\"tool\":\"no_such_tool\",\"arguments\":{}}"

typedef struct
{
  SgFakeModel *model;
  GString     *order;
} Watch;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "planner", TRUE, "early-narration", FALSE,
                NULL);
}

static void
tool_finished_cb (SgTurnRun        *run,
                  const SgToolCall *call,
                  Watch            *watch)
{
  const SgSpan *plan = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan");

  g_string_append_printf (watch->order, "%s %s, ", call->name,
                          plan->end_us == SG_SPAN_RUNNING ? "early" : "late");
  sg_fake_model_go_on (watch->model);
}

static void
turn_started_cb (SgSession *session,
                 SgTurnRun *run,
                 Watch     *watch)
{
  g_signal_connect (run, "tool-finished", G_CALLBACK (tool_finished_cb), watch);
}

/* Plays a turn with that plan, of which each step that has run lets the next piece come.  Returns: the tools, and
 * whether they were done before the plan was. */
static char *
play (Fixture    *fixture,
      const char *plan)
{
  g_autoptr (GString) order = g_string_new (NULL);
  Watch watch = { fixture->model, order };
  gulong handler = g_signal_connect (fixture->session, "turn-started", G_CALLBACK (turn_started_cb),
                                     &watch);
  SgTurnRun *run;

  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, plan);
  run = fixture_play_plain (fixture, "force the door", "It gives.");
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "It gives.");
  g_signal_handler_disconnect (fixture->session, handler);

  return g_strdup (order->str);
}

static const char *
last_prompt (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static int
get_strength (Fixture *fixture)
{
  return (int) sg_world_get_int (sg_story_get_world (fixture->story), "door", "strength", 0);
}

/* What reads starts when it is complete; a write waits for the whole plan, and all behind it do. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *reads = play (fixture, BEGIN DICE ",\f" DICE "\f]}");
  g_autofree char *both = NULL;

  g_assert_cmpstr (reads, ==, "roll_dice early, roll_dice early, ");

  both = play (fixture, BEGIN UNKNOWN "," DICE ",\f{\"tool\":\"update_state\",\"arguments\":{\"entity\":"
                        "\"door\",\"set\":{\"strength\":\"$2.total\"}}}," DICE "]}");
  g_assert_cmpstr (both, ==, "no_such_tool early, roll_dice early, update_state late, roll_dice late, ");
  g_assert_cmpint (get_strength (fixture), >=, 1);
  g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- update_state: {"));
}

static void
test_switched_off (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *order = NULL;

  g_object_set (sg_session_get_settings (fixture->session), "early-tools", FALSE, NULL);
  order = play (fixture, BEGIN DICE "," DICE "]}");
  g_assert_cmpstr (order, ==, "roll_dice late, roll_dice late, ");
}

/* The turn is told as if there had been no plan, but for what was found out. */
static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const plans[] = {
    BEGIN DICE "," STRENGTH ",\f I would rather not.",
    BEGIN DICE "," STRENGTH ",\f {\"tool\":7}]}",
    BEGIN DICE "," STRENGTH "\f],\"intent\":\"fly\"}",
    /* Which of the two lists is meant? */
    BEGIN DICE "," STRENGTH "\f],\"steps\":[" STRENGTH "]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autofree char *order = play (fixture, plans[i]);
      SgTurnRun *run = sg_session_get_run (fixture->session);
      const SgSpan *plan = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan");

      g_assert_nonnull (sg_span_get_string (plan, "left-out"));
      g_assert_cmpstr (order, ==, "roll_dice early, ");
      g_assert_cmpint (get_strength (fixture), ==, 0);
      g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));
    }
}

/* The second plan starts early as well, and its steps are counted from 1 again. */
static void
test_second_plan (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *order = NULL;

  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING,
                        BEGIN "{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"a handful\"},"
                              "\"critical\":true}]}");
  order = play (fixture, BEGIN DICE ",\f" STRENGTH "]}");
  g_assert_nonnull (strstr (order, "roll_dice late, update_state late, "));
  g_assert_cmpint (get_strength (fixture), >=, 1);
}

/* At each moment of it the player can stop, and the story is as it was. */
static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint moment = 0; moment < 12; moment++)
    {
      sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, BEGIN DICE ",\f" STRENGTH "]}");
      sg_session_submit (fixture->session, SG_INPUT_DO, "force the door", 0);
      for (guint i = 0; i < moment; i++)
        g_main_context_iteration (NULL, i > 6);
      sg_session_stop (fixture->session);
      fixture_wait_idle (fixture);
      g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                       SG_STAGE_STOPPED);
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
    }
}

/* Counts the steps of a plan that comes byte by byte, and checks that it makes no difference. */
static guint
count_steps (const char *plan)
{
  g_autoptr (SgPlanStream) whole = sg_plan_stream_new ();
  g_autoptr (SgPlanStream) bytes = sg_plan_stream_new ();

  sg_plan_stream_push (whole, plan, strlen (plan));
  for (const char *at = plan; *at != '\0'; at++)
    sg_plan_stream_push (bytes, at, 1);
  g_assert_cmpuint (sg_plan_stream_get_n_steps (whole), ==, sg_plan_stream_get_n_steps (bytes));

  return sg_plan_stream_get_n_steps (whole);
}

static void
test_stream (void)
{
  static const struct
  {
    const char *plan;
    guint       n_steps;
  } cases[] = {
    { "", 0 },
    { BEGIN, 0 },
    { BEGIN "]}", 0 },
    { BEGIN DICE, 1 },
    { BEGIN " " DICE " , " DICE, 2 },
    { BEGIN "{\"tool\":\"a\",\"arguments\":{\"b\":{\"c\":[{}]}}}", 1 },
    { BEGIN "{\"tool\":\"a\",\"arguments\":{\"b\":\"}]\\\"}\"}}", 1 },
    { "Here [\"it\"] is:\n```json\n" BEGIN DICE, 1 },
    /* Lists of that name elsewhere are none of the plan's. */
    { "{\"other\":{\"steps\":[" DICE "]}," "\"steps\":[" DICE, 1 },
    { "{\"steps\":{\"steps\":[" DICE "]}", 0 },
    { "{\"intent\":\"steps\",\"other\":[" DICE, 0 },
    /* Whatever is no step ends it. */
    { BEGIN DICE ",{\"tool\":7,\"arguments\":{}}," DICE, 1 },
    { BEGIN DICE ",[" DICE "]," DICE, 1 },
    { BEGIN DICE "]}" BEGIN DICE, 1 },
    { "}]]}" BEGIN DICE, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (count_steps (cases[i].plan), ==, cases[i].n_steps);
}

static void
test_many (void)
{
  g_autoptr (GString) plan = g_string_new (BEGIN DICE);

  for (guint i = 0; i < 100; i++)
    g_string_append (plan, "," DICE);
  g_assert_cmpuint (count_steps (plan->str), ==, SG_PLAN_MAX_STEPS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/plan-early/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("order", test_order);
  ADD ("switched-off", test_switched_off);
  ADD ("malformed", test_malformed);
  ADD ("second-plan", test_second_plan);
  ADD ("stop", test_stop);
#undef ADD
  g_test_add_func ("/plan-early/stream", test_stream);
  g_test_add_func ("/plan-early/many", test_many);

  return g_test_run ();
}
