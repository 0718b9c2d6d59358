/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The world is what is true at one turn: entities with attributes, each a JSON
 * value that knows the turn and the tool call that set it.  The world at the head
 * of a story is a plain one; while a turn runs, its writes go to an overlay above it,
 * which its own reads see.  The commit merges the overlay; a turn that fails
 * or is stopped just drops it.
 *
 * Facts are found through two hash tables, entity and then attribute.  An overlay
 * keeps a fact that was removed as one whose value is a JSON null, so that it hides
 * the fact below it.
 */

#include "config.h"

#include "world/sg-world.h"

#include <string.h>

struct _SgWorld
{
  GObject     parent_instance;

  SgWorld    *base;

  /* entity → (attribute → SgFact), and how often any was set or taken away */
  GHashTable *entities;
  guint64     version;

  /* Only in an overlay: what the turn did, in order; borrowed from entities. */
  GPtrArray  *changes;
  GPtrArray  *memories;
  char      **choices;
};

G_DEFINE_FINAL_TYPE (SgWorld, sg_world, G_TYPE_OBJECT)

/**
 * sg_memory_copy:
 *
 * Returns: (transfer full): a copy
 */
SgMemory *
sg_memory_copy (const SgMemory *self)
{
  SgMemory *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->text = g_strdup (self->text);
  copy->keywords = g_strdup (self->keywords);
  copy->call = g_strdup (self->call);

  return copy;
}

/**
 * sg_memory_free:
 * @self: (transfer full): a memory
 */
void
sg_memory_free (SgMemory *self)
{
  g_free (self->text);
  g_free (self->keywords);
  g_free (self->call);
  g_free (self);
}

static void
fact_free (gpointer data)
{
  SgFact *fact = data;

  g_free (fact->entity);
  g_free (fact->attribute);
  json_node_unref (fact->value);
  g_free (fact->call);
  g_free (fact);
}

/* The fact in this very layer, removed or not. */
static SgFact *
find_own (SgWorld    *self,
          const char *entity,
          const char *attribute)
{
  GHashTable *attributes = g_hash_table_lookup (self->entities, entity);

  return attributes != NULL ? g_hash_table_lookup (attributes, attribute) : NULL;
}

static SgFact *
ensure_own (SgWorld    *self,
            const char *entity,
            const char *attribute)
{
  GHashTable *attributes = g_hash_table_lookup (self->entities, entity);
  SgFact *fact;

  self->version++;
  if (attributes == NULL)
    {
      attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, fact_free);
      g_hash_table_insert (self->entities, g_strdup (entity), attributes);
    }

  fact = g_hash_table_lookup (attributes, attribute);
  if (fact == NULL)
    {
      fact = g_new0 (SgFact, 1);
      fact->entity = g_strdup (entity);
      fact->attribute = g_strdup (attribute);
      g_hash_table_insert (attributes, fact->attribute, fact);
    }

  return fact;
}

/* Takes the value. */
static void
fact_assign (SgFact     *fact,
             JsonNode   *value,
             gint64      turn,
             const char *call)
{
  g_clear_pointer (&fact->value, json_node_unref);
  fact->value = value != NULL ? value : json_node_new (JSON_NODE_NULL);
  fact->turn = turn;
  g_free (fact->call);
  fact->call = g_strdup (call);
}

static void
remove_own (SgWorld    *self,
            const char *entity,
            const char *attribute)
{
  GHashTable *attributes = g_hash_table_lookup (self->entities, entity);

  if (attributes == NULL)
    return;

  self->version++;
  g_hash_table_remove (attributes, attribute);
  if (g_hash_table_size (attributes) == 0)
    g_hash_table_remove (self->entities, entity);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Sorts a set of names and turns it into a string vector; takes the set. */
static char **
names_from_set (GHashTable *set)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_full (g_hash_table_size (set) + 1, NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_hash_table_unref (set);

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_steal (names, NULL);
}

static void
sg_world_finalize (GObject *object)
{
  SgWorld *self = SG_WORLD (object);

  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_clear_pointer (&self->memories, g_ptr_array_unref);
  g_clear_pointer (&self->entities, g_hash_table_unref);
  g_clear_pointer (&self->choices, g_strfreev);
  g_clear_object (&self->base);

  G_OBJECT_CLASS (sg_world_parent_class)->finalize (object);
}

static void
sg_world_class_init (SgWorldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_world_finalize;
}

static void
sg_world_init (SgWorld *self)
{
  self->entities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) g_hash_table_unref);
  self->changes = g_ptr_array_new ();
  self->memories = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_free);
}

