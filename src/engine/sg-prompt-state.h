/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-world.h"

G_BEGIN_DECLS

void sg_prompt_append_state (GString *message,
                             SgWorld *world,
                             gsize    limit);

G_END_DECLS
