/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happens to one command: the phrases of the scenario first, then its
 * reactions from the most exact to the most general, then what is ordinary, then
 * the dice.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#include "storyteller/sg-lexicon.h"
#include "storyteller/sg-words.h"

/* "knock thrice|trice door": all of it, in this order, whatever stands between. */
static gboolean
phrase_matches (const char         *phrase,
                const char * const *words)
{
  g_auto (GStrv) wanted = g_strsplit (phrase, " ", -1);
  guint at = 0;

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      g_autofree char *lower = g_utf8_strdown (wanted[i], -1);
      g_auto (GStrv) ways = g_strsplit (lower, "|", -1);
      gboolean found = FALSE;

      if (wanted[i][0] == '\0' || sg_word_is_article (lower))
        continue;
      for (; words[at] != NULL && !found; at++)
        {
          for (guint j = 0; ways[j] != NULL && !found; j++)
            found = sg_word_is_same_stem (ways[j], words[at])
                    || (strlen (ways[j]) > 4 && sg_word_is_close (ways[j], words[at]));
        }
      if (!found)
        return FALSE;
    }

  return TRUE;
}

static gboolean
try_actions (SgPlay     *self,
             const char *text)
{
  JsonObject *actions = sg_scenario_get_section (self->scenario, "actions");
  g_auto (GStrv) words = sg_words_split (text != NULL ? text : "");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (actions == NULL || words[0] == NULL)
    return FALSE;

  json_object_iter_init_ordered (&iter, actions);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonArray *phrases = id[0] != '#' ? sg_member_array (json_node_get_object (node), "phrases") : NULL;
      gboolean matches = FALSE;

      for (guint i = 0; phrases != NULL && i < json_array_get_length (phrases) && !matches; i++)
        matches = phrase_matches (json_array_get_string_element (phrases, i), (const char * const *) words);
      if (matches && sg_play_react (self, node, id) != SG_REACTED_NO)
        {
          self->takes_time = TRUE;
          return TRUE;
        }
    }

  return FALSE;
}

static SgPreference
get_preference (const char *verb)
{
  static const char *const carried[] = {
    "drop", "put", "give", "show", "throw", "wear", "doff", "light", "extinguish", "read", "eat", "drink", "use",
    "offer", "pay", "bribe", "write", NULL
  };
  static const char *const people[] = {
    "attack", "threaten", "greet", "thank", "apologise", "flatter", "insult", "kiss", "comfort", "follow", NULL
  };

  if (g_strv_contains (carried, verb))
    return SG_PREFER_CARRIED;
  if (g_strv_contains (people, verb))
    return SG_PREFER_PEOPLE;

  return g_str_equal (verb, "take") ? SG_PREFER_LYING : SG_PREFER_NOTHING;
}

