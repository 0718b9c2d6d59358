/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection belongs to one thread at a time (SQLITE_OPEN_NOMUTEX).  The log is moved into
 * the file by the writer between jobs (sg_connection_checkpoint()), never inside a commit that somebody
 * waits for, so SQLite's own automatic checkpoint is off. */

#include "config.h"

#include "store/sg-connection-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-query-private.h"

/* How many instructions of SQLite's machine pass between two looks at the cancellable: some tens
 * of microseconds. */
#define PROGRESS_STEPS 2000

/* The log is moved when it has so many pages (4 MiB) and nothing waits, or so many and
 * something does. */
#define CHECKPOINT_PAGES 1024
#define CHECKPOINT_PAGES_BUSY 4096

struct _SgConnection
{
  sqlite3          *db;
  char             *path;
  SgConnectionRole  role;
  GHashTable       *statements;

  /* Of the job that runs. */
  GCancellable     *cancellable;
  guint             patience_ms;
  gint64            waiting_since;

  SgDurability      durability;
  int               log_pages;
};

static int
progress_cb (void *data)
{
  SgConnection *self = data;

  return self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable);
}

/* Takes the place of sqlite3_busy_timeout(), which cannot be cancelled. */
static int
busy_cb (void *data,
         int   count)
{
  SgConnection *self = data;
  gint64 now = g_get_monotonic_time ();

  if (count == 0)
    self->waiting_since = now;

  if (now - self->waiting_since >= (gint64) self->patience_ms * 1000 || progress_cb (self))
    return 0;

  g_usleep (MIN (500u << MIN (count, 6), 20000));
  return 1;
}

static int
log_cb (void       *data,
        sqlite3    *db,
        const char *name,
        int         pages)
{
  SgConnection *self = data;

  self->log_pages = pages;
  return SQLITE_OK;
}

static gboolean
configure (SgConnection  *self,
           GError       **error)
{
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_handler (self->db, busy_cb, self);
  sqlite3_progress_handler (self->db, PROGRESS_STEPS, progress_cb, self);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  if (self->role == SG_CONNECTION_READER)
    return sg_connection_execute (self, "PRAGMA temp_store = MEMORY", error);

  /* Until sg_open_writer() has found all to be well, the log is left alone. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_wal_autocheckpoint (self->db, 0);
  sqlite3_wal_hook (self->db, log_cb, self);

  return sg_connection_execute (self,
                                "PRAGMA foreign_keys = ON;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA synchronous = FULL;",
                                error);
}

/* SQLite counts its memory for all threads together, which costs two locks for each piece of it.  Nobody asks for
 * the figure.  Where something else in the process uses SQLite already, that is left as it is. */
static void
stop_counting_memory (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&once, 1);
    }
}

/*
 * sg_connection_open:
 * @path: the library
 * @role: a writer creates the file where there is none; a reader needs a writer to be open
 *
 * Returns: (transfer full) (nullable): a connection
 */
SgConnection *
sg_connection_open (const char        *path,
                    SgConnectionRole   role,
                    GError           **error)
{
  g_autoptr (SgConnection) self = g_new0 (SgConnection, 1);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int rc;

  flags |= role == SG_CONNECTION_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                        : SQLITE_OPEN_READONLY;

  stop_counting_memory ();

  self->path = g_strdup (path);
  self->role = role;
  self->patience_ms = SG_CONNECTION_PATIENCE_MS;
  self->durability = SG_DURABILITY_FULL;
  self->statements = g_hash_table_new_full (NULL, NULL, NULL,
                                            (GDestroyNotify) sqlite3_finalize);

  rc = sqlite3_open_v2 (path, &self->db, flags, NULL);
  if (rc != SQLITE_OK)
    {
      sg_connection_set_error (self, rc, error);
      return NULL;
    }

  if (!configure (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
sg_connection_close (SgConnection *self)
{
  if (self == NULL)
    return;

  self->cancellable = NULL;
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self);
}

/* How long it waits where another process holds the library, in milliseconds. */
void
sg_connection_set_patience (SgConnection *self,
                            guint         patience_ms)
{
  self->patience_ms = patience_ms;
}

sqlite3 *
sg_connection_get_db (SgConnection *self)
{
  return self->db;
}

const char *
sg_connection_get_path (SgConnection *self)
{
  return self->path;
}

/* The statements are found again by the address of their text: it costs one look into a small
 * table, and every text is a constant of the program. */
sqlite3_stmt *
sg_connection_get_statement (SgConnection *self,
                             const char   *sql,
                             int          *rc)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    return statement;

  *rc = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (*rc != SQLITE_OK)
    return NULL;

  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

/* What the system said about a failure.  SQLite forgets it when the failure comes in a commit; the
 * file of the log still knows. */
static int
get_system_errno (SgConnection *self,
                  int           rc)
{
  sqlite3_file *log = NULL;
  int code = 0;

  if (self->db == NULL)
    return 0;

  if ((rc & 0xff) == SQLITE_IOERR &&
      sqlite3_file_control (self->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
      log != NULL && log->pMethods != NULL)
    log->pMethods->xFileControl (log, SQLITE_FCNTL_LAST_ERRNO, &code);

  return code != 0 ? code : sqlite3_system_errno (self->db);
}

void
sg_connection_set_error (SgConnection  *self,
                         int            rc,
                         GError       **error)
{
  int plain = rc & 0xff;

  if (g_cancellable_is_cancelled (self->cancellable) &&
      (plain == SQLITE_INTERRUPT || plain == SQLITE_BUSY))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("It was cancelled."));
      return;
    }

  sg_library_set_sqlite_error (error, self->path, rc, get_system_errno (self, rc),
                               self->db != NULL ? sqlite3_errmsg (self->db) : NULL);
}

/* For what runs once: nothing is kept. */
gboolean
sg_connection_execute (SgConnection  *self,
                       const char    *sql,
                       GError       **error)
{
  int rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;

  sg_connection_set_error (self, rc, error);
  return FALSE;
}

/* The first column of the first row; 0 where there is none. */
gboolean
sg_connection_read_int (SgConnection  *self,
                        const char    *sql,
                        gint64        *value,
                        GError       **error)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);

  *value = 0;
  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);

  if (rc == SQLITE_ROW)
    *value = sqlite3_column_int64 (statement, 0);
  else if (rc != SQLITE_DONE)
    sg_connection_set_error (self, rc, error);

  sqlite3_finalize (statement);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static gboolean
