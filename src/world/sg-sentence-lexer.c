/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-sentence-lexer.h"

#include <string.h>

#include "world/sg-scenario.h"

static const char *const signs[] = { "==", "!=", "<=", ">=", "+=", "-=", "<", ">", "=", "!", "(", ")", "," };

void
sg_operand_free (SgOperand *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self->attribute);
  g_free (self);
}

void
sg_lexer_init (SgLexer    *self,
               const char *text)
{
  self->at = text;
  self->text = g_string_new (NULL);
  self->number = 0;
  sg_lexer_next (self);
}

void
sg_lexer_clear (SgLexer *self)
{
  g_string_free (self->text, TRUE);
  self->text = NULL;
}

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || c == '-' || (guchar) c >= 0x80;
}

static void
lex_quoted (SgLexer *self)
{
  char quote = *self->at++;

  while (*self->at != '\0' && *self->at != quote)
    g_string_append_c (self->text, *self->at++);

  if (*self->at == quote)
    {
      self->at++;
      self->type = SG_LEX_QUOTED;
    }
  else
    {
      self->type = SG_LEX_SIGN;
    }
}

static gboolean
lex_sign (SgLexer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      if (!g_str_has_prefix (self->at, signs[i]))
        continue;

      g_string_assign (self->text, signs[i]);
      self->at += strlen (signs[i]);
      self->type = SG_LEX_SIGN;
      return TRUE;
    }

  return FALSE;
}

static void
lex_word (SgLexer *self)
{
  gboolean signed_number = strchr ("+-", *self->at) != NULL && g_ascii_isdigit (self->at[1]);
  char *end = NULL;

  if (signed_number)
    g_string_append_c (self->text, *self->at++);
  while (is_word_char (*self->at))
    g_string_append_c (self->text, *self->at++);

  /* Bounded, so that sums of such numbers stay numbers. */
  self->number = CLAMP (g_ascii_strtoll (self->text->str, &end, 10), -1000000000, 1000000000);
  self->type = end != self->text->str && *end == '\0' ? SG_LEX_NUMBER : SG_LEX_WORD;
}

/* Reads the next token. */
void
sg_lexer_next (SgLexer *self)
{
  g_string_truncate (self->text, 0);
  while (g_ascii_isspace (*self->at))
    self->at++;

  if (*self->at == '\0')
    self->type = SG_LEX_END;
  else if (*self->at == '\'' || *self->at == '"')
    lex_quoted (self);
  else if (lex_sign (self))
    return;
  else if (is_word_char (*self->at) || (*self->at == '+' && g_ascii_isdigit (self->at[1])))
    lex_word (self);
  else
    {
      /* A character that no sentence has: a token of its own, which nothing takes. */
      g_string_append_c (self->text, *self->at++);
      self->type = SG_LEX_SIGN;
    }
}

/* Takes a given word or sign, if it is the next. */
gboolean
sg_lexer_take (SgLexer    *self,
               const char *text)
{
  if ((self->type != SG_LEX_WORD && self->type != SG_LEX_SIGN) || !g_str_equal (self->text->str, text))
    return FALSE;

  sg_lexer_next (self);

  return TRUE;
}

char *
sg_lexer_take_word (SgLexer *self)
{
  char *word;

  if (self->type != SG_LEX_WORD)
    return NULL;

  word = g_strdup (self->text->str);
  sg_lexer_next (self);

  return word;
}

/* Takes `entity.attribute`; both halves have to be there. */
char *
sg_lexer_take_pair (SgLexer  *self,
                    char    **attribute)
{
  const char *dot;
  char *entity;

  *attribute = NULL;
  if (self->type != SG_LEX_WORD)
    return NULL;

  dot = strchr (self->text->str, '.');
  if (dot == NULL || dot == self->text->str || dot[1] == '\0' || strchr (dot + 1, '.') != NULL)
    return NULL;

  entity = g_strndup (self->text->str, dot - self->text->str);
  *attribute = g_strdup (dot + 1);
  sg_lexer_next (self);

  return entity;
}

/* Takes a value: a number, a word, quoted words, true, false, null or another fact. */
SgOperand *
sg_lexer_take_operand (SgLexer *self)
{
  SgOperand *operand;

  if (self->type == SG_LEX_END || self->type == SG_LEX_SIGN)
    return NULL;

  operand = g_new0 (SgOperand, 1);
  operand->number = self->number;

  if (self->type == SG_LEX_NUMBER)
    operand->type = SG_OPERAND_NUMBER;
  else if (self->type == SG_LEX_QUOTED)
    operand->type = SG_OPERAND_WORD;
  else if (g_str_equal (self->text->str, "null"))
    operand->type = SG_OPERAND_NULL;
  else if (g_str_equal (self->text->str, "true") || g_str_equal (self->text->str, "false"))
    {
      operand->type = SG_OPERAND_BOOLEAN;
      operand->number = self->text->str[0] == 't';
    }
  else if (strchr (self->text->str, '.') != NULL)
    {
      operand->type = SG_OPERAND_FACT;
      operand->text = sg_lexer_take_pair (self, &operand->attribute);
      if (operand->text == NULL)
        g_clear_pointer (&operand, sg_operand_free);
      return operand;
    }
  else
    operand->type = SG_OPERAND_WORD;

  if (operand->type == SG_OPERAND_WORD)
    operand->text = g_strdup (self->text->str);
  sg_lexer_next (self);

  return operand;
}

void
sg_lexer_fail (SgLexer     *self,
               const char  *wanted,
               GError     **error)
{
  if (self->type == SG_LEX_END)
    g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID, "%s is missing at the end", wanted);
  else
    g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID,
                 "%s was expected instead of “%s”", wanted, self->text->str);
}
