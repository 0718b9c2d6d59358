/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

GtkWidget *sg_preferences_show (GtkWidget  *parent,
                                SgNarrator *narrator);

G_END_DECLS
