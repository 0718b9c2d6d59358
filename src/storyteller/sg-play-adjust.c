/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a sentence leaves out, and the world can tell: who is meant by "it", to whom a
 * thing is given where nobody is named, which of two lamps.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#include "storyteller/sg-words.h"

/* A question back; the answer, a name alone, is joined to the verb in the next turn. */
void
sg_play_ask_which (SgPlay     *self,
                   SgCommand  *command,
                   SgTarget   *target)
{
  g_autoptr (GString) question = g_string_new ("Which do you mean: ");
  g_autofree char *pending = NULL;

  for (guint i = 0; i < target->candidates->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (target->candidates, i);
      g_autofree char *name = sg_view_dup_name (self->view, entity->id, SG_NAME_DEFINITE);

      if (i > 0)
        g_string_append (question, i + 1 == target->candidates->len ? " or " : ", ");
      g_string_append (question, name);
    }
  g_string_append_c (question, '?');
  sg_play_tell (self, question->str);

  pending = g_strconcat (command->verb, command->second != NULL ? "|" : NULL, command->preposition, "|",
                         command->second, NULL);
  sg_world_set_string (self->world, "storyteller", "pending", pending);
  self->stop = TRUE;
}

static void
clear_pending (SgPlay *self)
{
  if (sg_view_get_word (self->view, "storyteller", "pending") != NULL)
    sg_world_set (self->world, "storyteller", "pending", json_node_new (JSON_NODE_NULL), NULL);
}

/* "The brass one", after "Which do you mean?" */
void
sg_play_join_pending (SgPlay    *self,
                      SgCommand *command)
{
  g_autofree char *pending = g_strdup (sg_view_get_word (self->view, "storyteller", "pending"));
  g_auto (GStrv) parts = NULL;

  if (pending == NULL)
    return;

  clear_pending (self);
  if (command->verb != NULL || command->objects == NULL)
    return;

  parts = g_strsplit (pending, "|", 3);
  command->verb = g_strdup (parts[0]);
  if (g_str_has_suffix (command->objects[0], " one"))
    command->objects[0][strlen (command->objects[0]) - strlen (" one")] = '\0';
  if (g_strv_length (parts) == 3)
    {
      command->preposition = g_strdup (parts[1]);
      command->second = g_strdup (parts[2]);
    }
}

/* "give Mira the coin", "show the nun my slip": the person comes first, without "to". */
void
sg_play_split_recipient (SgPlay    *self,
                         SgCommand *command)
{
  static const char *const verbs[] = { "give", "show", "offer", "throw", "pay", "bribe", "feed", NULL };
  g_auto (GStrv) words = NULL;

  if (command->second != NULL || sg_command_get_object (command) == NULL || !g_strv_contains (verbs, command->verb))
    return;

  words = g_strsplit (sg_command_get_object (command), " ", -1);
  for (guint n = g_strv_length (words); n-- > 1;)
    {
      g_autofree char *person = sg_words_join ((const char * const *) words, 0, n);
      g_autofree char *rest = sg_words_join ((const char * const *) words, n, g_strv_length (words));
      g_auto (SgTarget) target = sg_resolve (self->view, person, SG_PREFER_PEOPLE);

      if (target.type != SG_TARGET_ENTITY || target.entity->kind != SG_ENTITY_PERSON)
        continue;
      command->second = g_steal_pointer (&person);
      g_free (command->preposition);
      command->preposition = g_strdup ("to");
      g_free (command->objects[0]);
      command->objects[0] = g_steal_pointer (&rest);
      /* What is offered to a person, and not to a deity, is a gift. */
      if (g_str_equal (command->verb, "offer"))
        {
          g_free (command->verb);
          command->verb = g_strdup ("give");
        }
      return;
    }
}

/* A name with a preposition in it: "the house on the hill" is one thing and not two. */
void
sg_play_rejoin_object (SgPlay    *self,
                       SgCommand *command)
{
  g_autofree char *joined = NULL;
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  if (command->second == NULL || sg_command_get_object (command) == NULL)
    return;

  joined = g_strjoin (" ", sg_command_get_object (command), command->preposition, command->second, NULL);
  target = sg_resolve (self->view, joined, SG_PREFER_NOTHING);
  if (target.type != SG_TARGET_ENTITY || sg_resolve_score (self->view, target.entity, joined) < 80)
    return;

  g_free (command->objects[0]);
  command->objects[0] = g_steal_pointer (&joined);
  g_clear_pointer (&command->second, g_free);
}

