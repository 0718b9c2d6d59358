/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs: their order, their transactions, their threads, and being cancelled. */

#include "config.h"

#include <string.h>

#include "store-fixture.h"

#include "store/sg-connection-private.h"

static GThread *main_thread;

static void
spin_until (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
}

/* One job of a series. */
typedef struct
{
  guint     number;
  guint    *n_run;
  guint    *n_done;
  guint    *n_freed;
  guint     last;
  gboolean *all_done;
} Series;

static void
series_free (gpointer data)
{
  Series *series = data;

  g_assert_true (g_thread_self () == main_thread);
  (*series->n_freed)++;
  g_free (series);
}

static gboolean
series_job (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Series *series = data;
  gint64 branch;

  g_assert_true (g_thread_self () != main_thread);
  g_assert_cmpuint (*series->n_run, ==, series->number);
  (*series->n_run)++;
  add_story (connection, "One of many", &branch);

  return TRUE;
}

static void
series_done_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  Series *series = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_thread_self () == main_thread);
  g_assert_true (sg_library_write_finish (SG_LIBRARY (object), result, &error));
  g_assert_no_error (error);

  /* The data is still there. */
  g_assert_cmpuint (*series->n_done, ==, series->number);
  g_assert_cmpuint (*series->n_freed, <=, series->number);
  (*series->n_done)++;
  *series->all_done = series->number == series->last;
}

static gboolean
count_stories_cb (SgConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);

  if (stories == NULL)
    return FALSE;

  *(guint *) data = stories->len;
  return TRUE;
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  guint n_run = 0, n_done = 0, n_freed = 0, n_stories = 0;
  gboolean all_done = FALSE;

  for (guint i = 0; i < 50; i++)
    {
      Series *series = g_new0 (Series, 1);

      *series = (Series) { i, &n_run, &n_done, &n_freed, 49, &all_done };
      sg_library_write_async (fixture->library, i % 2 ? SG_DURABILITY_FULL : SG_DURABILITY_JOURNAL,
                              series_job, series, series_free, NULL, series_done_cb, series);
    }

  g_assert_cmpuint (n_done, ==, 0);
  spin_until (&all_done);
  g_assert_cmpuint (n_run, ==, 50);
  g_assert_cmpuint (n_freed, ==, 50);
  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 50);
}

static gboolean
failing_job (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  gint64 branch;

  add_story (connection, "Never", &branch);
  if (data != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, data);

  return FALSE;
}

static void
test_roll_back (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  guint n_stories = 0;

  g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, failing_job,
                                    (gpointer) "mine", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);

  /* A job that does not say why is given a reason. */
  g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, failing_job, NULL, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FAILED);

  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 0);
}

static gboolean
write_in_read_cb (SgConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  return sg_stories_set_title (connection, 1, "x", error);
}

static void
test_readers_cannot_write (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_library_read (fixture->library, write_in_read_cb, NULL, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_READ_ONLY);
}

/* Runs until it is cancelled: the job itself never looks. */
static gboolean
endless_job (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  gint64 branch, count;

  if (data != NULL)
    {
      add_story (connection, "Cut off", &branch);
      g_atomic_int_set ((int *) data, 1);
    }

  return sg_connection_read_int (connection,
                                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                 "  SELECT count (*) FROM n",
                                 &count, error);
}

typedef struct
{
  gboolean done;
  GError  *error;
} Outcome;

static void
write_outcome_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Outcome *outcome = user_data;

  sg_library_write_finish (SG_LIBRARY (object), result, &outcome->error);
  outcome->done = TRUE;
}

static void
read_outcome_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Outcome *outcome = user_data;

  sg_library_read_finish (SG_LIBRARY (object), result, &outcome->error);
  outcome->done = TRUE;
}

static void
test_cancel_running (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome write = { 0 };
  Outcome read = { 0 };
  guint n_stories = 9;
  int started = 0;

  sg_library_write_async (fixture->library, SG_DURABILITY_FULL, endless_job, &started, NULL,
                          cancellable, write_outcome_cb, &write);
  sg_library_read_async (fixture->library, endless_job, NULL, NULL, cancellable, read_outcome_cb,
                         &read);
  while (g_atomic_int_get (&started) == 0)
    g_usleep (1000);
  g_cancellable_cancel (cancellable);

  spin_until (&write.done);
  spin_until (&read.done);
  g_assert_error (write.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (read.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&write.error);
  g_clear_error (&read.error);

  /* Nothing is left, and the same connections go on. */
  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 0);
  write_job (fixture->library, series_job,
             &(Series) { .number = 0, .n_run = &(guint) { 0 } });
}

static gboolean
never_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_assert_not_reached ();
}

