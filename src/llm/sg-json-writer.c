/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "llm/sg-json-writer.h"
#include "llm/sg-utf8-joiner.h"
#include "profile/sg-format.h"

/* For each byte: 0 where it stands for itself, or the letter of its escape. */
static const char escapes[256] = {
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
  ['"'] = '"', ['\\'] = '\\', [0x7f] = 'u',
};

static void
append_escaped (GString    *json,
                const char *text)
{
  const char *run = text;
  const char *at = text;

  for (;; at++)
    {
      char escape = escapes[(guchar) *at];

      if (G_LIKELY (escape == 0))
        continue;

      g_string_append_len (json, run, at - run);
      if (*at == '\0')
        return;

      if (escape == 'u')
        {
          g_string_append_printf (json, "\\u%04x", (guint) (guchar) *at);
        }
      else
        {
          g_string_append_c (json, '\\');
          g_string_append_c (json, escape);
        }
      run = at + 1;
    }
}

/**
 * sg_json_append_string:
 * @text: (nullable): the text; %NULL becomes `null`
 *
 * Appends a text as a JSON string.  What is not valid UTF-8 in it becomes U+FFFD.
 */
void
sg_json_append_string (GString    *json,
                       const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    {
      g_string_append (json, "null");
      return;
    }

  if (!g_utf8_validate (text, -1, NULL))
    {
      valid = sg_utf8_make_valid (text, strlen (text));
      text = valid;
    }

  g_string_append_c (json, '"');
  append_escaped (json, text);
  g_string_append_c (json, '"');
}

/**
 * sg_json_append_key:
 * @key: the name of a member, which needs no escapes
 *
 * Appends the name of a member, with a comma before it where one is needed.
 */
void
sg_json_append_key (GString    *json,
                    const char *key)
{
  if (json->len > 0 && json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');

  g_string_append_c (json, '"');
  g_string_append (json, key);
  g_string_append (json, "\":");
}

/**
 * sg_json_append_int:
 *
 * Appends a whole number.
 */
void
sg_json_append_int (GString *json,
                    gint64   value)
{
  sg_format_append_int (json, value);
}

/**
 * sg_json_append_double:
 *
 * Appends a number in the form that the C locale gives it; JSON has no infinity, which becomes `null`.
 */
void
sg_json_append_double (GString *json,
                       double   value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append (json, g_ascii_formatd (buffer, sizeof buffer, "%.9g", value));
  else
    g_string_append (json, "null");
}
