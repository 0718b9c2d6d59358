/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A trace as rows of the library, and back.  A row is a span; the latency marks have no rows of
 * their own and travel as attributes `mark.NAME` of the first span without a parent.  Rows are
 * foreign input when they are read: a gap in the numbers, a parent that is not there or attributes
 * that are no JSON cost that detail and not the trace.
 */

#include "config.h"

#include "world/sg-trace-rows.h"

#include <json-glib/json-glib.h>

#include "profile/sg-format.h"

#define MARK_PREFIX "mark."
#define RUNNING_KEY "running"

static void
append_marks (SgTrace *trace,
              GString *out)
{
  for (guint i = 0; i < SG_N_MARKS; i++)
    {
      gint64 at_us = sg_trace_get_mark (trace, i);

      if (at_us < 0)
        continue;

      g_string_append (out, out->len > 1 ? ",\"" MARK_PREFIX : "\"" MARK_PREFIX);
      g_string_append (out, sg_mark_to_string (i));
      g_string_append (out, "\":");
      sg_format_append_int (out, at_us);
    }
}

static char *
dup_attributes (SgTrace      *trace,
                const SgSpan *span,
                gboolean      with_marks,
                GString      *out)
{
  g_string_assign (out, "{");
  sg_span_append_attributes_json (span, out);
  if (with_marks)
    append_marks (trace, out);
  if (span->end_us == SG_SPAN_RUNNING)
    g_string_append (out, out->len > 1 ? ",\"" RUNNING_KEY "\":true" : "\"" RUNNING_KEY "\":true");
  if (out->len == 1)
    return NULL;
  g_string_append_c (out, '}');

  return g_strndup (out->str, out->len);
}

static char *
object_to_string (JsonObject *object)
{
  g_autoptr (JsonNode) node = NULL;

  if (json_object_get_size (object) == 0)
    return NULL;

  node = json_node_init_object (json_node_alloc (), object);
  return json_to_string (node, FALSE);
}

static SgSpanRow *
make_row (SgTrace      *trace,
          const SgSpan *span,
          gint64        turn,
          gboolean      with_marks,
          GString      *scratch)
{
  SgSpanRow *row = sg_span_row_new ();

  row->turn = turn;
  row->number = (int) span->id;
  row->parent = (int) span->parent;
  row->kind = span->kind;
  row->name = g_strdup (span->name);
  row->begin_us = span->begin_us;
  row->duration_us = MAX (0, sg_trace_get_span_duration (trace, span->id));
  row->attributes = dup_attributes (trace, span, with_marks, scratch);

  return row;
}

/**
 * sg_trace_to_rows_since:
 * @trace: a trace
 * @turn: the id of the turn that it belongs to
 * @since_us: only what ran after that time, in microseconds since the origin of the trace
 *
 * Makes rows as sg_trace_to_rows() does.
 *
 * Returns: (transfer full) (element-type SgSpanRow): rows in the order of their numbers
 */
GPtrArray *
sg_trace_to_rows_since (SgTrace *trace,
                        gint64   turn,
                        gint64   since_us)
{
  g_autoptr (GString) scratch = g_string_sized_new (256);
  GPtrArray *rows;
  gboolean found_root = FALSE;

  g_return_val_if_fail (SG_IS_TRACE (trace), NULL);

  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_span_row_free);
  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);
      gboolean is_root = span->parent == 0 && !found_root;

      found_root |= is_root;
      if (span->end_us == SG_SPAN_RUNNING || span->end_us > since_us)
        g_ptr_array_add (rows, make_row (trace, span, turn, is_root, scratch));
    }

  return rows;
}

/**
 * sg_trace_to_rows:
 * @trace: a trace
 * @turn: the id of the turn that it belongs to
 *
 * Makes the rows to store.  A span that still runs gets the time that it has run so far and an
 * attribute `running`: the transaction that stores a turn cannot know its own end.
 *
 * Returns: (transfer full) (element-type SgSpanRow): rows in the order of their numbers
 */
GPtrArray *
sg_trace_to_rows (SgTrace *trace,
                  gint64   turn)
{
  return sg_trace_to_rows_since (trace, turn, G_MININT64);
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  const SgSpanRow *first = *(const SgSpanRow * const *) a;
  const SgSpanRow *second = *(const SgSpanRow * const *) b;

  return (first->number > second->number) - (first->number < second->number);
}

/* Takes the marks out of @object and sets them. */
static void
read_marks (SgTrace    *trace,
            JsonObject *object)
{
  for (guint i = 0; i < SG_N_MARKS; i++)
    {
      g_autofree char *key = g_strconcat (MARK_PREFIX, sg_mark_to_string (i), NULL);
      gint64 at_us = json_object_get_int_member_with_default (object, key, -1);

      if (at_us >= 0)
        sg_trace_mark_at (trace, i, at_us);
      json_object_remove_member (object, key);
    }
}

static void
read_attributes (SgTrace    *trace,
                 guint       span,
                 const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  g_autofree char *rest = NULL;
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;

  object = json_node_get_object (node);
  if (sg_trace_get_span (trace, span)->parent == 0)
    read_marks (trace, object);

  rest = object_to_string (object);
  sg_trace_set_attributes_json (trace, span, rest, NULL);
}

static void
read_row (SgTrace         *trace,
          const SgSpanRow *row,
          GHashTable      *ids)
{
  guint parent = GPOINTER_TO_UINT (g_hash_table_lookup (ids, GINT_TO_POINTER (row->parent)));
  SgSpanKind kind = row->kind >= 0 && row->kind < SG_N_SPAN_KINDS ? row->kind : SG_SPAN_STAGE;
  guint span = sg_trace_begin_at (trace, parent, kind, row->name != NULL ? row->name : "",
                                  row->begin_us);

  g_hash_table_insert (ids, GINT_TO_POINTER (row->number), GUINT_TO_POINTER (span));
  sg_trace_end_at (trace, span, row->begin_us + MAX (0, row->duration_us));
  read_attributes (trace, span, row->attributes);
}

/**
 * sg_trace_new_from_rows:
 * @rows: (element-type SgSpanRow): the rows of one turn, in any order
 *
 * Makes the trace of a turn that was read back.  Nothing in it runs, and its origin is 0.
 *
 * Returns: (transfer full): a trace
 */
SgTrace *
sg_trace_new_from_rows (GPtrArray *rows)
{
  SgTrace *trace = sg_trace_new_at (0);
  g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  g_return_val_if_fail (rows != NULL, trace);

  g_ptr_array_extend (sorted, rows, NULL, NULL);
  g_ptr_array_sort (sorted, compare_numbers);
  for (guint i = 0; i < sorted->len; i++)
    read_row (trace, g_ptr_array_index (sorted, i), ids);

  return trace;
}
