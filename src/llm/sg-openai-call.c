/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One call, from the request to its last event; sg-openai-body.c reads the reply. */

#include "config.h"

#include "llm/sg-openai-call-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-endpoint.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-openai-model.h"

/* After the reason for the end only usage and `[DONE]` can follow; some servers forget the latter. */
#define LAST_WORDS_MS 2000

/* Below half of a cautious estimate something is missing from the prompt. */
#define TRUNCATION_MIN_TOKENS 1000

/**
 * sg_call_setup_copy:
 * @copy: (out caller-allocates): where to copy to
 *
 * Copies a setup.
 */
void
sg_call_setup_copy (const SgCallSetup *self,
                    SgCallSetup       *copy)
{
  *copy = *self;
  copy->http = g_object_ref (self->http);
  copy->base = g_strdup (self->base);
  copy->shown = g_strdup (self->shown);
  copy->name = g_strdup (self->name);
  copy->key = g_strdup (self->key);
}

/**
 * sg_call_setup_clear:
 *
 * Frees what a setup holds.
 */
void
sg_call_setup_clear (SgCallSetup *self)
{
  g_clear_object (&self->http);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->key, g_free);
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
call_clear (SgOpenaiCall *call)
{
  clear_source (&call->cancelled);
  clear_source (&call->timer);
  clear_source (&call->input);
  g_clear_pointer (&call->reply, sg_http_reply_free);
  g_clear_pointer (&call->document, g_byte_array_unref);
  g_clear_pointer (&call->parser, sg_sse_parser_free);
  g_clear_pointer (&call->reader, sg_chunk_reader_free);
  g_clear_pointer (&call->trace, sg_call_trace_free);
  g_clear_object (&call->task);
  g_clear_object (&call->request);
  g_clear_object (&call->inner);
  g_clear_error (&call->error);
  g_clear_pointer (&call->buffer, g_free);
  sg_call_setup_clear (&call->setup);
}

SgOpenaiCall *
sg_openai_call_ref (SgOpenaiCall *call)
{
  return g_rc_box_acquire (call);
}

void
sg_openai_call_unref (SgOpenaiCall *call)
{
  g_rc_box_release_full (call, (GDestroyNotify) call_clear);
}

GSource *
sg_openai_call_attach (SgOpenaiCall *call,
                       GSource      *source,
                       const char   *name,
                       GSourceFunc   func)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, sg_openai_call_ref (call), (GDestroyNotify) sg_openai_call_unref);
  g_source_attach (source, g_task_get_context (call->task));

  return source;
}

gboolean
sg_openai_call_is_over (SgOpenaiCall *call)
{
  return call->finished || g_cancellable_is_cancelled (g_task_get_cancellable (call->task));
}

static void
emit (const SgModelEvent *event,
      gpointer            user_data)
{
  SgOpenaiCall *call = user_data;

  if (sg_openai_call_is_over (call))
    return;

  if (event->type >= SG_MODEL_EVENT_REASONING && event->type <= SG_MODEL_EVENT_TOOL_ARGUMENTS)
    {
      call->got_token = TRUE;
      sg_call_trace_token (call->trace);
    }

  call->event_func (event, call->event_data);
}

static gboolean
return_cb (gpointer task)
{
  g_task_return_boolean (G_TASK (task), TRUE);

  return G_SOURCE_REMOVE;
}

/* A call that follows from the callback, with the results of tools, is to find the connection free: the session takes
 * it back in its own source, which stands before this one. */
static void
return_later (GTask *task)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "storyglass: model call ends");
  g_source_set_callback (source, return_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
  g_source_unref (source);
}

/* Ends the call, once.  The connection is kept where the reply was read to its end. */
void
sg_openai_call_finish (SgOpenaiCall *call,
                       GError       *error)
{
  g_autoptr (GTask) task = NULL;

  if (call->finished)
    {
      g_clear_error (&error);
      return;
    }

  if (error != NULL && call->reader != NULL)
    sg_chunk_reader_flush (call->reader);

  call->finished = TRUE;
  task = g_steal_pointer (&call->task);
  sg_call_trace_set_int (call->trace, SG_ATTRIBUTE_BYTES_IN, call->n_received);
  sg_call_trace_finish (call->trace, call->reader != NULL ? sg_chunk_reader_get_figures (call->reader) : NULL,
                        error);

  clear_source (&call->cancelled);
  clear_source (&call->timer);
  clear_source (&call->input);
  g_cancellable_cancel (call->inner);
  if (call->reply != NULL)
    sg_http_let_go (g_steal_pointer (&call->reply), call->done);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_later (task);
}

