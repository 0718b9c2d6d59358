/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "store/sg-records.h"

G_BEGIN_DECLS

/* A story of the library, as an item of a list. */
#define SG_TYPE_STORY_ITEM (sg_story_item_get_type ())

G_DECLARE_FINAL_TYPE (SgStoryItem, sg_story_item, SG, STORY_ITEM, GObject)

SgStoryItem      *sg_story_item_new            (SgStoryRow  *row) G_GNUC_WARN_UNUSED_RESULT;
const SgStoryRow *sg_story_item_get_row        (SgStoryItem *self);
gboolean          sg_story_item_matches        (SgStoryItem *self,
                                                const char  *words);
char             *sg_story_item_dup_played     (gint64       played,
                                                gint64       now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
