/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-context.h"

G_BEGIN_DECLS

/**
 * SgCharacterWords:
 * @id: who is asked
 * @name: what they are called
 * @about: what they are asked
 * @memories: (nullable) (element-type SgMemoryRow): what is remembered and names them
 * @turns: (nullable) (element-type SgTurnRow): the last turns, oldest first
 *
 * What a character answers from.
 */
typedef struct
{
  SgToolContext *context;
  const char    *id;
  const char    *name;
  const char    *about;
  GPtrArray     *memories;
  GPtrArray     *turns;
} SgCharacterWords;

char    *sg_character_words_dup_system (const SgCharacterWords *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean sg_character_words_name       (const char             *text,
                                        const char             *name);

G_END_DECLS
