/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws a waterfall: an axis of time, a column of labels, a column of bars. */

#include "config.h"

#include "app/performance/sg-waterfall-draw.h"

#include <glib/gi18n-lib.h>

#include "app/performance/sg-chart-scale.h"
#include "app/performance/sg-span-text.h"
#include "profile/sg-format.h"

#define LABEL_SHARE 0.34f
#define LABEL_MIN 84.0f
#define LABEL_MAX 190.0f
#define INDENT 8.0f
#define GAP 6.0f
#define TICK_DISTANCE 64.0f
#define FRAME_HEIGHT 4.0f
#define TICK_LABEL_HEIGHT 18.0f
/* Right of the bars, for the time that the longest took. */
#define DURATION_WIDTH 48.0f
#define DURATION_GAP 5.0f
/* A bar of no length is still there to be seen. */
#define BAR_MIN 2.0f

/* Fills in all that depends on the width and on the time that has passed. */
void
sg_waterfall_plot_place (SgWaterfallPlot *self,
                         SgTrace         *trace,
                         int              width)
{
  gint64 last_us = 1;

  self->trace = trace;
  self->label = CLAMP ((float) width * LABEL_SHARE, LABEL_MIN, LABEL_MAX);
  self->bars = MAX (1, (float) width - self->label - GAP - DURATION_WIDTH);

  for (guint i = 0; i < self->layout->rows->len; i++)
    {
      const SgSpan *span = sg_trace_get_span (trace,
                                              sg_waterfall_layout_get_row (self->layout, i)->span);

      last_us = MAX (last_us, span->begin_us + sg_trace_get_span_duration (trace, span->id));
    }

  self->end_us = sg_trace_is_running (trace) ? sg_chart_scale_get_end (last_us) : last_us;
}

static float
get_x (const SgWaterfallPlot *self,
       gint64                 at_us)
{
  double share = (double) MAX (0, at_us) / (double) self->end_us;

  return self->label + GAP + self->bars * (float) CLAMP (share, 0, 1);
}

static float
get_y (guint row)
{
  return SG_WATERFALL_AXIS_HEIGHT + (float) row * SG_WATERFALL_ROW_HEIGHT;
}

/* Where the bar of @span is in its row. */
void
sg_waterfall_plot_get_area (const SgWaterfallPlot *self,
                            guint                  row,
                            guint                  span,
                            graphene_rect_t       *area)
{
  const SgSpan *found = sg_trace_get_span (self->trace, span);
  float begin = get_x (self, found->begin_us);
  float end = get_x (self, found->begin_us + sg_trace_get_span_duration (self->trace, span));

  begin = MIN (begin, self->label + GAP + self->bars - BAR_MIN);
  graphene_rect_init (area, begin,
                      get_y (row) + (SG_WATERFALL_ROW_HEIGHT - SG_WATERFALL_BAR_HEIGHT) / 2.0f,
                      MAX (end - begin, BAR_MIN), SG_WATERFALL_BAR_HEIGHT);
}

static void
draw_text (SgWaterfallPlot *self,
           GtkSnapshot     *snapshot,
           const char      *text,
           const GdkRGBA   *color,
           float            x,
           float            y)
{
  pango_layout_set_text (self->text, text, -1);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, self->text, color);
  gtk_snapshot_restore (snapshot);
}

static void
measure_text (SgWaterfallPlot *self,
              const char      *text,
              int             *width,
              int             *height)
{
  pango_layout_set_width (self->text, -1);
  pango_layout_set_text (self->text, text, -1);
  pango_layout_get_pixel_size (self->text, width, height);
}

static void
draw_axis (SgWaterfallPlot *self,
           GtkSnapshot     *snapshot)
{
  gint64 step = sg_chart_scale_get_step (self->end_us, (guint) (self->bars / TICK_DISTANCE));
  float height = (float) self->layout->rows->len * SG_WATERFALL_ROW_HEIGHT;

  for (gint64 at_us = 0; at_us <= self->end_us; at_us += step)
    {
      g_autofree char *label = sg_chart_scale_dup_label (at_us, step);
      float x = floorf (get_x (self, at_us));
      int width, text_height;

      gtk_snapshot_append_color (snapshot, &self->colors.grid,
                                 &GRAPHENE_RECT_INIT (x, TICK_LABEL_HEIGHT, 1,
                                                      SG_WATERFALL_AXIS_HEIGHT
                                                      - TICK_LABEL_HEIGHT + height));
      measure_text (self, label, &width, &text_height);
      if (x + (float) width <= self->label + GAP + self->bars + DURATION_WIDTH)
        draw_text (self, snapshot, label, &self->colors.dim, x, 0);
    }
}

static void
draw_label (SgWaterfallPlot      *self,
            GtkSnapshot          *snapshot,
            const SgWaterfallRow *row,
            float                 y)
{
  const SgSpan *span = sg_trace_get_span (self->trace, row->span);
  float x = INDENT * (float) row->indent;
  int height;

  x = MIN (x, self->label / 3);
  pango_layout_set_width (self->text, (int) ((self->label - x) * PANGO_SCALE));
  pango_layout_set_text (self->text, sg_span_text_get_name (span), -1);
  pango_layout_get_pixel_size (self->text, NULL, &height);
  draw_text (self, snapshot, sg_span_text_get_name (span),
             row->holds_others ? &self->colors.dim : &self->colors.text,
             x, y + (SG_WATERFALL_ROW_HEIGHT - (float) height) / 2);
  pango_layout_set_width (self->text, -1);
}

