/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The verbs and directions of English, in the many words there are for them. */

/* The verb with which the words from @first on begin: the longest phrase wins, and a verb of the
 * scenario wins over one of these.  Returns its name and how many words it took; NULL for none. */
const char *sg_lexicon_find_verb      (JsonObject         *own_verbs,
                                       const char * const *words,
                                       guint               first,
                                       guint              *n_words);
/* As above, for a single word with one slip of the finger. */
const char *sg_lexicon_guess_verb     (JsonObject         *own_verbs,
                                       const char         *word);
const char *sg_lexicon_find_direction (const char         *word);
gboolean    sg_lexicon_is_preposition (const char         *word);

G_END_DECLS
