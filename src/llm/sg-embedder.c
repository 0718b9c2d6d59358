/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts go to the server in batches.  Where a batch is refused, or its answer makes no sense, its texts are
 * asked for one by one; a server that then gives each is remembered as one that takes no batches.  A single
 * text that is refused (too long for the model, mostly) has no vector, and the rest goes on.
 *
 * A server without embeddings says so once and is not asked again: what was learned is kept with
 * the connections, by server and model.
 */

#include "config.h"

#include "llm/sg-embedder.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-embedding-reader.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-http-fetch.h"
#include "llm/sg-json-writer.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"
#include "llm/sg-probe-read.h"

/* Models for embeddings look at a few hundred tokens; what comes behind would be refused or unseen. */
#define MAX_TEXT 2000

#define MAX_AT_ONCE 2048
#define TIMEOUT_MS (60 * 1000)

/* A server that refuses so many single texts and gives none has no embeddings, whatever it says. */
#define MAX_REFUSED 3

/* Questions of players and tools that are kept with their vectors. */
#define MAX_QUERIES 128

enum
{
  FLAG_NONE = 1 << 0,
  FLAG_SINGLE = 1 << 1,
};

struct _SgEmbedder
{
  GObject     parent_instance;

  SgHttp     *http;
  char       *base;
  char       *shown;
  char       *name;
  char       *key;
  char       *memo;
  GError     *key_error;

  GHashTable *queries;
  GQueue      recent;
};

G_DEFINE_FINAL_TYPE (SgEmbedder, sg_embedder, G_TYPE_OBJECT)

typedef struct
{
  char   *text;
  GBytes *vector;
} Query;

/* A list of texts that is asked for. */
typedef struct
{
  GPtrArray *texts;
  GArray    *places;
  GPtrArray *vectors;
  SgTrace   *trace;
  guint      parent_span;
  guint      span;

  guint      at_once;
  guint      next;
  guint      count;
  guint      single_until;
  gboolean   all_taken;
  guint      n_given;
  guint      n_refused;
} Embedding;

/* An answer that a thread reads: a list of vectors is as large as a picture. */
typedef struct
{
  SgHttpDocument *document;
  guint           n_texts;
  gint64          n_tokens;
} Answer;

static void
query_free (gpointer data)
{
  Query *query = data;

  g_free (query->text);
  g_bytes_unref (query->vector);
  g_free (query);
}

static void
free_vector (gpointer vector)
{
  if (vector != NULL)
    g_bytes_unref (vector);
}

static void
embedding_free (gpointer data)
{
  Embedding *embedding = data;

  g_ptr_array_unref (embedding->texts);
  g_array_unref (embedding->places);
  g_ptr_array_unref (embedding->vectors);
  g_clear_object (&embedding->trace);
  g_free (embedding);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  sg_http_document_free (answer->document);
  g_free (answer);
}

static void
sg_embedder_finalize (GObject *object)
{
  SgEmbedder *self = SG_EMBEDDER (object);

  g_hash_table_unref (self->queries);
  g_queue_clear_full (&self->recent, query_free);
  g_clear_object (&self->http);
  g_clear_error (&self->key_error);
  g_free (self->base);
  g_free (self->shown);
  g_free (self->name);
  g_free (self->key);
  g_free (self->memo);

  G_OBJECT_CLASS (sg_embedder_parent_class)->finalize (object);
}

static void
sg_embedder_class_init (SgEmbedderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_embedder_finalize;
}

static void
sg_embedder_init (SgEmbedder *self)
{
  self->queries = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->recent);
}

/**
 * sg_embedder_new:
 * @http: the session to use, shared with models
 * @address: the address as someone typed it
 * @name: the model; may be empty where the server has only one
 * @error: return location for a %SG_MODEL_ERROR_ADDRESS
 *
 * Returns: (transfer full) (nullable): an embedder; nothing is sent yet
 */
