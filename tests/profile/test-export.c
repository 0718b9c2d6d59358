/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-export.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "sample-trace.h"

static void
test_formats (void)
{
  SgExportFormat format = SG_EXPORT_TABLE;

  g_assert_true (sg_export_format_from_string ("json", &format));
  g_assert_cmpint (format, ==, SG_EXPORT_JSON);
  g_assert_true (sg_export_format_from_string ("table", &format));
  g_assert_cmpint (format, ==, SG_EXPORT_TABLE);
  g_assert_false (sg_export_format_from_string ("yaml", &format));
}

static void
test_json (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autofree char *text = sg_export_trace_json (trace);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (node);
  JsonObject *figures = json_object_get_object_member (object, "figures");
  JsonObject *marks = json_object_get_object_member (object, "marks");
  JsonObject *work = json_object_get_object_member (object, "work");
  JsonArray *spans = json_object_get_array_member (object, "spans");
  JsonObject *model = json_array_get_object_element (spans, 3);

  g_assert_cmpint (json_object_get_int_member (object, "duration_us"), ==, 5000000);
  g_assert_cmpint (json_object_get_int_member (figures, "first_word_us"), ==, 2200000);
  g_assert_cmpint (json_object_get_int_member (figures, "tokens_in"), ==, 1200);
  g_assert_false (json_object_has_member (figures, "tokens_reasoning"));
  g_assert_cmpint (json_object_get_int_member (marks, "first-token"), ==, 2200000);
  g_assert_false (json_object_has_member (marks, "committed"));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (work, "write"), "us"),
                   ==, 2000000);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (work, "write"),
                                               "percent"), ==, 40);

  g_assert_cmpuint (json_array_get_length (spans), ==, 9);
  g_assert_cmpstr (json_object_get_string_member (model, "name"), ==, "tiny-7b");
  g_assert_cmpstr (json_object_get_string_member (model, "kind"), ==, "model");
  g_assert_cmpint (json_object_get_int_member (model, "parent"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (model, "duration_us"), ==, 4000000);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (model, "attributes"),
                                               "tokens.cached"), ==, 900);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "flags")), ==, 0);
}

static void
test_json_turns (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autoptr (GPtrArray) turns =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_export_turn_free);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  g_ptr_array_add (turns, sg_export_turn_new (17, 3, "say \"hello\"", trace));
  g_ptr_array_add (turns, sg_export_turn_new (18, 4, NULL, trace));
  text = sg_export_turns (turns, SG_EXPORT_JSON, 0);
  node = json_from_string (text, NULL);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 2);
  object = json_array_get_object_element (json_node_get_array (node), 0);
  g_assert_cmpint (json_object_get_int_member (object, "turn"), ==, 17);
  g_assert_cmpint (json_object_get_int_member (object, "depth"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (object, "title"), ==, "say \"hello\"");
}

static void
test_table (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autofree char *text = sg_export_trace_table (trace, 60);

  g_assert_cmpstr (text, ==,
    "5.0 s · first word 2.2 s · 40 tok/s · tokens in 1200, out 80, reused 900\n"
    "\n"
    "span                 begin      took\n"
    "turn                   0 s     5.0 s  ██████████████████████\n"
    "  prompt               0 s    200 ms  ▉\n"
    "  stream            200 ms     4.5 s  ████████████████████▋\n"
    "    tiny-7b         200 ms     4.0 s  ██████████████████▌\n"
    "      connect       200 ms    500 ms  ███▏\n"
    "      prompt        700 ms     1.5 s     ██████▋\n"
    "      write          2.2 s     2.0 s           █████████▌\n"
    "    roll_dice        4.2 s    300 ms                    █▊\n"
    "    update_state     4.2 s    500 ms                    ██▋\n"
    "\n"
    "connect 10 % · prompt 30 % · write 40 % · tools 10 % · own 10 %\n");
}

