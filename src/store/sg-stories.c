/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store/sg-library.h"
#include "store/sg-query-private.h"
#include "store/sg-tables.h"

/* How much of the last turn is read for its excerpt, and how much of that is shown. */
#define EXCERPT_READ "400"
#define EXCERPT_LENGTH 160

#define STORY_COLUMNS                                                             \
  "s.id, s.uid, s.title, s.scenario_id, s.language, s.seed, s.branch, s.depth, "  \
  "s.tip_branch, s.tip_depth, s.created, s.played, "                              \
  "(SELECT substr(g.text, -" EXCERPT_READ ") FROM telling g WHERE g.turn = ("     \
  "  WITH RECURSIVE owner (branch, parent, fork_depth) AS ("                      \
  "    SELECT id, parent, fork_depth FROM branch WHERE id = s.branch"             \
  "    UNION ALL"                                                                 \
  "    SELECT b.id, b.parent, b.fork_depth FROM owner o"                          \
  "      JOIN branch b ON b.id = o.parent WHERE o.fork_depth >= s.depth)"         \
  "  SELECT t.id FROM owner JOIN turn t USING (branch)"                           \
  "    WHERE t.depth = s.depth AND fork_depth < s.depth)) "

/* Of the end of a text, the last line that says something, cut at its beginning. */
static char *
dup_excerpt (const char *text)
{
  g_auto (GStrv) lines = NULL;
  const char *line = NULL;
  glong length;

  if (text == NULL)
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (lines[i][0] != '\0')
        line = lines[i];
    }

  if (line == NULL)
    return NULL;

  length = g_utf8_strlen (line, -1);
  if (length <= EXCERPT_LENGTH)
    return g_strdup (line);

  return g_strconcat ("…", g_utf8_offset_to_pointer (line, length - EXCERPT_LENGTH), NULL);
}

static SgStoryRow *
read_story (SgQuery *query)
{
  SgStoryRow *row = sg_story_row_new ();

  row->id = sg_query_get_int (query);
  row->uid = sg_query_dup_text (query);
  row->title = sg_query_dup_text (query);
  row->scenario_id = sg_query_dup_text (query);
  row->language = sg_query_dup_text (query);
  row->seed = (guint64) sg_query_get_int (query);
  row->branch = sg_query_get_int (query);
  row->depth = sg_query_get_int (query);
  row->tip_branch = sg_query_get_int (query);
  row->tip_depth = sg_query_get_int (query);
  row->created = sg_query_get_int (query);
  row->played = sg_query_get_int (query);
  row->excerpt = dup_excerpt (sg_query_get_text (query));
  row->turns = row->depth + 1;

  return row;
}

static gboolean
insert_scenario (SgConnection  *connection,
                 gint64         story,
                 const char    *scenario,
                 GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "INSERT INTO story_scenario VALUES (?, ?)");

  sg_query_bind_int (&query, story);
  sg_query_bind_text (&query, scenario != NULL ? scenario : "");

  return sg_query_run (&query, error);
}

/**
 * sg_stories_insert:
 * @row: what is missing of it is made: the uid, and the times
 *
 * Returns: the id of the story, or 0 with @error set
 */
gint64
sg_stories_insert (SgConnection      *connection,
                   const SgStoryRow  *row,
                   GError           **error)
{
  g_autofree char *uid = row->uid != NULL ? g_strdup (row->uid) : g_uuid_string_random ();
  gint64 now = g_get_real_time ();
  gint64 id;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "INSERT INTO story (uid, title, scenario_id, language, seed, branch, depth, tip_branch,"
    "                   tip_depth, created, played)"
    "  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  sg_query_bind_text (&query, uid);
  sg_query_bind_text (&query, row->title != NULL ? row->title : "");
  sg_query_bind_text (&query, row->scenario_id != NULL ? row->scenario_id : "");
  sg_query_bind_text (&query, row->language != NULL ? row->language : "");
  sg_query_bind_int (&query, (gint64) row->seed);
  sg_query_bind_id (&query, row->branch);
  sg_query_bind_int (&query, row->depth);
  sg_query_bind_id (&query, row->tip_branch);
  sg_query_bind_int (&query, row->tip_depth);
  sg_query_bind_int (&query, row->created != 0 ? row->created : now);
  sg_query_bind_int (&query, row->played != 0 ? row->played : now);

  id = sg_query_run_for_id (&query, error);
  if (id == 0 || !insert_scenario (connection, id, row->scenario, error))
    return 0;

  return id;
}

/**
 * sg_stories_get:
 *
 * Returns: (transfer full) (nullable): the story with its scenario
 */
SgStoryRow *
sg_stories_get (SgConnection  *connection,
                gint64         story,
                GError       **error)
{
  g_autoptr (SgStoryRow) row = NULL;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT " STORY_COLUMNS ", c.json"
    "  FROM story s JOIN story_scenario c ON c.story = s.id WHERE s.id = ?");

  sg_query_bind_int (&query, story);
  if (sg_query_step (&query))
    {
      row = read_story (&query);
      row->scenario = sg_query_dup_text (&query);
    }

  if (!sg_query_finish (&query, error))
    return NULL;

  if (row == NULL)
    sg_query_set_not_found ("story", story, error);

  return g_steal_pointer (&row);
}

