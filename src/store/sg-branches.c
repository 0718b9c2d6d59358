/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

typedef struct
{
  gint64 story;
  gint64 parent;
  gint64 fork_depth;
} Branch;

static gboolean
read_branch (SgConnection  *connection,
             gint64         id,
             Branch        *branch,
             GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
                                           "SELECT story, parent, fork_depth FROM branch WHERE id = ?");
  gboolean found;

  sg_query_bind_int (&query, id);
  found = sg_query_step (&query);
  if (found)
    {
      branch->story = sg_query_get_int (&query);
      branch->parent = sg_query_get_int (&query);
      branch->fork_depth = sg_query_get_int (&query);
    }

  if (!sg_query_finish (&query, error))
    return FALSE;

  if (!found)
    sg_query_set_not_found ("branch", id, error);

  return found;
}

/* From a branch that passes through the turn at @depth to the one that owns it, 0 for the depth -1. */
static gboolean
find_owner (SgConnection  *connection,
            gint64         story,
            gint64        *branch,
            gint64         depth,
            GError       **error)
{
  while (*branch != 0)
    {
      Branch found;

      if (!read_branch (connection, *branch, &found, error))
        return FALSE;

      if (found.story != story)
        {
          sg_query_set_not_found ("branch", *branch, error);
          return FALSE;
        }

      if (found.fork_depth < depth)
        break;

      *branch = found.parent;
    }

  return TRUE;
}

/**
 * sg_branches_insert:
 * @parent: a branch that passes through the turn at @fork_depth, or 0
 * @fork_depth: the depth of the turn that the new branch follows, or -1
 *
 * Makes a branch.  It is kept as a child of the branch that owns the turn, so that
 * alternatives of a turn are siblings however they came about.
 *
 * Returns: its id, or 0 with @error set
 */
gint64
sg_branches_insert (SgConnection  *connection,
                    gint64         story,
                    gint64         parent,
                    gint64         fork_depth,
                    GError       **error)
{
  g_auto (SgQuery) query = { 0 };

  if (!find_owner (connection, story, &parent, fork_depth, error))
    return 0;

  query = sg_query_begin (connection,
    "INSERT INTO branch (story, parent, fork_depth, created) VALUES (?, ?, ?, ?)");
  sg_query_bind_int (&query, story);
  sg_query_bind_id (&query, parent);
  sg_query_bind_int (&query, fork_depth);
  sg_query_bind_int (&query, g_get_real_time ());

  return sg_query_run_for_id (&query, error);
}

static void
reverse (GArray *segments)
{
  for (guint i = 0, j = segments->len; i + 1 < j; i++, j--)
    {
      SgPathSegment *a = &g_array_index (segments, SgPathSegment, i);
      SgPathSegment *b = &g_array_index (segments, SgPathSegment, j - 1);
      SgPathSegment swap = *a;

      *a = *b;
      *b = swap;
    }
}

/**
 * sg_branches_load_path:
 * @branch: a branch
 * @depth: a depth on it, which need not have a turn yet; -1 for before the opening
 *
 * Returns: (transfer full) (nullable): the way from the root to there
 */
SgPath *
sg_branches_load_path (SgConnection  *connection,
                       gint64         branch,
                       gint64         depth,
                       GError       **error)
{
  g_autoptr (SgPath) path = g_new0 (SgPath, 1);
  gint64 last = depth;

  path->branch = branch;
  path->depth = depth;
  path->segments = g_array_new (FALSE, FALSE, sizeof (SgPathSegment));

  for (gint64 id = branch; id != 0;)
    {
      SgPathSegment segment = { .branch = id };
      Branch found;

      if (!read_branch (connection, id, &found, error))
        return NULL;

      segment.first = found.fork_depth + 1;
      segment.last = last;

      /* The branch that has just been forked stays, empty. */
      if (segment.last >= segment.first || (id == branch && depth == found.fork_depth))
        g_array_append_val (path->segments, segment);

      path->story = found.story;
      last = MIN (last, found.fork_depth);
      id = found.parent;
    }

  reverse (path->segments);

  return g_steal_pointer (&path);
}
