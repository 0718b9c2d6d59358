/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools that every story has, called the way a model calls them: through the catalog and the
 * runner. */

#include "config.h"

#include "tools/sg-dice.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-runner.h"

#include <string.h>

typedef struct
{
  SgWorld       *base;
  SgWorld       *world;
  SgToolCatalog *catalog;
  SgToolContext *context;
  SgToolRunner  *runner;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->base = sg_world_new ();
  sg_world_set_string (fixture->base, "lamp", "place", "cellar");
  sg_world_set_boolean (fixture->base, "lamp", "lit", FALSE);
  sg_world_set_string (fixture->base, "player", "place", "hall");
  fixture->world = sg_world_new_overlay (fixture->base);
  fixture->catalog = sg_tool_catalog_new_default ();
  fixture->context = sg_tool_context_new (fixture->world, NULL, NULL, 42);
  fixture->runner = sg_tool_runner_new (fixture->catalog, fixture->context, NULL, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->runner);
  g_assert_finalize_object (fixture->context);
  g_assert_finalize_object (fixture->catalog);
  g_assert_finalize_object (fixture->world);
  g_assert_finalize_object (fixture->base);
}

static void
wait_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_true (sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, &error));
  g_assert_no_error (error);
  *done = TRUE;
}

static void
wait_for_calls (Fixture *fixture)
{
  gboolean done = FALSE;

  sg_tool_runner_wait_async (fixture->runner, NULL, wait_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* Makes one call and returns its result. */
static const char *
make_call (Fixture          *fixture,
           const char       *name,
           const char       *arguments,
           SgToolCallStatus  expected)
{
  const SgToolCall *call = sg_tool_runner_add (fixture->runner, NULL, name, arguments);

  wait_for_calls (fixture);
  g_assert_cmpint (call->status, ==, expected);

  return call->result;
}

static void
check_function (Fixture    *fixture,
                JsonObject *function)
{
  const char *name = json_object_get_string_member (function, "name");
  g_autoptr (JsonNode) empty = sg_tool_json_parse_object ("{}", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (json_object_has_member (function, "description"));
  g_assert_true (json_object_has_member (function, "parameters"));

  /* The schema compiles: what it finds wrong is the arguments. */
  if (!sg_tool_check_arguments (sg_tool_catalog_lookup (fixture->catalog, name), empty, &error))
    g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
}

static void
test_catalog (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const first[] = { "read_state", "update_state", "add_memory", "roll_dice" };
  const char *json = sg_tool_catalog_get_json (fixture->catalog);
  const char *const *names = sg_tool_catalog_get_names (fixture->catalog);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonArray *array = json_node_get_array (node);

  g_assert_cmpuint (json_array_get_length (array), ==, sg_tool_catalog_get_n_tools (fixture->catalog));
  g_assert_true (json == sg_tool_catalog_get_json (fixture->catalog));
  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_assert_cmpstr (names[i], ==, first[i]);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *function = json_object_get_object_member (json_array_get_object_element (array, i),
                                                            "function");

      g_assert_cmpstr (json_object_get_string_member (function, "name"), ==, names[i]);
      check_function (fixture, function);
    }

  /* What only the check of the arguments needs takes no room. */
  g_assert_null (strstr (json, "maxLength"));
  g_assert_null (strstr (json, "\"additionalProperties\":false"));
  g_assert_nonnull (strstr (json, "\"maximum\":10"));
}

/* A larger set has the tools of a smaller one, and a small one leaves room for the story. */
static void
test_sets (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *beyond_core = sg_tool_set_dup_rest (SG_TOOL_SET_CORE);
  g_autofree char *beyond_more = sg_tool_set_dup_rest (SG_TOOL_SET_MORE);
  g_autofree char *beyond_all = sg_tool_set_dup_rest (SG_TOOL_SET_ALL);
  g_auto (GStrv) names = g_strsplit (beyond_core, ",", -1);

  g_assert_cmpstr (beyond_all, ==, "");
  g_assert_true (g_str_has_suffix (beyond_core, beyond_more));
  g_assert_cmpuint (sg_tool_catalog_get_n_tools (fixture->catalog) - g_strv_length (names), >=, 6);
  g_assert_false (g_strv_contains ((const char *const *) names, "update_state"));
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_nonnull (sg_tool_catalog_lookup (fixture->catalog, names[i]));
}

static void
test_read_state (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_cmpstr (make_call (fixture, "read_state", "{\"entity\":\" Lamp \"}", SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lamp\",\"state\":{\"lit\":false,\"place\":\"cellar\"}}");
  g_assert_cmpstr (make_call (fixture, "read_state",
                              "{\"entity\":\"lamp\",\"attributes\":[\"lit\",\"weight\"]}",
                              SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lamp\",\"state\":{\"lit\":false},\"unknown\":[\"weight\"]}");
  g_assert_cmpstr (make_call (fixture, "read_state", "{\"entity\":\"lamp\",\"attributes\":\"Place\"}",
                              SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lamp\",\"state\":{\"place\":\"cellar\"}}");
  g_assert_cmpstr (make_call (fixture, "read_state", "{\"entity\":\"lmap\"}", SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lmap\",\"known\":false,\"nearest\":\"lamp\"}");
  g_assert_cmpstr (make_call (fixture, "read_state", "", SG_TOOL_CALL_DONE), ==,
                   "{\"entities\":{\"lamp\":{\"lit\":false,\"place\":\"cellar\"},"
                   "\"player\":{\"place\":\"hall\"}}}");
  g_assert_cmpstr (make_call (fixture, "read_state", "{\"entity\":null}", SG_TOOL_CALL_DONE), ==,
                   make_call (fixture, "read_state", "{}", SG_TOOL_CALL_DONE));
  make_call (fixture, "read_state", "{\"entity\":\"a*\"}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "read_state", "{\"entity\":\"   \"}", SG_TOOL_CALL_REFUSED);
}

static void
test_overview_is_bounded (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *long_text = g_strnfill (1500, 'x');
  const char *result;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *entity = g_strdup_printf ("thing_%03u", i);

      sg_world_set_string (fixture->base, entity, "text", long_text);
    }

  result = make_call (fixture, "read_state", "{}", SG_TOOL_CALL_DONE);
  g_assert_cmpuint (strlen (result), <, SG_TOOL_RESULT_MAX + 4096);
  node = json_from_string (result, NULL);
  g_assert_nonnull (node);
  g_assert_true (json_object_has_member (json_node_get_object (node), "more"));
}

static void
test_update_state (Fixture       *fixture,
                   gconstpointer  data)
{
  GPtrArray *changes;

  g_assert_cmpstr (make_call (fixture, "update_state",
                              "{\"entity\":\"LAMP\",\"set\":{\"Lit\":true,\"place\":null,"
                              "\"last user\":{\"name\":\"Ada\"}},\"reason\":\"She took it\"}",
                              SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lamp\",\"set\":[\"lit\",\"last_user\"],\"removed\":[\"place\"]}");
  g_assert_true (sg_world_get_boolean (fixture->world, "lamp", "lit"));
  g_assert_null (sg_world_get (fixture->world, "lamp", "place"));
  g_assert_nonnull (sg_world_get (fixture->world, "lamp", "last_user"));
  g_assert_false (sg_world_get_boolean (fixture->base, "lamp", "lit"));
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  changes = sg_world_get_changes (fixture->world);
  g_assert_cmpuint (changes->len, ==, 3);
  g_assert_cmpstr (((SgFact *) g_ptr_array_index (changes, 0))->call, ==, "call_1");

  /* Later reads of the turn see it. */
  g_assert_cmpstr (make_call (fixture, "read_state", "{\"entity\":\"lamp\",\"attributes\":\"lit\"}",
                              SG_TOOL_CALL_DONE), ==,
                   "{\"entity\":\"lamp\",\"state\":{\"lit\":true}}");
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 2));
}

/* A call is all or nothing. */
static void
test_update_state_refused (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *large = g_strnfill (3000, 'x');
  g_autofree char *arguments =
    g_strdup_printf ("{\"entity\":\"lamp\",\"set\":{\"lit\":true,\"text\":\"%s\"}}", large);

  g_assert_nonnull (strstr (make_call (fixture, "update_state", arguments, SG_TOOL_CALL_REFUSED),
                            "too large"));
  make_call (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"lit\":true,\"*\":1}}",
             SG_TOOL_CALL_REFUSED);
  g_assert_nonnull (strstr (make_call (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{}}",
                                       SG_TOOL_CALL_REFUSED), "at least 1"));
  g_assert_nonnull (strstr (make_call (fixture, "update_state", "{\"entitiy\":\"lamp\",\"set\":{\"a\":1}}",
                                       SG_TOOL_CALL_REFUSED), "did you mean `entity`"));
  g_assert_false (sg_world_get_boolean (fixture->world, "lamp", "lit"));
  g_assert_cmpuint (sg_world_get_changes (fixture->world)->len, ==, 0);
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
}

static void
test_memories (Fixture       *fixture,
               gconstpointer  data)
{
  const SgMemory *memory;
  GPtrArray *memories;

  make_call (fixture, "add_memory",
             "{\"text\":\"Ada swore to guard the lamp.\",\"keywords\":[\"oath\",\"promise\"],"
             "\"importance\":8}", SG_TOOL_CALL_DONE);
  make_call (fixture, "add_memory", "{\"text\":\"It rained.\",\"keywords\":\"weather, rain\"}",
             SG_TOOL_CALL_DONE);
  memories = sg_world_get_new_memories (fixture->world);
  g_assert_cmpuint (memories->len, ==, 2);
  memory = g_ptr_array_index (memories, 0);
  g_assert_cmpstr (memory->keywords, ==, "oath promise");
  g_assert_cmpint (memory->importance, ==, 8);
  g_assert_cmpstr (memory->call, ==, "call_1");

  g_assert_cmpstr (make_call (fixture, "search_memories", "{\"query\":\"the OATH of Ada\"}",
                              SG_TOOL_CALL_DONE), ==,
                   "{\"memories\":[{\"text\":\"Ada swore to guard the lamp.\",\"importance\":8}]}");
  g_assert_cmpstr (make_call (fixture, "search_memories", "{\"query\":\"dragon\"}", SG_TOOL_CALL_DONE),
                   ==, "{\"memories\":[]}");
  make_call (fixture, "search_memories", "{\"query\":\"x\",\"limit\":0}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "add_memory", "{\"text\":\"  \"}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "add_memory", "{\"text\":\"x\",\"importance\":11}", SG_TOOL_CALL_REFUSED);
}

static void
test_offer_choices (Fixture       *fixture,
                    gconstpointer  data)
{
  const char *const *choices;

  g_assert_cmpstr (make_call (fixture, "offer_choices", "{\"choices\":[\" Go on\",\"Turn back\",\"Go on\"]}",
                              SG_TOOL_CALL_DONE), ==, "{\"offered\":2}");
  choices = sg_world_get_choices (fixture->world);
  g_assert_cmpuint (g_strv_length ((char **) choices), ==, 2);
  g_assert_cmpstr (choices[0], ==, "Go on");

  make_call (fixture, "offer_choices", "{\"choices\":[\"Go on\"]}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "offer_choices", "{\"choices\":[\"Go on\",\" Go on \"]}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "offer_choices", "{\"choices\":[\"Go on\",7]}", SG_TOOL_CALL_REFUSED);
}

static void
test_roll_dice (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgToolRunner) again = NULL;
  const char *first = make_call (fixture, "roll_dice", "{\"dice\":\"20d1000\"}", SG_TOOL_CALL_DONE);
  const char *second = make_call (fixture, "roll_dice", "{\"dice\":\"20d1000\"}", SG_TOOL_CALL_DONE);
  g_autofree char *kept = g_strdup (first);

  /* The same words at another place are another roll; the same place is the same roll. */
  g_assert_cmpstr (first, !=, second);
  again = g_steal_pointer (&fixture->runner);
  fixture->runner = sg_tool_runner_new (fixture->catalog, fixture->context, NULL, 0);
  g_assert_cmpstr (make_call (fixture, "roll_dice", "{\"dice\":\"20d1000\"}", SG_TOOL_CALL_DONE), ==, kept);

  make_call (fixture, "roll_dice", "{\"dice\":\"2x6\"}", SG_TOOL_CALL_REFUSED);
  make_call (fixture, "roll_dice", "{}", SG_TOOL_CALL_REFUSED);
}

static void
test_dice (void)
{
  static const struct { const char *dice; guint n_rolls, n_kept; int min, max; } good[] = {
    { "d20", 1, 1, 1, 20 }, { "2d6+1", 2, 2, 3, 13 }, { "3d6-2", 3, 3, 1, 16 },
    { "2d20kh1", 2, 1, 1, 20 }, { "4D6KL3", 4, 3, 3, 18 }, { " 1d8 + 1d6 - 1 ", 2, 2, 1, 13 },
    { "d%", 1, 1, 1, 100 }, { "100d2", 100, 100, 100, 200 }, { "10-d4", 1, 1, 6, 9 },
    { "2d20k", 2, 1, 1, 20 },
  };
  static const char *const bad[] = {
    "", "6", "2x6", "d", "d1", "d1001", "0d6", "101d6", "51d6+50d6", "2d6+", "2d6kh0", "2d6kh3", "2d6 kh",
    "d6;", "999999999999d6", "1d6+1d6+1d6+1d6+1d6+1d6+1d6+1d6+1d6", "d6+99999999999", "-d6",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      for (guint seed = 0; seed < 200; seed++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (SgDiceRoll) roll = sg_dice_roll (good[i].dice, seed, i, &error);

          g_assert_no_error (error);
          g_assert_cmpuint (roll->rolls->len, ==, good[i].n_rolls);
          g_assert_cmpuint (roll->kept->len, ==, good[i].n_kept);
          g_assert_cmpint (roll->total, >=, good[i].min);
          g_assert_cmpint (roll->total, <=, good[i].max);
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_dice_roll (bad[i], 1, 1, &error));
      g_assert_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS);
    }
}

/* The higher of two is the higher of two, and every side comes about as often as the others. */
static void
test_dice_are_fair (void)
{
  guint counts[6] = { 0 };

  for (guint seed = 0; seed < 60000; seed++)
    {
      g_autoptr (SgDiceRoll) roll = sg_dice_roll ("2d6kh1", seed, 3, NULL);
      int a = g_array_index (roll->rolls, int, 0);
      int b = g_array_index (roll->rolls, int, 1);

      g_assert_cmpint (roll->total, ==, MAX (a, b));
      counts[a - 1]++;
    }

  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (counts[i], 10000, 500);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/story-tools/catalog", test_catalog);
  add ("/story-tools/sets", test_sets);
  add ("/story-tools/read-state", test_read_state);
  add ("/story-tools/overview-is-bounded", test_overview_is_bounded);
  add ("/story-tools/update-state", test_update_state);
  add ("/story-tools/update-state-refused", test_update_state_refused);
  add ("/story-tools/memories", test_memories);
  add ("/story-tools/offer-choices", test_offer_choices);
  add ("/story-tools/roll-dice", test_roll_dice);
  g_test_add_func ("/dice/notation", test_dice);
  g_test_add_func ("/dice/fair", test_dice_are_fair);

  return g_test_run ();
}
