/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"

#include <glib/gstdio.h>

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"room\",\"title\":\"The Room\",\"summary\":\"A room.\","
  "\"author\":\"Test\",\"license\":\"CC0-1.0\",\"opening\":\"You are in a room.\","
  "\"player\":{\"at\":\"room\"},"
  "\"places\":{\"room\":{\"name\":\"the room\",\"description\":\"Four walls.\","
  "\"on\":{\"enter\":\"The door falls shut behind you.\"}}},"
  "\"things\":{\"lamp\":{\"name\":\"lamp\",\"at\":\"room\",\"description\":\"A lamp.\"}},"
  "\"endings\":{\"out\":{\"title\":\"Out\",\"if\":\"player.out\",\"text\":\"You are out.\"}}}";

void
keep_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (result);
}

void
fixture_open (Fixture *fixture,
              gint64   id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  GAsyncResult *kept = NULL;

  if (id == 0)
    {
      g_autoptr (SgScenario) scenario =
        sg_scenario_new_from_data (scenario_json, -1, "room.json", &error);

      g_assert_no_error (error);
      sg_story_create_async (fixture->library, scenario, NULL, "en", 7, NULL, keep_cb, &kept);
    }
  else
    {
      sg_story_open_async (fixture->library, id, NULL, keep_cb, &kept);
    }

  result = wait_result (&kept);
  fixture->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);
  fixture->session = sg_session_new (fixture->story, SG_MODEL (fixture->model), settings);
}

void
fixture_set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("storyglass-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "library.db", NULL);
  fixture->library = sg_library_open (fixture->path, &error);
  g_assert_no_error (error);
  fixture->model = sg_fake_model_new ();
  fixture_open (fixture, 0);
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

void
fixture_close (Fixture *fixture)
{
  if (fixture->session != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->session));
  /* What is under way holds the story until it has ended. */
  while (G_OBJECT (fixture->story)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->story));
}

void
fixture_tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->session != NULL)
    fixture_close (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->model));
  sg_library_close (fixture->library);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->library));
  remove_directory (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->path);
}

void
fixture_restart (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 id = sg_story_get_id (fixture->story);

  fixture_close (fixture);
  sg_library_close (fixture->library);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->library));

  fixture->library = sg_library_open (fixture->path, &error);
  g_assert_no_error (error);
  fixture_open (fixture, id);
}

void
fixture_wait_idle (Fixture *fixture)
{
  while (sg_session_get_busy (fixture->session))
    g_main_context_iteration (NULL, TRUE);
}

void
fixture_wait_told (Fixture    *fixture,
                   const char *text)
{
  while (!g_str_equal (sg_turn_run_get_text (sg_session_get_run (fixture->session)), text))
    g_main_context_iteration (NULL, TRUE);
}

void
fixture_wait_after (Fixture *fixture)
{
  fixture_wait_idle (fixture);
  while (!sg_after_get_idle (sg_session_get_after (fixture->session)))
    g_main_context_iteration (NULL, TRUE);
}

GPtrArray *
fixture_list_narrations (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  GPtrArray *narrations = g_ptr_array_new ();

  for (guint i = 0; i < prompts->len; i++)
    {
      if (g_str_has_prefix (g_ptr_array_index (prompts, i), "system: You are the narrator"))
        g_ptr_array_add (narrations, g_ptr_array_index (prompts, i));
    }

  return narrations;
}

SgTurnRun *
fixture_play (Fixture    *fixture,
      const char *words)
{
  sg_session_submit (fixture->session, SG_INPUT_DO, words, 0);
  fixture_wait_idle (fixture);

  return sg_session_get_run (fixture->session);
}

guint
fixture_count_prompts (Fixture    *fixture,
                       const char *part)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  guint n = 0;

  for (guint i = 0; i < prompts->len; i++)
    n += strstr (g_ptr_array_index (prompts, i), part) != NULL;

  return n;
}

void
fixture_call (Fixture    *fixture,
              const char *name,
              const char *arguments)
{
  sg_fake_model_call (fixture->model, NULL, name, arguments);
}

SgTurnRun *
fixture_play_plain (Fixture    *fixture,
            const char *words,
            const char *reply)
{
  sg_fake_model_text (fixture->model, reply);
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);

  return fixture_play (fixture, words);
}

GPtrArray *
fixture_load_turns (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  GPtrArray *turns;

  sg_story_load_turns_async (fixture->story, 0, sg_story_get_depth (fixture->story), NULL, keep_cb,
                             &kept);
  result = wait_result (&kept);
  turns = sg_story_load_turns_finish (fixture->story, result, &error);
  g_assert_no_error (error);

  return turns;
}

const SgTurnRow *
turn_at (GPtrArray *turns,
         guint      depth)
{
  g_assert_cmpuint (depth, <, turns->len);

  return g_ptr_array_index (turns, depth);
}

void
fixture_move (Fixture  *fixture,
              StoryMove move)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (fixture->story, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  sg_story_move_finish (fixture->story, result, &error);
  g_assert_no_error (error);
}

gboolean
fixture_end_draft (Fixture  *fixture,
                   DraftMove move,
                   GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (fixture->session, NULL, keep_cb, &kept);
  result = wait_result (&kept);

  return sg_session_draft_finish (fixture->session, result, error);
}

/* The scenario with people, deities and fortune slips. */
void
fixture_set_up_temple (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *path = g_build_filename (g_getenv ("SG_SCENARIO_PATH"), "temple-of-whispers.json",
                                            NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_file (file, &error);
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  g_assert_no_error (error);
  fixture_set_up (fixture, data);
  fixture_close (fixture);
  sg_story_create_async (fixture->library, scenario, NULL, "en", 7, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  fixture->story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);
  fixture->session = sg_session_new (fixture->story, SG_MODEL (fixture->model), settings);
}
