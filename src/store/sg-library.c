/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library is one SQLite file.  One thread writes, and reads a few rows in between, and up to three read; each has a
 * connection of its own.  Several processes may have the same library open: SQLite's write-ahead log keeps
 * readers and the writer apart, and writers of different processes wait for each other. */

#include "config.h"

#include "store/sg-library.h"

#include <glib/gi18n-lib.h>

#include "store/sg-backup-private.h"
#include "store/sg-open-private.h"
#include "store/sg-worker-private.h"

#define MAX_READERS 3

struct _SgLibrary
{
  GObject   parent_instance;

  char     *path;
  char     *backup_problem;
  SgWorker *writer;
  SgWorker *readers;
  GThread  *backup;
};

/* What goes with a task.  The worker holds no reference to the task while it returns it, so that
 * the last one, and @data with it, always goes on the caller's main context. */
typedef struct
{
  gpointer             data;
  GDestroyNotify       data_free;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
} TaskData;

G_DEFINE_FINAL_TYPE (SgLibrary, sg_library, G_TYPE_OBJECT)

static void
task_data_free (gpointer data)
{
  TaskData *self = data;

  if (self->data_free != NULL)
    self->data_free (self->data);

  g_free (self);
}

static void
task_done_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  TaskData *self = user_data;

  if (self->callback != NULL)
    self->callback (object, result, self->user_data);

  /* The reference that g_task_new() gave. */
  g_object_unref (result);
}

static void
start_task (SgLibrary           *self,
            SgWorker            *worker,
            gpointer             tag,
            SgJobKind            kind,
            SgDurability         durability,
            SgLibraryFunc        func,
            gpointer             data,
            GDestroyNotify       data_free,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TaskData *task_data = g_new0 (TaskData, 1);
  GTask *task;

  task_data->data = data;
  task_data->data_free = data_free;
  task_data->callback = callback;
  task_data->user_data = user_data;

  task = g_task_new (self, cancellable, task_done_cb, task_data);
  g_task_set_source_tag (task, tag);
  g_task_set_name (task, "sg-library");
  g_task_set_task_data (task, task_data, task_data_free);
  /* What was committed is never reported as cancelled. */
  g_task_set_check_cancellable (task, kind == SG_JOB_READ);

  sg_worker_push_task (worker, task, kind, durability, func, data);
}

static gpointer
backup_cb (gpointer data)
{
  g_autofree char *path = data;
  g_autoptr (GError) error = NULL;

  if (!sg_backup_make_daily (path, &error))
    g_message ("%s", error->message);

  return NULL;
}

static void
sg_library_dispose (GObject *object)
{
  SgLibrary *self = SG_LIBRARY (object);

  sg_library_close (self);

  G_OBJECT_CLASS (sg_library_parent_class)->dispose (object);
}

static void
sg_library_finalize (GObject *object)
{
  SgLibrary *self = SG_LIBRARY (object);

  g_clear_pointer (&self->writer, sg_worker_free);
  g_clear_pointer (&self->readers, sg_worker_free);
  g_free (self->path);
  g_free (self->backup_problem);

  G_OBJECT_CLASS (sg_library_parent_class)->finalize (object);
}

static void
sg_library_class_init (SgLibraryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_library_dispose;
  object_class->finalize = sg_library_finalize;
}

static void
sg_library_init (SgLibrary *self)
{
}

/**
 * sg_library_open:
 * @path: (type filename): the file
 *
 * Opens a library, and makes it where there is none.  An older one is brought to this version's
 * schema, after a backup; the first opening of a day makes a backup in the background, once the
 * file has been found whole.  Blocks: see sg_library_open_async().
 *
 * Fails with SG_LIBRARY_ERROR; the file is then as it was.
 *
 * Returns: (transfer full) (nullable): a library
 */
SgLibrary *
sg_library_open (const char  *path,
                 GError     **error)
{
  g_autoptr (SgLibrary) self = NULL;
  g_autofree char *problem = NULL;
  SgConnection *connection;
  gboolean backup_due = FALSE;

  g_return_val_if_fail (path != NULL, NULL);

  connection = sg_open_writer (path, &backup_due, &problem, error);
  if (connection == NULL)
    return NULL;

  self = g_object_new (SG_TYPE_LIBRARY, NULL);
  self->path = g_strdup (path);
  self->backup_problem = g_steal_pointer (&problem);
  self->writer = sg_worker_new ("sg-writer", path, 1, connection);
  self->readers = sg_worker_new ("sg-reader", path, MAX_READERS, NULL);

  if (backup_due)
    self->backup = g_thread_new ("sg-backup", backup_cb, g_strdup (path));

  return g_steal_pointer (&self);
}

