/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/performance/sg-chart-colors.h"
#include "app/performance/sg-waterfall-layout.h"

G_BEGIN_DECLS

#define SG_WATERFALL_AXIS_HEIGHT 38
#define SG_WATERFALL_ROW_HEIGHT 26
#define SG_WATERFALL_BAR_HEIGHT 14

/**
 * SgWaterfallPlot:
 * @layout: the rows
 * @label: width of the column of labels
 * @bars: width of the column of bars
 * @end_us: the time at the right edge
 * @first, @last: the rows to draw, @last excluded
 * @selected: the number of the selected span, or 0
 *
 * What it takes to draw a waterfall, or to find what lies under a point of it.
 */
typedef struct
{
  SgTrace                 *trace;
  const SgWaterfallLayout *layout;
  PangoLayout             *text;
  SgChartColors            colors;
  float                    label;
  float                    bars;
  gint64                   end_us;
  guint                    first;
  guint                    last;
  guint                    selected;
} SgWaterfallPlot;

void sg_waterfall_plot_place    (SgWaterfallPlot       *self,
                                 SgTrace               *trace,
                                 int                    width);
void sg_waterfall_plot_get_area (const SgWaterfallPlot *self,
                                 guint                  row,
                                 guint                  span,
                                 graphene_rect_t       *area);
void sg_waterfall_plot_draw     (SgWaterfallPlot       *self,
                                 GtkSnapshot           *snapshot);

G_END_DECLS