/* Whether a verb could do anything with a thing. */
static gboolean
suits (const SgEntity *thing,
       const char     *verb)
{
  static const struct
  {
    const char *verb;
    const char *member;
  } members[] = {
    { "light", "light" },   { "extinguish", "light" }, { "open", "openable" }, { "close", "openable" },
    { "unlock", "key" },    { "lock", "key" },         { "read", "read" },     { "eat", "edible" },
    { "drink", "drinkable" }, { "wear", "wearable" },
  };

  if (thing == NULL || sg_member (sg_member_object (thing->data, "on"), verb) != NULL)
    return thing != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (g_str_equal (members[i].verb, verb))
        return sg_member (thing->data, members[i].member) != NULL;
    }

  return TRUE;
}

/* "It" is the thing spoken of last that the verb can be done to. */
const char *
sg_play_settle_it (SgPlay     *self,
                   const char *verb,
                   const char *noun)
{
  const char *now = sg_view_get_word (self->view, "storyteller", "it");
  const char *before = sg_view_get_word (self->view, "storyteller", "it_before");

  if (!g_str_equal (noun, "it") || now == NULL || before == NULL || suits (sg_play_lookup (self, now), verb)
      || !suits (sg_play_lookup (self, before), verb))
    return noun;

  return before;
}

static const SgEntity *
lone_companion (SgPlay *self)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);
  const char *last = sg_view_get_word (self->view, "storyteller", "person");

  for (guint i = 0; i < people->len; i++)
    {
      if (g_strcmp0 (((const SgEntity *) g_ptr_array_index (people, i))->id, last) == 0)
        return g_ptr_array_index (people, i);
    }

  return people->len == 1 ? g_ptr_array_index (people, 0) : NULL;
}

/* "Thank her" is done to somebody; "thank you" to whoever is there. */
void
sg_play_find_company (SgPlay    *self,
                      SgCommand *command)
{
  static const char *const social[] = {
    "thank", "apologise", "flatter", "insult", "threaten", "comfort", "kiss", "give", "show", "bribe", "pay", NULL
  };
  const SgEntity *person;

  if (!g_strv_contains (social, command->verb))
    return;

  person = lone_companion (self);
  if (person == NULL)
    return;

  if (sg_command_get_object (command) == NULL)
    {
      g_strfreev (command->objects);
      command->objects = g_new0 (char *, 2);
      command->objects[0] = sg_view_dup_name (self->view, person->id, SG_NAME_BARE);
    }
  else if (command->second == NULL && g_strv_contains ((const char *[]) { "give", "show", "pay", NULL }, command->verb))
    {
      g_free (command->preposition);
      command->preposition = g_strdup ("to");
      command->second = sg_view_dup_name (self->view, person->id, SG_NAME_BARE);
    }
}

/* An offering goes to a deity that is here, if none is named. */
void
sg_play_find_deity (SgPlay    *self,
                    SgCommand *command)
{
  g_autoptr (GPtrArray) deities = NULL;

  if (!g_strv_contains ((const char *[]) { "offer", "pray", "bow", "burn", NULL }, command->verb))
    return;

  deities = sg_view_list_here (self->view, SG_ENTITY_DEITY);
  if (deities->len == 0)
    return;

  if (sg_command_get_object (command) == NULL)
    {
      g_strfreev (command->objects);
      command->objects = g_new0 (char *, 2);
      command->objects[0] = sg_view_dup_name (self->view, ((const SgEntity *) deities->pdata[0])->id, SG_NAME_BARE);
    }
  else if (command->second == NULL && g_str_equal (command->verb, "offer"))
    {
      command->second = sg_view_dup_name (self->view, ((const SgEntity *) deities->pdata[0])->id, SG_NAME_BARE);
    }
}

/* "Lamp" is the lamp that is here and no slip of the finger. */
void
sg_play_settle_guess (SgPlay    *self,
                      SgCommand *command)
{
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  if (!command->guessed)
    return;

  target = sg_resolve (self->view, command->text, SG_PREFER_NOTHING);
  if (!target.present || target.type == SG_TARGET_NONE)
    return;

  g_clear_pointer (&command->verb, g_free);
  g_strfreev (command->objects);
  command->objects = g_new0 (char *, 2);
  command->objects[0] = g_strdup (command->text);
}
