/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups are made, kept for a while, listed, and put back. */

#include "config.h"

#include <string.h>

#include "store-fixture.h"

#include "store/sg-backup-private.h"

static gboolean
add_cb (SgConnection  *connection,
        gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  gint64 branch;
  gint64 story = add_story (connection, data, &branch);

  add_turn (connection, story, branch, 0);
  return TRUE;
}

static gboolean
titles_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);

  for (guint i = 0; stories != NULL && i < stories->len; i++)
    g_string_append_printf (data, "%s;", ((SgStoryRow *) stories->pdata[stories->len - 1 - i])->title);

  return stories != NULL;
}

static char *
dup_titles (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) library = sg_library_open (path, &error);
  g_autoptr (GString) titles = g_string_new (NULL);

  g_assert_no_error (error);
  read_job (library, titles_cb, titles);

  return g_strdup (titles->str);
}

static void
close_library (Fixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->library));
}

/* A library with the story "One", of which there is a backup, and then "Two". */
static char *
set_up_backup (Fixture *fixture)
{
  g_autoptr (GPtrArray) backups = NULL;

  write_job (fixture->library, add_cb, (gpointer) "One");
  fixture_reopen (fixture);
  fixture_reopen (fixture);
  write_job (fixture->library, add_cb, (gpointer) "Two");
  close_library (fixture);

  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 1);

  return g_strdup (((SgBackup *) backups->pdata[0])->path);
}

static void
test_daily (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) none = sg_backup_list (fixture->path);
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) backups = NULL;
  const SgBackup *backup;

  g_assert_cmpuint (none->len, ==, 0);
  path = set_up_backup (fixture);

  /* One a day, with what there was then. */
  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 1);
  backup = g_ptr_array_index (backups, 0);
  g_assert_cmpint (backup->stories, ==, 1);
  g_assert_cmpint (backup->size, >, 4096);
  g_assert_cmpint (ABS (g_get_real_time () - backup->created), <, 60 * G_USEC_PER_SEC);
}

/* Copies the backup to what would have been made @days ago. */
static void
age_backup (const char *path,
            int         days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, -days);
  g_autofree char *stamp = g_date_time_format (then, "library-%Y%m%dT%H%M%SZ.db");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *old = g_build_filename (folder, stamp, NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (old, contents, (gssize) length, NULL));
}

static void
test_rolling (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = set_up_backup (fixture);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *foreign = g_build_filename (folder, "library-holiday.db", NULL);
  g_autofree char *other = g_build_filename (folder, "other-20200101T000000Z.db", NULL);
  g_autoptr (GPtrArray) backups = NULL;

  for (int days = 1; days <= 10; days++)
    age_backup (path, days);
  g_assert_true (g_file_set_contents (foreign, "mine", -1, NULL));
  g_assert_true (g_file_set_contents (other, "of another library", -1, NULL));
  g_unlink (path);

  fixture_reopen (fixture);
  close_library (fixture);

  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 7);
  g_assert_cmpint (((SgBackup *) backups->pdata[0])->stories, ==, 2);
  for (guint i = 1; i < backups->len; i++)
    g_assert_cmpint (((SgBackup *) backups->pdata[i - 1])->created, >,
                     ((SgBackup *) backups->pdata[i])->created);

  /* What somebody else has put there stays. */
  g_assert_true (g_file_test (foreign, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
}

static void
test_before_migration (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) backups = NULL;

  write_job (fixture->library, add_cb, (gpointer) "One");
  connection = sg_connection_open (fixture->path, SG_CONNECTION_READER, &error);
  g_assert_true (sg_backup_make_before (connection, 1, &error));
  g_assert_no_error (error);

  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 1);
  g_assert_true (g_str_has_suffix (((SgBackup *) backups->pdata[0])->path, "-form1.db"));
  g_assert_cmpint (((SgBackup *) backups->pdata[0])->stories, ==, 1);

  /* It is no daily one. */
  g_assert_true (sg_backup_is_due (fixture->path));
}

/* No room, or no folder, for a backup does not keep the player out. */
static void
test_failing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "backups", NULL);
  g_autoptr (GError) error = NULL;

  write_job (fixture->library, add_cb, (gpointer) "One");
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  fixture_reopen (fixture);
  write_job (fixture->library, add_cb, (gpointer) "Two");

  g_assert_false (sg_backup_make_daily (fixture->path, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, folder));
}

