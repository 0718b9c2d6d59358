/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns that start somewhere else than at the head.  A retry is a sibling: the last turn stays in the
 * tree, and its words are handed in once more at the turn before it.  A half-told turn
 * starts from where it was told.
 */

#include "config.h"

#include "engine/sg-session-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GWeakRef    session;
  SgInputMode mode;
  char       *input;
  char       *draft;
  gboolean    repair;
  char       *fault;
  gint64      repairs;
  gint64      submitted_us;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_weak_ref_clear (&start->session);
  g_free (start->input);
  g_free (start->draft);
  g_free (start->fault);
  g_free (start);
}

/* The task holds the story only: a session that goes away while it loads is gone. */
static GTask *
start_task_new (SgSession  *self,
                SgInputMode mode,
                const char *input,
                const char *draft,
                gint64      submitted_us)
{
  GTask *task;
  Start *start = g_new0 (Start, 1);

  g_weak_ref_init (&start->session, self);
  start->mode = mode;
  start->input = g_strdup (input);
  start->draft = g_strdup (draft);
  start->submitted_us = submitted_us > 0 ? submitted_us : g_get_monotonic_time ();

  self->loading = g_cancellable_new ();
  sg_session_set_busy (self, TRUE);

  task = g_task_new (self->story, self->loading, NULL, NULL);
  g_task_set_source_tag (task, start_task_new);
  g_task_set_task_data (task, start, start_free);

  return task;
}

/* Takes the error. */
static void
give_up (SgSession *self,
         GError    *error)
{
  g_autoptr (GError) taken = error;

  if (self == NULL)
    return;

  g_clear_object (&self->loading);
  sg_session_set_busy (self, FALSE);
  sg_session_report (self, taken);
}

static void
base_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (SgSession) self = g_weak_ref_get (&start->session);
  g_autoptr (SgPath) path = NULL;
  GError *error = NULL;
  g_autoptr (SgWorld) world = sg_story_load_base_finish (SG_STORY (object), result, &path, &error);

  if (world == NULL)
    {
      give_up (self, error);
    }
  else if (self != NULL)
    {
      g_clear_object (&self->loading);
      g_free (self->fault);
      self->fault = g_steal_pointer (&start->fault);
      self->repairs = start->repairs;
      sg_session_start_run (self, g_steal_pointer (&path), world, start->mode, start->input,
                            start->draft, start->submitted_us);
    }

  g_task_return_boolean (task, TRUE);
}

/**
 * sg_session_is_at_head:
 *
 * Returns: whether a place in the tree is where the story is
 */
gboolean
sg_session_is_at_head (SgSession *self,
                       gint64     branch,
                       gint64     depth)
{
  const SgPath *path = sg_story_get_path (self->story);

  return path->branch == branch && path->depth == depth;
}

/**
 * sg_session_start_at:
 * @branch: a branch
 * @depth: the depth of the turn before
 *
 * Starts a turn at any place of the tree.
 */
void
sg_session_start_at (SgSession   *self,
                     gint64       branch,
                     gint64       depth,
                     SgInputMode  mode,
                     const char  *input,
                     const char  *draft,
                     gint64       submitted_us)
{
  GTask *task;

  if (sg_session_is_at_head (self, branch, depth))
    {
      sg_session_start_at_head (self, mode, input, draft, submitted_us);
      return;
    }

  task = start_task_new (self, mode, input, draft, submitted_us);
  sg_story_load_base_async (self->story, branch, depth, self->loading, base_cb, task);
}

static void
last_turn_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (SgSession) self = g_weak_ref_get (&start->session);
  SgStory *story = SG_STORY (object);
  const SgPath *path = sg_story_get_path (story);
  GError *error = NULL;
  g_autoptr (GPtrArray) turns = sg_story_load_turns_finish (story, result, &error);
  const SgTurnRow *turn;

  if (turns == NULL || turns->len == 0)
    {
      if (error == NULL)
        error = g_error_new_literal (SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                                     _("There is no turn to tell anew."));
      give_up (self, error);
    }
  else if (self != NULL)
    {
      turn = g_ptr_array_index (turns, 0);
      if (!sg_input_mode_from_string (turn->mode, &start->mode))
        start->mode = SG_INPUT_DO;
      start->input = g_strdup (turn->input);
      if (start->repair)
        {
          start->fault = g_strdup (turn->findings);
          start->repairs = turn->id;
        }
      sg_story_load_base_async (story, sg_path_owner (path, turn->depth - 1), turn->depth - 1,
                                self->loading, base_cb, g_object_ref (task));
      return;
    }

  g_task_return_boolean (task, TRUE);
}

/**
 * sg_session_retry:
 *
 * Tells the last turn anew, with the same words, as an alternative beside it; where there is a draft,
 * it is told anew instead, and gives way once there is something new.
 *
 * Returns: %FALSE with %G_IO_ERROR_BUSY while a turn runs, or %SG_LIBRARY_ERROR_NOT_FOUND where
 *   there is nothing to tell anew
 */
gboolean
sg_session_retry (SgSession *self,
                  GError   **error)
{
  const SgDraftRow *draft;
  SgInputMode mode = SG_INPUT_DO;
  gint64 depth;

  g_return_val_if_fail (SG_IS_SESSION (self), FALSE);

  if (!sg_session_check_idle (self, error))
    return FALSE;

  draft = sg_story_get_draft (self->story);
  if (draft != NULL)
    {
      g_autofree char *input = g_strdup (draft->input);

      sg_input_mode_from_string (draft->mode, &mode);
      sg_session_start_at (self, draft->branch, draft->depth, mode, input, NULL, 0);
      return TRUE;
    }

  depth = sg_story_get_depth (self->story);
  if (depth <= 0)
    {
      g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                           _("There is no turn to tell anew."));
      return FALSE;
    }

  sg_story_load_turns_async (self->story, depth, depth, NULL, last_turn_cb,
                             start_task_new (self, mode, NULL, NULL, 0));

  return TRUE;
}

/**
 * sg_session_repair:
 * @depth: the depth of a turn on the path, the opening excepted
 *
 * Tells a turn anew, with the same words and with what was found wrong with it, as an alternative
 * beside it; what followed it stays with the one that is replaced.  What was found counts as
 * repaired once the new one is committed.
 *
 * Returns: %FALSE with %G_IO_ERROR_BUSY while a turn runs, or %SG_LIBRARY_ERROR_NOT_FOUND where there is no
 *   such turn
 */
gboolean
sg_session_repair (SgSession *self,
                   gint64     depth,
                   GError   **error)
{
  GTask *task;
  Start *start;

  g_return_val_if_fail (SG_IS_SESSION (self), FALSE);

  if (!sg_session_check_idle (self, error))
    return FALSE;

  if (depth <= 0 || depth > sg_story_get_depth (self->story))
    {
      g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                           _("There is no turn to tell anew."));
      return FALSE;
    }

  task = start_task_new (self, SG_INPUT_DO, NULL, NULL, 0);
  start = g_task_get_task_data (task);
  start->repair = TRUE;
  sg_story_load_turns_async (self->story, depth, depth, NULL, last_turn_cb, task);

  return TRUE;
}
