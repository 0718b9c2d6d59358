/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-scenario-check-private.h"

#include <string.h>

#include "world/sg-scenario-words.h"

/* The fields of each kind of object; what data/scenarios/README.md says in words. */

static const SgField player_fields[] = {
  { "at", SG_FIELD_PLACE, TRUE }, { "carries", SG_FIELD_STRINGS }, { "facts", SG_FIELD_FACTS },
  { "description", SG_FIELD_TEXT }, { "name", SG_FIELD_TEXT }, { NULL }
};

static const SgField place_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE }, { "synonyms", SG_FIELD_STRINGS }, { "description", SG_FIELD_TEXT, TRUE },
  { "again", SG_FIELD_TEXT },      { "dark", SG_FIELD_CONDITION },   { "dark_text", SG_FIELD_TEXT },
  { "exits", SG_FIELD_EXITS },     { "details", SG_FIELD_DETAILS },  { "ambience", SG_FIELD_TEXT },
  { "on", SG_FIELD_ON },           { "facts", SG_FIELD_FACTS },      { NULL }
};

static const SgField exit_fields[] = {
  { "to", SG_FIELD_PLACE, TRUE }, { "name", SG_FIELD_TEXT }, { "synonyms", SG_FIELD_STRINGS },
  { "if", SG_FIELD_CONDITION },   { "blocked", SG_FIELD_TEXT }, { "text", SG_FIELD_TEXT },
  { "hidden", SG_FIELD_CONDITION }, { "do", SG_FIELD_EFFECTS }, { NULL }
};

static const SgField thing_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE },   { "article", SG_FIELD_STRING },   { "plural", SG_FIELD_BOOLEAN },
  { "synonyms", SG_FIELD_STRINGS },  { "at", SG_FIELD_WHERE },         { "description", SG_FIELD_TEXT },
  { "mention", SG_FIELD_TEXT },      { "hidden", SG_FIELD_BOOLEAN },   { "fixed", SG_FIELD_TEXT_OR_TRUE },
  { "light", SG_FIELD_BOOLEAN },     { "lit", SG_FIELD_BOOLEAN },      { "openable", SG_FIELD_BOOLEAN },
  { "open", SG_FIELD_BOOLEAN },      { "locked", SG_FIELD_BOOLEAN },   { "key", SG_FIELD_THING },
  { "container", SG_FIELD_BOOLEAN }, { "surface", SG_FIELD_BOOLEAN },  { "wearable", SG_FIELD_BOOLEAN },
  { "edible", SG_FIELD_BOOLEAN },    { "drinkable", SG_FIELD_BOOLEAN }, { "read", SG_FIELD_REACTION },
  { "facts", SG_FIELD_FACTS },       { "on", SG_FIELD_ON },            { "pronoun", SG_FIELD_STRING }, { NULL }
};

static const SgField person_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE },     { "article", SG_FIELD_STRING },     { "synonyms", SG_FIELD_STRINGS },
  { "pronoun", SG_FIELD_STRING },      { "at", SG_FIELD_WHERE },           { "schedule", SG_FIELD_SCHEDULE },
  { "description", SG_FIELD_TEXT, TRUE }, { "mention", SG_FIELD_TEXT },    { "hidden", SG_FIELD_BOOLEAN },
  { "facts", SG_FIELD_FACTS },         { "greeting", SG_FIELD_REACTION },  { "farewell", SG_FIELD_REACTION },
  { "topics", SG_FIELD_TOPICS },       { "unknown", SG_FIELD_REACTION },   { "small_talk", SG_FIELD_TEXT },
  { "on", SG_FIELD_ON },               { "plural", SG_FIELD_BOOLEAN },     { NULL }
};

