/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tree of a story as an open story sees it.  Turns are told by writing them down, as the engine
 * does. */

#include "config.h"

#include "world/sg-story.h"

#include <glib/gstdio.h>

#include "store/sg-tables.h"

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Test\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"first_choices\":[\"Look\",\"Wait\"],"
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

typedef struct
{
  char      *directory;
  SgLibrary *library;
  SgStory   *story;
  gint64     changed_at;
} Fixture;

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (result);
}

static void
head_changed_cb (SgStory *story,
                 gint64   depth,
                 Fixture *fixture)
{
  fixture->changed_at = depth;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (SgScenario) scenario = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  fixture->directory = g_dir_make_tmp ("storyglass-XXXXXX", &error);
  path = g_build_filename (fixture->directory, "library.db", NULL);
  fixture->library = sg_library_open (path, &error);
  g_assert_no_error (error);
  scenario = sg_scenario_new_from_data (scenario_json, -1, "room.json", &error);
  g_assert_no_error (error);

  sg_story_create_async (fixture->library, scenario, "My Room", "en", 7, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  fixture->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->story, "head-changed", G_CALLBACK (head_changed_cb), fixture);
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_directory (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->story));
  sg_library_close (fixture->library);
  g_clear_object (&fixture->library);
  remove_directory (fixture->directory);
  g_free (fixture->directory);
}

typedef struct
{
  const SgPath *path;
  SgTurnRow    *row;
  const char   *lamp;
} Telling;

static gboolean
tell_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Telling *telling = data;
  SgFactRow fact = { .entity = (char *) "lamp", .attribute = (char *) "state",
                     .value = (char *) telling->lamp };
  g_autoptr (SgPath) path = NULL;

  telling->row->branch = telling->path->branch;
  telling->row->id = sg_turns_insert (connection, telling->row, NULL);
  if (telling->row->id == 0)
    {
      telling->row->branch = sg_branches_insert (connection, telling->path->story,
                                                 telling->path->branch, telling->path->depth, error);
      telling->row->id = sg_turns_insert (connection, telling->row, error);
    }

  fact.turn = telling->row->id;
  path = sg_branches_load_path (connection, telling->row->branch, telling->row->depth, error);

  return path != NULL && sg_facts_insert (connection, path, &fact, error)
         && sg_stories_set_head (connection, telling->row->story, telling->row->branch,
                                 telling->row->depth, telling->row->branch, telling->row->depth,
                                 error);
}

/* Tells a turn after the head that puts the lamp into a state (a JSON string); returns its id. */
static gint64
tell (Fixture    *fixture,
      const char *text,
      const char *lamp)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  g_autoptr (SgWorld) overlay = sg_world_new_overlay (sg_story_get_world (fixture->story));
  Telling telling = { sg_story_get_path (fixture->story), row, lamp };

  row->story = sg_story_get_id (fixture->story);
  row->depth = sg_story_get_depth (fixture->story) + 1;
  row->mode = g_strdup ("do");
  row->input = g_strdup ("go on");
  row->text = g_strdup (text);
  sg_library_write (fixture->library, SG_DURABILITY_FULL, tell_job, &telling, &error);
  g_assert_no_error (error);

  sg_world_set (overlay, "lamp", "state", json_from_string (lamp, NULL), NULL);
  sg_story_advance (fixture->story, telling.path, row->branch, row->depth, row->id, overlay);

  return row->id;
}

typedef void (*Move) (SgStory             *story,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data);

typedef void (*MoveTo) (SgStory             *story,
                        gint64               turn,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data);

static gboolean
finish (Fixture       *fixture,
        GAsyncResult **kept,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = wait_result (kept);

  return sg_story_move_finish (fixture->story, result, error);
}

static gboolean
move (Fixture *fixture,
      Move     func,
      GError **error)
{
  GAsyncResult *kept = NULL;

  func (fixture->story, NULL, keep_cb, &kept);

  return finish (fixture, &kept, error);
}

static gboolean
move_to (Fixture *fixture,
         MoveTo   func,
         gint64   turn,
         GError **error)
{
  GAsyncResult *kept = NULL;

  func (fixture->story, turn, NULL, keep_cb, &kept);

  return finish (fixture, &kept, error);
}

static const char *
lamp (Fixture *fixture)
{
  return sg_world_get_string (sg_story_get_world (fixture->story), "lamp", "state");
}

static void
test_opening (Fixture      *fixture,
              gconstpointer data)
{
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
  g_assert_cmpstr (sg_story_get_title (fixture->story), ==, "My Room");
  g_assert_cmpuint (sg_story_get_seed (fixture->story), ==, 7);
  g_assert_false (sg_story_get_can_undo (fixture->story));
  g_assert_false (sg_story_get_can_redo (fixture->story));
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "player", "place"),
                   ==, "room");
}

