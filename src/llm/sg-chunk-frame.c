/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-chunk-frame.h"
#include "llm/sg-json-scanner.h"

/* Longer ones are no chunks of a stream, and are not kept. */
#define MAX_AROUND 4096

/**
 * sg_chunk_frame_clear:
 * @self: a frame; all zero is one that matches nothing
 *
 * Frees what the frame holds.
 */
void
sg_chunk_frame_clear (SgChunkFrame *self)
{
  if (self->around != NULL)
    g_string_free (g_steal_pointer (&self->around), TRUE);
}

/**
 * sg_chunk_frame_learn:
 * @chunk: a chunk that has no effect but the words in it
 * @length: its length in bytes
 * @words: the words, without their quotes; within @chunk
 * @n_words: their length in bytes
 * @reasoning: whether they are thoughts of the model
 *
 * Remembers what stands around the words.
 */
void
sg_chunk_frame_learn (SgChunkFrame *self,
                      const char   *chunk,
                      gsize         length,
                      const char   *words,
                      gsize         n_words,
                      gboolean      reasoning)
{
  const char *behind = words + n_words;

  if (self->around == NULL)
    self->around = g_string_new (NULL);

  g_string_truncate (self->around, 0);
  if (length - n_words > MAX_AROUND)
    return;

  self->before = (gsize) (words - chunk);
  self->reasoning = reasoning;
  g_string_append_len (self->around, chunk, (gssize) self->before);
  g_string_append_len (self->around, behind, chunk + length - behind);
}

/**
 * sg_chunk_frame_match:
 * @chunk: another chunk
 * @length: its length in bytes
 * @n_words: (out): the length of its words in bytes
 *
 * Returns: (nullable): the words, which mean themselves; or %NULL where the chunk has to be read
 */
const char *
sg_chunk_frame_match (SgChunkFrame *self,
                      const char   *chunk,
                      gsize         length,
                      gsize        *n_words)
{
  gsize behind;

  if (self->around == NULL || self->around->len == 0 || length < self->around->len)
    return NULL;

  behind = self->around->len - self->before;
  *n_words = length - self->around->len;
  if (memcmp (chunk, self->around->str, self->before) != 0
      || memcmp (chunk + length - behind, self->around->str + self->before, behind) != 0
      || !sg_json_is_plain (chunk + self->before, *n_words))
    return NULL;

  return chunk + self->before;
}
