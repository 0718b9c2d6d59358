/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn has to know before its prompt can be put together.  In a story that remembers nothing the turn
 * before has left nothing to ask for.  Else one job of the library reads all that
 * can be found by itself, and finds memories by the player's words.  What the words mean has to be
 * asked for; where any memory can be compared with it, that runs beside the job and has a
 * short time only: a turn is not held up for memories that may be a little better.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include "engine/sg-after.h"
#include "store/sg-tables.h"

/* How many memories go into a prompt. */
#define MAX_MEMORIES 6

/* How long a turn waits for the meaning of the player's words, in milliseconds. */
#define MEANING_PATIENCE_MS 150

typedef struct
{
  SgPath       *path;
  SgHistory    *history;
  char         *words;
  char         *model;
  GPtrArray    *memories;
  GPtrArray    *summaries;
  gint64        seen;
  gint64        known;
  int           alternative;
  gboolean      has_meanings;

  /* On the main thread: what is still under way. */
  gboolean      read;
  gboolean      asked;
  gboolean      asking;
  gboolean      done;
  GBytes       *vector;
  GCancellable *patience;
  GSource      *timeout;
} Retrieval;

static void
stop_patience (Retrieval *retrieval)
{
  if (retrieval->timeout != NULL)
    g_source_destroy (retrieval->timeout);
  g_clear_pointer (&retrieval->timeout, g_source_unref);
}

static void
retrieval_free (gpointer data)
{
  Retrieval *retrieval = data;

  stop_patience (retrieval);
  g_clear_pointer (&retrieval->path, sg_path_free);
  g_clear_pointer (&retrieval->history, sg_history_unref);
  g_clear_pointer (&retrieval->memories, g_ptr_array_unref);
  g_clear_pointer (&retrieval->summaries, g_ptr_array_unref);
  g_clear_pointer (&retrieval->vector, g_bytes_unref);
  g_clear_object (&retrieval->patience);
  g_free (retrieval->words);
  g_free (retrieval->model);
  g_free (retrieval);
}

/* What only a language model reads. */
static gboolean
read_past (SgConnection *connection,
           Retrieval    *retrieval,
           GError      **error)
{
  if (retrieval->history != NULL
      && !sg_history_load (retrieval->history, connection, retrieval->path, error))
    return FALSE;

  if (retrieval->seen != retrieval->known)
    {
      retrieval->summaries =
        sg_summaries_list (connection, retrieval->path, retrieval->seen, error);
      if (retrieval->summaries == NULL)
        return FALSE;
    }

  if (*retrieval->words == '\0')
    return TRUE;

  retrieval->memories = sg_memories_search (connection, retrieval->path, retrieval->words,
                                            MAX_MEMORIES, error);

  return retrieval->memories != NULL
         && (retrieval->model == NULL
             || sg_embeddings_exist (connection, retrieval->path->story, retrieval->model,
                                     &retrieval->has_meanings, error));
}

static gboolean
retrieve_job (SgConnection *connection,
              gpointer      data,
              GCancellable *cancellable,
              GError      **error)
{
  Retrieval *retrieval = data;

  retrieval->alternative = sg_turns_next_alternative (connection, retrieval->path, error);
  if (retrieval->alternative < 0
      || !sg_stories_get_late (connection, retrieval->path->story, &retrieval->seen, error))
    return FALSE;

  return retrieval->words == NULL || read_past (connection, retrieval, error);
}

static gboolean
meaning_job (SgConnection *connection,
             gpointer      data,
             GCancellable *cancellable,
             GError      **error)
{
  Retrieval *retrieval = data;
  GPtrArray *memories =
    sg_memories_search_both (connection, retrieval->path, retrieval->words, retrieval->model,
                             retrieval->vector, MAX_MEMORIES, error);

  if (memories == NULL)
    return FALSE;

  g_ptr_array_unref (retrieval->memories);
  retrieval->memories = memories;

  return TRUE;
}

static void
hand_over (GTask *task)
{
  SgTurnRun *self = g_task_get_source_object (task);
  Retrieval *retrieval = g_task_get_task_data (task);

  self->alternative = retrieval->alternative;
  self->seen = retrieval->seen;
  self->memories = g_steal_pointer (&retrieval->memories);
  if (retrieval->history != NULL)
    sg_history_replace (self->history, g_steal_pointer (&retrieval->history));
  if (retrieval->summaries != NULL)
    sg_history_set_summaries (self->history, g_steal_pointer (&retrieval->summaries),
                              retrieval->seen);
  sg_history_set_has_meanings (self->history, retrieval->has_meanings);

  g_task_return_boolean (task, TRUE);
  sg_turn_run_retrieved (self);
}

/* Takes the error. */
static void
give_up (GTask  *task,
         GError *error)
{
  Retrieval *retrieval = g_task_get_task_data (task);

  retrieval->asking = FALSE;
  retrieval->done = TRUE;
  g_cancellable_cancel (retrieval->patience);
  stop_patience (retrieval);
  g_task_return_boolean (task, FALSE);
  sg_turn_run_fail (g_task_get_source_object (task), error);
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgTurnRun *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error) || self->stopped)
    give_up (task, error);
  else
    hand_over (task);
}

