/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns that are planned first: the steps run, what came of them is in the prompt, and a plan that makes no
 * sense leaves the plain turn. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "engine/sg-intent.h"
#include "engine/sg-plan.h"
#include "engine/sg-prompt-rebuild.h"
#include "engine/sg-turn-run-private.h"

#define PLAN(answer, steps) "{\"intent\":\"use\",\"answer\":\"" answer "\",\"steps\":[" steps "]}"
#define CHARACTER(who, steps) \
  "{\"intent\":\"talk\",\"answer\":\"character\",\"character\":\"" who "\",\"steps\":[" steps "]}"
#define STEP(tool, arguments) "{\"tool\":\"" tool "\",\"arguments\":" arguments "}"

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);
  /* What a narration beside the plan changes is tested in test-early.c. */
  g_object_set (sg_session_get_settings (fixture->session), "planner", TRUE, "plain-turns", FALSE,
                "early-narration", FALSE, NULL);
}

static void
plan (Fixture    *fixture,
      const char *answer)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, answer);
}

static const char *
last_prompt (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  data)
{
  SgTurnRun *run;
  const char *first;

  plan (fixture, PLAN ("narrator",
                       STEP ("roll_dice", "{\"dice\":\"2d6\",\"reason\":\"force the lock\"}") ","
                       STEP ("update_state", "{\"entity\":\"door\",\"set\":{\"strength\":\"$1.total\"}}")));
  run = fixture_play_plain (fixture, "force the door", "It gives.");

  g_assert_no_error (sg_turn_run_get_error (run));
  first = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 0);
  g_assert_nonnull (strstr (first, "You plan the next turn"));
  g_assert_nonnull (strstr (first, "- roll_dice: "));
  g_assert_nonnull (strstr (first, "Action: force the door"));
  g_assert_nonnull (strstr (last_prompt (fixture), "[What was found out and done already"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));
  g_assert_cmpint (sg_world_get_int (sg_story_get_world (fixture->story), "door", "strength", 0), >=,
                   2);
  g_assert_nonnull (sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan"));
  g_assert_nonnull (sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "steps"));

  /* What the plan has written goes with the turn. */
  fixture_move (fixture, sg_story_undo_async);
  g_assert_false (sg_world_has_entity (sg_story_get_world (fixture->story), "door"));
}

#define QUESTION "You plan the next turn"

/* The same words in the same place are not planned twice, except where the player wants another turn. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  SgResponseCache *responses = sg_session_get_responses (fixture->session);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    plan (fixture, PLAN ("narrator", STEP ("roll_dice", "{\"dice\":\"1d6\"}")));
  for (guint i = 0; i < 3; i++)
    fixture_play_plain (fixture, "look", "A room.");
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 2);
  g_assert_cmpuint (sg_response_cache_get_n_hits (responses), ==, 1);
  g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));

  sg_fake_model_text (fixture->model, "A room.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 3);

  fixture_move (fixture, sg_story_undo_async);
  fixture_play_plain (fixture, "look", "A room.");
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 4);

  g_object_set (sg_session_get_settings (fixture->session), "response-cache", FALSE, NULL);
  fixture_play_plain (fixture, "look", "A room.");
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 5);
  g_assert_cmpuint (sg_response_cache_get_n_hits (responses), ==, 1);
}

static void
test_routing (Fixture       *fixture,
              gconstpointer  data)
{
  /* Where characters cannot be asked, the narrator gives them a voice. */
  g_object_set (sg_session_get_settings (fixture->session), "tools-off", "ask_character", NULL);
  plan (fixture, CHARACTER ("mira", ""));
  fixture_play_plain (fixture, "ask her", "“No,” she says.");
  g_assert_nonnull (strstr (last_prompt (fixture), "[Let mira answer, in their own voice.]"));

  plan (fixture, PLAN ("rules", ""));
  fixture_play_plain (fixture, "(how do I undo?)", "With Ctrl+Z.");
  g_assert_nonnull (strstr (last_prompt (fixture), "[The player asks about the story or its rules"));

  plan (fixture, "```json\n" PLAN ("narrator", "") "\n```");
  fixture_play_plain (fixture, "wait", "Time passes.");
  g_assert_null (strstr (last_prompt (fixture), "[What was found out"));
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const answers[] = {
    "I would roll the dice.", "{", "[]", "{\"intent\":\"fly\",\"answer\":\"narrator\",\"steps\":[]}",
    "{\"intent\":\"use\",\"answer\":\"narrator\",\"steps\":{}}", NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      const SgSpan *span;
      SgTurnRun *run;

      /* The last is no answer at all: the model call fails. */
      if (answers[i] != NULL)
        plan (fixture, answers[i]);
      run = fixture_play_plain (fixture, "look", "A room.");
      g_assert_no_error (sg_turn_run_get_error (run));
      g_assert_cmpstr (sg_turn_run_get_text (run), ==, "A room.");
      span = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan");
      g_assert_nonnull (sg_span_get_string (span, "left-out"));
    }
}

