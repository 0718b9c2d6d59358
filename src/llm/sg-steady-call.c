/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One call through all that can go wrong: the tries, what they wait for, and the fallback.
 *
 *   begin_attempt ── breaker ── gate (limiter and slots) ── the model ── attempt_ended
 *        ↑                                                                   │
 *        └────── wait ──── another try, or the fallback ─────────────────────┘
 *
 * Whatever is not the model's own time is a span of kind SG_SPAN_WAIT below the span of the call. */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-backoff.h"
#include "llm/sg-fault.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"
#include "llm/sg-steady-call.h"
#include "llm/sg-steady-model.h"
#include "llm/sg-token-estimate.h"

/* What a reply takes where nobody has set a limit to it, for the limiter. */
#define USUAL_REPLY_TOKENS 512

/* A server that asks to wait no time at all would be asked without end. */
#define MIN_RETRY_AFTER_US G_USEC_PER_SEC

/* While a server loads its model it is asked every 8 s at least. */
#define LOADING_BACKOFF 3

typedef struct
{
  GTask            *task;
  SgSteadySide      sides[2];
  guint32           seed;
  GRand            *rand;
  guint             retries;
  guint             characters_at_once;
  SgModelRequest   *request;
  SgModelEventFunc  event_func;
  gpointer          event_data;

  GSource          *cancelled;
  GSource          *starting;

  /* Which of the two servers, and how often it was tried. */
  guint             side;
  guint             n_attempts;
  gint64            loading_since;
  guint             n_loading;

  /* What is waited for. */
  guint             ticket;
  guint             timer;
  guint             wait_span;

  /* The try that is under way. */
  guint             permit;
  gboolean          inside;
  gboolean          asking;
  gint64            estimate;
  gint64            taken;
  gint64            used;
  gboolean          got_token;

  /* Why the first server did not answer. */
  GError           *error;
  gboolean          finished;
} Call;

static void begin_attempt (Call *call);

static SgSteadySide *
get_side (Call *call)
{
  return &call->sides[call->side];
}

static SgGate *
get_gate (Call *call)
{
  return sg_server_state_get_gate (get_side (call)->state);
}

static SgBreaker *
get_breaker (Call *call)
{
  return sg_server_state_get_breaker (get_side (call)->state);
}

static SgClock *
get_clock (Call *call)
{
  return sg_server_state_get_clock (get_side (call)->state);
}

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  for (guint i = 0; i < G_N_ELEMENTS (call->sides); i++)
    {
      g_clear_object (&call->sides[i].model);
      g_clear_object (&call->sides[i].state);
    }
  g_clear_object (&call->request);
  g_clear_error (&call->error);
  g_clear_pointer (&call->rand, g_rand_free);
  g_free (call);
}

static gboolean
is_cancelled (Call *call)
{
  return g_cancellable_is_cancelled (g_task_get_cancellable (call->task));
}

static void
emit (Call             *call,
      SgModelEventType  type,
      const char       *text,
      gint64            total)
{
  SgModelEvent event = { .type = type, .usage = SG_USAGE_INIT };

  if (call->finished || is_cancelled (call))
    return;

  event.text = text;
  event.length = text != NULL ? strlen (text) : 0;
  event.total = total;
  call->event_func (&event, call->event_data);
}

/* Spans */

static SgTrace *
get_trace (Call *call)
{
  return sg_model_request_get_span (call->request) != 0 ? sg_model_request_get_trace (call->request) : NULL;
}

static guint
begin_span (Call       *call,
            const char *name,
            const char *reason)
{
  SgTrace *trace = get_trace (call);
  guint span;

  if (trace == NULL)
    return 0;

  span = sg_trace_begin (trace, sg_model_request_get_span (call->request), SG_SPAN_WAIT, name);
  sg_trace_set_string (trace, span, SG_ATTRIBUTE_REASON, reason);

  return span;
}

static void
set_span_int (Call       *call,
              guint       span,
              const char *key,
              gint64      value)
{
  if (span != 0 && value > 0)
    sg_trace_set_int (get_trace (call), span, key, value);
}

static void
end_span (Call  *call,
          guint *span)
{
  if (*span != 0)
    sg_trace_end (get_trace (call), *span);
  *span = 0;
}

/* What takes no time. */
static void
note (Call       *call,
      const char *name,
      const char *reason)
{
  guint span = begin_span (call, name, reason);

  end_span (call, &span);
}

/* Ends */

