/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"

struct _SgUpdateStateTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgUpdateStateTool, sg_update_state_tool, SG_TYPE_TOOL)

static char **
sg_update_state_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  return sg_tool_key_of (arguments, "entity");
}

static JsonNode *
sg_update_state_tool_run (SgTool         *tool,
                          SgToolContext  *context,
                          const char     *call,
                          JsonObject     *arguments,
                          GError        **error)
{
  g_autofree char *entity =
    sg_tool_name_normalise (sg_tool_get_string (arguments, "entity"), error);
  g_autoptr (JsonObject) result = json_object_new ();

  if (entity == NULL)
    return NULL;

  json_object_set_string_member (result, "entity", entity);
  if (!sg_tool_write_facts (context, call, entity, json_object_get_object_member (arguments, "set"),
                            result, error))
    return NULL;

  return sg_tool_json_take_object (g_steal_pointer (&result));
}

static void
sg_update_state_tool_class_init (SgUpdateStateToolClass *klass)
{
  static const char *const key_arguments[] = { "entity", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "update_state";
  tool_class->description =
    "Record what has become true of a person, place or thing. null removes a fact.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"entity\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"set\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":32,"
    "\"description\":\"attributes\"},"
    "\"reason\":{\"type\":\"string\",\"maxLength\":300}},"
    "\"required\":[\"entity\",\"set\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->cache = SG_TOOL_CACHE_TURN;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_update_state_tool_dup_keys;
  tool_class->run = sg_update_state_tool_run;
}

static void
sg_update_state_tool_init (SgUpdateStateTool *self)
{
}
