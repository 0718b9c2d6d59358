/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after.h"
#include "engine/sg-draft-journal.h"
#include "engine/sg-engine-settings.h"
#include "engine/sg-history.h"
#include "engine/sg-plan-stream.h"
#include "engine/sg-turn-run.h"
#include "engine/sg-verifier.h"
#include "llm/sg-asker.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

/* A narration that has begun before it is known whether it counts. */
typedef struct _SgTurnEarly SgTurnEarly;

/**
 * SgTurnStart:
 * @history: what the session keeps of the history
 * @after: what is done for the turn once it is told
 * @brief: (nullable): the system message; %NULL for a model that is no language model
 * @fixed_tokens: how many tokens it has, with the tools, see sg_prompt_estimate_fixed()
 * @earlier: (nullable): the request of a turn before, to share with
 * @tool_cache: what tools have read before
 * @responses: (nullable): where answers to questions are kept; %NULL for a turn that is told again
 * @path: (transfer full): the path to the turn before
 * @base: the world there
 * @draft: (nullable): the words to tell on from
 * @fault: (nullable): what was wrong with the telling that this one is to replace
 * @repairs: the id of that turn, or 0
 * @submitted_us: when the player pressed the key, on the monotonic clock
 *
 * What a turn starts from.
 */
typedef struct
{
  SgStory          *story;
  SgModel          *model;
  SgEngineSettings *settings;
  SgToolCatalog    *catalog;
  SgToolCache      *tool_cache;
  SgHistory        *history;
  SgAfter          *after;
  const char       *brief;
  int               fixed_tokens;
  SgModelRequest   *earlier;
  SgResponseCache  *responses;
  SgPath           *path;
  SgWorld          *base;
  SgInputMode       mode;
  const char       *input;
  const char       *draft;
  const char       *fault;
  gint64            repairs;
  gint64            submitted_us;
} SgTurnStart;

struct _SgTurnRun
{
  GObject           parent_instance;

  /* What it starts from. */
  SgStory          *story;
  SgModel          *model;
  SgEngineSettings *settings;
  SgToolCatalog    *catalog;
  SgToolCache      *tool_cache;
  SgHistory        *history;
  SgAfter          *after;
  char             *brief;
  int               fixed_tokens;
  SgModelRequest   *earlier;
  SgResponseCache  *responses;
  SgPath           *path;
  SgInputMode       mode;
  char             *input;
  char             *draft;
  char             *fault;
  gint64            repairs;
  int               alternative;
  GPtrArray        *memories;
  gint64            seen;

  /* How far it is. */
  SgStage           stage;
  GString          *text;
  GString          *reasoning;
  GString          *asides;
  SgWorld          *overlay;
  SgTrace          *trace;
  guint             turn_span;
  guint             stage_span;
  double            progress;
  GCancellable     *cancellable;
  gboolean          stopped;
  gboolean          abandoned;
  gboolean          endless;
  gboolean          ending;
  SgDraftJournal   *journal;

  /* The model call that runs, and those before it. */
  SgModelRequest   *request;
  guint             model_span;
  guint             round;
  int               room;
  gboolean          refitted;
  guint             round_first_call;
  gsize             round_text;
  SgFinishReason    finish;
  SgUsage           call_usage;
  gint64            call_first_token;
  GPtrArray        *model_calls;
  GPtrArray        *held_calls;
  SgToolRunner     *runner;

  /* What was planned before; as many of its steps are with the runner.  The note is what the narrator is told of it, the fault names the tools
   * of critical steps that went wrong. */
  SgPlan           *plan;
  SgPlanStream     *plan_stream;
  guint             n_steps;
  guint             plan_span;
  char             *plan_note;
  char             *plan_fault;
  gboolean          planning;
  SgTurnEarly      *early;
  gboolean          replanned;
  gboolean          retrieved;
  SgAsker          *asker;

  /* What the player is told besides: whose questions the turn waits for, what the narrator waits for, what the
   * thinking line says of both, the warnings there were, and the kinds of trouble with tools that are told. */
  SgAsker          *heard;
  char             *call_waiting;
  char             *waiting;
  GHashTable       *warned;
  guint             troubles;

  /* What the rules found in it; the first telling, where it is told once more because of that. */
  GPtrArray        *findings;
  const char       *tongue;
  char             *first_telling;
  SgFinishReason    first_finish;

  /* What waits to be done once it is told, before it is stored; what is done; what is left to do after that. */
  GCancellable     *work;
  GPtrArray        *waits;
  GPtrArray        *done;
  GPtrArray        *jobs;

  /* What came of it. */
  SgUsage           usage;
  gint64            narrated_us;
  GError           *error;
  gint64            turn;
};

SgTurnRun *sg_turn_run_new           (const SgTurnStart *start) G_GNUC_WARN_UNUSED_RESULT;
void       sg_turn_run_start         (SgTurnRun         *self);
void       sg_turn_run_prepare       (SgTurnRun         *self);
void       sg_turn_run_stop          (SgTurnRun         *self);
void       sg_turn_run_abandon       (SgTurnRun         *self);

