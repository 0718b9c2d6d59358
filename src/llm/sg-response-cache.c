/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-response-cache.h"

#include <string.h>

#include "llm/sg-request-writer.h"

/* An answer that is longer is not kept: 128 of them are never more than 32 MB. */
#define MAX_ANSWER (256 * 1024)

typedef struct
{
  char   *key;
  char   *answer;
  gint64  duration_us;
  GList  *link;
} Entry;

struct _SgResponseCache
{
  GObject     parent_instance;

  guint       size;
  GHashTable *entries;
  /* The one that was used last comes first. */
  GQueue      order;

  guint       n_hits;
  guint       n_misses;
  gint64      saved_us;
};

G_DEFINE_FINAL_TYPE (SgResponseCache, sg_response_cache, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_free (entry->answer);
  g_free (entry);
}

static void
sg_response_cache_finalize (GObject *object)
{
  SgResponseCache *self = SG_RESPONSE_CACHE (object);

  g_queue_clear (&self->order);
  g_hash_table_unref (self->entries);

  G_OBJECT_CLASS (sg_response_cache_parent_class)->finalize (object);
}

static void
sg_response_cache_class_init (SgResponseCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_response_cache_finalize;
}

static void
sg_response_cache_init (SgResponseCache *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->order);
}

/**
 * sg_response_cache_new:
 * @size: how many answers it holds
 *
 * Returns: (transfer full): an empty cache
 */
SgResponseCache *
sg_response_cache_new (guint size)
{
  SgResponseCache *self;

  g_return_val_if_fail (size > 0, NULL);

  self = g_object_new (SG_TYPE_RESPONSE_CACHE, NULL);
  self->size = size;

  return self;
}

/**
 * sg_response_cache_make_key:
 * @model: who is asked
 * @request: what is asked
 *
 * Returns: (transfer full): a hash (SHA-256) of server, model and all of the request: messages, tools, schema,
 *   limits and temperature
 */
char *
sg_response_cache_make_key (SgModel        *model,
                            SgModelRequest *request)
{
  const char *name = sg_model_get_name (model);
  const char *server = sg_model_get_server (model);
  g_autoptr (GBytes) body = sg_request_write (request, name != NULL ? name : "", SG_REQUEST_PLAIN);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length;
  const guchar *data = g_bytes_get_data (body, &length);

  if (server != NULL)
    g_checksum_update (checksum, (const guchar *) server, (gssize) strlen (server));
  g_checksum_update (checksum, (const guchar *) "", 1);
  g_checksum_update (checksum, data, (gssize) length);

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * sg_response_cache_lookup:
 * @key: the key of a question
 * @saved_us: (out): how long the answer took when it was made, in microseconds
 *
 * Returns: (transfer none) (nullable): the answer, until the cache changes; %NULL where there is none
 */
const char *
sg_response_cache_lookup (SgResponseCache *self,
                          const char      *key,
                          gint64          *saved_us)
{
  Entry *entry;

  g_return_val_if_fail (SG_IS_RESPONSE_CACHE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    {
      self->n_misses++;
      return NULL;
    }

  self->n_hits++;
  self->saved_us += entry->duration_us;
  g_queue_unlink (&self->order, entry->link);
  g_queue_push_head_link (&self->order, entry->link);
  *saved_us = entry->duration_us;

  return entry->answer;
}

static void
drop_last (SgResponseCache *self)
{
  Entry *entry = g_queue_pop_tail (&self->order);

  g_hash_table_remove (self->entries, entry->key);
}

/**
 * sg_response_cache_store:
 * @key: the key of a question
 * @answer: its answer, which came to its end
 * @duration_us: how long it took, in microseconds
 *
 * Keeps an answer; the one that was not used for the longest time makes room for it.
 */
void
sg_response_cache_store (SgResponseCache *self,
                         const char      *key,
                         const char      *answer,
                         gint64           duration_us)
{
  Entry *entry;

  g_return_if_fail (SG_IS_RESPONSE_CACHE (self));
  g_return_if_fail (key != NULL && answer != NULL);

  if (strlen (answer) > MAX_ANSWER)
    return;

  sg_response_cache_remove (self, key);
  if (self->order.length >= self->size)
    drop_last (self);

  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->answer = g_strdup (answer);
  entry->duration_us = duration_us;
  g_queue_push_head (&self->order, entry);
  entry->link = self->order.head;
  g_hash_table_insert (self->entries, entry->key, entry);
}

/**
 * sg_response_cache_remove:
 * @key: the key of a question
 *
 * Forgets an answer, where there is one.
 */
void
sg_response_cache_remove (SgResponseCache *self,
                          const char      *key)
{
  Entry *entry;

  g_return_if_fail (SG_IS_RESPONSE_CACHE (self));
  g_return_if_fail (key != NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    return;

  g_queue_delete_link (&self->order, entry->link);
  g_hash_table_remove (self->entries, key);
}

/**
 * sg_response_cache_get_n:
 *
 * Returns: how many answers it holds
 */
guint
sg_response_cache_get_n (SgResponseCache *self)
{
  g_return_val_if_fail (SG_IS_RESPONSE_CACHE (self), 0);

  return self->order.length;
}

/**
 * sg_response_cache_get_n_hits:
 *
 * Returns: how many questions it answered
 */
guint
sg_response_cache_get_n_hits (SgResponseCache *self)
{
  g_return_val_if_fail (SG_IS_RESPONSE_CACHE (self), 0);

  return self->n_hits;
}

/**
 * sg_response_cache_get_n_misses:
 *
 * Returns: how many questions it had no answer for
 */
guint
sg_response_cache_get_n_misses (SgResponseCache *self)
{
  g_return_val_if_fail (SG_IS_RESPONSE_CACHE (self), 0);

  return self->n_misses;
}

/**
 * sg_response_cache_get_saved:
 *
 * Returns: how long the answers that it gave took when they were made, in microseconds
 */
gint64
sg_response_cache_get_saved (SgResponseCache *self)
{
  g_return_val_if_fail (SG_IS_RESPONSE_CACHE (self), 0);

  return self->saved_us;
}
