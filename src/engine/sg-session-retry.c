/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A retry is a sibling: the last turn stays in the tree, and its words are handed in once
 * more at the turn before it.
 */

#include "config.h"

#include "engine/sg-session-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  SgInputMode mode;
  char       *input;
  gint64      submitted_us;
} RetryData;

static void
retry_data_free (gpointer data)
{
  RetryData *retry = data;

  g_free (retry->input);
  g_free (retry);
}

static void
give_up_retry (SgSession *self,
               GError    *error)
{
  g_autoptr (GError) taken = error;

  g_warning ("The last turn cannot be told anew: %s", taken->message);
  sg_session_set_busy (self, FALSE);
  sg_session_start_next (self);
}

static void
retry_base_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  RetryData *retry = g_task_get_task_data (task);
  GError *error = NULL;
  SgPath *path = NULL;
  g_autoptr (SgWorld) world = sg_story_load_base_finish (SG_STORY (object), result, &path, &error);

  if (world == NULL)
    give_up_retry (self, error);
  else
    sg_session_start_run (self, path, world, retry->mode, retry->input, NULL, retry->submitted_us);

  g_task_return_boolean (task, TRUE);
}

static void
retry_turn_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  RetryData *retry = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) turns = sg_story_load_turns_finish (SG_STORY (object), result, &error);
  const SgTurnRow *turn;

  if (turns == NULL || turns->len == 0)
    {
      if (error == NULL)
        error = g_error_new_literal (SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                                     _("There is no turn to tell anew."));
      give_up_retry (self, error);
      g_task_return_boolean (task, TRUE);
      return;
    }

  turn = g_ptr_array_index (turns, 0);
  if (!sg_input_mode_from_string (turn->mode, &retry->mode))
    retry->mode = SG_INPUT_DO;
  retry->input = g_strdup (turn->input);
  sg_story_load_base_async (self->story, turn->depth - 1, NULL, retry_base_cb,
                            g_steal_pointer (&task));
}

/**
 * sg_session_retry:
 *
 * Tells the last turn anew, with the same words, as an alternative beside it; where there is a draft,
 * it is told anew instead.
 *
 * Returns: %FALSE with %G_IO_ERROR_BUSY while a turn runs, or %SG_LIBRARY_ERROR_NOT_FOUND where
 *   there is nothing to tell anew
 */
gboolean
sg_session_retry (SgSession *self,
                  GError   **error)
{
  const SgDraftRow *draft;
  RetryData *retry;
  GTask *task;
  gint64 depth;

  g_return_val_if_fail (SG_IS_SESSION (self), FALSE);

  if (self->busy)
    return sg_session_fail_busy (error);

  draft = sg_story_get_draft (self->story);
  if (draft != NULL)
    {
      SgInputMode mode = SG_INPUT_DO;
      g_autofree char *input = g_strdup (draft->input);

      sg_input_mode_from_string (draft->mode, &mode);
      sg_session_start_at_head (self, mode, input, NULL, g_get_monotonic_time ());
      return TRUE;
    }

  depth = sg_story_get_depth (self->story);
  if (depth <= 0)
    {
      g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                           _("There is no turn to tell anew."));
      return FALSE;
    }

  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (task, sg_session_retry);
  retry = g_new0 (RetryData, 1);
  retry->submitted_us = g_get_monotonic_time ();
  g_task_set_task_data (task, retry, retry_data_free);
  sg_session_set_busy (self, TRUE);
  sg_story_load_turns_async (self->story, depth, depth, NULL, retry_turn_cb, task);

  return TRUE;
}