/* Nothing may be touched after this but the task, which the caller holds. */
static void
finish (Call   *call,
        GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&call->task);

  call->finished = TRUE;
  if (call->ticket != 0)
    sg_gate_withdraw (get_gate (call), call->ticket);
  call->ticket = 0;
  sg_clock_clear_timer (get_clock (call), &call->timer);
  if (call->permit != 0)
    sg_breaker_leave (get_breaker (call), call->permit, SG_BREAKER_NEITHER);
  call->permit = 0;
  end_span (call, &call->wait_span);
  clear_source (&call->cancelled);
  clear_source (&call->starting);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
finish_cancelled (Call *call)
{
  finish (call, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped")));
}

/* What the player is told is about the server that was chosen; the other one comes second. */
static void
fail (Call   *call,
      GError *error)
{
  if (call->error != NULL)
    {
      sg_fault_tell_fallback (call->error, error);
      g_error_free (error);
      error = g_steal_pointer (&call->error);
    }

  finish (call, error);
}

/* While the model is asked, it hears of the cancellation itself, and answers. */
static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Call *call = user_data;

  if (!call->asking)
    finish_cancelled (call);

  return G_SOURCE_REMOVE;
}

static GSource *
attach (Call        *call,
        GSource     *source,
        const char  *name,
        GSourceFunc  func)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, call, NULL);
  g_source_attach (source, g_task_get_context (call->task));

  return source;
}

/* While it waits, somebody has to hear that it is not wanted any more; most calls never wait. */
static void
hear_cancelled (Call *call)
{
  GCancellable *cancellable = g_task_get_cancellable (call->task);

  if (cancellable != NULL && call->cancelled == NULL)
    call->cancelled = attach (call, g_cancellable_source_new (cancellable), "storyglass: steady call cancelled",
                              (GSourceFunc) (GCallback) cancelled_cb);
}

/* The fallback */

static gboolean
has_fallback (Call *call)
{
  return call->side == 0 && call->sides[1].model != NULL;
}

static const char *
get_shown (SgModel *model)
{
  const char *server = sg_model_get_server (model);

  return server != NULL ? server : sg_model_get_name (model);
}

/* Takes the error. */
static void
fall_back (Call   *call,
           GError *error)
{
  SgTrace *trace = get_trace (call);
  g_autofree char *sentence = NULL;

  note (call, "fallback", sg_model_error_get_name (error));
  if (trace != NULL)
    {
      sg_trace_clear_attribute (trace, sg_model_request_get_span (call->request), SG_ATTRIBUTE_ERROR);
      sg_trace_set_boolean (trace, sg_model_request_get_span (call->request), SG_ATTRIBUTE_FALLBACK, TRUE);
    }

  /* Translators: two addresses of servers */
  sentence = g_strdup_printf (_("%s does not answer now; %s tells this instead."), get_shown (call->sides[0].model),
                              get_shown (call->sides[1].model));
  call->error = error;
  call->side = 1;
  call->n_attempts = 0;
  call->loading_since = 0;
  call->n_loading = 0;
  emit (call, SG_MODEL_EVENT_WARNING, sentence, 0);
  begin_attempt (call);
}

/* Tries */

static void
model_event_cb (const SgModelEvent *event,
                gpointer            user_data)
{
  Call *call = user_data;

  if (event->type >= SG_MODEL_EVENT_REASONING && event->type <= SG_MODEL_EVENT_TOOL_CUT)
    call->got_token = TRUE;
  else if (event->type == SG_MODEL_EVENT_USAGE && event->usage.input >= 0)
    call->used = event->usage.input + MAX (event->usage.output, 0);

  if (!call->finished && !is_cancelled (call))
    call->event_func (event, call->event_data);
}

static void
wait_over_cb (gpointer user_data)
{
  Call *call = user_data;

  call->timer = 0;
  end_span (call, &call->wait_span);
  emit (call, SG_MODEL_EVENT_WAITING, NULL, 0);
  if (!call->finished)
    begin_attempt (call);
}

static void
wait_for_next_try (Call          *call,
                   const SgFault *fault,
                   gint64         wait_us)
{
  g_autofree char *sentence =
    sg_fault_dup_sentence (fault, wait_us, call->n_attempts, call->retries + 1);
  SgTrace *trace = get_trace (call);

  call->wait_span = begin_span (call, "retry", fault->name);
  set_span_int (call, call->wait_span, SG_ATTRIBUTE_ATTEMPT, call->n_attempts);
  set_span_int (call, call->wait_span, SG_ATTRIBUTE_HTTP_STATUS, fault->status);
  set_span_int (call, call->wait_span, SG_ATTRIBUTE_WAIT, wait_us);
  if (trace != NULL)
    sg_trace_clear_attribute (trace, sg_model_request_get_span (call->request), SG_ATTRIBUTE_ERROR);

  call->timer = sg_clock_add_timer (get_clock (call), wait_us, wait_over_cb, call);
  emit (call, SG_MODEL_EVENT_WAITING, sentence, wait_us);
}

