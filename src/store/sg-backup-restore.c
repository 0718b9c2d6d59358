/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-backup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Whether a file may take the place of a library. */
static gboolean
check_backup (const char  *backup_path,
              GError     **error)
{
  g_autofree char *answer = sg_backup_read_text (backup_path, "PRAGMA quick_check (1)");
  g_autofree char *stories = sg_backup_read_text (backup_path, "SELECT count(*) FROM story");

  if (g_strcmp0 (answer, "ok") == 0 && stories != NULL)
    return TRUE;

  sg_library_set_sqlite_error (error, backup_path, SQLITE_CORRUPT, 0, answer);
  return FALSE;
}

/* Fails where any connection, of whatever process, has the library open. */
static gboolean
check_unused (const char  *library_path,
              GError     **error)
{
  sqlite3 *db = NULL;
  int rc = sqlite3_open_v2 (library_path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

  /* What the log holds stays in the log: it goes with the file that is kept. */
  if (rc == SQLITE_OK)
    {
      sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      rc = sqlite3_exec (db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK", NULL,
                         NULL, NULL);
    }

  sqlite3_close (db);
  if ((rc & 0xff) != SQLITE_BUSY)
    return TRUE;

  sg_library_set_sqlite_error (error, library_path, rc, 0, NULL);
  return FALSE;
}

static gboolean
set_system_error (const char  *path,
                  GError     **error)
{
  int code = errno;

  sg_library_set_sqlite_error (error, path, code == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN, code,
                               g_strerror (code));
  return FALSE;
}

/* The copy has to be on the disk before it takes the place of anything. */
static gboolean
copy_to_disk (const char  *from_path,
              const char  *to_path,
              GError     **error)
{
  g_autoptr (GFile) from = g_file_new_for_path (from_path);
  g_autoptr (GFile) to = g_file_new_for_path (to_path);
  g_autoptr (GError) local_error = NULL;
  gboolean ok;
  int fd;

  if (!g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &local_error))
    {
      gboolean full = g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);

      sg_library_set_sqlite_error (error, to_path, full ? SQLITE_FULL : SQLITE_IOERR, 0,
                                   local_error->message);
      return FALSE;
    }

  fd = g_open (to_path, O_RDONLY | O_CLOEXEC, 0);
  ok = fd >= 0 && fsync (fd) == 0;
  if (!ok)
    set_system_error (to_path, error);

  if (fd >= 0)
    close (fd);

  return ok;
}

/* A name beside the library that nothing has yet. */
static char *
dup_kept_path (const char *library_path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, SG_BACKUP_STAMP);

  for (guint i = 0;; i++)
    {
      g_autofree char *number = i > 0 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      g_autofree char *path = g_strconcat (library_path, ".kept-", stamp, number, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/* Moves a library to another name with its log: a log beside a file that it does not belong to would
 * spoil it. */
static gboolean
move_away (const char  *library_path,
           const char  *kept_path,
           GError     **error)
{
  g_autofree char *log = g_strconcat (library_path, "-wal", NULL);
  g_autofree char *index = g_strconcat (library_path, "-shm", NULL);
  g_autofree char *kept_log = g_strconcat (kept_path, "-wal", NULL);

  if (g_rename (log, kept_log) != 0 && errno != ENOENT)
    return set_system_error (log, error);

  g_unlink (index);
  if (g_rename (library_path, kept_path) == 0 || errno == ENOENT)
    return TRUE;

  set_system_error (library_path, error);
  g_rename (kept_log, log);
  return FALSE;
}

/**
 * sg_backup_restore:
 * @library_path: (type filename): a library that nobody has open
 * @backup_path: (type filename): what takes its place
 *
 * Puts a backup in the place of the library.  Nothing is lost: the backup stays, and the library
 * that was there is kept beside it under another name.
 *
 * Fails with SG_LIBRARY_ERROR_DAMAGED where the backup cannot be used and with
 * SG_LIBRARY_ERROR_LOCKED where the library is open.
 *
 * Returns: (transfer full) (nullable) (type filename): the name under which the library is kept; there
 *   is no such file where there was no library
 */
char *
sg_backup_restore (const char  *library_path,
                   const char  *backup_path,
                   GError     **error)
{
  g_autofree char *part = NULL;
  g_autofree char *kept = NULL;

  g_return_val_if_fail (library_path != NULL, NULL);
  g_return_val_if_fail (backup_path != NULL, NULL);

  if (!check_backup (backup_path, error))
    return NULL;

  if (g_file_test (library_path, G_FILE_TEST_EXISTS) && !check_unused (library_path, error))
    return NULL;

  /* The copy is whole before anything is moved. */
  part = g_strconcat (library_path, ".part", NULL);
  kept = dup_kept_path (library_path);

  if (!copy_to_disk (backup_path, part, error) || !move_away (library_path, kept, error))
    {
      g_unlink (part);
      return NULL;
    }

  if (g_rename (part, library_path) != 0)
    {
      set_system_error (library_path, error);
      move_away (kept, library_path, NULL);
      g_unlink (part);
      return NULL;
    }

  return g_steal_pointer (&kept);
}
