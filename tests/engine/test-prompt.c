/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-prompt-state.h"
#include "engine/sg-prompt.h"

#include "engine-fixture.h"
#include "llm/sg-openai-model.h"
#include "llm/sg-token-estimate.h"

#include <string.h>

static SgTurnRow *
make_turn (gint64      depth,
           const char *input,
           const char *text)
{
  SgTurnRow *turn = sg_turn_row_new ();

  turn->branch = 1;
  turn->depth = depth;
  turn->mode = g_strdup (depth == 0 ? "opening" : "do");
  turn->input = g_strdup (input);
  turn->text = g_strdup (text);

  return turn;
}

static SgHistory *
make_history (guint n_turns)
{
  SgHistory *history = sg_history_new ();

  for (guint i = 0; i < n_turns; i++)
    sg_history_append (history, make_turn (i, "wait", "Time passes, and nothing else does."), NULL);

  return history;
}

static void
test_history_drops_a_block (void)
{
  g_autoptr (SgHistory) history = make_history (20);

  g_assert_false (sg_history_trim (history, 20, 0, TRUE));
  g_assert_cmpint (sg_history_get_first (history), ==, 0);

  sg_history_append (history, make_turn (20, "wait", "Still."), NULL);
  g_assert_true (sg_history_trim (history, 20, 0, TRUE));
  g_assert_cmpuint (sg_history_get_turns (history)->len, ==, 12);
  g_assert_cmpint (sg_history_get_first (history), ==, 9);

  /* It is then only appended to, for eight turns. */
  for (guint i = 21; i < 29; i++)
    {
      sg_history_append (history, make_turn (i, "wait", "Still."), NULL);
      g_assert_false (sg_history_trim (history, 20, 0, TRUE));
    }
}

static void
test_history_keeps_to_tokens (void)
{
  g_autoptr (SgHistory) history = make_history (50);
  int each = sg_token_estimate ("wait", -1)
             + sg_token_estimate ("Time passes, and nothing else does.", -1) + 8;

  g_assert_true (sg_history_trim (history, 0, each * 20, TRUE));
  g_assert_cmpuint (sg_history_get_turns (history)->len, ==, 12);

  /* The last turn stays, however long it is. */
  g_assert_true (sg_history_trim (history, 0, 1, TRUE));
  g_assert_cmpuint (sg_history_get_turns (history)->len, ==, 1);
  g_assert_false (sg_history_trim (history, 0, 1, TRUE));
}

static void
test_input_forms (void)
{
  static const char *const cases[][3] = {
    { "do", "open the door", "Action: open the door" },
    { "say", "Good morning", "Speech: “Good morning”" },
    { "story", "It rains", "Story: It rains" },
    { "continue", "", "Continue." },
    { "do", "", "Continue." },
    { "opening", "", "Begin the story." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = sg_prompt_dup_input (cases[i][0], cases[i][1]);

      g_assert_cmpstr (text, ==, cases[i][2]);
    }
}

static SgModelRequest *
make_request (SgHistory *history,
              SgWorld   *world,
              GPtrArray *memories,
              int        context)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  SgModelRequest *request = sg_model_request_new (SG_REQUEST_NARRATION);
  SgPromptParts parts = {
    .brief = "The brief.", .tools = "[]", .settings = settings,
    .room = context > 0 ? context : 8000,
    .history = history, .world = world, .memories = memories, .mode = SG_INPUT_DO,
    .input = "look",
  };

  sg_prompt_fill (request, &parts);

  return request;
}

static const SgMessage *
message_at (SgModelRequest *request,
            int             position)
{
  GPtrArray *messages = sg_model_request_get_messages (request);

  return g_ptr_array_index (messages, position < 0 ? (int) messages->len + position : position);
}

