/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sg-narrator.h"
#include "engine/sg-session.h"

G_BEGIN_DECLS

/* The stories of a library that are being played.  A turn goes on when the player looks at another story, so
 * a session is kept while it is busy, and as long as somebody else holds it.
 *
 * Signals:
 *   turn-finished (SgSession *session, SgTurnRun *run)
 *   trouble (const char *message)     the preferences ask for a model that cannot be made */
#define SG_TYPE_SESSIONS (sg_sessions_get_type ())

G_DECLARE_FINAL_TYPE (SgSessions, sg_sessions, SG, SESSIONS, GObject)

SgSessions *sg_sessions_new         (SgLibrary            *library,
                                     SgNarrator           *narrator) G_GNUC_WARN_UNUSED_RESULT;
SgLibrary  *sg_sessions_get_library (SgSessions           *self);
SgSession  *sg_sessions_lookup      (SgSessions           *self,
                                     gint64                story);
void        sg_sessions_open_async  (SgSessions           *self,
                                     gint64                story,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
void        sg_sessions_begin_async (SgSessions           *self,
                                     SgScenario           *scenario,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
/* Of both. */
SgSession  *sg_sessions_open_finish (SgSessions           *self,
                                     GAsyncResult         *result,
                                     GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void        sg_sessions_stop_all    (SgSessions           *self);

G_END_DECLS
