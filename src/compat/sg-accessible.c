/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-accessible.h"

/* A button takes its name from what is in it.  GTK 4.8 takes that of a picture for "GtkImage" and that of a
 * label with its underscore, and hears of no other for what is inside a menu button. */

/**
 * sg_accessible_set_label:
 * @widget: a button, or anything else
 * @label: its name
 *
 * Gives @widget the name by which a screen reader calls it, in place of any that it has from what is in it.
 */
void
sg_accessible_set_label (GtkWidget  *widget,
                         const char *label)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (label != NULL);

  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  if (GTK_IS_MENU_BUTTON (widget))
    sg_accessible_set_label (gtk_widget_get_first_child (widget), label);
}

/* What a tooltip says, without the keys at its end. */
static char *
dup_without_keys (const char *tooltip)
{
  const char *keys = g_strrstr (tooltip, " (");

  return keys != NULL && g_str_has_suffix (keys, ")") ? g_strndup (tooltip, (gsize) (keys - tooltip))
                                                      : g_strdup (tooltip);
}

/* One underscore goes, two are one. */
static char *
dup_without_mnemonic (const char *label)
{
  GString *text = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    {
      if (*p == '_' && p[1] != '\0')
        p++;
      g_string_append_c (text, *p);
    }
  return g_string_free (text, FALSE);
}

static void
name_after_tooltip (GtkWidget *widget)
{
  const char *tooltip = gtk_widget_get_tooltip_text (widget);

  if (tooltip != NULL)
    {
      g_autofree char *name = dup_without_keys (tooltip);

      sg_accessible_set_label (widget, name);
    }
}

/**
 * sg_accessible_name_buttons:
 * @root: a widget
 *
 * Names the buttons in @root: those that show a picture after their tooltips, those that show a mnemonic after
 * their labels.
 */
void
sg_accessible_name_buttons (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_MENU_BUTTON (root) && gtk_menu_button_get_label (GTK_MENU_BUTTON (root)) == NULL)
    {
      name_after_tooltip (root);
      return;
    }
  if (GTK_IS_BUTTON (root) && gtk_button_get_icon_name (GTK_BUTTON (root)) != NULL)
    {
      name_after_tooltip (root);
      return;
    }
  if (GTK_IS_BUTTON (root) && gtk_button_get_label (GTK_BUTTON (root)) != NULL
      && gtk_button_get_use_underline (GTK_BUTTON (root)))
    {
      g_autofree char *name = dup_without_mnemonic (gtk_button_get_label (GTK_BUTTON (root)));

      sg_accessible_set_label (root, name);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    sg_accessible_name_buttons (child);
}
