/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words that come while a turn runs wait in a queue that is woken by the end of the turn, never
 * polled; a turn that was stopped or has failed leaves the queue where it is, since the
 * player may want to say something else now.
 *
 * Words that are handed in where there is a half-told turn make it a turn as it was told:
 * what the player has read stays.  Only a draft without any text gives way.
 */

#include "config.h"

#include "engine/sg-session-private.h"

typedef struct
{
  guint       ticket;
  SgInputMode mode;
  char       *text;
  gint64      submitted_us;
} Queued;

static void
queued_free (gpointer data)
{
  Queued *queued = data;

  g_free (queued->text);
  g_free (queued);
}

GPtrArray *
sg_session_queue_new (void)
{
  return g_ptr_array_new_with_free_func (queued_free);
}

static void
kept_first_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  SgSession *self = SG_SESSION (object);
  g_autoptr (GError) error = NULL;

  /* What waits is started by the end of the keeping. */
  if (!sg_session_draft_finish (self, result, &error))
    sg_session_report (self, error);
}

static gboolean
has_told_draft (SgSession *self)
{
  const SgDraftRow *draft = sg_story_get_draft (self->story);

  return draft != NULL && draft->text != NULL && *draft->text != '\0';
}

void
sg_session_start_next (SgSession *self)
{
  Queued *queued;

  if (self->busy || self->queue->len == 0 || sg_story_get_moving (self->story))
    return;

  if (has_told_draft (self))
    {
      sg_session_keep_draft_async (self, NULL, kept_first_cb, NULL);
      return;
    }

  queued = g_ptr_array_steal_index (self->queue, 0);
  sg_session_queue_changed (self);
  sg_session_start_at_head (self, queued->mode, queued->text, NULL,
                            queued->submitted_us > 0 ? queued->submitted_us
                                                     : g_get_monotonic_time ());
  queued_free (queued);
}

static Queued *
queue_add (SgSession   *self,
           SgInputMode  mode,
           const char  *text)
{
  Queued *queued = g_new0 (Queued, 1);

  queued->ticket = ++self->last_ticket;
  queued->mode = mode;
  queued->text = g_strdup (text);
  g_ptr_array_add (self->queue, queued);

  return queued;
}

/* Adds words that nobody waits for yet. */
void
sg_session_queue_add (SgSession   *self,
                      SgInputMode  mode,
                      const char  *text)
{
  queue_add (self, mode, text);
}

/**
 * sg_session_submit:
 * @mode: how the words are meant
 * @text: the player's words
 * @submitted_us: when the key was pressed, in microseconds of g_get_monotonic_time(), or 0 for now
 *
 * Takes the player's words.  They start a turn at once, in this very iteration of the main loop, or
 * wait for the turns before them.
 *
 * Returns: a ticket for sg_session_withdraw()
 */
guint
sg_session_submit (SgSession   *self,
                   SgInputMode  mode,
                   const char  *text,
                   gint64       submitted_us)
{
  Queued *queued;
  guint ticket;

  g_return_val_if_fail (SG_IS_SESSION (self), 0);
  g_return_val_if_fail (text != NULL, 0);

  queued = queue_add (self, mode, text);
  ticket = queued->ticket;
  queued->submitted_us = submitted_us > 0 ? submitted_us : g_get_monotonic_time ();
  self->wanted = TRUE;

  sg_session_start_next (self);
  if (self->queue->len > 0)
    sg_session_queue_changed (self);

  return ticket;
}

/**
 * sg_session_get_n_queued:
 *
 * Returns: how many words wait for the turn that runs
 */
guint
sg_session_get_n_queued (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), 0);

  return self->queue->len;
}

/**
 * sg_session_get_queued:
 * @position: a position in the queue, from 0
 *
 * Returns: the words there; its text is valid until the queue changes
 */
SgQueuedInput
sg_session_get_queued (SgSession *self,
                       guint      position)
{
  SgQueuedInput input = { 0 };
  const Queued *queued;

  g_return_val_if_fail (SG_IS_SESSION (self), input);
  g_return_val_if_fail (position < self->queue->len, input);

  queued = g_ptr_array_index (self->queue, position);
  input.ticket = queued->ticket;
  input.mode = queued->mode;
  input.text = queued->text;

  return input;
}

/**
 * sg_session_withdraw:
 * @ticket: what sg_session_submit() returned
 *
 * Takes queued words back.
 *
 * Returns: (transfer full) (nullable): the words, or %NULL where they are under way already
 */
char *
sg_session_withdraw (SgSession *self,
                     guint      ticket)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  for (guint i = 0; i < self->queue->len; i++)
    {
      Queued *queued = g_ptr_array_index (self->queue, i);

      if (queued->ticket == ticket)
        {
          char *text = g_steal_pointer (&queued->text);

          g_ptr_array_remove_index (self->queue, i);
          sg_session_queue_changed (self);
          return text;
        }
    }

  return NULL;
}
