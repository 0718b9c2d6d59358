/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What earlier turns have read answers later ones only where reading again would give the same. */

#include "config.h"

#include <string.h>

#include "runner-fixture.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#define TURNS 400
#define MAX_CALLS 10

static const char *const lamp[] = { "state:lamp", NULL };
static const char *const door[] = { "state:door", NULL };
static const char *const memory[] = { "memory:*", NULL };
static const char *const all[] = { "state:*", NULL };

static void
store (SgToolCache       *cache,
       const char        *call,
       const char *const *keys)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), call);

  sg_tool_cache_store (cache, "read", call, keys, node, 1000000);
}

static gboolean
has (SgToolCache *cache,
     const char  *call)
{
  g_autoptr (JsonNode) node = sg_tool_cache_lookup (cache, "read", call, g_get_monotonic_time (), NULL);

  g_assert_true (node == NULL || g_str_equal (json_node_get_string (node), call));

  return node != NULL;
}

static void
test_writes (void)
{
  g_autoptr (SgToolCache) cache = sg_tool_cache_new ();

  sg_tool_cache_begin (cache, 1, 4, 0);
  store (cache, "lamp", lamp);
  store (cache, "door", door);
  store (cache, "all", all);
  g_assert_true (has (cache, "lamp"));

  /* What is written hides what was read, and what is read then is not kept. */
  sg_tool_cache_note_write (cache, lamp);
  g_assert_false (has (cache, "lamp"));
  g_assert_false (has (cache, "all"));
  g_assert_true (has (cache, "door"));
  store (cache, "lamp again", lamp);
  g_assert_false (has (cache, "lamp again"));

  /* A turn that is dropped has written nothing. */
  sg_tool_cache_begin (cache, 1, 4, 0);
  g_assert_true (has (cache, "lamp"));
  g_assert_true (has (cache, "all"));

  /* One that commits has. */
  sg_tool_cache_note_write (cache, lamp);
  sg_tool_cache_end (cache, 1, 5);
  sg_tool_cache_begin (cache, 1, 5, 0);
  g_assert_false (has (cache, "lamp"));
  g_assert_false (has (cache, "all"));
  g_assert_true (has (cache, "door"));

  /* Nobody knows what it was. */
  sg_tool_cache_note_write (cache, NULL);
  g_assert_false (has (cache, "door"));
}

static void
test_moves (void)
{
  g_autoptr (SgToolCache) cache = sg_tool_cache_new ();

  sg_tool_cache_begin (cache, 1, 4, 0);
  store (cache, "lamp", lamp);
  store (cache, "memory", memory);

  /* Memories come late, facts never do. */
  sg_tool_cache_begin (cache, 1, 4, 1);
  g_assert_true (has (cache, "lamp"));
  g_assert_false (has (cache, "memory"));

  sg_tool_cache_begin (cache, 2, 4, 1);
  g_assert_false (has (cache, "lamp"));
  store (cache, "lamp", lamp);
  sg_tool_cache_begin (cache, 2, 3, 1);
  g_assert_false (has (cache, "lamp"));
  sg_tool_cache_begin (cache, 2, 4, 1);
  g_assert_false (has (cache, "lamp"));
}

static void
test_bound (void)
{
  g_autoptr (SgToolCache) cache = sg_tool_cache_new ();
  SgToolCacheFigures figures;

  sg_tool_cache_begin (cache, 1, 0, 0);
  for (guint i = 0; i < SG_TOOL_CACHE_SIZE; i++)
    {
      g_autofree char *call = g_strdup_printf ("%u", i);

      store (cache, call, lamp);
    }
  g_assert_true (has (cache, "0"));
  store (cache, "more", lamp);
  store (cache, "more", lamp);

  g_assert_cmpuint (sg_tool_cache_get_size (cache), ==, SG_TOOL_CACHE_SIZE);
  g_assert_true (has (cache, "0"));
  g_assert_false (has (cache, "1"));
  g_assert_true (has (cache, "2"));

  sg_tool_cache_get_figures (cache, "read", &figures);
  g_assert_cmpuint (figures.hits, ==, 3);
  g_assert_cmpuint (figures.misses, ==, 1);
  g_assert_cmpint (figures.saved_us, >, 2000000);
  g_assert_cmpint (figures.saved_us, <=, 3000000);
  sg_tool_cache_get_figures (cache, "other", &figures);
  g_assert_cmpuint (figures.hits + figures.misses, ==, 0);
  sg_tool_cache_get_figures (cache, NULL, &figures);
  g_assert_cmpuint (figures.hits + figures.misses, ==, 4);
}