static const SgField topic_fields[] = {
  { "name", SG_FIELD_TEXT },        { "words", SG_FIELD_STRINGS },   { "if", SG_FIELD_CONDITION },
  { "text", SG_FIELD_TEXT },        { "again", SG_FIELD_TEXT },      { "else", SG_FIELD_REACTION },
  { "do", SG_FIELD_EFFECTS },       { "repeat", SG_FIELD_BOOLEAN },  { "replies", SG_FIELD_REACTION },
  { "suggest", SG_FIELD_BOOLEAN },  { "check", SG_FIELD_CHECK },     { "strong", SG_FIELD_REACTION },
  { "weak", SG_FIELD_REACTION },    { "miss", SG_FIELD_REACTION },   { "then", SG_FIELD_REACTION },
  { NULL }
};

static const SgField shared_topic_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE }, { "words", SG_FIELD_STRINGS, TRUE }, { NULL }
};

static const SgField schedule_fields[] = {
  { "if", SG_FIELD_CONDITION }, { "at", SG_FIELD_WHERE, TRUE }, { "leaves", SG_FIELD_TEXT },
  { "arrives", SG_FIELD_TEXT }, { NULL }
};

static const SgField goal_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE },     { "open", SG_FIELD_CONDITION },    { "done", SG_FIELD_CONDITION },
  { "failed", SG_FIELD_CONDITION },    { "hints", SG_FIELD_TEXTS },       { "on_open", SG_FIELD_REACTION },
  { "on_done", SG_FIELD_REACTION },    { "on_failed", SG_FIELD_REACTION }, { NULL }
};

static const SgField clock_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE }, { "start", SG_FIELD_INT }, { "size", SG_FIELD_INT }, { "per_turn", SG_FIELD_INT },
  { "if", SG_FIELD_CONDITION },    { "at", SG_FIELD_CLOCK_AT }, { "facts", SG_FIELD_FACTS }, { NULL }
};

static const SgField event_fields[] = {
  { "if", SG_FIELD_CONDITION },     { "text", SG_FIELD_TEXT },     { "do", SG_FIELD_EFFECTS },
  { "repeat", SG_FIELD_BOOLEAN },   { "check", SG_FIELD_CHECK },   { "strong", SG_FIELD_REACTION },
  { "weak", SG_FIELD_REACTION },    { "miss", SG_FIELD_REACTION }, { "then", SG_FIELD_REACTION }, { NULL }
};

static const SgField ending_fields[] = {
  { "title", SG_FIELD_TEXT, TRUE }, { "if", SG_FIELD_CONDITION }, { "text", SG_FIELD_TEXT, TRUE },
  { "kind", SG_FIELD_STRING },      { NULL }
};

static const SgField action_fields[] = {
  { "phrases", SG_FIELD_STRINGS, TRUE }, { "if", SG_FIELD_CONDITION },    { "text", SG_FIELD_TEXT },
  { "do", SG_FIELD_EFFECTS },            { "once", SG_FIELD_BOOLEAN },    { "check", SG_FIELD_CHECK },
  { "strong", SG_FIELD_REACTION },       { "weak", SG_FIELD_REACTION },   { "miss", SG_FIELD_REACTION },
  { "then", SG_FIELD_REACTION },         { "else", SG_FIELD_REACTION },   { NULL }
};

static const SgField oracle_fields[] = {
  { "words", SG_FIELD_STRINGS },        { "if", SG_FIELD_CONDITION },     { "dice", SG_FIELD_DICE },
  { "difficulty", SG_FIELD_INT },       { "modifiers", SG_FIELD_MODIFIERS }, { "text", SG_FIELD_TEXT },
  { "strong", SG_FIELD_REACTION, TRUE }, { "weak", SG_FIELD_REACTION },   { "miss", SG_FIELD_REACTION, TRUE },
  { NULL }
};

static const SgField inline_check_fields[] = {
  { "dice", SG_FIELD_DICE }, { "difficulty", SG_FIELD_INT }, { "modifiers", SG_FIELD_MODIFIERS },
  { "reason", SG_FIELD_TEXT }, { NULL }
};

