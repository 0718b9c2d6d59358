/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "tools/sg-tool-context.h"

G_BEGIN_DECLS

typedef enum
{
  SG_TOOL_READS,
  SG_TOOL_WRITES,
} SgToolAccess;

#define SG_TYPE_TOOL (sg_tool_get_type ())

G_DECLARE_DERIVABLE_TYPE (SgTool, sg_tool, SG, TOOL, GObject)

/**
 * SgToolClass:
 * @name: what the model calls it
 * @description: what the model is told of it
 * @schema: the JSON schema of its arguments, as text
 * @access: whether it changes the story
 * @timeout_ms: how long a call may take
 * @dup_keys: (nullable): the keys that a call touches, such as `state:lamp` or `memory:*`, worked
 *   out from its arguments; %NULL where they cannot be told, which conflicts with all
 * @run_async: does the work; the arguments have been checked against the schema
 * @run_finish: returns the result
 */
struct _SgToolClass
{
  GObjectClass parent_class;

  const char   *name;
  const char   *description;
  const char   *schema;
  SgToolAccess  access;
  guint         timeout_ms;

  char        **(*dup_keys)   (SgTool               *self,
                               JsonObject           *arguments);
  void          (*run_async)  (SgTool               *self,
                               SgToolContext        *context,
                               const char           *call,
                               JsonObject           *arguments,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
  JsonNode     *(*run_finish) (SgTool               *self,
                               GAsyncResult         *result,
                               GError              **error);
};

const char   *sg_tool_get_name        (SgTool *self);
const char   *sg_tool_get_description (SgTool *self);
const char   *sg_tool_get_schema      (SgTool *self);
SgToolAccess  sg_tool_get_access      (SgTool *self);
guint         sg_tool_get_timeout     (SgTool *self);

G_END_DECLS
