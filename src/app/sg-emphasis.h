/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgEmphasis:
 * @begin: the first character of the opening stars, counted from the start of the text
 * @end: the character after the closing stars
 * @stars: how many there are on either side: 1 for emphasis, 2 for strong, 3 for both
 */
typedef struct
{
  guint begin;
  guint end;
  guint stars;
} SgEmphasis;

gboolean sg_emphasis_find (const char *text,
                           gboolean    complete,
                           SgEmphasis *emphasis);

G_END_DECLS
