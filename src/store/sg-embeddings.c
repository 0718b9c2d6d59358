/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memories by what they mean.  All vectors on the path are compared with the one that is looked for:
 * a story has thousands of memories and not millions, so that reading them from the page cache
 * costs milliseconds, and nothing has to be kept in step with the tree. */

#include "config.h"

#include <string.h>

#include "store/sg-memories-private.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/* The newest vectors of a path that are compared; older ones are found by their words. */
#define MAX_COMPARED 50000

/* How deep both rankings are looked at before they are put together. */
#define MIN_POOL 50

/* Numbers that are summed up side by side, which compilers turn into vector instructions. */
#define LANES 16

/**
 * sg_embeddings_put:
 * @memory: a memory
 * @model: the model that the vector is from
 * @vector: the vector
 *
 * Stores a vector, in place of one of the same model.  A memory that is gone by now needs none.
 *
 * Returns: whether it was done
 */
gboolean
sg_embeddings_put (SgConnection  *connection,
                   gint64         memory,
                   const char    *model,
                   GBytes        *vector,
                   GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT OR REPLACE INTO embedding (memory, model, dimensions, vector)"
    "  SELECT id, ?2, ?3, ?4 FROM memory WHERE id = ?1");

  sg_query_bind_int (&query, memory);
  sg_query_bind_text (&query, model);
  sg_query_bind_int (&query, (gint64) (g_bytes_get_size (vector) / sizeof (float)));
  sg_query_bind_bytes (&query, vector);

  return sg_query_run (&query, error);
}

/**
 * sg_embeddings_exist:
 * @exist: (out): whether any memory of the story has a vector of the model
 *
 * Returns: whether it is known
 */
gboolean
sg_embeddings_exist (SgConnection  *connection,
                     gint64         story,
                     const char    *model,
                     gboolean      *exist,
                     GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT 1 FROM branch b CROSS JOIN memory m ON m.branch = b.id"
    "  CROSS JOIN embedding e ON e.memory = m.id AND e.model = ?2"
    "  WHERE b.story = ?1 AND EXISTS (SELECT 1 FROM embedding) LIMIT 1");

  sg_query_bind_int (&query, story);
  sg_query_bind_text (&query, model);
  *exist = sg_query_step (&query);

  return sg_query_finish (&query, error);
}

/**
 * sg_embeddings_list_missing:
 * @limit: how many are wanted at most
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): memories without a vector of the
 *   model; only their ids and texts are filled in
 */
GPtrArray *
sg_embeddings_list_missing (SgConnection  *connection,
                            gint64         story,
                            const char    *model,
                            guint          limit,
                            GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT m.id, m.text FROM branch b CROSS JOIN memory m ON m.branch = b.id"
    "  WHERE b.story = ?1 AND NOT EXISTS"
    "    (SELECT 1 FROM embedding e WHERE e.memory = m.id AND e.model = ?2)"
    "  ORDER BY m.id DESC LIMIT ?3");

  sg_query_bind_int (&query, story);
  sg_query_bind_text (&query, model);
  sg_query_bind_int (&query, limit);
  while (sg_query_step (&query))
    {
      SgMemoryRow *row = sg_memory_row_new ();

      row->id = sg_query_get_int (&query);
      row->text = sg_query_dup_text (&query);
      g_ptr_array_add (rows, row);
    }

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

/* The best matches so far. */
typedef struct
{
  const float *wanted;
  gsize        size;
  float       *buffer;
  GArray      *best;
  guint        limit;
  guint        n_left;
} Comparison;

static void
copy_floats (float         *to,
             gconstpointer  from,
             gsize          size)
{
  memcpy (to, from, size);

#if G_BYTE_ORDER == G_BIG_ENDIAN
  for (gsize i = 0; i < size / sizeof (float); i++)
    {
      guint32 bits;

      memcpy (&bits, to + i, sizeof bits);
      bits = GUINT32_FROM_LE (bits);
      memcpy (to + i, &bits, sizeof bits);
    }
#endif
}

/* Both of length 1, so it is the cosine of their angle.  Sums that do not wait for each other. */
static float
multiply (const float *a,
          const float *b,
          gsize        n)
{
  float sums[LANES] = { 0 };
  float sum = 0;
  gsize i;

  for (i = 0; i + LANES <= n; i += LANES)
    {
      for (gsize lane = 0; lane < LANES; lane++)
        sums[lane] += a[i + lane] * b[i + lane];
    }

  for (; i < n; i++)
    sum += a[i] * b[i];
  for (gsize lane = 0; lane < LANES; lane++)
    sum += sums[lane];

  return sum;
}

static void
insert_sorted (Comparison    *comparison,
               SgMemoryMatch  match)
{
  GArray *best = comparison->best;
  guint place = best->len;

  while (place > 0 && g_array_index (best, SgMemoryMatch, place - 1).score < match.score)
    place--;
  if (place >= comparison->limit)
    return;

  if (best->len == comparison->limit)
    g_array_set_size (best, best->len - 1);
  g_array_insert_val (best, place, match);
}

