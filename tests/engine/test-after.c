/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Work that turns leave behind: it is stored with the turn, done in the background, gives way to the
 * player, outlasts the program, and is given up in the end where it cannot be done. */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

/* A kind of work that takes as long as a test likes, and leaves a memory. */
static struct
{
  guint    ms;
  guint    n_begun;
  guint    n_cancelled;
  guint    n_stored;
  gboolean fails;
  gboolean store_fails;
  gint64   last_turn;
  gint64   last_late;
  gint64   last_depth;
} work;

static char *
dup_data (SgTurnRun *run)
{
  return g_strdup_printf ("{\"depth\":%d}", (int) sg_turn_run_get_depth (run));
}

static gboolean
worked_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  gint64 *until = g_task_get_task_data (task);

  if (g_get_monotonic_time () < *until
      && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return G_SOURCE_CONTINUE;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    work.n_cancelled++;
  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  if (work.fails)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "No luck");
      return G_SOURCE_REMOVE;
    }

  sg_after_job_set_result (job, g_strdup ("Remembered."), g_free);
  g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

static void
run_async (SgAfterJob          *job,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (job, cancellable, callback, user_data);
  gint64 until = g_get_monotonic_time () + work.ms * 1000;

  g_task_set_task_data (task, g_memdup2 (&until, sizeof until), g_free);
  work.n_begun++;
  work.last_depth = json_object_get_int_member (sg_after_job_get_data (job), "depth");
  g_assert_cmpint (sg_after_job_get_turn (job)->depth, ==, work.last_depth);
  g_timeout_add_full (G_PRIORITY_DEFAULT, 1, worked_cb, task, g_object_unref);
}

static gboolean
run_finish (SgAfterJob    *job,
            GAsyncResult  *result,
            GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
store (SgAfterJob    *job,
       SgConnection  *connection,
       gint64         turn,
       gint64         late,
       GError       **error)
{
  SgMemoryRow row = { .turn = turn, .late = late, .importance = 5,
                      .text = sg_after_job_get_result (job) };

  work.n_stored++;
  work.last_turn = turn;
  work.last_late = late;
  if (sg_memories_insert (connection, NULL, &row, error) == 0)
    return FALSE;

  if (work.store_fails)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No room");

  return !work.store_fails;
}

static const SgAfterHandler handler = {
  .kind = "test",
  .setting = "background-verification",
  .stage = SG_STAGE_REMEMBER,
  .needs_model = TRUE,
  .is_late = TRUE,
  .dup_data = dup_data,
  .run_async = run_async,
  .run_finish = run_finish,
  .store = store,
};

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  memset (&work, 0, sizeof work);
  fixture_set_up (fixture, data);
  sg_after_add_handler (sg_session_get_after (fixture->session), &handler);
}

typedef struct
{
  gint64     story;
  SgPath    *path;
  guint      n_jobs;
  guint      n_memories;
  GPtrArray *spans;
} Found;

static gboolean
find_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  Found *found = data;
  g_autoptr (GPtrArray) jobs = sg_jobs_list (connection, found->story, error);
  g_autoptr (GPtrArray) memories = sg_memories_list (connection, found->path, error);
  g_autoptr (GPtrArray) turns =
    sg_turns_list (connection, found->path, found->path->depth, found->path->depth, error);

  found->n_jobs = jobs->len;
  found->n_memories = memories->len;
  found->spans =
    sg_spans_list (connection, ((SgTurnRow *) g_ptr_array_index (turns, 0))->id, error);

  return TRUE;
}

/* What the library has of the story at its head. */
static Found
look (Fixture *fixture)
{
  Found found = { .story = sg_story_get_id (fixture->story) };
  g_autoptr (SgPath) path = sg_path_copy (sg_story_get_path (fixture->story));
  g_autoptr (GError) error = NULL;

  found.path = path;
  sg_library_read (fixture->library, find_job, &found, &error);
  g_assert_no_error (error);
  found.path = NULL;

  return found;
}

static void
assert_left (Fixture *fixture,
             guint    n_jobs,
             guint    n_memories)
{
  Found found = look (fixture);

  g_assert_cmpuint (found.n_jobs, ==, n_jobs);
  g_assert_cmpuint (found.n_memories, ==, n_memories);
  g_ptr_array_unref (found.spans);
}

