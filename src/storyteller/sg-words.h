/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Words of a sentence as the storyteller reads them: lower case, without accents of typing (curly
 * quotes, doubled spaces), contractions written out, signs as words of their own. */

char    **sg_words_split        (const char         *text) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_words_join         (const char * const *words,
                                 guint               first,
                                 guint               last) G_GNUC_WARN_UNUSED_RESULT;
gboolean  sg_word_is_sign       (const char         *word);
gboolean  sg_word_is_article    (const char         *word);
gboolean  sg_word_is_filler     (const char         *word);
/* At most one letter added, left out, changed, or two neighbours swapped; short words have to be right. */
gboolean  sg_word_is_close      (const char         *a,
                                 const char         *b);
/* As above, but a changed letter has to be next to the right one on the keyboard, and the first one right:
 * "sneak" is no slip for "speak". */
gboolean  sg_word_is_slip       (const char         *typed,
                                 const char         *meant);
/* The same but for plural endings. */
gboolean  sg_word_is_same_stem  (const char         *a,
                                 const char         *b);

G_END_DECLS
