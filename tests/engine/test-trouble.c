/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library that fails in the middle of a turn, and a player who presses everything at once: no word
 * is lost, and the tree stays whole. */

#include "config.h"

#include "engine-fixture.h"
#include "store/sg-connection-private.h"
#include "store/sg-tables.h"

/* A file that may not grow is what a full disk is to SQLite. */
static gboolean
limit_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %d", GPOINTER_TO_INT (data));
  gint64 limit;

  return sg_connection_read_int (connection, sql, &limit, error);
}

static void
limit_pages (Fixture *fixture,
             int      pages)
{
  g_autoptr (GError) error = NULL;

  sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, limit_job, GINT_TO_POINTER (pages),
                    &error);
  g_assert_no_error (error);
}

static char *
make_long_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (text, "word %u ", i);

  return g_strdup (g_strchomp (text->str));
}

static void
note_warning_cb (SgTurnRun  *run,
                 const char *message,
                 char      **kept)
{
  g_free (*kept);
  *kept = g_strdup (message);
}

static void
note_failed_cb (SgSession    *session,
                const GError *error,
                GError      **kept)
{
  g_clear_error (kept);
  *kept = g_error_copy (error);
}

static void
watch_warnings_cb (SgSession *session,
                   SgTurnRun *run,
                   char     **kept)
{
  g_signal_connect (run, "warning", G_CALLBACK (note_warning_cb), kept);
}

/* The words of the turn that did not fit stay with the open story through all that is tried. */
static void
test_full (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *text = make_long_text ();
  g_autofree char *warning = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failed = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  SgTurnRun *run;

  g_signal_connect (fixture->session, "turn-started", G_CALLBACK (watch_warnings_cb), &warning);
  g_signal_connect (fixture->session, "failed", G_CALLBACK (note_failed_cb), &failed);
  fixture_play_plain (fixture, "one", "First.");
  limit_pages (fixture, 1);
  run = fixture_play_plain (fixture, "two", text);

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_FAILED);
  g_assert_error (sg_turn_run_get_error (run), SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FULL);
  g_assert_nonnull (strstr (sg_turn_run_get_error (run)->message, fixture->path));
  g_assert_nonnull (warning);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, text);

  /* Keeping it fails; playing on, which would keep it first, fails too and holds the new words. */
  g_assert_false (fixture_end_draft (fixture, sg_session_keep_draft_async, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FULL);
  g_clear_error (&error);
  sg_session_submit (fixture->session, SG_INPUT_DO, "three", 0);
  fixture_wait_idle (fixture);
  g_assert_error (failed, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FULL);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, text);

  /* There is room again.  A move reads the story anew: the library has no draft, the player has. */
  limit_pages (fixture, 1000000);
  fixture_move (fixture, sg_story_undo_async);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, text);
  g_assert_true (fixture_end_draft (fixture, sg_session_keep_draft_async, &error));
  g_assert_no_error (error);
  g_free (sg_session_withdraw (fixture->session, sg_session_get_queued (fixture->session, 0).ticket));

  fixture_restart (fixture);
  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, text);
  g_assert_cmpstr (turn_at (turns, 2)->input, ==, "two");
}

typedef struct
{
  GMutex   mutex;
  GCond    cond;
  gboolean held;
  gboolean released;
} Hold;

/* Another program that writes and does not come to an end. */
static gboolean
hold_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Hold *hold = data;
  g_autoptr (SgStoryRow) row = sg_story_row_new ();
  gint64 id;

  row->uid = g_uuid_string_random ();
  row->title = g_strdup ("Theirs");
  row->scenario_id = g_strdup ("room");
  row->scenario = g_strdup ("{}");
  row->language = g_strdup ("en");
  row->depth = row->tip_depth = -1;
  id = sg_stories_insert (connection, row, error);
  g_assert_cmpint (id, !=, 0);

  g_mutex_lock (&hold->mutex);
  hold->held = TRUE;
  g_cond_broadcast (&hold->cond);
  while (!hold->released)
    g_cond_wait (&hold->cond, &hold->mutex);
  g_mutex_unlock (&hold->mutex);

  return TRUE;
}

