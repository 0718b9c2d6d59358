/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools that change who is where, what time it is and what is wanted, in a story of a scenario and in one of none. */

#include "config.h"

#include <string.h>

#include "tools-fixture.h"
#include "tools/sg-tool-json.h"

static const char *
get_string (ToolsFixture *fixture,
            const char   *entity,
            const char   *attribute)
{
  return sg_world_get_string (fixture->world, entity, attribute);
}

static void
assert_keys (ToolsFixture *fixture,
             const char   *name,
             const char   *arguments,
             const char   *expected)
{
  g_autoptr (JsonNode) node = json_from_string (arguments, NULL);
  g_auto (GStrv) keys =
    sg_tool_dup_keys (sg_tool_catalog_lookup (fixture->catalog, name), json_node_get_object (node));
  g_autofree char *joined = g_strjoinv (" ", keys);

  g_assert_cmpstr (joined, ==, expected);
}

/* Independent calls have no key in common, and those that touch the same have one. */
static void
test_keys (ToolsFixture *fixture,
           gconstpointer data)
{
  assert_keys (fixture, "update_world", "{\"set\":{\"Old Lamp\":{},\"anna\":{},\"*\":{}}}",
               "state:old_lamp state:anna");
  assert_keys (fixture, "update_world", "{}", "");
  assert_keys (fixture, "batch_memory", "{}", "memory:*");
  assert_keys (fixture, "update_relationship", "{\"from\":\"Anna\"}", "state:anna");
  assert_keys (fixture, "update_relationship", "{\"from\":\"anna\",\"to\":\"ben\",\"mutual\":true}",
               "state:anna state:ben");
  assert_keys (fixture, "create_character", "{\"name\":\"Old Tom\"}", "state:old_tom state:player");
  assert_keys (fixture, "create_character", "{\"id\":\"tom\",\"name\":\"Old Tom\",\"place\":\"inn\"}",
               "state:tom");
  assert_keys (fixture, "move_to", "{\"place\":\"inn\"}", "state:* memory:*");
  assert_keys (fixture, "move_to", "{\"place\":\"inn\",\"who\":\"anna\"}", "state:anna");
  assert_keys (fixture, "advance_time", "{\"minutes\":5}", "state:story");
  assert_keys (fixture, "advance_time", "{\"clock\":\"tide\"}", "state:* memory:*");
  assert_keys (fixture, "set_goal", "{\"goal\":\"x\"}", "state:* memory:*");
  assert_keys (fixture, "stateful_read", "{}", "state:* reader:narrator");
  assert_keys (fixture, "stateful_read", "{\"entity\":\"Lamp\",\"reader\":\"anna\"}",
               "state:lamp reader:anna");
  assert_keys (fixture, "recall_turns", "{}", "");
  assert_keys (fixture, "look_around", "{}", "state:*");
}

static void
test_update_world (ToolsFixture *fixture,
                   gconstpointer data)
{
  assert_call (fixture, "update_world",
               "{\"set\":{\"Lamp\":{\"lit\":true,\"oil\":3},\"anna\":{\"mood\":\"glad\"}}}",
               "{\"lamp\":{\"set\":[\"lit\",\"oil\"]},\"anna\":{\"set\":[\"mood\"]}}");
  assert_call (fixture, "update_world", "{\"set\":{\"lamp\":{\"oil\":null}}}",
               "{\"lamp\":{\"removed\":[\"oil\"]}}");
  g_assert_true (sg_world_get_boolean (fixture->world, "lamp", "lit"));
  g_assert_null (sg_world_get (fixture->world, "lamp", "oil"));
  g_assert_cmpstr (sg_world_lookup (fixture->world, "anna", "mood")->call, ==, "call_1");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  /* All or nothing. */
  assert_refused (fixture, "update_world", "{\"set\":{\"anna\":{\"mood\":\"sad\"},\"*\":{\"a\":1}}}",
                  "is no name");
  assert_refused (fixture, "update_world", "{\"set\":{\"anna\":{\"mood\":\"sad\"},\"ben\":{}}}",
                  "at least 1");
  assert_refused (fixture, "update_world", "{\"set\":{\"anna\":3}}", "object");
  assert_refused (fixture, "update_world", "{\"set\":{}}", "at least 1");
  g_assert_cmpstr (get_string (fixture, "anna", "mood"), ==, "glad");
}

