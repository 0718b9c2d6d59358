/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An open story holds what the page and the engine need at every moment: the path to
 * the head, the world there and the draft.  Turns stay in the library and are
 * read in ranges, so that a story of 100,000 turns costs no more than one of ten.
 */

#include "config.h"

#include "world/sg-story-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-path.h"
#include "store/sg-tables.h"

struct _SgStory
{
  GObject       parent_instance;

  SgLibrary    *library;
  SgScenario   *scenario;
  SgStoryState *state;

  /* A turn is being told; moves under way; the draft is nowhere but here. */
  gboolean      held;
  guint         n_moves;
  gboolean      draft_unstored;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_DEPTH,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_DRAFT,
  PROP_MOVING,
  N_PROPS
};

enum
{
  SIGNAL_HEAD_CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgStory, sg_story, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
sg_story_finalize (GObject *object)
{
  SgStory *self = SG_STORY (object);

  g_clear_pointer (&self->state, sg_story_state_free);
  g_clear_object (&self->scenario);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (sg_story_parent_class)->finalize (object);
}

static void
sg_story_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  SgStory *self = SG_STORY (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, sg_story_get_title (self));
      break;

    case PROP_DEPTH:
      g_value_set_int64 (value, sg_story_get_depth (self));
      break;

    case PROP_CAN_UNDO:
      g_value_set_boolean (value, sg_story_get_can_undo (self));
      break;

    case PROP_CAN_REDO:
      g_value_set_boolean (value, sg_story_get_can_redo (self));
      break;

    case PROP_DRAFT:
      g_value_set_pointer (value, (gpointer) sg_story_get_draft (self));
      break;

    case PROP_MOVING:
      g_value_set_boolean (value, sg_story_get_moving (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_story_class_init (SgStoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = sg_story_finalize;
  object_class->get_property = sg_story_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DEPTH] =
    g_param_spec_int64 ("depth", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_DRAFT] = g_param_spec_pointer ("draft", NULL, NULL, flags);
  properties[PROP_MOVING] = g_param_spec_boolean ("moving", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SgStory::head-changed:
   * @depth: turns at this depth and deeper are no longer what they were
   */
  signals[SIGNAL_HEAD_CHANGED] =
    g_signal_new ("head-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
sg_story_init (SgStory *self)
{
}

static void
notify_all (SgStory *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_0 + 1; i < PROP_MOVING; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * sg_story_apply_state:
 * @state: (transfer full): the story as it was just read
 *
 * Moves an open story to a state that was read, and says what changed.
 */
void
sg_story_apply_state (SgStory      *self,
                      SgStoryState *state)
{
  g_autoptr (SgStoryState) old = g_steal_pointer (&self->state);
  gint64 differ_at = sg_story_paths_differ_at (old->path, state->path);
  gboolean moved = differ_at <= MAX (old->path->depth, state->path->depth);

  if (self->draft_unstored)
    {
      g_clear_pointer (&state->draft, sg_draft_row_free);
      state->draft = g_steal_pointer (&old->draft);
    }
  self->state = state;
  notify_all (self);
  if (moved)
    g_signal_emit (self, signals[SIGNAL_HEAD_CHANGED], 0, differ_at);
}

void
sg_story_apply_title (SgStory    *self,
                      const char *title)
{
  g_free (self->state->row->title);
  self->state->row->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/**
 * sg_story_begin_move:
 * @error: return location
 *
 * Returns: whether the head may move; %FALSE with %G_IO_ERROR_BUSY while a turn is told
 */
gboolean
sg_story_begin_move (SgStory *self,
                     GError **error)
{
  if (self->held)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("A turn is being told. Stop it first, or wait for its end."));
      return FALSE;
    }

  if (self->n_moves++ == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MOVING]);

  return TRUE;
}

void
sg_story_end_move (SgStory *self)
{
  g_return_if_fail (self->n_moves > 0);

  if (--self->n_moves == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MOVING]);
}

/**
 * sg_story_set_held:
 * @held: whether a turn is told from here
 *
 * Keeps the head where it is, or lets go of it.
 */
void
sg_story_set_held (SgStory *self,
                   gboolean held)
{
  g_return_if_fail (SG_IS_STORY (self));

  self->held = held;
}

/**
 * sg_story_get_moving:
 *
 * Returns: whether a move of the head is under way
 */
gboolean
sg_story_get_moving (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), FALSE);

  return self->n_moves > 0;
}

/**
 * sg_story_advance:
 * @path: the path to the turn before; that of the head, or one beside it
 * @branch: the branch that the turn went to
 * @depth: its depth
 * @turn: its id
 * @overlay: what it changed: an overlay of the world at the turn before
 *
 * Moves the head to a turn that the engine has just committed, without reading
 * anything back.
 */
void
sg_story_advance (SgStory      *self,
                  const SgPath *path,
                  gint64        branch,
                  gint64        depth,
                  gint64        turn,
                  SgWorld      *overlay)
{
  g_autoptr (SgPath) old = NULL;
  SgWorld *base;

  g_return_if_fail (SG_IS_STORY (self));
  g_return_if_fail (SG_IS_WORLD (overlay));

  g_return_if_fail (path != NULL);

  old = g_steal_pointer (&self->state->path);
  self->state->path = sg_path_copy (path);
  sg_path_append (self->state->path, branch, depth);

  base = sg_world_get_base (overlay);
  sg_world_merge (base, overlay, turn);
  g_set_object (&self->state->world, base);

  self->state->row->branch = self->state->row->tip_branch = branch;
  self->state->row->depth = self->state->row->tip_depth = depth;
  self->state->can_redo = FALSE;

  notify_all (self);
  g_signal_emit (self, signals[SIGNAL_HEAD_CHANGED], 0,
                 MIN (depth, sg_story_paths_differ_at (old, self->state->path)));
}

/**
 * sg_story_set_draft:
 * @draft: (transfer full) (nullable): the half-told turn, or %NULL
 * @stored: whether the library holds it
 *
 * Follows what the engine has done to the draft in the library.
 */
void
sg_story_set_draft (SgStory    *self,
                    SgDraftRow *draft,
                    gboolean    stored)
{
  g_return_if_fail (SG_IS_STORY (self));

  self->draft_unstored = draft != NULL && !stored;

  if (draft == NULL && self->state->draft == NULL)
    return;

  g_clear_pointer (&self->state->draft, sg_draft_row_free);
  self->state->draft = draft;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRAFT]);
}

