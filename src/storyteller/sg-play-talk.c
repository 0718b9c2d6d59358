/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Talk: to whom, about what, and what comes of it.  A topic is found by its
 * words wherever they stand in what is said, so that "ask Mira about the flood", "Mira,
 * when will the water stop?" and plain speech with the word in it all come to the same.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#include "storyteller/sg-words.h"

gboolean
sg_play_can_talk (SgPlay     *self,
                  const char *person)
{
  return !sg_view_is_set (self->view, person, "dead") && !sg_view_is_set (self->view, person, "asleep");
}

/* Whether words name somebody who is here: for "Mira, ...". */
gboolean
sg_play_names_person (const char *words,
                      gpointer    user_data)
{
  SgPlay *self = user_data;
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);

  for (guint i = 0; i < people->len; i++)
    {
      if (sg_resolve_score (self->view, g_ptr_array_index (people, i), words) >= 60)
        return TRUE;
    }

  return FALSE;
}

/* Words from a topic's own list, the shared one, and the names of the entity that it is named after. */
static char **
dup_topic_words (SgPlay     *self,
                 const char *topic,
                 JsonNode   *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonObject *shared = sg_member_object (sg_scenario_get_section (self->scenario, "topics"), topic);
  JsonObject *own = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *arrays[3] = { own != NULL ? sg_member_array (own, "words") : NULL, sg_member_array (shared, "words") };
  const SgEntity *entity = sg_play_lookup (self, topic);
  g_autofree char *spaced = g_strdelimit (g_strdup (topic), "_", ' ');
  g_autofree char *named = sg_play_dup_topic_name (self, topic, node);

  if (entity != NULL)
    {
      g_autofree char *name = sg_view_dup_name (self->view, topic, SG_NAME_BARE);

      g_strv_builder_add (builder, name);
      arrays[2] = sg_member_array (entity->data, "synonyms");
    }
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    {
      for (guint j = 0; arrays[i] != NULL && j < json_array_get_length (arrays[i]); j++)
        g_strv_builder_add (builder, json_array_get_string_element (arrays[i], j));
    }
  g_strv_builder_add (builder, spaced);
  /* What is offered as "Ask Mira about her ring" has to be understood. */
  g_strv_builder_add (builder, named);

  return g_strv_builder_end (builder);
}

/* How many letters of the topic's words are in what was said: more is a better match. */
static guint
score_topic (SgPlay             *self,
             const char         *topic,
             JsonNode           *node,
             const char * const *said,
             gboolean            loosely)
{
  g_auto (GStrv) phrases = dup_topic_words (self, topic, node);
  guint best = 0;

  for (guint i = 0; phrases[i] != NULL; i++)
    {
      g_auto (GStrv) words = sg_words_split (phrases[i]);

      for (guint j = 0; said[j] != NULL; j++)
        {
          guint k = 0;

          while (words[k] != NULL && said[j + k] != NULL
                 && (sg_word_is_same_stem (words[k], said[j + k])
                     || (loosely && strlen (words[k]) > 4 && sg_word_is_close (words[k], said[j + k]))))
            k++;
          if (k > 0 && words[k] == NULL)
            best = MAX (best, (guint) strlen (phrases[i]) + 1);
        }
    }

  return best;
}

/* Whether there is something to be had from a topic now. */
gboolean
sg_play_topic_is_open (SgPlay         *self,
                       const SgEntity *person,
                       const char     *topic,
                       JsonNode       *node)
{
  return !JSON_NODE_HOLDS_OBJECT (node) || sg_view_holds (self->view, sg_member (json_node_get_object (node), "if"));
}

