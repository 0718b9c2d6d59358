/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Called with the address of the server whose button was pressed. */
typedef void (*SgServerHelpFunc) (const char *address,
                                  gpointer    user_data);

void sg_server_help_fill (AdwPreferencesGroup *group,
                          SgServerHelpFunc     func,
                          gpointer             user_data);

G_END_DECLS