static void
test_restore (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *backup = set_up_backup (fixture);
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = sg_backup_restore (fixture->path, backup, &error);
  g_autofree char *titles = NULL;
  g_autofree char *kept_titles = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (kept, fixture->path));
  titles = dup_titles (fixture->path);
  kept_titles = dup_titles (kept);
  g_assert_cmpstr (titles, ==, "One;");
  g_assert_cmpstr (kept_titles, ==, "One;Two;");
  g_assert_true (g_file_test (backup, G_FILE_TEST_EXISTS));

  /* And once more, in the same second. */
  g_free (g_steal_pointer (&kept));
  kept = sg_backup_restore (fixture->path, backup, &error);
  g_assert_no_error (error);
}

/* What a killed program has left in the log goes with the file that is kept. */
static void
test_restore_with_log (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *backup = set_up_backup (fixture);
  g_autofree char *crashed = g_build_filename (fixture->folder, "crashed.db", NULL);
  static const char *const suffixes[] = { "", "-wal" };
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *titles = NULL;
  g_autofree char *kept_titles = NULL;

  fixture_reopen (fixture);
  write_job (fixture->library, add_cb, (gpointer) "Three");
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (fixture->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (crashed, suffixes[i], NULL);
      g_autofree char *contents = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (from, &contents, &length, NULL));
      g_assert_true (g_file_set_contents (to, contents, (gssize) length, NULL));
    }

  kept = sg_backup_restore (crashed, backup, &error);
  g_assert_no_error (error);
  titles = dup_titles (crashed);
  kept_titles = dup_titles (kept);
  g_assert_cmpstr (titles, ==, "One;");
  g_assert_cmpstr (kept_titles, ==, "One;Two;Three;");
}

static void
test_restore_refused (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *backup = set_up_backup (fixture);
  g_autofree char *broken = g_build_filename (fixture->folder, "broken.db", NULL);
  g_autofree char *titles = NULL;
  g_autoptr (GError) error = NULL;

  /* Not while it is open. */
  fixture_reopen (fixture);
  g_assert_null (sg_backup_restore (fixture->path, backup, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_LOCKED);
  g_clear_error (&error);
  write_job (fixture->library, add_cb, (gpointer) "Three");
  close_library (fixture);

  /* Not what is no library, or is not there. */
  g_assert_true (g_file_set_contents (broken, "no backup", -1, NULL));
  g_assert_null (sg_backup_restore (fixture->path, broken, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, broken));
  g_clear_error (&error);
  g_unlink (broken);
  g_assert_null (sg_backup_restore (fixture->path, broken, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED);

  titles = dup_titles (fixture->path);
  g_assert_cmpstr (titles, ==, "One;Two;Three;");
}

static void
test_restore_damaged (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *backup = set_up_backup (fixture);
  g_autofree char *kept = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *titles = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "spoilt", -1, NULL));
  kept = sg_backup_restore (fixture->path, backup, &error);
  g_assert_no_error (error);
  titles = dup_titles (fixture->path);
  g_assert_cmpstr (titles, ==, "One;");
  g_assert_true (g_file_get_contents (kept, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "spoilt");

  /* A library that is not there at all. */
  g_unlink (fixture->path);
  g_free (g_steal_pointer (&kept));
  kept = sg_backup_restore (fixture->path, backup, &error);
  g_assert_no_error (error);
  g_clear_pointer (&titles, g_free);
  titles = dup_titles (fixture->path);
  g_assert_cmpstr (titles, ==, "One;");
}

static void
test_list_damaged (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *backup = set_up_backup (fixture);
  g_autoptr (GPtrArray) backups = NULL;

  g_assert_true (g_file_set_contents (backup, "spoilt", -1, NULL));
  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 1);
  g_assert_cmpint (((SgBackup *) backups->pdata[0])->stories, ==, -1);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/backup/daily", test_daily);
  ADD ("/backup/rolling", test_rolling);
  ADD ("/backup/before-migration", test_before_migration);
  ADD ("/backup/failing", test_failing);
  ADD ("/backup/restore", test_restore);
  ADD ("/backup/restore-with-log", test_restore_with_log);
  ADD ("/backup/restore-refused", test_restore_refused);
  ADD ("/backup/restore-damaged", test_restore_damaged);
  ADD ("/backup/list-damaged", test_list_damaged);

  return g_test_run ();
}
