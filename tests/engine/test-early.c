/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Narrations that begin while the turn is planned: they count where the plan asks for nothing, and are as if they
 * had never been where it asks for anything.  The plan stops at a form feed until it is told to go on. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "engine/sg-turn-run-private.h"
#include "llm/sg-steady-model.h"
#include "store/sg-tables.h"

#define NOTHING "{\"intent\":\"look\",\"answer\":\"narrator\",\f\"steps\":[]}"
#define DICE \
  "{\"intent\":\"use\",\"answer\":\"narrator\",\"steps\":[\f{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"1d6\"}}]}"

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "planner", TRUE, "plain-turns", FALSE, NULL);
}

static void
text_cb (SgTurnRun  *run,
         const char *text,
         GString    *told)
{
  g_string_append (told, text);
}

static SgTurnRun *
submit (Fixture    *fixture,
        const char *plan)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, plan);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);

  return sg_session_get_run (fixture->session);
}

static const SgSpan *
find_call (SgTurnRun *run)
{
  return sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_MODEL, "fake");
}

static void
wait_for_first_word (SgTurnRun *run)
{
  while (run->early == NULL || run->call_first_token < 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_end_of_call (SgTurnRun *run)
{
  while (find_call (run) == NULL || find_call (run)->end_us == SG_SPAN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
}

static void
finish (Fixture *fixture)
{
  sg_fake_model_go_on (fixture->model);
  fixture_wait_idle (fixture);
}

static void
script (Fixture    *fixture,
        const char *text)
{
  sg_fake_model_text (fixture->model, text);
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
}

static const char *
last_prompt (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

/* Nothing is told and no tool is run until it is known that it counts; then all of it is. */
static void
test_counts (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  SgTurnRun *run;

  sg_fake_model_reason (fixture->model, "Hm.");
  sg_fake_model_text (fixture->model, "You light ");
  sg_fake_model_text (fixture->model, "the lamp.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_usage (fixture->model, 100, 10, 50);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  run = submit (fixture, NOTHING);
  g_signal_connect (run, "text", G_CALLBACK (text_cb), told);
  wait_for_end_of_call (run);

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_PLAN);
  g_assert_cmpstr (told->str, ==, "");
  g_assert_cmpuint (sg_turn_run_get_n_calls (run), ==, 0);

  finish (fixture);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (told->str, ==, "You light the lamp.");
  g_assert_cmpstr (sg_turn_run_get_reasoning (run), ==, "Hm.");
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 2);
  g_assert_cmpint (run->usage.input, ==, 100);
  g_assert_cmpint (sg_trace_get_mark (sg_turn_run_get_trace (run), SG_MARK_MODEL_STARTED), <=,
                   find_call (run)->end_us);
}

/* The player reads on where the plan ends in the middle of the telling; a plan that makes no sense asks for
 * nothing either. */
static void
test_goes_on (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const plans[] = { NOTHING, "{\f" };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      SgTurnRun *run;

      sg_fake_model_text (fixture->model, "A dark ");
      sg_fake_model_pause (fixture->model, 30);
      script (fixture, "room.");
      run = submit (fixture, plans[i]);
      wait_for_first_word (run);
      finish (fixture);

      g_assert_cmpstr (sg_turn_run_get_text (run), ==, "A dark room.");
      g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 2 * (i + 1));
    }
}

/* By then the first call has been broken off, and another one follows. */
static void
tell_anew_cb (SgTurnRun        *run,
              const SgToolCall *call,
              Fixture          *fixture)
{
  sg_fake_model_clear (fixture->model);
  script (fixture, "It gives.");
}

static gboolean
read_calls (SgConnection *connection,
            gpointer      data,
            GCancellable *cancellable,
            GError      **error)
{
  gint64 turn = **(gint64 **) data;

  *(GPtrArray **) data = sg_model_calls_list (connection, turn, error);

  return *(GPtrArray **) data != NULL;
}

/* What was begun in vain is stored as what it was, and the turn does not count it as its own. */
static void
assert_stored (Fixture   *fixture,
               SgTurnRun *run)
{
  gint64 turn = sg_turn_run_get_turn (run);
  gpointer data = &turn;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;
  const SgModelCallRow *vain;

  sg_library_read_async (fixture->library, read_calls, &data, NULL, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_library_read_finish (fixture->library, result, NULL));
  rows = data;

  g_assert_cmpuint (rows->len, ==, 3);
  vain = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (vain->kind, ==, "narration");
  g_assert_nonnull (vain->error);
  g_assert_true (vain->estimated);
  g_assert_cmpint (vain->tokens_in, >, 0);
  g_assert_cmpint (run->usage.input, ==, -1);
}

static void
test_in_vain (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  SgTurnRun *run;

  sg_fake_model_text (fixture->model, "It does not give.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_hang (fixture->model);
  run = submit (fixture, DICE);
  g_signal_connect (run, "text", G_CALLBACK (text_cb), told);
  g_signal_connect (run, "tool-started", G_CALLBACK (tell_anew_cb), fixture);
  wait_for_first_word (run);
  finish (fixture);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (told->str, ==, "It gives.");
  g_assert_false (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 3);
  g_assert_null (strstr (g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1), "roll_dice: {"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));
  assert_stored (fixture, run);
}

/* Whoever else is to answer changes the prompt as well. */
static void
test_another_answers (Fixture       *fixture,
                      gconstpointer  data)
{
  SgTurnRun *run;

  script (fixture, "You ponder the rules.");
  script (fixture, "With Ctrl+Z.");
  run = submit (fixture, "{\"intent\":\"ask\",\"answer\":\"rules\",\f\"steps\":[]}");
  wait_for_end_of_call (run);
  finish (fixture);

  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "With Ctrl+Z.");
  g_assert_nonnull (strstr (last_prompt (fixture), "[The player asks about the story or its rules"));
}

