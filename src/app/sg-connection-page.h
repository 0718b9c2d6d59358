/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

/* Preferences: who tells the stories, and how to reach them. */
#define SG_TYPE_CONNECTION_PAGE (sg_connection_page_get_type ())

G_DECLARE_FINAL_TYPE (SgConnectionPage, sg_connection_page, SG, CONNECTION_PAGE, AdwPreferencesPage)

GtkWidget *sg_connection_page_new (SgNarrator *narrator);

G_END_DECLS
