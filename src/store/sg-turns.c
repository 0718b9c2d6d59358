/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

#define TURN_COLUMNS                                                                 \
  "t.id, t.story, t.branch, t.depth, t.alternative, t.mode, t.created, "             \
  "t.duration_us, t.first_token_us, t.tokens_in, t.tokens_out, t.tokens_cached, "    \
  "t.estimated, t.rate, t.seen, t.finish, t.model, t.settings, t.choices, "          \
  "(SELECT group_concat (x.message, char (10)) FROM finding x"                       \
  "   WHERE x.turn = t.id AND x.repaired = 0), "                                      \
  "(SELECT y.value FROM fact y WHERE y.turn = t.id AND y.entity = 'storyteller' "    \
  "   AND y.attribute = 'told_again'), "

/* How many turns follow the turn at t.depth - 1 of the branch @owner: its own next one, and the first
 * ones of the branches that fork there. */
#define SIBLINGS(owner)                                                              \
  "(SELECT count(*) FROM turn u WHERE u.branch = " owner " AND u.depth = t.depth) + " \
  "(SELECT count(*) FROM branch f CROSS JOIN turn u"                                 \
  "   ON u.branch = f.id AND u.depth = t.depth"                                      \
  "   WHERE f.story = t.story AND f.parent IS " owner " AND f.fork_depth = t.depth - 1) "

#define WORDS ", g.input, g.text, g.reasoning "
#define JOIN_WORDS " JOIN telling g ON g.turn = t.id "

static SgTurnRow *
read_turn (SgQuery  *query,
           gboolean  with_words)
{
  SgTurnRow *row = sg_turn_row_new ();

  row->id = sg_query_get_int (query);
  row->story = sg_query_get_int (query);
  row->branch = sg_query_get_int (query);
  row->depth = sg_query_get_int (query);
  row->alternative = (int) sg_query_get_int (query);
  row->mode = sg_query_dup_text (query);
  row->created = sg_query_get_int (query);
  row->duration_us = sg_query_get_int (query);
  row->first_token_us = sg_query_get_int (query);
  row->tokens_in = sg_query_get_int (query);
  row->tokens_out = sg_query_get_int (query);
  row->tokens_cached = sg_query_get_int (query);
  row->estimated = sg_query_get_int (query) != 0;
  row->rate = sg_query_get_double (query);
  row->seen = sg_query_get_int (query);
  row->finish = sg_query_dup_text (query);
  row->model = sg_query_dup_text (query);
  row->settings = sg_query_dup_text (query);
  row->choices = sg_query_dup_text (query);
  row->findings = sg_query_dup_text (query);
  row->told_again = sg_query_dup_text (query);
  row->siblings = (int) sg_query_get_int (query);

  if (with_words)
    {
      row->input = sg_query_dup_text (query);
      row->text = sg_query_dup_text (query);
      row->reasoning = sg_query_dup_text (query);
    }

  return row;
}

static GPtrArray *
new_rows (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);
}

static gboolean
insert_words (SgConnection     *connection,
              gint64            turn,
              const SgTurnRow  *row,
              GError          **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "INSERT INTO telling VALUES (?, ?, ?, ?)");

  sg_query_bind_int (&query, turn);
  sg_query_bind_text (&query, row->input != NULL ? row->input : "");
  sg_query_bind_text (&query, row->text != NULL ? row->text : "");
  sg_query_bind_text (&query, row->reasoning);

  return sg_query_run (&query, error);
}

/* 0 with @error set on failure.  That a turn is there already is found by the index that the new one is
 * to stand in: nobody has to ask for it before. */
static gint64
insert_figures (SgConnection     *connection,
                const SgTurnRow  *row,
                GError          **error)
{
  gint64 id;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO turn (story, branch, depth, alternative, mode, created, duration_us,"
    "                  first_token_us, tokens_in, tokens_out, tokens_cached, estimated, rate,"
    "                  seen, finish, model, settings, choices)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  sg_query_bind_int (&query, row->story);
  sg_query_bind_int (&query, row->branch);
  sg_query_bind_int (&query, row->depth);
  sg_query_bind_int (&query, row->alternative);
  sg_query_bind_text (&query, row->mode != NULL ? row->mode : "do");
  sg_query_bind_int (&query, row->created != 0 ? row->created : g_get_real_time ());
  sg_query_bind_int (&query, row->duration_us);
  sg_query_bind_int (&query, row->first_token_us);
  sg_query_bind_int (&query, row->tokens_in);
  sg_query_bind_int (&query, row->tokens_out);
  sg_query_bind_int (&query, row->tokens_cached);
  sg_query_bind_int (&query, row->estimated != 0);
  sg_query_bind_double (&query, row->rate);
  sg_query_bind_int (&query, row->seen);
  sg_query_bind_text (&query, row->finish);
  sg_query_bind_text (&query, row->model);
  sg_query_bind_text (&query, row->settings);
  sg_query_bind_text (&query, row->choices);

  id = sg_query_run_for_id (&query, error);
  if (query.rc == SQLITE_CONSTRAINT_UNIQUE)
    {
      g_clear_error (error);
      g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_MOVED_ON,
                           _("The story was moved on in another window."));
    }

  return id;
}

