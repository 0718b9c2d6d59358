/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several characters from one brief, who come to be where the player is.  One that cannot be made does not
 * lose the others, nor does the lack of time. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-character-forge.h"
#include "tools/sg-character-sheet.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#define COUNT_MAX 12

struct _SgGenerateCharactersTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgGenerateCharactersTool, sg_generate_characters_tool, SG_TYPE_TOOL)

typedef struct
{
  SgToolContext    *context;
  SgCharacterForge *forge;
  char             *call;
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_clear_object (&making->context);
  g_clear_object (&making->forge);
  g_free (making->call);
  g_free (making);
}

/* Their ids are not known before they have names, so they touch all that is true. */
static char **
sg_generate_characters_tool_dup_keys (SgTool     *tool,
                                      JsonObject *arguments)
{
  static const char *const keys[] = { "state:*", NULL };

  return g_strdupv ((char **) keys);
}

/* Those who are done come to be; the others are counted. */
static JsonNode *
take_made (gpointer data)
{
  Making *making = data;
  SgCharacterForge *forge = making->forge;
  SgWorld *world = sg_tool_context_get_world (making->context);
  const char *place = sg_world_get_string (world, "player", "place");
  g_autoptr (JsonArray) characters = json_array_new ();
  JsonObject *answer;
  guint n_missing;

  if (sg_character_forge_get_n_done (forge) == 0)
    return NULL;

  for (guint i = 0; i < sg_character_forge_get_count (forge); i++)
    {
      const SgForged *forged = sg_character_forge_get (forge, i);
      g_autofree char *id = NULL;
      JsonObject *character;

      if (forged->state != SG_FORGE_DONE)
        continue;
      id = sg_character_sheet_write (world, forged->sheet, place, making->call);
      character = json_object_new ();
      json_object_set_string_member (character, "id", id);
      json_object_set_string_member (character, "name", forged->name);
      json_object_set_string_member (character, "role", forged->role);
      json_array_add_object_element (characters, character);
    }

  answer = json_object_new ();
  json_object_set_array_member (answer, "characters", g_steal_pointer (&characters));
  n_missing = sg_character_forge_get_count (forge) - sg_character_forge_get_n_done (forge);
  if (n_missing > 0)
    json_object_set_int_member (answer, "not_made", n_missing);

  return sg_tool_json_take_object (answer);
}

static void
made_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  GError *error = NULL;
  JsonNode *made;

  sg_tool_context_set_partial (making->context, NULL, NULL);
  if (!sg_character_forge_run_finish (making->forge, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  made = take_made (making);
  if (made != NULL)
    g_task_return_pointer (task, made, (GDestroyNotify) json_node_unref);
  else
    g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED, "No character could be made");
}

static void
sg_generate_characters_tool_run_async (SgTool              *tool,
                                       SgToolContext       *context,
                                       const char          *call,
                                       JsonObject          *arguments,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgAsker *asker = sg_tool_context_get_asker (context);
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  g_autoptr (SgCharacterForge) forge = NULL;
  Making *making;

  g_task_set_source_tag (task, sg_generate_characters_tool_run_async);
  if (asker == NULL)
    {
      g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                               "No language model tells this story: use create_character");
      return;
    }

  making = g_new0 (Making, 1);
  making->context = g_object_ref (context);
  making->call = g_strdup (call);
  g_task_set_task_data (task, making, making_free);

  forge = sg_character_forge_new (asker, sg_tool_get_string (arguments, "brief"),
                                  (guint) sg_tool_get_int (arguments, "count", 1));
  sg_character_forge_set_span (forge, sg_tool_context_get_span (context));
  sg_character_forge_set_at_once (forge, sg_asker_get_characters_at_once (asker));
  sg_character_forge_add_cast (forge, sg_tool_context_get_world (context), scenario);
  if (scenario != NULL)
    {
      g_autofree char *setting = g_strdup_printf ("%s. %s", sg_scenario_get_title (scenario),
                                                  sg_scenario_get_summary (scenario));

      sg_character_forge_set_setting (forge, setting);
    }
  making->forge = g_object_ref (forge);
  sg_tool_context_set_partial (context, take_made, making);
  sg_character_forge_run_async (forge, cancellable, made_cb, g_steal_pointer (&task));
}

static JsonNode *
sg_generate_characters_tool_run_finish (SgTool        *tool,
                                        GAsyncResult  *result,
                                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_generate_characters_tool_class_init (SgGenerateCharactersToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "generate_characters";
  tool_class->description =
    "Make several new characters from a brief, written out in full. They are where the player is.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"brief\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600},"
    "\"count\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":" G_STRINGIFY (COUNT_MAX) "}},"
    "\"required\":[\"brief\",\"count\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->timeout_ms = 180000;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_generate_characters_tool_dup_keys;
  tool_class->run_async = sg_generate_characters_tool_run_async;
  tool_class->run_finish = sg_generate_characters_tool_run_finish;
}

static void
sg_generate_characters_tool_init (SgGenerateCharactersTool *self)
{
}
