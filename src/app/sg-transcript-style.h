/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTranscriptStyle:
 *
 * The tags of the transcript.  They belong to its buffer.
 */
typedef struct
{
  GtkTextTag *opening;
  GtkTextTag *words;
  GtkTextTag *telling;
  GtkTextTag *gap;
  GtkTextTag *reasoning;
  GtkTextTag *reasoning_end;
  GtkTextTag *fold;
  GtkTextTag *footer;
  GtkTextTag *emphasis;
  GtkTextTag *strong;
} SgTranscriptStyle;

void sg_transcript_style_init   (SgTranscriptStyle *self,
                                 GtkTextBuffer     *buffer);
void sg_transcript_style_update (SgTranscriptStyle *self,
                                 GtkWidget         *widget);

G_END_DECLS
