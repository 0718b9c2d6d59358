/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words that the format of scenarios itself knows: verbs of `on`, names inside braces, rules that
 * replace the storyteller's own phrases.  The storyteller has a meaning for each of them. */

gboolean sg_scenario_words_has_verb   (const char *word);
gboolean sg_scenario_words_has_var    (const char *word);
gboolean sg_scenario_words_has_phrase (const char *word);
gboolean sg_scenario_words_has_form   (const char *word);

G_END_DECLS