static const char *
find_topic (SgPlay         *self,
            const SgEntity *person,
            const char     *said,
            JsonNode      **found)
{
  JsonObject *topics = sg_member_object (person->data, "topics");
  g_auto (GStrv) words = sg_words_split (said);
  const char *best = NULL;
  guint best_score = 0;

  for (guint pass = 0; pass < 2 && best == NULL && topics != NULL; pass++)
    {
      JsonObjectIter iter;
      const char *topic;
      JsonNode *node;

      json_object_iter_init_ordered (&iter, topics);
      while (json_object_iter_next_ordered (&iter, &topic, &node))
        {
          guint score;

          if (topic[0] == '#')
            continue;
          score = score_topic (self, topic, node, (const char * const *) words, pass > 0) * 2;
          if (score == 0)
            continue;
          /* One that is closed and says nothing about it is as if it were not there. */
          if (sg_play_topic_is_open (self, person, topic, node))
            score++;
          else if (sg_member (json_node_get_object (node), "else") == NULL)
            continue;
          if (score > best_score)
            {
              best_score = score;
              best = topic;
              *found = node;
            }
        }
    }

  return best;
}

char *
sg_play_dup_topic_name (SgPlay     *self,
                        const char *topic,
                        JsonNode   *node)
{
  JsonObject *shared = sg_member_object (sg_scenario_get_section (self->scenario, "topics"), topic);
  JsonNode *name = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    name = sg_member (json_node_get_object (node), "name");
  if (name == NULL)
    name = sg_member (shared, "name");
  if (name != NULL)
    return sg_view_render (self->view, name);
  if (sg_play_lookup (self, topic) != NULL)
    return sg_view_dup_name (self->view, topic, SG_NAME_DEFINITE);

  return g_strdelimit (g_strdup (topic), "_", ' ');
}

static void
tell_again (SgPlay     *self,
            JsonObject *object,
            const char *key)
{
  if (sg_member (object, "again") != NULL)
    sg_play_tell_node (self, sg_member (object, "again"));
  else if (sg_member (object, "replies") != NULL)
    sg_play_react (self, sg_member (object, "replies"), key);
  else
    sg_play_tell_node (self, sg_member (object, "text"));

  if (sg_member_boolean (object, "repeat", FALSE))
    sg_play_apply (self, sg_member (object, "do"));
}

static void
tell_first (SgPlay     *self,
            JsonNode   *node,
            JsonObject *object,
            const char *key)
{
  if (sg_member (object, "replies") != NULL)
    {
      sg_play_react (self, sg_member (object, "replies"), key);
      sg_play_apply (self, sg_member (object, "do"));
      if (!self->waiting)
        sg_play_react (self, sg_member (object, "then"), key);
    }
  else
    {
      sg_play_react (self, node, key);
    }
}

static void
tell_topic (SgPlay         *self,
            const SgEntity *person,
            const char     *topic,
            JsonNode       *node)
{
  g_autofree char *attribute = g_strconcat ("told_", topic, NULL);
  g_autofree char *key = g_strdup_printf ("%s:topic:%s", person->id, topic);
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) && !sg_object_is_languages (json_node_get_object (node))
                         ? json_node_get_object (node) : NULL;
  gint64 n_told = sg_view_get_number (self->view, person->id, attribute);

  if (object == NULL)
    sg_play_react (self, node, key);
  else if (!sg_play_topic_is_open (self, person, topic, node))
    {
      sg_play_react (self, sg_member (object, "else"), key);
      return;
    }
  else if (n_told > 0 && sg_member (object, "check") == NULL)
    tell_again (self, object, key);
  else
    tell_first (self, node, object, key);

  if (!self->waiting)
    sg_world_set_int (self->world, person->id, attribute, n_told + 1);
}

static void
begin_talk (SgPlay         *self,
            const SgEntity *person)
{
  self->takes_time = TRUE;
  sg_play_set_vars (self, "person", person->id);
  sg_play_mention (self, person->id);
  if (g_strcmp0 (sg_view_get_word (self->view, "storyteller", "person"), person->id) != 0)
    sg_world_set_string (self->world, "storyteller", "person", person->id);
}

