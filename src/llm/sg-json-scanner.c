/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-json-scanner.h"

/* Longer numbers are copied to the heap to be read. */
#define MAX_NUMBER 64

enum
{
  EXPECT_VALUE,
  EXPECT_VALUE_OR_END,
  EXPECT_KEY,
  EXPECT_KEY_OR_END,
  EXPECT_COMMA_OR_END,
  EXPECT_NOTHING,
};

G_STATIC_ASSERT (SG_JSON_MAX_DEPTH <= 64);

static inline void
skip_space (SgJsonScanner *self)
{
  while (self->at < self->end &&
         (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
}

static SgJsonToken
fail (SgJsonScanner *self)
{
  self->at = self->end;
  /* Of no length, but a place, so that offsets into it are defined. */
  self->raw = self->end;
  self->raw_length = 0;
  self->expect = EXPECT_NOTHING;
  /* A depth that no document can come back from, so that the error stays. */
  self->depth = G_MAXUINT8;

  return self->token = SG_JSON_ERROR;
}

static inline gboolean
in_object (SgJsonScanner *self)
{
  return (self->objects >> (self->depth - 1)) & 1;
}

static inline void
value_done (SgJsonScanner *self)
{
  self->expect = self->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
}

static SgJsonToken
begin (SgJsonScanner *self,
       gboolean       object)
{
  if (self->depth >= SG_JSON_MAX_DEPTH)
    return fail (self);

  self->at++;
  if (object)
    self->objects |= G_GUINT64_CONSTANT (1) << self->depth;
  else
    self->objects &= ~(G_GUINT64_CONSTANT (1) << self->depth);
  self->depth++;
  self->expect = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;

  return self->token = object ? SG_JSON_OBJECT_BEGIN : SG_JSON_ARRAY_BEGIN;
}

static SgJsonToken
finish (SgJsonScanner *self)
{
  gboolean object = in_object (self);

  if (*self->at != (object ? '}' : ']'))
    return fail (self);

  self->at++;
  self->depth--;
  value_done (self);

  return self->token = object ? SG_JSON_OBJECT_END : SG_JSON_ARRAY_END;
}

/* The escape whose backslash is at @at: its length, or 0 where it is none. */
static gsize
check_escape (const char *at,
              const char *end)
{
  if (end - at < 2)
    return 0;

  switch (at[1])
    {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
      return 2;

    case 'u':
      if (end - at < 6)
        return 0;
      for (int i = 2; i < 6; i++)
        if (!g_ascii_isxdigit (at[i]))
          return 0;
      return 6;

    default:
      return 0;
    }
}

/* What ends a run of plain bytes in a string. */
static const guint8 stops[256] = {
  [0 ... 31] = TRUE,
  ['"'] = TRUE,
  ['\\'] = TRUE,
};

/* Reads the string whose opening quote is at the position. */
static gboolean
scan_string (SgJsonScanner *self)
{
  const char *at = self->at + 1;
  const char *end = self->end;

  self->raw = at;
  self->escaped = FALSE;

  for (;;)
    {
      gsize length;

      while (at < end && !stops[(guchar) *at])
        at++;
      if (at == end)
        return FALSE;

      if (*at == '"')
        {
          self->raw_length = at - self->raw;
          self->at = at + 1;
          return TRUE;
        }

      length = *at == '\\' ? check_escape (at, end) : 0;
      if (length == 0)
        return FALSE;
      self->escaped = TRUE;
      at += length;
    }
}

static const char *
skip_digits (const char *at,
             const char *end)
{
  while (at < end && g_ascii_isdigit (*at))
    at++;

  return at;
}

static SgJsonToken
scan_number (SgJsonScanner *self)
{
  const char *at = self->at;
  const char *end = self->end;
  const char *digits;

  if (*at == '-')
    at++;

  digits = at;
  at = skip_digits (at, end);
  if (at == digits || (*digits == '0' && at - digits > 1))
    return fail (self);

  if (at < end && *at == '.')
    {
      digits = ++at;
      at = skip_digits (at, end);
      if (at == digits)
        return fail (self);
    }

  if (at < end && (*at == 'e' || *at == 'E'))
    {
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      digits = at;
      at = skip_digits (at, end);
      if (at == digits)
        return fail (self);
    }

  self->raw = self->at;
  self->raw_length = at - self->at;
  self->at = at;
  value_done (self);

  return self->token = SG_JSON_NUMBER;
}

static SgJsonToken
scan_word (SgJsonScanner *self,
           const char    *word,
           SgJsonToken    token)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length || memcmp (self->at, word, length) != 0)
    return fail (self);

  self->at += length;
  value_done (self);

  return self->token = token;
}