static void
test_volatile_comes_last (void)
{
  g_autoptr (SgHistory) history = make_history (3);
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (GPtrArray) memories =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_row_free);
  g_autoptr (SgModelRequest) request = NULL;
  SgMemoryRow *memory = sg_memory_row_new ();

  memory->text = g_strdup ("Mira fears water.");
  g_ptr_array_add (memories, memory);
  sg_world_set_string (world, "player", "place", "quay");
  sg_world_set_string (world, "mira", "place", "quay");
  sg_world_set_string (world, "abbot", "place", "tower");
  sg_world_set_string (world, "storyteller", "last", "nothing of a model's");
  request = make_request (history, world, memories, 0);

  g_assert_cmpint (message_at (request, 0)->role, ==, SG_ROLE_SYSTEM);
  g_assert_cmpstr (message_at (request, 0)->content, ==, "The brief.");
  g_assert_cmpstr (message_at (request, 1)->content, ==, "Begin the story.");
  g_assert_cmpint (message_at (request, 2)->role, ==, SG_ROLE_ASSISTANT);
  g_assert_cmpint (message_at (request, -1)->role, ==, SG_ROLE_USER);
  g_assert_cmpstr (message_at (request, -1)->content, ==,
                   "[What is true now]\nmira: {\"place\":\"quay\"}\nplayer: {\"place\":\"quay\"}\n"
                   "abbot: {\"place\":\"tower\"}\n\n[What may matter]\n- Mira fears water.\n\n"
                   "Action: look");
}

static SgPromptState kept;

static void
assert_state (SgWorld    *world,
              gsize       limit,
              const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) anew = g_string_new (NULL);

  sg_prompt_append_state (text, world, limit, &kept);
  g_assert_cmpstr (text->str, ==, expected);
  sg_prompt_append_state (anew, world, limit, NULL);
  g_assert_cmpstr (anew->str, ==, expected);
}

/* What is kept of the state is what is true, whatever layer changes. */
static void
test_state_follows_the_world (void)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgWorld) overlay = sg_world_new_overlay (world);

  assert_state (overlay, 1000, "");
  sg_world_set_string (world, "lamp", "on", "\"yes\"");
  for (guint i = 0; i < 2; i++)
    assert_state (overlay, 1000, "[What is true now]\nlamp: {\"on\":\"\\\"yes\\\"\"}\n\n");
  sg_world_set_int (overlay, "lamp", "oil", 3);
  assert_state (overlay, 1000, "[What is true now]\nlamp: {\"oil\":3,\"on\":\"\\\"yes\\\"\"}\n\n");
  assert_state (overlay, 4, "");
  assert_state (world, 1000, "[What is true now]\nlamp: {\"on\":\"\\\"yes\\\"\"}\n\n");

  sg_world_set (world, "lamp", "on", NULL, NULL);
  assert_state (overlay, 1000, "[What is true now]\nlamp: {\"oil\":3}\n\n");
  sg_world_merge (world, overlay, 2);
  assert_state (world, 1000, "[What is true now]\nlamp: {\"oil\":3}\n\n");
  sg_prompt_state_clear (&kept);
}

/* What the switch is measured against: as most programs do it, with what changes at the front. */
static void
test_plain_layout (void)
{
  g_autoptr (SgHistory) history = make_history (30);
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (SgModelRequest) request = sg_model_request_new (SG_REQUEST_NARRATION);
  SgPromptParts parts = {
    .brief = "The brief.",
    .settings = settings,
    .history = history,
    .world = world,
    .mode = SG_INPUT_DO,
    .input = "look",
  };

  g_object_set (settings, "stable-prefix", FALSE, "context-tokens", 0, NULL);
  sg_world_set_string (world, "player", "place", "quay");
  sg_prompt_fill (request, &parts);

  g_assert_cmpstr (message_at (request, 0)->content, ==,
                   "The brief.\n[What is true now]\nplayer: {\"place\":\"quay\"}\n\n");
  g_assert_cmpstr (message_at (request, -1)->content, ==, "Action: look");
  /* Twenty turns of history, as the setting says, and not a block less. */
  g_assert_cmpuint (sg_model_request_get_messages (request)->len, ==, 1 + 20 * 2 + 1);
}

static void
test_a_large_world_is_bounded (void)
{
  g_autoptr (SgHistory) history = make_history (1);
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgModelRequest) request = NULL;

  sg_world_set_string (world, "player", "place", "quay");
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("thing_%u", i);

      sg_world_set_string (world, name, "place", "far away");
    }
  request = make_request (history, world, NULL, 0);

  g_assert_cmpuint (strlen (message_at (request, -1)->content), <, 8000);
  g_assert_nonnull (strstr (message_at (request, -1)->content, "player:"));
}

