/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What checks have found in the words of turns. */

#include "config.h"

#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/**
 * sg_findings_insert:
 * @row: what was found
 *
 * Returns: the id of the finding, or 0 with @error set
 */
gint64
sg_findings_insert (SgConnection        *connection,
                    const SgFindingRow  *row,
                    GError             **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO finding (turn, rule, source, message, critical, repaired, late)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?)");

  sg_query_bind_int (&query, row->turn);
  sg_query_bind_text (&query, row->rule);
  sg_query_bind_text (&query, row->source);
  sg_query_bind_text (&query, row->message);
  sg_query_bind_int (&query, row->critical != 0);
  sg_query_bind_int (&query, row->repaired != 0);
  sg_query_bind_int (&query, row->late);

  return sg_query_run_for_id (&query, error);
}

/**
 * sg_findings_list:
 * @turn: the id of a turn
 *
 * Returns: (transfer full) (nullable) (element-type SgFindingRow): what was found in it, as it came
 */
GPtrArray *
sg_findings_list (SgConnection  *connection,
                  gint64         turn,
                  GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_finding_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT id, turn, rule, source, message, critical, repaired, late FROM finding"
    "  WHERE turn = ? ORDER BY id");

  sg_query_bind_int (&query, turn);
  while (sg_query_step (&query))
    {
      SgFindingRow *row = sg_finding_row_new ();

      row->id = sg_query_get_int (&query);
      row->turn = sg_query_get_int (&query);
      row->rule = sg_query_dup_text (&query);
      row->source = sg_query_dup_text (&query);
      row->message = sg_query_dup_text (&query);
      row->critical = sg_query_get_int (&query) != 0;
      row->repaired = sg_query_get_int (&query) != 0;
      row->late = sg_query_get_int (&query);
      g_ptr_array_add (rows, row);
    }

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * sg_findings_set_repaired:
 * @turn: the id of a turn that was told anew because of what was found in it
 *
 * Returns: whether it was done, also where nothing was found
 */
gboolean
sg_findings_set_repaired (SgConnection  *connection,
                          gint64         turn,
                          GError       **error)
{
  g_auto (SgQuery) query =
    sg_query_begin (connection, "UPDATE finding SET repaired = 1 WHERE turn = ?");

  sg_query_bind_int (&query, turn);

  return sg_query_run (&query, error);
}