/* What the caches did, where one was asked. */
static void
test_caches (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  guint roll = sg_trace_find (trace, SG_SPAN_TOOL, "roll_dice")->id;
  g_autofree char *table = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *figures, *cache;

  sg_trace_set_boolean (trace, roll, "cached", TRUE);
  sg_trace_set_int (trace, roll, "saved", 700000);
  table = sg_export_trace_table (trace, 60);
  g_assert_nonnull (strstr (table, "reused 900 · cache hits 1, misses 0, saved 700 ms\n"));

  text = sg_export_trace_json (trace);
  node = json_from_string (text, NULL);
  figures = json_object_get_object_member (json_node_get_object (node), "figures");
  cache = json_object_get_object_member (figures, "tool_cache");
  g_assert_cmpint (json_object_get_int_member (cache, "hits"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (cache, "misses"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (cache, "saved_us"), ==, 700000);
  g_assert_false (json_object_has_member (figures, "response_cache"));
}

static guint
count_columns (const char *line)
{
  guint columns = 0;

  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      columns += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }

  return columns;
}

/* Names in any script, too long ones, and control characters keep the columns in line. */
static void
test_table_names (void)
{
  g_autoptr (SgTrace) trace = sg_trace_new_at (0);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  sg_trace_end_at (trace, sg_trace_begin_at (trace, turn, SG_SPAN_TOOL, "擲骰子", 0), 10);
  sg_trace_end_at (trace, sg_trace_begin_at (trace, turn, SG_SPAN_TOOL, "a\x1b[2J\n\xff", 0), 10);
  sg_trace_end_at (trace, sg_trace_begin_at (trace, turn, SG_SPAN_TOOL,
                   "a_tool_with_a_name_that_goes_on_and_on_and_on", 0), 10);
  sg_trace_end_at (trace, turn, 10);

  text = sg_export_trace_table (trace, 80);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strchr (text, '\x1b'));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 3; i < 7; i++)
    g_assert_cmpuint (count_columns (lines[i]), ==, 80);
}

static void
test_table_turns (void)
{
  g_autoptr (SgTrace) trace = sample_trace_new ();
  g_autoptr (GPtrArray) turns =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_export_turn_free);
  g_autofree char *text = NULL;

  g_ptr_array_add (turns, sg_export_turn_new (17, 3, "say \"hello\"\x1b[2J", trace));
  g_ptr_array_add (turns, sg_export_turn_new (18, 4, NULL, trace));
  text = sg_export_turns (turns, SG_EXPORT_TABLE, 0);
  g_assert_true (g_str_has_prefix (text, "turn 3 · say \"hello\"·[2J\n5.0 s · "));
  g_assert_nonnull (strstr (text, "\n\nturn 4\n5.0 s · "));
}

static void
test_table_edges (void)
{
  g_autoptr (SgTrace) empty = sg_trace_new_at (0);
  g_autoptr (SgTrace) running = sg_trace_new ();
  g_autoptr (SgTrace) nothing = sg_trace_new_at (0);
  g_autofree char *text = sg_export_trace_table (empty, 80);
  g_autofree char *live = NULL;
  g_autofree char *zero = NULL;

  g_assert_cmpstr (text, ==, "nothing was recorded\n");

  sg_trace_begin (running, 0, SG_SPAN_TURN, "turn");
  live = sg_export_trace_table (running, 1);
  g_assert_nonnull (strstr (live, "… "));

  sg_trace_end_at (nothing, sg_trace_begin_at (nothing, 0, SG_SPAN_TURN, "turn", 0), 0);
  zero = sg_export_trace_table (nothing, 80);
  g_assert_nonnull (strstr (zero, "▏"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/export/formats", test_formats);
  g_test_add_func ("/export/json", test_json);
  g_test_add_func ("/export/json-turns", test_json_turns);
  g_test_add_func ("/export/table", test_table);
  g_test_add_func ("/export/caches", test_caches);
  g_test_add_func ("/export/table-names", test_table_names);
  g_test_add_func ("/export/table-turns", test_table_turns);
  g_test_add_func ("/export/table-edges", test_table_edges);

  return g_test_run ();
}
