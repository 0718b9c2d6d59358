/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-transcript-style.h"

#include "compat/sg-color.h"

/**
 * sg_transcript_style_init:
 * @self: the style
 * @buffer: the buffer of the transcript
 *
 * Makes the tags.  Sizes are relative, so that they follow the text size of the desktop.
 */
void
sg_transcript_style_init (SgTranscriptStyle *self,
                          GtkTextBuffer     *buffer)
{
  self->telling = gtk_text_buffer_create_tag (buffer, "telling",
                                              "pixels-inside-wrap", 5,
                                              "pixels-below-lines", 5,
                                              NULL);
  self->gap = gtk_text_buffer_create_tag (buffer, "gap", "scale", 0.4, NULL);
  self->words = gtk_text_buffer_create_tag (buffer, "words",
                                            "weight", PANGO_WEIGHT_SEMIBOLD,
                                            "pixels-above-lines", 14,
                                            "pixels-inside-wrap", 4,
                                            "pixels-below-lines", 12,
                                            NULL);
  self->opening = gtk_text_buffer_create_tag (buffer, "opening", "pixels-above-lines", 18, NULL);
  self->reasoning = gtk_text_buffer_create_tag (buffer, "reasoning",
                                                "scale", 0.87,
                                                "left-margin", 40,
                                                "pixels-inside-wrap", 2,
                                                "pixels-below-lines", 6,
                                                NULL);
  self->reasoning_end = gtk_text_buffer_create_tag (buffer, "reasoning-end",
                                                    "pixels-below-lines", 14,
                                                    NULL);
  self->fold = gtk_text_buffer_create_tag (buffer, "fold", "pixels-below-lines", 6, NULL);
  self->footer = gtk_text_buffer_create_tag (buffer, "footer",
                                             "pixels-above-lines", 2,
                                             "pixels-below-lines", 12,
                                             NULL);
  self->emphasis = gtk_text_buffer_create_tag (buffer, "emphasis",
                                               "style", PANGO_STYLE_ITALIC,
                                               NULL);
  self->strong = gtk_text_buffer_create_tag (buffer, "strong",
                                             "weight", PANGO_WEIGHT_BOLD,
                                             NULL);
}

/**
 * sg_transcript_style_update:
 * @self: the style
 * @widget: the transcript
 *
 * Takes the colours from the theme, after it changed: dark, light, high contrast.
 */
void
sg_transcript_style_update (SgTranscriptStyle *self,
                            GtkWidget         *widget)
{
  GdkRGBA accent;
  GdkRGBA text;

  sg_widget_lookup_color (widget, "accent_color", &accent);
  g_object_set (self->words, "foreground-rgba", &accent, NULL);

  sg_widget_get_text_color (widget, &text);
  text.alpha *= 0.7;
  g_object_set (self->reasoning, "foreground-rgba", &text, NULL);
}