static void
greet (SgPlay         *self,
       const SgEntity *person)
{
  g_autofree char *key = g_strconcat (person->id, ":greeting", NULL);
  SgReacted reacted = sg_play_on (self, "greet", person->id, NULL);

  if (reacted != SG_REACTED_DONE)
    reacted = sg_play_react (self, sg_member (person->data, "greeting"), key);
  if (reacted == SG_REACTED_NO)
    sg_play_say (self, "greeted");
  if (!self->waiting && !sg_view_is_set (self->view, person->id, "met"))
    sg_world_set_boolean (self->world, person->id, "met", TRUE);
}

static void
answer_unknown (SgPlay         *self,
                const SgEntity *person,
                const char     *topic)
{
  g_autofree char *key = g_strconcat (person->id, ":unknown", NULL);
  g_autofree char *wording = sg_play_dup_wording (self, topic);

  sg_view_set_var (self->view, "topic", wording);
  if (sg_play_react (self, sg_member (person->data, "unknown"), key) == SG_REACTED_NO)
    sg_play_say (self, "unknown_topic");
}

static void
chat (SgPlay         *self,
      const SgEntity *person)
{
  if (sg_member (person->data, "small_talk") != NULL)
    sg_play_tell_node (self, sg_member (person->data, "small_talk"));
  else
    sg_play_say (self, "small_talk");
}

/* Greetings, thanks and the like inside of what is said. */
static const char *
find_courtesy (const char *said)
{
  static const struct
  {
    const char *word;
    const char *verb;
  } courtesies[] = {
    { "hello", "greet" }, { "hi", "greet" },       { "greetings", "greet" }, { "morning", "greet" },
    { "evening", "greet" }, { "hey", "greet" },    { "thanks", "thank" },    { "thank", "thank" },
    { "sorry", "apologise" }, { "apologise", "apologise" }, { "apologize", "apologise" }, { "goodbye", "bye" },
    { "bye", "bye" },     { "farewell", "bye" },   { "forgive", "apologise" }, { "idiot", "insult" },
    { "fool", "insult" }, { "liar", "insult" },    { "kill", "threaten" },   { "beautiful", "flatter" },
  };
  g_auto (GStrv) words = sg_words_split (said);

  for (guint i = 0; words[i] != NULL; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (courtesies); j++)
        {
          if (g_str_equal (words[i], courtesies[j].word))
            return courtesies[j].verb;
        }
    }

  return NULL;
}

static void
say_farewell (SgPlay         *self,
              const SgEntity *person)
{
  g_autofree char *key = g_strconcat (person->id, ":farewell", NULL);

  if (sg_play_on (self, "bye", person->id, NULL) == SG_REACTED_DONE)
    return;
  if (sg_play_react (self, sg_member (person->data, "farewell"), key) == SG_REACTED_NO)
    sg_play_say (self, "farewell");
}

static gboolean
tell_courtesy (SgPlay         *self,
               const SgEntity *person,
               const char     *verb)
{
  if (verb == NULL)
    return FALSE;

  if (g_str_equal (verb, "greet"))
    greet (self, person);
  else if (g_str_equal (verb, "bye"))
    say_farewell (self, person);
  else if (sg_play_on (self, verb, person->id, NULL) == SG_REACTED_NO)
    sg_play_say (self, g_str_equal (verb, "insult") ? "unkindness"
                       : g_str_equal (verb, "threaten") ? "threat_ignored" : "kindness");

  return TRUE;
}

/* What is said to somebody, or asked, or told. */
static void
speak_to (SgPlay         *self,
          const SgEntity *person,
          const char     *said,
          gboolean        asked)
{
  JsonNode *node = NULL;
  const char *topic;

  begin_talk (self, person);
  if (!sg_play_can_talk (self, person->id))
    {
      sg_play_say (self, "no_answer");
      return;
    }

  topic = said != NULL ? find_topic (self, person, said, &node) : NULL;
  if (topic != NULL)
    {
      g_autofree char *name = sg_play_dup_topic_name (self, topic, node);

      sg_view_set_var (self->view, "topic", name);
      tell_topic (self, person, topic, node);
    }
  else if (said == NULL || said[0] == '\0')
    greet (self, person);
  else if (asked)
    answer_unknown (self, person, said);
  else if (!tell_courtesy (self, person, find_courtesy (said)))
    chat (self, person);

  if (!self->waiting && !sg_view_is_set (self->view, person->id, "met"))
    sg_world_set_boolean (self->world, person->id, "met", TRUE);
}

