/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words of the player's that are no turn yet. */

#include "config.h"

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

static gboolean
delete_all (SgConnection  *connection,
            gint64         story,
            GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "DELETE FROM queued_input WHERE story = ?");

  sg_query_bind_int (&query, story);

  return sg_query_run (&query, error);
}

static gboolean
insert (SgConnection       *connection,
        const SgQueuedRow  *row,
        GError            **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO queued_input (story, position, mode, text) VALUES (?, ?, ?, ?)");

  sg_query_bind_int (&query, row->story);
  sg_query_bind_int (&query, row->position);
  sg_query_bind_text (&query, row->mode);
  sg_query_bind_text (&query, row->text);

  return sg_query_run (&query, error);
}

/**
 * sg_queued_put:
 * @rows: (element-type SgQueuedRow): what waits now
 *
 * Stores what waits in a story in the place of what waited before.
 *
 * Returns: whether it was done
 */
gboolean
sg_queued_put (SgConnection  *connection,
               gint64         story,
               GPtrArray     *rows,
               GError       **error)
{
  if (!delete_all (connection, story, error))
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    {
      if (!insert (connection, g_ptr_array_index (rows, i), error))
        return FALSE;
    }

  return TRUE;
}

static SgQueuedRow *
read_row (SgQuery *query)
{
  SgQueuedRow *row = sg_queued_row_new ();

  row->story = sg_query_get_int (query);
  row->position = (int) sg_query_get_int (query);
  row->mode = sg_query_dup_text (query);
  row->text = sg_query_dup_text (query);

  return row;
}

/**
 * sg_queued_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgQueuedRow): what waits, in order
 */
GPtrArray *
sg_queued_list (SgConnection  *connection,
                gint64         story,
                GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_queued_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT story, position, mode, text FROM queued_input WHERE story = ? ORDER BY position");

  sg_query_bind_int (&query, story);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_row (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}
