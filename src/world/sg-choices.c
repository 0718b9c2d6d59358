/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-choices.h"

#include <json-glib/json-glib.h>

/**
 * sg_choices_to_json:
 * @choices: (nullable): what a turn offers
 *
 * Returns: (transfer full) (nullable): the choices for the library; %NULL where there are none
 */
char *
sg_choices_to_json (const char *const *choices)
{
  g_autoptr (JsonArray) array = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (choices == NULL || choices[0] == NULL)
    return NULL;

  array = json_array_new ();
  for (guint i = 0; choices[i] != NULL; i++)
    json_array_add_string_element (array, choices[i]);
  node = json_node_init_array (json_node_alloc (), array);

  return json_to_string (node, FALSE);
}

/**
 * sg_choices_from_json:
 * @json: (nullable): choices as the library keeps them
 *
 * Returns: (transfer full): the choices; what is no text among them is passed over
 */
GStrv
sg_choices_from_json (const char *json)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonArray *array = NULL;

  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    array = json_node_get_array (root);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (node));
    }

  return g_strv_builder_end (builder);
}
