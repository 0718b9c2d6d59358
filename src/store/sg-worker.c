/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job costs two wake-ups: that of the thread, when it sleeps, and that of the main context
 * of the caller.  Threads are started when there is more to do than threads wait, so a library
 * that is only opened has no reader, and one that is played from has one or two.  A thread
 * opens its connection with its first job. */

#include "config.h"

#include "store/sg-worker-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  SgLibraryFunc  func;
  gpointer       data;
  SgDurability   durability;

  /* Either of a job that is waited for, or of one that is not. */
  GTask         *task;
  gboolean       done;
  gboolean       ok;
  GError        *error;
} Job;

struct _SgWorker
{
  char         *name;
  char         *path;
  guint         max_threads;

  /* What the first thread takes over; later ones open their own. */
  SgConnection *writer;

  GMutex        mutex;
  GCond         pushed;
  GCond         done;
  GQueue        jobs;
  GPtrArray    *threads;
  guint         n_idle;
  gboolean      closing;
};

static void
finish_job (SgWorker *self,
            Job      *job,
            gboolean  ok,
            GError   *error)
{
  if (job->task == NULL)
    {
      g_mutex_lock (&self->mutex);
      job->ok = ok;
      job->error = error;
      job->done = TRUE;
      g_cond_broadcast (&self->done);
      g_mutex_unlock (&self->mutex);
      return;
    }

  /* The task now belongs to the main context of the caller, which may be done with it before
   * these calls return: nothing of the job is touched after them. */
  if (ok)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, error);

  g_free (job);
}

static void
run_job (SgWorker      *self,
         SgConnection **connection,
         Job           *job)
{
  GCancellable *cancellable = job->task != NULL ? g_task_get_cancellable (job->task) : NULL;
  GError *error = NULL;
  gboolean ok = FALSE;

  if (*connection == NULL)
    *connection = sg_connection_open (self->path, SG_CONNECTION_READER, &error);

  if (*connection != NULL)
    ok = sg_connection_run (*connection, job->durability, job->func, job->data, cancellable,
                            &error);

  finish_job (self, job, ok, error);
}

/* The next job; NULL when there will be no more.  What the log needs is done while
 * nobody waits. */
static Job *
take_job (SgWorker     *self,
          SgConnection *connection)
{
  Job *job;

  g_mutex_lock (&self->mutex);

  if (self->writer != NULL && connection == self->writer && !self->closing &&
      sg_connection_needs_checkpoint (connection, !g_queue_is_empty (&self->jobs)))
    {
      g_mutex_unlock (&self->mutex);
      sg_connection_checkpoint (connection);
      g_mutex_lock (&self->mutex);
    }

  while (g_queue_is_empty (&self->jobs) && !self->closing)
    {
      self->n_idle++;
      g_cond_wait (&self->pushed, &self->mutex);
      self->n_idle--;
    }

  job = g_queue_pop_head (&self->jobs);
  g_mutex_unlock (&self->mutex);

  return job;
}

static gpointer
thread_cb (gpointer data)
{
  SgWorker *self = data;
  SgConnection *connection = self->writer;
  Job *job;

  while ((job = take_job (self, connection)) != NULL)
    run_job (self, &connection, job);

  if (self->writer == NULL)
    sg_connection_close (connection);

  return NULL;
}

/* Returns whether the job was taken. */
static gboolean
push (SgWorker *self,
      Job      *job)
{
  gboolean taken;
  gboolean wake;

  g_mutex_lock (&self->mutex);

  taken = !self->closing;
  wake = taken && self->n_idle > 0;
  if (taken)
    {
      g_queue_push_tail (&self->jobs, job);
      if (self->n_idle < self->jobs.length && self->threads->len < self->max_threads)
        g_ptr_array_add (self->threads, g_thread_new (self->name, thread_cb, self));
    }

  g_mutex_unlock (&self->mutex);

  /* Not before: the thread would wake only to wait for the mutex. */
  if (wake)
    g_cond_signal (&self->pushed);

  return taken;
}

static GError *
closed_error (SgWorker *self)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, _("“%s” is closed."), self->path);
}

/*
 * sg_worker_new:
 * @name: of its threads
 * @path: the library
 * @max_threads: how many threads there are at most
 * @writer: (transfer full) (nullable): the connection of the only thread; else each
 *   thread opens a reader
 *
 * Returns: (transfer full): a worker
 */
SgWorker *
sg_worker_new (const char   *name,
               const char   *path,
               guint         max_threads,
               SgConnection *writer)
{
  SgWorker *self = g_new0 (SgWorker, 1);

  g_assert (writer == NULL || max_threads == 1);

  self->name = g_strdup (name);
  self->path = g_strdup (path);
  self->max_threads = max_threads;
  self->writer = writer;
  self->threads = g_ptr_array_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->pushed);
  g_cond_init (&self->done);
  g_queue_init (&self->jobs);

  return self;
}

/* Waits until all jobs are done; further ones are refused. */
void
sg_worker_close (SgWorker *self)
{
  g_autoptr (GPtrArray) threads = NULL;

  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  threads = g_steal_pointer (&self->threads);
  self->threads = g_ptr_array_new ();
  g_cond_broadcast (&self->pushed);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));

  g_clear_pointer (&self->writer, sg_connection_close);
}

void
sg_worker_free (SgWorker *self)
{
  if (self == NULL)
    return;

  sg_worker_close (self);
  g_ptr_array_unref (self->threads);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->pushed);
  g_cond_clear (&self->done);
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

void
sg_worker_push_task (SgWorker      *self,
                     GTask         *task,
                     SgDurability   durability,
                     SgLibraryFunc  func,
                     gpointer       data)
{
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->durability = durability;
  job->task = task;

  if (!push (self, job))
    finish_job (self, job, FALSE, closed_error (self));
}

gboolean
sg_worker_run (SgWorker       *self,
               SgDurability    durability,
               SgLibraryFunc   func,
               gpointer        data,
               GError        **error)
{
  Job job = { .func = func, .data = data, .durability = durability };

  if (!push (self, &job))
    {
      g_propagate_error (error, closed_error (self));
      return FALSE;
    }

  g_mutex_lock (&self->mutex);
  while (!job.done)
    g_cond_wait (&self->done, &self->mutex);
  g_mutex_unlock (&self->mutex);

  if (!job.ok)
    g_propagate_error (error, job.error);

  return job.ok;
}
