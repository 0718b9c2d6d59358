/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn does with its switches off: that is what they are measured against. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

static void
switch_off (Fixture    *fixture,
            const char *key)
{
  g_object_set (sg_session_get_settings (fixture->session), key, FALSE, NULL);
}

static gboolean
read_spans (SgConnection *connection,
            gpointer      data,
            GCancellable *cancellable,
            GError      **error)
{
  gint64 turn = **(gint64 **) data;

  *(GPtrArray **) data = sg_spans_list (connection, turn, error);

  return *(GPtrArray **) data != NULL;
}

static guint
count_spans (Fixture *fixture,
             gint64   turn)
{
  gpointer data = &turn;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  sg_library_read_async (fixture->library, read_spans, &data, NULL, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_library_read_finish (fixture->library, result, NULL));
  rows = data;

  return rows->len;
}

static void
test_tracking (Fixture       *fixture,
               gconstpointer  data)
{
  SgTurnRun *run = fixture_play_plain (fixture, "look", "A room.");
  g_autoptr (GPtrArray) turns = NULL;

  g_assert_cmpuint (count_spans (fixture, sg_turn_run_get_turn (run)), >, 3);

  switch_off (fixture, "tracking");
  run = fixture_play_plain (fixture, "look again", "The same room.");
  g_assert_cmpuint (count_spans (fixture, sg_turn_run_get_turn (run)), ==, 0);

  /* The figures of the turn are there all the same, and it says what it was told with. */
  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 2)->first_token_us, >, 0);
  g_assert_nonnull (strstr (turn_at (turns, 2)->settings, "\"tracking\":false"));
  g_assert_nonnull (strstr (turn_at (turns, 1)->settings, "\"tracking\":true"));
}

static void
count_stages_cb (SgTurnRun *run,
                 GString   *stages)
{
  g_string_append_printf (stages, "%s ", sg_stage_to_string (sg_turn_run_get_stage (run)));
}

static void
turn_started_cb (SgSession *session,
                 SgTurnRun *run,
                 GString   *stages)
{
  g_autofree char *words = sg_turn_run_dup_stage_text (run);

  g_string_append_printf (stages, "«%s» ", words);
  g_signal_connect (run, "stage-changed", G_CALLBACK (count_stages_cb), stages);
}

static void
test_eager_thinking (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GString) eager = g_string_new (NULL);
  g_autoptr (GString) late = g_string_new (NULL);
  gulong handler = g_signal_connect (fixture->session, "turn-started",
                                     G_CALLBACK (turn_started_cb), eager);

  fixture_play_plain (fixture, "look", "A room.");
  g_signal_handler_disconnect (fixture->session, handler);
  g_assert_true (g_str_has_prefix (eager->str, "«Thinking…» thinking retrieve prompt connect "));

  switch_off (fixture, "eager-thinking");
  handler = g_signal_connect (fixture->session, "turn-started", G_CALLBACK (turn_started_cb), late);
  fixture_play_plain (fixture, "look", "A room.");
  g_signal_handler_disconnect (fixture->session, handler);
  g_assert_true (g_str_has_prefix (late->str, "«» connect "));
}

/* The model is told that its writes went well, and has the last word. */
static void
test_second_call (Fixture       *fixture,
                  gconstpointer  data)
{
  SgTurnRun *run;

  switch_off (fixture, "end-after-writes");
  sg_fake_model_text (fixture->model, "You light the lamp.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "It burns.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "light the lamp");

  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 2);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "You light the lamp.\n\nIt burns.");
}

static gboolean
catalog_says (Fixture    *fixture,
              const char *words)
{
  return strstr (sg_tool_catalog_get_json (sg_session_get_catalog (fixture->session)), words) != NULL;
}

/* What is kept does not hear of a change; what is made anew each turn does. */
static void
test_catalog_cache (Fixture       *fixture,
                    gconstpointer  data)
{
  SgTool *tool = sg_tool_catalog_lookup (sg_session_get_catalog (fixture->session), "roll_dice");
  SgToolClass *klass = SG_TOOL_GET_CLASS (tool);
  const char *description = klass->description;

  /* The fake model is a language model, so that it is given a brief and the tools, here all of them. */
  g_object_set (sg_session_get_settings (fixture->session), "tool-set", SG_TOOL_SET_ALL, NULL);
  fixture_play_plain (fixture, "look", "A room.");
  klass->description = "Another description.";
  fixture_play_plain (fixture, "look", "A room.");
  g_assert_false (catalog_says (fixture, "Another description."));

  switch_off (fixture, "catalog-cache");
  fixture_play_plain (fixture, "look", "A room.");
  g_assert_true (catalog_says (fixture, "Another description."));
  klass->description = description;
}

