/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random turns: whatever the graph, the delays and the moments at which the calls come in, the
 * results and the world are those of the same calls made one after the other. */

#include "config.h"

#include "runner-fixture.h"

#include <string.h>

#define MAX_CALLS 24

/* Reads are tried twice, so that two that fail are at most four failures, one less than a breaker takes. */
#define MAX_FAILS 2

static const char *const things[] = { "a", "b", "c", "d" };
static const char *const tools[] = { "probe_read", "instant_read", "probe_write", "instant_write" };

typedef struct
{
  gboolean  writes;
  gboolean  instant;
  gboolean  unknown;
  gboolean  fails;
  gboolean  appends;
  guint     ms;
  guint     thing;

  /* Positions of the calls whose results are used, or -1. */
  int       key_from;
  int       value_from;
  int       after;

  /* By the sequential execution. */
  gboolean  done;
  char     *value;
  char     *name;
} Call;

static int
random_earlier (guint  position,
                double chance)
{
  return position > 0 && g_test_rand_double () < chance ? g_test_rand_int_range (0, position) : -1;
}

static void
make_call (Call  *call,
           guint  position)
{
  memset (call, 0, sizeof *call);
  call->writes = g_test_rand_double () < 0.5;
  call->instant = g_test_rand_double () < 0.4;
  call->unknown = g_test_rand_double () < 0.05;
  call->fails = g_test_rand_double () < 0.07;
  call->appends = g_test_rand_double () < 0.7;
  call->ms = g_test_rand_int_range (0, 3);
  call->thing = g_test_rand_int_range (0, G_N_ELEMENTS (things));
  call->key_from = random_earlier (position, 0.15);
  call->value_from = random_earlier (position, 0.25);
  call->after = random_earlier (position, 0.1);
}

static char *
write_arguments (const Call *call,
                 guint       position)
{
  GString *out = g_string_new ("{");

  if (call->key_from >= 0)
    g_string_append_printf (out, "\"key\":\"$%d.name\"", call->key_from + 1);
  else
    g_string_append_printf (out, "\"key\":\"%s\"", things[call->thing]);
  g_string_append_printf (out, ",\"ms\":%u", call->ms);
  if (call->unknown)
    g_string_append (out, ",\"unknown\":true");
  if (call->fails)
    g_string_append (out, ",\"fail\":true");
  if (call->after >= 0)
    g_string_append_printf (out, ",\"depends_on\":[%d]", call->after + 1);

  /* Reads without a value of their own are often equal, and then answered once. */
  if (!call->writes && call->value_from < 0)
    {
      g_string_append_c (out, '}');
      return g_string_free (out, FALSE);
    }

  g_string_append_printf (out, ",\"%s\":\"", call->appends && call->writes ? "append" : "value");
  if (call->value_from >= 0)
    g_string_append_printf (out, "<$%d.value>", call->value_from + 1);
  g_string_append_printf (out, "%u\"}", position);

  return g_string_free (out, FALSE);
}

/* The plain meaning of the calls: one after the other. */
static void
run_sequentially (Call       *calls,
                  guint       n_calls,
                  GHashTable *state)
{
  for (guint i = 0; i < n_calls; i++)
    {
      Call *call = &calls[i];
      const int inputs[] = { call->key_from, call->value_from, call->after };
      g_autofree char *value = NULL;
      gboolean runs = TRUE;
      const char *old;

      for (guint j = 0; j < G_N_ELEMENTS (inputs); j++)
        runs = runs && (inputs[j] < 0 || calls[inputs[j]].done);

      /* A thing that has no value yet gives none, so there is nothing to refer to. */
      if (runs && call->value_from >= 0 && calls[call->value_from].value == NULL)
        runs = FALSE;
      if (!runs)
        continue;

      call->name = g_strdup (call->key_from >= 0 ? calls[call->key_from].name : things[call->thing]);
      value = call->value_from >= 0 ? g_strdup_printf ("<%s>%u", calls[call->value_from].value, i)
                                    : g_strdup_printf ("%u", i);
      call->done = !call->fails;
      if (call->fails)
        continue;

      old = g_hash_table_lookup (state, call->name);
      if (call->writes)
        g_hash_table_insert (state, g_strdup (call->name),
                             call->appends ? g_strconcat (old != NULL ? old : "", value, NULL)
                                           : g_strdup (value));
      call->value = g_strdup (g_hash_table_lookup (state, call->name));
    }
}

