/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-story.h"

G_BEGIN_DECLS

/**
 * SgStoryState:
 * @row: the story
 * @path: the path to its head
 * @world: the world there
 * @draft: (nullable): the half-told turn
 *
 * All that an open story holds, read in one job of the library.
 */
typedef struct
{
  SgStoryRow *row;
  SgPath     *path;
  SgWorld    *world;
  SgDraftRow *draft;
  gboolean    can_redo;
} SgStoryState;

SgStoryState *sg_story_state_load        (SgConnection *connection,
                                          gint64        story,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void          sg_story_state_free        (SgStoryState *self);
SgWorld      *sg_story_state_load_world  (SgConnection *connection,
                                          const SgPath *path,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;

/* An open story; takes the state. */
SgStory      *sg_story_new               (SgLibrary    *library,
                                          SgStoryState *state,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts a state that was read into an open story; takes the state. */
void          sg_story_apply_state       (SgStory      *self,
                                          SgStoryState *state);

void          sg_story_apply_title       (SgStory      *self,
                                          const char   *title);

/* A move of the head begins, unless a turn is being told, and ends. */
gboolean      sg_story_begin_move        (SgStory      *self,
                                          GError      **error);
void          sg_story_end_move          (SgStory      *self);

/* The first depth at which two paths of a story differ. */
gint64        sg_story_paths_differ_at   (const SgPath *a,
                                          const SgPath *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoryState, sg_story_state_free)

G_END_DECLS
