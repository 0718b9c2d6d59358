/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-breakdown.h"
#include "store/sg-library.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/**
 * SgTurnEntry:
 * @turn: the id of the turn
 * @depth: its depth
 * @total_us: from submission until all was told, or -1
 * @first_word_us: from submission to the first word, or -1
 * @tokens_in: in tokens, or -1; likewise @tokens_out
 * @estimated: whether the token counts are estimates
 * @rate: tokens a second while the model wrote; below 0 where it is not known
 * @breakdown: where its time went; of no time at all where no spans were stored
 */
typedef struct
{
  gint64      turn;
  gint64      depth;
  gint64      total_us;
  gint64      first_word_us;
  gint64      tokens_in;
  gint64      tokens_out;
  gboolean    estimated;
  double      rate;
  SgBreakdown breakdown;
} SgTurnEntry;

#define SG_TYPE_TURN_HISTORY (sg_turn_history_get_type ())

/* The figures of the turns of a story, read from the library in ranges as they are looked at.
 *
 * Signal `changed` (): turns were read, or the path has moved. */
G_DECLARE_FINAL_TYPE (SgTurnHistory, sg_turn_history, SG, TURN_HISTORY, GObject)

SgTurnHistory     *sg_turn_history_new          (SgLibrary     *library,
                                                 const SgPath  *path) G_GNUC_WARN_UNUSED_RESULT;
void               sg_turn_history_set_path     (SgTurnHistory *self,
                                                 const SgPath  *path,
                                                 gint64         depth);
gint64             sg_turn_history_get_depth    (SgTurnHistory *self);
const SgTurnEntry *sg_turn_history_look_at      (SgTurnHistory *self,
                                                 gint64         depth);
const SgTurnEntry *sg_turn_history_peek         (SgTurnHistory *self,
                                                 gint64         depth);
guint              sg_turn_history_get_n_cached (SgTurnHistory *self);

G_END_DECLS
