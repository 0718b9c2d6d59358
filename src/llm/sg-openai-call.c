/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-call-trace.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-openai-call.h"
#include "llm/sg-openai-model.h"
#include "llm/sg-request-writer.h"
#include "llm/sg-sse-parser.h"
#include "llm/sg-token-estimate.h"

/* One call, from the request to its last event.
 *
 * The body is read without a thread and, over HTTP/1, without a task for each read: as long as bytes are
 * there they are taken in a loop, for SLICE_US at most; then the main loop gets its turn, at a
 * priority that lets the window draw first.  A stream faster than the computer can so never freeze it. */

#define BUFFER_SIZE (32 * 1024)
#define SLICE_US 4000
#define PRIORITY_AFTER_DRAWING (G_PRIORITY_HIGH_IDLE + 30)

/* A reply that is no stream is kept whole until it can be read; one about an error is read in part. */
#define MAX_DOCUMENT (16 * 1024 * 1024)
#define MAX_ERROR_BODY (64 * 1024)

/* What a server may send for each byte that the model says: logprobs and the like take much room. */
#define MAX_IDLE_BYTES (64 * 1024 * 1024)
#define MAX_BYTES_PER_BYTE 1024

/* After the reason for the end only usage and `[DONE]` can follow; some servers forget the latter. */
#define LAST_WORDS_MS 2000

/* Fields that a server refuses are left away one after the other. */
#define MAX_TRIES 4

/* Below half of a cautious estimate something is missing from the prompt. */
#define TRUNCATION_MIN_TOKENS 1000

typedef enum
{
  MODE_UNKNOWN,
  MODE_STREAM,
  MODE_DOCUMENT,
  MODE_ERROR,
} Mode;

typedef struct
{
  GTask            *task;
  SgCallSetup       setup;
  SgErrorContext    context;
  SgModelRequest   *request;
  SgModelEventFunc  event_func;
  gpointer          event_data;

  GCancellable     *inner;
  GSource          *cancelled;
  GSource          *timer;
  GSource          *input;

  SgRequestFlags    flags;
  guint             n_tries;
  gint64            estimate;

  SgHttpReply      *reply;
  char             *buffer;
  Mode              mode;
  GByteArray       *document;
  SgSseParser      *parser;
  SgChunkReader    *reader;
  SgCallTrace      *trace;

  gint64            begun;
  gint64            last_byte;
  gint64            n_received;
  gboolean          got_token;
  gboolean          last_words;
  gboolean          at_end;
  gboolean          done;
  gboolean          finished;
  GError           *error;
} Call;

static void read_on   (Call *call);
static void send_call (Call *call);

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
call_clear (Call *call)
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

static void
call_unref (Call *call)
{
  g_rc_box_release_full (call, (GDestroyNotify) call_clear);
}

static GSource *
attach (Call        *call,
        GSource     *source,
        const char  *name,
        GSourceFunc  func)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, g_rc_box_acquire (call), (GDestroyNotify) call_unref);
  g_source_attach (source, g_task_get_context (call->task));

  return source;
}

static gboolean
is_cancelled (Call *call)
{
  return call->finished || g_cancellable_is_cancelled (g_task_get_cancellable (call->task));
}

