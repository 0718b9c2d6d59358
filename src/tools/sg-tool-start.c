/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Starting a call and learning its outcome: spans, timeouts, and reads that are answered once. */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

/* Wakes the runner in the next iteration if calls are settled, else when the next timeout is due. */
void
sg_tool_runner_schedule (SgToolRunner *self)
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
void
sg_tool_runner_settle (SgToolRunner     *self,
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
  g_free (job->message);
  job->message = g_strdup (message);
  g_queue_push_tail (&self->settled, job);
  sg_tool_runner_schedule (self);
}

/* Tells the outcome of a tool that returned @node or @error; takes @node. */
void
sg_tool_runner_settle_with (SgToolRunner *self,
             SgToolJob    *job,
             JsonNode     *node,
             const GError *error)
{
  if (node != NULL)
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_DONE, node, NULL);
  else if (error == NULL)
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_FAILED, NULL, "The tool gave no result");
  else if (error->domain == SG_TOOL_ERROR
           && (error->code == SG_TOOL_ERROR_ARGUMENTS || error->code == SG_TOOL_ERROR_REFERENCE))
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_REFUSED, NULL, error->message);
  else
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_FAILED, NULL, error->message);
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

void
sg_tool_runner_end_span (SgToolRunner *self,
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
  sg_tool_runner_settle_with (self, job, node, error);
  sg_tool_runner_drain (self);
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
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_DONE, json_node_ref (leader->result), NULL);

  return TRUE;
}

static void
report_cb (SgToolContext *context,
           const char    *section,
           const char    *text,
           SgToolJob     *job)
{
  if (job->runner != NULL && job->state == SG_TOOL_JOB_RUNNING)
    g_signal_emit (job->runner, sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_PROGRESS], 0, &job->call,
                   section, text);
}

static void
unref_job_cb (gpointer  job,
              GClosure *closure)
{
  sg_tool_job_unref (job);
}

void
sg_tool_runner_start (SgToolRunner *self,
                      SgToolJob    *job)
{
  SgToolClass *klass = SG_TOOL_GET_CLASS (job->call.tool);
  JsonObject *arguments = json_node_get_object (job->arguments);

  job->state = SG_TOOL_JOB_RUNNING;
  job->call.status = SG_TOOL_CALL_RUNNING;
  self->n_running++;
  begin_span (self, job);
  g_signal_emit (self, sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_STARTED], 0, &job->call);
  if (job->state != SG_TOOL_JOB_RUNNING)
    return;

  if (coalesce (self, job))
    {
      self->n_running--;
      return;
    }

  job->context = sg_tool_context_new_for_call (self->context, job->call.position, job->call.span,
                                               sg_tool_job_writes (job));
  if (klass->run != NULL)
    {
      g_autoptr (GError) error = NULL;
      JsonNode *node = klass->run (job->call.tool, job->context, job->call.id, arguments, &error);

      sg_tool_runner_settle_with (self, job, node, error);
      return;
    }

  g_signal_connect_data (job->context, "report", G_CALLBACK (report_cb), sg_tool_job_ref (job),
                         unref_job_cb, 0);
  job->cancellable = g_cancellable_new ();
  if (klass->timeout_ms > 0)
    job->deadline_us = job->call.begin_us + klass->timeout_ms * G_GINT64_CONSTANT (1000);
  klass->run_async (job->call.tool, job->context, job->call.id, arguments, job->cancellable,
                    run_cb, sg_tool_job_ref (job));
}

void
sg_tool_runner_time_out (SgToolRunner *self,
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
      message = g_strdup_printf ("The tool took longer than %.3g s and was stopped; nothing was "
                                 "changed. Go on without its result.",
                                 sg_tool_get_timeout (job->call.tool) / 1000.0);
      sg_tool_runner_settle (self, job, SG_TOOL_CALL_TIMED_OUT, NULL, message);
      g_cancellable_cancel (cancellable);
    }
}