static void
test_batch_memory (ToolsFixture *fixture,
                   gconstpointer data)
{
  GPtrArray *memories = sg_world_get_new_memories (fixture->world);
  const SgMemory *memory;

  assert_call (fixture, "batch_memory",
               "{\"memories\":[{\"text\":\"The bell fell.\",\"keywords\":[\"bell\",\"tower\"],"
               "\"importance\":9},{\"text\":\"It rained.\"}]}",
               "{\"remembered\":2}");
  g_assert_cmpuint (memories->len, ==, 2);
  memory = g_ptr_array_index (memories, 0);
  g_assert_cmpstr (memory->keywords, ==, "bell tower");
  g_assert_cmpint (memory->importance, ==, 9);
  g_assert_cmpstr (memory->call, ==, "call_1");

  assert_refused (fixture, "batch_memory", "{\"memories\":[{\"text\":\"One.\"},{\"text\":\"  \"}]}",
                  "`memories[1].text` is empty");
  assert_refused (fixture, "batch_memory", "{\"memories\":[]}", "at least 1");
  g_assert_cmpuint (memories->len, ==, 2);
}

static void
test_create_character (ToolsFixture *fixture,
                       gconstpointer data)
{
  assert_call (fixture, "create_character",
               "{\"name\":\"Old Tom\",\"description\":\"A bargeman.\",\"traits\":[\"deaf\",\"kind\"]}",
               "{\"id\":\"old_tom\",\"place\":\"kitchen\"}");
  g_assert_cmpstr (get_string (fixture, "old_tom", "name"), ==, "Old Tom");
  g_assert_cmpstr (get_string (fixture, "old_tom", "kind"), ==, "character");
  g_assert_nonnull (sg_world_get (fixture->world, "old_tom", "traits"));
  g_assert_cmpstr (sg_world_lookup (fixture->world, "old_tom", "name")->call, ==, "call_1");

  assert_call (fixture, "create_character",
               "{\"id\":\"ben\",\"name\":\"Ben\",\"description\":\"A boy.\",\"place\":\"landing stage\"}",
               "{\"id\":\"ben\",\"place\":\"landing\"}");

  /* Nobody is written over, and nothing else. */
  assert_refused (fixture, "create_character", "{\"name\":\"Mira\",\"description\":\"x\"}",
                  "There is `mira` already (Mira)");
  assert_refused (fixture, "create_character", "{\"name\":\"Old  Tom\",\"description\":\"x\"}", "already");
  assert_refused (fixture, "create_character", "{\"name\":\"Tide\",\"description\":\"x\"}", "already");
  assert_refused (fixture, "create_character", "{\"name\":\"Storyteller\",\"description\":\"x\"}", "already");
  assert_refused (fixture, "create_character",
                  "{\"name\":\"Eve\",\"description\":\"x\",\"place\":\"celar\"}", "Did you mean `cellar`?");
  g_assert_false (sg_world_has_entity (fixture->world, "eve"));
  g_assert_cmpstr (get_string (fixture, "old_tom", "description"), ==, "A bargeman.");
}

