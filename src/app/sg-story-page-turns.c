/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the page shows of a session: the turn that runs, words that wait, choices, a half-told turn, what went
 * wrong. */

#include "config.h"

#include "app/sg-story-page-private.h"

#include "compat/sg-announce.h"
#include "engine/sg-model-check.h"
#include "world/sg-choices.h"

static void
update_status (SgStoryPage *self)
{
  SgTurnRun *run = self->session != NULL ? sg_session_get_run (self->session) : NULL;

  if (run != NULL && sg_session_get_busy (self->session))
    {
      g_autofree char *stage = sg_turn_run_dup_stage_text (run);

      sg_status_line_set_busy (self->status, stage,
                               sg_trace_get_origin (sg_turn_run_get_trace (run)));
    }
  else
    {
      sg_status_line_set_idle (self->status, self->warning != NULL ? self->warning : "");
    }
}

static void
update_queue (SgStoryPage *self)
{
  guint n = self->session != NULL ? sg_session_get_n_queued (self->session) : 0;
  g_autofree SgQueuedInput *inputs = g_new0 (SgQueuedInput, n + 1);

  for (guint i = 0; i < n; i++)
    inputs[i] = sg_session_get_queued (self->session, i);
  sg_composer_set_queue (self->composer, inputs, n);
}

static void
head_loaded_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (SgStoryPage) self = user_data;
  g_autoptr (GPtrArray) rows = sg_story_load_turns_finish (SG_STORY (source), result, NULL);
  g_auto (GStrv) choices = NULL;

  if (rows == NULL || self->session == NULL || SG_STORY (source) != sg_story_page_get_story (self))
    return;

  if (rows->len > 0 && !sg_session_get_busy (self->session)
      && sg_story_get_draft (SG_STORY (source)) == NULL)
    choices = sg_choices_from_json (((SgTurnRow *) g_ptr_array_index (rows, rows->len - 1))->choices);
  sg_choice_bar_set_choices (self->choices, (const char * const *) choices);
}

static void
update_choices (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  gint64 depth;

  if (self->choices_load != NULL)
    g_cancellable_cancel (self->choices_load);
  g_clear_object (&self->choices_load);

  if (story == NULL || sg_session_get_busy (self->session) || sg_story_get_draft (story) != NULL)
    {
      sg_choice_bar_set_choices (self->choices, NULL);
      return;
    }
  depth = sg_story_get_depth (story);
  self->choices_load = g_cancellable_new ();
  sg_story_load_turns_async (story, depth, depth, self->choices_load, head_loaded_cb,
                             g_object_ref (self));
}

/* Everything that depends on whether a turn runs, and on where the head of the story is. */
void
sg_story_page_update (SgStoryPage *self)
{
  sg_composer_set_busy (self->composer, self->session != NULL && sg_session_get_busy (self->session));
  update_status (self);
  update_queue (self);
  update_choices (self);
  sg_story_page_update_actions (self);
  sg_story_page_update_notice (self);
}

/* Shows a sentence in the status line until the next turn. */
void
sg_story_page_say (SgStoryPage *self,
                   const char  *message)
{
  g_free (self->warning);
  self->warning = g_strdup (message);
  sg_announce (GTK_WIDGET (self->status), message);
  update_status (self);
}

/* Whether a half-told turn was to replace the last one, which still stands. */
gboolean
sg_story_page_is_of_retry (SgStoryPage      *self,
                           const SgDraftRow *draft)
{
  return draft->depth < sg_story_get_depth (sg_story_page_get_story (self));
}

/* Puts the half-told turn that the story has at the end of the page. */
static void
show_draft (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  const SgDraftRow *draft = sg_story_get_draft (story);

  if (draft == NULL)
    return;
  if (sg_story_page_is_of_retry (self, draft) && (draft->text == NULL || *draft->text == '\0'))
    return;

  sg_transcript_begin_live (self->transcript, sg_story_get_depth (story) + 1, draft->mode,
                            draft->input);
  if (draft->reasoning != NULL)
    sg_transcript_reason_live (self->transcript, draft->reasoning);
  if (draft->text != NULL)
    sg_transcript_append_live (self->transcript, draft->text);
}

static void
show_run (SgStoryPage *self,
          SgTurnRun   *run)
{
  const char *text = sg_turn_run_get_text (run);
  const char *reasoning = sg_turn_run_get_reasoning (run);

  g_signal_group_set_target (self->run_signals, run);
  sg_transcript_begin_live (self->transcript, sg_turn_run_get_depth (run),
                            sg_input_mode_to_string (sg_turn_run_get_mode (run)),
                            sg_turn_run_get_input (run));
  if (reasoning != NULL && *reasoning != '\0')
    sg_transcript_reason_live (self->transcript, reasoning);
  if (text != NULL && *text != '\0')
    sg_transcript_append_live (self->transcript, text);
}

void
sg_story_page_forget_untold (SgStoryPage *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->untold_mode, g_free);
  g_clear_pointer (&self->untold_input, g_free);
  self->untold_retry = FALSE;
}

static void
turn_started_cb (SgStoryPage *self,
                 SgTurnRun   *run)
{
  sg_story_page_forget_untold (self);
  g_clear_pointer (&self->warning, g_free);
  show_run (self, run);
  sg_story_page_update (self);
}

