/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-notice.h"

#include "app/sg-widget.h"
#include "app/sg-wrap-layout.h"
#include "compat/sg-accessible.h"
#include "compat/sg-announce.h"
#include "compat/sg-focus.h"

struct _SgNotice
{
  GtkWidget  parent_instance;

  GtkImage  *icon;
  GtkLabel  *title;
  GtkLabel  *body;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (SgNotice, sg_notice, GTK_TYPE_WIDGET)

static void
sg_notice_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_NOTICE);

  G_OBJECT_CLASS (sg_notice_parent_class)->dispose (object);
}

static void
sg_notice_class_init (SgNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_notice_dispose;
  widget_class->focus = sg_focus_next_child;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, SgNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, SgNotice, title);
  gtk_widget_class_bind_template_child (widget_class, SgNotice, body);
  gtk_widget_class_bind_template_child (widget_class, SgNotice, buttons);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
sg_notice_init (SgNotice *self)
{
  g_autoptr (GtkLayoutManager) layout = sg_wrap_layout_new (6);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, g_steal_pointer (&layout));
}

GtkWidget *
sg_notice_new (void)
{
  return g_object_new (SG_TYPE_NOTICE, NULL);
}

static void
clear_buttons (SgNotice *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_widget_unparent (child);
}

/**
 * sg_notice_show:
 * @self: the notice
 * @icon_name: a symbolic icon
 * @title: what is the matter
 * @body: (nullable): what there is to say about it
 * @buttons: (array length=n_buttons): what can be done
 * @n_buttons: how many
 *
 * Shows a message and says it to screen readers.
 */
void
sg_notice_show (SgNotice             *self,
                const char           *icon_name,
                const char           *title,
                const char           *body,
                const SgNoticeButton *buttons,
                guint                 n_buttons)
{
  g_autofree char *message = g_strjoin (" ", title, body, NULL);

  g_return_if_fail (SG_IS_NOTICE (self));

  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->body, body != NULL ? body : "");
  gtk_widget_set_visible (GTK_WIDGET (self->body), body != NULL);

  clear_buttons (self);
  for (guint i = 0; i < n_buttons; i++)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (buttons[i].label);

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), buttons[i].action);
      if (buttons[i].css_class != NULL)
        gtk_widget_add_css_class (button, buttons[i].css_class);
      gtk_widget_set_parent (button, self->buttons);
    }
  sg_accessible_name_buttons (self->buttons);
  gtk_widget_set_visible (self->buttons, n_buttons > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  sg_announce (GTK_WIDGET (self), message);
}

void
sg_notice_hide (SgNotice *self)
{
  g_return_if_fail (SG_IS_NOTICE (self));

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
