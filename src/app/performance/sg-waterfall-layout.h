/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-breakdown.h"

G_BEGIN_DECLS

/**
 * SgWaterfallRow:
 * @span: the number of the span that has this row
 * @indent: how many spans it lies in
 * @holds_others: whether its bar only frames those of other rows
 * @first_part: where its phases are in the parts of the layout
 * @n_parts: how many phases it has; 0 where the bar is of one piece
 */
typedef struct
{
  guint    span;
  guint    indent;
  gboolean holds_others;
  guint    first_part;
  guint    n_parts;
} SgWaterfallRow;

/**
 * SgWaterfallLayout:
 * @rows: (element-type SgWaterfallRow): in the order of a tree
 * @parts: (element-type guint): the numbers of phases, a run for each row
 * @n_spans: how many spans of the trace the layout knows
 */
typedef struct
{
  GArray *rows;
  GArray *parts;
  guint   n_spans;
} SgWaterfallLayout;

SgWaterfallLayout *
      sg_waterfall_layout_new      (SgTrace                 *trace) G_GNUC_WARN_UNUSED_RESULT;
void  sg_waterfall_layout_free     (SgWaterfallLayout       *self);
const SgWaterfallRow *
      sg_waterfall_layout_get_row  (const SgWaterfallLayout *self,
                                    guint                    row);
guint sg_waterfall_layout_get_part (const SgWaterfallLayout *self,
                                    guint                    row,
                                    guint                    part);
int   sg_waterfall_layout_find     (const SgWaterfallLayout *self,
                                    guint                    span,
                                    int                     *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgWaterfallLayout, sg_waterfall_layout_free)

G_END_DECLS
