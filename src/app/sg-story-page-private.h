/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sg-choice-bar.h"
#include "app/sg-composer.h"
#include "app/sg-notice.h"
#include "app/sg-status-line.h"
#include "app/sg-story-page.h"
#include "app/sg-transcript.h"

G_BEGIN_DECLS

struct _SgStoryPage
{
  GtkWidget           parent_instance;

  GtkWidget          *content;
  AdwWindowTitle     *title;
  GtkMenuButton      *menu_button;
  GtkPaned           *paned;
  SgTranscript       *transcript;
  SgChoiceBar        *choices;
  SgNotice           *notice;
  SgStatusLine       *status;
  SgComposer         *composer;

  GtkWidget          *pane;
  gboolean            pane_visible;
  guint               orientation_source;
  guint               place_tick;
  gboolean            turned;

  SgSession          *session;
  GSignalGroup       *session_signals;
  GSignalGroup       *story_signals;
  GSignalGroup       *run_signals;
  GSignalGroup       *after_signals;
  GBindingGroup      *title_binding;
  GSimpleActionGroup *actions;

  /* What went wrong with the last turn; goes when the next one begins. */
  GError             *error;
  char               *warning;

  /* The words of a turn that ended before its first word, and whether it was to replace another. */
  char               *untold_mode;
  char               *untold_input;
  gboolean            untold_retry;

  GCancellable       *choices_load;
};

SgStory *sg_story_page_get_story          (SgStoryPage *self);
void     sg_story_page_submit             (SgStoryPage *self,
                                           const char  *mode,
                                           const char  *text,
                                           gint64       pressed_us);
void     sg_story_page_update             (SgStoryPage *self);
gboolean sg_story_page_is_of_retry        (SgStoryPage      *self,
                                           const SgDraftRow *draft);
void     sg_story_page_forget_untold      (SgStoryPage *self);
void     sg_story_page_say                (SgStoryPage *self,
                                           const char  *message);

void     sg_story_page_show_told          (SgStoryPage *self);
void     sg_story_page_init_signals       (SgStoryPage *self);

void     sg_story_page_class_init_actions (GtkWidgetClass *klass);
void     sg_story_page_init_actions       (SgStoryPage *self);
void     sg_story_page_update_actions     (SgStoryPage *self);
void     sg_story_page_update_notice      (SgStoryPage *self);

G_END_DECLS
