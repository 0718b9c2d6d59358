/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws the turns of a story as stacked bars. */

#include "config.h"

#include "app/performance/sg-history-draw.h"

#include <glib/gi18n-lib.h>

#include "app/performance/sg-chart-scale.h"
#include "profile/sg-format.h"

#define BAR_WIDTH 12
#define TOP 6.0f
#define BOTTOM 20.0f
#define NAMED_EVERY 5
#define TICKS 5

/* The time at the top of the scale: that of the longest turn in view, rounded up. */
static void
measure_scale (SgHistoryPlot *self)
{
  gint64 longest_us = 1000;
  gint64 step;

  for (gint64 depth = self->first; depth <= self->last; depth++)
    {
      const SgTurnEntry *entry = sg_turn_history_look_at (self->history, depth);

      if (entry != NULL)
        longest_us = MAX (longest_us, MAX (entry->breakdown.total_us, entry->total_us));
    }

  step = sg_chart_scale_get_step (longest_us, TICKS);
  self->end_us = (longest_us + step - 1) / step * step;
}

static float
get_y (const SgHistoryPlot *self,
       double               us)
{
  double share = us / (double) self->end_us;

  return self->height - BOTTOM - (self->height - TOP - BOTTOM) * (float) CLAMP (share, 0, 1);
}

static void
draw_text (SgHistoryPlot *self,
           GtkSnapshot   *snapshot,
           const char    *text,
           float          x,
           float          y,
           float          xalign)
{
  int width, height;

  pango_layout_set_text (self->text, text, -1);
  pango_layout_get_pixel_size (self->text, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x - xalign * (float) width,
                                                          y - (float) height / 2));
  gtk_snapshot_append_layout (snapshot, self->text, &self->colors.dim);
  gtk_snapshot_restore (snapshot);
}

static void
draw_scale (SgHistoryPlot *self,
            GtkSnapshot   *snapshot)
{
  gint64 step = sg_chart_scale_get_step (self->end_us, TICKS);

  for (gint64 at_us = 0; at_us <= self->end_us; at_us += step)
    {
      g_autofree char *label = sg_chart_scale_dup_label (at_us, step);
      float y = floorf (get_y (self, (double) at_us));

      gtk_snapshot_append_color (snapshot, &self->colors.grid,
                                 &GRAPHENE_RECT_INIT (0, y, self->width - SG_HISTORY_SCALE_WIDTH, 1));
      draw_text (self, snapshot, label, self->width - SG_HISTORY_SCALE_WIDTH + 6,
                 MAX (y, 8), 0);
    }
}

static float
get_bar_x (const SgHistoryPlot *self,
           gint64               depth)
{
  return (float) (depth - 1) * SG_HISTORY_PITCH - self->offset
         + (SG_HISTORY_PITCH - BAR_WIDTH) / 2.0f;
}

/* A turn whose spans were not stored: an outline as tall as its time. */
static void
draw_outline (SgHistoryPlot     *self,
              GtkSnapshot       *snapshot,
              const SgTurnEntry *entry,
              float              x)
{
  const GdkRGBA *color = &self->colors.dim;
  float y = get_y (self, (double) entry->total_us);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (x, y, BAR_WIDTH,
                                                        get_y (self, 0) - y), 2);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

static void
draw_stack (SgHistoryPlot     *self,
            GtkSnapshot       *snapshot,
            const SgTurnEntry *entry,
            float              x)
{
  double below = 0;
  float top = get_y (self, (double) entry->breakdown.total_us);
  GskRoundedRect clip;

  gsk_rounded_rect_init_from_rect (&clip,
                                   &GRAPHENE_RECT_INIT (x, MIN (top, get_y (self, 0) - 2), BAR_WIDTH,
                                                        MAX (2, get_y (self, 0) - top)), 3);
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      double us = entry->breakdown.us[i];
      float bottom = get_y (self, below);
      float y = get_y (self, below + us);

      if (us > 0)
        sg_chart_colors_snapshot_work (&self->colors, snapshot, i,
                                       &GRAPHENE_RECT_INIT (x, y, BAR_WIDTH, MAX (1, bottom - y)), 0);
      below += us;
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_column (SgHistoryPlot *self,
             GtkSnapshot   *snapshot,
             gint64         depth)
{
  const SgTurnEntry *entry = sg_turn_history_look_at (self->history, depth);
  float x = get_bar_x (self, depth);

  if (depth == self->cursor)
    gtk_snapshot_append_color (snapshot, &self->colors.grid,
                               &GRAPHENE_RECT_INIT (x - 3, 0, SG_HISTORY_PITCH, self->height));
  if (entry != NULL && entry->breakdown.total_us > 0)
    draw_stack (self, snapshot, entry, x);
  else if (entry != NULL && entry->total_us > 0)
    draw_outline (self, snapshot, entry, x);
}

static void
draw_name (SgHistoryPlot *self,
           GtkSnapshot   *snapshot,
           gint64         depth)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, depth);

  draw_text (self, snapshot, name, get_bar_x (self, depth) + BAR_WIDTH / 2.0f,
             self->height - BOTTOM / 2, 0.5f);
}

static void
draw_shown (SgHistoryPlot *self,
            GtkSnapshot   *snapshot)
{
  const GdkRGBA *color = &self->colors.accent;
  GskRoundedRect outline;
  graphene_rect_t area;

  graphene_rect_init (&area, get_bar_x (self, self->shown) - 3, 1, SG_HISTORY_PITCH,
                      self->height - BOTTOM + 2);
  gsk_rounded_rect_init_from_rect (&outline, &area, 4);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

/* Draws what is in view. */
void
sg_history_plot_draw (SgHistoryPlot *self,
                      GtkSnapshot   *snapshot)
{
  measure_scale (self);
  draw_scale (self, snapshot);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->width - SG_HISTORY_SCALE_WIDTH,
                                                         self->height));
  for (gint64 depth = self->first; depth <= self->last; depth++)
    {
      draw_column (self, snapshot, depth);
      if (depth % NAMED_EVERY == 0 || (depth == 1 && self->last < NAMED_EVERY))
        draw_name (self, snapshot, depth);
    }
  if (self->shown >= self->first && self->shown <= self->last)
    draw_shown (self, snapshot);
  gtk_snapshot_pop (snapshot);
}

/* One line that says what a sighted player sees of a bar. */
char *
sg_history_plot_dup_sentence (const SgTurnEntry *entry)
{
  GString *text = g_string_new (NULL);
  g_autofree char *total = sg_format_duration (entry->total_us);
  int percents[SG_N_WORKS];

  g_string_append_printf (text, _("Turn %d: %s."), (int) entry->depth, total);
  if (entry->first_word_us >= 0)
    {
      g_autofree char *first = sg_format_duration (entry->first_word_us);

      g_string_append_c (text, ' ');
      g_string_append_printf (text, _("First word after %s."), first);
    }
  if (entry->rate >= 0)
    {
      g_autofree char *rate = sg_format_rate (entry->rate);

      g_string_append_printf (text, " %s.", rate);
    }

  sg_breakdown_get_percents (&entry->breakdown, percents);
  for (guint i = 0; i < SG_N_WORKS; i++)
    if (percents[i] > 0)
      {
        g_string_append_c (text, ' ');
        g_string_append_printf (text, _("%s %d %%."), sg_work_get_label (i), percents[i]);
      }

  return g_string_free (text, FALSE);
}
