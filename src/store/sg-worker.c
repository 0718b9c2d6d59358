/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job costs two wake-ups: that of the thread, when it sleeps, and that of the main context
 * of the caller.  Threads are started when there is more to do than threads wait, so a library
 * that is only opened has no reader, and one that is played from has one or two.  A thread
 * opens its connection with its first job. */

#include "config.h"

#include "store/sg-worker-private.h"

#include <glib/gi18n-lib.h>

/* How long a job waits at most that is to be done later, where no other takes it along. */
#define LATER_US (30 * G_USEC_PER_SEC)

/* How long it waits for another process when the library is closed. */
#define LAST_PATIENCE_MS 200

typedef struct
{
  SgJobKind       kind;
  SgLibraryFunc   func;
  gpointer        data;
  SgDurability    durability;

  /* Of one that is to be done later, and that nobody waits for. */
  GDestroyNotify  data_free;

  /* Either of a job that is waited for, or of one that is not. */
  GTask          *task;
  gboolean        done;
  gboolean        ok;
  GError         *error;
} Job;

/* A job, and what is done in its transaction before it. */
typedef struct
{
  Job      *job;
  GQueue   *later;
  gboolean  begun;
  gboolean  reached;
} Batch;

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

  /* What waits for a job that takes it along, and how many of them the job has taken that runs.  Once there were any, the
   * thread does not sleep for longer than they may wait, so that it need not be woken for the next one. */
  GQueue        later;
  guint         n_taken;
  gint64        later_us;
  gboolean      had_later;
  gboolean      dozes;
};

static void
job_free_later (gpointer data)
{
  Job *job = data;

  if (job->data_free != NULL)
    job->data_free (job->data);
  g_free (job);
}

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

static gboolean
run_alone (SgConnection  *connection,
           Job           *job,
           GCancellable  *cancellable,
           GError       **error)
{
  return job->kind == SG_JOB_WRITE
           ? sg_connection_run (connection, job->durability, job->func, job->data, cancellable, error)
           : sg_connection_read (connection, job->func, job->data, cancellable, error);
}

/* Does what was to be done later, and takes it off the list.  Nobody is told of it: it writes what nobody misses at once.
 * Where another process is writing it waits on, unless this is the @last time. */
static void
run_later_alone (SgConnection *connection,
                 GQueue       *later,
                 gboolean      last)
{
  gboolean locked = FALSE;

  sg_connection_set_patience (connection, last ? LAST_PATIENCE_MS : 0);
  while (later->length > 0 && (last || !locked))
    {
      Job *job = g_queue_peek_head (later);
      g_autoptr (GError) error = NULL;

      if (!sg_connection_run (connection, SG_DURABILITY_JOURNAL, job->func, job->data, NULL, &error))
        {
          locked = g_error_matches (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_LOCKED);
          g_info ("Something could not be stored after the fact: %s", error->message);
        }
      if (!locked || last)
        job_free_later (g_queue_pop_head (later));
    }
  sg_connection_set_patience (connection, SG_CONNECTION_PATIENCE_MS);
}

static gboolean
batch_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  Batch *batch = data;

  batch->begun = TRUE;
  for (GList *l = batch->later->head; l != NULL; l = l->next)
    {
      Job *job = l->data;

      if (!job->func (connection, job->data, NULL, error))
        return FALSE;
    }

  batch->reached = TRUE;

  return batch->job->func (connection, batch->job->data, cancellable, error);
}

/* Runs a job in one transaction with those that waited for it.  Neither loses anything by that: where one of them fails,
 * the job is done without them, and where the job fails they wait on. */
static gboolean
run_with_later (SgConnection  *connection,
                Job           *job,
                GQueue        *later,
                GCancellable  *cancellable,
                GError       **error)
{
  Batch batch = { .job = job, .later = later };

  if (sg_connection_run (connection, job->durability, batch_cb, &batch, cancellable, error))
    {
      g_queue_clear_full (later, job_free_later);
      return TRUE;
    }
  if (batch.reached || !batch.begun)
    return FALSE;

  run_later_alone (connection, later, FALSE);
  g_clear_error (error);

  return run_alone (connection, job, cancellable, error);
}

static void
run_job (SgWorker      *self,
         SgConnection **connection,
         Job           *job,
         GQueue        *later)
{
  GCancellable *cancellable = job->task != NULL ? g_task_get_cancellable (job->task) : NULL;
  GError *error = NULL;
  gboolean ok = FALSE;

  if (*connection == NULL)
    *connection = sg_connection_open (self->path, SG_CONNECTION_READER, &error);

  if (job->kind == SG_JOB_SETTLE)
    {
      run_later_alone (*connection, later, FALSE);
      ok = TRUE;
    }
  else if (*connection != NULL)
    {
      ok = later->length > 0 ? run_with_later (*connection, job, later, cancellable, &error)
                             : run_alone (*connection, job, cancellable, &error);
    }

  finish_job (self, job, ok, error);
}

