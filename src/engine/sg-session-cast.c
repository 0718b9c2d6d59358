/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters that the player has had made enter the story as a turn of their own, so that undo takes
 * them back, and the model reads of them where they came. */

#include "config.h"

#include "engine/sg-session-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"
#include "tools/sg-character-sheet.h"

/**
 * sg_session_forge_characters:
 * @brief: what the characters are to be like
 * @count: how many there are to be
 *
 * Makes a forge for characters that fit the story.  Nothing is asked yet, and nothing of it is in the story
 * before sg_session_add_characters_async().
 *
 * Returns: (transfer full) (nullable): a forge; %NULL with %G_IO_ERROR_NOT_SUPPORTED where no language
 *   model tells the story
 */
SgCharacterForge *
sg_session_forge_characters (SgSession   *self,
                             const char  *brief,
                             guint        count,
                             GError     **error)
{
  g_autoptr (SgTrace) trace = NULL;
  g_autoptr (SgAsker) asker = NULL;
  g_autofree char *setting = NULL;
  SgCharacterForge *forge;
  SgScenario *scenario;

  g_return_val_if_fail (SG_IS_SESSION (self), NULL);
  g_return_val_if_fail (brief != NULL, NULL);

  if (!sg_model_is_language_model (self->model))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("Characters are made by a language model. Connect one in the preferences "
                             "first."));
      return NULL;
    }

  trace = sg_trace_new ();
  asker = sg_asker_new (self->model, trace, 0);
  sg_engine_settings_apply_budgets (self->settings, asker);
  forge = sg_character_forge_new (asker, brief, count);
  sg_character_forge_set_at_once (forge, sg_asker_get_characters_at_once (asker));
  scenario = sg_story_get_scenario (self->story);
  setting = g_strdup_printf ("%s. %s", sg_scenario_get_title (scenario),
                             sg_scenario_get_summary (scenario));
  sg_character_forge_set_setting (forge, setting);
  sg_character_forge_add_cast (forge, sg_story_get_world (self->story), scenario);

  return forge;
}

typedef struct
{
  SgPath    *path;
  SgWorld   *overlay;
  SgTurnRow *row;
  GPtrArray *facts;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->path, sg_path_free);
  g_clear_pointer (&entry->row, sg_turn_row_free);
  g_clear_pointer (&entry->facts, g_ptr_array_unref);
  g_clear_object (&entry->overlay);
  g_free (entry);
}

static gboolean
entry_job (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Entry *entry = data;
  g_autoptr (SgPath) path = NULL;

  entry->row->alternative = sg_turns_next_alternative (connection, entry->path, error);
  if (entry->row->alternative < 0
      || !sg_turn_row_store (connection, entry->path, entry->row, error))
    return FALSE;

  path = sg_branches_load_path (connection, entry->row->branch, entry->row->depth, error);

  return path != NULL
         && sg_turn_facts_store (connection, path, entry->facts, entry->row->id, error);
}

static void
entered_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSession *self = g_task_get_source_object (task);
  Entry *entry = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean stored = sg_library_write_finish (SG_LIBRARY (object), result, &error);

  if (stored)
    sg_story_advance (self->story, entry->path, entry->row->branch, entry->row->depth,
                      entry->row->id, entry->overlay);
  sg_session_set_busy (self, FALSE);
  if (stored)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  if (self->wanted)
    sg_session_start_next (self);
}

static char *
join (GPtrArray  *parts,
      const char *separator)
{
  g_ptr_array_add (parts, NULL);

  return g_strjoinv (separator, (char **) parts->pdata);
}

static SgTurnRow *
make_row (SgSession *self,
          GPtrArray *sheets)
{
  SgTurnRow *row = sg_turn_row_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  for (guint i = 0; i < sheets->len; i++)
    {
      JsonObject *sheet = g_ptr_array_index (sheets, i);

      g_ptr_array_add (names, (gpointer) json_object_get_string_member (sheet, "name"));
      g_ptr_array_add (texts, sg_character_sheet_dup_text (sheet));
    }
  list = join (names, ", ");

  row->story = sg_story_get_id (self->story);
  row->depth = sg_story_get_path (self->story)->depth + 1;
  row->mode = g_strdup (sg_input_mode_to_string (SG_INPUT_STORY));
  /* Translators: the names of characters who enter the story */
  row->input = g_strdup_printf (_("There are others: %s."), list);
  row->text = join (texts, "\n\n");
  row->model = g_strdup (sg_model_get_name (self->model));
  row->finish = g_strdup ("stop");
  row->created = g_get_real_time ();
  row->duration_us = row->first_token_us = -1;
  row->tokens_in = row->tokens_out = row->tokens_cached = -1;
  row->rate = -1;

  return row;
}

/**
 * sg_session_add_characters_async:
 * @sheets: (element-type JsonObject): what a forge has made
 * @cancellable: (nullable): unused once the turn is being stored
 * @callback: called when they are there
 * @user_data: data for @callback
 *
 * Lets characters enter the story, where the player is.
 */
void
sg_session_add_characters_async (SgSession           *self,
                                 GPtrArray           *sheets,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  const char *place;
  Entry *entry;

  g_return_if_fail (SG_IS_SESSION (self));
  g_return_if_fail (sheets != NULL && sheets->len > 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_session_add_characters_async);
  if (!sg_session_check_idle (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  entry = g_new0 (Entry, 1);
  g_task_set_task_data (task, entry, entry_free);
  entry->path = sg_path_copy (sg_story_get_path (self->story));
  entry->overlay = sg_world_new_overlay (sg_story_get_world (self->story));
  entry->row = make_row (self, sheets);
  place = sg_world_get_string (entry->overlay, "player", "place");
  for (guint i = 0; i < sheets->len; i++)
    g_free (sg_character_sheet_write (entry->overlay, g_ptr_array_index (sheets, i), place, NULL));
  entry->facts = sg_turn_facts_make_rows (entry->overlay);

  sg_session_set_busy (self, TRUE);
  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL, entry_job, entry,
                          NULL, NULL, entered_cb, g_steal_pointer (&task));
}

/**
 * sg_session_add_characters_finish:
 * @result: what the callback was given
 *
 * Returns: whether they are in the story; else an %SG_LIBRARY_ERROR, or %G_IO_ERROR_BUSY while a turn runs
 */
gboolean
sg_session_add_characters_finish (SgSession     *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_session_add_characters_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
