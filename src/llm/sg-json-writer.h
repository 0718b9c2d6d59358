/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pieces of JSON text, written straight into a string: a prompt of many kilobytes is made for each turn
 * and needs no tree. */

void sg_json_append_string (GString    *json,
                            const char *text);
void sg_json_append_key    (GString    *json,
                            const char *key);
void sg_json_append_int    (GString    *json,
                            gint64      value);
void sg_json_append_double (GString    *json,
                            double      value);

G_END_DECLS
