/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Starting a call and learning its outcome: spans, timeouts, and a second try. */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

#include "llm/sg-model.h"
#include "tools/sg-tool-json.h"

/* Wakes the runner in the next iteration if calls are settled, else when the next timeout is due. */
void
sg_tool_runner_schedule (SgToolRunner *self)
{
  if (self->source == NULL)
    return;

  if (!g_queue_is_empty (&self->settled))
    {
      g_source_set_ready_time (self->source, 0);
      return;
    }

  g_source_set_ready_time (self->source, sg_tool_runner_get_next_deadline (self));
}

/* Tells the breaker of the tool what became of the call. */
void
sg_tool_runner_leave_breaker (SgToolJob        *job,
                              SgToolCallStatus  outcome)
{
  SgBreakerOutcome told = SG_BREAKER_NEITHER;
  guint permit = job->permit;

  if (permit == 0)
    return;

  if (outcome == SG_TOOL_CALL_DONE && job->call.trouble == SG_TOOL_TROUBLE_NONE)
    told = SG_BREAKER_SUCCESS;
  else if (outcome != SG_TOOL_CALL_CANCELLED && outcome != SG_TOOL_CALL_REFUSED && !job->blameless)
    told = SG_BREAKER_FAILURE;

  job->permit = 0;
  sg_breaker_leave (sg_tool_get_breaker (job->call.tool), permit, told);
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
  sg_tool_runner_leave_breaker (job, outcome);
  g_queue_push_tail (&self->settled, job);
  sg_tool_runner_schedule (self);
}

/* What the model gets in place of the result of a call that failed or took too long: why, and what the
 * tool has for this case. */
static JsonNode *
make_fallback (SgToolJob  *job,
               const char *message)
{
  SgToolClass *klass = SG_TOOL_GET_CLASS (job->call.tool);
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) given = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_set_string_member (object, "error", message);
  json_object_set_boolean_member (object, "fallback", TRUE);
  if (klass->fallback != NULL && job->context != NULL)
    given = klass->fallback (job->call.tool, job->context, json_node_get_object (job->arguments));
  if (given == NULL || !JSON_NODE_HOLDS_OBJECT (given))
    return sg_tool_json_take_object (object);

  json_object_iter_init_ordered (&iter, json_node_get_object (given));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (object, name, json_node_copy (value));

  return sg_tool_json_take_object (object);
}

/* Settles a call that went wrong; the model is told @why. */
void
sg_tool_runner_fail (SgToolRunner     *self,
                     SgToolJob        *job,
                     SgToolCallStatus  outcome,
                     const char       *why)
{
  gboolean stops = g_str_has_suffix (why, ".");
  g_autofree char *message =
    g_strdup_printf (sg_tool_job_writes (job) ? "%s%s Nothing was changed; tell on without it."
                                              : "%s%s Tell on without its result.",
                     why, stops ? "" : ".");

  sg_tool_runner_settle (self, job, outcome, make_fallback (job, message), message);
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
    sg_tool_runner_fail (self, job, SG_TOOL_CALL_FAILED, "The tool gave no result");
  else if (error->domain == SG_TOOL_ERROR
           && (error->code == SG_TOOL_ERROR_ARGUMENTS || error->code == SG_TOOL_ERROR_REFERENCE))
    sg_tool_runner_settle (self, job, SG_TOOL_CALL_REFUSED, NULL, error->message);
  else
    {
      /* A server that fails has a breaker of its own. */
      job->blameless = error->domain == SG_MODEL_ERROR;
      sg_tool_runner_fail (self, job, SG_TOOL_CALL_FAILED, error->message);
    }
}

/* A moment at which something happened to a call, and why. */
static void
note_moment (SgToolRunner *self,
             SgToolJob    *job,
             const char   *name,
             const char   *reason)
{
  guint span;

  if (self->trace == NULL)
    return;

  span = sg_trace_begin (self->trace, job->call.span, SG_SPAN_WAIT, name);
  sg_trace_set_string (self->trace, span, "reason", reason);
  sg_trace_end (self->trace, span);
}

/* Whether a call that failed is made once more: only what changes nothing, and only where another try may
 * go otherwise.  What a model was asked has been tried again further down. */