static void
count_cb (SgTurnRun        *run,
          const SgToolCall *call,
          guint            *count)
{
  (*count)++;
}

/* A call runs while the model is in the middle of its message, or after that where the switch is off. */
static void
test_early_tools (Fixture       *fixture,
                  gconstpointer  data)
{
  for (guint early = 0; early <= 1; early++)
    {
      guint n_started = 0;
      const SgSpan *model, *tool;
      SgTurnRun *run;

      g_object_set (sg_session_get_settings (fixture->session), "early-tools", early > 0, NULL);
      sg_fake_model_call (fixture->model, "a", "update_state", "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
      sg_fake_model_text (fixture->model, "The lamp ");
      sg_fake_model_wait (fixture->model);
      sg_fake_model_text (fixture->model, "burns.");
      sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
      sg_session_submit (fixture->session, SG_INPUT_DO, "light the lamp", 0);
      run = sg_session_get_run (fixture->session);
      g_signal_connect (run, "tool-started", G_CALLBACK (count_cb), &n_started);
      fixture_wait_told (fixture, "The lamp ");
      while (g_main_context_iteration (NULL, FALSE))
        continue;

      model = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_MODEL, NULL);
      g_assert_cmpint (model->end_us, ==, SG_SPAN_RUNNING);
      g_assert_cmpuint (n_started, ==, early);

      sg_fake_model_go_on (fixture->model);
      fixture_wait_idle (fixture);
      g_assert_no_error (sg_turn_run_get_error (run));
      g_assert_cmpuint (n_started, ==, 1);
      model = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_MODEL, NULL);
      tool = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_TOOL, "update_state");
      if (early > 0)
        g_assert_cmpint (tool->end_us, <, model->end_us);
      else
        g_assert_cmpint (tool->begin_us, >=, model->end_us);
    }
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, NULL);

  g_string_append_printf (user_data, "%s ", answer);
}

/* Asks a question on behalf of each turn. */
static void
ask_cb (SgTurnRun *run,
        GString   *answers)
{
  g_autoptr (SgModelRequest) request = NULL;

  if (sg_turn_run_get_stage (run) != SG_STAGE_CONNECT)
    return;

  request = sg_asker_make_request (SG_REQUEST_PLANNING, "Be brief.", "Where to?", NULL);
  sg_model_request_set_cacheable (request, TRUE);
  sg_asker_ask_async (sg_turn_run_get_asker (run), request, "where", 0, NULL, NULL, NULL, answered_cb, answers);
}

static void
asking_started_cb (SgSession *session,
                   SgTurnRun *run,
                   GString   *answers)
{
  g_signal_connect (run, "stage-changed", G_CALLBACK (ask_cb), answers);
}

static void
play_asking (Fixture    *fixture,
             GString    *answers,
             const char *expected)
{
  g_string_truncate (answers, 0);
  fixture_play_plain (fixture, "look", "A room.");
  while (answers->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (answers->str, ==, expected);
}

static void
test_response_cache (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GString) answers = g_string_new (NULL);
  SgResponseCache *responses = sg_session_get_responses (fixture->session);
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->session, "turn-started", G_CALLBACK (asking_started_cb), answers);
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "North.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "South.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "West.");

  play_asking (fixture, answers, "North. ");
  play_asking (fixture, answers, "North. ");
  g_assert_cmpuint (sg_response_cache_get_n_hits (responses), ==, 1);

  /* Whoever asks for a turn again is not given what was answered before. */
  g_string_truncate (answers, 0);
  sg_fake_model_text (fixture->model, "The room.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  while (answers->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (answers->str, ==, "South. ");

  switch_off (fixture, "response-cache");
  play_asking (fixture, answers, "West. ");
  g_assert_cmpuint (sg_response_cache_get_n_hits (responses), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/switches/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("tracking", test_tracking);
  ADD ("eager-thinking", test_eager_thinking);
  ADD ("second-call", test_second_call);
  ADD ("early-tools", test_early_tools);
  ADD ("catalog-cache", test_catalog_cache);
  ADD ("response-cache", test_response_cache);
#undef ADD

  return g_test_run ();
}
