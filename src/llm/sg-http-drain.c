/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rest of a reply whose end has been read already: the marks of the protocol, so that the connection can be kept. */

#include "config.h"

#include "llm/sg-http.h"

/* How long the end of a reply may take after its last word. */
#define DRAIN_MS 250

typedef struct
{
  SgHttpReply  *reply;
  GCancellable *cancellable;
  GSource      *timeout;
  char          buffer[512];
} Drain;

static void
drain_free (Drain *drain)
{
  g_source_destroy (drain->timeout);
  g_source_unref (drain->timeout);
  g_object_unref (drain->cancellable);
  sg_http_reply_free (drain->reply);
  g_free (drain);
}

static gboolean
drain_timeout_cb (gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));

  return G_SOURCE_REMOVE;
}

static void
close_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_input_stream_close_finish (G_INPUT_STREAM (object), result, NULL);
}

static void
close_reply (SgHttpReply *reply)
{
  g_input_stream_close_async (reply->stream, G_PRIORITY_DEFAULT, NULL, close_cb, NULL);
}

static void
drained_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Drain *drain = user_data;

  /* Whatever it is: more than a few bytes are not worth a connection. */
  g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);
  close_reply (drain->reply);
  drain_free (drain);
}

/* Mostly the end stands in the buffer already. */
static gboolean
is_drained (SgHttpReply *reply)
{
  char rest[512];

  return soup_message_get_http_version (reply->message) != SOUP_HTTP_2_0 &&
         G_IS_POLLABLE_INPUT_STREAM (reply->stream) &&
         g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (reply->stream), rest, sizeof rest, NULL,
                                                   NULL) == 0;
}

/**
 * sg_http_let_go:
 * @reply: (transfer full): a reply
 * @drain: whether all that matters of it was read
 *
 * Ends a reply.  Where all was read, the connection is kept if its end comes within a moment; otherwise it
 * is closed at once, which tells the server to stop.
 */
void
sg_http_let_go (SgHttpReply *reply,
                gboolean     drain)
{
  Drain *self;

  /* At the end of the body closing does not wait for anything, and gives the connection back in time for a request
   * that follows at once. */
  if (drain && is_drained (reply))
    {
      g_input_stream_close (reply->stream, NULL, NULL);
      sg_http_reply_free (reply);
      return;
    }

  if (!drain)
    {
      close_reply (reply);
      sg_http_reply_free (reply);
      return;
    }

  self = g_new0 (Drain, 1);
  self->reply = reply;
  self->cancellable = g_cancellable_new ();
  self->timeout = g_timeout_source_new (DRAIN_MS);
  g_source_set_static_name (self->timeout, "storyglass: drain");
  g_source_set_callback (self->timeout, drain_timeout_cb, g_object_ref (self->cancellable), g_object_unref);
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
  g_input_stream_read_async (reply->stream, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
                             self->cancellable, drained_cb, self);
}
