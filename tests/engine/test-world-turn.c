/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns in which a model calls the tools of the world: what they change is there in the next prompt, goes with
 * undo, comes with redo and stays out of other branches. */

#include "config.h"

#include "engine/sg-session.h"

#include "engine-fixture.h"
#include "store/sg-tables.h"
#include "world/sg-relationship.h"

#include <string.h>

static SgWorld *
get_world (Fixture *fixture)
{
  return sg_story_get_world (fixture->story);
}

/* All tools are offered. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture_set_up (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "tool-set", SG_TOOL_SET_ALL, NULL);
}

static void
restart (Fixture *fixture)
{
  fixture_restart (fixture);
  g_object_set (sg_session_get_settings (fixture->session), "tool-set", SG_TOOL_SET_ALL, NULL);
}

/* A turn of two rounds: a call, and words after its result, which is returned. */
static const char *
play_call (Fixture    *fixture,
           const char *name,
           const char *arguments)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  const char *prompt, *result;
  SgTurnRun *run;

  sg_fake_model_call (fixture->model, "c1", name, arguments);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "So it is.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "look");
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);

  prompt = g_ptr_array_index (prompts, prompts->len - 1);
  result = g_strrstr (prompt, "\ntool: ");
  g_assert_nonnull (result);

  return result + strlen ("\ntool: ");
}

/* A turn of one round: words, and a call that only writes. */
static void
play_write (Fixture    *fixture,
            const char *name,
            const char *arguments)
{
  guint n_prompts = sg_fake_model_prompts (fixture->model)->len;
  SgTurnRun *run;

  sg_fake_model_text (fixture->model, "It is done.");
  sg_fake_model_call (fixture->model, "c1", name, arguments);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  run = fixture_play (fixture, "act");
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, n_prompts + 1);
}

static void
play_many (Fixture *fixture)
{
  static const char *const calls[][2] = {
    { "create_character", "{\"name\":\"Anna\",\"description\":\"A guide.\",\"traits\":[\"brave\"]}" },
    { "update_relationship", "{\"from\":\"anna\",\"by\":15,\"kind\":\"ally\",\"why\":\"You shared bread.\"}" },
    { "set_goal", "{\"goal\":\"leave\",\"state\":\"open\",\"text\":\"Get out of the room.\"}" },
    { "advance_time", "{\"minutes\":30}" },
    { "update_world", "{\"set\":{\"lamp\":{\"lit\":true},\"door\":{\"open\":false,\"place\":\"room\"}}}" },
    { "batch_memory", "{\"memories\":[{\"text\":\"Anna came in by the window.\"},{\"text\":\"It is late.\"}]}" },
  };

  sg_fake_model_text (fixture->model, "Anna climbs in. ");
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      sg_fake_model_call (fixture->model, id, calls[i][0], calls[i][1]);
    }
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  g_assert_cmpint (sg_turn_run_get_stage (fixture_play (fixture, "open the window")), ==, SG_STAGE_DONE);
}

static void
assert_happened (Fixture  *fixture,
                 gboolean  happened)
{
  g_autoptr (SgRelationship) relationship = sg_relationship_get (get_world (fixture), "anna", "player");

  g_assert_cmpint (sg_world_has_entity (get_world (fixture), "anna"), ==, happened);
  g_assert_cmpint (relationship != NULL, ==, happened);
  g_assert_cmpint (sg_world_has_entity (get_world (fixture), "leave"), ==, happened);
  g_assert_cmpint (sg_world_has_entity (get_world (fixture), "door"), ==, happened);
  g_assert_cmpint (sg_world_get_boolean (get_world (fixture), "lamp", "lit"), ==, happened);
  g_assert_cmpstr (sg_world_get_string (get_world (fixture), "story", "time"), ==,
                   happened ? "09:30" : NULL);
}

