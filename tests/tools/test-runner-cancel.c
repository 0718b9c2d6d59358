/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A turn can be stopped at every moment.  From then on nothing that still runs changes the world
 * of the turn, no call starts, and every call says what became of it. */

#include "config.h"

#include "runner-fixture.h"

/* The end of a wait that may or may not have been stopped in time. */
typedef enum
{
  WAITING,
  OVER,
  STOPPED,
} WaitState;

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  WaitState *state = user_data;

  *state = sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, NULL) ? OVER : STOPPED;
}

static void
cancelled_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_false (sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *done = TRUE;
}

/* A turn with something of everything: running, waiting for a result, a conflict, a place and a
 * call that never comes. */
static void
add_calls (RunnerFixture *fixture)
{
  sg_tool_runner_set_limit (fixture->runner, 4);
  runner_fixture_add (fixture, "instant_write", "{'key':'a','value':1}");
  runner_fixture_add (fixture, "probe_write", "{'ms':3,'key':'b','value':1,'stubborn':true}");
  runner_fixture_add (fixture, "probe_write", "{'ms':2,'key':'c','value':1}");
  runner_fixture_add (fixture, "probe_write", "{'ms':1,'key':'$2.name','append':'x'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'c'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'c'}");
  runner_fixture_add (fixture, "probe_write", "{'ms':1,'unknown':true,'key':'d','value':1}");
  runner_fixture_add (fixture, "probe_read", "{'value':'$40.value'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':2,'compute':true}");
  runner_fixture_add (fixture, "instant_write", "{'key':'e','value':'$3.value'}");
}

static char *
dup_world (RunnerFixture *fixture)
{
  g_autoptr (JsonNode) node = sg_world_to_json (fixture->world);

  return json_to_string (node, FALSE);
}

/* What is asserted of a turn that was stopped. */
static void
check_stopped (RunnerFixture *fixture,
               const char    *world)
{
  g_autofree char *later = NULL;
  guint n_runs = runner_fixture_get_n_runs ();
  guint n_cancelled = 0;

  for (guint i = 0; i < sg_tool_runner_get_n_calls (fixture->runner); i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (fixture->runner, i);

      g_assert_cmpint (call->status, >, SG_TOOL_CALL_RUNNING);
      g_assert_nonnull (call->result);
      if (call->status == SG_TOOL_CALL_CANCELLED)
        n_cancelled++;
      if (call->begin_us > 0)
        g_assert_cmpint (call->end_us, >=, call->begin_us);
    }
  g_assert_cmpuint (n_cancelled, >, 0);
  g_assert_false (sg_trace_is_running (fixture->trace));
  g_assert_cmpuint (fixture->n_running, ==, 0);

  runner_fixture_sleep (8);
  later = dup_world (fixture);
  g_assert_cmpstr (later, ==, world);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, n_runs);
}

static void
test_every_moment (RunnerFixture *fixture,
                   gconstpointer  data)
{
  gboolean by_cancellable = GPOINTER_TO_INT (data);

  guint n_stopped = 0;

  for (guint n_iterations = 0; ; n_iterations++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autofree char *world = NULL;
      WaitState state = WAITING;

      runner_fixture_renew (fixture);
      add_calls (fixture);
      sg_tool_runner_wait_async (fixture->runner, cancellable, ended_cb, &state);
      for (guint i = 0; i < n_iterations && state == WAITING; i++)
        g_main_context_iteration (NULL, TRUE);
      if (state == OVER)
        break;

      world = dup_world (fixture);
      if (by_cancellable)
        g_cancellable_cancel (cancellable);
      else
        sg_tool_runner_cancel (fixture->runner);
      while (state == WAITING)
        g_main_context_iteration (NULL, TRUE);

      g_assert_cmpint (state, ==, STOPPED);
      check_stopped (fixture, world);
      n_stopped++;
    }

  /* How many moments there are depends on how the threads' answers gather; there are always some. */
  g_assert_cmpuint (n_stopped, >, 2);
}

