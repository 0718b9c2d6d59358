/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-preferences.h"

#include <glib/gi18n-lib.h>

#include "app/sg-connection-page.h"
#include "app/sg-engine-page.h"
#include "app/sg-telling-page.h"
#include "compat/sg-accessible.h"
#include "compat/sg-preferences-host.h"

/**
 * sg_preferences_show:
 * @parent: a widget of the window they belong to
 * @narrator: what they are about
 *
 * Shows the preferences.
 *
 * Returns: (transfer none): what they are shown in
 */
GtkWidget *
sg_preferences_show (GtkWidget  *parent,
                     SgNarrator *narrator)
{
  AdwPreferencesPage *pages[] = {
    ADW_PREFERENCES_PAGE (sg_connection_page_new (narrator)),
    ADW_PREFERENCES_PAGE (sg_telling_page_new (narrator)),
    ADW_PREFERENCES_PAGE (sg_engine_page_new (narrator)),
  };
  GtkWidget *host;

  host = sg_preferences_present (parent, _("Preferences"), pages, G_N_ELEMENTS (pages));
  sg_accessible_name_buttons (host);
  return host;
}