static void
open_in_thread_cb (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  GError *error = NULL;
  SgLibrary *library = sg_library_open (task_data, &error);

  if (library != NULL)
    g_task_return_pointer (task, library, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * sg_library_open_async:
 * @path: (type filename): the file
 *
 * Does the work of sg_library_open() on another thread.
 */
void
sg_library_open_async (const char          *path,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_library_open_async);
  g_task_set_name (task, "sg-library-open");
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_in_thread_cb);
}

/**
 * sg_library_open_finish:
 *
 * Returns: (transfer full) (nullable): a library
 */
SgLibrary *
sg_library_open_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_library_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sg_library_dup_default_path:
 *
 * Returns: (transfer full) (type filename): where the player's library is
 */
char *
sg_library_dup_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "storyglass", "library.db", NULL);
}

/**
 * sg_library_get_path:
 *
 * Returns: (type filename): the file
 */
const char *
sg_library_get_path (SgLibrary *self)
{
  g_return_val_if_fail (SG_IS_LIBRARY (self), NULL);

  return self->path;
}

/**
 * sg_library_get_backup_problem:
 *
 * Why the backup before a migration could not be made; opening went on without it.
 *
 * Returns: (nullable): a sentence for the player
 */
const char *
sg_library_get_backup_problem (SgLibrary *self)
{
  g_return_val_if_fail (SG_IS_LIBRARY (self), NULL);

  return self->backup_problem;
}

/**
 * sg_library_write_async:
 * @durability: what a power cut may take
 * @func: (scope async): the job
 * @data: its data
 * @data_free: (nullable): frees @data, after @callback, on the caller's main context
 *
 * Runs a job on the writer's thread, in one transaction, after all that were handed in
 * before.  A job that is cancelled before it has ended leaves nothing behind; once it has ended,
 * it counts.
 */