static void
begin_turn (RunnerFixture *fixture,
            SgToolCache   *cache,
            gint64         depth)
{
  runner_fixture_renew (fixture);
  sg_tool_cache_begin (cache, 1, depth, 0);
  sg_tool_runner_set_cache (fixture->runner, cache, TRUE);
}

/* A read of a turn answers the same one of the next, within the turn also those after it. */
static void
test_turns (RunnerFixture *fixture,
            gconstpointer  data)
{
  g_autoptr (SgToolCache) cache = sg_tool_cache_new ();
  const SgToolCall *first, *call;
  const SgSpan *span;
  g_autofree char *result = NULL;
  SgToolCacheFigures figures;

  begin_turn (fixture, cache, 0);
  first = runner_fixture_add (fixture, "kept_read", "{'key':'a','value':[1],'ms':20}");
  runner_fixture_add (fixture, "probe_read", "{'key':'a','value':[1]}");
  runner_fixture_wait (fixture);
  span = sg_trace_get_span (fixture->trace, first->span);
  g_assert_false (sg_span_get_attribute (span, "cached")->value.boolean);
  g_assert_null (sg_span_get_attribute (span, "saved"));
  call = sg_tool_runner_get_call (fixture->runner, 1);
  g_assert_null (sg_span_get_attribute (sg_trace_get_span (fixture->trace, call->span), "cached"));
  result = g_strdup (first->result);
  sg_tool_cache_end (cache, 1, 1);

  begin_turn (fixture, cache, 1);
  call = runner_fixture_add (fixture, "kept_read", "{'ms':20,'value':[1],'key':'a'}");
  runner_fixture_add (fixture, "kept_read", "{'ms':20,'value':[1],'key':'a'}");
  runner_fixture_add (fixture, "probe_read", "{'value':'$1.name'}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 3);
  g_assert_cmpstr (call->result, ==, result);
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);
  span = sg_trace_get_span (fixture->trace, call->span);
  g_assert_true (sg_span_get_attribute (span, "cached")->value.boolean);
  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 2)->result, ==, "{\"value\":\"a\"}");
  sg_tool_cache_get_figures (cache, NULL, &figures);
  g_assert_cmpuint (figures.hits, ==, 1);
  g_assert_cmpuint (figures.misses, ==, 1);
  g_assert_cmpint (figures.saved_us, >, 10000);
  g_assert_cmpint (sg_span_get_int (span, "saved", 0), ==, figures.saved_us);

  /* What fails is not kept. */
  runner_fixture_add (fixture, "kept_read", "{'fail':true}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (sg_tool_cache_get_size (cache), ==, 1);
}

/* A tool that fails often is left alone after a while; when, depends on which calls come first, and that is
 * not the same in both. */
