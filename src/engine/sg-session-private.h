/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"
#include "engine/sg-turn-run-private.h"

G_BEGIN_DECLS

struct _SgSession
{
  GObject           parent_instance;

  SgStory          *story;
  SgModel          *model;
  SgEngineSettings *settings;
  SgToolCatalog    *catalog;
  SgHistory        *history;
  char             *brief;

  SgTurnRun        *run;
  gboolean          busy;
  GPtrArray        *queue;
  guint             last_ticket;
};

void     sg_session_set_busy      (SgSession   *self,
                                   gboolean     busy);
gboolean sg_session_fail_busy     (GError     **error);
void     sg_session_start_next    (SgSession   *self);
/* Takes the path. */
void     sg_session_start_run     (SgSession   *self,
                                   SgPath      *path,
                                   SgWorld     *base,
                                   SgInputMode  mode,
                                   const char  *input,
                                   const char  *draft,
                                   gint64       submitted_us);
void     sg_session_start_at_head (SgSession   *self,
                                   SgInputMode  mode,
                                   const char  *input,
                                   const char  *draft,
                                   gint64       submitted_us);

G_END_DECLS
