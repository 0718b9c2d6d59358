/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/performance/sg-turn-history.h"

G_BEGIN_DECLS

#define SG_TYPE_HISTORY_VIEW (sg_history_view_get_type ())

/* The turns of a story as bars, and what is usual among those in view.
 *
 * Signal `activated` (gint64 turn): the player wants to see that turn. */
G_DECLARE_FINAL_TYPE (SgHistoryView, sg_history_view, SG, HISTORY_VIEW, GtkWidget)

GtkWidget *sg_history_view_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void       sg_history_view_set_history (SgHistoryView *self,
                                        SgTurnHistory *history);
void       sg_history_view_set_shown   (SgHistoryView *self,
                                        gint64         depth);

G_END_DECLS
