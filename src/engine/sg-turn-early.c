/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A narration that begins while the turn is still planned.  Most plans ask for nothing, and then the prompt is what it would
 * have been without one, byte by byte: the narration that has begun with it is the one that counts.  Until
 * that is known nothing of it is told, and none of its tools are run; what comes is held back.  As soon
 * as the plan asks for anything the call is broken off, and the only trace of it is that the
 * server has read most of the prompt already. */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include "llm/sg-call-note.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-steady-model.h"
#include "llm/sg-token-estimate.h"

/* What is held back is bounded: no plan takes longer than that. */
#define MAX_HELD (1024 * 1024)

typedef struct
{
  SgModelEvent  event;
  gint64        at_us;
  GString      *text;
  char         *id;
  char         *name;
} Held;

struct _SgTurnEarly
{
  SgTurnRun    *run;
  GCancellable *cancellable;
  guint         span;
  gint64        ready_us;
  GPtrArray    *held;
  gsize         n_held;

  /* What has become of it. */
  gboolean      counts;
  gboolean      dropped;
  gboolean      ended;
  gboolean      ok;
  GError       *error;
};

static void
held_free (gpointer data)
{
  Held *held = data;

  g_string_free (held->text, TRUE);
  g_free (held->id);
  g_free (held->name);
  g_free (held);
}

static void
early_free (SgTurnEarly *self)
{
  g_object_unref (self->run);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->held);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_worth_holding (const SgModelEvent *event)
{
  switch (event->type)
    {
    case SG_MODEL_EVENT_STARTED:
    case SG_MODEL_EVENT_REASONING:
    case SG_MODEL_EVENT_TEXT:
    case SG_MODEL_EVENT_TOOL_COMPLETE:
    case SG_MODEL_EVENT_TOOL_CUT:
    case SG_MODEL_EVENT_USAGE:
    case SG_MODEL_EVENT_WAITING:
    case SG_MODEL_EVENT_WARNING:
    case SG_MODEL_EVENT_FINISHED:
      return TRUE;

    case SG_MODEL_EVENT_PROGRESS:
    case SG_MODEL_EVENT_TOOL_OPENED:
    case SG_MODEL_EVENT_TOOL_ARGUMENTS:
    default:
      return FALSE;
    }
}

/* Pieces of text become one. */
static gboolean
append_to_last (SgTurnEarly        *self,
                const SgModelEvent *event)
{
  Held *last = self->held->len > 0 ? g_ptr_array_index (self->held, self->held->len - 1) : NULL;

  if (last == NULL || last->event.type != event->type
      || (event->type != SG_MODEL_EVENT_TEXT && event->type != SG_MODEL_EVENT_REASONING))
    return FALSE;

  g_string_append_len (last->text, event->text, (gssize) event->length);

  return TRUE;
}

static void
hold (SgTurnEarly        *self,
      const SgModelEvent *event)
{
  Held *held;

  self->n_held += event->length;
  if (self->n_held > MAX_HELD)
    {
      sg_turn_run_drop_early (self->run);
      return;
    }
  if (event->type >= SG_MODEL_EVENT_REASONING && event->type <= SG_MODEL_EVENT_TOOL_COMPLETE)
    sg_turn_run_note_token (self->run);
  if (!is_worth_holding (event) || append_to_last (self, event))
    return;

  held = g_new0 (Held, 1);
  held->event = *event;
  held->at_us = sg_trace_get_elapsed (self->run->trace);
  held->text = g_string_new (event->text);
  held->id = g_strdup (event->id);
  held->name = g_strdup (event->name);
  g_ptr_array_add (self->held, held);
}

/* What is wrong with the server concerns the turn either way: it is the one that plans. */
static void
tell_trouble (SgTurnEarly        *self,
              const SgModelEvent *event)
{
  if (self->run->stopped)
    return;

  sg_turn_run_set_waiting (self->run, event->type == SG_MODEL_EVENT_WAITING ? event->text : NULL);
  if (event->type == SG_MODEL_EVENT_WARNING)
    sg_turn_run_warn (self->run, event->text);
}

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  SgTurnEarly *self = user_data;

  if (self->counts)
    sg_turn_run_handle_event (event, self->run);
  else if (!self->dropped)
    {
      tell_trouble (self, event);
      hold (self, event);
    }
}

static void
generated_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  SgTurnEarly *self = user_data;

  self->ok = sg_model_generate_finish (SG_MODEL (object), result, &self->error);
  self->ended = TRUE;
  if (self->counts)
    sg_turn_run_generated (self->run, self->ok, g_steal_pointer (&self->error));
  else if (!self->dropped)
    sg_trace_end (self->run->trace, self->run->model_span);

  /* Else it lives until it is known what becomes of it. */
  if (self->counts || self->dropped)
    early_free (self);
}

