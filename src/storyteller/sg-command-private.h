/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "storyteller/sg-command.h"

G_BEGIN_DECLS

/* The words of one clause: words[first] to words[last - 1]. */
typedef struct
{
  const char * const *words;
  guint               first;
  guint               last;
  JsonObject         *own_verbs;
} SgClause;

SgCommand *sg_clause_parse (SgClause clause) G_GNUC_WARN_UNUSED_RESULT;

/* The position after "I would like to", "please", "try to". */
guint      sg_clause_skip_lead (SgClause clause);

G_END_DECLS
