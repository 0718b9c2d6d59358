/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-color.h"

/**
 * sg_widget_get_text_color:
 * @widget: a widget
 * @color: (out caller-allocates): where to put it
 *
 * Gets the colour in which @widget writes.
 */
void
sg_widget_get_text_color (GtkWidget *widget,
                          GdkRGBA   *color)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

#if GTK_CHECK_VERSION (4, 10, 0)
  gtk_widget_get_color (widget, color);
#else
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
#endif
}

/**
 * sg_widget_lookup_color:
 * @widget: a widget
 * @name: a colour of the style, such as `accent_color`
 * @color: (out caller-allocates): where to put it; set to the text colour where @name is unknown
 *
 * Looks up a named colour as it is for @widget: light, dark or high contrast.
 *
 * Returns: whether there is such a colour
 */
gboolean
sg_widget_lookup_color (GtkWidget  *widget,
                        const char *name,
                        GdkRGBA    *color)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget), FALSE);

  if (gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, color))
    return TRUE;

  sg_widget_get_text_color (widget, color);
  return FALSE;
}
