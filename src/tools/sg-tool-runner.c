/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules the calls of one turn, by dataflow: a call starts when the results that it refers to are
 * there, the earlier calls that touch the same things are done, and there is a free place.  Nothing
 * waits for a level to be complete.
 *
 *   added → needs results → blocked → ready → running → settled → finished
 *
 * A call is *settled* when its outcome is known and *finished* when the outcome has taken effect: its
 * writes are in the turn, its span has ended, the calls that waited for it may go on.  The step
 * from one to the other is made in one place, drain(), one call at a time, so that writes never
 * interleave and nothing takes effect after a cancellation.  Quick tools run at once and are settled when
 * they return; a chain of them needs a single iteration of the main loop.
 *
 * One source serves both as the wake-up of drain() and as the clock of the timeouts.
 */

#include "config.h"

#include "tools/sg-tool-runner.h"

#include "tools/sg-tool-job-private.h"
#include "tools/sg-tool-json.h"

struct _SgToolRunner
{
  GObject        parent_instance;

  SgToolCatalog *catalog;
  SgToolContext *context;
  SgTrace       *trace;
  guint          parent_span;
  guint          limit;
  guint          max_calls;

  GPtrArray     *jobs;
  GPtrArray     *ready;
  GQueue         settled;
  GHashTable    *reads;
  GPtrArray     *waits;
  GSource       *source;

  guint          n_running;
  guint          n_unfinished;
  guint          first_unfinished;
  guint          draining;
  gboolean       may_cycle;
  gboolean       cancelled;
};

enum
{
  SIGNAL_CALL_STARTED,
  SIGNAL_CALL_FINISHED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgToolRunner, sg_tool_runner, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void drain (SgToolRunner *self);

/* Wakes drain() in the next iteration if calls are settled, else when the next timeout is due. */
static void
schedule (SgToolRunner *self)
{
  gint64 next = -1;

  if (self->source == NULL)
    return;

  if (!g_queue_is_empty (&self->settled))
    {
      g_source_set_ready_time (self->source, 0);
      return;
    }

  for (guint i = self->first_unfinished; i < self->jobs->len && self->n_running > 0; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (job->state == SG_TOOL_JOB_RUNNING && job->deadline_us > 0
          && (next < 0 || job->deadline_us < next))
        next = job->deadline_us;
    }
  g_source_set_ready_time (self->source, next);
}

/* Notes the outcome of a call; the first one counts. */
static void
settle (SgToolRunner     *self,
        SgToolJob        *job,
        SgToolCallStatus  outcome,
        JsonNode         *result,
        const char       *message)
{
  if (job->state >= SG_TOOL_JOB_SETTLED)
    {
      g_clear_pointer (&result, json_node_unref);
      return;
    }

  if (job->state == SG_TOOL_JOB_RUNNING && job->leader == NULL)
    self->n_running--;
  else if (job->state == SG_TOOL_JOB_READY)
    g_ptr_array_remove (self->ready, job);

  job->state = SG_TOOL_JOB_SETTLED;
  job->settled_us = g_get_monotonic_time ();
  job->outcome = outcome;
  job->result = result;
  job->message = g_strdup (message);
  g_queue_push_tail (&self->settled, job);
  schedule (self);
}

/* Tells the outcome of a tool that returned @node or @error; takes @node. */
static void
settle_with (SgToolRunner *self,
             SgToolJob    *job,
             JsonNode     *node,
             const GError *error)
{
  if (node != NULL)
    settle (self, job, SG_TOOL_CALL_DONE, node, NULL);
  else if (error == NULL)
    settle (self, job, SG_TOOL_CALL_FAILED, NULL, "The tool gave no result");
  else if (error->domain == SG_TOOL_ERROR
           && (error->code == SG_TOOL_ERROR_ARGUMENTS || error->code == SG_TOOL_ERROR_REFERENCE))
    settle (self, job, SG_TOOL_CALL_REFUSED, NULL, error->message);
  else
    settle (self, job, SG_TOOL_CALL_FAILED, NULL, error->message);
}

static void
run_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (SgToolJob) job = user_data;
  g_autoptr (SgToolRunner) self = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  node = SG_TOOL_GET_CLASS (source)->run_finish (SG_TOOL (source), result, &error);

