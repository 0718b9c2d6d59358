/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-backup.h"
#include "store/sg-connection-private.h"

G_BEGIN_DECLS

/* The moment in UTC as it stands in file names. */
#define SG_BACKUP_STAMP "%Y%m%dT%H%M%SZ"

/* Whether today has no backup yet. */
gboolean sg_backup_is_due            (const char    *library_path);
/* Whether there is any backup at all. */
gboolean sg_backup_exists            (const char    *library_path);
/* Copies the library as it is now; opens a connection of its own. */
gboolean sg_backup_make_daily        (const char    *library_path,
                                      GError       **error);
/* Copies what @connection is about to migrate from the schema @version. */
gboolean sg_backup_make_before       (SgConnection  *connection,
                                      gint64         version,
                                      GError       **error);

/* The first column of the first row of a backup, as text; NULL where that fails. */
char    *sg_backup_read_text         (const char    *backup_path,
                                      const char    *sql) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
