/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-connection-private.h"
#include "store/sg-memories-private.h"
#include "store/sg-memory-terms-private.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

#define MEMORY_COLUMNS "m.id, m.turn, m.text, m.keywords, m.importance, m.call, m.late, "

/* On how many branches memories are looked for where the answer may as well be that there are some. */
#define MAX_SEGMENTS 16

static SgMemoryRow *
read_memory (SgQuery *query)
{
  SgMemoryRow *row = sg_memory_row_new ();

  row->id = sg_query_get_int (query);
  row->turn = sg_query_get_int (query);
  row->text = sg_query_dup_text (query);
  row->keywords = sg_query_dup_text (query);
  row->importance = (int) sg_query_get_int (query);
  row->call = sg_query_dup_text (query);
  row->late = sg_query_get_int (query);
  row->score = sg_query_get_double (query);

  return row;
}

static GPtrArray *
new_rows (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_row_free);
}

/**
 * sg_memories_insert:
 * @path: (nullable): ends at the turn of the memory; may be %NULL where @row names it
 *
 * Returns: the id of the memory, or 0 with @error set
 */
gint64
sg_memories_insert (SgConnection       *connection,
                    const SgPath       *path,
                    const SgMemoryRow  *row,
                    GError            **error)
{
  g_autofree char *terms = sg_memory_terms_cut (row->text);
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO memory (turn, story, branch, depth, importance, late, text, keywords, terms, call)"
    "  SELECT id, story, branch, depth, ?4, ?5, ?6, ?7, ?8, ?9 FROM turn"
    "    WHERE CASE WHEN ?1 <> 0 THEN id = ?1 ELSE branch = ?2 AND depth = ?3 END");
  sqlite3 *db = sg_connection_get_db (connection);

  sg_query_bind_int (&query, row->turn);
  sg_query_bind_int (&query, path != NULL ? sg_path_owner (path, path->depth) : 0);
  sg_query_bind_int (&query, path != NULL ? path->depth : -1);
  sg_query_bind_int (&query, row->importance);
  sg_query_bind_int (&query, row->late);
  sg_query_bind_text (&query, row->text);
  sg_query_bind_text (&query, row->keywords);
  sg_query_bind_text (&query, terms);
  sg_query_bind_text (&query, row->call);

  return sg_query_run_on_row (&query, "turn", row->turn, error) ? sqlite3_last_insert_rowid (db) : 0;
}

static gboolean
find_in_segment (SgConnection         *connection,
                 const SgPathSegment  *segment,
                 gboolean             *exist,
                 GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT 1 FROM memory WHERE branch = ? AND depth BETWEEN ? AND ? LIMIT 1");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, segment->first);
  sg_query_bind_int (&query, segment->last);
  *exist = sg_query_step (&query);

  return sg_query_finish (&query, error);
}

/**
 * sg_memories_exist:
 * @path: a path
 * @exist: (out): whether it has memories, or may have some: one with very many branches is not looked through
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_memories_exist (SgConnection  *connection,
                   const SgPath  *path,
                   gboolean      *exist,
                   GError       **error)
{
  *exist = path->segments->len > MAX_SEGMENTS;
  for (guint i = 0; i < path->segments->len && !*exist; i++)
    {
      if (!find_in_segment (connection, &g_array_index (path->segments, SgPathSegment, i), exist, error))
        return FALSE;
    }

  return TRUE;
}

/* The matches of the whole story come best first, and those that lie
 * elsewhere are passed over.  What is sorted is narrow: most of it is never shown. */
