/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgUtf8Joiner:
 *
 * Makes valid UTF-8 of a stream of bytes that comes in pieces: a character that is split over two pieces is
 * put together, half a surrogate pair waits for its other half, and what is no character
 * (NUL included, which would end the text for everyone who reads it as a C string) becomes U+FFFD.
 *
 * Plain data; all zero is the beginning.
 */
typedef struct
{
  guchar pending[6];
  guint8 n_pending;
} SgUtf8Joiner;

const char *sg_utf8_joiner_push (SgUtf8Joiner *self,
                                 const char   *data,
                                 gsize         length,
                                 GString      *scratch,
                                 gsize        *out_length);
char       *sg_utf8_make_valid  (const char   *data,
                                 gsize         length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
