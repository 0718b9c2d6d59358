/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What there is to see where the player is, or in another place: what is hidden stays so, and in the dark there is
 * only what the player carries and who can be heard.  Beside what the scenario knows there is what has come to be
 * while the story was told. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-cast.h"

/* How many of each are listed, and how long a description may be, in characters. */
#define LISTED_MAX 30
#define DESCRIPTION_MAX 800

struct _SgLookAroundTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgLookAroundTool, sg_look_around_tool, SG_TYPE_TOOL)

/* Who looks, where, and what was found. */
typedef struct
{
  SgToolContext *context;
  SgWorld       *world;
  SgScenario    *scenario;
  SgView        *view;
  const char    *place;
  gboolean       here;
  gboolean       dark;
  JsonObject    *result;
} Look;

static char **
sg_look_around_tool_dup_keys (SgTool     *tool,
                              JsonObject *arguments)
{
  const char *keys[] = { "state:*", NULL };

  return g_strdupv ((char **) keys);
}

/* The attributes that can be seen of somebody or something. */
static JsonObject *
describe (Look       *look,
          const char *id)
{
  static const char *const shown[] = { "mood", "dead", "asleep", "following", "open", "locked", "lit", "worn" };
  JsonObject *object = json_object_new ();
  g_autofree char *name = sg_tool_subject_dup_name (look->context, id);

  json_object_set_string_member (object, "id", id);
  if (!g_str_equal (name, id))
    json_object_set_string_member (object, "name", name);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      JsonNode *value = sg_world_get (look->world, id, shown[i]);
      gboolean no = value != NULL && JSON_NODE_HOLDS_VALUE (value)
                    && json_node_get_value_type (value) == G_TYPE_BOOLEAN && !json_node_get_boolean (value);

      /* That somebody is not dead goes without saying; that a lamp is out does not. */
      if (value != NULL && (!no || i >= 4))
        json_object_set_member (object, shown[i], json_node_copy (value));
    }

  return object;
}

static void
add_list (Look       *look,
          const char *name,
          GPtrArray  *ids)
{
  JsonArray *array;

  if (ids->len == 0)
    return;

  array = json_array_new ();
  for (guint i = 0; i < MIN (ids->len, LISTED_MAX); i++)
    json_array_add_object_element (array, describe (look, g_ptr_array_index (ids, i)));
  json_object_set_array_member (look->result, name, array);
  if (ids->len > LISTED_MAX)
    {
      g_autofree char *more = g_strconcat ("more_", name, NULL);

      json_object_set_int_member (look->result, more, ids->len - LISTED_MAX);
    }
}

static gboolean
is_visible (Look       *look,
            const char *id)
{
  if (look->view != NULL && sg_scenario_lookup (look->scenario, id) != NULL && look->here)
    return sg_view_is_here (look->view, id) && !sg_view_is_carried (look->view, id);

  return !sg_world_get_boolean (look->world, id, "hidden")
         && g_strcmp0 (sg_world_get_string (look->world, id, "place"), look->place) == 0;
}

/* Characters and gods are people here, all else is a thing. */
static gboolean
is_somebody (Look       *look,
             const char *id)
{
  const SgEntity *entity = look->scenario != NULL ? sg_scenario_lookup (look->scenario, id) : NULL;

  return (entity != NULL && entity->kind == SG_ENTITY_DEITY) || sg_cast_has (look->world, look->scenario, id);
}

/* Everything that has a place. */
static void
add_entities (Look *look)
{
  g_auto (GStrv) entities = sg_world_list_entities (look->world);
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  g_autoptr (GPtrArray) things = g_ptr_array_new ();
  g_autoptr (GPtrArray) carried = g_ptr_array_new ();

  for (guint i = 0; entities[i] != NULL; i++)
    {
      gboolean somebody = is_somebody (look, entities[i]);
      const char *at = sg_world_get_string (look->world, entities[i], "place");

      if (g_str_equal (entities[i], "player") || sg_world_is_note (entities[i]) || at == NULL)
        continue;
      if (look->here && !somebody && g_str_equal (at, "player"))
        g_ptr_array_add (carried, entities[i]);
      else if (is_visible (look, entities[i]) && (somebody || !look->dark))
        g_ptr_array_add (somebody ? people : things, entities[i]);
    }

  add_list (look, "people", people);
  add_list (look, "things", things);
  add_list (look, "carried", carried);
}

