/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "store/sg-connection-private.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/* More sentences than that help nobody. */
#define MAX_REPORTS 100

/* The end of the run of turns of a branch: the fork where there is none yet. */
#define BRANCH_END "coalesce ((SELECT max (t.depth) FROM turn t WHERE t.branch = b.id), b.fork_depth)"

/* Each finds what must not be: a number that says where, and the sentence for it. */
static const struct
{
  const char *sentence;
  const char *sql;
} shapes[] = {
  { N_("Branch %" G_GINT64_FORMAT " forks from a turn that is not there."),
    "SELECT b.id FROM branch b WHERE b.parent IS NOT NULL AND NOT EXISTS ("
    "  SELECT 1 FROM turn t WHERE t.branch = b.parent AND t.depth = b.fork_depth)" },
  { N_("Branch %" G_GINT64_FORMAT " belongs to another story than the branch it forks from."),
    "SELECT b.id FROM branch b JOIN branch p ON p.id = b.parent WHERE p.story <> b.story" },
  { N_("Branch %" G_GINT64_FORMAT " has a gap between its turns."),
    "SELECT b.id FROM branch b JOIN turn t ON t.branch = b.id GROUP BY b.id"
    "  HAVING min (t.depth) <> b.fork_depth + 1 OR max (t.depth) - min (t.depth) + 1 <> count (*)" },
  { N_("Turn %" G_GINT64_FORMAT " belongs to another story than its branch."),
    "SELECT t.id FROM turn t JOIN branch b ON b.id = t.branch WHERE t.story <> b.story" },
  { N_("Turn %" G_GINT64_FORMAT " has lost its words."),
    "SELECT id FROM turn WHERE NOT EXISTS (SELECT 1 FROM telling g WHERE g.turn = turn.id)" },
  { N_("Story %" G_GINT64_FORMAT " has lost its scenario."),
    "SELECT id FROM story s WHERE NOT EXISTS (SELECT 1 FROM story_scenario c WHERE c.story = s.id)" },
  { N_("The place where story %" G_GINT64_FORMAT " stands is not there."),
    "SELECT s.id FROM story s LEFT JOIN branch b ON b.id = s.branch AND b.story = s.id"
    "  WHERE CASE WHEN b.id IS NULL THEN s.depth <> -1 OR s.branch IS NOT NULL"
    "             ELSE s.depth > " BRANCH_END " END" },
  { N_("The place where redo leads in story %" G_GINT64_FORMAT " is not there."),
    "SELECT s.id FROM story s LEFT JOIN branch b ON b.id = s.tip_branch AND b.story = s.id"
    "  WHERE CASE WHEN b.id IS NULL THEN s.tip_depth <> -1 OR s.tip_branch IS NOT NULL"
    "             ELSE s.tip_depth > " BRANCH_END " END" },
  { N_("The half-told turn of story %" G_GINT64_FORMAT " follows a turn that is not there."),
    "SELECT d.story FROM draft d LEFT JOIN branch b ON b.id = d.branch AND b.story = d.story"
    "  WHERE b.id IS NULL OR d.depth > " BRANCH_END },
  { N_("Memory %" G_GINT64_FORMAT " lies elsewhere than its turn."),
    "SELECT m.id FROM memory m JOIN turn t ON t.id = m.turn"
    "  WHERE t.story <> m.story OR t.branch <> m.branch OR t.depth <> m.depth" },
  { N_("Memory %" G_GINT64_FORMAT " cannot be searched for."),
    "SELECT id FROM memory WHERE id NOT IN (SELECT id FROM memory_index_docsize)" },
  { N_("A memory, number %" G_GINT64_FORMAT ", can be searched for and is not there."),
    "SELECT id FROM memory_index_docsize WHERE id NOT IN (SELECT id FROM memory)" },
  { N_("A fact of turn %" G_GINT64_FORMAT " is no JSON."),
    "SELECT turn FROM fact WHERE value IS NOT NULL AND NOT json_valid (value)" },
  { N_("The spans of turn %" G_GINT64_FORMAT " are no JSON."),
    "SELECT turn FROM trace WHERE NOT json_valid ('[' || spans || ']')" },
  { N_("The snapshot of turn %" G_GINT64_FORMAT " lies elsewhere than its turn."),
    "SELECT s.turn FROM snapshot s JOIN turn t ON t.id = s.turn"
    "  WHERE t.branch <> s.branch OR t.depth <> s.depth" },
  { N_("The snapshot of turn %" G_GINT64_FORMAT " holds a fact that no turn has set."),
    "SELECT s.turn FROM snapshot_fact s LEFT JOIN fact f"
    "    ON f.turn = s.source AND f.entity = s.entity AND f.attribute = s.attribute"
    "  WHERE f.value IS NOT s.value" },
};

static void
report (GPtrArray *reports,
        char      *sentence)
{
  if (reports->len < MAX_REPORTS)
    g_ptr_array_add (reports, sentence);
  else
    g_free (sentence);
}

static gboolean
check_integrity (SgConnection  *connection,
                 GPtrArray     *reports,
                 GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "PRAGMA integrity_check");

  while (sg_query_step (&query))
    {
      const char *answer = sg_query_get_text (&query);

      if (g_strcmp0 (answer, "ok") != 0)
        report (reports, g_strdup_printf (_("The file is damaged: %s."), answer));
    }

  return sg_query_finish (&query, error);
}

static gboolean
check_references (SgConnection  *connection,
                  GPtrArray     *reports,
                  GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check");

  while (sg_query_step (&query))
    {
      const char *table = sg_query_get_text (&query);
      const char *parent = sg_query_get_text (&query);

      report (reports, g_strdup_printf (_("A row of “%s” belongs to a row of “%s” that is not there."),
                                        table, parent));
    }

  return sg_query_finish (&query, error);
}

static gboolean
check_shape (SgConnection  *connection,
             guint          shape,
             GPtrArray     *reports,
             GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, shapes[shape].sql);

  while (sg_query_step (&query))
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      report (reports, g_strdup_printf (_(shapes[shape].sentence), sg_query_get_int (&query)));
#pragma GCC diagnostic pop
    }

  return sg_query_finish (&query, error);
}

/**
 * sg_library_check:
 *
 * Looks whether all is well with the whole library: the file, the references between its rows, and
 * the shape of every tree.  Reads everything.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): a sentence for each fault, a hundred
 *   at most; none where all is well; %NULL with @error set where it could not be found out
 */
GPtrArray *
sg_library_check (SgConnection  *connection,
                  GError       **error)
{
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func (g_free);

  if (!check_integrity (connection, reports, error) ||
      !check_references (connection, reports, error))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      if (!check_shape (connection, i, reports, error))
        return NULL;
    }

  return g_steal_pointer (&reports);
}
