/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-relationship.h"

#include <string.h>

/* How many changes are remembered beside the last one: enough to say how it came about. */
#define MAX_BEFORE 2

/**
 * sg_relationship_new:
 * @from: whose it is
 * @to: to whom
 *
 * Returns: (transfer full): one of which nothing is known yet
 */
SgRelationship *
sg_relationship_new (const char *from,
                     const char *to)
{
  SgRelationship *self = g_new0 (SgRelationship, 1);

  self->from = g_strdup (from);
  self->to = g_strdup (to);
  self->turn = -1;

  return self;
}

/**
 * sg_relationship_free:
 * @self: (transfer full): a relationship
 */
void
sg_relationship_free (SgRelationship *self)
{
  g_clear_pointer (&self->before, json_node_unref);
  g_free (self->from);
  g_free (self->to);
  g_free (self->kind);
  g_free (self->why);
  g_free (self);
}

static gboolean
holds_number (JsonNode *node)
{
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static gint64
get_number (JsonObject *object,
            const char *name,
            gint64      fallback)
{
  JsonNode *node = json_object_get_member (object, name);

  return holds_number (node) ? json_node_get_int (node) : fallback;
}

static char *
dup_text (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_dup_string (node);
}

static int
clamp_score (gint64 score)
{
  return (int) CLAMP (score, SG_RELATIONSHIP_MIN, SG_RELATIONSHIP_MAX);
}

static SgRelationship *
read_value (const char *from,
            const char *to,
            JsonNode   *value)
{
  SgRelationship *self = sg_relationship_new (from, to);

  if (holds_number (value))
    self->score = clamp_score (json_node_get_int (value));
  else if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
    self->kind = json_node_dup_string (value);
  else if (JSON_NODE_HOLDS_OBJECT (value))
    {
      JsonObject *object = json_node_get_object (value);
      JsonNode *before = json_object_get_member (object, "before");

      self->score = clamp_score (get_number (object, "score", 0));
      self->turn = get_number (object, "turn", -1);
      self->kind = dup_text (object, "kind");
      self->why = dup_text (object, "why");
      if (before != NULL && JSON_NODE_HOLDS_ARRAY (before))
        self->before = json_node_copy (before);
    }

  return self;
}

/**
 * sg_relationship_get:
 * @from: whose it is
 * @to: to whom
 *
 * Returns: (transfer full) (nullable): the relationship; %NULL where nothing is known of one
 */
SgRelationship *
sg_relationship_get (SgWorld    *world,
                     const char *from,
                     const char *to)
{
  g_autofree char *attribute = g_strconcat (SG_RELATIONSHIP_PREFIX, to, NULL);
  JsonNode *value;

  g_return_val_if_fail (SG_IS_WORLD (world), NULL);

  value = sg_world_get (world, from, attribute);

  return value != NULL ? read_value (from, to, value) : NULL;
}

static gboolean
is_wanted (const char *from,
           const char *to,
           const char *who,
           const char *other)
{
  if (who == NULL)
    return other == NULL || g_str_equal (from, other) || g_str_equal (to, other);
  if (other == NULL)
    return g_str_equal (from, who) || g_str_equal (to, who);

  return (g_str_equal (from, who) && g_str_equal (to, other))
         || (g_str_equal (from, other) && g_str_equal (to, who));
}

/**
 * sg_relationship_list:
 * @who: (nullable): one of the two, whichever side
 * @other: (nullable): the other one
 *
 * Returns: (transfer full) (element-type SgRelationship): those that there are, by name
 */
GPtrArray *
sg_relationship_list (SgWorld    *world,
                      const char *who,
                      const char *other)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_relationship_free);
  g_auto (GStrv) entities = NULL;

  g_return_val_if_fail (SG_IS_WORLD (world), found);

  entities = sg_world_list_entities (world);
  for (guint i = 0; entities[i] != NULL; i++)
    {
      g_auto (GStrv) attributes = sg_world_list_attributes (world, entities[i]);

      for (guint j = 0; attributes[j] != NULL; j++)
        {
          const char *to = attributes[j] + strlen (SG_RELATIONSHIP_PREFIX);

          if (g_str_has_prefix (attributes[j], SG_RELATIONSHIP_PREFIX)
              && is_wanted (entities[i], to, who, other))
            g_ptr_array_add (found, read_value (entities[i], to,
                                                sg_world_get (world, entities[i], attributes[j])));
        }
    }

  return found;
}

/* Puts how it stood until now in front of what is remembered. */
static void
push_before (SgRelationship *self)
{
  JsonArray *all = json_array_new ();
  JsonArray *old = self->before != NULL ? json_node_get_array (self->before) : NULL;
  JsonObject *change = json_object_new ();

  json_object_set_int_member (change, "turn", self->turn);
  json_object_set_int_member (change, "score", self->score);
  if (self->why != NULL)
    json_object_set_string_member (change, "why", self->why);
  json_array_add_object_element (all, change);
  for (guint i = 0; old != NULL && i < MIN (MAX_BEFORE - 1, json_array_get_length (old)); i++)
    json_array_add_element (all, json_node_copy (json_array_get_element (old, i)));

  g_clear_pointer (&self->before, json_node_unref);
  self->before = json_node_init_array (json_node_alloc (), all);
  json_array_unref (all);
}

/**
 * sg_relationship_change:
 * @score: what it is now; it is kept within its bounds
 * @kind: (nullable): what it is now; %NULL where that stays
 * @why: (nullable): what is behind the change
 * @turn: the depth of the turn
 *
 * Changes a relationship.  What was before is remembered for a while, but for changes of one and the same turn,
 * which are one.
 */
void
sg_relationship_change (SgRelationship *self,
                        int             score,
                        const char     *kind,
                        const char     *why,
                        gint64          turn)
{
  g_return_if_fail (self != NULL);

  if (self->turn >= 0 && self->turn != turn)
    push_before (self);

  self->score = clamp_score (score);
  self->turn = turn;
  if (kind != NULL)
    {
      g_free (self->kind);
      self->kind = g_strdup (kind);
    }
  if (why != NULL)
    {
      g_free (self->why);
      self->why = g_strdup (why);
    }
}

/**
 * sg_relationship_write:
 * @call: (nullable): the tool call that does it
 *
 * Sets the fact.
 */
void
sg_relationship_write (SgRelationship *self,
                       SgWorld        *world,
                       const char     *call)
{
  g_autofree char *attribute = g_strconcat (SG_RELATIONSHIP_PREFIX, self->to, NULL);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "score", self->score);
  if (self->kind != NULL)
    json_object_set_string_member (object, "kind", self->kind);
  if (self->why != NULL)
    json_object_set_string_member (object, "why", self->why);
  if (self->turn >= 0)
    json_object_set_int_member (object, "turn", self->turn);
  if (self->before != NULL)
    json_object_set_member (object, "before", json_node_copy (self->before));

  sg_world_set (world, self->from, attribute, json_node_init_object (json_node_alloc (), object), call);
}

/**
 * sg_relationship_dup_line:
 *
 * Returns: (transfer full): one short line for a prompt: `anna toward player: 15, ally (You kept your word.)`
 */
char *
sg_relationship_dup_line (SgRelationship *self)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "%s toward %s: %d", self->from, self->to, self->score);
  if (self->kind != NULL)
    g_string_append_printf (line, ", %s", self->kind);
  if (self->why != NULL)
    g_string_append_printf (line, " (%s)", self->why);

  return g_string_free (line, FALSE);
}
