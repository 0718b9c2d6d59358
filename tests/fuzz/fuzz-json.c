/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pull reader for JSON, held against json-glib: what it accepts, json-glib accepts too, and both read the same
 * from it.  The other way round json-glib takes more than the standard does. */

#include "config.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "fuzz.h"
#include "llm/sg-json-scanner.h"

/* Text that json-glib cannot hold, or refuses: NULs and halves of surrogate pairs. */
static gboolean
is_plain (const GString *text)
{
  return strlen (text->str) == text->len && g_utf8_validate (text->str, text->len, NULL);
}

static gboolean
is_json (const char *data,
         gsize       length,
         gboolean   *plain)
{
  SgJsonScanner scanner;

  *plain = TRUE;
  sg_json_scanner_init (&scanner, data, length);
  while (sg_json_scanner_next (&scanner) > SG_JSON_END)
    {
      g_assert_true (scanner.raw == NULL || (scanner.raw >= data && scanner.raw + scanner.raw_length <= data + length));
      if (scanner.token == SG_JSON_KEY || scanner.token == SG_JSON_STRING)
        {
          g_autoptr (GString) value = g_string_new (NULL);

          sg_json_scanner_append_text (&scanner, value);
          *plain &= is_plain (value);
        }
      g_assert_cmpuint (scanner.depth, <=, SG_JSON_MAX_DEPTH);
    }

  return scanner.token == SG_JSON_END;
}

static void compare (SgJsonScanner *scanner,
                     JsonNode      *node);

static void
compare_object (SgJsonScanner *scanner,
                JsonNode      *node)
{
  JsonObject *object;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_true (node == NULL || JSON_NODE_HOLDS_OBJECT (node));
  object = node != NULL ? json_node_get_object (node) : NULL;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      g_autoptr (GString) key = g_string_new (NULL);
      JsonNode *member = NULL;

      sg_json_scanner_append_text (scanner, key);
      if (object != NULL)
        {
          g_assert_true (json_object_has_member (object, key->str));
          member = json_object_get_member (object, key->str);
        }

      /* Of members with the same name json-glib keeps one. */
      if (!g_hash_table_add (seen, g_strdup (key->str)))
        object = NULL;
      else
        {
          SgJsonScanner ahead = *scanner;
          gboolean again = FALSE;

          sg_json_scanner_skip (&ahead);
          while (sg_json_scanner_next (&ahead) == SG_JSON_KEY)
            {
              again |= sg_json_scanner_is (&ahead, key->str);
              sg_json_scanner_skip (&ahead);
            }
          if (again)
            member = NULL;
        }

      sg_json_scanner_next (scanner);
      compare (scanner, object != NULL ? member : NULL);
    }
  g_assert_cmpint (scanner->token, ==, SG_JSON_OBJECT_END);
}

static void
compare_array (SgJsonScanner *scanner,
               JsonNode      *node)
{
  JsonArray *array;
  guint n = 0;

  g_assert_true (node == NULL || JSON_NODE_HOLDS_ARRAY (node));
  array = node != NULL ? json_node_get_array (node) : NULL;

  while (sg_json_scanner_next (scanner) != SG_JSON_ARRAY_END)
    {
      compare (scanner, array != NULL ? json_array_get_element (array, n) : NULL);
      n++;
    }
  g_assert_true (array == NULL || json_array_get_length (array) == n);
}

static void
compare_number (SgJsonScanner *scanner,
                JsonNode      *node)
{
  double ours = sg_json_scanner_get_double (scanner, NAN);
  double theirs = json_node_get_double (node);

  sg_json_scanner_get_int (scanner, 0);
  /* json-glib wraps whole numbers that are too long for it. */
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      if (scanner->raw_length <= 18)
        g_assert_cmpint (sg_json_scanner_get_int (scanner, -1), ==, json_node_get_int (node));
    }
  else
    g_assert_true (ours == theirs);
}

static void
compare_string (SgJsonScanner *scanner,
                JsonNode      *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sg_json_scanner_append_text (scanner, text);
  g_assert_cmpstr (text->str, ==, json_node_get_string (node));
}

/* @node is NULL where only the scanner is to be moved on. */
static void
compare (SgJsonScanner *scanner,
         JsonNode      *node)
{
  switch (scanner->token)
    {
    case SG_JSON_OBJECT_BEGIN:
      compare_object (scanner, node);
      break;

    case SG_JSON_ARRAY_BEGIN:
      compare_array (scanner, node);
      break;

    case SG_JSON_STRING:
      if (node != NULL)
        compare_string (scanner, node);
      break;

    case SG_JSON_NUMBER:
      if (node != NULL)
        compare_number (scanner, node);
      break;

    case SG_JSON_TRUE:
    case SG_JSON_FALSE:
      g_assert_true (node == NULL || json_node_get_boolean (node) == (scanner->token == SG_JSON_TRUE));
      break;

    case SG_JSON_NULL:
      g_assert_true (node == NULL || json_node_is_null (node));
      break;

    case SG_JSON_ERROR:
    case SG_JSON_END:
    case SG_JSON_OBJECT_END:
    case SG_JSON_ARRAY_END:
    case SG_JSON_KEY:
    default:
      g_assert_not_reached ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *text = (const char *) data;
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) error = NULL;
  SgJsonScanner scanner;
  gboolean plain;

  if (!is_json (text, size, &plain) || !plain)
    return 0;

  parser = json_parser_new ();
  json_parser_load_from_data (parser, text, size, &error);
  g_assert_no_error (error);

  sg_json_scanner_init (&scanner, text, size);
  sg_json_scanner_next (&scanner);
  compare (&scanner, json_parser_get_root (parser));

  return 0;
}
