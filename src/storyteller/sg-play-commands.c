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
  g_string_printf (text, "A way leads %s.", sg_command_get_object (command));
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
  if (is_moving (command) && sg_resolve_exit (self->view, sg_command_get_object (command), NULL, NULL) != NULL)
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

/* A deity without a place of its own is everywhere. */
static gboolean
is_within_reach (SgPlay   *self,
                 SgTarget *target)
{
  return target->present
         || (target->entity->kind == SG_ENTITY_DEITY && sg_view_get_place_of (self->view, target->entity->id) == NULL);
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
  if (target.type == SG_TARGET_ENTITY && is_within_reach (self, &target))
    return target.entity;

  *missing = target.type == SG_TARGET_NONE || target.type == SG_TARGET_ENTITY;

  return NULL;
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
      sg_play_ask_which (self, command, &target);
      break;

    case SG_TARGET_ALL:
      if (g_str_equal (command->verb, "look") || g_str_equal (command->verb, "search"))
        act_plain (self, command);
      else
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
      if (!is_within_reach (self, &target))
        {
          if (needs_no_object (command->verb) && sg_play_do_plain (self, command->verb))
            self->takes_time = TRUE;
          else if (target.entity->kind == SG_ENTITY_PLACE || !sg_play_oracle (self, command->text, TRUE))
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

/* Where nothing was a verb: a name is looked at, all else is an intention. */
static void
act_bare (SgPlay    *self,
          SgCommand *command)
{
  g_auto (SgTarget) target = sg_resolve (self->view, sg_command_get_object (command), SG_PREFER_NOTHING);
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
      act_on_object (self, command, sg_command_get_object (command));
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
  const char *noun = sg_command_get_object (command);

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

static void
act (SgPlay    *self,
     SgCommand *command)
{
  sg_play_settle_guess (self, command);
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
      || (g_str_has_prefix (command->text, "go through") && sg_command_get_object (command) != NULL
          && sg_resolve_exit (self->view, sg_command_get_object (command), NULL, NULL) != NULL))
    {
      sg_play_go (self, command);
      return;
    }

  if (g_str_equal (command->verb, "what_is"))
    {
      g_free (command->verb);
      command->verb = g_strdup ("look");
    }
  sg_play_split_recipient (self, command);
  sg_play_find_company (self, command);
  sg_play_find_deity (self, command);
  sg_play_rejoin_object (self, command);
  if (try_direction (self, command))
    return;
  if (command->objects == NULL)
    {
      act_plain (self, command);
      return;
    }

  for (guint i = 0; command->objects[i] != NULL && !self->waiting; i++)
    act_on_object (self, command, sg_play_settle_it (self, command->verb, command->objects[i]));
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

  sg_play_join_pending (self, command);
  if (sg_play_try_actions (self, command->text))
    {
      remember_last (self, command);
      return;
    }

  act (self, command);
  if (command->speech == NULL)
    remember_last (self, command);
}
