/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *sg_preferences_present (GtkWidget           *parent,
                                   const char          *title,
                                   AdwPreferencesPage **pages,
                                   guint                n_pages);

void       sg_preferences_close   (GtkWidget           *host);

G_END_DECLS
