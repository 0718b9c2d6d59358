/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is true at a turn is the fold of the facts along the path from the root.  A snapshot of it is
 * stored every SNAPSHOT_EVERY turns, so that no fold reads more than that many turns; of a
 * branch's far past only every eighth of them is kept, which a fold can still afford. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

#define SNAPSHOT_EVERY 64
#define THINNED_EVERY 512
#define THINNED_AFTER 1024

static guint
fact_hash (gconstpointer data)
{
  const SgFactRow *self = data;

  return g_str_hash (self->entity) * 31 + g_str_hash (self->attribute);
}

static gboolean
fact_equal (gconstpointer a,
            gconstpointer b)
{
  const SgFactRow *first = a;
  const SgFactRow *second = b;

  return strcmp (first->attribute, second->attribute) == 0 &&
         strcmp (first->entity, second->entity) == 0;
}

static int
fact_compare (gconstpointer a,
              gconstpointer b)
{
  const SgFactRow *first = *(const SgFactRow *const *) a;
  const SgFactRow *second = *(const SgFactRow *const *) b;
  int order = strcmp (first->entity, second->entity);

  return order != 0 ? order : strcmp (first->attribute, second->attribute);
}

/* The turn at the end of @path; 0 with @error set where there is none. */
static gint64
find_last_turn (SgConnection  *connection,
                const SgPath  *path,
                GError       **error)
{
  gint64 turn = 0;
  g_auto (SgQuery) query = sg_query_begin (connection,
                                           "SELECT id FROM turn WHERE branch = ? AND depth = ?");

  sg_query_bind_int (&query, sg_path_owner (path, path->depth));
  sg_query_bind_int (&query, path->depth);
  if (sg_query_step (&query))
    turn = sg_query_get_int (&query);

  if (!sg_query_finish (&query, error))
    return 0;

  if (turn == 0)
    g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                 _("The story has no turn %" G_GINT64_FORMAT " here."), path->depth);

  return turn;
}

/**
 * sg_facts_insert:
 * @path: (nullable): ends at the turn of the fact; may be %NULL where @row names it
 *
 * Returns: whether it was done
 */
gboolean
sg_facts_insert (SgConnection     *connection,
                 const SgPath     *path,
                 const SgFactRow  *row,
                 GError          **error)
{
  g_auto (SgQuery) query = { 0 };
  gint64 turn = row->turn;

  if (turn == 0 && (turn = find_last_turn (connection, path, error)) == 0)
    return FALSE;

  query = sg_query_begin (connection,
    "INSERT INTO fact (turn, entity, attribute, value, call) VALUES (?, ?, ?, ?, ?)"
    "  ON CONFLICT DO UPDATE SET value = excluded.value, call = excluded.call");
  sg_query_bind_int (&query, turn);
  sg_query_bind_text (&query, row->entity);
  sg_query_bind_text (&query, row->attribute);
  sg_query_bind_text (&query, row->value);
  sg_query_bind_text (&query, row->call);

  return sg_query_run (&query, error);
}

/* The nearest snapshot on the path: *@segment is where it lies, *@depth its depth and *@turn its turn.
 * Where there is none, they lead to the root. */
static gboolean
find_snapshot (SgConnection  *connection,
               const SgPath  *path,
               guint         *segment,
               gint64        *depth,
               gint64        *turn,
               GError       **error)
{
  *segment = 0;
  *depth = -1;
  *turn = 0;

  for (guint i = path->segments->len; i > 0 && *turn == 0; i--)
    {
      const SgPathSegment *part = &g_array_index (path->segments, SgPathSegment, i - 1);
      g_auto (SgQuery) query = sg_query_begin (connection,
        "SELECT turn, depth FROM snapshot WHERE branch = ? AND depth BETWEEN ? AND ?"
        "  ORDER BY depth DESC LIMIT 1");

      sg_query_bind_int (&query, part->branch);
      sg_query_bind_int (&query, part->first);
      sg_query_bind_int (&query, part->last);
      if (sg_query_step (&query))
        {
          *segment = i - 1;
          *turn = sg_query_get_int (&query);
          *depth = sg_query_get_int (&query);
        }

      if (!sg_query_finish (&query, error))
        return FALSE;
    }

  return TRUE;
}

