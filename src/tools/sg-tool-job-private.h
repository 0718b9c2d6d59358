/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-runner.h"

G_BEGIN_DECLS

/* One call inside the runner, and the graph of what waits for what. */

typedef struct _SgToolJob SgToolJob;

/**
 * SgToolJobState:
 * @SG_TOOL_JOB_NEEDS_RESULTS: the results of other calls are missing
 * @SG_TOOL_JOB_BLOCKED: an earlier call that touches the same is not done
 * @SG_TOOL_JOB_READY: nothing but a free place is missing
 * @SG_TOOL_JOB_SETTLED: its outcome is known and waits to take effect
 */
typedef enum
{
  SG_TOOL_JOB_NEEDS_RESULTS,
  SG_TOOL_JOB_BLOCKED,
  SG_TOOL_JOB_READY,
  SG_TOOL_JOB_RUNNING,
  SG_TOOL_JOB_SETTLED,
  SG_TOOL_JOB_FINISHED,
} SgToolJobState;

/**
 * SgToolEdgeKind:
 * @SG_TOOL_EDGE_RESULT: the one uses the result of the other
 * @SG_TOOL_EDGE_CONFLICT: they touch the same thing and one of them writes
 * @SG_TOOL_EDGE_SUSPECTED: they may: what the earlier one touches depends on a result
 *   that is not there yet
 */
typedef enum
{
  SG_TOOL_EDGE_RESULT,
  SG_TOOL_EDGE_CONFLICT,
  SG_TOOL_EDGE_SUSPECTED,
} SgToolEdgeKind;

typedef struct
{
  SgToolJob      *job;
  SgToolEdgeKind  kind;
} SgToolEdge;

/* What a call names in its references and in `depends_on`: a call by its position and 1, or by id. */
typedef struct
{
  guint  number;
  char  *id;
} SgToolDependency;

struct _SgToolJob
{
  SgToolCall      call;
  guint           ref_count;

  /* The position of the call that counts as the first where calls are named by number. */
  guint           numbered_from;

  /* NULL once the runner is gone or does not care any more. */
  SgToolRunner   *runner;
  SgToolJobState  state;

  JsonNode       *arguments;
  gboolean        has_dollar;
  gboolean        keys_known;
  char          **keys;

  /* SgToolDependency; those that name a call that is not there yet stay in it. */
  GArray         *missing;
  /* SgToolEdge, to the jobs that wait for this one and to those that it waits for. */
  GArray         *dependents;
  GArray         *blockers;
  guint           n_results_missing;
  guint           n_conflicts;

  SgToolContext  *context;
  GCancellable   *cancellable;
  gint64          added_us;
  gint64          deadline_us;
  /* Since when it is held up, or 0, and how long it was before. */
  gint64          held_since_us;
  gint64          held_us;
  gint64          settled_us;

  /* Whether it was tried a second time; what the breaker of the tool let it pass with; and whether its failure
   * says nothing of the tool. */
  gboolean        retried;
  guint           permit;
  gboolean        blameless;

  /* The outcome; whether the model has to hear it though the call only wrote. */
  gboolean         heard;
  SgToolCallStatus outcome;
  JsonNode        *result;
  char            *message;

  /* Calls that ask for the same: the one that runs, and those that wait for its result. */
  char           *canonical;
  SgToolJob      *leader;
  GPtrArray      *followers;
  gboolean        recalled;
};

SgToolJob *sg_tool_job_new          (SgToolRunner  *runner,
                                     guint          position,
                                     const char    *id,
                                     const char    *name,
                                     const char    *arguments) G_GNUC_WARN_UNUSED_RESULT;
SgToolJob *sg_tool_job_ref          (SgToolJob     *self);
void       sg_tool_job_unref        (SgToolJob     *self);
gboolean   sg_tool_job_read         (SgToolJob     *self,
                                     SgToolCatalog *catalog,
                                     GError       **error);
gboolean   sg_tool_job_resolve      (SgToolJob     *self,
                                     GPtrArray     *jobs,
                                     GError       **error);
gboolean   sg_tool_job_writes       (SgToolJob     *self);
gboolean   sg_tool_job_conflicts    (SgToolJob     *self,
                                     SgToolJob     *other);
guint      sg_tool_job_get_number   (SgToolJob     *self,
                                     SgToolJob     *asking);
char      *sg_tool_job_dup_canonical (SgToolJob    *self) G_GNUC_WARN_UNUSED_RESULT;

/* The graph (sg-tool-graph.c). */
gboolean   sg_tool_graph_connect    (GPtrArray     *jobs,
                                     SgToolJob     *job);
GPtrArray *sg_tool_graph_find_cycle (GPtrArray     *jobs,
                                     SgToolJob     *job) G_GNUC_WARN_UNUSED_RESULT;
SgToolJob *sg_tool_graph_find_failed (GPtrArray    *jobs,
                                     SgToolJob     *job);
void       sg_tool_graph_add_conflicts (GPtrArray  *jobs,
                                     SgToolJob     *job,
                                     gboolean       check_cycles);
void       sg_tool_graph_drop_mixed_cycles (GPtrArray *jobs);
void       sg_tool_graph_keys_known (SgToolJob     *job);
void       sg_tool_graph_release    (SgToolJob     *job);
char      *sg_tool_graph_describe_missing (SgToolJob *job) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgToolJob, sg_tool_job_unref)

G_END_DECLS
