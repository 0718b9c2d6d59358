/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-tool-cache.h"

#include "tools/sg-tool-text.h"

typedef struct
{
  char      *call;
  char     **keys;
  JsonNode  *result;
  gint64     took_us;
  GList      link;
} Entry;

struct _SgToolCache
{
  GObject     parent_instance;

  /* The canonical text of a call → Entry; and all of them, the one asked for last at the head. */
  GHashTable *entries;
  GQueue      recent;

  /* The name of a tool → SgToolCacheFigures. */
  GHashTable *figures;

  /* The turn that the running one follows, and the last late record that it can see. */
  gint64      branch;
  gint64      depth;
  gint64      late;

  /* (element-type GStrv): what the running turn has written; a NULL among them is anything. */
  GPtrArray  *written;
};

G_DEFINE_FINAL_TYPE (SgToolCache, sg_tool_cache, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->call);
  g_strfreev (entry->keys);
  json_node_unref (entry->result);
  g_free (entry);
}

static void
sg_tool_cache_finalize (GObject *object)
{
  SgToolCache *self = SG_TOOL_CACHE (object);

  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_pointer (&self->figures, g_hash_table_unref);
  g_clear_pointer (&self->written, g_ptr_array_unref);

  G_OBJECT_CLASS (sg_tool_cache_parent_class)->finalize (object);
}

static void
sg_tool_cache_class_init (SgToolCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_tool_cache_finalize;
}

static void
sg_tool_cache_init (SgToolCache *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->figures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->written = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_queue_init (&self->recent);
  self->branch = self->depth = -1;
}

/**
 * sg_tool_cache_new:
 *
 * Returns: (transfer full): an empty cache
 */
SgToolCache *
sg_tool_cache_new (void)
{
  return g_object_new (SG_TYPE_TOOL_CACHE, NULL);
}

static void
forget (SgToolCache *self,
        Entry       *entry)
{
  g_queue_unlink (&self->recent, &entry->link);
  g_hash_table_remove (self->entries, entry->call);
}

typedef gboolean (*EntryFunc) (SgToolCache *self,
                               const Entry *entry);

static void
forget_where (SgToolCache *self,
              EntryFunc    func)
{
  GList *link = self->recent.head;

  while (link != NULL)
    {
      Entry *entry = link->data;

      link = link->next;
      if (func (self, entry))
        forget (self, entry);
    }
}

static gboolean
was_written (SgToolCache       *self,
             const char *const *keys)
{
  for (guint i = 0; i < self->written->len; i++)
    {
      if (sg_tool_keys_conflict (g_ptr_array_index (self->written, i), keys))
        return TRUE;
    }

  return FALSE;
}

static gboolean
entry_was_written (SgToolCache *self,
                   const Entry *entry)
{
  return was_written (self, (const char *const *) entry->keys);
}