static void
fail (SgOpenaiCall *call,
      GError       *error)
{
  GError *mapped = sg_model_error_from_io (&call->context, error);

  g_error_free (error);
  sg_openai_call_finish (call, mapped);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  SgOpenaiCall *call = user_data;

  sg_openai_call_finish (call, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped")));

  return G_SOURCE_REMOVE;
}

static gint64
next_deadline (SgOpenaiCall *call)
{
  gint64 deadline = G_MAXINT64;
  guint silence = call->got_token ? call->setup.silence_ms : call->setup.first_byte_ms;

  if (call->last_words)
    silence = silence == 0 ? LAST_WORDS_MS : MIN (silence, LAST_WORDS_MS);
  if (silence > 0)
    deadline = call->last_byte + (gint64) silence * 1000;
  if (call->setup.total_ms > 0)
    deadline = MIN (deadline, call->begun + (gint64) call->setup.total_ms * 1000);

  return deadline;
}

static GError *
error_silent (SgOpenaiCall *call)
{
  gint64 now = g_get_monotonic_time ();

  if (call->setup.total_ms > 0 && now >= call->begun + (gint64) call->setup.total_ms * 1000)
    return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT,
                        _("The reply from %s took longer than %u seconds and was stopped. A limit for the length "
                          "of a reply helps, and so does a smaller model."),
                        call->setup.shown, call->setup.total_ms / 1000);

  if (call->got_token)
    return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT,
                        _("The server at %s fell silent in the middle of its reply. Its log may say why."),
                        call->setup.shown);

  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT,
                      _("The server at %s took the request, but said nothing for %u seconds. It may be busy with others, "
                        "or too slow for a prompt of this length: a smaller context helps."),
                      call->setup.shown, call->setup.first_byte_ms / 1000);
}

static void arm_timer (SgOpenaiCall *call);

static gboolean
timer_cb (gpointer user_data)
{
  SgOpenaiCall *call = user_data;

  if (g_get_monotonic_time () < next_deadline (call))
    arm_timer (call);
  else if (call->last_words)
    sg_openai_call_complete (call);
  else
    sg_openai_call_finish (call, error_silent (call));

  return G_SOURCE_REMOVE;
}

/* The timer is not moved with each byte: when it fires it looks whether there is still time. */
static void
arm_timer (SgOpenaiCall *call)
{
  gint64 deadline = next_deadline (call);
  gint64 wait;

  clear_source (&call->timer);
  if (deadline == G_MAXINT64)
    return;

  wait = MAX (0, deadline - g_get_monotonic_time ());
  call->timer = sg_openai_call_attach (call, g_timeout_source_new ((guint) MIN (wait / 1000 + 1, G_MAXINT)),
                                       "storyglass: model timeout", timer_cb);
}

/* The reason for the end was told: what may follow is awaited for a moment only. */
void
sg_openai_call_hear_end (SgOpenaiCall *call)
{
  call->last_words = TRUE;
  arm_timer (call);
}

/* Ollama cuts a prompt that is too long, without a word: the story then forgets its own beginning. */
static void
warn_of_truncation (SgOpenaiCall  *call,
                    const SgUsage *usage)
{
  SgModelEvent event = { .type = SG_MODEL_EVENT_WARNING, .usage = SG_USAGE_INIT };
  g_autofree char *sentence = NULL;

  if (usage->estimated || usage->input <= 0 || call->estimate < TRUNCATION_MIN_TOKENS ||
      usage->input * 2 >= call->estimate)
    return;

  sentence = g_strdup_printf (_("The server read only %" G_GINT64_FORMAT " tokens of a prompt of about %" G_GINT64_FORMAT
                                ": it has cut the rest away, and the model does not know the beginning. Set a larger "
                                "context on the server, or a smaller one in the preferences."),
                              usage->input, call->estimate);
  event.text = sentence;
  event.length = strlen (sentence);
  emit (&event, call);
}

void
sg_openai_call_learn (SgOpenaiCall *call,
                      gint64        counted,
                      gint64        context)
{
  sg_openai_model_learn (g_task_get_source_object (call->task), call->estimate, counted, context);
}

static void
report_usage (SgOpenaiCall   *call,
              SgFinishReason  reason)
{
  static const char *const names[] = { "stop", "length", "tool_calls", "content_filter", "other" };
  SgModelEvent event = { .type = SG_MODEL_EVENT_USAGE };

  event.usage = sg_chunk_reader_get_figures (call->reader)->usage;
  if (event.usage.input < 0)
    {
      event.usage.input = call->estimate;
      event.usage.estimated = TRUE;
      sg_call_trace_set_int (call->trace, SG_ATTRIBUTE_TOKENS_IN, call->estimate);
    }

  if (!event.usage.estimated)
    sg_openai_call_learn (call, event.usage.input, 0);
  warn_of_truncation (call, &event.usage);
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_FINISH, names[reason]);
  emit (&event, call);
}

/* The reply is whole. */
void
sg_openai_call_complete (SgOpenaiCall *call)
{
  SgModelEvent event = { .type = SG_MODEL_EVENT_FINISHED, .usage = SG_USAGE_INIT };

  event.reason = sg_chunk_reader_finish (call->reader);
  if (sg_chunk_reader_get_overflowed (call->reader))
    sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_LEFT_OUT, "tool-calls");
  report_usage (call, event.reason);
  emit (&event, call);
  sg_openai_call_finish (call, NULL);
}

