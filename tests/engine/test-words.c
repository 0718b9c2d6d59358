/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The player's words outlast the program: those in the queue, and those that were not handed in. */

#include "config.h"

#include "engine-fixture.h"

static void
restore (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  sg_session_restore_words_async (fixture->session, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_session_restore_words_finish (fixture->session, result, &error));
  g_assert_no_error (error);
}

static void
begin_and_queue (Fixture *fixture)
{
  sg_fake_model_text (fixture->model, "Half of it.");
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "begin", 0);
  sg_session_submit (fixture->session, SG_INPUT_SAY, "hello", 0);
  sg_session_submit (fixture->session, SG_INPUT_DO, "take it back", 0);
  sg_session_submit (fixture->session, SG_INPUT_DO, "wave", 0);
  g_free (sg_session_withdraw (fixture->session,
                               sg_session_get_queued (fixture->session, 1).ticket));
}

static void
test_queue (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) turns = NULL;

  restore (fixture);
  begin_and_queue (fixture);
  fixture_restart (fixture);
  sg_fake_model_clear (fixture->model);

  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 0);
  restore (fixture);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 2);
  g_assert_cmpstr (sg_session_get_queued (fixture->session, 0).text, ==, "hello");
  g_assert_cmpint (sg_session_get_queued (fixture->session, 0).mode, ==, SG_INPUT_SAY);
  g_assert_cmpstr (sg_session_get_queued (fixture->session, 1).text, ==, "wave");

  /* They wait for the player, and come before what is handed in now. */
  g_assert_false (sg_session_get_busy (fixture->session));
  for (guint i = 0; i < 3; i++)
    {
      sg_fake_model_text (fixture->model, "Done.");
      sg_fake_model_end (fixture->model, SG_FINISH_STOP);
    }
  sg_session_submit (fixture->session, SG_INPUT_DO, "leave", 0);
  while (sg_session_get_busy (fixture->session) || sg_session_get_n_queued (fixture->session) > 0)
    g_main_context_iteration (NULL, TRUE);

  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, turns->len - 3)->input, ==, "hello");
  g_assert_cmpstr (turn_at (turns, turns->len - 2)->input, ==, "wave");
  g_assert_cmpstr (turn_at (turns, turns->len - 1)->input, ==, "leave");

  /* And they do not come twice. */
  fixture_restart (fixture);
  restore (fixture);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 0);
}

static void
test_unsent (Fixture       *fixture,
             gconstpointer  data)
{
  SgInputMode mode = SG_INPUT_DO;

  restore (fixture);
  g_assert_null (sg_session_get_unsent (fixture->session, NULL));
  sg_session_set_unsent (fixture->session, SG_INPUT_STORY, "A storm is com");
  fixture_restart (fixture);
  restore (fixture);
  g_assert_cmpstr (sg_session_get_unsent (fixture->session, &mode), ==, "A storm is com");
  g_assert_cmpint (mode, ==, SG_INPUT_STORY);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 0);

  sg_session_set_unsent (fixture->session, SG_INPUT_DO, NULL);
  fixture_restart (fixture);
  restore (fixture);
  g_assert_null (sg_session_get_unsent (fixture->session, NULL));
}

/* A script that plays the story leaves alone what waits in the window. */
static void
test_scripts (Fixture       *fixture,
              gconstpointer  data)
{
  restore (fixture);
  begin_and_queue (fixture);
  fixture_restart (fixture);
  sg_fake_model_clear (fixture->model);

  fixture_play_plain (fixture, "look", "A room.");
  fixture_restart (fixture);
  restore (fixture);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/words/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("queue", test_queue);
  ADD ("unsent", test_unsent);
  ADD ("scripts", test_scripts);
#undef ADD

  return g_test_run ();
}
