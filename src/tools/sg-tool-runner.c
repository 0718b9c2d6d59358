/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules the calls of one turn, by dataflow: a call starts when the results that it refers to are
 * there, the earlier calls that touch the same things are done, and there is a free place.  Nothing
 * waits for a level to be complete.
 *
 *   added → needs results → blocked → ready → running → settled → finished
 *
 * A call is *settled* when its outcome is known and *finished* when the outcome has taken effect:
 * its writes are in the turn, its span has ended, the calls that waited for it may go on.  The
 * step from one to the other is made in one place, sg_tool_runner_drain(), one call at a time, so
 * that writes never interleave and nothing takes effect after a cancellation.  Quick tools run at
 * once and are settled when they return; a chain of them needs a single iteration of the main
 * loop.
 *
 * One source serves both as the wake-up of that step and as the clock of the timeouts.
 */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

#include "tools/sg-tool-json.h"

G_DEFINE_FINAL_TYPE (SgToolRunner, sg_tool_runner, G_TYPE_OBJECT)

guint sg_tool_runner_signals[SG_TOOL_RUNNER_N_SIGNALS];

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  g_autoptr (SgToolRunner) self = g_object_ref (user_data);

  g_source_set_ready_time (source, -1);
  sg_tool_runner_time_out (self, g_get_monotonic_time ());
  sg_tool_runner_drain (self);
  sg_tool_runner_schedule (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
source_callback (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { NULL, NULL, source_dispatch, NULL };

static void
create_source (SgToolRunner *self)
{
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "[storyglass] tool runner");
  g_source_set_callback (self->source, source_callback, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
sg_tool_runner_dispose (GObject *object)
{
  SgToolRunner *self = SG_TOOL_RUNNER (object);

  if (self->source != NULL)
    {
      sg_tool_runner_cancel (self);
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }

  for (guint i = 0; i < self->jobs->len; i++)
    ((SgToolJob *) g_ptr_array_index (self->jobs, i))->runner = NULL;

  G_OBJECT_CLASS (sg_tool_runner_parent_class)->dispose (object);
}

static void
sg_tool_runner_finalize (GObject *object)
{
  SgToolRunner *self = SG_TOOL_RUNNER (object);

  g_clear_pointer (&self->leaders, g_hash_table_unref);
  g_clear_object (&self->cache);
  g_clear_object (&self->asker);
  g_clear_pointer (&self->ready, g_ptr_array_unref);
  g_clear_pointer (&self->waits, g_ptr_array_unref);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_queue_clear (&self->settled);
  g_clear_object (&self->catalog);
  g_clear_object (&self->context);
  g_clear_object (&self->trace);

  G_OBJECT_CLASS (sg_tool_runner_parent_class)->finalize (object);
}

static void
sg_tool_runner_class_init (SgToolRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_tool_runner_dispose;
  object_class->finalize = sg_tool_runner_finalize;

  /**
   * SgToolRunner::call-started:
   * @call: (type gpointer): an SgToolCall
   */
  sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_STARTED] =
    g_signal_new ("call-started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  /**
   * SgToolRunner::call-finished:
   * @call: (type gpointer): an SgToolCall; its status and result are set
   */
  sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_FINISHED] =
    g_signal_new ("call-finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  /**
   * SgToolRunner::call-progress:
   * @call: (type gpointer): an SgToolCall that runs
   * @section: which part of its result @text belongs to
   * @text: a piece of text for the player
   */
  sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_PROGRESS] =
    g_signal_new ("call-progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_POINTER,
                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sg_tool_runner_init (SgToolRunner *self)
{
  self->limit = SG_TOOL_CALLS_AT_ONCE;
  self->max_calls = SG_TOOL_CALLS_MAX;
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tool_job_unref);
  self->ready = g_ptr_array_new ();
  self->waits = g_ptr_array_new_with_free_func (g_object_unref);
  self->leaders = g_hash_table_new (g_str_hash, g_str_equal);
  self->coalescing = TRUE;
  g_queue_init (&self->settled);
}

/**
 * sg_tool_call_status_to_string:
 * @status: a status
 *
 * Returns: its name, as the library and scripts have it
 */
const char *
sg_tool_call_status_to_string (SgToolCallStatus status)
{
  static const char *const names[] = {
    "waiting", "running", "ok", "error", "error", "timeout", "cancelled",
  };

  g_return_val_if_fail (status < G_N_ELEMENTS (names), NULL);

  return names[status];
}

/**
 * sg_tool_runner_new:
 * @catalog: the tools there are
 * @context: what they work on
 * @trace: (nullable): where each call that starts gets a span
 * @parent_span: the span that these belong to, or 0
 *
 * Makes a runner that works on the thread-default main context.
 *
 * Returns: (transfer full): a runner for one turn
 */
SgToolRunner *
sg_tool_runner_new (SgToolCatalog *catalog,
                    SgToolContext *context,
                    SgTrace       *trace,
                    guint          parent_span)
{
  SgToolRunner *self;

  g_return_val_if_fail (SG_IS_TOOL_CATALOG (catalog), NULL);
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (context), NULL);
  g_return_val_if_fail (trace == NULL || SG_IS_TRACE (trace), NULL);

  self = g_object_new (SG_TYPE_TOOL_RUNNER, NULL);
  self->catalog = g_object_ref (catalog);
  self->context = g_object_ref (context);
  if (trace != NULL)
    self->trace = g_object_ref (trace);
  self->parent_span = parent_span;
  create_source (self);

  return self;
}

/**
 * sg_tool_runner_set_limit:
 * @calls_at_once: how many calls may run side by side, at least 1
 */
void
sg_tool_runner_set_limit (SgToolRunner *self,
                          guint         calls_at_once)
{
  g_return_if_fail (SG_IS_TOOL_RUNNER (self));

  self->limit = MAX (calls_at_once, 1);
  sg_tool_runner_start_ready (self);
}

/**
 * sg_tool_runner_set_max_calls:
 * @max_calls: how many calls the turn may have; later ones are refused
 */
void
sg_tool_runner_set_max_calls (SgToolRunner *self,
                              guint         max_calls)
{
  g_return_if_fail (SG_IS_TOOL_RUNNER (self));

  self->max_calls = max_calls;
}

/**
 * sg_tool_runner_begin_numbering:
 *
 * The next call is number 1 for itself and those that follow: whoever makes them has not seen those before.
 */
void
sg_tool_runner_begin_numbering (SgToolRunner *self)
{
  g_return_if_fail (SG_IS_TOOL_RUNNER (self));

  self->numbered_from = self->jobs->len;
}

/**
 * sg_tool_runner_set_cache:
 * @cache: (nullable): what earlier turns of the story have read, and where it is kept for later ones
 * @coalescing: whether reads of the turn that ask for the same are answered once; writes that nobody
 *   wants twice are done once in any case
 */
void
sg_tool_runner_set_cache (SgToolRunner *self,
                          SgToolCache  *cache,
                          gboolean      coalescing)
{
  g_return_if_fail (SG_IS_TOOL_RUNNER (self));
  g_return_if_fail (cache == NULL || SG_IS_TOOL_CACHE (cache));

  g_set_object (&self->cache, cache);
  self->coalescing = coalescing;
}

/**
 * sg_tool_runner_add:
 * @id: (nullable): the id of the call, as the model gave it
 * @name: the name of a tool
 * @arguments: (nullable): what the model sent
 *
 * Takes a call whose arguments are complete.  Whatever is wrong with it becomes its result.
 *
 * Returns: (transfer none): the call, which lives as long as the runner
 */
const SgToolCall *
sg_tool_runner_add (SgToolRunner *self,
                    const char   *id,
                    const char   *name,
                    const char   *arguments)
{
  SgToolJob *job;

  g_return_val_if_fail (SG_IS_TOOL_RUNNER (self), NULL);

  job = sg_tool_job_new (self, self->jobs->len, id, name, arguments);
  job->numbered_from = self->numbered_from;
  g_ptr_array_add (self->jobs, job);
  self->n_unfinished++;

  if (self->cancelled)
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_CANCELLED, NULL, "The turn was stopped");
  else if (job->call.position >= self->max_calls)
    {
      g_autofree char *message =
        g_strdup_printf ("This turn has had its %u calls and gets no more. "
                         "Tell on with what you have.",
                         self->max_calls);

      job->call.trouble = SG_TOOL_TROUBLE_TOO_MANY;
      sg_tool_runner_settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
    }
  else
    {
      sg_tool_runner_connect (self, job);
      while (sg_tool_runner_advance (self))
        ;
      sg_tool_runner_start_ready (self);
    }

  return &job->call;
}

static gboolean
wait_cancelled_cb (GCancellable *cancellable,
                   gpointer      user_data)
{
  g_autoptr (SgToolRunner) self = g_object_ref (user_data);

  sg_tool_runner_cancel (self);

  return G_SOURCE_REMOVE;
}

/**
 * sg_tool_runner_wait_async:
 * @cancellable: (nullable): cancelling it is sg_tool_runner_cancel()
 * @callback: called when every call added so far is done
 * @user_data: data for @callback
 *
 * Waits for the calls.  References to calls that have not been made by the time at which nothing
 * else is left to do are answered as errors.
 */
void
sg_tool_runner_wait_async (SgToolRunner        *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (SG_IS_TOOL_RUNNER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_tool_runner_wait_async);
  g_task_set_name (task, "[storyglass] wait for tools");
  g_ptr_array_add (self->waits, task);

  if (cancellable != NULL)
    {
      GSource *source = g_cancellable_source_new (cancellable);

      g_source_set_static_name (source, "[storyglass] tools cancelled");
      g_source_set_callback (source, G_SOURCE_FUNC (wait_cancelled_cb), self, NULL);
      g_source_attach (source, g_main_context_get_thread_default ());
      g_task_set_task_data (task, source, (GDestroyNotify) g_source_unref);
    }

  if (self->cancelled)
    sg_tool_runner_end_waits (self);
  else
    sg_tool_runner_drain (self);
}

/**
 * sg_tool_runner_wait_finish:
 * @result: what the callback was given
 *
 * Returns: %TRUE when all is done; %FALSE with %G_IO_ERROR_CANCELLED where the turn was stopped
 */
gboolean
sg_tool_runner_wait_finish (SgToolRunner  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_tool_runner_wait_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Ends a call of a turn that was stopped. */
static void
cancel_job (SgToolRunner *self,
            SgToolJob    *job)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&job->cancellable);

  job->state = SG_TOOL_JOB_FINISHED;
  job->outcome = SG_TOOL_CALL_CANCELLED;
  job->settled_us = g_get_monotonic_time ();
  job->call.status = SG_TOOL_CALL_CANCELLED;
  job->call.result = sg_tool_json_write_error ("The turn was stopped");
  sg_tool_runner_leave_breaker (job, SG_TOOL_CALL_CANCELLED);
  sg_tool_runner_end_span (self, job);
  g_clear_object (&job->context);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_signal_emit (self, sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_FINISHED], 0, &job->call);
}