static gboolean
may_try_again (Call          *call,
               const SgFault *fault)
{
  if (!fault->again || fault->retry_after_us > SG_RETRY_AFTER_MAX_US)
    return FALSE;

  if (!fault->loading)
    return call->n_attempts <= call->retries;

  /* Loading is no failure, and takes as long as it takes. */
  if (call->retries == 0)
    return FALSE;
  if (call->loading_since == 0)
    call->loading_since = sg_clock_get_time (get_clock (call));
  call->n_loading++;
  call->n_attempts = 0;

  return sg_clock_get_time (get_clock (call)) - call->loading_since < SG_STEADY_LOADING_US;
}

/* The server asks for time: nobody else needs to ask it until then. */
static void
pause_server (Call   *call,
              gint64  wait_us)
{
  sg_limiter_pause (sg_gate_get_limiter (get_gate (call)), wait_us);
  sg_gate_look_again (get_gate (call));
}

/* Most calls never wait. */
static GRand *
get_rand (Call *call)
{
  if (call->rand == NULL)
    call->rand = g_rand_new_with_seed (call->seed);

  return call->rand;
}

static gint64
get_wait (Call          *call,
          const SgFault *fault)
{
  if (fault->retry_after_us < 0)
    return sg_backoff_get_wait (fault->loading ? MIN (call->n_loading, LOADING_BACKOFF) : call->n_attempts, get_rand (call));

  return MAX (fault->retry_after_us, MIN_RETRY_AFTER_US);
}

/* Takes the error. */
static void
handle_failure (Call   *call,
                GError *error)
{
  SgFault fault;

  sg_fault_read (&fault, error);
  if (may_try_again (call, &fault))
    {
      gint64 wait_us = get_wait (call, &fault);

      g_error_free (error);
      if (fault.retry_after_us >= 0)
        pause_server (call, wait_us);
      wait_for_next_try (call, &fault, wait_us);
      return;
    }

  sg_fault_tell_attempts (error, call->n_attempts);
  if (fault.retry_after_us > SG_RETRY_AFTER_MAX_US)
    sg_fault_tell_long_wait (error, fault.retry_after_us);

  if (fault.elsewhere && has_fallback (call))
    fall_back (call, error);
  else
    fail (call, error);
}

/* Gives back what the try held. */
static void
leave (Call         *call,
       const GError *error)
{
  SgBreaker *breaker = get_breaker (call);
  SgLimiter *limiter = sg_gate_get_limiter (get_gate (call));
  guint n_trips = sg_breaker_get_trips (breaker);
  SgBreakerOutcome outcome = SG_BREAKER_SUCCESS;
  SgFault fault;

  if (error != NULL)
    {
      sg_fault_read (&fault, error);
      outcome = fault.outcome;
    }

  sg_breaker_leave (breaker, call->permit, outcome);
  call->permit = 0;
  if (sg_breaker_get_trips (breaker) > n_trips)
    note (call, "breaker", "opened");

  if (call->used >= 0)
    sg_limiter_correct (limiter, call->taken, call->used);
  else if (error != NULL && !call->got_token)
    sg_limiter_correct (limiter, call->taken, 0);
  if (error == NULL)
    sg_limiter_end_pause (limiter);

  call->inside = FALSE;
  sg_gate_leave (get_gate (call));
}

static void
generated_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  sg_model_generate_finish (SG_MODEL (object), result, &error);
  call->asking = FALSE;
  leave (call, error);

  if (is_cancelled (call) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      finish_cancelled (call);
    }
  else if (error == NULL)
    finish (call, NULL);
  else if (call->got_token)
    finish (call, error);
  else
    {
      hear_cancelled (call);
      handle_failure (call, error);
    }
}

static void
admitted_cb (gpointer user_data)
{
  Call *call = user_data;
  gboolean waited = call->wait_span != 0;

  call->ticket = 0;
  call->inside = TRUE;
  end_span (call, &call->wait_span);
  if (waited)
    emit (call, SG_MODEL_EVENT_WAITING, NULL, 0);

  call->n_attempts++;
  call->used = -1;
  call->asking = TRUE;
  sg_model_generate_async (get_side (call)->model, call->request, model_event_cb, call,
                           g_task_get_cancellable (call->task), generated_cb, g_object_ref (call->task));
}

