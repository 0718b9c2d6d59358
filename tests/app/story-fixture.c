/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "story-fixture.h"

#include <glib/gstdio.h>

#include "store/sg-tables.h"

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Test\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"first_choices\":[\"Look around\",\"Wait\"],"
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\"}},"
  "\"things\":{\"lamp\":{\"name\":\"lamp\",\"at\":\"room\",\"description\":\"A lamp.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

static void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static SgStory *
wait_for_story (GAsyncResult **kept)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgStory *story;

  while (*kept == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = *kept;
  story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);
  return story;
}

void
story_fixture_set_up (StoryFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("storyglass-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "library.db", NULL);
  fixture->library = sg_library_open (fixture->path, &error);
  g_assert_no_error (error);
  fixture->scenario = sg_scenario_new_from_data (scenario_json, -1, "room.json", &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
story_fixture_tear_down (StoryFixture *fixture)
{
  g_clear_object (&fixture->scenario);
  if (fixture->library != NULL)
    sg_library_close (fixture->library);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&fixture->library);
  remove_folder (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
  g_clear_pointer (&fixture->path, g_free);
}

typedef struct
{
  SgStory *story;
  guint    n_turns;
} Telling;

static gboolean
tell_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Telling *telling = data;
  const SgPath *path = sg_story_get_path (telling->story);

  for (guint i = 1; i <= telling->n_turns; i++)
    {
      g_autoptr (SgTurnRow) row = sg_turn_row_new ();

      row->story = path->story;
      row->branch = path->branch;
      row->depth = i;
      row->mode = g_strdup ("do");
      row->input = g_strdup_printf ("words %u", i);
      row->text = g_strdup_printf ("What is told in turn %u.\n\nAnd a second paragraph, long enough to "
                                   "need more than one line on any page that a story is read on.", i);
      row->created = g_get_real_time ();
      row->duration_us = 4200000;
      row->first_token_us = 600000;
      row->tokens_in = row->tokens_out = row->tokens_cached = -1;
      row->rate = 38;
      if (sg_turns_insert (connection, row, error) == 0)
        return FALSE;
    }
  return sg_stories_set_head (connection, path->story, path->branch, telling->n_turns,
                              path->branch, telling->n_turns, error);
}

SgStory *
story_fixture_make (StoryFixture *fixture,
                    const char   *title,
                    guint         n_turns)
{
  GAsyncResult *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgStory) story = NULL;
  Telling telling;

  sg_story_create_async (fixture->library, fixture->scenario, title, "en", 7, NULL, keep_cb, &kept);
  story = wait_for_story (&kept);
  if (n_turns == 0)
    return g_steal_pointer (&story);

  telling.story = story;
  telling.n_turns = n_turns;
  g_assert_true (sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, tell_job, &telling,
                                   &error));
  g_assert_no_error (error);

  kept = NULL;
  sg_story_open_async (fixture->library, sg_story_get_id (story), NULL, keep_cb, &kept);
  return wait_for_story (&kept);
}