/**
 * sg_tool_runner_cancel:
 *
 * Stops everything: no call starts any more, and when this returns, nothing that still runs can
 * change the turn.  What has been written stays in the overlay, which the engine drops.
 */
void
sg_tool_runner_cancel (SgToolRunner *self)
{
  guint n_jobs;

  g_return_if_fail (SG_IS_TOOL_RUNNER (self));

  if (self->cancelled)
    return;

  /* Calls that a handler of call-finished adds meanwhile are answered from the main loop. */
  n_jobs = self->jobs->len;
  self->cancelled = TRUE;
  g_queue_clear (&self->settled);
  g_ptr_array_set_size (self->ready, 0);
  self->n_running = 0;
  self->n_unfinished = 0;

  for (guint i = 0; i < n_jobs; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (job->state != SG_TOOL_JOB_FINISHED)
        cancel_job (self, job);
    }

  sg_tool_runner_end_waits (self);
}

/**
 * sg_tool_runner_get_n_calls:
 *
 * Returns: how many calls were added
 */
guint
sg_tool_runner_get_n_calls (SgToolRunner *self)
{
  g_return_val_if_fail (SG_IS_TOOL_RUNNER (self), 0);

  return self->jobs->len;
}

/**
 * sg_tool_runner_get_call:
 * @position: the position of a call, from 0
 *
 * Returns: (transfer none) (nullable): the call
 */
const SgToolCall *
sg_tool_runner_get_call (SgToolRunner *self,
                         guint         position)
{
  g_return_val_if_fail (SG_IS_TOOL_RUNNER (self), NULL);

  if (position >= self->jobs->len)
    return NULL;

  return &((SgToolJob *) g_ptr_array_index (self->jobs, position))->call;
}

/**
 * sg_tool_runner_only_writes:
 * @first: the position of the first call of a message
 *
 * Returns: whether the calls from @first on were all writes, all went well and none of them has something to tell
 *   (see sg_tool_context_set_heard()); then the model need not hear of them, and the turn needs no further
 *   call of it.  %FALSE where there are none
 */
gboolean
sg_tool_runner_only_writes (SgToolRunner *self,
                            guint         first)
{
  g_return_val_if_fail (SG_IS_TOOL_RUNNER (self), FALSE);

  for (guint i = first; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (!sg_tool_job_writes (job) || job->call.status != SG_TOOL_CALL_DONE || job->heard)
        return FALSE;
    }

  return first < self->jobs->len;
}
