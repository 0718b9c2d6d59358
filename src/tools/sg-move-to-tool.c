/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moves the player or a character, as the storyteller would.  What an author has barred stays barred: a shut gate
 * and a place that does not exist are refused, with what would help.  That no way leads straight there is only said:
 * the story may have skipped the way.  Where there is no scenario every place is as good as another. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-happening.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"
#include "world/sg-cast.h"

struct _SgMoveToTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgMoveToTool, sg_move_to_tool, SG_TYPE_TOOL)

static gboolean
moves_player (JsonObject *arguments)
{
  const char *who = sg_tool_get_string (arguments, "who");
  g_autofree char *normal = who != NULL ? sg_tool_name_normalise (who, NULL) : NULL;

  return who == NULL || g_strcmp0 (normal, "player") == 0;
}

/* Where the player comes, anything may happen. */
static char **
sg_move_to_tool_dup_keys (SgTool     *tool,
                          JsonObject *arguments)
{
  const char *everything[] = { "state:*", "memory:*", NULL };

  return moves_player (arguments) ? g_strdupv ((char **) everything) : sg_tool_key_of (arguments, "who");
}

static char *
find_place (SgToolContext  *context,
            JsonObject     *arguments,
            GError        **error)
{
  const char *raw = sg_tool_get_string (arguments, "place");
  g_autoptr (GError) local = NULL;
  char *place = sg_tool_subject_find (context, raw, SG_SUBJECT_PLACE, &local);

  if (place != NULL)
    return place;
  if (sg_tool_context_get_scenario (context) == NULL)
    return sg_tool_name_normalise (raw, error);

  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "%s. A new place has to be made first: update_state with kind \"place\"", local->message);

  return NULL;
}

/* Those who follow come along. */
static void
bring_followers (SgToolContext *context,
                 const char    *call,
                 const char    *from,
                 const char    *to,
                 JsonObject    *result)
{
  SgWorld *world = sg_tool_context_get_world (context);
  g_auto (GStrv) cast = sg_cast_list (world, sg_tool_context_get_scenario (context));
  g_autoptr (JsonArray) with = json_array_new ();

  for (guint i = 0; from != NULL && cast[i] != NULL; i++)
    {
      if (!sg_world_get_boolean (world, cast[i], "following") || sg_world_get_boolean (world, cast[i], "dead")
          || g_strcmp0 (sg_world_get_string (world, cast[i], "place"), from) != 0)
        continue;
      sg_tool_write_text (context, call, cast[i], "place", to);
      json_array_add_string_element (with, cast[i]);
    }

  if (json_array_get_length (with) > 0)
    json_object_set_array_member (result, "with", g_steal_pointer (&with));
}

static gboolean
refuse (SgHappening  *happening,
        const char   *what,
        GError      **error)
{
  const char *text = sg_happening_get_text (happening);

  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "%s%s%s", what, text != NULL ? ": " : "",
               text != NULL ? text : "");

  return FALSE;
}

/* A reaction to leaving that has a condition holds the player back, unless it lets them go on. */
static gboolean
leave (SgHappening  *happening,
       const char   *from,
       GError      **error)
{
  SgScenario *scenario = sg_view_get_scenario (sg_happening_get_view (happening));
  const SgEntity *place = sg_scenario_lookup (scenario, from);
  JsonNode *reaction =
    place != NULL ? sg_member (sg_member_object (place->data, "on"), "leave") : NULL;
  g_autofree char *key = g_strconcat (from, ":leave:", NULL);
  gboolean binds;

  if (reaction == NULL)
    return TRUE;

  binds = JSON_NODE_HOLDS_ARRAY (reaction)
          || (JSON_NODE_HOLDS_OBJECT (reaction)
              && sg_member (json_node_get_object (reaction), "if") != NULL);
  if (sg_happening_react (happening, reaction, key) == SG_HAPPENED && binds)
    return refuse (happening, "The player cannot leave", error);

  return TRUE;
}

/* The way there, if one leads there. */
static gboolean
take_exit (SgHappening  *happening,
           const char   *from,
           const char   *to,
           JsonObject   *result,
           GError      **error)
{
  SgView *view = sg_happening_get_view (happening);
  const char *way = NULL;
  JsonNode *exit = sg_exit_find (view, from, to, &way);
  JsonObject *object = exit != NULL && JSON_NODE_HOLDS_OBJECT (exit) ? json_node_get_object (exit) : NULL;
  const char *condition = object != NULL ? sg_member_string (object, "if") : NULL;

  if (exit != NULL && !sg_exit_is_open (view, exit))
    {
      g_autofree char *what =
        g_strdup_printf ("The way %s is barred%s%s%s", way, condition != NULL ? " until `" : "",
                         condition != NULL ? condition : "", condition != NULL ? "`" : "");

      sg_happening_tell (happening, sg_member (object, "blocked"));
      return refuse (happening, what, error);
    }

  if (from != NULL && !leave (happening, from, error))
    return FALSE;

  if (exit == NULL && from != NULL)
    json_object_set_string_member (result, "note", "no way leads straight there: tell how they came");
  if (object != NULL)
    {
      sg_happening_tell (happening, sg_member (object, "text"));
      sg_happening_apply (happening, sg_member (object, "do"));
    }

  return TRUE;
}

