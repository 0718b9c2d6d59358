/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-connection-private.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/**
 * sg_summaries_insert:
 * @path: a path on which the turns lie that it tells of
 * @row: the summary
 *
 * Returns: the id of the summary, or 0 with @error set
 */
gint64
sg_summaries_insert (SgConnection        *connection,
                     const SgPath        *path,
                     const SgSummaryRow  *row,
                     GError             **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO summary (turn, story, branch, depth, first, last, late, text)"
    "  SELECT id, story, branch, depth, ?3, ?2, ?4, ?5 FROM turn WHERE branch = ?1 AND depth = ?2");
  sqlite3 *db = sg_connection_get_db (connection);

  sg_query_bind_int (&query, sg_path_owner (path, row->last));
  sg_query_bind_int (&query, row->last);
  sg_query_bind_int (&query, row->first);
  sg_query_bind_int (&query, row->late);
  sg_query_bind_text (&query, row->text);

  return sg_query_run_on_row (&query, "turn", row->last, error) ? sqlite3_last_insert_rowid (db) : 0;
}

static gboolean
list_segment (SgConnection         *connection,
              const SgPathSegment  *segment,
              gint64                seen,
              GPtrArray            *rows,
              GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT id, turn, first, last, late, text FROM summary"
    "  WHERE branch = ? AND depth BETWEEN ? AND ? AND late <= ? ORDER BY depth, late, id");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, segment->first);
  sg_query_bind_int (&query, segment->last);
  sg_query_bind_int (&query, seen);
  while (sg_query_step (&query))
    {
      SgSummaryRow *row = sg_summary_row_new ();

      row->id = sg_query_get_int (&query);
      row->turn = sg_query_get_int (&query);
      row->first = sg_query_get_int (&query);
      row->last = sg_query_get_int (&query);
      row->late = sg_query_get_int (&query);
      row->text = sg_query_dup_text (&query);
      g_ptr_array_add (rows, row);
    }

  return sg_query_finish (&query, error);
}

/**
 * sg_summaries_list:
 * @path: a path
 * @seen: the highest late number that counts
 *
 * Returns: (transfer full) (nullable) (element-type SgSummaryRow): those that lie on the path
 */
GPtrArray *
sg_summaries_list (SgConnection  *connection,
                   const SgPath  *path,
                   gint64         seen,
                   GError       **error)
{
  g_autoptr (GPtrArray) rows =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_summary_row_free);

  for (guint i = 0; i < path->segments->len; i++)
    {
      if (!list_segment (connection, &g_array_index (path->segments, SgPathSegment, i), seen, rows,
                         error))
        return NULL;
    }

  return g_steal_pointer (&rows);
}
