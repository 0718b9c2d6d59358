/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sg-library-page.h"
#include "app/sg-new-story-page.h"
#include "app/sg-problem-page.h"
#include "app/sg-sessions.h"
#include "app/sg-window.h"
#include "compat/sg-navigation.h"

G_BEGIN_DECLS

struct _SgWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  GtkStack             *stack;
  SgProblemPage        *problem;
  SgNavigation         *navigation;
  SgLibraryPage        *library_page;
  SgNewStoryPage       *new_story_page;
  SgStoryPage          *story_page;

  SgNarrator           *narrator;
  char                 *library_path;
  SgSessions           *sessions;
  GCancellable         *opening;
  GtkWidget            *preferences;
  GtkWidget            *shortcuts;
  gboolean              welcomed;
};

void sg_window_init_actions (SgWindow             *self);
void sg_window_begin        (SgWindow             *self,
                             SgScenario           *scenario);
void sg_window_show_page    (SgWindow             *self,
                             const char           *name);
void sg_window_refresh      (SgWindow             *self);
void sg_window_toast        (SgWindow             *self,
                             const char           *message);
void sg_window_trash_story  (SgWindow             *self,
                             gint64                story,
                             gboolean              trashed);
void sg_window_rename_story (SgWindow             *self,
                             gint64                story);

G_END_DECLS