static void
test_move_player (ToolsFixture *fixture,
                  gconstpointer data)
{
  const char *result;

  sg_world_set_boolean (fixture->base, "mira", "following", TRUE);

  /* What the author wrote for the way and the place happens, and the model hears it. */
  result = tools_call (fixture, "move_to", "{\"place\":\"cellar\"}", SG_TOOL_CALL_DONE);
  g_assert_cmpstr (result, ==,
                   "{\"who\":\"player\",\"place\":\"cellar\",\"from\":\"kitchen\",\"with\":[\"mira\"],"
                   "\"dark\":true,\"happens\":[\"You feel your way down the stair.\","
                   "\"Something cold closes round your ankles.\"]}");
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
  g_assert_cmpstr (get_string (fixture, "player", "place"), ==, "cellar");
  g_assert_cmpstr (get_string (fixture, "mira", "place"), ==, "cellar");
  g_assert_cmpint (sg_world_get_int (fixture->world, "cellar", "visited", 0), ==, 1);
  g_assert_cmpstr (sg_world_lookup (fixture->world, "cellar", "visited")->call, ==, "call_1");

  assert_call (fixture, "move_to", "{\"place\":\"the cellar\"}",
               "{\"who\":\"player\",\"place\":\"cellar\",\"already\":true}");
  assert_call (fixture, "move_to", "{\"place\":\"kitchen\"}",
               "{\"who\":\"player\",\"place\":\"kitchen\",\"from\":\"cellar\",\"with\":[\"mira\"]}");

  /* Once is once. */
  g_assert_null (strstr (tools_call (fixture, "move_to", "{\"place\":\"cellar\"}", SG_TOOL_CALL_DONE),
                         "ankles"));

  /* Two steps at once: the story may have skipped one. */
  g_assert_nonnull (strstr (tools_call (fixture, "move_to", "{\"place\":\"landing\"}", SG_TOOL_CALL_DONE),
                            "no way leads straight there"));

  assert_refused (fixture, "move_to", "{\"place\":\"celler\"}", "Did you mean `cellar`?");
  assert_refused (fixture, "move_to", "{\"place\":\"mira\"}", "`mira` is no place");
  assert_refused (fixture, "move_to", "{\"place\":\"atlantis\"}", "kitchen, cellar, landing");
  g_assert_cmpstr (get_string (fixture, "player", "place"), ==, "landing");

  /* A place that the story has grown by itself. */
  tools_call (fixture, "update_state", "{\"entity\":\"attic\",\"set\":{\"kind\":\"place\"}}", SG_TOOL_CALL_DONE);
  tools_call (fixture, "move_to", "{\"place\":\"attic\"}", SG_TOOL_CALL_DONE);
}

/* Where an author has barred the way it stays barred. */
static void
test_barred_way (ToolsFixture *fixture,
                 gconstpointer data)
{
  static const char json[] =
    "{\"format\":1,\"id\":\"gate\",\"title\":\"G\",\"summary\":\"G.\",\"author\":\"T\",\"license\":\"CC0-1.0\","
    "\"opening\":\"O.\",\"player\":{\"at\":\"yard\"},\"places\":{"
    "\"yard\":{\"name\":\"the yard\",\"description\":\"Y.\",\"exits\":{\"north\":{\"to\":\"road\","
    "\"if\":\"gate.open\",\"blocked\":\"The gate is shut.\",\"do\":\"player.dusty = true\"},\"up\":\"loft\"}},"
    "\"loft\":{\"name\":\"the loft\",\"description\":\"L.\",\"exits\":{\"down\":\"yard\"},"
    "\"on\":{\"leave\":{\"if\":\"not player.brave\",\"text\":\"You dare not.\",\"do\":\"player.afraid = true\"}}},"
    "\"road\":{\"name\":\"the road\",\"description\":\"R.\",\"on\":{\"enter\":{\"do\":\"end away\"}}}},"
    "\"things\":{\"gate\":{\"name\":\"gate\",\"at\":\"yard\",\"fixed\":true,\"openable\":true,\"description\":\"G.\"}},"
    "\"endings\":{\"away\":{\"title\":\"A\",\"text\":\"You are away.\"}}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (json, -1, "gate.json", &error);

  g_assert_no_error (error);
  sg_scenario_fill_world (scenario, fixture->base);
  sg_tool_context_set_scenario (fixture->context, scenario, "en");

  assert_refused (fixture, "move_to", "{\"place\":\"road\"}",
                  "The way north is barred until `gate.open`: The gate is shut.");
  g_assert_cmpstr (get_string (fixture, "player", "place"), ==, "yard");

  tools_call (fixture, "move_to", "{\"place\":\"loft\"}", SG_TOOL_CALL_DONE);
  assert_refused (fixture, "move_to", "{\"place\":\"yard\"}", "The player cannot leave: You dare not.");
  g_assert_null (sg_world_get (fixture->world, "player", "afraid"));
  tools_call (fixture, "update_world", "{\"set\":{\"player\":{\"brave\":true},\"gate\":{\"open\":true}}}",
              SG_TOOL_CALL_DONE);
  tools_call (fixture, "move_to", "{\"place\":\"yard\"}", SG_TOOL_CALL_DONE);

  /* The story ends, in the author's words. */
  assert_call (fixture, "move_to", "{\"place\":\"road\"}",
               "{\"who\":\"player\",\"place\":\"road\",\"from\":\"yard\",\"ending\":\"away\","
               "\"happens\":[\"You are away.\"]}");
  g_assert_true (sg_world_get_boolean (fixture->world, "player", "dusty"));
  sg_tool_context_set_scenario (fixture->context, NULL, NULL);
}