/* The wait may be cancelled before it begins. */
static void
test_cancelled_before (RunnerFixture *fixture,
                       gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;

  add_calls (fixture);
  g_cancellable_cancel (cancellable);
  sg_tool_runner_wait_async (fixture->runner, cancellable, cancelled_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  check_stopped (fixture, "{}");
}

static void
test_add_after (RunnerFixture *fixture,
                gconstpointer  data)
{
  gboolean done = FALSE;
  const SgToolCall *call;

  sg_tool_runner_cancel (fixture->runner);
  sg_tool_runner_cancel (fixture->runner);
  call = runner_fixture_add (fixture, "instant_write", "{'key':'a','value':1}");
  sg_tool_runner_wait_async (fixture->runner, NULL, cancelled_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  runner_fixture_sleep (1);

  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_CANCELLED);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 0);
  g_assert_null (sg_world_get (fixture->world, "a", "v"));
}

static void
cancel_cb (SgToolRunner *runner,
           SgToolCall   *call,
           gpointer      user_data)
{
  if (call->position == GPOINTER_TO_UINT (user_data))
    {
      sg_tool_runner_add (runner, NULL, "instant_write", "{\"key\":\"z\",\"value\":1}");
      sg_tool_runner_cancel (runner);
      sg_tool_runner_add (runner, NULL, "instant_write", "{\"key\":\"z\",\"value\":1}");
    }
}

/* From inside of a signal, before a call has begun to work and after it is done. */
static void
test_in_handler (RunnerFixture *fixture,
                 gconstpointer  data)
{
  for (guint i = 0; i < 8; i++)
    {
      const char *signal = i % 2 ? "call-started" : "call-finished";
      gboolean done = FALSE;
      g_autofree char *world = NULL;

      runner_fixture_renew (fixture);
      g_signal_connect (fixture->runner, signal, G_CALLBACK (cancel_cb), GUINT_TO_POINTER (i / 2));
      add_calls (fixture);
      sg_tool_runner_wait_async (fixture->runner, NULL, cancelled_cb, &done);
      while (!done)
        g_main_context_iteration (NULL, TRUE);
      runner_fixture_sleep (1);
      world = dup_world (fixture);
      g_assert_null (sg_world_get (fixture->world, "z", "v"));
      check_stopped (fixture, world);
    }
}

/* A runner that is dropped stops by itself. */
static void
test_dropped (RunnerFixture *fixture,
              gconstpointer  data)
{
  add_calls (fixture);
  g_clear_object (&fixture->runner);
  runner_fixture_sleep (8);

  g_assert_null (sg_world_get (fixture->world, "a", "v"));
  g_assert_null (sg_world_get (fixture->world, "b", "v"));
}

static void
drop_cb (SgToolRunner *runner,
         SgToolCall   *call,
         gpointer      user_data)
{
  RunnerFixture *fixture = user_data;

  g_clear_object (&fixture->runner);
}

static void
test_dropped_in_handler (RunnerFixture *fixture,
                         gconstpointer  data)
{
  g_signal_connect (fixture->runner, "call-finished", G_CALLBACK (drop_cb), fixture);
  add_calls (fixture);
  runner_fixture_sleep (8);
  g_assert_null (fixture->runner);
}

#define add(path, data, func) \
  g_test_add (path, RunnerFixture, data, runner_fixture_set_up, func, runner_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/runner-cancel/every-moment", GINT_TO_POINTER (FALSE), test_every_moment);
  add ("/runner-cancel/every-moment-by-cancellable", GINT_TO_POINTER (TRUE), test_every_moment);
  add ("/runner-cancel/before", NULL, test_cancelled_before);
  add ("/runner-cancel/add-after", NULL, test_add_after);
  add ("/runner-cancel/in-handler", NULL, test_in_handler);
  add ("/runner-cancel/dropped", NULL, test_dropped);
  add ("/runner-cancel/dropped-in-handler", NULL, test_dropped_in_handler);

  return g_test_run ();
}