/* The time that a bar took goes to the right of it.
 *
 * Returns: whether it stands at @x */
static gboolean
draw_duration (SgWaterfallPlot       *self,
               GtkSnapshot           *snapshot,
               guint                  span,
               const graphene_rect_t *area,
               float                  y,
               float                  x)
{
  g_autofree char *text = sg_format_duration (sg_trace_get_span_duration (self->trace, span));
  float left = area->origin.x + area->size.width + DURATION_GAP;
  int width, height;

  measure_text (self, text, &width, &height);
  draw_text (self, snapshot, text, &self->colors.dim, left,
             y + (SG_WATERFALL_ROW_HEIGHT - (float) height) / 2);

  return x > left - 2 && x < left + (float) width + 2;
}

static void
draw_frame (SgWaterfallPlot       *self,
            GtkSnapshot           *snapshot,
            const graphene_rect_t *area)
{
  graphene_rect_t line = *area;
  GskRoundedRect outline;

  line.origin.y += (area->size.height - FRAME_HEIGHT) / 2;
  line.size.height = FRAME_HEIGHT;
  gsk_rounded_rect_init_from_rect (&outline, &line, FRAME_HEIGHT / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors.frame, &line);
  gtk_snapshot_pop (snapshot);
}

/* A model call is one bar: the frame of the call, and its phases upon it. */
static void
draw_parts (SgWaterfallPlot *self,
            GtkSnapshot     *snapshot,
            guint            row,
            guint            n_parts)
{
  for (guint i = 0; i < n_parts; i++)
    {
      guint span = sg_waterfall_layout_get_part (self->layout, row, i);
      graphene_rect_t area;

      sg_waterfall_plot_get_area (self, row, span, &area);
      sg_chart_colors_snapshot_work (&self->colors, snapshot,
                                     sg_work_of_span (self->trace,
                                                      sg_trace_get_span (self->trace, span)),
                                     &area, 2);
    }
}

static void
draw_selection (SgWaterfallPlot *self,
                GtkSnapshot     *snapshot)
{
  const GdkRGBA *color = &self->colors.accent;
  graphene_rect_t area;
  GskRoundedRect outline;
  int part;
  int row = sg_waterfall_layout_find (self->layout, self->selected, &part);

  if (row < 0)
    return;

  sg_waterfall_plot_get_area (self, row, self->selected, &area);
  graphene_rect_inset (&area, -3, -3);
  gsk_rounded_rect_init_from_rect (&outline, &area, 5);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

static void
draw_dashes (SgWaterfallPlot *self,
             GtkSnapshot     *snapshot,
             float            x,
             float            top,
             float            bottom)
{
  for (float y = top; y < bottom; y += 6)
    gtk_snapshot_append_color (snapshot, &self->colors.text,
                               &GRAPHENE_RECT_INIT (x, y, 1, MIN (3, bottom - y)));
}

/* Where the player could begin to read a dashed line goes through the rows, which leaves out what is written there. */
static void
draw_row (SgWaterfallPlot *self,
          GtkSnapshot     *snapshot,
          guint            index,
          float            line_x)
{
  const SgWaterfallRow *row = sg_waterfall_layout_get_row (self->layout, index);
  const SgSpan *span = sg_trace_get_span (self->trace, row->span);
  graphene_rect_t area;

  sg_waterfall_plot_get_area (self, index, row->span, &area);
  draw_label (self, snapshot, row, get_y (index));
  if (row->holds_others || row->n_parts > 0)
    draw_frame (self, snapshot, &area);
  else
    sg_chart_colors_snapshot_work (&self->colors, snapshot, sg_work_of_span (self->trace, span),
                                   &area, 3);
  draw_parts (self, snapshot, index, row->n_parts);
  if (!draw_duration (self, snapshot, row->span, &area, get_y (index), line_x) && line_x >= 0)
    draw_dashes (self, snapshot, line_x, get_y (index), get_y (index + 1));
}

/* The beginning of the line, with a flag that says what it is. */
static void
draw_first_word (SgWaterfallPlot *self,
                 GtkSnapshot     *snapshot,
                 float            x)
{
  g_autofree char *time = sg_format_duration (sg_trace_get_mark (self->trace, SG_MARK_FIRST_TOKEN));
  g_autofree char *text = g_strdup_printf (_("First word %s"), time);
  int width, height;

  draw_dashes (self, snapshot, x, TICK_LABEL_HEIGHT, get_y (0));
  measure_text (self, text, &width, &height);
  if (x + (float) width + 4 > self->label + GAP + self->bars + DURATION_WIDTH)
    x -= (float) width + 8;
  draw_text (self, snapshot, text, &self->colors.text, x + 4, TICK_LABEL_HEIGHT);
}

/* Draws the rows from first to last. */
void
sg_waterfall_plot_draw (SgWaterfallPlot *self,
                        GtkSnapshot     *snapshot)
{
  gint64 first_us = sg_trace_get_mark (self->trace, SG_MARK_FIRST_TOKEN);
  float line_x = first_us >= 0 ? floorf (get_x (self, first_us)) : -1;

  draw_axis (self, snapshot);
  for (guint i = self->first; i < self->last; i++)
    draw_row (self, snapshot, i, line_x);
  if (line_x >= 0)
    draw_first_word (self, snapshot, line_x);
  if (self->selected != 0)
    draw_selection (self, snapshot);
}
