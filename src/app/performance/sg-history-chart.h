/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/performance/sg-turn-history.h"

G_BEGIN_DECLS

#define SG_TYPE_HISTORY_CHART (sg_history_chart_get_type ())

/* The turns of a story as bars, stacked by kind of work; a scrollable.
 *
 * Signals:
 *   activated (gint64 turn)    the player wants to see that turn
 *   view-changed ()            other turns are in view, or more is known of them */
G_DECLARE_FINAL_TYPE (SgHistoryChart, sg_history_chart, SG, HISTORY_CHART, GtkWidget)

GtkWidget     *sg_history_chart_new         (void) G_GNUC_WARN_UNUSED_RESULT;
SgTurnHistory *sg_history_chart_get_history (SgHistoryChart *self);
void           sg_history_chart_set_history (SgHistoryChart *self,
                                             SgTurnHistory  *history);
gint64         sg_history_chart_get_shown   (SgHistoryChart *self);
void           sg_history_chart_set_shown   (SgHistoryChart *self,
                                             gint64          depth);
gint64         sg_history_chart_get_cursor  (SgHistoryChart *self);
gboolean       sg_history_chart_get_view    (SgHistoryChart *self,
                                             gint64         *first,
                                             gint64         *last);

G_END_DECLS
