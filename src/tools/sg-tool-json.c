/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON at the border to the model.  json-glib reads more than JSON (comments, assignments, several
 * values in a row) and recurses as deep as the text nests, so a text is measured first; what
 * goes back is written by a small writer that keeps to a budget and stays valid JSON when it cuts.
 */

#include "config.h"

#include "tools/sg-tool-json.h"

#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

#include <math.h>
#include <string.h>

/* Sets an error that shows where the text goes wrong. */
static void
set_syntax_error (GError    **error,
                  const char *text,
                  gsize       at,
                  const char *what)
{
  gsize start = at > 12 ? at - 12 : 0;
  g_autofree char *near = sg_tool_excerpt (text + start, 30);

  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "The arguments are not valid JSON: %s at byte %" G_GSIZE_FORMAT " (near `%s`); "
               "send one JSON object", what, at, near);
}

/* The value of `\uXXXX`, or -1 where there is no such escape at @text. */
static int
read_escape (const char *text)
{
  int value = 0;

  if (text[0] != '\\' || text[1] != 'u')
    return -1;

  for (guint i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (text[i]);
    }

  return value;
}

/* Passes over an escape.  json-glib makes broken text of half a surrogate pair, and ends the
 * string at a NUL; both are faults here. */
static const char *
skip_escape (const char *text,
             gsize      *at)
{
  int value = read_escape (text + *at);
  int second;

  if (text[*at + 1] != 'u')
    {
      *at += 2;
      return NULL;
    }
  if (value < 0)
    return "an escape without four digits";
  if (value == 0)
    return "a NUL in a string";

  *at += 6;
  if (value < 0xd800 || value > 0xdfff)
    return NULL;

  second = value < 0xdc00 ? read_escape (text + *at) : -1;
  if (second < 0xdc00 || second > 0xdfff)
    return "half of a surrogate pair";
  *at += 6;

  return NULL;
}

/* Passes over the string that opens at @at, and returns what is wrong with it. */
static const char *
skip_string (const char *text,
             gsize      *at,
             gsize       length)
{
  const char *fault = NULL;

  (*at)++;
  while (*at < length && fault == NULL)
    {
      if (text[*at] == '\\')
        fault = skip_escape (text, at);
      else if (text[(*at)++] == '"')
        return NULL;
    }

  return fault != NULL ? fault : "a string that does not end";
}

/* What is wrong with the character at the beginning of a value or between values, outside of
 * strings; keeps count of the levels. */
static const char *
check_character (char      c,
                 guint    *depth,
                 gboolean *closed)
{
  if (*closed)
    return "something follows the object";
  if (*depth == 0 && c != '{')
    return "no object begins";
  if (c == '/' || c == '\'' || c == '#')
    return "a character that JSON does not have";

  if ((c == '{' || c == '[') && ++*depth > SG_TOOL_DEPTH_MAX)
    return "too many levels";
  if ((c == '}' || c == ']') && --*depth == 0)
    *closed = TRUE;

  return NULL;
}

/* Whether the text is one object, with nothing around it, that nests no deeper than allowed. */
static gboolean
check_shape (const char  *text,
             gsize        length,
             GError     **error)
{
  const char *fault = NULL;
  gboolean closed = FALSE;
  guint depth = 0;
  gsize i = 0;

  while (i < length && fault == NULL)
    {
      if (g_ascii_isspace (text[i]))
        i++;
      else if ((fault = check_character (text[i], &depth, &closed)) != NULL)
        break;
      else if (text[i] == '"')
        fault = skip_string (text, &i, length);
      else
        i++;
    }

  if (fault == NULL && !closed)
    fault = "the object does not end";
  if (fault != NULL)
    set_syntax_error (error, text, MIN (i, length), fault);

  return fault == NULL;
}

/**
 * sg_tool_json_parse_object:
 * @text: (nullable): the arguments of a call as a model sent them; an empty text is an empty object
 *
 * Nothing is repaired: a guess could write what nobody meant.
 *
 * Returns: (transfer full) (nullable): an object; %NULL with %SG_TOOL_ERROR_ARGUMENTS and a
 *   message for the model
 */
JsonNode *
sg_tool_json_parse_object (const char  *text,
                           GError     **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local = NULL;
  const char *colon;
  gsize length;

  if (text == NULL || text[strspn (text, " \t\r\n")] == '\0')
    return sg_tool_json_take_object (json_object_new ());

  length = strlen (text);
  if (length > SG_TOOL_ARGUMENTS_MAX)
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "The arguments have %" G_GSIZE_FORMAT " bytes; at most %d are taken",
                   length, SG_TOOL_ARGUMENTS_MAX);
      return NULL;
    }
  if (!g_utf8_validate (text, length, NULL))
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "The arguments are not valid UTF-8");
      return NULL;
    }
  if (!check_shape (text, length, error))
    return NULL;

  node = json_from_string (text, &local);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return g_steal_pointer (&node);

  /* "<data>:LINE:COLUMN: what" */
  colon = local != NULL ? strchr (local->message, ':') : NULL;
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "The arguments are not valid JSON (line:column %s); send one JSON object",
               colon != NULL ? colon + 1 : "unknown");

  return NULL;
}

/**
 * sg_tool_json_take_object:
 * @object: (transfer full): an object
 *
 * Returns: (transfer full): a node with it
 */
JsonNode *
sg_tool_json_take_object (JsonObject *object)
{
  JsonNode *node = json_node_alloc ();

  json_node_init (node, JSON_NODE_OBJECT);
  json_node_take_object (node, object);

  return node;
}

/**
 * sg_tool_json_append_string:
 * @out: where to write
 * @text: UTF-8
 * @length: how many bytes of it
 *
 * Appends a quoted JSON string.
 */
