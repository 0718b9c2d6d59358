/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A story may have 100,000 turns and a chart shows fifty of them, so the figures are read in chunks
 * when one of their turns is looked at, and only so many chunks are kept: those that were looked at
 * last.  What is still being read for a place that has been scrolled past is given up.  The spans of
 * a turn are summed up on the reader's thread; only the sums come back.
 */

#include "config.h"

#include "app/performance/sg-turn-history.h"

#include "store/sg-path.h"
#include "store/sg-tables.h"
#include "world/sg-trace-rows.h"

#define CHUNK 64
#define MAX_CHUNKS 24
#define MAX_LOADING 8

/* The turns from index * CHUNK on. */
typedef struct
{
  gint64        index;
  SgTurnEntry   entries[CHUNK];
  gboolean      known[CHUNK];
  GCancellable *cancellable;
  guint64       used;
} Chunk;

struct _SgTurnHistory
{
  GObject     parent_instance;

  SgLibrary  *library;
  SgPath     *path;
  GHashTable *chunks;
  guint64     clock;
};

/* A chunk on its way from a reader. */
typedef struct
{
  GWeakRef      history;
  SgPath       *path;
  gint64        index;
  GCancellable *cancellable;
  GArray       *entries;
} Job;

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgTurnHistory, sg_turn_history, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
chunk_free (gpointer data)
{
  Chunk *chunk = data;

  if (chunk->cancellable != NULL)
    g_cancellable_cancel (chunk->cancellable);
  g_clear_object (&chunk->cancellable);
  g_free (chunk);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->history);
  sg_path_free (job->path);
  g_object_unref (job->cancellable);
  g_array_unref (job->entries);
  g_free (job);
}

/* Sums up the spans of a turn; attributes play no part in that and are not parsed. */
static gboolean
measure_turn (SgConnection  *connection,
              SgTurnEntry   *entry,
              GError       **error)
{
  g_autoptr (GPtrArray) rows = sg_spans_list (connection, entry->turn, error);
  g_autoptr (SgTrace) trace = NULL;

  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    {
      SgSpanRow *row = g_ptr_array_index (rows, i);

      g_clear_pointer (&row->attributes, g_free);
    }

  trace = sg_trace_new_from_rows (rows);
  sg_breakdown_measure (trace, &entry->breakdown);
  if (entry->total_us < 0 && entry->breakdown.total_us > 0)
    entry->total_us = entry->breakdown.total_us;

  return TRUE;
}

/* Runs on a reader's thread. */
static gboolean
read_chunk (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Job *job = data;
  gint64 first = job->index * CHUNK;
  g_autoptr (GPtrArray) rows =
    sg_turns_list_figures (connection, job->path, first, first + CHUNK - 1, error);

  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    {
      const SgTurnRow *row = g_ptr_array_index (rows, i);
      SgTurnEntry entry = {
        .turn = row->id, .depth = row->depth, .total_us = row->duration_us,
        .first_word_us = row->first_token_us, .tokens_in = row->tokens_in,
        .tokens_out = row->tokens_out, .estimated = row->estimated, .rate = row->rate,
      };

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !measure_turn (connection, &entry, error))
        return FALSE;
      g_array_append_val (job->entries, entry);
    }

  return TRUE;
}

static void
take_entries (Chunk *chunk,
              Job   *job)
{
  for (guint i = 0; i < job->entries->len; i++)
    {
      const SgTurnEntry *entry = &g_array_index (job->entries, SgTurnEntry, i);
      gint64 place = entry->depth - chunk->index * CHUNK;

      if (place >= 0 && place < CHUNK)
        {
          chunk->entries[place] = *entry;
          chunk->known[place] = TRUE;
        }
    }
}

