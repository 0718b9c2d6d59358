/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A prompt is a function of what its turn could see: the path before it, the late records up to
 * the number that it saw, where its history began, and the memories that were found for it.  The
 * last two are stored with its settings; a search would find others today, since each new
 * memory changes which words are rare.
 */

#include "config.h"

#include "engine/sg-prompt-rebuild.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "engine/sg-prompt.h"
#include "store/sg-tables.h"

typedef struct
{
  gint64            id;
  SgToolCatalog    *catalog;

  SgTurnRow        *turn;
  SgPath           *path;
  SgEngineSettings *settings;
  SgHistory        *history;
  GPtrArray        *memories;
  char             *draft;
  char             *note;
  char             *fault;
  int               room;
} Rebuilding;

static void
rebuilding_free (gpointer data)
{
  Rebuilding *rebuilding = data;

  g_clear_pointer (&rebuilding->turn, sg_turn_row_free);
  g_clear_pointer (&rebuilding->path, sg_path_free);
  g_clear_pointer (&rebuilding->history, sg_history_unref);
  g_clear_pointer (&rebuilding->memories, g_ptr_array_unref);
  g_clear_object (&rebuilding->settings);
  g_free (rebuilding->draft);
  g_free (rebuilding->note);
  g_free (rebuilding->fault);
  g_clear_object (&rebuilding->catalog);
  g_free (rebuilding);
}

static gboolean
read_memories (SgConnection *connection,
               Rebuilding   *rebuilding,
               JsonObject   *stored,
               GError      **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  JsonArray *array = json_object_has_member (stored, "memories")
                       ? json_object_get_array_member (stored, "memories")
                       : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      gint64 id = json_array_get_int_element (array, i);

      g_array_append_val (ids, id);
    }

  rebuilding->memories = sg_memories_list_by_id (connection, ids, error);

  return rebuilding->memories != NULL;
}

static gboolean
read_parts (SgConnection *connection,
            Rebuilding   *rebuilding,
            JsonObject   *stored,
            GError      **error)
{
  gint64 first = json_object_get_int_member_with_default (stored, "history-first", -1);
  gint64 before = json_object_get_int_member_with_default (stored, "told-before", 0);
  GPtrArray *summaries;

  if (first < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("This turn was told without a prompt."));
      return FALSE;
    }

  rebuilding->room = (int) json_object_get_int_member_with_default (stored, "room", 0);
  rebuilding->fault =
    g_strdup (json_object_get_string_member_with_default (stored, "fault", NULL));
  rebuilding->note =
    g_strdup (json_object_get_string_member_with_default (stored, "note", NULL));
  if (before > 0)
    rebuilding->draft = g_strndup (rebuilding->turn->text, (gsize) before);

  rebuilding->settings = sg_engine_settings_new_from_json (rebuilding->turn->settings);
  rebuilding->history = sg_history_new ();
  if (!sg_history_load_from (rebuilding->history, connection, rebuilding->path, first, error))
    return FALSE;

  summaries = sg_summaries_list (connection, rebuilding->path, rebuilding->turn->seen, error);
  if (summaries == NULL)
    return FALSE;
  sg_history_set_summaries (rebuilding->history, summaries, rebuilding->turn->seen);

  return read_memories (connection, rebuilding, stored, error);
}

static gboolean
read_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Rebuilding *rebuilding = data;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonObject) nothing = json_object_new ();

  rebuilding->turn = sg_turns_get (connection, rebuilding->id, error);
  if (rebuilding->turn == NULL)
    return FALSE;

  rebuilding->path = sg_branches_load_path (connection, rebuilding->turn->branch,
                                            rebuilding->turn->depth - 1, error);
  if (rebuilding->path == NULL)
    return FALSE;

  if (rebuilding->turn->settings != NULL)
    node = json_from_string (rebuilding->turn->settings, NULL);

  return read_parts (connection, rebuilding,
                     node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                   : nothing,
                     error);
}

static void
base_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Rebuilding *rebuilding = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (SgPath) path = NULL;
  g_autoptr (SgWorld) world =
    sg_story_load_base_finish (SG_STORY (object), result, &path, &error);
  g_autofree char *brief = NULL;
  g_autoptr (SgToolCatalog) offered = NULL;
  g_autoptr (SgModelRequest) request = NULL;
  SgPromptParts parts = { 0 };

  if (world == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  offered = sg_tool_catalog_new_without (rebuilding->catalog,
                                         sg_engine_settings_get_tools_off (rebuilding->settings));
  brief = sg_prompt_dup_brief (SG_STORY (object), offered, rebuilding->room);
  parts.brief = brief;
  parts.room = rebuilding->room;
  if (sg_tool_catalog_get_n_tools (offered) > 0)
    parts.tools = sg_tool_catalog_get_json (offered);
  parts.settings = rebuilding->settings;
  parts.history = rebuilding->history;
  parts.world = world;
  parts.memories = rebuilding->memories;
  parts.input = rebuilding->turn->input;
  parts.draft = rebuilding->draft;
  parts.note = rebuilding->note;
  parts.fault = rebuilding->fault;
  parts.trimmed = TRUE;
  sg_input_mode_from_string (rebuilding->turn->mode, &parts.mode);

  request = sg_model_request_new (SG_REQUEST_NARRATION);
  sg_prompt_fill (request, &parts);
  g_task_return_pointer (task, g_steal_pointer (&request), g_object_unref);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgStory *story = g_task_get_source_object (task);
  Rebuilding *rebuilding = g_task_get_task_data (task);
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error))
    g_task_return_error (task, error);
  else
    sg_story_load_base_async (story, rebuilding->path->branch, rebuilding->path->depth,
                              g_task_get_cancellable (task), base_cb, g_object_ref (task));
}

/**
 * sg_prompt_rebuild_async:
 * @turn: the id of a turn that a language model told
 * @catalog: all tools; those are offered that the settings of the turn had not switched off
 * @cancellable: (nullable): ends it at once
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Puts the prompt together that a turn began with.
 */
void
sg_prompt_rebuild_async (SgStory             *story,
                         gint64               turn,
                         SgToolCatalog       *catalog,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Rebuilding *rebuilding;

  g_return_if_fail (SG_IS_STORY (story));
  g_return_if_fail (SG_IS_TOOL_CATALOG (catalog));

  task = g_task_new (story, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_prompt_rebuild_async);
  rebuilding = g_new0 (Rebuilding, 1);
  rebuilding->id = turn;
  rebuilding->catalog = g_object_ref (catalog);
  g_task_set_task_data (task, rebuilding, rebuilding_free);
  sg_library_read_async (sg_story_get_library (story), read_job, rebuilding, NULL, cancellable,
                         read_cb, g_object_ref (task));
}

/**
 * sg_prompt_rebuild_finish:
 * @result: what the callback was given
 * @error: return location for an %SG_LIBRARY_ERROR, %G_IO_ERROR_NOT_FOUND where no prompt told the
 *   turn, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the request, byte for byte what was sent
 */
SgModelRequest *
sg_prompt_rebuild_finish (SgStory       *story,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, story), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_prompt_rebuild_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
