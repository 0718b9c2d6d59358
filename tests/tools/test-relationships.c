/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What characters are to each other, and what a reader has not seen yet. */

#include "config.h"

#include <string.h>

#include "tools-fixture.h"
#include "tools/sg-tool-json.h"
#include "world/sg-relationship.h"

static void
test_update (ToolsFixture *fixture,
             gconstpointer data)
{
  g_autoptr (SgRelationship) relationship = NULL;

  assert_call (fixture, "update_relationship",
               "{\"from\":\"mira\",\"by\":30,\"kind\":\"old friend\",\"why\":\"You came back.\"}",
               "{\"from\":\"mira\",\"to\":\"player\",\"score\":30,\"was\":0,\"kind\":\"old friend\"}");
  assert_call (fixture, "update_relationship", "{\"from\":\"mira\",\"by\":-10}",
               "{\"from\":\"mira\",\"to\":\"player\",\"score\":20,\"was\":30,\"kind\":\"old friend\"}");
  assert_call (fixture, "update_relationship", "{\"from\":\"mira\",\"score\":90,\"by\":50}",
               "{\"from\":\"mira\",\"to\":\"player\",\"score\":100,\"was\":20,\"kind\":\"old friend\"}");
  assert_call (fixture, "update_relationship", "{\"from\":\"mira\",\"by\":-200,\"mutual\":true}",
               "{\"from\":\"mira\",\"to\":\"player\",\"score\":-100,\"was\":100,\"kind\":\"old friend\","
               "\"back\":{\"from\":\"player\",\"to\":\"mira\",\"score\":-100,\"was\":0}}");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  relationship = sg_relationship_get (fixture->world, "mira", "player");
  g_assert_cmpint (relationship->score, ==, -100);
  g_assert_cmpstr (relationship->why, ==, "You came back.");
  /* Changes of one turn are one change. */
  g_assert_null (relationship->before);
  g_assert_cmpstr (sg_world_lookup (fixture->world, "mira", "toward_player")->call, ==, "call_4");

  /* Somebody wholly new may begin by feeling something. */
  assert_call (fixture, "update_relationship", "{\"from\":\"harbourmaster\",\"to\":\"mira\",\"kind\":\"rival\"}",
               "{\"from\":\"harbourmaster\",\"to\":\"mira\",\"score\":0,\"kind\":\"rival\"}");
}

static void
test_update_refused (ToolsFixture *fixture,
                     gconstpointer data)
{
  assert_refused (fixture, "update_relationship", "{\"from\":\"mirra\",\"by\":1}", "Did you mean `mira`?");
  assert_refused (fixture, "update_relationship", "{\"from\":\"ferrywoman\",\"by\":1}",
                  "Did you mean `mira`? Use the id");
  assert_refused (fixture, "update_relationship", "{\"from\":\"lamp\",\"by\":1}", "`lamp` is no character");
  assert_refused (fixture, "update_relationship", "{\"from\":\"mira\"}", "Nothing would change");
  assert_refused (fixture, "update_relationship", "{\"from\":\"player\",\"by\":1}", "are the same");
  assert_refused (fixture, "update_relationship", "{\"from\":\"mira\",\"score\":101}", "at most 100");
  assert_refused (fixture, "update_relationship", "{\"by\":1}", "from");
  g_assert_cmpuint (sg_world_get_changes (fixture->world)->len, ==, 0);
}

static void
test_query (ToolsFixture *fixture,
            gconstpointer data)
{
  assert_call (fixture, "query_relationships", "{}", "{\"relationships\":[]}");
  tools_call (fixture, "update_relationship", "{\"from\":\"mira\",\"by\":30,\"why\":\"You came back.\"}",
              SG_TOOL_CALL_DONE);
  tools_call (fixture, "update_relationship", "{\"from\":\"ben\",\"to\":\"mira\",\"score\":-60}",
              SG_TOOL_CALL_DONE);
  /* What a model has written by hand is read too. */
  tools_call (fixture, "update_world",
              "{\"set\":{\"ben\":{\"toward_player\":-5},\"eve\":{\"toward_ben\":\"sister\"}}}",
              SG_TOOL_CALL_DONE);

  assert_call (fixture, "query_relationships", "{\"who\":\"Ferrywoman\"}",
               "{\"relationships\":[{\"from\":\"ben\",\"to\":\"mira\",\"score\":-60,\"turn\":0},"
               "{\"from\":\"mira\",\"to\":\"player\",\"score\":30,\"why\":\"You came back.\",\"turn\":0}]}");
  assert_call (fixture, "query_relationships", "{\"who\":\"player\",\"with\":\"ben\"}",
               "{\"relationships\":[{\"from\":\"ben\",\"to\":\"player\",\"score\":-5}]}");
  assert_call (fixture, "query_relationships", "{\"with\":\"eve\"}",
               "{\"relationships\":[{\"from\":\"eve\",\"to\":\"ben\",\"score\":0,\"kind\":\"sister\"}]}");
  assert_refused (fixture, "query_relationships", "{\"who\":\"mirra\"}", "Did you mean `mira`?");
}