SgEmbedder *
sg_embedder_new (SgHttp      *http,
                 const char  *address,
                 const char  *name,
                 GError     **error)
{
  SgEmbedder *self;
  char *base;

  g_return_val_if_fail (SG_IS_HTTP (http), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  base = sg_endpoint_normalize (address, error);
  if (base == NULL)
    return NULL;

  self = g_object_new (SG_TYPE_EMBEDDER, NULL);
  self->http = g_object_ref (http);
  self->base = base;
  self->shown = sg_endpoint_dup_shown (base);
  self->name = g_strdup (name != NULL ? name : "");
  self->memo = g_strconcat (base, " embeddings ", self->name, NULL);

  return self;
}

/**
 * sg_embedder_set_key:
 * @key: (nullable): the key, or %NULL for none
 */
void
sg_embedder_set_key (SgEmbedder *self,
                     const char *key)
{
  g_return_if_fail (SG_IS_EMBEDDER (self));

  g_clear_pointer (&self->key, g_free);
  g_clear_error (&self->key_error);
  sg_key_clean (key, &self->key, &self->key_error);
}

/**
 * sg_embedder_get_name:
 *
 * Returns: (transfer none): the name of the model; vectors of different models cannot be compared
 */
const char *
sg_embedder_get_name (SgEmbedder *self)
{
  g_return_val_if_fail (SG_IS_EMBEDDER (self), NULL);

  return self->name;
}

static gboolean
knows (SgEmbedder *self,
       guint       flag)
{
  return (sg_http_get_server_flags (self->http, self->memo) & flag) != 0;
}

static void
remember (SgEmbedder *self,
          guint       flag)
{
  sg_http_set_server_flags (self->http, self->memo,
                            sg_http_get_server_flags (self->http, self->memo) | flag);
}

/**
 * sg_embedder_get_available:
 *
 * Returns: whether the server has embeddings, as far as is known
 */
gboolean
sg_embedder_get_available (SgEmbedder *self)
{
  g_return_val_if_fail (SG_IS_EMBEDDER (self), FALSE);

  return self->key_error == NULL && !knows (self, FLAG_NONE);
}

static GError *
make_none_error (SgEmbedder *self)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND,
                      _("The server at %s has no embeddings. Memories are searched by their words "
                        "alone."), self->shown);
}

static SgErrorContext
error_context (SgEmbedder *self)
{
  return (SgErrorContext) { .server = self->shown, .model = self->name, .secret = self->key };
}

/* Ends the span of the request and says why it failed, if it did. */
static void
end_span (Embedding    *embedding,
          const GError *error)
{
  if (embedding->span == 0)
    return;

  if (error != NULL)
    sg_trace_set_string (embedding->trace, embedding->span, SG_ATTRIBUTE_ERROR, error->message);
  sg_trace_end (embedding->trace, embedding->span);
  embedding->span = 0;
}

static void ask_next (GTask *task);

/* Takes the error. */
static void
give_up (GTask  *task,
         GError *error)
{
  end_span (g_task_get_task_data (task), error);
  g_task_return_error (task, error);
}

/* Whether the server says that it has nothing of the kind.  Ollama answers 400 or 500 for a model that
 * only chats. */
static gboolean
says_none (const SgHttpDocument *document)
{
  return document->status == 501 || document->status == 404 || document->status == 405
         || strstr (document->body, "not support embedding") != NULL;
}

static gboolean
is_refused (const GError *error)
{
  return g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONTEXT)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
}

/* A batch may be too much where a single text is not: the server ran out of memory, or crashed. */
static gboolean
may_take_single (const GError *error)
{
  return is_refused (error) || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG)
         || (g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER)
             && sg_model_error_get_status (error) == 500);
}