/* What the last turn was found to lack: a tool, or nothing. */
static void
assert_findings (Fixture    *fixture,
                 const char *tool)
{
  g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);
  const SgTurnRow *last = turn_at (turns, turns->len - 1);

  if (tool == NULL)
    g_assert_null (last->findings);
  else
    g_assert_nonnull (strstr (last->findings, tool));
}

/* One that cannot be done is planned once more, and only once. */
static void
test_critical (Fixture       *fixture,
               gconstpointer  data)
{
  const char *second;

  plan (fixture, PLAN ("narrator", "{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"a handful\"},"
                                   "\"critical\":true}"));
  plan (fixture, PLAN ("narrator", STEP ("roll_dice", "{\"dice\":\"1d20\"}")));
  fixture_play_plain (fixture, "jump", "You land.");
  assert_findings (fixture, NULL);

  second = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (second, "An earlier plan went wrong: roll_dice"));
  g_assert_nonnull (strstr (last_prompt (fixture), "\"total\":"));

  for (guint i = 0; i < 2; i++)
    plan (fixture, PLAN ("narrator", "{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"a handful\"},"
                                     "\"critical\":true}"));
  fixture_play_plain (fixture, "jump", "You fall.");
  g_assert_nonnull (strstr (last_prompt (fixture), "\"error\":"));
  assert_findings (fixture, "roll_dice");
}

/* What the first plan has done is told to the narrator even where there is no second. */
static void
test_no_second_plan (Fixture       *fixture,
                     gconstpointer  data)
{
  plan (fixture, PLAN ("narrator",
                       STEP ("update_state", "{\"entity\":\"door\",\"set\":{\"open\":true}}") ","
                       "{\"tool\":\"roll_dice\",\"arguments\":{\"dice\":\"a handful\"},"
                       "\"critical\":true}"));
  plan (fixture, "I would rather not.");
  fixture_play_plain (fixture, "jump", "You land.");

  g_assert_nonnull (strstr (last_prompt (fixture), "- update_state: "));
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "door", "open"));
  assert_findings (fixture, "roll_dice");
}