/* Between the files of the turn. */
void       sg_turn_run_set_stage     (SgTurnRun         *self,
                                      SgStage            stage);
gboolean   sg_turn_run_is_shown      (SgTurnRun         *self);
void       sg_turn_run_set_waiting   (SgTurnRun         *self,
                                      const char        *sentence);
void       sg_turn_run_begin_stage   (SgTurnRun         *self,
                                      SgStage            stage,
                                      const char        *span);
void       sg_turn_run_append_text   (SgTurnRun         *self,
                                      const char        *text);
void       sg_turn_run_append_reasoning (SgTurnRun      *self,
                                      const char        *text);
void       sg_turn_run_tell_asides   (SgTurnRun         *self);
void       sg_turn_run_warn          (SgTurnRun         *self,
                                      const char        *message);
void       sg_turn_run_hear_asker    (SgTurnRun         *self,
                                      SgAsker           *asker);
void       sg_turn_run_note_trouble  (SgTurnRun         *self,
                                      const SgToolCall  *call);
guint64    sg_turn_run_get_seed      (SgTurnRun         *self);

SgEmbedder *sg_turn_run_get_embedder (SgTurnRun         *self);
void       sg_turn_run_retrieve      (SgTurnRun         *self);
void       sg_turn_run_retrieved     (SgTurnRun         *self);
void       sg_turn_run_build_prompt  (SgTurnRun         *self);
void       sg_turn_run_tell          (SgTurnRun         *self);
void       sg_turn_run_use_tools     (SgTurnRun         *self,
                                      const char        *at_once);
SgAsker   *sg_turn_run_get_asker     (SgTurnRun         *self);
SgToolRunner *sg_turn_run_get_runner (SgTurnRun         *self);
guint      sg_turn_run_get_n_calls   (SgTurnRun         *self);
gboolean   sg_turn_run_wants_plan    (SgTurnRun         *self);
void       sg_turn_run_plan          (SgTurnRun         *self);
void       sg_turn_run_follow_plan   (SgTurnRun         *self);
void       sg_turn_run_hear_plan     (const SgModelEvent *event,
                                      gpointer           user_data);
void       sg_turn_run_start_steps   (SgTurnRun         *self);
void       sg_turn_run_add_step      (SgTurnRun         *self,
                                      const SgPlanStep  *step);
void       sg_turn_run_tell_early    (SgTurnRun         *self);
gboolean   sg_turn_run_take_early    (SgTurnRun         *self);
void       sg_turn_run_drop_early    (SgTurnRun         *self);
void       sg_turn_run_begin_call    (SgTurnRun         *self,
                                      guint              stage_span);
void       sg_turn_run_generate      (SgTurnRun         *self);
void       sg_turn_run_generated     (SgTurnRun         *self,
                                      gboolean           ok,
                                      GError            *error);
void       sg_turn_run_add_round     (SgTurnRun         *self);
void       sg_turn_run_check         (SgTurnRun         *self);
void       sg_turn_run_restarted     (SgTurnRun         *self);
gboolean   sg_turn_run_take_back     (SgTurnRun         *self);
GPtrArray *sg_turn_run_make_findings (SgTurnRun         *self) G_GNUC_WARN_UNUSED_RESULT;
void       sg_turn_run_handle_event  (const SgModelEvent *event,
                                      gpointer           user_data);
void       sg_turn_run_note_token    (SgTurnRun         *self);
void       sg_turn_run_note_call     (SgTurnRun         *self,
                                      const GError      *error);

const char *sg_turn_run_get_teller   (SgTurnRun         *self);
char      *sg_turn_run_dup_finish    (SgTurnRun         *self) G_GNUC_WARN_UNUSED_RESULT;

gboolean   sg_turn_row_store         (SgConnection      *connection,
                                      const SgPath      *path,
                                      SgTurnRow         *row,
                                      GError           **error);
GPtrArray *sg_turn_facts_make_rows   (SgWorld           *overlay) G_GNUC_WARN_UNUSED_RESULT;
gboolean   sg_turn_facts_store       (SgConnection      *connection,
                                      const SgPath      *path,
                                      GPtrArray         *rows,
                                      gint64             turn,
                                      GError           **error);
void       sg_turn_run_commit        (SgTurnRun         *self);
SgTurnRow *sg_turn_run_make_row      (SgTurnRun         *self) G_GNUC_WARN_UNUSED_RESULT;
void       sg_turn_run_store         (SgTurnRun         *self);
void       sg_turn_run_fail          (SgTurnRun         *self,
                                      GError            *error);
gboolean   sg_turn_run_spares_draft  (SgTurnRun         *self);
void       sg_turn_run_hand_in_draft (SgTurnRun         *self);
void       sg_turn_run_finish        (SgTurnRun         *self,
                                      SgStage            stage);

G_END_DECLS
