/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-query-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-connection-private.h"
#include "store/sg-library.h"

/* Begins a use of @sql, which has to be a static string. */
SgQuery
sg_query_begin (SgConnection *connection,
                const char   *sql)
{
  SgQuery self = { .connection = connection, .rc = SQLITE_OK };

  self.statement = sg_connection_get_statement (connection, sql, &self.rc);

  /* A statement that is begun again while it is read would lose its place. */
  g_assert (self.statement == NULL || !sqlite3_stmt_busy (self.statement));

  return self;
}

static void
note (SgQuery *self,
      int      rc)
{
  if (self->rc == SQLITE_OK)
    self->rc = rc;
}

void
sg_query_bind_int (SgQuery *self,
                   gint64   value)
{
  if (self->statement != NULL)
    note (self, sqlite3_bind_int64 (self->statement, ++self->parameter, value));
}

/* Binds a row id; 0, which stands for none, becomes NULL. */
void
sg_query_bind_id (SgQuery *self,
                  gint64   id)
{
  if (id != 0)
    sg_query_bind_int (self, id);
  else if (self->statement != NULL)
    note (self, sqlite3_bind_null (self->statement, ++self->parameter));
}

void
sg_query_bind_double (SgQuery *self,
                      double   value)
{
  if (self->statement != NULL)
    note (self, sqlite3_bind_double (self->statement, ++self->parameter, value));
}

void
sg_query_bind_text (SgQuery    *self,
                    const char *text)
{
  if (self->statement != NULL)
    note (self, sqlite3_bind_text (self->statement, ++self->parameter, text, -1, SQLITE_STATIC));
}

void
sg_query_bind_bytes (SgQuery *self,
                     GBytes  *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (self->statement != NULL)
    note (self, sqlite3_bind_blob64 (self->statement, ++self->parameter, data, length, SQLITE_STATIC));
}

/* Moves to the next row; FALSE at the end and on a failure. */
gboolean
sg_query_step (SgQuery *self)
{
  int rc;

  if (self->statement == NULL || self->rc != SQLITE_OK)
    return FALSE;

  self->column = 0;
  rc = sqlite3_step (self->statement);
  if (rc == SQLITE_ROW)
    return TRUE;

  if (rc != SQLITE_DONE)
    self->rc = rc;

  return FALSE;
}

gint64
sg_query_get_int (SgQuery *self)
{
  return sqlite3_column_int64 (self->statement, self->column++);
}

double
sg_query_get_double (SgQuery *self)
{
  return sqlite3_column_double (self->statement, self->column++);
}

/* Valid until the next step. */
const char *
sg_query_get_text (SgQuery *self)
{
  return (const char *) sqlite3_column_text (self->statement, self->column++);
}

/* Valid until the next step; not aligned to anything. */
gconstpointer
sg_query_get_data (SgQuery *self,
                   gsize   *length)
{
  gconstpointer data = sqlite3_column_blob (self->statement, self->column);

  *length = (gsize) sqlite3_column_bytes (self->statement, self->column++);

  return data;
}

char *
sg_query_dup_text (SgQuery *self)
{
  return g_strdup (sg_query_get_text (self));
}

/* Ends the use; reports the first failure there was. */
gboolean
sg_query_finish (SgQuery  *self,
                 GError  **error)
{
  gboolean ok = self->rc == SQLITE_OK;

  if (!ok)
    sg_connection_set_error (self->connection, self->rc, error);

  sg_query_clear (self);

  return ok;
}

gboolean
sg_query_run (SgQuery  *self,
              GError  **error)
{
  sg_query_step (self);

  return sg_query_finish (self, error);
}

gint64
sg_query_run_for_id (SgQuery  *self,
                     GError  **error)
{
  sqlite3 *db = sg_connection_get_db (self->connection);

  return sg_query_run (self, error) ? sqlite3_last_insert_rowid (db) : 0;
}

gboolean
sg_query_run_on_row (SgQuery     *self,
                     const char  *what,
                     gint64       id,
                     GError     **error)
{
  sqlite3 *db = sg_connection_get_db (self->connection);

  if (!sg_query_run (self, error))
    return FALSE;

  if (sqlite3_changes (db) > 0)
    return TRUE;

  sg_query_set_not_found (what, id, error);
  return FALSE;
}

void
sg_query_clear (SgQuery *self)
{
  if (self->statement == NULL)
    return;

  sqlite3_reset (self->statement);
  sqlite3_clear_bindings (self->statement);
  self->statement = NULL;
}

/* @what is the name of a table. */
void
sg_query_set_not_found (const char  *what,
                        gint64       id,
                        GError     **error)
{
  g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
               _("The library has no %s with the number %" G_GINT64_FORMAT "."), what, id);
}
