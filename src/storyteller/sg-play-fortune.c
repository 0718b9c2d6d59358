/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fortune slips: which one comes is settled by dice among those of a deity that
 * were not drawn yet; what it means depends on what the player asks about.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#include "storyteller/sg-words.h"
#include "world/sg-fortune.h"

static JsonObject *
get_fortunes (SgPlay *self)
{
  return sg_scenario_get_section (self->scenario, "fortunes");
}

/* The deity that the words name, or the one that is here, or the only one that has slips. */
static const SgEntity *
choose_deity (SgPlay     *self,
              const char *said)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  g_auto (GStrv) words = sg_words_split (said != NULL ? said : "");
  const SgEntity *best = NULL;
  guint best_score = 0;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *deity = g_ptr_array_index (entities, i);
      guint score = 0;

      if (deity->kind != SG_ENTITY_DEITY)
        continue;

      for (guint j = 0; words[j] != NULL; j++)
        {
          if (!sg_word_is_article (words[j]) && strlen (words[j]) > 3)
            score += sg_resolve_score (self->view, deity, words[j]);
        }
      score = score * 4 + (sg_view_is_here (self->view, deity->id) ? 2 : 0) + 1;
      if (score > best_score)
        {
          best = deity;
          best_score = score;
        }
    }

  return best;
}

/* Not here; and where, if the player has been there. */
static void
tell_where_to_draw (SgPlay     *self,
                    JsonObject *fortunes)
{
  JsonArray *places = sg_member_array (fortunes, "at");

  sg_play_say (self, "no_draw_here");
  for (guint i = 0; places != NULL && i < json_array_get_length (places); i++)
    {
      const char *place = json_array_get_string_element (places, i);
      g_autofree char *name = NULL;
      g_autofree char *line = NULL;

      if (!sg_view_is_set (self->view, place, "visited"))
        continue;
      name = sg_view_dup_name (self->view, place, SG_NAME_DEFINITE);
      line = g_strdup_printf ("They are drawn in %s.", name);
      sg_play_tell_inline (self, line);
      return;
    }
}

static void
tell_slip (SgPlay     *self,
           JsonObject *slip)
{
  g_autofree char *head = sg_fortune_dup_head (self->view, slip);

  sg_play_tell (self, head);
  sg_play_tell_node (self, sg_member (slip, "text"));
}

static void
hold_slip (SgPlay     *self,
           JsonObject *fortunes,
           JsonObject *slip)
{
  sg_fortune_hold (self->world, slip, NULL);
  tell_slip (self, slip);
  sg_play_apply (self, sg_member (fortunes, "do"));
  sg_play_apply (self, sg_member (slip, "do"));
}

/* Asks the dice for one of so many; FALSE where they have to be rolled first. */
static gboolean
roll_one_of (SgPlay *self,
             guint   n,
             guint  *number)
{
  const SgRoll *roll;

  if (self->n_rolls_used >= self->rolls->len)
    {
      self->waiting = TRUE;
      g_free (self->dice);
      g_free (self->reason);
      self->dice = g_strdup_printf ("1d%u", n);
      self->reason = g_strdup ("Drawing a fortune slip");
      return FALSE;
    }

  roll = &g_array_index (self->rolls, SgRoll, self->n_rolls_used++);
  *number = roll->known && roll->total > 0 ? (guint) (roll->total - 1) % n : sg_view_random (self->view, n);

  return TRUE;
}

