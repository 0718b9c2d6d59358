/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "world/sg-story.h"

G_BEGIN_DECLS

/* How many turns are on the page at most, and how many come at once when the reader gets to an end. */
#define SG_TRANSCRIPT_MAX_TURNS 60
#define SG_TRANSCRIPT_CHUNK 20

/* A story as one reads it, from the newest turn upwards: a page that scrolls and holds some of the turns.
 *
 * Properties: following (whether the reader is at the end, so that the page moves with the text).
 * Actions: transcript.oldest, transcript.newest.
 * Signal `loaded` (): turns came, and all that were asked for are there. */
#define SG_TYPE_TRANSCRIPT (sg_transcript_get_type ())

G_DECLARE_FINAL_TYPE (SgTranscript, sg_transcript, SG, TRANSCRIPT, GtkWidget)

GtkWidget   *sg_transcript_new              (void);
SgStory     *sg_transcript_get_story        (SgTranscript *self);
void         sg_transcript_set_story        (SgTranscript *self,
                                             SgStory      *story);
GtkTextView *sg_transcript_get_view         (SgTranscript *self);
gboolean     sg_transcript_get_following    (SgTranscript *self);
gboolean     sg_transcript_is_loading       (SgTranscript *self);
void         sg_transcript_reload           (SgTranscript *self);
/* More is known of a turn than when it came. */
void         sg_transcript_refresh_turn     (SgTranscript *self,
                                             gint64        turn);
void         sg_transcript_jump_to_newest   (SgTranscript *self);
void         sg_transcript_jump_to_oldest   (SgTranscript *self);
void         sg_transcript_scroll_pages     (SgTranscript *self,
                                             int           pages);

/* The turn that is being told, or was half told. */
void         sg_transcript_begin_live       (SgTranscript *self,
                                             gint64        depth,
                                             const char   *mode,
                                             const char   *input);
void         sg_transcript_append_live      (SgTranscript *self,
                                             const char   *text);
void         sg_transcript_reason_live      (SgTranscript *self,
                                             const char   *text);
void         sg_transcript_drop_live        (SgTranscript *self);
void         sg_transcript_drop_uncommitted (SgTranscript *self);

G_END_DECLS
