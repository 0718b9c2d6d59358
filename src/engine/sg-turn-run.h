/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "profile/sg-trace.h"
#include "tools/sg-tool-runner.h"

G_BEGIN_DECLS

/**
 * SgStage:
 *
 * Where a turn is; the names are those of the `stage` events of the terminal.
 */
typedef enum
{
  SG_STAGE_QUEUED,
  SG_STAGE_THINKING,
  SG_STAGE_RETRIEVE,
  SG_STAGE_PLAN,      /* it is planned, or what was planned is done */
  SG_STAGE_PROMPT,
  SG_STAGE_CONNECT,   /* the request is on its way */
  SG_STAGE_READING,   /* the model reads the prompt */
  SG_STAGE_REASONING, /* the model thinks aloud */
  SG_STAGE_WRITING,   /* text comes */
  SG_STAGE_TOOLS,     /* the model waits for its tools */
  SG_STAGE_VERIFY,    /* all is told; a model looks at it, where that is not left for later */
  SG_STAGE_REMEMBER,  /* all is told; memories and summaries are made, where that is not left for later */
  SG_STAGE_NARRATED,  /* all text is there; the player can act again */
  SG_STAGE_COMMIT,
  SG_STAGE_DONE,
  SG_STAGE_STOPPED,   /* by the player; the words are the draft */
  SG_STAGE_FAILED,    /* the words are the draft */
} SgStage;

const char *sg_stage_to_string (SgStage stage);

typedef enum
{
  SG_INPUT_DO,
  SG_INPUT_SAY,
  SG_INPUT_STORY,
  SG_INPUT_CONTINUE,
} SgInputMode;

const char *sg_input_mode_to_string   (SgInputMode  mode);
gboolean    sg_input_mode_from_string (const char  *string,
                                       SgInputMode *mode);

#define SG_TYPE_TURN_RUN (sg_turn_run_get_type ())

/* One turn on its way from the player's words to the commit.
 *
 * Signals, all on the main context:
 *   stage-changed ()                    see sg_turn_run_get_stage()
 *   text (const char *delta)            a piece of the narration
 *   restarted ()                        what was told is dropped; it is told again from its beginning
 *   reasoning (const char *delta)       a piece of what the model thinks
 *   tool-started (SgToolCall *call)
 *   tool-finished (SgToolCall *call)
 *   tool-progress (SgToolCall *call, const char *section, const char *text)
 *                                       a piece of what a running tool tells the player, by section
 *   warning (const char *message)       a sentence for the player
 *   finished ()                         after SG_STAGE_DONE, _STOPPED or _FAILED; the last signal
 */
G_DECLARE_FINAL_TYPE (SgTurnRun, sg_turn_run, SG, TURN_RUN, GObject)

SgStage             sg_turn_run_get_stage     (SgTurnRun *self);
SgInputMode         sg_turn_run_get_mode      (SgTurnRun *self);
const char         *sg_turn_run_get_input     (SgTurnRun *self);
/* The depth that the turn has when it commits. */
gint64              sg_turn_run_get_depth     (SgTurnRun *self);
/* All text and reasoning so far. */
const char         *sg_turn_run_get_text      (SgTurnRun *self);
const char         *sg_turn_run_get_reasoning (SgTurnRun *self);
const char * const *sg_turn_run_get_choices   (SgTurnRun *self);
SgTrace            *sg_turn_run_get_trace     (SgTurnRun *self);
/* The sums over the model calls of the turn; tokens a second while the model wrote, or -1. */
const SgUsage      *sg_turn_run_get_usage     (SgTurnRun *self);
double              sg_turn_run_get_rate      (SgTurnRun *self);
/* How far the model is with reading the prompt, 0 to 1, or -1 where it does not say. */
double              sg_turn_run_get_progress  (SgTurnRun *self);
/* What the thinking line shows: the stage in words, translated. */
char               *sg_turn_run_dup_stage_text (SgTurnRun *self) G_GNUC_WARN_UNUSED_RESULT;
/* What is waited for, in words, while nothing goes on; or NULL. */
const char         *sg_turn_run_get_waiting   (SgTurnRun *self);
/* Why it failed, for the player. */
const GError       *sg_turn_run_get_error     (SgTurnRun *self);
/* What it is told with, as JSON. */
char               *sg_turn_run_dup_settings  (SgTurnRun *self) G_GNUC_WARN_UNUSED_RESULT;
/* What was found wrong with what it told before it was committed: sentences for the player. */
char              **sg_turn_run_dup_findings  (SgTurnRun *self) G_GNUC_WARN_UNUSED_RESULT;
/* The id of the turn, once it is committed. */
gint64              sg_turn_run_get_turn      (SgTurnRun *self);

G_END_DECLS