/* Reads rows of turn, entity, attribute, value and call into @world. */
static void
fold_rows (SgQuery    *query,
           GHashTable *world)
{
  while (sg_query_step (query))
    {
      SgFactRow *row = sg_fact_row_new ();

      row->turn = sg_query_get_int (query);
      row->entity = sg_query_dup_text (query);
      row->attribute = sg_query_dup_text (query);
      row->value = sg_query_dup_text (query);
      row->call = sg_query_dup_text (query);

      if (row->value != NULL)
        {
          g_hash_table_replace (world, row, row);
          continue;
        }

      g_hash_table_remove (world, row);
      sg_fact_row_free (row);
    }
}

static gboolean
fold_snapshot (SgConnection  *connection,
               gint64         turn,
               GHashTable    *world,
               GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT source, entity, attribute, value, call FROM snapshot_fact WHERE turn = ?");

  sg_query_bind_int (&query, turn);
  fold_rows (&query, world);

  return sg_query_finish (&query, error);
}

static gboolean
fold_segment (SgConnection         *connection,
              const SgPathSegment  *segment,
              gint64                after,
              GHashTable           *world,
              GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT f.turn, f.entity, f.attribute, f.value, f.call"
    "  FROM turn t CROSS JOIN fact f ON f.turn = t.id"
    "  WHERE t.branch = ? AND t.depth BETWEEN ? AND ? ORDER BY t.depth");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, MAX (segment->first, after + 1));
  sg_query_bind_int (&query, segment->last);
  fold_rows (&query, world);

  return sg_query_finish (&query, error);
}

static GHashTable *
fold (SgConnection  *connection,
      const SgPath  *path,
      GError       **error)
{
  g_autoptr (GHashTable) world = NULL;
  gint64 depth, turn;
  guint segment;

  world = g_hash_table_new_full (fact_hash, fact_equal, (GDestroyNotify) sg_fact_row_free, NULL);

  if (!find_snapshot (connection, path, &segment, &depth, &turn, error) ||
      (turn != 0 && !fold_snapshot (connection, turn, world, error)))
    return NULL;

  for (; segment < path->segments->len; segment++)
    {
      if (!fold_segment (connection, &g_array_index (path->segments, SgPathSegment, segment), depth,
                         world, error))
        return NULL;
    }

  return g_steal_pointer (&world);
}

/**
 * sg_facts_fold:
 * @path: ends where the world is wanted
 *
 * Returns: (transfer full) (nullable) (element-type SgFactRow): all that is true there
 */
GPtrArray *
sg_facts_fold (SgConnection  *connection,
               const SgPath  *path,
               GError       **error)
{
  g_autoptr (GHashTable) world = fold (connection, path, error);
  GPtrArray *facts;
  GHashTableIter iter;
  gpointer row;

  if (world == NULL)
    return NULL;

  facts = g_ptr_array_new_full (g_hash_table_size (world), (GDestroyNotify) sg_fact_row_free);
  g_hash_table_iter_init (&iter, world);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    {
      g_ptr_array_add (facts, row);
      g_hash_table_iter_steal (&iter);
    }

  g_ptr_array_sort (facts, fact_compare);

  return facts;
}

static gboolean
list_segment_changes (SgConnection         *connection,
                      const SgPathSegment  *segment,
                      gint64                depth,
                      GPtrArray            *rows,
                      GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT f.turn, f.entity, f.attribute, f.value, f.call"
    "  FROM turn t CROSS JOIN fact f ON f.turn = t.id"
    "  WHERE t.branch = ? AND t.depth BETWEEN ? AND ? ORDER BY t.depth, f.entity, f.attribute");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, MAX (segment->first, depth));
  sg_query_bind_int (&query, segment->last);
  while (sg_query_step (&query))
    {
      SgFactRow *row = sg_fact_row_new ();

      row->turn = sg_query_get_int (&query);
      row->entity = sg_query_dup_text (&query);
      row->attribute = sg_query_dup_text (&query);
      row->value = sg_query_dup_text (&query);
      row->call = sg_query_dup_text (&query);
      g_ptr_array_add (rows, row);
    }

  return sg_query_finish (&query, error);
}

