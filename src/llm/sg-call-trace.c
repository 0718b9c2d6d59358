/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-call-trace.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"

struct _SgCallTrace
{
  SgTrace *trace;
  guint    span;

  guint    connect;
  guint    prompt;
  guint    write;

  gint64   first_token;
  gint64   last_token;
  gint64   max_gap;
};

/**
 * sg_call_trace_new:
 * @trace: (nullable): a trace, or %NULL to write nothing
 * @span: the span of the call
 *
 * Returns: (transfer full): a writer
 */
SgCallTrace *
sg_call_trace_new (SgTrace *trace,
                   guint    span)
{
  SgCallTrace *self = g_new0 (SgCallTrace, 1);

  self->trace = trace != NULL && span != 0 ? g_object_ref (trace) : NULL;
  self->span = span;

  return self;
}

/**
 * sg_call_trace_free:
 *
 * Frees a writer.
 */
void
sg_call_trace_free (SgCallTrace *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->trace);
  g_free (self);
}

static guint
begin_phase (SgCallTrace *self,
             const char  *name)
{
  return sg_trace_begin (self->trace, self->span, SG_SPAN_PHASE, name);
}

static void
end_phase (SgCallTrace *self,
           guint        phase)
{
  if (phase != 0)
    sg_trace_end (self->trace, phase);
}

/**
 * sg_call_trace_set_string:
 * @value: (nullable): the value; %NULL sets nothing
 *
 * Sets an attribute of the call.
 */
void
sg_call_trace_set_string (SgCallTrace *self,
                          const char  *key,
                          const char  *value)
{
  if (self->trace != NULL && value != NULL)
    sg_trace_set_string (self->trace, self->span, key, value);
}

/**
 * sg_call_trace_set_int:
 * @value: the value; below 0 sets nothing
 *
 * Sets an attribute of the call.
 */
void
sg_call_trace_set_int (SgCallTrace *self,
                       const char  *key,
                       gint64       value)
{
  if (self->trace != NULL && value >= 0)
    sg_trace_set_int (self->trace, self->span, key, value);
}

static void
set_flag (SgCallTrace *self,
          const char  *key,
          gboolean     value)
{
  if (self->trace != NULL && value)
    sg_trace_set_boolean (self->trace, self->span, key, TRUE);
}

/**
 * sg_call_trace_phase:
 * @phase: how far the request is
 *
 * Notes that the request came further.
 */
void
sg_call_trace_phase (SgCallTrace *self,
                     SgHttpPhase  phase)
{
  if (self->trace == NULL)
    return;

  if (phase == SG_HTTP_CONNECTING && self->connect == 0)
    self->connect = begin_phase (self, "connect");
  else if (phase == SG_HTTP_CONNECTED)
    end_phase (self, self->connect);
  else if (phase == SG_HTTP_SENT)
    {
      end_phase (self, self->connect);
      if (self->prompt == 0)
        self->prompt = begin_phase (self, "prompt");
    }
}

static void
set_difference (SgCallTrace *self,
                const char  *key,
                gint64       begin,
                gint64       end)
{
  if (begin != 0 && end >= begin)
    sg_trace_set_int (self->trace, self->connect, key, end - begin);
}

/**
 * sg_call_trace_reply:
 * @reply: a reply whose headers have come
 *
 * Notes what the connection took.
 */
void
sg_call_trace_reply (SgCallTrace       *self,
                     const SgHttpReply *reply)
{
  const gint64 *events_us = reply->events_us;

  sg_call_trace_set_int (self, SG_ATTRIBUTE_HTTP_STATUS, soup_message_get_status (reply->message));
  set_flag (self, SG_ATTRIBUTE_REUSED, reply->reused);
  set_flag (self, SG_ATTRIBUTE_RETRIED, reply->retried);

  if (self->trace == NULL || self->connect == 0)
    return;

  set_difference (self, SG_ATTRIBUTE_DNS, events_us[G_SOCKET_CLIENT_RESOLVING], events_us[G_SOCKET_CLIENT_RESOLVED]);
  set_difference (self, SG_ATTRIBUTE_TCP, events_us[G_SOCKET_CLIENT_CONNECTING],
                  events_us[G_SOCKET_CLIENT_CONNECTED]);
  set_difference (self, SG_ATTRIBUTE_TLS, events_us[G_SOCKET_CLIENT_TLS_HANDSHAKING],
                  events_us[G_SOCKET_CLIENT_TLS_HANDSHAKED]);
}

/**
 * sg_call_trace_token:
 *
 * Notes that the model said something.
 */
void
sg_call_trace_token (SgCallTrace *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->first_token == 0)
    {
      self->first_token = now;
      if (self->trace != NULL)
        {
          end_phase (self, self->connect);
          end_phase (self, self->prompt);
          self->write = begin_phase (self, "write");
        }
    }
  else
    {
      self->max_gap = MAX (self->max_gap, now - self->last_token);
    }
  self->last_token = now;
}

/**
 * sg_call_trace_get_write_us:
 *
 * Returns: the time between the first and the last thing that the model said, in microseconds
 */
gint64
sg_call_trace_get_write_us (SgCallTrace *self)
{
  return self->last_token - self->first_token;
}

static void
set_rate (SgCallTrace *self,
          const char  *key,
          gint64       tokens,
          gint64       time_us)
{
  if (self->trace != NULL && tokens > 0 && time_us > 0)
    sg_trace_set_double (self->trace, self->span, key, (double) tokens * G_USEC_PER_SEC / time_us);
}

static void
set_figures (SgCallTrace          *self,
             const SgReplyFigures *figures)
{
  const SgUsage *usage = &figures->usage;

  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_IN, usage->input);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_OUT, usage->output);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_CACHED, usage->cached);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_REASONING, usage->reasoning);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_DRAFT, figures->draft);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_TOKENS_ACCEPTED, figures->draft_accepted);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_PROMPT_US, usage->prompt_us);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_WRITE_US, usage->predicted_us);
  sg_call_trace_set_int (self, SG_ATTRIBUTE_CHUNKS, figures->n_chunks);
  set_flag (self, SG_ATTRIBUTE_ESTIMATED, usage->estimated);

  /* The first token is made by reading the prompt: n tokens take n - 1 steps.  The server's own time is
   * that of all steps it counts. */
  if (usage->predicted_us > 0)
    set_rate (self, SG_ATTRIBUTE_RATE, usage->output, usage->predicted_us);
  else
    set_rate (self, SG_ATTRIBUTE_RATE, usage->output - 1, sg_call_trace_get_write_us (self));

  set_rate (self, SG_ATTRIBUTE_PROMPT_RATE, usage->input - MAX (usage->cached, 0), usage->prompt_us);
}

/**
 * sg_call_trace_finish:
 * @figures: (nullable): what was counted
 * @error: (nullable): what went wrong
 *
 * Ends the phases.  The span of the call is left to the caller.
 */
void
sg_call_trace_finish (SgCallTrace          *self,
                      const SgReplyFigures *figures,
                      const GError         *error)
{
  if (self->trace == NULL)
    return;

  end_phase (self, self->connect);
  end_phase (self, self->prompt);
  end_phase (self, self->write);

  if (figures != NULL && figures->n_chunks > 0)
    set_figures (self, figures);
  if (self->max_gap > 0)
    sg_call_trace_set_int (self, SG_ATTRIBUTE_MAX_GAP, self->max_gap);
  if (error != NULL)
    sg_call_trace_set_string (self, SG_ATTRIBUTE_ERROR, sg_model_error_get_name (error));
}
