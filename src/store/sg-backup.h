/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgBackup:
 * @path: the file
 * @created: when it was made, in microseconds since the epoch
 * @stories: how many stories it holds; -1 where it cannot be read
 *
 * A backup beside a library (`backups/` in its folder).
 */
typedef struct
{
  char   *path;
  gint64  created;
  gint64  size;
  gint64  stories;
} SgBackup;

void       sg_backup_free    (SgBackup    *self);
GPtrArray *sg_backup_list    (const char  *library_path) G_GNUC_WARN_UNUSED_RESULT;
/* Puts the backup in the place of the library, which is kept beside it under a name of its own. */
char      *sg_backup_restore (const char  *library_path,
                              const char  *backup_path,
                              GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBackup, sg_backup_free)

G_END_DECLS
