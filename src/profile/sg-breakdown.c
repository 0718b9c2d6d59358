/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the wall time of a turn went, with what runs in parallel counted once.
 *
 * The rule: each moment of the turn belongs to the innermost spans that run then, that is, to
 * those with no running span inside them, in equal parts.  Three tools that run for 300 ms beside
 * each other are 300 ms of tools and not 900; a tool that runs while the model writes takes half
 * of that time.  So the parts add up to the wall time of the turn and the percentages to 100.
 * A turn and its stages are frames: they count only while nothing but frames runs, since a stage
 * that waits for a tool beside it does no work meanwhile.
 *
 * The time of a turn is what the player waits for: from submission until all was told, which is when the commit
 * begins.  Saving it, and what runs after it in the background, takes nobody's time and is no part of it.
 */

#include "config.h"

#include "profile/sg-breakdown.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A begin or an end of a span. */
typedef struct
{
  gint64 at_us;
  guint  span;
  int    step;
} Edge;

/* How many spans of each kind of work run with none inside them. */
typedef struct
{
  guint work[SG_N_WORKS];
  guint total;
} Leaves;

/* The state of the walk along the edges. */
typedef struct
{
  SgTrace  *trace;
  guint    *inside;  /* how many spans run inside each span */
  gboolean *running;
  Leaves    workers;
  Leaves    frames;
} Walk;

/**
 * sg_work_to_string:
 * @work: a kind of work
 *
 * Returns: its name, as scripts read it
 */
const char *
sg_work_to_string (SgWork work)
{
  static const char *const names[SG_N_WORKS] = {
    "waiting", "connect", "prompt", "write", "tools", "own",
  };

  g_return_val_if_fail (work < SG_N_WORKS, NULL);

  return names[work];
}

/**
 * sg_work_get_label:
 * @work: a kind of work
 *
 * Returns: (transfer none): its name for the player, translated
 */
const char *
sg_work_get_label (SgWork work)
{
  static const char *const labels[SG_N_WORKS] = {
    N_("Waiting"), N_("Connecting"), N_("Prompt reading"),
    N_("Writing"), N_("Tools"), N_("Own work"),
  };

  g_return_val_if_fail (work < SG_N_WORKS, NULL);

  return _(labels[work]);
}

static SgWork
work_of_phase (const char *name)
{
  if (g_str_equal (name, "connect"))
    return SG_WORK_CONNECT;
  if (g_str_equal (name, "prompt"))
    return SG_WORK_READING;
  if (g_str_equal (name, "compose"))
    return SG_WORK_OWN;
  if (g_str_equal (name, "write") || g_str_equal (name, "reasoning"))
    return SG_WORK_WRITING;

  return SG_WORK_WAITING;
}

static gboolean
has_phases (SgTrace      *trace,
            const SgSpan *span)
{
  for (guint id = span->id + 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *child = sg_trace_get_span (trace, id);

      if (child->parent == span->id && child->kind == SG_SPAN_PHASE)
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_work_of_span:
 * @trace: a trace
 * @span: a span of it
 *
 * Says what time that belongs to @span itself, and to nothing inside it, counts as.
 * A model call between its phases counts as waiting; that of a model which knows no phases
 * counts as writing.
 *
 * Returns: the kind of work
 */
SgWork
sg_work_of_span (SgTrace      *trace,
                 const SgSpan *span)
{
  g_return_val_if_fail (SG_IS_TRACE (trace), SG_WORK_OWN);
  g_return_val_if_fail (span != NULL, SG_WORK_OWN);

  switch (span->kind)
    {
    case SG_SPAN_PHASE:
      return work_of_phase (span->name);
    case SG_SPAN_TOOL:
      return SG_WORK_TOOLS;
    case SG_SPAN_MODEL:
      /* A batch of embeddings: nothing is written. */
      if (sg_span_get_attribute (span, "batch") != NULL)
        return SG_WORK_WAITING;
      return has_phases (trace, span) ? SG_WORK_WAITING : SG_WORK_WRITING;
    case SG_SPAN_WAIT:
      return SG_WORK_WAITING;
    case SG_SPAN_STAGE:
      return g_str_equal (span->name, "queued") ? SG_WORK_WAITING : SG_WORK_OWN;
    case SG_SPAN_TURN:
    case SG_SPAN_STORE:
    default:
      return SG_WORK_OWN;
    }
}

static int
compare_edges (gconstpointer a,
               gconstpointer b)
{
  const Edge *first = a;
  const Edge *second = b;

  return (first->at_us > second->at_us) - (first->at_us < second->at_us);
}

static void
add_edges (GArray       *edges,
           const SgSpan *span,
           gint64        begin_us,
           gint64        end_us)
{
  Edge begin = { CLAMP (span->begin_us, begin_us, end_us), span->id, +1 };
  Edge end = { span->end_us == SG_SPAN_RUNNING ? end_us : MIN (span->end_us, end_us),
               span->id, -1 };

  if (end.at_us > begin.at_us)
    {
      g_array_append_val (edges, begin);
      g_array_append_val (edges, end);
    }
}

static void
count_leaf (Walk  *walk,
            guint  span,
            int    step)
{
  const SgSpan *found = sg_trace_get_span (walk->trace, span);
  gboolean frame = found->kind == SG_SPAN_TURN || found->kind == SG_SPAN_STAGE;
  Leaves *leaves = frame ? &walk->frames : &walk->workers;

  leaves->work[sg_work_of_span (walk->trace, found)] += step;
  leaves->total += step;
}

/* Counts a span that begins or ends as running inside all spans around it; not only the next one,
 * since a stage may end while a tool of it runs on. */
static void
pass_edge (Walk       *walk,
           const Edge *edge)
{
  guint span = edge->span;

  if (walk->inside[span] == 0)
    count_leaf (walk, span, edge->step);
  walk->running[span] = edge->step > 0;

  while ((span = sg_trace_get_span (walk->trace, span)->parent) != 0)
    {
      guint before = walk->inside[span];

      walk->inside[span] += edge->step;
      if (walk->running[span] && (before == 0 || walk->inside[span] == 0))
        count_leaf (walk, span, -edge->step);
    }
}

static void
share (Walk        *walk,
       SgBreakdown *breakdown,
       gint64       us)
{
  const Leaves *leaves = walk->workers.total > 0 ? &walk->workers : &walk->frames;

  for (guint i = 0; i < SG_N_WORKS && leaves->total > 0; i++)
    breakdown->us[i] += (double) us * leaves->work[i] / leaves->total;

  /* Only a trace without a root has such moments. */
  if (leaves->total == 0)
    breakdown->us[SG_WORK_OWN] += (double) us;
}

static GArray *
collect_edges (SgTrace *trace,
               gint64   begin_us,
               gint64   end_us)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (Edge));

  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    add_edges (edges, sg_trace_get_span (trace, id), begin_us, end_us);
  g_array_sort (edges, compare_edges);

  return edges;
}