/* A call that fails fails the turn where it counts, and else nobody need know. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  SgTurnRun *run;

  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_SERVER, "Broken");
  run = submit (fixture, NOTHING);
  wait_for_end_of_call (run);
  finish (fixture);
  g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);

  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_SERVER, "Broken");
  run = submit (fixture, DICE);
  g_signal_connect (run, "tool-started", G_CALLBACK (tell_anew_cb), fixture);
  wait_for_end_of_call (run);
  finish (fixture);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "It gives.");
}

/* More than anyone would want to hold is not held; the model is asked again once it is known what for. */
static void
test_too_much (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *much = g_strnfill (1024 * 1024 + 1, 'a');
  SgTurnRun *run;

  sg_fake_model_text (fixture->model, much);
  sg_fake_model_hang (fixture->model);
  run = submit (fixture, NOTHING);
  while (sg_fake_model_prompts (fixture->model)->len < 2 || run->early != NULL)
    g_main_context_iteration (NULL, TRUE);
  sg_fake_model_clear (fixture->model);
  script (fixture, "A room.");
  finish (fixture);

  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "A room.");
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 3);
}

/* Where it is switched off, where calls are counted, and where there is one at a time, the plan comes first. */
static void
check_plan_first (Fixture          *fixture,
                  SgModel          *model,
                  SgEngineSettings *settings)
{
  g_autoptr (SgSession) session = sg_session_new (fixture->story, model, settings);
  const SgSpan *planning;
  SgTurnRun *run;

  script (fixture, "A room.");
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_PLANNING, 30,
                              "{\"intent\":\"look\",\"answer\":\"narrator\",\"steps\":[]}");
  sg_session_submit (session, SG_INPUT_DO, "look", 0);
  while (sg_session_get_busy (session))
    g_main_context_iteration (NULL, TRUE);

  run = sg_session_get_run (session);
  planning = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan");
  g_assert_cmpint (find_call (run)->begin_us, >=, planning->end_us);
  while (!sg_after_get_idle (sg_session_get_after (session)))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_not_wanted (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const settings[][2] = {
    { "early-narration", "off" },
    { "requests-per-minute", "100" },
    { "tokens-per-minute", "100000" },
    { "models-at-once", "1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (SgEngineSettings) before = sg_engine_settings_copy (sg_session_get_settings (fixture->session));

      g_assert_true (sg_engine_settings_set_key (before, settings[i][0], settings[i][1], NULL));
      check_plan_first (fixture, SG_MODEL (fixture->model), before);
    }
}

/* Somebody who pays for calls pays for none that is in vain. */
static void
test_foreign_server (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_copy (sg_session_get_settings (fixture->session));

  sg_fake_model_set_server (fixture->model, "https://api.example.com");
  check_plan_first (fixture, SG_MODEL (fixture->model), settings);
}

/* Nor for one that goes to the server to fall back on. */
static void
test_foreign_fallback (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_copy (sg_session_get_settings (fixture->session));
  g_autoptr (SgClock) clock = sg_clock_new_manual ();
  g_autoptr (SgServerState) state = sg_server_state_new (clock);
  g_autoptr (SgServerState) other_state = sg_server_state_new (clock);
  g_autoptr (SgFakeModel) other = sg_fake_model_new ();
  g_autoptr (SgSteadyModel) steady = sg_steady_model_new (SG_MODEL (fixture->model), state);

  sg_fake_model_set_server (fixture->model, "http://localhost:8080");
  sg_fake_model_set_server (other, "https://api.example.com");
  sg_steady_model_set_fallback (steady, SG_MODEL (other), other_state);
  check_plan_first (fixture, SG_MODEL (steady), settings);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint moment = 0; moment < 20; moment++)
    {
      SgTurnRun *run;

      sg_fake_model_clear (fixture->model);
      sg_fake_model_text (fixture->model, "A dark ");
      sg_fake_model_hang (fixture->model);
      run = submit (fixture, NOTHING);
      for (guint i = 0; i < moment; i++)
        g_main_context_iteration (NULL, i > 4);
      sg_session_stop (fixture->session);
      fixture_wait_idle (fixture);
      g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_STOPPED);
      g_assert_cmpstr (sg_turn_run_get_text (run), ==, "");
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/early/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("counts", test_counts);
  ADD ("goes-on", test_goes_on);
  ADD ("in-vain", test_in_vain);
  ADD ("another-answers", test_another_answers);
  ADD ("failure", test_failure);
  ADD ("too-much", test_too_much);
  ADD ("not-wanted", test_not_wanted);
  ADD ("foreign-server", test_foreign_server);
  ADD ("foreign-fallback", test_foreign_fallback);
  ADD ("stop", test_stop);
#undef ADD

  return g_test_run ();
}
