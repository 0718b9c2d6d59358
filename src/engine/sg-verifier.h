/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-turn-run.h"
#include "world/sg-scenario.h"
#include "world/sg-world.h"

G_BEGIN_DECLS

/* Looks at the words of a turn for what cannot be right.  It would rather pass over a fault than
 * find one where there is none: a finding costs the player's attention, a critical one a whole
 * telling.  All of it is linear in the length of the text, and the text is cut at a bound.
 *
 * Rules, and whether they are critical (later turns would go wrong by it, so that the turn is told once
 * more before it is committed):
 *
 *   dead-acts          critical   someone who was dead before the turn and is so after it acts or speaks
 *   language           critical   most of it is in another language than the story
 *   language                      a paragraph of it is
 *   absent-acts                   someone acts or speaks who is somewhere else
 *   not-held                      the player uses a thing that is neither carried nor there
 *   player-spoken-for             words are put into the player's mouth
 *   repeats                       it repeats itself, or what was told a little before
 *   cut-off                       it was cut at the limit of tokens in the middle of a sentence
 *
 * Those that read sentences (dead-acts, absent-acts, not-held, player-spoken-for) know English. */

/**
 * SgFinding:
 * @rule: the name of the rule
 * @message: what is wrong, a sentence for the player
 * @quote: (nullable): the words that it is about
 * @critical: whether the turn should be told anew at once
 */
typedef struct
{
  char     *rule;
  char     *message;
  char     *quote;
  gboolean  critical;
} SgFinding;

SgFinding *sg_finding_new  (const char *rule,
                            const char *message,
                            const char *quote,
                            gboolean    critical) G_GNUC_WARN_UNUSED_RESULT;
void       sg_finding_free (SgFinding  *self);
char      *sg_finding_dup_sentence (const SgFinding *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SgTold:
 * @text: what was told
 * @mode: how the player's words are meant
 * @input: (nullable): the player's words
 * @before: (nullable): the world before the turn
 * @after: (nullable): the world as the turn leaves it
 * @scenario: (nullable): the scenario
 * @language: (nullable): the language of the story, as a tag such as `en`
 * @recent: (nullable) (element-type SgTurnRow): what was told before, the newest last
 * @tongue: (nullable): what sg_verifier_check() gave for the newest of them, where that was told by this program
 * @finish: why the model ended
 *
 * A turn that was told, with what is needed to judge it.
 */
typedef struct
{
  const char     *text;
  SgInputMode     mode;
  const char     *input;
  SgWorld        *before;
  SgWorld        *after;
  SgScenario     *scenario;
  const char     *language;
  GPtrArray      *recent;
  const char     *tongue;
  SgFinishReason  finish;
} SgTold;

GPtrArray       *sg_verifier_check        (const SgTold  *told,
                                           const char   **tongue) G_GNUC_WARN_UNUSED_RESULT;
const SgFinding *sg_verifier_get_critical (GPtrArray     *findings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFinding, sg_finding_free)

G_END_DECLS
