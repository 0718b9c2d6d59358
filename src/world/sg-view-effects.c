/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the effects of a scenario do to the facts.  Only that: what an effect sets off (the marks of a clock,
 * the reaction to a goal) and what is told of it is the business of whoever plays. */

#include "config.h"

#include "world/sg-view-private.h"

/* Whatever is added up stays far from the ends of a number. */
#define MAX_NUMBER 1000000000

static gint64
bounded_sum (gint64 a,
             gint64 b)
{
  return CLAMP (CLAMP (a, -MAX_NUMBER, MAX_NUMBER) + CLAMP (b, -MAX_NUMBER, MAX_NUMBER), -MAX_NUMBER,
                MAX_NUMBER);
}

static void
set_word (SgView     *self,
          const char *entity,
          const char *attribute,
          const char *value,
          const char *call)
{
  sg_world_set (self->world, entity, attribute, json_node_init_string (json_node_alloc (), value), call);
}

static void
set_number (SgView     *self,
            const char *entity,
            const char *attribute,
            gint64      value,
            const char *call)
{
  sg_world_set (self->world, entity, attribute, json_node_init_int (json_node_alloc (), value), call);
}

static void
set_operand (SgView         *self,
             const SgEffect *effect,
             const char     *call)
{
  const SgOperand *operand = effect->operand;
  JsonNode *value = NULL;

  if (operand->type == SG_OPERAND_WORD && g_str_equal (effect->entity, "player")
      && g_str_equal (effect->attribute, "place"))
    {
      sg_view_visit (self, operand->text, call);
      return;
    }

  switch (operand->type)
    {
    case SG_OPERAND_NULL:
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
      value = value != NULL ? json_node_copy (value) : NULL;
      break;
    default:
      g_return_if_reached ();
    }

  sg_world_set (self->world, effect->entity, effect->attribute, value, call);
}

/**
 * sg_view_visit:
 * @place: a place
 * @call: (nullable): the tool call that does it
 *
 * The player comes to a place; it is counted, and the way back is remembered.
 */
void
sg_view_visit (SgView     *self,
               const char *place,
               const char *call)
{
  const char *before = sg_view_get_place (self);

  if (before != NULL && g_strcmp0 (before, place) != 0)
    set_word (self, "storyteller", "back", before, call);
  set_word (self, "player", "place", place, call);
  set_number (self, place, "visited", sg_view_get_number (self, place, "visited") + 1, call);
}

/* Whatever is put somewhere is hidden no longer. */
static void
put (SgView     *self,
     const char *entity,
     const char *place,
     const char *call)
{
  set_word (self, entity, "place", place, call);
  sg_world_set (self->world, entity, "hidden", NULL, call);
}

/**
 * sg_view_apply:
 * @effect: an effect
 * @call: (nullable): the tool call that brings it about
 *
 * Changes the facts as the effect says.
 *
 * Returns: %FALSE where it is an effect that sets something off, of a clock or a goal, for which see
 *   sg_view_move_clock(): then nothing was done
 */
gboolean
sg_view_apply (SgView         *self,
               const SgEffect *effect,
               const char     *call)
{
  switch (effect->type)
    {
    case SG_EFFECT_SET:
      set_operand (self, effect, call);
      break;
    case SG_EFFECT_ADD:
      set_number (self, effect->entity, effect->attribute,
                  bounded_sum (sg_view_get_number (self, effect->entity, effect->attribute), effect->number),
                  call);
      break;
    case SG_EFFECT_GIVE:
      put (self, effect->entity, "player", call);
      break;
    case SG_EFFECT_MOVE:
      if (g_str_equal (effect->entity, "player"))
        sg_view_visit (self, effect->target, call);
      else
        put (self, effect->entity, effect->target, call);
      break;
    case SG_EFFECT_REMOVE:
      set_word (self, effect->entity, "place", "nowhere", call);
      break;
    case SG_EFFECT_REVEAL:
      sg_world_set (self->world, effect->entity, "hidden", NULL, call);
      break;
    case SG_EFFECT_END:
      set_word (self, "story", "ending", effect->entity, call);
      break;
    case SG_EFFECT_ADVANCE:
    case SG_EFFECT_OPEN:
    case SG_EFFECT_DONE:
    case SG_EFFECT_FAIL:
      return FALSE;
    default:
      g_return_val_if_reached (FALSE);
    }

  return TRUE;
}

/**
 * sg_view_move_clock:
 * @clock: a clock of the scenario
 * @by: by how much; may be negative
 * @call: (nullable): the tool call that does it
 * @before: (out): where it stood; the marks between that and where it stands now are passed
 *
 * Moves a clock within its bounds.
 *
 * Returns: where it stands now
 */
gint64
sg_view_move_clock (SgView         *self,
                    const SgEntity *clock,
                    gint64          by,
                    const char     *call,
                    gint64         *before)
{
  gint64 after;

  *before = sg_view_get_number (self, clock->id, "value");
  after = CLAMP (bounded_sum (*before, CLAMP (by, -10000, 10000)), 0,
                 sg_member_int (clock->data, "size", 1000000));
  if (after != *before)
    set_number (self, clock->id, "value", after, call);

  return after;
}

/**
 * sg_reaction_is_plain_text:
 * @reaction: a reaction
 *
 * Returns: whether it is nothing but a text
 */
gboolean
sg_reaction_is_plain_text (JsonNode *reaction)
{
  if (sg_node_string (reaction) != NULL || sg_node_is_array_of_strings (reaction))
    return TRUE;

  return JSON_NODE_HOLDS_OBJECT (reaction) && sg_object_is_languages (json_node_get_object (reaction));
}

/**
 * sg_reaction_dup_once:
 * @reaction: a reaction that happens once
 * @key: where it stands in the scenario
 *
 * Returns: (transfer full): the attribute of `storyteller` that says that it has happened: made of where it
 *   stands and its id or words
 */
char *
sg_reaction_dup_once (JsonObject *reaction,
                      const char *key)
{
  const char *id = sg_member_string (reaction, "id");
  JsonNode *text = sg_member (reaction, "text");
  g_autofree char *words = NULL;

  if (id == NULL)
    words = text != NULL ? json_to_string (text, FALSE) : g_strdup ("");

  return g_strdup_printf ("once_%08x", g_str_hash (key) * 31u + g_str_hash (id != NULL ? id : words));
}
