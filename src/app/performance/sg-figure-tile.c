/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-figure-tile.h"

struct _SgFigureTile
{
  GtkWidget  parent_instance;

  GtkWidget *value;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (SgFigureTile, sg_figure_tile, GTK_TYPE_WIDGET)

static void
sg_figure_tile_dispose (GObject *object)
{
  SgFigureTile *self = SG_FIGURE_TILE (object);

  g_clear_pointer (&self->value, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (sg_figure_tile_parent_class)->dispose (object);
}

static void
sg_figure_tile_class_init (SgFigureTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_figure_tile_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (SgFigureTile *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (label, GTK_WIDGET (self));

  return label;
}

static void
sg_figure_tile_init (SgFigureTile *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "figure-tile");

  self->value = add_label (self);
  gtk_widget_add_css_class (self->value, "title-4");
  gtk_widget_add_css_class (self->value, "numeric");
  self->label = add_label (self);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_add_css_class (self->label, "dim-label");
}

/**
 * sg_figure_tile_new:
 * @label: what the figure is
 *
 * Returns: (transfer full): a tile whose figure is not known yet
 */
GtkWidget *
sg_figure_tile_new (const char *label)
{
  SgFigureTile *self = g_object_new (SG_TYPE_FIGURE_TILE, NULL);

  gtk_label_set_text (GTK_LABEL (self->label), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  sg_figure_tile_set_value (self, "–");

  return GTK_WIDGET (self);
}

/**
 * sg_figure_tile_get_value:
 *
 * Returns: (transfer none): the figure
 */
const char *
sg_figure_tile_get_value (SgFigureTile *self)
{
  g_return_val_if_fail (SG_IS_FIGURE_TILE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->value));
}

/**
 * sg_figure_tile_set_value:
 * @value: the figure as text
 */
void
sg_figure_tile_set_value (SgFigureTile *self,
                          const char   *value)
{
  g_return_if_fail (SG_IS_FIGURE_TILE (self));

  if (g_strcmp0 (sg_figure_tile_get_value (self), value) == 0)
    return;

  gtk_label_set_text (GTK_LABEL (self->value), value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value, -1);
}
