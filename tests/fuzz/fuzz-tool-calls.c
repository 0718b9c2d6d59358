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
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (SgToolCatalog) catalog = sg_tool_catalog_new_default ();
  g_autoptr (SgToolContext) context = sg_tool_context_new (world, NULL, NULL, 1);
  g_autoptr (SgToolRunner) runner = sg_tool_runner_new (catalog, context, NULL, 0);
  gboolean done = FALSE;

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