static const SgField modifier_fields[] = {
  { "if", SG_FIELD_CONDITION }, { "add", SG_FIELD_INT, TRUE }, { NULL }
};

static const SgField choice_fields[] = {
  { "if", SG_FIELD_CONDITION }, { "text", SG_FIELD_TEXT, TRUE }, { "weight", SG_FIELD_INT }, { NULL }
};

static const SgField deity_fields[] = {
  { "name", SG_FIELD_TEXT, TRUE }, { "article", SG_FIELD_STRING }, { "synonyms", SG_FIELD_STRINGS },
  { "pronoun", SG_FIELD_STRING },  { "description", SG_FIELD_TEXT, TRUE }, { "at", SG_FIELD_WHERE },
  { "mention", SG_FIELD_TEXT },    { "facts", SG_FIELD_FACTS },    { "on", SG_FIELD_ON }, { NULL }
};

static const SgField fortunes_fields[] = {
  { "at", SG_FIELD_PLACES },          { "if", SG_FIELD_CONDITION },  { "blocked", SG_FIELD_TEXT },
  { "text", SG_FIELD_TEXT },          { "do", SG_FIELD_EFFECTS },    { "again", SG_FIELD_TEXT },
  { "interpreter", SG_FIELD_PERSON }, { "interpret_text", SG_FIELD_TEXT }, { "no_slip", SG_FIELD_TEXT },
  { "questions", SG_FIELD_QUESTIONS, TRUE }, { "slips", SG_FIELD_SLIPS, TRUE }, { NULL }
};

static const SgField slip_fields[] = {
  { "id", SG_FIELD_ID, TRUE },     { "deity", SG_FIELD_DEITY, TRUE }, { "number", SG_FIELD_INT },
  { "rank", SG_FIELD_TEXT },       { "title", SG_FIELD_TEXT, TRUE },  { "text", SG_FIELD_TEXT, TRUE },
  { "meanings", SG_FIELD_MEANINGS, TRUE }, { "do", SG_FIELD_EFFECTS }, { NULL }
};

static const SgField brief_fields[] = {
  { "setting", SG_FIELD_TEXT }, { "tone", SG_FIELD_TEXT }, { "rules", SG_FIELD_TEXT }, { "secrets", SG_FIELD_TEXT },
  { NULL }
};

static const SgField root_fields[] = {
  { "format", SG_FIELD_INT, TRUE },    { "id", SG_FIELD_ID, TRUE },         { "title", SG_FIELD_TEXT, TRUE },
  { "summary", SG_FIELD_TEXT, TRUE },  { "author", SG_FIELD_STRING, TRUE }, { "license", SG_FIELD_STRING, TRUE },
  { "languages", SG_FIELD_STRINGS },   { "brief", SG_FIELD_OBJECT },        { "opening", SG_FIELD_TEXT, TRUE },
  { "first_choices", SG_FIELD_TEXTS }, { "player", SG_FIELD_OBJECT, TRUE }, { "places", SG_FIELD_OBJECT, TRUE },
  { "people", SG_FIELD_OBJECT },       { "things", SG_FIELD_OBJECT },       { "topics", SG_FIELD_OBJECT },
  { "goals", SG_FIELD_OBJECT },        { "clocks", SG_FIELD_OBJECT },       { "events", SG_FIELD_OBJECT },
  { "endings", SG_FIELD_OBJECT, TRUE }, { "verbs", SG_FIELD_OBJECT },       { "on", SG_FIELD_ON },
  { "actions", SG_FIELD_OBJECT },      { "oracles", SG_FIELD_OBJECT },      { "choices", SG_FIELD_ARRAY },
  { "grammar", SG_FIELD_OBJECT },      { "deities", SG_FIELD_OBJECT },      { "fortunes", SG_FIELD_OBJECT },
  { NULL }
};

