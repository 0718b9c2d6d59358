/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "storyteller/sg-storyteller.h"
#include "world/sg-view.h"

G_BEGIN_DECLS

/* A player at a table without an engine: hands turns to the real storyteller, does what its tool calls
 * say, and keeps the world. */
typedef struct
{
  SgScenario    *scenario;
  SgStoryteller *storyteller;
  SgWorld       *world;
  guint64        seed;
  int            depth;
  char          *language;

  /* The dice to come, before chance decides. */
  GQueue        *dice;

  /* Of the last turn. */
  GString       *text;
  GPtrArray     *choices;
  GPtrArray     *calls;
  guint          n_rolls;
  guint          n_requests;
} Player;

Player     *player_new        (SgScenario *scenario,
                               guint64     seed);
void        player_free       (Player     *player);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Player, player_free)

void        player_turn       (Player     *player,
                               const char *mode,
                               const char *input);
gboolean    player_holds      (Player     *player,
                               const char *condition);
const char *player_get_ending (Player     *player);

SgScenario *player_load       (const char *name);

G_END_DECLS
