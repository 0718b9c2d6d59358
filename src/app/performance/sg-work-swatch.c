/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-work-swatch.h"

#include "app/performance/sg-chart-colors.h"

#define SIZE 12

struct _SgWorkSwatch
{
  GtkWidget parent_instance;

  SgWork    work;
};

G_DEFINE_FINAL_TYPE (SgWorkSwatch, sg_work_swatch, GTK_TYPE_WIDGET)

static void
sg_work_swatch_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  SgWorkSwatch *self = SG_WORK_SWATCH (widget);
  float x = (float) (gtk_widget_get_width (widget) - SIZE) / 2;
  float y = (float) (gtk_widget_get_height (widget) - SIZE) / 2;
  SgChartColors colors;

  sg_chart_colors_load (&colors);
  sg_chart_colors_snapshot_work (&colors, snapshot, self->work,
                                 &GRAPHENE_RECT_INIT (x, y, SIZE, SIZE), 3);
}

static void
sg_work_swatch_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  *minimum = SIZE;
  *natural = SIZE;
}

static void
sg_work_swatch_class_init (SgWorkSwatchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = sg_work_swatch_snapshot;
  widget_class->measure = sg_work_swatch_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sg_work_swatch_init (SgWorkSwatch *self)
{
  sg_chart_colors_watch (GTK_WIDGET (self));
}

/**
 * sg_work_swatch_new:
 * @work: a kind of work
 *
 * Returns: (transfer full): a square in its colour and pattern
 */
GtkWidget *
sg_work_swatch_new (SgWork work)
{
  SgWorkSwatch *self = g_object_new (SG_TYPE_WORK_SWATCH, NULL);

  self->work = work;

  return GTK_WIDGET (self);
}
