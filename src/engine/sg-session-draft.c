/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player can do with a half-told turn: let it be told on, take it as it is, or
 * drop it.
 */

#include "config.h"

#include "engine/sg-session-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"

static const SgDraftRow *
get_draft (SgSession *self,
           GError   **error)
{
  const SgDraftRow *draft = sg_story_get_draft (self->story);

  if (draft == NULL)
    g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                         _("There is no half-told turn."));

  return draft;
}

/**
 * sg_session_continue_draft:
 *
 * Tells the half-told turn on from where it ends.
 *
 * Returns: %FALSE with an error as sg_session_retry() has
 */
gboolean
sg_session_continue_draft (SgSession *self,
                           GError   **error)
{
  const SgDraftRow *draft;
  SgInputMode mode = SG_INPUT_DO;
  g_autofree char *input = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (SG_IS_SESSION (self), FALSE);

  if (!sg_session_check_idle (self, error))
    return FALSE;

  draft = get_draft (self, error);
  if (draft == NULL)
    return FALSE;

  sg_input_mode_from_string (draft->mode, &mode);
  input = g_strdup (draft->input);
  text = g_strdup (draft->text);
  sg_session_start_at (self, draft->branch, draft->depth, mode, input, text, 0);

  return TRUE;
}

typedef struct
{
  gint64     story;
  SgTurnRow *row;
  SgPath    *path;
  SgWorld   *world;
} DraftEnd;

static void
draft_end_free (gpointer data)
{
  DraftEnd *end = data;

  g_clear_pointer (&end->row, sg_turn_row_free);
  g_clear_pointer (&end->path, sg_path_free);
  g_clear_object (&end->world);
  g_free (end);
}

/* A draft that is kept as told is a turn without changes of the world. */
static gboolean
keep_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  DraftEnd *end = data;

  end->row->alternative = sg_turns_next_alternative (connection, end->path, error);

  return end->row->alternative >= 0 && sg_turn_row_store (connection, end->path, end->row, error)
         && sg_drafts_delete (connection, end->story, error);
}

static gboolean
discard_job (SgConnection *connection,
             gpointer      data,
             GCancellable *cancellable,
             GError      **error)
{
  DraftEnd *end = data;

  return sg_drafts_delete (connection, end->story, error);
}

static void
draft_ended_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  DraftEnd *end = g_task_get_task_data (task);
  GError *error = NULL;

  if (!sg_library_write_finish (SG_LIBRARY (object), result, &error))
    {
      sg_session_set_busy (self, FALSE);
      g_task_return_error (task, error);
      return;
    }

  sg_story_set_draft (self->story, NULL, TRUE);
  if (end->row != NULL)
    {
      g_autoptr (SgWorld) nothing = sg_world_new_overlay (end->world);

      sg_story_advance (self->story, end->path, end->row->branch, end->row->depth, end->row->id,
                        nothing);
    }

  sg_session_set_busy (self, FALSE);
  g_task_return_boolean (task, TRUE);
  if (self->wanted)
    sg_session_start_next (self);
}

/* Takes the task. */
static void
write_end (SgSession *self,
           GTask     *task)
{
  DraftEnd *end = g_task_get_task_data (task);

  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL,
                          end->row != NULL ? keep_job : discard_job, end, NULL, NULL,
                          draft_ended_cb, task);
}

static void
place_loaded_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  DraftEnd *end = g_task_get_task_data (task);
  GError *error = NULL;

  end->world = sg_story_load_base_finish (SG_STORY (object), result, &end->path, &error);
  if (end->world != NULL)
    {
      write_end (self, g_steal_pointer (&task));
      return;
    }

  sg_session_set_busy (self, FALSE);
  g_task_return_error (task, error);
}

static SgTurnRow *
make_row_of_draft (const SgDraftRow *draft)
{
  SgTurnRow *row = sg_turn_row_new ();

  row->story = draft->story;
  row->depth = draft->depth + 1;
  row->mode = g_strdup (draft->mode);
  row->input = g_strdup (draft->input);
  row->text = g_strdup (draft->text);
  row->reasoning = g_strdup (draft->reasoning);
  row->model = g_strdup (draft->model);
  row->finish = g_strdup (draft->stopped ? "stopped" : "error");
  row->created = g_get_real_time ();
  row->duration_us = row->first_token_us = -1;
  row->tokens_in = row->tokens_out = row->tokens_cached = -1;
  row->rate = -1;

  return row;
}

/* Keeps a draft at the place where it was told, which need not be the head any more. */
static void
keep_draft (SgSession        *self,
            const SgDraftRow *draft,
            GTask            *task)
{
  DraftEnd *end = g_task_get_task_data (task);

  end->row = make_row_of_draft (draft);
  if (!sg_session_is_at_head (self, draft->branch, draft->depth))
    {
      sg_story_load_base_async (self->story, draft->branch, draft->depth, NULL, place_loaded_cb,
                                task);
      return;
    }

  end->path = sg_path_copy (sg_story_get_path (self->story));
  end->world = g_object_ref (sg_story_get_world (self->story));
  write_end (self, task);
}

static void
end_draft (SgSession           *self,
           gboolean             keep,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const SgDraftRow *draft = NULL;
  GError *error = NULL;
  DraftEnd *end;

  g_task_set_source_tag (task, end_draft);
  g_task_set_check_cancellable (task, FALSE);

  if (sg_session_check_idle (self, &error))
    draft = get_draft (self, &error);
  if (draft == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  end = g_new0 (DraftEnd, 1);
  end->story = draft->story;
  g_task_set_task_data (task, end, draft_end_free);
  sg_session_set_busy (self, TRUE);
  if (keep)
    keep_draft (self, draft, g_steal_pointer (&task));
  else
    write_end (self, g_steal_pointer (&task));
}

/**
 * sg_session_keep_draft_async:
 * @cancellable: (nullable): unused once the library works on it
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Takes the half-told turn as it is.
 */
void
sg_session_keep_draft_async (SgSession           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (SG_IS_SESSION (self));

  end_draft (self, TRUE, cancellable, callback, user_data);
}

/**
 * sg_session_discard_draft_async:
 * @cancellable: (nullable): unused once the library works on it
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Drops the half-told turn.
 */
void
sg_session_discard_draft_async (SgSession           *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (SG_IS_SESSION (self));

  end_draft (self, FALSE, cancellable, callback, user_data);
}

/**
 * sg_session_draft_finish:
 * @result: the result of keeping or discarding
 *
 * Returns: whether it was done; else an %SG_LIBRARY_ERROR, or %G_IO_ERROR_BUSY while a turn runs
 */
gboolean
sg_session_draft_finish (SgSession    *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
