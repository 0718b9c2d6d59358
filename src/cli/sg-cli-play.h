/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* Runs the main loop until no turn runs; fails where the last one was not committed. */
gboolean sg_cli_wait_for_turn (SgSession  *session,
                               GError    **error);
/* Plays what is typed, until its end or /quit.  With @json nothing but what the events print goes
 * to standard output. */
gboolean sg_cli_play_prompt   (SgSession  *session,
                               gboolean    json,
                               GError    **error);

G_END_DECLS
