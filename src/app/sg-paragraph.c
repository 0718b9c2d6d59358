/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-paragraph.h"

/* A text view lays out a whole paragraph for every word that is added to it.  Some models never begin
 * a new one, and small ones repeat themselves without end: the longer the paragraph, the longer each
 * frame takes, until the window stands still.  So what has grown long is shown as more than one. */

/* From here on any blank will do, then between any two letters, then anywhere at all. */
#define BREAK_AT_BLANK 3000
#define BREAK_AT_LETTER 4000
#define BREAK_ANYWHERE 5000

#define ZERO_WIDTH_JOINER 0x200d

static gboolean
ends_sentence (gunichar c)
{
  return c != 0 && c < 0x10000 && g_utf8_strchr (".!?…。！？", -1, c) != NULL;
}

static gboolean
closes (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return c == '"' || c == '\'' || c == '*' || type == G_UNICODE_FINAL_PUNCTUATION
         || type == G_UNICODE_CLOSE_PUNCTUATION;
}

/* Whether @c is shown as one with the character before it, or must not begin a line. */
static gboolean
continues (gunichar before,
           gunichar c)
{
  return g_unichar_ismark (c) || c == ZERO_WIDTH_JOINER || before == ZERO_WIDTH_JOINER || closes (c)
         || ends_sentence (c);
}

/**
 * sg_paragraph_find_break:
 * @text: a paragraph
 * @found: (out caller-allocates): where to break it
 *
 * Finds where a paragraph that has become too long can be broken: after a sentence if it can be, after
 * a word if not.  More text at the end does not change what is found.
 *
 * Returns: whether it is that long
 */
gboolean
sg_paragraph_find_break (const char       *text,
                         SgParagraphBreak *found)
{
  gboolean sentence = FALSE;
  gunichar before = 0;
  guint position = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), position++)
    {
      gunichar c = g_utf8_get_char (p);
      gboolean blank = before == ' ' && c != ' ';
      /* "end.  Next": the blank ends what the full stop has ended; without one, only wide full stops do. */
      gboolean after = sentence && (blank || (before > 0x2fff && !continues (before, c)));

      if ((position >= SG_PARAGRAPH_LONG && after) || (position >= BREAK_AT_BLANK && blank)
          || (position >= BREAK_AT_LETTER && c != ' ' && !continues (before, c))
          || position >= BREAK_ANYWHERE)
        {
          found->position = position;
          found->space = blank;
          return TRUE;
        }
      sentence = ends_sentence (c) || (sentence && (closes (c) || c == ' '));
      before = c;
    }
  return FALSE;
}
