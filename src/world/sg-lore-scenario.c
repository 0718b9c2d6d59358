/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texts of a scenario that tell what there is: descriptions, what is written on things, what people have to say.
 * Conditions, hints, reactions and endings are the author's own and are left out. */

#include "config.h"

#include "world/sg-lore.h"

#include "world/sg-scenario-data.h"

/* Any string of a text, for a title: of the first language, the first variant. */
static const char *
first_string (JsonNode *node)
{
  const char *string = sg_node_string (node);

  if (string != NULL || node == NULL)
    return string;
  if (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) > 0)
    return first_string (json_array_get_element (json_node_get_array (node), 0));
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) values = json_object_get_values (json_node_get_object (node));

      for (GList *l = values; l != NULL; l = l->next)
        {
          if (sg_node_string (l->data) != NULL)
            return sg_node_string (l->data);
        }
    }

  return NULL;
}

static char *
dup_strings (JsonObject *data,
             const char *member,
             const char *name)
{
  JsonArray *array = sg_member_array (data, member);
  GString *all = g_string_new (name);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_string_append_printf (all, " %s", json_array_get_string_element (array, i));

  return g_string_free (all, FALSE);
}

static const char *
get_name (const SgEntity *entity)
{
  const char *name = first_string (sg_member (entity->data, "name"));

  return name != NULL ? name : entity->id;
}

/* One thing that somebody says of a topic: a reaction, of which the text and the condition count. */
static void
add_saying (SgLore     *lore,
            const char *id,
            const char *title,
            const char *names,
            JsonNode   *reaction)
{
  JsonObject *object;

  if (sg_reaction_is_plain_text (reaction))
    sg_lore_add (lore, id, "talk", title, names, reaction, NULL);
  else if (JSON_NODE_HOLDS_ARRAY (reaction))
    {
      for (guint i = 0; i < json_array_get_length (json_node_get_array (reaction)); i++)
        add_saying (lore, id, title, names, json_array_get_element (json_node_get_array (reaction), i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (reaction))
    {
      object = json_node_get_object (reaction);
      if (sg_member (object, "text") != NULL)
        sg_lore_add (lore, id, "talk", title, names, sg_member (object, "text"), sg_member (object, "if"));
      if (sg_member (object, "replies") != NULL)
        add_saying (lore, id, title, names, sg_member (object, "replies"));
    }
}

static void
add_topics (SgLore         *lore,
            SgScenario     *scenario,
            const SgEntity *person)
{
  JsonObject *topics = sg_member_object (person->data, "topics");
  JsonObject *shared = sg_scenario_get_section (scenario, "topics");
  JsonObjectIter iter;
  const char *topic;
  JsonNode *node;

  if (topics == NULL)
    return;

  json_object_iter_init_ordered (&iter, topics);
  while (json_object_iter_next_ordered (&iter, &topic, &node))
    {
      JsonObject *own = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *common = sg_member_object (shared, topic);
      g_autofree char *id = g_strconcat (person->id, ".", topic, NULL);
      g_autofree char *own_words = dup_strings (own, "words", topic);
      g_autofree char *names = dup_strings (common, "words", own_words);
      const char *about = first_string (sg_member (own, "name"));
      g_autofree char *title = NULL;

      if (topic[0] == '#')
        continue;
      if (about == NULL)
        about = first_string (sg_member (common, "name"));
      title = g_strdup_printf ("%s on %s", get_name (person), about != NULL ? about : topic);
      add_saying (lore, id, title, names, node);
    }
}

static void
add_details (SgLore         *lore,
             const SgEntity *place)
{
  JsonObject *details = sg_member_object (place->data, "details");
  JsonObjectIter iter;
  const char *names;
  JsonNode *node;

  if (details == NULL)
    return;

  json_object_iter_init_ordered (&iter, details);
  while (json_object_iter_next_ordered (&iter, &names, &node))
    {
      g_auto (GStrv) parts = g_strsplit (names, "|", -1);
      g_autofree char *id = NULL;
      g_autofree char *words = NULL;

      if (names[0] == '#' || parts[0] == NULL || !sg_reaction_is_plain_text (node))
        continue;
      id = g_strconcat (place->id, ".", parts[0], NULL);
      words = g_strjoinv (" ", parts);
      sg_lore_add (lore, id, "detail", parts[0], words, node, NULL);
    }
}

static void
add_entity (SgLore         *lore,
            SgScenario     *scenario,
            const SgEntity *entity)
{
  static const char *const kinds[SG_N_ENTITY_KINDS] = { "place", "person", "thing", "deity", NULL, NULL };
  g_autofree char *names = dup_strings (entity->data, "synonyms", entity->id);
  JsonNode *description = sg_member (entity->data, "description");
  JsonNode *read = sg_member (entity->data, "read");

  if (kinds[entity->kind] == NULL)
    return;

  if (description != NULL)
    sg_lore_add (lore, entity->id, kinds[entity->kind], get_name (entity), names, description, NULL);
  if (read != NULL && sg_reaction_is_plain_text (read))
    {
      g_autofree char *id = g_strconcat (entity->id, ".read", NULL);

      sg_lore_add (lore, id, "writing", get_name (entity), names, read, NULL);
    }

  if (entity->kind == SG_ENTITY_PLACE)
    add_details (lore, entity);
  if (entity->kind == SG_ENTITY_PERSON)
    add_topics (lore, scenario, entity);
}

/**
 * sg_lore_new_scenario:
 * @scenario: a scenario
 *
 * Depends on the scenario alone, so that it may be made on another thread.
 *
 * Returns: (transfer full): what the texts of the scenario tell
 */
SgLore *
sg_lore_new_scenario (SgScenario *scenario)
{
  SgLore *self = sg_lore_new ();
  GPtrArray *entities;

  g_return_val_if_fail (SG_IS_SCENARIO (scenario), self);

  entities = sg_scenario_get_entities (scenario);
  for (guint i = 0; i < entities->len; i++)
    add_entity (self, scenario, g_ptr_array_index (entities, i));

  return self;
}
