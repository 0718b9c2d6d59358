/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "store/sg-connection.h"
#include "store/sg-library.h"

G_BEGIN_DECLS

/* How long a connection waits for another process to let go of the library. */
#define SG_CONNECTION_PATIENCE_MS 3000

typedef enum
{
  SG_CONNECTION_WRITER,
  SG_CONNECTION_READER,
} SgConnectionRole;

SgConnection *sg_connection_open             (const char        *path,
                                              SgConnectionRole   role,
                                              GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void          sg_connection_close            (SgConnection      *self);
void          sg_connection_set_patience     (SgConnection      *self,
                                              guint              patience_ms);
sqlite3      *sg_connection_get_db           (SgConnection      *self);
const char   *sg_connection_get_path         (SgConnection      *self);

/* One whole transaction around @func, which writes, or only reads. */
gboolean      sg_connection_run              (SgConnection      *self,
                                              SgDurability       durability,
                                              SgLibraryFunc      func,
                                              gpointer           data,
                                              GCancellable      *cancellable,
                                              GError           **error);
gboolean      sg_connection_read             (SgConnection      *self,
                                              SgLibraryFunc      func,
                                              gpointer           data,
                                              GCancellable      *cancellable,
                                              GError           **error);
gboolean      sg_connection_execute          (SgConnection      *self,
                                              const char        *sql,
                                              GError           **error);
gboolean      sg_connection_read_int         (SgConnection      *self,
                                              const char        *sql,
                                              gint64            *value,
                                              GError           **error);
/* The statement of a static string, made once a connection; NULL with *@rc set on failure. */
sqlite3_stmt *sg_connection_get_statement    (SgConnection      *self,
                                              const char        *sql,
                                              int               *rc);
void          sg_connection_set_error        (SgConnection      *self,
                                              int                rc,
                                              GError           **error);

/* Whether the log has grown enough to be worth moving into the file, and doing that. */
gboolean      sg_connection_needs_checkpoint (SgConnection      *self,
                                              gboolean           busy);
void          sg_connection_checkpoint       (SgConnection      *self);

/* The sentence for what SQLite answered to an operation on @path. */
void          sg_library_set_sqlite_error    (GError           **error,
                                              const char        *path,
                                              int                rc,
                                              int                system_errno,
                                              const char        *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgConnection, sg_connection_close)

G_END_DECLS
