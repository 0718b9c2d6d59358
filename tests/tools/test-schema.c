/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-schema.h"
#include "tools/sg-tool.h"

#include <string.h>

/* Checks a value; returns the message of the fault, or NULL where there is none. */
static char *
check (const char *schema_json,
       const char *value_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSchema) schema = sg_schema_new (schema_json, &error);
  g_autoptr (JsonNode) value = json_from_string (value_json, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (schema);
  if (sg_schema_check (schema, value, &error))
    {
      g_assert_no_error (error);
      return NULL;
    }

  g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
  return g_strdup (error->message);
}

#define WRONG "Wrong arguments: "

static void
test_keywords (void)
{
  static const struct { const char *schema, *value, *fault; } cases[] = {
    { "{}", "{\"a\":[1,null]}", NULL },
    { "{\"type\":\"string\"}", "\"x\"", NULL },
    { "{\"type\":\"string\"}", "7", WRONG "expected a string, got 7" },
    { "{\"type\":\"string\"}", "null", WRONG "expected a string, got null" },
    { "{\"type\":\"integer\"}", "7", NULL },
    { "{\"type\":\"integer\"}", "7.0", NULL },
    { "{\"type\":\"integer\"}", "7.5", WRONG "expected a whole number, got 7.5" },
    { "{\"type\":\"integer\"}", "true", WRONG "expected a whole number, got true" },
    { "{\"type\":\"integer\"}", "\"7\"", WRONG "expected a whole number, got \"7\"" },
    { "{\"type\":\"number\"}", "7", NULL },
    { "{\"type\":\"boolean\"}", "\"yes\"", WRONG "expected true or false, got \"yes\"" },
    { "{\"type\":\"null\"}", "null", NULL },
    { "{\"type\":[\"string\",\"null\"]}", "null", NULL },
    { "{\"type\":[\"array\",\"string\"]}", "{}", WRONG "expected a list or a string, got {}" },
    { "{\"enum\":[\"a\",2,null]}", "2", NULL },
    { "{\"enum\":[\"a\",2,null]}", "null", NULL },
    { "{\"enum\":[\"a\",2]}", "\"b\"", WRONG "expected one of [\"a\",2], got \"b\"" },
    { "{\"minimum\":1,\"maximum\":10}", "10", NULL },
    { "{\"minimum\":1,\"maximum\":10}", "0", WRONG "expected at least 1, got 0" },
    { "{\"minimum\":1,\"maximum\":10}", "10.5", WRONG "expected at most 10, got 10.5" },
    { "{\"minLength\":2,\"maxLength\":3}", "\"äöü\"", NULL },
    { "{\"minLength\":2,\"maxLength\":3}", "\"\"", WRONG "is empty" },
    { "{\"minLength\":2,\"maxLength\":3}", "\"a\"", WRONG "expected at least 2 characters, got 1" },
    { "{\"minLength\":2,\"maxLength\":3}", "\"abcd\"", WRONG "expected at most 3 characters, got 4" },
    { "{\"minItems\":1,\"maxItems\":2}", "[]", WRONG "expected at least 1 items, got 0" },
    { "{\"minItems\":1,\"maxItems\":2}", "[1,2,3]", WRONG "expected at most 2 items, got 3" },
    { "{\"items\":{\"type\":\"string\"}}", "[\"a\",[],\"b\"]", WRONG "`1`: expected a string, got []" },
    { "{\"minProperties\":1}", "{}", WRONG "expected at least 1 members, got 0" },
    { "{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", WRONG "expected at most 1 members, got 2" },
    { "{\"required\":[\"a\",\"b\"]}", "{\"b\":1}", WRONG "`a` is missing" },
    { "{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"x\":1,\"y\":\"z\"}",
      WRONG "`y`: expected a whole number, got \"z\"" },
    { "{\"additionalProperties\":false}", "{\"x\":1}", WRONG "there is no `x`; nothing is expected here" },
    { "{\"properties\":{\"entity\":{}},\"additionalProperties\":false}", "{\"entitys\":1}",
      WRONG "there is no `entitys`; did you mean `entity`?" },
    { "{\"properties\":{\"entity\":{},\"set\":{}},\"additionalProperties\":false}", "{\"qqqqqqqq\":1}",
      WRONG "there is no `qqqqqqqq`; there are: entity, set" },
    { "{\"properties\":{\"a\":{\"items\":{\"properties\":{\"b\":{\"type\":\"object\"}}}}}}",
      "{\"a\":[{},{\"b\":3}]}", WRONG "`a.1.b`: expected an object, got 3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fault = check (cases[i].schema, cases[i].value);

      g_assert_cmpstr (fault, ==, cases[i].fault);
    }
}

/* Several faults are told at once, but not all of very many. */
static void
test_many_faults (void)
{
  g_autofree char *two = check ("{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"b\"]}",
                                "{\"a\":1}");
  g_autofree char *many = check ("{\"items\":{\"type\":\"string\"}}", "[1,2,3,4,5,6,7,8,9]");
  g_autofree char *required = check ("{\"required\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", "{}");

  g_assert_cmpstr (two, ==, WRONG "`b` is missing; `a`: expected a string, got 1");
  g_assert_nonnull (strstr (many, "`3`: expected a string, got 4"));
  g_assert_null (strstr (many, "got 5"));
  g_assert_true (g_str_has_suffix (required, "; and more"));
}

/* What came is shown, but not all of it. */
static void
test_long_values (void)
{
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autofree char *value = g_strdup_printf ("{\"a\":\"%s\",\"%s\":1}", text, text);
  g_autofree char *fault = check ("{\"properties\":{\"a\":{\"type\":\"integer\"}},"
                                  "\"additionalProperties\":false}", value);

  g_assert_nonnull (strstr (fault, "…"));
  g_assert_cmpuint (strlen (fault), <, 400);
}

/* A schema that would be checked only in part is not taken at all. */
static void
test_bad_schemas (void)
{
  static const char *const schemas[] = {
    "[]", "{\"type\":\"strnig\"}", "{\"type\":3}", "{\"type\":[1]}", "{\"pattern\":\"a\"}",
    "{\"anyOf\":[]}", "{\"properties\":[]}", "{\"properties\":{\"a\":1}}", "{\"required\":{}}",
    "{\"required\":[1]}", "{\"items\":[]}", "{\"enum\":{}}", "{\"minimum\":\"1\"}", "{\"type\":\"object\"",
    "{\"additionalProperties\":1}",
  };
  GString *deep = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_schema_new (schemas[i], &error));
      g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_SCHEMA);
    }

  for (guint i = 0; i < 20; i++)
    g_string_append (deep, "{\"items\":");
  g_string_append (deep, "{}");
  for (guint i = 0; i < 20; i++)
    g_string_append (deep, "}");
  g_assert_null (sg_schema_new (deep->str, NULL));
  g_string_free (deep, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schema/keywords", test_keywords);
  g_test_add_func ("/schema/many-faults", test_many_faults);
  g_test_add_func ("/schema/long-values", test_long_values);
  g_test_add_func ("/schema/bad-schemas", test_bad_schemas);

  return g_test_run ();
}