/* The texts that were asked for are done with, one way or the other. */
static void
go_on (GTask *task)
{
  SgEmbedder *self = g_task_get_source_object (task);
  Embedding *embedding = g_task_get_task_data (task);

  embedding->next += embedding->count;
  if (embedding->single_until > 0 && embedding->next >= embedding->single_until)
    {
      if (embedding->all_taken)
        remember (self, FLAG_SINGLE);
      embedding->single_until = 0;
    }

  ask_next (task);
}

/* Takes the error. */
static void
handle_failure (GTask  *task,
                GError *error)
{
  SgEmbedder *self = g_task_get_source_object (task);
  Embedding *embedding = g_task_get_task_data (task);

  if (embedding->count > 1 && may_take_single (error))
    {
      end_span (embedding, error);
      g_error_free (error);
      embedding->single_until = embedding->next + embedding->count;
      embedding->all_taken = TRUE;
      ask_next (task);
      return;
    }

  if (embedding->count == 1 && is_refused (error))
    {
      embedding->all_taken = FALSE;
      embedding->n_refused++;
      if (embedding->n_given > 0
          || (embedding->n_refused < MAX_REFUSED && embedding->next + 1 < embedding->texts->len))
        {
          end_span (embedding, error);
          g_error_free (error);
          go_on (task);
          return;
        }
      if (embedding->n_refused >= MAX_REFUSED)
        remember (self, FLAG_NONE);
    }

  give_up (task, error);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgEmbedder *self = SG_EMBEDDER (object);
  Embedding *embedding = g_task_get_task_data (task);
  const Answer *answer = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) vectors = g_task_propagate_pointer (G_TASK (result), NULL);

  if (vectors == NULL)
    {
      handle_failure (task, g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                                         _("The server at %s answers with something else than the "
                                           "meaning of the texts."), self->shown));
      return;
    }

  for (guint i = 0; i < vectors->len; i++)
    {
      guint place = g_array_index (embedding->places, guint, embedding->next + i);

      g_ptr_array_index (embedding->vectors, place) =
        g_bytes_ref (g_ptr_array_index (vectors, i));
    }

  embedding->n_given += vectors->len;
  if (embedding->span != 0 && answer->n_tokens >= 0)
    sg_trace_set_int (embedding->trace, embedding->span, SG_ATTRIBUTE_TOKENS_IN, answer->n_tokens);
  end_span (embedding, NULL);
  go_on (task);
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
  Embedding *embedding = g_task_get_task_data (task);
  Answer *answer = g_new0 (Answer, 1);
  g_autoptr (GTask) reading = g_task_new (g_task_get_source_object (task), NULL, read_cb,
                                          g_object_ref (task));

  answer->document = document;
  answer->n_texts = embedding->count;
  g_task_set_source_tag (reading, read_answer);
  g_task_set_task_data (reading, answer, answer_free);
  g_task_run_in_thread (reading, read_in_thread);
}

