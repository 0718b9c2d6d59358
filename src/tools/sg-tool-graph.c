/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits for what.  Two kinds of edges: a call that uses the result of another waits for it,
 * and a call that touches what an earlier one touches waits for that one if either writes.  While
 * the earlier one cannot tell yet what it touches (the name of the entity is the result of a
 * third), the edge is a suspected one, and is settled when the name is known.
 *
 * Edges of the second kind run from later to earlier calls.  Those of the first do so, too, but
 * where a model refers to a call that it makes later; only then can there be cycles.  One of
 * results alone is the model's mistake and is refused; one with conflicts in it is broken there,
 * since what the model said outright outranks the order in which it happened to say it.
 */

#include "config.h"

#include "tools/sg-tool-job-private.h"

#include <string.h>

static gboolean
is_over (SgToolJob *job)
{
  return job->state == SG_TOOL_JOB_FINISHED;
}

static void
append_edge (GArray         **edges,
             SgToolJob       *job,
             SgToolEdgeKind   kind)
{
  SgToolEdge edge = { job, kind };

  if (*edges == NULL)
    *edges = g_array_new (FALSE, FALSE, sizeof (SgToolEdge));
  g_array_append_val (*edges, edge);
}

static void
remove_edge (GArray         *edges,
             SgToolJob      *job,
             SgToolEdgeKind  kind)
{
  for (guint i = 0; edges != NULL && i < edges->len; i++)
    {
      const SgToolEdge *edge = &g_array_index (edges, SgToolEdge, i);

      if (edge->job == job && edge->kind == kind)
        {
          g_array_remove_index_fast (edges, i);
          return;
        }
    }
}

static void
add_edge (SgToolJob      *job,
          SgToolJob      *blocker,
          SgToolEdgeKind  kind)
{
  append_edge (&blocker->dependents, job, kind);
  append_edge (&job->blockers, blocker, kind);
  if (kind == SG_TOOL_EDGE_RESULT)
    job->n_results_missing++;
  else
    job->n_conflicts++;
}

/* Whether @job waits for @target, directly or over others. */
static gboolean
waits_for (SgToolJob *job,
           SgToolJob *target,
           gboolean   results_only,
           guint8    *seen)
{
  if (job == target)
    return TRUE;
  if (seen[job->call.position])
    return FALSE;
  seen[job->call.position] = TRUE;

  for (guint i = 0; job->blockers != NULL && i < job->blockers->len; i++)
    {
      const SgToolEdge *edge = &g_array_index (job->blockers, SgToolEdge, i);

      if (is_over (edge->job) || (results_only && edge->kind != SG_TOOL_EDGE_RESULT))
        continue;
      if (waits_for (edge->job, target, results_only, seen))
        return TRUE;
    }

  return FALSE;
}

static gboolean
reaches (GPtrArray *jobs,
         SgToolJob *job,
         SgToolJob *target,
         gboolean   results_only)
{
  g_autofree guint8 *seen = g_malloc0 (jobs->len);

  return waits_for (job, target, results_only, seen);
}

static gboolean
names_job (const SgToolDependency *dependency,
           SgToolJob              *job)
{
  return dependency->number == job->call.position + 1
         || g_strcmp0 (dependency->id, job->call.id) == 0;
}

static SgToolJob *
find_job (GPtrArray              *jobs,
          const SgToolDependency *dependency)
{
  /* An id outranks a number that looks like it. */
  for (guint i = 0; dependency->id != NULL && i < jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (jobs, i);

      if (g_str_equal (dependency->id, job->call.id))
        return job;
    }

  if (dependency->number >= 1 && dependency->number <= jobs->len)
    return g_ptr_array_index (jobs, dependency->number - 1);

  return NULL;
}

