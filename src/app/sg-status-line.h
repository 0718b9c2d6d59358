/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One line between the page and the composer: that the story is being told, in what stage it is, and
 * since when.  Its place is there always, so that nothing moves when a turn begins. */
#define SG_TYPE_STATUS_LINE (sg_status_line_get_type ())

G_DECLARE_FINAL_TYPE (SgStatusLine, sg_status_line, SG, STATUS_LINE, GtkWidget)

GtkWidget  *sg_status_line_new      (void);
const char *sg_status_line_get_text (SgStatusLine *self);
void        sg_status_line_set_busy (SgStatusLine *self,
                                     const char   *text,
                                     gint64        since_us);
void        sg_status_line_set_idle (SgStatusLine *self,
                                     const char   *text);

G_END_DECLS
