/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"

G_BEGIN_DECLS

/* Signal `changed` (): the address is another.
 *
 * What happens while the server does not answer: how often it is tried again, how fast it may be asked, and the
 * server that tells instead. */
#define SG_TYPE_FALLBACK_GROUP (sg_fallback_group_get_type ())

G_DECLARE_FINAL_TYPE (SgFallbackGroup, sg_fallback_group, SG, FALLBACK_GROUP, AdwPreferencesGroup)

void        sg_fallback_group_set_narrator (SgFallbackGroup *self,
                                            SgNarrator      *narrator);
/* The address and the key as they stand there; the address is empty where there is no such server. */
const char *sg_fallback_group_get_address  (SgFallbackGroup *self);
const char *sg_fallback_group_get_key      (SgFallbackGroup *self);

G_END_DECLS
