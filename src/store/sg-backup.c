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

#define KEPT_DAILY 7
#define KEPT_BEFORE_MIGRATION 3
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
  if (!g_str_equal (rest, ".db") &&
      !(g_str_has_prefix (rest, "-form") && g_str_has_suffix (rest, ".db")))
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
  g_autofree char *stamp = g_date_time_format (now, SG_BACKUP_STAMP);
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

  if (sqlite3_open_v2 (immutable, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                       NULL) == SQLITE_OK)
    return db;

  sqlite3_close (db);
  return NULL;
}

char *
sg_backup_read_text (const char *backup_path,
                     const char *sql)
{
  sqlite3 *db = open_backup (backup_path);
  sqlite3_stmt *statement = NULL;
  char *text = NULL;

  if (db != NULL && sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    text = g_strdup ((const char *) sqlite3_column_text (statement, 0));

  sqlite3_finalize (statement);
  sqlite3_close (db);
  return text;
}

static SgBackup *
describe (const Entry *entry)
{
  SgBackup *self = g_new0 (SgBackup, 1);
  g_autofree char *stories = NULL;
  GStatBuf file_stat;

  stories = sg_backup_read_text (entry->path, "SELECT count(*) FROM story WHERE trashed IS NULL");
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
