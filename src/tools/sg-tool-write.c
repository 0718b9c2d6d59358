/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tools/sg-tool-write.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

/* The largest value of a fact, as text. */
#define VALUE_MAX 2048

/* Sets one fact, or removes it; the names are listed under `set` or `removed`. */
static gboolean
write_fact (SgToolContext  *context,
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
                   "`%s.%s` is too large: a value has at most %d bytes; use add_memory for longer "
                   "texts",
                   entity, name, VALUE_MAX);
      return FALSE;
    }

  json_array_add_string_element (JSON_NODE_HOLDS_NULL (value) ? removed : set, name);
  sg_world_set (sg_tool_context_get_world (context), entity, name, json_node_copy (value), call);

  return TRUE;
}

/**
 * sg_tool_write_facts:
 * @context: the context of a call that writes
 * @call: the call
 * @entity: who or what, normalised
 * @facts: attributes and their values; a null removes the fact
 * @result: takes the names of the facts, as `set` and `removed`
 *
 * Sets facts of one entity.
 *
 * Returns: %FALSE with %SG_TOOL_ERROR_ARGUMENTS where a name or a value is wrong
 */
gboolean
sg_tool_write_facts (SgToolContext  *context,
                     const char     *call,
                     const char     *entity,
                     JsonObject     *facts,
                     JsonObject     *result,
                     GError        **error)
{
  g_autoptr (JsonArray) set = json_array_new ();
  g_autoptr (JsonArray) removed = json_array_new ();
  JsonObjectIter iter;
  const char *attribute;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, facts);
  while (json_object_iter_next_ordered (&iter, &attribute, &value))
    {
      if (!write_fact (context, call, entity, attribute, value, set, removed, error))
        return FALSE;
    }

  if (json_array_get_length (set) > 0)
    json_object_set_array_member (result, "set", g_steal_pointer (&set));
  if (json_array_get_length (removed) > 0)
    json_object_set_array_member (result, "removed", g_steal_pointer (&removed));

  return TRUE;
}

/* Keywords come as a list or as one string; they are kept as words between spaces. */
static char *
dup_keywords (JsonObject *memory)
{
  JsonNode *node = json_object_get_member (memory, "keywords");
  g_autoptr (GString) out = g_string_new (NULL);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;

  if (JSON_NODE_HOLDS_VALUE (node))
    g_string_append (out, json_node_get_string (node));
  else
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                                json_array_get_string_element (array, i));
    }

  g_strdelimit (out->str, ",;\n\t", ' ');
  g_strstrip (out->str);

  return *out->str != '\0' ? g_strdup (out->str) : NULL;
}

/**
 * sg_tool_write_memory:
 * @context: the context of a call that writes
 * @call: the call
 * @memory: `text`, `keywords` and `importance`, checked against a schema
 * @where: the name of the text in the arguments, for an error
 *
 * Remembers something.
 *
 * Returns: %FALSE with %SG_TOOL_ERROR_ARGUMENTS where there is nothing to remember
 */
gboolean
sg_tool_write_memory (SgToolContext  *context,
                      const char     *call,
                      JsonObject     *memory,
                      const char     *where,
                      GError        **error)
{
  g_autofree char *text = g_strstrip (g_strdup (sg_tool_get_string (memory, "text")));
  g_autofree char *keywords = dup_keywords (memory);

  if (*text == '\0')
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "`%s` is empty: write what is to be remembered, in a sentence or two", where);
      return FALSE;
    }

  sg_world_add_memory (sg_tool_context_get_world (context), text, keywords,
                       (int) sg_tool_get_int (memory, "importance", 5), call);

  return TRUE;
}

/**
 * sg_tool_write_text:
 * @call: the call
 * @value: (nullable): the text; %NULL removes the fact
 *
 * Sets a fact that is a text.
 */
void
sg_tool_write_text (SgToolContext *context,
                    const char    *call,
                    const char    *entity,
                    const char    *attribute,
                    const char    *value)
{
  JsonNode *node = value != NULL ? json_node_init_string (json_node_alloc (), value) : NULL;

  sg_world_set (sg_tool_context_get_world (context), entity, attribute, node, call);
}

/**
 * sg_tool_key_of:
 * @arguments: the arguments of a call
 * @name: the argument that names an entity
 *
 * Returns: (transfer full): the key of that entity; no keys where its name is wrong: the call will
 *   then change nothing
 */
char **
sg_tool_key_of (JsonObject *arguments,
                const char *name)
{
  const char *entity = sg_tool_get_string (arguments, name);
  g_autofree char *normal = entity != NULL ? sg_tool_name_normalise (entity, NULL) : NULL;
  char **keys = g_new0 (char *, 2);

  if (normal != NULL)
    keys[0] = g_strconcat ("state:", normal, NULL);

  return keys;
}

/**
 * sg_tool_get_turn:
 *
 * Returns: the depth of the turn that is being told, as the player counts turns; 0 where there is no path
 */
gint64
sg_tool_get_turn (SgToolContext *context)
{
  const SgPath *path = sg_tool_context_get_path (context);

  return path != NULL ? path->depth + 1 : 0;
}
