/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a turn offers the player to do, as the library keeps it: a JSON array of strings. */

char *sg_choices_to_json   (const char *const *choices) G_GNUC_WARN_UNUSED_RESULT;
GStrv sg_choices_from_json (const char        *json) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
