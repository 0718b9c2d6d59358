/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-view-private.h"

/* What a comparison sees of a value: a word, or a number (a truth counts as 0 or 1). */
typedef struct
{
  const char *word;
  gint64      number;
} Seen;

static Seen
see_node (JsonNode *value)
{
  Seen seen = { NULL, 0 };
  GType type;

  if (value == NULL || !JSON_NODE_HOLDS_VALUE (value))
    return seen;

  type = json_node_get_value_type (value);
  if (type == G_TYPE_STRING)
    seen.word = json_node_get_string (value);
  else if (type == G_TYPE_BOOLEAN)
    seen.number = json_node_get_boolean (value);
  else if (type == G_TYPE_DOUBLE)
    seen.number = (gint64) CLAMP (json_node_get_double (value), -1e15, 1e15);
  else
    seen.number = json_node_get_int (value);

  return seen;
}

static Seen
see_fact (SgView     *self,
          const char *entity,
          const char *attribute)
{
  return see_node (self->world != NULL ? sg_world_get (self->world, entity, attribute) : NULL);
}

static Seen
see_operand (SgView          *self,
             const SgOperand *operand)
{
  Seen seen = { NULL, 0 };

  if (operand->type == SG_OPERAND_FACT)
    return see_fact (self, operand->text, operand->attribute);
  if (operand->type == SG_OPERAND_WORD)
    seen.word = operand->text;
  else
    seen.number = operand->number;

  return seen;
}

/* A missing fact equals 0, false and "". */
static int
compare (Seen a,
         Seen b)
{
  if (a.word != NULL && b.word != NULL)
    return g_strcmp0 (a.word, b.word);
  if (a.word != NULL)
    return a.word[0] == '\0' && b.number == 0 ? 0 : 1;
  if (b.word != NULL)
    return b.word[0] == '\0' && a.number == 0 ? 0 : -1;

  return (a.number > b.number) - (a.number < b.number);
}

