/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the trace of one turn back from the library. */

#include "config.h"

#include "app/performance/sg-stored-turn.h"

#include "store/sg-path.h"
#include "store/sg-tables.h"
#include "world/sg-trace-rows.h"

/* What is asked for: @turn, or where that is 0 the last turn of @path; and what came back. */
typedef struct
{
  gint64     turn;
  SgPath    *path;
  gint64     depth;
  gboolean   estimated;
  char      *settings;
  GPtrArray *spans;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->path, sg_path_free);
  g_clear_pointer (&job->spans, g_ptr_array_unref);
  g_free (job->settings);
  g_free (job);
}

/**
 * sg_stored_turn_free:
 * @self: (transfer full): a turn
 */
void
sg_stored_turn_free (SgStoredTurn *self)
{
  g_object_unref (self->trace);
  g_free (self->settings);
  g_free (self);
}

static gboolean
take_row (Job             *job,
          const SgTurnRow *row)
{
  job->turn = row->id;
  job->depth = row->depth;
  job->estimated = row->estimated;
  job->settings = g_strdup (row->settings);

  return TRUE;
}

static gboolean
find_turn (SgConnection  *connection,
           Job           *job,
           GError       **error)
{
  if (job->path != NULL)
    {
      g_autoptr (GPtrArray) rows = sg_turns_list_figures (connection, job->path, job->path->depth,
                                                          job->path->depth, error);

      if (rows != NULL && rows->len == 0)
        g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                             "The last turn of the story is not in the library");
      return rows != NULL && rows->len > 0 && take_row (job, g_ptr_array_index (rows, 0));
    }
  else
    {
      g_autoptr (SgTurnRow) row = sg_turns_get (connection, job->turn, error);

      return row != NULL && take_row (job, row);
    }
}

/* Runs on a reader's thread. */
static gboolean
read_turn (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Job *job = data;

  if (!find_turn (connection, job, error))
    return FALSE;

  job->spans = sg_spans_list (connection, job->turn, error);
  return job->spans != NULL;
}

/* The row of the turn knows that its counts are estimates also where no span says so. */
static void
note_estimate (SgTrace *trace)
{
  const SgSpan *model = sg_trace_find (trace, SG_SPAN_MODEL, NULL);

  if (model != NULL)
    sg_trace_set_boolean (trace, model->id, "estimated", TRUE);
}

static void
read_turn_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  SgStoredTurn *turn;
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  turn = g_new0 (SgStoredTurn, 1);
  turn->turn = job->turn;
  turn->depth = job->depth;
  turn->settings = g_steal_pointer (&job->settings);
  turn->trace = sg_trace_new_from_rows (job->spans);
  if (job->estimated)
    note_estimate (turn->trace);
  g_task_return_pointer (task, turn, (GDestroyNotify) sg_stored_turn_free);
}

/* Takes @job. */
static void
load (SgLibrary           *library,
      Job                 *job,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (library, cancellable, callback, user_data);

  g_task_set_source_tag (task, load);
  g_task_set_task_data (task, job, job_free);
  sg_library_read_latest_async (library, read_turn, job, NULL, cancellable, read_turn_cb, task);
}

/**
 * sg_stored_turn_load_async:
 * @library: where the turn is
 * @turn: its id
 *
 * Reads a turn back.
 */
void
sg_stored_turn_load_async (SgLibrary           *library,
                           gint64               turn,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Job *job;

  g_return_if_fail (SG_IS_LIBRARY (library));
  g_return_if_fail (turn > 0);

  job = g_new0 (Job, 1);
  job->turn = turn;
  load (library, job, cancellable, callback, user_data);
}

/**
 * sg_stored_turn_load_last_async:
 * @library: where the turn is
 * @path: the way to it
 *
 * Reads the last turn of a path back.
 */
void
sg_stored_turn_load_last_async (SgLibrary           *library,
                                const SgPath        *path,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  Job *job;

  g_return_if_fail (SG_IS_LIBRARY (library));
  g_return_if_fail (path != NULL);

  job = g_new0 (Job, 1);
  job->path = sg_path_copy (path);
  load (library, job, cancellable, callback, user_data);
}

/**
 * sg_stored_turn_load_finish:
 *
 * Returns: (transfer full) (nullable): the turn, or %NULL with %SG_LIBRARY_ERROR
 */
SgStoredTurn *
sg_stored_turn_load_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, load), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