/**
 * sg_facts_list_changes:
 * @path: ends where the changes end
 * @turn: a turn on it
 *
 * Returns: (transfer full) (nullable) (element-type SgFactRow): what the turns of the path set and took away from
 *   @turn on, by depth
 */
GPtrArray *
sg_facts_list_changes (SgConnection  *connection,
                       const SgPath  *path,
                       gint64         turn,
                       GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_fact_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection, "SELECT depth FROM turn WHERE id = ?");
  gint64 depth = -1;

  sg_query_bind_int (&query, turn);
  if (sg_query_step (&query))
    depth = sg_query_get_int (&query);
  if (!sg_query_finish (&query, error))
    return NULL;

  if (depth < 0)
    {
      sg_query_set_not_found ("turn", turn, error);
      return NULL;
    }

  for (guint i = 0; i < path->segments->len; i++)
    {
      const SgPathSegment *segment = &g_array_index (path->segments, SgPathSegment, i);

      if (segment->last >= depth && !list_segment_changes (connection, segment, depth, rows, error))
        return NULL;
    }

  return g_steal_pointer (&rows);
}

static gboolean
insert_snapshot (SgConnection  *connection,
                 gint64         turn,
                 GPtrArray     *facts,
                 GError       **error)
{
  g_auto (SgQuery) head = sg_query_begin (connection,
    "INSERT OR REPLACE INTO snapshot (turn, branch, depth)"
    "  SELECT id, branch, depth FROM turn WHERE id = ?");

  sg_query_bind_int (&head, turn);
  if (!sg_query_run (&head, error))
    return FALSE;

  for (guint i = 0; i < facts->len; i++)
    {
      const SgFactRow *fact = g_ptr_array_index (facts, i);
      g_auto (SgQuery) query = sg_query_begin (connection,
                                               "INSERT INTO snapshot_fact VALUES (?, ?, ?, ?, ?, ?)");

      sg_query_bind_int (&query, turn);
      sg_query_bind_text (&query, fact->entity);
      sg_query_bind_text (&query, fact->attribute);
      sg_query_bind_text (&query, fact->value);
      sg_query_bind_int (&query, fact->turn);
      sg_query_bind_text (&query, fact->call);
      if (!sg_query_run (&query, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
thin_out (SgConnection  *connection,
          gint64         branch,
          gint64         depth,
          GError       **error)
{
  g_auto (SgQuery) query = { 0 };

  if (depth % THINNED_EVERY == 0)
    return TRUE;

  query = sg_query_begin (connection, "DELETE FROM snapshot WHERE branch = ? AND depth = ?");
  sg_query_bind_int (&query, branch);
  sg_query_bind_int (&query, depth);

  return sg_query_run (&query, error);
}

/**
 * sg_facts_snapshot_if_due:
 * @path: ends at a turn that has just been inserted with all its facts
 *
 * Returns: whether it succeeded
 */
gboolean
sg_facts_snapshot_if_due (SgConnection  *connection,
                          const SgPath  *path,
                          GError       **error)
{
  g_autoptr (GPtrArray) facts = NULL;
  gint64 turn;

  if (path->depth <= 0 || path->depth % SNAPSHOT_EVERY != 0)
    return TRUE;

  turn = find_last_turn (connection, path, error);
  facts = turn != 0 ? sg_facts_fold (connection, path, error) : NULL;

  return facts != NULL && insert_snapshot (connection, turn, facts, error) &&
         thin_out (connection, path->branch, path->depth - THINNED_AFTER, error);
}
