/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request for the meaning of texts.  It lines up with all other calls to its server, so that it keeps to what
 * the server allows a minute and to how many calls there may be at once; a narration goes first.  What
 * the server says about waiting holds for all of them. */

#include "config.h"

#include "llm/sg-embedding-call.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-backoff.h"
#include "llm/sg-embedding-reader.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-fault.h"
#include "llm/sg-http-fetch.h"
#include "llm/sg-json-writer.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"
#include "llm/sg-token-estimate.h"

#define TIMEOUT_MS (60 * 1000)

typedef struct
{
  SgHttp         *http;
  char           *base;
  char           *shown;
  char           *name;
  char           *key;
  SgServerState  *state;
  SgGatePriority  priority;
  GBytes         *body;
  guint           n_texts;
  guint           n_all;
  gint64          n_tokens;

  SgTrace        *trace;
  guint           parent_span;
  guint           span;
  guint           wait_span;

  /* Where it lines up: it waits with a ticket, is inside, or neither. */
  guint           ticket;
  gboolean        inside;
  GSource        *cancelled;
} Call;

/* An answer that a thread reads: a list of vectors is as large as a picture. */
typedef struct
{
  SgHttpDocument *document;
  guint           n_texts;
  gint64          n_tokens;
} Answer;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->http);
  g_clear_object (&call->state);
  g_clear_object (&call->trace);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call->base);
  g_free (call->shown);
  g_free (call->name);
  g_free (call->key);
  g_free (call);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  sg_http_document_free (answer->document);
  g_free (answer);
}

static SgGate *
get_gate (Call *call)
{
  return sg_server_state_get_gate (call->state);
}

static guint
begin_span (Call       *call,
            SgSpanKind  kind,
            const char *name)
{
  guint parent = call->span != 0 ? call->span : call->parent_span;

  return call->trace != NULL ? sg_trace_begin (call->trace, parent, kind, name) : 0;
}

static void
end_wait (Call *call)
{
  if (call->wait_span != 0)
    sg_trace_end (call->trace, call->wait_span);
  call->wait_span = 0;
}

static void
begin (Call *call)
{
  call->span = begin_span (call, SG_SPAN_MODEL, "embeddings");
  if (call->span == 0)
    return;

  sg_trace_set_string (call->trace, call->span, SG_ATTRIBUTE_MODEL, call->name);
  sg_trace_set_string (call->trace, call->span, SG_ATTRIBUTE_SERVER, call->shown);
  sg_trace_set_int (call->trace, call->span, "batch", call->n_texts);
  sg_trace_set_int (call->trace, call->span, "count", call->n_all);
  sg_trace_set_int (call->trace, call->span, SG_ATTRIBUTE_TOKENS_OUT, 0);
}

/* Ends the spans, and says why the call failed, if it did. */
static void
end (Call         *call,
     const GError *error)
{
  end_wait (call);
  if (call->span == 0)
    return;

  if (error != NULL)
    sg_trace_set_string (call->trace, call->span, SG_ATTRIBUTE_ERROR, error->message);
  sg_trace_end (call->trace, call->span);
  call->span = 0;
}

static void
stop_listening (Call *call)
{
  if (call->cancelled == NULL)
    return;

  g_source_destroy (call->cancelled);
  g_clear_pointer (&call->cancelled, g_source_unref);
}

/* Takes the error. */
static void
fail (GTask  *task,
      GError *error)
{
  Call *call = g_task_get_task_data (task);

  stop_listening (call);
  end (call, error);
  g_task_return_error (task, error);
}

/* What was taken of the minute is put right, and the next one gets its turn.  A server that asks for time is not asked by
 * anybody until then. */
