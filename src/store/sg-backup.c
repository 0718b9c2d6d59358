/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups lie in `backups/` beside the library, named after it and the moment in UTC:
 * `library-20250102T030405Z.db`, and `library-20250102T030405Z-form1.db` for one that was made
 * before a migration from schema 1.  Each is a whole library in one file. */

#include "config.h"

#include "store/sg-backup-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "store/sg-open-private.h"

#define KEPT_DAILY 7
#define KEPT_BEFORE_MIGRATION 3
#define STAMP_FORMAT "%Y%m%dT%H%M%SZ"
#define STAMP_LENGTH 16

typedef struct
{
  char      *path;
  GDateTime *created;
  gboolean   daily;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_date_time_unref (self->created);
  g_free (self->path);
  g_free (self);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const Entry *first = *(const Entry *const *) a;
  const Entry *second = *(const Entry *const *) b;

  return g_date_time_compare (second->created, first->created);
}

static char *
dup_folder (const char *library_path)
{
  g_autofree char *parent = g_path_get_dirname (library_path);

  return g_build_filename (parent, "backups", NULL);
}

/* `library-` for `library.db`. */
static char *
dup_prefix (const char *library_path)
{
  g_autofree char *name = g_path_get_basename (library_path);

  if (g_str_has_suffix (name, ".db"))
    name[strlen (name) - 3] = '\0';

  return g_strconcat (name, "-", NULL);
}

/* Returns NULL where @name is no backup's. */
static Entry *
parse_name (const char *folder,
            const char *prefix,
            const char *name)
{
  g_autoptr (GDateTime) created = NULL;
  g_autofree char *stamp = NULL;
  const char *rest;
  Entry *entry;

  if (!g_str_has_prefix (name, prefix) || strlen (name) < strlen (prefix) + STAMP_LENGTH)
    return NULL;

  rest = name + strlen (prefix) + STAMP_LENGTH;
  if (!g_str_equal (rest, ".db") && !(g_str_has_prefix (rest, "-form") && g_str_has_suffix (rest, ".db")))
    return NULL;

  stamp = g_strndup (name + strlen (prefix), STAMP_LENGTH);
  created = g_date_time_new_from_iso8601 (stamp, NULL);
  if (created == NULL)
    return NULL;

  entry = g_new0 (Entry, 1);
  entry->path = g_build_filename (folder, name, NULL);
  entry->created = g_steal_pointer (&created);
  entry->daily = g_str_equal (rest, ".db");

  return entry;
}

/* (element-type Entry): the newest first. */
static GPtrArray *
list_entries (const char *library_path)
{
  g_autofree char *folder = dup_folder (library_path);
  g_autofree char *prefix = dup_prefix (library_path);
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      Entry *entry = parse_name (folder, prefix, name);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }

  g_ptr_array_sort (entries, compare_newest_first);

  return entries;
}

/* Drops what is too old, once a new backup is there. */
static void
prune (const char *library_path)
{
  g_autoptr (GPtrArray) entries = list_entries (library_path);
  guint n_daily = 0;
  guint n_before = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      gboolean kept = entry->daily ? ++n_daily <= KEPT_DAILY : ++n_before <= KEPT_BEFORE_MIGRATION;

      if (!kept)
        g_unlink (entry->path);
    }
}

gboolean
sg_backup_exists (const char *library_path)
{
  g_autoptr (GPtrArray) entries = list_entries (library_path);

  return entries->len > 0;
}

gboolean
sg_backup_is_due (const char *library_path)
{
  g_autoptr (GPtrArray) entries = list_entries (library_path);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%F");

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      g_autoptr (GDateTime) local = g_date_time_to_local (entry->created);
      g_autofree char *day = g_date_time_format (local, "%F");

      if (entry->daily && g_str_equal (day, today))
        return FALSE;
    }

  return TRUE;
}

/* Returns a result code of SQLite. */
static int
copy_database (sqlite3    *source,
               const char *path,
               int        *system_errno)
{
  sqlite3 *copy = NULL;
  sqlite3_backup *backup = NULL;
  int rc;

  *system_errno = 0;
  rc = sqlite3_open_v2 (path, &copy,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                        SQLITE_OPEN_EXRESCODE,
                        NULL);

  if (rc == SQLITE_OK)
    backup = sqlite3_backup_init (copy, "main", source, "main");

  /* All pages in one step: what is copied is of one moment, and a writer is not kept waiting. */
  if (backup != NULL)
    {
      sqlite3_backup_step (backup, -1);
      rc = sqlite3_backup_finish (backup);
    }
  else if (rc == SQLITE_OK)
    {
      rc = sqlite3_extended_errcode (copy);
    }

  /* One file, which can be read where nothing can be written. */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);

  if (rc != SQLITE_OK && copy != NULL)
    *system_errno = sqlite3_system_errno (copy);

  sqlite3_close (copy);
  return rc;
}

