/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The figures of a turn, from its trace alone, so that a running turn, one that was read back and
 * one on the terminal are counted in the same way.
 */

#include "config.h"

#include "profile/sg-turn-figures.h"

#include <glib/gi18n-lib.h>

#include "profile/sg-breakdown.h"
#include "profile/sg-format.h"

/* Words that came all at once say nothing about how fast they were written. */
#define MEASURABLE_US 10000

/* Sums over the model calls that say how fast they wrote. */
typedef struct
{
  double tokens;
  double seconds;
} Written;

static void
add_tokens (gint64       *sum,
            const SgSpan *span,
            const char   *key)
{
  gint64 count = sg_span_get_int (span, key, -1);

  if (count >= 0)
    *sum = MAX (*sum, 0) + count;
}

static gboolean
is_true (const SgSpan *span,
         const char   *key)
{
  const SgAttribute *attribute = sg_span_get_attribute (span, key);

  return attribute != NULL && attribute->type == G_TYPE_BOOLEAN && attribute->value.boolean;
}

/* A call that asked no cache says nothing about one. */
static void
add_cached (SgCacheFigures *figures,
            const SgSpan   *span)
{
  if (is_true (span, "cached"))
    {
      figures->hits++;
      figures->saved_us += MAX (0, sg_span_get_int (span, "saved", 0));
    }
  else if (sg_span_get_attribute (span, "cached") != NULL)
    figures->misses++;
}

static void
add_call (SgTurnFigures *figures,
          const SgSpan  *span,
          Written       *written)
{
  gint64 out = sg_span_get_int (span, "tokens.out", -1);
  double rate = sg_span_get_double (span, "rate", -1);

  figures->n_model_calls += !is_true (span, "cached");
  add_tokens (&figures->tokens_in, span, "tokens.in");
  add_tokens (&figures->tokens_out, span, "tokens.out");
  add_tokens (&figures->tokens_cached, span, "tokens.cached");
  add_tokens (&figures->tokens_reasoning, span, "tokens.reasoning");
  figures->estimated |= is_true (span, "estimated");

  if (out > 0 && rate > 0)
    {
      written->tokens += (double) out;
      written->seconds += (double) out / rate;
    }
}

static void
add_time (SgTurnFigures *figures,
          SgTrace       *trace,
          const SgSpan  *span)
{
  SgWork work = sg_work_of_span (trace, span);
  gint64 us = sg_trace_get_span_duration (trace, span->id);

  if (work == SG_WORK_READING)
    figures->reading_us += us;
  else if (work == SG_WORK_WRITING)
    figures->writing_us += us;
}

/* Whether a span is of the turn itself, and not of what was done in the background after it. */
static gboolean
is_of_turn (const SgTurnFigures *figures,
            const SgSpan        *span)
{
  return span->begin_us <= figures->total_us;
}

/* Calls that were refused and questions for vectors wrote nothing that could be counted. */
static gboolean
has_written (SgTrace *trace,
             guint    call)
{
  for (guint id = call + 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      if (span->kind == SG_SPAN_PHASE && span->parent == call && g_str_equal (span->name, "write"))
        return TRUE;
    }

  return FALSE;
}

/* A finished call that nobody counted makes the sum of the others too small. */
static gboolean
has_uncounted_call (SgTrace             *trace,
                    const SgTurnFigures *figures)
{
  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      if (span->kind == SG_SPAN_MODEL && is_of_turn (figures, span) && span->end_us != SG_SPAN_RUNNING
          && sg_span_get_int (span, "tokens.out", -1) < 0 && has_written (trace, id))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_turn_figures_measure_rate:
 * @self: figures whose rate no server said
 *
 * Works the rate out from the tokens and the time of the writing phases, where that is long enough.
 */
void
sg_turn_figures_measure_rate (SgTurnFigures *self)
{
  g_return_if_fail (self != NULL);

  if (self->rate < 0 && self->tokens_out > 0 && self->writing_us >= MEASURABLE_US)
    self->rate = (double) self->tokens_out * G_USEC_PER_SEC / (double) self->writing_us;
}

/* How long the commit took, once it has ended. */
static gint64
measure_saving (SgTrace *trace)
{
  const SgSpan *commit = sg_trace_find (trace, SG_SPAN_STAGE, "commit");

  return commit != NULL && commit->end_us != SG_SPAN_RUNNING ? commit->end_us - commit->begin_us : -1;
}

/**
 * sg_turn_figures_measure:
 * @trace: the trace of a turn, which may still run
 * @figures: (out caller-allocates): its figures
 *
 * Adds up what the spans of a turn say.  The rate is that of the servers where they measured
 * one, weighted by tokens; else the tokens over the time of the writing phases, where that is long
 * enough to be measured.
 */
void
sg_turn_figures_measure (SgTrace       *trace,
                         SgTurnFigures *figures)
{
  Written written = { 0 };

  g_return_if_fail (SG_IS_TRACE (trace));
  g_return_if_fail (figures != NULL);

  *figures = (SgTurnFigures) {
    .tokens_in = -1, .tokens_out = -1, .tokens_cached = -1, .tokens_reasoning = -1, .rate = -1,
  };
  figures->first_word_us = sg_trace_get_mark (trace, SG_MARK_FIRST_TOKEN);
  figures->total_us = sg_breakdown_find_end (trace);
  figures->saving_us = measure_saving (trace);

  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      if (span->kind == SG_SPAN_TOOL)
        add_cached (&figures->cached_tools, span);
      else if (span->kind == SG_SPAN_MODEL)
        add_cached (&figures->cached_answers, span);

      if (!is_of_turn (figures, span))
        continue;

      if (span->kind == SG_SPAN_MODEL)
        add_call (figures, span, &written);
      else if (span->kind == SG_SPAN_TOOL)
        figures->n_tools++;
      if (span->kind == SG_SPAN_MODEL || span->kind == SG_SPAN_PHASE)
        add_time (figures, trace, span);
    }

  figures->estimated |= figures->tokens_out >= 0 && has_uncounted_call (trace, figures);
  if (written.seconds > 0)
    figures->rate = written.tokens / written.seconds;
  sg_turn_figures_measure_rate (figures);
}

/**
 * sg_turn_figures_dup_cache_text:
 * @self: the figures of a turn
 *
 * Returns: (transfer full) (nullable): what the caches did, in a few words and translated; %NULL where none was asked
 */
char *
sg_turn_figures_dup_cache_text (const SgTurnFigures *self)
{
  guint hits, misses;
  g_autofree char *saved = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  hits = self->cached_tools.hits + self->cached_answers.hits;
  misses = self->cached_tools.misses + self->cached_answers.misses;
  if (hits + misses == 0)
    return NULL;

  saved = sg_format_duration (self->cached_tools.saved_us + self->cached_answers.saved_us);

  /* Translators: numbers of calls that a cache answered or did not answer, and a time such as `1.2 s` */
  return g_strdup_printf (_("cache hits %u, misses %u, saved %s"), hits, misses, saved);
}
