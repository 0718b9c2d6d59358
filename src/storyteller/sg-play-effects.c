/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

/* Clocks set off effects that move clocks; a circle ends here. */
#define MAX_DEPTH 12

static void
set_operand (SgPlay         *self,
             const SgEffect *effect)
{
  const SgOperand *operand = effect->operand;
  JsonNode *value = NULL;

  switch (operand->type)
    {
    case SG_OPERAND_NULL:
      value = json_node_new (JSON_NODE_NULL);
      break;
    case SG_OPERAND_BOOLEAN:
      value = json_node_init_boolean (json_node_alloc (), operand->number != 0);
      break;
    case SG_OPERAND_NUMBER:
      value = json_node_init_int (json_node_alloc (), operand->number);
      break;
    case SG_OPERAND_WORD:
      value = json_node_init_string (json_node_alloc (), operand->text);
      break;
    case SG_OPERAND_FACT:
      value = sg_world_get (self->world, operand->text, operand->attribute);
      value = value != NULL ? json_node_copy (value) : json_node_new (JSON_NODE_NULL);
      break;
    default:
      g_return_if_reached ();
    }

  if (g_str_equal (effect->entity, "player") && g_str_equal (effect->attribute, "place")
      && operand->type == SG_OPERAND_WORD)
    {
      sg_play_visit (self, operand->text);
      json_node_unref (value);
    }
  else
    {
      sg_world_set (self->world, effect->entity, effect->attribute, value, NULL);
    }
}

static gint64
bounded_sum (gint64 a,
             gint64 b)
{
  return CLAMP (CLAMP (a, -1000000000, 1000000000) + b, -1000000000, 1000000000);
}

/* The player comes to a place; telling of it is for those who know how. */
void
sg_play_visit (SgPlay     *self,
               const char *place)
{
  const char *before = sg_view_get_place (self->view);

  if (g_strcmp0 (before, place) != 0 && before != NULL)
    sg_world_set_string (self->world, "storyteller", "back", before);
  sg_world_set_string (self->world, "player", "place", place);
  sg_world_set_int (self->world, place, "visited", sg_view_get_number (self->view, place, "visited") + 1);
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

  before = sg_view_get_number (self->view, clock, "value");
  after = CLAMP (bounded_sum (before, CLAMP (by, -10000, 10000)), 0, sg_member_int (entity->data, "size", 1000000));
  if (after == before)
    return;

  sg_world_set_int (self->world, clock, "value", after);
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
apply_move (SgPlay         *self,
            const SgEffect *effect)
{
  if (g_str_equal (effect->entity, "player"))
    {
      sg_play_visit (self, effect->target);
      return;
    }

  sg_world_set_string (self->world, effect->entity, "place", effect->target);
  sg_world_set (self->world, effect->entity, "hidden", json_node_new (JSON_NODE_NULL), NULL);
}

static void
apply_one (SgPlay         *self,
           const SgEffect *effect)
{
  switch (effect->type)
    {
    case SG_EFFECT_SET:
      set_operand (self, effect);
      break;
    case SG_EFFECT_ADD:
      sg_world_set_int (self->world, effect->entity, effect->attribute,
                        bounded_sum (sg_view_get_number (self->view, effect->entity, effect->attribute),
                                     effect->number));
      break;
    case SG_EFFECT_GIVE:
      sg_world_set_string (self->world, effect->entity, "place", "player");
      sg_world_set (self->world, effect->entity, "hidden", json_node_new (JSON_NODE_NULL), NULL);
      sg_play_mention (self, effect->entity);
      break;
    case SG_EFFECT_MOVE:
      apply_move (self, effect);
      break;
    case SG_EFFECT_REMOVE:
      sg_world_set_string (self->world, effect->entity, "place", "nowhere");
      break;
    case SG_EFFECT_REVEAL:
      sg_world_set (self->world, effect->entity, "hidden", json_node_new (JSON_NODE_NULL), NULL);
      break;
    case SG_EFFECT_ADVANCE:
      sg_play_advance (self, effect->entity, effect->number);
      break;
    case SG_EFFECT_OPEN:
      sg_play_set_goal (self, effect->entity, "open");
      break;
    case SG_EFFECT_DONE:
      sg_play_set_goal (self, effect->entity, "done");
      break;
    case SG_EFFECT_FAIL:
      sg_play_set_goal (self, effect->entity, "failed");
      break;
    case SG_EFFECT_END:
      sg_world_set_string (self->world, "story", "ending", effect->entity);
      break;
    default:
      g_return_if_reached ();
    }
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
