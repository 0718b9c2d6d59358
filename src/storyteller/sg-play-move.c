/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

/* Those who follow come along, and are seen to. */
static void
bring_followers (SgPlay     *self,
                 const char *from,
                 const char *to)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  g_autoptr (GPtrArray) followers = g_ptr_array_new ();
  g_autofree char *list = NULL;
  g_autofree char *line = NULL;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind != SG_ENTITY_PERSON || !sg_view_is_set (self->view, entity->id, "following")
          || g_strcmp0 (sg_view_get_place_of (self->view, entity->id), from) != 0)
        continue;
      sg_world_set_string (self->world, entity->id, "place", to);
      g_ptr_array_add (followers, (gpointer) entity);
    }

  if (followers->len == 0)
    return;

  list = sg_play_dup_list (self, followers, SG_NAME_DEFINITE);
  line = g_strdup_printf ("%s %s with you.", list, followers->len > 1 ? "come" : "comes");
  line[0] = g_ascii_toupper (line[0]);
  sg_play_tell (self, line);
}

/**
 * sg_play_enter:
 * @place: a place
 *
 * Brings the player to a place and tells of it.
 */
void
sg_play_enter (SgPlay     *self,
               const char *place)
{
  g_autofree char *from = g_strdup (sg_view_get_place (self->view));
  gboolean again = sg_view_is_set (self->view, place, "visited");
  const SgEntity *entity = sg_play_lookup (self, place);

  sg_play_visit (self, place);
  sg_play_describe_place (self, again);
  self->looked = TRUE;
  bring_followers (self, from, place);

  if (entity != NULL)
    {
      g_autofree char *key = g_strconcat (place, ":enter:", NULL);

      sg_play_react (self, sg_member (sg_member_object (entity->data, "on"), "enter"), key);
    }
}

/* A reaction to leaving that has a condition holds the player back, unless it lets them go on. */
static gboolean
may_leave (SgPlay *self)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonNode *leave = place != NULL ? sg_member (sg_member_object (place->data, "on"), "leave") : NULL;
  g_autofree char *key = NULL;
  SgReacted reacted;
  gboolean binds;

  if (leave == NULL)
    return TRUE;

  key = g_strconcat (place->id, ":leave:", NULL);
  binds = JSON_NODE_HOLDS_ARRAY (leave)
          || (JSON_NODE_HOLDS_OBJECT (leave) && sg_member (json_node_get_object (leave), "if") != NULL);
  reacted = sg_play_react (self, leave, key);

  return !self->waiting && (reacted != SG_REACTED_DONE || !binds);
}

static gboolean
take_exit (SgPlay     *self,
           const char *key,
           JsonNode   *exit)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (exit) ? json_node_get_object (exit) : NULL;
  g_autofree char *to = g_strdup (sg_exit_get_to (exit));

  sg_view_set_var (self->view, "direction", key);
  self->takes_time = TRUE;
  if (!sg_exit_is_open (self->view, exit))
    {
      if (sg_member (object, "blocked") != NULL)
        sg_play_tell_node (self, sg_member (object, "blocked"));
      else
        sg_play_say (self, "cannot_go");
      self->stop = TRUE;
      return TRUE;
    }

  if (!may_leave (self))
    {
      self->stop = TRUE;
      return TRUE;
    }

  if (object != NULL)
    {
      sg_play_tell_node (self, sg_member (object, "text"));
      sg_play_apply (self, sg_member (object, "do"));
    }
  sg_play_enter (self, to);

  return TRUE;
}

static JsonNode *
find_direction (SgPlay      *self,
                const char  *direction,
                const char **key)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  JsonNode *exit = sg_member (exits, direction);

  *key = direction;
  if (exit == NULL && g_str_equal (direction, "in"))
    exit = sg_member (exits, *key = "inside");
  if (exit == NULL && g_str_equal (direction, "out"))
    exit = sg_member (exits, *key = "outside");
  if (exit == NULL)
    return NULL;

  exit = sg_exit_choose (self->view, exit);

  return sg_exit_is_known (self->view, exit) ? exit : NULL;
}

/* "in" and "out" where only one way leads that could be meant. */
static JsonNode *
find_only_exit (SgPlay      *self,
                const char **key)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  JsonNode *found = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (exits == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonNode *exit = name[0] != '#' ? sg_exit_choose (self->view, node) : NULL;

      if (!sg_exit_is_known (self->view, exit))
        continue;
      if (found != NULL)
        return NULL;
      found = exit;
      *key = name;
    }

  return found;
}