/* Goes on when nothing is under way any more. */
static void
go_on (GTask *task)
{
  SgTurnRun *self = g_task_get_source_object (task);
  Retrieval *retrieval = g_task_get_task_data (task);

  if (!retrieval->read || retrieval->asking || retrieval->done)
    return;

  retrieval->done = TRUE;
  if (self->stopped)
    {
      give_up (task, NULL);
    }
  else if (retrieval->vector == NULL)
    {
      hand_over (task);
    }
  else
    {
      sg_trace_set_string (self->trace, self->stage_span, "memories.by", "words and meaning");
      sg_library_read_async (sg_story_get_library (self->story), meaning_job, retrieval, NULL,
                             self->cancellable, found_cb, g_object_ref (task));
    }
}

static void
queried_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Retrieval *retrieval = g_task_get_task_data (task);
  g_autoptr (GBytes) vector = sg_embedder_query_finish (SG_EMBEDDER (object), result, NULL);

  /* What went wrong is on the span of the request; the words will do.  After the time was up the turn is
   * somewhere else already. */
  stop_patience (retrieval);
  if (!retrieval->asking)
    return;

  retrieval->asking = FALSE;
  retrieval->vector = g_steal_pointer (&vector);
  go_on (task);
}

static gboolean
out_of_patience_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgTurnRun *self = g_task_get_source_object (task);
  Retrieval *retrieval = g_task_get_task_data (task);

  sg_trace_set_boolean (self->trace, self->stage_span, "meaning.late", TRUE);
  retrieval->asking = FALSE;
  g_cancellable_cancel (retrieval->patience);
  go_on (task);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GCancellable *patience)
{
  g_cancellable_cancel (patience);
}

static void
ask_meaning (GTask      *task,
             SgEmbedder *embedder)
{
  SgTurnRun *self = g_task_get_source_object (task);
  Retrieval *retrieval = g_task_get_task_data (task);

  retrieval->asked = TRUE;
  retrieval->asking = TRUE;
  retrieval->patience = g_cancellable_new ();
  g_signal_connect_object (self->cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                           retrieval->patience, 0);

  retrieval->timeout = g_timeout_source_new (MEANING_PATIENCE_MS);
  g_source_set_static_name (retrieval->timeout, "storyglass: meaning");
  g_source_set_callback (retrieval->timeout, out_of_patience_cb, task, NULL);
  g_source_attach (retrieval->timeout, g_main_context_get_thread_default ());

  sg_embedder_query_async (embedder, retrieval->words, self->trace, self->stage_span,
                           retrieval->patience, queried_cb, g_object_ref (task));
}

static void
retrieved_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgTurnRun *self = g_task_get_source_object (task);
  Retrieval *retrieval = g_task_get_task_data (task);
  GError *error = NULL;

  retrieval->read = TRUE;
  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error) || self->stopped)
    {
      give_up (task, error);
      return;
    }

  if (retrieval->has_meanings && !retrieval->asked)
    {
      SgEmbedder *embedder = sg_turn_run_get_embedder (self);

      if (embedder != NULL)
        ask_meaning (task, embedder);
    }
  go_on (task);
}

static void
read_all (SgTurnRun *self)
{
  Retrieval *retrieval = g_new0 (Retrieval, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);
  SgEmbedder *embedder = NULL;

  g_task_set_source_tag (task, read_all);
  g_task_set_task_data (task, retrieval, retrieval_free);

  retrieval->path = sg_path_copy (self->path);
  retrieval->known = -1;
  if (sg_model_is_language_model (self->model))
    {
      retrieval->words = g_strdup (self->input);
      embedder = *self->input != '\0' ? sg_turn_run_get_embedder (self) : NULL;
      if (embedder != NULL)
        retrieval->model = g_strdup (sg_embedder_get_name (embedder));
      if (!sg_history_is_current (self->history, self->path))
        retrieval->history = sg_history_new ();
      else
        retrieval->known = sg_history_get_seen (self->history);
    }

  sg_library_peek_async (sg_story_get_library (self->story), retrieve_job, retrieval, NULL,
                         self->cancellable, retrieved_cb, g_object_ref (task));

  /* Beside the reading, or after it where nothing is to be done at once. */
  if (embedder != NULL && sg_history_get_has_meanings (self->history)
      && sg_engine_settings_is_on (self->settings, "parallel-tools"))
    ask_meaning (task, embedder);
}

/**
 * sg_turn_run_retrieve:
 *
 * Reads what the turn has to know; sg_turn_run_retrieved() goes on from there.
 */
void
sg_turn_run_retrieve (SgTurnRun *self)
{
  if (self->stopped || !sg_model_is_language_model (self->model)
      || !sg_history_is_current (self->history, self->path)
      || !sg_history_is_complete (self->history, sg_after_get_n_late (self->after)))
    {
      read_all (self);
      return;
    }

  self->alternative = 0;
  self->seen = sg_history_get_seen (self->history);
  sg_turn_run_retrieved (self);
}
