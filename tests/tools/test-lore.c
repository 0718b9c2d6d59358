/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be looked up: the texts of a scenario, ranked by words, and nothing that is the author's alone. */

#include "config.h"

#include <string.h>

#include "tools-fixture.h"
#include "world/sg-lore.h"

static JsonArray *
search (ToolsFixture *fixture,
        const char   *query,
        JsonNode    **node)
{
  g_autofree char *arguments = g_strdup_printf ("{\"query\":\"%s\"}", query);

  *node = json_from_string (tools_call (fixture, "search_lore", arguments, SG_TOOL_CALL_DONE), NULL);

  return json_object_get_array_member (json_node_get_object (*node), "lore");
}

static const char *
get (JsonArray  *array,
     guint       i,
     const char *member)
{
  return json_object_get_string_member (json_array_get_object_element (array, i), member);
}

static void
test_ranking (ToolsFixture *fixture,
              gconstpointer data)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array = search (fixture, "who is mira", &node);

  /* A name counts more than a mention. */
  g_assert_cmpstr (get (array, 0, "id"), ==, "mira");
  g_assert_cmpstr (get (array, 0, "kind"), ==, "person");
  g_assert_cmpstr (get (array, 0, "title"), ==, "Mira");
  g_assert_nonnull (strstr (get (array, 0, "text"), "eleven years"));

  /* Another form of a word, a synonym, a detail of a place. */
  json_node_unref (node);
  array = search (fixture, "floods", &node);
  g_assert_cmpstr (get (array, 0, "id"), ==, "mira.flood");
  json_node_unref (node);
  array = search (fixture, "LANTERNS", &node);
  g_assert_cmpstr (get (array, 0, "id"), ==, "lamp");
  json_node_unref (node);
  array = search (fixture, "onions", &node);
  g_assert_cmpstr (get (array, 0, "id"), ==, "kitchen.onions");

  /* What a text says depends on the state. */
  json_node_unref (node);
  array = search (fixture, "lamp", &node);
  g_assert_nonnull (strstr (get (array, 0, "text"), "It is out."));
}

static void
test_secrets (ToolsFixture *fixture,
              gconstpointer data)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array = search (fixture, "mira letter", &node);

  g_assert_cmpstr (get (array, 0, "id"), ==, "mira.letter");
  g_assert_true (json_object_get_boolean_member (json_array_get_object_element (array, 0), "secret"));

  json_node_unref (node);
  array = search (fixture, "iron key", &node);
  g_assert_cmpstr (get (array, 0, "id"), ==, "key");
  g_assert_true (json_object_get_boolean_member (json_array_get_object_element (array, 0), "secret"));

  /* No longer. */
  tools_call (fixture, "update_world",
              "{\"set\":{\"mira\":{\"trust\":3},\"key\":{\"hidden\":null}}}", SG_TOOL_CALL_DONE);
  json_node_unref (node);
  array = search (fixture, "mira letter iron key", &node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_assert_false (json_object_has_member (json_array_get_object_element (array, i), "secret"));

  /* Hints, effects and endings are the author's own. */
  json_node_unref (node);
  array = search (fixture, "casts off ribs", &node);
  g_assert_cmpuint (json_array_get_length (array), ==, 0);
  json_node_unref (node);
  array = search (fixture, "dragon", &node);
  g_assert_cmpuint (json_array_get_length (array), ==, 0);
}

static void
test_without_scenario (ToolsFixture *fixture,
                       gconstpointer data)
{
  assert_call (fixture, "search_lore", "{\"query\":\"anything\"}", "{\"lore\":[]}");
  assert_refused (fixture, "search_lore", "{\"query\":\"\"}", "is empty");
  assert_refused (fixture, "search_lore", "{\"query\":\"x\",\"limit\":11}", "at most 10");
}

/* Several at once, while the index is being made. */
static void
test_at_once (ToolsFixture *fixture,
              gconstpointer data)
{
  const SgToolCall *calls[5];

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *arguments = g_strdup_printf ("{\"query\":\"lamp\",\"limit\":%u}", i + 1);

      calls[i] = sg_tool_runner_add (fixture->runner, NULL, "search_lore", arguments);
    }
  tools_wait (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_assert_cmpint (calls[i]->status, ==, SG_TOOL_CALL_DONE);
      g_assert_nonnull (strstr (calls[i]->result, "brass lamp"));
    }
}

static void
test_own_entries (void)
{
  g_autoptr (SgLore) lore = sg_lore_new ();
  g_autoptr (JsonNode) text = json_node_init_string (json_node_alloc (), "Der alte Fährmann heißt 老船夫 hier.");
  g_autoptr (GArray) hits = NULL;

  sg_lore_add (lore, "book.1", "lore", "Ferryman", "river", text, NULL);
  sg_lore_add (lore, "book.2", "lore", "Miller", NULL, text, NULL);
  g_assert_cmpuint (sg_lore_get_n_entries (lore), ==, 2);

  hits = sg_lore_search (lore, "river", 10);
  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpstr (g_array_index (hits, SgLoreHit, 0).entry->id, ==, "book.1");
  g_clear_pointer (&hits, g_array_unref);

  /* A script without spaces between its words. */
  hits = sg_lore_search (lore, "船夫", 1);
  g_assert_cmpuint (hits->len, ==, 1);
  g_clear_pointer (&hits, g_array_unref);
  hits = sg_lore_search (lore, "", 10);
  g_assert_cmpuint (hits->len, ==, 0);
}

/* Every scenario that comes with the program can be looked up, whatever is looked for. */
static void
test_installed (void)
{
  g_autoptr (GPtrArray) scenarios = sg_scenario_list_installed ();

  g_assert_cmpuint (scenarios->len, >, 0);
  for (guint i = 0; i < scenarios->len; i++)
    {
      SgScenario *scenario = g_ptr_array_index (scenarios, i);
      g_autoptr (SgLore) lore = sg_lore_new_scenario (scenario);
      g_autoptr (SgWorld) world = sg_world_new ();
      g_autoptr (SgView) view = NULL;
      g_autoptr (GArray) hits = sg_lore_search (lore, sg_scenario_get_summary (scenario), 20);

      sg_scenario_fill_world (scenario, world);
      view = sg_view_new (scenario, world, "en", 1);
      g_assert_cmpuint (sg_lore_get_n_entries (lore), >, 100);
      g_assert_cmpuint (hits->len, >, 5);
      for (guint j = 0; j < hits->len; j++)
        {
          g_autofree char *text =
            sg_view_render (view, g_array_index (hits, SgLoreHit, j).entry->text);

          g_assert_null (strchr (text, '{'));
        }
    }
}

#define add(path, scenario, func) \
  g_test_add (path, ToolsFixture, scenario, tools_set_up, func, tools_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/lore/ranking", "cellar", test_ranking);
  add ("/lore/secrets", "cellar", test_secrets);
  add ("/lore/without-scenario", NULL, test_without_scenario);
  add ("/lore/at-once", "cellar", test_at_once);
  g_test_add_func ("/lore/own-entries", test_own_entries);
  g_test_add_func ("/lore/installed", test_installed);

  return g_test_run ();
}
