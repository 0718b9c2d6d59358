/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "world/sg-world.h"

static void
test_facts (void)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_auto (GStrv) entities = NULL;
  g_autoptr (JsonNode) json = NULL;
  g_autofree char *text = NULL;

  sg_world_set_string (world, "player", "place", "cellar");
  sg_world_set_boolean (world, "lamp", "lit", TRUE);
  sg_world_set_int (world, "clock", "ticks", 3);

  g_assert_cmpstr (sg_world_get_string (world, "player", "place"), ==, "cellar");
  g_assert_true (sg_world_get_boolean (world, "lamp", "lit"));
  g_assert_cmpint (sg_world_get_int (world, "clock", "ticks", -1), ==, 3);

  g_assert_null (sg_world_get_string (world, "lamp", "lit"));
  g_assert_false (sg_world_get_boolean (world, "player", "place"));
  g_assert_cmpint (sg_world_get_int (world, "player", "place", -1), ==, -1);
  g_assert_null (sg_world_lookup (world, "nobody", "place"));

  entities = sg_world_list_entities (world);
  g_assert_cmpuint (g_strv_length (entities), ==, 3);
  g_assert_cmpstr (entities[0], ==, "clock");

  json = sg_world_to_json (world);
  text = json_to_string (json, FALSE);
  g_assert_cmpstr (text, ==,
                   "{\"clock\":{\"ticks\":3},\"lamp\":{\"lit\":true},"
                   "\"player\":{\"place\":\"cellar\"}}");
}

static void
test_overlay (void)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgWorld) overlay = NULL;
  g_auto (GStrv) attributes = NULL;

  sg_world_load (world, "lamp", "lit", json_node_init_boolean (json_node_alloc (), TRUE), 7, "a");
  sg_world_load (world, "lamp", "oil", json_node_init_int (json_node_alloc (), 2), 7, "a");
  overlay = sg_world_new_overlay (world);

  g_assert_true (sg_world_get_boolean (overlay, "lamp", "lit"));
  sg_world_set (overlay, "lamp", "lit", NULL, "b");
  sg_world_set_string (overlay, "door", "state", "open");

  g_assert_null (sg_world_lookup (overlay, "lamp", "lit"));
  g_assert_true (sg_world_get_boolean (world, "lamp", "lit"));
  g_assert_false (sg_world_has_entity (world, "door"));
  g_assert_true (sg_world_has_entity (overlay, "door"));

  attributes = sg_world_list_attributes (overlay, "lamp");
  g_assert_cmpuint (g_strv_length (attributes), ==, 1);
  g_assert_cmpstr (attributes[0], ==, "oil");

  sg_world_merge (world, overlay, 8);
  g_assert_null (sg_world_lookup (world, "lamp", "lit"));
  g_assert_cmpint (sg_world_lookup (world, "door", "state")->turn, ==, 8);
  g_assert_cmpint (sg_world_lookup (world, "lamp", "oil")->turn, ==, 7);
}

static void
test_removing_all_hides_the_entity (void)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgWorld) overlay = NULL;

  sg_world_set_boolean (world, "ghost", "here", TRUE);
  overlay = sg_world_new_overlay (world);
  sg_world_set (overlay, "ghost", "here", NULL, NULL);

  g_assert_false (sg_world_has_entity (overlay, "ghost"));
  sg_world_merge (world, overlay, 1);
  g_assert_false (sg_world_has_entity (world, "ghost"));
}

static void
test_changes_keep_the_last (void)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgWorld) overlay = sg_world_new_overlay (world);
  GPtrArray *changes = sg_world_get_changes (overlay);

  sg_world_set_int (overlay, "purse", "coins", 1);
  sg_world_set_boolean (overlay, "lamp", "lit", TRUE);
  sg_world_set_int (overlay, "purse", "coins", 2);

  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_cmpstr (((SgFact *) g_ptr_array_index (changes, 1))->entity, ==, "purse");
  g_assert_cmpint (json_node_get_int (((SgFact *) g_ptr_array_index (changes, 1))->value), ==, 2);
}

static void
test_memories_and_choices (void)
{
  const char *choices[] = { "Go in", "Wait", NULL };
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgWorld) overlay = sg_world_new_overlay (world);
  GPtrArray *memories = sg_world_get_new_memories (overlay);

  sg_world_add_memory (overlay, "Mira fears the flood.", "mira water", 6, "c1");
  g_assert_cmpuint (memories->len, ==, 1);
  g_assert_cmpstr (((SgMemory *) g_ptr_array_index (memories, 0))->keywords, ==, "mira water");
  g_assert_cmpuint (sg_world_get_new_memories (world)->len, ==, 0);

  g_assert_null (sg_world_get_choices (overlay));
  sg_world_set_choices (overlay, choices);
  sg_world_set_choices (overlay, sg_world_get_choices (overlay));
  g_assert_cmpstr (sg_world_get_choices (overlay)[1], ==, "Wait");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/world/facts", test_facts);
  g_test_add_func ("/world/overlay", test_overlay);
  g_test_add_func ("/world/removing-all-hides-the-entity", test_removing_all_hides_the_entity);
  g_test_add_func ("/world/changes-keep-the-last", test_changes_keep_the_last);
  g_test_add_func ("/world/memories-and-choices", test_memories_and_choices);

  return g_test_run ();
}
