/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after.h"
#include "engine/sg-engine-settings.h"
#include "engine/sg-turn-run.h"
#include "tools/sg-character-forge.h"
#include "llm/sg-response-cache.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

/**
 * SgQueuedInput:
 * @ticket: what sg_session_submit() returned
 *
 * Words that wait for the running turn.
 */
typedef struct
{
  guint        ticket;
  SgInputMode  mode;
  const char  *text;
} SgQueuedInput;

#define SG_TYPE_SESSION (sg_session_get_type ())

/* A story that is being played: takes the player's words, queues them while a turn runs, and runs one
 * turn after the other.
 *
 * Properties: busy (whether a turn runs; false from SG_STAGE_DONE on), model.
 * Signals:
 *   turn-started (SgTurnRun *run)     in the same iteration in which the words were handed in, where nothing waits
 *   turn-finished (SgTurnRun *run)    committed, stopped or failed; the head has moved if it committed
 *   failed (GError *error)            what was asked for could not even begin; queued words stay queued
 *   queue-changed ()
 */
G_DECLARE_FINAL_TYPE (SgSession, sg_session, SG, SESSION, GObject)

SgSession       *sg_session_new            (SgStory          *story,
                                            SgModel          *model,
                                            SgEngineSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
SgStory         *sg_session_get_story      (SgSession        *self);
SgModel         *sg_session_get_model      (SgSession        *self);
void             sg_session_set_model      (SgSession        *self,
                                            SgModel          *model);
SgToolCatalog   *sg_session_get_catalog    (SgSession        *self);
SgToolCache     *sg_session_get_tool_cache (SgSession        *self);
SgResponseCache *sg_session_get_responses  (SgSession        *self);
/* Budgets, presets and switches. */
SgEngineSettings *sg_session_get_settings  (SgSession        *self);
/* What turns leave to do, in the background. */
SgAfter         *sg_session_get_after      (SgSession        *self);
/* The turn that runs; kept until the next one starts. */
SgTurnRun       *sg_session_get_run        (SgSession        *self);
gboolean         sg_session_get_busy       (SgSession        *self);

/* Hands in the player's words; @submitted_us is the monotonic time of the key press, or 0 for now.
 * A half-told turn is kept as it was told first: whoever plays on has accepted it.  Returns a ticket. */
guint            sg_session_submit         (SgSession        *self,
                                            SgInputMode       mode,
                                            const char       *text,
                                            gint64            submitted_us);
guint            sg_session_get_n_queued   (SgSession        *self);
SgQueuedInput    sg_session_get_queued     (SgSession        *self,
                                            guint             position);
/* Takes queued words back; returns them, or NULL where they are under way already. */
char            *sg_session_withdraw       (SgSession        *self,
                                            guint             ticket);
/* Words outlast the program where they were restored first: those in the queue, and those that were
 * written and not handed in. */
void             sg_session_restore_words_async  (SgSession           *self,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
gboolean         sg_session_restore_words_finish (SgSession           *self,
                                                  GAsyncResult        *result,
                                                  GError             **error);
const char      *sg_session_get_unsent     (SgSession        *self,
                                            SgInputMode      *mode);
void             sg_session_set_unsent     (SgSession        *self,
                                            SgInputMode       mode,
                                            const char       *text);
/* Stops the running turn; what was told becomes the draft.  Queued words stay queued until
 * the player hands in the next or takes them back. */
void             sg_session_stop           (SgSession        *self);
/* Tells the last turn anew, as an alternative beside it. */
gboolean         sg_session_retry          (SgSession        *self,
                                            GError          **error);

SgCharacterForge *sg_session_forge_characters    (SgSession           *self,
                                                  const char          *brief,
                                                  guint                count,
                                                  GError             **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lets characters that a forge has made (element-type JsonObject) enter the story, as a turn. */
void             sg_session_add_characters_async  (SgSession           *self,
                                                   GPtrArray           *sheets,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
gboolean         sg_session_add_characters_finish (SgSession           *self,
                                                   GAsyncResult        *result,
                                                   GError             **error);

/* Tells the turn at a depth of the path anew, and tells the model what was found wrong with it. */
gboolean         sg_session_repair         (SgSession        *self,
                                            gint64            depth,
                                            GError          **error);

/* The draft: tell on from where it ends; take it as a turn as it is; drop it. */
gboolean         sg_session_continue_draft (SgSession        *self,
                                            GError          **error);
void             sg_session_keep_draft_async     (SgSession           *self,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
void             sg_session_discard_draft_async  (SgSession           *self,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
gboolean         sg_session_draft_finish         (SgSession           *self,
                                                  GAsyncResult        *result,
                                                  GError             **error);

G_END_DECLS
