/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "llm/sg-http-fetch.h"
#include "llm/sg-model-error.h"

/* A list of models can be long: one cloud has hundreds, each with a description.  A batch of
 * embeddings is longer still: a hundred of 4,096 numbers with 20 digits each. */
#define MAX_BODY (32 * 1024 * 1024)
#define BUFFER_SIZE (16 * 1024)

typedef struct
{
  SgHttpReply  *reply;
  GCancellable *inner;
  GSource      *timeout;
  gboolean      timed_out;
  GByteArray   *body;
  guint8        buffer[BUFFER_SIZE];
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  if (fetch->timeout != NULL)
    g_source_destroy (fetch->timeout);
  g_clear_pointer (&fetch->timeout, g_source_unref);
  g_clear_pointer (&fetch->reply, sg_http_reply_free);
  g_clear_pointer (&fetch->body, g_byte_array_unref);
  g_clear_object (&fetch->inner);
  g_free (fetch);
}

/**
 * sg_http_document_free:
 *
 * Frees a document.
 */
void
sg_http_document_free (SgHttpDocument *self)
{
  if (self == NULL)
    return;

  g_free (self->body);
  g_free (self->server);
  g_free (self->retry_after);
  g_free (self->location);
  g_free (self);
}

static void
return_error (GTask  *task,
              GError *error)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->reply != NULL)
    sg_http_let_go (g_steal_pointer (&fetch->reply), FALSE);

  if (fetch->timed_out)
    {
      g_error_free (error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer in time");
    }

  g_task_return_error (task, error);
}

static void
return_document (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  SoupMessage *message = fetch->reply->message;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  SgHttpDocument *document = g_new0 (SgHttpDocument, 1);

  document->status = soup_message_get_status (message);
  document->length = fetch->body->len;
  g_byte_array_append (fetch->body, (const guint8 *) "", 1);
  document->body = (char *) g_byte_array_free (g_steal_pointer (&fetch->body), FALSE);
  document->server = g_strdup (soup_message_headers_get_one (headers, "Server"));
  document->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  document->location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  sg_http_let_go (g_steal_pointer (&fetch->reply), TRUE);

  g_task_return_pointer (task, document, (GDestroyNotify) sg_http_document_free);
}

static void read_on (GTask *task);

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (n < 0)
    {
      return_error (task, error);
    }
  else if (n == 0)
    {
      return_document (task);
    }
  else if (fetch->body->len + n > MAX_BODY)
    {
      return_error (task, g_error_new_literal (SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG,
                                               _("The server sends more than anybody asked it for. Is it "
                                                 "a model server?")));
    }
  else
    {
      g_byte_array_append (fetch->body, fetch->buffer, n);
      read_on (task);
    }
}

static void
read_on (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  g_input_stream_read_async (fetch->reply->stream, fetch->buffer, BUFFER_SIZE, G_PRIORITY_DEFAULT, fetch->inner,
                             read_cb, g_object_ref (task));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;

  fetch->reply = sg_http_send_finish (SG_HTTP (object), result, &error);
  if (fetch->reply == NULL)
    return_error (task, error);
  else
    read_on (task);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Fetch *fetch = user_data;

  fetch->timed_out = TRUE;
  g_cancellable_cancel (fetch->inner);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

/**
 * sg_http_fetch_async:
 * @address: whom to ask
 * @key: (nullable): a key that was checked to be fit for a header
 * @body: (nullable): JSON to post, or %NULL to get
 * @timeout_ms: how long it may take in all
 * @cancellable: (nullable): cancels it
 * @callback: (scope async): called when all is there
 *
 * Asks for a small document.
 */
void
sg_http_fetch_async (SgHttp              *http,
                     const char          *address,
                     const char          *key,
                     GBytes              *body,
                     guint                timeout_ms,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Fetch *fetch;

  g_return_if_fail (SG_IS_HTTP (http));

  task = g_task_new (http, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_http_fetch_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  fetch = g_new0 (Fetch, 1);
  fetch->body = g_byte_array_new ();
  fetch->inner = g_cancellable_new ();
  g_task_set_task_data (task, fetch, (GDestroyNotify) fetch_free);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), fetch->inner, 0);

  fetch->timeout = g_timeout_source_new (timeout_ms);
  g_source_set_static_name (fetch->timeout, "storyglass: fetch");
  g_source_set_callback (fetch->timeout, timeout_cb, fetch, NULL);
  g_source_attach (fetch->timeout, g_main_context_get_thread_default ());

  sg_http_send_async (http, body != NULL ? "POST" : "GET", address, key, body, NULL, NULL, fetch->inner,
                      sent_cb, g_object_ref (task));
}

/**
 * sg_http_fetch_finish:
 *
 * Returns: (transfer full): the document, whatever its status is, or %NULL with an error of
 *   GIO or libsoup, or a %SG_MODEL_ERROR_TOO_LONG
 */
SgHttpDocument *
sg_http_fetch_finish (SgHttp        *http,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (SG_IS_HTTP (http), NULL);
  g_return_val_if_fail (g_task_is_valid (result, http), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == sg_http_fetch_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
