/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "store/sg-connection.h"

G_BEGIN_DECLS

/**
 * SgQuery:
 *
 * One use of a prepared statement: parameters are bound and columns are read from the left to
 * the right, and the first failure is kept until sg_query_finish() or sg_query_run() reports it, so
 * that what lies between needs no checks.  Texts are bound without a copy and have to
 * stay until then.
 */
typedef struct
{
  SgConnection *connection;
  sqlite3_stmt *statement;
  int           rc;
  int           parameter;
  int           column;
} SgQuery;

SgQuery     sg_query_begin       (SgConnection *connection,
                                  const char   *sql);
void        sg_query_bind_int    (SgQuery      *self,
                                  gint64        value);
void        sg_query_bind_id     (SgQuery      *self,
                                  gint64        id);
void        sg_query_bind_double (SgQuery      *self,
                                  double        value);
void        sg_query_bind_text   (SgQuery      *self,
                                  const char   *text);
void        sg_query_bind_bytes  (SgQuery      *self,
                                  GBytes       *bytes);

gboolean    sg_query_step        (SgQuery      *self);
gint64      sg_query_get_int     (SgQuery      *self);
double      sg_query_get_double  (SgQuery      *self);
const char *sg_query_get_text    (SgQuery      *self);
gconstpointer sg_query_get_data  (SgQuery      *self,
                                  gsize        *length);
char       *sg_query_dup_text    (SgQuery      *self) G_GNUC_WARN_UNUSED_RESULT;

gboolean    sg_query_finish      (SgQuery      *self,
                                  GError      **error);
gboolean    sg_query_run         (SgQuery      *self,
                                  GError      **error);
/* Runs an INSERT of one row and returns its id; 0 with @error set on failure. */
gint64      sg_query_run_for_id  (SgQuery      *self,
                                  GError      **error);
/* Runs it and fails with SG_LIBRARY_ERROR_NOT_FOUND where no row was changed. */
gboolean    sg_query_run_on_row  (SgQuery      *self,
                                  const char   *what,
                                  gint64        id,
                                  GError      **error);
void        sg_query_clear       (SgQuery      *self);

void        sg_query_set_not_found (const char  *what,
                                    gint64       id,
                                    GError     **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgQuery, sg_query_clear)

G_END_DECLS
