/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgWordKind:
 * @SG_WORD_YOU: the player's character in the narration
 * @SG_WORD_TITLE: what stands before a name with a full stop: "Mr. Bright" is no end of a sentence
 * @SG_WORD_SPEAKS: what someone does who speaks
 * @SG_WORD_SPOKE: the same of a speech only: "she said" alone is often what is remembered
 * @SG_WORD_ACTS: what someone does who is there
 * @SG_WORD_ACTS_NEARBY: what of that is not done from another room
 * @SG_WORD_DIRECTION: "Dinah says from the wings."
 * @SG_WORD_OPENER: "Then Mira nods."
 * @SG_WORD_DENIAL: "Mira says nothing": that is what the dead do
 * @SG_WORD_HAUNTING: the dead are remembered, dreamt of, or about as ghosts
 * @SG_WORD_DISTANCE: someone is heard from afar
 * @SG_WORD_ARRIVAL: someone comes, or was there unseen
 * @SG_WORD_GOING: the player goes where the world does not know of it yet
 * @SG_WORD_SEEKING: the player has sent for someone, or is on the way to them
 * @SG_WORD_USE: what one does with a thing at hand
 * @SG_WORD_PARTICLE: "you raise up the lamp"
 * @SG_WORD_ARTICLE: what stands before a thing that is used
 * @SG_WORD_GAIN: the text says how the thing comes to hand
 * @SG_WORD_SPEAKING: the player asked to be spoken for, and is to be told what comes of that
 * @SG_WORD_SAY: "you say"
 * @SG_WORD_LOOKING: whoever looks around again is told the same
 * @SG_WORD_EN: the small words that no sentence does without, in English and
 * @SG_WORD_NL: in the last of a few languages in Latin script
 *
 * What the rules of the verifier know of a word; it may be of several kinds.
 */
typedef enum
{
  SG_WORD_YOU,
  SG_WORD_TITLE,
  SG_WORD_SPEAKS,
  SG_WORD_SPOKE,
  SG_WORD_ACTS,
  SG_WORD_ACTS_NEARBY,
  SG_WORD_DIRECTION,
  SG_WORD_OPENER,
  SG_WORD_DENIAL,
  SG_WORD_HAUNTING,
  SG_WORD_DISTANCE,
  SG_WORD_ARRIVAL,
  SG_WORD_GOING,
  SG_WORD_SEEKING,
  SG_WORD_USE,
  SG_WORD_PARTICLE,
  SG_WORD_ARTICLE,
  SG_WORD_GAIN,
  SG_WORD_SPEAKING,
  SG_WORD_SAY,
  SG_WORD_LOOKING,
  SG_WORD_EN,
  SG_WORD_DE,
  SG_WORD_FR,
  SG_WORD_ES,
  SG_WORD_IT,
  SG_WORD_PT,
  SG_WORD_NL,
  SG_N_WORD_KINDS,
} SgWordKind;

/* Of each kind its words, in small letters, with spaces between them; %NULL behind the last. */
extern const char *const sg_word_kinds[SG_N_WORD_KINDS + 1];

G_END_DECLS
