/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

/**
 * SgCacheFigures:
 * @hits: how many calls were answered with what was kept from before
 * @misses: how many calls looked for that in vain
 * @saved_us: how much longer the hits took when they were made: measured, not assumed
 */
typedef struct
{
  guint  hits;
  guint  misses;
  gint64 saved_us;
} SgCacheFigures;

/**
 * SgTurnFigures:
 * @first_word_us: from submission to the first word, or -1
 * @total_us: from submission until all was told; so far, while it runs
 * @saving_us: how long it was saved after that, or -1
 * @tokens_in: of all model calls together; -1 where no server counted
 * @tokens_cached: those of @tokens_in that the server reused, or -1
 * @tokens_reasoning: those of @tokens_out that were reasoning, or -1
 * @estimated: whether the token counts are estimates, or leave out a call that was not counted
 * @rate: tokens a second while the model wrote, or -1
 * @reading_us: how long models read prompts, in all
 * @writing_us: how long models wrote, in all
 * @n_model_calls: how many model calls; one that a cache answered is none
 * @n_tools: how many tool calls
 * @cached_tools: what the cache of tool results did, also for what was done in the background
 * @cached_answers: likewise the cache of the model's answers
 */
typedef struct
{
  gint64   first_word_us;
  gint64   total_us;
  gint64   saving_us;
  gint64   tokens_in;
  gint64   tokens_out;
  gint64   tokens_cached;
  gint64   tokens_reasoning;
  gboolean estimated;
  double   rate;
  gint64   reading_us;
  gint64   writing_us;
  guint    n_model_calls;
  guint    n_tools;

  SgCacheFigures cached_tools;
  SgCacheFigures cached_answers;
} SgTurnFigures;

void  sg_turn_figures_measure        (SgTrace             *trace,
                                      SgTurnFigures       *figures);
void  sg_turn_figures_measure_rate   (SgTurnFigures       *self);
char *sg_turn_figures_dup_cache_text (const SgTurnFigures *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
