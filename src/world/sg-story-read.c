/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading parts of a story that is open: turns of its path, and the world at any place. */

#include "config.h"

#include "world/sg-story-private.h"

#include "store/sg-tables.h"

typedef struct
{
  gint64     branch;
  gint64     depth;
  SgPath    *path;
  gint64     first;
  gint64     last;
  GPtrArray *turns;
  SgWorld   *world;
} ReadData;

static void
read_data_free (gpointer data)
{
  ReadData *read = data;

  g_clear_pointer (&read->path, sg_path_free);
  g_clear_pointer (&read->turns, g_ptr_array_unref);
  g_clear_object (&read->world);
  g_free (read);
}

static gboolean
turns_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  ReadData *read = data;

  read->turns = sg_turns_list (connection, read->path, read->first, read->last, error);

  return read->turns != NULL;
}

static gboolean
base_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  ReadData *read = data;

  read->path = sg_branches_load_path (connection, read->branch, read->depth, error);
  if (read->path != NULL)
    read->world = sg_story_state_load_world (connection, read->path, error);

  return read->world != NULL;
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (sg_library_read_finish (SG_LIBRARY (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_read (SgStory             *self,
            SgLibraryFunc        func,
            ReadData            *read,
            gpointer             source_tag,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, read, read_data_free);
  sg_library_read_async (sg_story_get_library (self), func, read, NULL, cancellable, read_cb,
                         task);
}

/**
 * sg_story_load_turns_async:
 * @first: a depth
 * @last: a depth, included
 * @cancellable: (nullable): stops the reading
 * @callback: called with the turns
 * @user_data: data for @callback
 *
 * Reads turns of the path to the head.
 */
void
sg_story_load_turns_async (SgStory             *self,
                           gint64               first,
                           gint64               last,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  ReadData *read;

  g_return_if_fail (SG_IS_STORY (self));

  read = g_new0 (ReadData, 1);
  read->path = sg_path_copy (sg_story_get_path (self));
  read->first = first;
  read->last = last;
  start_read (self, turns_job, read, sg_story_load_turns_async, cancellable, callback, user_data);
}

/**
 * sg_story_load_turns_finish:
 * @result: the result of sg_story_load_turns_async()
 *
 * Returns: (transfer full) (element-type SgTurnRow): the turns, by depth, or %NULL with an
 *   %SG_LIBRARY_ERROR
 */
GPtrArray *
sg_story_load_turns_finish (SgStory      *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return g_steal_pointer (&((ReadData *) g_task_get_task_data (G_TASK (result)))->turns);
}

/**
 * sg_story_load_base_async:
 * @branch: a branch of the story
 * @depth: a depth on it
 * @cancellable: (nullable): stops the reading
 * @callback: called with the world
 * @user_data: data for @callback
 *
 * Reads the world at a place in the tree.
 */
void
sg_story_load_base_async (SgStory             *self,
                          gint64               branch,
                          gint64               depth,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  ReadData *read;

  g_return_if_fail (SG_IS_STORY (self));

  read = g_new0 (ReadData, 1);
  read->branch = branch;
  read->depth = depth;
  start_read (self, base_job, read, sg_story_load_base_async, cancellable, callback, user_data);
}

/**
 * sg_story_load_base_finish:
 * @result: the result of sg_story_load_base_async()
 * @path: (out) (transfer full): the path to the place
 *
 * Returns: (transfer full): the world there, or %NULL with an %SG_LIBRARY_ERROR
 */
SgWorld *
sg_story_load_base_finish (SgStory      *self,
                           GAsyncResult *result,
                           SgPath      **path,
                           GError      **error)
{
  ReadData *read;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  read = g_task_get_task_data (G_TASK (result));
  *path = g_steal_pointer (&read->path);

  return g_steal_pointer (&read->world);
}
