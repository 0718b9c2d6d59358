/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a story out of the library: this runs inside a job, on the thread of a
 * reader or of the writer, and touches nothing that belongs to the main context.
 * The world that it makes is handed over whole.
 */

#include "config.h"

#include "world/sg-story-private.h"

#include "store/sg-tables.h"

void
sg_story_state_free (SgStoryState *self)
{
  g_clear_pointer (&self->row, sg_story_row_free);
  g_clear_pointer (&self->path, sg_path_free);
  g_clear_pointer (&self->draft, sg_draft_row_free);
  g_clear_object (&self->world);
  g_free (self);
}

/**
 * sg_story_state_load_world:
 * @connection: a connection in a job
 * @path: a path
 *
 * Folds the facts along a path.
 *
 * Returns: (transfer full): the world at its end, or %NULL with an %SG_LIBRARY_ERROR
 */
SgWorld *
sg_story_state_load_world (SgConnection *connection,
                           const SgPath *path,
                           GError      **error)
{
  g_autoptr (SgWorld) world = sg_world_new ();
  g_autoptr (GPtrArray) facts = sg_facts_fold (connection, path, error);

  if (facts == NULL)
    return NULL;

  for (guint i = 0; i < facts->len; i++)
    {
      const SgFactRow *fact = g_ptr_array_index (facts, i);
      g_autoptr (GError) bad_json = NULL;
      JsonNode *value = json_from_string (fact->value, &bad_json);

      if (value == NULL)
        {
          g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED,
                       "The library holds a fact (%s.%s) that cannot be read: %s", fact->entity,
                       fact->attribute, bad_json != NULL ? bad_json->message : "it is empty");
          return NULL;
        }

      sg_world_load (world, fact->entity, fact->attribute, value, fact->turn, fact->call);
    }

  return g_steal_pointer (&world);
}

/* Redo leads towards the tip, as long as the head lies on the way there. */
static gboolean
load_can_redo (SgConnection *connection,
               SgStoryState *state,
               GError      **error)
{
  const SgStoryRow *row = state->row;
  g_autoptr (SgPath) tip = NULL;

  if (row->tip_branch == 0 || row->tip_depth <= row->depth)
    return TRUE;

  tip = sg_branches_load_path (connection, row->tip_branch, row->tip_depth, error);
  if (tip == NULL)
    return FALSE;

  state->can_redo = sg_path_owner (tip, row->depth) == sg_path_owner (state->path, row->depth);

  return TRUE;
}

/**
 * sg_story_state_load:
 * @connection: a connection in a job
 * @story: the id of a story
 *
 * Returns: (transfer full): the story at its head, or %NULL with an %SG_LIBRARY_ERROR
 */
SgStoryState *
sg_story_state_load (SgConnection *connection,
                     gint64        story,
                     GError      **error)
{
  g_autoptr (SgStoryState) state = g_new0 (SgStoryState, 1);
  g_autoptr (GError) local_error = NULL;

  state->row = sg_stories_get (connection, story, error);
  if (state->row == NULL)
    return NULL;

  state->path = sg_branches_load_path (connection, state->row->branch, state->row->depth, error);
  if (state->path == NULL)
    return NULL;

  state->world = sg_story_state_load_world (connection, state->path, error);
  if (state->world == NULL || !load_can_redo (connection, state, error))
    return NULL;

  state->draft = sg_drafts_get (connection, story, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return g_steal_pointer (&state);
}

/**
 * sg_story_paths_differ_at:
 * @a: a path
 * @b: another path of the same story
 *
 * Returns: the first depth at which they do not have the same turn
 */
gint64
sg_story_paths_differ_at (const SgPath *a,
                          const SgPath *b)
{
  gint64 same = -1;

  for (guint i = 0; i < MIN (a->segments->len, b->segments->len); i++)
    {
      const SgPathSegment *of_a = &g_array_index (a->segments, SgPathSegment, i);
      const SgPathSegment *of_b = &g_array_index (b->segments, SgPathSegment, i);

      if (of_a->branch != of_b->branch || of_a->first != of_b->first)
        break;

      same = MIN (of_a->last, of_b->last);
      if (of_a->last != of_b->last)
        break;
    }

  return same + 1;
}