static void
test_move_character (ToolsFixture *fixture,
                     gconstpointer data)
{
  assert_call (fixture, "move_to", "{\"place\":\"landing\",\"who\":\"mira\"}",
               "{\"who\":\"mira\",\"place\":\"landing\",\"from\":\"kitchen\"}");
  g_assert_cmpstr (get_string (fixture, "mira", "place"), ==, "landing");
  g_assert_cmpstr (get_string (fixture, "player", "place"), ==, "kitchen");
  assert_call (fixture, "move_to", "{\"place\":\"nowhere\",\"who\":\"mira\"}",
               "{\"who\":\"mira\",\"place\":\"nowhere\",\"from\":\"landing\"}");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  /* A call that writes names an id; a name is answered with it. */
  assert_refused (fixture, "move_to", "{\"place\":\"cellar\",\"who\":\"the ferrywoman\"}",
                  "Did you mean `mira`? Use the id");
  assert_refused (fixture, "move_to", "{\"place\":\"cellar\",\"who\":\"lamp\"}", "`lamp` is no character");
  assert_refused (fixture, "move_to", "{\"place\":\"nowhere\"}", "no place");
  sg_world_set_boolean (fixture->world, "mira", "dead", TRUE);
  assert_refused (fixture, "move_to", "{\"place\":\"cellar\",\"who\":\"mira\"}", "is dead");
}

static void
test_move_freely (ToolsFixture *fixture,
                  gconstpointer data)
{
  tools_call (fixture, "create_character", "{\"name\":\"Anna\",\"description\":\"A guide.\"}", SG_TOOL_CALL_DONE);
  assert_call (fixture, "move_to", "{\"place\":\"Old Mill\"}", "{\"who\":\"player\",\"place\":\"old_mill\"}");
  tools_call (fixture, "update_state", "{\"entity\":\"anna\",\"set\":{\"place\":\"old_mill\",\"following\":true}}",
              SG_TOOL_CALL_DONE);
  assert_call (fixture, "move_to", "{\"place\":\"weir\"}",
               "{\"who\":\"player\",\"place\":\"weir\",\"from\":\"old_mill\",\"with\":[\"anna\"]}");
  g_assert_cmpint (sg_world_get_int (fixture->world, "weir", "visited", 0), ==, 1);
  assert_call (fixture, "move_to", "{\"place\":\"old mill\"}",
               "{\"who\":\"player\",\"place\":\"old_mill\",\"from\":\"weir\",\"with\":[\"anna\"]}");
  g_assert_cmpint (sg_world_get_int (fixture->world, "old_mill", "visited", 0), ==, 2);
  assert_refused (fixture, "move_to", "{\"place\":\"a*\"}", "is no name");
}

static void
test_time (ToolsFixture *fixture,
           gconstpointer data)
{
  assert_call (fixture, "advance_time", "{\"minutes\":90}", "{\"day\":1,\"time\":\"10:30\"}");
  assert_call (fixture, "advance_time", "{\"to\":\"Dusk\"}", "{\"day\":1,\"time\":\"18:00\"}");
  assert_call (fixture, "advance_time", "{\"to\":\"14:30\",\"minutes\":5}", "{\"day\":2,\"time\":\"14:35\"}");
  assert_call (fixture, "advance_time", "{\"minutes\":1440}", "{\"day\":3,\"time\":\"14:35\"}");
  g_assert_cmpint (sg_world_get_int (fixture->world, "story", "day", 0), ==, 3);
  g_assert_cmpstr (sg_world_lookup (fixture->world, "story", "time")->call, ==, "call_4");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  assert_refused (fixture, "advance_time", "{\"to\":\"soon\"}", "14:30");
  assert_refused (fixture, "advance_time", "{\"to\":\"25:00\"}", "14:30");
  assert_refused (fixture, "advance_time", "{\"to\":\"12:60\"}", "14:30");
  assert_refused (fixture, "advance_time", "{\"to\":\"1\"}", "14:30");
  assert_refused (fixture, "advance_time", "{}", "No time would pass");
  assert_refused (fixture, "advance_time", "{\"minutes\":0}", "at least 1");
  assert_refused (fixture, "advance_time", "{\"clock\":\"tide\"}", "There is no clock `tide`.");

  /* A clock of the story's own. */
  tools_call (fixture, "update_state", "{\"entity\":\"doom\",\"set\":{\"value\":2}}", SG_TOOL_CALL_DONE);
  assert_call (fixture, "advance_time", "{\"clock\":\"doom\",\"by\":-1}", "{\"clock\":\"doom\",\"value\":1}");
}

