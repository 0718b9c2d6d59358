/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calls that are answered without being made: an equal call of the turn has the answer or is about to,
 * or an earlier turn asked the same and nothing has changed since.  */

#include "config.h"

#include "tools/sg-tool-runner-private.h"

/* Whether a write lies between two equal calls, in the order of the model, that touches what they touch. */
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

      /* Another that is answered by the same one has written nothing itself. */
      if (other->leader == a)
        continue;
      if (sg_tool_job_writes (other) && (!other->keys_known || sg_tool_job_conflicts (other, b)))
        return TRUE;
    }

  return FALSE;
}

/* Lets a call share the result of an equal one. */
static gboolean
follow (SgToolRunner *self,
        SgToolJob    *job,
        SgToolJob    *leader)
{
  if (write_between (self, leader, job)
      || (leader->state != SG_TOOL_JOB_RUNNING && leader->outcome != SG_TOOL_CALL_DONE))
    return FALSE;

  /* It takes no place from others. */
  job->leader = leader;
  self->n_running--;
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

static gboolean
is_cached (SgToolRunner *self,
           SgToolJob    *job)
{
  return self->cache != NULL && job->keys != NULL && !sg_tool_job_writes (job)
         && sg_tool_get_cache (job->call.tool) == SG_TOOL_CACHE_KEYS;
}

static gboolean
recall (SgToolRunner *self,
        SgToolJob    *job,
        const char   *canonical)
{
  JsonNode *result;
  gint64 saved_us = 0;

  if (!is_cached (self, job))
    return FALSE;

  /* The span says what was looked up in vain as well, so that both can be counted from what is stored. */
  result = sg_tool_cache_lookup (self->cache, job->call.name, canonical, job->call.begin_us, &saved_us);
  if (self->trace != NULL)
    sg_trace_set_boolean (self->trace, job->call.span, "cached", result != NULL);
  if (result == NULL)
    return FALSE;

  job->recalled = TRUE;
  if (self->trace != NULL)
    sg_trace_set_int (self->trace, job->call.span, "saved", saved_us);
  sg_tool_runner_settle (self, job, SG_TOOL_CALL_DONE, result, NULL);

  return TRUE;
}

/**
 * sg_tool_runner_share:
 * @job: a call that has just begun
 *
 * Answers a call without making it, or has its result answer later ones.
 *
 * Returns: whether there is nothing left to do
 */
gboolean
sg_tool_runner_share (SgToolRunner *self,
                      SgToolJob    *job)
{
  SgToolJob *leader;

  if (sg_tool_get_cache (job->call.tool) == SG_TOOL_CACHE_NEVER
      || (!self->coalescing && !sg_tool_job_writes (job)))
    return FALSE;

  job->canonical = sg_tool_job_dup_canonical (job);
  leader = g_hash_table_lookup (self->leaders, job->canonical);
  if (leader != NULL && follow (self, job, leader))
    return TRUE;

  g_hash_table_replace (self->leaders, job->canonical, job);

  return recall (self, job, job->canonical);
}

/**
 * sg_tool_runner_remember:
 * @job: a call that went well and has taken effect
 *
 * Keeps the result of a read for later turns, and forgets what a write has changed.
 */
void
sg_tool_runner_remember (SgToolRunner *self,
                         SgToolJob    *job)
{
  if (self->cache == NULL || job->leader != NULL || job->recalled)
    return;

  if (sg_tool_job_writes (job))
    sg_tool_cache_note_write (self->cache, (const char *const *) job->keys);
  else if (is_cached (self, job) && job->canonical != NULL && job->call.trouble == SG_TOOL_TROUBLE_NONE)
    sg_tool_cache_store (self->cache, job->call.name, job->canonical,
                         (const char *const *) job->keys, job->result,
                         job->settled_us - job->call.begin_us);
}