static void
test_bounds (void)
{
  g_autoptr (GString) steps = g_string_new (STEP ("roll_dice", "{\"dice\":\"1d6\"}"));
  g_autofree char *answer = NULL;
  g_autoptr (SgPlan) many = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append (steps, "," STEP ("roll_dice", "{\"dice\":\"1d6\"}"));
  answer = g_strdup_printf (PLAN ("narrator", "%s"), steps->str);
  many = sg_plan_new_from_answer (answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (many->steps->len, ==, SG_PLAN_MAX_STEPS);
}

/* A step with a tool that there is not does nothing, but the others keep their numbers. */
static void
test_unknown_tool (Fixture       *fixture,
                   gconstpointer  data)
{
  SgWorld *world;

  plan (fixture, PLAN ("narrator",
                       STEP ("no_such_tool", "{}") ","
                       STEP ("roll_dice", "{\"dice\":\"1d6\"}") ","
                       STEP ("update_state",
                             "{\"entity\":\"door\",\"set\":{\"strength\":\"$step2.total\"}}") ","
                       STEP ("update_state",
                             "{\"entity\":\"lid\",\"set\":{\"strength\":\"$step1.total\"}}")));
  g_assert_no_error (sg_turn_run_get_error (fixture_play_plain (fixture, "force it", "It gives.")));

  world = sg_story_get_world (fixture->story);
  g_assert_cmpint (sg_world_get_int (world, "door", "strength", 0), >=, 1);
  g_assert_false (sg_world_has_entity (world, "lid"));
  g_assert_null (strstr (last_prompt (fixture), "- no_such_tool"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- roll_dice: {"));
}

static void
set_up_temple (Fixture       *fixture,
               gconstpointer  data)
{
  fixture_set_up_temple (fixture, data);
  /* What a narration beside the plan changes is tested in test-early.c. */
  g_object_set (sg_session_get_settings (fixture->session), "planner", TRUE, "plain-turns", FALSE,
                "early-narration", FALSE, NULL);
}

/* Who is to answer is asked before the telling, once; who cannot answer is not made to. */
static void
test_character_answers (Fixture       *fixture,
                        gconstpointer  data)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  plan (fixture, CHARACTER ("oru", ""));
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER,
                        "{\"says\":\"The river knows.\",\"does\":\"\"}");
  fixture_play_plain (fixture, "ask the porter what is up there", "“The river knows.”");
  g_assert_cmpuint (prompts->len, ==, 3);
  g_assert_nonnull (strstr (g_ptr_array_index (prompts, 1), "You are Oru"));
  g_assert_nonnull (strstr (g_ptr_array_index (prompts, 1),
                            "Action: ask the porter what is up there"));
  g_assert_nonnull (strstr (last_prompt (fixture), "[Let oru answer, in their own voice.]"));
  g_assert_nonnull (strstr (last_prompt (fixture), "\"says\":\"The river knows.\""));

  /* The plan asks already. */
  plan (fixture, CHARACTER ("oru", STEP ("ask_character",
                                         "{\"character\":\"oru\",\"about\":\"Well?\"}")));
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "{\"says\":\"Hm.\",\"does\":\"\"}");
  fixture_play_plain (fixture, "and?", "“Hm.”");
  g_assert_cmpuint (prompts->len, ==, 6);

  plan (fixture, CHARACTER ("nobody", ""));
  fixture_play_plain (fixture, "ask nobody", "Nobody answers.");
  g_assert_null (strstr (last_prompt (fixture), "[Let nobody answer"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- ask_character: {\"error\":"));
}

/* The plan does not wait for the library, nor the library for the plan. */
static void
test_beside_retrieval (Fixture       *fixture,
                       gconstpointer  data)
{
  const SgSpan *planning, *retrieving;
  SgTurnRun *run;

  plan (fixture, "{\"intent\":\"look\",\"answer\":\"narrator\",\f\"steps\":[]}");
  sg_fake_model_text (fixture->model, "A room.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);
  run = sg_session_get_run (fixture->session);
  planning = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "plan");
  retrieving = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "retrieve");
  g_assert_cmpint (retrieving->end_us, ==, SG_SPAN_RUNNING);
  while (retrieving->end_us == SG_SPAN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (planning->end_us, ==, SG_SPAN_RUNNING);

  sg_fake_model_go_on (fixture->model);
  fixture_wait_idle (fixture);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "A room.");
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  /* On a slow machine the moment may come after the plan. */
  sg_fake_model_hang (fixture->model);
  for (guint moment = 0; moment < 8; moment++)
    {
      sg_fake_model_answer_after (fixture->model, SG_REQUEST_PLANNING, 5,
                                  PLAN ("narrator", STEP ("roll_dice", "{\"dice\":\"1d6\"}")));
      sg_session_submit (fixture->session, SG_INPUT_DO, "look", 0);
      for (guint i = 0; i < moment; i++)
        g_main_context_iteration (NULL, FALSE);
      sg_session_stop (fixture->session);
      fixture_wait_idle (fixture);
      g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                       SG_STAGE_STOPPED);
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
    }
}

