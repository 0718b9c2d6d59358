/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-world.h"

G_BEGIN_DECLS

/**
 * SgPromptState:
 * @world: the world
 * @version: its version, see sg_world_get_version()
 * @limit: how many bytes there were
 * @text: (nullable): what was true there
 *
 * What a prompt said of a world.
 */
typedef struct
{
  SgWorld *world;
  guint64  version;
  gsize    limit;
  char    *text;
} SgPromptState;

void sg_prompt_state_clear  (SgPromptState *self);

void sg_prompt_append_state (GString       *message,
                             SgWorld       *world,
                             gsize          limit,
                             SgPromptState *kept);

G_END_DECLS
