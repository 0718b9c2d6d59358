/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

/* More calls than any model makes at once; what a server says beyond them is ignored. */
#define SG_REPLY_CALLS_MAX 128

/**
 * SgCallPiece:
 * @index: the number that the server gives to the call, or -1 where it gives none
 * @id: (nullable): its id, where the piece has one
 * @name: (nullable): the tool, where the piece names it
 * @arguments: (nullable): the next bytes of the arguments
 *
 * A piece of a tool call, as a chunk brings it.
 */
typedef struct
{
  int         index;
  const char *id;
  const char *name;
  const char *arguments;
  gsize       length;
} SgCallPiece;

/* Puts tool calls together, and tells when one is whole. */
typedef struct _SgCallAssembler SgCallAssembler;

SgCallAssembler *sg_call_assembler_new       (SgModelEventFunc   func,
                                              gpointer           user_data) G_GNUC_WARN_UNUSED_RESULT;
void             sg_call_assembler_free      (SgCallAssembler   *self);
gboolean         sg_call_assembler_add       (SgCallAssembler   *self,
                                              const SgCallPiece *piece);
guint            sg_call_assembler_get_n     (SgCallAssembler   *self);
guint            sg_call_assembler_get_n_nameless (SgCallAssembler *self);
gboolean         sg_call_assembler_get_overflowed (SgCallAssembler *self);
void             sg_call_assembler_finish    (SgCallAssembler   *self,
                                              gboolean           cut);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCallAssembler, sg_call_assembler_free)

G_END_DECLS