static void
test_intents (void)
{
  static const struct
  {
    SgInputMode mode;
    const char *words;
    SgIntent    intent;
  } cases[] = {
    { SG_INPUT_DO, "I go to the harbour", SG_INTENT_MOVE },
    { SG_INPUT_DO, "carefully look under the bed", SG_INTENT_LOOK },
    { SG_INPUT_DO, "ask Mira about the flood", SG_INTENT_TALK },
    { SG_INPUT_SAY, "run!", SG_INTENT_TALK },
    { SG_INPUT_DO, "unlock the chest with the key", SG_INTENT_USE },
    { SG_INPUT_DO, "Attack!", SG_INTENT_ATTACK },
    { SG_INPUT_DO, "wait", SG_INTENT_WAIT },
    { SG_INPUT_DO, "(what were the rules for dice?)", SG_INTENT_ASK },
    { SG_INPUT_DO, "ponder", SG_INTENT_OTHER },
    { SG_INPUT_DO, "I'll go", SG_INTENT_MOVE },
    { SG_INPUT_DO, "ÖFFNE die Tür", SG_INTENT_USE },
    { SG_INPUT_DO, "O\xcc\x88""ffne die Tür", SG_INTENT_USE },
    { SG_INPUT_DO, "Überlege und warte", SG_INTENT_WAIT },
    { SG_INPUT_DO, "then I will please try to slowly take it", SG_INTENT_USE },
    { SG_INPUT_DO, "one two three four five go", SG_INTENT_MOVE },
    { SG_INPUT_DO, "one two three four five six go", SG_INTENT_OTHER },
    { SG_INPUT_DO, "…", SG_INTENT_OTHER },
    { SG_INPUT_STORY, "Go figure.", SG_INTENT_OTHER },
    { SG_INPUT_DO, "", SG_INTENT_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (sg_intent_to_string (sg_intent_guess (cases[i].mode, cases[i].words)), ==,
                     sg_intent_to_string (cases[i].intent));
}

/* Where the player only looks around, there is nothing to plan. */
static void
test_plain_turns (Fixture       *fixture,
                  gconstpointer  data)
{
  static const struct
  {
    SgInputMode mode;
    const char *words;
    gboolean    plain;
  } cases[] = {
    { SG_INPUT_DO, "look", TRUE },
    { SG_INPUT_DO, "I look around me carefully.", TRUE },
    { SG_INPUT_DO, "Schaue mich um", TRUE },
    { SG_INPUT_DO, "look around for a way out", FALSE },
    { SG_INPUT_DO, "look under the bed", FALSE },
    { SG_INPUT_DO, "look at Mira", FALSE },
    { SG_INPUT_DO, "search", FALSE },
    { SG_INPUT_DO, "wait here", FALSE },
    { SG_INPUT_SAY, "look", FALSE },
    { SG_INPUT_STORY, "look", FALSE },
    { SG_INPUT_DO, "", FALSE },
  };
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sg_intent_is_plain (cases[i].mode, cases[i].words), ==, cases[i].plain);

  plan (fixture, PLAN ("narrator", ""));
  fixture_play_plain (fixture, "look around", "A room.");
  g_assert_cmpuint (prompts->len, ==, 2);

  g_object_set (sg_session_get_settings (fixture->session), "plain-turns", TRUE, NULL);
  fixture_play_plain (fixture, "look around", "A room.");
  g_assert_cmpuint (prompts->len, ==, 3);
  g_assert_null (strstr (last_prompt (fixture), "You plan the next turn"));
}

/* What the plan has read is not read again where the narrator asks for it once more. */
static void
test_not_twice (Fixture       *fixture,
                gconstpointer  data)
{
  SgToolRunner *runner;
  SgTrace *trace;

  plan (fixture, PLAN ("narrator", STEP ("look_around", "{}")));
  sg_fake_model_call (fixture->model, "a", "look_around", "{}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  runner = fixture_play_plain (fixture, "force the door", "It gives.")->runner;
  trace = sg_turn_run_get_trace (sg_session_get_run (fixture->session));

  g_assert_cmpuint (sg_tool_runner_get_n_calls (runner), ==, 2);
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (trace, sg_tool_runner_get_call (runner, 1)->span),
                                    "coalesced", 0), ==, 1);
  g_assert_cmpstr (sg_tool_runner_get_call (runner, 0)->result, ==,
                   sg_tool_runner_get_call (runner, 1)->result);
}

