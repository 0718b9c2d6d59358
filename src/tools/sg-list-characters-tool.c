/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-cast.h"
#include "world/sg-relationship.h"

#define LISTED_MAX 40

struct _SgListCharactersTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgListCharactersTool, sg_list_characters_tool, SG_TYPE_TOOL)

static char **
sg_list_characters_tool_dup_keys (SgTool     *tool,
                                  JsonObject *arguments)
{
  const char *keys[] = { "state:*", NULL };

  return g_strdupv ((char **) keys);
}

static gboolean
is_wanted (SgToolContext *context,
           const char    *id,
           const char    *which)
{
  if (g_strcmp0 (which, "all") == 0)
    return TRUE;
  if (g_strcmp0 (which, "here") == 0)
    return sg_cast_is_here (sg_tool_context_get_world (context), id);

  return sg_cast_is_known (sg_tool_context_get_world (context), sg_tool_context_get_scenario (context),
                           id);
}

static JsonObject *
describe (SgToolContext *context,
          const char    *id)
{
  static const char *const flags[] = { "dead", "asleep", "following", "hidden" };
  SgWorld *world = sg_tool_context_get_world (context);
  g_autoptr (SgRelationship) relationship = sg_relationship_get (world, id, "player");
  g_autofree char *name = sg_tool_subject_dup_name (context, id);
  const char *place = sg_world_get_string (world, id, "place");
  const char *mood = sg_world_get_string (world, id, "mood");
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", id);
  if (!g_str_equal (name, id))
    json_object_set_string_member (object, "name", name);
  if (place != NULL)
    json_object_set_string_member (object, "place", place);
  if (sg_cast_is_here (world, id))
    json_object_set_boolean_member (object, "here", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (sg_world_get_boolean (world, id, flags[i]))
        json_object_set_boolean_member (object, flags[i], TRUE);
    }
  if (mood != NULL)
    json_object_set_string_member (object, "mood", mood);
  if (relationship != NULL)
    {
      json_object_set_int_member (object, "toward_player", relationship->score);
      if (relationship->kind != NULL)
        json_object_set_string_member (object, "kind", relationship->kind);
    }

  return object;
}

static JsonNode *
sg_list_characters_tool_run (SgTool         *tool,
                             SgToolContext  *context,
                             const char     *call,
                             JsonObject     *arguments,
                             GError        **error)
{
  g_auto (GStrv) cast = sg_cast_list (sg_tool_context_get_world (context),
                                      sg_tool_context_get_scenario (context));
  const char *which = sg_tool_get_string (arguments, "which");
  JsonArray *array = json_array_new ();
  JsonObject *result = json_object_new ();
  guint n_left = 0;

  for (guint i = 0; cast[i] != NULL; i++)
    {
      if (!is_wanted (context, cast[i], which))
        continue;
      if (json_array_get_length (array) < LISTED_MAX)
        json_array_add_object_element (array, describe (context, cast[i]));
      else
        n_left++;
    }

  json_object_set_array_member (result, "characters", array);
  if (n_left > 0)
    json_object_set_int_member (result, "more", n_left);

  return sg_tool_json_take_object (result);
}

static void
sg_list_characters_tool_class_init (SgListCharactersToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "list_characters";
  tool_class->description = "Who there is: where they are, how they feel.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"which\":{\"type\":\"string\",\"enum\":[\"here\",\"known\",\"all\"]}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_list_characters_tool_dup_keys;
  tool_class->run = sg_list_characters_tool_run;
}

static void
sg_list_characters_tool_init (SgListCharactersTool *self)
{
}
