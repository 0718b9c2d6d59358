/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* A story that is being played: the page to read, the composer, and the performance pane beside or below them.
 *
 * Properties: session, pane-visible. */
#define SG_TYPE_STORY_PAGE (sg_story_page_get_type ())

G_DECLARE_FINAL_TYPE (SgStoryPage, sg_story_page, SG, STORY_PAGE, GtkWidget)

GtkWidget *sg_story_page_new              (void);
SgSession *sg_story_page_get_session      (SgStoryPage *self);
void       sg_story_page_set_session      (SgStoryPage *self,
                                           SgSession   *session);
gboolean   sg_story_page_get_pane_visible (SgStoryPage *self);
void       sg_story_page_set_pane_visible (SgStoryPage *self,
                                           gboolean     visible);
void       sg_story_page_show_turn        (SgStoryPage *self,
                                           gint64       turn);
void       sg_story_page_open_menu        (SgStoryPage *self);

G_END_DECLS