static SgJsonToken
scan_value (SgJsonScanner *self)
{
  switch (*self->at)
    {
    case '{':
      return begin (self, TRUE);

    case '[':
      return begin (self, FALSE);

    case '"':
      if (!scan_string (self))
        return fail (self);
      value_done (self);
      return self->token = SG_JSON_STRING;

    case 't':
      return scan_word (self, "true", SG_JSON_TRUE);

    case 'f':
      return scan_word (self, "false", SG_JSON_FALSE);

    case 'n':
      return scan_word (self, "null", SG_JSON_NULL);

    default:
      return scan_number (self);
    }
}

static SgJsonToken
scan_key (SgJsonScanner *self)
{
  if (*self->at != '"' || !scan_string (self))
    return fail (self);

  skip_space (self);
  if (self->at >= self->end || *self->at != ':')
    return fail (self);

  self->at++;
  self->expect = EXPECT_VALUE;

  return self->token = SG_JSON_KEY;
}

static SgJsonToken
scan_after_comma (SgJsonScanner *self)
{
  self->at++;
  skip_space (self);
  if (self->at >= self->end)
    return fail (self);

  return in_object (self) ? scan_key (self) : scan_value (self);
}

/**
 * sg_json_scanner_init:
 * @data: the document; need not end with a NUL
 * @length: its length in bytes
 *
 * Sets the scanner to the beginning of a document.
 */
void
sg_json_scanner_init (SgJsonScanner *self,
                      const char    *data,
                      gsize          length)
{
  memset (self, 0, sizeof *self);
  self->at = data;
  self->end = data + length;
  self->token = SG_JSON_NULL;
}

/**
 * sg_json_scanner_next:
 *
 * Reads the next token.
 *
 * Returns: the token, %SG_JSON_END after the last one, or %SG_JSON_ERROR
 */
SgJsonToken
sg_json_scanner_next (SgJsonScanner *self)
{
  if (self->depth == G_MAXUINT8)
    return SG_JSON_ERROR;

  skip_space (self);

  if (self->at >= self->end)
    return self->expect == EXPECT_NOTHING ? (self->token = SG_JSON_END) : fail (self);

  switch (self->expect)
    {
    case EXPECT_VALUE:
      return scan_value (self);

    case EXPECT_VALUE_OR_END:
      return *self->at == ']' ? finish (self) : scan_value (self);

    case EXPECT_KEY_OR_END:
      return *self->at == '}' ? finish (self) : scan_key (self);

    case EXPECT_COMMA_OR_END:
      return *self->at == ',' ? scan_after_comma (self) : finish (self);

    default:
      return fail (self);
    }
}

/**
 * sg_json_scanner_skip:
 *
 * After a key, passes over its value; after the beginning of an object or array, passes over the rest
 * of it; after any other value does nothing.
 *
 * Returns: %FALSE where the text is no JSON
 */
gboolean
sg_json_scanner_skip (SgJsonScanner *self)
{
  guint8 depth;

  if (self->token == SG_JSON_KEY)
    sg_json_scanner_next (self);

  if (self->token == SG_JSON_OBJECT_BEGIN || self->token == SG_JSON_ARRAY_BEGIN)
    {
      depth = self->depth;
      do
        sg_json_scanner_next (self);
      while (self->token != SG_JSON_ERROR && self->depth >= depth);
    }

  return self->token != SG_JSON_ERROR;
}

/**
 * sg_json_scanner_skip_raw:
 * @start: (out): the first byte of the value
 * @length: (out): its length in bytes
 *
 * After a key: passes over its value and says where in the document it stands.
 *
 * Returns: %FALSE where the text is no JSON
 */
gboolean
sg_json_scanner_skip_raw (SgJsonScanner *self,
                          const char   **start,
                          gsize         *length)
{
  g_return_val_if_fail (self->token == SG_JSON_KEY, FALSE);

  skip_space (self);
  *start = self->at;
  if (!sg_json_scanner_skip (self))
    return FALSE;

  *length = self->at - *start;

  return TRUE;
}