static gboolean
compare_segment (SgConnection         *connection,
                 const SgPathSegment  *segment,
                 const char           *model,
                 Comparison           *comparison,
                 GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT m.id, e.vector FROM memory m"
    "  CROSS JOIN embedding e ON e.memory = m.id AND e.model = ?1"
    "  WHERE m.branch = ?2 AND m.depth BETWEEN ?3 AND ?4 ORDER BY m.depth DESC");

  sg_query_bind_text (&query, model);
  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, segment->first);
  sg_query_bind_int (&query, segment->last);
  while (comparison->n_left > 0 && sg_query_step (&query))
    {
      SgMemoryMatch match = { .id = sg_query_get_int (&query) };
      gsize size;
      gconstpointer data = sg_query_get_data (&query, &size);

      comparison->n_left--;
      if (size != comparison->size)
        continue;

      copy_floats (comparison->buffer, data, size);
      match.score = multiply (comparison->wanted, comparison->buffer, size / sizeof (float));
      insert_sorted (comparison, match);
    }

  return sg_query_finish (&query, error);
}

GArray *
sg_memories_match_meaning (SgConnection  *connection,
                           const SgPath  *path,
                           const char    *model,
                           GBytes        *vector,
                           guint          limit,
                           GError       **error)
{
  gsize size = g_bytes_get_size (vector);
  g_autofree float *wanted = g_malloc (size);
  g_autofree float *buffer = g_malloc (size);
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (SgMemoryMatch));
  Comparison comparison = { wanted, size, buffer, best, limit, MAX_COMPARED };

  copy_floats (wanted, g_bytes_get_data (vector, NULL), size);
  for (guint i = path->segments->len; i > 0; i--)
    {
      if (!compare_segment (connection, &g_array_index (path->segments, SgPathSegment, i - 1), model,
                            &comparison, error))
        return NULL;
    }

  return g_steal_pointer (&best);
}

/**
 * sg_memories_search_meaning:
 * @path: the path that the memories have to lie on
 * @model: the model that @vector is from
 * @vector: what is looked for
 * @limit: how many are wanted at most
 *
 * Finds the memories that mean something alike; their score is the cosine of the angle between the
 * two vectors.
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): the best first
 */
GPtrArray *
sg_memories_search_meaning (SgConnection  *connection,
                            const SgPath  *path,
                            const char    *model,
                            GBytes        *vector,
                            guint          limit,
                            GError       **error)
{
  g_autoptr (GArray) matches =
    sg_memories_match_meaning (connection, path, model, vector, limit, error);

  return matches != NULL ? sg_memories_read_matches (connection, matches, limit, error) : NULL;
}

/* The constant of the formula below; the paper found 60 to do well, and little to depend on it. */
#define FUSION_K 60.0

static void
add_ranks (GHashTable *scores,
           GArray     *matches)
{
  for (guint i = 0; i < matches->len; i++)
    {
      SgMemoryMatch match = g_array_index (matches, SgMemoryMatch, i);
      SgMemoryMatch *sum = g_hash_table_lookup (scores, &match.id);

      if (sum == NULL)
        {
          sum = g_new0 (SgMemoryMatch, 1);
          sum->id = match.id;
          g_hash_table_insert (scores, &sum->id, sum);
        }
      sum->score += 1.0 / (FUSION_K + i + 1);
    }
}

static int
compare_matches (gconstpointer a,
                 gconstpointer b)
{
  const SgMemoryMatch *first = a;
  const SgMemoryMatch *second = b;

  if (first->score != second->score)
    return first->score < second->score ? 1 : -1;

  return first->id < second->id ? 1 : first->id > second->id ? -1 : 0;
}

/**
 * sg_memories_search_both:
 * @path: the path that the memories have to lie on
 * @words: what the player said, or any words
 * @model: the model that @vector is from
 * @vector: what the words mean
 * @limit: how many are wanted at most
 *
 * Finds memories by their words and by their meaning.  The two measures cannot be compared, so the two
 * rankings are put together by reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009):
 * a memory at rank r of a ranking gets 1 / (60 + r) from it.
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): the best first
 */
GPtrArray *
sg_memories_search_both (SgConnection  *connection,
                         const SgPath  *path,
                         const char    *words,
                         const char    *model,
                         GBytes        *vector,
                         guint          limit,
                         GError       **error)
{
  guint pool = MAX (MIN_POOL, 4 * limit);
  g_autoptr (GHashTable) scores = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_autoptr (GArray) both = g_array_new (FALSE, FALSE, sizeof (SgMemoryMatch));
  g_autoptr (GArray) by_words = sg_memories_match_words (connection, path, words, pool, error);
  g_autoptr (GArray) by_meaning = NULL;
  GHashTableIter iter;
  gpointer sum;

  if (by_words == NULL)
    return NULL;

  by_meaning = sg_memories_match_meaning (connection, path, model, vector, pool, error);
  if (by_meaning == NULL)
    return NULL;

  add_ranks (scores, by_words);
  add_ranks (scores, by_meaning);

  g_hash_table_iter_init (&iter, scores);
  while (g_hash_table_iter_next (&iter, NULL, &sum))
    g_array_append_vals (both, sum, 1);
  g_array_sort (both, compare_matches);

  return sg_memories_read_matches (connection, both, limit, error);
}
