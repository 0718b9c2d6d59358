/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-token-estimate.h"

#include <string.h>

/* Byte-level vocabularies of today hold most English words whole: about four bytes of
 * plain text a token.  Other scripts are cut finer: about a token and a half for three
 * characters of Latin script with marks, one a character elsewhere. */
#define BYTES_A_TOKEN 4.0
#define MARKED_A_TOKEN 2.0

/**
 * sg_token_estimate:
 * @text: (nullable): UTF-8
 * @length: its length in bytes, or -1
 *
 * Estimates how many tokens a text has: ASCII by bytes, other characters by themselves.
 * What a server counts is always to be preferred; a figure that rests on this one is to be
 * marked as an estimate.
 *
 * Returns: a number of tokens, never less than 1 for a text that is not empty
 */
int
sg_token_estimate (const char *text,
                   gssize      length)
{
  gsize n = 0, n_ascii = 0, n_latin = 0, n_other = 0;

  if (text == NULL)
    return 0;

  n = length < 0 ? strlen (text) : (gsize) length;
  for (gsize i = 0; i < n; i++)
    {
      guchar byte = (guchar) text[i];

      if (byte < 0x80)
        n_ascii++;
      else if (byte >= 0xc0 && byte < 0xe0)
        n_latin++;
      else if (byte >= 0xe0)
        n_other++;
    }

  if (n == 0)
    return 0;

  return MAX (1, (int) (n_ascii / BYTES_A_TOKEN + n_latin / MARKED_A_TOKEN + n_other + 0.5));
}
