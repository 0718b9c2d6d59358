/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-breakdown.h"

G_BEGIN_DECLS

#define SG_TYPE_WORK_LEGEND (sg_work_legend_get_type ())

/* Names the kinds of work and says how much of the time each took. */
G_DECLARE_FINAL_TYPE (SgWorkLegend, sg_work_legend, SG, WORK_LEGEND, GtkWidget)

GtkWidget *sg_work_legend_new           (void) G_GNUC_WARN_UNUSED_RESULT;
void       sg_work_legend_set_breakdown (SgWorkLegend      *self,
                                         const SgBreakdown *breakdown);

G_END_DECLS
