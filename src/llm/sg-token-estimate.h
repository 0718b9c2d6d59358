/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgTokenEstimator:
 *
 * Estimates how many tokens a text is, as it grows.  Plain data; all zero is the beginning.
 *
 * Every model cuts text its own way, so this is a rule of thumb, made of what the vocabularies of about 2024 (100,000
 * to 250,000 entries) have in common:
 * - a word of Latin letters is one token up to 8 letters, with the space before it, and one more for
 *   every 6 letters after that; an accented letter counts for two;
 * - digits go by threes;
 * - two signs of punctuation make one token;
 * - line breaks make one token a run, and so do two spaces or more;
 * - Chinese, Japanese and Korean characters are one each;
 * - letters of other scripts go by threes; everything else (emoji) is two.
 *
 * For English prose that comes to about 4.3 characters a token.  It may be wrong by a third, and more
 * for code.
 */
typedef struct
{
  gint64 tokens;
  guint8 run_class;
  guint  run_length;
} SgTokenEstimator;

void   sg_token_estimator_add        (SgTokenEstimator       *self,
                                      const char             *text,
                                      gsize                   length);
gint64 sg_token_estimator_get        (const SgTokenEstimator *self);

int    sg_token_estimate             (const char             *text,
                                      gssize                  length);

G_END_DECLS
