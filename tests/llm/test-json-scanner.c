/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "llm/sg-json-scanner.h"
#include "llm/sg-json-writer.h"

static gboolean
is_json (const char *text,
         gsize       length)
{
  SgJsonScanner scanner;
  SgJsonToken token;

  sg_json_scanner_init (&scanner, text, length);
  do
    token = sg_json_scanner_next (&scanner);
  while (token > SG_JSON_END);

  /* It stays at what it came to. */
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, token);
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, token);

  return token == SG_JSON_END;
}

static void
test_grammar (void)
{
  static const char *const good[] = {
    "{}", "[]", " [ ] ", "0", "-0", "-0.0e+10", "1E5", "\"\"", "true", "false", "null", "[[],{}]", "{\"a\":{\"b\":[1,2,{}]}}",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\t\r\n1 ", "[1,\"a\",null]", "{\"\":0}", "\"\xff\"", "123456789012345678901234567890",
  };
  static const char *const bad[] = {
    "", " ", "{", "}", "[", "]", "[}", "{]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:2}",
    "{\"a\" 1}", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "tru", "nul", "True", "\"", "\"a", "\"\\\"", "\"\\x\"",
    "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "1 2", "{}{}", "[]]", "'a'", "// a\n1", "[1]x", "{\"a\":1}}", "\"a\":1", "-a", "1a",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (is_json (good[i], strlen (good[i])));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (is_json (bad[i], strlen (bad[i])))
        g_error ("accepted: %s", bad[i]);
    }
  g_assert_false (is_json ("1\0", 2));
}

/* No beginning of a document is one, which is how half a chunk is told from a whole one. */
static void
test_cut (void)
{
  static const char text[] = "{\"a\":[1,2.5e1,\"x\\u00e9\\n\",true,false,null,{\"b\":{}}],\"c\":\"\"}";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autofree char *copy = g_memdup2 (text, MAX (length, 1));

      g_assert_false (is_json (copy, length));
    }
  g_assert_true (is_json (text, strlen (text)));
}

static void
test_depth (void)
{
  g_autofree char *open = g_strnfill (SG_JSON_MAX_DEPTH, '[');
  g_autofree char *close = g_strnfill (SG_JSON_MAX_DEPTH, ']');
  g_autofree char *deepest = g_strconcat (open, close, NULL);
  g_autofree char *deeper = g_strconcat ("[", open, close, "]", NULL);
  g_autofree char *endless = g_strnfill (1000 * 1000, '[');

  g_assert_true (is_json (deepest, strlen (deepest)));
  g_assert_false (is_json (deeper, strlen (deeper)));
  g_assert_false (is_json (endless, strlen (endless)));
}

static char *
decode (const char *json)
{
  SgJsonScanner scanner;
  GString *text = g_string_new (NULL);

  sg_json_scanner_init (&scanner, json, strlen (json));
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_STRING);
  sg_json_scanner_append_text (&scanner, text);

  return g_string_free (text, FALSE);
}

static void
test_strings (void)
{
  g_autofree char *plain = decode ("\"Zürich\"");
  g_autofree char *escapes = decode ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fcz\"");
  g_autofree char *pair = decode ("\"\\ud83c\\udf89!\"");
  g_autofree char *half = decode ("\"\\ud83cx\"");
  g_autofree char *twice = decode ("\"\\ud83c\\ud83c\\udf89\"");

  g_assert_cmpstr (plain, ==, "Zürich");
  g_assert_cmpstr (escapes, ==, "a\"\\/\b\f\n\r\tüz");
  g_assert_cmpstr (pair, ==, "🎉!");
  g_assert_cmpstr (half, ==, "\xed\xa0\xbcx");
  g_assert_cmpstr (twice, ==, "\xed\xa0\xbc🎉");
}

static SgJsonScanner
number (const char *json)
{
  SgJsonScanner scanner;

  sg_json_scanner_init (&scanner, json, strlen (json));
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_NUMBER);

  return scanner;
}

static void
test_numbers (void)
{
  static const struct { const char *json; gint64 integer; double real; } numbers[] = {
    { "0", 0, 0 },
    { "-17", -17, -17 },
    { "123456789012345678", G_GINT64_CONSTANT (123456789012345678), 123456789012345678.0 },
    { "1.9", 1, 1.9 },
    { "-2.5e2", -250, -250 },
    { "1e400", G_MAXINT64, HUGE_VAL },
    { "-1e400", G_MININT64, -HUGE_VAL },
    { "9223372036854775807", G_MAXINT64, 9223372036854775807.0 },
    { "0.100000000000000000000000000000000000000000000000000000000000000000000000001", 0, 0.1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      SgJsonScanner scanner = number (numbers[i].json);

      g_assert_cmpint (sg_json_scanner_get_int (&scanner, -1), ==, numbers[i].integer);
      g_assert_cmpfloat (sg_json_scanner_get_double (&scanner, -1), ==, numbers[i].real);
    }
}

static void
test_skip (void)
{
  static const char json[] = "{\"a\":{\"x\":[1,{}]},\"b\" : [1, 2] ,\"\\u0063\":3}";
  SgJsonScanner scanner;
  const char *start;
  gsize length;

  sg_json_scanner_init (&scanner, json, strlen (json));
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_OBJECT_BEGIN);
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_KEY);
  g_assert_true (sg_json_scanner_is (&scanner, "a"));
  g_assert_true (sg_json_scanner_skip (&scanner));
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_KEY);
  g_assert_true (sg_json_scanner_skip_raw (&scanner, &start, &length));
  g_assert_cmpmem (start, length, "[1, 2]", 6);
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_KEY);
  g_assert_true (sg_json_scanner_is (&scanner, "c"));
  g_assert_false (sg_json_scanner_is (&scanner, "cc"));
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_NUMBER);
  g_assert_cmpint (sg_json_scanner_get_int (&scanner, -1), ==, 3);
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_OBJECT_END);
  g_assert_cmpint (sg_json_scanner_next (&scanner), ==, SG_JSON_END);
}

/* What the writer writes, json-glib and the scanner read as it was. */
static void
test_writer (void)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *scanned = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  for (gunichar c = 1; c < 0x2100; c++)
    g_string_append_unichar (all, c);
  g_string_append (all, "\\u0041 🎉 </script>");

  sg_json_append_string (json, all->str);
  g_assert_true (is_json (json->str, json->len));
  scanned = decode (json->str);
  g_assert_cmpstr (scanned, ==, all->str);
  node = json_from_string (json->str, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_node_get_string (node), ==, all->str);

  g_string_truncate (json, 0);
  sg_json_append_string (json, "a\xff" "b\xe2\x82");
  g_assert_cmpstr (json->str, ==, "\"a\xef\xbf\xbd" "b\"");

  g_string_truncate (json, 0);
  sg_json_append_double (json, 0.7);
  g_string_append_c (json, ' ');
  sg_json_append_double (json, NAN);
  g_string_append_c (json, ' ');
  sg_json_append_string (json, NULL);
  g_assert_cmpstr (json->str, ==, "0.7 null null");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-scanner/grammar", test_grammar);
  g_test_add_func ("/json-scanner/cut", test_cut);
  g_test_add_func ("/json-scanner/depth", test_depth);
  g_test_add_func ("/json-scanner/strings", test_strings);
  g_test_add_func ("/json-scanner/numbers", test_numbers);
  g_test_add_func ("/json-scanner/skip", test_skip);
  g_test_add_func ("/json-scanner/writer", test_writer);

  return g_test_run ();
}
