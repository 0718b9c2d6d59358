/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *sg_format_duration      (gint64      us) G_GNUC_WARN_UNUSED_RESULT;
char *sg_format_tokens        (gint64      count,
                               gboolean    estimated) G_GNUC_WARN_UNUSED_RESULT;
char *sg_format_rate          (double      tokens_per_second) G_GNUC_WARN_UNUSED_RESULT;
void  sg_format_append_int    (GString    *text,
                               gint64      value);
void  sg_format_append_string (GString    *out,
                               const char *text);

G_END_DECLS
