/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memories get vectors: all of the story that have none, whichever branch they lie on, so that a server
 * which could not be reached, or a model of embeddings that is new, is made up for. */

#include "config.h"

#include "engine/sg-memory-work.h"

#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

/* Memories that one job deals with; the next one takes those that are left. */
#define MAX_MEMORIES 500

typedef struct
{
  gint64      story;
  SgEmbedder *embedder;
  char       *model;
  GPtrArray  *memories;
  GPtrArray  *vectors;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->embedder);
  g_clear_pointer (&work->memories, g_ptr_array_unref);
  g_clear_pointer (&work->vectors, g_ptr_array_unref);
  g_free (work->model);
  g_free (work);
}

/* Where there are no memories yet, those that are drawn from what was told bring their own job. */
static char *
dup_data (SgTurnRun *run)
{
  gboolean is_due = sg_turn_run_get_depth (run) % SG_REMEMBER_EVERY == 0;
  gboolean remembers = sg_world_get_new_memories (run->overlay)->len > 0
                       || (is_due && !sg_memory_work_has_none (run));

  return remembers && sg_turn_run_get_embedder (run) != NULL ? g_strdup ("{}") : NULL;
}

static gboolean
read_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Work *work = data;

  work->memories =
    sg_embeddings_list_missing (connection, work->story, work->model, MAX_MEMORIES, error);

  return work->memories != NULL;
}

static void
embedded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgEmbedder *embedder = SG_EMBEDDER (object);
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;

  work->vectors = sg_embedder_embed_finish (embedder, result, &error);

  /* A server that turns out to have no embeddings will have none the next time either. */
  if (error != NULL && sg_embedder_get_available (embedder))
    {
      g_task_return_error (task, error);
      return;
    }

  g_clear_error (&error);
  g_task_return_boolean (task, TRUE);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  SgEngineSettings *settings = sg_after_job_get_settings (job);
  Work *work = g_task_get_task_data (task);
  gboolean batched = sg_engine_settings_is_on (settings, "batched-embeddings");
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (work->memories->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  for (guint i = 0; i < work->memories->len; i++)
    g_ptr_array_add (texts, ((SgMemoryRow *) g_ptr_array_index (work->memories, i))->text);
  g_ptr_array_add (texts, NULL);

  sg_embedder_embed_async (
    work->embedder, (const char *const *) texts->pdata,
    batched ? (guint) sg_engine_settings_get_number (settings, "embeddings-at-once") : 1,
    sg_after_job_get_trace (job), sg_after_job_get_span (job), g_task_get_cancellable (task),
    embedded_cb, g_object_ref (task));
}

static void
run_async (SgAfterJob          *job,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (job, cancellable, callback, user_data);
  SgStory *story = sg_after_job_get_story (job);
  SgEmbedder *embedder = sg_model_get_embedder (
    sg_asker_get_model (sg_after_job_get_asker (job)),
    sg_engine_settings_get_text (sg_after_job_get_settings (job), "embedding-model"));
  Work *work;

  g_task_set_source_tag (task, run_async);
  if (embedder == NULL || !sg_embedder_get_available (embedder))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  work = g_new0 (Work, 1);
  work->story = sg_story_get_id (story);
  work->embedder = g_object_ref (embedder);
  work->model = g_strdup (sg_embedder_get_name (embedder));
  g_task_set_task_data (task, work, work_free);
  sg_library_peek_async (sg_story_get_library (story), read_job, work, NULL, cancellable, read_cb,
                         g_object_ref (task));
}

static gboolean
run_finish (SgAfterJob    *job,
            GAsyncResult  *result,
            GError       **error)
{
  Work *work;

  g_return_val_if_fail (g_task_is_valid (result, job), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  work = g_task_get_task_data (G_TASK (result));
  if (work != NULL && work->vectors != NULL)
    {
      Work *done = g_new0 (Work, 1);

      done->model = g_strdup (work->model);
      done->memories = g_ptr_array_ref (work->memories);
      done->vectors = g_ptr_array_ref (work->vectors);
      sg_after_job_set_result (job, done, work_free);
    }

  return TRUE;
}

static gboolean
store (SgAfterJob    *job,
       SgConnection  *connection,
       gint64         turn,
       gint64         late,
       GError       **error)
{
  Work *done = sg_after_job_get_result (job);

  for (guint i = 0; done != NULL && i < done->memories->len; i++)
    {
      const SgMemoryRow *memory = g_ptr_array_index (done->memories, i);
      GBytes *vector = g_ptr_array_index (done->vectors, i);

      if (vector != NULL
          && !sg_embeddings_put (connection, memory->id, done->model, vector, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * sg_embed_get_handler:
 *
 * Returns: (transfer none): how memories get vectors
 */
const SgAfterHandler *
sg_embed_get_handler (void)
{
  static const SgAfterHandler handler = {
    .kind = SG_EMBED_KIND,
    .setting = "background-memory",
    .stage = SG_STAGE_REMEMBER,
    .needs_model = TRUE,
    .dup_data = dup_data,
    .run_async = run_async,
    .run_finish = run_finish,
    .store = store,
  };

  return &handler;
}
