/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happens after the player has acted: clocks, events, people on their ways, goals, endings. */

#include "config.h"

#include "storyteller/sg-play-private.h"

static void
run_clocks (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len && !self->waiting; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);
      gint64 per_turn;

      if (entity->kind != SG_ENTITY_CLOCK)
        continue;

      per_turn = sg_member_int (entity->data, "per_turn", 0);
      if (per_turn != 0 && sg_view_holds (self->view, sg_member (entity->data, "if")))
        sg_play_advance (self, entity->id, per_turn);
    }
}

static void
run_event (SgPlay     *self,
           const char *id,
           JsonObject *event)
{
  g_autofree char *attribute = g_strconcat ("event_", id, NULL);
  JsonNode *condition = sg_member (event, "if");

  if (condition == NULL || !sg_view_holds (self->view, condition))
    return;
  if (sg_view_is_set (self->view, "story", attribute) && !sg_member_boolean (event, "repeat", FALSE))
    return;

  sg_world_set_boolean (self->world, "story", attribute, TRUE);
  if (sg_member (event, "check") != NULL)
    sg_play_check (self, sg_play_get_check (self, sg_member (event, "check")), event, id);
  else
    {
      sg_play_tell_node (self, sg_member (event, "text"));
      sg_play_apply (self, sg_member (event, "do"));
    }
  if (!self->waiting)
    sg_play_react (self, sg_member (event, "then"), id);
}

static void
run_events (SgPlay *self)
{
  JsonObject *events = sg_scenario_get_section (self->scenario, "events");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (events == NULL)
    return;

  json_object_iter_init_ordered (&iter, events);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      if (id[0] != '#' && !self->waiting)
        run_event (self, id, json_node_get_object (node));
    }
}

/* Someone comes or goes; told where the player sees it. */
static void
move_person (SgPlay         *self,
             const SgEntity *person,
             const char     *to,
             JsonObject     *entry)
{
  const char *here = sg_view_get_place (self->view);
  const char *from = sg_view_get_place_of (self->view, person->id);

  if (g_strcmp0 (from, to) == 0)
    return;

  if (g_strcmp0 (from, here) == 0)
    sg_play_tell_node (self, sg_member (entry, "leaves"));
  sg_world_set_string (self->world, person->id, "place", to);
  if (g_strcmp0 (to, here) == 0)
    sg_play_tell_node (self, sg_member (entry, "arrives"));
}

static void
run_schedule (SgPlay         *self,
              const SgEntity *person)
{
  JsonArray *schedule = sg_member_array (person->data, "schedule");

  if (schedule == NULL || sg_view_is_set (self->view, person->id, "following")
      || sg_view_is_set (self->view, person->id, "dead") || sg_view_is_set (self->view, person->id, "asleep"))
    return;

  for (guint i = 0; i < json_array_get_length (schedule); i++)
    {
      JsonObject *entry = json_array_get_object_element (schedule, i);
      const char *to = sg_member_string (entry, "at");

      if (to != NULL && sg_view_holds (self->view, sg_member (entry, "if")))
        {
          move_person (self, person, to, entry);
          return;
        }
    }
}

static void
run_schedules (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_PERSON)
        run_schedule (self, entity);
    }
}

static gboolean
holds_if_there (SgPlay         *self,
                const SgEntity *goal,
                const char     *member)
{
  JsonNode *condition = sg_member (goal->data, member);

  return condition != NULL && sg_view_holds (self->view, condition);
}

static void
run_goals (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len && !self->waiting; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);
      const char *state;

      if (entity->kind != SG_ENTITY_GOAL)
        continue;

      state = sg_view_get_word (self->view, entity->id, "state");
      if (state == NULL && holds_if_there (self, entity, "open"))
        sg_play_set_goal (self, entity->id, "open");

      state = sg_view_get_word (self->view, entity->id, "state");
      if (g_strcmp0 (state, "open") != 0)
        continue;
      if (holds_if_there (self, entity, "done"))
        sg_play_set_goal (self, entity->id, "done");
      else if (holds_if_there (self, entity, "failed"))
        sg_play_set_goal (self, entity->id, "failed");
    }
}

/**
 * sg_play_pass_time:
 *
 * Lets the world have its turn.
 */
void
sg_play_pass_time (SgPlay *self)
{
  sg_world_set_int (self->world, "story", "turn", sg_view_get_number (self->view, "story", "turn") + 1);
  run_clocks (self);
  if (!self->waiting)
    run_events (self);
  if (!self->waiting)
    run_schedules (self);
}

static const char *
find_ending (SgPlay     *self,
             JsonObject *endings)
{
  const char *called = sg_view_get_word (self->view, "story", "ending");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (called != NULL && sg_member (endings, called) != NULL)
    return called;

  json_object_iter_init_ordered (&iter, endings);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonNode *condition = id[0] != '#' ? sg_member (json_node_get_object (node), "if") : NULL;

      if (condition != NULL && sg_view_holds (self->view, condition))
        return id;
    }

  return NULL;
}

/**
 * sg_play_finish:
 *
 * Looks at goals and endings, and ends the story if one of them holds.
 */
void
sg_play_finish (SgPlay *self)
{
  JsonObject *endings = sg_scenario_get_section (self->scenario, "endings");
  g_autofree char *title = NULL;
  g_autofree char *line = NULL;
  g_autofree char *ending = NULL;

  run_goals (self);
  if (self->waiting)
    return;

  ending = g_strdup (find_ending (self, endings));
  if (ending == NULL)
    return;

  sg_world_set_string (self->world, "story", "ending", ending);
  sg_play_tell_node (self, sg_member (sg_member_object (endings, ending), "text"));
  title = sg_view_render (self->view, sg_member (sg_member_object (endings, ending), "title"));
  line = g_strdup_printf ("The end: %s.", title);
  sg_play_tell (self, line);
  sg_play_say (self, "ended");
}
