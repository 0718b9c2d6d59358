/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The body of a reply: a stream of events, a whole document from servers that know no other, or the
 * words of a server that refuses.
 *
 * It is read without a thread and, over HTTP/1, without a task for each read: as long as bytes are
 * there they are taken in a loop, for SLICE_US at most; then the words in them are told, and the main loop gets its turn,
 * at a priority that lets the window draw first.  A stream faster than the computer can so never freeze it. */

#include "config.h"

#include "llm/sg-openai-call-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define SLICE_US 4000
#define PRIORITY_AFTER_DRAWING (G_PRIORITY_HIGH_IDLE + 30)

/* A reply that is no stream is kept whole until it can be read; one about an error is read in part. */
#define MAX_DOCUMENT (16 * 1024 * 1024)
#define MAX_ERROR_BODY (64 * 1024)

/* What a server may send for each byte that the model says: logprobs and the like take much room. */
#define MAX_IDLE_BYTES (64 * 1024 * 1024)
#define MAX_BYTES_PER_BYTE 1024

/* Fields that a server refuses are left away one after the other. */
#define MAX_TRIES 4

static gboolean
take_chunk (SgOpenaiCall *call,
            const char   *json,
            gsize         length)
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

/* Takes an event of the stream; returns whether there may be more. */
gboolean
sg_openai_body_take_event (const char *type,
                           const char *data,
                           gsize       length,
                           gpointer    user_data)
{
  SgOpenaiCall *call = user_data;

  if (call->done || sg_openai_call_is_over (call))
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
      sg_openai_call_hear_end (call);
    }

  return TRUE;
}

static GError *
error_too_long (SgOpenaiCall *call)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG,
                      _("The server at %s sends more than any reply needs; it was stopped. Is it a model server?"),
                      call->setup.shown);
}

static GError *
error_no_chat (SgOpenaiCall *call)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                      _("What answers at %s does not speak the language of model servers. Check host and "
                        "port of the address."), call->setup.shown);
}

static GError *
error_cut_off (SgOpenaiCall *call)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_CUT_OFF,
                      _("The server at %s ended the connection before its reply was whole. It may have "
                        "been stopped, or have crashed: its log knows."), call->setup.shown);
}

static void
finish_error_status (SgOpenaiCall *call)
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
          sg_openai_call_send (call);
          return;
        }
    }

  error = sg_model_error_from_status (&call->context, status, body, length,
                                      soup_message_headers_get_one (headers, "Retry-After"),
                                      soup_message_headers_get_one (headers, "Location"));
  if (sg_model_error_get_context (error, &n_prompt, &n_context))
    sg_openai_call_learn (call, n_prompt, n_context);
  sg_openai_call_finish (call, error);
}

/* The body came to its end; @error where it did not come to it by itself. */
static void
end_of_body (SgOpenaiCall *call,
             GError       *error)
{
  G_GNUC_UNUSED g_autoptr (GError) owned = error;

  call->at_end = TRUE;
  if (call->mode == SG_BODY_ERROR)
    {
      finish_error_status (call);
      return;
    }

  if (call->mode == SG_BODY_STREAM)
    sg_sse_parser_finish (call->parser);
  else if (call->mode == SG_BODY_DOCUMENT && take_chunk (call, (char *) call->document->data, call->document->len))
    call->done = error == NULL && sg_chunk_reader_has_choices (call->reader);

  if (call->error != NULL)
    sg_openai_call_finish (call, g_steal_pointer (&call->error));
  else if (call->done || sg_chunk_reader_has_reason (call->reader))
    {
      call->done = error == NULL;
      sg_openai_call_complete (call);
    }
  else if (sg_chunk_reader_has_choices (call->reader) || error != NULL)
    sg_openai_call_finish (call, error_cut_off (call));
  else
    sg_openai_call_finish (call, error_no_chat (call));
}

static gboolean
append_document (SgOpenaiCall *call,
                 const char   *data,
                 gsize         length,
                 gsize         max)
{
  gsize room = max - call->document->len;

  g_byte_array_append (call->document, (const guint8 *) data, MIN (length, room));

  return length <= room;
}

/* Some servers ignore that a stream was asked for, and some addresses lead to a web page: the first byte tells. */
static gboolean
find_mode (SgOpenaiCall *call,
           const char   *data,
           gsize         length)
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

  call->mode = *data == '{' ? SG_BODY_DOCUMENT : SG_BODY_STREAM;

  return TRUE;
}

/* Takes bytes of the body.
 *
 * Returns: %FALSE where the call is over */
