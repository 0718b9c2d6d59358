/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the reader is on a page of text that grows at both ends.
 *
 * Properties: following (whether the reader is at the end, so that the page moves with the text).
 * Signal `moved` (): the page was scrolled, by the reader or not. */
#define SG_TYPE_READING_PLACE (sg_reading_place_get_type ())

G_DECLARE_FINAL_TYPE (SgReadingPlace, sg_reading_place, SG, READING_PLACE, GObject)

SgReadingPlace *sg_reading_place_new           (GtkScrolledWindow *scroller,
                                                GtkTextView       *view) G_GNUC_WARN_UNUSED_RESULT;
gboolean        sg_reading_place_get_following (SgReadingPlace    *self);
void            sg_reading_place_set_whole     (SgReadingPlace    *self,
                                                gboolean           whole);
gboolean        sg_reading_place_is_near_top   (SgReadingPlace    *self);
gboolean        sg_reading_place_is_near_end   (SgReadingPlace    *self);
void            sg_reading_place_go_to_end     (SgReadingPlace    *self);
void            sg_reading_place_go_to_start   (SgReadingPlace    *self);
void            sg_reading_place_scroll_pages  (SgReadingPlace    *self,
                                                int                pages);

/* The line that is read, kept in its place while others come and go above it. */
void            sg_reading_place_remember      (SgReadingPlace    *self);
void            sg_reading_place_restore       (SgReadingPlace    *self);
void            sg_reading_place_forget        (SgReadingPlace    *self);
gboolean        sg_reading_place_is_restoring  (SgReadingPlace    *self);

G_END_DECLS
