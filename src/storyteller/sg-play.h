/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model-request.h"
#include "storyteller/sg-command.h"
#include "storyteller/sg-resolver.h"
#include "world/sg-view.h"

G_BEGIN_DECLS

/* One turn as the storyteller plays it: from the player's words to a text, changes of the world, and
 * perhaps a roll of dice that has to come first.
 *
 * A turn is played on an overlay of its own, which is thrown away; what it changed goes out as tool
 * calls.  Where dice are needed, the turn stops there (`waiting`), and is played again from its beginning
 * when they are known: nothing has to be kept in between, and the same input gives the same words up
 * to the roll. */

typedef struct
{
  int total;
  /* Whether the dice were rolled by the tool. */
  gboolean known;
} SgRoll;

typedef struct
{
  char *text;
  char *keywords;
  int   importance;
} SgNote;

typedef struct
{
  const SgScene *scene;
  SgScenario    *scenario;
  SgWorld       *world;
  SgView        *view;

  GString       *text;
  GPtrArray     *notes;
  GPtrArray     *choices;

  /* Dice. */
  GArray        *rolls;
  guint          n_rolls_used;
  gboolean       waiting;
  char          *dice;
  char          *reason;
  char          *intent;

  /* Whether the clocks run on after this, and whether the story has just ended. */
  gboolean       takes_time;
  gboolean       looked;
  gboolean       stop;
  guint          depth;
} SgPlay;

SgPlay     *sg_play_new            (const SgScene  *scene) G_GNUC_WARN_UNUSED_RESULT;
void        sg_play_free           (SgPlay         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPlay, sg_play_free)

void        sg_play_add_roll       (SgPlay         *self,
                                    int             total,
                                    gboolean        known);
void        sg_play_run            (SgPlay         *self);

/* (element-type JsonNode): the arguments of update_state calls. */
GPtrArray  *sg_play_list_updates   (SgPlay         *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