static void
fetched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgEmbedder *self = g_task_get_source_object (task);
  SgErrorContext context = error_context (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgHttpDocument) document = sg_http_fetch_finish (SG_HTTP (object), result, &error);

  if (g_task_get_cancellable (task) != NULL
      && g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    give_up (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  else if (document == NULL && error->domain == SG_MODEL_ERROR)
    handle_failure (task, g_steal_pointer (&error));
  else if (document == NULL)
    give_up (task, sg_model_error_from_io (&context, error));
  else if (document->status >= 200 && document->status < 300)
    read_answer (task, g_steal_pointer (&document));
  else if (says_none (document))
    {
      remember (self, FLAG_NONE);
      give_up (task, make_none_error (self));
    }
  else
    handle_failure (task, sg_model_error_from_status (&context, document->status, document->body,
                                                      document->length, document->retry_after,
                                                      document->location));
}

static GBytes *
write_body (SgEmbedder *self,
            Embedding  *embedding)
{
  GString *json = g_string_new ("{\"model\":");

  sg_json_append_string (json, self->name);
  g_string_append (json, ",\"input\":");

  if (embedding->count > 1)
    g_string_append_c (json, '[');
  for (guint i = 0; i < embedding->count; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      sg_json_append_string (json, g_ptr_array_index (embedding->texts, embedding->next + i));
    }
  g_string_append (json, embedding->count > 1 ? "]}" : "}");

  return g_string_free_to_bytes (json);
}

static void
begin_span (SgEmbedder *self,
            Embedding  *embedding)
{
  if (embedding->trace == NULL)
    return;

  embedding->span =
    sg_trace_begin (embedding->trace, embedding->parent_span, SG_SPAN_MODEL, "embeddings");
  sg_trace_set_string (embedding->trace, embedding->span, SG_ATTRIBUTE_MODEL, self->name);
  sg_trace_set_string (embedding->trace, embedding->span, SG_ATTRIBUTE_SERVER, self->shown);
  sg_trace_set_int (embedding->trace, embedding->span, "batch", embedding->count);
  sg_trace_set_int (embedding->trace, embedding->span, "count", embedding->texts->len);
  sg_trace_set_int (embedding->trace, embedding->span, SG_ATTRIBUTE_TOKENS_OUT, 0);
}

static void
ask_next (GTask *task)
{
  SgEmbedder *self = g_task_get_source_object (task);
  Embedding *embedding = g_task_get_task_data (task);
  gboolean single = embedding->single_until > 0 || knows (self, FLAG_SINGLE);
  g_autofree char *address = NULL;
  g_autoptr (GBytes) body = NULL;

  if (embedding->next >= embedding->texts->len)
    {
      g_task_return_pointer (task, g_ptr_array_ref (embedding->vectors),
                             (GDestroyNotify) g_ptr_array_unref);
      return;
    }

  embedding->count =
    single ? 1 : MIN (embedding->at_once, embedding->texts->len - embedding->next);
  begin_span (self, embedding);
  address = sg_endpoint_build (self->base, "embeddings");
  body = write_body (self, embedding);
  sg_http_fetch_async (self->http, address, self->key, body, TIMEOUT_MS,
                       g_task_get_cancellable (task), fetched_cb, g_object_ref (task));
}

/* The beginning of a text, as far as it is looked at; %NULL where there is nothing to look at. */
static char *
cut_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_strstrip (valid);
  if (strlen (valid) > MAX_TEXT)
    {
      char *end = valid + MAX_TEXT;

      while ((*end & 0xc0) == 0x80)
        end--;
      *end = '\0';
    }

  return *valid != '\0' ? g_steal_pointer (&valid) : NULL;
}

static Embedding *
embedding_new (const char *const *texts,
               guint              at_once)
{
  Embedding *embedding = g_new0 (Embedding, 1);
  guint n_texts = 0;

  embedding->texts = g_ptr_array_new_with_free_func (g_free);
  embedding->places = g_array_new (FALSE, FALSE, sizeof (guint));
  embedding->vectors = g_ptr_array_new_with_free_func (free_vector);
  embedding->at_once = CLAMP (at_once, 1, MAX_AT_ONCE);

  for (; texts[n_texts] != NULL; n_texts++)
    {
      char *text = cut_text (texts[n_texts]);

      if (text == NULL)
        continue;
      g_ptr_array_add (embedding->texts, text);
      g_array_append_val (embedding->places, n_texts);
    }
  g_ptr_array_set_size (embedding->vectors, (int) n_texts);

  return embedding;
}

/**
 * sg_embedder_embed_async:
 * @texts: texts; of long ones the beginning counts
 * @at_once: how many may go into one request
 * @trace: (nullable): where each request gets a span
 * @parent_span: the span that these belong to, or 0
 * @cancellable: (nullable): ends it at once
 * @callback: called when it has ended
 * @user_data: data for @callback
 *
 * Asks for the meaning of texts, a batch after the other.
 */
