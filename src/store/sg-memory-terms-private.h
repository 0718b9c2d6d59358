/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text with every character of a script without spaces as a word of its own; NULL where there is no
 * such character. */
char *sg_memory_terms_cut   (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* The query for FTS5 that finds the memories of a story by any of @words; NULL where there is
 * nothing to look for. */
char *sg_memory_terms_query (gint64      story,
                             const char *words) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
