/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-share-bar.h"

#include <glib/gi18n-lib.h>

#include "app/performance/sg-chart-colors.h"

#define BAR_HEIGHT 22
#define RADIUS 6

/* A part that is there is seen, however small. */
#define PART_MIN 2.0

struct _SgShareBar
{
  GtkWidget   parent_instance;

  SgBreakdown breakdown;
};

G_DEFINE_FINAL_TYPE (SgShareBar, sg_share_bar, GTK_TYPE_WIDGET)

/* Width of each part: what it is of the whole, but at least PART_MIN, which the largest pays for. */
static void
measure_parts (SgShareBar *self,
               double      width,
               double      parts[SG_N_WORKS])
{
  double used = 0;
  guint largest = 0;

  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      parts[i] = width * self->breakdown.us[i] / (double) self->breakdown.total_us;
      if (self->breakdown.us[i] > 0)
        parts[i] = MAX (parts[i], PART_MIN);
      if (parts[i] > parts[largest])
        largest = i;
      used += parts[i];
    }

  parts[largest] = MAX (PART_MIN, parts[largest] - (used - width));
}

static void
sg_share_bar_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  SgShareBar *self = SG_SHARE_BAR (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  double parts[SG_N_WORKS];
  SgChartColors colors;
  GskRoundedRect outline;
  float x = 0;

  sg_chart_colors_load (&colors);
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &colors.grid, &GRAPHENE_RECT_INIT (0, 0, width, height));

  if (self->breakdown.total_us > 0)
    {
      measure_parts (self, width, parts);
      for (guint i = 0; i < SG_N_WORKS; i++)
        {
          /* A gap of a pixel keeps neighbours apart for those who see no colours. */
          float part = (float) parts[i] - (parts[i] > PART_MIN ? 1 : 0);

          if (parts[i] > 0)
            sg_chart_colors_snapshot_work (&colors, snapshot, i,
                                           &GRAPHENE_RECT_INIT (x, 0, part, height), 0);
          x += (float) parts[i];
        }
    }

  gtk_snapshot_pop (snapshot);
}

static void
sg_share_bar_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? BAR_HEIGHT : 80;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? BAR_HEIGHT : 300;
}

static void
sg_share_bar_class_init (SgShareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = sg_share_bar_snapshot;
  widget_class->measure = sg_share_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "sharebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
update_accessible (SgShareBar *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int percents[SG_N_WORKS];

  sg_breakdown_get_percents (&self->breakdown, percents);
  for (guint i = 0; i < SG_N_WORKS; i++)
    if (percents[i] > 0)
      g_string_append_printf (text, _("%s %d %%. "), sg_work_get_label (i), percents[i]);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Where the time went"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

static void
sg_share_bar_init (SgShareBar *self)
{
  sg_chart_colors_watch (GTK_WIDGET (self));
  update_accessible (self);
}

/**
 * sg_share_bar_new:
 *
 * Returns: (transfer full): an empty bar
 */
GtkWidget *
sg_share_bar_new (void)
{
  return g_object_new (SG_TYPE_SHARE_BAR, NULL);
}

/**
 * sg_share_bar_set_breakdown:
 * @breakdown: the parts, which are copied
 */
void
sg_share_bar_set_breakdown (SgShareBar        *self,
                            const SgBreakdown *breakdown)
{
  g_return_if_fail (SG_IS_SHARE_BAR (self));
  g_return_if_fail (breakdown != NULL);

  self->breakdown = *breakdown;
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