run_statement (SgConnection  *self,
               const char    *sql,
               GError       **error)
{
  SgQuery query = sg_query_begin (self, sql);

  return sg_query_run (&query, error);
}

static gboolean
set_durability (SgConnection  *self,
                SgDurability   durability,
                GError       **error)
{
  if (self->durability == durability)
    return TRUE;

  /* A pragma works while it is prepared, so it cannot be kept like the others. */
  if (!sg_connection_execute (self,
                              durability == SG_DURABILITY_FULL ? "PRAGMA synchronous = FULL"
                                                               : "PRAGMA synchronous = NORMAL",
                              error))
    return FALSE;

  self->durability = durability;
  return TRUE;
}

static void
roll_back (SgConnection *self)
{
  /* After some failures SQLite has rolled back by itself. */
  if (!sqlite3_get_autocommit (self->db))
    run_statement (self, "ROLLBACK", NULL);
}

static gboolean
call (SgConnection  *self,
      SgLibraryFunc  func,
      gpointer       data,
      GError       **error)
{
  g_autoptr (GError) local_error = NULL;

  if (func (self, data, self->cancellable, &local_error))
    return TRUE;

  if (local_error == NULL)
    g_set_error (&local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FAILED,
                 _("“%s” could not be used."), self->path);

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
run_transaction (SgConnection   *self,
                 const char     *begin,
                 SgLibraryFunc   func,
                 gpointer        data,
                 GCancellable   *cancellable,
                 GError        **error)
{
  gboolean ok;

  self->cancellable = cancellable;

  ok = run_statement (self, begin, error) && call (self, func, data, error);

  /* From here on it is too late to cancel: what is done is told truly. */
  self->cancellable = NULL;

  if (ok)
    ok = run_statement (self, "COMMIT", error);

  if (!ok)
    roll_back (self);

  return ok;
}

gboolean
sg_connection_run (SgConnection   *self,
                   SgDurability    durability,
                   SgLibraryFunc   func,
                   gpointer        data,
                   GCancellable   *cancellable,
                   GError        **error)
{
  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && set_durability (self, durability, error)
         && run_transaction (self, "BEGIN IMMEDIATE", func, data, cancellable, error);
}

gboolean
sg_connection_read (SgConnection   *self,
                    SgLibraryFunc   func,
                    gpointer        data,
                    GCancellable   *cancellable,
                    GError        **error)
{
  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && run_transaction (self, "BEGIN", func, data, cancellable, error);
}

gboolean
sg_connection_needs_checkpoint (SgConnection *self,
                                gboolean      busy)
{
  return self->log_pages >= (busy ? CHECKPOINT_PAGES_BUSY : CHECKPOINT_PAGES);
}

/* A checkpoint that cannot be made now, because of a reader or of a full disk, is no
 * failure: everything is safe in the log, and the next commit tries again. */
void
sg_connection_checkpoint (SgConnection *self)
{
  self->log_pages = 0;
  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