static void
check_with_fields (SgCheck       *self,
                   JsonNode      *node,
                   const SgField *fields)
{
  if (sg_check_object (self, node))
    sg_check_fields (self, json_node_get_object (node), fields);
}

static void
check_exit (SgCheck    *self,
            const char *name,
            JsonNode   *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          gsize mark = sg_check_push_index (self, i);

          check_with_fields (self, json_array_get_element (array, i), exit_fields);
          sg_check_pop (self, mark);
        }
    }
  else if (sg_node_string (node) != NULL)
    sg_check_reference (self, sg_node_string (node), SG_KIND (SG_ENTITY_PLACE), "place");
  else
    check_with_fields (self, node, exit_fields);
}

static void
check_detail (SgCheck    *self,
              const char *name,
              JsonNode   *node)
{
  sg_check_reaction (self, node);
}

static void
check_topic (SgCheck    *self,
             const char *name,
             JsonNode   *node)
{
  gboolean known = sg_check_knows (self, name, ~0u)
                   || sg_member (sg_member_object (self->root, "topics"), name) != NULL;

  if (!sg_check_is_id (name))
    sg_check_fault (self, "an id has lower-case letters, digits and _ only");
  if (sg_node_string (node) != NULL || JSON_NODE_HOLDS_ARRAY (node))
    sg_check_reaction (self, node);
  else
    {
      check_with_fields (self, node, topic_fields);
      known |= JSON_NODE_HOLDS_OBJECT (node) && json_object_has_member (json_node_get_object (node), "words");
    }

  if (!known)
    sg_check_fault (self, "a topic that is neither shared nor an entity needs “words”");
}

static void
check_clock_at (SgCheck    *self,
                const char *name,
                JsonNode   *node)
{
  char *end = NULL;

  g_ascii_strtoll (name, &end, 10);
  if (end == name || *end != '\0')
    sg_check_fault (self, "the name is the number at which it happens");
  sg_check_reaction (self, node);
}

static void
check_rule (SgCheck    *self,
            const char *name,
            JsonNode   *node)
{
  if (!sg_check_is_id (name))
    sg_check_fault (self, "an id has lower-case letters, digits and _ only");
  if (sg_scenario_words_has_var (name) || sg_check_knows (self, name, ~0u))
    sg_check_fault (self, "the name means something else inside braces");
  sg_check_text (self, node);
}

static void
check_shared_topic (SgCheck    *self,
                    const char *name,
                    JsonNode   *node)
{
  check_with_fields (self, node, shared_topic_fields);
}

static void
check_meaning (SgCheck    *self,
               const char *name,
               JsonNode   *node)
{
  JsonObject *questions = sg_member_object (sg_member_object (self->root, "fortunes"), "questions");

  if (!g_str_equal (name, "general") && sg_member (questions, name) == NULL)
    sg_check_fault (self, "no such question");
  sg_check_text (self, node);
}

static void
check_array (SgCheck       *self,
             JsonNode      *node,
             const SgField *fields)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      sg_check_fault (self, "an array is wanted here");
      return;
    }

  array = json_node_get_array (node);
  if (json_array_get_length (array) > 1000)
    sg_check_fault (self, "more than 1,000 entries");

  for (guint i = 0; i < json_array_get_length (array) && i < 1000; i++)
    {
      gsize mark = sg_check_push_index (self, i);

      if (fields != NULL)
        check_with_fields (self, json_array_get_element (array, i), fields);
      else
        sg_check_text (self, json_array_get_element (array, i));
      sg_check_pop (self, mark);
    }
}

/* The slips: each id once. */
static void
check_slips (SgCheck  *self,
             JsonNode *node)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array;

  check_array (self, node, slip_fields);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *slip = json_array_get_element (array, i);
      const char *id = JSON_NODE_HOLDS_OBJECT (slip) ? sg_member_string (json_node_get_object (slip), "id") : NULL;

      if (id != NULL && !g_hash_table_add (seen, (char *) id))
        sg_check_fault (self, "two slips have the id “%s”", id);
    }
}

