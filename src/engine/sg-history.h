/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-records.h"
#include "store/sg-connection.h"

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
/* Takes over what another one has read; takes it. */
void       sg_history_replace    (SgHistory       *self,
                                  SgHistory       *other);
/* Adds a turn that was committed and follows its end; takes the row. */
void       sg_history_append     (SgHistory       *self,
                                  SgTurnRow       *turn);

/* (element-type SgTurnRow): oldest first. */
GPtrArray *sg_history_get_turns  (SgHistory       *self);
/* The depth of the first turn that the prompt holds. */
gint64     sg_history_get_first  (SgHistory       *self);

/* Drops the oldest turns, in one block, where there are more than @max_turns or @max_tokens
 * (0 for no limit).  Returns whether it did. */
gboolean   sg_history_trim       (SgHistory       *self,
                                  int              max_turns,
                                  int              max_tokens,
                                  gboolean         in_blocks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHistory, sg_history_unref)

G_END_DECLS
