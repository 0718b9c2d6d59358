/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SgToolResultFunc:
 * @number: the number of a call, from 1
 * @data: the data given to sg_tool_references_resolve()
 *
 * Returns: (transfer none) (nullable): the result of the call
 */
typedef JsonNode *(*SgToolResultFunc) (guint    number,
                                       gpointer data);

GArray   *sg_tool_references_collect  (JsonNode          *node) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *sg_tool_references_resolve  (JsonNode          *node,
                                       SgToolResultFunc   func,
                                       gpointer           data,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