static void
emit (const SgModelEvent *event,
      gpointer            user_data)
{
  Call *call = user_data;

  if (is_cancelled (call))
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
static void
finish (Call   *call,
        GError *error)
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
fail (Call   *call,
      GError *error)
{
  GError *mapped = sg_model_error_from_io (&call->context, error);

  g_error_free (error);
  finish (call, mapped);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Call *call = user_data;

  finish (call, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped")));

  return G_SOURCE_REMOVE;
}

static gint64
next_deadline (Call *call)
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
error_silent (Call *call)
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

static void complete (Call *call);
static void arm_timer (Call *call);

static gboolean
timer_cb (gpointer user_data)
{
  Call *call = user_data;

  if (g_get_monotonic_time () < next_deadline (call))
    arm_timer (call);
  else if (call->last_words)
    complete (call);
  else
    finish (call, error_silent (call));

  return G_SOURCE_REMOVE;
}

/* The timer is not moved with each byte: when it fires it looks whether there is still time. */
static void
arm_timer (Call *call)
{
  gint64 deadline = next_deadline (call);
  gint64 wait;

  clear_source (&call->timer);
  if (deadline == G_MAXINT64)
    return;

  wait = MAX (0, deadline - g_get_monotonic_time ());
  call->timer = attach (call, g_timeout_source_new ((guint) MIN (wait / 1000 + 1, G_MAXINT)),
                        "storyglass: model timeout", timer_cb);
}

/* Ollama cuts a prompt that is too long, without a word: the story then forgets its own beginning. */
static void
warn_of_truncation (Call          *call,
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

static void
learn (Call   *call,
       gint64  counted,
       gint64  context)
{
  sg_openai_model_learn (g_task_get_source_object (call->task), call->estimate, counted, context);
}

static void
report_usage (Call           *call,
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
    learn (call, event.usage.input, 0);
  warn_of_truncation (call, &event.usage);
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_FINISH, names[reason]);
  emit (&event, call);
}

/* The reply is whole. */
static void
complete (Call *call)
{
  SgModelEvent event = { .type = SG_MODEL_EVENT_FINISHED, .usage = SG_USAGE_INIT };

  event.reason = sg_chunk_reader_finish (call->reader);
  report_usage (call, event.reason);
  emit (&event, call);
  finish (call, NULL);
}

static gboolean
take_chunk (Call       *call,
            const char *json,
            gsize       length)
{
  g_autoptr (GError) error = NULL;

  if (sg_chunk_reader_take (call->reader, json, length, &error))
    return TRUE;

  /* Half a chunk at the end means that the connection was cut, and not that the server talks nonsense. */
  if (call->at_end && g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED))
    return TRUE;

  call->error = g_steal_pointer (&error);

  return FALSE;
}

static gboolean
sse_cb (const char *type,
        const char *data,
        gsize       length,
        gpointer    user_data)
{
  Call *call = user_data;

  if (call->done || is_cancelled (call))
    return FALSE;

  while (length > 0 && g_ascii_isspace (data[0]))
    {
      data++;
      length--;
    }

  if (length >= 6 && memcmp (data, "[DONE]", 6) == 0)
    {
      call->done = TRUE;
      return FALSE;
    }

  /* Signs of life of other kinds. */
  if (length == 0 || data[0] != '{')
    return TRUE;

  if (!take_chunk (call, data, length))
    return FALSE;

  if (sg_chunk_reader_has_reason (call->reader) && !call->last_words)
    {
      call->last_words = TRUE;
      arm_timer (call);
    }

  return TRUE;
}

static GError *
error_too_long (Call *call)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG,
                      _("The server at %s sends more than any reply needs; it was stopped. Is it a model server?"),
                      call->setup.shown);
}

static GError *
error_no_chat (Call *call)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                      _("What answers at %s does not speak the language of model servers. Check host and "
                        "port of the address."), call->setup.shown);
}

static void
finish_error_status (Call *call)
{
  SoupMessage *message = call->reply->message;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  guint status = soup_message_get_status (message);
  const char *body = (const char *) call->document->data;
  gsize length = call->document->len;
  gint64 n_prompt, n_context;
  GError *error;

  if ((status == 400 || status == 422) && ++call->n_tries < MAX_TRIES)
    {
      SgRequestFlags flags = sg_request_find_refused (call->flags, call->request, body, length);

      if (flags != call->flags)
        {
          sg_http_set_server_flags (call->setup.http, call->setup.base, flags);
          call->flags = flags;
          g_byte_array_set_size (call->document, 0);
          sg_http_let_go (g_steal_pointer (&call->reply), FALSE);
          send_call (call);
          return;
        }
    }

  error = sg_model_error_from_status (&call->context, status, body, length,
                                      soup_message_headers_get_one (headers, "Retry-After"),
                                      soup_message_headers_get_one (headers, "Location"));
  if (sg_model_error_get_context (error, &n_prompt, &n_context))
    learn (call, n_prompt, n_context);
  finish (call, error);
}