static void
check_meanings (SgCheck  *self,
                JsonNode *node)
{
  sg_check_members (self, node, check_meaning);
  if (JSON_NODE_HOLDS_OBJECT (node) && sg_member (json_node_get_object (node), "general") == NULL)
    sg_check_fault (self, "the meaning “general” is missing");
}

static void
check_check (SgCheck  *self,
             JsonNode *node)
{
  const char *oracle = sg_node_string (node);

  if (oracle == NULL)
    check_with_fields (self, node, inline_check_fields);
  else if (sg_member (sg_member_object (self->root, "oracles"), oracle) == NULL)
    sg_check_fault (self, "no such oracle “%s”", oracle);
}

/* Values that have parts. */
void
sg_check_part (SgCheck     *self,
               SgFieldType  type,
               JsonNode    *node)
{
  switch ((int) type)
    {
    case SG_FIELD_EXITS:
      sg_check_members (self, node, check_exit);
      break;
    case SG_FIELD_DETAILS:
      sg_check_members (self, node, check_detail);
      break;
    case SG_FIELD_TOPICS:
      sg_check_members (self, node, check_topic);
      break;
    case SG_FIELD_SCHEDULE:
      check_array (self, node, schedule_fields);
      break;
    case SG_FIELD_CLOCK_AT:
      sg_check_members (self, node, check_clock_at);
      break;
    case SG_FIELD_MODIFIERS:
      check_array (self, node, modifier_fields);
      break;
    case SG_FIELD_TEXTS:
      check_array (self, node, NULL);
      break;
    case SG_FIELD_CHECK:
      check_check (self, node);
      break;
    case SG_FIELD_MEANINGS:
      check_meanings (self, node);
      break;
    case SG_FIELD_SLIPS:
      check_slips (self, node);
      break;
    case SG_FIELD_QUESTIONS:
      sg_check_members (self, node, check_shared_topic);
      break;
    case SG_FIELD_OBJECT:
      sg_check_object (self, node);
      break;
    case SG_FIELD_ARRAY:
      if (!JSON_NODE_HOLDS_ARRAY (node))
        sg_check_fault (self, "an array is wanted here");
      break;
    default:
      break;
    }
}