static gboolean
take_bytes (SgOpenaiCall *call,
            const char   *data,
            gsize         length)
{
  call->last_byte = g_get_monotonic_time ();
  call->n_received += length;

  if (call->mode == SG_BODY_UNKNOWN && !find_mode (call, data, length))
    {
      sg_openai_call_finish (call, g_steal_pointer (&call->error));
      return FALSE;
    }

  if (call->mode == SG_BODY_ERROR)
    {
      if (!append_document (call, data, length, MAX_ERROR_BODY))
        finish_error_status (call);
    }
  else if (call->mode == SG_BODY_DOCUMENT)
    {
      if (!append_document (call, data, length, MAX_DOCUMENT))
        sg_openai_call_finish (call, error_too_long (call));
    }
  else if (call->mode == SG_BODY_STREAM && !sg_sse_parser_feed (call->parser, data, length) && !call->done)
    {
      if (call->error != NULL)
        sg_openai_call_finish (call, g_steal_pointer (&call->error));
      else if (sg_sse_parser_is_too_long (call->parser))
        sg_openai_call_finish (call, error_too_long (call));
      else
        return FALSE;
    }

  if (!call->finished &&
      call->n_received > MAX_IDLE_BYTES + MAX_BYTES_PER_BYTE * sg_chunk_reader_get_n_bytes (call->reader))
    sg_openai_call_finish (call, error_too_long (call));

  if (call->done)
    sg_openai_call_complete (call);

  return !call->finished && call->reply != NULL;
}

static gboolean
input_cb (GObject  *stream,
          gpointer  user_data)
{
  SgOpenaiCall *call = user_data;

  g_clear_pointer (&call->input, g_source_unref);
  sg_openai_body_read (call);

  return G_SOURCE_REMOVE;
}

static gboolean
next_slice_cb (gpointer user_data)
{
  return input_cb (NULL, user_data);
}

/* Tells the words that came, and goes on when there are more bytes, or, where there are some already, when the main loop
 * has had its turn. */
static void
read_later (SgOpenaiCall *call,
            gboolean      has_more)
{
  GSource *source;

  sg_chunk_reader_hand_on (call->reader);
  if (sg_openai_call_is_over (call))
    return;

  if (has_more)
    {
      source = g_idle_source_new ();
      g_source_set_priority (source, PRIORITY_AFTER_DRAWING);
    }
  else
    {
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (call->reply->stream), NULL);
    }

  call->input = sg_openai_call_attach (call, source, "storyglass: model input",
                                       has_more ? next_slice_cb : (GSourceFunc) (GCallback) input_cb);
}

/* Fills the buffer with what is there: a server sends each token by itself, and many together cost less.
 *
 * Returns: how many bytes there are; @error is set where no more come for now, or ever, and @at_end at the end */
static gsize
read_waiting (SgOpenaiCall  *call,
              gboolean      *at_end,
              GError       **error)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (call->reply->stream);
  gsize length = 0;
  gssize n = 1;

  while (n > 0 && length < SG_OPENAI_BUFFER_SIZE)
    {
      n = g_pollable_input_stream_read_nonblocking (stream, call->buffer + length, SG_OPENAI_BUFFER_SIZE - length,
                                                    NULL, error);
      if (n > 0)
        length += (gsize) n;
    }
  *at_end = n == 0;

  return length;
}

static void
read_slice (SgOpenaiCall *call)
{
  gint64 begun = g_get_monotonic_time ();

  while (!sg_openai_call_is_over (call))
    {
      GError *error = NULL;
      gboolean at_end;
      gsize length = read_waiting (call, &at_end, &error);

      if (length > 0 && !take_bytes (call, call->buffer, length))
        {
          g_clear_error (&error);
          return;
        }

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_error_free (error);
          read_later (call, FALSE);
          return;
        }

      if (at_end || error != NULL)
        {
          end_of_body (call, error);
          return;
        }

      if (call->last_byte - begun > SLICE_US)
        {
          read_later (call, TRUE);
          return;
        }
    }
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  SgOpenaiCall *call = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (sg_openai_call_is_over (call))
    g_clear_error (&error);
  else if (n <= 0)
    end_of_body (call, error);
  else if (take_bytes (call, call->buffer, n))
    {
      sg_chunk_reader_hand_on (call->reader);
      sg_openai_body_read (call);
    }

  sg_openai_call_unref (call);
}

/* Reads on, until the body ends or nothing is there. */
void
sg_openai_body_read (SgOpenaiCall *call)
{
  if (sg_openai_call_is_over (call))
    return;

  if (soup_message_get_http_version (call->reply->message) != SOUP_HTTP_2_0 &&
      G_IS_POLLABLE_INPUT_STREAM (call->reply->stream))
    read_slice (call);
  else
    g_input_stream_read_async (call->reply->stream, call->buffer, SG_OPENAI_BUFFER_SIZE, G_PRIORITY_DEFAULT,
                               call->inner, read_cb, sg_openai_call_ref (call));
}
