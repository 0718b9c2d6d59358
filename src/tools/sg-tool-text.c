/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names and keys.  A model calls the same lamp `Old Lamp`, `old lamp` and `old_lamp`; names are
 * brought to one form everywhere (normalised, lower case, spaces to underscores), so that the same thing
 * has one name in the world and one key in the runner.
 */

#include "config.h"

#include "tools/sg-tool-text.h"

#include "tools/sg-tool.h"

/* Appends the lower-case form; runs of spaces become one underscore.  Not g_utf8_strdown(), which
 * follows the language of the desktop: a story has to mean the same everywhere. */
static gboolean
append_normal (GString    *out,
               const char *name)
{
  gboolean gap = FALSE;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || c == '_')
        {
          gap = TRUE;
          continue;
        }
      if (g_unichar_iscntrl (c) || c == '*' || c == '$')
        return FALSE;

      if (gap && out->len > 0)
        g_string_append_c (out, '_');
      gap = FALSE;
      g_string_append_unichar (out, g_unichar_tolower (c));
    }

  return TRUE;
}

/**
 * sg_tool_name_normalise:
 * @name: the name of an entity or an attribute, as a model wrote it
 *
 * Returns: (transfer full) (nullable): the name as the world has it; %NULL with
 *   %SG_TOOL_ERROR_ARGUMENTS where it is empty, too long or has characters that no name may have
 */
char *
sg_tool_name_normalise (const char  *name,
                        GError     **error)
{
  g_autofree char *composed = NULL;
  g_autoptr (GString) out = g_string_sized_new (32);
  g_autofree char *shown = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  composed = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (composed != NULL && append_normal (out, composed) && out->len > 0
      && g_utf8_strlen (out->str, out->len) <= SG_TOOL_NAME_MAX)
    return g_string_free (g_steal_pointer (&out), FALSE);

  shown = sg_tool_excerpt (name, 40);
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "`%s` is no name: a name has 1 to %d characters, without `*`, `$` and control "
               "characters",
               shown, SG_TOOL_NAME_MAX);

  return NULL;
}

/* Levenshtein distance of two names, cut at SG_TOOL_NAME_MAX bytes each. */
static guint
distance (const char *a,
          const char *b)
{
  guint row[SG_TOOL_NAME_MAX + 1];
  gsize length_a = strnlen (a, SG_TOOL_NAME_MAX);
  gsize length_b = strnlen (b, SG_TOOL_NAME_MAX);

  for (guint j = 0; j <= length_b; j++)
    row[j] = j;

  for (guint i = 1; i <= length_a; i++)
    {
      guint diagonal = row[0];

      row[0] = i;
      for (guint j = 1; j <= length_b; j++)
        {
          guint above = row[j];
          guint same = diagonal
                       + (g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]) ? 0 : 1);

          row[j] = MIN (same, MIN (above, row[j - 1]) + 1);
          diagonal = above;
        }
    }

  return row[length_b];
}

/**
 * sg_tool_nearest:
 * @name: a name that is not there
 * @names: (nullable): those that are
 *
 * Returns: (transfer none) (nullable): the one that was probably meant
 */
const char *
sg_tool_nearest (const char        *name,
                 const char *const *names)
{
  const char *nearest = NULL;
  guint least = MAX (2, MIN (strlen (name), SG_TOOL_NAME_MAX) / 2) + 1;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint found = distance (name, names[i]);

      if (found < least)
        {
          least = found;
          nearest = names[i];
        }
    }

  return nearest;
}

/**
 * sg_tool_join_names:
 * @names: names
 * @limit: how many to show
 *
 * Returns: (transfer full): `a, b, c`, or `a, b, … (7 more)`
 */
char *
sg_tool_join_names (const char *const *names,
                    guint              limit)
{
  GString *out = g_string_new (NULL);
  guint n = g_strv_length ((char **) names);

  for (guint i = 0; i < MIN (n, limit); i++)
    {
      g_autofree char *shown = sg_tool_excerpt (names[i], SG_TOOL_NAME_MAX);

      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", shown);
    }
  if (n > limit)
    g_string_append_printf (out, ", … (%u more)", n - limit);

  return g_string_free (out, FALSE);
}

/**
 * sg_tool_excerpt:
 * @text: a text
 * @characters: how many characters to show
 *
 * Returns: (transfer full): the beginning of @text on one line
 */
char *
sg_tool_excerpt (const char *text,
                 guint       characters)
{
  g_autofree char *valid = g_utf8_make_valid (text, strnlen (text, (gsize) characters * 4 + 4));
  gboolean whole = g_utf8_strlen (valid, -1) <= (glong) characters;
  char *out = whole ? g_strdup (valid) : g_utf8_substring (valid, 0, characters);

  for (char *p = out; *p != '\0'; p++)
    {
      if (*p == '\n' || *p == '\r' || *p == '\t')
        *p = ' ';
    }

  if (!whole)
    {
      char *cut = g_strconcat (out, "…", NULL);

      g_free (out);
      out = cut;
    }

  return out;
}

static gboolean
key_matches (const char *a,
             const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);
  gboolean open_a = length_a > 0 && a[length_a - 1] == '*';
  gboolean open_b = length_b > 0 && b[length_b - 1] == '*';

  if (open_a && open_b)
    return strncmp (a, b, MIN (length_a, length_b) - 1) == 0;
  if (open_a)
    return strncmp (a, b, length_a - 1) == 0;
  if (open_b)
    return strncmp (a, b, length_b - 1) == 0;

  return strcmp (a, b) == 0;
}

/**
 * sg_tool_keys_conflict:
 * @a: (nullable): keys; %NULL for unknown ones
 * @b: (nullable): likewise
 *
 * Unknown keys conflict with all, no keys with none; `x:*` matches every key that starts with `x:`.
 *
 * Returns: whether two calls with these keys touch the same thing
 */
gboolean
sg_tool_keys_conflict (const char *const *a,
                       const char *const *b)
{
  if (a == NULL || b == NULL)
    return (a == NULL || a[0] != NULL) && (b == NULL || b[0] != NULL);

  for (guint i = 0; a[i] != NULL; i++)
    {
      for (guint j = 0; b[j] != NULL; j++)
        {
          if (key_matches (a[i], b[j]))
            return TRUE;
        }
    }

  return FALSE;
}

/**
 * sg_tool_get_string:
 * @arguments: arguments, which need not have been checked
 * @name: the name of one
 *
 * Returns: (transfer none) (nullable): its value, if it is a string
 */
const char *
sg_tool_get_string (JsonObject *arguments,
                    const char *name)
{
  JsonNode *node = json_object_get_member (arguments, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

/**
 * sg_tool_get_int:
 * @arguments: arguments, which need not have been checked
 * @name: the name of one
 * @fallback: what to return where there is no number
 *
 * Returns: its value, if it is a number
 */
gint64
sg_tool_get_int (JsonObject *arguments,
                 const char *name,
                 gint64      fallback)
{
  JsonNode *node = json_object_get_member (arguments, name);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_int (node) : fallback;
}