static void
leave (Call         *call,
       const GError *error,
       gint64        used)
{
  SgGate *gate = get_gate (call);
  SgFault fault;

  if (!call->inside)
    return;

  call->inside = FALSE;
  if (used >= 0 || error != NULL)
    sg_limiter_correct (sg_gate_get_limiter (gate), call->n_tokens, MAX (used, 0));
  if (error != NULL)
    {
      sg_fault_read (&fault, error);
      if (fault.retry_after_us >= 0 && fault.retry_after_us <= SG_RETRY_AFTER_MAX_US)
        sg_limiter_pause (sg_gate_get_limiter (gate), fault.retry_after_us);
    }
  sg_gate_leave (gate);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  const Answer *answer = g_task_get_task_data (G_TASK (result));
  GPtrArray *vectors = g_task_propagate_pointer (G_TASK (result), NULL);

  leave (call, NULL, vectors != NULL ? answer->n_tokens : -1);
  if (vectors == NULL)
    {
      fail (task, g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                               _("The server at %s answers with something else than the "
                                 "meaning of the texts."), call->shown));
      return;
    }

  if (call->span != 0 && answer->n_tokens >= 0)
    sg_trace_set_int (call->trace, call->span, SG_ATTRIBUTE_TOKENS_IN, answer->n_tokens);
  stop_listening (call);
  end (call, NULL);
  g_task_return_pointer (task, vectors, (GDestroyNotify) g_ptr_array_unref);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Answer *answer = data;

  g_task_return_pointer (task,
                         sg_embedding_reader_read (answer->document->body, answer->document->length,
                                                   answer->n_texts, &answer->n_tokens),
                         (GDestroyNotify) g_ptr_array_unref);
}

/* Takes the document. */
static void
read_answer (GTask          *task,
             SgHttpDocument *document)
{
  Call *call = g_task_get_task_data (task);
  Answer *answer = g_new0 (Answer, 1);
  g_autoptr (GTask) reading = g_task_new (NULL, NULL, read_cb, g_object_ref (task));

  answer->document = document;
  answer->n_texts = call->n_texts;
  answer->n_tokens = -1;
  g_task_set_source_tag (reading, read_answer);
  g_task_set_task_data (reading, answer, answer_free);
  g_task_run_in_thread (reading, read_in_thread);
}

/**
 * sg_embedding_make_none_error:
 * @shown: the address of a server, as it is shown
 *
 * Returns: (transfer full): what is said of a server that has no embeddings
 */
GError *
sg_embedding_make_none_error (const char *shown)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND,
                      _("The server at %s has no embeddings. Memories are searched by their words "
                        "alone."), shown);
}

/* Whether the server says that it has nothing of the kind.  Ollama answers 400 or 500 for a model that
 * only chats. */
static gboolean
says_none (const SgHttpDocument *document)
{
  return document->status == 501 || document->status == 404 || document->status == 405
         || strstr (document->body, "not support embedding") != NULL;
}

/* Why there are no vectors; %NULL where there may be some. */
static GError *
find_error (GTask                *task,
            const SgHttpDocument *document,
            GError               *error)
{
  Call *call = g_task_get_task_data (task);
  SgErrorContext context = { .server = call->shown, .model = call->name, .secret = call->key };
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped"));
  if (document == NULL)
    return error->domain == SG_MODEL_ERROR ? g_error_copy (error) : sg_model_error_from_io (&context, error);
  if (document->status >= 200 && document->status < 300)
    return NULL;
  if (says_none (document))
    return sg_embedding_make_none_error (call->shown);

  return sg_model_error_from_status (&context, document->status, document->body, document->length,
                                     document->retry_after, document->location);
}

static void
fetched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) local = NULL;
  g_autoptr (SgHttpDocument) document = sg_http_fetch_finish (SG_HTTP (object), result, &local);
  GError *error = find_error (task, document, local);

  if (error == NULL)
    {
      read_answer (task, g_steal_pointer (&document));
      return;
    }

  leave (g_task_get_task_data (task), error, -1);
  fail (task, error);
}

static void
send (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  g_autofree char *address = sg_endpoint_build (call->base, "embeddings");

  sg_http_fetch_async (call->http, address, call->key, call->body, TIMEOUT_MS,
                       g_task_get_cancellable (task), fetched_cb, g_object_ref (task));
}

/* Takes over the reference of the line. */
static void
admitted_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);

  call->ticket = 0;
  call->inside = TRUE;
  end_wait (call);
  send (task);
}

