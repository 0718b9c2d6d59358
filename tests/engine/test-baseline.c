/* SPDX-License-Identifier: GPL-3.0-or-later */

/* With everything off a turn is told sequentially and plainly: that is what the optimisations are measured
 * against.  And what the settings say of servers and of questions reaches those who ask. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "engine/sg-engine-model.h"
#include "engine/sg-turn-run-private.h"

#define NO_STEPS "{\"intent\":\"talk\",\"answer\":\"narrator\",\"steps\":[]}"
#define SLOW_MS 20

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up_temple (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "tool-set", SG_TOOL_SET_ALL, "planner", TRUE,
                "plain-turns", FALSE, NULL);
}

static void
set_key (Fixture    *fixture,
         const char *key,
         const char *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_engine_settings_set_key (sg_session_get_settings (fixture->session), key, value, &error));
  g_assert_no_error (error);
}

/* A planned turn that asks two characters at once, each of which takes its time. */
static SgTurnRun *
play_asking (Fixture *fixture)
{
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_PLANNING, SLOW_MS, NO_STEPS);
  for (guint i = 0; i < 2; i++)
    sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, SLOW_MS,
                                "{\"says\":\"The river knows.\",\"does\":\"\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"What is up there?\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"And the slip?\"}");
  fixture_call (fixture, "roll_dice", "{\"dice\":\"1d6\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);

  return fixture_play_plain (fixture, "ask around", "So it goes.");
}

/* Spans of what takes time; a stage is only a frame, except for the reading. */
static gboolean
is_work (const SgSpan *span)
{
  return span->kind == SG_SPAN_MODEL || span->kind == SG_SPAN_TOOL
         || (span->kind == SG_SPAN_STAGE && g_str_equal (span->name, "retrieve"));
}

static gboolean
is_within (SgTrace      *trace,
           const SgSpan *span,
           guint         other)
{
  while (span->id != other && span->parent != 0)
    span = sg_trace_get_span (trace, span->parent);

  return span->id == other;
}

/* How many pairs of spans ran at the same time, of which neither belongs to the other. */
static guint
count_overlaps (SgTurnRun *run)
{
  SgTrace *trace = sg_turn_run_get_trace (run);
  guint n = 0;

  for (guint i = 1; i <= sg_trace_get_n_spans (trace); i++)
    for (guint j = i + 1; j <= sg_trace_get_n_spans (trace); j++)
      {
        const SgSpan *a = sg_trace_get_span (trace, i);
        const SgSpan *b = sg_trace_get_span (trace, j);

        if (is_work (a) && is_work (b) && !is_within (trace, b, i) && a->begin_us < b->end_us
            && b->begin_us < a->end_us)
          n++;
      }

  return n;
}

static void
test_on (Fixture       *fixture,
         gconstpointer  data)
{
  SgTurnRun *run = play_asking (fixture);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpuint (count_overlaps (run), >, 1);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 2);
}

/* One thing after the other, and the same is told: with all switches off, and with the one for this alone. */
static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  SgTurnRun *run;

  if (data != NULL)
    {
      set_key (fixture, data, "off");
      set_key (fixture, "early-tools", "off");
      set_key (fixture, "early-narration", "off");
    }
  else
    {
      set_key (fixture, "optimisations", "off");
    }

  run = play_asking (fixture);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpuint (count_overlaps (run), ==, 0);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 1);
  g_assert_cmpuint (sg_turn_run_get_n_calls (run), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (sg_tool_runner_get_call (run->runner, i)->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "So it goes.");
}

/* The parts of a reading, too. */
static void
test_reading (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const parts[] = { "First.", "Second.", "Third." };
  SgTurnRun *run;

  g_object_set (sg_session_get_settings (fixture->session), "planner", FALSE, NULL);
  set_key (fixture, "parallel-tools", "off");
  fixture_call (fixture, "update_state", "{\"entity\":\"player\",\"set\":{\"place\":\"hall\"}}");
  fixture_call (fixture, "draw_fortune", "{\"question\":\"Will it rain?\"}");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 10 * (3 - i), parts[i]);
  sg_fake_model_text (fixture->model, "You draw.");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  run = fixture_play (fixture, "draw a slip");

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 1);
  g_assert_nonnull (strstr (sg_turn_run_get_text (run),
                            "\n\nMeaning: First.\n\nCounsel: Second.\n\nWarning: Third."));
}

