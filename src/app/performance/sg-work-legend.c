/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-work-legend.h"

#include "app/performance/sg-work-swatch.h"
#include "profile/sg-format.h"

struct _SgWorkLegend
{
  GtkWidget  parent_instance;

  GtkWidget *flow;
  GtkLabel  *percents[SG_N_WORKS];
  GtkLabel  *times[SG_N_WORKS];
};

G_DEFINE_FINAL_TYPE (SgWorkLegend, sg_work_legend, GTK_TYPE_WIDGET)

static GtkLabel *
add_label (GtkWidget  *box,
           const char *text,
           const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

static void
add_entry (SgWorkLegend *self,
           SgWork        work)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *child;

  gtk_box_append (GTK_BOX (box), sg_work_swatch_new (work));
  add_label (box, sg_work_get_label (work), "work-name");
  self->percents[work] = add_label (box, "", "numeric");
  self->times[work] = add_label (box, "", "dim-label");

  gtk_flow_box_append (GTK_FLOW_BOX (self->flow), box);
  child = gtk_widget_get_parent (box);
  gtk_widget_add_css_class (child, "legend-entry");
}

static void
sg_work_legend_dispose (GObject *object)
{
  SgWorkLegend *self = SG_WORK_LEGEND (object);

  g_clear_pointer (&self->flow, gtk_widget_unparent);

  G_OBJECT_CLASS (sg_work_legend_parent_class)->dispose (object);
}

static void
sg_work_legend_class_init (SgWorkLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_work_legend_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sg_work_legend_init (SgWorkLegend *self)
{
  self->flow = gtk_flow_box_new ();
  /* A flow box takes the keyboard even when nothing in it can have it. */
  gtk_widget_set_can_focus (self->flow, FALSE);
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), SG_N_WORKS);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 2);
  gtk_widget_set_parent (self->flow, GTK_WIDGET (self));

  for (guint i = 0; i < SG_N_WORKS; i++)
    add_entry (self, i);
}

/**
 * sg_work_legend_new:
 *
 * Returns: (transfer full): a legend without figures
 */
GtkWidget *
sg_work_legend_new (void)
{
  return g_object_new (SG_TYPE_WORK_LEGEND, NULL);
}

/**
 * sg_work_legend_set_breakdown:
 * @breakdown: (nullable): the parts; %NULL leaves only the names
 */
void
sg_work_legend_set_breakdown (SgWorkLegend      *self,
                              const SgBreakdown *breakdown)
{
  int percents[SG_N_WORKS] = { 0 };

  g_return_if_fail (SG_IS_WORK_LEGEND (self));

  if (breakdown != NULL)
    sg_breakdown_get_percents (breakdown, percents);

  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      g_autofree char *percent = g_strdup_printf ("%d %%", percents[i]);
      g_autofree char *time = breakdown != NULL ? sg_format_duration ((gint64) breakdown->us[i])
                                                : g_strdup ("");

      gtk_label_set_text (self->percents[i], breakdown != NULL ? percent : "");
      gtk_label_set_text (self->times[i], time);
      gtk_widget_set_visible (GTK_WIDGET (self->percents[i]), breakdown != NULL);
      gtk_widget_set_visible (GTK_WIDGET (self->times[i]), breakdown != NULL);
    }
}
