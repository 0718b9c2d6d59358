/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-engine-settings.h"
#include "engine/sg-turn-run.h"
#include "llm/sg-asker.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

typedef struct _SgAfterHandler SgAfterHandler;

/**
 * SgAfterStart:
 * @turn: (transfer full): the turn, with its words; without an id where it is not committed yet
 * @path: (transfer full): the way to the turn; to the one before where it is not committed yet
 * @data: (nullable): what the turn left with the job, as text
 * @prompt: (nullable): what the narrator was asked
 * @responses: (nullable): where answers are kept
 * @trace: where the spans go
 * @parent_span: the span that they belong to, or 0
 *
 * What a job is made of.
 */
typedef struct
{
  const SgAfterHandler *handler;
  SgStory              *story;
  SgModel              *model;
  SgEngineSettings     *settings;
  SgTurnRow            *turn;
  SgPath               *path;
  const char           *data;
  SgModelRequest       *prompt;
  SgResponseCache      *responses;
  SgTrace              *trace;
  guint                 parent_span;
} SgAfterStart;

#define SG_TYPE_AFTER_JOB (sg_after_job_get_type ())

/* A piece of work that a turn left to do, while it is done. */
G_DECLARE_FINAL_TYPE (SgAfterJob, sg_after_job, SG, AFTER_JOB, GObject)

SgAfterJob           *sg_after_job_new          (const SgAfterStart *start) G_GNUC_WARN_UNUSED_RESULT;
const SgAfterHandler *sg_after_job_get_handler  (SgAfterJob         *self);
SgStory              *sg_after_job_get_story    (SgAfterJob         *self);
SgEngineSettings     *sg_after_job_get_settings (SgAfterJob         *self);
/* The turn, and the way there.  Where it is not committed yet, it has no id and the way leads to
 * the turn before: read earlier turns up to `depth - 1`, which is the same in both cases. */
const SgTurnRow      *sg_after_job_get_turn     (SgAfterJob         *self);
const SgPath         *sg_after_job_get_path     (SgAfterJob         *self);
JsonObject           *sg_after_job_get_data     (SgAfterJob         *self);
/* What the narrator was asked last, for a question that goes on from there and finds the server's
 * prefix cache warm; NULL after a restart, or when another turn has been told since. */
SgModelRequest       *sg_after_job_get_prompt   (SgAfterJob         *self);
SgAsker              *sg_after_job_get_asker    (SgAfterJob         *self);
SgTrace              *sg_after_job_get_trace    (SgAfterJob         *self);
guint                 sg_after_job_get_span     (SgAfterJob         *self);

/* What came of it, for the handler's store(). */
gpointer              sg_after_job_get_result   (SgAfterJob         *self);
void                  sg_after_job_set_result   (SgAfterJob         *self,
                                                 gpointer            result,
                                                 GDestroyNotify      free_func);

G_END_DECLS