/* Characters that the player asks for are written one by one, too. */
static void
test_forge (Fixture       *fixture,
            gconstpointer  data)
{
  static const char *const names[] = { "Ada", "Bo", NULL };
  g_autoptr (SgCharacterForge) forge = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *waiting = NULL;

  set_key (fixture, "parallel-tools", "off");
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER,
                        "{\"characters\":[{\"name\":\"Ada\",\"role\":\"one\"},{\"name\":\"Bo\",\"role\":\"two\"}]}");
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *sheet = g_strdup_printf (
        "{\"name\":\"%s\",\"role\":\"smith\",\"description\":\"Strong.\",\"appearance\":\"Tall.\","
        "\"voice\":\"Low.\",\"goal\":\"Rest.\",\"secret\":\"None.\"}", names[i]);

      sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, SLOW_MS, sheet);
    }

  forge = sg_session_forge_characters (fixture->session, "villagers", 2, &error);
  g_assert_no_error (error);
  sg_character_forge_run_async (forge, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_character_forge_run_finish (forge, result, &error));
  g_assert_cmpuint (sg_character_forge_get_n_done (forge), ==, 2);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 1);
}

/* What the settings say of connections and limits reaches the model that is played with, also later. */
static void
test_bindings (void)
{
  const SgServerChoice choice = { .address = "http://127.0.0.1:1/v1", .model = "m" };
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = NULL;
  gboolean pooled, limiter;
  guint models;

  g_object_set (settings, "limiter", FALSE, "models-at-once", 2, NULL);
  model = sg_engine_model_new (settings, http, &choice, NULL, &error);
  g_assert_no_error (error);
  g_object_get (http, "pooled", &pooled, NULL);
  g_object_get (model, "limiter", &limiter, "models-at-once", &models, NULL);
  g_assert_true (pooled);
  g_assert_false (limiter);
  g_assert_cmpuint (models, ==, 2);

  g_object_set (settings, "limiter", TRUE, "pooling", FALSE, NULL);
  g_object_get (http, "pooled", &pooled, NULL);
  g_object_get (model, "limiter", &limiter, NULL);
  g_assert_false (pooled);
  g_assert_true (limiter);
}

static void
ignore_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, NULL);

  g_assert_null (answer);
}

/* Each kind of question has its own budget, and the narration has one as well. */
static void
test_budgets (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char    *key;
    SgRequestKind  kind;
  } kinds[] = {
    { "planning-tokens", SG_REQUEST_PLANNING },
    { "verification-tokens", SG_REQUEST_VERIFICATION },
    { "summary-tokens", SG_REQUEST_SUMMARY },
    { "character-tokens", SG_REQUEST_CHARACTER },
  };
  SgTurnRun *run;

  g_object_set (sg_session_get_settings (fixture->session), "planner", FALSE, NULL);
  set_key (fixture, "max-tokens", "777");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *tokens = g_strdup_printf ("%u", 100 + i);

      set_key (fixture, kinds[i].key, tokens);
    }

  run = fixture_play_plain (fixture, "look", "A quay.");
  g_assert_cmpint (sg_model_request_get_max_tokens (run->request), ==, 777);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (SgModelRequest) request = sg_asker_make_request (kinds[i].kind, NULL, "Well?", NULL);

      sg_asker_ask_async (sg_turn_run_get_asker (run), request, "well", 0, NULL, NULL, NULL, ignore_cb, NULL);
      g_assert_cmpint (sg_model_request_get_max_tokens (request), ==, 100 + (int) i);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) \
  g_test_add ("/baseline/" name, Fixture, data, set_up, func, fixture_tear_down)
  ADD ("on", NULL, test_on);
  ADD ("all-off", NULL, test_off);
  ADD ("parallel-tools-off", "parallel-tools", test_off);
  ADD ("reading", NULL, test_reading);
  ADD ("forge", NULL, test_forge);
  ADD ("budgets", NULL, test_budgets);
#undef ADD
  g_test_add_func ("/baseline/bindings", test_bindings);

  return g_test_run ();
}