/**
 * sg_world_is_note:
 * @entity: who or what
 *
 * Returns: whether it only keeps notes for the program
 */
gboolean
sg_world_is_note (const char *entity)
{
  return entity[0] == '_' || strcmp (entity, "storyteller") == 0;
}

/**
 * sg_world_new:
 *
 * Returns: (transfer full): a world in which nothing is true yet
 */
SgWorld *
sg_world_new (void)
{
  return g_object_new (SG_TYPE_WORLD, NULL);
}

/**
 * sg_world_new_overlay:
 * @base: the world below
 *
 * Makes a layer for the writes of one turn.
 *
 * Returns: (transfer full): an overlay that keeps a reference to @base
 */
SgWorld *
sg_world_new_overlay (SgWorld *base)
{
  SgWorld *self;

  g_return_val_if_fail (SG_IS_WORLD (base), NULL);

  self = g_object_new (SG_TYPE_WORLD, NULL);
  self->base = g_object_ref (base);

  return self;
}

/**
 * sg_world_get_base:
 *
 * Returns: (transfer none) (nullable): the world below an overlay
 */
SgWorld *
sg_world_get_base (SgWorld *self)
{
  g_return_val_if_fail (SG_IS_WORLD (self), NULL);

  return self->base;
}

/**
 * sg_world_lookup:
 * @entity: who or what
 * @attribute: what of it
 *
 * Returns: (transfer none) (nullable): the fact as this layer sees it, valid until
 *   the next change; %NULL where there is none or it was removed
 */
const SgFact *
sg_world_lookup (SgWorld    *self,
                 const char *entity,
                 const char *attribute)
{
  g_return_val_if_fail (SG_IS_WORLD (self), NULL);
  g_return_val_if_fail (entity != NULL && attribute != NULL, NULL);

  for (SgWorld *layer = self; layer != NULL; layer = layer->base)
    {
      const SgFact *fact = find_own (layer, entity, attribute);

      if (fact != NULL)
        return JSON_NODE_HOLDS_NULL (fact->value) ? NULL : fact;
    }

  return NULL;
}

/**
 * sg_world_get:
 * @entity: who or what
 * @attribute: what of it
 *
 * Returns: (transfer none) (nullable): the value of the fact
 */
JsonNode *
sg_world_get (SgWorld    *self,
              const char *entity,
              const char *attribute)
{
  const SgFact *fact = sg_world_lookup (self, entity, attribute);

  return fact != NULL ? fact->value : NULL;
}

/**
 * sg_world_get_string:
 * @entity: who or what
 * @attribute: what of it
 *
 * Returns: (transfer none) (nullable): the value, if it is a string
 */
const char *
sg_world_get_string (SgWorld    *self,
                     const char *entity,
                     const char *attribute)
{
  JsonNode *value = sg_world_get (self, entity, attribute);

  if (value == NULL || !JSON_NODE_HOLDS_VALUE (value)
      || json_node_get_value_type (value) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (value);
}

/**
 * sg_world_get_int:
 * @entity: who or what
 * @attribute: what of it
 * @fallback: what to return where there is no number
 *
 * Returns: the value, if it is a number; a fraction is cut off
 */
gint64
sg_world_get_int (SgWorld    *self,
                  const char *entity,
                  const char *attribute,
                  gint64      fallback)
{
  JsonNode *value = sg_world_get (self, entity, attribute);
  GType type;

  if (value == NULL || !JSON_NODE_HOLDS_VALUE (value))
    return fallback;

  type = json_node_get_value_type (value);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return fallback;

  return json_node_get_int (value);
}

/**
 * sg_world_get_boolean:
 * @entity: who or what
 * @attribute: what of it
 *
 * Returns: whether the value is `true`
 */
gboolean
sg_world_get_boolean (SgWorld    *self,
                      const char *entity,
                      const char *attribute)
{
  JsonNode *value = sg_world_get (self, entity, attribute);

  return value != NULL && JSON_NODE_HOLDS_VALUE (value)
         && json_node_get_value_type (value) == G_TYPE_BOOLEAN && json_node_get_boolean (value);
}

/**
 * sg_world_has_entity:
 * @entity: who or what
 *
 * Returns: whether anything is true of it
 */
gboolean
sg_world_has_entity (SgWorld    *self,
                     const char *entity)
{
  g_return_val_if_fail (SG_IS_WORLD (self), FALSE);
  g_return_val_if_fail (entity != NULL, FALSE);

  for (SgWorld *layer = self; layer != NULL; layer = layer->base)
    {
      GHashTable *attributes = g_hash_table_lookup (layer->entities, entity);
      GHashTableIter iter;
      gpointer attribute;

      if (attributes == NULL)
        continue;

      g_hash_table_iter_init (&iter, attributes);
      while (g_hash_table_iter_next (&iter, &attribute, NULL))
        {
          if (sg_world_lookup (self, entity, attribute) != NULL)
            return TRUE;
        }
    }

  return FALSE;
}

/**
 * sg_world_get_version:
 *
 * Returns: a number that stays the same only as long as nothing changes that is true in this world
 */
guint64
sg_world_get_version (SgWorld *self)
{
  guint64 version = 0;

  g_return_val_if_fail (SG_IS_WORLD (self), 0);

  /* None ever gets smaller. */
  for (SgWorld *layer = self; layer != NULL; layer = layer->base)
    version += layer->version;

  return version;
}

/**
 * sg_world_list_entities:
 *
 * Returns: (transfer full): the names of all of which anything is true, sorted
 */
char **
sg_world_list_entities (SgWorld *self)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  g_return_val_if_fail (SG_IS_WORLD (self), NULL);

  for (SgWorld *layer = self; layer != NULL; layer = layer->base)
    {
      GHashTableIter iter;
      gpointer entity;

      g_hash_table_iter_init (&iter, layer->entities);
      while (g_hash_table_iter_next (&iter, &entity, NULL))
        {
          if (sg_world_has_entity (self, entity))
            g_hash_table_add (set, entity);
        }
    }

  return names_from_set (set);
}

