/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is true now, as the last message of a prompt says it: what is near first, and as much as there is room for.
 * What people are to each other is said in a line each rather than among their facts. */

#include "config.h"

#include "engine/sg-prompt-state.h"

#include <stdlib.h>
#include <string.h>

#include "llm/sg-json-writer.h"
#include "tools/sg-tool-text.h"
#include "world/sg-relationship.h"

/* How much of the room relationships may take. */
#define RELATIONSHIP_SHARE 4

/* How long a text may be, in characters. */
#define VALUE_MAX 120

/* What is near: the player, and what is where the player is. */
static gboolean
is_near (SgWorld    *world,
         const char *entity)
{
  const char *place = sg_world_get_string (world, "player", "place");

  if (g_str_equal (entity, "player") || g_strcmp0 (entity, place) == 0)
    return TRUE;

  return place != NULL && g_strcmp0 (sg_world_get_string (world, entity, "place"), place) == 0;
}

/* Long texts (a character that was written out has a page of them) are there for those who read them with a tool. */
static void
append_value (GString  *json,
              JsonNode *value)
{
  const char *text = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_string (value) : NULL;

  if (text == NULL)
    {
      g_autofree char *other = json_to_string (value, FALSE);

      g_string_append (json, other);
    }
  else if (strlen (text) > VALUE_MAX)
    {
      g_autofree char *cut = sg_tool_excerpt (text, VALUE_MAX);

      sg_json_append_string (json, cut);
    }
  else
    {
      sg_json_append_string (json, text);
    }
}

/* The facts of an entity without what it is to others; NULL where there are no more. */
static char *
dup_facts (SgWorld    *world,
           const char *entity)
{
  g_auto (GStrv) attributes = sg_world_list_attributes (world, entity);
  g_autoptr (GString) json = g_string_new ("{");

  for (guint i = 0; attributes[i] != NULL; i++)
    {
      if (g_str_has_prefix (attributes[i], SG_RELATIONSHIP_PREFIX))
        continue;

      sg_json_append_key (json, attributes[i]);
      append_value (json, sg_world_get (world, entity, attributes[i]));
    }
  if (json->len == 1)
    return NULL;

  g_string_append_c (json, '}');

  return g_string_free (g_steal_pointer (&json), FALSE);
}

static void
append_entities (GString *text,
                 SgWorld *world,
                 char   **entities,
                 gboolean near,
                 gsize    limit)
{
  for (guint i = 0; entities[i] != NULL && text->len < limit; i++)
    {
      g_autofree char *json = NULL;

      if (sg_world_is_note (entities[i]) || is_near (world, entities[i]) != near)
        continue;

      json = dup_facts (world, entities[i]);
      if (json != NULL && text->len + strlen (json) <= limit)
        g_string_append_printf (text, "%s: %s\n", entities[i], json);
    }
}

/* Those of who is near before the others, the strongest first. */
static int
compare_relationships (gconstpointer a,
                       gconstpointer b,
                       gpointer      world)
{
  const SgRelationship *first = *(const SgRelationship *const *) a;
  const SgRelationship *second = *(const SgRelationship *const *) b;
  int order = is_near (world, second->from) - is_near (world, first->from);

  if (order == 0)
    order = abs (second->score) - abs (first->score);
  if (order == 0)
    order = g_strcmp0 (first->from, second->from);

  return order != 0 ? order : g_strcmp0 (first->to, second->to);
}

static void
append_relationships (GString *text,
                      SgWorld *world,
                      gsize    limit)
{
  g_autoptr (GPtrArray) all = sg_relationship_list (world, NULL, NULL);

  g_ptr_array_sort_with_data (all, compare_relationships, world);
  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *line = sg_relationship_dup_line (g_ptr_array_index (all, i));

      if (text->len + strlen (line) <= limit)
        g_string_append_printf (text, "%s\n", line);
    }
}

static char *
make_state (SgWorld *world,
            gsize    limit)
{
  g_auto (GStrv) entities = sg_world_list_entities (world);
  g_autoptr (GString) relationships = g_string_new (NULL);
  GString *text = g_string_new (NULL);

  append_relationships (relationships, world, limit / RELATIONSHIP_SHARE);
  limit -= relationships->len;
  append_entities (text, world, entities, TRUE, limit);
  append_entities (text, world, entities, FALSE, limit);
  g_string_append (text, relationships->str);

  return g_string_free (text, FALSE);
}

/**
 * sg_prompt_state_clear:
 * @self: a state; all zero is one that holds nothing
 *
 * Frees what it holds.
 */
void
sg_prompt_state_clear (SgPromptState *self)
{
  g_clear_object (&self->world);
  g_clear_pointer (&self->text, g_free);
}

static void
update_state (SgPromptState *self,
              SgWorld       *world,
              gsize          limit)
{
  guint64 version = sg_world_get_version (world);

  if (self->text != NULL && self->world == world && self->version == version && self->limit == limit)
    return;

  g_set_object (&self->world, world);
  g_free (self->text);
  self->text = make_state (world, limit);
  self->version = version;
  self->limit = limit;
}

/**
 * sg_prompt_append_state:
 * @message: the message
 * @world: the world
 * @limit: how many bytes it may take; a large world is read through tools
 * @kept: (inout) (optional): what was appended last: many turns change nothing, and then it is the same for the next
 *
 * Appends what is true now, where anything is.
 */
void
sg_prompt_append_state (GString       *message,
                        SgWorld       *world,
                        gsize          limit,
                        SgPromptState *kept)
{
  SgPromptState own = { 0 };
  SgPromptState *state = kept != NULL ? kept : &own;

  update_state (state, world, limit);
  if (*state->text != '\0')
    g_string_append_printf (message, "[What is true now]\n%s\n", state->text);
  sg_prompt_state_clear (&own);
}