/* The body came to its end; @error where it did not come to it by itself. */
static void
end_of_body (Call   *call,
             GError *error)
{
  G_GNUC_UNUSED g_autoptr (GError) owned = error;

  call->at_end = TRUE;
  if (call->mode == MODE_ERROR)
    {
      finish_error_status (call);
      return;
    }

  if (call->mode == MODE_STREAM)
    sg_sse_parser_finish (call->parser);
  else if (call->mode == MODE_DOCUMENT && take_chunk (call, (char *) call->document->data, call->document->len))
    call->done = error == NULL && sg_chunk_reader_has_choices (call->reader);

  if (call->error != NULL)
    finish (call, g_steal_pointer (&call->error));
  else if (call->done || sg_chunk_reader_has_reason (call->reader))
    {
      call->done = error == NULL;
      complete (call);
    }
  else if (sg_chunk_reader_has_choices (call->reader) || error != NULL)
    finish (call, g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_CUT_OFF,
                               _("The server at %s ended the connection before its reply was whole. It may have "
                                 "been stopped, or have crashed: its log knows."), call->setup.shown));
  else
    finish (call, error_no_chat (call));
}

static gboolean
append_document (Call       *call,
                 const char *data,
                 gsize       length,
                 gsize       max)
{
  gsize room = max - call->document->len;

  g_byte_array_append (call->document, (const guint8 *) data, MIN (length, room));

  return length <= room;
}

/* Some servers ignore that a stream was asked for, and some addresses lead to a web page: the first byte tells. */
static gboolean
find_mode (Call       *call,
           const char *data,
           gsize       length)
{
  const char *end = data + length;

  if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    data += 3;
  while (data < end && g_ascii_isspace (*data))
    data++;
  if (data == end)
    return TRUE;

  if (*data == '<')
    {
      call->error = sg_model_error_web_page (&call->context);
      return FALSE;
    }

  call->mode = *data == '{' ? MODE_DOCUMENT : MODE_STREAM;

  return TRUE;
}

/* Takes bytes of the body.
 *
 * Returns: %FALSE where the call is over */
static gboolean
take_bytes (Call       *call,
            const char *data,
            gsize       length)
{
  call->last_byte = g_get_monotonic_time ();
  call->n_received += length;

  if (call->mode == MODE_UNKNOWN && !find_mode (call, data, length))
    {
      finish (call, g_steal_pointer (&call->error));
      return FALSE;
    }

  if (call->mode == MODE_ERROR)
    {
      if (!append_document (call, data, length, MAX_ERROR_BODY))
        finish_error_status (call);
    }
  else if (call->mode == MODE_DOCUMENT)
    {
      if (!append_document (call, data, length, MAX_DOCUMENT))
        finish (call, error_too_long (call));
    }
  else if (call->mode == MODE_STREAM && !sg_sse_parser_feed (call->parser, data, length) && !call->done)
    {
      if (call->error != NULL)
        finish (call, g_steal_pointer (&call->error));
      else if (sg_sse_parser_is_too_long (call->parser))
        finish (call, error_too_long (call));
      else
        return FALSE;
    }

  if (!call->finished &&
      call->n_received > MAX_IDLE_BYTES + MAX_BYTES_PER_BYTE * sg_chunk_reader_get_n_bytes (call->reader))
    finish (call, error_too_long (call));

  if (call->done)
    complete (call);

  return !call->finished && call->reply != NULL;
}

static gboolean
input_cb (GObject  *stream,
          gpointer  user_data)
{
  Call *call = user_data;

  g_clear_pointer (&call->input, g_source_unref);
  read_on (call);

  return G_SOURCE_REMOVE;
}

static gboolean
next_slice_cb (gpointer user_data)
{
  return input_cb (NULL, user_data);
}

static void
wait_for_input (Call *call)
{
  GSource *source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (call->reply->stream), NULL);

  call->input = attach (call, source, "storyglass: model input", (GSourceFunc) (GCallback) input_cb);
}

