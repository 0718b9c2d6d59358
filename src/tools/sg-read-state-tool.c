/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what is true: some facts of one entity, all of them, or an overview.  The overview gives
 * facts as long as they are few and names from then on, so that its size has a bound whatever the
 * size of the world.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"

#define OVERVIEW_MAX 4096
#define OVERVIEW_NAMES_MAX 100

struct _SgReadStateTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgReadStateTool, sg_read_state_tool, SG_TYPE_TOOL)

static char **
sg_read_state_tool_dup_keys (SgTool     *tool,
                             JsonObject *arguments)
{
  const char *entity = sg_tool_get_string (arguments, "entity");
  g_autofree char *name = NULL;
  char **keys = g_new0 (char *, 2);

  if (entity == NULL)
    keys[0] = g_strdup ("state:*");
  else if ((name = sg_tool_name_normalise (entity, NULL)) != NULL)
    keys[0] = g_strconcat ("state:", name, NULL);

  return keys;
}

static JsonNode *
read_overview (SgWorld *world)
{
  g_auto (GStrv) entities = sg_world_list_entities (world);
  JsonObject *result = json_object_new ();
  JsonObject *known = json_object_new ();
  JsonArray *others = json_array_new ();
  gsize size = 0;
  guint n_left = 0;

  for (guint i = 0; entities[i] != NULL; i++)
    {
      if (sg_world_is_note (entities[i]))
        continue;

      if (size < OVERVIEW_MAX)
        {
          JsonNode *facts = sg_world_entity_to_json (world, entities[i]);

          size += sg_tool_json_measure (facts);
          json_object_set_member (known, entities[i], facts);
        }
      else if (json_array_get_length (others) < OVERVIEW_NAMES_MAX)
        json_array_add_string_element (others, entities[i]);
      else
        n_left++;
    }

  json_object_set_object_member (result, "entities", known);
  if (json_array_get_length (others) > 0)
    json_object_set_array_member (result, "others", others);
  else
    json_array_unref (others);
  if (n_left > 0)
    json_object_set_int_member (result, "more", n_left);

  return sg_tool_json_take_object (result);
}

/* The names that were asked for, or NULL for all. */
static char **
dup_attributes (JsonObject *arguments)
{
  JsonNode *node = json_object_get_member (arguments, "attributes");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;

  if (JSON_NODE_HOLDS_VALUE (node))
    g_strv_builder_add (builder, json_node_get_string (node));
  else
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        g_strv_builder_add (builder, json_array_get_string_element (array, i));
    }

  return g_strv_builder_end (builder);
}

/* Says which name was probably meant. */
static JsonNode *
answer_unknown_entity (SgToolContext *context,
                       const char    *entity)
{
  g_auto (GStrv) entities = sg_tool_subject_list (context, SG_SUBJECT_ANYTHING);
  const char *nearest = sg_tool_nearest (entity, (const char *const *) entities);
  JsonObject *result = json_object_new ();

  json_object_set_string_member (result, "entity", entity);
  json_object_set_boolean_member (result, "known", FALSE);
  if (nearest != NULL)
    json_object_set_string_member (result, "nearest", nearest);

  return sg_tool_json_take_object (result);
}

static JsonNode *
read_attributes (SgWorld            *world,
                 const char         *entity,
                 const char *const  *attributes,
                 GError            **error)
{
  g_autoptr (JsonObject) facts = json_object_new ();
  g_autoptr (JsonArray) unknown = json_array_new ();
  JsonObject *result;

  for (guint i = 0; attributes[i] != NULL; i++)
    {
      g_autofree char *name = sg_tool_name_normalise (attributes[i], error);
      JsonNode *value;

      if (name == NULL)
        return NULL;

      value = sg_world_get (world, entity, name);
      if (value != NULL)
        json_object_set_member (facts, name, json_node_copy (value));
      else
        json_array_add_string_element (unknown, name);
    }

  result = json_object_new ();
  json_object_set_string_member (result, "entity", entity);
  json_object_set_object_member (result, "state", g_steal_pointer (&facts));
  if (json_array_get_length (unknown) > 0)
    json_object_set_array_member (result, "unknown", g_steal_pointer (&unknown));

  return sg_tool_json_take_object (result);
}

static JsonNode *
sg_read_state_tool_run (SgTool         *tool,
                        SgToolContext  *context,
                        const char     *call,
                        JsonObject     *arguments,
                        GError        **error)
{
  SgWorld *world = sg_tool_context_get_world (context);
  const char *raw = sg_tool_get_string (arguments, "entity");
  g_auto (GStrv) attributes = dup_attributes (arguments);
  g_autofree char *entity = NULL;
  JsonObject *result;

  if (raw == NULL)
    return read_overview (world);

  entity = sg_tool_name_normalise (raw, error);
  if (entity == NULL)
    return NULL;
  if (!sg_world_has_entity (world, entity))
    return answer_unknown_entity (context, entity);
  if (attributes != NULL && attributes[0] != NULL)
    return read_attributes (world, entity, (const char *const *) attributes, error);

  result = json_object_new ();
  json_object_set_string_member (result, "entity", entity);
  json_object_set_member (result, "state", sg_world_entity_to_json (world, entity));

  return sg_tool_json_take_object (result);
}

static void
sg_read_state_tool_class_init (SgReadStateToolClass *klass)
{
  static const char *const key_arguments[] = { "entity", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "read_state";
  tool_class->description =
    "Read what is true of a person, place or thing, or of all.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"entity\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"attributes\":{\"type\":[\"array\",\"string\"],\"maxItems\":32,\"maxLength\":64,"
    "\"items\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->cache = SG_TOOL_CACHE_KEYS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_read_state_tool_dup_keys;
  tool_class->run = sg_read_state_tool_run;
}

static void
sg_read_state_tool_init (SgReadStateTool *self)
{
}