/**
 * sg_breakdown_find_end:
 * @trace: the trace of a turn
 *
 * Finds when all was told: when the commit began, or, in a turn without one, when it ended.  (The mark
 * stream-complete is that of the first of several model calls.)
 *
 * Returns: microseconds after the origin of the trace; so far, while the turn runs
 */
gint64
sg_breakdown_find_end (SgTrace *trace)
{
  const SgSpan *root, *commit;

  g_return_val_if_fail (SG_IS_TRACE (trace), 0);

  root = sg_trace_find (trace, SG_SPAN_TURN, NULL);
  commit = sg_trace_find (trace, SG_SPAN_STAGE, "commit");
  if (commit != NULL)
    return commit->begin_us;

  return root != NULL && root->end_us != SG_SPAN_RUNNING ? root->end_us
                                                         : sg_trace_get_duration (trace);
}

/**
 * sg_breakdown_measure:
 * @trace: the trace of a turn, which may still run
 * @breakdown: (out caller-allocates): where its time went
 *
 * Divides the time of a turn; the rule is at the head of this file.
 */
void
sg_breakdown_measure (SgTrace     *trace,
                      SgBreakdown *breakdown)
{
  Walk walk = { .trace = trace };
  g_autofree guint *inside = NULL;
  g_autofree gboolean *running = NULL;
  g_autoptr (GArray) edges = NULL;
  const SgSpan *root;
  gint64 begin_us, end_us, last_us;

  g_return_if_fail (SG_IS_TRACE (trace));
  g_return_if_fail (breakdown != NULL);

  *breakdown = (SgBreakdown) { 0 };
  root = sg_trace_find (trace, SG_SPAN_TURN, NULL);
  begin_us = root != NULL ? root->begin_us : 0;
  end_us = MAX (begin_us, sg_breakdown_find_end (trace));

  inside = g_new0 (guint, sg_trace_get_n_spans (trace) + 1);
  running = g_new0 (gboolean, sg_trace_get_n_spans (trace) + 1);
  walk.inside = inside;
  walk.running = running;
  edges = collect_edges (trace, begin_us, end_us);

  last_us = begin_us;
  for (guint i = 0; i < edges->len; i++)
    {
      const Edge *edge = &g_array_index (edges, Edge, i);

      share (&walk, breakdown, edge->at_us - last_us);
      last_us = edge->at_us;
      pass_edge (&walk, edge);
    }
  share (&walk, breakdown, end_us - last_us);
  breakdown->total_us = end_us - begin_us;
}

/**
 * sg_breakdown_get_percents:
 * @percents: (out caller-allocates) (array fixed-size=6): whole percents
 *
 * Rounds the parts so that they add up to 100: each is rounded down, and what is left goes to
 * those with the largest remainders.  All are 0 where there is no time to divide.
 */
void
sg_breakdown_get_percents (const SgBreakdown *self,
                           int                percents[SG_N_WORKS])
{
  double remainders[SG_N_WORKS];
  int left = 100;

  g_return_if_fail (self != NULL);

  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      double exact = self->total_us > 0 ? 100.0 * self->us[i] / (double) self->total_us : 0;

      percents[i] = (int) floor (exact + 1e-9);
      remainders[i] = exact - percents[i];
      left -= percents[i];
    }

  while (self->total_us > 0 && left-- > 0)
    {
      guint largest = 0;

      for (guint i = 1; i < SG_N_WORKS; i++)
        if (remainders[i] > remainders[largest])
          largest = i;
      percents[largest]++;
      remainders[largest] = -1;
    }
}