static gboolean
release_cb (gpointer data)
{
  Hold *hold = data;

  g_mutex_lock (&hold->mutex);
  hold->released = TRUE;
  g_cond_broadcast (&hold->cond);
  g_mutex_unlock (&hold->mutex);

  return G_SOURCE_REMOVE;
}

/* Another process writes for a while: the turn waits for it and is committed; the player's thread
 * does not wait. */
static void
test_locked_for_a_while (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (SgLibrary) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  Hold hold = { .held = FALSE };

  other = sg_library_open (fixture->path, &error);
  g_assert_no_error (error);
  sg_library_write_async (other, SG_DURABILITY_FULL, hold_job, &hold, NULL, NULL, keep_cb, &kept);
  g_mutex_lock (&hold.mutex);
  while (!hold.held)
    g_cond_wait (&hold.cond, &hold.mutex);
  g_mutex_unlock (&hold.mutex);

  g_timeout_add (700, release_cb, &hold);
  fixture_play_plain (fixture, "one", "First.");
  g_assert_true (hold.released);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_null (sg_story_get_draft (fixture->story));
  result = wait_result (&kept);
  sg_library_close (other);
}

static void
try_everything (Fixture *fixture)
{
  static const StoryMove moves[] = { sg_story_undo_async, sg_story_redo_async };
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_session_retry (fixture->session, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (sg_session_continue_draft (fixture->session, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      GAsyncResult *kept = NULL;

      moves[i] (fixture->story, NULL, keep_cb, &kept);
      result = wait_result (&kept);
      g_assert_false (sg_story_move_finish (fixture->story, result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
      g_clear_error (&error);
    }

  g_assert_false (fixture_end_draft (fixture, sg_session_keep_draft_async, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (fixture_end_draft (fixture, sg_session_discard_draft_async, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

/* Goes to, or starts an alternative at, the opening. */
static void
go_to_opening (Fixture *fixture,
               void   (*move) (SgStory *, gint64, GCancellable *, GAsyncReadyCallback, gpointer),
               GError **error)
{
  g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (fixture->story, turn_at (turns, 0)->id, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  sg_story_move_finish (fixture->story, result, error);
}

static void
try_moves (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  go_to_opening (fixture, sg_story_goto_async, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  go_to_opening (fixture, sg_story_branch_async, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
test_everything_at_once (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  fixture_play_plain (fixture, "one", "First.");
  sg_fake_model_text (fixture->model, "Sec");
  sg_fake_model_wait (fixture->model);
  sg_fake_model_text (fixture->model, "ond.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "two", 0);

  /* A title is no move. */
  sg_story_set_title_async (fixture->story, "A New Name", NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_true (sg_story_move_finish (fixture->story, result, NULL));
  g_assert_cmpstr (sg_story_get_title (fixture->story), ==, "A New Name");
  g_clear_object (&result);

  fixture_wait_told (fixture, "Sec");
  try_everything (fixture);
  try_moves (fixture);
  sg_fake_model_go_on (fixture->model);
  fixture_wait_idle (fixture);
  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, "Second.");
  fixture_restart (fixture);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 2);
  g_assert_cmpstr (sg_story_get_title (fixture->story), ==, "A New Name");
}

/* Words that are handed in right behind an undo follow the turn that the undo leads to. */
static void
test_words_behind_an_undo (Fixture      *fixture,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  fixture_play_plain (fixture, "one", "First.");
  fixture_play_plain (fixture, "two", "Second.");
  sg_fake_model_text (fixture->model, "Third.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);

  sg_story_undo_async (fixture->story, NULL, keep_cb, &kept);
  sg_session_submit (fixture->session, SG_INPUT_DO, "three", 0);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);
  g_assert_false (sg_session_retry (fixture->session, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  result = wait_result (&kept);
  g_assert_true (sg_story_move_finish (fixture->story, result, NULL));
  fixture_wait_idle (fixture);

  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "First.");
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, "Third.");
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/trouble/full", test_full);
  ADD ("/trouble/locked-for-a-while", test_locked_for_a_while);
  ADD ("/trouble/everything-at-once", test_everything_at_once);
  ADD ("/trouble/words-behind-an-undo", test_words_behind_an_undo);

  return g_test_run ();
}
