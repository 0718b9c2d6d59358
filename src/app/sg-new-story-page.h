/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* What can be played.
 *
 * Signal `chosen` (SgScenario *scenario). */
#define SG_TYPE_NEW_STORY_PAGE (sg_new_story_page_get_type ())

G_DECLARE_FINAL_TYPE (SgNewStoryPage, sg_new_story_page, SG, NEW_STORY_PAGE, GtkWidget)

GtkWidget *sg_new_story_page_new    (void);
void       sg_new_story_page_reload (SgNewStoryPage *self);

G_END_DECLS
