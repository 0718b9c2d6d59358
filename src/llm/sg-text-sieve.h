/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgSievePart:
 * @SG_SIEVE_TEXT: what the model says
 * @SG_SIEVE_REASONING: what it thinks
 * @SG_SIEVE_CALL: what stands between `<tool_call>` and `</tool_call>`
 */
typedef enum
{
  SG_SIEVE_TEXT,
  SG_SIEVE_REASONING,
  SG_SIEVE_CALL,
} SgSievePart;

typedef void (*SgSieveFunc) (SgSievePart  part,
                             const char  *text,
                             gsize        length,
                             gpointer     user_data);

/* Sorts the text of servers that do not do it themselves: marks of the chat template that leak into the text. */
typedef struct _SgTextSieve SgTextSieve;

SgTextSieve *sg_text_sieve_new    (SgSieveFunc  func,
                                   gpointer     user_data,
                                   gboolean     find_calls) G_GNUC_WARN_UNUSED_RESULT;
void         sg_text_sieve_free   (SgTextSieve *self);
void         sg_text_sieve_push   (SgTextSieve *self,
                                   const char  *text,
                                   gsize        length);
void         sg_text_sieve_finish (SgTextSieve *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTextSieve, sg_text_sieve_free)

G_END_DECLS
