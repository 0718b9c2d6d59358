/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The summary of what is about to leave the prompt.  It is made when the limit of the history comes
 * near, while the block is still in the prompt, and tells of all that came before as well, so that one
 * summary is enough and never grows.  It belongs to the last turn that it tells of: all branches
 * that pass through that turn share it. */

#include "config.h"

#include "engine/sg-memory-work.h"

#include <string.h>

#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

static const char system_words[] =
  "You keep the record of an interactive story. Put what happened so far into few words, so that whoever "
  "goes on telling it contradicts nothing: who is who, where things are, what was promised, found, lost "
  "or is still open, and what the player's character wants. Facts before moods, names as they are. "
  "At most two hundred words, in the language of the story, as plain text and nothing else.";

typedef struct
{
  gint64     first;
  gint64     last;
  SgPath    *path;

  /* What the library has. */
  gboolean   is_done;
  char      *before;
  gint64     begin;
  GPtrArray *turns;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->path, sg_path_free);
  g_clear_pointer (&work->turns, g_ptr_array_unref);
  g_free (work->before);
  g_free (work);
}

static char *
dup_data (SgTurnRun *run)
{
  SgTurnRow told = { .input = run->input, .text = run->text->str };
  gint64 first, last;

  if (!sg_model_is_language_model (run->model)
      || !sg_history_is_current (run->history, run->path)
      || !sg_history_get_leaving (run->history, &told, &first, &last))
    return NULL;

  return g_strdup_printf ("{\"first\":%" G_GINT64_FORMAT ",\"last\":%" G_GINT64_FORMAT "}", first,
                          last);
}

static gboolean
read_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Work *work = data;
  g_autoptr (GPtrArray) summaries =
    sg_summaries_list (connection, work->path, G_MAXINT64, error);

  if (summaries == NULL)
    return FALSE;

  work->begin = work->first;
  for (guint i = 0; i < summaries->len; i++)
    {
      const SgSummaryRow *summary = g_ptr_array_index (summaries, i);

      work->is_done |= summary->last >= work->last;
      if (summary->last >= work->first)
        continue;

      g_free (work->before);
      work->before = g_strdup (summary->text);
      work->begin = summary->first;
    }

  work->turns = sg_turns_list (connection, work->path, work->first, work->last, error);

  return work->turns != NULL;
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  SgFinishReason reason = SG_FINISH_OTHER;
  GError *error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, &reason, &error);
  SgSummaryRow *row;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_strstrip (answer);
  if (*answer != '\0')
    {
      row = sg_summary_row_new ();
      row->first = work->begin;
      row->last = work->last;
      row->text = reason == SG_FINISH_LENGTH ? sg_memory_work_cut_sentence (answer)
                                             : g_steal_pointer (&answer);
      sg_after_job_set_result (job, row, (GDestroyNotify) sg_summary_row_free);
    }
  g_task_return_boolean (task, TRUE);
}

static SgModelRequest *
make_request (const Work *work)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (work->before != NULL)
    g_string_append_printf (text, "[The story so far]\n%s\n\n", work->before);
  g_string_append (text, "[What happened then]\n");
  for (guint i = 0; i < work->turns->len; i++)
    sg_memory_work_append_turn (text, g_ptr_array_index (work->turns, i));
  g_string_append (text, "[Your task]\nWrite the story so far, up to here.");

  return sg_asker_make_request (SG_REQUEST_SUMMARY, system_words, text->str, NULL);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  g_autoptr (SgModelRequest) request = NULL;
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (work->is_done || work->turns->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  request = make_request (work);
  sg_asker_ask_async (sg_after_job_get_asker (job), request, "summary", 0, NULL, NULL,
                      g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
run_async (SgAfterJob          *job,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  JsonObject *data = sg_after_job_get_data (job);
  g_autoptr (GTask) task = g_task_new (job, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  g_task_set_source_tag (task, run_async);
  g_task_set_task_data (task, work, work_free);
  work->path = sg_path_copy (sg_after_job_get_path (job));
  work->first = data != NULL ? json_object_get_int_member_with_default (data, "first", 0) : 0;
  work->last = data != NULL ? json_object_get_int_member_with_default (data, "last", -1) : -1;
  sg_library_peek_async (sg_story_get_library (sg_after_job_get_story (job)), read_job, work, NULL,
                         cancellable, read_cb, g_object_ref (task));
}

static gboolean
run_finish (SgAfterJob    *job,
            GAsyncResult  *result,
            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, job), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Always a late record: it belongs to an earlier turn, whose followers may have seen another. */
static gboolean
store (SgAfterJob    *job,
       SgConnection  *connection,
       gint64         turn,
       gint64         late,
       GError       **error)
{
  SgSummaryRow *row = sg_after_job_get_result (job);
  g_autoptr (SgPath) path = NULL;

  if (row == NULL)
    return TRUE;

  path = sg_memory_work_load_path (connection, turn, error);
  if (path == NULL)
    return FALSE;

  row->late = late;
  if (late == 0 && !sg_stories_take_late (connection, path->story, &row->late, error))
    return FALSE;

  return sg_summaries_insert (connection, path, row, error) != 0;
}

/**
 * sg_summarise_get_handler:
 *
 * Returns: (transfer none): how summaries are made
 */
const SgAfterHandler *
sg_summarise_get_handler (void)
{
  static const SgAfterHandler handler = {
    .kind = "summarise",
    .setting = "background-memory",
    .stage = SG_STAGE_REMEMBER,
    .needs_model = TRUE,
    .is_late = TRUE,
    .dup_data = dup_data,
    .run_async = run_async,
    .run_finish = run_finish,
    .store = store,
  };

  return &handler;
}