static gboolean
draw (SgPlay     *self,
      JsonObject *fortunes,
      const char *said)
{
  const SgEntity *deity = choose_deity (self, said);
  g_autoptr (GPtrArray) slips = NULL;
  guint number;

  if (!sg_fortune_is_here (self->view, deity != NULL ? deity->id : NULL))
    {
      tell_where_to_draw (self, fortunes);
      return TRUE;
    }

  self->takes_time = TRUE;
  if (sg_member (fortunes, "again") != NULL && sg_view_get_word (self->view, "player", "slip") != NULL
      && !sg_view_is_set (self->view, "player", "slip_read"))
    {
      sg_play_tell_node (self, sg_member (fortunes, "again"));
      return TRUE;
    }
  if (!sg_view_holds (self->view, sg_member (fortunes, "if")))
    {
      sg_play_tell_node (self, sg_member (fortunes, "blocked"));
      return TRUE;
    }

  if (deity != NULL)
    {
      sg_play_set_vars (self, "deity", deity->id);
      if (sg_play_on (self, "draw", deity->id, NULL) == SG_REACTED_DONE)
        return TRUE;
    }

  slips = sg_fortune_list_slips (self->view, deity != NULL ? deity->id : NULL);
  if (slips->len == 0)
    return FALSE;
  sg_play_tell_node (self, sg_member (fortunes, "text"));
  if (roll_one_of (self, slips->len, &number))
    hold_slip (self, fortunes, g_ptr_array_index (slips, number));

  return TRUE;
}

/* What the player asks about: a question whose words are in what they say; else what they asked before. */
static const char *
choose_question (SgPlay     *self,
                 JsonObject *fortunes,
                 const char *said)
{
  JsonObject *questions = sg_member_object (fortunes, "questions");
  g_auto (GStrv) words = sg_words_split (said != NULL ? said : "");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, questions);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonArray *wanted = id[0] != '#' ? sg_member_array (json_node_get_object (node), "words") : NULL;

      for (guint i = 0; wanted != NULL && i < json_array_get_length (wanted); i++)
        {
          for (guint j = 0; words[j] != NULL; j++)
            {
              if (sg_word_is_same_stem (words[j], json_array_get_string_element (wanted, i)))
                return id;
            }
        }
    }

  return NULL;
}

/* What the player says for another slip, and for what it means for the same question. */
static char *
dup_afresh (SgPlay     *self,
            const char *interpreter,
            const char *subject)
{
  g_autofree char *name =
    interpreter != NULL ? sg_view_dup_name (self->view, interpreter, SG_NAME_DEFINITE) : NULL;

  return g_strconcat ("Draw another slip and ask ", name != NULL ? name : "", name != NULL ? " " : "",
                      "what my slip means", subject != NULL ? " for " : NULL, subject, NULL);
}

/* The same slip means the same for the same question.  Whoever asks again hears when that was told. */
static void
remember_reading (SgPlay     *self,
                  JsonObject *slip,
                  const char *question,
                  const char *subject,
                  const char *interpreter)
{
  g_autofree char *attribute =
    g_strdup_printf ("read_%s_%s", sg_member_string (slip, "id"), question != NULL ? question : "general");
  gint64 now = (gint64) self->scene->depth;
  gint64 earlier = sg_world_get_int (self->world, "storyteller", attribute, now);

  if (earlier < now)
    {
      g_autofree char *words = dup_afresh (self, interpreter, subject);
      g_autofree char *line =
        g_strdup_printf ("You asked the same on turn %" G_GINT64_FORMAT ", and the slip has not changed.", earlier);

      sg_play_tell (self, line);
      sg_fortune_tell_again (self->world, earlier, now, words, NULL);
    }
  else
    {
      sg_world_set_int (self->world, "storyteller", attribute, now);
    }
}