void
sg_tool_json_append_string (GString    *out,
                            const char *text,
                            gsize       length)
{
  gsize plain = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;

      g_string_append_len (out, text + plain, i - plain);
      plain = i + 1;
      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, text + plain, length - plain);
  g_string_append_c (out, '"');
}

static void
append_number (GString  *out,
               JsonNode *node)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
      return;
    }

  value = json_node_get_double (node);
  if (isfinite (value))
    g_string_append (out, g_ascii_formatd (buffer, sizeof buffer, "%.15g", value));
  else
    g_string_append (out, "null");
}

/* Long texts are cut with a note of how much is missing. */
static void
append_cut_string (GString    *out,
                   const char *text)
{
  gsize length = strlen (text);
  glong characters;
  g_autofree char *cut = NULL;

  /* Bytes are an upper bound of characters, so short texts are not counted. */
  characters = length > SG_TOOL_STRING_MAX ? g_utf8_strlen (text, length) : 0;
  if (characters <= SG_TOOL_STRING_MAX)
    {
      sg_tool_json_append_string (out, text, length);
      return;
    }

  length = g_utf8_offset_to_pointer (text, SG_TOOL_STRING_MAX) - text;
  cut = g_strdup_printf ("%.*s… (%ld more characters)", (int) length, text,
                         characters - SG_TOOL_STRING_MAX);
  sg_tool_json_append_string (out, cut, strlen (cut));
}

static void write_small (GString  *out,
                         JsonNode *node,
                         guint     depth);

static void
write_small_object (GString    *out,
                    JsonObject *object,
                    guint       depth)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  guint n_left = json_object_get_size (object);
  gboolean first = TRUE;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (out->len > SG_TOOL_RESULT_MAX)
        {
          g_string_append_printf (out, "%s\"…\":\"%u more\"", first ? "" : ",", n_left);
          break;
        }
      n_left--;
      if (JSON_NODE_HOLDS_NULL (value))
        continue;

      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      sg_tool_json_append_string (out, name, strlen (name));
      g_string_append_c (out, ':');
      write_small (out, value, depth);
    }
  g_string_append_c (out, '}');
}

static void
write_small_array (GString   *out,
                   JsonArray *array,
                   guint      depth)
{
  guint n = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (out->len > SG_TOOL_RESULT_MAX)
        {
          g_string_append_printf (out, "\"… (%u more)\"", n - i);
          break;
        }
      write_small (out, json_array_get_element (array, i), depth);
    }
  g_string_append_c (out, ']');
}

static void
write_small (GString  *out,
             JsonNode *node,
             guint     depth)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    g_string_append (out, "null");
  else if (depth > SG_TOOL_DEPTH_MAX)
    g_string_append (out, "\"…\"");
  else if (JSON_NODE_HOLDS_OBJECT (node))
    write_small_object (out, json_node_get_object (node), depth + 1);
  else if (JSON_NODE_HOLDS_ARRAY (node))
    write_small_array (out, json_node_get_array (node), depth + 1);
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    append_cut_string (out, json_node_get_string (node));
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else
    append_number (out, node);
}

/**
 * sg_tool_json_write_small:
 * @node: (nullable): the result of a call
 *
 * Writes a result for the model: no spaces, no members that are null, texts of more than
 * %SG_TOOL_STRING_MAX characters cut, and lists and objects cut soon after the whole has
 * reached %SG_TOOL_RESULT_MAX bytes; every cut says how much is missing.
 *
 * Returns: (transfer full): valid JSON
 */
char *
sg_tool_json_write_small (JsonNode *node)
{
  GString *out = g_string_sized_new (128);

  write_small (out, node, 0);

  return g_string_free (out, FALSE);
}

/**
 * sg_tool_json_write_error:
 * @message: what went wrong, for the model
 *
 * Returns: (transfer full): `{"error":"..."}`
 */
char *
sg_tool_json_write_error (const char *message)
{
  GString *out = g_string_new ("{\"error\":");

  append_cut_string (out, message);
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_canonical_object (GString    *out,
                         JsonObject *object)
{
  g_autoptr (GPtrArray) names = g_ptr_array_sized_new (json_object_get_size (object));
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, (gpointer) name);
  g_ptr_array_sort (names, compare_strings);

  g_string_append_c (out, '{');
  for (guint i = 0; i < names->len; i++)
    {
      name = g_ptr_array_index (names, i);
      sg_tool_json_append_string (out, name, strlen (name));
      g_string_append_c (out, ':');
      sg_tool_json_append_canonical (out, json_object_get_member (object, name));
      g_string_append_c (out, ',');
    }
  g_string_append_c (out, '}');
}

/**
 * sg_tool_json_append_canonical:
 * @out: where to write
 * @node: a value
 *
 * Appends a text that is the same for equal values, whatever the order of their members.
 */
void
sg_tool_json_append_canonical (GString  *out,
                               JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    g_string_append (out, "null");
  else if (JSON_NODE_HOLDS_OBJECT (node))
    append_canonical_object (out, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      g_string_append_c (out, '[');
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          sg_tool_json_append_canonical (out, json_array_get_element (array, i));
          g_string_append_c (out, ',');
        }
      g_string_append_c (out, ']');
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);

      sg_tool_json_append_string (out, text, strlen (text));
    }
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else
    append_number (out, node);
}

/**
 * sg_tool_json_measure:
 * @node: a value
 *
 * Returns: about how many bytes it takes as text
 */
gsize
sg_tool_json_measure (JsonNode *node)
{
  g_autoptr (GString) out = g_string_sized_new (64);

  sg_tool_json_append_canonical (out, node);

  return out->len;
}