static void
enter (SgHappening *happening,
       const char  *place)
{
  SgScenario *scenario = sg_view_get_scenario (sg_happening_get_view (happening));
  const SgEntity *entity = sg_scenario_lookup (scenario, place);
  g_autofree char *key = g_strconcat (place, ":enter:", NULL);

  if (entity != NULL)
    sg_happening_react (happening, sg_member (sg_member_object (entity->data, "on"), "enter"), key);
}

static gboolean
move_in_scenario (SgToolContext  *context,
                  const char     *call,
                  const char     *from,
                  const char     *place,
                  JsonObject     *result,
                  GError        **error)
{
  g_autoptr (SgHappening) happening = sg_happening_new (context, call);

  if (!take_exit (happening, from, place, result, error))
    return FALSE;

  sg_view_visit (sg_happening_get_view (happening), place, call);
  bring_followers (context, call, from, place, result);
  enter (happening, place);
  if (sg_view_is_dark (sg_happening_get_view (happening)))
    json_object_set_boolean_member (result, "dark", TRUE);
  sg_happening_add_to (happening, result);

  return TRUE;
}

static void
move_freely (SgToolContext *context,
             const char    *call,
             const char    *from,
             const char    *place,
             JsonObject    *result)
{
  SgWorld *world = sg_tool_context_get_world (context);
  gint64 visited = sg_world_get_int (world, place, "visited", 0);

  sg_tool_write_text (context, call, "player", "place", place);
  sg_world_set (world, place, "visited",
                json_node_init_int (json_node_alloc (), CLAMP (visited, 0, 1000000) + 1), call);
  bring_followers (context, call, from, place, result);
}

static gboolean
move_player (SgToolContext  *context,
             const char     *call,
             const char     *place,
             JsonObject     *result,
             GError        **error)
{
  SgWorld *world = sg_tool_context_get_world (context);
  g_autofree char *from = g_strdup (sg_world_get_string (world, "player", "place"));

  if (g_strcmp0 (from, place) == 0)
    {
      json_object_set_boolean_member (result, "already", TRUE);
      return TRUE;
    }

  if (from != NULL)
    json_object_set_string_member (result, "from", from);
  if (sg_tool_context_get_scenario (context) != NULL)
    return move_in_scenario (context, call, from, place, result, error);

  move_freely (context, call, from, place, result);

  return TRUE;
}

static gboolean
move_character (SgToolContext  *context,
                const char     *call,
                const char     *who,
                const char     *place,
                JsonObject     *result,
                GError        **error)
{
  SgWorld *world = sg_tool_context_get_world (context);
  g_autofree char *from = g_strdup (sg_world_get_string (world, who, "place"));

  if (sg_world_get_boolean (world, who, "dead"))
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "`%s` is dead; who carries them? Use update_state to put them elsewhere", who);
      return FALSE;
    }

  if (from != NULL)
    json_object_set_string_member (result, "from", from);
  sg_tool_write_text (context, call, who, "place", place);
  sg_world_set (world, who, "hidden", NULL, call);

  return TRUE;
}

static JsonNode *
sg_move_to_tool_run (SgTool         *tool,
                     SgToolContext  *context,
                     const char     *call,
                     JsonObject     *arguments,
                     GError        **error)
{
  g_autofree char *who = NULL;
  g_autofree char *place = NULL;
  g_autoptr (JsonObject) result = json_object_new ();
  gboolean player = moves_player (arguments);

  who = player ? g_strdup ("player")
               : sg_tool_subject_find_id (context, sg_tool_get_string (arguments, "who"),
                                          SG_SUBJECT_CHARACTER, error);
  if (who == NULL)
    return NULL;

  /* Somebody who goes out of the story goes nowhere. */
  if (!player && g_str_equal (sg_tool_get_string (arguments, "place"), "nowhere"))
    place = g_strdup ("nowhere");
  else
    place = find_place (context, arguments, error);
  if (place == NULL)
    return NULL;

  json_object_set_string_member (result, "who", who);
  json_object_set_string_member (result, "place", place);
  if (player ? !move_player (context, call, place, result, error)
             : !move_character (context, call, who, place, result, error))
    return NULL;

  return sg_tool_json_take_object (g_steal_pointer (&result));
}

static void
sg_move_to_tool_class_init (SgMoveToToolClass *klass)
{
  static const char *const key_arguments[] = { "who", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "move_to";
  tool_class->description = "Move the player, or a character, to a place. Those who follow come along.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"place\":{\"type\":\"string\"},"
    "\"who\":{\"type\":\"string\",\"description\":\"default player\"}},"
    "\"required\":[\"place\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_move_to_tool_dup_keys;
  tool_class->run = sg_move_to_tool_run;
}

static void
sg_move_to_tool_init (SgMoveToTool *self)
{
}
