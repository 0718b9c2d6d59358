/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/sg-records.h"

G_BEGIN_DECLS

/* The page itself: turns one below the other in one text view, so that selection and copying run across them,
 * and the turn that is being told at the end.  It shows what it is given; which turns those are is the
 * business of SgTranscript. */
#define SG_TYPE_TRANSCRIPT_VIEW (sg_transcript_view_get_type ())

G_DECLARE_FINAL_TYPE (SgTranscriptView, sg_transcript_view, SG, TRANSCRIPT_VIEW, GtkTextView)

GtkWidget *sg_transcript_view_new              (void);

guint      sg_transcript_view_get_n_turns      (SgTranscriptView *self);
/* Of the turns that are shown; -1 where there is none. */
gint64     sg_transcript_view_get_first_depth  (SgTranscriptView *self);
gint64     sg_transcript_view_get_last_depth   (SgTranscriptView *self);

void       sg_transcript_view_append           (SgTranscriptView *self,
                                                GPtrArray        *rows);
void       sg_transcript_view_prepend          (SgTranscriptView *self,
                                                GPtrArray        *rows);
void       sg_transcript_view_drop_first       (SgTranscriptView *self,
                                                guint             n_turns);
void       sg_transcript_view_drop_from        (SgTranscriptView *self,
                                                gint64            depth);
/* What the library knows of a turn now; the depth of one that is shown, or -1. */
void       sg_transcript_view_update_footer    (SgTranscriptView *self,
                                                const SgTurnRow  *row);
gint64     sg_transcript_view_find_depth       (SgTranscriptView *self,
                                                gint64            turn);
void       sg_transcript_view_clear            (SgTranscriptView *self);
gboolean   sg_transcript_view_get_turn_start   (SgTranscriptView *self,
                                                gint64            turn,
                                                GtkTextIter      *iter);

/* The turn that is being told, or was half told: after all others. */
gboolean   sg_transcript_view_has_live         (SgTranscriptView *self);
void       sg_transcript_view_begin_live       (SgTranscriptView *self,
                                                gint64            depth,
                                                const char       *mode,
                                                const char       *input);
void       sg_transcript_view_append_live      (SgTranscriptView *self,
                                                const char       *text);
void       sg_transcript_view_reason_live      (SgTranscriptView *self,
                                                const char       *text);
void       sg_transcript_view_finish_live      (SgTranscriptView *self,
                                                const SgTurnRow  *row);
void       sg_transcript_view_drop_live        (SgTranscriptView *self);

G_END_DECLS
