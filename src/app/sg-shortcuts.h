/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *sg_shortcuts_show (GtkWidget *parent);

G_END_DECLS
