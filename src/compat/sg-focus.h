/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean sg_focus_next_child (GtkWidget        *widget,
                              GtkDirectionType  direction);

G_END_DECLS