/* What the log needs is done while nobody waits. */
static void
checkpoint_if_due (SgWorker     *self,
                   SgConnection *connection)
{
  if (self->writer == NULL || connection != self->writer || self->closing
      || !sg_connection_needs_checkpoint (connection, !g_queue_is_empty (&self->jobs)))
    return;

  g_mutex_unlock (&self->mutex);
  sg_connection_checkpoint (connection);
  g_mutex_lock (&self->mutex);
}

/* Waits until there is something to do, be it that what was to be done later is due. */
static void
wait_for_job (SgWorker *self)
{
  gint64 until = g_get_monotonic_time () + self->later_us;
  gboolean rested = FALSE;

  while (g_queue_is_empty (&self->jobs) && !self->closing && !(rested && self->later.length > 0))
    {
      self->n_idle++;
      self->dozes = self->had_later && !rested;
      if (self->dozes)
        rested = !g_cond_wait_until (&self->pushed, &self->mutex, until);
      else
        g_cond_wait (&self->pushed, &self->mutex);
      self->dozes = FALSE;
      self->n_idle--;
    }
}

/* Takes the next job, and into @later what goes with it; *@job is %NULL where that is done alone.
 *
 * Returns: %FALSE when there will be no more */
static gboolean
take_job (SgWorker      *self,
          SgConnection  *connection,
          Job          **job,
          GQueue        *later)
{
  g_mutex_lock (&self->mutex);
  checkpoint_if_due (self, connection);
  wait_for_job (self);

  *job = g_queue_pop_head (&self->jobs);
  g_queue_init (later);
  if (*job == NULL || (*job)->kind != SG_JOB_READ)
    {
      *later = self->later;
      self->n_taken = later->length;
      g_queue_init (&self->later);
    }
  g_mutex_unlock (&self->mutex);

  return *job != NULL || later->length > 0;
}

/* Those that were not done wait for the next job. */
static void
put_back (SgWorker *self,
          GQueue   *later)
{
  gpointer job;

  g_mutex_lock (&self->mutex);
  self->n_taken = 0;
  while ((job = g_queue_pop_tail (later)) != NULL)
    g_queue_push_head (&self->later, job);
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_closing (SgWorker *self)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);

  return closing;
}

static gpointer
thread_cb (gpointer data)
{
  SgWorker *self = data;
  SgConnection *connection = self->writer;
  GQueue later;
  Job *job;

  while (take_job (self, connection, &job, &later))
    {
      if (job != NULL)
        run_job (self, &connection, job, &later);
      else
        run_later_alone (connection, &later, is_closing (self));

      if (self->n_taken > 0)
        put_back (self, &later);
    }

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
  self->later_us = LATER_US;
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
                     SgJobKind      kind,
                     SgDurability   durability,
                     SgLibraryFunc  func,
                     gpointer       data)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->func = func;
  job->data = data;
  job->durability = durability;
  job->task = task;

  if (!push (self, job))
    finish_job (self, job, FALSE, closed_error (self));
}

gboolean
sg_worker_run (SgWorker       *self,
               SgJobKind       kind,
               SgDurability    durability,
               SgLibraryFunc   func,
               gpointer        data,
               GError        **error)
{
  Job job = { .kind = kind, .func = func, .data = data, .durability = durability };

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

void
sg_worker_push_later (SgWorker       *self,
                      SgLibraryFunc   func,
                      gpointer        data,
                      GDestroyNotify  data_free)
{
  Job *job = g_new0 (Job, 1);
  gboolean taken;
  gboolean wake;

  job->kind = SG_JOB_WRITE;
  job->func = func;
  job->data = data;
  job->data_free = data_free;

  g_mutex_lock (&self->mutex);
  taken = !self->closing;
  wake = taken && self->n_idle > 0 && !self->dozes;
  if (taken)
    {
      g_queue_push_tail (&self->later, job);
      self->had_later = TRUE;
      if (self->threads->len == 0)
        g_ptr_array_add (self->threads, g_thread_new (self->name, thread_cb, self));
    }
  g_mutex_unlock (&self->mutex);

  if (wake)
    g_cond_signal (&self->pushed);
  if (!taken)
    job_free_later (job);
}

void
sg_worker_set_later_time (SgWorker *self,
                          gint64    us)
{
  g_mutex_lock (&self->mutex);
  self->later_us = us;
  g_mutex_unlock (&self->mutex);
}

gboolean
sg_worker_has_later (SgWorker *self)
{
  gboolean has_later;

  g_mutex_lock (&self->mutex);
  has_later = self->later.length > 0 || self->n_taken > 0;
  g_mutex_unlock (&self->mutex);

  return has_later;
}

gboolean
sg_worker_is_idle (SgWorker *self)
{
  gboolean is_idle;

  g_mutex_lock (&self->mutex);
  is_idle = self->n_idle > 0 && g_queue_is_empty (&self->jobs);
  g_mutex_unlock (&self->mutex);

  return is_idle;
}
