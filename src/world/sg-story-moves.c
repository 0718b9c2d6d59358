/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo, redo, going to a turn and starting an alternative are all the same: one
 * pointer moves in the tree, in one job, which also reads what the story is there.
 */

#include "config.h"

#include "world/sg-story-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-path.h"
#include "store/sg-tables.h"

typedef struct _MoveData MoveData;

typedef gboolean (*MoveFunc) (SgConnection *connection,
                              MoveData     *move,
                              SgStoryRow   *row,
                              GError      **error);

struct _MoveData
{
  gint64        story;
  MoveFunc      func;
  gint64        turn;
  char         *title;
  SgStoryState *state;
};

static void
move_data_free (gpointer data)
{
  MoveData *move = data;

  g_clear_pointer (&move->state, sg_story_state_free);
  g_free (move->title);
  g_free (move);
}

static gboolean
fail_not_found (GError    **error,
                const char *message)
{
  g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND, message);

  return FALSE;
}

static gboolean
move_undo (SgConnection *connection,
           MoveData     *move,
           SgStoryRow   *row,
           GError      **error)
{
  g_autoptr (SgPath) path = NULL;
  gint64 depth = row->depth - 1;

  if (depth < 0)
    return fail_not_found (error, _("There is nothing to undo."));

  path = sg_branches_load_path (connection, row->branch, row->depth, error);
  if (path == NULL)
    return FALSE;

  return sg_stories_set_head (connection, row->id, sg_path_owner (path, depth), depth,
                              row->tip_branch, row->tip_depth, error);
}

static gboolean
move_redo (SgConnection *connection,
           MoveData     *move,
           SgStoryRow   *row,
           GError      **error)
{
  g_autoptr (SgPath) tip = NULL;
  g_autoptr (SgPath) path = NULL;
  gint64 depth = row->depth + 1;

  if (row->tip_depth < depth)
    return fail_not_found (error, _("There is nothing to redo."));

  tip = sg_branches_load_path (connection, row->tip_branch, row->tip_depth, error);
  path = tip != NULL ? sg_branches_load_path (connection, row->branch, row->depth, error) : NULL;
  if (path == NULL)
    return FALSE;

  if (sg_path_owner (tip, row->depth) != sg_path_owner (path, row->depth))
    return fail_not_found (error, _("There is nothing to redo."));

  return sg_stories_set_head (connection, row->id, sg_path_owner (tip, depth), depth,
                              row->tip_branch, row->tip_depth, error);
}

static SgTurnRow *
get_turn_of_story (SgConnection *connection,
                   MoveData     *move,
                   GError      **error)
{
  g_autoptr (SgTurnRow) turn = sg_turns_get (connection, move->turn, error);

  if (turn != NULL && turn->story != move->story)
    {
      fail_not_found (error, _("That turn belongs to another story."));
      return NULL;
    }

  return g_steal_pointer (&turn);
}

/* Going to an earlier turn of the way to the tip keeps that tip, so that redo leads back. */
static gboolean
move_goto (SgConnection *connection,
           MoveData     *move,
           SgStoryRow   *row,
           GError      **error)
{
  g_autoptr (SgTurnRow) turn = get_turn_of_story (connection, move, error);
  g_autoptr (SgPath) tip = NULL;

  if (turn == NULL)
    return FALSE;

  tip = sg_branches_load_path (connection, row->tip_branch, row->tip_depth, error);
  if (tip == NULL)
    return FALSE;

  if (sg_path_contains (tip, turn->branch, turn->depth))
    return sg_stories_set_head (connection, row->id, turn->branch, turn->depth, row->tip_branch,
                                row->tip_depth, error);

  return sg_stories_set_head (connection, row->id, turn->branch, turn->depth, turn->branch,
                              turn->depth, error);
}

static gboolean
move_branch (SgConnection *connection,
             MoveData     *move,
             SgStoryRow   *row,
             GError      **error)
{
  g_autoptr (SgTurnRow) turn = get_turn_of_story (connection, move, error);
  gint64 branch;

  if (turn == NULL)
    return FALSE;

  branch = sg_branches_insert (connection, row->id, turn->branch, turn->depth, error);
  if (branch == 0)
    return FALSE;

  return sg_stories_set_head (connection, row->id, branch, turn->depth, branch, turn->depth,
                              error);
}

