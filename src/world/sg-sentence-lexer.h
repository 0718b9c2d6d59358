/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-condition.h"

G_BEGIN_DECLS

typedef enum
{
  SG_LEX_END,
  SG_LEX_WORD,
  SG_LEX_NUMBER,
  SG_LEX_QUOTED,
  SG_LEX_SIGN,
} SgLexType;

/* One token ahead is all that the sentences need. */
typedef struct
{
  const char *at;
  SgLexType   type;
  GString    *text;
  gint64      number;
} SgLexer;

void        sg_lexer_init         (SgLexer     *self,
                                   const char  *text);
void        sg_lexer_clear        (SgLexer     *self);
void        sg_lexer_next         (SgLexer     *self);
gboolean    sg_lexer_take         (SgLexer     *self,
                                   const char  *text);
char       *sg_lexer_take_word    (SgLexer     *self);
char       *sg_lexer_take_pair    (SgLexer     *self,
                                   char       **attribute);
SgOperand  *sg_lexer_take_operand (SgLexer     *self);
void        sg_lexer_fail         (SgLexer     *self,
                                   const char  *wanted,
                                   GError     **error);

void        sg_operand_free       (SgOperand   *self);

G_END_DECLS
