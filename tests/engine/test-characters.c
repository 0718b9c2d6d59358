/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters that answer for themselves, and characters that a model has made. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#define SHEET(name) \
  "{\"name\":\"" name "\",\"role\":\"porter\",\"description\":\"Strong.\",\"appearance\":\"Tall.\"," \
  "\"voice\":\"Low.\",\"goal\":\"Rest.\",\"secret\":\"None.\"}"

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up_temple (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "tool-set", SG_TOOL_SET_ALL, NULL);
}

static void
answer (Fixture    *fixture,
        const char *text)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, text);
}

static SgTurnRun *
tell (Fixture *fixture)
{
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "So it goes.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);

  return fixture_play (fixture, "ask around");
}

static const char *
prompt (Fixture *fixture,
        int      position)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  return g_ptr_array_index (prompts, position < 0 ? (int) prompts->len + position : position);
}

static void
test_several_at_once (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *both = NULL;

  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 50,
                              "{\"says\":\"The river knows.\",\"does\":\"spits\"}");
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 50,
                              "I know nothing of any slip.");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"What is up there?\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"And the slip?\"}");
  g_assert_no_error (sg_turn_run_get_error (tell (fixture)));

  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 2);
  /* Which of them is asked first is up to whose memory is read first. */
  both = g_strconcat (prompt (fixture, 1), prompt (fixture, 2), NULL);
  g_assert_nonnull (strstr (prompt (fixture, 1), "You are Oru"));
  g_assert_nonnull (strstr (both, "user: What is up there?"));
  g_assert_nonnull (strstr (both, "user: And the slip?"));
  g_assert_nonnull (strstr (prompt (fixture, -1),
                            "{\"character\":\"oru\",\"says\":\"The river knows.\",\"does\":\"spits\"}"));
  g_assert_nonnull (strstr (prompt (fixture, -1),
                            "{\"character\":\"oru\",\"says\":\"I know nothing of any slip.\"}"));
}

/* Its memories are those that name it. */
static void
test_memory (Fixture       *fixture,
             gconstpointer  data)
{
  fixture_call (fixture, "add_memory", "{\"text\":\"Oru was paid with a button.\"}");
  fixture_call (fixture, "add_memory", "{\"text\":\"Sister Ansa hid the key.\"}");
  tell (fixture);

  answer (fixture, "{\"says\":\"A button!\",\"does\":\"\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"the ferryman\",\"about\":\"Remember?\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -2), "- Oru was paid with a button."));
  g_assert_null (strstr (prompt (fixture, -2), "hid the key"));
}

/* They know what the author lets them say now, what this turn has remembered, and what has happened with them; not
 * what happened elsewhere. */
static void
test_knowledge (Fixture       *fixture,
                gconstpointer  data)
{
  const char *words;

  fixture_play_plain (fixture, "wave", "Oru lifts his pole an inch.\n\nSomebody laughs in the teahouse.");

  answer (fixture, "{\"says\":\"Enough.\",\"does\":\"\"}");
  fixture_call (fixture, "add_memory", "{\"text\":\"The ferryman was promised a hat.\",\"keywords\":[\"Oru\"]}");
  fixture_call (fixture, "update_relationship",
        "{\"from\":\"oru\",\"to\":\"player\",\"by\":10,\"why\":\"Waved.\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"Who did you take down the river?\"}");
  tell (fixture);

  words = prompt (fixture, -2);
  g_assert_nonnull (strstr (words, "What others see of you: Long, black-coated"));
  g_assert_nonnull (strstr (words, "How you sound: "));
  g_assert_nonnull (strstr (words, "- river: \"She's not the trouble,\" says Oru."));
  g_assert_nonnull (strstr (words, "- lowtown: "));
  g_assert_null (strstr (words, "I'd his sleeve"));
  g_assert_nonnull (strstr (words, "oru toward player: 10 (Waved.)"));
  g_assert_nonnull (strstr (words, "- The ferryman was promised a hat."));
  g_assert_nonnull (strstr (words, "- Oru lifts his pole an inch."));
  g_assert_null (strstr (words, "Somebody laughs"));
}

/* An answer that was cut at the limit is not passed on as what was said. */
static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  answer (fixture, "{\"says\":\"The riv");
  answer (fixture, "{\"says\":\"The riv");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"Well?\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -1), "{\"error\":"));
  g_assert_null (strstr (prompt (fixture, -1), "The riv"));
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  fixture_call (fixture, "ask_character", "{\"character\":\"orru\",\"about\":\"Well?\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"ansa\",\"about\":\"Well?\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -1), "There is no character `orru`. Did you mean `oru`?"));
  g_assert_nonnull (strstr (prompt (fixture, -1), "`ansa` is not here but at `hall`"));
  g_assert_nonnull (strstr (prompt (fixture, -1), "`about`"));

  fixture_call (fixture, "ask_character", "{\"character\":\"player\",\"about\":\"Well?\"}");
  fixture_call (fixture, "update_state", "{\"entity\":\"oru\",\"set\":{\"asleep\":true}}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"Well?\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -1), "the player's to decide"));
  g_assert_nonnull (strstr (prompt (fixture, -1), "`oru` is asleep"));

  fixture_call (fixture, "update_state", "{\"entity\":\"oru\",\"set\":{\"dead\":true}}");
  fixture_call (fixture, "ask_character", "{\"character\":\"oru\",\"about\":\"Well?\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -1), "`oru` is dead"));
}

