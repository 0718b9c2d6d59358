/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The settings of the engine in words, for the preferences and for what a turn was told with. */

const char *sg_settings_text_get_title    (const char *switch_name);
const char *sg_settings_text_get_subtitle (const char *switch_name);
char       *sg_settings_text_describe     (const char *json) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
