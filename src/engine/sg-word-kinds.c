/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-word-kinds.h"

const char *const sg_word_kinds[SG_N_WORD_KINDS + 1] = {
  [SG_WORD_YOU] = "you",
  [SG_WORD_TITLE] = "mr mrs ms dr st",
  [SG_WORD_SPEAKS] =
    "says asks answers replies whispers murmurs mutters adds tells explains agrees insists sighs "
    "snaps laughs chuckles repeats warns",
  [SG_WORD_SPOKE] =
    "said asked answered replied whispered murmured muttered added told explained agreed insisted "
    "sighed snapped laughed chuckled repeated warned",
  [SG_WORD_ACTS] =
    "nods shrugs grins smiles frowns walks steps hurries runs grabs takes picks hands points "
    "leans waves shakes pours reaches pushes pulls kneels bows stares glances gestures beckons",
  [SG_WORD_ACTS_NEARBY] = "hands leans",
  [SG_WORD_DIRECTION] = "from out through over",
  [SG_WORD_OPENER] = "then and but now suddenly slowly finally quietly the old",
  [SG_WORD_DENIAL] = "nothing no not never neither",
  [SG_WORD_HAUNTING] =
    "ghost ghostly ghosts spirit spirits dream dreams dreamt memory memories remember remembers "
    "remembered recall recalls vision apparition spectre specter undead imagine imagines haunts "
    "photograph recording",
  [SG_WORD_DISTANCE] =
    "telephone phone radio speaker intercom microphone voice shout shouts remember remembers "
    "memory dream imagine earlier",
  [SG_WORD_ARRIVAL] =
    "enters comes arrives appears returns joins follows emerges approaches walks steps hurries "
    "runs waits is stands sits was",
  [SG_WORD_GOING] =
    "go walk step head climb enter cross follow reach return arrive slip find run hurry make "
    "leave descend come push duck",
  [SG_WORD_SEEKING] =
    "call fetch find go follow wait bring visit phone telephone write see look meet shout return "
    "back walk run climb enter leave",
  [SG_WORD_USE] =
    "use light wave swing raise lift drink eat show hand give throw hold wield wear unfold "
    "unsheathe brandish tuck pocket offer sip bite grip strike fire aim draw",
  [SG_WORD_PARTICLE] = "up out on over down high",
  [SG_WORD_ARTICLE] = "the your",
  [SG_WORD_GAIN] =
    "find take takes pick picks grab gives hands passes brings lends fetch imagine remember dream "
    "wish once pretend picture",
  [SG_WORD_SPEAKING] =
    "ask tell say talk greet call shout answer reply whisper order beg persuade convince thank "
    "speak read sing recite yell explain introduce confess lie promise warn apologise apologize "
    "agree refuse accuse chat offer demand bargain haggle threaten plead joke swear invite "
    "request suggest propose prompt pray announce argue comfort question interrogate declare "
    "flatter insult mutter scream cry hello name accept decline yes no line lines perform "
    "rehearse bid command",
  [SG_WORD_SAY] =
    "say ask answer reply whisper murmur mutter shout call add tell explain insist agree demand "
    "announce declare said asked answered replied whispered murmured muttered shouted added",
  [SG_WORD_LOOKING] = "look examine search read inspect listen again l x inventory help",
  [SG_WORD_EN] =
    "the and of to a is you your it that with his her on as for at but they not from are its "
    "there this he she was into by",
  [SG_WORD_DE] =
    "der die und ein eine das dem den ist du nicht mit sich auf dich dir deine deiner sie es zu "
    "von einen einer aber im wie dein als",
  [SG_WORD_FR] =
    "le la les et un une des du vous votre est dans qui que pas sur il elle avec se au ce tu en "
    "ne mais son sa",
  [SG_WORD_ES] =
    "el los las y una del que en tu su con por no se lo pero como al te está para es la un de",
  [SG_WORD_IT] =
    "il gli di che una del della nel non con sono ti si tuo tua per ma è un e lo alla dalla come",
  [SG_WORD_PT] =
    "o os as uma do da que não em você com se seu sua mas um e para no na é ao dos por",
  [SG_WORD_NL] =
    "de het een en van je niet met is op dat maar zijn haar hij ze naar er aan voor als jouw dit",
};
