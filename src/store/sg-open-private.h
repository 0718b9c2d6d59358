/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-connection-private.h"

G_BEGIN_DECLS

/* Opens the library to write it: finds out what is wrong with it, makes and migrates it.
 * @backup_due is set where today has no backup yet, @backup_problem where the backup before a
 * migration failed. */
SgConnection *sg_open_writer         (const char    *path,
                                      gboolean      *backup_due,
                                      char         **backup_problem,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* The number of the schema that this version writes. */
gint64        sg_migrations_latest   (void);
/* What is in the file: the number of its schema, 0 for a new one.  Fails where it is
 * no library or a newer one. */
gboolean      sg_migrations_inspect  (SgConnection  *connection,
                                      gint64        *version,
                                      GError       **error);
/* Brings the file to the latest schema, all of it or nothing. */
gboolean      sg_migrations_run      (SgConnection  *connection,
                                      GError       **error);

G_END_DECLS