static void
clear_calls (Call  *calls,
             guint  n_calls)
{
  for (guint i = 0; i < n_calls; i++)
    {
      g_free (calls[i].value);
      g_free (calls[i].name);
    }
}

static void
check_result (const Call       *call,
              const SgToolCall *made)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *result;

  g_assert_cmpint (made->status == SG_TOOL_CALL_DONE, ==, call->done);
  if (!call->done)
    return;

  node = json_from_string (made->result, NULL);
  result = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (result, "name"), ==, call->name);
  g_assert_cmpstr (json_object_get_string_member_with_default (result, "value", NULL), ==, call->value);
}

/* No call begins before those that it uses are done. */
static void
check_order (const Call   *calls,
             guint         position,
             SgToolRunner *runner)
{
  const int inputs[] = { calls[position].key_from, calls[position].value_from, calls[position].after };
  const SgToolCall *call = sg_tool_runner_get_call (runner, position);

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      if (inputs[i] < 0 || call->begin_us == 0)
        continue;
      g_assert_cmpint (sg_tool_runner_get_call (runner, inputs[i])->end_us, <=, call->begin_us);
      g_assert_cmpuint (sg_tool_runner_get_call (runner, inputs[i])->level, <, call->level);
    }
}

/* A tool that fails again and again is left alone, which the plain meaning knows nothing of: there is a fresh one for each
 * turn, and no turn has so many failures. */
static void
mend_tools (RunnerFixture *fixture)
{
  g_autoptr (SgClock) clock = sg_clock_new ();

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    sg_tool_set_clock (sg_tool_catalog_lookup (fixture->catalog, tools[i]), clock);
}

static void
run_once (RunnerFixture *fixture)
{
  guint n_fails = 0;
  Call calls[MAX_CALLS];
  guint n_calls = g_test_rand_int_range (1, MAX_CALLS + 1);
  guint limit = g_test_rand_int_range (1, 11);
  g_autoptr (GHashTable) state = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  runner_fixture_renew (fixture);
  mend_tools (fixture);
  sg_tool_runner_set_limit (fixture->runner, limit);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autofree char *arguments = NULL;

      make_call (&calls[i], i);
      calls[i].fails = calls[i].fails && ++n_fails <= MAX_FAILS;
      arguments = write_arguments (&calls[i], i);
      sg_tool_runner_add (fixture->runner, NULL,
                          tools[(calls[i].writes ? 2 : 0) + (calls[i].instant ? 1 : 0)], arguments);
      while (g_test_rand_double () < 0.3)
        g_main_context_iteration (NULL, FALSE);
    }
  runner_fixture_wait (fixture);

  run_sequentially (calls, n_calls, state);
  for (guint i = 0; i < n_calls; i++)
    {
      check_result (&calls[i], sg_tool_runner_get_call (fixture->runner, i));
      check_order (calls, i, fixture->runner);
    }
  for (guint i = 0; i < G_N_ELEMENTS (things); i++)
    g_assert_cmpstr (sg_world_get_string (fixture->world, things[i], "v"), ==,
                     g_hash_table_lookup (state, things[i]));
  g_assert_cmpuint (fixture->most_running, <=, n_calls);
  g_assert_false (sg_trace_is_running (fixture->trace));

  clear_calls (calls, n_calls);
}

static void
test_as_if_sequential (RunnerFixture *fixture,
                       gconstpointer  data)
{
  guint n_turns = g_test_slow () ? 5000 : 250;

  for (guint i = 0; i < n_turns; i++)
    run_once (fixture);
}

/* Whether call @from uses the result of @to, directly or over others. */
static gboolean
uses (const int (*inputs)[2],
      guint       from,
      guint       to,
      guint       n_calls,
      guint       depth)
{
  for (guint i = 0; i < 2 && depth <= n_calls; i++)
    {
      int next = inputs[from][i];

      if (next >= 0 && (guint) next < n_calls
          && ((guint) next == to || uses (inputs, next, to, n_calls, depth + 1)))
        return TRUE;
    }

  return FALSE;
}

/* Whether a call can be done: nothing that it needs is missing or waits for itself. */
static gboolean
can_be_done (const int (*inputs)[2],
             guint       call,
             guint       n_calls)
{
  if (uses (inputs, call, call, n_calls, 0))
    return FALSE;

  for (guint i = 0; i < 2; i++)
    {
      int next = inputs[call][i];

      if (next >= 0 && ((guint) next >= n_calls || !can_be_done (inputs, next, n_calls)))
        return FALSE;
    }

  return TRUE;
}