static gboolean
make_backup (sqlite3     *source,
             const char  *library_path,
             const char  *suffix,
             GError     **error)
{
  g_autofree char *folder = dup_folder (library_path);
  g_autofree char *prefix = dup_prefix (library_path);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, STAMP_FORMAT);
  g_autofree char *name = g_strconcat (prefix, stamp, suffix, ".db", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  int system_errno = 0;
  int rc = SQLITE_CANTOPEN;

  g_unlink (part);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    rc = copy_database (source, part, &system_errno);
  else
    system_errno = errno;

  if (rc == SQLITE_OK && g_rename (part, path) == 0)
    {
      prune (library_path);
      return TRUE;
    }

  g_unlink (part);
  g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FAILED,
               _("No backup of “%s” could be made in “%s” (%s)."), library_path, folder,
               system_errno != 0 ? g_strerror (system_errno) : sqlite3_errstr (rc));
  return FALSE;
}

gboolean
sg_backup_make_before (SgConnection  *connection,
                       gint64         version,
                       GError       **error)
{
  g_autofree char *suffix = g_strdup_printf ("-form%" G_GINT64_FORMAT, version);

  return make_backup (sg_connection_get_db (connection), sg_connection_get_path (connection), suffix,
                      error);
}

gboolean
sg_backup_make_daily (const char  *library_path,
                      GError     **error)
{
  g_autoptr (SgConnection) connection = sg_connection_open (library_path, SG_CONNECTION_READER,
                                                            error);

  return connection != NULL &&
         make_backup (sg_connection_get_db (connection), library_path, "", error);
}

/* Opens a backup as a file that nobody writes: nothing is made beside it. */
static sqlite3 *
open_backup (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *uri = g_filename_to_uri (absolute, NULL, NULL);
  g_autofree char *immutable = g_strconcat (uri, "?immutable=1", NULL);
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (immutable, &db,
                       SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL) == SQLITE_OK)
    return db;

  sqlite3_close (db);
  return NULL;
}

/* The first column of the first row as text; NULL where that fails. */
static char *
read_text (sqlite3    *db,
           const char *sql)
{
  sqlite3_stmt *statement = NULL;
  char *text = NULL;

  if (db != NULL && sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    text = g_strdup ((const char *) sqlite3_column_text (statement, 0));

  sqlite3_finalize (statement);
  return text;
}

static SgBackup *
describe (const Entry *entry)
{
  SgBackup *self = g_new0 (SgBackup, 1);
  g_autofree char *stories = NULL;
  sqlite3 *db = open_backup (entry->path);
  GStatBuf file_stat;

  stories = read_text (db, "SELECT count(*) FROM story WHERE trashed IS NULL");
  sqlite3_close (db);

  self->path = g_strdup (entry->path);
  self->created = g_date_time_to_unix (entry->created) * G_USEC_PER_SEC;
  self->size = g_stat (entry->path, &file_stat) == 0 ? (gint64) file_stat.st_size : 0;
  self->stories = stories != NULL ? g_ascii_strtoll (stories, NULL, 10) : -1;

  return self;
}

void
sg_backup_free (SgBackup *self)
{
  if (self == NULL)
    return;

  g_free (self->path);
  g_free (self);
}

/**
 * sg_backup_list:
 * @library_path: (type filename): a library, which may be missing or damaged
 *
 * Returns: (transfer full) (element-type SgBackup): its backups, the newest first
 */
GPtrArray *
sg_backup_list (const char *library_path)
{
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *backups;

  g_return_val_if_fail (library_path != NULL, NULL);

  entries = list_entries (library_path);
  backups = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_backup_free);

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (backups, describe (g_ptr_array_index (entries, i)));

  return backups;
}

/* Whether a file may take the place of a library. */
static gboolean
check_backup (const char  *backup_path,
              GError     **error)
{
  sqlite3 *db = open_backup (backup_path);
  g_autofree char *answer = read_text (db, "PRAGMA quick_check (1)");
  g_autofree char *stories = read_text (db, "SELECT count(*) FROM story");

  sqlite3_close (db);
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

/* A name beside the library that nothing has yet. */
static char *
dup_kept_path (const char *library_path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, STAMP_FORMAT);

  for (guint i = 0;; i++)
    {
      g_autofree char *number = i > 0 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      g_autofree char *path = g_strconcat (library_path, ".kept-", stamp, number, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/* Moves the library away with its log: a log beside a file that it does not belong to would
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
 * Returns: (transfer full) (nullable) (type filename): the name under which the library is kept
 */
char *
sg_backup_restore (const char  *library_path,
                   const char  *backup_path,
                   GError     **error)
{
  g_autofree char *part = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GFile) from = NULL;
  g_autoptr (GFile) to = NULL;

  g_return_val_if_fail (library_path != NULL, NULL);
  g_return_val_if_fail (backup_path != NULL, NULL);

  if (!check_backup (backup_path, error))
    return NULL;

  if (g_file_test (library_path, G_FILE_TEST_EXISTS) && !check_unused (library_path, error))
    return NULL;

  /* The copy is whole before anything is moved. */
  part = g_strconcat (library_path, ".part", NULL);
  kept = dup_kept_path (library_path);
  from = g_file_new_for_path (backup_path);
  to = g_file_new_for_path (part);

  if (!g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error) ||
      !move_away (library_path, kept, error))
    {
      g_unlink (part);
      return NULL;
    }

  if (g_rename (part, library_path) != 0)
    {
      set_system_error (library_path, error);
      return NULL;
    }

  return g_steal_pointer (&kept);
}
