/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A turn is stopped, or its window closed, or the library with it, at every iteration of the main
 * loop that it takes.  Whatever the moment: the turn is committed whole, or the story is as
 * it was and the words so far are its draft. */

#include "config.h"

#include "engine-fixture.h"

static const char words[] = "open the door";
static const char whole[] = "The door creaks.\n\nIt is open.";

/* Two rounds with all that a turn can have in them. */
static void
write_down (Fixture *fixture,
            guint    number)
{
  g_autofree char *arguments =
    g_strdup_printf ("{\"entity\":\"door\",\"set\":{\"opened\":%u}}", number);

  sg_fake_model_clear (fixture->model);
  sg_fake_model_reason (fixture->model, "A door?");
  sg_fake_model_text (fixture->model, "The door ");
  sg_fake_model_text (fixture->model, "creaks.");
  sg_fake_model_call (fixture->model, "c1", "update_state", arguments);
  sg_fake_model_call (fixture->model, "c2", "roll_dice", "{\"dice\":\"1d6\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "It is ");
  sg_fake_model_call (fixture->model, "c3", "add_memory", "{\"text\":\"The door was opened.\"}");
  sg_fake_model_text (fixture->model, "open.");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
}

static gint64
opened (Fixture *fixture)
{
  const SgFact *fact = sg_world_lookup (sg_story_get_world (fixture->story), "door", "opened");

  return fact != NULL ? json_node_get_int (fact->value) : 0;
}

/* Runs the main loop @n times, or until the turn is at its end; returns whether that came first. */
static gboolean
iterate (Fixture *fixture,
         guint    n)
{
  for (guint i = 0; i < n && sg_session_get_busy (fixture->session); i++)
    g_main_context_iteration (NULL, TRUE);

  return !sg_session_get_busy (fixture->session);
}

static void
assert_committed (Fixture *fixture,
                  gint64   before,
                  guint    number)
{
  g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);

  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, before + 1);
  g_assert_cmpstr (turn_at (turns, (guint) before + 1)->text, ==, whole);
  g_assert_cmpstr (turn_at (turns, (guint) before + 1)->input, ==, words);
  g_assert_cmpint (opened (fixture), ==, number);
  g_assert_null (sg_story_get_draft (fixture->story));
}

/* What is told next works as ever, after what is left of the turn before. */
static void
assert_plays_on (Fixture *fixture)
{
  const SgDraftRow *draft = sg_story_get_draft (fixture->story);
  gboolean half_told = draft != NULL && *draft->text != '\0';
  g_autofree char *text = half_told ? g_strdup (draft->text) : NULL;
  gint64 before = sg_story_get_depth (fixture->story);
  g_autoptr (GPtrArray) turns = NULL;

  sg_fake_model_clear (fixture->model);
  fixture_play_plain (fixture, "wait", "Time passes.");
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, before + (half_told ? 2 : 1));
  g_assert_null (sg_story_get_draft (fixture->story));

  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, (guint) sg_story_get_depth (fixture->story) + 1);
  g_assert_cmpstr (turn_at (turns, turns->len - 1)->text, ==, "Time passes.");
  if (half_told)
    g_assert_cmpstr (turn_at (turns, turns->len - 2)->text, ==, text);
}

static void
test_stop (Fixture      *fixture,
           gconstpointer data)
{
  gboolean ended = FALSE;
  guint n_drafts = 0;

  for (guint k = 0; !ended; k++)
    {
      gint64 before = sg_story_get_depth (fixture->story);
      gint64 opened_before = opened (fixture);
      const SgDraftRow *draft;
      SgTurnRun *run;

      write_down (fixture, k + 1);
      sg_session_submit (fixture->session, SG_INPUT_DO, words, 0);
      ended = iterate (fixture, k);
      sg_session_stop (fixture->session);
      fixture_wait_idle (fixture);

      run = sg_session_get_run (fixture->session);
      draft = sg_story_get_draft (fixture->story);
      if (sg_turn_run_get_stage (run) == SG_STAGE_DONE)
        {
          assert_committed (fixture, before, k + 1);
        }
      else
        {
          g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_STOPPED);
          g_assert_null (sg_turn_run_get_error (run));
          g_assert_cmpint (sg_story_get_depth (fixture->story), ==, before);
          g_assert_cmpint (opened (fixture), ==, opened_before);
          g_assert_true ((draft != NULL) == (*sg_turn_run_get_text (run) != '\0'));
          if (draft != NULL)
            {
              g_assert_true (g_str_has_prefix (whole, draft->text));
              g_assert_cmpstr (draft->text, ==, sg_turn_run_get_text (run));
              n_drafts++;
            }
        }
      assert_plays_on (fixture);
    }

  g_assert_cmpuint (n_drafts, >, 5);
}

