/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "llm/sg-server-state.h"

G_BEGIN_DECLS

/**
 * SgSteadySide:
 * @model: who is asked
 * @state: what is known of its server
 */
typedef struct
{
  SgModel       *model;
  SgServerState *state;
} SgSteadySide;

/**
 * SgSteadySetup:
 * @sides: the server, and the one to fall back on, whose model may be %NULL
 * @rand: where the jitter comes from
 * @retries: how often a call is tried again
 * @characters_at_once: how many calls there may be under way while characters are written
 *
 * How a call is made.
 */
typedef struct
{
  SgSteadySide sides[2];
  GRand       *rand;
  guint        retries;
  guint        characters_at_once;
} SgSteadySetup;

void sg_steady_call_run (GTask               *task,
                         const SgSteadySetup *setup,
                         SgModelRequest      *request,
                         SgModelEventFunc     event_func,
                         gpointer             event_data);

G_END_DECLS
