/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/sg-story-item.h"

G_BEGIN_DECLS

/* A row of the library: a story with its title, where it stands, and when it was last played. */
#define SG_TYPE_STORY_CARD (sg_story_card_get_type ())

G_DECLARE_FINAL_TYPE (SgStoryCard, sg_story_card, SG, STORY_CARD, GtkWidget)

GtkWidget   *sg_story_card_new      (void);
SgStoryItem *sg_story_card_get_item (SgStoryCard *self);
void         sg_story_card_set_item (SgStoryCard *self,
                                     SgStoryItem *item);
void         sg_story_card_set_scenario (SgStoryCard *self,
                                         const char  *title);
void         sg_story_card_open_menu (SgStoryCard *self);

G_END_DECLS
