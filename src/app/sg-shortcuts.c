/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkShortcutsWindow is deprecated in newer versions of GTK and names some keys by their raw symbols, so the
 * keys are listed on a page like those of the preferences. */

#include "config.h"

#include "app/sg-shortcuts.h"

#include <glib/gi18n-lib.h>

#include "compat/sg-preferences-host.h"

/* A row; where @last is set, the keys from @accelerator to @last do the like. */
typedef struct
{
  const char *title;
  const char *accelerator;
  const char *last;
} Shortcut;

#define MAX_SHORTCUTS 12

static const struct
{
  const char *title;
  Shortcut    shortcuts[MAX_SHORTCUTS + 1];
} groups[] = {
  {
    NC_ ("shortcuts", "Playing"),
    {
      { NC_ ("shortcuts", "Send"), "Return" },
      { NC_ ("shortcuts", "New line"), "<Shift>Return" },
      { NC_ ("shortcuts", "Do"), "<Alt>1" },
      { NC_ ("shortcuts", "Say"), "<Alt>2" },
      { NC_ ("shortcuts", "Story"), "<Alt>3" },
      { NC_ ("shortcuts", "Next of the three"), "<Control>m" },
      { NC_ ("shortcuts", "Take a choice"), "<Control>1", "<Control>9" },
      { NC_ ("shortcuts", "Stop"), "Escape" },
      { NC_ ("shortcuts", "Undo the last turn"), "<Control>z" },
      { NC_ ("shortcuts", "Redo"), "<Shift><Control>z" },
      { NC_ ("shortcuts", "Tell the last turn differently"), "<Control>r" },
    },
  },
  {
    NC_ ("shortcuts", "Reading"),
    {
      { NC_ ("shortcuts", "Page up"), "<Alt>Page_Up" },
      { NC_ ("shortcuts", "Page down"), "<Alt>Page_Down" },
      { NC_ ("shortcuts", "Beginning of the story"), "<Alt>Home" },
      { NC_ ("shortcuts", "Newest turn"), "<Alt>End" },
      { NC_ ("shortcuts", "Copy"), "<Control>c" },
    },
  },
  {
    NC_ ("shortcuts", "Stories"),
    {
      { NC_ ("shortcuts", "New story"), "<Control>n" },
      { NC_ ("shortcuts", "Search"), "<Control>f" },
      { NC_ ("shortcuts", "Back to the library"), "<Alt>Left" },
      { NC_ ("shortcuts", "Rename"), "F2" },
      { NC_ ("shortcuts", "Move to the trash"), "Delete" },
      { NC_ ("shortcuts", "Menu of a story"), "<Shift>F10" },
    },
  },
  {
    NC_ ("shortcuts", "General"),
    {
      { NC_ ("shortcuts", "Performance"), "F12" },
      { NC_ ("shortcuts", "Preferences"), "<Control>comma" },
      { NC_ ("shortcuts", "Keyboard shortcuts"), "<Control>question" },
      { NC_ ("shortcuts", "Main menu"), "F10" },
      { NC_ ("shortcuts", "Close the window"), "<Control>w" },
      { NC_ ("shortcuts", "Quit"), "<Control>q" },
    },
  },
};

/* The keys as they are named on a keyboard, in the language of the desktop. */
static char *
dup_keys (const char *accelerator)
{
  GdkModifierType modifiers;
  guint keyval;

  if (!gtk_accelerator_parse (accelerator, &keyval, &modifiers))
    g_assert_not_reached ();
  return gtk_accelerator_get_label (keyval, modifiers);
}

static void
append_text (GtkBox     *box,
             const char *text,
             const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_box_append (box, label);
}

static void
append_keys (GtkBox     *box,
             const char *keys)
{
  g_auto (GStrv) parts = g_strsplit (keys, "+", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (i > 0)
        append_text (box, "+", "dim-label");
      append_text (box, parts[i], "key");
    }
}

static GtkWidget *
create_row (const Shortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *keys = dup_keys (shortcut->accelerator);
  g_autofree char *description = g_strdup (keys);

  append_keys (GTK_BOX (box), keys);
  if (shortcut->last != NULL)
    {
      g_autofree char *last = dup_keys (shortcut->last);

      append_text (GTK_BOX (box), "–", "dim-label");
      append_keys (GTK_BOX (box), last);
      g_free (description);
      /* Translators: two keyboard shortcuts and all between them, as in "Ctrl+1 to Ctrl+9" */
      description = g_strdup_printf (_("%s to %s"), keys, last);
    }

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 g_dpgettext2 (GETTEXT_PACKAGE, "shortcuts", shortcut->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
  return row;
}

/**
 * sg_shortcuts_show:
 * @parent: a widget of the window they belong to
 *
 * Shows which keys there are.
 *
 * Returns: (transfer none): what they are shown in
 */
GtkWidget *
sg_shortcuts_show (GtkWidget *parent)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

      adw_preferences_group_set_title (group, g_dpgettext2 (GETTEXT_PACKAGE, "shortcuts", groups[i].title));
      for (const Shortcut *shortcut = groups[i].shortcuts; shortcut->title != NULL; shortcut++)
        adw_preferences_group_add (group, create_row (shortcut));
      adw_preferences_page_add (page, group);
    }
  return sg_preferences_present (parent, _("Keyboard Shortcuts"), &page, 1);
}
