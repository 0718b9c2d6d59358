/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The validator of scenarios.  It walks the whole file and notes each fault with
 * the path to it, because an author who has to mend forty places wants to see more
 * than the first.  What passes here is never asked again by those who play it: no
 * other code looks whether a member has the right type.
 */

#include "config.h"

#include "world/sg-scenario-check-private.h"

#include <string.h>

#include "world/sg-scenario-words.h"

#define MAX_ENTITIES 1000

gsize
sg_check_push (SgCheck    *self,
               const char *name)
{
  gsize mark = self->path->len;

  if (mark > 0)
    g_string_append_c (self->path, '.');
  g_string_append (self->path, name);

  return mark;
}

gsize
sg_check_push_index (SgCheck *self,
                     guint    index)
{
  gsize mark = self->path->len;

  g_string_append_printf (self->path, "[%u]", index);

  return mark;
}

void
sg_check_pop (SgCheck *self,
              gsize    mark)
{
  g_string_truncate (self->path, mark);
}

void
sg_check_fault (SgCheck    *self,
                const char *format,
                ...)
{
  g_autofree char *what = NULL;
  va_list args;

  if (self->faults->len >= SG_CHECK_MAX_FAULTS)
    {
      self->n_dropped++;
      return;
    }

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  if (self->path->len > 0)
    g_ptr_array_add (self->faults, g_strdup_printf ("%s: %s", self->path->str, what));
  else
    g_ptr_array_add (self->faults, g_steal_pointer (&what));
}

gboolean
sg_check_object (SgCheck  *self,
                 JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;

  sg_check_fault (self, "an object {…} is wanted here");

  return FALSE;
}

gboolean
sg_check_is_id (const char *id)
{
  if (!g_ascii_islower (id[0]))
    return FALSE;

  for (const char *c = id; *c != '\0'; c++)
    {
      if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '_')
        return FALSE;
    }

  return strlen (id) <= 64;
}

gboolean
sg_check_knows (SgCheck    *self,
                const char *id,
                guint       kinds)
{
  int kind = GPOINTER_TO_INT (g_hash_table_lookup (self->entities, id)) - 1;

  return kind >= 0 && (kinds & SG_KIND (kind)) != 0;
}

void
sg_check_reference (SgCheck    *self,
                    const char *id,
                    guint       kinds,
                    const char *what)
{
  if (!sg_check_knows (self, id, kinds))
    sg_check_fault (self, "no such %s “%s”", what, id);
}

/* Calls a function for each member but comments, with the path set. */
void
sg_check_members (SgCheck     *self,
                  JsonNode    *node,
                  SgCheckFunc  func)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!sg_check_object (self, node))
    return;

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      gsize mark;

      if (name[0] == '#')
        continue;

      mark = sg_check_push (self, name);
      func (self, name, member);
      sg_check_pop (self, mark);
    }
}

static const SgField *
find_field (const SgField *fields,
            const char    *name)
{
  for (; fields->name != NULL; fields++)
    {
      if (g_str_equal (fields->name, name))
        return fields;
    }

  return NULL;
}

/* Checks each member by its type; unknown ones and missing ones are faults. */
void
sg_check_fields (SgCheck       *self,
                 JsonObject    *object,
                 const SgField *fields)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      const SgField *field = find_field (fields, name);
      gsize mark;

      if (name[0] == '#')
        continue;

      mark = sg_check_push (self, name);
      if (field == NULL)
        sg_check_fault (self, "there is no such field");
      else if (JSON_NODE_HOLDS_NULL (member))
        sg_check_fault (self, "null is no value here; leave the field out");
      else
        sg_check_value (self, field->type, member);
      sg_check_pop (self, mark);
    }

  for (; fields->name != NULL; fields++)
    {
      if (fields->needed && !json_object_has_member (object, fields->name))
        sg_check_fault (self, "the field “%s” is missing", fields->name);
    }
}

static void
check_id_string (SgCheck    *self,
                 JsonNode   *node,
                 guint       kinds,
                 const char *what)
{
  const char *id = sg_node_string (node);

  if (id == NULL)
    sg_check_fault (self, "the id of a %s is wanted here", what);
  else
    sg_check_reference (self, id, kinds, what);
}

