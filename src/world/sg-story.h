/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-library.h"
#include "store/sg-records.h"
#include "world/sg-scenario.h"
#include "world/sg-world.h"

G_BEGIN_DECLS

/* A story that is open: its head in the tree, the path there, the world at the head, and the draft if
 * there is one.  Turns are not kept here; they are read in ranges. */

#define SG_TYPE_STORY (sg_story_get_type ())

/* Properties (all notify): title, depth (of the head, -1 for none), can-undo, can-redo, draft (a pointer
 * to a borrowed SgDraftRow or NULL), moving (whether an undo or another move is under way).
 * Signal `head-changed` (gint64 depth): turns at @depth and deeper are no longer what they were. */
G_DECLARE_FINAL_TYPE (SgStory, sg_story, SG, STORY, GObject)

/* Makes a story with its opening turn and the facts of the scenario, and opens it. */
void              sg_story_create_async      (SgLibrary            *library,
                                              SgScenario           *scenario,
                                              const char           *title,
                                              const char           *language,
                                              guint64               seed,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void              sg_story_open_async        (SgLibrary            *library,
                                              gint64                id,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
/* Of both. */
SgStory          *sg_story_open_finish       (GAsyncResult         *result,
                                              GError              **error) G_GNUC_WARN_UNUSED_RESULT;

gint64            sg_story_get_id            (SgStory              *self);
const char       *sg_story_get_title         (SgStory              *self);
const char       *sg_story_get_language      (SgStory              *self);
guint64           sg_story_get_seed          (SgStory              *self);
SgLibrary        *sg_story_get_library       (SgStory              *self);
SgScenario       *sg_story_get_scenario      (SgStory              *self);
SgWorld          *sg_story_get_world         (SgStory              *self);
const SgPath     *sg_story_get_path          (SgStory              *self);
gint64            sg_story_get_depth         (SgStory              *self);
gboolean          sg_story_get_can_undo      (SgStory              *self);
gboolean          sg_story_get_can_redo      (SgStory              *self);
const SgDraftRow *sg_story_get_draft         (SgStory              *self);

/* (element-type SgTurnRow): the turns of the path from @first to @last, both included. */
void              sg_story_load_turns_async  (SgStory              *self,
                                              gint64                first,
                                              gint64                last,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
GPtrArray        *sg_story_load_turns_finish (SgStory              *self,
                                              GAsyncResult         *result,
                                              GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* Moves of the head.  @turn of goto may lie on any branch.  branch starts an alternative that
 * follows @turn: the next turn goes to a new branch even where a turn follows already. */
void              sg_story_undo_async        (SgStory              *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void              sg_story_redo_async        (SgStory              *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void              sg_story_goto_async        (SgStory              *self,
                                              gint64                turn,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void              sg_story_branch_async      (SgStory              *self,
                                              gint64                turn,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void              sg_story_set_title_async   (SgStory              *self,
                                              const char           *title,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
/* Of all five. */
gboolean          sg_story_move_finish       (SgStory              *self,
                                              GAsyncResult         *result,
                                              GError              **error);

/* For the engine: while a turn is told the head stays where it is; moves fail with %G_IO_ERROR_BUSY.
 * Property `moving` notifies: words that come while the head moves wait for its new place. */
void              sg_story_set_held          (SgStory              *self,
                                              gboolean              held);
gboolean          sg_story_get_moving        (SgStory              *self);

/* For the engine: it has committed a turn that follows the end of @path, or changed the draft.  A
 * draft that the library could not take is not @stored: it stays until it is replaced. */
void              sg_story_advance           (SgStory              *self,
                                              const SgPath         *path,
                                              gint64                branch,
                                              gint64                depth,
                                              gint64                turn,
                                              SgWorld              *overlay);
void              sg_story_set_draft         (SgStory              *self,
                                              SgDraftRow           *draft,
                                              gboolean              stored);

/* For the engine: the path to a place in the tree, and the world there: what a retry of the turn
 * after it, or a draft that was told there, starts from. */
void              sg_story_load_base_async   (SgStory              *self,
                                              gint64                branch,
                                              gint64                depth,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
SgWorld          *sg_story_load_base_finish  (SgStory              *self,
                                              GAsyncResult         *result,
                                              SgPath              **path,
                                              GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
