/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-turn-run.h"

G_BEGIN_DECLS

/**
 * SgIntent:
 * @SG_INTENT_ASK: the player asks about the rules or the story itself, and not in it
 * @SG_INTENT_OTHER: none of the others, or not to be told
 *
 * What the player is trying to do.
 */
typedef enum
{
  SG_INTENT_MOVE,
  SG_INTENT_LOOK,
  SG_INTENT_TALK,
  SG_INTENT_USE,
  SG_INTENT_ATTACK,
  SG_INTENT_WAIT,
  SG_INTENT_ASK,
  SG_INTENT_OTHER,
} SgIntent;

const char *sg_intent_to_string   (SgIntent     intent);
gboolean    sg_intent_from_string (const char  *string,
                                   SgIntent    *intent);
SgIntent    sg_intent_guess       (SgInputMode  mode,
                                   const char  *words);
gboolean    sg_intent_is_plain    (SgInputMode  mode,
                                   const char  *words);

G_END_DECLS