/* References in all directions, also to calls that never come, together with conflicts: every
 * call gets its answer, and exactly those are done that can be. */
static void
test_any_direction (RunnerFixture *fixture,
                    gconstpointer  data)
{
  guint n_turns = g_test_slow () ? 5000 : 300;

  for (guint turn = 0; turn < n_turns; turn++)
    {
      int inputs[10][2];
      guint n_calls = g_test_rand_int_range (1, G_N_ELEMENTS (inputs) + 1);

      runner_fixture_renew (fixture);
      sg_tool_runner_set_limit (fixture->runner, g_test_rand_int_range (1, 4));
      for (guint i = 0; i < n_calls; i++)
        {
          g_autofree char *after = NULL;
          g_autofree char *key = NULL;

          for (guint j = 0; j < 2; j++)
            inputs[i][j] = g_test_rand_double () < 0.3 ? g_test_rand_int_range (0, n_calls + 1) : -1;

          after = inputs[i][0] >= 0 ? g_strdup_printf ("[%d]", inputs[i][0] + 1) : g_strdup ("[]");
          key = inputs[i][1] >= 0 ? g_strdup_printf ("$%d.name", inputs[i][1] + 1)
                                  : g_strdup (things[g_test_rand_int_range (0, 2)]);
          runner_fixture_add (fixture, g_test_rand_double () < 0.6 ? "probe_write" : "instant_read",
                              "{'key':'%s','append':'%u','depends_on':%s}", key, i, after);
          while (g_test_rand_double () < 0.2)
            g_main_context_iteration (NULL, FALSE);
        }
      runner_fixture_wait (fixture);

      for (guint i = 0; i < n_calls; i++)
        g_assert_cmpint (sg_tool_runner_get_call (fixture->runner, i)->status, ==,
                         can_be_done ((const int (*)[2]) inputs, i, n_calls) ? SG_TOOL_CALL_DONE
                                                                              : SG_TOOL_CALL_REFUSED);
    }
}

/* Stopped anywhere: what is in the world is what calls that are done wrote, and it stays so. */
static void
test_cancel_anywhere (RunnerFixture *fixture,
                      gconstpointer  data)
{
  guint n_turns = g_test_slow () ? 2000 : 100;

  for (guint turn = 0; turn < n_turns; turn++)
    {
      guint n_calls = g_test_rand_int_range (1, MAX_CALLS + 1);
      guint n_done = 0;
      guint n_written = 0;

      runner_fixture_renew (fixture);
      for (guint i = 0; i < n_calls; i++)
        {
          Call call;
          g_autofree char *arguments = NULL;

          make_call (&call, i);
          call.fails = FALSE;
          call.writes = call.appends = TRUE;
          call.value_from = -1;
          arguments = write_arguments (&call, i % 10);
          sg_tool_runner_add (fixture->runner, NULL, call.instant ? "instant_write" : "probe_write",
                              arguments);
          while (g_test_rand_double () < 0.3)
            g_main_context_iteration (NULL, FALSE);
        }
      for (int i = g_test_rand_int_range (0, 30); i > 0; i--)
        g_main_context_iteration (NULL, FALSE);
      sg_tool_runner_cancel (fixture->runner);
      if (turn % 4 == 0)
        runner_fixture_sleep (4);

      for (guint i = 0; i < n_calls; i++)
        {
          const SgToolCall *call = sg_tool_runner_get_call (fixture->runner, i);

          g_assert_cmpint (call->status, >, SG_TOOL_CALL_RUNNING);
          n_done += call->status == SG_TOOL_CALL_DONE;
        }
      for (guint i = 0; i < G_N_ELEMENTS (things); i++)
        {
          const char *value = sg_world_get_string (fixture->world, things[i], "v");

          n_written += value != NULL ? strlen (value) : 0;
        }
      g_assert_cmpuint (n_written, ==, n_done);
    }
}

#define add(path, func) \
  g_test_add (path, RunnerFixture, NULL, runner_fixture_set_up, func, runner_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/runner-random/as-if-sequential", test_as_if_sequential);
  add ("/runner-random/any-direction", test_any_direction);
  add ("/runner-random/cancel-anywhere", test_cancel_anywhere);

  return g_test_run ();
}