static const SgSpanRow *
find_span (GPtrArray  *spans,
           const char *name)
{
  for (guint i = 0; i < spans->len; i++)
    {
      if (g_str_equal (((SgSpanRow *) spans->pdata[i])->name, name))
        return spans->pdata[i];
    }

  return NULL;
}

static void
test_background (Fixture       *fixture,
                 gconstpointer  data)
{
  Found found;
  const SgSpanRow *after, *span, *turn;

  work.ms = 20;
  fixture_play_plain (fixture, "wait", "Time passes.");
  g_assert_cmpuint (work.n_stored, ==, 0);
  assert_left (fixture, 1, 0);
  fixture_wait_after (fixture);
  g_assert_cmpuint (work.n_stored, ==, 1);
  g_assert_cmpint (work.last_turn, ==, sg_turn_run_get_turn (sg_session_get_run (fixture->session)));
  g_assert_cmpint (work.last_late, ==, 1);

  /* Below the spans of the turn, and behind them. */
  found = look (fixture);
  g_assert_cmpuint (found.n_jobs, ==, 0);
  turn = find_span (found.spans, "turn");
  after = find_span (found.spans, "after");
  span = find_span (found.spans, "test");
  g_assert_cmpint (span->parent, ==, after->number);
  g_assert_cmpint (after->parent, ==, turn->number);
  g_assert_cmpint (span->begin_us, >=, turn->begin_us + turn->duration_us);
  g_assert_cmpint (span->duration_us, >=, 15000);
  g_assert_cmpint (after->duration_us, >=, span->duration_us);
  g_ptr_array_unref (found.spans);
}

/* With its switch off the turn waits for it, and it is committed with the turn. */
static void
test_foreground (Fixture       *fixture,
                 gconstpointer  data)
{
  SgTurnRun *run;

  work.ms = 30;
  g_object_set (sg_session_get_settings (fixture->session), "background-verification", FALSE, NULL);
  run = fixture_play_plain (fixture, "wait", "Time passes.");
  g_assert_cmpuint (work.n_stored, ==, 1);
  g_assert_cmpint (work.last_late, ==, 0);
  g_assert_cmpint (work.last_turn, ==, sg_turn_run_get_turn (run));
  assert_left (fixture, 0, 1);
  g_assert_cmpint (sg_trace_get_span_duration (
                     sg_turn_run_get_trace (run),
                     sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_STAGE, "test")->id),
                   >=, 25000);
}

static gboolean
stop_cb (gpointer user_data)
{
  sg_session_stop (user_data);

  return G_SOURCE_REMOVE;
}

/* What fails there, or is stopped, costs the turn nothing, and is done later. */
static void
test_foreground_stop (Fixture       *fixture,
                      gconstpointer  data)
{
  g_object_set (sg_session_get_settings (fixture->session), "background-verification", FALSE, NULL);

  work.fails = TRUE;
  fixture_play_plain (fixture, "wait", "Time passes.");
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  assert_left (fixture, 1, 0);

  work.fails = FALSE;
  work.ms = 100;
  sg_fake_model_text (fixture->model, "More of it.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "wait", 0);
  while (sg_turn_run_get_stage (sg_session_get_run (fixture->session)) != SG_STAGE_REMEMBER)
    g_main_context_iteration (NULL, TRUE);
  g_idle_add (stop_cb, fixture->session);
  fixture_wait_idle (fixture);
  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==, SG_STAGE_DONE);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 2);

  work.ms = 0;
  fixture_wait_after (fixture);
  assert_left (fixture, 0, 2);
}

/* The player goes first at each moment; the job is begun again, and done once. */
static void
test_gives_way (Fixture       *fixture,
                gconstpointer  data)
{
  guint n_turns = 0;

  for (guint i = 0; i < 10; i++)
    sg_fake_model_answer (fixture->model, SG_REQUEST_SUMMARY, "{\"memories\":[]}");

  for (guint ms = 0; ms <= 24; ms += 3)
    {
      gint64 until;

      work.ms = 20;
      fixture_play_plain (fixture, "wait", "Time passes.");
      n_turns++;
      until = g_get_monotonic_time () + ms * 1000;
      while (g_get_monotonic_time () < until)
        g_main_context_iteration (NULL, FALSE);

      fixture_play_plain (fixture, "wait", "Time passes.");
      n_turns++;
      g_assert_true (sg_session_get_busy (fixture->session) == FALSE);
      work.ms = 0;
      fixture_wait_after (fixture);
      assert_left (fixture, 0, n_turns);
    }

  g_assert_cmpuint (work.n_cancelled, >, 0);
  g_assert_cmpuint (work.n_stored, ==, n_turns);
}

