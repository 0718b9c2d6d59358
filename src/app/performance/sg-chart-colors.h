/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-breakdown.h"

G_BEGIN_DECLS

/**
 * SgChartColors:
 * @work: one for each kind of work
 * @text: labels
 * @dim: second-rank labels, marks
 * @grid: lines behind the bars
 * @frame: spans that only hold others
 * @accent: what is selected
 * @edge: the line around a bar; visible in high contrast only
 */
typedef struct
{
  GdkRGBA  work[SG_N_WORKS];
  GdkRGBA  text;
  GdkRGBA  dim;
  GdkRGBA  grid;
  GdkRGBA  frame;
  GdkRGBA  accent;
  GdkRGBA  edge;
  gboolean dark;
  gboolean high_contrast;
} SgChartColors;

void sg_chart_colors_load          (SgChartColors         *self);
void sg_chart_colors_snapshot_work (const SgChartColors   *self,
                                    GtkSnapshot           *snapshot,
                                    SgWork                 work,
                                    const graphene_rect_t *area,
                                    float                  radius);
void sg_chart_colors_watch         (GtkWidget             *widget);

G_END_DECLS