/* Earlier calls that wait for a call like this one. */
static gboolean
connect_waiting (GPtrArray *jobs,
                 SgToolJob *job)
{
  gboolean any = FALSE;

  for (guint i = 0; i < job->call.position; i++)
    {
      SgToolJob *other = g_ptr_array_index (jobs, i);

      if (other->state != SG_TOOL_JOB_NEEDS_RESULTS || other->missing == NULL)
        continue;

      for (guint j = other->missing->len; j > 0; j--)
        {
          if (!names_job (&g_array_index (other->missing, SgToolDependency, j - 1), job))
            continue;

          g_array_remove_index_fast (other->missing, j - 1);
          other->n_results_missing--;
          add_edge (other, job, SG_TOOL_EDGE_RESULT);
          any = TRUE;
        }
    }

  return any;
}

/**
 * sg_tool_graph_connect:
 * @jobs: all jobs, with @job as the last
 *
 * Makes the edges to the results that the call needs, and those of earlier calls that need its own.
 *
 * Returns: whether an earlier call (or the call itself) waits for this one, so that there may be
 *   cycles
 */
gboolean
sg_tool_graph_connect (GPtrArray *jobs,
                       SgToolJob *job)
{
  gboolean own = FALSE;
  guint n_left = 0;

  for (guint i = 0; job->missing != NULL && i < job->missing->len; i++)
    {
      SgToolDependency *dependency = &g_array_index (job->missing, SgToolDependency, i);
      SgToolJob *found = find_job (jobs, dependency);

      if (found == NULL)
        {
          SgToolDependency kept = *dependency;

          /* Swapped rather than copied, so that each id has one owner. */
          *dependency = g_array_index (job->missing, SgToolDependency, n_left);
          g_array_index (job->missing, SgToolDependency, n_left) = kept;
          n_left++;
        }
      else if (!is_over (found))
        {
          add_edge (job, found, SG_TOOL_EDGE_RESULT);
          own |= found == job;
        }
      else
        {
          append_edge (&job->blockers, found, SG_TOOL_EDGE_RESULT);
          job->call.level = MAX (job->call.level, found->call.level + 1);
        }
    }

  if (job->missing != NULL)
    {
      g_array_set_size (job->missing, n_left);
      job->n_results_missing += n_left;
    }

  return connect_waiting (jobs, job) || own;
}

/**
 * sg_tool_graph_find_cycle:
 *
 * Returns: (transfer full) (element-type SgToolJob): the jobs that wait for their own results by
 *   way of @job; empty where there is no such cycle
 */
GPtrArray *
sg_tool_graph_find_cycle (GPtrArray *jobs,
                          SgToolJob *job)
{
  GPtrArray *cycle = g_ptr_array_new ();

  for (guint i = 0; i < jobs->len; i++)
    {
      SgToolJob *other = g_ptr_array_index (jobs, i);
      gboolean direct = FALSE;

      if (is_over (other))
        continue;
      for (guint j = 0; other == job && job->blockers != NULL && j < job->blockers->len; j++)
        {
          const SgToolEdge *edge = &g_array_index (job->blockers, SgToolEdge, j);

          direct |= edge->kind == SG_TOOL_EDGE_RESULT && reaches (jobs, edge->job, job, TRUE);
        }
      if (direct || (other != job && reaches (jobs, job, other, TRUE)
                     && reaches (jobs, other, job, TRUE)))
        g_ptr_array_add (cycle, other);
    }

  return cycle;
}

/**
 * sg_tool_graph_find_failed:
 *
 * Returns: (transfer none) (nullable): a job whose result @job needs and that went wrong
 */
SgToolJob *
sg_tool_graph_find_failed (GPtrArray *jobs,
                           SgToolJob *job)
{
  for (guint i = 0; job->blockers != NULL && i < job->blockers->len; i++)
    {
      const SgToolEdge *edge = &g_array_index (job->blockers, SgToolEdge, i);

      if (edge->kind == SG_TOOL_EDGE_RESULT && is_over (edge->job)
          && edge->job->call.status != SG_TOOL_CALL_DONE)
        return edge->job;
    }

  return NULL;
}

/**
 * sg_tool_graph_add_conflicts:
 * @job: a job whose keys are known
 * @check_cycles: whether a call may wait for a later one
 *
 * Makes the edges to earlier calls that are not done and touch the same.
 */