static void
test_a_small_context_is_kept_to (void)
{
  g_autoptr (SgHistory) history = make_history (200);
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgModelRequest) request = make_request (history, world, NULL, 512);
  GPtrArray *messages = sg_model_request_get_messages (request);
  int tokens = 0;

  for (guint i = 0; i < messages->len; i++)
    tokens += sg_token_estimate (((SgMessage *) g_ptr_array_index (messages, i))->content, -1);

  g_assert_cmpint (tokens, <, 512);
  g_assert_cmpuint (messages->len, >, 4);
}

static void
test_settings (void)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *copied = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (SgEngineSettings) copy = NULL;
  int context, preset;

  g_assert_true (sg_engine_settings_set_preset (settings, "fast", &error));
  g_object_get (settings, "context-tokens", &context, NULL);
  g_assert_cmpint (context, ==, 2000);

  g_assert_true (sg_engine_settings_set_key (settings, "context-tokens", "3000", &error));
  g_object_get (settings, "preset", &preset, NULL);
  g_assert_cmpint (preset, ==, SG_PRESET_CUSTOM);
  g_assert_true (sg_engine_settings_set_key (settings, "early-tools", "off", &error));
  g_assert_true (sg_engine_settings_set_key (settings, "temperature", "0.5", &error));
  g_assert_no_error (error);

  json = sg_engine_settings_dup_json (settings);
  g_assert_nonnull (g_strstr_len (json, -1, "{\"preset\":\"custom\",\"context-tokens\":3000,"
                                            "\"history-turns\":5,\"max-tokens\":400,"));
  g_assert_nonnull (strstr (json, "\"temperature\":0.5,"));
  g_assert_nonnull (strstr (json, "\"parallel-tools\":true,\"early-tools\":false,"));

  /* A turn has its settings as they were, whatever is changed meanwhile. */
  copy = sg_engine_settings_copy (settings);
  g_assert_true (sg_engine_settings_set_key (settings, "early-tools", "on", &error));
  copied = sg_engine_settings_dup_json (copy);
  g_assert_cmpstr (copied, ==, json);
  changed = sg_engine_settings_dup_json (settings);
  g_assert_nonnull (strstr (changed, "\"early-tools\":true,"));
}

/* A preset is more than its numbers, and leaves the switches alone. */
static void
test_presets (void)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_engine_settings_is_on (settings, "planner"));
  g_assert_true (sg_engine_settings_is_on (settings, "rule-checks"));
  g_assert_true (sg_engine_settings_set_key (settings, "early-tools", "off", &error));
  g_assert_true (sg_engine_settings_set_preset (settings, "quality", &error));
  g_assert_no_error (error);

  g_assert_true (sg_engine_settings_is_on (settings, "planner"));
  g_assert_true (sg_engine_settings_is_on (settings, "model-checks"));
  g_assert_cmpint (sg_engine_settings_get_number (settings, "tool-set"), ==, SG_TOOL_SET_ALL);
  g_assert_cmpint (sg_engine_settings_get_number (settings, "context-tokens"), ==, 0);
  g_assert_cmpint (sg_engine_settings_get_number (settings, "preset"), ==, SG_PRESET_QUALITY);
  g_assert_false (sg_engine_settings_is_on (settings, "early-tools"));

  g_assert_true (sg_engine_settings_set_key (settings, "planner", "off", &error));
  g_assert_cmpint (sg_engine_settings_get_number (settings, "preset"), ==, SG_PRESET_CUSTOM);
  g_assert_true (sg_engine_settings_set_key (settings, "tools-off", "roll_dice", &error));
  g_assert_cmpstr (sg_engine_settings_get_text (settings, "tools-off"), ==, "roll_dice");
}