static void
read_chunk_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Job *job = user_data;
  g_autoptr (SgTurnHistory) self = g_weak_ref_get (&job->history);
  g_autoptr (GError) error = NULL;
  Chunk *chunk;

  /* A chunk that cannot be read stays empty: the charts show less, and the story plays on. */
  if (!sg_library_read_finish (SG_LIBRARY (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info ("The figures of some turns could not be read: %s", error->message);

  if (self == NULL || g_cancellable_is_cancelled (job->cancellable))
    return;

  chunk = g_hash_table_lookup (self->chunks, &job->index);
  if (chunk == NULL || chunk->cancellable != job->cancellable)
    return;

  g_clear_object (&chunk->cancellable);
  if (error == NULL)
    take_entries (chunk, job);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Finds the chunk that was looked at longest ago, of those being read or of all. */
static Chunk *
find_oldest (SgTurnHistory *self,
             gboolean       loading,
             guint         *count)
{
  GHashTableIter iter;
  gpointer value;
  Chunk *oldest = NULL;

  *count = 0;
  g_hash_table_iter_init (&iter, self->chunks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Chunk *chunk = value;

      if (loading && chunk->cancellable == NULL)
        continue;
      (*count)++;
      if (oldest == NULL || chunk->used < oldest->used)
        oldest = chunk;
    }

  return oldest;
}

static void
make_room (SgTurnHistory *self)
{
  guint count;
  Chunk *oldest = find_oldest (self, TRUE, &count);

  if (count >= MAX_LOADING)
    g_hash_table_remove (self->chunks, &oldest->index);

  oldest = find_oldest (self, FALSE, &count);
  if (count >= MAX_CHUNKS)
    g_hash_table_remove (self->chunks, &oldest->index);
}

static Chunk *
load_chunk (SgTurnHistory *self,
            gint64         index)
{
  Chunk *chunk;
  Job *job;

  make_room (self);
  chunk = g_new0 (Chunk, 1);
  chunk->index = index;
  chunk->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->chunks, &chunk->index, chunk);

  job = g_new0 (Job, 1);
  g_weak_ref_init (&job->history, self);
  job->path = sg_path_copy (self->path);
  job->index = index;
  job->cancellable = g_object_ref (chunk->cancellable);
  job->entries = g_array_new (FALSE, FALSE, sizeof (SgTurnEntry));
  sg_library_read_latest_async (self->library, read_chunk, job, job_free, job->cancellable,
                                read_chunk_cb, job);

  return chunk;
}

static void
sg_turn_history_finalize (GObject *object)
{
  SgTurnHistory *self = SG_TURN_HISTORY (object);

  g_clear_pointer (&self->chunks, g_hash_table_unref);
  g_clear_pointer (&self->path, sg_path_free);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (sg_turn_history_parent_class)->finalize (object);
}

static void
sg_turn_history_class_init (SgTurnHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_turn_history_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_turn_history_init (SgTurnHistory *self)
{
  self->chunks = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, chunk_free);
}

/**
 * sg_turn_history_new:
 * @library: where the story is
 * @path: the way to its head
 *
 * Returns: (transfer full): a history that has read nothing yet
 */
SgTurnHistory *
sg_turn_history_new (SgLibrary    *library,
                     const SgPath *path)
{
  SgTurnHistory *self;

  g_return_val_if_fail (SG_IS_LIBRARY (library), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (SG_TYPE_TURN_HISTORY, NULL);
  self->library = g_object_ref (library);
  self->path = sg_path_copy (path);

  return self;
}

static gboolean
reaches_to (gpointer key,
            gpointer value,
            gpointer user_data)
{
  const Chunk *chunk = value;
  const gint64 *depth = user_data;

  return (chunk->index + 1) * CHUNK > *depth;
}

/**
 * sg_turn_history_set_path:
 * @path: the way to the head
 * @depth: turns at this depth and deeper are no longer what they were
 *
 * Follows the head of the story; what has not changed stays read.
 */
void
sg_turn_history_set_path (SgTurnHistory *self,
                          const SgPath  *path,
                          gint64         depth)
{
  g_return_if_fail (SG_IS_TURN_HISTORY (self));
  g_return_if_fail (path != NULL);

  sg_path_free (self->path);
  self->path = sg_path_copy (path);
  g_hash_table_foreach_remove (self->chunks, reaches_to, &depth);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * sg_turn_history_get_depth:
 *
 * Returns: the depth of the last turn; 0 where there is only the opening, -1 for none
 */
gint64
sg_turn_history_get_depth (SgTurnHistory *self)
{
  g_return_val_if_fail (SG_IS_TURN_HISTORY (self), -1);

  return self->path->depth;
}

/**
 * sg_turn_history_look_at:
 * @depth: the depth of a turn
 *
 * Looks at a turn; where it has not been read yet, begins to, and `changed` will say when.
 *
 * Returns: (transfer none) (nullable): its figures, valid until the next call
 */
const SgTurnEntry *
sg_turn_history_look_at (SgTurnHistory *self,
                         gint64         depth)
{
  gint64 index = depth / CHUNK;
  Chunk *chunk;

  g_return_val_if_fail (SG_IS_TURN_HISTORY (self), NULL);

  if (depth < 0 || depth > self->path->depth)
    return NULL;

  chunk = g_hash_table_lookup (self->chunks, &index);
  if (chunk == NULL)
    chunk = load_chunk (self, index);
  chunk->used = ++self->clock;

  return chunk->known[depth % CHUNK] ? &chunk->entries[depth % CHUNK] : NULL;
}

/**
 * sg_turn_history_peek:
 * @depth: the depth of a turn
 *
 * Returns: (transfer none) (nullable): its figures, if they have been read
 */
const SgTurnEntry *
sg_turn_history_peek (SgTurnHistory *self,
                      gint64         depth)
{
  gint64 index = depth / CHUNK;
  const Chunk *chunk;

  g_return_val_if_fail (SG_IS_TURN_HISTORY (self), NULL);

  if (depth < 0 || depth > self->path->depth)
    return NULL;

  chunk = g_hash_table_lookup (self->chunks, &index);

  return chunk != NULL && chunk->known[depth % CHUNK] ? &chunk->entries[depth % CHUNK] : NULL;
}

/**
 * sg_turn_history_get_n_cached:
 *
 * Returns: how many turns are kept, or are being read, at most
 */
guint
sg_turn_history_get_n_cached (SgTurnHistory *self)
{
  g_return_val_if_fail (SG_IS_TURN_HISTORY (self), 0);

  return g_hash_table_size (self->chunks) * CHUNK;
}