static void
test_closes (Fixture       *fixture,
             gconstpointer  data)
{
  work.ms = 60000;
  fixture_play_plain (fixture, "wait", "Time passes.");
  while (work.n_begun == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (work.n_begun, ==, 1);

  /* The job is cancelled, and nothing is begun any more. */
  fixture_restart (fixture);
  g_assert_cmpuint (work.n_begun, ==, 1);
  g_assert_cmpuint (work.n_cancelled, ==, 1);
  assert_left (fixture, 1, 0);
}

static void
test_resumes (Fixture       *fixture,
              gconstpointer  data)
{
  work.ms = 30;
  fixture_play_plain (fixture, "wait", "Time passes.");
  fixture_play_plain (fixture, "wait", "Time passes.");
  fixture_restart (fixture);
  g_assert_cmpuint (work.n_stored, ==, 0);
  assert_left (fixture, 2, 0);

  /* Nobody knows that kind of work yet; then it is done, the oldest first. */
  fixture_wait_after (fixture);
  assert_left (fixture, 2, 0);
  work.ms = 0;
  sg_after_add_handler (sg_session_get_after (fixture->session), &handler);
  sg_after_release (sg_session_get_after (fixture->session));
  fixture_wait_after (fixture);
  g_assert_cmpuint (work.n_stored, ==, 2);
  g_assert_cmpint (work.last_depth, ==, 2);
  assert_left (fixture, 0, 2);
}

/* A failure is no more than a later try, a few times. */
static void
test_fails (Fixture       *fixture,
            gconstpointer  data)
{
  work.fails = TRUE;
  fixture_play_plain (fixture, "wait", "Time passes.");
  fixture_wait_after (fixture);
  g_assert_cmpuint (work.n_begun, ==, 1);
  assert_left (fixture, 1, 0);

  for (guint i = 0; i < 6; i++)
    {
      sg_after_release (sg_session_get_after (fixture->session));
      fixture_wait_after (fixture);
    }
  g_assert_cmpuint (work.n_begun, ==, 3);
  assert_left (fixture, 1, 0);

  /* The next one is not kept from being done, and after a restart the first is tried again. */
  work.fails = FALSE;
  fixture_play_plain (fixture, "wait", "Time passes.");
  fixture_wait_after (fixture);
  assert_left (fixture, 1, 1);
  fixture_restart (fixture);
  sg_after_add_handler (sg_session_get_after (fixture->session), &handler);
  sg_after_release (sg_session_get_after (fixture->session));
  fixture_wait_after (fixture);
  assert_left (fixture, 0, 2);
}

/* All or nothing: what a failed transaction wrote is not there. */
static void
test_store_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  work.store_fails = TRUE;
  fixture_play_plain (fixture, "wait", "Time passes.");
  fixture_wait_after (fixture);
  g_assert_cmpuint (work.n_stored, ==, 1);
  assert_left (fixture, 1, 0);

  work.store_fails = FALSE;
  sg_after_release (sg_session_get_after (fixture->session));
  fixture_wait_after (fixture);
  assert_left (fixture, 0, 1);
}

/* What another window has done meanwhile is not done twice. */
static void
test_two_windows (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgAfter) other = sg_after_new (fixture->story, SG_MODEL (fixture->model),
                                            sg_session_get_settings (fixture->session));

  work.ms = 10;
  sg_after_add_handler (other, &handler);
  fixture_play_plain (fixture, "wait", "Time passes.");
  sg_after_release (other);
  while (!sg_after_get_idle (other))
    g_main_context_iteration (NULL, TRUE);
  fixture_wait_after (fixture);
  g_assert_cmpuint (work.n_begun, ==, 2);
  g_assert_cmpuint (work.n_stored, ==, 1);
  assert_left (fixture, 0, 1);

  sg_after_close (other);
}

#define ADD(path, func) \
  g_test_add ("/after/" path, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("background", test_background);
  ADD ("foreground", test_foreground);
  ADD ("foreground/stop", test_foreground_stop);
  ADD ("gives-way", test_gives_way);
  ADD ("closes", test_closes);
  ADD ("resumes", test_resumes);
  ADD ("fails", test_fails);
  ADD ("store-fails", test_store_fails);
  ADD ("two-windows", test_two_windows);

  return g_test_run ();
}
