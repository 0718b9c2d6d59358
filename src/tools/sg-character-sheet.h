/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-world.h"

G_BEGIN_DECLS

/* What a forge makes of a character, as facts and as text. */

char *sg_character_sheet_write    (SgWorld    *world,
                                   JsonObject *sheet,
                                   const char *place,
                                   const char *call) G_GNUC_WARN_UNUSED_RESULT;
char *sg_character_sheet_dup_text (JsonObject *sheet) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