#define DEFINE_ENTRY(kind)                                                            \
  static void                                                                         \
  check_##kind (SgCheck *self, const char *name, JsonNode *node)                      \
  {                                                                                   \
    check_with_fields (self, node, kind##_fields);                                    \
  }

DEFINE_ENTRY (place)
DEFINE_ENTRY (person)
DEFINE_ENTRY (thing)
DEFINE_ENTRY (goal)
DEFINE_ENTRY (clock)
DEFINE_ENTRY (event)
DEFINE_ENTRY (ending)
DEFINE_ENTRY (action)
DEFINE_ENTRY (oracle)
DEFINE_ENTRY (deity)

static void
check_verbs (SgCheck    *self,
             const char *name,
             JsonNode   *node)
{
  if (!sg_check_is_id (name))
    sg_check_fault (self, "a verb has lower-case letters, digits and _ only");
  sg_check_value (self, SG_FIELD_STRINGS, node);
}

static const struct
{
  const char  *section;
  SgCheckFunc  func;
} sections[] = {
  { "places", check_place },     { "people", check_person },   { "things", check_thing },
  { "topics", check_shared_topic }, { "goals", check_goal },   { "clocks", check_clock },
  { "events", check_event },     { "endings", check_ending },  { "verbs", check_verbs },
  { "actions", check_action },   { "oracles", check_oracle },  { "grammar", check_rule },
  { "deities", check_deity },
};

static void
check_carries (SgCheck *self)
{
  JsonArray *carries = sg_member_array (sg_member_object (self->root, "player"), "carries");
  gsize mark = sg_check_push (self, "player.carries");

  for (guint i = 0; carries != NULL && i < json_array_get_length (carries); i++)
    {
      const char *id = sg_node_string (json_array_get_element (carries, i));

      if (id != NULL)
        sg_check_reference (self, id, SG_KIND (SG_ENTITY_THING), "thing");
    }
  sg_check_pop (self, mark);
}

static void
visit_exits (JsonNode  *node,
             GQueue    *queue)
{
  const char *to = sg_node_string (node);

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        visit_exits (json_array_get_element (array, i), queue);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    to = sg_member_string (json_node_get_object (node), "to");

  if (to != NULL)
    g_queue_push_tail (queue, (char *) to);
}

static GHashTable *
find_reachable (SgCheck    *self,
                JsonObject *places)
{
  GHashTable *seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GQueue) queue = g_queue_new ();
  GHashTableIter movable;
  gpointer id;

  g_queue_push_tail (queue, (char *) sg_member_string (sg_member_object (self->root, "player"), "at"));
  g_hash_table_iter_init (&movable, self->movable);
  while (g_hash_table_iter_next (&movable, &id, NULL))
    g_queue_push_tail (queue, id);

  while ((id = g_queue_pop_head (queue)) != NULL)
    {
      JsonObject *place = sg_member_object (places, id);
      JsonObject *exits = place != NULL ? sg_member_object (place, "exits") : NULL;
      g_autoptr (GList) nodes = exits != NULL ? json_object_get_values (exits) : NULL;

      if (!g_hash_table_add (seen, id))
        continue;
      for (GList *l = nodes; l != NULL; l = l->next)
        visit_exits (l->data, queue);
    }

  return seen;
}

static void
check_reached (SgCheck    *self,
               const char *name,
               JsonNode   *node)
{
  g_autoptr (GHashTable) seen = find_reachable (self, sg_member_object (self->root, "places"));

  if (!g_hash_table_contains (seen, name))
    sg_check_fault (self, "no exit and no effect leads here");
}

static void
check_endable (SgCheck    *self,
               const char *name,
               JsonNode   *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node) && sg_member (json_node_get_object (node), "if") == NULL
      && !g_hash_table_contains (self->ended, name))
    sg_check_fault (self, "it has no “if”, and no effect “end %s” leads to it", name);
}

static void
check_walk (SgCheck    *self,
            const char *section,
            SgCheckFunc func)
{
  JsonNode *node = sg_member (self->root, section);
  gsize mark = sg_check_push (self, section);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    sg_check_members (self, node, func);
  sg_check_pop (self, mark);
}

static void
check_object_section (SgCheck       *self,
                      const char    *section,
                      const SgField *fields)
{
  JsonObject *object = sg_member_object (self->root, section);
  gsize mark = sg_check_push (self, section);

  if (object != NULL)
    sg_check_fields (self, object, fields);
  sg_check_pop (self, mark);
}

/* The whole file: each section, and then what only the whole can tell. */
void
sg_check_sections (SgCheck *self)
{
  JsonNode *choices = sg_member (self->root, "choices");
  gsize mark;

  sg_check_fields (self, self->root, root_fields);
  if (sg_member_int (self->root, "format", 1) != 1)
    sg_check_fault (self, "format: this program reads format 1 only");

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    check_walk (self, sections[i].section, sections[i].func);
  check_object_section (self, "player", player_fields);
  check_object_section (self, "brief", brief_fields);
  check_object_section (self, "fortunes", fortunes_fields);
  check_carries (self);

  mark = sg_check_push (self, "choices");
  if (choices != NULL && JSON_NODE_HOLDS_ARRAY (choices))
    check_array (self, choices, choice_fields);
  sg_check_pop (self, mark);

  /* These guesses only help where the rest is sound. */
  if (self->faults->len == 0)
    {
      check_walk (self, "places", check_reached);
      check_walk (self, "endings", check_endable);
    }
}
