/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model has to know to answer as a character, and nothing that the character does not know: what the
 * author wrote of them and lets them say now, what has become true of them, what they are to others, the memories
 * that name them, and those paragraphs of the last turns that do. */

#include "config.h"

#include "tools/sg-character-words.h"

#include <string.h>

#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-relationship.h"
#include "world/sg-view.h"

/* How many topics are given in full and in a line, and how long these are, in characters. */
#define TOPICS_ASKED 3
#define TOPICS_OTHER 8
#define ASKED_MAX 700
#define OTHER_MAX 160

#define VOICE_MAX 240
#define PARAGRAPHS 4
#define PARAGRAPH_MAX 500

/* Texts of a scenario lie in reactions, which lie in one another. */
#define MAX_DEPTH 4

static gboolean
is_letter_at (const char *text,
              const char *at,
              gboolean    before)
{
  if (before)
    return at > text && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)));

  return *at != '\0' && g_unichar_isalnum (g_utf8_get_char (at));
}

/* Whether the words stand in the text, both folded, and not as a part of longer ones; scripts without spaces have
 * no such parts. */
static gboolean
has_words (const char *text,
           const char *words)
{
  gboolean spaced = g_utf8_get_char (words) < 0x0e00;
  gsize length = strlen (words);

  for (const char *at = strstr (text, words); length > 0 && at != NULL; at = strstr (at + 1, words))
    {
      if (!spaced || (!is_letter_at (text, at, TRUE) && !is_letter_at (text, at + length, FALSE)))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_character_words_name:
 * @text: a text
 * @name: what a character is called
 *
 * Returns: whether the text names them, by the whole name or the last word of it ("Ansa" for "Sister Ansa")
 */
gboolean
sg_character_words_name (const char *text,
                         const char *name)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *whole = g_utf8_casefold (name, -1);
  const char *last = strrchr (whole, ' ');

  return has_words (folded, whole)
         || (last != NULL && g_utf8_strlen (last + 1, -1) > 2 && has_words (folded, last + 1));
}

/* The text of a reaction as things are now; NULL where it says nothing. */
static JsonNode *
find_text (SgView   *view,
           JsonNode *reaction,
           guint     depth)
{
  JsonObject *object;
  JsonNode *found = NULL;

  if (reaction == NULL || depth > MAX_DEPTH)
    return NULL;
  if (sg_reaction_is_plain_text (reaction))
    return reaction;
  if (JSON_NODE_HOLDS_ARRAY (reaction))
    {
      JsonArray *array = json_node_get_array (reaction);

      for (guint i = 0; found == NULL && i < json_array_get_length (array); i++)
        found = find_text (view, json_array_get_element (array, i), depth + 1);
      return found;
    }
  if (!JSON_NODE_HOLDS_OBJECT (reaction))
    return NULL;

  object = json_node_get_object (reaction);
  if (!sg_view_holds (view, sg_member (object, "if")))
    return NULL;

  return sg_member (object, "replies") != NULL ? find_text (view, sg_member (object, "replies"), depth + 1)
                                               : sg_member (object, "text");
}

static gboolean
has_any (const char *folded,
         JsonArray  *words)
{
  for (guint i = 0; words != NULL && i < json_array_get_length (words); i++)
    {
      g_autofree char *word = g_utf8_casefold (json_array_get_string_element (words, i), -1);

      if (has_words (folded, word))
        return TRUE;
    }

  return FALSE;
}

/* Whether the question is about a topic: by its id, its own words or those that all have for it. */
static gboolean
is_asked (SgScenario *scenario,
          const char *topic,
          JsonNode   *node,
          const char *folded)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (topic), "_", ' ');
  JsonObject *shared = sg_member_object (sg_scenario_get_section (scenario, "topics"), topic);
  JsonObject *own = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  return has_words (folded, spaced) || (own != NULL && has_any (folded, sg_member_array (own, "words")))
         || (shared != NULL && has_any (folded, sg_member_array (shared, "words")));
}

static void
append_topic (GString    *words,
              SgView     *view,
              const char *topic,
              JsonNode   *text,
              guint       characters)
{
  g_autofree char *rendered = sg_view_render (view, text);
  g_autofree char *line = NULL;

  g_strdelimit (g_strstrip (rendered), "\n", ' ');
  line = sg_tool_excerpt (rendered, characters);
  g_string_append_printf (words, "- %s: %s\n", topic, line);
}

/* What the author lets them say now: first what they are asked about, then a line of the rest. */
static void
append_topics (GString                *words,
               const SgCharacterWords *self,
               SgView                 *view,
               JsonObject             *topics)
{
  g_autofree char *folded = g_utf8_casefold (self->about, -1);
  g_autoptr (GString) asked = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);
  guint n_asked = 0, n_other = 0;
  JsonObjectIter iter;
  const char *topic;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, topics);
  while (json_object_iter_next_ordered (&iter, &topic, &node))
    {
      JsonNode *text = topic[0] != '#' ? find_text (view, node, 0) : NULL;

      if (text == NULL)
        continue;
      if (n_asked < TOPICS_ASKED && is_asked (sg_view_get_scenario (view), topic, node, folded))
        {
          append_topic (asked, view, topic, text, ASKED_MAX);
          n_asked++;
        }
      else if (n_other < TOPICS_OTHER)
        {
          append_topic (other, view, topic, text, OTHER_MAX);
          n_other++;
        }
    }

  if (n_asked + n_other > 0)
    g_string_append_printf (words, "What you know, as you would tell it:\n%s%s", asked->str, other->str);
}

