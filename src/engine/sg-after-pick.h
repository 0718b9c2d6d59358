/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after-job.h"
#include "store/sg-connection.h"

G_BEGIN_DECLS

/**
 * SgAfterPick:
 * @kinds: the kinds of jobs that can be done now
 * @skipped: (element-type gint64): jobs that were tried often enough
 * @row: (nullable): the job that was picked, or %NULL for none
 * @turn: the turn that left it
 * @path: the way to the turn
 * @end_us: when the last span of the turn ended, in microseconds since it was handed in
 *
 * The oldest job of a story that can be done.
 */
typedef struct
{
  gint64      story;
  GPtrArray  *kinds;
  GArray     *skipped;
  SgJobRow   *row;
  SgTurnRow  *turn;
  SgPath     *path;
  gint64      end_us;
} SgAfterPick;

SgAfterPick *sg_after_pick_new       (gint64         story) G_GNUC_WARN_UNUSED_RESULT;
void         sg_after_pick_free      (SgAfterPick   *self);
/* These two run in jobs of the library. */
gboolean     sg_after_pick_read      (SgAfterPick   *self,
                                      SgConnection  *connection,
                                      GError       **error);
/* Writes what came of a job, its calls and its spans, and takes it off the list; sets *@gone where
 * somebody else has done it meanwhile, and then writes nothing. */
gboolean     sg_after_pick_store     (SgAfterPick   *self,
                                      SgAfterJob    *job,
                                      gboolean       tracking,
                                      SgConnection  *connection,
                                      gboolean      *gone,
                                      gint64        *late,
                                      GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgAfterPick, sg_after_pick_free)

G_END_DECLS