/* A question back; the answer, a name alone, is joined to the verb in the next turn. */
static void
ask_which (SgPlay     *self,
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
static void
join_pending (SgPlay    *self,
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

static const char *
first_object (SgCommand *command)
{
  return command->objects != NULL ? command->objects[0] : NULL;
}

/* "give Mira the coin", "show the nun my slip": the person comes first, without "to". */
static void
split_recipient (SgPlay    *self,
                 SgCommand *command)
{
  static const char *const verbs[] = { "give", "show", "offer", "throw", "pay", "bribe", "feed", NULL };
  g_auto (GStrv) words = NULL;

  if (command->second != NULL || first_object (command) == NULL || !g_strv_contains (verbs, command->verb))
    return;

  words = g_strsplit (first_object (command), " ", -1);
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

static void
tell_not_here (SgPlay    *self,
               SgTarget  *target,
               SgCommand *command)
{
  self->stop = TRUE;
  if (sg_view_is_dark (self->view))
    sg_play_say (self, "dark");
  else if (target->type == SG_TARGET_ENTITY)
    {
      sg_play_set_vars (self, "thing", target->entity->id);
      sg_play_say (self, "not_here_known");
    }
  else
    sg_play_say (self, "not_here");
}

/* Verbs that free intentions are about: where no rule covers them, the dice are asked. */
static gboolean
is_daring (const char *verb)
{
  static const char *const daring[] = {
    "push", "pull", "turn", "break", "cut", "burn", "dig", "tie", "untie", "fill", "pour", "clean", "repair", "climb",
    "jump", "swim", "hide", "follow", "bribe", "pay", "buy", "write", "knock", "play", "ring", "attack", "offer",
    "throw", "stand", "sit", "give", "threaten", NULL
  };

  return g_strv_contains (daring, verb);
}

/* "Dance on the roof", "sing for joy": what is named need not be there. */
static gboolean
needs_no_object (const char *verb)
{
  static const char *const verbs[] = {
    "sing", "dance", "sleep", "think", "shout", "wait", "pray", "bow", "listen", "smell", NULL
  };

  return g_strv_contains (verbs, verb);
}

static void
fall_back (SgPlay    *self,
           SgCommand *command,
           gboolean   present)
{
  if (command->verb == NULL || present || is_daring (command->verb)
      || sg_member (sg_scenario_get_section (self->scenario, "verbs"), command->verb) != NULL)
    {
      sg_play_oracle (self, command->text, FALSE);
      return;
    }

  if (!sg_play_oracle (self, command->text, TRUE))
    sg_play_say (self, "not_understood");
}

static void
set_action_vars (SgPlay         *self,
                 const SgEntity *object,
                 const SgEntity *second)
{
  const SgEntity *person = second != NULL && second->kind == SG_ENTITY_PERSON ? second
                           : object != NULL && object->kind == SG_ENTITY_PERSON ? object : NULL;

  sg_play_set_vars (self, "thing", object != NULL ? object->id : NULL);
  sg_play_set_vars (self, "other", second != NULL ? second->id : NULL);
  if (person != NULL)
    sg_play_set_vars (self, "person", person->id);
}

static gboolean
costs_time (const char *verb)
{
  static const char *const free_verbs[] = { "look", "what_is", "read", NULL };

  return !g_strv_contains (free_verbs, verb);
}

/* A verb done to somebody or something that is here. */
static void
act_on_entity (SgPlay         *self,
               SgCommand      *command,
               const SgEntity *object,
               const SgEntity *second)
{
  SgReacted reacted;

  set_action_vars (self, object, second);
  if (costs_time (command->verb))
    self->takes_time = TRUE;
  sg_play_mention (self, object->id);
  if (second != NULL)
    sg_play_mention (self, second->id);

  reacted = sg_play_on (self, command->verb, object->id, second != NULL ? second->id : NULL);
  if (reacted == SG_REACTED_DONE || self->waiting)
    return;

  /* A door is entered, a ladder climbed, by the exit of that name. */
  if (reacted == SG_REACTED_NO && sg_play_oracle (self, command->text, TRUE))
    return;
  if (!sg_play_do_thing (self, command->verb, object, second, command->preposition,
                         reacted == SG_REACTED_GO_ON_SILENT) && reacted == SG_REACTED_NO)
    fall_back (self, command, TRUE);
}

static gboolean
is_moving (SgCommand *command)
{
  static const char *const moving[] = { "climb", "jump", "swim", "follow", "use", "push", "open", "go", "enter", NULL };

  return g_strv_contains (moving, command->verb);
}

/* Through a named way: "climb the ladder", "open the north door" where that is no thing. */
static gboolean
act_on_exit (SgPlay    *self,
             SgCommand *command)
{
  g_autoptr (GString) text = NULL;

  if (is_moving (command))
    {
      sg_play_go (self, command);
      return TRUE;
    }
  if (!g_str_equal (command->verb, "look") && !g_str_equal (command->verb, "what_is")
      && !g_str_equal (command->verb, "search"))
    return FALSE;

  text = g_string_new (NULL);
  g_string_printf (text, "A way leads %s.", first_object (command));
  sg_view_set_var (self->view, "thing:id", NULL);
  sg_view_set_var (self->view, "thing", "the way");
  sg_play_say (self, "nothing_special");

  return TRUE;
}

static void
act_on_detail (SgPlay    *self,
               SgCommand *command,
               SgTarget  *target)
{
  static const char *const looking[] = {
    "look", "search", "touch", "listen", "smell", "read", "taste", "what_is", "find", "enter", "use", NULL
  };
  g_autofree char *name = g_strconcat ("the ", target->name, NULL);

  sg_view_set_var (self->view, "thing:id", NULL);
  sg_view_set_var (self->view, "thing", name);
  if (costs_time (command->verb))
    self->takes_time = TRUE;

  if (!g_str_equal (command->verb, "look") && sg_play_on (self, command->verb, NULL, NULL) == SG_REACTED_DONE)
    return;
  /* A stair that can be looked at can also be climbed. */
  if (is_moving (command) && sg_resolve_exit (self->view, first_object (command), NULL, NULL) != NULL)
    {
      sg_play_go (self, command);
      return;
    }
  if (g_strv_contains (looking, command->verb))
    {
      g_autofree char *key = g_strconcat (sg_view_get_place (self->view), ":detail:", target->name, NULL);

      if (sg_play_react (self, target->node, key) == SG_REACTED_NO)
        sg_play_say (self, "nothing_special");
    }
  else if (g_str_equal (command->verb, "take"))
    sg_play_say (self, "cannot_take");
  else
    fall_back (self, command, TRUE);
}

static void
take_all (SgPlay    *self,
          SgCommand *command)
{
  gboolean taking = g_str_equal (command->verb, "take");
  g_autoptr (GPtrArray) things = sg_view_list_in (self->view, taking ? sg_view_get_place (self->view) : "player");
  guint n_done = 0;

  self->takes_time = TRUE;
  for (guint i = 0; i < things->len && !self->waiting; i++)
    {
      const SgEntity *thing = g_ptr_array_index (things, i);

      if (taking && (sg_member (thing->data, "fixed") != NULL || !sg_view_is_here (self->view, thing->id)))
        continue;
      act_on_entity (self, command, thing, NULL);
      n_done++;
    }
  if (n_done == 0)
    sg_play_say (self, taking ? "not_here" : "carry_nothing");
}

/* Whether there is such a thing anywhere in the scenario: then it takes more than dice to have it here. */
static gboolean
names_some_thing (SgPlay     *self,
                  const char *noun)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_THING && sg_resolve_score (self->view, entity, noun) >= 60)
        return TRUE;
    }

  return FALSE;
}

