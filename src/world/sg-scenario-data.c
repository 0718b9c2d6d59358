/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-scenario-data.h"

#include <string.h>

const char *
sg_entity_kind_get_section (SgEntityKind kind)
{
  static const char *const sections[SG_N_ENTITY_KINDS] = {
    "places", "people", "things", "deities", "goals", "clocks",
  };

  g_return_val_if_fail (kind < SG_N_ENTITY_KINDS, NULL);

  return sections[kind];
}

JsonNode *
sg_member (JsonObject *object,
           const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

JsonObject *
sg_member_object (JsonObject *object,
                  const char *name)
{
  JsonNode *node = sg_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
sg_member_array (JsonObject *object,
                 const char *name)
{
  JsonNode *node = sg_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

const char *
sg_node_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

const char *
sg_member_string (JsonObject *object,
                  const char *name)
{
  return sg_node_string (sg_member (object, name));
}

gboolean
sg_member_boolean (JsonObject *object,
                   const char *name,
                   gboolean    fallback)
{
  JsonNode *node = sg_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fallback;

  return json_node_get_boolean (node);
}

gint64
sg_member_int (JsonObject *object,
               const char *name,
               gint64      fallback)
{
  JsonNode *node = sg_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fallback;

  return json_node_get_int (node);
}

gboolean
sg_node_is_array_of_strings (JsonNode *node)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (sg_node_string (json_array_get_element (array, i)) == NULL)
        return FALSE;
    }

  return TRUE;
}

/* `en`, `pt-BR`; and not `if` or `do`, which are no languages. */
static gboolean
is_language_tag (const char *name)
{
  gsize length = strcspn (name, "-");

  if (length < 2 || length > 3 || g_str_equal (name, "if") || g_str_equal (name, "do"))
    return FALSE;

  for (const char *c = name; *c != '\0'; c++)
    {
      if (c < name + length ? !g_ascii_islower (*c) : !g_ascii_isalnum (*c) && *c != '-')
        return FALSE;
    }

  return TRUE;
}

/* Whether an object holds one text a language. */
gboolean
sg_object_is_languages (JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;

  if (json_object_get_size (object) == 0)
    return FALSE;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      if (!is_language_tag (name))
        return FALSE;
    }

  return TRUE;
}
