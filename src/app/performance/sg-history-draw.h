/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/performance/sg-chart-colors.h"
#include "app/performance/sg-turn-history.h"

G_BEGIN_DECLS

/* From one bar to the next. */
#define SG_HISTORY_PITCH 18

/* Right of the bars, for the labels of the scale. */
#define SG_HISTORY_SCALE_WIDTH 48

/**
 * SgHistoryPlot:
 * @offset: how far the bars are scrolled
 * @first, @last: the depths in view, both included
 * @shown: the depth of the turn that the pane shows, or -1
 * @cursor: the depth of the bar that has the keyboard, or -1
 *
 * What it takes to draw a history.
 */
typedef struct
{
  SgTurnHistory *history;
  PangoLayout   *text;
  SgChartColors  colors;
  float          width;
  float          height;
  float          offset;
  gint64         first;
  gint64         last;
  gint64         shown;
  gint64         cursor;
  gint64         end_us;
} SgHistoryPlot;

void  sg_history_plot_draw         (SgHistoryPlot     *self,
                                    GtkSnapshot       *snapshot);
char *sg_history_plot_dup_sentence (const SgTurnEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
