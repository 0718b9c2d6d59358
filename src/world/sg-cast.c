/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-cast.h"

#include <string.h>

#include "world/sg-relationship.h"
#include "world/sg-scenario-data.h"

static gboolean
feels_something (SgWorld    *world,
                 const char *id)
{
  g_auto (GStrv) attributes = sg_world_list_attributes (world, id);

  for (guint i = 0; attributes[i] != NULL; i++)
    {
      if (g_str_equal (attributes[i], "mood") || g_str_has_prefix (attributes[i], SG_RELATIONSHIP_PREFIX))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_cast_has:
 * @scenario: (nullable): the scenario
 * @id: an entity
 *
 * Returns: whether it is a character, dead or alive
 */
gboolean
sg_cast_has (SgWorld    *world,
             SgScenario *scenario,
             const char *id)
{
  const SgEntity *entity;
  const char *kind;

  g_return_val_if_fail (SG_IS_WORLD (world), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  if (g_str_equal (id, "player") || g_str_equal (id, "story") || sg_world_is_note (id))
    return FALSE;

  entity = scenario != NULL ? sg_scenario_lookup (scenario, id) : NULL;
  if (entity != NULL)
    return entity->kind == SG_ENTITY_PERSON;

  kind = sg_world_get_string (world, id, "kind");
  if (kind != NULL)
    return g_str_equal (kind, SG_CAST_KIND) || g_str_equal (kind, "person");

  return feels_something (world, id);
}

/**
 * sg_cast_list:
 * @scenario: (nullable): the scenario
 *
 * Returns: (transfer full): the ids of all characters, sorted
 */
char **
sg_cast_list (SgWorld    *world,
              SgScenario *scenario)
{
  g_auto (GStrv) entities = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (SG_IS_WORLD (world), NULL);

  /* The people of a scenario have a place from the beginning, so that they are all in the world. */
  entities = sg_world_list_entities (world);
  for (guint i = 0; entities[i] != NULL; i++)
    {
      if (sg_cast_has (world, scenario, entities[i]))
        g_strv_builder_add (builder, entities[i]);
    }

  return g_strv_builder_end (builder);
}

/**
 * sg_cast_is_dead:
 * @id: a character
 *
 * Returns: whether they are dead, in whichever of the ways in which models like to note it
 */
gboolean
sg_cast_is_dead (SgWorld    *world,
                 const char *id)
{
  JsonNode *alive;

  g_return_val_if_fail (SG_IS_WORLD (world), FALSE);

  alive = sg_world_get (world, id, "alive");

  return sg_world_get_boolean (world, id, "dead")
         || g_strcmp0 (sg_world_get_string (world, id, "status"), "dead") == 0
         || g_strcmp0 (sg_world_get_string (world, id, "state"), "dead") == 0
         || (alive != NULL && JSON_NODE_HOLDS_VALUE (alive)
             && json_node_get_value_type (alive) == G_TYPE_BOOLEAN && !json_node_get_boolean (alive));
}

/**
 * sg_cast_is_here:
 * @id: a character
 *
 * Returns: whether they are where the player is, to be seen
 */
gboolean
sg_cast_is_here (SgWorld    *world,
                 const char *id)
{
  const char *here;

  g_return_val_if_fail (SG_IS_WORLD (world), FALSE);

  here = sg_world_get_string (world, "player", "place");

  return here != NULL && !sg_world_get_boolean (world, id, "hidden")
         && g_strcmp0 (here, sg_world_get_string (world, id, "place")) == 0;
}

/**
 * sg_cast_is_known:
 * @scenario: (nullable): the scenario
 * @id: a character
 *
 * Returns: whether the player has come across them: has met them, is where they are, is something to them, or
 *   has seen them enter the story
 */
gboolean
sg_cast_is_known (SgWorld    *world,
                  SgScenario *scenario,
                  const char *id)
{
  g_return_val_if_fail (SG_IS_WORLD (world), FALSE);

  if (scenario == NULL || sg_scenario_lookup (scenario, id) == NULL)
    return TRUE;
  if (sg_world_get_boolean (world, id, "met") || sg_world_get (world, id, SG_RELATIONSHIP_PREFIX "player") != NULL)
    return TRUE;

  return sg_cast_is_here (world, id);
}