/* A turn that ended before its first word leaves no draft, but the player's words are kept: for another
 * attempt where it failed; to be changed where the player stopped it. */
static void
keep_words (SgStoryPage *self,
            SgTurnRun   *run,
            gboolean     retry)
{
  const char *mode = sg_input_mode_to_string (sg_turn_run_get_mode (run));
  const char *input = sg_turn_run_get_input (run);
  g_autofree char *written = sg_composer_dup_text (self->composer);

  self->untold_retry = retry;
  self->untold_mode = g_strdup (mode);
  self->untold_input = g_strdup (input);
  if (self->error == NULL && !retry && input != NULL && *g_strstrip (written) == '\0')
    {
      sg_composer_set_mode (self->composer, mode);
      sg_composer_set_text (self->composer, input);
    }
}

/* What was told but not committed is the draft now; a retry that did not come to its end leaves the turn it
 * was to replace. */
static void
turn_broken_off (SgStoryPage *self,
                 SgTurnRun   *run)
{
  SgStory *story = sg_story_page_get_story (self);
  gboolean retry = sg_turn_run_get_depth (run) <= sg_story_get_depth (story);

  if (sg_turn_run_get_error (run) != NULL)
    self->error = g_error_copy (sg_turn_run_get_error (run));
  if (sg_story_get_draft (story) == NULL)
    keep_words (self, run, retry);

  if (retry || sg_story_get_draft (story) == NULL)
    {
      sg_transcript_drop_live (self->transcript);
      sg_transcript_reload (self->transcript);
      show_draft (self);
    }
}

static void
turn_finished_cb (SgStoryPage *self,
                  SgTurnRun   *run)
{
  if (sg_turn_run_get_stage (run) == SG_STAGE_DONE)
    sg_announce (GTK_WIDGET (sg_transcript_get_view (self->transcript)), sg_turn_run_get_text (run));
  else
    turn_broken_off (self, run);
  sg_story_page_update (self);
}

/* The turn is told once more, from its beginning. */
static void
restarted_cb (SgStoryPage *self)
{
  sg_transcript_drop_live (self->transcript);
  show_run (self, sg_session_get_run (self->session));
}

/* A model has looked at a turn that was told before. */
static void
stored_cb (SgStoryPage *self,
           gint64       turn,
           const char  *kind)
{
  if (g_strcmp0 (kind, SG_MODEL_CHECK_KIND) == 0)
    sg_transcript_refresh_turn (self->transcript, turn);
}

/* A turn that could not even begin; its words are still in the queue. */
static void
failed_cb (SgStoryPage  *self,
           const GError *error)
{
  sg_story_page_update (self);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sg_story_page_say (self, error->message);
}

static void
warning_cb (SgStoryPage *self,
            const char  *message)
{
  g_free (self->warning);
  self->warning = g_strdup (message);
}

static void
draft_changed_cb (SgStoryPage *self)
{
  sg_story_page_update (self);
}

/* Shows the turn that runs, or the one that is half told. */
void
sg_story_page_show_told (SgStoryPage *self)
{
  if (sg_session_get_busy (self->session))
    show_run (self, sg_session_get_run (self->session));
  else
    show_draft (self);
}

/* Not only turns keep a story busy: a draft that is kept, characters that enter. */
static void
busy_changed_cb (SgStoryPage *self)
{
  sg_composer_set_busy (self->composer, sg_session_get_busy (self->session));
  update_status (self);
  sg_story_page_update_actions (self);
}

/* What is heard of a session is shown from now on; which one it is may change. */
void
sg_story_page_init_signals (SgStoryPage *self)
{
  self->session_signals = g_signal_group_new (SG_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "turn-started",
                                  G_CALLBACK (turn_started_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "turn-finished",
                                  G_CALLBACK (turn_finished_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "failed", G_CALLBACK (failed_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "queue-changed",
                                  G_CALLBACK (update_queue), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::busy",
                                  G_CALLBACK (busy_changed_cb), self);

  self->story_signals = g_signal_group_new (SG_TYPE_STORY);
  g_signal_group_connect_swapped (self->story_signals, "head-changed",
                                  G_CALLBACK (sg_story_page_update), self);
  g_signal_group_connect_swapped (self->story_signals, "notify::draft",
                                  G_CALLBACK (draft_changed_cb), self);

  self->run_signals = g_signal_group_new (SG_TYPE_TURN_RUN);
  g_signal_group_connect_swapped (self->run_signals, "stage-changed",
                                  G_CALLBACK (update_status), self);
  g_signal_group_connect_swapped (self->run_signals, "text",
                                  G_CALLBACK (sg_transcript_append_live), self->transcript);
  g_signal_group_connect_swapped (self->run_signals, "restarted",
                                  G_CALLBACK (restarted_cb), self);
  g_signal_group_connect_swapped (self->run_signals, "reasoning",
                                  G_CALLBACK (sg_transcript_reason_live), self->transcript);
  g_signal_group_connect_swapped (self->run_signals, "warning",
                                  G_CALLBACK (warning_cb), self);

  self->after_signals = g_signal_group_new (SG_TYPE_AFTER);
  g_signal_group_connect_swapped (self->after_signals, "stored", G_CALLBACK (stored_cb), self);

  self->title_binding = g_binding_group_new ();
  g_binding_group_bind (self->title_binding, "title", self->title, "title", G_BINDING_SYNC_CREATE);
}
