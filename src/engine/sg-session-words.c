/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The player's words outlast the program: those that wait for a turn, and those that were not handed in
 * yet.  They are stored whenever they change, and come back when the story is opened to be played.
 * Scripts play stories, too, without meaning what somebody left in the window: so words are only kept
 * by a session that was asked for those from before.
 */

#include "config.h"

#include "engine/sg-session-private.h"

#include "store/sg-tables.h"

/* Words that were not handed in stand before the first in the queue. */
#define UNSENT_POSITION (-1)

typedef struct
{
  gint64     story;
  GPtrArray *rows;
} Words;

static void
words_free (gpointer data)
{
  Words *words = data;

  g_clear_pointer (&words->rows, g_ptr_array_unref);
  g_free (words);
}

static Words *
words_new (SgSession *self)
{
  Words *words = g_new0 (Words, 1);

  words->story = sg_story_get_id (self->story);

  return words;
}

static void
add_row (Words       *words,
         int          position,
         SgInputMode  mode,
         const char  *text)
{
  SgQueuedRow *row = sg_queued_row_new ();

  row->story = words->story;
  row->position = position;
  row->mode = g_strdup (sg_input_mode_to_string (mode));
  row->text = g_strdup (text);
  g_ptr_array_add (words->rows, row);
}

static gboolean
put_job (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  const Words *words = data;

  return sg_queued_put (connection, words->story, words->rows, error);
}

/**
 * sg_session_keep_words:
 *
 * Stores the words that wait, where anything has changed.
 */
void
sg_session_keep_words (SgSession *self)
{
  gboolean any = self->queue->len > 0 || self->unsent != NULL;
  Words *words;

  if (!self->keeps_words || (!any && !self->words_stored))
    return;

  words = words_new (self);
  words->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_queued_row_free);
  if (self->unsent != NULL)
    add_row (words, UNSENT_POSITION, self->unsent_mode, self->unsent);
  for (guint i = 0; i < self->queue->len; i++)
    {
      SgQueuedInput input = sg_session_get_queued (self, i);

      add_row (words, (int) i, input.mode, input.text);
    }

  self->words_stored = any;
  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_JOURNAL, put_job, words,
                          words_free, NULL, NULL, NULL);
}

/**
 * sg_session_set_unsent:
 * @mode: how the words are meant
 * @text: (nullable): words that the player has written and not handed in
 *
 * Keeps words until they are handed in or thrown away, over the end of the program.
 */
void
sg_session_set_unsent (SgSession   *self,
                       SgInputMode  mode,
                       const char  *text)
{
  g_return_if_fail (SG_IS_SESSION (self));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (text, self->unsent) == 0 && mode == self->unsent_mode)
    return;

  g_free (self->unsent);
  self->unsent = g_strdup (text);
  self->unsent_mode = mode;
  sg_session_keep_words (self);
}

/**
 * sg_session_get_unsent:
 * @mode: (out) (optional): how the words are meant
 *
 * Returns: (transfer none) (nullable): words that were written and not handed in
 */
const char *
sg_session_get_unsent (SgSession   *self,
                       SgInputMode *mode)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  if (mode != NULL)
    *mode = self->unsent_mode;

  return self->unsent;
}

static gboolean
list_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  Words *words = g_task_get_task_data (data);

  words->rows = sg_queued_list (connection, words->story, error);

  return words->rows != NULL;
}

static void
take_row (SgSession         *self,
          const SgQueuedRow *row)
{
  SgInputMode mode = SG_INPUT_DO;

  sg_input_mode_from_string (row->mode, &mode);
  if (row->position != UNSENT_POSITION)
    {
      sg_session_queue_add (self, mode, row->text);
    }
  else if (self->unsent == NULL)
    {
      self->unsent = g_strdup (row->text);
      self->unsent_mode = mode;
    }
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  const Words *words = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; i < words->rows->len; i++)
    take_row (self, g_ptr_array_index (words->rows, i));
  self->words_stored = words->rows->len > 0;
  self->keeps_words = TRUE;
  if (self->queue->len > 0)
    sg_session_queue_changed (self);

  g_task_return_boolean (task, TRUE);
}

/**
 * sg_session_restore_words_async:
 * @cancellable: (nullable): a cancellable
 * @callback: called when they are there
 * @user_data: data for @callback
 *
 * Takes up the words that waited when the story was last played, and keeps those that come.  What is
 * in the queue then waits until the player hands in the next words, as after a stop.
 */
void
sg_session_restore_words_async (SgSession           *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SG_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_session_restore_words_async);
  g_task_set_task_data (task, words_new (self), words_free);
  sg_library_read_async (sg_story_get_library (self->story), list_job, g_object_ref (task),
                         g_object_unref, cancellable, listed_cb, g_object_ref (task));
}

/**
 * sg_session_restore_words_finish:
 * @result: what the callback was given
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR; words that come are not kept then
 */
gboolean
sg_session_restore_words_finish (SgSession     *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_session_restore_words_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