void
sg_library_write_async (SgLibrary           *self,
                        SgDurability         durability,
                        SgLibraryFunc        func,
                        gpointer             data,
                        GDestroyNotify       data_free,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (SG_IS_LIBRARY (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start_task (self, self->writer, sg_library_write_async, SG_JOB_WRITE, durability, func, data, data_free,
              cancellable, callback, user_data);
}

/**
 * sg_library_write_finish:
 *
 * Returns: whether the job was committed; else the error of the job, SG_LIBRARY_ERROR, or
 *   G_IO_ERROR_CANCELLED
 */
gboolean
sg_library_write_finish (SgLibrary     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_library_write_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sg_library_write_later:
 * @func: (scope async): the job; it may be called twice, and has to come to the same then
 * @data: (transfer full): its data
 * @data_free: (nullable): frees @data, on the writer's thread, or on the caller's where the library is closed
 *
 * Runs a job together with the next one that writes: before it, in the order in which they were handed in, and in its
 * transaction; or after half a minute at most, or when the library is closed.  Until then only
 * sg_library_read_latest_async() and sg_library_read() see what it writes, and no other process.
 *
 * It is for what nobody misses before, and is no great loss: a crash takes it, and so does an error, of which nobody is
 * told.
 */
void
sg_library_write_later (SgLibrary      *self,
                        SgLibraryFunc   func,
                        gpointer        data,
                        GDestroyNotify  data_free)
{
  g_return_if_fail (SG_IS_LIBRARY (self));
  g_return_if_fail (func != NULL);

  sg_worker_push_later (self->writer, func, data, data_free);
}

/**
 * sg_library_read_async:
 * @func: (scope async): the job
 * @data: its data
 * @data_free: (nullable): frees @data, after @callback, on the caller's main context
 *
 * Runs a job on a reader's thread.  All that it reads is of one moment; it sees every write that
 * had been reported as done when it was handed in.
 */
void
sg_library_read_async (SgLibrary           *self,
                       SgLibraryFunc        func,
                       gpointer             data,
                       GDestroyNotify       data_free,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (SG_IS_LIBRARY (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start_task (self, self->readers, sg_library_read_async, SG_JOB_READ, SG_DURABILITY_JOURNAL, func, data,
              data_free, cancellable, callback, user_data);
}

/**
 * sg_library_peek_async:
 * @func: (scope async): the job
 * @data: its data
 * @data_free: (nullable): frees @data, after @callback, on the caller's main context
 *
 * Does what sg_library_read_async() does, for a job that reads a few rows.  Where nothing is being written it runs on
 * the writer's thread, which need not read again from the disk what it has just written.  To be ended with
 * sg_library_read_finish().
 */
void
sg_library_peek_async (SgLibrary           *self,
                       SgLibraryFunc        func,
                       gpointer             data,
                       GDestroyNotify       data_free,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (SG_IS_LIBRARY (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start_task (self, sg_worker_is_idle (self->writer) ? self->writer : self->readers, sg_library_read_async,
              SG_JOB_READ, SG_DURABILITY_JOURNAL, func, data, data_free, cancellable, callback, user_data);
}

/* A job that reads once what waited is written. */
typedef struct
{
  SgLibraryFunc        func;
  gpointer             data;
  GDestroyNotify       data_free;
  GCancellable        *cancellable;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
} Latest;

static void
settled_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Latest *latest = user_data;
  g_autoptr (GCancellable) cancellable = latest->cancellable;

  sg_library_read_async (SG_LIBRARY (object), latest->func, latest->data, latest->data_free, cancellable,
                         latest->callback, latest->user_data);
}

/**
 * sg_library_read_latest_async:
 * @func: (scope async): the job
 * @data: its data
 * @data_free: (nullable): frees @data, after @callback, on the caller's main context
 *
 * Does what sg_library_read_async() does, after what sg_library_write_later() was given, unless another process keeps that
 * from being written.  To be ended with sg_library_read_finish().
 */
void
sg_library_read_latest_async (SgLibrary           *self,
                              SgLibraryFunc        func,
                              gpointer             data,
                              GDestroyNotify       data_free,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Latest *latest;

  g_return_if_fail (SG_IS_LIBRARY (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  if (!sg_worker_has_later (self->writer))
    {
      sg_library_read_async (self, func, data, data_free, cancellable, callback, user_data);
      return;
    }

  latest = g_new (Latest, 1);
  *latest = (Latest) {
    func, data, data_free, cancellable != NULL ? g_object_ref (cancellable) : NULL, callback, user_data,
  };
  start_task (self, self->writer, sg_library_read_latest_async, SG_JOB_SETTLE, SG_DURABILITY_JOURNAL, NULL, NULL,
              NULL, NULL, settled_cb, latest);
}

/**
 * sg_library_read_finish:
 *
 * Returns: whether the job succeeded
 */
gboolean
sg_library_read_finish (SgLibrary     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_library_read_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sg_library_write:
 *
 * Does what sg_library_write_async() does and waits for it.
 *
 * Returns: whether the job was committed
 */
gboolean
sg_library_write (SgLibrary      *self,
                  SgDurability    durability,
                  SgLibraryFunc   func,
                  gpointer        data,
                  GError        **error)
{
  g_return_val_if_fail (SG_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  return sg_worker_run (self->writer, SG_JOB_WRITE, durability, func, data, error);
}

/**
 * sg_library_read:
 *
 * Does what sg_library_read_latest_async() does and waits for it.
 *
 * Returns: whether the job succeeded
 */
gboolean
sg_library_read (SgLibrary      *self,
                 SgLibraryFunc   func,
                 gpointer        data,
                 GError        **error)
{
  g_return_val_if_fail (SG_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (sg_worker_has_later (self->writer))
    sg_worker_run (self->writer, SG_JOB_SETTLE, SG_DURABILITY_JOURNAL, NULL, NULL, NULL);

  return sg_worker_run (self->readers, SG_JOB_READ, SG_DURABILITY_JOURNAL, func, data, error);
}

/**
 * sg_library_close:
 *
 * Waits until all jobs are done, and a backup that is being made, and closes the file.  Further
 * jobs fail with G_IO_ERROR_CLOSED.
 */
void
sg_library_close (SgLibrary *self)
{
  g_return_if_fail (SG_IS_LIBRARY (self));

  /* The writer goes last: the last connection tidies the log away. */
  g_clear_pointer (&self->backup, g_thread_join);

  if (self->readers != NULL)
    sg_worker_close (self->readers);

  if (self->writer != NULL)
    sg_worker_close (self->writer);
}
