/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A paragraph with fewer characters than this is left alone. */
#define SG_PARAGRAPH_LONG 2000

/**
 * SgParagraphBreak:
 * @position: the character that begins the next paragraph, counted from the start of the text
 * @space: whether there is a blank before it, which the break takes the place of
 */
typedef struct
{
  guint    position;
  gboolean space;
} SgParagraphBreak;

gboolean sg_paragraph_find_break (const char       *text,
                                  SgParagraphBreak *found);

G_END_DECLS