  /* Late: the turn was cancelled, the call timed out, or the runner is gone. */
  if (job->runner == NULL || job->state != SG_TOOL_JOB_RUNNING)
    {
      g_clear_pointer (&node, json_node_unref);
      return;
    }

  self = g_object_ref (job->runner);
  settle_with (self, job, node, error);
  drain (self);
}

static void
begin_span (SgToolRunner *self,
            SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  call->begin_us = g_get_monotonic_time ();
  if (self->trace == NULL)
    return;

  call->span = sg_trace_begin_at (self->trace, self->parent_span, SG_SPAN_TOOL, call->name,
                                  call->begin_us - sg_trace_get_origin (self->trace));
  sg_trace_set_string (self->trace, call->span, "call", call->id);
  sg_trace_set_int (self->trace, call->span, "level", call->level);
  sg_trace_set_int (self->trace, call->span, "waited_us", call->begin_us - job->added_us);
  sg_trace_mark (self->trace, SG_MARK_FIRST_TOOL);
}

static void
end_span (SgToolRunner *self,
          SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  if (call->begin_us == 0)
    return;

  call->end_us = job->settled_us;
  if (self->trace == NULL)
    return;

  sg_trace_set_string (self->trace, call->span, "status",
                       sg_tool_call_status_to_string (call->status));
  sg_trace_end_at (self->trace, call->span, call->end_us - sg_trace_get_origin (self->trace));
}

/* Whether a write lies between two reads that touches what they read, in the order of the model. */
static gboolean
write_between (SgToolRunner *self,
               SgToolJob    *a,
               SgToolJob    *b)
{
  guint first = MIN (a->call.position, b->call.position);
  guint last = MAX (a->call.position, b->call.position);

  for (guint i = first + 1; i < last; i++)
    {
      SgToolJob *other = g_ptr_array_index (self->jobs, i);

      if (sg_tool_job_writes (other) && (!other->keys_known || sg_tool_job_conflicts (other, b)))
        return TRUE;
    }

  return FALSE;
}

/* Lets a read share the result of an equal one.  Returns whether it does. */
static gboolean
coalesce (SgToolRunner *self,
          SgToolJob    *job)
{
  g_autofree char *canonical = NULL;
  SgToolJob *leader;

  if (sg_tool_job_writes (job) || SG_TOOL_GET_CLASS (job->call.tool)->distinct)
    return FALSE;

  canonical = sg_tool_job_dup_canonical (job);
  leader = g_hash_table_lookup (self->reads, canonical);
  if (leader == NULL || write_between (self, leader, job)
      || (leader->state != SG_TOOL_JOB_RUNNING && leader->outcome != SG_TOOL_CALL_DONE))
    {
      g_hash_table_replace (self->reads, g_steal_pointer (&canonical), job);
      return FALSE;
    }

  job->leader = leader;
  if (self->trace != NULL)
    sg_trace_set_int (self->trace, job->call.span, "coalesced", leader->call.position + 1);

  if (leader->state == SG_TOOL_JOB_RUNNING)
    {
      if (leader->followers == NULL)
        leader->followers = g_ptr_array_new ();
      g_ptr_array_add (leader->followers, job);
    }
  else
    settle (self, job, SG_TOOL_CALL_DONE, json_node_ref (leader->result), NULL);

  return TRUE;
}