static GArray *
find_matches (SgConnection  *connection,
              const SgPath  *path,
              const char    *match,
              guint          limit,
              GError       **error)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (SgMemoryMatch));
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT m.id, m.branch, m.depth,"
    "       -bm25 (memory_index, 0.0, 1.0, 2.0) * (1.0 + m.importance / 20.0) AS score"
    "  FROM memory_index CROSS JOIN memory m ON m.id = memory_index.rowid"
    "  WHERE memory_index MATCH ? ORDER BY score DESC, m.id DESC");

  sg_query_bind_text (&query, match);
  while (matches->len < limit && sg_query_step (&query))
    {
      SgMemoryMatch found = { .id = sg_query_get_int (&query) };
      gint64 branch = sg_query_get_int (&query);
      gint64 depth = sg_query_get_int (&query);

      found.score = sg_query_get_double (&query);
      if (sg_path_contains (path, branch, depth))
        g_array_append_val (matches, found);
    }

  return sg_query_finish (&query, error) ? g_steal_pointer (&matches) : NULL;
}

static gboolean
read_match (SgConnection         *connection,
            const SgMemoryMatch  *match,
            GPtrArray            *rows,
            GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
                                           "SELECT " MEMORY_COLUMNS "?2 FROM memory m WHERE m.id = ?1");

  sg_query_bind_int (&query, match->id);
  sg_query_bind_double (&query, match->score);
  if (sg_query_step (&query))
    g_ptr_array_add (rows, read_memory (&query));

  return sg_query_finish (&query, error);
}

GArray *
sg_memories_match_words (SgConnection  *connection,
                         const SgPath  *path,
                         const char    *words,
                         guint          limit,
                         GError       **error)
{
  g_autofree char *match = sg_memory_terms_query (path->story, words != NULL ? words : "");

  return match != NULL ? find_matches (connection, path, match, limit, error)
                       : g_array_new (FALSE, FALSE, sizeof (SgMemoryMatch));
}

GPtrArray *
sg_memories_read_matches (SgConnection  *connection,
                          GArray        *matches,
                          guint          limit,
                          GError       **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();

  for (guint i = 0; i < matches->len && i < limit; i++)
    {
      if (!read_match (connection, &g_array_index (matches, SgMemoryMatch, i), rows, error))
        return NULL;
    }

  return g_steal_pointer (&rows);
}

/**
 * sg_memories_search:
 * @path: the path that the memories have to lie on
 * @words: what the player said, or any words
 * @limit: how many are wanted at most
 *
 * Finds the memories with any of the words, ordered by the measure of FTS5 (Okapi BM25, keywords
 * counting double), which importance raises by up to a half.
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): the best first
 */
GPtrArray *
sg_memories_search (SgConnection  *connection,
                    const SgPath  *path,
                    const char    *words,
                    guint          limit,
                    GError       **error)
{
  g_autoptr (GArray) matches = sg_memories_match_words (connection, path, words, limit, error);

  return matches != NULL ? sg_memories_read_matches (connection, matches, limit, error) : NULL;
}

/**
 * sg_memories_list_by_id:
 * @ids: (element-type gint64): ids of memories
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): those that there are, in the order
 *   of @ids
 */
GPtrArray *
sg_memories_list_by_id (SgConnection  *connection,
                        GArray        *ids,
                        GError       **error)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (SgMemoryMatch));

  for (guint i = 0; i < ids->len; i++)
    {
      SgMemoryMatch match = { .id = g_array_index (ids, gint64, i) };

      g_array_append_val (matches, match);
    }

  return sg_memories_read_matches (connection, matches, matches->len, error);
}

static gboolean
list_segment (SgConnection         *connection,
              const SgPathSegment  *segment,
              GPtrArray            *rows,
              GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT " MEMORY_COLUMNS "0 FROM memory m"
    "  WHERE m.branch = ? AND m.depth BETWEEN ? AND ? ORDER BY m.depth, m.id");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, segment->first);
  sg_query_bind_int (&query, segment->last);
  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_memory (&query));

  return sg_query_finish (&query, error);
}

/**
 * sg_memories_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgMemoryRow): all on the path, as they came
 */
GPtrArray *
sg_memories_list (SgConnection  *connection,
                  const SgPath  *path,
                  GError       **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();

  for (guint i = 0; i < path->segments->len; i++)
    {
      if (!list_segment (connection, &g_array_index (path->segments, SgPathSegment, i), rows, error))
        return NULL;
    }

  return g_steal_pointer (&rows);
}