static void
check_strings (SgCheck  *self,
               JsonNode *node)
{
  if (!sg_node_is_array_of_strings (node))
    sg_check_fault (self, "an array of strings is wanted here");
  else if (json_array_get_length (json_node_get_array (node)) > 200)
    sg_check_fault (self, "more than 200 entries");
}

static void
check_fact (SgCheck    *self,
            const char *name,
            JsonNode   *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (strchr (name, '.') != NULL || strchr (name, ' ') != NULL)
    sg_check_fault (self, "the name of a fact has neither dots nor spaces");
  if (type != G_TYPE_STRING && type != G_TYPE_BOOLEAN && type != G_TYPE_INT64)
    sg_check_fault (self, "a fact is true or false, a whole number or a string");
  else if (type == G_TYPE_STRING && strlen (json_node_get_string (node)) > 500)
    sg_check_fault (self, "longer than 500 bytes");
}

/* `use rope`, `toll`, `give bread`. */
static void
check_on_key (SgCheck    *self,
              const char *name,
              JsonNode   *node)
{
  const char *space = strchr (name, ' ');
  g_autofree char *verb = g_strndup (name, space != NULL ? (gsize) (space - name) : strlen (name));

  if (!sg_scenario_words_has_verb (verb) && sg_member (sg_member_object (self->root, "verbs"), verb) == NULL)
    sg_check_fault (self, "no such verb “%s”; own verbs belong into “verbs”", verb);
  if (space != NULL)
    sg_check_reference (self, space + 1, ~0u, "place, person or thing");
  sg_check_reaction (self, node);
}

static void
check_dice (SgCheck  *self,
            JsonNode *node)
{
  const char *dice = sg_node_string (node);

  if (dice == NULL || !g_regex_match_simple ("^[1-9][0-9]?d[1-9][0-9]{0,2}([+-][0-9]{1,3})?$", dice, 0, 0))
    sg_check_fault (self, "dice such as “2d6” are wanted here");
}

/* Where a person or thing can be at first: one of several kinds, or an array of places for a door. */
static void
check_where (SgCheck  *self,
             JsonNode *node)
{
  const char *id = sg_node_string (node);
  JsonArray *array;

  if (id != NULL)
    {
      if (!g_str_equal (id, "nowhere") && !g_str_equal (id, "player"))
        sg_check_reference (self, id,
                            SG_KIND (SG_ENTITY_PLACE) | SG_KIND (SG_ENTITY_PERSON) | SG_KIND (SG_ENTITY_THING),
                            "place, person or thing");
      return;
    }

  if (!sg_node_is_array_of_strings (node) || json_array_get_length (json_node_get_array (node)) == 0)
    {
      sg_check_fault (self, "a place, or an array of places, is wanted here");
      return;
    }

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    sg_check_reference (self, json_array_get_string_element (array, i), SG_KIND (SG_ENTITY_PLACE), "place");
}

static void
check_value_type (SgCheck    *self,
                  JsonNode   *node,
                  GType       type,
                  const char *what)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    sg_check_fault (self, "%s is wanted here", what);
  else if (type == G_TYPE_INT64 && ABS (json_node_get_int (node) / 2) > 500000000)
    sg_check_fault (self, "a number this large is not counted with");
  else if (type == G_TYPE_STRING && strlen (json_node_get_string (node)) > 2000)
    sg_check_fault (self, "longer than 2,000 bytes");
}

static void
check_places (SgCheck  *self,
              JsonNode *node)
{
  JsonArray *array;

  if (!sg_node_is_array_of_strings (node))
    {
      sg_check_fault (self, "an array of places is wanted here");
      return;
    }

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    sg_check_reference (self, json_array_get_string_element (array, i), SG_KIND (SG_ENTITY_PLACE), "place");
}

static gboolean
is_true (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
}

