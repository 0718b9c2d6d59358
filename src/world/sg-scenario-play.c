/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a story of a scenario begins: its opening, its first choices, its first facts. */

#include "config.h"

#include "world/sg-scenario-data.h"

#include "world/sg-view.h"

/**
 * sg_scenario_dup_opening:
 * @language: (nullable): a language tag
 *
 * Returns: (transfer full): the first words of a story
 */
char *
sg_scenario_dup_opening (SgScenario *self,
                         const char *language)
{
  g_autoptr (SgWorld) world = NULL;
  g_autoptr (SgView) view = NULL;

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  world = sg_world_new ();
  sg_scenario_fill_world (self, world);
  view = sg_view_new (self, world, language, 0);

  return sg_view_render (view, sg_member (sg_scenario_get_root (self), "opening"));
}

/**
 * sg_scenario_dup_first_choices:
 * @language: (nullable): a language tag
 *
 * Returns: (transfer full) (array zero-terminated=1): what is offered with the opening
 */
char **
sg_scenario_dup_first_choices (SgScenario *self,
                               const char *language)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (SgView) view = NULL;
  JsonArray *choices;

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  view = sg_view_new (self, NULL, language, 0);
  choices = sg_member_array (sg_scenario_get_root (self), "first_choices");
  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    {
      g_autofree char *text = sg_view_render (view, json_array_get_element (choices, i));

      if (text[0] != '\0')
        g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

static void
set_facts (SgWorld    *world,
           const char *id,
           JsonObject *facts)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (facts == NULL)
    return;

  json_object_iter_init_ordered (&iter, facts);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (name[0] != '#')
        sg_world_set (world, id, name, json_node_copy (value), NULL);
    }
}

/* The place, which may be the first of an array. */
static const char *
get_at (JsonObject *data)
{
  JsonArray *array = sg_member_array (data, "at");

  if (array != NULL && json_array_get_length (array) > 0)
    return json_array_get_string_element (array, 0);

  return sg_member_string (data, "at");
}

static void
fill_thing (SgWorld        *world,
            const SgEntity *entity)
{
  static const char *const flags[] = { "hidden", "open", "locked", "lit" };
  const char *at = get_at (entity->data);

  sg_world_set_string (world, entity->id, "place", at != NULL ? at : "nowhere");
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      gboolean known = sg_member (entity->data, flags[i]) != NULL
                       || (g_str_equal (flags[i], "open") && sg_member_boolean (entity->data, "openable", FALSE))
                       || (g_str_equal (flags[i], "lit") && sg_member_boolean (entity->data, "light", FALSE));

      if (known)
        sg_world_set_boolean (world, entity->id, flags[i], sg_member_boolean (entity->data, flags[i], FALSE));
    }
}

static void
fill_entity (SgWorld        *world,
             const SgEntity *entity)
{
  const char *at = get_at (entity->data);

  if (entity->kind == SG_ENTITY_THING)
    fill_thing (world, entity);
  else if (entity->kind == SG_ENTITY_PERSON)
    {
      sg_world_set_string (world, entity->id, "place", at != NULL ? at : "nowhere");
      if (sg_member_boolean (entity->data, "hidden", FALSE))
        sg_world_set_boolean (world, entity->id, "hidden", TRUE);
    }
  else if (entity->kind == SG_ENTITY_DEITY && at != NULL)
    sg_world_set_string (world, entity->id, "place", at);
  else if (entity->kind == SG_ENTITY_CLOCK)
    sg_world_set_int (world, entity->id, "value", sg_member_int (entity->data, "start", 0));
  else if (entity->kind == SG_ENTITY_GOAL && sg_member (entity->data, "open") == NULL)
    sg_world_set_string (world, entity->id, "state", "open");

  set_facts (world, entity->id, sg_member_object (entity->data, "facts"));
}

/**
 * sg_scenario_fill_world:
 * @world: an empty world
 *
 * Sets the facts with which a story of this scenario begins.
 */
void
sg_scenario_fill_world (SgScenario *self,
                        SgWorld    *world)
{
  GPtrArray *entities;
  JsonObject *player;
  JsonArray *carries;
  const char *at;

  g_return_if_fail (SG_IS_SCENARIO (self));
  g_return_if_fail (SG_IS_WORLD (world));

  entities = sg_scenario_get_entities (self);
  player = sg_scenario_get_section (self, "player");
  at = sg_member_string (player, "at");

  sg_world_set_string (world, "player", "place", at);
  set_facts (world, "player", sg_member_object (player, "facts"));
  for (guint i = 0; i < entities->len; i++)
    fill_entity (world, g_ptr_array_index (entities, i));

  carries = sg_member_array (player, "carries");
  for (guint i = 0; carries != NULL && i < json_array_get_length (carries); i++)
    sg_world_set_string (world, json_array_get_string_element (carries, i), "place", "player");

  /* The opening has shown the player the first place. */
  sg_world_set_int (world, at, "visited", 1);
  sg_world_set_int (world, "story", "turn", 0);
}