static void
test_cancel_before (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome write = { 0 };
  Outcome read = { 0 };

  g_cancellable_cancel (cancellable);
  sg_library_write_async (fixture->library, SG_DURABILITY_FULL, never_cb, NULL, NULL, cancellable,
                          write_outcome_cb, &write);
  sg_library_read_async (fixture->library, never_cb, NULL, NULL, cancellable, read_outcome_cb, &read);
  spin_until (&write.done);
  spin_until (&read.done);
  g_assert_error (write.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (read.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&write.error);
  g_clear_error (&read.error);
}

static gboolean
cancelling_job (SgConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 branch;

  add_story (connection, "Just in time", &branch);
  g_cancellable_cancel (cancellable);

  return TRUE;
}

/* What has been committed is never reported as cancelled. */
static void
test_cancel_too_late (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome write = { 0 };
  guint n_stories = 0;

  sg_library_write_async (fixture->library, SG_DURABILITY_FULL, cancelling_job, NULL, NULL, cancellable,
                          write_outcome_cb, &write);
  spin_until (&write.done);
  g_assert_no_error (write.error);
  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 1);
}

/* Reads run beside each other: these wait for each other. */
typedef struct
{
  GMutex mutex;
  GCond  cond;
  guint  n_here;
} Meeting;

static gboolean
meet_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Meeting *meeting = data;
  gint64 give_up = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  gboolean met = TRUE;

  g_mutex_lock (&meeting->mutex);
  meeting->n_here++;
  g_cond_broadcast (&meeting->cond);
  while (met && meeting->n_here < 3)
    met = g_cond_wait_until (&meeting->cond, &meeting->mutex, give_up);
  g_mutex_unlock (&meeting->mutex);

  g_assert_true (met);
  return TRUE;
}

static void
test_parallel_reads (Fixture       *fixture,
                     gconstpointer  data)
{
  Meeting meeting = { .n_here = 0 };
  Outcome reads[3] = { { 0 } };

  g_mutex_init (&meeting.mutex);
  g_cond_init (&meeting.cond);
  for (guint i = 0; i < 3; i++)
    sg_library_read_async (fixture->library, meet_cb, &meeting, NULL, NULL, read_outcome_cb, &reads[i]);
  for (guint i = 0; i < 3; i++)
    {
      spin_until (&reads[i].done);
      g_assert_no_error (reads[i].error);
    }
  g_mutex_clear (&meeting.mutex);
  g_cond_clear (&meeting.cond);
}

/* A read sees one moment: what is written meanwhile, it does not. */
static gboolean
snapshot_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  SgLibrary *library = data;
  guint before = 0;
  guint after = 0;

  g_assert_true (count_stories_cb (connection, &before, cancellable, error));
  write_job (library, series_job, &(Series) { .number = 0, .n_run = &(guint) { 0 } });
  g_assert_true (count_stories_cb (connection, &after, cancellable, error));
  g_assert_cmpuint (before, ==, after);

  return TRUE;
}

static void
test_snapshot (Fixture       *fixture,
               gconstpointer  data)
{
  guint n_stories = 0;

  read_job (fixture->library, snapshot_cb, fixture->library);
  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 1);
}

static gboolean
pragmas_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  gint64 *values = data;

  return sg_connection_read_int (connection, "PRAGMA synchronous", &values[0], error) &&
         sg_connection_read_int (connection, "PRAGMA foreign_keys", &values[1], error);
}

static void
test_durability (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 values[2];

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (sg_library_write (fixture->library, SG_DURABILITY_FULL, pragmas_cb, values, NULL));
      g_assert_cmpint (values[0], ==, 2);
      g_assert_cmpint (values[1], ==, 1);
      g_assert_true (sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, pragmas_cb, values,
                                       NULL));
      g_assert_cmpint (values[0], ==, 1);
    }
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autoptr (GError) error = NULL;
  Outcome write = { 0 };
  Outcome refused = { 0 };
  guint n_run = 0;
  guint n_stories = 0;

  sg_library_write_async (fixture->library, SG_DURABILITY_FULL, series_job,
                          &(Series) { .number = 0, .n_run = &n_run }, NULL, NULL, write_outcome_cb,
                          &write);
  sg_library_close (fixture->library);
  g_assert_cmpuint (n_run, ==, 1);
  spin_until (&write.done);
  g_assert_no_error (write.error);

  /* One file is left. */
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));

  g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, never_cb, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  sg_library_read_async (fixture->library, never_cb, NULL, NULL, NULL, read_outcome_cb, &refused);
  spin_until (&refused.done);
  g_assert_error (refused.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&refused.error);

  fixture_reopen (fixture);
  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 1);
}

/* The window and the terminal may have the same library open. */
static void
test_two_libraries (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) other = sg_library_open (fixture->path, &error);
  Outcome writes[40] = { { 0 } };
  guint n_stories = 0;
  Series series[40];
  guint n_run[40] = { 0 };

  g_assert_no_error (error);
  for (guint i = 0; i < 40; i++)
    {
      series[i] = (Series) { .number = 0, .n_run = &n_run[i] };
      sg_library_write_async (i % 2 ? other : fixture->library, SG_DURABILITY_FULL, series_job,
                              &series[i], NULL, NULL, write_outcome_cb, &writes[i]);
    }

  for (guint i = 0; i < 40; i++)
    {
      spin_until (&writes[i].done);
      g_assert_no_error (writes[i].error);
    }

  read_job (other, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 40);
  assert_well (other);
}

