/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server reuses what it has read of the last prompt up to the first byte that differs.  So a
 * restart must not change a byte of what is sent: two stories are told the same, one of
 * them with restarts, and every prompt is compared. */

#include "config.h"

#include "engine-fixture.h"

#define TURNS 60

typedef enum
{
  AFTER_NOTHING,
  AFTER_RESTART,
  AFTER_UNDO,
  AFTER_UNDO_AND_RESTART,
} Between;

static void
limit (Fixture *fixture,
       int      turns,
       int      tokens)
{
  g_object_set (sg_session_get_settings (fixture->session), "history-turns", turns,
                "context-tokens", tokens, "tool-set", SG_TOOL_SET_CORE, NULL);
}

static void
tell (Fixture *fixture,
      guint    number)
{
  g_autofree char *words = g_strdup_printf ("do the thing number %u", number);
  g_autofree char *reply = g_strdup_printf ("The thing %u is done, \"as ever\".\n\nWhat now?", number);
  g_autofree char *arguments =
    g_strdup_printf ("{\"entity\":\"thing_%u\",\"set\":{\"done\":true,\"weight\":%u.5,\"b\":\"ü\","
                     "\"a\":null}}", number % 7, number);

  sg_fake_model_text (fixture->model, reply);
  sg_fake_model_call (fixture->model, "c1", "update_state", arguments);
  if (number % 5 == 0)
    sg_fake_model_call (fixture->model, "c2", "add_memory",
                        "{\"text\":\"A number was called.\",\"keywords\":\"number\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play (fixture, words);
  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                   SG_STAGE_DONE);
}

static void
tell_story (Fixture *fixture,
            int      turns,
            int      tokens,
            Between  between)
{
  limit (fixture, turns, tokens);
  for (guint i = 0; i < TURNS; i++)
    {
      gboolean stop_here = i > 0 && (i % 7 == 0 || i == 21 || i == 22 || i == 59);

      if (stop_here && (between == AFTER_UNDO || between == AFTER_UNDO_AND_RESTART))
        {
          fixture_move (fixture, sg_story_undo_async);
          if (between == AFTER_UNDO_AND_RESTART)
            {
              fixture_restart (fixture);
              limit (fixture, turns, tokens);
            }
          fixture_move (fixture, sg_story_redo_async);
        }
      if (stop_here && between == AFTER_RESTART)
        {
          fixture_restart (fixture);
          limit (fixture, turns, tokens);
        }
      tell (fixture, i);
    }
}

static void
compare (Fixture *fixture,
         int      turns,
         int      tokens,
         Between  between)
{
  Fixture other = { NULL };
  g_autoptr (GPtrArray) prompts = NULL;
  g_autoptr (GPtrArray) others = NULL;
  guint n_dropped = 0;

  fixture_set_up (&other, NULL);
  tell_story (fixture, turns, tokens, AFTER_NOTHING);
  tell_story (&other, turns, tokens, between);

  /* What is asked in the background is no part of it. */
  prompts = fixture_list_narrations (fixture);
  others = fixture_list_narrations (&other);
  g_assert_cmpuint (prompts->len, ==, TURNS);
  g_assert_cmpuint (others->len, ==, TURNS);
  for (guint i = 0; i < TURNS; i++)
    g_assert_cmpstr (g_ptr_array_index (prompts, i), ==,
                     g_ptr_array_index (others, i));

  /* And the history is appended to for many turns between two that drop a block. */
  for (guint i = 1; i < TURNS; i++)
    {
      const char *before = g_ptr_array_index (prompts, i - 1);
      const char *stable_end = strstr (before, "[What is true now]");

      n_dropped += strncmp (before, g_ptr_array_index (prompts, i), (gsize) (stable_end - before)) != 0;
    }
  g_assert_cmpuint (n_dropped, >, 2);
  g_assert_cmpuint (n_dropped, <, TURNS / 3);

  fixture_tear_down (&other, NULL);
}

static void
test_restart (Fixture      *fixture,
              gconstpointer data)
{
  compare (fixture, 20, 0, AFTER_RESTART);
}

static void
test_restart_by_tokens (Fixture      *fixture,
                        gconstpointer data)
{
  compare (fixture, 0, 2400, AFTER_RESTART);
}

static void
test_undo (Fixture      *fixture,
           gconstpointer data)
{
  compare (fixture, 20, 0, AFTER_UNDO);
}

static void
test_undo_and_restart (Fixture      *fixture,
                       gconstpointer data)
{
  compare (fixture, 20, 0, AFTER_UNDO_AND_RESTART);
}

/* A draft that is kept has no prompt of its own: the history goes on from where it began before. */
static void
test_kept_draft (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GPtrArray) prompts = NULL;
  g_autoptr (GPtrArray) more = NULL;
  const char *before, *last;

  tell_story (fixture, 20, 0, AFTER_NOTHING);
  prompts = fixture_list_narrations (fixture);
  before = g_ptr_array_index (prompts, prompts->len - 1);
  sg_fake_model_text (fixture->model, "Half");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "Cut.");
  fixture_play (fixture, "half");
  fixture_end_draft (fixture, sg_session_keep_draft_async, NULL);
  fixture_restart (fixture);
  limit (fixture, 20, 0);
  tell (fixture, TURNS);

  more = fixture_list_narrations (fixture);
  last = g_ptr_array_index (more, more->len - 1);
  g_assert_true (strncmp (before, last,
                          (gsize) (strstr (before, "[What is true now]") - before)) == 0);
  g_assert_nonnull (strstr (last, "assistant: Half\n"));
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/restart/turns", test_restart);
  ADD ("/restart/tokens", test_restart_by_tokens);
  ADD ("/restart/undo", test_undo);
  ADD ("/restart/undo-and-restart", test_undo_and_restart);
  ADD ("/restart/kept-draft", test_kept_draft);

  return g_test_run ();
}