static void
test_scenario_clock (ToolsFixture *fixture,
                     gconstpointer data)
{
  assert_call (fixture, "advance_time", "{\"clock\":\"tide\"}", "{\"clock\":\"tide\",\"value\":1}");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));

  /* What stands at the marks comes about, told by the model. */
  assert_call (fixture, "advance_time", "{\"clock\":\"The Water\",\"by\":11,\"minutes\":30}",
               "{\"day\":1,\"time\":\"09:30\",\"happens\":[\"From the stair comes a gurgle, like somebody "
               "drinking.\",\"The lowest row of sandbags has begun to weep.\"],\"clock\":\"tide\","
               "\"value\":12}");
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
  assert_call (fixture, "advance_time", "{\"clock\":\"tide\",\"by\":1000}", "{\"clock\":\"tide\",\"value\":16}");
  assert_refused (fixture, "advance_time", "{\"clock\":\"tied\"}", "Did you mean `tide`?");
}

static void
test_goals (ToolsFixture *fixture,
            gconstpointer data)
{
  assert_call (fixture, "set_goal", "{\"goal\":\"fetch_letter\",\"state\":\"done\"}",
               "{\"goal\":\"fetch_letter\",\"state\":\"done\",\"happens\":[\"You have it. Now across the river, "
               "before the river comes across to you.\"]}");
  g_assert_cmpstr (get_string (fixture, "fetch_letter", "state"), ==, "done");
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));
  assert_call (fixture, "set_goal", "{\"goal\":\"fetch_letter\",\"state\":\"done\"}",
               "{\"goal\":\"fetch_letter\",\"state\":\"done\",\"already\":true}");

  /* One that the story has grown by itself. */
  assert_call (fixture, "set_goal", "{\"goal\":\"Save Mira\",\"state\":\"open\",\"text\":\"Get Mira out.\"}",
               "{\"goal\":\"save_mira\",\"state\":\"open\"}");
  g_assert_cmpstr (get_string (fixture, "save_mira", "name"), ==, "Get Mira out.");
  assert_call (fixture, "set_goal", "{\"goal\":\"save_mira\",\"state\":\"failed\"}",
               "{\"goal\":\"save_mira\",\"state\":\"failed\"}");
  g_assert_cmpstr (get_string (fixture, "save_mira", "name"), ==, "Get Mira out.");

  assert_refused (fixture, "set_goal", "{\"goal\":\"fetch_leter\",\"state\":\"open\"}",
                  "Did you mean `fetch_letter`?");
  assert_refused (fixture, "set_goal", "{\"goal\":\"dance\",\"state\":\"open\"}", "give its `text`");
  assert_refused (fixture, "set_goal", "{\"goal\":\"mira\",\"state\":\"open\",\"text\":\"x\"}",
                  "is something else already");
  assert_refused (fixture, "set_goal", "{\"goal\":\"fetch_letter\",\"state\":\"won\"}", "open");
}