/* Compares what holds escapes. */
gboolean
sg_json_scanner_is_escaped (SgJsonScanner *self,
                            const char    *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  sg_json_scanner_append_text (self, plain);

  return plain->len == strlen (text) && memcmp (plain->str, text, plain->len) == 0;
}

static gunichar
read_hex (const char *at)
{
  gunichar value = 0;

  for (int i = 0; i < 4; i++)
    value = value << 4 | (gunichar) g_ascii_xdigit_value (at[i]);

  return value;
}

/* Half a surrogate pair is written in the three bytes that UTF-8 would have for it if it were a
 * character: a server that counts in UTF-16 may send the other half in its next document, and
 * SgUtf8Joiner puts the two together or replaces them. */
static const char *
append_unicode_escape (GString    *into,
                       const char *at,
                       const char *end)
{
  gunichar c = read_hex (at + 2);
  char buffer[6];

  at += 6;
  if ((c & 0xfc00) == 0xd800 && end - at >= 6 && at[0] == '\\' && at[1] == 'u')
    {
      gunichar low = read_hex (at + 2);

      if ((low & 0xfc00) == 0xdc00)
        {
          c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
          at += 6;
        }
    }

  g_string_append_len (into, buffer, g_unichar_to_utf8 (c, buffer));

  return at;
}

/**
 * sg_json_scanner_append_text:
 * @into: where to append
 *
 * Appends the text of the last token, a key or string, without its escapes.  It may hold NULs and need not be
 * valid UTF-8.
 */
void
sg_json_scanner_append_text (SgJsonScanner *self,
                             GString       *into)
{
  const char *at = self->raw;
  const char *end = self->raw + self->raw_length;

  if (self->token != SG_JSON_KEY && self->token != SG_JSON_STRING)
    return;

  if (!self->escaped)
    {
      g_string_append_len (into, at, self->raw_length);
      return;
    }

  while (at < end)
    {
      const char *backslash = memchr (at, '\\', end - at);

      if (backslash == NULL)
        backslash = end;
      g_string_append_len (into, at, backslash - at);
      at = backslash;

      if (at >= end)
        break;

      if (at[1] == 'u')
        {
          at = append_unicode_escape (into, at, end);
        }
      else
        {
          static const char names[] = "bfnrt";
          static const char values[] = "\b\f\n\r\t";
          const char *name = strchr (names, at[1]);

          g_string_append_c (into, name != NULL ? values[name - names] : at[1]);
          at += 2;
        }
    }
}

/**
 * sg_json_scanner_get_int:
 * @fallback: what to return where the last token is no number
 *
 * Returns: the number, cut to a whole one in the range of 64 bits
 */
gint64
sg_json_scanner_get_int (SgJsonScanner *self,
                         gint64         fallback)
{
  const char *at = self->raw;
  const char *end = self->raw + self->raw_length;
  gint64 value = 0;
  gboolean negative;
  double real;

  if (self->token != SG_JSON_NUMBER)
    return fallback;

  negative = *at == '-';
  if (negative)
    at++;

  if (end - at <= 18)
    {
      while (at < end && g_ascii_isdigit (*at))
        value = value * 10 + (*at++ - '0');
      if (at == end)
        return negative ? -value : value;
    }

  real = sg_json_scanner_get_double (self, fallback);
  if (real >= (double) G_MAXINT64)
    return G_MAXINT64;
  if (real <= (double) G_MININT64)
    return G_MININT64;

  return (gint64) real;
}

/**
 * sg_json_scanner_get_double:
 * @fallback: what to return where the last token is no number
 *
 * Returns: the number
 */
double
sg_json_scanner_get_double (SgJsonScanner *self,
                            double         fallback)
{
  char buffer[MAX_NUMBER + 1];

  if (self->token != SG_JSON_NUMBER)
    return fallback;

  if (G_UNLIKELY (self->raw_length > MAX_NUMBER))
    {
      g_autofree char *copy = g_strndup (self->raw, self->raw_length);

      return g_ascii_strtod (copy, NULL);
    }

  memcpy (buffer, self->raw, self->raw_length);
  buffer[self->raw_length] = '\0';

  return g_ascii_strtod (buffer, NULL);
}

/**
 * sg_json_is_plain:
 * @text: bytes
 * @length: how many
 *
 * Returns: whether the bytes can stand between the quotes of a string, and mean themselves there
 */
gboolean
sg_json_is_plain (const char *text,
                  gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (stops[(guchar) text[i]])
        return FALSE;
    }

  return TRUE;
}
