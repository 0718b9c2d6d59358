/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-narrator.h"
#include "app/sg-story-page.h"

G_BEGIN_DECLS

/* The window: the library, what can be begun, and the story that is played; or, where the library cannot be
 * opened, why. */
#define SG_TYPE_WINDOW (sg_window_get_type ())

G_DECLARE_FINAL_TYPE (SgWindow, sg_window, SG, WINDOW, AdwApplicationWindow)

SgWindow    *sg_window_new            (AdwApplication *application,
                                       SgNarrator     *narrator,
                                       const char     *library_path);
SgStoryPage *sg_window_get_story_page (SgWindow       *self);
const char  *sg_window_get_page       (SgWindow       *self);
void         sg_window_open_story     (SgWindow       *self,
                                       gint64          story);

G_END_DECLS
