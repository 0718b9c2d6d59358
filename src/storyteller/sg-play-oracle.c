/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the rules of a scenario end, dice decide.  The dice are rolled by the same
 * tool that a language model would call, so that they are recorded, shown and the
 * same when a story is told again from its seed.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <stdlib.h>

#include "storyteller/sg-words.h"

#define STRONG 10
#define WEAK 7

JsonObject *
sg_play_get_check (SgPlay   *self,
                   JsonNode *check)
{
  const char *name = sg_node_string (check);

  if (name != NULL)
    return sg_member_object (sg_scenario_get_section (self->scenario, "oracles"), name);

  return JSON_NODE_HOLDS_OBJECT (check) ? json_node_get_object (check) : NULL;
}

/* `2d6+1` from the storyteller's own generator: where the tool could not tell. */
static int
roll_here (SgPlay     *self,
           const char *dice)
{
  char *end = NULL;
  int n_dice = (int) strtol (dice, &end, 10);
  int n_sides = *end == 'd' ? (int) strtol (end + 1, &end, 10) : 6;
  int total = (int) strtol (end, NULL, 10);

  for (int i = 0; i < CLAMP (n_dice, 1, 99); i++)
    total += 1 + (int) sg_view_random (self->view, (guint) MAX (n_sides, 1));

  return total;
}

/* The next roll; FALSE where it has to be asked for first. */
static gboolean
take_roll (SgPlay     *self,
           const char *dice,
           const char *reason,
           int        *total)
{
  const SgRoll *roll;

  if (self->n_rolls_used >= self->rolls->len)
    {
      self->waiting = TRUE;
      g_free (self->dice);
      g_free (self->reason);
      self->dice = g_strdup (dice);
      self->reason = g_strdup (reason);
      return FALSE;
    }

  roll = &g_array_index (self->rolls, SgRoll, self->n_rolls_used++);
  *total = roll->known ? roll->total : roll_here (self, dice);

  return TRUE;
}

static int
sum_modifiers (SgPlay     *self,
               JsonObject *check)
{
  JsonArray *modifiers = sg_member_array (check, "modifiers");
  int sum = -(int) sg_member_int (check, "difficulty", 0);

  for (guint i = 0; modifiers != NULL && i < json_array_get_length (modifiers); i++)
    {
      JsonObject *modifier = json_array_get_object_element (modifiers, i);

      if (sg_view_holds (self->view, sg_member (modifier, "if")))
        sum += (int) sg_member_int (modifier, "add", 0);
    }

  return sum;
}

static char *
dup_reason (SgPlay     *self,
            JsonObject *check)
{
  JsonNode *reason = sg_member (check, "reason");

  if (reason != NULL)
    return sg_view_render (self->view, reason);
  if (self->intent != NULL)
    return g_strdup_printf ("Trying to %s", self->intent);

  return g_strdup ("Fortune decides");
}

/* Which outcome a sum has; a scenario without the one in the middle is kind. */
static const char *
get_outcome (JsonObject *outcomes,
             int         sum)
{
  if (sum >= STRONG)
    return "strong";
  if (sum >= WEAK)
    return sg_member (outcomes, "weak") != NULL ? "weak" : "strong";

  return "miss";
}

/**
 * sg_play_check:
 * @check: dice, difficulty and modifiers
 * @outcomes: an object with `text`, `do`, `strong`, `weak` and `miss`
 * @key: where it stands
 *
 * Settles something by dice.
 *
 * Returns: %SG_REACTED_DONE
 */
SgReacted
sg_play_check (SgPlay     *self,
               JsonObject *check,
               JsonObject *outcomes,
               const char *key)
{
  const char *dice = sg_member_string (check, "dice");
  JsonObject *told = outcomes;
  g_autofree char *reason = NULL;
  g_autofree char *shown = NULL;
  const char *outcome;
  int modifiers;
  int total = 0;

  /* A reaction may lend its dice from an oracle and its words as well. */
  if (sg_member (told, "miss") == NULL && check != NULL)
    told = check;

  reason = dup_reason (self, check);
  modifiers = sum_modifiers (self, check);
  sg_play_tell_node (self, sg_member (outcomes, "text"));
  sg_play_apply (self, sg_member (outcomes, "do"));
  if (!take_roll (self, dice != NULL ? dice : "2d6", reason, &total))
    return SG_REACTED_DONE;

  shown = g_strdup_printf ("%d", total + modifiers);
  sg_view_set_var (self->view, "total", shown);
  outcome = get_outcome (told, total + modifiers);
  sg_play_react (self, sg_member (told, outcome), key);

  return SG_REACTED_DONE;
}

static gboolean
oracle_matches (JsonObject         *oracle,
                const char * const *words,
                gboolean           *named)
{
  JsonArray *wanted = sg_member_array (oracle, "words");

  *named = wanted != NULL;
  if (wanted == NULL)
    return TRUE;

  for (guint i = 0; i < json_array_get_length (wanted); i++)
    {
      g_auto (GStrv) phrase = g_strsplit (json_array_get_string_element (wanted, i), " ", -1);

      for (guint j = 0; words[j] != NULL; j++)
        {
          guint k = 0;

          while (phrase[k] != NULL && words[j + k] != NULL && sg_word_is_same_stem (phrase[k], words[j + k]))
            k++;
          if (phrase[k] == NULL && k > 0)
            return TRUE;
        }
    }

  return FALSE;
}

/* Told where a scenario has no oracle for what is left: a plain roll, with the storyteller's own words. */
static void
oracle_of_its_own (SgPlay *self)
{
  g_autoptr (JsonObject) check = json_object_new ();
  const char *outcome;
  g_autofree char *rule = NULL;
  g_autofree char *reason = dup_reason (self, check);
  int total = 0;

  json_object_set_string_member (check, "miss", "");
  sg_play_say (self, "oracle_before");
  if (!take_roll (self, "2d6", reason, &total))
    return;

  outcome = total >= STRONG ? "strong" : total >= WEAK ? "weak" : "miss";
  rule = g_strconcat ("oracle_", outcome, NULL);
  sg_play_say (self, rule);
}

/**
 * sg_play_oracle:
 * @words: what the player tries to do
 * @only_named: whether only an oracle that knows one of the words may answer
 *
 * Settles a free intention.
 *
 * Returns: whether an oracle answered
 */
gboolean
sg_play_oracle (SgPlay     *self,
                const char *words,
                gboolean    only_named)
{
  JsonObject *oracles = sg_scenario_get_section (self->scenario, "oracles");
  g_auto (GStrv) split = sg_words_split (words);
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  g_free (self->intent);
  self->intent = sg_play_dup_wording (self, words);
  sg_view_set_var (self->view, "intent", self->intent);

  if (oracles != NULL)
    {
      json_object_iter_init_ordered (&iter, oracles);
      while (json_object_iter_next_ordered (&iter, &id, &node))
        {
          JsonObject *oracle;
          gboolean named;

          if (id[0] == '#')
            continue;
          oracle = json_node_get_object (node);
          if (!oracle_matches (oracle, (const char * const *) split, &named) || (only_named && !named)
              || !sg_view_holds (self->view, sg_member (oracle, "if")))
            continue;

          self->takes_time = TRUE;
          sg_play_check (self, oracle, oracle, id);
          return TRUE;
        }
    }

  if (only_named)
    return FALSE;

  self->takes_time = TRUE;
  oracle_of_its_own (self);

  return TRUE;
}
