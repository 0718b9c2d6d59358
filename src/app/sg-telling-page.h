/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

/* Preferences: how stories are told. */
#define SG_TYPE_TELLING_PAGE (sg_telling_page_get_type ())

G_DECLARE_FINAL_TYPE (SgTellingPage, sg_telling_page, SG, TELLING_PAGE, AdwPreferencesPage)

GtkWidget *sg_telling_page_new (SgNarrator *narrator);

G_END_DECLS