static const SgEntity *
resolve_second (SgPlay    *self,
                SgCommand *command,
                gboolean  *missing)
{
  SgPreference prefer = g_strcmp0 (command->preposition, "with") == 0 ? SG_PREFER_CARRIED
                        : g_strcmp0 (command->preposition, "to") == 0 ? SG_PREFER_PEOPLE : SG_PREFER_NOTHING;
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  *missing = FALSE;
  if (command->second == NULL)
    return NULL;

  target = sg_resolve (self->view, command->second, prefer);
  if (target.type == SG_TARGET_AMBIGUOUS)
    return g_ptr_array_index (target.candidates, 0);
  if (target.type == SG_TARGET_ENTITY && (target.present || target.entity->kind == SG_ENTITY_DEITY))
    return target.entity;

  *missing = target.type == SG_TARGET_NONE || target.type == SG_TARGET_ENTITY;

  return NULL;
}

/* A name with a preposition in it: "the house on the hill" is one thing and not two. */
static void
rejoin_object (SgPlay    *self,
               SgCommand *command)
{
  g_autofree char *joined = NULL;
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  if (command->second == NULL || first_object (command) == NULL)
    return;

  joined = g_strjoin (" ", first_object (command), command->preposition, command->second, NULL);
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
static const char *
settle_it (SgPlay     *self,
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

static void
act_plain (SgPlay    *self,
           SgCommand *command)
{
  SgReacted reacted;

  if (g_str_equal (command->verb, "look"))
    {
      /* Looking around may be answered by the place; otherwise it is described. */
      reacted = sg_play_on (self, "look", NULL, NULL);
      if (reacted != SG_REACTED_DONE)
        sg_play_describe_place (self, FALSE);
      return;
    }

  self->takes_time = TRUE;
  reacted = sg_play_on (self, command->verb, NULL, NULL);
  if (reacted == SG_REACTED_DONE || self->waiting)
    return;
  if (reacted == SG_REACTED_NO && sg_play_oracle (self, command->text, TRUE))
    return;
  if (!sg_play_do_plain (self, command->verb) && reacted == SG_REACTED_NO)
    fall_back (self, command, is_daring (command->verb));
}

static void
act_on_object (SgPlay     *self,
               SgCommand  *command,
               const char *noun)
{
  gboolean second_missing;
  const SgEntity *second = resolve_second (self, command, &second_missing);
  g_auto (SgTarget) target = sg_resolve (self->view, noun, get_preference (command->verb));

  switch (target.type)
    {
    case SG_TARGET_AMBIGUOUS:
      ask_which (self, command, &target);
      break;

    case SG_TARGET_ALL:
      take_all (self, command);
      break;

    case SG_TARGET_DETAIL:
      act_on_detail (self, command, &target);
      break;

    case SG_TARGET_PLACE_HERE:
      /* "Search the room" is to search. */
      act_plain (self, command);
      break;

    case SG_TARGET_PLAYER:
      if (!sg_play_do_plain (self, command->verb))
        fall_back (self, command, TRUE);
      break;

    case SG_TARGET_EXIT:
      if (!act_on_exit (self, command))
        fall_back (self, command, TRUE);
      break;

    case SG_TARGET_ENTITY:
      if (!target.present && target.entity->kind != SG_ENTITY_DEITY)
        {
          if (target.entity->kind == SG_ENTITY_PLACE || !sg_play_oracle (self, command->text, TRUE))
            tell_not_here (self, &target, command);
        }
      else if (second_missing && !is_daring (command->verb))
        tell_not_here (self, &(SgTarget) { SG_TARGET_NONE }, command);
      else
        act_on_entity (self, command, target.entity, second);
      break;

    default:
      /* "Hide behind the pillar": of a verb that the dice may settle, the object need not exist. */
      if (is_daring (command->verb) && !names_some_thing (self, noun))
        fall_back (self, command, TRUE);
      else if (!sg_play_oracle (self, command->text, TRUE)
               && !(needs_no_object (command->verb) && sg_play_do_plain (self, command->verb)))
        tell_not_here (self, &target, command);
      break;
    }
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
static void
find_company (SgPlay    *self,
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

  if (first_object (command) == NULL)
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
static void
find_deity (SgPlay    *self,
            SgCommand *command)
{
  g_autoptr (GPtrArray) deities = NULL;

  if (!g_strv_contains ((const char *[]) { "offer", "pray", "bow", "burn", NULL }, command->verb))
    return;

  deities = sg_view_list_here (self->view, SG_ENTITY_DEITY);
  if (deities->len == 0)
    return;

  if (first_object (command) == NULL)
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

/* Where nothing was a verb: a name is looked at, all else is an intention. */
static void
act_bare (SgPlay    *self,
          SgCommand *command)
{
  g_auto (SgTarget) target = sg_resolve (self->view, first_object (command), SG_PREFER_NOTHING);
  guint n_words = 0;

  for (const char *c = command->text; *c != '\0'; c++)
    n_words += *c == ' ';

  /* A word that the name does not have may be the verb that was not understood. */
  if (target.type != SG_TARGET_NONE && target.score < 45)
    n_words = MAX (n_words, 4);

  if (target.type == SG_TARGET_EXIT && n_words < 4)
    {
      command->verb = g_strdup ("go");
      sg_play_go (self, command);
    }
  else if (target.type != SG_TARGET_NONE && target.present && n_words < 4)
    {
      command->verb = g_strdup ("look");
      act_on_object (self, command, first_object (command));
    }
  else if (g_strcmp0 (self->scene->mode, "story") == 0)
    {
      SgNote *note = g_new0 (SgNote, 1);

      note->text = g_strdup (self->scene->input);
      note->keywords = g_strdup ("");
      note->importance = 4;
      g_ptr_array_add (self->notes, note);
      self->takes_time = TRUE;
      self->stop = TRUE;
      sg_play_say (self, "story_taken");
    }
  /* One or two words that name nothing are no intention either. */
  else if (n_words > 1)
    sg_play_oracle (self, command->text, FALSE);
  else if (!sg_play_oracle (self, command->text, TRUE))
    sg_play_say (self, "not_understood");
}

static gboolean
is_talk (const char *verb)
{
  static const char *const talking[] = { "talk", "ask", "tell", "say", "greet", "bye", NULL };

  return g_strv_contains (talking, verb);
}

static gboolean
is_move (const char *verb)
{
  static const char *const moving[] = { "go", "enter", "leave", NULL };

  return g_strv_contains (moving, verb);
}

/* "Climb down", "jump up": a way, where there is one. */
static gboolean
try_direction (SgPlay    *self,
               SgCommand *command)
{
  g_auto (GStrv) words = NULL;
  const char *direction = NULL;
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  const char *noun = first_object (command);

  if (!g_strv_contains ((const char *[]) { "climb", "jump", "swim", "follow", NULL }, command->verb))
    return FALSE;

  words = sg_words_split (command->text);
  for (guint i = 0; words[i] != NULL && direction == NULL; i++)
    direction = sg_lexicon_find_direction (words[i]);

  if (noun != NULL)
    {
      g_auto (SgTarget) target = sg_resolve (self->view, noun, SG_PREFER_NOTHING);

      if (target.type == SG_TARGET_ENTITY && target.present
          && sg_play_has_on (self, command->verb, target.entity->id, NULL))
        return FALSE;
      if (sg_resolve_exit (self->view, noun, NULL, NULL) != NULL && target.type != SG_TARGET_DETAIL)
        return sg_play_go (self, command);
    }
  if (direction == NULL || place == NULL || sg_member (sg_member_object (place->data, "exits"), direction) == NULL)
    return FALSE;

  g_free (command->direction);
  command->direction = g_strdup (direction);

  return sg_play_go (self, command);
}

/* "Lamp" is the lamp that is here and no slip of the finger. */
static void
settle_guess (SgPlay    *self,
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

static void
act (SgPlay    *self,
     SgCommand *command)
{
  settle_guess (self, command);
  if (command->verb == NULL)
    {
      act_bare (self, command);
      return;
    }
  if (sg_play_do_meta (self, command) || sg_play_fortune (self, command))
    return;
  if (is_talk (command->verb))
    {
      sg_play_talk (self, command);
      return;
    }
  /* "Go through the drawers" is a search; "go through the door" is not. */
  if (is_move (command->verb)
      || (g_str_has_prefix (command->text, "go through") && first_object (command) != NULL
          && sg_resolve_exit (self->view, first_object (command), NULL, NULL) != NULL))
    {
      sg_play_go (self, command);
      return;
    }

  if (g_str_equal (command->verb, "what_is"))
    {
      g_free (command->verb);
      command->verb = g_strdup ("look");
    }
  split_recipient (self, command);
  find_company (self, command);
  find_deity (self, command);
  rejoin_object (self, command);
  if (try_direction (self, command))
    return;
  if (command->objects == NULL)
    {
      act_plain (self, command);
      return;
    }

  for (guint i = 0; command->objects[i] != NULL && !self->waiting; i++)
    act_on_object (self, command, settle_it (self, command->verb, command->objects[i]));
}

/* The last command again, as the scenario's facts remember it. */
static gboolean
repeat_last (SgPlay *self)
{
  g_autofree char *last = g_strdup (sg_view_get_word (self->view, "storyteller", "last"));
  g_autoptr (GPtrArray) commands = NULL;

  if (last == NULL)
    return FALSE;

  commands = sg_command_parse (last, "do", sg_scenario_get_section (self->scenario, "verbs"), sg_play_names_person, self);
  for (guint i = 0; i < commands->len && i < 1; i++)
    sg_play_command (self, g_ptr_array_index (commands, i));

  return commands->len > 0;
}

static void
remember_last (SgPlay    *self,
               SgCommand *command)
{
  if (self->waiting || command->text == NULL || strlen (command->text) > 200
      || g_strcmp0 (sg_view_get_word (self->view, "storyteller", "last"), command->text) == 0)
    return;

  sg_world_set_string (self->world, "storyteller", "last", command->text);
}

/**
 * sg_play_command:
 * @command: what the player wants
 *
 * Does one thing.
 */
void
sg_play_command (SgPlay    *self,
                 SgCommand *command)
{
  if (g_strcmp0 (command->verb, "again") == 0)
    {
      if (!repeat_last (self))
        sg_play_do_plain (self, "wait");
      return;
    }

  join_pending (self, command);
  if (try_actions (self, command->text))
    {
      remember_last (self, command);
      return;
    }

  act (self, command);
  if (command->speech == NULL)
    remember_last (self, command);
}
