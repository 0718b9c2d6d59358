/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

/* Clocks set off effects that move clocks; a circle ends here. */
#define MAX_DEPTH 12

/* The player comes to a place; telling of it is for those who know how. */
void
sg_play_visit (SgPlay     *self,
               const char *place)
{
  sg_view_visit (self->view, place, NULL);
}

static void
reach_marks (SgPlay         *self,
             const SgEntity *clock,
             gint64          from,
             gint64          to)
{
  JsonObject *marks = sg_member_object (clock->data, "at");

  for (gint64 mark = from + 1; marks != NULL && mark <= to; mark++)
    {
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, mark);
      JsonNode *reaction = sg_member (marks, name);

      if (reaction != NULL)
        {
          g_autofree char *key = g_strconcat (clock->id, ":", name, NULL);

          sg_play_react (self, reaction, key);
        }
    }
}

/**
 * sg_play_advance:
 * @clock: the id of a clock
 * @by: by how much; may be negative
 *
 * Moves a clock and lets happen what stands at the marks that it passes.
 */
void
sg_play_advance (SgPlay     *self,
                 const char *clock,
                 gint64      by)
{
  const SgEntity *entity = sg_play_lookup (self, clock);
  gint64 before;
  gint64 after;

  if (entity == NULL || entity->kind != SG_ENTITY_CLOCK || self->depth > MAX_DEPTH)
    return;

  after = sg_view_move_clock (self->view, entity, by, NULL, &before);
  self->depth++;
  reach_marks (self, entity, before, after);
  self->depth--;
}

/**
 * sg_play_set_goal:
 * @state: `open`, `done` or `failed`
 *
 * Sets the state of a goal and lets happen what comes with it, once.
 */
void
sg_play_set_goal (SgPlay     *self,
                  const char *goal,
                  const char *state)
{
  const SgEntity *entity = sg_play_lookup (self, goal);
  g_autofree char *member = g_strconcat ("on_", state, NULL);
  g_autofree char *key = g_strconcat (goal, ":", state, NULL);

  if (entity == NULL || g_strcmp0 (sg_view_get_word (self->view, goal, "state"), state) == 0)
    return;

  sg_world_set_string (self->world, goal, "state", state);
  self->depth++;
  if (self->depth <= MAX_DEPTH)
    sg_play_react (self, sg_member (entity->data, member), key);
  self->depth--;
}

static void
apply_one (SgPlay         *self,
           const SgEffect *effect)
{
  if (sg_view_apply (self->view, effect, NULL))
    {
      if (effect->type == SG_EFFECT_GIVE)
        sg_play_mention (self, effect->entity);
    }
  else if (effect->type == SG_EFFECT_ADVANCE)
    sg_play_advance (self, effect->entity, effect->number);
  else
    sg_play_set_goal (self, effect->entity, effect->type == SG_EFFECT_OPEN   ? "open"
                                            : effect->type == SG_EFFECT_DONE ? "done"
                                                                             : "failed");
}

static void
apply_remember (SgPlay     *self,
                JsonObject *object)
{
  JsonArray *keywords = sg_member_array (object, "keywords");
  g_autoptr (GString) words = g_string_new (NULL);
  SgNote *note;

  if (!sg_view_holds (self->view, sg_member (object, "if")))
    return;

  for (guint i = 0; keywords != NULL && i < json_array_get_length (keywords); i++)
    g_string_append_printf (words, "%s%s", i > 0 ? "," : "", json_array_get_string_element (keywords, i));

  note = g_new0 (SgNote, 1);
  note->text = sg_view_render (self->view, sg_member (object, "remember"));
  note->keywords = g_strdup (words->str);
  note->importance = (int) CLAMP (sg_member_int (object, "importance", 5), 1, 10);
  g_ptr_array_add (self->notes, note);
}

/**
 * sg_play_apply:
 * @effects: (nullable): a sentence, an object, or an array of them
 *
 * Makes effects come about.
 */
void
sg_play_apply (SgPlay   *self,
               JsonNode *effects)
{
  const char *text = sg_node_string (effects);

  if (effects == NULL || self->waiting)
    return;

  if (text != NULL)
    {
      const SgEffect *effect = sg_scenario_get_effect (self->scenario, text);

      if (effect != NULL)
        apply_one (self, effect);
    }
  else if (JSON_NODE_HOLDS_ARRAY (effects))
    {
      JsonArray *array = json_node_get_array (effects);

      for (guint i = 0; i < json_array_get_length (array); i++)
        sg_play_apply (self, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (effects))
    {
      JsonObject *object = json_node_get_object (effects);

      if (json_object_has_member (object, "remember"))
        apply_remember (self, object);
      else if (sg_view_holds (self->view, sg_member (object, "if")))
        sg_play_apply (self, sg_member (object, "do"));
      else
        sg_play_apply (self, sg_member (object, "else"));
    }
}