static gboolean
title_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  MoveData *move = data;

  return sg_stories_set_title (connection, move->story, move->title, error);
}

static gboolean
move_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  MoveData *move = data;
  g_autoptr (SgStoryRow) row = sg_stories_get (connection, move->story, error);

  if (row == NULL || !move->func (connection, move, row, error))
    return FALSE;

  move->state = sg_story_state_load (connection, move->story, error);

  return move->state != NULL;
}

static void
moved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgStory *self = g_task_get_source_object (task);
  MoveData *move = g_task_get_task_data (task);
  GError *error = NULL;

  if (sg_library_write_finish (SG_LIBRARY (object), result, &error))
    {
      sg_story_apply_state (self, g_steal_pointer (&move->state));
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_task_return_error (task, error);
    }

  sg_story_end_move (self);
}

static void
titled_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  MoveData *move = g_task_get_task_data (task);
  GError *error = NULL;

  if (sg_library_write_finish (SG_LIBRARY (object), result, &error))
    {
      sg_story_apply_title (g_task_get_source_object (task), move->title);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_task_return_error (task, error);
    }
}

/* Starts a move. */
static void
start_move (SgStory             *self,
            MoveFunc             func,
            gint64               turn,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  MoveData *move = g_new0 (MoveData, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, start_move);
  move->story = sg_story_get_id (self);
  move->func = func;
  move->turn = turn;
  g_task_set_task_data (task, move, move_data_free);

  if (!sg_story_begin_move (self, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  sg_library_write_async (sg_story_get_library (self), SG_DURABILITY_FULL, move_job, move, NULL,
                          cancellable, moved_cb, task);
}

/**
 * sg_story_undo_async:
 * @cancellable: (nullable): stops the move
 * @callback: called when the head has moved
 * @user_data: data for @callback
 *
 * Moves the head to the turn before; the turn stays in the tree.
 */
void
sg_story_undo_async (SgStory             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (SG_IS_STORY (self));

  start_move (self, move_undo, 0, cancellable, callback, user_data);
}

/**
 * sg_story_redo_async:
 * @cancellable: (nullable): stops the move
 * @callback: called when the head has moved
 * @user_data: data for @callback
 *
 * Moves the head one turn towards where it was before it was undone.
 */
void
sg_story_redo_async (SgStory             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (SG_IS_STORY (self));

  start_move (self, move_redo, 0, cancellable, callback, user_data);
}

/**
 * sg_story_goto_async:
 * @turn: the id of a turn on any branch of the story
 * @cancellable: (nullable): stops the move
 * @callback: called when the head has moved
 * @user_data: data for @callback
 *
 * Moves the head to a turn.
 */
void
sg_story_goto_async (SgStory             *self,
                     gint64               turn,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (SG_IS_STORY (self));

  start_move (self, move_goto, turn, cancellable, callback, user_data);
}

/**
 * sg_story_branch_async:
 * @turn: the id of a turn on any branch of the story
 * @cancellable: (nullable): stops the move
 * @callback: called when the head has moved
 * @user_data: data for @callback
 *
 * Moves the head to a turn, and makes what is told next an alternative to what follows it.
 */
void
sg_story_branch_async (SgStory             *self,
                       gint64               turn,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (SG_IS_STORY (self));

  start_move (self, move_branch, turn, cancellable, callback, user_data);
}

/**
 * sg_story_set_title_async:
 * @title: the new title
 * @cancellable: (nullable): stops the change
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Renames the story; a turn that is being told goes on.
 */
void
sg_story_set_title_async (SgStory             *self,
                          const char          *title,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  MoveData *move;
  GTask *task;

  g_return_if_fail (SG_IS_STORY (self));
  g_return_if_fail (title != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_story_set_title_async);
  move = g_new0 (MoveData, 1);
  move->story = sg_story_get_id (self);
  move->title = g_strdup (title);
  g_task_set_task_data (task, move, move_data_free);
  sg_library_write_async (sg_story_get_library (self), SG_DURABILITY_FULL, title_job, move, NULL,
                          cancellable, titled_cb, task);
}

/**
 * sg_story_move_finish:
 * @result: the result of any of the moves
 *
 * Returns: whether it was done; else an %SG_LIBRARY_ERROR, or %G_IO_ERROR_BUSY while a turn is told
 */
gboolean
sg_story_move_finish (SgStory      *self,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
