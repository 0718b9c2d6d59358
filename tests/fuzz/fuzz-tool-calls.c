/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model calls: lines of a name, a space and the arguments.  Whatever they are, the turn
 * ends, every call has an answer that is JSON of bounded size, and nothing but what went well is
 * in the world. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-runner.h"

#define MAX_CALLS 40

/* A story with a little of everything that the tools of the world look at. */
static const char scenario_json[] =
  "{\"format\":1,\"id\":\"gate\",\"title\":\"The Gate\",\"summary\":\"A gate.\",\"author\":\"Test\",\"license\":\"CC0-1.0\","
  "\"opening\":\"A yard.\",\"player\":{\"at\":\"yard\"},\"places\":{"
  "\"yard\":{\"name\":\"the yard\",\"description\":\"{?gate.open:Open.|Shut.}\",\"exits\":{\"north\":{\"to\":\"road\","
  "\"if\":\"gate.open or chance 50\",\"blocked\":\"The gate is shut.\",\"do\":[\"advance tide 2\",\"open escape\"]}},"
  "\"on\":{\"leave\":[{\"if\":\"lamp.lit\",\"text\":\"Not with a light.\"}]}},"
  "\"road\":{\"name\":\"the road\",\"description\":\"A road.\",\"dark\":\"not lamp.lit\",\"exits\":{\"south\":\"yard\"},"
  "\"on\":{\"enter\":{\"check\":{\"dice\":\"2d6\"},\"strong\":\"Good.\",\"miss\":\"Bad.\",\"once\":true}}}},"
  "\"people\":{\"mira\":{\"name\":\"Mira\",\"at\":\"yard\",\"description\":\"Mira.\","
  "\"topics\":{\"gate\":{\"words\":[\"gate\"],\"replies\":[{\"if\":\"gate.open\",\"text\":\"It is open.\"},\"Shut.\"]}}}},"
  "\"things\":{\"lamp\":{\"name\":\"lamp\",\"at\":\"player\",\"light\":true,\"description\":\"A lamp.\"},"
  "\"gate\":{\"name\":\"gate\",\"at\":\"yard\",\"fixed\":true,\"openable\":true,\"description\":\"A gate.\"}},"
  "\"goals\":{\"escape\":{\"name\":\"Get out\",\"open\":\"gate.open\",\"on_done\":{\"text\":\"Out.\",\"do\":[\"advance tide -3\",\"end out\"]}}},"
  "\"clocks\":{\"tide\":{\"name\":\"The tide\",\"size\":12,\"at\":{\"2\":{\"do\":[\"advance tide 1\",\"move mira road\"]},"
  "\"3\":{\"do\":[\"advance tide -2\",\"advance tide 2\",{\"remember\":\"The tide turned.\"}]}}}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"text\":\"You are out.\"}}}";

static SgScenario *
make_scenario (void)
{
  g_autoptr (GError) error = NULL;
  SgScenario *scenario = sg_scenario_new_from_data (scenario_json, -1, "gate.json", &error);

  g_assert_no_error (error);

  return scenario;
}

static void
wait_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  gboolean *done = user_data;

  g_assert_true (sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, NULL));
  *done = TRUE;
}

static void
check_call (const SgToolCall *call)
{
  g_autoptr (JsonNode) node = NULL;

  g_assert_cmpint (call->status, >, SG_TOOL_CALL_RUNNING);
  g_assert_cmpuint (strlen (call->result), <, SG_TOOL_RESULT_MAX + 64 * 1024);
  node = json_from_string (call->result, NULL);
  g_assert_true (node != NULL && JSON_NODE_HOLDS_OBJECT (node));
  g_assert_cmpint (json_object_has_member (json_node_get_object (node), "error"), ==,
                   call->status != SG_TOOL_CALL_DONE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_CALLS);
  g_autoptr (SgWorld) base = sg_world_new ();
  g_autoptr (SgWorld) world = sg_world_new_overlay (base);
  g_autoptr (SgToolCatalog) catalog = sg_tool_catalog_new_default ();
  g_autoptr (SgToolContext) context = sg_tool_context_new (world, NULL, NULL, 1);
  g_autoptr (SgToolRunner) runner = sg_tool_runner_new (catalog, context, NULL, 0);
  g_autoptr (SgScenario) scenario = size % 2 == 0 ? make_scenario () : NULL;
  gboolean done = FALSE;

  if (scenario != NULL)
    sg_scenario_fill_world (scenario, base);
  sg_tool_context_set_scenario (context, scenario, "en");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *space = strchr (lines[i], ' ');

      if (space != NULL)
        *space = '\0';
      sg_tool_runner_add (runner, NULL, lines[i], space != NULL ? space + 1 : NULL);
    }

  sg_tool_runner_wait_async (runner, NULL, wait_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < sg_tool_runner_get_n_calls (runner); i++)
    check_call (sg_tool_runner_get_call (runner, i));

  return 0;
}