/* A value of a simple type; those that have parts are checked elsewhere. */
void
sg_check_value (SgCheck     *self,
                SgFieldType  type,
                JsonNode    *node)
{
  switch ((int) type)
    {
    case SG_FIELD_ANY:
      break;
    case SG_FIELD_STRING:
      check_value_type (self, node, G_TYPE_STRING, "a string");
      break;
    case SG_FIELD_BOOLEAN:
      check_value_type (self, node, G_TYPE_BOOLEAN, "true or false");
      break;
    case SG_FIELD_INT:
      check_value_type (self, node, G_TYPE_INT64, "a whole number");
      break;
    case SG_FIELD_ID:
      if (sg_node_string (node) == NULL || !sg_check_is_id (sg_node_string (node)))
        sg_check_fault (self, "an id of lower-case letters, digits and _ is wanted here");
      break;
    case SG_FIELD_TEXT:
      sg_check_text (self, node);
      break;
    case SG_FIELD_TEXT_OR_TRUE:
      if (!is_true (node))
        sg_check_text (self, node);
      break;
    case SG_FIELD_STRINGS:
      check_strings (self, node);
      break;
    case SG_FIELD_CONDITION:
      sg_check_condition (self, node);
      break;
    case SG_FIELD_EFFECTS:
      sg_check_effects (self, node);
      break;
    case SG_FIELD_REACTION:
      sg_check_reaction (self, node);
      break;
    case SG_FIELD_FACTS:
      sg_check_members (self, node, check_fact);
      break;
    case SG_FIELD_ON:
      sg_check_members (self, node, check_on_key);
      break;
    case SG_FIELD_DICE:
      check_dice (self, node);
      break;
    case SG_FIELD_PLACE:
      check_id_string (self, node, SG_KIND (SG_ENTITY_PLACE), "place");
      break;
    case SG_FIELD_PLACES:
      check_places (self, node);
      break;
    case SG_FIELD_PERSON:
      check_id_string (self, node, SG_KIND (SG_ENTITY_PERSON), "person");
      break;
    case SG_FIELD_THING:
      check_id_string (self, node, SG_KIND (SG_ENTITY_THING), "thing");
      break;
    case SG_FIELD_DEITY:
      check_id_string (self, node, SG_KIND (SG_ENTITY_DEITY), "deity");
      break;
    case SG_FIELD_WHERE:
      check_where (self, node);
      break;
    default:
      sg_check_part (self, type, node);
      break;
    }
}

static void
note_entities (SgCheck      *self,
               SgEntityKind  kind)
{
  const char *section = sg_entity_kind_get_section (kind);
  JsonNode *node = sg_member (self->root, section);
  JsonObjectIter iter;
  const char *id;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &id, NULL))
    {
      static const char *const taken[] = { "player", "story", "storyteller", "nowhere", NULL };
      gsize mark = sg_check_push (self, section);

      if (id[0] != '#')
        {
          sg_check_push (self, id);
          if (!sg_check_is_id (id))
            sg_check_fault (self, "an id has lower-case letters, digits and _ only");
          if (g_strv_contains (taken, id))
            sg_check_fault (self, "this id is taken");
          if (!g_hash_table_insert (self->entities, (char *) id, GINT_TO_POINTER (kind + 1)))
            sg_check_fault (self, "another place, person, thing, goal, clock or deity has this id");
        }
      sg_check_pop (self, mark);
    }
}

/**
 * sg_scenario_check:
 * @root: the object of a scenario file
 *
 * Checks a scenario: types, names, sentences, sizes, and whether places and endings can be reached.
 *
 * Returns: (transfer full) (element-type utf8): the faults, each with its path; empty for none
 */
GPtrArray *
sg_scenario_check (JsonObject *root)
{
  SgCheck self = { 0 };

  g_return_val_if_fail (root != NULL, NULL);

  self.root = root;
  self.path = g_string_new (NULL);
  self.faults = g_ptr_array_new_with_free_func (g_free);
  self.entities = g_hash_table_new (g_str_hash, g_str_equal);
  self.movable = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int kind = 0; kind < SG_N_ENTITY_KINDS; kind++)
    note_entities (&self, kind);
  if (g_hash_table_size (self.entities) > MAX_ENTITIES)
    sg_check_fault (&self, "more than %d places, people, things, goals, clocks and deities", MAX_ENTITIES);
  else
    sg_check_sections (&self);

  if (self.n_dropped > 0)
    g_ptr_array_add (self.faults, g_strdup_printf ("and %u more", self.n_dropped));

  g_string_free (self.path, TRUE);
  g_hash_table_unref (self.entities);
  g_hash_table_unref (self.movable);
  g_hash_table_unref (self.ended);

  return self.faults;
}