static void
learn_server (SgOpenaiCall *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->reply->message);
  const char *server = soup_message_headers_get_one (headers, "Server");

  if (g_strcmp0 (server, "llama.cpp") == 0 && call->n_tries == 0 && !(call->flags & SG_REQUEST_LLAMA_CPP))
    sg_http_set_server_flags (call->setup.http, call->setup.base, call->flags | SG_REQUEST_LLAMA_CPP);
}

static void
note_headers (SgOpenaiCall *call)
{
  sg_server_state_note_headers (sg_http_get_server_state (call->setup.http, call->setup.base),
                                soup_message_get_response_headers (call->reply->message));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  SgOpenaiCall *call = user_data;
  GError *error = NULL;
  SgHttpReply *reply = sg_http_send_finish (SG_HTTP (object), result, &error);
  SgModelEvent event = { .type = SG_MODEL_EVENT_STARTED, .usage = SG_USAGE_INIT };

  if (call->finished)
    {
      g_clear_error (&error);
      if (reply != NULL)
        sg_http_let_go (reply, FALSE);
    }
  else if (reply == NULL)
    {
      fail (call, error);
    }
  else
    {
      call->reply = reply;
      call->last_byte = g_get_monotonic_time ();
      sg_call_trace_reply (call->trace, reply);
      note_headers (call);
      if (SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (reply->message)))
        {
          learn_server (call);
          call->mode = SG_BODY_UNKNOWN;
          emit (&event, call);
        }
      else
        {
          call->mode = SG_BODY_ERROR;
        }
      sg_openai_body_read (call);
    }

  sg_openai_call_unref (call);
}

static void
phase_cb (SgHttpPhase phase,
          gpointer    user_data)
{
  SgOpenaiCall *call = user_data;

  if (!call->finished)
    sg_call_trace_phase (call->trace, phase);
}

void
sg_openai_call_send (SgOpenaiCall *call)
{
  g_autofree char *address = sg_endpoint_build (call->setup.base, "chat/completions");
  g_autoptr (GBytes) body = sg_request_write (call->request, call->setup.name, call->flags);

  sg_call_trace_set_int (call->trace, SG_ATTRIBUTE_BYTES_OUT, g_bytes_get_size (body));
  call->last_byte = g_get_monotonic_time ();
  sg_http_send_async (call->setup.http, "POST", address, call->setup.key, body, phase_cb, call, call->inner,
                      sent_cb, sg_openai_call_ref (call));
}

static gboolean
offers_tools (SgModelRequest *request)
{
  const char *tools = sg_model_request_get_tools (request);

  return tools != NULL && tools[0] != '\0';
}

static void
start_call (SgOpenaiCall *call)
{
  GCancellable *cancellable = g_task_get_cancellable (call->task);

  call->begun = g_get_monotonic_time ();
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_MODEL, call->setup.name);
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_SERVER, call->setup.shown);

  if (cancellable != NULL)
    call->cancelled = sg_openai_call_attach (call, g_cancellable_source_new (cancellable),
                                             "storyglass: model cancelled",
                                             (GSourceFunc) (GCallback) cancelled_cb);

  sg_openai_call_send (call);
  arm_timer (call);

  /* Measured while the request is on its way. */
  call->estimate = sg_model_request_estimate_tokens (call->request);
  sg_call_trace_set_int (call->trace, SG_ATTRIBUTE_TOKENS_SENT, call->estimate);
}

/**
 * sg_openai_call_run:
 * @task: what to return to; its cancellable ends the call
 * @setup: whom to call; copied
 * @request: what to ask
 * @event_func: (scope notified) (closure event_data): called for each event
 *
 * Runs a call.
 */
void
sg_openai_call_run (GTask             *task,
                    const SgCallSetup *setup,
                    SgModelRequest    *request,
                    SgModelEventFunc   event_func,
                    gpointer           event_data)
{
  SgOpenaiCall *call = g_rc_box_new0 (SgOpenaiCall);

  call->task = g_object_ref (task);
  sg_call_setup_copy (setup, &call->setup);
  call->context.server = call->setup.shown;
  call->context.model = call->setup.name;
  call->context.secret = call->setup.key;
  call->request = g_object_ref (request);
  call->event_func = event_func;
  call->event_data = event_data;
  call->inner = g_cancellable_new ();
  call->flags = sg_http_get_server_flags (call->setup.http, call->setup.base);
  call->buffer = g_malloc (SG_OPENAI_BUFFER_SIZE);
  call->document = g_byte_array_new ();
  call->parser = sg_sse_parser_new (sg_openai_body_take_event, call);
  call->reader = sg_chunk_reader_new (emit, call, offers_tools (request), &call->context);
  call->trace = sg_call_trace_new (sg_model_request_get_trace (request), sg_model_request_get_span (request));

  start_call (call);
  sg_openai_call_unref (call);
}
