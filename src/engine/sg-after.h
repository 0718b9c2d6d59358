/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after-job.h"

G_BEGIN_DECLS

/**
 * SgAfterHandler:
 * @kind: the kind of the jobs, as the library stores it; also the name of the span
 * @setting: the switch of the settings that is on where the work is done in the background; where it
 *   is off, the work is done before the turn is committed, and the turn waits for it
 * @stage: what a turn that waits for it shows
 * @needs_model: whether it can only be done where a language model tells the story
 * @is_late: whether what comes of it is late records, which turns see that come after them
 * @dup_data: says what a turn that has just been told leaves to do: a JSON object as text, or %NULL for
 *   nothing; on the main thread
 * @run_async: does the work, on the main context; what came of it is kept with
 *   sg_after_job_set_result().  A job that was cancelled is run again from its beginning later
 * @run_finish: %FALSE where the work could not be done now.  It is tried again in the next quiet moment,
 *   and given up after a few times; so what will not go better the next time (an answer
 *   that makes no sense) is no failure; there is no result then
 * @store: (nullable): writes the result, on the writer's thread, in the transaction that also takes the
 *   job off the list: all or nothing.  @turn is the id of the turn; @late is the number for late
 *   records, and 0 where there are none or they are committed with the turn itself
 *
 * How one kind of work is done that a turn leaves behind: checks, memories, summaries.
 */
struct _SgAfterHandler
{
  const char *kind;
  const char *setting;
  SgStage     stage;
  gboolean    needs_model;
  gboolean    is_late;

  char     *(*dup_data)   (SgTurnRun            *run);
  void      (*run_async)  (SgAfterJob           *job,
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data);
  gboolean  (*run_finish) (SgAfterJob           *job,
                           GAsyncResult         *result,
                           GError              **error);
  gboolean  (*store)      (SgAfterJob           *job,
                           SgConnection         *connection,
                           gint64                turn,
                           gint64                late,
                           GError              **error);
};

#define SG_TYPE_AFTER (sg_after_get_type ())

/* The work that turns leave behind, done in the background while the player reads: one job after the
 * other, the oldest first, only while no turn runs.  The jobs are in the library since the commit of
 * their turn, so that those which a crash interrupted are taken up when the story is opened again.
 *
 * Properties: idle (nothing can be done at present).
 * Signals:
 *   stored (gint64 turn, const char *kind)   a job of a turn is done, and what came of it is in the library
 */
G_DECLARE_FINAL_TYPE (SgAfter, sg_after, SG, AFTER, GObject)

SgAfter              *sg_after_new           (SgStory              *story,
                                              SgModel              *model,
                                              SgEngineSettings     *settings) G_GNUC_WARN_UNUSED_RESULT;
void                  sg_after_set_model     (SgAfter              *self,
                                              SgModel              *model);
void                  sg_after_set_responses (SgAfter              *self,
                                              SgResponseCache      *responses);
/* Handlers are looked up by their kind and have to stay. */
void                  sg_after_add_handler   (SgAfter              *self,
                                              const SgAfterHandler *handler);
const SgAfterHandler *sg_after_get_handler   (SgAfter              *self,
                                              guint                 position);
/* Gives way at once; goes on from where the list stands. */
void                  sg_after_hold          (SgAfter              *self);
void                  sg_after_release       (SgAfter              *self);
void                  sg_after_note_turn     (SgAfter              *self,
                                              gint64                turn,
                                              SgModelRequest       *prompt,
                                              gboolean              leaves_jobs);
void                  sg_after_close         (SgAfter              *self);
gboolean              sg_after_get_idle      (SgAfter              *self);
guint                 sg_after_get_n_late    (SgAfter              *self);

G_END_DECLS