static gboolean
was_left_alone (SgToolRunner *runner)
{
  for (guint i = 0; i < sg_tool_runner_get_n_calls (runner); i++)
    {
      if (strstr (sg_tool_runner_get_call (runner, i)->result, "\"fallback\":true") != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
close_breakers (SgToolCatalog *catalog)
{
  for (guint i = 0; i < sg_tool_catalog_get_n_tools (catalog); i++)
    {
      SgTool *tool = sg_tool_catalog_lookup (catalog, sg_tool_catalog_get_names (catalog)[i]);
      SgBreaker *breaker = sg_tool_get_breaker (tool);

      sg_breaker_leave (breaker, sg_breaker_enter (breaker, TRUE), SG_BREAKER_SUCCESS);
    }
}

/* Random turns, some of which are dropped, some undone: with a cache they give what they give without. */
static void
test_random (RunnerFixture *fixture,
             gconstpointer  data)
{
  static const char *const things[] = { "lamp", "door", "cat" };
  static const char *const calls[] = {
    "kept_read {'key':'%s'}", "kept_read {'key':'%s'}", "kept_read {'key':'%s','unknown':true}",
    "kept_read {}", "probe_write {'key':'%s','append':'x'}",
    "probe_write {'key':'%s','append':'x','fail':true}",
    "probe_write {'key':'%s','append':'y','unknown':true}",
    "once_write {'key':'%s','append':'z','depends_on':[1]}", "kept_read {'key':'$1.name'}",
    "read_state {}", "read_state {'entity':'%s'}", "read_state {'entity':'%s','attributes':['v','lit']}",
    "update_state {'entity':'%s','set':{'lit':true}}", "update_state {'entity':'%s','set':{'lit':null}}",
    "add_memory {'text':'The %s is old.'}", "search_memories {'query':'%s'}",
  };
  g_autoptr (SgToolCatalog) story = sg_tool_catalog_new_default ();
  g_autoptr (SgToolCache) cache = sg_tool_cache_new ();
  g_autoptr (GPtrArray) worlds = g_ptr_array_new_with_free_func (g_object_unref);
  SgToolCacheFigures figures;
  gint64 branch = 1;

  for (guint i = 0; i < sg_tool_catalog_get_n_tools (story); i++)
    sg_tool_catalog_add (fixture->catalog,
                         sg_tool_catalog_lookup (story, sg_tool_catalog_get_names (story)[i]));
  g_ptr_array_add (worlds, g_object_ref (fixture->base));

  for (guint turn = 0; turn < TURNS; turn++)
    {
      g_autoptr (SgToolRunner) plain = NULL;
      g_autoptr (SgToolContext) context = NULL;
      g_autoptr (SgWorld) world = NULL;
      guint n = g_test_rand_int_range (1, MAX_CALLS);
      guint fate = g_test_rand_int_range (0, 10);
      RunnerFixture other = *fixture;

      g_set_object (&fixture->base, g_ptr_array_index (worlds, worlds->len - 1));
      runner_fixture_renew (fixture);
      sg_tool_cache_begin (cache, branch, worlds->len, 0);
      sg_tool_runner_set_cache (fixture->runner, cache, TRUE);
      world = sg_world_new_overlay (fixture->base);
      context = sg_tool_context_new (world, NULL, NULL, 7);
      plain = sg_tool_runner_new (fixture->catalog, context, NULL, 0);
      sg_tool_runner_set_cache (plain, NULL, FALSE);
      other.runner = plain;

      for (guint i = 0; i < n; i++)
        {
          const char *chosen = calls[g_test_rand_int_range (0, G_N_ELEMENTS (calls))];
          g_auto (GStrv) parts = g_strsplit (chosen, " ", 2);
          g_auto (GStrv) around = g_strsplit (parts[1], "%s", 2);
          g_autofree char *arguments =
            g_strjoinv (things[g_test_rand_int_range (0, G_N_ELEMENTS (things))], around);

          runner_fixture_add (fixture, parts[0], "%s", arguments);
          runner_fixture_add (&other, parts[0], "%s", arguments);
        }
      runner_fixture_wait (fixture);
      runner_fixture_wait (&other);
      close_breakers (fixture->catalog);
      if (was_left_alone (fixture->runner) || was_left_alone (plain))
        continue;
      for (guint i = 0; i < n; i++)
        g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, i)->result, ==,
                         sg_tool_runner_get_call (plain, i)->result);

      if (fate < 7)
        {
          g_ptr_array_add (worlds, g_object_ref (fixture->world));
          sg_tool_cache_end (cache, branch, worlds->len);
        }
      else if (fate == 7 && worlds->len > 1)
        {
          g_ptr_array_set_size (worlds, worlds->len - 1);
          branch++;
        }
    }

  sg_tool_cache_get_figures (cache, NULL, &figures);
  g_assert_cmpuint (figures.hits, >, TURNS / 4);
  g_assert_cmpuint (figures.misses, >, TURNS / 4);
}

#define add(path, func) \
  g_test_add (path, RunnerFixture, NULL, runner_fixture_set_up, func, runner_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-cache/writes", test_writes);
  g_test_add_func ("/tool-cache/moves", test_moves);
  g_test_add_func ("/tool-cache/bound", test_bound);
  add ("/tool-cache/turns", test_turns);
  add ("/tool-cache/random", test_random);

  return g_test_run ();
}
