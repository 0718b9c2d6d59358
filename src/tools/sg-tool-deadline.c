/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long a call may take.  The time in which all that it has asked of a model waits, for a server that wants to be
 * left alone for a while or for a free place, is not the tool's and does not count; but no call is held up for longer
 * than a model call may take in all.  When its time is up, what a call has got done by then counts, where its tool says so. */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

#include "llm/sg-openai-model.h"

/* How long a call may be held up. */
#define HELD_MAX_US (SG_TOTAL_TIMEOUT_MS * G_GINT64_CONSTANT (1000))

/* While it is held up, the moment at which that has lasted too long. */
static gint64
get_deadline (SgToolJob *job)
{
  return job->held_since_us > 0 ? job->deadline_us + HELD_MAX_US - job->held_us : job->deadline_us;
}

static gboolean
has_deadline (SgToolJob *job)
{
  return job->state == SG_TOOL_JOB_RUNNING && job->deadline_us > 0;
}

static gboolean
is_asking (SgToolRunner *self,
           SgToolJob    *job)
{
  return self->asker != NULL && job->call.span != 0 && sg_asker_is_asking (self->asker, job->call.span);
}

static void
end_hold_up (SgToolJob *job,
             gint64     now)
{
  gint64 held_us = MIN (now - job->held_since_us, HELD_MAX_US - job->held_us);

  job->held_since_us = 0;
  job->held_us += held_us;
  job->deadline_us += held_us;
}

static void
asker_changed_cb (SgToolRunner *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);
      gboolean held_up;

      if (!has_deadline (job) || job->call.span == 0)
        continue;

      held_up = sg_asker_is_held_up (self->asker, job->call.span);
      if (held_up && job->held_since_us == 0)
        job->held_since_us = now;
      else if (!held_up && job->held_since_us > 0)
        end_hold_up (job, now);
    }

  sg_tool_runner_schedule (self);
}

/**
 * sg_tool_runner_set_deadline:
 * @job: a call that begins
 *
 * Sets when the call is stopped, where its tool has a limit.
 */
void
sg_tool_runner_set_deadline (SgToolRunner *self,
                             SgToolJob    *job)
{
  guint timeout_ms = sg_tool_get_timeout (job->call.tool);
  SgAsker *asker = sg_tool_context_get_asker (job->context);

  if (timeout_ms == 0)
    return;

  job->deadline_us = job->call.begin_us + timeout_ms * G_GINT64_CONSTANT (1000);
  if (asker != NULL && self->asker == NULL)
    {
      self->asker = g_object_ref (asker);
      g_signal_connect_object (asker, "changed", G_CALLBACK (asker_changed_cb), self, G_CONNECT_SWAPPED);
    }
}

/**
 * sg_tool_runner_get_next_deadline:
 *
 * Returns: when the first of the calls that run is to be stopped, on the monotonic clock; -1 for never
 */
gint64
sg_tool_runner_get_next_deadline (SgToolRunner *self)
{
  gint64 next = -1;

  for (guint i = self->first_unfinished; i < self->jobs->len && self->n_running > 0; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (has_deadline (job) && (next < 0 || get_deadline (job) < next))
        next = get_deadline (job);
    }

  return next;
}

/* What a call has got done by now takes effect as if that were all it was to do, and the model is told that it is not. */
static gboolean
take_partial (SgToolRunner *self,
              SgToolJob    *job,
              const char   *why)
{
  JsonNode *partial = sg_tool_context_take_partial (job->context);
  g_autofree char *message = NULL;

  if (partial == NULL)
    return FALSE;

  message = g_strdup_printf ("%s. This is what was ready.", why);
  json_object_set_string_member (json_node_get_object (partial), "cut_short", message);
  job->call.trouble = SG_TOOL_TROUBLE_CUT_SHORT;
  sg_tool_runner_settle (self, job, SG_TOOL_CALL_DONE, partial, message);

  return TRUE;
}

static void
stop_job (SgToolRunner *self,
          SgToolJob    *job)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (job->cancellable);
  g_autofree char *why = g_strdup_printf ("The tool took longer than %.3g s and was stopped",
                                          sg_tool_get_timeout (job->call.tool) / 1000.0);

  /* Where the model is what takes so long, its server has a breaker of its own. */
  job->blameless = is_asking (self, job);
  if (!take_partial (self, job, why))
    {
      job->call.trouble = SG_TOOL_TROUBLE_TIMEOUT;
      sg_tool_runner_fail (self, job, SG_TOOL_CALL_TIMED_OUT, why);
    }
  g_cancellable_cancel (cancellable);
}

/**
 * sg_tool_runner_time_out:
 * @now: the time on the monotonic clock
 *
 * Stops the calls whose time is up.
 */
void
sg_tool_runner_time_out (SgToolRunner *self,
                         gint64        now)
{
  for (guint i = self->first_unfinished; i < self->jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (self->jobs, i);

      if (has_deadline (job) && get_deadline (job) <= now)
        stop_job (self, job);
    }
}
