/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-widget.h"

/**
 * sg_widget_dispose_template:
 * @widget: a widget with a template
 * @type: its type
 *
 * Lets go of everything that the template made.  gtk_widget_dispose_template() alone leaves those
 * children of a plain GtkWidget that have no name in the template.
 */
void
sg_widget_dispose_template (gpointer widget,
                            GType    type)
{
  GtkWidget *child;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_widget_dispose_template (GTK_WIDGET (widget), type);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (widget))) != NULL)
    gtk_widget_unparent (child);
}