static void
test_look_around (ToolsFixture *fixture,
                  gconstpointer data)
{
  const char *result = tools_call (fixture, "look_around", "{}", SG_TOOL_CALL_DONE);

  g_assert_true (g_str_has_prefix (result, "{\"place\":\"kitchen\",\"name\":\"kitchen\",\"description\":\"A low ")
                 || g_str_has_prefix (result, "{\"place\":\"kitchen\",\"description\":\"A low kitchen"));
  g_assert_nonnull (strstr (result, "\"exits\":[{\"way\":\"down\",\"to\":\"cellar\",\"name\":\"stair\"},"
                                    "{\"way\":\"out\",\"to\":\"landing\",\"name\":\"back door\"}]"));
  g_assert_nonnull (strstr (result, "\"people\":[{\"id\":\"mira\",\"name\":\"Mira\",\"mood\":\"worried\"}]"));
  g_assert_nonnull (strstr (result, "\"things\":[{\"id\":\"lamp\",\"name\":\"brass lamp\",\"lit\":false}]"));
  g_assert_nonnull (strstr (result, "\"carried\":[{\"id\":\"coin\",\"name\":\"silver coin\"}]"));
  /* The key is hidden. */
  g_assert_null (strstr (result, "key"));

  /* In the dark there is nothing but what is carried; with a light there is the chest. */
  tools_call (fixture, "move_to", "{\"place\":\"cellar\"}", SG_TOOL_CALL_DONE);
  result = tools_call (fixture, "look_around", "{}", SG_TOOL_CALL_DONE);
  g_assert_nonnull (strstr (result, "\"dark\":true,\"description\":\"It is pitch dark"));
  g_assert_null (strstr (result, "chest"));
  tools_call (fixture, "update_state", "{\"entity\":\"lamp\",\"set\":{\"place\":\"player\",\"lit\":true}}",
              SG_TOOL_CALL_DONE);
  result = tools_call (fixture, "look_around", "{}", SG_TOOL_CALL_DONE);
  g_assert_nonnull (strstr (result, "\"id\":\"chest\",\"name\":\"oak chest\",\"open\":false,\"locked\":true"));
  g_assert_null (strstr (result, "letter"));

  /* Elsewhere, and what bars a way. */
  result = tools_call (fixture, "look_around", "{\"place\":\"landing stage\"}", SG_TOOL_CALL_DONE);
  g_assert_nonnull (strstr (result, "\"name\":\"ferry\",\"barred\":\"Not without the letter."));
  assert_refused (fixture, "look_around", "{\"place\":\"kithcen\"}", "Did you mean `kitchen`?");
}

static void
test_look_around_freely (ToolsFixture *fixture,
                         gconstpointer data)
{
  assert_refused (fixture, "look_around", "{}", "Nobody knows where the player is");
  tools_call (fixture, "move_to", "{\"place\":\"mill\"}", SG_TOOL_CALL_DONE);
  tools_call (fixture, "create_character", "{\"name\":\"Anna\",\"description\":\"A guide.\"}", SG_TOOL_CALL_DONE);
  tools_call (fixture, "update_world",
              "{\"set\":{\"mill\":{\"name\":\"the old mill\",\"description\":\"Rotten.\",\"exits\":[\"weir\"]},"
              "\"rope\":{\"place\":\"mill\"},\"knife\":{\"place\":\"player\"},"
              "\"ghost\":{\"place\":\"mill\",\"hidden\":true}}}",
              SG_TOOL_CALL_DONE);
  assert_call (fixture, "look_around", "{}",
               "{\"place\":\"mill\",\"name\":\"the old mill\",\"description\":\"Rotten.\",\"exits\":[\"weir\"],"
               "\"people\":[{\"id\":\"anna\",\"name\":\"Anna\"}],\"things\":[{\"id\":\"rope\"}],"
               "\"carried\":[{\"id\":\"knife\"}]}");
}

static void
test_list_characters (ToolsFixture *fixture,
                      gconstpointer data)
{
  tools_call (fixture, "update_relationship", "{\"from\":\"mira\",\"by\":5,\"kind\":\"partner\"}",
              SG_TOOL_CALL_DONE);
  assert_call (fixture, "list_characters", "{}",
               "{\"characters\":[{\"id\":\"mira\",\"name\":\"Mira\",\"place\":\"kitchen\",\"here\":true,"
               "\"mood\":\"worried\",\"toward_player\":5,\"kind\":\"partner\"}]}");
  tools_call (fixture, "create_character",
              "{\"name\":\"Ben\",\"description\":\"A boy.\",\"place\":\"landing\"}", SG_TOOL_CALL_DONE);
  tools_call (fixture, "update_state", "{\"entity\":\"mira\",\"set\":{\"dead\":true}}", SG_TOOL_CALL_DONE);
  assert_call (fixture, "list_characters", "{\"which\":\"all\"}",
               "{\"characters\":[{\"id\":\"ben\",\"name\":\"Ben\",\"place\":\"landing\"},"
               "{\"id\":\"mira\",\"name\":\"Mira\",\"place\":\"kitchen\",\"here\":true,\"dead\":true,"
               "\"mood\":\"worried\",\"toward_player\":5,\"kind\":\"partner\"}]}");
  g_assert_null (strstr (tools_call (fixture, "list_characters", "{\"which\":\"here\"}", SG_TOOL_CALL_DONE),
                         "ben"));
  assert_refused (fixture, "list_characters", "{\"which\":\"none\"}", "known");
}