void
sg_tool_graph_add_conflicts (GPtrArray *jobs,
                             SgToolJob *job,
                             gboolean   check_cycles)
{
  for (guint i = 0; i < job->call.position; i++)
    {
      SgToolJob *other = g_ptr_array_index (jobs, i);
      gboolean reads = !sg_tool_job_writes (job) && !sg_tool_job_writes (other);

      if (is_over (other) || other->call.tool == NULL || reads
          || (other->keys_known && !sg_tool_job_conflicts (other, job))
          || (job->keys != NULL && job->keys[0] == NULL)
          || (check_cycles && reaches (jobs, other, job, FALSE)))
        continue;

      add_edge (job, other, other->keys_known ? SG_TOOL_EDGE_CONFLICT : SG_TOOL_EDGE_SUSPECTED);
    }
}

/**
 * sg_tool_graph_drop_mixed_cycles:
 *
 * Drops conflicts between calls of which the earlier waits for the later.
 */
void
sg_tool_graph_drop_mixed_cycles (GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      SgToolJob *job = g_ptr_array_index (jobs, i);

      if (job->state != SG_TOOL_JOB_BLOCKED)
        continue;

      for (guint j = job->blockers != NULL ? job->blockers->len : 0; j > 0; j--)
        {
          SgToolEdge edge = g_array_index (job->blockers, SgToolEdge, j - 1);

          if (edge.kind == SG_TOOL_EDGE_RESULT || is_over (edge.job)
              || !reaches (jobs, edge.job, job, FALSE))
            continue;

          g_array_remove_index_fast (job->blockers, j - 1);
          remove_edge (edge.job->dependents, job, edge.kind);
          job->n_conflicts--;
        }
    }
}

/**
 * sg_tool_graph_keys_known:
 * @job: a job that has just learnt its keys
 *
 * Settles what was suspected of it.
 */
void
sg_tool_graph_keys_known (SgToolJob *job)
{
  for (guint i = job->dependents != NULL ? job->dependents->len : 0; i > 0; i--)
    {
      SgToolEdge *edge = &g_array_index (job->dependents, SgToolEdge, i - 1);
      SgToolJob *other = edge->job;

      if (edge->kind != SG_TOOL_EDGE_SUSPECTED)
        continue;

      remove_edge (other->blockers, job, SG_TOOL_EDGE_SUSPECTED);
      if (sg_tool_job_conflicts (job, other))
        {
          edge->kind = SG_TOOL_EDGE_CONFLICT;
          append_edge (&other->blockers, job, SG_TOOL_EDGE_CONFLICT);
        }
      else
        {
          g_array_remove_index_fast (job->dependents, i - 1);
          other->n_conflicts--;
        }
    }
}

/**
 * sg_tool_graph_release:
 * @job: a job that is over
 *
 * Counts down what the jobs that waited for it still wait for.
 */
void
sg_tool_graph_release (SgToolJob *job)
{
  for (guint i = 0; job->dependents != NULL && i < job->dependents->len; i++)
    {
      const SgToolEdge *edge = &g_array_index (job->dependents, SgToolEdge, i);

      if (edge->kind == SG_TOOL_EDGE_RESULT)
        edge->job->n_results_missing--;
      else
        edge->job->n_conflicts--;

      if (edge->kind != SG_TOOL_EDGE_SUSPECTED)
        edge->job->call.level = MAX (edge->job->call.level, job->call.level + 1);
    }
}

/**
 * sg_tool_graph_describe_missing:
 *
 * Returns: (transfer full): the calls that are named and not there, such as `3, 7`
 */
char *
sg_tool_graph_describe_missing (SgToolJob *job)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < job->missing->len; i++)
    {
      const SgToolDependency *dependency = &g_array_index (job->missing, SgToolDependency, i);

      g_string_append (out, i > 0 ? ", " : "");
      if (dependency->id != NULL)
        g_string_append (out, dependency->id);
      else
        g_string_append_printf (out, "%u", dependency->number - job->numbered_from);
    }

  return g_string_free (out, FALSE);
}
