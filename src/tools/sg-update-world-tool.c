/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"

struct _SgUpdateWorldTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgUpdateWorldTool, sg_update_world_tool, SG_TYPE_TOOL)

static char **
sg_update_world_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  JsonNode *set = json_object_get_member (arguments, "set");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonObjectIter iter;
  const char *entity;

  if (set == NULL || !JSON_NODE_HOLDS_OBJECT (set))
    return g_strv_builder_end (builder);

  json_object_iter_init_ordered (&iter, json_node_get_object (set));
  while (json_object_iter_next_ordered (&iter, &entity, NULL))
    {
      g_autofree char *name = sg_tool_name_normalise (entity, NULL);
      g_autofree char *key = name != NULL ? g_strconcat ("state:", name, NULL) : NULL;

      if (key != NULL)
        g_strv_builder_add (builder, key);
    }

  return g_strv_builder_end (builder);
}

static JsonNode *
sg_update_world_tool_run (SgTool         *tool,
                          SgToolContext  *context,
                          const char     *call,
                          JsonObject     *arguments,
                          GError        **error)
{
  g_autoptr (JsonObject) result = json_object_new ();
  JsonObjectIter iter;
  const char *raw;
  JsonNode *facts;

  json_object_iter_init_ordered (&iter, json_object_get_object_member (arguments, "set"));
  while (json_object_iter_next_ordered (&iter, &raw, &facts))
    {
      g_autofree char *entity = sg_tool_name_normalise (raw, error);
      g_autoptr (JsonObject) changed = json_object_new ();

      if (entity == NULL
          || !sg_tool_write_facts (context, call, entity, json_node_get_object (facts), changed, error))
        return NULL;
      json_object_set_object_member (result, entity, g_steal_pointer (&changed));
    }

  return sg_tool_json_take_object (g_steal_pointer (&result));
}

static void
sg_update_world_tool_class_init (SgUpdateWorldToolClass *klass)
{
  static const char *const key_arguments[] = { "set", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "update_world";
  tool_class->description =
    "Record what has become true of several at once: {\"lamp\":{\"lit\":true},\"anna\":{\"mood\":\"glad\"}}.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"set\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":16,"
    "\"additionalProperties\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":32}}},"
    "\"required\":[\"set\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_update_world_tool_dup_keys;
  tool_class->run = sg_update_world_tool_run;
}

static void
sg_update_world_tool_init (SgUpdateWorldTool *self)
{
}
