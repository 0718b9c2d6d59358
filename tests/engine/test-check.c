/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a turn in which something is found: it is told once more where it cannot stay so, it says
 * what is wrong with it, and the player can have it told anew. */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

/* A sentence is no telling without the one who is dead. */
#define DEAD "Tom nods at you and pours the tea."
#define ALIVE "The tea is cold, and Tom lies where he lay."

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);

  sg_fake_model_text (fixture->model, "Tom falls.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"tom\",\"set\":{\"dead\":true,\"name\":\"Tom\"}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play (fixture, "push Tom");
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "tom", "dead"));
}

static void
tell (Fixture    *fixture,
      const char *text)
{
  sg_fake_model_text (fixture->model, text);
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
}

/* What the library says of a turn: its text and what was found, with a bar between them. */
static char *
dup_stored (Fixture *fixture,
            guint    depth)
{
  g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);
  const SgTurnRow *row = turn_at (turns, depth);

  return g_strdup_printf ("%s|%s", row->text, row->findings != NULL ? row->findings : "");
}

#define assert_stored(fixture, depth, wanted)                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *stored = dup_stored (fixture, depth);                                         \
                                                                                                   \
    g_assert_cmpstr (stored, ==, wanted);                                                          \
  }                                                                                                \
  G_STMT_END

#define FOUND "Tom is dead, but acts or speaks here. “Tom nods at you and pours the tea”"

static const char *
last_prompt (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static void
shown_cb (SgTurnRun  *run,
          const char *text,
          GString    *shown)
{
  g_string_append (shown, text);
}

static void
restarted_cb (SgTurnRun *run,
              GString   *shown)
{
  g_string_append_c (shown, '#');
}

static void
warning_cb (SgTurnRun  *run,
            const char *message,
            GString    *shown)
{
  g_string_append_printf (shown, "<%s>", message);
}

static void
started_cb (SgSession *session,
            SgTurnRun *run,
            GString   *shown)
{
  g_signal_connect (run, "text", G_CALLBACK (shown_cb), shown);
  g_signal_connect (run, "restarted", G_CALLBACK (restarted_cb), shown);
  g_signal_connect (run, "warning", G_CALLBACK (warning_cb), shown);
}

static void
test_told_again (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  gulong handler = g_signal_connect (fixture->session, "turn-started", G_CALLBACK (started_cb), shown);
  SgTurnRun *run;

  tell (fixture, DEAD);
  tell (fixture, ALIVE);
  run = fixture_play (fixture, "drink tea");
  g_signal_handler_disconnect (fixture->session, handler);

  g_assert_cmpstr (shown->str, ==,
                   DEAD "#<Told again: Tom is dead, but acts or speaks here.>" ALIVE);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, ALIVE);
  assert_stored (fixture, 2, ALIVE "|");

  /* The model knows what it said, and what was wrong with it. */
  g_assert_nonnull (strstr (last_prompt (fixture), "assistant: " DEAD));
  g_assert_nonnull (strstr (last_prompt (fixture), FOUND));
}

static void
test_no_better (Fixture       *fixture,
                gconstpointer  data)
{
  tell (fixture, "Tom grins.");
  tell (fixture, DEAD);
  fixture_play (fixture, "drink tea");

  assert_stored (fixture, 2, DEAD "|" FOUND);
}

/* What the first telling did is done once. */
static void
test_tools_once (Fixture       *fixture,
                 gconstpointer  data)
{
  sg_fake_model_text (fixture->model, DEAD);
  sg_fake_model_call (fixture->model, "b", "update_state",
                      "{\"entity\":\"tea\",\"set\":{\"cold\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  tell (fixture, ALIVE);
  fixture_play (fixture, "drink tea");

  assert_stored (fixture, 2, ALIVE "|");
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "tea", "cold"));
  g_assert_nonnull (strstr (last_prompt (fixture), "tool: "));
}

/* A second telling that comes to nothing does not cost the first. */
static void
test_falls_back (Fixture       *fixture,
                 gconstpointer  data)
{
  tell (fixture, DEAD);
  sg_fake_model_text (fixture->model, "The tea");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_GARBLED, "The server is gone.");
  fixture_play (fixture, "drink tea");
  assert_stored (fixture, 2, DEAD "|" FOUND);

  tell (fixture, DEAD);
  tell (fixture, "");
  fixture_play (fixture, "drink tea");
  assert_stored (fixture, 3, DEAD "|" FOUND);
}

static void
stop_cb (SgTurnRun *run,
         SgSession *session)
{
  sg_session_stop (session);
}

static void
stop_started_cb (SgSession *session,
                 SgTurnRun *run,
                 gpointer   user_data)
{
  g_signal_connect (run, "restarted", G_CALLBACK (stop_cb), session);
}

static void
test_stopped (Fixture       *fixture,
              gconstpointer  data)
{
  tell (fixture, DEAD);
  sg_fake_model_hang (fixture->model);
  g_signal_connect (fixture->session, "turn-started", G_CALLBACK (stop_started_cb), NULL);
  fixture_play (fixture, "drink tea");

  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, DEAD);
}

static void
test_switched_off (Fixture       *fixture,
                   gconstpointer  data)
{
  g_object_set (sg_session_get_settings (fixture->session), "rule-checks", FALSE, NULL);
  fixture_play_plain (fixture, "drink tea", DEAD);

  assert_stored (fixture, 2, DEAD "|");
}

/* What is not critical waits for the player, who has it told anew. */
static void
test_repaired_by_player (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  const char *found = "Your character says what you did not say. “I will never do this again”";
  g_autofree char *expected = g_strconcat ("“I will never do this again,” you say.|", found, NULL);

  fixture_play_plain (fixture, "drink tea", "“I will never do this again,” you say.");
  assert_stored (fixture, 2, expected);
  fixture_play_plain (fixture, "sit down", "You sit.");

  tell (fixture, "You drink.");
  g_assert_true (sg_session_repair (fixture->session, 2, &error));
  g_assert_no_error (error);
  fixture_wait_idle (fixture);

  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 2);
  assert_stored (fixture, 2, "You drink.|");
  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 2)->input, ==, "drink tea");
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);
  g_assert_nonnull (strstr (turn_at (turns, 2)->settings, "\"fault\":\"Your character"));
  g_assert_nonnull (strstr (last_prompt (fixture), found));
  g_assert_nonnull (strstr (last_prompt (fixture), "Tell it again without that."));

  /* The turn after it is told without. */
  fixture_play_plain (fixture, "sit down", "You sit.");
  g_assert_null (strstr (last_prompt (fixture), found));

  g_assert_false (sg_session_repair (fixture->session, 0, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (sg_session_repair (fixture->session, 9, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/check/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("told-again", test_told_again);
  ADD ("no-better", test_no_better);
  ADD ("tools-once", test_tools_once);
  ADD ("falls-back", test_falls_back);
  ADD ("stopped", test_stopped);
  ADD ("switched-off", test_switched_off);
  ADD ("repaired-by-player", test_repaired_by_player);
#undef ADD

  return g_test_run ();
}
