/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ways out of a place.  An exit of a scenario is the id of a place, an object, or an array of objects of
 * which the first that holds is meant. */

#include "config.h"

#include "world/sg-view-private.h"

/**
 * sg_exit_get_to:
 * @exit: an exit, chosen
 *
 * Returns: the id of the place that it leads to
 */
const char *
sg_exit_get_to (JsonNode *exit)
{
  const char *to = sg_node_string (exit);

  return to != NULL ? to : sg_member_string (json_node_get_object (exit), "to");
}

/**
 * sg_exit_choose:
 * @exit: an exit as the scenario has it
 *
 * Returns: (transfer none): of several exits under one name the first that holds, or else the last
 */
JsonNode *
sg_exit_choose (SgView   *view,
                JsonNode *exit)
{
  JsonNode *chosen = NULL;
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (exit))
    return exit;

  array = json_node_get_array (exit);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      chosen = json_array_get_element (array, i);
      if (sg_view_holds (view, sg_member (json_node_get_object (chosen), "if")))
        break;
    }

  return chosen;
}

/**
 * sg_exit_is_known:
 * @exit: (nullable): an exit, chosen
 *
 * Returns: whether it is not hidden
 */
gboolean
sg_exit_is_known (SgView   *view,
                  JsonNode *exit)
{
  JsonNode *hidden;

  if (exit == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (exit))
    return TRUE;

  hidden = sg_member (json_node_get_object (exit), "hidden");

  return hidden == NULL || !sg_view_holds (view, hidden);
}

/**
 * sg_exit_is_open:
 * @exit: an exit, chosen
 *
 * Returns: whether nothing bars it
 */
gboolean
sg_exit_is_open (SgView   *view,
                 JsonNode *exit)
{
  return !JSON_NODE_HOLDS_OBJECT (exit)
         || sg_view_holds (view, sg_member (json_node_get_object (exit), "if"));
}

/**
 * sg_exit_find:
 * @from: (nullable): a place
 * @to: (nullable): another place
 * @key: (out) (transfer none): the direction
 *
 * Returns: (transfer none) (nullable): the known exit of @from that leads to @to; of several one that is open
 */
JsonNode *
sg_exit_find (SgView      *view,
              const char  *from,
              const char  *to,
              const char **key)
{
  const SgEntity *place = sg_scenario_lookup (view->scenario, from);
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  JsonNode *found = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (exits == NULL || to == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonNode *exit = name[0] != '#' ? sg_exit_choose (view, node) : NULL;

      if (exit == NULL || !sg_exit_is_known (view, exit) || g_strcmp0 (sg_exit_get_to (exit), to) != 0)
        continue;
      if (found == NULL || sg_exit_is_open (view, exit))
        {
          found = exit;
          *key = name;
        }
    }

  return found;
}
