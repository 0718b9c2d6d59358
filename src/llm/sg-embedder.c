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

#include "llm/sg-embedding-call.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-model-error.h"
#include "llm/sg-probe-read.h"

/* Models for embeddings look at a few hundred tokens; what comes behind would be refused or unseen. */
#define MAX_TEXT 2000

#define MAX_AT_ONCE 2048

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

  SgGatePriority priority;

  guint      at_once;
  guint      next;
  guint      count;
  guint      single_until;
  gboolean   all_taken;
  guint      n_given;
  guint      n_refused;
} Embedding;

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

static void ask_next (GTask *task);

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
          g_error_free (error);
          go_on (task);
          return;
        }
      if (embedding->n_refused >= MAX_REFUSED)
        remember (self, FLAG_NONE);
    }

  if (g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND))
    remember (self, FLAG_NONE);
  g_task_return_error (task, error);
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Embedding *embedding = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) vectors = sg_embedding_call_finish (result, &error);

  if (vectors == NULL)
    {
      handle_failure (task, error);
      return;
    }

  for (guint i = 0; i < vectors->len; i++)
    {
      guint place = g_array_index (embedding->places, guint, embedding->next + i);

      g_ptr_array_index (embedding->vectors, place) =
        g_bytes_ref (g_ptr_array_index (vectors, i));
    }

  embedding->n_given += vectors->len;
  go_on (task);
}

static void
ask_next (GTask *task)
{
  SgEmbedder *self = g_task_get_source_object (task);
  Embedding *embedding = g_task_get_task_data (task);
  gboolean single = embedding->single_until > 0 || knows (self, FLAG_SINGLE);
  SgEmbeddingSetup setup = {
    .http = self->http,
    .base = self->base,
    .shown = self->shown,
    .name = self->name,
    .key = self->key,
    .priority = embedding->priority,
    .trace = embedding->trace,
    .parent_span = embedding->parent_span,
    .n_all = embedding->texts->len,
  };

  if (embedding->next >= embedding->texts->len)
    {
      g_task_return_pointer (task, g_ptr_array_ref (embedding->vectors),
                             (GDestroyNotify) g_ptr_array_unref);
      return;
    }

  embedding->count =
    single ? 1 : MIN (embedding->at_once, embedding->texts->len - embedding->next);
  sg_embedding_call_async (&setup, (const char *const *) embedding->texts->pdata + embedding->next,
                           embedding->count, g_task_get_cancellable (task), asked_cb,
                           g_object_ref (task));
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

/* Asks for all texts, and returns to the task. */
static void
embed (GTask             *task,
       const char *const *texts,
       guint              at_once,
       SgGatePriority     priority,
       SgTrace           *trace,
       guint              parent_span)
{
  SgEmbedder *self = g_task_get_source_object (task);
  Embedding *embedding;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->key_error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->key_error));
      return;
    }
  if (knows (self, FLAG_NONE))
    {
      g_task_return_error (task, sg_embedding_make_none_error (self->shown));
      return;
    }

  embedding = embedding_new (texts, at_once);
  embedding->priority = priority;
  embedding->parent_span = parent_span;
  g_set_object (&embedding->trace, trace);
  g_task_set_task_data (task, embedding, embedding_free);
  ask_next (task);
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

  g_return_if_fail (SG_IS_EMBEDDER (self));
  g_return_if_fail (texts != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_embedder_embed_async);
  g_task_set_name (task, "[storyglass] embeddings");
  embed (task, texts, at_once, SG_GATE_LATER, trace, parent_span);
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
  g_autoptr (GTask) asking = NULL;
  GBytes *known;

  g_return_if_fail (SG_IS_EMBEDDER (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_embedder_query_async);
  g_task_set_task_data (task, g_strdup (text), g_free);

  known = look_up (self, text);
  if (known != NULL)
    {
      g_task_return_pointer (task, g_bytes_ref (known), (GDestroyNotify) g_bytes_unref);
      return;
    }

  /* A turn waits for it. */
  asking = g_task_new (self, cancellable, queried_cb, g_object_ref (task));
  g_task_set_source_tag (asking, sg_embedder_embed_async);
  embed (asking, texts, 1, SG_GATE_FIRST, trace, parent_span);
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
