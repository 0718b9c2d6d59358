/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-token-estimate.h"

enum
{
  CLASS_NONE,
  CLASS_LATIN,
  CLASS_DIGIT,
  CLASS_PUNCTUATION,
  CLASS_SPACE,
  CLASS_BREAK,
  CLASS_IDEOGRAPH,
  CLASS_LETTER,
  CLASS_OTHER,
};

static gint64
run_tokens (guint8 class,
            guint  length)
{
  switch (class)
    {
    case CLASS_LATIN:
      return length <= 8 ? 1 : 1 + (length - 8 + 5) / 6;

    case CLASS_DIGIT:
    case CLASS_LETTER:
      return (length + 2) / 3;

    case CLASS_PUNCTUATION:
      return (length + 1) / 2;

    case CLASS_SPACE:
      return length > 1 ? 1 : 0;

    case CLASS_BREAK:
      return 1;

    case CLASS_IDEOGRAPH:
      return length;

    case CLASS_OTHER:
      return 2 * (gint64) length;

    default:
      return 0;
    }
}

/* Prompts are estimated each turn, so that this is looked up. */
static const guint8 ascii_classes[128] = {
  [0 ... 8] = CLASS_PUNCTUATION,
  ['\t'] = CLASS_SPACE,
  ['\n'] = CLASS_BREAK,
  [11 ... 12] = CLASS_PUNCTUATION,
  ['\r'] = CLASS_BREAK,
  [14 ... 31] = CLASS_PUNCTUATION,
  [' '] = CLASS_SPACE,
  ['!' ... '/'] = CLASS_PUNCTUATION,
  ['0' ... '9'] = CLASS_DIGIT,
  [':' ... '@'] = CLASS_PUNCTUATION,
  ['A' ... 'Z'] = CLASS_LATIN,
  ['[' ... '`'] = CLASS_PUNCTUATION,
  ['a' ... 'z'] = CLASS_LATIN,
  ['{' ... 127] = CLASS_PUNCTUATION,
};

static guint8
classify (gunichar c)
{
  if (c < 0x250 && g_unichar_isalpha (c))
    return CLASS_LATIN;
  if (c >= 0x2e80 && (c < 0xa4d0 || (c >= 0xac00 && c < 0xd7b0) || (c >= 0xf900 && c < 0xfb00) ||
                      (c >= 0xff00 && c < 0xfff0) || (c >= 0x20000 && c < 0x32000)))
    return CLASS_IDEOGRAPH;
  if (g_unichar_isalpha (c) || g_unichar_ismark (c))
    return CLASS_LETTER;
  if (g_unichar_ispunct (c) && c < 0x2e80)
    return CLASS_PUNCTUATION;

  return CLASS_OTHER;
}

static inline void
add_to_run (SgTokenEstimator *self,
            guint8            class,
            guint             length)
{
  if (class != self->run_class)
    {
      self->tokens += run_tokens (self->run_class, self->run_length);
      self->run_class = class;
      self->run_length = 0;
    }
  self->run_length += length;
}

/**
 * sg_token_estimator_add:
 * @text: more of the text; valid UTF-8
 * @length: its length in bytes
 */
void
sg_token_estimator_add (SgTokenEstimator *self,
                        const char       *text,
                        gsize             length)
{
  const char *end = text + length;

  while (text < end)
    {
      guchar byte = *text;

      if (G_LIKELY (byte < 0x80))
        {
          guint8 class = ascii_classes[byte];
          const char *run = text;

          while (++text < end && (guchar) *text < 0x80 && ascii_classes[(guchar) *text] == class)
            ;
          add_to_run (self, class, (guint) (text - run));
        }
      else
        {
          gunichar c = g_utf8_get_char (text);
          guint8 class = classify (c);

          add_to_run (self, class, class == CLASS_LATIN ? 2 : 1);
          text = g_utf8_next_char (text);
        }
    }
}

/**
 * sg_token_estimator_get:
 *
 * Returns: the estimate for all that was added
 */
gint64
sg_token_estimator_get (const SgTokenEstimator *self)
{
  return self->tokens + run_tokens (self->run_class, self->run_length);
}

/**
 * sg_token_estimate:
 * @text: (nullable): a text; valid UTF-8
 * @length: its length in bytes, or -1
 *
 * Returns: an estimate of its tokens, see #SgTokenEstimator
 */
int
sg_token_estimate (const char *text,
                   gssize      length)
{
  SgTokenEstimator estimator = { 0 };

  if (text == NULL)
    return 0;

  sg_token_estimator_add (&estimator, text, length < 0 ? strlen (text) : (gsize) length);

  return (int) MIN (sg_token_estimator_get (&estimator), G_MAXINT);
}