static gboolean
evaluate_compare (SgView            *self,
                  const SgCondition *condition)
{
  int order = compare (see_fact (self, condition->entity, condition->attribute),
                       see_operand (self, g_ptr_array_index (condition->operands, 0)));

  switch (condition->compare)
    {
    case SG_COMPARE_EQ:
      return order == 0;
    case SG_COMPARE_NE:
      return order != 0;
    case SG_COMPARE_LT:
      return order < 0;
    case SG_COMPARE_LE:
      return order <= 0;
    case SG_COMPARE_GT:
      return order > 0;
    case SG_COMPARE_GE:
      return order >= 0;
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
evaluate_in (SgView            *self,
             const SgCondition *condition)
{
  Seen fact = see_fact (self, condition->entity, condition->attribute);

  for (guint i = 0; i < condition->operands->len; i++)
    {
      if (compare (fact, see_operand (self, g_ptr_array_index (condition->operands, i))) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
evaluate_at (SgView            *self,
             const SgCondition *condition)
{
  for (guint i = 0; i < condition->operands->len; i++)
    {
      const SgOperand *operand = g_ptr_array_index (condition->operands, i);

      if (g_strcmp0 (sg_view_get_place (self), operand->text) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Chance is a function of the seed, the turn and nothing else: whoever asks twice in a turn is told the
 * same, and it does not move the generator that picks the prose. */
static gboolean
evaluate_chance (SgView            *self,
                 const SgCondition *condition)
{
  guint64 z = self->seed ^ ((guint64) sg_view_get_number (self, "story", "turn") << 32)
            ^ (guint64) condition->number;

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  z ^= z >> 31;

  return (gint64) (z % 100) < condition->number;
}

static gboolean
evaluate_state (SgView     *self,
                const char *entity,
                const char *state)
{
  return g_strcmp0 (sg_view_get_word (self, entity, "state"), state) == 0;
}

static gboolean
evaluate_prefixed (SgView     *self,
                   const char *entity,
                   const char *prefix,
                   const char *name)
{
  g_autofree char *attribute = g_strconcat (prefix, name, NULL);

  return sg_view_is_set (self, entity, attribute);
}

/* All, any and not. */
static gboolean
evaluate_group (SgView            *self,
                const SgCondition *condition)
{
  gboolean any = condition->type == SG_CONDITION_ANY;

  if (condition->type == SG_CONDITION_NOT)
    return !sg_view_evaluate (self, g_ptr_array_index (condition->children, 0));

  for (guint i = 0; i < condition->children->len; i++)
    {
      if (sg_view_evaluate (self, g_ptr_array_index (condition->children, i)) == any)
        return any;
    }

  return !any;
}

gboolean
sg_view_evaluate (SgView            *self,
                  const SgCondition *condition)
{
  switch (condition->type)
    {
    case SG_CONDITION_TRUE:
      return TRUE;
    case SG_CONDITION_FALSE:
      return FALSE;
    case SG_CONDITION_ALL:
    case SG_CONDITION_ANY:
    case SG_CONDITION_NOT:
      return evaluate_group (self, condition);
    case SG_CONDITION_TRUTH:
      return sg_view_is_set (self, condition->entity, condition->attribute);
    case SG_CONDITION_COMPARE:
      return evaluate_compare (self, condition);
    case SG_CONDITION_IN:
      return evaluate_in (self, condition);
    case SG_CONDITION_AT:
      return evaluate_at (self, condition);
    case SG_CONDITION_HAS:
      return sg_view_is_carried (self, condition->entity);
    case SG_CONDITION_HERE:
      return sg_view_is_here (self, condition->entity);
    case SG_CONDITION_VISITED:
      return sg_view_is_set (self, condition->entity, "visited");
    case SG_CONDITION_TOLD:
      return evaluate_prefixed (self, condition->entity, "told_", condition->attribute);
    case SG_CONDITION_DONE:
      return evaluate_state (self, condition->entity, "done");
    case SG_CONDITION_FAILED:
      return evaluate_state (self, condition->entity, "failed");
    case SG_CONDITION_HAPPENED:
      return evaluate_prefixed (self, "story", "event_", condition->entity);
    case SG_CONDITION_DARK:
      return sg_view_is_dark (self);
    case SG_CONDITION_CHANCE:
      return evaluate_chance (self, condition);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * sg_view_holds_text:
 * @condition: a sentence
 *
 * Returns: whether it holds; what is no condition never does
 */
gboolean
sg_view_holds_text (SgView     *self,
                    const char *condition)
{
  const SgCondition *parsed = sg_scenario_get_condition (self->scenario, condition);

  return parsed != NULL && sg_view_evaluate (self, parsed);
}

static gboolean
holds_all (SgView   *self,
           JsonNode *node,
           gboolean  any)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return sg_view_holds (self, node);

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (sg_view_holds (self, json_array_get_element (array, i)) == any)
        return any;
    }

  return !any;
}

/**
 * sg_view_holds:
 * @condition: (nullable): a sentence, an array of them, an object with `all`, `any` or `not`, or a truth
 *
 * Returns: whether it holds; %NULL does
 */
gboolean
sg_view_holds (SgView   *self,
               JsonNode *condition)
{
  JsonObject *object;
  JsonNode *node;

  if (condition == NULL || JSON_NODE_HOLDS_NULL (condition))
    return TRUE;

  if (JSON_NODE_HOLDS_VALUE (condition))
    {
      const char *text = sg_node_string (condition);

      return text != NULL ? sg_view_holds_text (self, text) : json_node_get_boolean (condition);
    }

  if (JSON_NODE_HOLDS_ARRAY (condition))
    return holds_all (self, condition, FALSE);

  object = json_node_get_object (condition);
  if ((node = sg_member (object, "all")) != NULL && !holds_all (self, node, FALSE))
    return FALSE;
  if ((node = sg_member (object, "any")) != NULL && !holds_all (self, node, TRUE))
    return FALSE;
  if ((node = sg_member (object, "not")) != NULL && holds_all (self, node, FALSE))
    return FALSE;

  return TRUE;
}