static JsonNode *
find_exit (SgPlay      *self,
           SgCommand   *command,
           const char **key)
{
  const char *noun = command->objects != NULL ? command->objects[0] : NULL;
  const char *direction = command->direction;
  JsonNode *exit = NULL;

  if (noun != NULL)
    exit = sg_resolve_exit (self->view, noun, key, NULL);
  if (exit == NULL && direction != NULL && !g_str_equal (direction, "back"))
    exit = find_direction (self, direction, key);
  /* A way south may be "out" by its own names. */
  if (exit == NULL && direction != NULL && noun == NULL && !g_str_equal (direction, "back"))
    exit = sg_resolve_exit (self->view, direction, key, NULL);
  if (exit == NULL && direction != NULL && noun == NULL && g_str_equal (direction, "back"))
    exit = sg_exit_find (self->view, sg_view_get_place (self->view),
                         sg_view_get_word (self->view, "storyteller", "back"), key);
  if (exit == NULL && noun == NULL && (direction == NULL || g_strv_contains ((const char *[]) { "out", "back", NULL },
                                                                              direction)))
    {
      const char *wanted = g_strcmp0 (command->verb, "enter") == 0 ? "in" : "out";

      if (g_strcmp0 (command->verb, "go") != 0)
        exit = find_direction (self, wanted, key);
      if (exit == NULL && g_strcmp0 (command->verb, "go") != 0)
        exit = sg_resolve_exit (self->view, wanted, key, NULL);
      if (exit == NULL)
        exit = find_only_exit (self, key);
    }

  return exit;
}

static void
tell_no_way (SgPlay *self)
{
  g_autofree char *exits = sg_play_dup_exits (self);
  g_autofree char *line = NULL;

  sg_play_say (self, "cannot_go");
  if (exits[0] == '\0')
    return;

  line = g_strdup_printf ("From here you can go %s.", exits);
  sg_play_tell_inline (self, line);
}

/* To a place that is known but not next door: the player is told the first step, if it is one. */
static gboolean
go_to_known_place (SgPlay     *self,
                   const char *noun)
{
  g_auto (SgTarget) target = sg_resolve (self->view, noun, SG_PREFER_PLACES);
  g_autofree char *name = NULL;
  g_autofree char *line = NULL;
  g_autofree char *exits = NULL;

  if (target.type != SG_TARGET_ENTITY || target.entity->kind != SG_ENTITY_PLACE)
    return FALSE;

  if (g_strcmp0 (target.entity->id, sg_view_get_place (self->view)) == 0)
    {
      sg_play_describe_place (self, TRUE);
      return TRUE;
    }

  if (!sg_view_is_set (self->view, target.entity->id, "visited"))
    return FALSE;

  name = sg_view_dup_name (self->view, target.entity->id, SG_NAME_DEFINITE);
  exits = sg_play_dup_exits (self);
  line = g_strdup_printf ("It is more than one step to %s. From here you can go %s.", name, exits);
  sg_play_tell (self, line);

  return TRUE;
}

/* To somebody or something that is here: "approach the altar", "go to Mira". */
static gboolean
go_to_thing (SgPlay     *self,
             SgCommand  *command,
             const char *noun)
{
  g_auto (SgTarget) target = sg_resolve (self->view, noun, SG_PREFER_NOTHING);
  SgReacted reacted;

  if (!target.present)
    return FALSE;

  if (target.type == SG_TARGET_DETAIL)
    {
      sg_play_react (self, target.node, target.name);
      return TRUE;
    }
  if (target.type != SG_TARGET_ENTITY)
    return FALSE;

  reacted = sg_play_on (self, command->verb, target.entity->id, NULL);
  if (reacted == SG_REACTED_NO)
    sg_play_describe (self, target.entity);
  sg_play_mention (self, target.entity->id);

  return TRUE;
}

/**
 * sg_play_go:
 * @command: with the verb `go`, `enter` or `leave`
 *
 * Moves the player.
 *
 * Returns: %TRUE
 */
gboolean
sg_play_go (SgPlay    *self,
            SgCommand *command)
{
  const char *noun = command->objects != NULL ? command->objects[0] : NULL;
  const char *key = NULL;
  JsonNode *exit = find_exit (self, command, &key);

  if (exit != NULL)
    return take_exit (self, key, exit);

  self->stop = TRUE;
  if (noun != NULL && (go_to_thing (self, command, noun) || go_to_known_place (self, noun)))
    return TRUE;

  if (sg_play_oracle (self, command->text, TRUE))
    return TRUE;
  tell_no_way (self);

  return TRUE;
}