/* Whether a late record may have changed what the call reads: facts never come late. */
static gboolean
entry_reads_more_than_facts (SgToolCache *self,
                             const Entry *entry)
{
  for (guint i = 0; entry->keys[i] != NULL; i++)
    {
      if (!g_str_has_prefix (entry->keys[i], "state:"))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_tool_cache_clear:
 *
 * Forgets all results, but not the figures.
 */
void
sg_tool_cache_clear (SgToolCache *self)
{
  g_return_if_fail (SG_IS_TOOL_CACHE (self));

  g_queue_init (&self->recent);
  g_hash_table_remove_all (self->entries);
}

/**
 * sg_tool_cache_begin:
 * @branch: the branch that owns the turn before
 * @depth: the depth of the turn before
 * @late: the number of the last late record that the turn can see
 *
 * A turn begins.
 */
void
sg_tool_cache_begin (SgToolCache *self,
                     gint64       branch,
                     gint64       depth,
                     gint64       late)
{
  g_return_if_fail (SG_IS_TOOL_CACHE (self));

  g_ptr_array_set_size (self->written, 0);
  if (branch != self->branch || depth != self->depth)
    sg_tool_cache_clear (self);
  else if (late != self->late)
    forget_where (self, entry_reads_more_than_facts);

  self->branch = branch;
  self->depth = depth;
  self->late = late;
}

/**
 * sg_tool_cache_note_write:
 * @keys: (nullable): what the running turn has written; %NULL where that cannot be told
 */
void
sg_tool_cache_note_write (SgToolCache       *self,
                          const char *const *keys)
{
  g_return_if_fail (SG_IS_TOOL_CACHE (self));

  g_ptr_array_add (self->written, g_strdupv ((char **) keys));
}

/**
 * sg_tool_cache_end:
 * @branch: the branch of the turn
 * @depth: its depth
 *
 * The running turn has committed.  Of a turn that is dropped nothing is said.
 */
void
sg_tool_cache_end (SgToolCache *self,
                   gint64       branch,
                   gint64       depth)
{
  g_return_if_fail (SG_IS_TOOL_CACHE (self));

  if (self->written->len > 0)
    forget_where (self, entry_was_written);
  g_ptr_array_set_size (self->written, 0);
  self->branch = branch;
  self->depth = depth;
}

static SgToolCacheFigures *
ensure_figures (SgToolCache *self,
                const char  *tool)
{
  SgToolCacheFigures *figures = g_hash_table_lookup (self->figures, tool);

  if (figures == NULL)
    {
      figures = g_new0 (SgToolCacheFigures, 1);
      g_hash_table_insert (self->figures, g_strdup (tool), figures);
    }

  return figures;
}

/**
 * sg_tool_cache_lookup:
 * @tool: the name of the tool
 * @call: the canonical text of the call
 * @asked_us: when the call began, on the monotonic clock
 * @saved_us: (out) (optional): where there is a result, how much longer it took when it was made, in microseconds
 *
 * Looks for a result, and counts whether there is one.
 *
 * Returns: (transfer full) (nullable): the result, which is shared and does not change
 */
JsonNode *
sg_tool_cache_lookup (SgToolCache *self,
                      const char  *tool,
                      const char  *call,
                      gint64       asked_us,
                      gint64      *saved_us)
{
  SgToolCacheFigures *figures;
  Entry *entry;
  gint64 saved;

  g_return_val_if_fail (SG_IS_TOOL_CACHE (self), NULL);
  g_return_val_if_fail (tool != NULL && call != NULL, NULL);

  figures = ensure_figures (self, tool);
  entry = g_hash_table_lookup (self->entries, call);
  if (entry == NULL || entry_was_written (self, entry))
    {
      figures->misses++;
      return NULL;
    }

  g_queue_unlink (&self->recent, &entry->link);
  g_queue_push_head_link (&self->recent, &entry->link);
  figures->hits++;
  saved = MAX (0, entry->took_us - (g_get_monotonic_time () - asked_us));
  figures->saved_us += saved;
  if (saved_us != NULL)
    *saved_us = saved;

  return json_node_ref (entry->result);
}

/**
 * sg_tool_cache_store:
 * @tool: the name of the tool
 * @call: the canonical text of the call
 * @keys: what it read
 * @result: its result, which does not change any more
 * @took_us: how long it took, in microseconds
 *
 * Keeps a result.  One that comes from what the running turn has written is not kept, since the turn may
 * still be dropped.
 */
void
sg_tool_cache_store (SgToolCache       *self,
                     const char        *tool,
                     const char        *call,
                     const char *const *keys,
                     JsonNode          *result,
                     gint64             took_us)
{
  Entry *entry;

  g_return_if_fail (SG_IS_TOOL_CACHE (self));
  g_return_if_fail (tool != NULL && call != NULL && keys != NULL && result != NULL);

  if (was_written (self, keys))
    return;

  entry = g_hash_table_lookup (self->entries, call);
  if (entry != NULL)
    forget (self, entry);
  else if (g_hash_table_size (self->entries) >= SG_TOOL_CACHE_SIZE)
    forget (self, self->recent.tail->data);

  entry = g_new0 (Entry, 1);
  entry->call = g_strdup (call);
  entry->keys = g_strdupv ((char **) keys);
  entry->result = json_node_ref (result);
  entry->took_us = took_us;
  entry->link.data = entry;
  g_queue_push_head_link (&self->recent, &entry->link);
  g_hash_table_insert (self->entries, entry->call, entry);
}

/**
 * sg_tool_cache_get_size:
 *
 * Returns: how many results are kept
 */
guint
sg_tool_cache_get_size (SgToolCache *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CACHE (self), 0);

  return g_hash_table_size (self->entries);
}

/**
 * sg_tool_cache_get_figures:
 * @tool: (nullable): the name of a tool; %NULL for all together
 * @figures: (out caller-allocates): what was counted since the cache was made
 */
void
sg_tool_cache_get_figures (SgToolCache        *self,
                           const char         *tool,
                           SgToolCacheFigures *figures)
{
  GHashTableIter iter;
  gpointer name, value;

  g_return_if_fail (SG_IS_TOOL_CACHE (self));
  g_return_if_fail (figures != NULL);

  *figures = (SgToolCacheFigures) { 0 };
  g_hash_table_iter_init (&iter, self->figures);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const SgToolCacheFigures *counted = value;

      if (tool != NULL && !g_str_equal (tool, name))
        continue;

      figures->hits += counted->hits;
      figures->misses += counted->misses;
      figures->saved_us += counted->saved_us;
    }
}