static void
add_exit (Look       *look,
          JsonArray  *array,
          const char *key,
          JsonNode   *exit)
{
  JsonObject *data = JSON_NODE_HOLDS_OBJECT (exit) ? json_node_get_object (exit) : NULL;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "way", key);
  json_object_set_string_member (object, "to", sg_exit_get_to (exit));
  if (data != NULL && sg_member (data, "name") != NULL)
    {
      g_autofree char *name = sg_view_render (look->view, sg_member (data, "name"));

      json_object_set_string_member (object, "name", name);
    }
  if (!sg_exit_is_open (look->view, exit))
    {
      g_autofree char *blocked = sg_view_render (look->view, sg_member (data, "blocked"));

      json_object_set_string_member (object, "barred", *blocked != '\0' ? blocked : "yes");
    }
  json_array_add_object_element (array, object);
}

static void
add_exits (Look           *look,
           const SgEntity *place)
{
  JsonObject *exits = sg_member_object (place->data, "exits");
  g_autoptr (JsonArray) array = json_array_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (exits == NULL)
    return;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonNode *exit = key[0] != '#' ? sg_exit_choose (look->view, node) : NULL;

      if (exit != NULL && sg_exit_is_known (look->view, exit))
        add_exit (look, array, key, exit);
    }

  if (json_array_get_length (array) > 0)
    json_object_set_array_member (look->result, "exits", g_steal_pointer (&array));
}

static void
add_place (Look *look)
{
  const SgEntity *place = look->view != NULL ? sg_scenario_lookup (look->scenario, look->place) : NULL;
  g_autofree char *name = sg_tool_subject_dup_name (look->context, look->place);
  g_autofree char *description = NULL;
  JsonNode *exits = sg_world_get (look->world, look->place, "exits");

  json_object_set_string_member (look->result, "place", look->place);
  if (!g_str_equal (name, look->place))
    json_object_set_string_member (look->result, "name", name);
  if (look->dark)
    json_object_set_boolean_member (look->result, "dark", TRUE);

  if (place != NULL)
    description = sg_view_render (look->view, sg_member (place->data, look->dark ? "dark_text" : "description"));
  else
    description = g_strdup (sg_world_get_string (look->world, look->place, "description"));
  if (description != NULL && *description != '\0')
    {
      g_autofree char *cut = sg_tool_excerpt (description, DESCRIPTION_MAX);

      json_object_set_string_member (look->result, "description", cut);
    }

  if (place != NULL)
    add_exits (look, place);
  else if (exits != NULL)
    json_object_set_member (look->result, "exits", json_node_copy (exits));
}

static char *
find_place (SgToolContext  *context,
            JsonObject     *arguments,
            GError        **error)
{
  const char *place = sg_tool_get_string (arguments, "place");
  const char *here = sg_world_get_string (sg_tool_context_get_world (context), "player", "place");

  if (place != NULL)
    return sg_tool_subject_find (context, place, SG_SUBJECT_PLACE, error);

  if (here == NULL)
    g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                         "Nobody knows where the player is: say it with move_to");

  return g_strdup (here);
}

static JsonNode *
sg_look_around_tool_run (SgTool         *tool,
                         SgToolContext  *context,
                         const char     *call,
                         JsonObject     *arguments,
                         GError        **error)
{
  g_autofree char *place = find_place (context, arguments, error);
  g_autoptr (SgView) view = NULL;
  Look look = { 0 };

  if (place == NULL)
    return NULL;

  view = sg_tool_subject_new_view (context);
  look.context = context;
  look.world = sg_tool_context_get_world (context);
  look.scenario = sg_tool_context_get_scenario (context);
  look.view = view;
  look.place = place;
  look.here = g_strcmp0 (sg_world_get_string (look.world, "player", "place"), place) == 0;
  look.dark = look.here && view != NULL && sg_view_is_dark (view);
  look.result = json_object_new ();

  add_place (&look);
  add_entities (&look);

  return sg_tool_json_take_object (look.result);
}

static void
sg_look_around_tool_class_init (SgLookAroundToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "look_around";
  tool_class->description = "What there is here, or in `place`: exits, people, things, light.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_look_around_tool_dup_keys;
  tool_class->run = sg_look_around_tool_run;
}

static void
sg_look_around_tool_init (SgLookAroundTool *self)
{
}
