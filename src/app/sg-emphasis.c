/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-emphasis.h"

/* Models write *this* and **this** whatever they are told.  It is the only markup that is looked for: pairs
 * of stars in one paragraph, close to the words they enclose.  All else is text. */

typedef struct
{
  guint begin;
  guint length;
  gboolean opens;
  gboolean closes;
  gboolean at_end;
} Stars;

/* The next run of stars at or after *cursor, which moves behind it. */
static gboolean
next_stars (const char **cursor,
            guint       *position,
            gunichar    *before,
            Stars       *stars)
{
  const char *p = *cursor;

  while (*p != '\0' && *p != '*')
    {
      *before = g_utf8_get_char (p);
      p = g_utf8_next_char (p);
      (*position)++;
    }
  if (*p == '\0')
    return FALSE;

  stars->begin = *position;
  stars->length = 0;
  while (*p == '*')
    {
      stars->length++;
      p++;
    }
  *position += stars->length;
  stars->at_end = *p == '\0';
  stars->opens = !stars->at_end && !g_unichar_isspace (g_utf8_get_char (p));
  stars->closes = *before != 0 && !g_unichar_isspace (*before);
  *before = '*';
  *cursor = p;
  return TRUE;
}

/**
 * sg_emphasis_find:
 * @text: a paragraph
 * @complete: whether nothing more will be added to it: stars at its very end may else grow
 * @emphasis: (out caller-allocates): what was found
 *
 * Finds the first words that stand between stars.
 *
 * Returns: whether there are any
 */
gboolean
sg_emphasis_find (const char *text,
                  gboolean    complete,
                  SgEmphasis *emphasis)
{
  const char *cursor = text;
  guint position = 0;
  gunichar before = 0;
  Stars open = { 0, };
  Stars next;

  while (next_stars (&cursor, &position, &before, &next))
    {
      if (next.at_end && !complete)
        return FALSE;

      if (open.length > 0 && next.closes && next.length == open.length)
        {
          emphasis->begin = open.begin;
          emphasis->end = next.begin + next.length;
          emphasis->stars = open.length;
          return TRUE;
        }
      if (next.opens && next.length <= 3)
        open = next;
    }
  return FALSE;
}