/* Several in one message, all of them writes: one call of the model, one step of undo. */
static void
test_many_and_undo (Fixture      *fixture,
                    gconstpointer data)
{
  const char *prompt;

  play_many (fixture);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 1);
  assert_happened (fixture, TRUE);
  g_assert_cmpstr (sg_world_lookup (get_world (fixture), "anna", "name")->call, ==, "m0");
  g_assert_cmpstr (sg_world_lookup (get_world (fixture), "door", "open")->call, ==, "m4");
  g_assert_cmpstr (sg_world_get_string (get_world (fixture), "anna", "place"), ==, "room");

  /* The next prompt says what people are to each other in a line. */
  fixture_play_plain (fixture, "wait", "You wait.");
  prompt = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (prompt, "\nanna toward player: 15, ally (You shared bread.)\n"));
  g_assert_null (strstr (prompt, "toward_player"));
  g_assert_nonnull (strstr (prompt, "\nleave: {\"kind\":\"goal\",\"name\":\"Get out of the room.\""));
  fixture_move (fixture, sg_story_undo_async);
  assert_happened (fixture, TRUE);

  fixture_move (fixture, sg_story_undo_async);
  assert_happened (fixture, FALSE);
  fixture_play_plain (fixture, "look for Anna", "Nobody.");
  prompt = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 2);
  g_assert_null (strstr (prompt, "window"));

  restart (fixture);
  assert_happened (fixture, FALSE);
}

static void
test_redo (Fixture      *fixture,
           gconstpointer data)
{
  play_many (fixture);
  fixture_move (fixture, sg_story_undo_async);
  assert_happened (fixture, FALSE);
  fixture_move (fixture, sg_story_redo_async);
  assert_happened (fixture, TRUE);
}

static void
test_stateful_read (Fixture      *fixture,
                    gconstpointer data)
{
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"first\":true,\"changed\":{\"lamp\":{\"place\":\"room\"}}}"));
  play_write (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"lit\":true,\"oil\":3}}");
  restart (fixture);
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"changed\":{\"lamp\":{\"lit\":true,\"oil\":3}}}"));

  /* What was taken away since. */
  play_write (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"oil\":null}}");
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"changed\":{},\"removed\":{\"lamp\":[\"oil\"]}}"));
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"changed\":{}}"));

  /* Undone looks are looks that never were; and another branch has marks of its own. */
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"changed\":{},\"removed\":{\"lamp\":[\"oil\"]}}"));
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  g_assert_true (g_str_has_prefix (play_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}"),
                                   "{\"changed\":{}}"));
}

/* The marks are nothing that the next prompt shows. */
static void
test_marks_are_not_told (Fixture      *fixture,
                         gconstpointer data)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  play_call (fixture, "stateful_read", "{}");
  fixture_play_plain (fixture, "wait", "You wait.");
  g_assert_null (strstr (g_ptr_array_index (prompts, prompts->len - 1), "_seen"));
}

static void
test_recall_turns (Fixture      *fixture,
                   gconstpointer data)
{
  const char *result;
  g_autofree char *filler = g_strnfill (900, 'x');
  g_autofree char *long_text = g_strdup_printf ("%s The raven says your NAME. %s", filler, filler);

  fixture_play_plain (fixture, "knock", "A raven lands on the sill.");
  fixture_play_plain (fixture, "feed the bird", "It takes the bread.");
  fixture_play_plain (fixture, "listen", long_text);
  fixture_play_plain (fixture, "sleep", "You sleep.");

  result = play_call (fixture, "recall_turns", "{\"words\":\"Raven, name\"}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[{\"turn\":1,\"input\":\"knock\",\"text\":\"A raven lands on "
                                           "the sill.\"},{\"turn\":3,\"input\":\"listen\",\"text\":\"…"));
  g_assert_nonnull (strstr (result, "The raven says your NAME."));
  g_assert_null (strstr (result, filler));

  /* What the player said counts too; what is elsewhere does not. */
  result = play_call (fixture, "recall_turns", "{\"words\":\"bird\"}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[{\"turn\":2,\"input\":\"feed the bird\","
                                           "\"text\":\"It takes the bread.\"}]}"));
  result = play_call (fixture, "recall_turns", "{\"words\":\"dragon\"}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[]}"));

  result = play_call (fixture, "recall_turns", "{\"from\":1,\"to\":2}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[{\"turn\":1,"));
  g_assert_null (strstr (result, "\"turn\":3"));
  result = play_call (fixture, "recall_turns", "{\"limit\":1}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[{\"turn\":8,"));
  result = play_call (fixture, "recall_turns", "{\"from\":70}");
  g_assert_nonnull (strstr (result, "There are no turns from 70"));
  result = play_call (fixture, "recall_turns", "{\"words\":\"?!\"}");
  g_assert_nonnull (strstr (result, "has no word"));

  /* Only what lies on the path. */
  while (sg_story_get_depth (fixture->story) > 0)
    fixture_move (fixture, sg_story_undo_async);
  fixture_play_plain (fixture, "wait", "An owl calls.");
  result = play_call (fixture, "recall_turns", "{\"words\":\"raven owl\"}");
  g_assert_true (g_str_has_prefix (result, "{\"turns\":[{\"turn\":1,\"input\":\"wait\",\"text\":\"An owl calls.\"}]}"));
}

