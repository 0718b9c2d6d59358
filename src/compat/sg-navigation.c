/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-navigation.h"

#include <adwaita.h>

#include "compat/sg-focus.h"

/* AdwNavigationView came with libadwaita 1.4, when AdwLeaflet became deprecated; the leaflet is in
 * both and does the same here, so nobody else needs to know of either. */

struct _SgNavigation
{
  GtkWidget   parent_instance;

  AdwLeaflet *leaflet;
};

enum
{
  PROP_0,
  PROP_VISIBLE_PAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgNavigation, sg_navigation, GTK_TYPE_WIDGET)

static void
visible_child_cb (SgNavigation *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VISIBLE_PAGE]);
}

static void
sg_navigation_dispose (GObject *object)
{
  SgNavigation *self = SG_NAVIGATION (object);

  if (self->leaflet != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->leaflet, visible_child_cb, self);
      gtk_widget_unparent (GTK_WIDGET (self->leaflet));
      self->leaflet = NULL;
    }

  G_OBJECT_CLASS (sg_navigation_parent_class)->dispose (object);
}

static void
sg_navigation_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  SgNavigation *self = SG_NAVIGATION (object);

  switch (prop_id)
    {
    case PROP_VISIBLE_PAGE:
      g_value_set_string (value, sg_navigation_get_visible_page (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_navigation_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  SgNavigation *self = SG_NAVIGATION (object);

  switch (prop_id)
    {
    case PROP_VISIBLE_PAGE:
      sg_navigation_set_visible_page (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_navigation_class_init (SgNavigationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_navigation_dispose;
  object_class->get_property = sg_navigation_get_property;
  object_class->set_property = sg_navigation_set_property;
  widget_class->focus = sg_focus_next_child;

  properties[PROP_VISIBLE_PAGE] =
    g_param_spec_string ("visible-page", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sg_navigation_init (SgNavigation *self)
{
  self->leaflet = ADW_LEAFLET (adw_leaflet_new ());
  adw_leaflet_set_can_unfold (self->leaflet, FALSE);
  adw_leaflet_set_transition_type (self->leaflet, ADW_LEAFLET_TRANSITION_TYPE_OVER);
  gtk_widget_set_parent (GTK_WIDGET (self->leaflet), GTK_WIDGET (self));
  g_signal_connect_swapped (self->leaflet, "notify::visible-child",
                            G_CALLBACK (visible_child_cb), self);
}

GtkWidget *
sg_navigation_new (void)
{
  return g_object_new (SG_TYPE_NAVIGATION, NULL);
}

/**
 * sg_navigation_append:
 * @self: the row of pages
 * @page: a page
 * @name: its name
 *
 * Adds a page after the last one.
 */
void
sg_navigation_append (SgNavigation *self,
                      GtkWidget    *page,
                      const char   *name)
{
  g_return_if_fail (SG_IS_NAVIGATION (self));
  g_return_if_fail (GTK_IS_WIDGET (page));

  adw_leaflet_page_set_name (adw_leaflet_append (self->leaflet, page), name);
}

const char *
sg_navigation_get_visible_page (SgNavigation *self)
{
  g_return_val_if_fail (SG_IS_NAVIGATION (self), NULL);

  return adw_leaflet_get_visible_child_name (self->leaflet);
}

void
sg_navigation_set_visible_page (SgNavigation *self,
                                const char   *name)
{
  g_return_if_fail (SG_IS_NAVIGATION (self));

  if (g_strcmp0 (name, sg_navigation_get_visible_page (self)) != 0)
    adw_leaflet_set_visible_child_name (self->leaflet, name);
}

/**
 * sg_navigation_set_can_go_back:
 * @self: the row of pages
 * @can_go_back: whether a swipe leads to the page before
 */
void
sg_navigation_set_can_go_back (SgNavigation *self,
                               gboolean      can_go_back)
{
  g_return_if_fail (SG_IS_NAVIGATION (self));

  adw_leaflet_set_can_navigate_back (self->leaflet, can_go_back);
}