/* Somebody whom the player has not come across is not among those who are known. */
static void
test_known_characters (ToolsFixture *fixture,
                       gconstpointer data)
{
  tools_call (fixture, "move_to", "{\"place\":\"landing\",\"who\":\"mira\"}", SG_TOOL_CALL_DONE);
  assert_call (fixture, "list_characters", "{\"which\":\"known\"}", "{\"characters\":[]}");
  g_assert_nonnull (strstr (tools_call (fixture, "list_characters", "{\"which\":\"all\"}", SG_TOOL_CALL_DONE),
                            "mira"));
  tools_call (fixture, "update_state", "{\"entity\":\"mira\",\"set\":{\"met\":true}}", SG_TOOL_CALL_DONE);
  g_assert_nonnull (strstr (tools_call (fixture, "list_characters", "{}", SG_TOOL_CALL_DONE), "mira"));
}

/* However many there are, a result stays small. */
static void
test_bounds (ToolsFixture *fixture,
             gconstpointer data)
{
  static const char *const reads[] = { "look_around", "list_characters", "query_relationships",
                                       "stateful_read" };
  g_autofree char *why = g_strnfill (200, 'w');

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *arguments = g_strdup_printf (
        "{\"from\":\"person_%u\",\"score\":%u,\"why\":\"%s\"}", i, i % 100, why);
      g_autofree char *entity = g_strdup_printf ("person_%u", i);

      sg_world_set_string (fixture->base, entity, "kind", "character");
      sg_world_set_string (fixture->base, entity, "place", "mill");
      if (i < 60)
        tools_call (fixture, "update_relationship", arguments, SG_TOOL_CALL_DONE);
    }
  sg_world_set_string (fixture->base, "player", "place", "mill");

  for (guint i = 0; i < G_N_ELEMENTS (reads); i++)
    {
      const char *result = tools_call (fixture, reads[i], "{}", SG_TOOL_CALL_DONE);
      g_autoptr (JsonNode) node = json_from_string (result, NULL);

      g_assert_nonnull (node);
      g_assert_cmpuint (strlen (result), <, SG_TOOL_RESULT_MAX + 4096);
      g_assert_nonnull (strstr (result, "more"));
    }
}

#define add(path, scenario, func) \
  g_test_add (path, ToolsFixture, scenario, tools_set_up, func, tools_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/world-tools/keys", NULL, test_keys);
  add ("/world-tools/update-world", NULL, test_update_world);
  add ("/world-tools/batch-memory", NULL, test_batch_memory);
  add ("/world-tools/create-character", "cellar", test_create_character);
  add ("/world-tools/move-player", "cellar", test_move_player);
  add ("/world-tools/barred-way", NULL, test_barred_way);
  add ("/world-tools/move-character", "cellar", test_move_character);
  add ("/world-tools/move-freely", NULL, test_move_freely);
  add ("/world-tools/time", NULL, test_time);
  add ("/world-tools/scenario-clock", "cellar", test_scenario_clock);
  add ("/world-tools/goals", "cellar", test_goals);
  add ("/world-tools/look-around", "cellar", test_look_around);
  add ("/world-tools/look-around-freely", NULL, test_look_around_freely);
  add ("/world-tools/list-characters", "cellar", test_list_characters);
  add ("/world-tools/known-characters", "cellar", test_known_characters);
  add ("/world-tools/bounds", NULL, test_bounds);

  return g_test_run ();
}
