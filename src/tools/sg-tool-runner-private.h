/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-job-private.h"

G_BEGIN_DECLS

/* The runner is in five files: sg-tool-runner.c is the object, sg-tool-schedule.c decides which
 * call may go on, sg-tool-share.c answers it from an equal one, sg-tool-start.c starts it and
 * learns its outcome, sg-tool-deadline.c stops it when its time is up. */

struct _SgToolRunner
{
  GObject        parent_instance;

  SgToolCatalog *catalog;
  SgToolContext *context;
  SgTrace       *trace;
  guint          parent_span;
  guint          limit;
  guint          max_calls;

  /* All jobs by position; those that only lack a place; those whose outcome is to take effect. */
  GPtrArray     *jobs;
  GPtrArray     *ready;
  GQueue         settled;

  /* Canonical text of a call, borrowed from the job → the job that answers it. */
  GHashTable    *leaders;
  SgToolCache   *cache;
  gboolean       coalescing;

  /* What the calls ask a model with, where one has begun that may. */
  SgAsker       *asker;

  /* GTask of each wait. */
  GPtrArray     *waits;
  GSource       *source;

  /* What was started since the last wait was over. */
  guint          batch_span;
  guint          first_of_batch;
  guint          numbered_from;

  guint          n_running;
  guint          n_unfinished;
  guint          first_unfinished;
  guint          draining;
  gboolean       may_cycle;
  gboolean       cancelled;
};

enum
{
  SG_TOOL_RUNNER_CALL_STARTED,
  SG_TOOL_RUNNER_CALL_FINISHED,
  SG_TOOL_RUNNER_CALL_PROGRESS,
  SG_TOOL_RUNNER_N_SIGNALS
};

extern guint sg_tool_runner_signals[SG_TOOL_RUNNER_N_SIGNALS];

void     sg_tool_runner_schedule    (SgToolRunner     *self);
void     sg_tool_runner_settle      (SgToolRunner     *self,
                                     SgToolJob        *job,
                                     SgToolCallStatus  outcome,
                                     JsonNode         *result,
                                     const char       *message);
void     sg_tool_runner_settle_with (SgToolRunner     *self,
                                     SgToolJob        *job,
                                     JsonNode         *node,
                                     const GError     *error);
void     sg_tool_runner_fail        (SgToolRunner     *self,
                                     SgToolJob        *job,
                                     SgToolCallStatus  outcome,
                                     const char       *why);
void     sg_tool_runner_leave_breaker (SgToolJob      *job,
                                     SgToolCallStatus  outcome);
void     sg_tool_runner_end_span    (SgToolRunner     *self,
                                     SgToolJob        *job);
void     sg_tool_runner_end_batch   (SgToolRunner     *self);
void     sg_tool_runner_start       (SgToolRunner     *self,
                                     SgToolJob        *job);

void     sg_tool_runner_set_deadline (SgToolRunner    *self,
                                     SgToolJob        *job);
gint64   sg_tool_runner_get_next_deadline (SgToolRunner *self);
void     sg_tool_runner_time_out    (SgToolRunner     *self,
                                     gint64            now);

gboolean sg_tool_runner_share       (SgToolRunner     *self,
                                     SgToolJob        *job);
void     sg_tool_runner_remember    (SgToolRunner     *self,
                                     SgToolJob        *job);

void     sg_tool_runner_connect     (SgToolRunner     *self,
                                     SgToolJob        *job);
gboolean sg_tool_runner_advance     (SgToolRunner     *self);
void     sg_tool_runner_start_ready (SgToolRunner     *self);
void     sg_tool_runner_drain       (SgToolRunner     *self);
void     sg_tool_runner_end_waits   (SgToolRunner     *self);

G_END_DECLS