static void
start (SgToolRunner *self,
       SgToolJob    *job)
{
  SgToolClass *klass = SG_TOOL_GET_CLASS (job->call.tool);
  JsonObject *arguments = json_node_get_object (job->arguments);

  job->state = SG_TOOL_JOB_RUNNING;
  job->call.status = SG_TOOL_CALL_RUNNING;
  self->n_running++;
  begin_span (self, job);
  g_signal_emit (self, signals[SIGNAL_CALL_STARTED], 0, &job->call);
  if (job->state != SG_TOOL_JOB_RUNNING)
    return;

  if (coalesce (self, job))
    {
      self->n_running--;
      return;
    }

  job->context = sg_tool_context_new_for_call (self->context, job->call.position,
                                               sg_tool_job_writes (job));
  if (klass->run != NULL)
    {
      g_autoptr (GError) error = NULL;
      JsonNode *node = klass->run (job->call.tool, job->context, job->call.id, arguments, &error);

      settle_with (self, job, node, error);
      return;
    }

  job->cancellable = g_cancellable_new ();
  if (klass->timeout_ms > 0)
    job->deadline_us = job->call.begin_us + klass->timeout_ms * G_GINT64_CONSTANT (1000);
  klass->run_async (job->call.tool, job->context, job->call.id, arguments, job->cancellable,
                    run_cb, sg_tool_job_ref (job));
}

/* Starts what is ready, in the order of the model, as far as there are places. */
static void
start_ready (SgToolRunner *self)
{
  while (self->n_running < self->limit && self->ready->len > 0)
    {
      SgToolJob *job = g_ptr_array_steal_index (self->ready, 0);

      start (self, job);
    }

  schedule (self);
}

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  const SgToolJob *job_a = *(const SgToolJob *const *) a;
  const SgToolJob *job_b = *(const SgToolJob *const *) b;

  return job_a->call.position < job_b->call.position ? -1 : 1;
}

static void
make_ready (SgToolRunner *self,
            SgToolJob    *job)
{
  guint n = self->ready->len;

  job->state = SG_TOOL_JOB_READY;
  g_ptr_array_add (self->ready, job);
  if (n > 0 && compare_positions (&self->ready->pdata[n], &self->ready->pdata[n - 1]) < 0)
    g_ptr_array_sort (self->ready, compare_positions);
}

/* Moves a call on whose results are all there. */
static void
resolve (SgToolRunner *self,
         SgToolJob    *job)
{
  g_autoptr (GError) error = NULL;
  gboolean keys_known = job->keys_known;

  if (!sg_tool_job_resolve (job, self->jobs, &error))
    {
      settle_with (self, job, NULL, error);
      return;
    }

  job->state = SG_TOOL_JOB_BLOCKED;
  if (!keys_known)
    sg_tool_graph_keys_known (job);
  sg_tool_graph_add_conflicts (self->jobs, job, self->may_cycle);
}

/* Moves every call on that can be; returns whether any was. */
static gboolean
advance (SgToolRunner *self)
{
  gboolean any = FALSE;

  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (job->state == SG_TOOL_JOB_FINISHED && i == self->first_unfinished)
        self->first_unfinished++;

      if (job->state == SG_TOOL_JOB_NEEDS_RESULTS && job->n_results_missing == 0)
        {
          resolve (self, job);
          any = TRUE;
        }
      if (job->state == SG_TOOL_JOB_BLOCKED && job->n_conflicts == 0)
        {
          make_ready (self, job);
          any = TRUE;
        }
    }

  return any;
}

static void
refuse_for (SgToolRunner *self,
            SgToolJob    *job,
            SgToolJob    *failed)
{
  g_autofree char *message =
    g_strdup_printf ("Not run: it needs the result of call %u (%s), which went wrong. "
                     "Repair that call first, then make this one again.",
                     failed->call.position + 1, failed->call.name);

  settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
}

/* Ends the waiting of the calls that waited for the result of this one, or share it. */
static void
pass_on (SgToolRunner *self,
         SgToolJob    *job)
{
  for (guint i = 0; job->followers != NULL && i < job->followers->len; i++)
    {
      JsonNode *result = job->result != NULL ? json_node_ref (job->result) : NULL;

      settle (self, g_ptr_array_index (job->followers, i), job->outcome, result, job->message);
    }

  for (guint i = 0; job->outcome != SG_TOOL_CALL_DONE && job->dependents != NULL
                    && i < job->dependents->len; i++)
    {
      const SgToolEdge *edge = &g_array_index (job->dependents, SgToolEdge, i);

      if (edge->kind == SG_TOOL_EDGE_RESULT && edge->job != job)
        refuse_for (self, edge->job, job);
    }

  sg_tool_graph_release (job);
}