/* Who is spoken to where nobody is named: the one last talked to, or the one who knows something about it,
 * or the only one who is there. */
static const SgEntity *
choose_listener (SgPlay     *self,
                 const char *said)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);
  const char *last = sg_view_get_word (self->view, "storyteller", "person");
  const SgEntity *listener = NULL;

  for (guint i = 0; i < people->len; i++)
    {
      const SgEntity *person = g_ptr_array_index (people, i);
      JsonNode *node;

      if (said != NULL && sg_play_can_talk (self, person->id) && find_topic (self, person, said, &node) != NULL
          && (listener == NULL || g_strcmp0 (person->id, last) == 0))
        listener = person;
    }
  for (guint i = 0; i < people->len && listener == NULL; i++)
    {
      const SgEntity *person = g_ptr_array_index (people, i);

      if (g_strcmp0 (person->id, last) == 0)
        listener = person;
    }

  return listener == NULL && people->len > 0 ? g_ptr_array_index (people, 0) : listener;
}

/* The name of somebody here inside of what is said: "hello Mira". */
static const SgEntity *
find_addressee (SgPlay     *self,
                const char *said)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);
  g_auto (GStrv) words = said != NULL ? sg_words_split (said) : NULL;

  for (guint i = 0; i < people->len && words != NULL; i++)
    {
      const SgEntity *person = g_ptr_array_index (people, i);
      g_autofree char *name = sg_view_dup_name (self->view, person->id, SG_NAME_BARE);
      g_auto (GStrv) parts = sg_words_split (name);

      for (guint j = 0; words[j] != NULL; j++)
        {
          if (parts[0] != NULL && (g_str_equal (words[j], parts[0])
                                   || g_str_equal (words[j], parts[g_strv_length (parts) - 1])))
            return person;
        }
    }

  return NULL;
}

static gboolean
is_to_player (const char *noun)
{
  static const char *const self[] = { "me", "us", "myself", "you", "someone", "somebody", "anyone", "everyone", NULL };

  return noun == NULL || g_strv_contains (self, noun);
}

/* "Tell Mira the ferry is late": the person comes first, and the rest is what is said. */
static const SgEntity *
find_leading_person (SgPlay    *self,
                     SgCommand *command)
{
  g_auto (GStrv) words = g_strsplit (command->objects != NULL ? command->objects[0] : "", " ", -1);
  guint n_words = g_strv_length (words);

  if (n_words < 3 || !(g_str_equal (command->verb, "ask") || g_str_equal (command->verb, "tell")))
    return NULL;

  for (guint n = MIN (n_words - 1, 3); n > 0; n--)
    {
      g_autofree char *name = sg_words_join ((const char * const *) words, 0, n);
      g_auto (SgTarget) target = sg_resolve (self->view, name, SG_PREFER_PEOPLE);

      if (target.type == SG_TARGET_ENTITY && target.entity->kind == SG_ENTITY_PERSON && target.present)
        return target.entity;
    }

  return NULL;
}

/* Whether the object of "ask" or "tell" is a topic after all: "discuss the flood". */
static const SgEntity *
settle_listener (SgPlay     *self,
                 SgCommand  *command,
                 const char *said)
{
  const char *noun = command->objects != NULL ? command->objects[0] : NULL;
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  if (is_to_player (noun))
    return choose_listener (self, said);

  target = sg_resolve (self->view, noun, SG_PREFER_PEOPLE);
  if (target.type == SG_TARGET_AMBIGUOUS)
    return g_ptr_array_index (target.candidates, 0);
  /* "Talk to them", before anybody was spoken of, is to whoever is there. */
  if (target.type == SG_TARGET_NONE && g_strv_contains ((const char *[]) { "him", "her", "them", NULL }, noun))
    return choose_listener (self, said);
  if (target.type == SG_TARGET_ENTITY
      && (target.entity->kind == SG_ENTITY_PERSON || target.entity->kind == SG_ENTITY_DEITY))
    return target.entity;

  return NULL;
}

