/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"
#include "../llm/fake-model.h"

G_BEGIN_DECLS

/* A library in a directory of its own, a story of one room in it, and a session with a model that
 * says what the test has written down. */
typedef struct
{
  char        *directory;
  char        *path;
  SgLibrary   *library;
  SgStory     *story;
  SgFakeModel *model;
  SgSession   *session;
} Fixture;

void             fixture_set_up     (Fixture        *fixture,
                                     gconstpointer   data);
void             fixture_set_up_temple (Fixture     *fixture,
                                     gconstpointer   data);
void             fixture_tear_down  (Fixture        *fixture,
                                     gconstpointer   data);

/* Opens a story, or makes a new one where @id is 0, and a session for it. */
void             fixture_open       (Fixture        *fixture,
                                     gint64          id);
/* Lets go of both, and makes sure that nobody else holds them. */
void             fixture_close      (Fixture        *fixture);
/* Closes all of it and opens the same file anew. */
void             fixture_restart    (Fixture        *fixture);

void             fixture_wait_idle  (Fixture        *fixture);
/* Until the turn under way has told so much. */
void             fixture_wait_told  (Fixture        *fixture,
                                     const char     *text);
/* Until nothing that turns left to do can be done. */
void             fixture_wait_after (Fixture        *fixture);
/* (element-type utf8): the prompts of the turns alone. */
GPtrArray       *fixture_list_narrations (Fixture   *fixture);
/* How many prompts, of whatever kind, have @part in them. */
guint            fixture_count_prompts (Fixture     *fixture,
                                     const char     *part);
/* Lets the model call a tool in the next turn. */
void             fixture_call       (Fixture        *fixture,
                                     const char     *name,
                                     const char     *arguments);
SgTurnRun       *fixture_play       (Fixture        *fixture,
                                     const char     *words);
/* A turn of one round, without tools. */
SgTurnRun       *fixture_play_plain (Fixture        *fixture,
                                     const char     *words,
                                     const char     *reply);

GPtrArray       *fixture_load_turns (Fixture        *fixture);
const SgTurnRow *turn_at            (GPtrArray      *turns,
                                     guint           depth);

typedef void (*StoryMove) (SgStory             *story,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);
typedef void (*DraftMove) (SgSession           *session,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

void             fixture_move       (Fixture        *fixture,
                                     StoryMove       move);
gboolean         fixture_end_draft  (Fixture        *fixture,
                                     DraftMove       move,
                                     GError        **error);

void             keep_cb            (GObject        *object,
                                     GAsyncResult   *result,
                                     gpointer        user_data);
GAsyncResult    *wait_result        (GAsyncResult  **result);

G_END_DECLS