/**
 * sg_turns_insert:
 *
 * Returns: the id of the turn, or 0 with @error set: SG_LIBRARY_ERROR_MOVED_ON where the branch has
 *   a turn at that depth already
 */
gint64
sg_turns_insert (SgConnection     *connection,
                 const SgTurnRow  *row,
                 GError          **error)
{
  gint64 id = insert_figures (connection, row, error);

  if (id == 0 || !insert_words (connection, id, row, error))
    return 0;

  return id;
}

/**
 * sg_turns_get:
 *
 * Returns: (transfer full) (nullable): the turn
 */
SgTurnRow *
sg_turns_get (SgConnection  *connection,
              gint64         turn,
              GError       **error)
{
  g_autoptr (SgTurnRow) row = NULL;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT " TURN_COLUMNS
    SIBLINGS ("CASE WHEN b.fork_depth = t.depth - 1 THEN b.parent ELSE b.id END") WORDS
    "  FROM turn t JOIN branch b ON b.id = t.branch " JOIN_WORDS
    "  WHERE t.id = ?");

  sg_query_bind_int (&query, turn);
  if (sg_query_step (&query))
    row = read_turn (&query, TRUE);

  if (!sg_query_finish (&query, error))
    return NULL;

  if (row == NULL)
    sg_query_set_not_found ("turn", turn, error);

  return g_steal_pointer (&row);
}

/* The part of @path between @first and @last that lies in one segment.  @owner is the branch
 * before it. */
static gboolean
list_segment (SgConnection         *connection,
              const char           *sql,
              gboolean              with_words,
              const SgPathSegment  *segment,
              gint64                owner,
              gint64                first,
              gint64                last,
              GPtrArray            *rows,
              GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, sql);

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, MAX (first, segment->first));
  sg_query_bind_int (&query, MIN (last, segment->last));
  sg_query_bind_int (&query, segment->first);
  sg_query_bind_id (&query, owner);

  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_turn (&query, with_words));

  return sg_query_finish (&query, error);
}

static GPtrArray *
list (SgConnection  *connection,
      const char    *sql,
      gboolean       with_words,
      const SgPath  *path,
      gint64         first,
      gint64         last,
      GError       **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  gint64 owner = 0;

  for (guint i = 0; i < path->segments->len; i++)
    {
      const SgPathSegment *segment = &g_array_index (path->segments, SgPathSegment, i);

      if (segment->first > last)
        break;

      if (segment->last >= first &&
          !list_segment (connection, sql, with_words, segment, owner, first, last, rows, error))
        return NULL;

      owner = segment->branch;
    }

  return g_steal_pointer (&rows);
}

#define IN_SEGMENT "WHERE t.branch = ?1 AND t.depth BETWEEN ?2 AND ?3 ORDER BY t.depth"
#define SEGMENT_SIBLINGS SIBLINGS ("CASE WHEN t.depth = ?4 THEN ?5 ELSE t.branch END")

/**
 * sg_turns_list:
 * @first: the first depth
 * @last: the last depth
 *
 * Returns: (transfer full) (nullable) (element-type SgTurnRow): the turns of the path there
 */
GPtrArray *
sg_turns_list (SgConnection  *connection,
               const SgPath  *path,
               gint64         first,
               gint64         last,
               GError       **error)
{
  return list (connection,
               "SELECT " TURN_COLUMNS SEGMENT_SIBLINGS WORDS "FROM turn t" JOIN_WORDS IN_SEGMENT,
               TRUE, path, first, last, error);
}

/**
 * sg_turns_list_figures:
 * @first: the first depth
 * @last: the last depth
 *
 * Returns: (transfer full) (nullable) (element-type SgTurnRow): the turns of the path there,
 *   without their words
 */
