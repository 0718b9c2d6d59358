/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-utf8-joiner.h"

#define REPLACEMENT "\xef\xbf\xbd"

static inline gboolean
is_high_surrogate (const guchar *at)
{
  return at[0] == 0xed && (at[1] & 0xf0) == 0xa0 && (at[2] & 0xc0) == 0x80;
}

static inline gboolean
is_low_surrogate (const guchar *at)
{
  return at[0] == 0xed && (at[1] & 0xf0) == 0xb0 && (at[2] & 0xc0) == 0x80;
}

static void
append_pair (GString      *out,
             const guchar *at)
{
  gunichar high = (at[1] & 0x0f) << 6 | (at[2] & 0x3f);
  gunichar low = (at[4] & 0x0f) << 6 | (at[5] & 0x3f);

  g_string_append_unichar (out, 0x10000 + (high << 10) + low);
}

/* Whether @length bytes at @at may still become a surrogate pair when more come. */
static gboolean
may_become_pair (const guchar *at,
                 gsize         length)
{
  if (length >= 6 || at[0] != 0xed)
    return FALSE;
  if (length >= 2 && (at[1] & 0xf0) != 0xa0)
    return FALSE;
  if (length >= 3 && (at[2] & 0xc0) != 0x80)
    return FALSE;
  if (length >= 4 && at[3] != 0xed)
    return FALSE;

  return length < 5 || (at[4] & 0xf0) == 0xb0;
}

/* Appends what can be said of the bytes at @at, which do not begin with a character.
 *
 * Returns: how many bytes that took; 0 where more have to come first */
static gsize
append_strange (GString      *out,
                const guchar *at,
                gsize         length)
{
  gsize taken = 1;

  if (may_become_pair (at, length))
    return 0;

  if (length >= 6 && is_high_surrogate (at) && is_low_surrogate (at + 3))
    {
      append_pair (out, at);
      return 6;
    }

  /* Of a NUL, GLib says that it is incomplete. */
  if (*at != '\0' && g_utf8_get_char_validated ((const char *) at, length) == (gunichar) -2)
    return 0;

  /* One replacement for half a pair, and for each byte otherwise. */
  if (length >= 3 && (is_high_surrogate (at) || is_low_surrogate (at)))
    taken = 3;
  g_string_append_len (out, REPLACEMENT, 3);

  return taken;
}

static void
append_all (SgUtf8Joiner *self,
            GString      *out,
            const guchar *at,
            gsize         length)
{
  const guchar *end = at + length;

  while (at < end)
    {
      const char *invalid;
      gsize taken;

      g_utf8_validate ((const char *) at, end - at, &invalid);
      g_string_append_len (out, (const char *) at, (const guchar *) invalid - at);
      at = (const guchar *) invalid;
      if (at == end)
        break;

      taken = append_strange (out, at, end - at);
      if (taken == 0)
        {
          self->n_pending = end - at;
          memcpy (self->pending, at, self->n_pending);
          break;
        }
      at += taken;
    }
}

/**
 * sg_utf8_joiner_push:
 * @data: the next bytes
 * @length: how many
 * @scratch: a string that the result may be put into
 * @out_length: (out): the length of the result in bytes
 *
 * Takes the next bytes.  What may be the beginning of a character is kept back; at the end of the stream
 * it is half a character that was cut off, of which there is nothing to show.
 *
 * Returns: (transfer none): the whole characters that there are now: @data itself where it
 *   is nothing but them, or the text of @scratch
 */
const char *
sg_utf8_joiner_push (SgUtf8Joiner *self,
                     const char   *data,
                     gsize         length,
                     GString      *scratch,
                     gsize        *out_length)
{
  if (G_LIKELY (self->n_pending == 0 && g_utf8_validate_len (data, length, NULL)))
    {
      *out_length = length;
      return data;
    }

  g_string_truncate (scratch, 0);
  if (self->n_pending > 0)
    {
      g_autoptr (GString) joined = g_string_sized_new (self->n_pending + length);

      g_string_append_len (joined, (const char *) self->pending, self->n_pending);
      g_string_append_len (joined, data, length);
      self->n_pending = 0;
      append_all (self, scratch, (const guchar *) joined->str, joined->len);
    }
  else
    {
      append_all (self, scratch, (const guchar *) data, length);
    }

  *out_length = scratch->len;

  return scratch->str;
}

/**
 * sg_utf8_make_valid:
 * @data: a whole text
 * @length: its length in bytes
 *
 * Returns: (transfer full): the text as valid UTF-8 without NULs inside
 */
char *
sg_utf8_make_valid (const char *data,
                    gsize       length)
{
  SgUtf8Joiner joiner = { 0 };
  GString *out = g_string_sized_new (length + 1);

  append_all (&joiner, out, (const guchar *) data, length);

  return g_string_free (out, FALSE);
}
