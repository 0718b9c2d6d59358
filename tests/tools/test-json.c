/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON, references and names at the border to the model. */

#include "config.h"

#include "tools/sg-tool-answer.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-reference.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

#include <string.h>

static void
test_parse (void)
{
  static const char *const good[] = {
    "", " \n", "{}", " {\"a\":1} \n", "{\"a\":\"}]\\\"{\"}", "{\"a\":[[[{}]]]}", "{\"a\":\"\\\\\"}",
    "{\"a\":\"\\ud83d\\ude00 \\u00e9 \\\\ud800\"}",
  };
  static const char *const bad[] = {
    "{", "}", "null", "1", "\"a\"", "[]", "{}{}", "{} x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{\"a\":\"b}", "{\"a\":[1}", "{]", "{\"a\":'b'}", "{\"a\":1 // one\n}", "{\"a\":\"\\", "\xef\xbb\xbf{}",
    "{\"a\":\"\xc3\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"\\ud83dx\"}",
    "{\"a\":\"\\u0000\"}", "{\"\\u00\":1}", "{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\\u", "{\"a\":\"\\",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = sg_tool_json_parse_object (good[i], &error);

      g_assert_no_error (error);
      g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = sg_tool_json_parse_object (bad[i], &error);

      g_assert_null (node);
      g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static char *
write_small (const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return sg_tool_json_write_small (node);
}

static void
test_write_small (void)
{
  static const struct { const char *json, *expected; } cases[] = {
    { "{ \"b\" : null, \"a\" : [ 1, null, 2.5, -0.1, 1e300 ] }", "{\"a\":[1,null,2.5,-0.1,1e+300]}" },
    { "{\"x\":{\"y\":null}}", "{\"x\":{}}" },
    { "[true,false,\"\\u0001\\n\\t\\\"\\\\é\"]", "[true,false,\"\\u0001\\n\\t\\\"\\\\é\"]" },
    { "null", "null" },
    { "9007199254740993", "9007199254740993" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_small (cases[i].json);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* However large the value, the text is bounded, valid, and says what is missing. */
static void
test_write_bounded (void)
{
  g_autoptr (GString) many = g_string_new ("{\"list\":[");
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *long_text = g_strnfill (5000, 'e');
  g_autofree char *json = g_strdup_printf ("{\"a\":\"%s\"}", long_text);
  g_autofree char *cut = write_small (json);
  g_autofree char *small = NULL;

  g_assert_cmpuint (strlen (cut), <, 2100);
  g_assert_nonnull (strstr (cut, "… (3000 more characters)"));

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (many, "%s{\"n\":%u,\"text\":\"some words\"}", i > 0 ? "," : "", i);
  g_string_append (many, "],\"z\":1}");
  small = write_small (many->str);
  g_assert_cmpuint (strlen (small), <, SG_TOOL_RESULT_MAX + 200);
  node = json_from_string (small, NULL);
  g_assert_nonnull (node);
  g_assert_nonnull (strstr (small, "more)\"]"));
  g_assert_nonnull (strstr (small, "\"…\":\"1 more\""));
}

static void
test_canonical (void)
{
  g_autoptr (JsonNode) a = json_from_string ("{\"a\":1,\"b\":{\"d\":[1,2],\"c\":\"x\"}}", NULL);
  g_autoptr (JsonNode) b = json_from_string ("{ \"b\":{\"c\":\"x\",\"d\":[1,2]}, \"a\":1 }", NULL);
  g_autoptr (JsonNode) other = json_from_string ("{\"b\":{\"c\":\"x\",\"d\":[2,1]},\"a\":1}", NULL);
  g_autoptr (GString) text_a = g_string_new (NULL);
  g_autoptr (GString) text_b = g_string_new (NULL);
  g_autoptr (GString) text_other = g_string_new (NULL);

  sg_tool_json_append_canonical (text_a, a);
  sg_tool_json_append_canonical (text_b, b);
  sg_tool_json_append_canonical (text_other, other);
  g_assert_cmpstr (text_a->str, ==, text_b->str);
  g_assert_cmpstr (text_a->str, !=, text_other->str);
  g_assert_cmpuint (sg_tool_json_measure (a), ==, text_a->len);
}

static JsonNode *
get_result_cb (guint    number,
               gpointer data)
{
  return number == 1 ? data : NULL;
}

static void
test_references (void)
{
  g_autoptr (JsonNode) result =
    json_from_string ("{\"n\":5,\"t\":\"five\",\"no\":null,\"list\":[1,[2,3]],\"well-known\":1,\"höhe\":9}", NULL);
  static const struct { const char *text, *expected; } cases[] = {
    { "\"$1.n\"", "5" },
    { "\"$step1.t\"", "\"five\"" },
    { "\"$1.no\"", "null" },
    { "\"$1.list.1.0\"", "2" },
    { "\"$1.list\"", "[1,[2,3]]" },
    { "\"$1.well-known\"", "1" },
    { "\"$1.höhe\"", "9" },
    { "\"a $1.n b\"", "\"a 5 b\"" },
    { "\"$1.n.\"", "\"5.\"" },
    { "\"$1.n,$1.t;$1.no!\"", "\"5,five;!\"" },
    { "\"is $1.list\"", "\"is [1,[2,3]]\"" },
    { "\"$1.n-2\"", NULL },
    { "\"$1.n - 2\"", "\"5 - 2\"" },
    { "\"$$1.n\"", "\"$1.n\"" },
    { "\"$$$1.n\"", "\"$$1.n\"" },
    { "\"$1\"", "\"$1\"" },
    { "\"$1.\"", "\"$1.\"" },
    { "\"$1.5\"", "\"$1.5\"" },
    { "\"$0.n\"", "\"$0.n\"" },
    { "\"$100000.n\"", "\"$100000.n\"" },
    { "\"$\"", "\"$\"" },
    { "{\"$1.n\":\"$1.n\"}", "{\"$1.n\":5}" },
    { "\"$1.nothing\"", NULL },
    { "\"$1.n.deeper\"", NULL },
    { "\"$1.list.2\"", NULL },
    { "\"$1.list.-1\"", NULL },
    { "\"and $2.n\"", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json_from_string (cases[i].text, NULL);
      g_autoptr (JsonNode) resolved = sg_tool_references_resolve (node, get_result_cb, result, &error);
      g_autofree char *text = resolved != NULL ? json_to_string (resolved, FALSE) : NULL;

      g_assert_cmpstr (text, ==, cases[i].expected);
      if (text == NULL)
        g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_REFERENCE);
    }
}

static void
test_collect (void)
{
  g_autoptr (JsonNode) node =
    json_from_string ("{\"a\":\"$3.x\",\"b\":[\"$$7.x\",\"$1.y and $3.z and $5\",{\"c\":\"$12.q\"}]}", NULL);
  g_autoptr (GArray) numbers = sg_tool_references_collect (node);

  g_assert_cmpuint (numbers->len, ==, 3);
  g_assert_cmpuint (g_array_index (numbers, guint, 0), ==, 3);
  g_assert_cmpuint (g_array_index (numbers, guint, 1), ==, 1);
  g_assert_cmpuint (g_array_index (numbers, guint, 2), ==, 12);
}

static void
test_names (void)
{
  static const struct { const char *name, *expected; } cases[] = {
    { "Lamp", "lamp" }, { "  old   Lamp ", "old_lamp" }, { "old_lamp", "old_lamp" },
    { "Old\tLAMP\n", "old_lamp" }, { "ÄRGER", "ärger" }, { "I", "i" }, { "神庙", "神庙" },
    { "e\xcc\x81t\xc3\xa9", "été" }, { "_x_", "x" },
    { "", NULL }, { " _ ", NULL }, { "a*", NULL }, { "$1.x", NULL }, { "a\x01" "b", NULL },
  };
  g_autofree char *longest = g_strnfill (SG_TOOL_NAME_MAX, 'x');
  g_autofree char *too_long = g_strnfill (SG_TOOL_NAME_MAX + 1, 'x');
  g_autofree char *normal = sg_tool_name_normalise (longest, NULL);

  g_assert_cmpstr (normal, ==, longest);
  g_assert_null (sg_tool_name_normalise (too_long, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = sg_tool_name_normalise (cases[i].name, &error);

      g_assert_cmpstr (name, ==, cases[i].expected);
      if (name == NULL)
        g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
    }
}

static void
test_keys (void)
{
  static const struct { const char *a, *b; gboolean conflict; } cases[] = {
    { "state:lamp", "state:lamp", TRUE }, { "state:lamp", "state:lam", FALSE },
    { "state:*", "state:lamp", TRUE }, { "state:lamp", "state:*", TRUE }, { "state:*", "state:*", TRUE },
    { "state:*", "memory:*", FALSE }, { "state:*", "memory:x", FALSE }, { "choices", "state:*", FALSE },
    { "*", "choices", TRUE }, { "state:a*", "state:*", TRUE }, { "state:a*", "state:b*", FALSE },
  };
  const char *none[] = { NULL };
  const char *one[] = { "state:lamp", NULL };
  const char *two[] = { "choices", "state:lamp", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *a[] = { cases[i].a, NULL };
      const char *b[] = { cases[i].b, NULL };

      g_assert_cmpint (sg_tool_keys_conflict (a, b), ==, cases[i].conflict);
      g_assert_cmpint (sg_tool_keys_conflict (b, a), ==, cases[i].conflict);
    }

  g_assert_true (sg_tool_keys_conflict (one, two));
  g_assert_true (sg_tool_keys_conflict (NULL, one));
  g_assert_true (sg_tool_keys_conflict (one, NULL));
  g_assert_true (sg_tool_keys_conflict (NULL, NULL));
  g_assert_false (sg_tool_keys_conflict (NULL, none));
  g_assert_false (sg_tool_keys_conflict (none, NULL));
  g_assert_false (sg_tool_keys_conflict (none, one));
}

static void
test_nearest (void)
{
  const char *names[] = { "read_state", "update_state", "roll_dice", NULL };
  g_autofree char *joined = sg_tool_join_names (names, 2);

  g_assert_cmpstr (sg_tool_nearest ("readstate", names), ==, "read_state");
  g_assert_cmpstr (sg_tool_nearest ("Roll_Dice", names), ==, "roll_dice");
  g_assert_null (sg_tool_nearest ("summon_dragon", names));
  g_assert_null (sg_tool_nearest ("x", NULL));
  g_assert_cmpstr (joined, ==, "read_state, update_state, … (1 more)");
}

static void
test_answers (void)
{
  static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}";
  static const char *const good[] = {
    "{\"a\":1}", "Here it is:\n```json\n{\"a\":1}\n```\nAnything else?", " \n{\"a\": 1 }",
  };
  static const char *const bad[] = {
    "", "a", "}{", "{\"a\":", "{\"a\":\"one\"}", "{\"b\":1}", "{a:1}",
  };
  g_autofree char *deep = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (JsonNode) node = sg_tool_answer_parse (good[i], schema, NULL);

      g_assert_nonnull (node);
      g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "a"), ==, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_tool_answer_parse (bad[i], schema, &error));
      g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
    }

  /* One that nests so deep that a parser would run out of stack. */
  deep = g_strnfill (60000, '{');
  deep[59999] = '}';
  g_assert_null (sg_tool_answer_parse (deep, NULL, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/parse", test_parse);
  g_test_add_func ("/json/write-small", test_write_small);
  g_test_add_func ("/json/write-bounded", test_write_bounded);
  g_test_add_func ("/json/canonical", test_canonical);
  g_test_add_func ("/references/resolve", test_references);
  g_test_add_func ("/references/collect", test_collect);
  g_test_add_func ("/names/normalise", test_names);
  g_test_add_func ("/names/keys", test_keys);
  g_test_add_func ("/names/nearest", test_nearest);

  g_test_add_func ("/json/answers", test_answers);

  return g_test_run ();
}
