/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-breakdown.h"

G_BEGIN_DECLS

#define SG_TYPE_SHARE_BAR (sg_share_bar_get_type ())

/* One bar, divided as the time of a turn was. */
G_DECLARE_FINAL_TYPE (SgShareBar, sg_share_bar, SG, SHARE_BAR, GtkWidget)

GtkWidget *sg_share_bar_new           (void) G_GNUC_WARN_UNUSED_RESULT;
void       sg_share_bar_set_breakdown (SgShareBar        *self,
                                       const SgBreakdown *breakdown);

G_END_DECLS
