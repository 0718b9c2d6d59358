/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn did: its tool calls, its model calls and its spans. */

#include "config.h"

#include "profile/sg-format.h"
#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/**
 * sg_tool_calls_insert:
 *
 * Returns: whether it was done
 */
gboolean
sg_tool_calls_insert (SgConnection         *connection,
                      const SgToolCallRow  *row,
                      GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO tool_call (turn, position, level, call, name, arguments, result, status,"
    "                       begin_us, duration_us)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  sg_query_bind_int (&query, row->turn);
  sg_query_bind_int (&query, row->position);
  sg_query_bind_int (&query, row->level);
  sg_query_bind_text (&query, or_empty (row->call));
  sg_query_bind_text (&query, or_empty (row->name));
  sg_query_bind_text (&query, or_empty (row->arguments));
  sg_query_bind_text (&query, or_empty (row->result));
  sg_query_bind_text (&query, or_empty (row->status));
  sg_query_bind_int (&query, row->begin_us);
  sg_query_bind_int (&query, row->duration_us);

  return sg_query_run (&query, error);
}

static SgToolCallRow *
read_tool_call (SgQuery *query)
{
  SgToolCallRow *row = sg_tool_call_row_new ();

  row->id = sg_query_get_int (query);
  row->turn = sg_query_get_int (query);
  row->position = (int) sg_query_get_int (query);
  row->level = (int) sg_query_get_int (query);
  row->call = sg_query_dup_text (query);
  row->name = sg_query_dup_text (query);
  row->arguments = sg_query_dup_text (query);
  row->result = sg_query_dup_text (query);
  row->status = sg_query_dup_text (query);
  row->begin_us = sg_query_get_int (query);
  row->duration_us = sg_query_get_int (query);

  return row;
}

/**
 * sg_tool_calls_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgToolCallRow): those of the turn, as the
 *   model made them
 */
GPtrArray *
sg_tool_calls_list (SgConnection  *connection,
                    gint64         turn,
                    GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tool_call_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT id, turn, position, level, call, name, arguments, result, status, begin_us, duration_us"
    "  FROM tool_call WHERE turn = ? ORDER BY position");

  sg_query_bind_int (&query, turn);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_tool_call (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * sg_model_calls_insert:
 *
 * Returns: whether it was done
 */
gboolean
sg_model_calls_insert (SgConnection          *connection,
                       const SgModelCallRow  *row,
                       GError               **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO model_call (turn, position, kind, model, server, begin_us, first_token_us,"
    "                        duration_us, tokens_in, tokens_out, tokens_cached,"
    "                        tokens_reasoning, estimated, finish, error)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  sg_query_bind_int (&query, row->turn);
  sg_query_bind_int (&query, row->position);
  sg_query_bind_text (&query, or_empty (row->kind));
  sg_query_bind_text (&query, or_empty (row->model));
  sg_query_bind_text (&query, or_empty (row->server));
  sg_query_bind_int (&query, row->begin_us);
  sg_query_bind_int (&query, row->first_token_us);
  sg_query_bind_int (&query, row->duration_us);
  sg_query_bind_int (&query, row->tokens_in);
  sg_query_bind_int (&query, row->tokens_out);
  sg_query_bind_int (&query, row->tokens_cached);
  sg_query_bind_int (&query, row->tokens_reasoning);
  sg_query_bind_int (&query, row->estimated != 0);
  sg_query_bind_text (&query, row->finish);
  sg_query_bind_text (&query, row->error);

  return sg_query_run (&query, error);
}

static SgModelCallRow *
read_model_call (SgQuery *query)
{
  SgModelCallRow *row = sg_model_call_row_new ();

  row->turn = sg_query_get_int (query);
  row->position = (int) sg_query_get_int (query);
  row->kind = sg_query_dup_text (query);
  row->model = sg_query_dup_text (query);
  row->server = sg_query_dup_text (query);
  row->begin_us = sg_query_get_int (query);
  row->first_token_us = sg_query_get_int (query);
  row->duration_us = sg_query_get_int (query);
  row->tokens_in = sg_query_get_int (query);
  row->tokens_out = sg_query_get_int (query);
  row->tokens_cached = sg_query_get_int (query);
  row->tokens_reasoning = sg_query_get_int (query);
  row->estimated = sg_query_get_int (query) != 0;
  row->finish = sg_query_dup_text (query);
  row->error = sg_query_dup_text (query);

  return row;
}

/**
 * sg_model_calls_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgModelCallRow): those of the turn in order
 */
GPtrArray *
sg_model_calls_list (SgConnection  *connection,
                     gint64         turn,
                     GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_model_call_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT turn, position, kind, model, server, begin_us, first_token_us, duration_us,"
    "       tokens_in, tokens_out, tokens_cached, tokens_reasoning, estimated, finish, error"
    "  FROM model_call WHERE turn = ? ORDER BY position");

  sg_query_bind_int (&query, turn);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_model_call (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

static void
append_figure (GString *json,
               gint64   value)
{
  sg_format_append_int (json, value);
  g_string_append_c (json, ',');
}

/* As schema/3.sql describes it. */
static void
append_span (GString         *json,
             const SgSpanRow *row)
{
  g_string_append (json, json->len > 0 ? ",[" : "[");
  append_figure (json, row->number);
  append_figure (json, row->parent);
  append_figure (json, row->kind);
  sg_format_append_string (json, or_empty (row->name));
  g_string_append_c (json, ',');
  append_figure (json, row->begin_us);
  sg_format_append_int (json, row->duration_us);
  if (row->attributes != NULL)
    {
      g_string_append_c (json, ',');
      g_string_append (json, row->attributes);
    }
  g_string_append_c (json, ']');
}

/**
 * sg_spans_insert:
 * @turn: the turn that they all belong to, whatever they say themselves
 * @rows: (element-type SgSpanRow): spans
 *
 * Stores spans of a turn beside those that it has.  One that was stored while it was still running is
 * completed.
 *
 * Returns: whether it was done
 */
gboolean
sg_spans_insert (SgConnection  *connection,
                 gint64         turn,
                 GPtrArray     *rows,
                 GError       **error)
{
  g_autoptr (GString) json = NULL;
  g_auto (SgQuery) query = { 0 };

  if (rows->len == 0)
    return TRUE;

  json = g_string_sized_new (1024);
  for (guint i = 0; i < rows->len; i++)
    append_span (json, g_ptr_array_index (rows, i));

  query = sg_query_begin (connection,
    "INSERT INTO trace (turn, spans) VALUES (?, ?)"
    "  ON CONFLICT (turn) DO UPDATE SET spans = spans || ',' || excluded.spans");
  sg_query_bind_int (&query, turn);
  sg_query_bind_text (&query, json->str);

  return sg_query_run (&query, error);
}

static SgSpanRow *
read_span (SgQuery *query)
{
  SgSpanRow *row = sg_span_row_new ();

  row->turn = sg_query_get_int (query);
  row->number = (int) sg_query_get_int (query);
  row->parent = (int) sg_query_get_int (query);
  row->kind = (int) sg_query_get_int (query);
  row->name = sg_query_dup_text (query);
  row->begin_us = sg_query_get_int (query);
  row->duration_us = sg_query_get_int (query);
  row->attributes = sg_query_dup_text (query);

  return row;
}

/**
 * sg_spans_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgSpanRow): those of the turn by number
 */
GPtrArray *
sg_spans_list (SgConnection  *connection,
               gint64         turn,
               GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_span_row_free);
  /* The columns of a group are those of the row that its max() is in: what was said last.  Spans that cannot be read
   * are none: they must not keep back what the turn is still to be told. */
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT t.turn, s.value ->> 0 AS number, s.value ->> 1, s.value ->> 2, s.value ->> 3,"
    "       s.value ->> 4, s.value ->> 5, s.value ->> 6, max (s.key)"
    "  FROM trace t,"
    "       json_each (iif (json_valid ('[' || t.spans || ']'), '[' || t.spans || ']', '[]')) s"
    "  WHERE t.turn = ? AND s.type = 'array' GROUP BY number ORDER BY number");

  sg_query_bind_int (&query, turn);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_span (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}
