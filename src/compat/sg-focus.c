/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-focus.h"

static gboolean
has_focus_inside (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/**
 * sg_focus_next_child:
 * @widget: a widget with children that cannot have the keyboard itself
 * @direction: where the keyboard goes
 *
 * What `focus` of a widget with children has to be: moves the keyboard from child to child and then out.  GTK
 * keeps its own to itself, and the one that others inherit takes all that is in a widget for one stop.
 *
 * Returns: whether the keyboard is in @widget now
 */
gboolean
sg_focus_next_child (GtkWidget        *widget,
                     GtkDirectionType  direction)
{
  gboolean back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP
                  || direction == GTK_DIR_LEFT;
  GtkWidget *child = back ? gtk_widget_get_last_child (widget) : gtk_widget_get_first_child (widget);

  if (has_focus_inside (widget))
    while (child != NULL && !has_focus_inside (child))
      child = back ? gtk_widget_get_prev_sibling (child) : gtk_widget_get_next_sibling (child);

  for (; child != NULL;
       child = back ? gtk_widget_get_prev_sibling (child) : gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_child_visible (child) && gtk_widget_child_focus (child, direction))
      return TRUE;
  return FALSE;
}
