/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a half-told turn: nothing that was told is lost but what the player drops. */

#include "config.h"

#include "engine-fixture.h"

static gboolean
stop_cb (gpointer data)
{
  sg_session_stop (data);

  return G_SOURCE_REMOVE;
}

/* Leaves a draft behind: the words, half of an answer, and why it is only half. */
static void
break_off (Fixture    *fixture,
           const char *words,
           const char *text)
{
  if (*text != '\0')
    sg_fake_model_text (fixture->model, text);
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "The server broke off.");
  fixture_play (fixture, words);
  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                   SG_STAGE_FAILED);
}

static void
assert_draft (Fixture    *fixture,
              const char *input,
              const char *text)
{
  g_assert_nonnull (sg_story_get_draft (fixture->story));
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->input, ==, input);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, text);
}

static void
assert_texts (Fixture    *fixture,
              const char *expected)
{
  g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 1; i < turns->len; i++)
    g_string_append_printf (texts, "%s%s", i > 1 ? " | " : "", turn_at (turns, i)->text);
  g_assert_cmpstr (texts->str, ==, expected);
}

/* Whoever plays on has accepted what was told. */
static void
test_new_words_keep_it (Fixture      *fixture,
                        gconstpointer data)
{
  const char *prompt;
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  break_off (fixture, "open the door", "The door opens half");
  fixture_play_plain (fixture, "go through", "You squeeze through.");

  assert_texts (fixture, "The door opens half | You squeeze through.");
  g_assert_null (sg_story_get_draft (fixture->story));
  prompt = g_ptr_array_index (prompts, prompts->len - 1);
  g_assert_nonnull (strstr (prompt, "assistant: The door opens half\n"));

  fixture_restart (fixture);
  assert_texts (fixture, "The door opens half | You squeeze through.");
  g_assert_null (sg_story_get_draft (fixture->story));
}

/* Where nothing was told there is nothing to keep. */
static void
test_new_words_replace_words (Fixture      *fixture,
                              gconstpointer data)
{
  break_off (fixture, "open the door", "");
  assert_draft (fixture, "open the door", "");
  fixture_play_plain (fixture, "open the window", "It opens.");

  assert_texts (fixture, "It opens.");
  g_assert_null (sg_story_get_draft (fixture->story));
}

static void
test_a_retry_spares_it (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  break_off (fixture, "open the door", "The door opens half");

  /* The server is gone now. */
  sg_fake_model_pause (fixture->model, 450);
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CONNECT, "Nothing answers.");
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  assert_draft (fixture, "open the door", "The door opens half");

  /* The player changes their mind. */
  sg_fake_model_hang (fixture->model);
  g_timeout_add (10, stop_cb, fixture->session);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  sg_fake_model_clear (fixture->model);
  assert_draft (fixture, "open the door", "The door opens half");

  fixture_restart (fixture);
  assert_draft (fixture, "open the door", "The door opens half");

  sg_fake_model_text (fixture->model, "The door opens.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  assert_texts (fixture, "The door opens.");
  g_assert_null (sg_story_get_draft (fixture->story));
}

/* The half-told retry of a turn belongs beside that turn, not behind it. */
static void
break_off_retry (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture_play_plain (fixture, "one", "First.");
  fixture_play_plain (fixture, "two", "Second.");
  sg_fake_model_text (fixture->model, "Another sec");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "The server broke off.");
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  assert_draft (fixture, "two", "Another sec");
  assert_texts (fixture, "First. | Second.");
}

static void
test_keep_a_retry (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  break_off_retry (fixture);
  fixture_end_draft (fixture, sg_session_keep_draft_async, &error);
  g_assert_no_error (error);

  assert_texts (fixture, "First. | Another sec");
  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);
  g_assert_cmpint (turn_at (turns, 2)->alternative, ==, 1);
  fixture_play_plain (fixture, "three", "Third.");
  assert_texts (fixture, "First. | Another sec | Third.");
  fixture_restart (fixture);
  assert_texts (fixture, "First. | Another sec | Third.");
}

