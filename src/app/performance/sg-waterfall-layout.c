/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which spans of a trace get a row, and in which order: a span is followed by what lies in it, and
 * the phases of a model call are parts of its one bar.  Times are not kept: they are read from the
 * trace when it is drawn, so that a layout stays good until another span begins.
 */

#include "config.h"

#include "app/performance/sg-waterfall-layout.h"

/* Deeper spans are indented no further. */
#define MAX_INDENT 6

/* The children of each span, as lists within two arrays: no allocation a span. */
typedef struct
{
  SgTrace *trace;
  guint   *first;
  guint   *next;
} Family;

static gboolean
is_part (SgTrace      *trace,
         const SgSpan *span)
{
  const SgSpan *parent = sg_trace_get_span (trace, span->parent);

  return span->kind == SG_SPAN_PHASE && parent != NULL && parent->kind == SG_SPAN_MODEL;
}

static void
add_row (SgWaterfallLayout *self,
         const Family      *family,
         guint              span,
         guint              indent)
{
  SgWaterfallRow row = { .span = span, .indent = indent, .first_part = self->parts->len };

  for (guint child = family->first[span]; child != 0; child = family->next[child])
    {
      if (is_part (family->trace, sg_trace_get_span (family->trace, child)))
        g_array_append_val (self->parts, child);
      else
        row.holds_others = TRUE;
    }

  row.n_parts = self->parts->len - row.first_part;
  g_array_append_val (self->rows, row);
}

static void
add_rows (SgWaterfallLayout *self,
          const Family      *family,
          guint              parent,
          guint              indent)
{
  for (guint child = family->first[parent]; child != 0; child = family->next[child])
    {
      if (is_part (family->trace, sg_trace_get_span (family->trace, child)))
        continue;
      add_row (self, family, child, indent);
      add_rows (self, family, child, MIN (indent + 1, MAX_INDENT));
    }
}

/**
 * sg_waterfall_layout_new:
 * @trace: a trace
 *
 * Returns: (transfer full): its rows
 */
SgWaterfallLayout *
sg_waterfall_layout_new (SgTrace *trace)
{
  SgWaterfallLayout *self = g_new0 (SgWaterfallLayout, 1);
  guint n_spans = sg_trace_get_n_spans (trace);
  g_autofree guint *first = g_new0 (guint, n_spans + 1);
  g_autofree guint *next = g_new0 (guint, n_spans + 1);
  Family family = { trace, first, next };

  self->rows = g_array_new (FALSE, FALSE, sizeof (SgWaterfallRow));
  self->parts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->n_spans = n_spans;

  for (guint id = n_spans; id > 0; id--)
    {
      guint parent = sg_trace_get_span (trace, id)->parent;

      next[id] = first[parent];
      first[parent] = id;
    }
  add_rows (self, &family, 0, 0);

  return self;
}

/**
 * sg_waterfall_layout_free:
 * @self: (transfer full): a layout
 */
void
sg_waterfall_layout_free (SgWaterfallLayout *self)
{
  g_array_unref (self->rows);
  g_array_unref (self->parts);
  g_free (self);
}

/**
 * sg_waterfall_layout_get_row:
 * @row: the number of a row, from 0
 *
 * Returns: (transfer none): the row
 */
const SgWaterfallRow *
sg_waterfall_layout_get_row (const SgWaterfallLayout *self,
                             guint                    row)
{
  g_return_val_if_fail (row < self->rows->len, NULL);

  return &g_array_index (self->rows, SgWaterfallRow, row);
}

/**
 * sg_waterfall_layout_get_part:
 * @row: the number of a row, from 0
 * @part: the number of one of its parts, from 0
 *
 * Returns: the number of the span of the part
 */
guint
sg_waterfall_layout_get_part (const SgWaterfallLayout *self,
                              guint                    row,
                              guint                    part)
{
  const SgWaterfallRow *found = sg_waterfall_layout_get_row (self, row);

  g_return_val_if_fail (found != NULL && part < found->n_parts, 0);

  return g_array_index (self->parts, guint, found->first_part + part);
}

/**
 * sg_waterfall_layout_find:
 * @span: the number of a span
 * @part: (out): which part of its row it is, or -1 for the row itself
 *
 * Returns: the row that shows a span, or -1
 */
int
sg_waterfall_layout_find (const SgWaterfallLayout *self,
                          guint                    span,
                          int                     *part)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const SgWaterfallRow *row = sg_waterfall_layout_get_row (self, i);

      *part = -1;
      if (row->span == span)
        return (int) i;
      for (guint j = 0; j < row->n_parts; j++)
        if (sg_waterfall_layout_get_part (self, i, j) == span)
          {
            *part = (int) j;
            return (int) i;
          }
    }

  *part = -1;
  return -1;
}