/* A small context has few tools in it; a tool that is not offered is unknown, and the storyteller has them all. */
static void
test_offered (Fixture      *fixture,
              gconstpointer data)
{
  SgEngineSettings *settings = sg_session_get_settings (fixture->session);
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_engine_settings_set_key (settings, "preset", "fast", &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (play_call (fixture, "search_lore", "{\"query\":\"lamp\"}"),
                            "There is no tool `search_lore`"));
  g_assert_null (strstr (play_call (fixture, "read_state", "{\"entity\":\"lamp\"}"), "error"));

  /* The rules name no tool that is not there. */
  g_assert_nonnull (strstr (g_ptr_array_index (sg_fake_model_prompts (fixture->model), 2), "call move_to"));
  g_assert_null (strstr (g_ptr_array_index (sg_fake_model_prompts (fixture->model), 2), "call set_goal"));

  g_assert_true (sg_engine_settings_set_key (settings, "preset", "balanced", &error));
  g_assert_null (strstr (play_call (fixture, "search_lore", "{\"query\":\"lamp\"}"), "error"));
  g_assert_nonnull (strstr (play_call (fixture, "stateful_read", "{}"), "There is no tool"));
  g_assert_true (sg_engine_settings_set_key (settings, "tools-off", "search_lore,look_around", &error));
  g_assert_nonnull (strstr (play_call (fixture, "search_lore", "{\"query\":\"lamp\"}"), "There is no tool"));
  g_assert_cmpint (sg_engine_settings_get_number (settings, "preset"), ==, SG_PRESET_BALANCED);
  g_assert_nonnull (sg_tool_catalog_lookup (sg_session_get_catalog (fixture->session), "stateful_read"));
}

/* What a scenario lets happen goes back to the model, although the call wrote and all was told. */
static void
test_happening_is_told (Fixture      *fixture,
                        gconstpointer data)
{
  SgTurnRun *run;
  const char *prompt;

  sg_fake_model_text (fixture->model, "You step out. ");
  sg_fake_model_call (fixture->model, "c1", "update_state", "{\"entity\":\"hall\",\"set\":{\"kind\":\"place\"}}");
  sg_fake_model_call (fixture->model, "c2", "move_to", "{\"place\":\"hall\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  run = fixture_play (fixture, "leave");
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 1);
  g_assert_cmpstr (sg_world_get_string (get_world (fixture), "player", "place"), ==, "hall");

  sg_fake_model_text (fixture->model, "You go back. ");
  sg_fake_model_call (fixture->model, "c1", "move_to", "{\"place\":\"room\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "The door falls shut.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "go back");
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  prompt = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 2);
  g_assert_nonnull (strstr (prompt, "\"happens\":[\"The door falls shut behind you.\"]"));
  g_assert_true (g_str_has_prefix (sg_turn_run_get_text (run), "You go back."));
  g_assert_true (g_str_has_suffix (sg_turn_run_get_text (run), "The door falls shut."));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("/world-turn/many-and-undo", test_many_and_undo);
  ADD ("/world-turn/redo", test_redo);
  ADD ("/world-turn/stateful-read", test_stateful_read);
  ADD ("/world-turn/marks-are-not-told", test_marks_are_not_told);
  ADD ("/world-turn/recall-turns", test_recall_turns);
  ADD ("/world-turn/offered", test_offered);
  ADD ("/world-turn/happening-is-told", test_happening_is_told);

  return g_test_run ();
}
