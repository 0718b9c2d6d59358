/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-prompt-state.h"
#include "store/sg-connection.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/**
 * SgHistory:
 *
 * The turns that the prompt is made of, kept between turns so that a submission reads nothing but
 * what has changed.
 */
typedef struct _SgHistory SgHistory;

SgHistory *sg_history_new        (void) G_GNUC_WARN_UNUSED_RESULT;
SgHistory *sg_history_ref        (SgHistory       *self) G_GNUC_WARN_UNUSED_RESULT;
void       sg_history_unref      (SgHistory       *self);

/* Whether it ends at the end of @path. */
gboolean   sg_history_is_current (SgHistory       *self,
                                  const SgPath    *path);
/* Reads it anew; runs in a job of the library. */
gboolean   sg_history_load       (SgHistory       *self,
                                  SgConnection    *connection,
                                  const SgPath    *path,
                                  GError         **error);
/* The turns of a path from the one at @first on, whatever is stored with them. */
gboolean   sg_history_load_from  (SgHistory       *self,
                                  SgConnection    *connection,
                                  const SgPath    *path,
                                  gint64           first,
                                  GError         **error);
/* Takes over what another one has read; takes it. */
void       sg_history_replace    (SgHistory       *self,
                                  SgHistory       *other);
/* Adds a turn that was committed and follows its end; takes the row. */
void       sg_history_append     (SgHistory       *self,
                                  SgTurnRow       *turn,
                                  const char      *tongue);
/* What the last turn is written in, as the verifier says it. */
const char *
           sg_history_get_tongue (SgHistory       *self);
/* (element-type SgMessage): those of the turns, as far as somebody has added them. */
GPtrArray *sg_history_get_messages (SgHistory     *self);
/* What the last prompt said of the world. */
SgPromptState *
           sg_history_get_state  (SgHistory       *self);

/* (element-type SgTurnRow): oldest first. */
GPtrArray *sg_history_get_turns  (SgHistory       *self);
/* The depth of the first turn that the prompt holds. */
gint64     sg_history_get_first  (SgHistory       *self);

/* (element-type SgSummaryRow): what the next turn may see; takes the array. */
void       sg_history_set_summaries (SgHistory    *self,
                                  GPtrArray       *summaries,
                                  gint64           seen);
/* The last late record that they were read with. */
gint64     sg_history_get_seen   (SgHistory       *self);
/* What came before the first turn, in few words; NULL where nothing did, or nobody has told it yet. */
const SgSummaryRow *
           sg_history_get_summary (SgHistory      *self);
/* Whether the library has nothing more for the turn that follows the last one. */
gboolean   sg_history_is_complete (SgHistory      *self,
                                  guint            n_late);
void       sg_history_set_complete (SgHistory     *self,
                                  guint            n_late);
void       sg_history_doubt      (SgHistory       *self);
/* Whether memories of the story can be compared by their meaning, as far as the last turn knew. */
gboolean   sg_history_get_has_meanings (SgHistory *self);
void       sg_history_set_has_meanings (SgHistory *self,
                                  gboolean         has_meanings);
/* How many turns before the first one are in no summary either. */
gint64     sg_history_get_n_lost (SgHistory       *self);
/* The longest that a summary can be that enters with the next block that leaves. */
int        sg_history_get_summary_tokens (SgHistory *self);

/* Drops the oldest turns, in one block, where there are more than @max_turns or @max_tokens
 * (0 for no limit).  Returns whether it did. */
gboolean   sg_history_trim       (SgHistory       *self,
                                  int              max_turns,
                                  int              max_tokens,
                                  gboolean         in_blocks);
/* The block that leaves before long, once @told has been added; FALSE while that is a while off, or
 * where its summary is there already. */
gboolean   sg_history_get_leaving (SgHistory       *self,
                                  const SgTurnRow *told,
                                  gint64          *first,
                                  gint64          *last);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHistory, sg_history_unref)

G_END_DECLS
