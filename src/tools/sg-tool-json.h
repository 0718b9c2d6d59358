/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a model sends is bounded before it is parsed, and what it gets back before it is sent. */
#define SG_TOOL_ARGUMENTS_MAX (64 * 1024)
#define SG_TOOL_DEPTH_MAX     24
#define SG_TOOL_RESULT_MAX    (8 * 1024)
#define SG_TOOL_STRING_MAX    2000

JsonNode *sg_tool_json_parse_object (const char   *text,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gsize     sg_tool_json_measure      (JsonNode     *node);
char     *sg_tool_json_write_small  (JsonNode     *node) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_tool_json_write_error  (const char   *message) G_GNUC_WARN_UNUSED_RESULT;
void      sg_tool_json_append_canonical (GString  *out,
                                         JsonNode *node);
void      sg_tool_json_append_string (GString     *out,
                                      const char  *text,
                                      gsize        length);
JsonNode *sg_tool_json_take_object  (JsonObject   *object) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
