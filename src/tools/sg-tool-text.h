/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* How many characters the name of an entity or an attribute may have. */
#define SG_TOOL_NAME_MAX 64

char       *sg_tool_name_normalise  (const char          *name,
                                     GError             **error) G_GNUC_WARN_UNUSED_RESULT;
const char *sg_tool_nearest         (const char          *name,
                                     const char * const  *names);
char       *sg_tool_join_names      (const char * const  *names,
                                     guint                limit) G_GNUC_WARN_UNUSED_RESULT;
char       *sg_tool_excerpt         (const char          *text,
                                     guint                characters) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_tool_keys_conflict   (const char * const  *a,
                                     const char * const  *b);
const char *sg_tool_get_string      (JsonObject          *arguments,
                                     const char          *name);
gint64      sg_tool_get_int         (JsonObject          *arguments,
                                     const char          *name,
                                     gint64               fallback);

G_END_DECLS
