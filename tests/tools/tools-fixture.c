/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools-fixture.h"

static void
make_turn (ToolsFixture *fixture)
{
  fixture->world = sg_world_new_overlay (fixture->base);
  fixture->context = sg_tool_context_new (fixture->world, NULL, NULL, 42);
  sg_tool_context_set_scenario (fixture->context, fixture->scenario, "en");
  fixture->runner = sg_tool_runner_new (fixture->catalog, fixture->context, NULL, 0);
}

static void
drop_turn (ToolsFixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_finalize_object (g_steal_pointer (&fixture->context));
  g_assert_finalize_object (g_steal_pointer (&fixture->world));
}

void
tools_set_up (ToolsFixture *fixture,
              gconstpointer data)
{
  fixture->base = sg_world_new ();
  fixture->catalog = sg_tool_catalog_new_default ();
  if (data != NULL)
    {
      g_autofree char *name = g_strconcat (data, ".json", NULL);
      g_autofree char *path =
        g_test_build_filename (G_TEST_DIST, "storyteller", "data", name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (GError) error = NULL;

      fixture->scenario = sg_scenario_new_from_file (file, &error);
      g_assert_no_error (error);
      sg_scenario_fill_world (fixture->scenario, fixture->base);
    }
  make_turn (fixture);
}

/* A thread of the pool lets go of a tool, and of what it worked on, only after it has handed in the result. */
static void
wait_until_gone (gpointer object)
{
  gpointer left = object;

  g_object_add_weak_pointer (object, &left);
  g_object_unref (object);
  while (g_atomic_pointer_get (&left) != NULL)
    g_usleep (100);
}

void
tools_tear_down (ToolsFixture *fixture,
                 gconstpointer data)
{
  drop_turn (fixture);
  wait_until_gone (g_steal_pointer (&fixture->catalog));
  g_assert_finalize_object (fixture->base);
  if (fixture->scenario != NULL)
    wait_until_gone (g_steal_pointer (&fixture->scenario));
}

void
tools_next_turn (ToolsFixture *fixture,
                 gint64        turn)
{
  sg_world_merge (fixture->base, fixture->world, turn);
  drop_turn (fixture);
  make_turn (fixture);
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

void
tools_wait (ToolsFixture *fixture)
{
  gboolean done = FALSE;

  sg_tool_runner_wait_async (fixture->runner, NULL, wait_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

const char *
tools_call (ToolsFixture     *fixture,
            const char       *name,
            const char       *arguments,
            SgToolCallStatus  expected)
{
  const SgToolCall *call = sg_tool_runner_add (fixture->runner, NULL, name, arguments);

  tools_wait (fixture);
  if (call->status != expected)
    g_error ("%s %s: %s", name, arguments, call->result);

  return call->result;
}
