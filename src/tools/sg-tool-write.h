/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-context.h"

G_BEGIN_DECLS

/* What several tools write in the same way. */

gboolean  sg_tool_write_facts    (SgToolContext  *context,
                                  const char     *call,
                                  const char     *entity,
                                  JsonObject     *facts,
                                  JsonObject     *result,
                                  GError        **error);
gboolean  sg_tool_write_memory   (SgToolContext  *context,
                                  const char     *call,
                                  JsonObject     *memory,
                                  const char     *where,
                                  GError        **error);
void      sg_tool_write_text     (SgToolContext  *context,
                                  const char     *call,
                                  const char     *entity,
                                  const char     *attribute,
                                  const char     *value);
char    **sg_tool_key_of         (JsonObject     *arguments,
                                  const char     *name) G_GNUC_WARN_UNUSED_RESULT;
gint64    sg_tool_get_turn       (SgToolContext  *context);

G_END_DECLS