/* Makes the outcome of a call take effect. */
static void
finish (SgToolRunner *self,
        SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  if (job->outcome == SG_TOOL_CALL_DONE && sg_tool_job_writes (job))
    sg_tool_context_take_effect (job->context);

  job->state = SG_TOOL_JOB_FINISHED;
  self->n_unfinished--;
  call->status = job->outcome;
  call->result = job->outcome == SG_TOOL_CALL_DONE ? sg_tool_json_write_small (job->result)
                                                   : sg_tool_json_write_error (job->message);
  end_span (self, job);
  g_clear_object (&job->context);
  g_clear_object (&job->cancellable);
  g_signal_emit (self, signals[SIGNAL_CALL_FINISHED], 0, call);

  pass_on (self, job);
}

static void
time_out (SgToolRunner *self,
          gint64        now)
{
  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);
      g_autoptr (GCancellable) cancellable = NULL;
      g_autofree char *message = NULL;

      if (job->state != SG_TOOL_JOB_RUNNING || job->deadline_us == 0 || job->deadline_us > now)
        continue;

      cancellable = g_object_ref (job->cancellable);
      message = g_strdup_printf ("The tool took longer than %.3g s and was stopped; nothing was changed. "
                                 "Go on without its result.",
                                 sg_tool_get_timeout (job->call.tool) / 1000.0);
      settle (self, job, SG_TOOL_CALL_TIMED_OUT, NULL, message);
      g_cancellable_cancel (cancellable);
    }
}

/* Refuses the calls that wait for one that was never made.  Only when nothing else can move, since until then the
 * model may still make it. */
static gboolean
refuse_dangling (SgToolRunner *self)
{
  gboolean any = FALSE;

  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);
      g_autofree char *missing = NULL;
      g_autofree char *message = NULL;

      if (job->state != SG_TOOL_JOB_NEEDS_RESULTS || job->missing == NULL || job->missing->len == 0)
        continue;

      missing = sg_tool_graph_describe_missing (job);
      message = g_strdup_printf ("There is no call %s; this turn has %u calls, numbered from 1 in the "
                                 "order in which they were made", missing, self->jobs->len);
      settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
      any = TRUE;
    }

  return any;
}

static gboolean
is_stopped (SgToolRunner *self)
{
  for (guint i = 0; i < self->waits->len; i++)
    {
      GTask *wait = g_ptr_array_index (self->waits, i);

      if (g_cancellable_is_cancelled (g_task_get_cancellable (wait)))
        return TRUE;
    }

  return FALSE;
}

static void
end_waits (SgToolRunner *self)
{
  g_autoptr (GPtrArray) waits = g_steal_pointer (&self->waits);

  self->waits = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waits->len; i++)
    {
      GTask *wait = g_ptr_array_index (waits, i);
      GSource *source = g_task_get_task_data (wait);

      if (source != NULL)
        g_source_destroy (source);
      if (self->cancelled)
        g_task_return_new_error (wait, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The turn was stopped");
      else
        g_task_return_boolean (wait, TRUE);
    }
}

