/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be written later: with which job, who sees it, and what happens where one of the two fails. */

#include "config.h"

#include "store-fixture.h"

#include "store/sg-worker-private.h"

static gboolean
add_job (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 branch;

  return add_story (connection, data, &branch) != 0;
}

static gboolean
add_and_fail_job (SgConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  gint64 branch;

  add_story (connection, data, &branch);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Never mind.");

  return FALSE;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  const SgStoryRow *row_a = *(const SgStoryRow *const *) a;
  const SgStoryRow *row_b = *(const SgStoryRow *const *) b;

  return (row_a->id > row_b->id) - (row_a->id < row_b->id);
}

/* The titles of all stories in the order in which they were added. */
static gboolean
list_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);
  GString *titles = data;

  if (stories == NULL)
    return FALSE;

  g_ptr_array_sort (stories, compare_ids);
  for (guint i = 0; i < stories->len; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? " " : "", ((SgStoryRow *) g_ptr_array_index (stories, i))->title);

  return TRUE;
}

#define ASSERT_STORIES(library, expected) \
  G_STMT_START { \
    g_autoptr (GString) stories = g_string_new (NULL); \
    read_job (library, list_job, stories); \
    g_assert_cmpstr (stories->str, ==, expected); \
  } G_STMT_END

static void
count_free (gpointer data)
{
  g_atomic_int_inc ((int *) data);
}

static gboolean
noop_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  return TRUE;
}

static void
later (SgLibrary     *library,
       SgLibraryFunc  func,
       const char    *title)
{
  sg_library_write_later (library, func, (gpointer) title, NULL);
}

static SgLibrary *
open_again (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SgLibrary *library = sg_library_open (fixture->path, &error);

  g_assert_no_error (error);

  return library;
}

/* In the order in which they were handed in, and in one transaction, before which nothing is there. */
static void
test_with_write (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (SgLibrary) other = open_again (fixture);

  write_job (fixture->library, add_job, (gpointer) "first");
  later (fixture->library, add_job, "second");
  later (fixture->library, add_job, "third");
  ASSERT_STORIES (other, "first");

  write_job (fixture->library, add_job, (gpointer) "fourth");
  ASSERT_STORIES (other, "first second third fourth");
  ASSERT_STORIES (fixture->library, "first second third fourth");
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  sg_library_read_finish (SG_LIBRARY (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

typedef void (*ReadFunc) (SgLibrary           *self,
                          SgLibraryFunc        func,
                          gpointer             data,
                          GDestroyNotify       data_free,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data);

static void
assert_sees (Fixture    *fixture,
             ReadFunc    read,
             const char *expected)
{
  g_autoptr (GString) titles = g_string_new (NULL);
  gboolean done = FALSE;

  read (fixture->library, list_job, titles, NULL, NULL, read_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (titles->str, ==, expected);
}

/* Who asks for the latest sees it, and others do not, whatever thread reads for them. */
static void
test_who_sees (Fixture       *fixture,
               gconstpointer  data)
{
  later (fixture->library, add_job, "first");
  for (guint i = 0; i < 20; i++)
    {
      assert_sees (fixture, sg_library_peek_async, "");
      assert_sees (fixture, sg_library_read_async, "");
    }

  assert_sees (fixture, sg_library_read_latest_async, "first");
  assert_sees (fixture, sg_library_read_async, "first");
  later (fixture->library, add_job, "second");
  ASSERT_STORIES (fixture->library, "first second");
  assert_sees (fixture, sg_library_read_latest_async, "first second");
}

static void
cancelled_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_library_read_finish (SG_LIBRARY (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) titles = g_string_new (NULL);
  gboolean done = FALSE;

  later (fixture->library, add_job, "first");
  sg_library_read_latest_async (fixture->library, list_job, titles, NULL, cancellable, cancelled_cb, &done);
  g_cancellable_cancel (cancellable);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (titles->str, ==, "");
  ASSERT_STORIES (fixture->library, "first");
}

/* Where nothing else is written it is done after a while. */
static void
test_in_time (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  SgConnection *connection = sg_connection_open (fixture->path, SG_CONNECTION_WRITER, &error);
  g_autoptr (SgWorker) worker = NULL;
  gboolean done = FALSE;

  g_assert_no_error (error);
  worker = sg_worker_new ("sg-test", fixture->path, 1, connection);
  sg_worker_set_later_time (worker, 5000);
  for (guint i = 0; i < 3; i++)
    {
      int n_freed = 0;

      sg_worker_push_later (worker, noop_job, &n_freed, count_free);
      while (g_atomic_int_get (&n_freed) == 0)
        g_usleep (1000);
      /* The thread sleeps for good by then, and is woken. */
      g_usleep (i * 10000);
    }
  while (!done)
    {
      done = !sg_worker_has_later (worker);
      g_usleep (1000);
    }
}

/* The job fails; what waited for it is done all the same. */
static void
test_job_fails (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  later (fixture->library, add_job, "first");
  g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, add_and_fail_job, (gpointer) "never", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  ASSERT_STORIES (fixture->library, "first");
}

/* What waited fails; the job is done all the same, once. */
static void
test_later_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  later (fixture->library, add_job, "first");
  later (fixture->library, add_and_fail_job, "never");
  write_job (fixture->library, add_job, (gpointer) "second");
  later (fixture->library, add_and_fail_job, "never");
  ASSERT_STORIES (fixture->library, "first second");
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  int n_freed = 0;

  later (fixture->library, add_job, "first");
  sg_library_write_later (fixture->library, noop_job, &n_freed, count_free);
  sg_library_close (fixture->library);
  g_assert_cmpint (n_freed, ==, 1);

  /* It is too late now; nothing leaks. */
  sg_library_write_later (fixture->library, noop_job, &n_freed, count_free);
  g_assert_cmpint (n_freed, ==, 2);

  fixture_reopen (fixture);
  ASSERT_STORIES (fixture->library, "first");
}

static void
held_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_assert_true (sg_library_write_finish (SG_LIBRARY (object), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* While another process writes, reading goes on, and nothing of what waits is lost. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgLibrary) other = open_again (fixture);
  gboolean done = FALSE;
  int state = 0;

  sg_library_write_async (other, SG_DURABILITY_FULL, hold_job, &state, NULL, NULL, held_cb, &done);
  while (g_atomic_int_get (&state) == 0)
    g_usleep (1000);

  later (fixture->library, add_job, "first");
  later (fixture->library, add_job, "second");
  ASSERT_STORIES (fixture->library, "");
  assert_sees (fixture, sg_library_read_latest_async, "");

  g_atomic_int_set (&state, 2);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  ASSERT_STORIES (fixture->library, "first second");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/later/with-write", test_with_write);
  ADD ("/later/who-sees", test_who_sees);
  ADD ("/later/cancelled", test_cancelled);
  ADD ("/later/in-time", test_in_time);
  ADD ("/later/job-fails", test_job_fails);
  ADD ("/later/later-fails", test_later_fails);
  ADD ("/later/close", test_close);
  ADD ("/later/locked", test_locked);

  return g_test_run ();
}
