/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-trace.h"

G_BEGIN_DECLS

#define SG_TYPE_WATERFALL (sg_waterfall_get_type ())

/* The spans of a turn as bars over time, a row a span; grows while the turn runs.
 *
 * Properties: trace (nullable), selected (the number of a span, 0 for none; notifies). */
G_DECLARE_FINAL_TYPE (SgWaterfall, sg_waterfall, SG, WATERFALL, GtkWidget)

GtkWidget *sg_waterfall_new          (void) G_GNUC_WARN_UNUSED_RESULT;
SgTrace   *sg_waterfall_get_trace    (SgWaterfall *self);
void       sg_waterfall_set_trace    (SgWaterfall *self,
                                      SgTrace     *trace);
guint      sg_waterfall_get_selected (SgWaterfall *self);
void       sg_waterfall_set_selected (SgWaterfall *self,
                                      guint        span);
guint      sg_waterfall_get_n_rows   (SgWaterfall *self);
guint      sg_waterfall_pick         (SgWaterfall *self,
                                      double       x,
                                      double       y);

G_END_DECLS