/* Takes the state; fails where the scenario inside the story cannot be read any more. */
SgStory *
sg_story_new (SgLibrary    *library,
              SgStoryState *state,
              GError      **error)
{
  g_autoptr (SgStoryState) owned = state;
  g_autoptr (SgScenario) scenario = NULL;
  SgStory *self;

  scenario = sg_scenario_new_from_data (state->row->scenario, -1, state->row->scenario_id, error);
  if (scenario == NULL)
    return NULL;

  self = g_object_new (SG_TYPE_STORY, NULL);
  self->library = g_object_ref (library);
  self->scenario = g_steal_pointer (&scenario);
  self->state = g_steal_pointer (&owned);

  return self;
}

/**
 * sg_story_get_id:
 *
 * Returns: the id of the story in its library
 */
gint64
sg_story_get_id (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), 0);

  return self->state->row->id;
}

/**
 * sg_story_get_title:
 *
 * Returns: (transfer none): the title
 */
const char *
sg_story_get_title (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->state->row->title;
}

/**
 * sg_story_get_language:
 *
 * Returns: (transfer none): the language tag it is told in
 */
const char *
sg_story_get_language (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->state->row->language;
}

/**
 * sg_story_get_seed:
 *
 * Returns: the seed of its dice and prose
 */
guint64
sg_story_get_seed (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), 0);

  return self->state->row->seed;
}

/**
 * sg_story_get_library:
 *
 * Returns: (transfer none): the library it lies in
 */
SgLibrary *
sg_story_get_library (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->library;
}

/**
 * sg_story_get_scenario:
 *
 * Returns: (transfer none): what is played
 */
SgScenario *
sg_story_get_scenario (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->scenario;
}

/**
 * sg_story_get_world:
 *
 * Returns: (transfer none): the world at the head
 */
SgWorld *
sg_story_get_world (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->state->world;
}

/**
 * sg_story_get_path:
 *
 * Returns: (transfer none): the path to the head, valid until the next move
 */
const SgPath *
sg_story_get_path (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->state->path;
}

/**
 * sg_story_get_depth:
 *
 * Returns: the depth of the head: 0 for the opening
 */
gint64
sg_story_get_depth (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), -1);

  return self->state->path->depth;
}

/**
 * sg_story_get_can_undo:
 *
 * Returns: whether a turn of the player's lies before the head
 */
gboolean
sg_story_get_can_undo (SgStory *self)
{
  return sg_story_get_depth (self) > 0;
}

/**
 * sg_story_get_can_redo:
 *
 * Returns: whether a turn was undone and none was told since
 */
gboolean
sg_story_get_can_redo (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), FALSE);

  return self->state->can_redo;
}

/**
 * sg_story_get_draft:
 *
 * Returns: (transfer none) (nullable): the half-told turn
 */
const SgDraftRow *
sg_story_get_draft (SgStory *self)
{
  g_return_val_if_fail (SG_IS_STORY (self), NULL);

  return self->state->draft;
}