static void
test_generate (Fixture       *fixture,
               gconstpointer  data)
{
  SgWorld *world;

  answer (fixture, "{\"characters\":[{\"name\":\"Nan\",\"role\":\"porter\"},"
                   "{\"name\":\"Issa\",\"role\":\"lamp boy\"}]}");
  answer (fixture, SHEET ("Nan"));
  answer (fixture, SHEET ("Issa"));
  fixture_call (fixture, "generate_characters", "{\"brief\":\"night porters\",\"count\":2}");
  g_assert_no_error (sg_turn_run_get_error (tell (fixture)));

  world = sg_story_get_world (fixture->story);
  g_assert_cmpstr (sg_world_get_string (world, "nan", "voice"), ==, "Low.");
  g_assert_cmpstr (sg_world_get_string (world, "issa", "place"), ==,
                   sg_world_get_string (world, "player", "place"));
  g_assert_nonnull (strstr (prompt (fixture, -1), "{\"id\":\"nan\",\"name\":\"Nan\",\"role\":\"porter\"}"));
  g_assert_nonnull (strstr (prompt (fixture, 1), "These names are taken: "));
  g_assert_nonnull (strstr (prompt (fixture, 1), "sister ansa"));

  /* Whoever was made can be asked. */
  answer (fixture, "{\"says\":\"Mind the step.\",\"does\":\"\"}");
  fixture_call (fixture, "ask_character", "{\"character\":\"nan\",\"about\":\"Good evening.\"}");
  tell (fixture);
  g_assert_nonnull (strstr (prompt (fixture, -2), "You are Nan"));

  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  g_assert_false (sg_world_has_entity (sg_story_get_world (fixture->story), "nan"));
}

static void
test_generate_fails (Fixture       *fixture,
                     gconstpointer  data)
{
  fixture_call (fixture, "generate_characters", "{\"brief\":\"night porters\",\"count\":2}");
  g_assert_no_error (sg_turn_run_get_error (tell (fixture)));
  g_assert_nonnull (strstr (prompt (fixture, -1), "\"error\":"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/characters/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("several-at-once", test_several_at_once);
  ADD ("memory", test_memory);
  ADD ("knowledge", test_knowledge);
  ADD ("cut", test_cut);
  ADD ("refusals", test_refusals);
  ADD ("generate", test_generate);
  ADD ("generate-fails", test_generate_fails);
#undef ADD

  return g_test_run ();
}
