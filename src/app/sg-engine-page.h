/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

#define SG_TYPE_ENGINE_PAGE (sg_engine_page_get_type ())

G_DECLARE_FINAL_TYPE (SgEnginePage, sg_engine_page, SG, ENGINE_PAGE, AdwPreferencesPage)

GtkWidget *sg_engine_page_new (SgNarrator *narrator);

G_END_DECLS