static void
test_switches (void)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autofree const char **switches = sg_engine_settings_list_switches ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length ((char **) switches), ==, 16);
  for (guint i = 0; switches[i] != NULL; i++)
    g_assert_true (sg_engine_settings_is_on (settings, switches[i]));

  g_assert_true (sg_engine_settings_set_key (settings, "optimisations", "off", &error));
  g_assert_no_error (error);
  for (guint i = 0; switches[i] != NULL; i++)
    g_assert_false (sg_engine_settings_is_on (settings, switches[i]));
  g_assert_cmpint (sg_engine_settings_get_number (settings, "preset"), ==, SG_PRESET_BALANCED);
}

static void
test_wrong_settings (void)
{
  static const char *const cases[][3] = {
    { "preset", "faster", "There is no preset “faster”. There are fast, balanced, quality and "
                          "custom." },
    { "colour", "red", "There is no setting “colour”." },
    { "max-tokens", "many", "The setting “max-tokens” cannot be “many”: it takes a whole number "
                            "from 0 to 1000000." },
    { "temperature", "hot", "The setting “temperature” cannot be “hot”: it takes a number from -1 "
                            "to 5." },
    { "early-tools", "yes", "The setting “early-tools” cannot be “yes”: it takes “on” or “off”." },
  };
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sg_engine_settings_set_key (settings, cases[i][0], cases[i][1], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, cases[i][2]);
    }
}

/* What stands at the front of every prompt, the tools included, leaves room for the state, the words and a reply,
 * also where the scenario is long and the context is not. */
static void
test_a_brief_leaves_room (Fixture      *fixture,
                          gconstpointer data)
{
  static const int rooms[] = { 4096, 6000, 8192, 16384 };
  SgToolCatalog *catalog = sg_session_get_catalog (fixture->session);
  const char *tools = sg_tool_catalog_get_json (catalog);
  g_autofree char *whole = sg_prompt_dup_brief (fixture->story, catalog, 0);

  g_assert_cmpint (sg_prompt_estimate_fixed (whole, tools), >, 4096);
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      g_autofree char *brief = sg_prompt_dup_brief (fixture->story, catalog, rooms[i]);

      g_assert_cmpint (sg_prompt_estimate_fixed (brief, tools), <, rooms[i] * 85 / 100);
    }
}

/* A server may name any context, and count any number of tokens; neither is ever taken for no limit. */
static void
test_room_is_a_limit (void)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, "localhost:8080", "tiny", NULL);
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();

  g_object_set (settings, "context-tokens", 0, NULL);
  g_assert_cmpint (sg_prompt_get_room (settings, model), ==, 0);
  sg_openai_model_set_context_size (SG_OPENAI_MODEL (model), G_MAXINT64);
  g_assert_cmpint (sg_prompt_get_room (settings, model), ==, G_MAXINT);

  g_object_set (settings, "context-tokens", 8000, NULL);
  g_assert_cmpint (sg_prompt_get_room (settings, model), ==, 8000);
  sg_openai_model_learn (SG_OPENAI_MODEL (model), 1, 1000000, 0);
  g_assert_cmpint (sg_prompt_get_room (settings, model), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/prompt/history-drops-a-block", test_history_drops_a_block);
  g_test_add_func ("/prompt/history-keeps-to-tokens", test_history_keeps_to_tokens);
  g_test_add_func ("/prompt/input-forms", test_input_forms);
  g_test_add_func ("/prompt/volatile-comes-last", test_volatile_comes_last);
  g_test_add_func ("/prompt/state-follows-the-world", test_state_follows_the_world);
  g_test_add_func ("/prompt/plain-layout", test_plain_layout);
  g_test_add_func ("/prompt/a-large-world-is-bounded", test_a_large_world_is_bounded);
  g_test_add_func ("/prompt/a-small-context-is-kept-to", test_a_small_context_is_kept_to);
  g_test_add ("/prompt/a-brief-leaves-room", Fixture, NULL, fixture_set_up_temple, test_a_brief_leaves_room,
              fixture_tear_down);
  g_test_add_func ("/prompt/room-is-a-limit", test_room_is_a_limit);
  g_test_add_func ("/prompt/settings", test_settings);
  g_test_add_func ("/prompt/presets", test_presets);
  g_test_add_func ("/prompt/switches", test_switches);
  g_test_add_func ("/prompt/wrong-settings", test_wrong_settings);

  return g_test_run ();
}