static gboolean
interpret (SgPlay     *self,
           JsonObject *fortunes,
           const char *said)
{
  JsonObject *slip = sg_fortune_find_slip (self->scenario, sg_view_get_word (self->view, "player", "slip"));
  const char *interpreter = sg_member_string (fortunes, "interpreter");
  const char *question = choose_question (self, fortunes, said);
  g_autofree char *subject = NULL;
  JsonObject *meanings;
  JsonNode *meaning;

  if (slip == NULL)
    {
      /* The words of the scenario may be those of who interprets. */
      if (sg_member (fortunes, "no_slip") != NULL && (interpreter == NULL || sg_view_is_here (self->view, interpreter)))
        sg_play_tell_node (self, sg_member (fortunes, "no_slip"));
      else
        sg_play_say (self, "no_slip_here");
      return TRUE;
    }

  if (interpreter != NULL && (!sg_view_is_here (self->view, interpreter) || !sg_play_can_talk (self, interpreter)))
    {
      g_autofree char *name = sg_view_dup_name (self->view, interpreter, SG_NAME_DEFINITE);
      g_autofree char *line = g_strdup_printf ("You turn the slip over in your fingers. %s would know how to read it.",
                                               name);

      tell_slip (self, slip);
      sg_play_tell (self, line);
      return TRUE;
    }

  self->takes_time = TRUE;
  meanings = sg_member_object (slip, "meanings");
  meaning = question != NULL ? sg_member (meanings, question) : NULL;
  if (interpreter != NULL)
    {
      sg_play_set_vars (self, "person", interpreter);
      sg_play_mention (self, interpreter);
      sg_world_set_string (self->world, "storyteller", "person", interpreter);
    }
  if (question != NULL)
    {
      subject = sg_view_render (self->view,
        sg_member (sg_member_object (sg_member_object (fortunes, "questions"), question), "name"));
      sg_view_set_var (self->view, "question", subject);
      sg_world_set_string (self->world, "player", "question", question);
    }
  else
    {
      sg_view_set_var (self->view, "question", "what lies ahead");
    }

  sg_play_tell_node (self, sg_member (fortunes, "interpret_text"));
  sg_play_tell_node (self, meaning != NULL ? meaning : sg_member (meanings, "general"));
  sg_world_set_boolean (self->world, "player", "slip_read", TRUE);
  remember_reading (self, slip, question, subject, interpreter);

  return TRUE;
}

static gboolean
mentions (const char *text,
          const char *words)
{
  g_auto (GStrv) split = sg_words_split (text != NULL ? text : "");
  g_auto (GStrv) wanted = g_strsplit (words, " ", -1);

  for (guint i = 0; split[i] != NULL; i++)
    {
      for (guint j = 0; wanted[j] != NULL; j++)
        {
          if (sg_word_is_same_stem (split[i], wanted[j]))
            return TRUE;
        }
    }

  return FALSE;
}

/* "my slip" and "about the slip" say no more than "slip". */
static gboolean
says_which (char  **words,
            guint   from,
            guint   to,
            guint   at)
{
  static const char *const plain[] = {
    "my", "this", "that", "your", "our", "about", "of", "for", "with", "what", "does", "is", "fortune", NULL
  };

  for (guint i = from; i < to; i++)
    {
      if (i != at && !sg_word_is_article (words[i]) && !g_strv_contains (plain, words[i]))
        return TRUE;
    }

  return FALSE;
}

/* Whether some of the words around the one at @at are the very name of a thing: "the yellow slip", "slip
 * sixty-one". */
static gboolean
is_part_of_name (SgPlay *self,
                 char  **words,
                 guint   at)
{
  guint n_words = g_strv_length (words);

  for (guint from = at > 2 ? at - 2 : 0; from <= at; from++)
    {
      for (guint to = at + 1; to <= MIN (n_words, at + 4); to++)
        {
          g_autofree char *end = g_steal_pointer (&words[to]);
          g_autofree char *name = g_strjoinv (" ", words + from);
          g_auto (SgTarget) target = { SG_TARGET_NONE };

          words[to] = g_steal_pointer (&end);
          if (!says_which (words, from, to, at))
            continue;
          target = sg_resolve (self->view, name, SG_PREFER_NOTHING);
          if (target.type == SG_TARGET_ENTITY && target.entity->kind == SG_ENTITY_THING && target.score >= 100)
            return TRUE;
        }
    }

  return FALSE;
}

