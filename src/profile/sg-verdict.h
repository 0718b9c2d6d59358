/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

/**
 * SgFlagKind:
 *
 * What is worth a warning in a turn: a model call of more than 30 s, a first word after more than
 * 10 s, a tool of more than 1 s, a turn of more than 30 s, less than half of a prompt reused.
 */
typedef enum
{
  SG_FLAG_SLOW_MODEL,
  SG_FLAG_LATE_FIRST_WORD,
  SG_FLAG_SLOW_TOOL,
  SG_FLAG_SLOW_TURN,
  SG_FLAG_PROMPT_NOT_REUSED,
} SgFlagKind;

/**
 * SgFlag:
 * @span: the number of the span that it is about, or 0
 * @text: what was found, a sentence
 * @advice: what is usual, and what to do about it
 */
typedef struct
{
  SgFlagKind  kind;
  guint       span;
  char       *text;
  char       *advice;
} SgFlag;

const char *sg_flag_kind_to_string (SgFlagKind  kind);
void        sg_flag_free           (SgFlag     *self);
char       *sg_verdict_dup_text    (SgTrace    *trace) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_verdict_list_flags  (SgTrace    *trace) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFlag, sg_flag_free)

G_END_DECLS