static GPtrArray *
list (SgConnection  *connection,
      const char    *sql,
      GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_story_row_free);
  g_auto (SgQuery) query = sg_query_begin (connection, sql);

  while (sg_query_step (&query))
    g_ptr_array_add (rows, read_story (&query));

  return sg_query_finish (&query, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * sg_stories_list:
 *
 * Returns: (transfer full) (nullable) (element-type SgStoryRow): the last played first,
 *   without their scenarios
 */
GPtrArray *
sg_stories_list (SgConnection  *connection,
                 GError       **error)
{
  return list (connection,
               "SELECT " STORY_COLUMNS " FROM story s"
               "  WHERE trashed IS NULL ORDER BY played DESC, id DESC",
               error);
}

/**
 * sg_stories_list_trashed:
 *
 * Returns: (transfer full) (nullable) (element-type SgStoryRow): the last trashed first,
 *   without their scenarios
 */
GPtrArray *
sg_stories_list_trashed (SgConnection  *connection,
                         GError       **error)
{
  return list (connection,
               "SELECT " STORY_COLUMNS " FROM story s"
               "  WHERE trashed IS NOT NULL ORDER BY trashed DESC, id DESC",
               error);
}

/**
 * sg_stories_set_title:
 *
 * Returns: whether it was done
 */
gboolean
sg_stories_set_title (SgConnection  *connection,
                      gint64         story,
                      const char    *title,
                      GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "UPDATE story SET title = ? WHERE id = ?");

  sg_query_bind_text (&query, title);
  sg_query_bind_int (&query, story);

  return sg_query_run_on_row (&query, "story", story, error);
}

/**
 * sg_stories_set_trashed:
 * @trashed: whether it goes into the trash or comes back
 *
 * Returns: whether it was done
 */
gboolean
sg_stories_set_trashed (SgConnection  *connection,
                        gint64         story,
                        gboolean       trashed,
                        GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, "UPDATE story SET trashed = ? WHERE id = ?");

  /* A time of 0 is bound as NULL. */
  sg_query_bind_id (&query, trashed ? g_get_real_time () : 0);
  sg_query_bind_int (&query, story);

  return sg_query_run_on_row (&query, "story", story, error);
}

/**
 * sg_stories_set_head:
 * @depth: -1 for before the opening
 *
 * Moves the pointers of a story; it counts as played now.
 *
 * Returns: whether it was done
 */
gboolean
sg_stories_set_head (SgConnection  *connection,
                     gint64         story,
                     gint64         branch,
                     gint64         depth,
                     gint64         tip_branch,
                     gint64         tip_depth,
                     GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
    "UPDATE story SET branch = ?, depth = ?, tip_branch = ?, tip_depth = ?, played = ?"
    "  WHERE id = ?");

  sg_query_bind_id (&query, branch);
  sg_query_bind_int (&query, depth);
  sg_query_bind_id (&query, tip_branch);
  sg_query_bind_int (&query, tip_depth);
  sg_query_bind_int (&query, g_get_real_time ());
  sg_query_bind_int (&query, story);

  return sg_query_run_on_row (&query, "story", story, error);
}

/**
 * sg_stories_get_head:
 * @branch: (out):
 * @depth: (out):
 *
 * Returns: whether there is such a story
 */
gboolean
sg_stories_get_head (SgConnection  *connection,
                     gint64         story,
                     gint64        *branch,
                     gint64        *depth,
                     GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection,
                                           "SELECT branch, depth FROM story WHERE id = ?");
  gboolean found;

  sg_query_bind_int (&query, story);
  found = sg_query_step (&query);
  if (found)
    {
      *branch = sg_query_get_int (&query);
      *depth = sg_query_get_int (&query);
    }

  if (!sg_query_finish (&query, error))
    return FALSE;

  if (!found)
    sg_query_set_not_found ("story", story, error);

  return found;
}

/**
 * sg_stories_check_head:
 * @branch: where the caller believes the head to be
 * @depth: likewise
 *
 * Looks whether a story is still where the caller left it.  In the job that writes, nothing can
 * come between this and what follows.
 *
 * Returns: whether it is; else SG_LIBRARY_ERROR_MOVED_ON
 */
gboolean
sg_stories_check_head (SgConnection  *connection,
                       gint64         story,
                       gint64         branch,
                       gint64         depth,
                       GError       **error)
{
  gint64 found_branch, found_depth;

  if (!sg_stories_get_head (connection, story, &found_branch, &found_depth, error))
    return FALSE;

  if (found_branch == branch && found_depth == depth)
    return TRUE;

  g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_MOVED_ON,
                       _("The story was moved on in another window."));
  return FALSE;
}

static gboolean
read_late (SgConnection  *connection,
           const char    *sql,
           gint64         story,
           gint64        *late,
           GError       **error)
{
  g_auto (SgQuery) query = sg_query_begin (connection, sql);
  gboolean found;

  sg_query_bind_int (&query, story);
  found = sg_query_step (&query);
  if (found)
    {
      *late = sg_query_get_int (&query);

      /* A statement that writes is done with its last step. */
      sg_query_step (&query);
    }

  if (!sg_query_finish (&query, error))
    return FALSE;

  if (!found)
    sg_query_set_not_found ("story", story, error);

  return found;
}

/**
 * sg_stories_get_late:
 * @late: (out): the number of the last late record, 0 for none
 *
 * Returns: whether there is such a story
 */
gboolean
sg_stories_get_late (SgConnection  *connection,
                     gint64         story,
                     gint64        *late,
                     GError       **error)
{
  return read_late (connection, "SELECT late FROM story WHERE id = ?", story, late, error);
}

/**
 * sg_stories_take_late:
 * @late: (out): the number for the next late record
 *
 * Returns: whether there is such a story
 */
gboolean
sg_stories_take_late (SgConnection  *connection,
                      gint64         story,
                      gint64        *late,
                      GError       **error)
{
  return read_late (connection, "UPDATE story SET late = late + 1 WHERE id = ? RETURNING late",
                    story, late, error);
}
