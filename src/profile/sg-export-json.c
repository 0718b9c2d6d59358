/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A turn as JSON for scripts: names and units are stable, times are microseconds since the
 * submission, and what is not known is left out.
 */

#include "config.h"

#include "profile/sg-breakdown.h"
#include "profile/sg-export-private.h"
#include "profile/sg-turn-figures.h"
#include "profile/sg-verdict.h"

static void
set_known (JsonObject *object,
           const char *key,
           gint64      value)
{
  if (value >= 0)
    json_object_set_int_member (object, key, value);
}

/* Left out where the cache was not asked. */
static void
add_cache (JsonObject           *object,
           const char           *key,
           const SgCacheFigures *figures)
{
  JsonObject *cache;

  if (figures->hits + figures->misses == 0)
    return;

  cache = json_object_new ();
  json_object_set_int_member (cache, "hits", figures->hits);
  json_object_set_int_member (cache, "misses", figures->misses);
  json_object_set_int_member (cache, "saved_us", figures->saved_us);
  json_object_set_object_member (object, key, cache);
}

static JsonObject *
build_figures (SgTrace *trace)
{
  JsonObject *object = json_object_new ();
  SgTurnFigures figures;

  sg_turn_figures_measure (trace, &figures);
  set_known (object, "first_word_us", figures.first_word_us);
  set_known (object, "total_us", figures.total_us);
  set_known (object, "tokens_in", figures.tokens_in);
  set_known (object, "tokens_out", figures.tokens_out);
  set_known (object, "tokens_cached", figures.tokens_cached);
  set_known (object, "tokens_reasoning", figures.tokens_reasoning);
  json_object_set_boolean_member (object, "estimated", figures.estimated);
  if (figures.rate >= 0)
    json_object_set_double_member (object, "tokens_per_second", figures.rate);
  json_object_set_int_member (object, "model_calls", figures.n_model_calls);
  json_object_set_int_member (object, "tool_calls", figures.n_tools);
  add_cache (object, "tool_cache", &figures.cached_tools);
  add_cache (object, "response_cache", &figures.cached_answers);

  return object;
}

static JsonObject *
build_marks (SgTrace *trace)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < SG_N_MARKS; i++)
    set_known (object, sg_mark_to_string (i), sg_trace_get_mark (trace, i));

  return object;
}

static JsonObject *
build_work (SgTrace *trace)
{
  JsonObject *object = json_object_new ();
  SgBreakdown breakdown;
  int percents[SG_N_WORKS];

  sg_breakdown_measure (trace, &breakdown);
  sg_breakdown_get_percents (&breakdown, percents);

  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      JsonObject *part = json_object_new ();

      json_object_set_int_member (part, "us", (gint64) (breakdown.us[i] + 0.5));
      json_object_set_int_member (part, "percent", percents[i]);
      json_object_set_object_member (object, sg_work_to_string (i), part);
    }

  return object;
}

static JsonObject *
build_span (SgTrace      *trace,
            const SgSpan *span)
{
  JsonObject *object = json_object_new ();
  g_autofree char *attributes = sg_span_dup_attributes_json (span);

  json_object_set_int_member (object, "id", span->id);
  json_object_set_int_member (object, "parent", span->parent);
  json_object_set_string_member (object, "kind", sg_span_kind_to_string (span->kind));
  json_object_set_string_member (object, "name", span->name);
  json_object_set_int_member (object, "begin_us", span->begin_us);
  json_object_set_int_member (object, "duration_us", sg_trace_get_span_duration (trace, span->id));
  if (span->end_us == SG_SPAN_RUNNING)
    json_object_set_boolean_member (object, "running", TRUE);
  if (attributes != NULL)
    json_object_set_member (object, "attributes", json_from_string (attributes, NULL));

  return object;
}

static JsonArray *
build_spans (SgTrace *trace)
{
  JsonArray *array = json_array_new ();

  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    json_array_add_object_element (array, build_span (trace, sg_trace_get_span (trace, id)));

  return array;
}

static JsonArray *
build_flags (SgTrace *trace)
{
  JsonArray *array = json_array_new ();
  g_autoptr (GPtrArray) flags = sg_verdict_list_flags (trace);

  for (guint i = 0; i < flags->len; i++)
    {
      const SgFlag *flag = g_ptr_array_index (flags, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "flag", sg_flag_kind_to_string (flag->kind));
      if (flag->span != 0)
        json_object_set_int_member (object, "span", flag->span);
      json_object_set_string_member (object, "text", flag->text);
      json_object_set_string_member (object, "advice", flag->advice);
      json_array_add_object_element (array, object);
    }

  return array;
}

/* Returns: (transfer full): the object of a turn, to which the caller adds what names the turn */
JsonObject *
sg_export_build_object (SgTrace *trace)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "duration_us", sg_trace_get_duration (trace));
  json_object_set_object_member (object, "figures", build_figures (trace));
  json_object_set_object_member (object, "marks", build_marks (trace));
  json_object_set_object_member (object, "work", build_work (trace));
  json_object_set_array_member (object, "spans", build_spans (trace));
  json_object_set_array_member (object, "flags", build_flags (trace));

  return object;
}