typedef struct
{
  gboolean close_library;
} Closing;

/* Lets go of everything @k iterations into a turn; returns the words that were told by then. */
static char *
close_in_mid_turn (Fixture       *fixture,
                   const Closing *closing)
{
  SgTurnRun *run = sg_session_get_run (fixture->session);
  char *told = g_strdup (sg_turn_run_get_text (run));
  gpointer watched = run;

  g_object_add_weak_pointer (G_OBJECT (run), &watched);
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  if (closing->close_library)
    sg_library_close (fixture->library);
  while (watched != NULL)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  return told;
}

static void
test_close (Fixture      *fixture,
            gconstpointer data)
{
  const Closing *closing = data;
  gboolean ended = FALSE;
  guint n_drafts = 0;

  for (guint k = 0; !ended; k++)
    {
      gint64 before = sg_story_get_depth (fixture->story);
      gint64 opened_before = opened (fixture);
      g_autofree char *told = NULL;
      const SgDraftRow *draft;

      write_down (fixture, k + 1);
      sg_session_submit (fixture->session, SG_INPUT_DO, words, 0);
      ended = iterate (fixture, k);
      told = close_in_mid_turn (fixture, closing);
      fixture_restart (fixture);

      draft = sg_story_get_draft (fixture->story);
      if (sg_story_get_depth (fixture->story) > before)
        {
          assert_committed (fixture, before, k + 1);
        }
      else
        {
          g_assert_cmpint (opened (fixture), ==, opened_before);
          g_assert_nonnull (draft);
          g_assert_cmpstr (draft->input, ==, words);
          g_assert_cmpstr (draft->text, ==, told);
          n_drafts++;
        }
      assert_plays_on (fixture);
    }

  g_assert_cmpuint (n_drafts, >, 5);
}

/* The place of a retry is read first; stopping that leaves everything as it was. */
static void
test_stop_a_retry (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  gboolean ended = FALSE;

  fixture_play_plain (fixture, "one", "First.");
  for (guint k = 0; !ended; k++)
    {
      g_autoptr (GError) error = NULL;

      write_down (fixture, k + 1);
      g_assert_true (sg_session_retry (fixture->session, &error));
      g_assert_no_error (error);
      ended = iterate (fixture, k);
      sg_session_stop (fixture->session);
      fixture_wait_idle (fixture);

      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
      if (sg_story_get_draft (fixture->story) != NULL)
        {
          fixture_end_draft (fixture, sg_session_discard_draft_async, &error);
          g_assert_no_error (error);
        }
    }

  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 2);
  g_assert_cmpstr (turn_at (turns, 1)->input, ==, "one");
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, whole);
}

/* A window that is closed while the place of a retry is read takes the retry with it. */
static void
test_close_a_retry (Fixture      *fixture,
                    gconstpointer data)
{
  for (guint k = 0; k < 12; k++)
    {
      g_autoptr (GError) error = NULL;
      gint64 before;

      sg_fake_model_clear (fixture->model);
      fixture_play_plain (fixture, "one", "First.");
      before = sg_story_get_depth (fixture->story);
      write_down (fixture, k + 1);
      g_assert_true (sg_session_retry (fixture->session, &error));
      iterate (fixture, k);
      fixture_restart (fixture);

      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, before);
      if (sg_story_get_draft (fixture->story) != NULL)
        g_assert_true (g_str_has_prefix (whole, sg_story_get_draft (fixture->story)->text));
      fixture_end_draft (fixture, sg_session_discard_draft_async, NULL);
    }
}

static const Closing window_only = { FALSE };
static const Closing with_library = { TRUE };

#define ADD(name, data, func) \
  g_test_add (name, Fixture, data, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/stop/every-moment", NULL, test_stop);
  ADD ("/stop/close-at-every-moment", &window_only, test_close);
  ADD ("/stop/close-all-at-every-moment", &with_library, test_close);
  ADD ("/stop/retry-at-every-moment", NULL, test_stop_a_retry);
  ADD ("/stop/close-a-retry", NULL, test_close_a_retry);

  return g_test_run ();
}