/* The slip that was drawn, and neither slips at large nor a thing of the story that happens to be one. */
static gboolean
is_about_slip (SgPlay    *self,
               SgCommand *command)
{
  g_auto (GStrv) words = sg_words_split (command->text != NULL ? command->text : "");

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (mentions (words[i], "slip fortune lot oracle divination") && !g_str_has_suffix (words[i], "s"))
        return !is_part_of_name (self, words, i);
    }

  return FALSE;
}

/* "What about love?", to whoever has just read the slip. */
static gboolean
asks_further (SgPlay     *self,
              JsonObject *fortunes,
              SgCommand  *command)
{
  static const char *const openings[] = { "what about ", "how about ", "and ", "and for ", "for ", "what of " };
  const char *interpreter = sg_member_string (fortunes, "interpreter");
  g_autofree char *lower = NULL;

  if (interpreter == NULL || command->speech == NULL || !sg_view_is_set (self->view, "player", "slip_read")
      || g_strcmp0 (sg_view_get_word (self->view, "storyteller", "person"), interpreter) != 0
      || !sg_view_is_here (self->view, interpreter) || choose_question (self, fortunes, command->speech) == NULL)
    return FALSE;

  lower = g_utf8_strdown (command->speech, -1);
  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      if (g_str_has_prefix (lower, openings[i]))
        return TRUE;
    }

  return FALSE;
}

/* "Draw the curtain" is no question to fate. */
static gboolean
draws_something_else (SgPlay    *self,
                      SgCommand *command)
{
  g_auto (SgTarget) target = { SG_TARGET_NONE };

  if (command->objects == NULL || mentions (command->text, "slip fortune lot stick oracle cylinder"))
    return FALSE;

  target = sg_resolve (self->view, command->objects[0], SG_PREFER_NOTHING);

  return target.present && (target.type != SG_TARGET_ENTITY || target.entity->kind != SG_ENTITY_DEITY);
}

/**
 * sg_play_fortune:
 *
 * Draws a slip or has one interpreted, where a scenario has them and the words are about them.
 *
 * Returns: whether that was what the player wanted
 */
gboolean
sg_play_fortune (SgPlay    *self,
                 SgCommand *command)
{
  static const char *const readers[] = { "read", "look", "show", "give", "ask", "tell", "talk", "what_is", "say", NULL };
  JsonObject *fortunes = get_fortunes (self);
  const char *verb = command->verb;
  gboolean has_slip = sg_fortune_find_slip (self->scenario, sg_view_get_word (self->view, "player", "slip")) != NULL;

  if (fortunes == NULL || verb == NULL)
    return FALSE;

  if (g_str_equal (verb, "interpret"))
    return interpret (self, fortunes, command->text);
  if (g_str_equal (verb, "draw"))
    return !draws_something_else (self, command) && draw (self, fortunes, command->text);
  if ((g_str_equal (verb, "take") || g_str_equal (verb, "pull") || g_str_equal (verb, "push")
       || g_str_equal (verb, "buy"))
      && mentions (command->text, "slip fortune lot stick") && command->objects != NULL)
    return draw (self, fortunes, command->text);
  if (!g_strv_contains (readers, verb) || !has_slip)
    return FALSE;
  if (asks_further (self, fortunes, command))
    return interpret (self, fortunes, command->text);

  /* Reading it oneself shows the words again; asking somebody about it asks for its meaning. */
  if (is_about_slip (self, command)
      && (g_str_equal (verb, "read") || g_str_equal (verb, "look") || g_str_equal (verb, "what_is")))
    {
      tell_slip (self, sg_fortune_find_slip (self->scenario, sg_view_get_word (self->view, "player", "slip")));
      return TRUE;
    }
  if (is_about_slip (self, command) || mentions (command->text, "interpret"))
    return interpret (self, fortunes, command->text);
  if (mentions (command->text, "mean meaning interpretation") && choose_question (self, fortunes, command->text) != NULL)
    return interpret (self, fortunes, command->text);

  return FALSE;
}
