/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-preferences-host.h"

/**
 * sg_preferences_present:
 * @parent: a widget of the window they belong to
 * @title: what they are called
 * @pages: (array length=n_pages): the pages
 * @n_pages: how many there are
 *
 * Shows preferences, or anything else that is made of such pages.
 *
 * Returns: (transfer none): the window or dialog; it goes away when it is closed
 */
GtkWidget *
sg_preferences_present (GtkWidget           *parent,
                        const char          *title,
                        AdwPreferencesPage **pages,
                        guint                n_pages)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  AdwDialog *dialog = adw_preferences_dialog_new ();

  g_return_val_if_fail (GTK_IS_WIDGET (parent), NULL);

  for (guint i = 0; i < n_pages; i++)
    adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (dialog), pages[i]);
  adw_dialog_set_title (dialog, title);
  adw_dialog_set_content_width (dialog, 640);
  adw_dialog_present (dialog, parent);
  return GTK_WIDGET (dialog);
#else
  GtkWidget *window = adw_preferences_window_new ();

  g_return_val_if_fail (GTK_IS_WIDGET (parent), NULL);

  for (guint i = 0; i < n_pages; i++)
    adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), pages[i]);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (gtk_widget_get_root (parent)));
  gtk_window_present (GTK_WINDOW (window));
  return window;
#endif
}

/**
 * sg_preferences_close:
 * @host: what sg_preferences_present() returned
 *
 * Closes the window or dialog.
 */
void
sg_preferences_close (GtkWidget *host)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  adw_dialog_close (ADW_DIALOG (host));
#else
  gtk_window_close (GTK_WINDOW (host));
#endif
}
