/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/sg-turn-run.h"

G_BEGIN_DECLS

#define SG_TYPE_TURN_VIEW (sg_turn_view_get_type ())

/* One turn: its figures, where its time went in colours and in words, and its waterfall. */
G_DECLARE_FINAL_TYPE (SgTurnView, sg_turn_view, SG, TURN_VIEW, GtkWidget)

GtkWidget *sg_turn_view_new       (void) G_GNUC_WARN_UNUSED_RESULT;
SgTrace   *sg_turn_view_get_trace (SgTurnView *self);
void       sg_turn_view_set_trace (SgTurnView *self,
                                   SgTrace    *trace);
void       sg_turn_view_set_settings (SgTurnView *self,
                                   const char *json);
void       sg_turn_view_set_run   (SgTurnView *self,
                                   SgTurnRun  *run);

G_END_DECLS
