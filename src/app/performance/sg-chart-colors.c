/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The colours of the charts.  They are those of Masataka Okabe and Kei Ito's palette
 * (https://jfly.uni-koeln.de/color/), which people with any kind of colour blindness can tell
 * apart; each kind of work but the two that are seen most also has a pattern of its own, so that
 * colour is never all there is.  Light and dark differ in the colours that would be too near to
 * the background.
 */

#include "config.h"

#include "app/performance/sg-chart-colors.h"

#include <adwaita.h>

/* How a kind of work is hatched: the direction of the lines, in parts of their distance, or none. */
typedef struct
{
  float dx;
  float dy;
} Pattern;

static const Pattern patterns[SG_N_WORKS] = {
  [SG_WORK_WAITING] = { 4, 4 },
  [SG_WORK_CONNECT] = { 4, 0 },
  [SG_WORK_READING] = { 0, 0 },
  [SG_WORK_WRITING] = { 0, 0 },
  [SG_WORK_TOOLS] = { 0, 5 },
  [SG_WORK_OWN] = { 3, -3 },
};

static const char *const light_colors[SG_N_WORKS] = {
  [SG_WORK_WAITING] = "#8d8d93",
  [SG_WORK_CONNECT] = "#cc79a7",
  [SG_WORK_READING] = "#0072b2",
  [SG_WORK_WRITING] = "#e69f00",
  [SG_WORK_TOOLS] = "#009e73",
  [SG_WORK_OWN] = "#56b4e9",
};

static const char *const dark_colors[SG_N_WORKS] = {
  [SG_WORK_WAITING] = "#a3a3aa",
  [SG_WORK_CONNECT] = "#d98db6",
  [SG_WORK_READING] = "#2f8fd0",
  [SG_WORK_WRITING] = "#f0b232",
  [SG_WORK_TOOLS] = "#1fb388",
  [SG_WORK_OWN] = "#8ccdf2",
};

static void
set_gray (GdkRGBA *color,
          gboolean dark,
          float    alpha)
{
  float level = dark ? 1.0f : 0.0f;

  *color = (GdkRGBA) { level, level, level, alpha };
}

/**
 * sg_chart_colors_load:
 * @self: (out caller-allocates): the colours
 *
 * Fetches the colours of the style that is in force.
 */
void
sg_chart_colors_load (SgChartColors *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (manager);
  gboolean strong = adw_style_manager_get_high_contrast (manager);

  self->dark = dark;
  self->high_contrast = strong;
  for (guint i = 0; i < SG_N_WORKS; i++)
    gdk_rgba_parse (&self->work[i], dark ? dark_colors[i] : light_colors[i]);

  set_gray (&self->text, dark, strong ? 1.0f : dark ? 0.95f : 0.8f);
  set_gray (&self->dim, dark, strong ? 0.95f : 0.6f);
  set_gray (&self->grid, dark, strong ? 0.5f : 0.12f);
  set_gray (&self->frame, dark, strong ? 0.8f : 0.28f);
  set_gray (&self->edge, dark, strong ? 1.0f : 0.0f);
  gdk_rgba_parse (&self->accent, dark ? "#78aeed" : "#1c71d8");
}

static void
snapshot_pattern (GtkSnapshot           *snapshot,
                  const Pattern         *pattern,
                  const graphene_rect_t *area,
                  gboolean               dark)
{
  GskColorStop stops[4] = { { .offset = 0 }, { .offset = 0.6f }, { .offset = 0.6f },
                            { .offset = 1 } };
  graphene_point_t start = { 0, 0 };
  graphene_point_t end = { pattern->dx, pattern->dy };

  set_gray (&stops[0].color, !dark, 0);
  set_gray (&stops[1].color, !dark, 0);
  set_gray (&stops[2].color, !dark, 0.45f);
  set_gray (&stops[3].color, !dark, 0.45f);
  gtk_snapshot_append_repeating_linear_gradient (snapshot, area, &start, &end, stops, 4);
}

/**
 * sg_chart_colors_snapshot_work:
 * @snapshot: where to draw
 * @work: a kind of work
 * @area: the bar
 * @radius: of its corners
 *
 * Draws a bar in the colour and with the pattern of a kind of work.
 */
void
sg_chart_colors_snapshot_work (const SgChartColors   *self,
                               GtkSnapshot           *snapshot,
                               SgWork                 work,
                               const graphene_rect_t *area,
                               float                  radius)
{
  const Pattern *pattern = &patterns[work];
  gboolean narrow = area->size.width < 3 || area->size.height < 3;
  gboolean rounded = radius > 0 && !narrow;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, area, radius);
  if (rounded)
    gtk_snapshot_push_rounded_clip (snapshot, &outline);

  gtk_snapshot_append_color (snapshot, &self->work[work], area);
  if (!narrow && (pattern->dx != 0 || pattern->dy != 0))
    snapshot_pattern (snapshot, pattern, area, self->dark);

  if (rounded)
    gtk_snapshot_pop (snapshot);
  if (self->high_contrast && !narrow)
    gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 },
                                (GdkRGBA[4]) { self->edge, self->edge, self->edge, self->edge });
}

/**
 * sg_chart_colors_watch:
 * @widget: a chart
 *
 * Draws @widget again whenever the style changes.
 */
void
sg_chart_colors_watch (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), widget,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw),
                           widget, G_CONNECT_SWAPPED);
}