/**
 * sg_world_list_attributes:
 * @entity: who or what
 *
 * Returns: (transfer full): the names of what is true of it, sorted
 */
char **
sg_world_list_attributes (SgWorld    *self,
                          const char *entity)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  g_return_val_if_fail (SG_IS_WORLD (self), NULL);
  g_return_val_if_fail (entity != NULL, NULL);

  for (SgWorld *layer = self; layer != NULL; layer = layer->base)
    {
      GHashTable *attributes = g_hash_table_lookup (layer->entities, entity);
      GHashTableIter iter;
      gpointer attribute;

      if (attributes == NULL)
        continue;

      g_hash_table_iter_init (&iter, attributes);
      while (g_hash_table_iter_next (&iter, &attribute, NULL))
        {
          if (sg_world_lookup (self, entity, attribute) != NULL)
            g_hash_table_add (set, attribute);
        }
    }

  return names_from_set (set);
}

/**
 * sg_world_entity_to_json:
 * @entity: who or what
 *
 * Returns: (transfer full): an object with its attributes, sorted by name
 */
JsonNode *
sg_world_entity_to_json (SgWorld    *self,
                         const char *entity)
{
  g_auto (GStrv) attributes = sg_world_list_attributes (self, entity);
  g_autoptr (JsonObject) object = json_object_new ();

  for (guint i = 0; attributes != NULL && attributes[i] != NULL; i++)
    json_object_set_member (object, attributes[i],
                            json_node_copy (sg_world_get (self, entity, attributes[i])));

  return json_node_init_object (json_node_alloc (), object);
}

/**
 * sg_world_to_json:
 *
 * Returns: (transfer full): an object with an object for each entity, sorted by name
 */
JsonNode *
sg_world_to_json (SgWorld *self)
{
  g_auto (GStrv) entities = sg_world_list_entities (self);
  g_autoptr (JsonObject) object = json_object_new ();

  for (guint i = 0; entities != NULL && entities[i] != NULL; i++)
    json_object_set_member (object, entities[i], sg_world_entity_to_json (self, entities[i]));

  return json_node_init_object (json_node_alloc (), object);
}

/**
 * sg_world_set:
 * @entity: who or what
 * @attribute: what of it
 * @value: (transfer full) (nullable): a JSON value; %NULL or a null node removes the fact
 * @call: (nullable): the id of the tool call that sets it
 *
 * Changes a fact.  In an overlay the change is noted for the commit.
 */
void
sg_world_set (SgWorld    *self,
              const char *entity,
              const char *attribute,
              JsonNode   *value,
              const char *call)
{
  SgFact *fact;

  g_return_if_fail (SG_IS_WORLD (self));
  g_return_if_fail (entity != NULL && attribute != NULL);

  fact = ensure_own (self, entity, attribute);
  fact_assign (fact, value, 0, call);

  /* A fact that changes twice in a turn is one change, at its latest place. */
  g_ptr_array_remove (self->changes, fact);
  g_ptr_array_add (self->changes, fact);
}

/**
 * sg_world_set_string:
 * @entity: who or what
 * @attribute: what of it
 * @value: (nullable): the value; %NULL removes the fact
 */