static void
append_voice (GString    *words,
              SgView     *view,
              JsonObject *person)
{
  JsonNode *talk = sg_member (person, "small_talk");
  g_autofree char *rendered = talk != NULL ? sg_view_render (view, talk) : NULL;
  g_autofree char *line = NULL;

  if (rendered == NULL || *rendered == '\0')
    return;

  line = sg_tool_excerpt (rendered, VOICE_MAX);
  g_string_append_printf (words, "How you sound: %s\n", line);
}

/* What the author wrote of them, as it is now. */
static void
append_author (GString                *words,
               const SgCharacterWords *self)
{
  SgScenario *scenario = sg_tool_context_get_scenario (self->context);
  const SgEntity *person = scenario != NULL ? sg_scenario_lookup (scenario, self->id) : NULL;
  g_autoptr (SgView) view = NULL;
  g_autofree char *description = NULL;
  JsonObject *topics;

  if (person == NULL)
    return;

  view = sg_tool_subject_new_view (self->context);
  description = sg_view_render (view, sg_member (person->data, "description"));
  if (*description != '\0')
    g_string_append_printf (words, "What others see of you: %s\n", description);
  append_voice (words, view, person->data);
  topics = sg_member_object (person->data, "topics");
  if (topics != NULL)
    append_topics (words, self, view, topics);
}

/* What has become true of them; what they are to others is said in words. */
static void
append_facts (GString                *words,
              const SgCharacterWords *self)
{
  SgWorld *world = sg_tool_context_get_world (self->context);
  g_autoptr (JsonNode) node = sg_world_entity_to_json (world, self->id);
  g_autoptr (GList) members = json_object_get_members (json_node_get_object (node));
  g_autoptr (GPtrArray) relationships = sg_relationship_list (world, self->id, NULL);
  g_autofree char *json = NULL;

  for (GList *l = members; l != NULL; l = l->next)
    {
      if (g_str_has_prefix (l->data, SG_RELATIONSHIP_PREFIX))
        json_object_remove_member (json_node_get_object (node), l->data);
    }
  json = json_to_string (node, FALSE);
  g_string_append_printf (words, "What is true of you: %s\n", json);

  /* What others feel is theirs to know. */
  for (guint i = 0; i < relationships->len; i++)
    {
      SgRelationship *relationship = g_ptr_array_index (relationships, i);
      g_autofree char *line = sg_relationship_dup_line (relationship);

      if (g_str_equal (relationship->from, self->id))
        g_string_append_printf (words, "%s\n", line);
    }
}

static void
append_memory (GString                *lines,
               const SgCharacterWords *self,
               const char             *text,
               const char             *keywords)
{
  if (sg_character_words_name (text, self->name)
      || (keywords != NULL && sg_character_words_name (keywords, self->name)))
    g_string_append_printf (lines, "- %s\n", text);
}

static void
append_memories (GString                *words,
                 const SgCharacterWords *self)
{
  GPtrArray *fresh = sg_world_get_new_memories (sg_tool_context_get_world (self->context));
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; self->memories != NULL && i < self->memories->len; i++)
    {
      const SgMemoryRow *memory = g_ptr_array_index (self->memories, i);

      append_memory (lines, self, memory->text, memory->keywords);
    }
  for (guint i = 0; i < fresh->len; i++)
    {
      const SgMemory *memory = g_ptr_array_index (fresh, i);

      append_memory (lines, self, memory->text, memory->keywords);
    }

  if (lines->len > 0)
    g_string_append_printf (words, "What you remember:\n%s", lines->str);
}

/* Puts the paragraphs of a turn that name them into @seen. */
static void
collect_seen (const SgCharacterWords *self,
              const SgTurnRow        *turn,
              GPtrArray              *seen)
{
  g_auto (GStrv) paragraphs = g_strsplit (turn->text, "\n\n", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      if (sg_character_words_name (paragraphs[i], self->name))
        g_ptr_array_add (seen, sg_tool_excerpt (g_strstrip (paragraphs[i]), PARAGRAPH_MAX));
    }
}

/* Where a paragraph names them they were there; of the rest they may know nothing. */
static void
append_seen (GString                *words,
             const SgCharacterWords *self)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->turns != NULL && i < self->turns->len; i++)
    collect_seen (self, g_ptr_array_index (self->turns, i), seen);
  if (seen->len == 0)
    return;

  g_string_append (words, "What has just happened with you (“you” there is the player):\n");
  for (guint i = seen->len > PARAGRAPHS ? seen->len - PARAGRAPHS : 0; i < seen->len; i++)
    g_string_append_printf (words, "- %s\n", (const char *) g_ptr_array_index (seen, i));
}

/**
 * sg_character_words_dup_system:
 *
 * Returns: (transfer full): the system message
 */
char *
sg_character_words_dup_system (const SgCharacterWords *self)
{
  SgScenario *scenario = sg_tool_context_get_scenario (self->context);
  GString *words = g_string_new (NULL);

  g_string_append_printf (words, "You are %s", self->name);
  if (scenario != NULL)
    g_string_append_printf (words, ", a character in the interactive story “%s” (%s)",
                            sg_scenario_get_title (scenario), sg_scenario_get_summary (scenario));
  g_string_append (words, ".\n");
  append_author (words, self);
  append_facts (words, self);
  append_memories (words, self);
  append_seen (words, self);
  g_string_append (words,
                   "Answer as yourself, in your own voice and the language of the story, in one to three "
                   "sentences, sixty words at most. You know what is written here and what anybody in your "
                   "place would know; where you do not know, you say so, evade or lie as suits you. Reply "
                   "with JSON: says and does.");

  return g_string_free (words, FALSE);
}
