/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void     sg_widget_get_text_color (GtkWidget  *widget,
                                   GdkRGBA    *color);
gboolean sg_widget_lookup_color   (GtkWidget  *widget,
                                   const char *name,
                                   GdkRGBA    *color);

G_END_DECLS
