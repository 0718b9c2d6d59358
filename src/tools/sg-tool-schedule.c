/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which call may go on, and what happens when one is done. */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

#include "tools/sg-tool-json.h"

/* Starts what is ready, in the order of the model, as far as there are places. */
void
sg_tool_runner_start_ready (SgToolRunner *self)
{
  while (self->n_running < self->limit && self->ready->len > 0)
    {
      SgToolJob *job = g_ptr_array_steal_index (self->ready, 0);

      sg_tool_runner_start (self, job);
    }

  sg_tool_runner_schedule (self);
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
      sg_tool_runner_settle_with (self, job, NULL, error);
      return;
    }

  job->state = SG_TOOL_JOB_BLOCKED;
  if (!keys_known)
    sg_tool_graph_keys_known (job);
  sg_tool_graph_add_conflicts (self->jobs, job, self->may_cycle);
}

/* Moves every call on that can be; returns whether any was. */
gboolean
sg_tool_runner_advance (SgToolRunner *self)
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
                     sg_tool_job_get_number (failed, job), failed->call.name);

  sg_tool_runner_settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
}

/* Ends the waiting of the calls that waited for the result of this one, or share it. */
static void
pass_on (SgToolRunner *self,
         SgToolJob    *job)
{
  for (guint i = 0; job->followers != NULL && i < job->followers->len; i++)
    {
      JsonNode *result = job->result != NULL ? json_node_ref (job->result) : NULL;

      sg_tool_runner_settle (self, g_ptr_array_index (job->followers, i), job->outcome, result,
                             job->message);
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

/* A call that was refused has not begun and takes no time, but it is part of what happened. */
static void
note_refusal (SgToolRunner *self,
              SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  if (self->trace == NULL || call->span != 0 || job->outcome != SG_TOOL_CALL_REFUSED)
    return;

  call->span = sg_trace_begin (self->trace, self->parent_span, SG_SPAN_TOOL,
                               call->name != NULL ? call->name : "tool");
  sg_trace_set_string (self->trace, call->span, "call", call->id);
  sg_trace_set_string (self->trace, call->span, "status", sg_tool_call_status_to_string (job->outcome));
  sg_trace_set_string (self->trace, call->span, "reason", job->message);
  sg_trace_end (self->trace, call->span);
}

/* Makes the outcome of a call take effect. */
static void
finish (SgToolRunner *self,
        SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  if (job->outcome == SG_TOOL_CALL_DONE)
    {
      /* One that shares the result of an equal call has no context: that call has written. */
      if (sg_tool_job_writes (job) && job->context != NULL)
        {
          sg_tool_context_take_effect (job->context);
          job->heard = sg_tool_context_get_heard (job->context);
        }
      sg_tool_runner_remember (self, job);
    }

  job->state = SG_TOOL_JOB_FINISHED;
  self->n_unfinished--;
  call->status = job->outcome;
  call->result = job->result != NULL ? sg_tool_json_write_small (job->result)
                                     : sg_tool_json_write_error (job->message);
  sg_tool_runner_end_span (self, job);
  note_refusal (self, job);
  g_clear_object (&job->context);
  g_clear_object (&job->cancellable);
  g_signal_emit (self, sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_FINISHED], 0, call);

  pass_on (self, job);
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
                                sg_tool_job_get_number (g_ptr_array_index (cycle, i), job));
      g_string_append (message, " wait for each other's results; leave out one of the references");
    }

  for (guint i = 0; i < cycle->len; i++)
    sg_tool_runner_settle (self, g_ptr_array_index (cycle, i), SG_TOOL_CALL_REFUSED, NULL,
                           message->str);
}

/* Finds out what the new call waits for. */
void
sg_tool_runner_connect (SgToolRunner *self,
                        SgToolJob    *job)
{
  g_autoptr (GError) error = NULL;
  SgToolJob *failed;

  if (!sg_tool_job_read (job, self->catalog, &error))
    sg_tool_runner_settle_with (self, job, NULL, error);

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

/* Refuses the calls that wait for one that was never made.  Only when nothing else can move,
 * since until then the model may still make it. */
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
      message = g_strdup_printf ("There is no call %s; this turn has %u calls, numbered from 1 "
                                 "in the order in which they were made", missing,
                                 self->jobs->len - job->numbered_from);
      sg_tool_runner_settle (self, job, SG_TOOL_CALL_REFUSED, NULL, message);
      any = TRUE;
    }

  return any;
}

/* A call that waits for nothing that could still come would hold up the turn for ever.  The graph
 * has no such calls; if it ever had, they would be answered rather than waited for. */
static gboolean
refuse_stuck (SgToolRunner *self)
{
  g_critical ("%u tool calls wait for each other", self->n_unfinished);

  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    sg_tool_runner_settle (self, g_ptr_array_index (self->jobs, i), SG_TOOL_CALL_FAILED, NULL,
                           "The call could not be scheduled");

  return TRUE;
}

/* Whether the calls that are left can no longer move by themselves; then they are answered. */
static gboolean
refuse_rest (SgToolRunner *self)
{
  if (self->waits->len == 0 || self->n_unfinished == 0 || self->n_running > 0)
    return FALSE;

  return refuse_dangling (self) || refuse_stuck (self);
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

void
sg_tool_runner_end_waits (SgToolRunner *self)
{
  g_autoptr (GPtrArray) waits = g_steal_pointer (&self->waits);

  sg_tool_runner_end_batch (self);
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
void
sg_tool_runner_drain (SgToolRunner *self)
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
      while (sg_tool_runner_advance (self))
        ;
      sg_tool_runner_start_ready (self);
    }
  while (!g_queue_is_empty (&self->settled) || refuse_rest (self));
  self->draining--;

  if (self->n_unfinished == 0 && self->waits->len > 0)
    sg_tool_runner_end_waits (self);
}
