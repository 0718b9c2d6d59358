/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The check finds each thing that can be wrong with a library, and nothing in one that is well. */

#include "config.h"

#include <sqlite3.h>
#include <string.h>

#include "store-fixture.h"

/* What is done to the released fixture, and a piece of the sentence that must follow. */
typedef struct
{
  const char *name;
  const char *sql;
  const char *sentence;
} Fault;

static const Fault faults[] = {
  { "/check/fork", "UPDATE branch SET fork_depth = 9 WHERE id = 2", "forks from a turn" },
  { "/check/story-of-branch", "UPDATE branch SET story = 2 WHERE id = 2", "another story than the branch" },
  { "/check/gap", "UPDATE turn SET depth = 3 WHERE id = 3", "gap" },
  { "/check/missing-turn", "DELETE FROM turn WHERE id = 2", "gap" },
  { "/check/story-of-turn", "UPDATE turn SET story = 2 WHERE id = 3", "another story than its branch" },
  { "/check/words", "DELETE FROM telling WHERE turn = 3", "lost its words" },
  { "/check/scenario", "DELETE FROM story_scenario WHERE story = 1", "lost its scenario" },
  { "/check/head", "UPDATE story SET depth = 7 WHERE id = 1", "where story 1 stands" },
  { "/check/head-branch", "UPDATE story SET branch = 3 WHERE id = 1", "where story 1 stands" },
  { "/check/no-head", "UPDATE story SET branch = NULL WHERE id = 1", "where story 1 stands" },
  { "/check/tip", "UPDATE story SET tip_depth = 7 WHERE id = 1", "where redo leads in story 1" },
  { "/check/draft", "UPDATE draft SET depth = 5", "half-told turn of story 1" },
  { "/check/memory", "UPDATE memory SET depth = 0 WHERE id = 1", "lies elsewhere" },
  { "/check/not-indexed", "DELETE FROM memory_index_docsize WHERE id = 1", "Memory 1 cannot be searched" },
  { "/check/indexed", "DROP TRIGGER memory_deleted; DELETE FROM memory WHERE id = 1", "is not there" },
  { "/check/json", "UPDATE fact SET value = '{' WHERE turn = 2", "no JSON" },
  { "/check/spans", "UPDATE trace SET spans = spans || ']'", "spans of turn 2" },
  { "/check/snapshot", "UPDATE snapshot SET depth = 2", "snapshot of turn 2" },
  { "/check/snapshot-fact", "UPDATE snapshot_fact SET value = '0' WHERE entity = 'lamp'", "no turn has set" },
  { "/check/reference", "INSERT INTO job VALUES (9, 77, 'x', NULL, 0)", "“job”" },
};

static gboolean
check_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  const Fault *fault = data;
  g_autoptr (GPtrArray) reports = sg_library_check (connection, error);
  gboolean found = FALSE;

  g_assert_no_error (*error);
  for (guint i = 0; i < reports->len; i++)
    {
      const char *sentence = g_ptr_array_index (reports, i);

      g_test_message ("%s", sentence);
      found = found || strstr (sentence, fault->sentence) != NULL;
    }

  g_assert_true (found || fault->sentence == NULL);
  g_assert_true (reports->len > 0 || fault->sentence == NULL);
  return TRUE;
}

static void
execute (const char *path,
         const char *sql)
{
  char *message = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

static SgLibrary *
open_library (const char *path)
{
  g_autoptr (GError) error = NULL;
  SgLibrary *library = sg_library_open (path, &error);

  g_assert_no_error (error);

  return library;
}

static void
test_fault (Fixture       *fixture,
            gconstpointer  data)
{
  const Fault *fault = data;
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "data", "library-1.sql", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "faulty.db", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (SgLibrary) library = NULL;

  g_assert_true (g_file_get_contents (source, &sql, NULL, NULL));
  execute (path, sql);

  /* The faults are of the newest schema. */
  g_assert_finalize_object (open_library (path));
  execute (path, fault->sql);

  library = open_library (path);
  read_job (library, check_cb, (gpointer) fault);
}

/* Many faults are told of in a bounded number of sentences. */
static gboolean
bounded_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GPtrArray) reports = NULL;

  for (guint i = 0; i < 500; i++)
    {
      gint64 branch;
      gint64 story = add_story (connection, "x", &branch);

      g_assert_true (sg_stories_set_head (connection, story, branch, 7, branch, 7, error));
    }

  reports = sg_library_check (connection, error);
  g_assert_cmpuint (reports->len, ==, 100);
  return TRUE;
}

static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  write_job (fixture->library, bounded_cb, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    g_test_add (faults[i].name, Fixture, &faults[i], fixture_set_up, test_fault, fixture_tear_down);
  g_test_add ("/check/bounded", Fixture, NULL, fixture_set_up, test_bounded, fixture_tear_down);

  return g_test_run ();
}