void
sg_world_set_string (SgWorld    *self,
                     const char *entity,
                     const char *attribute,
                     const char *value)
{
  JsonNode *node = value != NULL ? json_node_init_string (json_node_alloc (), value) : NULL;

  sg_world_set (self, entity, attribute, node, NULL);
}

/**
 * sg_world_set_int:
 * @entity: who or what
 * @attribute: what of it
 * @value: the value
 */
void
sg_world_set_int (SgWorld    *self,
                  const char *entity,
                  const char *attribute,
                  gint64      value)
{
  sg_world_set (self, entity, attribute, json_node_init_int (json_node_alloc (), value), NULL);
}

/**
 * sg_world_set_boolean:
 * @entity: who or what
 * @attribute: what of it
 * @value: the value
 */
void
sg_world_set_boolean (SgWorld    *self,
                      const char *entity,
                      const char *attribute,
                      gboolean    value)
{
  sg_world_set (self, entity, attribute, json_node_init_boolean (json_node_alloc (), value), NULL);
}

/**
 * sg_world_load:
 * @entity: who or what
 * @attribute: what of it
 * @value: (transfer full): a JSON value
 * @turn: the turn that set it
 * @call: (nullable): the tool call that set it
 *
 * Puts in a fact that was read back from the library: it is not a change.
 */
void
sg_world_load (SgWorld    *self,
               const char *entity,
               const char *attribute,
               JsonNode   *value,
               gint64      turn,
               const char *call)
{
  g_return_if_fail (SG_IS_WORLD (self));

  fact_assign (ensure_own (self, entity, attribute), value, turn, call);
}

/**
 * sg_world_get_changes:
 *
 * Returns: (transfer none) (element-type SgFact): what was changed, in order; a fact
 *   that was removed has a null node
 */
GPtrArray *
sg_world_get_changes (SgWorld *self)
{
  g_return_val_if_fail (SG_IS_WORLD (self), NULL);

  return self->changes;
}

/**
 * sg_world_add_memory:
 * @text: what is to be remembered
 * @keywords: (nullable): words it should also be found by
 * @importance: 1 to 10
 * @call: (nullable): the id of the tool call that makes it
 */
void
sg_world_add_memory (SgWorld    *self,
                     const char *text,
                     const char *keywords,
                     int         importance,
                     const char *call)
{
  SgMemory memory = { 0 };

  g_return_if_fail (SG_IS_WORLD (self));
  g_return_if_fail (text != NULL);

  memory.text = (char *) text;
  memory.keywords = (char *) keywords;
  memory.importance = importance;
  memory.call = (char *) call;
  g_ptr_array_add (self->memories, sg_memory_copy (&memory));
}

/**
 * sg_world_get_new_memories:
 *
 * Returns: (transfer none) (element-type SgMemory): the memories of this layer
 */
GPtrArray *
sg_world_get_new_memories (SgWorld *self)
{
  g_return_val_if_fail (SG_IS_WORLD (self), NULL);

  return self->memories;
}

/**
 * sg_world_set_choices:
 * @choices: (nullable): what the player is offered
 */
void
sg_world_set_choices (SgWorld           *self,
                      const char *const *choices)
{
  g_auto (GStrv) old = NULL;

  g_return_if_fail (SG_IS_WORLD (self));

  /* The new ones may be the old ones. */
  old = g_steal_pointer (&self->choices);
  self->choices = g_strdupv ((char **) choices);
}

/**
 * sg_world_get_choices:
 *
 * Returns: (transfer none) (nullable): what the player is offered
 */
const char *const *
sg_world_get_choices (SgWorld *self)
{
  g_return_val_if_fail (SG_IS_WORLD (self), NULL);

  return (const char *const *) self->choices;
}

/**
 * sg_world_merge:
 * @overlay: an overlay of @self
 * @turn: the id of the turn that has committed
 *
 * Makes what the turn changed true for good.  The overlay stays as it is and is to be dropped.
 */
void
sg_world_merge (SgWorld *self,
                SgWorld *overlay,
                gint64   turn)
{
  g_return_if_fail (SG_IS_WORLD (self));
  g_return_if_fail (SG_IS_WORLD (overlay) && overlay->base == self);

  for (guint i = 0; i < overlay->changes->len; i++)
    {
      const SgFact *fact = g_ptr_array_index (overlay->changes, i);

      if (JSON_NODE_HOLDS_NULL (fact->value))
        remove_own (self, fact->entity, fact->attribute);
      else
        sg_world_load (self, fact->entity, fact->attribute, json_node_copy (fact->value), turn,
                       fact->call);
    }
}
