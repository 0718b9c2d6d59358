/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *sg_tool_answer_parse (const char  *answer,
                                const char  *schema,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
