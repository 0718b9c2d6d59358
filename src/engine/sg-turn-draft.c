/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of a turn that is not committed: it leaves the tree alone and its words as the draft.
 * There is one draft a story.  A turn that told nothing does not take the place of one that did.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include "store/sg-tables.h"

typedef enum
{
  DRAFT_PUT,
  DRAFT_LEAVE,
  DRAFT_DELETE,
} DraftAction;

typedef struct
{
  SgDraftRow  *row;
  DraftAction  action;
} DraftData;

static void
draft_data_free (gpointer data)
{
  DraftData *draft = data;

  g_clear_pointer (&draft->row, sg_draft_row_free);
  g_free (draft);
}

static gboolean
draft_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  DraftData *draft = data;

  switch (draft->action)
    {
    case DRAFT_PUT:
      return sg_drafts_put (connection, draft->row, error);

    case DRAFT_DELETE:
      return sg_drafts_delete (connection, draft->row->story, error);

    case DRAFT_LEAVE:
    default:
      return TRUE;
    }
}

/**
 * sg_turn_run_spares_draft:
 *
 * Returns: whether the story has a half-told turn that is worth more than what this one has told so far
 */
gboolean
sg_turn_run_spares_draft (SgTurnRun *self)
{
  const SgDraftRow *draft = sg_story_get_draft (self->story);

  return self->text->len == 0 && draft != NULL && draft->text != NULL && *draft->text != '\0';
}

/* Whoever stops a turn before its first word has the words at hand that were typed; where a
 * window was closed on it they would be lost, but those of a retry stand in the tree. */
static DraftAction
choose_action (SgTurnRun *self)
{
  gboolean is_retry = self->path->depth < sg_story_get_depth (self->story);

  if (sg_turn_run_spares_draft (self))
    return DRAFT_LEAVE;
  if (self->text->len > 0 || !self->stopped)
    return DRAFT_PUT;
  if (self->abandoned && *self->input != '\0' && !is_retry)
    return DRAFT_PUT;

  return DRAFT_DELETE;
}

static SgDraftRow *
make_draft (SgTurnRun *self)
{
  SgDraftRow *draft = sg_draft_row_new ();

  draft->story = sg_story_get_id (self->story);
  draft->branch = self->path->branch;
  draft->depth = self->path->depth;
  draft->mode = g_strdup (sg_input_mode_to_string (self->mode));
  draft->input = g_strdup (self->input);
  draft->text = g_strdup (self->text->str);
  draft->reasoning = self->reasoning->len > 0 ? g_strdup (self->reasoning->str) : NULL;
  draft->model = g_strdup (sg_turn_run_get_teller (self));
  draft->stopped = self->stopped;
  draft->error = self->error != NULL ? g_strdup (self->error->message) : NULL;
  draft->updated = g_get_real_time ();

  return draft;
}

static DraftData *
make_data (SgTurnRun *self)
{
  DraftData *draft = g_new0 (DraftData, 1);

  draft->row = make_draft (self);
  draft->action = choose_action (self);

  return draft;
}

/**
 * sg_turn_run_hand_in_draft:
 *
 * Hands the words so far to the library, before anything that it is asked to do later.
 */
void
sg_turn_run_hand_in_draft (SgTurnRun *self)
{
  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL, draft_job,
                          make_data (self), draft_data_free, NULL, NULL, NULL);
}

static void
drafted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgTurnRun *self = g_task_get_source_object (task);
  DraftData *draft = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean stored = sg_library_write_finish (SG_LIBRARY (object), result, &error);

  if (!stored)
    sg_turn_run_warn (self, error->message);

  /* The open story holds the words even where the library could not take them. */
  if (draft->action == DRAFT_PUT)
    sg_story_set_draft (self->story, g_steal_pointer (&draft->row), stored);
  else if (draft->action == DRAFT_DELETE)
    sg_story_set_draft (self->story, NULL, TRUE);

  sg_turn_run_finish (self, self->stopped ? SG_STAGE_STOPPED : SG_STAGE_FAILED);
  g_task_return_boolean (task, TRUE);
}

/**
 * sg_turn_run_fail:
 * @error: (transfer full) (nullable): what went wrong; of a turn that the player stopped it does not
 *   matter
 *
 * The turn ends without a commit, unless it has been told once already: the tree and the world stay as they were, the words
 * become the draft.  A turn that the player stopped before its first word leaves no draft: the
 * words go back to where they were typed.
 */
void
sg_turn_run_fail (SgTurnRun *self,
                  GError    *error)
{
  GTask *task;
  DraftData *draft;

  if (sg_turn_run_take_back (self))
    {
      g_clear_error (&error);
      sg_turn_run_commit (self);
      return;
    }

  task = g_task_new (self, NULL, NULL, NULL);
  self->ending = TRUE;
  if (self->stopped)
    g_clear_error (&error);
  self->error = error;
  if (self->runner != NULL)
    sg_tool_runner_cancel (self->runner);
  g_clear_pointer (&self->journal, sg_draft_journal_free);

  draft = make_data (self);
  g_task_set_source_tag (task, sg_turn_run_fail);
  g_task_set_task_data (task, draft, draft_data_free);
  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL, draft_job,
                          draft, NULL, NULL, drafted_cb, task);
}
