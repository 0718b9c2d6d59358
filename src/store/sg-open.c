/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening finds out what is wrong before anything is written.  Until all is found to be well, the
 * connection is one that leaves the log alone when it is closed, so that a file which is
 * refused stays as it was, byte for byte. */

#include "config.h"

#include "store/sg-open-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "store/sg-backup-private.h"

/* A file of up to so many bytes is checked at every opening (about ten milliseconds); a larger one
 * once a day. */
#define ALWAYS_CHECKED (4 * 1024 * 1024)

typedef struct
{
  gboolean exists;
  gint64   size;
  gboolean has_log;
} FileState;

static gboolean
set_system_error (const char  *path,
                  int          code,
                  GError     **error)
{
  sg_library_set_sqlite_error (error, path, code == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN, code,
                               g_strerror (code));
  return FALSE;
}

static gboolean
set_damaged (const char  *path,
             const char  *detail,
             GError     **error)
{
  sg_library_set_sqlite_error (error, path, SQLITE_CORRUPT, 0, detail);
  return FALSE;
}

static gboolean
check_folder (const char  *path,
              GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return set_system_error (path, errno, error);

  /* The log is made beside the file. */
  if (g_access (folder, W_OK | X_OK) != 0)
    return set_system_error (path, errno, error);

  return TRUE;
}

static gboolean
has_log (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf log_stat;

  return g_stat (log, &log_stat) == 0 && log_stat.st_size > 0;
}

static gboolean
check_file (const char  *path,
            FileState   *state,
            GError     **error)
{
  GStatBuf file_stat;

  *state = (FileState) { 0 };

  if (!check_folder (path, error))
    return FALSE;

  state->has_log = has_log (path);

  if (g_stat (path, &file_stat) != 0)
    return errno == ENOENT || set_system_error (path, errno, error);

  state->exists = TRUE;
  state->size = file_stat.st_size;

  if (!S_ISREG (file_stat.st_mode))
    return set_damaged (path, _("it is not a file"), error);

  if (g_access (path, R_OK | W_OK) != 0)
    return set_system_error (path, errno, error);

  /* A file that was never filled is like none; one that has been emptied is not. */
  if (state->size == 0 && !state->has_log && sg_backup_exists (path))
    return set_damaged (path, _("it is empty"), error);

  return TRUE;
}

static guint32
read_number (const guint8 *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_BE (number);
}

static gint64
get_size (sqlite3_file *file)
{
  sqlite3_int64 size = 0;

  return file->pMethods->xFileSize (file, &size) == SQLITE_OK ? size : G_MAXINT64;
}

/* SQLite notices a missing end only when it wants to read it.  The head of the file tells how many
 * pages there are (https://www.sqlite.org/fileformat.html, 1.3); with a log beside
 * it the file may rightly be shorter.  It is read through SQLite, since closing any other
 * descriptor of the file would drop the locks of this process. */
static gboolean
check_length (SgConnection     *connection,
              const FileState  *state,
              GError          **error)
{
  const char *path = sg_connection_get_path (connection);
  sqlite3_file *file = NULL;
  gint64 expected = 0;
  guint8 head[100];
  gint64 page_size;

  if (state->size == 0 || state->has_log)
    return TRUE;

  if (sqlite3_file_control (sg_connection_get_db (connection), "main",
                            SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == NULL || file->pMethods == NULL)
    return TRUE;

  if (file->pMethods->xRead (file, head, sizeof head, 0) != SQLITE_OK)
    return set_damaged (path, _("its beginning is missing"), error);

  page_size = head[16] << 8 | head[17];
  if (page_size == 1)
    page_size = 65536;

  if (read_number (head + 24) == read_number (head + 92))
    expected = page_size * (gint64) read_number (head + 28);

  /* Another process may have made a log since, or may just have moved it into the file. */
  if (get_size (file) >= expected || has_log (path) || get_size (file) >= expected)
    return TRUE;

  return set_damaged (path, _("its end is missing"), error);
}

static gboolean
quick_check (SgConnection  *connection,
             GError       **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok = FALSE;
  int rc = sqlite3_prepare_v2 (sg_connection_get_db (connection), "PRAGMA quick_check (1)", -1,
                               &statement, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);

  if (rc == SQLITE_ROW)
    {
      const char *answer = (const char *) sqlite3_column_text (statement, 0);

      ok = g_strcmp0 (answer, "ok") == 0 ||
           set_damaged (sg_connection_get_path (connection), answer, error);
    }
  else
    {
      sg_connection_set_error (connection, rc, error);
    }

  sqlite3_finalize (statement);
  return ok;
}

/* Returns the result code; *@is_log tells what was read back. */
static int
ask_for_log (SgConnection *connection,
             gboolean     *is_log)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (sg_connection_get_db (connection), "PRAGMA journal_mode = WAL", -1,
                               &statement, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);

  *is_log = rc == SQLITE_ROW &&
            g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") == 0;
  sqlite3_finalize (statement);

  return rc;
}

static gboolean
enter_log_mode (SgConnection  *connection,
                GError       **error)
{
  gint64 give_up = g_get_monotonic_time () + SG_CONNECTION_PATIENCE_MS * 1000;
  gboolean is_log;
  int rc;

  /* SQLite does not wait by itself when two processes make the same file at once. */
  while ((rc = ask_for_log (connection, &is_log)) != SQLITE_ROW && (rc & 0xff) == SQLITE_BUSY &&
         g_get_monotonic_time () < give_up)
    g_usleep (10000);

  if (is_log)
    return TRUE;

  if (rc == SQLITE_ROW)
    sg_library_set_sqlite_error (error, sg_connection_get_path (connection), SQLITE_ERROR, 0,
                                 _("its folder cannot hold a database that is written, such as "
                                   "one on a network drive"));
  else
    sg_connection_set_error (connection, rc, error);

  return FALSE;
}

static gboolean
prepare (SgConnection     *connection,
         const FileState  *state,
         gboolean          new_day,
         char            **backup_problem,
         GError          **error)
{
  gint64 version;

  if (sqlite3_db_readonly (sg_connection_get_db (connection), "main") == 1)
    return set_system_error (sg_connection_get_path (connection), EACCES, error);

  if (!check_length (connection, state, error) ||
      !sg_migrations_inspect (connection, &version, error))
    return FALSE;

  if (version > 0 && (new_day || state->size <= ALWAYS_CHECKED) && !quick_check (connection, error))
    return FALSE;

  if (version > 0 && version < sg_migrations_latest ())
    {
      g_autoptr (GError) local_error = NULL;

      /* The migration is one transaction, so it is safe without; a full disk must not lock
       * the player out. */
      if (!sg_backup_make_before (connection, version, &local_error))
        *backup_problem = g_strdup (local_error->message);
    }

  return enter_log_mode (connection, error) &&
         (version == sg_migrations_latest () || sg_migrations_run (connection, error));
}

SgConnection *
sg_open_writer (const char  *path,
                gboolean    *backup_due,
                char       **backup_problem,
                GError     **error)
{
  g_autoptr (SgConnection) connection = NULL;
  FileState state;

  if (!check_file (path, &state, error))
    return NULL;

  *backup_due = state.size > 0 && sg_backup_is_due (path);
  connection = sg_connection_open (path, SG_CONNECTION_WRITER, error);
  if (connection == NULL || !prepare (connection, &state, *backup_due, backup_problem, error))
    return NULL;

  sqlite3_db_config (sg_connection_get_db (connection), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);

  return g_steal_pointer (&connection);
}
