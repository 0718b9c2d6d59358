/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dice are a function of seed and position: the same turn told again with the same calls rolls
 * the same, an alternative (whose seed differs) does not.  Numbers come from SplitMix64 (G. Steele,
 * D. Lea, C. Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), and are brought
 * into range by rejection, so that every side is equally likely.
 */

#include "config.h"

#include "tools/sg-dice.h"

#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

#define MAX_TERMS 8
#define MAX_CONSTANT 100000

static guint64
next_random (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/* 1 to @sides. */
static int
throw_die (guint64 *state,
           int      sides)
{
  guint64 limit = G_MAXUINT64 - G_MAXUINT64 % (guint64) sides;
  guint64 value;

  do
    value = next_random (state);
  while (value >= limit);

  return 1 + (int) (value % (guint64) sides);
}

static void
skip_spaces (const char **p)
{
  while (g_ascii_isspace (**p))
    (*p)++;
}

/* Reads a number; returns @fallback where there is none and -1 where it is above @max. */
static int
read_number (const char **p,
             int          max,
             int          fallback)
{
  int value = 0;

  if (!g_ascii_isdigit (**p))
    return fallback;

  for (; g_ascii_isdigit (**p); (*p)++)
    {
      if (value >= 0)
        value = value * 10 + (**p - '0');
      if (value > max)
        value = -1;
    }

  return value;
}

static int
compare_ints (gconstpointer a,
              gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* Adds the @keep highest (or lowest) of the dice from @first on. */
static int
keep_dice (SgDiceRoll *roll,
           guint       first,
           guint       keep,
           gboolean    highest)
{
  guint n = roll->rolls->len - first;
  g_autoptr (GArray) sorted = g_array_sized_new (FALSE, FALSE, sizeof (int), n);
  int sum = 0;

  g_array_append_vals (sorted, &g_array_index (roll->rolls, int, first), n);
  if (keep < n)
    g_array_sort (sorted, compare_ints);

  for (guint i = 0; i < keep; i++)
    {
      int value = g_array_index (sorted, int, keep < n && highest ? n - 1 - i : i);

      g_array_append_val (roll->kept, value);
      sum += value;
    }

  return sum;
}

/* One `NdM`, `NdMkhK` or `NdMklK` after its N.  Returns FALSE where it makes no sense. */
static gboolean
roll_term (SgDiceRoll  *roll,
           const char **p,
           int          count,
           int          sign,
           guint64     *state)
{
  guint first = roll->rolls->len;
  gboolean highest = TRUE;
  int sides, keep;

  (*p)++;
  sides = **p == '%' ? 100 : read_number (p, SG_DICE_MAX_SIDES, -1);
  if (**p == '%')
    (*p)++;

  keep = count;
  if (g_ascii_tolower (**p) == 'k')
    {
      (*p)++;
      highest = g_ascii_tolower (**p) != 'l';
      if (g_ascii_tolower (**p) == 'l' || g_ascii_tolower (**p) == 'h')
        (*p)++;
      keep = read_number (p, count, 1);
    }

  if (count < 1 || sides < 2 || keep < 1 || first + count > SG_DICE_MAX_COUNT)
    return FALSE;

  for (int i = 0; i < count; i++)
    {
      int value = throw_die (state, sides);

      g_array_append_val (roll->rolls, value);
    }
  roll->total += sign * keep_dice (roll, first, keep, highest);

  return TRUE;
}

static gboolean
roll_terms (SgDiceRoll *roll,
            const char *p,
            guint64    *state)
{
  int sign = 1;

  for (guint n = 0; n < MAX_TERMS; n++)
    {
      const char *start;
      int number;

      skip_spaces (&p);
      start = p;
      number = read_number (&p, MAX_CONSTANT, 1);
      if (g_ascii_tolower (*p) == 'd')
        {
          if (!roll_term (roll, &p, number, sign, state))
            return FALSE;
        }
      else if (p == start || number < 0)
        return FALSE;
      else
        roll->total += sign * number;

      skip_spaces (&p);
      if (*p == '\0')
        return roll->rolls->len > 0;
      if (*p != '+' && *p != '-')
        return FALSE;
      sign = *p++ == '-' ? -1 : 1;
    }

  return FALSE;
}

/**
 * sg_dice_roll:
 * @dice: such as `2d6+1`, `d20`, `3d6-2`, `d%`, `2d20kh1` (the higher of two), `4d6kl3`, `1d8+1d6`
 * @seed: the seed of the turn
 * @position: the position of the call in the turn
 *
 * At most %SG_DICE_MAX_COUNT dice with 2 to %SG_DICE_MAX_SIDES sides.
 *
 * Returns: (transfer full) (nullable): the roll; %NULL with %SG_TOOL_ERROR_ARGUMENTS
 */
SgDiceRoll *
sg_dice_roll (const char  *dice,
              guint64      seed,
              guint        position,
              GError     **error)
{
  g_autoptr (SgDiceRoll) roll = g_new0 (SgDiceRoll, 1);
  g_autofree char *shown = NULL;
  guint64 state = seed;

  g_return_val_if_fail (dice != NULL, NULL);

  /* One step between the two keeps seeds and positions that lie close together apart. */
  state = next_random (&state) + position;
  state = next_random (&state);

  roll->rolls = g_array_new (FALSE, FALSE, sizeof (int));
  roll->kept = g_array_new (FALSE, FALSE, sizeof (int));
  if (roll_terms (roll, dice, &state))
    return g_steal_pointer (&roll);

  shown = sg_tool_excerpt (dice, 40);
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "`%s` are no dice; write 2d6+1, d20, 3d6-2, d%% or 2d20kh1 (the higher of two), "
               "at most %d dice of 2 to %d sides", shown, SG_DICE_MAX_COUNT, SG_DICE_MAX_SIDES);

  return NULL;
}

/**
 * sg_dice_roll_free:
 * @self: (transfer full): a roll
 */
void
sg_dice_roll_free (SgDiceRoll *self)
{
  g_clear_pointer (&self->rolls, g_array_unref);
  g_clear_pointer (&self->kept, g_array_unref);
  g_free (self);
}
