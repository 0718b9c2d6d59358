/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits outside the tree: the half-told turn, and the work that commits have left. */

#include "config.h"

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/**
 * sg_drafts_put:
 * @row: the draft; one that is updated at 0 is updated now
 *
 * Stores the draft of a story in the place of the one it has.
 *
 * Returns: whether it was done
 */
gboolean
sg_drafts_put (SgConnection      *connection,
               const SgDraftRow  *row,
               GError           **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO draft (story, branch, depth, mode, stopped, updated, model, error, input, text,"
    "                   reasoning)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    "  ON CONFLICT DO UPDATE SET branch = excluded.branch, depth = excluded.depth,"
    "    mode = excluded.mode, stopped = excluded.stopped, updated = excluded.updated,"
    "    model = excluded.model, error = excluded.error, input = excluded.input,"
    "    text = excluded.text, reasoning = excluded.reasoning");

  sg_query_bind_int (&query, row->story);
  sg_query_bind_int (&query, row->branch);
  sg_query_bind_int (&query, row->depth);
  sg_query_bind_text (&query, row->mode != NULL ? row->mode : "do");
  sg_query_bind_int (&query, row->stopped != 0);
  sg_query_bind_int (&query, row->updated != 0 ? row->updated : g_get_real_time ());
  sg_query_bind_text (&query, row->model);
  sg_query_bind_text (&query, row->error);
  sg_query_bind_text (&query, row->input != NULL ? row->input : "");
  sg_query_bind_text (&query, row->text != NULL ? row->text : "");
  sg_query_bind_text (&query, row->reasoning);

  return sg_query_run (&query, error);
}

static SgDraftRow *
read_draft (SgQuery *query)
{
  SgDraftRow *row = sg_draft_row_new ();

  row->story = sg_query_get_int (query);
  row->branch = sg_query_get_int (query);
  row->depth = sg_query_get_int (query);
  row->mode = sg_query_dup_text (query);
  row->stopped = sg_query_get_int (query) != 0;
  row->updated = sg_query_get_int (query);
  row->model = sg_query_dup_text (query);
  row->error = sg_query_dup_text (query);
  row->input = sg_query_dup_text (query);
  row->text = sg_query_dup_text (query);
  row->reasoning = sg_query_dup_text (query);

  return row;
}

/**
 * sg_drafts_get:
 *
 * Returns: (transfer full) (nullable): the draft; %NULL where there is none, or with @error set
 */
SgDraftRow *
sg_drafts_get (SgConnection  *connection,
               gint64         story,
               GError       **error)
{
  g_autoptr (SgDraftRow) row = NULL;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT story, branch, depth, mode, stopped, updated, model, error, input, text, reasoning"
    "  FROM draft WHERE story = ?");

  sg_query_bind_int (&query, story);
  if (sg_query_step (&query))
    row = read_draft (&query);

  return sg_query_finish (&query, error) ? g_steal_pointer (&row) : NULL;
}

/**
 * sg_drafts_delete:
 *
 * Returns: whether there is none now
 */
gboolean
sg_drafts_delete (SgConnection  *connection,
                  gint64         story,
                  GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "DELETE FROM draft WHERE story = ?");

  sg_query_bind_int (&query, story);

  return sg_query_run (&query, error);
}

/**
 * sg_jobs_insert:
 *
 * Returns: the id of the job, or 0 with @error set
 */
gint64
sg_jobs_insert (SgConnection    *connection,
                const SgJobRow  *row,
                GError         **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO job (turn, kind, data, created) VALUES (?, ?, ?, ?)");

  sg_query_bind_int (&query, row->turn);
  sg_query_bind_text (&query, row->kind);
  sg_query_bind_text (&query, row->data);
  sg_query_bind_int (&query, row->created != 0 ? row->created : g_get_real_time ());

  return sg_query_run_for_id (&query, error);
}

static SgJobRow *
read_job_row (SgQuery *query)
{
  SgJobRow *row = sg_job_row_new ();

  row->id = sg_query_get_int (query);
  row->turn = sg_query_get_int (query);
  row->kind = sg_query_dup_text (query);
  row->data = sg_query_dup_text (query);
  row->created = sg_query_get_int (query);

  return row;
}

#define JOBS_AFTER                                  \
  "SELECT j.id, j.turn, j.kind, j.data, j.created"  \
  "  FROM job j CROSS JOIN turn t ON t.id = j.turn" \
  "  WHERE j.id > ? AND t.story = ? ORDER BY j.id"

/**
 * sg_jobs_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgJobRow): those of the story, the oldest first
 */
GPtrArray *
sg_jobs_list (SgConnection  *connection,
              gint64         story,
              GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_job_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection, JOBS_AFTER);

  sg_query_bind_int (&query, 0);
  sg_query_bind_int (&query, story);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_job_row (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * sg_jobs_next:
 * @after: the id of a job, or 0
 * @row: (out) (transfer full) (nullable): the oldest job of the story that is newer than that
 *
 * Looks at one job of a list that may be long.
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR; that there is none is none
 */
gboolean
sg_jobs_next (SgConnection  *connection,
              gint64         story,
              gint64         after,
              SgJobRow     **row,
              GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, JOBS_AFTER " LIMIT 1");

  sg_query_bind_int (&query, after);
  sg_query_bind_int (&query, story);
  *row = sg_query_step (&query) ? read_job_row (&query) : NULL;
  if (sg_query_finish (&query, error))
    return TRUE;

  g_clear_pointer (row, sg_job_row_free);

  return FALSE;
}

/**
 * sg_jobs_delete:
 *
 * Returns: whether it was done
 */
gboolean
sg_jobs_delete (SgConnection  *connection,
                gint64         job,
                GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "DELETE FROM job WHERE id = ?");

  sg_query_bind_int (&query, job);

  return sg_query_run (&query, error);
}
