/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* Prints what a session does: the story as text, or with @json one object a line.  Lives as long as
 * the session. */
void sg_cli_events_attach (SgSession *session,
                           gboolean   json);
/* With their numbers, by which a player takes one. */
void sg_cli_print_choices (const char *const *choices);

G_END_DECLS