static gboolean
may_retry (SgToolJob    *job,
           const GError *error)
{
  if (job->retried || sg_tool_job_writes (job) || SG_TOOL_GET_CLASS (job->call.tool)->once)
    return FALSE;

  return error != NULL && error->domain != SG_MODEL_ERROR
         && !g_error_matches (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS)
         && !g_error_matches (error, SG_TOOL_ERROR, SG_TOOL_ERROR_REFERENCE)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
retry (SgToolRunner *self,
       SgToolJob    *job,
       const GError *error)
{
  if (!may_retry (job, error))
    return FALSE;

  job->retried = TRUE;
  note_moment (self, job, "retry", error->message);

  return TRUE;
}

static void
begin_span (SgToolRunner *self,
            SgToolJob    *job)
{
  SgToolCall *call = &job->call;

  call->begin_us = g_get_monotonic_time ();
  if (self->trace == NULL)
    return;

  /* The calls up to the next wait are one batch. */
  if (self->batch_span == 0)
    self->batch_span =
      sg_trace_begin_at (self->trace, self->parent_span, SG_SPAN_STAGE, "tools",
                         call->begin_us - sg_trace_get_origin (self->trace));
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
  if (job->message != NULL)
    sg_trace_set_string (self->trace, call->span, "reason", job->message);
  if (job->held_us > 0)
    sg_trace_set_int (self->trace, call->span, "held_us", job->held_us);
  sg_trace_end_at (self->trace, call->span, call->end_us - sg_trace_get_origin (self->trace));
}

/* Ends the batch: how long it took beside what its calls took one by one. */
void
sg_tool_runner_end_batch (SgToolRunner *self)
{
  gint64 sum_us = 0;
  gint64 end_us = 0;
  guint n_calls = 0;

  for (guint i = self->first_of_batch; self->batch_span != 0 && i < self->jobs->len; i++)
    {
      const SgToolCall *call = &((SgToolJob *) g_ptr_array_index (self->jobs, i))->call;

      if (call->begin_us == 0)
        continue;

      n_calls++;
      sum_us += call->end_us - call->begin_us;
      end_us = MAX (end_us, call->end_us);
      sg_trace_set_int (self->trace, call->span, "batch", self->batch_span);
    }
  self->first_of_batch = self->jobs->len;
  if (self->batch_span == 0)
    return;

  sg_trace_set_int (self->trace, self->batch_span, "calls", n_calls);
  sg_trace_set_int (self->trace, self->batch_span, "sum_us", sum_us);
  sg_trace_end_at (self->trace, self->batch_span, end_us - sg_trace_get_origin (self->trace));
  self->batch_span = 0;
}

static void run_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data);

static void
call_async (SgToolJob *job)
{
  SG_TOOL_GET_CLASS (job->call.tool)
    ->run_async (job->call.tool, job->context, job->call.id, json_node_get_object (job->arguments),
                 job->cancellable, run_cb, sg_tool_job_ref (job));
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
  if (node == NULL && retry (self, job, error))
    {
      call_async (job);
      return;
    }

  sg_tool_runner_settle_with (self, job, node, error);
  sg_tool_runner_drain (self);
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

/* Asks the breaker of the tool; where it refuses, the call is answered at once. */
static gboolean
pass_breaker (SgToolRunner *self,
              SgToolJob    *job)
{
  SgBreaker *breaker = sg_tool_get_breaker (job->call.tool);
  g_autofree char *message = NULL;

  job->permit = sg_breaker_enter (breaker, FALSE);
  if (job->permit != 0)
    return TRUE;

  note_moment (self, job, "breaker", sg_breaker_state_to_string (sg_breaker_get_state (breaker)));
  message = g_strdup_printf ("%s has failed again and again and is left alone for now",
                             job->call.name);
  job->call.trouble = SG_TOOL_TROUBLE_BREAKER;
  sg_tool_runner_fail (self, job, SG_TOOL_CALL_FAILED, message);

  return FALSE;
}

static void
run (SgToolRunner *self,
     SgToolJob    *job)
{
  SgToolClass *klass = SG_TOOL_GET_CLASS (job->call.tool);
  JsonNode *node = NULL;
  g_autoptr (GError) error = NULL;

  do
    {
      g_clear_error (&error);
      node = klass->run (job->call.tool, job->context, job->call.id,
                         json_node_get_object (job->arguments), &error);
    }
  while (node == NULL && retry (self, job, error));

  sg_tool_runner_settle_with (self, job, node, error);
}

static void
run_async (SgToolRunner *self,
           SgToolJob    *job)
{
  g_signal_connect_data (job->context, "report", G_CALLBACK (report_cb), sg_tool_job_ref (job),
                         unref_job_cb, 0);
  job->cancellable = g_cancellable_new ();
  sg_tool_runner_set_deadline (self, job);
  call_async (job);
}

void
sg_tool_runner_start (SgToolRunner *self,
                      SgToolJob    *job)
{
  job->state = SG_TOOL_JOB_RUNNING;
  job->call.status = SG_TOOL_CALL_RUNNING;
  self->n_running++;
  begin_span (self, job);
  g_signal_emit (self, sg_tool_runner_signals[SG_TOOL_RUNNER_CALL_STARTED], 0, &job->call);
  if (job->state != SG_TOOL_JOB_RUNNING || sg_tool_runner_share (self, job))
    return;

  job->context = sg_tool_context_new_for_call (self->context, job->call.position, job->call.span,
                                               sg_tool_job_writes (job));
  if (!pass_breaker (self, job))
    return;

  if (SG_TOOL_GET_CLASS (job->call.tool)->run != NULL)
    run (self, job);
  else
    run_async (self, job);
}