static void
read_slice (Call *call)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (call->reply->stream);
  gint64 begun = g_get_monotonic_time ();

  while (!is_cancelled (call))
    {
      GError *error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (stream, call->buffer, BUFFER_SIZE, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_error_free (error);
          wait_for_input (call);
          return;
        }

      if (n <= 0)
        {
          end_of_body (call, error);
          return;
        }

      if (!take_bytes (call, call->buffer, n))
        return;

      if (call->last_byte - begun > SLICE_US)
        {
          GSource *source = g_idle_source_new ();

          g_source_set_priority (source, PRIORITY_AFTER_DRAWING);
          call->input = attach (call, source, "storyglass: model input", next_slice_cb);
          return;
        }
    }
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (is_cancelled (call))
    g_clear_error (&error);
  else if (n <= 0)
    end_of_body (call, error);
  else if (take_bytes (call, call->buffer, n))
    read_on (call);

  call_unref (call);
}

static void
read_on (Call *call)
{
  if (is_cancelled (call))
    return;

  if (soup_message_get_http_version (call->reply->message) != SOUP_HTTP_2_0 &&
      G_IS_POLLABLE_INPUT_STREAM (call->reply->stream))
    read_slice (call);
  else
    g_input_stream_read_async (call->reply->stream, call->buffer, BUFFER_SIZE, G_PRIORITY_DEFAULT, call->inner,
                               read_cb, g_rc_box_acquire (call));
}

static void
learn_server (Call *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->reply->message);
  const char *server = soup_message_headers_get_one (headers, "Server");

  if (g_strcmp0 (server, "llama.cpp") == 0 && call->n_tries == 0 && !(call->flags & SG_REQUEST_LLAMA_CPP))
    sg_http_set_server_flags (call->setup.http, call->setup.base, call->flags | SG_REQUEST_LLAMA_CPP);
}

static void
note_headers (Call *call)
{
  sg_server_state_note_headers (sg_http_get_server_state (call->setup.http, call->setup.base),
                                soup_message_get_response_headers (call->reply->message));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *call = user_data;
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
          call->mode = MODE_UNKNOWN;
          emit (&event, call);
        }
      else
        {
          call->mode = MODE_ERROR;
        }
      read_on (call);
    }

  call_unref (call);
}

static void
phase_cb (SgHttpPhase phase,
          gpointer    user_data)
{
  Call *call = user_data;

  if (!call->finished)
    sg_call_trace_phase (call->trace, phase);
}

static void
send_call (Call *call)
{
  g_autofree char *address = sg_endpoint_build (call->setup.base, "chat/completions");
  g_autoptr (GBytes) body = sg_request_write (call->request, call->setup.name, call->flags);

  sg_call_trace_set_int (call->trace, SG_ATTRIBUTE_BYTES_OUT, g_bytes_get_size (body));
  call->last_byte = g_get_monotonic_time ();
  sg_http_send_async (call->setup.http, "POST", address, call->setup.key, body, phase_cb, call, call->inner,
                      sent_cb, g_rc_box_acquire (call));
}

static gboolean
offers_tools (SgModelRequest *request)
{
  const char *tools = sg_model_request_get_tools (request);

  return tools != NULL && tools[0] != '\0';
}

static void
start_call (Call *call)
{
  GCancellable *cancellable = g_task_get_cancellable (call->task);

  call->begun = g_get_monotonic_time ();
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_MODEL, call->setup.name);
  sg_call_trace_set_string (call->trace, SG_ATTRIBUTE_SERVER, call->setup.shown);

  if (cancellable != NULL)
    call->cancelled = attach (call, g_cancellable_source_new (cancellable), "storyglass: model cancelled",
                              (GSourceFunc) (GCallback) cancelled_cb);

  send_call (call);
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
  Call *call = g_rc_box_new0 (Call);

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
  call->buffer = g_malloc (BUFFER_SIZE);
  call->document = g_byte_array_new ();
  call->parser = sg_sse_parser_new (sse_cb, call);
  call->reader = sg_chunk_reader_new (emit, call, offers_tools (request), &call->context);
  call->trace = sg_call_trace_new (sg_model_request_get_trace (request), sg_model_request_get_span (request));

  start_call (call);
  call_unref (call);
}
