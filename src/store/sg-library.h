/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/sg-connection.h"

G_BEGIN_DECLS

/**
 * SG_LIBRARY_ERROR:
 *
 * What can be wrong with a library.  The message is a sentence for the player that
 * names the file and says what to do; the file itself is always kept.
 */
#define SG_LIBRARY_ERROR (sg_library_error_quark ())

/**
 * SgLibraryError:
 * @SG_LIBRARY_ERROR_FAILED: SQLite failed in a way that has no name of its own here
 * @SG_LIBRARY_ERROR_DAMAGED: the file is no library, or is damaged
 * @SG_LIBRARY_ERROR_NEWER: a newer version of the program wrote it
 * @SG_LIBRARY_ERROR_READ_ONLY: it cannot be written
 * @SG_LIBRARY_ERROR_LOCKED: another program holds it
 * @SG_LIBRARY_ERROR_FULL: the disk is full
 * @SG_LIBRARY_ERROR_NOT_FOUND: there is no such story, turn, ...
 * @SG_LIBRARY_ERROR_MOVED_ON: the story was moved on by another window or process
 */
typedef enum
{
  SG_LIBRARY_ERROR_FAILED,
  SG_LIBRARY_ERROR_DAMAGED,
  SG_LIBRARY_ERROR_NEWER,
  SG_LIBRARY_ERROR_READ_ONLY,
  SG_LIBRARY_ERROR_LOCKED,
  SG_LIBRARY_ERROR_FULL,
  SG_LIBRARY_ERROR_NOT_FOUND,
  SG_LIBRARY_ERROR_MOVED_ON,
} SgLibraryError;

GQuark sg_library_error_quark (void);

/**
 * SgLibraryFunc:
 * @connection: a connection inside a transaction
 * @data: the data of the job
 * @cancellable: (nullable): polled by SQLite while statements run
 *
 * A piece of work on the library.  Runs on the writer's or a reader's thread.
 *
 * Returns: %TRUE to commit; %FALSE with @error set to roll everything back
 */
typedef gboolean (*SgLibraryFunc) (SgConnection  *connection,
                                   gpointer       data,
                                   GCancellable  *cancellable,
                                   GError       **error);

/**
 * SgDurability:
 * @SG_DURABILITY_JOURNAL: may be lost in a power cut, never in a crash (synchronous=NORMAL)
 * @SG_DURABILITY_FULL: on the disk when the job is done (synchronous=FULL)
 */
typedef enum
{
  SG_DURABILITY_JOURNAL,
  SG_DURABILITY_FULL,
} SgDurability;

#define SG_TYPE_LIBRARY (sg_library_get_type ())

G_DECLARE_FINAL_TYPE (SgLibrary, sg_library, SG, LIBRARY, GObject)

/* Opening creates, migrates (after a backup) and, on a new day, backs up. */
SgLibrary *sg_library_open         (const char           *path,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void       sg_library_open_async   (const char           *path,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
SgLibrary *sg_library_open_finish  (GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char      *sg_library_dup_default_path (void) G_GNUC_WARN_UNUSED_RESULT;
const char *sg_library_get_path    (SgLibrary            *self);
const char *sg_library_get_backup_problem (SgLibrary     *self);

/* Jobs that write run in the order in which they were handed in.  Every job runs in one transaction.  The
 * callback comes on the main context of the caller.  @data is freed with @data_free after the
 * callback, on the caller's main context. */
void       sg_library_write_async  (SgLibrary            *self,
                                    SgDurability          durability,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GDestroyNotify        data_free,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean   sg_library_write_finish (SgLibrary            *self,
                                    GAsyncResult         *result,
                                    GError              **error);
void       sg_library_write_later  (SgLibrary            *self,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GDestroyNotify        data_free);
void       sg_library_read_async   (SgLibrary            *self,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GDestroyNotify        data_free,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
void       sg_library_peek_async   (SgLibrary            *self,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GDestroyNotify        data_free,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
void       sg_library_read_latest_async (SgLibrary       *self,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GDestroyNotify        data_free,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean   sg_library_read_finish  (SgLibrary            *self,
                                    GAsyncResult         *result,
                                    GError              **error);

/* The same, waiting for the result: for the terminal and for tests. */
gboolean   sg_library_write        (SgLibrary            *self,
                                    SgDurability          durability,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GError              **error);
gboolean   sg_library_read         (SgLibrary            *self,
                                    SgLibraryFunc         func,
                                    gpointer              data,
                                    GError              **error);

/* Waits until all writes are done and closes; the last unref does it too. */
void       sg_library_close        (SgLibrary            *self);

G_END_DECLS
