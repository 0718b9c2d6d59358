/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody new.  Nobody is ever written over: an id that is taken is refused. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"
#include "world/sg-cast.h"

struct _SgCreateCharacterTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgCreateCharacterTool, sg_create_character_tool, SG_TYPE_TOOL)

static const char *
get_id (JsonObject *arguments)
{
  const char *id = sg_tool_get_string (arguments, "id");

  return id != NULL ? id : sg_tool_get_string (arguments, "name");
}

static char **
sg_create_character_tool_dup_keys (SgTool     *tool,
                                   JsonObject *arguments)
{
  const char *id = get_id (arguments);
  g_autofree char *normal = id != NULL ? sg_tool_name_normalise (id, NULL) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (normal != NULL)
    {
      g_autofree char *key = g_strconcat ("state:", normal, NULL);

      g_strv_builder_add (builder, key);
    }
  /* Where no place is given they are where the player is. */
  if (sg_tool_get_string (arguments, "place") == NULL)
    g_strv_builder_add (builder, "state:player");

  return g_strv_builder_end (builder);
}

static gboolean
check_free (SgToolContext  *context,
            const char     *id,
            GError        **error)
{
  static const char *const reserved[] = { "player", "story", "storyteller", "nowhere", NULL };
  g_autofree char *name = NULL;

  if (!g_strv_contains (reserved, id) && !sg_tool_subject_has (context, id, SG_SUBJECT_ANYTHING))
    return TRUE;

  name = sg_tool_subject_dup_name (context, id);
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "There is `%s` already (%s). Change that with update_state, or give another `id`", id, name);

  return FALSE;
}

/* A place of the scenario, or wherever else: somebody may well be where the story has not been yet. */
static char *
find_place (SgToolContext  *context,
            JsonObject     *arguments,
            GError        **error)
{
  const char *place = sg_tool_get_string (arguments, "place");

  if (place == NULL)
    return g_strdup (sg_world_get_string (sg_tool_context_get_world (context), "player", "place"));
  if (sg_tool_context_get_scenario (context) == NULL || g_str_equal (place, "nowhere"))
    return sg_tool_name_normalise (place, error);

  return sg_tool_subject_find (context, place, SG_SUBJECT_PLACE, error);
}

static JsonNode *
sg_create_character_tool_run (SgTool         *tool,
                              SgToolContext  *context,
                              const char     *call,
                              JsonObject     *arguments,
                              GError        **error)
{
  g_autofree char *id = sg_tool_name_normalise (get_id (arguments), error);
  g_autofree char *place = NULL;
  JsonNode *traits = json_object_get_member (arguments, "traits");
  JsonObject *result;

  if (id == NULL || !check_free (context, id, error))
    return NULL;

  place = find_place (context, arguments, error);
  if (place == NULL && sg_tool_get_string (arguments, "place") != NULL)
    return NULL;

  sg_tool_write_text (context, call, id, "kind", SG_CAST_KIND);
  sg_tool_write_text (context, call, id, "name", sg_tool_get_string (arguments, "name"));
  sg_tool_write_text (context, call, id, "description", sg_tool_get_string (arguments, "description"));
  if (place != NULL)
    sg_tool_write_text (context, call, id, "place", place);
  if (traits != NULL && json_array_get_length (json_node_get_array (traits)) > 0)
    sg_world_set (sg_tool_context_get_world (context), id, "traits", json_node_copy (traits), call);

  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  if (place != NULL)
    json_object_set_string_member (result, "place", place);

  return sg_tool_json_take_object (result);
}

static void
sg_create_character_tool_class_init (SgCreateCharacterToolClass *klass)
{
  static const char *const key_arguments[] = { "id", "name", "place", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "create_character";
  tool_class->description =
    "Bring somebody new into the story. They are where the player is unless `place` says otherwise.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"id\":{\"type\":\"string\"},"
    "\"description\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600},"
    "\"place\":{\"type\":\"string\"},"
    "\"traits\":{\"type\":\"array\",\"maxItems\":8,\"items\":{\"type\":\"string\",\"maxLength\":60}}},"
    "\"required\":[\"name\",\"description\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_create_character_tool_dup_keys;
  tool_class->run = sg_create_character_tool_run;
}

static void
sg_create_character_tool_init (SgCreateCharacterTool *self)
{
}
