/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be written later: with which job, and what happens where one of the two fails. */

#include "config.h"

#include "store-fixture.h"

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

/* The titles of all stories in the order in which they were added. */
static gboolean
list_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);
  GString *titles = data;
  gint64 last = 0;

  if (stories == NULL)
    return FALSE;

  for (guint i = 0; i < stories->len; i++)
    {
      const SgStoryRow *next = NULL;

      for (guint j = 0; j < stories->len; j++)
        {
          const SgStoryRow *row = g_ptr_array_index (stories, j);

          if (row->id > last && (next == NULL || row->id < next->id))
            next = row;
        }
      last = next->id;
      g_string_append_printf (titles, "%s%s", titles->len > 0 ? " " : "", next->title);
    }

  return TRUE;
}

#define ASSERT_STORIES(library, expected) \
  G_STMT_START { \
    g_autoptr (GString) titles = g_string_new (NULL); \
    read_job (library, list_job, titles); \
    g_assert_cmpstr (titles->str, ==, expected); \
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

/* Whoever reads sees it. */
static void
test_before_read (Fixture       *fixture,
                  gconstpointer  data)
{
  later (fixture->library, add_job, "first");
  ASSERT_STORIES (fixture->library, "first");
}

static void
peeked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_assert_true (sg_library_read_finish (SG_LIBRARY (object), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* Whoever peeks does not, wherever that is done. */
static void
test_peek (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GString) titles = g_string_new (NULL);
      gboolean done = FALSE;

      if (i == 0)
        later (fixture->library, add_job, "first");
      sg_library_peek_async (fixture->library, list_job, titles, NULL, NULL, peeked_cb, &done);
      while (!done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpstr (titles->str, ==, "");
    }

  ASSERT_STORIES (fixture->library, "first");
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

static gboolean
hold_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  int *state = data;

  g_atomic_int_set (state, 1);
  while (g_atomic_int_get (state) == 1)
    g_usleep (1000);

  return TRUE;
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
  ASSERT_STORIES (fixture->library, "");

  g_atomic_int_set (&state, 2);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  ASSERT_STORIES (fixture->library, "first");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/later/with-write", test_with_write);
  ADD ("/later/before-read", test_before_read);
  ADD ("/later/peek", test_peek);
  ADD ("/later/job-fails", test_job_fails);
  ADD ("/later/later-fails", test_later_fails);
  ADD ("/later/close", test_close);
  ADD ("/later/locked", test_locked);

  return g_test_run ();
}