static void
waiting_cb (SgGateReason reason,
            gint64       wait_us,
            gpointer     user_data)
{
  Call *call = user_data;
  g_autofree char *sentence = sg_gate_reason_dup_sentence (reason, wait_us);

  end_span (call, &call->wait_span);
  call->wait_span = begin_span (call, "limit", sg_gate_reason_to_string (reason));
  set_span_int (call, call->wait_span, SG_ATTRIBUTE_WAIT, wait_us);
  emit (call, SG_MODEL_EVENT_WAITING, sentence, wait_us);
}

static gint64
estimate_tokens (Call *call)
{
  int reply = sg_model_request_get_max_tokens (call->request);

  if (!sg_limiter_counts_tokens (sg_gate_get_limiter (get_gate (call))))
    return 0;

  if (call->estimate == 0)
    call->estimate = sg_model_request_estimate_tokens (call->request) + (reply > 0 ? reply : USUAL_REPLY_TOKENS);

  return call->estimate;
}

static void
line_up (Call *call)
{
  SgRequestKind kind = sg_model_request_get_kind (call->request);
  SgGateEntry entry = {
    .priority = kind == SG_REQUEST_NARRATION ? SG_GATE_FIRST : SG_GATE_LATER,
    .n_slots = kind == SG_REQUEST_CHARACTER ? call->characters_at_once : 0,
    .admitted = admitted_cb,
    .waiting = waiting_cb,
    .user_data = call,
  };
  guint ticket;

  call->taken = entry.tokens = estimate_tokens (call);
  ticket = sg_gate_enter (get_gate (call), &entry);
  if (!call->inside && !call->finished)
    call->ticket = ticket;
}

/* A narration is what the player has asked for just now: its first try finds out whether the server is back.
 * Where another server can tell the turn at once, nobody needs to wait for that. */
static gboolean
is_players_own (Call *call)
{
  return sg_model_request_get_kind (call->request) == SG_REQUEST_NARRATION && call->n_attempts == 0
         && !has_fallback (call);
}

static void
begin_attempt (Call *call)
{
  GError *error;

  if (call->finished)
    return;

  call->permit = sg_breaker_enter (get_breaker (call), is_players_own (call));
  if (call->permit != 0)
    {
      line_up (call);
      return;
    }

  note (call, "breaker", sg_breaker_state_to_string (sg_breaker_get_state (get_breaker (call))));
  error = sg_fault_make_paused (sg_model_get_server (get_side (call)->model), sg_breaker_get_wait (get_breaker (call)));
  if (has_fallback (call))
    fall_back (call, error);
  else
    fail (call, error);
}

static gboolean
start_cb (gpointer user_data)
{
  Call *call = user_data;

  g_clear_pointer (&call->starting, g_source_unref);
  begin_attempt (call);

  return G_SOURCE_REMOVE;
}

/* No event may come before the caller has the call in its hands: where one would, the call begins in the next turn
 * of the main loop.  Otherwise it begins at once. */
static void
start (Call *call)
{
  if (sg_breaker_get_state (get_breaker (call)) == SG_BREAKER_CLOSED
      && sg_gate_is_free (get_gate (call), estimate_tokens (call)))
    {
      begin_attempt (call);
      return;
    }

  hear_cancelled (call);
  call->starting = g_idle_source_new ();
  g_source_set_priority (call->starting, G_PRIORITY_DEFAULT);
  attach (call, call->starting, "storyglass: steady call", start_cb);
}

/**
 * sg_steady_call_run:
 * @task: what to return to; its cancellable ends the call at every moment
 * @setup: how it is made; what it points to is held
 * @request: what to ask
 * @event_func: (scope notified) (closure event_data): called for each event
 *
 * Runs a call.
 */
void
sg_steady_call_run (GTask               *task,
                    const SgSteadySetup *setup,
                    SgModelRequest      *request,
                    SgModelEventFunc     event_func,
                    gpointer             event_data)
{
  Call *call = g_new0 (Call, 1);

  call->task = g_object_ref (task);
  for (guint i = 0; i < G_N_ELEMENTS (call->sides); i++)
    {
      g_set_object (&call->sides[i].model, setup->sides[i].model);
      g_set_object (&call->sides[i].state, setup->sides[i].state);
    }
  call->seed = g_rand_int (setup->rand);
  call->retries = setup->retries;
  call->characters_at_once = setup->characters_at_once;
  call->request = g_object_ref (request);
  call->event_func = event_func;
  call->event_data = event_data;
  g_task_set_task_data (task, call, call_free);

  start (call);
}