static gboolean
knows_about (SgPlay         *self,
             const SgEntity *person,
             const char     *said)
{
  JsonNode *node;

  return person != NULL && said != NULL && find_topic (self, person, said, &node) != NULL;
}

/* Where the object is nobody: "discuss the flood" has a topic there, and what is said may have the
 * name in it ("hello Mira"), or be for whoever is there. */
static const SgEntity *
settle_unnamed (SgPlay          *self,
                SgCommand       *command,
                const SgEntity  *listener,
                const char     **said)
{
  gboolean plain = command->objects == NULL || g_str_equal (command->verb, "say");
  const SgEntity *addressee;

  if (*said == NULL && listener == NULL && command->objects != NULL)
    *said = command->objects[0];

  addressee = g_str_equal (command->verb, "say") ? find_addressee (self, *said) : NULL;
  if (addressee != NULL)
    return addressee;
  if (listener != NULL)
    return listener;

  listener = choose_listener (self, *said);

  return plain || knows_about (self, listener, *said) ? listener : NULL;
}

/* Nobody of that name is here: say so, and who is. */
static void
tell_absent (SgPlay         *self,
             const SgEntity *person)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);
  g_autofree char *list = NULL;
  g_autofree char *line = NULL;

  self->stop = TRUE;
  if (people->len == 0)
    {
      sg_play_say (self, "nobody_here");
      return;
    }

  if (person != NULL)
    {
      sg_play_set_vars (self, "thing", person->id);
      sg_play_say (self, "not_here_known");
    }
  list = sg_play_dup_list (self, people, SG_NAME_DEFINITE);
  line = g_strdup_printf ("You could talk to %s.", list);
  sg_play_tell_inline (self, line);
}

static gboolean
talk_to_deity (SgPlay         *self,
               const SgEntity *deity)
{
  self->takes_time = TRUE;
  sg_play_set_vars (self, "thing", deity->id);
  if (sg_play_on (self, "talk", deity->id, NULL) == SG_REACTED_NO
      && sg_play_on (self, "pray", deity->id, NULL) == SG_REACTED_NO)
    sg_play_say (self, "pray");

  return TRUE;
}

/**
 * sg_play_talk:
 * @command: with the verb `talk`, `ask`, `tell`, `say`, `greet` or `bye`
 *
 * Talks.
 *
 * Returns: %TRUE
 */
gboolean
sg_play_talk (SgPlay    *self,
              SgCommand *command)
{
  const char *said = command->topic != NULL ? command->topic : command->speech;
  gboolean asked = g_str_equal (command->verb, "ask") || g_str_equal (command->verb, "tell") || command->topic != NULL;
  const SgEntity *person = said == NULL ? find_leading_person (self, command) : NULL;
  SgReacted reacted;

  if (person != NULL)
    said = command->objects[0];
  else
    person = settle_listener (self, command, said);

  if (person == NULL || command->objects == NULL)
    person = settle_unnamed (self, command, person, &said);

  if (person == NULL || (person->kind == SG_ENTITY_PERSON && !sg_view_is_here (self->view, person->id)))
    {
      tell_absent (self, person);
      return TRUE;
    }
  if (person->kind == SG_ENTITY_DEITY)
    return talk_to_deity (self, person);

  if (g_str_equal (command->verb, "bye"))
    {
      begin_talk (self, person);
      say_farewell (self, person);
      return TRUE;
    }

  if (said == NULL || g_str_equal (command->verb, "greet"))
    {
      begin_talk (self, person);
      reacted = g_str_equal (command->verb, "talk") ? sg_play_on (self, "talk", person->id, NULL) : SG_REACTED_NO;
      if (reacted == SG_REACTED_NO)
        speak_to (self, person, NULL, FALSE);
      return TRUE;
    }

  speak_to (self, person, said, asked);

  return TRUE;
}
