/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-about.h"

#include <adwaita.h>

/**
 * sg_about_present:
 * @parent: a widget of the window it belongs to
 * @about: what it says
 *
 * Shows the about window.
 */
void
sg_about_present (GtkWidget     *parent,
                  const SgAbout *about)
{
  GObject *dialog;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (about != NULL);

#if ADW_CHECK_VERSION (1, 5, 0)
  dialog = G_OBJECT (adw_about_dialog_new ());
#else
  dialog = G_OBJECT (adw_about_window_new ());
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (gtk_widget_get_root (parent)));
#endif

  g_object_set (dialog,
                "application-name", about->name,
                "application-icon", about->icon,
                "version", about->version,
                "developer-name", about->developer,
                "comments", about->comments,
                "website", about->website,
                "debug-info", about->debug_info,
                "license-type", GTK_LICENSE_GPL_3_0,
                NULL);

#if ADW_CHECK_VERSION (1, 5, 0)
  adw_dialog_present (ADW_DIALOG (dialog), parent);
#else
  gtk_window_present (GTK_WINDOW (dialog));
#endif
}