static void
waiting_cb (SgGateReason reason,
            gint64       wait_us,
            gpointer     user_data)
{
  Call *call = g_task_get_task_data (user_data);

  end_wait (call);
  call->wait_span = begin_span (call, SG_SPAN_WAIT, "limit");
  if (call->wait_span == 0)
    return;

  sg_trace_set_string (call->trace, call->wait_span, SG_ATTRIBUTE_REASON, sg_gate_reason_to_string (reason));
  if (wait_us > 0)
    sg_trace_set_int (call->trace, call->wait_span, SG_ATTRIBUTE_WAIT, wait_us);
}

/* Once it is under way, the request hears of it itself. */
static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);

  if (call->ticket != 0)
    {
      sg_gate_withdraw (get_gate (call), call->ticket);
      call->ticket = 0;
      fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped")));
      g_object_unref (task);
    }

  return G_SOURCE_REMOVE;
}

static void
line_up (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  SgGateEntry entry = {
    .priority = call->priority,
    .tokens = call->n_tokens,
    .admitted = admitted_cb,
    .waiting = waiting_cb,
    .user_data = g_object_ref (task),
  };
  guint ticket = sg_gate_enter (get_gate (call), &entry);

  if (call->inside)
    return;

  call->ticket = ticket;
  if (g_task_get_cancellable (task) != NULL)
    {
      call->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
      g_source_set_callback (call->cancelled, (GSourceFunc) (GCallback) cancelled_cb,
                             g_object_ref (task), g_object_unref);
      g_source_attach (call->cancelled, g_task_get_context (task));
    }
}

static GBytes *
write_body (const char        *name,
            const char *const *texts,
            guint              n_texts)
{
  GString *json = g_string_new ("{\"model\":");

  sg_json_append_string (json, name);
  g_string_append (json, ",\"input\":");

  if (n_texts > 1)
    g_string_append_c (json, '[');
  for (guint i = 0; i < n_texts; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      sg_json_append_string (json, texts[i]);
    }
  g_string_append (json, n_texts > 1 ? "]}" : "}");

  return g_string_free_to_bytes (json);
}

static Call *
call_new (const SgEmbeddingSetup *setup,
          const char *const      *texts,
          guint                   n_texts)
{
  Call *call = g_new0 (Call, 1);

  call->http = g_object_ref (setup->http);
  call->base = g_strdup (setup->base);
  call->shown = g_strdup (setup->shown);
  call->name = g_strdup (setup->name);
  call->key = g_strdup (setup->key);
  g_set_object (&call->state, sg_http_get_server_state (setup->http, setup->base));
  call->priority = setup->priority;
  g_set_object (&call->trace, setup->trace);
  call->parent_span = setup->parent_span;
  call->n_texts = n_texts;
  call->n_all = setup->n_all;
  call->body = write_body (setup->name, texts, n_texts);
  for (guint i = 0; i < n_texts; i++)
    call->n_tokens += sg_token_estimate (texts[i], -1);

  return call;
}

/**
 * sg_embedding_call_async:
 * @setup: whom to ask; copied
 * @texts: (array length=n_texts): valid UTF-8
 * @cancellable: (nullable): ends it at once
 * @callback: called when it has ended
 * @user_data: data for @callback
 *
 * Asks for the meaning of texts, in one request.
 */
void
sg_embedding_call_async (const SgEmbeddingSetup *setup,
                         const char *const      *texts,
                         guint                   n_texts,
                         GCancellable           *cancellable,
                         GAsyncReadyCallback     callback,
                         gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = call_new (setup, texts, n_texts);

  g_task_set_source_tag (task, sg_embedding_call_async);
  g_task_set_name (task, "[storyglass] embeddings call");
  g_task_set_task_data (task, call, call_free);
  begin (call);

  line_up (task);
}

/**
 * sg_embedding_call_finish:
 * @result: what the callback was given
 * @error: return location for an %SG_MODEL_ERROR, which is %SG_MODEL_ERROR_NOT_FOUND where the server has
 *   no embeddings, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): a vector for each text
 */
GPtrArray *
sg_embedding_call_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_embedding_call_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