void
sg_embedder_embed_async (SgEmbedder          *self,
                         const char *const   *texts,
                         guint                at_once,
                         SgTrace             *trace,
                         guint                parent_span,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Embedding *embedding;

  g_return_if_fail (SG_IS_EMBEDDER (self));
  g_return_if_fail (texts != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_embedder_embed_async);
  g_task_set_name (task, "[storyglass] embeddings");
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->key_error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->key_error));
      return;
    }
  if (knows (self, FLAG_NONE))
    {
      g_task_return_error (task, make_none_error (self));
      return;
    }

  embedding = embedding_new (texts, at_once);
  embedding->parent_span = parent_span;
  g_set_object (&embedding->trace, trace);
  g_task_set_task_data (task, embedding, embedding_free);
  ask_next (task);
}

/**
 * sg_embedder_embed_finish:
 * @result: what the callback was given
 * @error: return location for an %SG_MODEL_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): a vector for each text; %NULL for one that
 *   is empty, or that the server refuses
 */
GPtrArray *
sg_embedder_embed_finish (SgEmbedder    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_embedder_embed_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static GBytes *
look_up (SgEmbedder *self,
         const char *text)
{
  GList *link = g_hash_table_lookup (self->queries, text);

  if (link == NULL)
    return NULL;

  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);

  return ((Query *) link->data)->vector;
}

static void
keep (SgEmbedder *self,
      const char *text,
      GBytes     *vector)
{
  Query *query;

  if (look_up (self, text) != NULL)
    return;

  if (self->recent.length >= MAX_QUERIES)
    {
      query = g_queue_pop_tail (&self->recent);
      g_hash_table_remove (self->queries, query->text);
      query_free (query);
    }

  query = g_new0 (Query, 1);
  query->text = g_strdup (text);
  query->vector = g_bytes_ref (vector);
  g_queue_push_head (&self->recent, query);
  g_hash_table_insert (self->queries, query->text, self->recent.head);
}

static void
queried_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgEmbedder *self = SG_EMBEDDER (object);
  GError *error = NULL;
  g_autoptr (GPtrArray) vectors = sg_embedder_embed_finish (self, result, &error);
  GBytes *vector = vectors != NULL ? g_ptr_array_index (vectors, 0) : NULL;

  if (vector != NULL)
    {
      keep (self, g_task_get_task_data (task), vector);
      g_task_return_pointer (task, g_bytes_ref (vector), (GDestroyNotify) g_bytes_unref);
    }
  else
    {
      if (error == NULL)
        error = g_error_new_literal (SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST,
                                     "There is nothing to look for");
      g_task_return_error (task, error);
    }
}

/**
 * sg_embedder_query_async:
 * @text: a text that memories are to be compared with
 * @trace: (nullable): where the request gets a span
 * @parent_span: the span that it belongs to, or 0
 * @cancellable: (nullable): ends it at once
 * @callback: called when it has ended
 * @user_data: data for @callback
 *
 * Asks for the meaning of one text, unless it is known from before.
 */
void
sg_embedder_query_async (SgEmbedder          *self,
                         const char          *text,
                         SgTrace             *trace,
                         guint                parent_span,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  const char *texts[] = { text, NULL };
  g_autoptr (GTask) task = NULL;
  GBytes *known;

  g_return_if_fail (SG_IS_EMBEDDER (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_embedder_query_async);
  g_task_set_task_data (task, g_strdup (text), g_free);

  known = look_up (self, text);
  if (known != NULL)
    g_task_return_pointer (task, g_bytes_ref (known), (GDestroyNotify) g_bytes_unref);
  else
    sg_embedder_embed_async (self, texts, 1, trace, parent_span, cancellable, queried_cb,
                             g_object_ref (task));
}

/**
 * sg_embedder_query_finish:
 * @result: what the callback was given
 * @error: return location for an %SG_MODEL_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the vector
 */
GBytes *
sg_embedder_query_finish (SgEmbedder    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_embedder_query_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
