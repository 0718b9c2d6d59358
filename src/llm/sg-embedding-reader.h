/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No model has vectors of more dimensions than that. */
#define SG_EMBEDDING_MAX_DIMENSIONS 16384

GPtrArray *sg_embedding_reader_read (const char *json,
                                     gsize       length,
                                     guint       n_texts,
                                     gint64     *n_tokens) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
