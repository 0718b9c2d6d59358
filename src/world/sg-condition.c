/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-condition.h"

#include "world/sg-scenario.h"
#include "world/sg-sentence-lexer.h"

/* A condition comes from a file: its depth is bounded so that no file exhausts the stack. */
#define MAX_DEPTH 32

static const struct
{
  const char      *word;
  SgConditionType  type;
} predicates[] = {
  { "at", SG_CONDITION_AT },           { "has", SG_CONDITION_HAS },
  { "here", SG_CONDITION_HERE },       { "visited", SG_CONDITION_VISITED },
  { "told", SG_CONDITION_TOLD },       { "done", SG_CONDITION_DONE },
  { "failed", SG_CONDITION_FAILED },   { "happened", SG_CONDITION_HAPPENED },
  { "chance", SG_CONDITION_CHANCE },
};

static SgCondition *parse_any (SgLexer  *lexer,
                               guint     depth,
                               GError  **error);

static SgCondition *
condition_new (SgConditionType type)
{
  SgCondition *self = g_new0 (SgCondition, 1);

  self->type = type;

  return self;
}

/**
 * sg_condition_free:
 *
 * Frees a condition and all below it.
 */
void
sg_condition_free (SgCondition *self)
{
  if (self == NULL)
    return;

  g_free (self->entity);
  g_free (self->attribute);
  g_clear_pointer (&self->operands, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/* A list parted by commas: of `at` and of `in`. */
static gboolean
take_operands (SgLexer      *lexer,
               SgCondition  *condition,
               gboolean      many,
               GError      **error)
{
  condition->operands = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_operand_free);
  do
    {
      SgOperand *operand = sg_lexer_take_operand (lexer);

      if (operand == NULL)
        {
          sg_lexer_fail (lexer, "a value", error);
          return FALSE;
        }
      g_ptr_array_add (condition->operands, operand);
    }
  while (many && sg_lexer_take (lexer, ","));

  return TRUE;
}

static gboolean
parse_predicate (SgLexer      *lexer,
                 SgCondition  *condition,
                 GError      **error)
{
  switch ((int) condition->type)
    {
    case SG_CONDITION_AT:
      return take_operands (lexer, condition, TRUE, error);

    case SG_CONDITION_TOLD:
      condition->entity = sg_lexer_take_pair (lexer, &condition->attribute);
      if (condition->entity == NULL)
        sg_lexer_fail (lexer, "person.topic", error);
      return condition->entity != NULL;

    case SG_CONDITION_CHANCE:
      if (lexer->type != SG_LEX_NUMBER || lexer->number < 0 || lexer->number > 100)
        {
          sg_lexer_fail (lexer, "a number from 0 to 100", error);
          return FALSE;
        }
      condition->number = lexer->number;
      sg_lexer_next (lexer);
      return TRUE;

    default:
      condition->entity = sg_lexer_take_word (lexer);
      if (condition->entity == NULL)
        sg_lexer_fail (lexer, "a name", error);
      return condition->entity != NULL;
    }
}

static gboolean
take_compare (SgLexer   *lexer,
              SgCompare *compare)
{
  static const struct
  {
    const char *sign;
    SgCompare   compare;
  } compares[] = {
    { "==", SG_COMPARE_EQ }, { "=", SG_COMPARE_EQ },  { "!=", SG_COMPARE_NE }, { "<=", SG_COMPARE_LE },
    { ">=", SG_COMPARE_GE }, { "<", SG_COMPARE_LT },  { ">", SG_COMPARE_GT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (compares); i++)
    {
      if (sg_lexer_take (lexer, compares[i].sign))
        {
          *compare = compares[i].compare;
          return TRUE;
        }
    }

  return FALSE;
}

static SgCondition *
parse_fact (SgLexer  *lexer,
            GError  **error)
{
  g_autoptr (SgCondition) condition = condition_new (SG_CONDITION_TRUTH);

  condition->entity = sg_lexer_take_pair (lexer, &condition->attribute);
  if (condition->entity == NULL)
    {
      sg_lexer_fail (lexer, "a condition", error);
      return NULL;
    }

  if (take_compare (lexer, &condition->compare))
    {
      condition->type = SG_CONDITION_COMPARE;
      if (!take_operands (lexer, condition, FALSE, error))
        return NULL;
    }
  else if (sg_lexer_take (lexer, "in"))
    {
      condition->type = SG_CONDITION_IN;
      if (!take_operands (lexer, condition, TRUE, error))
        return NULL;
    }

  return g_steal_pointer (&condition);
}

static SgCondition *
parse_atom (SgLexer  *lexer,
            GError  **error)
{
  if (sg_lexer_take (lexer, "true"))
    return condition_new (SG_CONDITION_TRUE);
  if (sg_lexer_take (lexer, "false"))
    return condition_new (SG_CONDITION_FALSE);
  if (sg_lexer_take (lexer, "dark"))
    return condition_new (SG_CONDITION_DARK);

  for (guint i = 0; i < G_N_ELEMENTS (predicates); i++)
    {
      if (sg_lexer_take (lexer, predicates[i].word))
        {
          g_autoptr (SgCondition) condition = condition_new (predicates[i].type);

          return parse_predicate (lexer, condition, error) ? g_steal_pointer (&condition) : NULL;
        }
    }

  return parse_fact (lexer, error);
}

static SgCondition *
parse_unary (SgLexer  *lexer,
             guint     depth,
             GError  **error)
{
  if (depth > MAX_DEPTH)
    {
      g_set_error_literal (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID,
                           "the condition is nested too deeply");
      return NULL;
    }

  if (sg_lexer_take (lexer, "not") || sg_lexer_take (lexer, "!"))
    {
      SgCondition *child = parse_unary (lexer, depth + 1, error);
      SgCondition *condition;

      if (child == NULL)
        return NULL;

      condition = condition_new (SG_CONDITION_NOT);
      condition->children = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_condition_free);
      g_ptr_array_add (condition->children, child);
      return condition;
    }

  if (sg_lexer_take (lexer, "("))
    {
      g_autoptr (SgCondition) condition = parse_any (lexer, depth + 1, error);

      if (condition == NULL)
        return NULL;
      if (!sg_lexer_take (lexer, ")"))
        {
          sg_lexer_fail (lexer, "“)”", error);
          return NULL;
        }
      return g_steal_pointer (&condition);
    }

  return parse_atom (lexer, error);
}

/* A chain of `and`, or of chains of `and` parted by `or`: the former binds tighter. */
static SgCondition *
parse_chain (SgLexer          *lexer,
             SgConditionType   type,
             guint             depth,
             GError          **error)
{
  const char *word = type == SG_CONDITION_ANY ? "or" : "and";
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_condition_free);
  SgCondition *condition;

  do
    {
      SgCondition *child = type == SG_CONDITION_ANY ? parse_chain (lexer, SG_CONDITION_ALL, depth, error)
                                                    : parse_unary (lexer, depth, error);

      if (child == NULL)
        return NULL;
      g_ptr_array_add (children, child);
    }
  while (sg_lexer_take (lexer, word));

  if (children->len == 1)
    return g_ptr_array_steal_index (children, 0);

  condition = condition_new (type);
  condition->children = g_steal_pointer (&children);

  return condition;
}

static SgCondition *
parse_any (SgLexer  *lexer,
           guint     depth,
           GError  **error)
{
  return parse_chain (lexer, SG_CONDITION_ANY, depth, error);
}

/**
 * sg_condition_parse:
 * @text: a sentence such as `has lamp and tide.value > 3`
 *
 * Reads a condition.
 *
 * Returns: (transfer full) (nullable): the condition, or %NULL with
 *   %SG_SCENARIO_ERROR_INVALID and a sentence that says what is wrong
 */
SgCondition *
sg_condition_parse (const char  *text,
                    GError     **error)
{
  g_autoptr (SgCondition) condition = NULL;
  SgLexer lexer;

  g_return_val_if_fail (text != NULL, NULL);

  sg_lexer_init (&lexer, text);
  condition = parse_any (&lexer, 0, error);
  if (condition != NULL && lexer.type != SG_LEX_END)
    {
      sg_lexer_fail (&lexer, "“and”, “or” or the end", error);
      g_clear_pointer (&condition, sg_condition_free);
    }
  sg_lexer_clear (&lexer);

  return g_steal_pointer (&condition);
}
