/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the runner of the tools costs: prints one JSON object.  The waits are those of tools that
 * do nothing but wait, so what a turn takes beyond the longest chain of them is the runner's (and
 * the timer's: GLib wakes up in whole milliseconds).  A call of the others is counted from
 * sg_tool_runner_add() to the end of the wait, with its span, its result as text, and for
 * update_state its change of the world. */

#include "config.h"

#include <string.h>
#include <time.h>

#include "../tools/runner-fixture.h"

#define WAIT_RUNS 5
#define CALL_RUNS 200
#define CALLS 100

static RunnerFixture fixture;
static SgToolCache *cache;

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

static double
median (GArray *values)
{
  g_array_sort (values, compare_doubles);

  return g_array_index (values, double, values->len / 2);
}

static double
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* A fresh runner to which nobody listens, in the same place of the story as the ones before it. */
static void
renew (SgToolCatalog *catalog)
{
  g_autoptr (SgToolContext) context = NULL;

  runner_fixture_renew (&fixture);
  context = g_object_ref (fixture.context);
  g_clear_object (&fixture.runner);
  fixture.runner = sg_tool_runner_new (catalog, context, fixture.trace, 0);
  sg_tool_cache_begin (cache, 1, 0, 0);
  sg_tool_runner_set_cache (fixture.runner, cache, TRUE);
}

/* How much longer than @expected_ms the calls take, one a string; the middle of several runs, in
 * milliseconds. */
static double
measure_wait (const char *const *calls,
              double             expected_ms)
{
  g_autoptr (GArray) over = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint run = 0; run < WAIT_RUNS; run++)
    {
      gint64 begin;
      double ms;

      renew (fixture.catalog);
      begin = g_get_monotonic_time ();
      for (guint i = 0; calls[i] != NULL; i++)
        runner_fixture_add (&fixture, "probe_read", "%s", calls[i]);
      runner_fixture_wait (&fixture);
      ms = (g_get_monotonic_time () - begin) / 1000.0 - expected_ms;
      g_array_append_val (over, ms);
    }

  return median (over);
}

typedef struct
{
  double wall_us;
  double cpu_us;
} Cost;

/* What a call costs of CALLS like it; @format takes the number of the call. */
static Cost
measure_calls (SgToolCatalog *catalog,
               const char    *name,
               const char    *format)
{
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  const char *tail = strstr (format, "%u");

  for (guint i = 0; i < CALLS; i++)
    g_ptr_array_add (arguments, tail != NULL ? g_strdup_printf ("%.*s%u%s", (int) (tail - format), format,
                                                                i, tail + 2)
                                             : g_strdup (format));

  for (guint run = 0; run < CALL_RUNS; run++)
    {
      double cpu_begin, cpu_us, wall_us;
      gint64 begin;

      renew (catalog);
      begin = g_get_monotonic_time ();
      cpu_begin = get_cpu_us ();
      for (guint i = 0; i < CALLS; i++)
        sg_tool_runner_add (fixture.runner, "call", name, g_ptr_array_index (arguments, i));
      runner_fixture_wait (&fixture);
      cpu_us = (get_cpu_us () - cpu_begin) / CALLS;
      wall_us = (double) (g_get_monotonic_time () - begin) / CALLS;
      g_array_append_val (cpu, cpu_us);
      g_array_append_val (wall, wall_us);
    }

  return (Cost) { median (wall), median (cpu) };
}

static void
print_cost (const char *name,
            Cost        cost,
            const char *end)
{
  g_print ("  \"%s\": {\"wall_us_a_call\": %.2f, \"cpu_us_a_call\": %.2f}%s\n", name, cost.wall_us,
           cost.cpu_us, end);
}

int
main (int    argc,
      char **argv)
{
  static const char *const five[] = {
    "{'ms':200,'value':1}", "{'ms':200,'value':2}", "{'ms':200,'value':3}", "{'ms':200,'value':4}",
    "{'ms':200,'value':5}", NULL };
  static const char *const ten[] = {
    "{'ms':200,'value':1}", "{'ms':200,'value':2}", "{'ms':200,'value':3}", "{'ms':200,'value':4}",
    "{'ms':200,'value':5}", "{'ms':200,'value':6}", "{'ms':200,'value':7}", "{'ms':200,'value':8}",
    "{'ms':200,'value':9}", "{'ms':200,'value':10}", NULL };
  static const char *const chain[] = {
    "{'ms':200,'value':1}", "{'ms':200,'value':'then $1.value'}", "{'ms':200,'value':'then $2.value'}", NULL };

  /* Two chains that cross: 40 + 160 beside 160 + 40, then 50.  Level by level it would be 370. */
  static const char *const diamond[] = {
    "{'ms':40,'value':1}", "{'ms':160,'value':2}", "{'ms':160,'value':'$1.value'}",
    "{'ms':40,'value':'$2.value'}", "{'ms':50,'value':'$3.value$4.value'}", NULL };
  g_autoptr (SgToolCatalog) story = sg_tool_catalog_new_default ();
  SgToolCacheFigures figures;

  cache = sg_tool_cache_new ();
  runner_fixture_set_up (&fixture, NULL);

  g_print ("{\n  \"bench\": \"runner\",\n");
  g_print ("  \"five_of_200_ms_over_ms\": %.3f,\n", measure_wait (five, 200));
  g_print ("  \"ten_of_200_ms_over_ms\": %.3f,\n", measure_wait (ten, 200));
  g_print ("  \"chain_of_three_200_ms_over_ms\": %.3f,\n", measure_wait (chain, 600));
  g_print ("  \"diamond_over_critical_path_ms\": %.3f,\n", measure_wait (diamond, 250));
  print_cost ("noop_100", measure_calls (fixture.catalog, "noop", "{}"), ",");
  print_cost ("async_100", measure_calls (fixture.catalog, "probe_read", "{\"value\":%u}"), ",");
  print_cost ("coalesced_100", measure_calls (fixture.catalog, "instant_read", "{\"key\":\"a\"}"), ",");
  print_cost ("dependent_100", measure_calls (fixture.catalog, "instant_write",
                                              "{\"key\":\"a\",\"value\":%u}"), ",");
  print_cost ("update_state_100",
              measure_calls (story, "update_state",
                             "{\"entity\":\"lamp %u\",\"set\":{\"lit\":true,\"place\":\"cellar\"}}"), ",");
  print_cost ("roll_dice_100", measure_calls (story, "roll_dice", "{\"dice\":\"2d6+%u\"}"), ",");
  print_cost ("cached_100", measure_calls (fixture.catalog, "kept_read", "{\"key\":\"a\",\"value\":%u}"), ",");
  sg_tool_cache_get_figures (cache, "kept_read", &figures);
  g_assert_cmpuint (figures.misses, ==, CALLS);
  g_assert_cmpuint (figures.hits, ==, CALLS * (CALL_RUNS - 1));
  print_cost ("cached_read_state_100", measure_calls (story, "read_state", "{\"entity\":\"lamp %u\"}"), "");
  g_print ("}\n");

  runner_fixture_tear_down (&fixture, NULL);
  g_object_unref (cache);

  return 0;
}
