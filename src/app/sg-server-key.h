/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

/* What stands between the row of a server's address and the row of its key: each server has a key of its own,
 * and no key is ever sent to another address than the one it was typed for. */
#define SG_TYPE_SERVER_KEY (sg_server_key_get_type ())

G_DECLARE_FINAL_TYPE (SgServerKey, sg_server_key, SG, SERVER_KEY, GObject)

SgServerKey *sg_server_key_new (SgNarrator  *narrator,
                                AdwEntryRow *address,
                                AdwEntryRow *key) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
