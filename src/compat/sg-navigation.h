/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of pages of which one is shown: the library, then a story.  It slides from one to the other, and a
 * swipe or the back button of a mouse leads back.
 *
 * Properties: visible-page (the name of the page that is shown). */
#define SG_TYPE_NAVIGATION (sg_navigation_get_type ())

G_DECLARE_FINAL_TYPE (SgNavigation, sg_navigation, SG, NAVIGATION, GtkWidget)

GtkWidget  *sg_navigation_new              (void);
void        sg_navigation_append           (SgNavigation *self,
                                            GtkWidget    *page,
                                            const char   *name);
const char *sg_navigation_get_visible_page (SgNavigation *self);
void        sg_navigation_set_visible_page (SgNavigation *self,
                                            const char   *name);
void        sg_navigation_set_can_go_back  (SgNavigation *self,
                                            gboolean      can_go_back);

G_END_DECLS
