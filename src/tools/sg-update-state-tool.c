/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

/* The largest value of a fact, as text. */
#define VALUE_MAX 2048

struct _SgUpdateStateTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgUpdateStateTool, sg_update_state_tool, SG_TYPE_TOOL)

static char **
sg_update_state_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  const char *entity = sg_tool_get_string (arguments, "entity");
  g_autofree char *name = entity != NULL ? sg_tool_name_normalise (entity, NULL) : NULL;
  char **keys = g_new0 (char *, 2);

  /* Where the name is wrong the call will change nothing. */
  if (name != NULL)
    keys[0] = g_strconcat ("state:", name, NULL);

  return keys;
}

/* Sets one fact, or removes it; the names are listed under `set` or `removed`. */
static gboolean
change_fact (SgToolContext  *context,
             const char     *call,
             const char     *entity,
             const char     *attribute,
             JsonNode       *value,
             JsonArray      *set,
             JsonArray      *removed,
             GError        **error)
{
  g_autofree char *name = sg_tool_name_normalise (attribute, error);

  if (name == NULL)
    return FALSE;

  if (sg_tool_json_measure (value) > VALUE_MAX)
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "`set.%s` is too large: a value has at most %d bytes; use add_memory for longer "
                   "texts",
                   name, VALUE_MAX);
      return FALSE;
    }

  json_array_add_string_element (JSON_NODE_HOLDS_NULL (value) ? removed : set, name);
  sg_world_set (sg_tool_context_get_world (context), entity, name, json_node_copy (value), call);

  return TRUE;
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
  g_autoptr (JsonArray) set = json_array_new ();
  g_autoptr (JsonArray) removed = json_array_new ();
  JsonObjectIter iter;
  JsonObject *result;
  const char *attribute;
  JsonNode *value;

  if (entity == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, json_object_get_object_member (arguments, "set"));
  while (json_object_iter_next_ordered (&iter, &attribute, &value))
    {
      if (!change_fact (context, call, entity, attribute, value, set, removed, error))
        return NULL;
    }

  result = json_object_new ();
  json_object_set_string_member (result, "entity", entity);
  if (json_array_get_length (set) > 0)
    json_object_set_array_member (result, "set", g_steal_pointer (&set));
  if (json_array_get_length (removed) > 0)
    json_object_set_array_member (result, "removed", g_steal_pointer (&removed));

  return sg_tool_json_take_object (result);
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
    "\"entity\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64,"
    "\"description\":\"Who or what, such as player or lamp\"},"
    "\"set\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":32,"
    "\"description\":\"Attributes and their new values\"},"
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
