/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands around the words of a chunk.
 *
 * A server writes each chunk of a reply with the same names, the same id and the same time, so that nearly all of them
 * are the one before with other words in one string.  Where that is so, the chunk need not be read again to
 * know what it says: bytes that were JSON around one string are JSON around any other. */
typedef struct
{
  GString *around;
  gsize    before;
  gboolean reasoning;
} SgChunkFrame;

void        sg_chunk_frame_clear (SgChunkFrame *self);
void        sg_chunk_frame_learn (SgChunkFrame *self,
                                  const char   *chunk,
                                  gsize         length,
                                  const char   *words,
                                  gsize         n_words,
                                  gboolean      reasoning);
const char *sg_chunk_frame_match (SgChunkFrame *self,
                                  const char   *chunk,
                                  gsize         length,
                                  gsize        *n_words);

G_END_DECLS