/* Makes settled calls take effect, one after the other, and starts what that allows. */
static void
drain (SgToolRunner *self)
{
  G_GNUC_UNUSED g_autoptr (SgToolRunner) alive = g_object_ref (self);

  /* Called again from a handler of a signal: the outer one goes on. */
  if (self->draining > 0)
    return;

  self->draining++;
  do
    {
      SgToolJob *job;

      /* The source of a wait's cancellable may come later than this. */
      if (!self->cancelled && is_stopped (self))
        sg_tool_runner_cancel (self);

      job = g_queue_pop_head (&self->settled);
      if (job != NULL)
        finish (self, job);
      while (advance (self))
        ;
      start_ready (self);
    }
  while (!g_queue_is_empty (&self->settled)
         || (self->waits->len > 0 && self->n_unfinished > 0 && self->n_running == 0
             && refuse_dangling (self)));
  self->draining--;

  if (self->n_unfinished == 0)
    end_waits (self);
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  g_autoptr (SgToolRunner) self = g_object_ref (user_data);

  g_source_set_ready_time (source, -1);
  time_out (self, g_get_monotonic_time ());
  drain (self);
  schedule (self);

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

  g_clear_pointer (&self->reads, g_hash_table_unref);
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
  signals[SIGNAL_CALL_STARTED] =
    g_signal_new ("call-started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  /**
   * SgToolRunner::call-finished:
   * @call: (type gpointer): an SgToolCall; its status and result are set
   */
  signals[SIGNAL_CALL_FINISHED] =
    g_signal_new ("call-finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
sg_tool_runner_init (SgToolRunner *self)
{
  self->limit = SG_TOOL_CALLS_AT_ONCE;
  self->max_calls = SG_TOOL_CALLS_MAX;
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tool_job_unref);
  self->ready = g_ptr_array_new ();
  self->waits = g_ptr_array_new_with_free_func (g_object_unref);
  self->reads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  start_ready (self);
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

/* Refuses the calls of a cycle that the new call closes. */
static void
refuse_cycle (SgToolRunner *self,
              SgToolJob    *job)
{
  g_autoptr (GPtrArray) cycle = sg_tool_graph_find_cycle (self->jobs, job);
  g_autoptr (GString) message = g_string_new (NULL);

  if (cycle->len == 0)
    return;

  if (cycle->len == 1)
    g_string_assign (message, "The call waits for its own result");
  else
    {
      g_string_append (message, "Calls");
      for (guint i = 0; i < cycle->len; i++)
        g_string_append_printf (message, "%s %u", i == 0 ? "" : i + 1 < cycle->len ? "," : " and",
                                ((SgToolJob *) g_ptr_array_index (cycle, i))->call.position + 1);
      g_string_append (message, " wait for each other's results; leave out one of the references");
    }

  for (guint i = 0; i < cycle->len; i++)
    settle (self, g_ptr_array_index (cycle, i), SG_TOOL_CALL_REFUSED, NULL, message->str);
}

/* Finds out what the new call waits for. */
static void
connect_job (SgToolRunner *self,
             SgToolJob    *job)
{
  g_autoptr (GError) error = NULL;
  SgToolJob *failed;

  if (!sg_tool_job_read (job, self->catalog, &error))
    settle_with (self, job, NULL, error);

  if (sg_tool_graph_connect (self->jobs, job))
    {
      self->may_cycle = TRUE;
      refuse_cycle (self, job);
      sg_tool_graph_drop_mixed_cycles (self->jobs);
    }

  failed = sg_tool_graph_find_failed (self->jobs, job);
  if (failed != NULL)
    refuse_for (self, job, failed);
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
  g_ptr_array_add (self->jobs, job);
  self->n_unfinished++;

  if (self->cancelled)
    settle (self, job, SG_TOOL_CALL_CANCELLED, NULL, "The turn was stopped");
  else if (job->call.position >= self->max_calls)
    {
      g_autofree char *message =
        g_strdup_printf ("This turn has had its %u calls and gets no more. Tell on with what you have.",
                         self->max_calls);

      settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
    }
  else
    {
      connect_job (self, job);
      while (advance (self))
        ;
      start_ready (self);
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
 * Waits for the calls.  References to calls that have not been made by the time at which nothing else is
 * left to do are answered as errors.
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
    end_waits (self);
  else
    drain (self);
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
  end_span (self, job);
  g_clear_object (&job->context);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_signal_emit (self, signals[SIGNAL_CALL_FINISHED], 0, &job->call);
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

  end_waits (self);
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
 * Returns: whether the calls from @first on were all writes and all went well; then the model need not
 *   hear of them, and the turn needs no further call of it.  %FALSE where there are none
 */
gboolean
sg_tool_runner_only_writes (SgToolRunner *self,
                            guint         first)
{
  g_return_val_if_fail (SG_IS_TOOL_RUNNER (self), FALSE);

  for (guint i = first; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (!sg_tool_job_writes (job) || job->call.status != SG_TOOL_CALL_DONE)
        return FALSE;
    }

  return first < self->jobs->len;
}