/* A lock that stays is reported, and waiting for one can be cancelled at once. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) other = sg_library_open (fixture->path, &error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome holder = { 0 };
  Outcome cancelled = { 0 };
  int state = 0;
  gint64 begin;

  g_assert_no_error (error);
  sg_library_write_async (other, SG_DURABILITY_FULL, hold_job, &state, NULL, NULL, write_outcome_cb,
                          &holder);
  while (g_atomic_int_get (&state) == 0)
    g_usleep (1000);

  begin = g_get_monotonic_time ();
  sg_library_write_async (fixture->library, SG_DURABILITY_FULL, never_cb, NULL, NULL, cancellable,
                          write_outcome_cb, &cancelled);
  g_usleep (20000);
  g_cancellable_cancel (cancellable);
  spin_until (&cancelled.done);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&cancelled.error);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, SG_CONNECTION_PATIENCE_MS * 1000);

  g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, never_cb, NULL, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, fixture->path));

  /* Reading goes on meanwhile, and writing afterwards. */
  read_job (fixture->library, count_stories_cb, &(guint) { 0 });
  g_atomic_int_set (&state, 2);
  spin_until (&holder.done);
  g_assert_no_error (holder.error);
  write_job (fixture->library, series_job, &(Series) { .number = 0, .n_run = &(guint) { 0 } });
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Outcome *outcome = user_data;
  g_autoptr (SgLibrary) library = sg_library_open_finish (result, &outcome->error);

  outcome->done = TRUE;
  if (library != NULL)
    write_job (library, series_job, &(Series) { .number = 0, .n_run = &(guint) { 0 } });
}

static void
test_open_async (Fixture       *fixture,
                 gconstpointer  data)
{
  Outcome opened = { 0 };
  Outcome failed = { 0 };
  guint n_stories = 0;

  sg_library_open_async (fixture->path, NULL, opened_cb, &opened);
  sg_library_open_async (fixture->folder, NULL, opened_cb, &failed);
  spin_until (&opened.done);
  spin_until (&failed.done);
  g_assert_no_error (opened.error);
  g_assert_error (failed.error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED);
  g_clear_error (&failed.error);

  read_job (fixture->library, count_stories_cb, &n_stories);
  g_assert_cmpuint (n_stories, ==, 1);
}

static gpointer
open_thread_cb (gpointer data)
{
  g_autoptr (GError) error = NULL;
  SgLibrary *library = sg_library_open (data, &error);

  g_assert_no_error (error);
  return library;
}

/* Two processes may make the same library at the same moment. */
static void
test_made_twice (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "new", "folder", "library ü.db", NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("open", open_thread_cb, path);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (SgLibrary) library = g_thread_join (threads[i]);

      g_assert_cmpstr (sg_library_get_path (library), ==, path);
      g_assert_null (sg_library_get_backup_problem (library));
      write_job (library, series_job, &(Series) { .number = 0, .n_run = &(guint) { 0 } });
      assert_well (library);
    }
}

static gboolean
big_job (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (SgStoryRow) row = sg_story_row_new ();

  row->scenario = g_strnfill (400000, 'x');
  return sg_stories_insert (connection, row, error) != 0;
}

/* The log is moved into the file between jobs, so it does not grow without end. */
static void
test_log_is_moved (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  GStatBuf log_stat;

  for (guint i = 0; i < 100; i++)
    write_job (fixture->library, big_job, NULL);

  g_assert_cmpint (g_stat (log, &log_stat), ==, 0);
  g_assert_cmpint (log_stat.st_size, <, 20 * 1000 * 1000);
}

static void
test_default_path (void)
{
  g_autofree char *path = sg_library_dup_default_path ();

  g_assert_true (g_str_has_suffix (path, "/storyglass/library.db"));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  main_thread = g_thread_self ();

  ADD ("/library/order", test_order);
  ADD ("/library/roll-back", test_roll_back);
  ADD ("/library/readers-cannot-write", test_readers_cannot_write);
  ADD ("/library/cancel-running", test_cancel_running);
  ADD ("/library/cancel-before", test_cancel_before);
  ADD ("/library/cancel-too-late", test_cancel_too_late);
  ADD ("/library/parallel-reads", test_parallel_reads);
  ADD ("/library/snapshot", test_snapshot);
  ADD ("/library/durability", test_durability);
  ADD ("/library/close", test_close);
  ADD ("/library/two-libraries", test_two_libraries);
  ADD ("/library/locked", test_locked);
  ADD ("/library/open-async", test_open_async);
  ADD ("/library/made-twice", test_made_twice);
  ADD ("/library/log-is-moved", test_log_is_moved);
  g_test_add_func ("/library/default-path", test_default_path);

  return g_test_run ();
}