static void
roll (Fixture *fixture)
{
  sg_fake_model_call (fixture->model, "c1", "roll_dice", "{\"dice\":\"8d100\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
}

static char *
dup_rolled (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  const char *rolled = strstr (g_ptr_array_index (prompts, prompts->len - 1), "tool: ");

  g_assert_nonnull (rolled);

  return g_strdup (rolled);
}

/* Words that were kept are a turn, and what is told beside them has other dice, also where nothing had to be read since
 * the turn before them. */
static void
test_dice_beside_kept_words (Fixture      *fixture,
                             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *beside = NULL;

  fixture_play_plain (fixture, "one", "First.");
  roll (fixture);
  sg_fake_model_text (fixture->model, "You roll");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "The server broke off.");
  fixture_play (fixture, "two");
  kept = dup_rolled (fixture);
  fixture_end_draft (fixture, sg_session_keep_draft_async, &error);
  g_assert_no_error (error);
  fixture_move (fixture, sg_story_undo_async);

  roll (fixture);
  sg_fake_model_text (fixture->model, "You roll again.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  fixture_play (fixture, "two");
  beside = dup_rolled (fixture);
  g_assert_cmpstr (beside, !=, kept);
  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 2)->alternative, ==, 1);
}

static void
test_continue_a_retry (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  break_off_retry (fixture);
  sg_fake_model_text (fixture->model, "ond.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_continue_draft (fixture->session, &error));
  fixture_wait_idle (fixture);

  assert_texts (fixture, "First. | Another second.");
  fixture_restart (fixture);
  assert_texts (fixture, "First. | Another second.");
}

static void
test_retry_a_retry (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  break_off_retry (fixture);
  sg_fake_model_text (fixture->model, "A third second.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);

  assert_texts (fixture, "First. | A third second.");
  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);
}

/* After an undo the draft is kept where it was told, with the world that it had there. */
static void
test_keep_after_undo (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  sg_fake_model_text (fixture->model, "First.");
  sg_fake_model_call (fixture->model, "c1", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play (fixture, "one");
  break_off (fixture, "two", "Half of the second");
  fixture_move (fixture, sg_story_undo_async);
  g_assert_false (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));

  fixture_end_draft (fixture, sg_session_keep_draft_async, &error);
  g_assert_no_error (error);
  assert_texts (fixture, "First. | Half of the second");
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
}

/* Words that come while a draft is being kept wait for that; those that were left in the queue by a
 * stop wait for the player. */
static void
test_words_while_keeping (Fixture      *fixture,
                          gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  break_off (fixture, "one", "Half a");
  sg_session_keep_draft_async (fixture->session, NULL, keep_cb, &kept);
  sg_fake_model_text (fixture->model, "Second.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "two", 0);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);
  result = wait_result (&kept);
  g_assert_true (sg_session_draft_finish (fixture->session, result, NULL));
  fixture_wait_idle (fixture);
  assert_texts (fixture, "Half a | Second.");
}

static void
test_keeping_leaves_the_queue (Fixture      *fixture,
                               gconstpointer data)
{
  sg_fake_model_text (fixture->model, "Half a");
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "one", 0);
  sg_session_submit (fixture->session, SG_INPUT_DO, "two", 0);
  fixture_wait_told (fixture, "Half a");
  sg_session_stop (fixture->session);
  fixture_wait_idle (fixture);
  sg_fake_model_clear (fixture->model);

  fixture_end_draft (fixture, sg_session_keep_draft_async, NULL);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);
  g_assert_false (sg_session_get_busy (fixture->session));

  for (guint i = 0; i < 2; i++)
    {
      sg_fake_model_text (fixture->model, i == 0 ? "Second." : "Third.");
      sg_fake_model_end (fixture->model, SG_FINISH_STOP);
    }
  sg_session_submit (fixture->session, SG_INPUT_DO, "three", 0);
  while (sg_session_get_busy (fixture->session) || sg_session_get_n_queued (fixture->session) > 0)
    g_main_context_iteration (NULL, TRUE);
  assert_texts (fixture, "Half a | Second. | Third.");
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/draft/new-words-keep-it", test_new_words_keep_it);
  ADD ("/draft/new-words-replace-words", test_new_words_replace_words);
  ADD ("/draft/a-retry-spares-it", test_a_retry_spares_it);
  ADD ("/draft/keep-a-retry", test_keep_a_retry);
  ADD ("/draft/dice-beside-kept-words", test_dice_beside_kept_words);
  ADD ("/draft/continue-a-retry", test_continue_a_retry);
  ADD ("/draft/retry-a-retry", test_retry_a_retry);
  ADD ("/draft/keep-after-undo", test_keep_after_undo);
  ADD ("/draft/words-while-keeping", test_words_while_keeping);
  ADD ("/draft/keeping-leaves-the-queue", test_keeping_leaves_the_queue);

  return g_test_run ();
}