GPtrArray *
sg_turns_list_figures (SgConnection  *connection,
                       const SgPath  *path,
                       gint64         first,
                       gint64         last,
                       GError       **error)
{
  return list (connection,
               "SELECT " TURN_COLUMNS SEGMENT_SIBLINGS "FROM turn t " IN_SEGMENT,
               FALSE, path, first, last, error);
}

/* Clears @more where @func has had enough. */
static gboolean
scan_segment (SgConnection         *connection,
              const SgPathSegment  *segment,
              gint64                first,
              gint64                last,
              SgTurnWordsFunc       func,
              gpointer              data,
              gboolean             *more,
              GError              **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT t.depth, w.input, w.text FROM turn t CROSS JOIN telling w ON w.turn = t.id"
    "  WHERE t.branch = ? AND t.depth BETWEEN ? AND ? ORDER BY t.depth DESC");

  sg_query_bind_int (&query, segment->branch);
  sg_query_bind_int (&query, MAX (first, segment->first));
  sg_query_bind_int (&query, MIN (last, segment->last));
  while (*more && sg_query_step (&query))
    {
      gint64 depth = sg_query_get_int (&query);
      const char *input = sg_query_get_text (&query);
      const char *text = sg_query_get_text (&query);

      *more = func (depth, input, text, data);
    }

  return sg_query_finish (&query, error);
}

/**
 * sg_turns_scan:
 * @first: the first depth
 * @last: the last depth
 * @func: gets the words of a turn, which are not to be kept; returns whether to go on
 *
 * Goes through the words of the turns of the path there, the latest first.
 *
 * Returns: whether they could be read
 */
gboolean
sg_turns_scan (SgConnection     *connection,
               const SgPath     *path,
               gint64            first,
               gint64            last,
               SgTurnWordsFunc   func,
               gpointer          data,
               GError          **error)
{
  gboolean more = TRUE;

  for (guint i = path->segments->len; i > 0 && more; i--)
    {
      const SgPathSegment *segment = &g_array_index (path->segments, SgPathSegment, i - 1);

      if (segment->first <= last && segment->last >= first
          && !scan_segment (connection, segment, first, last, func, data, &more, error))
        return FALSE;
    }

  return TRUE;
}

/* What there is in @column of the turns at ?3 that follow the turn at ?3 - 1 of the branch ?2, of the
 * story ?1. */
#define ALTERNATIVES(column)                                                 \
  "(SELECT " column " FROM turn WHERE branch = ?2 AND depth = ?3"            \
  " UNION ALL"                                                               \
  " SELECT u." column " FROM branch f CROSS JOIN turn u"                     \
  "   ON u.branch = f.id AND u.depth = ?3"                                   \
  "   WHERE f.story = ?1 AND f.parent IS ?2 AND f.fork_depth = ?3 - 1)"

/**
 * sg_turns_list_alternatives:
 * @depth: a depth on the path
 *
 * Returns: (transfer full) (nullable) (element-type SgTurnRow): all turns that follow the same
 *   turn as that of the path at @depth, itself included, the oldest first
 */
GPtrArray *
sg_turns_list_alternatives (SgConnection  *connection,
                            const SgPath  *path,
                            gint64         depth,
                            GError       **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT " TURN_COLUMNS "0" WORDS
    "  FROM turn t" JOIN_WORDS "WHERE t.id IN " ALTERNATIVES ("id") " ORDER BY t.id");

  sg_query_bind_int (&query, path->story);
  sg_query_bind_id (&query, sg_path_owner (path, depth - 1));
  sg_query_bind_int (&query, depth);

  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_turn (&query, TRUE));

  if (!sg_query_finish (&query, error))
    return NULL;

  for (guint i = 0; i < rows->len; i++)
    ((SgTurnRow *) g_ptr_array_index (rows, i))->siblings = (int) rows->len;

  return g_steal_pointer (&rows);
}

/**
 * sg_turns_next_alternative:
 * @path: ends where the new turn follows
 *
 * Returns: the number for a further turn that follows the end of the path: 0 for the first; -1 with
 *   @error set
 */
int
sg_turns_next_alternative (SgConnection  *connection,
                           const SgPath  *path,
                           GError       **error)
{
  int number = -1;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT coalesce(max(alternative) + 1, 0) FROM " ALTERNATIVES ("alternative"));

  sg_query_bind_int (&query, path->story);
  sg_query_bind_id (&query, sg_path_owner (path, path->depth));
  sg_query_bind_int (&query, path->depth + 1);

  if (sg_query_step (&query))
    number = (int) sg_query_get_int (&query);

  return sg_query_finish (&query, error) ? number : -1;
}
