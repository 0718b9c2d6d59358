/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening a story, and making one: its opening turn and the facts of its scenario. */

#include "config.h"

#include "world/sg-story-private.h"

#include "store/sg-tables.h"

typedef struct
{
  gint64        id;
  SgStoryRow   *row;
  SgScenario   *scenario;
  SgWorld      *world;
  SgStoryState *state;
} OpenData;

static void
open_data_free (gpointer data)
{
  OpenData *open = data;

  g_clear_pointer (&open->row, sg_story_row_free);
  g_clear_pointer (&open->state, sg_story_state_free);
  g_clear_object (&open->scenario);
  g_clear_object (&open->world);
  g_free (open);
}

static gboolean
open_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  OpenData *open = data;

  open->state = sg_story_state_load (connection, open->id, error);

  return open->state != NULL;
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OpenData *open = g_task_get_task_data (task);
  SgLibrary *library = SG_LIBRARY (object);
  gboolean created = open->row != NULL;
  GError *error = NULL;
  SgStory *story;

  if (!(created ? sg_library_write_finish (library, result, &error)
                : sg_library_read_finish (library, result, &error)))
    {
      g_task_return_error (task, error);
      return;
    }

  story = sg_story_new (library, g_steal_pointer (&open->state), &error);
  if (story == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, story, g_object_unref);
}

/**
 * sg_story_open_async:
 * @library: a library
 * @id: the id of a story
 * @cancellable: (nullable): stops the reading
 * @callback: called when it is open
 * @user_data: data for @callback
 *
 * Opens a story at its head.
 */
void
sg_story_open_async (SgLibrary           *library,
                     gint64               id,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task;
  OpenData *open;

  g_return_if_fail (SG_IS_LIBRARY (library));

  task = g_task_new (library, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_story_open_async);

  open = g_new0 (OpenData, 1);
  open->id = id;
  g_task_set_task_data (task, open, open_data_free);

  sg_library_read_async (library, open_job, open, NULL, cancellable, opened_cb, task);
}

static char *
choices_to_json (char **choices)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = NULL;

  if (choices == NULL || choices[0] == NULL)
    return NULL;

  for (guint i = 0; choices[i] != NULL; i++)
    json_array_add_string_element (array, choices[i]);
  node = json_node_init_array (json_node_alloc (), array);

  return json_to_string (node, FALSE);
}

static gint64
insert_opening (SgConnection *connection,
                OpenData     *open,
                gint64        branch,
                GError      **error)
{
  g_autoptr (SgTurnRow) turn = sg_turn_row_new ();
  g_auto (GStrv) choices = NULL;

  choices = sg_scenario_dup_first_choices (open->scenario, open->row->language);
  turn->story = open->id;
  turn->branch = branch;
  turn->mode = g_strdup ("opening");
  turn->input = g_strdup ("");
  turn->text = sg_scenario_dup_opening (open->scenario, open->row->language);
  turn->choices = choices_to_json (choices);
  turn->created = open->row->created;
  turn->duration_us = turn->first_token_us = -1;
  turn->tokens_in = turn->tokens_out = turn->tokens_cached = -1;
  turn->rate = -1;

  return sg_turns_insert (connection, turn, error);
}

static gboolean
insert_first_facts (SgConnection *connection,
                    OpenData     *open,
                    gint64        branch,
                    gint64        turn,
                    GError      **error)
{
  GPtrArray *changes = sg_world_get_changes (open->world);
  g_autoptr (SgPath) path = sg_branches_load_path (connection, branch, 0, error);

  if (path == NULL)
    return FALSE;

  for (guint i = 0; i < changes->len; i++)
    {
      const SgFact *fact = g_ptr_array_index (changes, i);
      g_autofree char *value = json_to_string (fact->value, FALSE);
      SgFactRow row = { .turn = turn, .entity = fact->entity, .attribute = fact->attribute,
                        .value = value };

      if (!sg_facts_insert (connection, path, &row, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
create_job (SgConnection *connection,
            gpointer      data,
            GCancellable *cancellable,
            GError      **error)
{
  OpenData *open = data;
  gint64 branch, turn;

  open->id = sg_stories_insert (connection, open->row, error);
  if (open->id == 0)
    return FALSE;

  branch = sg_branches_insert (connection, open->id, 0, -1, error);
  if (branch == 0)
    return FALSE;

  turn = insert_opening (connection, open, branch, error);
  if (turn == 0 || !insert_first_facts (connection, open, branch, turn, error))
    return FALSE;

  if (!sg_stories_set_head (connection, open->id, branch, 0, branch, 0, error))
    return FALSE;

  return open_job (connection, open, cancellable, error);
}

/**
 * sg_story_create_async:
 * @library: a library
 * @scenario: what is to be played
 * @title: (nullable): the title, or %NULL for that of the scenario
 * @language: a language tag such as `en`
 * @seed: the seed of all dice and of the prose
 * @cancellable: (nullable): stops the making, and then nothing is made
 * @callback: called when it is open
 * @user_data: data for @callback
 *
 * Makes a story with its opening turn and the facts of the scenario, and opens it.
 */
void
sg_story_create_async (SgLibrary           *library,
                       SgScenario          *scenario,
                       const char          *title,
                       const char          *language,
                       guint64              seed,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;
  OpenData *open;

  g_return_if_fail (SG_IS_LIBRARY (library));
  g_return_if_fail (SG_IS_SCENARIO (scenario));

  task = g_task_new (library, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_story_create_async);

  open = g_new0 (OpenData, 1);
  open->scenario = g_object_ref (scenario);
  open->world = sg_world_new ();
  sg_scenario_fill_world (scenario, open->world);

  open->row = sg_story_row_new ();
  open->row->uid = g_uuid_string_random ();
  open->row->title = g_strdup (title != NULL ? title : sg_scenario_get_title (scenario));
  open->row->scenario_id = g_strdup (sg_scenario_get_id (scenario));
  open->row->scenario = g_strdup (sg_scenario_get_json (scenario));
  open->row->language = g_strdup (language);
  open->row->seed = seed;
  open->row->depth = open->row->tip_depth = -1;
  open->row->created = open->row->played = g_get_real_time ();
  g_task_set_task_data (task, open, open_data_free);

  sg_library_write_async (library, SG_DURABILITY_FULL, create_job, open, NULL, cancellable,
                          opened_cb, task);
}

/**
 * sg_story_open_finish:
 * @result: the result of sg_story_open_async() or sg_story_create_async()
 *
 * Returns: (transfer full): the story, or %NULL with an %SG_LIBRARY_ERROR or %SG_SCENARIO_ERROR
 */
SgStory *
sg_story_open_finish (GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
