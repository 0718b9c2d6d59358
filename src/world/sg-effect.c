/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-condition.h"

#include "world/sg-sentence-lexer.h"

static const struct
{
  const char   *word;
  SgEffectType  type;
} commands[] = {
  { "give", SG_EFFECT_GIVE },       { "move", SG_EFFECT_MOVE }, { "remove", SG_EFFECT_REMOVE },
  { "reveal", SG_EFFECT_REVEAL },   { "open", SG_EFFECT_OPEN }, { "done", SG_EFFECT_DONE },
  { "advance", SG_EFFECT_ADVANCE }, { "fail", SG_EFFECT_FAIL }, { "end", SG_EFFECT_END },
};

/**
 * sg_effect_free:
 *
 * Frees an effect.
 */
void
sg_effect_free (SgEffect *self)
{
  if (self == NULL)
    return;

  g_free (self->entity);
  g_free (self->attribute);
  g_free (self->target);
  g_clear_pointer (&self->operand, sg_operand_free);
  g_free (self);
}

static gboolean
take_number (SgLexer  *lexer,
             SgEffect *effect,
             GError  **error)
{
  if (lexer->type != SG_LEX_NUMBER)
    {
      sg_lexer_fail (lexer, "a number", error);
      return FALSE;
    }

  effect->number = lexer->number;
  sg_lexer_next (lexer);

  return TRUE;
}

static gboolean
parse_command (SgLexer   *lexer,
               SgEffect  *effect,
               GError   **error)
{
  effect->entity = sg_lexer_take_word (lexer);
  if (effect->entity == NULL)
    {
      sg_lexer_fail (lexer, "a name", error);
      return FALSE;
    }

  if (effect->type == SG_EFFECT_ADVANCE)
    return take_number (lexer, effect, error);

  if (effect->type == SG_EFFECT_MOVE)
    {
      effect->target = sg_lexer_take_word (lexer);
      if (effect->target == NULL)
        {
          sg_lexer_fail (lexer, "where to", error);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
parse_assignment (SgLexer   *lexer,
                  SgEffect  *effect,
                  GError   **error)
{
  effect->entity = sg_lexer_take_pair (lexer, &effect->attribute);
  if (effect->entity == NULL)
    {
      sg_lexer_fail (lexer, "an effect", error);
      return FALSE;
    }

  if (sg_lexer_take (lexer, "="))
    {
      effect->type = SG_EFFECT_SET;
      effect->operand = sg_lexer_take_operand (lexer);
      if (effect->operand == NULL)
        sg_lexer_fail (lexer, "a value", error);
      return effect->operand != NULL;
    }

  effect->type = SG_EFFECT_ADD;
  if (sg_lexer_take (lexer, "+="))
    return take_number (lexer, effect, error);
  if (sg_lexer_take (lexer, "-="))
    {
      if (!take_number (lexer, effect, error))
        return FALSE;
      effect->number = -effect->number;
      return TRUE;
    }

  sg_lexer_fail (lexer, "“=”, “+=” or “-=”", error);

  return FALSE;
}

/**
 * sg_effect_parse:
 * @text: a sentence such as `mira.trust += 1` or `move mira chapel`
 *
 * Reads an effect.
 *
 * Returns: (transfer full) (nullable): the effect, or %NULL with
 *   %SG_SCENARIO_ERROR_INVALID and a sentence that says what is wrong
 */
SgEffect *
sg_effect_parse (const char  *text,
                 GError     **error)
{
  g_autoptr (SgEffect) effect = g_new0 (SgEffect, 1);
  gboolean command = FALSE;
  gboolean valid;
  SgLexer lexer;

  g_return_val_if_fail (text != NULL, NULL);

  sg_lexer_init (&lexer, text);
  for (guint i = 0; i < G_N_ELEMENTS (commands) && !command; i++)
    {
      command = sg_lexer_take (&lexer, commands[i].word);
      if (command)
        effect->type = commands[i].type;
    }

  valid = command ? parse_command (&lexer, effect, error) : parse_assignment (&lexer, effect, error);
  if (valid && lexer.type != SG_LEX_END)
    {
      sg_lexer_fail (&lexer, "the end", error);
      valid = FALSE;
    }
  sg_lexer_clear (&lexer);

  return valid ? g_steal_pointer (&effect) : NULL;
}