static void
cancelled_cb (GCancellable *outer,
              GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/* A call to somebody else's server costs money, also one that is in vain; so does one that only ends up there,
 * since the own server does not answer. */
static gboolean
is_own_server (SgModel *model)
{
  SgModel *fallback = SG_IS_STEADY_MODEL (model) ? sg_steady_model_get_fallback (SG_STEADY_MODEL (model)) : NULL;
  const char *server = sg_model_get_server (model);

  return (server == NULL || sg_endpoint_is_local (server)) && (fallback == NULL || is_own_server (fallback));
}

/* Where calls are counted or paid for, none is made that may be in vain; and where there is one at a time it would
 * only wait for the plan. */
static gboolean
is_wanted (SgTurnRun *self)
{
  gboolean limited = sg_engine_settings_is_on (self->settings, "limiter")
                     && (sg_engine_settings_get_number (self->settings, "requests-per-minute") > 0
                         || sg_engine_settings_get_number (self->settings, "tokens-per-minute") > 0);

  return sg_engine_settings_is_on (self->settings, "early-narration") && self->planning
         && self->n_steps == 0 && !limited && !self->stopped && is_own_server (self->model)
         && sg_engine_settings_get_number (self->settings, "models-at-once") > 1;
}

/**
 * sg_turn_run_tell_early:
 *
 * Calls the model while the plan is still written, where that is wanted.
 */
void
sg_turn_run_tell_early (SgTurnRun *self)
{
  SgTurnEarly *early;

  if (!is_wanted (self))
    return;

  sg_turn_run_build_prompt (self);

  early = g_new0 (SgTurnEarly, 1);
  early->run = g_object_ref (self);
  early->cancellable = g_cancellable_new ();
  early->held = g_ptr_array_new_with_free_func (held_free);
  early->ready_us = sg_trace_get_elapsed (self->trace);
  early->span = sg_trace_begin (self->trace, self->turn_span, SG_SPAN_STAGE, "stream");
  g_signal_connect_object (self->cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                           early->cancellable, 0);
  self->early = early;

  sg_turn_run_begin_call (self, early->span);
  sg_trace_set_boolean (self->trace, self->model_span, "early", TRUE);
  sg_model_generate_async (self->model, self->request, event_cb, early, early->cancellable,
                           generated_cb, early);
}

/* What the server has not said: the prompt was read, and this much was written. */
static SgUsage
estimate_usage (SgTurnEarly *self)
{
  SgUsage usage = SG_USAGE_INIT;
  int written = 0;

  for (guint i = 0; i < self->held->len; i++)
    {
      const Held *held = g_ptr_array_index (self->held, i);

      if (held->event.type == SG_MODEL_EVENT_USAGE)
        return held->event.usage;
      if (held->event.type == SG_MODEL_EVENT_TEXT || held->event.type == SG_MODEL_EVENT_REASONING
          || held->event.type == SG_MODEL_EVENT_TOOL_COMPLETE)
        written += sg_token_estimate (held->text->str, (gssize) held->text->len);
    }

  usage.input = sg_model_request_estimate_tokens (self->run->request);
  usage.output = written;
  usage.estimated = TRUE;

  return usage;
}

/* What it cost is kept with the turn, though not among what the turn itself took. */
static void
note_in_vain (SgTurnEarly *self)
{
  SgTurnRun *run = self->run;
  SgUsage usage = estimate_usage (self);
  g_autoptr (GError) error =
    self->error != NULL
      ? g_error_copy (self->error)
      : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The plan asked for more");

  sg_trace_end (run->trace, run->model_span);
  g_ptr_array_add (run->model_calls,
                   sg_call_note_new (run->model, SG_REQUEST_NARRATION, run->trace, run->model_span,
                                     &usage, run->call_first_token, SG_FINISH_OTHER, error));
  sg_trace_end (run->trace, self->span);
}

/**
 * sg_turn_run_drop_early:
 *
 * The plan asks for something: a narration that has begun is in vain.
 */
void
sg_turn_run_drop_early (SgTurnRun *self)
{
  SgTurnEarly *early = g_steal_pointer (&self->early);

  if (early == NULL)
    return;

  early->dropped = TRUE;
  sg_turn_run_set_waiting (self, NULL);
  note_in_vain (early);
  self->round = 0;

  if (early->ended)
    early_free (early);
  else
    g_cancellable_cancel (early->cancellable);
}

/* Hands on what was held back, but for waits that are over. */
static void
tell_held (SgTurnEarly *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  self->held = g_ptr_array_new ();
  for (guint i = 0; i < held->len; i++)
    {
      Held *one = g_ptr_array_index (held, i);

      if (one->event.type == SG_MODEL_EVENT_WAITING && i + 1 < held->len)
        continue;

      if (one->event.text != NULL)
        one->event.text = one->text->str;
      one->event.length = one->text->len;
      one->event.id = one->id;
      one->event.name = one->name;
      if (one->event.type == SG_MODEL_EVENT_STARTED)
        sg_trace_mark_at (self->run->trace, SG_MARK_MODEL_STARTED, one->at_us);
      sg_turn_run_handle_event (&one->event, self->run);
    }
}

/**
 * sg_turn_run_take_early:
 *
 * The plan asks for nothing: tells what was held back, and goes on with it.
 *
 * Returns: %FALSE where no narration has begun
 */
gboolean
sg_turn_run_take_early (SgTurnRun *self)
{
  SgTurnEarly *early = g_steal_pointer (&self->early);

  if (early == NULL)
    return FALSE;

  early->counts = TRUE;
  sg_trace_mark_at (self->trace, SG_MARK_BUDGET_CHECKED, early->ready_us);
  sg_trace_mark_at (self->trace, SG_MARK_CONTEXT_READY, early->ready_us);
  sg_trace_end (self->trace, self->stage_span);
  self->stage_span = early->span;
  sg_turn_run_set_stage (self, SG_STAGE_CONNECT);
  tell_held (early);

  if (early->ended)
    {
      sg_turn_run_generated (self, early->ok, g_steal_pointer (&early->error));
      early_free (early);
    }

  return TRUE;
}
