/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-told-words.h"
#include "engine/sg-verifier.h"
#include "world/sg-view.h"

G_BEGIN_DECLS

/**
 * SgVerification:
 * @told: the turn
 * @words: what was told, and
 * @input: what the player said, both as words
 * @before: (nullable): the scenario in the world before the turn, and
 * @after: (nullable): in the world after it
 * @tongue: what all of it is written in; empty where that cannot be said
 * @findings: (element-type SgFinding): what was found so far
 *
 * A turn while the rules look at it.
 */
typedef struct
{
  const SgTold *told;
  SgToldWords  *words;
  SgToldWords  *input;
  SgView       *before;
  SgView       *after;
  const char   *tongue;
  GPtrArray    *findings;
} SgVerification;

void sg_verification_add   (SgVerification *self,
                            const char     *rule,
                            const char     *message,
                            const char     *quote,
                            gboolean        critical);

/* The rules; each adds at most a few findings. */
void sg_verify_cut_off     (SgVerification *self);
void sg_verify_repeats     (SgVerification *self);
void sg_verify_language    (SgVerification *self);
void sg_verify_people      (SgVerification *self);
void sg_verify_not_held    (SgVerification *self);
void sg_verify_spoken_for  (SgVerification *self);

G_END_DECLS
