/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void   sg_file_open_async  (GtkWidget            *parent,
                            const char           *title,
                            GtkFileFilter        *filter,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
GFile *sg_file_open_finish (GAsyncResult         *result,
                            GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