static void
test_undo_and_redo (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  tell (fixture, "One.", "\"one\"");
  tell (fixture, "Two.", "\"two\"");
  g_assert_cmpstr (lamp (fixture), ==, "two");

  g_assert_true (move (fixture, sg_story_undo_async, &error));
  g_assert_cmpint (fixture->changed_at, ==, 2);
  g_assert_cmpstr (lamp (fixture), ==, "one");
  g_assert_true (move (fixture, sg_story_undo_async, &error));
  g_assert_null (lamp (fixture));
  g_assert_false (move (fixture, sg_story_undo_async, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (move (fixture, sg_story_redo_async, &error));
  g_assert_cmpint (fixture->changed_at, ==, 1);
  g_assert_true (move (fixture, sg_story_redo_async, &error));
  g_assert_cmpstr (lamp (fixture), ==, "two");
  g_assert_false (move (fixture, sg_story_redo_async, &error));
}

static void
test_going_across_branches (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 one = tell (fixture, "One.", "\"one\"");
  gint64 two = tell (fixture, "Two.", "\"two\"");
  gint64 other;

  g_assert_true (move_to (fixture, sg_story_branch_async, one, &error));
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_cmpstr (lamp (fixture), ==, "one");
  other = tell (fixture, "Other.", "\"other\"");
  g_assert_cmpstr (lamp (fixture), ==, "other");

  g_assert_true (move_to (fixture, sg_story_goto_async, two, &error));
  g_assert_cmpint (fixture->changed_at, ==, 2);
  g_assert_cmpstr (lamp (fixture), ==, "two");
  g_assert_false (sg_story_get_can_redo (fixture->story));

  /* Back on the way to where redo led. */
  g_assert_true (move_to (fixture, sg_story_goto_async, one, &error));
  g_assert_true (sg_story_get_can_redo (fixture->story));
  g_assert_true (move_to (fixture, sg_story_goto_async, other, &error));
  g_assert_cmpstr (lamp (fixture), ==, "other");
  g_assert_false (move_to (fixture, sg_story_goto_async, 9999, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
}

static void
test_a_branch_of_a_branch (Fixture      *fixture,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  GAsyncResult *kept = NULL;
  gint64 turn;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("Turn %u.", i);

      turn = tell (fixture, text, "\"on\"");
      g_assert_true (move_to (fixture, sg_story_branch_async, turn, &error));
      g_assert_no_error (error);
    }

  sg_story_load_turns_async (fixture->story, 0, 20, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  turns = sg_story_load_turns_finish (fixture->story, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (turns->len, ==, 21);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("Turn %u.", i);

      g_assert_cmpstr (((SgTurnRow *) g_ptr_array_index (turns, i + 1))->text, ==, text);
    }
}

static void
test_the_world_before (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SgWorld) world = NULL;
  g_autoptr (SgPath) path = NULL;
  GAsyncResult *kept = NULL;

  tell (fixture, "One.", "\"one\"");
  tell (fixture, "Two.", "\"two\"");
  sg_story_load_base_async (fixture->story, sg_story_get_path (fixture->story)->branch, 1, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  world = sg_story_load_base_finish (fixture->story, result, &path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sg_world_get_string (world, "lamp", "state"), ==, "one");
  g_assert_cmpint (path->depth, ==, 1);
  g_assert_cmpstr (lamp (fixture), ==, "two");
}

static void
test_title (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *kept = NULL;

  sg_story_set_title_async (fixture->story, "Another", NULL, keep_cb, &kept);
  g_assert_true (finish (fixture, &kept, &error));
  g_assert_cmpstr (sg_story_get_title (fixture->story), ==, "Another");
}

static void
test_no_such_story (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  sg_story_open_async (fixture->library, 4711, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_null (sg_story_open_finish (result, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *kept = NULL;

  tell (fixture, "One.", "\"one\"");
  g_cancellable_cancel (cancellable);
  sg_story_undo_async (fixture->story, cancellable, keep_cb, &kept);
  g_assert_false (finish (fixture, &kept, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/story/opening", test_opening);
  ADD ("/story/undo-and-redo", test_undo_and_redo);
  ADD ("/story/going-across-branches", test_going_across_branches);
  ADD ("/story/a-branch-of-a-branch", test_a_branch_of_a_branch);
  ADD ("/story/the-world-before", test_the_world_before);
  ADD ("/story/title", test_title);
  ADD ("/story/no-such-story", test_no_such_story);
  ADD ("/story/cancelled", test_cancelled);

  return g_test_run ();
}
