/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/sg-session.h"

G_BEGIN_DECLS

#define SG_TYPE_PERFORMANCE_PANE (sg_performance_pane_get_type ())

/* Where every millisecond of a story's turns went: the running turn as it runs, any other turn as it
 * was stored, and all of them beside each other.  Made for a side of 360 pixels and up.
 *
 * Properties: session (nullable), shown-turn (the id of the stored turn that is shown; 0 while the
 * newest one runs, or for none). */
G_DECLARE_FINAL_TYPE (SgPerformancePane, sg_performance_pane, SG, PERFORMANCE_PANE, GtkWidget)

GtkWidget *sg_performance_pane_new            (void) G_GNUC_WARN_UNUSED_RESULT;
SgSession *sg_performance_pane_get_session    (SgPerformancePane *self);
void       sg_performance_pane_set_session    (SgPerformancePane *self,
                                               SgSession         *session);
gint64     sg_performance_pane_get_shown_turn (SgPerformancePane *self);
void       sg_performance_pane_show_turn      (SgPerformancePane *self,
                                               gint64             turn);
void       sg_performance_pane_show_latest    (SgPerformancePane *self);
gboolean   sg_performance_pane_get_live       (SgPerformancePane *self);

G_END_DECLS