/* How it stood before is remembered for a while. */
static void
test_history (ToolsFixture *fixture,
              gconstpointer data)
{
  g_autoptr (SgRelationship) relationship = sg_relationship_new ("a", "b");
  g_autofree char *line = NULL;
  JsonArray *before;

  for (int turn = 1; turn <= 4; turn++)
    {
      g_autofree char *why = g_strdup_printf ("because %d", turn);

      sg_relationship_change (relationship, turn * 10, "friend", why, turn);
    }
  sg_relationship_write (relationship, fixture->world, NULL);
  g_clear_pointer (&relationship, sg_relationship_free);

  relationship = sg_relationship_get (fixture->world, "a", "b");
  g_assert_cmpint (relationship->turn, ==, 4);
  before = json_node_get_array (relationship->before);
  g_assert_cmpuint (json_array_get_length (before), ==, 2);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (before, 0), "score"), ==, 30);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (before, 1), "turn"), ==, 2);
  line = sg_relationship_dup_line (relationship);
  g_assert_cmpstr (line, ==, "a toward b: 40, friend (because 4)");
}

static void
test_stateful_read (ToolsFixture *fixture,
                    gconstpointer data)
{
  sg_world_set_string (fixture->base, "lamp", "place", "hall");
  sg_world_set_int (fixture->base, "lamp", "oil", 3);
  sg_world_set_string (fixture->base, "storyteller", "it", "lamp");

  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}",
               "{\"first\":true,\"changed\":{\"lamp\":{\"oil\":3,\"place\":\"hall\"}}}");
  /* The model waits for it, though it leaves a mark. */
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}", "{\"changed\":{}}");

  /* Later in the same turn. */
  tools_call (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"lit\":true,\"oil\":null}}",
              SG_TOOL_CALL_DONE);
  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}",
               "{\"changed\":{\"lamp\":{\"lit\":true}},\"removed\":{\"lamp\":[\"oil\"]}}");
  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}", "{\"changed\":{}}");

  /* After the mark in the turn of the mark: seen in the next. */
  tools_call (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"lit\":false}}", SG_TOOL_CALL_DONE);
  tools_next_turn (fixture, 5);
  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}", "{\"changed\":{\"lamp\":{\"lit\":false}}}");
  tools_next_turn (fixture, 6);
  assert_call (fixture, "stateful_read", "{\"entity\":\"lamp\"}", "{\"changed\":{}}");

  /* Another reader, and the whole. */
  assert_call (fixture, "stateful_read", "{\"reader\":\"anna\"}",
               "{\"first\":true,\"changed\":{\"lamp\":{\"lit\":false,\"place\":\"hall\"}}}");
  assert_call (fixture, "stateful_read", "{\"reader\":\"Anna\",\"entity\":\"lamp\"}", "{\"changed\":{}}");
  tools_next_turn (fixture, 7);
  sg_world_load (fixture->base, "door", "open", json_node_init_boolean (json_node_alloc (), TRUE), 7, NULL);
  tools_next_turn (fixture, 8);
  assert_call (fixture, "stateful_read", "{\"reader\":\"anna\"}", "{\"changed\":{\"door\":{\"open\":true}}}");

  assert_refused (fixture, "stateful_read", "{\"entity\":\"lmap\"}", "Did you mean `lamp`?");
  assert_refused (fixture, "stateful_read", "{\"reader\":\"*\"}", "`reader` is no name");
}

/* The marks are nothing that anybody else sees. */
static void
test_marks_are_notes (ToolsFixture *fixture,
                      gconstpointer data)
{
  sg_world_set_string (fixture->base, "lamp", "place", "hall");
  tools_call (fixture, "stateful_read", "{}", SG_TOOL_CALL_DONE);
  assert_call (fixture, "read_state", "{}", "{\"entities\":{\"lamp\":{\"place\":\"hall\"}}}");
  assert_call (fixture, "read_state", "{\"entity\":\"_seen\"}", "{\"entity\":\"seen\",\"known\":false}");
  assert_call (fixture, "list_characters", "{\"which\":\"all\"}", "{\"characters\":[]}");
}

/* Reads of different readers and writes of one turn come in the order in which they were made. */
static void
test_order (ToolsFixture *fixture,
            gconstpointer data)
{
  const SgToolCall *first, *second;

  sg_world_set_int (fixture->base, "lamp", "oil", 3);
  first = sg_tool_runner_add (fixture->runner, NULL, "stateful_read", "{\"entity\":\"lamp\"}");
  sg_tool_runner_add (fixture->runner, NULL, "update_state", "{\"entity\":\"lamp\",\"set\":{\"oil\":2}}");
  second = sg_tool_runner_add (fixture->runner, NULL, "stateful_read", "{\"entity\":\"lamp\"}");
  tools_wait (fixture);
  g_assert_cmpstr (first->result, ==, "{\"first\":true,\"changed\":{\"lamp\":{\"oil\":3}}}");
  g_assert_cmpstr (second->result, ==, "{\"changed\":{\"lamp\":{\"oil\":2}}}");
}

#define add(path, scenario, func) \
  g_test_add (path, ToolsFixture, scenario, tools_set_up, func, tools_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/relationships/update", "cellar", test_update);
  add ("/relationships/update-refused", "cellar", test_update_refused);
  add ("/relationships/query", "cellar", test_query);
  add ("/relationships/history", NULL, test_history);
  add ("/stateful-read/changes", NULL, test_stateful_read);
  add ("/stateful-read/marks-are-notes", NULL, test_marks_are_notes);
  add ("/stateful-read/order", NULL, test_order);

  return g_test_run ();
}