static void
rebuilt_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  SgModelRequest **request = user_data;

  *request = sg_prompt_rebuild_finish (SG_STORY (object), result, NULL);
  g_assert_nonnull (*request);
}

/* The model counts its own calls: it has not seen those of the plan. */
static void
test_numbers (Fixture       *fixture,
              gconstpointer  data)
{
  SgWorld *world;

  plan (fixture, PLAN ("narrator", STEP ("read_state", "{\"entity\":\"lamp\"}")));
  sg_fake_model_call (fixture->model, "a", "roll_dice", "{\"dice\":\"1d6\"}");
  sg_fake_model_call (fixture->model, "b", "update_state",
                      "{\"entity\":\"door\",\"set\":{\"strength\":\"$1.total\"}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play_plain (fixture, "force the door", "It gives.");

  world = sg_story_get_world (fixture->story);
  g_assert_cmpint (sg_world_get_int (world, "door", "strength", 0), >=, 1);
}

/* The prompt can be put together again, with what the plan found out. */
static void
test_rebuild (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgModelRequest) request = NULL;
  const SgMessage *last;
  GPtrArray *messages;
  gint64 turn;

  plan (fixture, PLAN ("narrator", STEP ("update_state", "{\"entity\":\"door\",\"set\":{\"open\":true}}")));
  turn = sg_turn_run_get_turn (fixture_play_plain (fixture, "open the door", "It opens."));

  sg_prompt_rebuild_async (fixture->story, turn, sg_session_get_catalog (fixture->session), NULL, rebuilt_cb, &request);
  while (request == NULL)
    g_main_context_iteration (NULL, TRUE);
  messages = sg_model_request_get_messages (request);
  last = g_ptr_array_index (messages, messages->len - 1);
  g_assert_nonnull (strstr (last_prompt (fixture), last->content));
  g_assert_nonnull (strstr (last->content, "- update_state: "));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/plan/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("steps", test_steps);
  ADD ("numbers", test_numbers);
  ADD ("kept", test_kept);
  ADD ("routing", test_routing);
  ADD ("unknown-tool", test_unknown_tool);
  ADD ("malformed", test_malformed);
  ADD ("critical", test_critical);
  ADD ("no-second-plan", test_no_second_plan);
  ADD ("beside-retrieval", test_beside_retrieval);
  ADD ("stop", test_stop);
  ADD ("rebuild", test_rebuild);
  ADD ("plain-turns", test_plain_turns);
  ADD ("not-twice", test_not_twice);
#undef ADD
  g_test_add ("/plan/character-answers", Fixture, NULL, set_up_temple, test_character_answers,
              fixture_tear_down);
  g_test_add_func ("/plan/bounds", test_bounds);
  g_test_add_func ("/plan/intents", test_intents);

  return g_test_run ();
}
