/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-json-scanner.h"

G_BEGIN_DECLS

/**
 * SgChunkParts:
 * @message: the message of the first choice, or what is new of it
 * @reasoning: what the model thinks, in the message
 * @content: what it says, in the message
 * @calls: the tools that it calls, in the message
 * @finish: why it ended
 * @usage: tokens as servers count them
 * @timings: times as llama.cpp measures them
 * @progress: how much of the prompt is read
 * @error: (nullable): the bytes of an error
 * @error_length: how many they are
 * @has_choices: whether there were choices, be it none
 *
 * Where the parts of a chunk begin.  Servers differ in the order of members and in which of them they send, so they are
 * found before any is read, which also proves that the whole of it is JSON: half a chunk never has an effect.  A part
 * that is not there has the token %SG_JSON_ERROR.
 */
typedef struct
{
  SgJsonScanner message;
  SgJsonScanner reasoning;
  SgJsonScanner content;
  SgJsonScanner calls;
  SgJsonScanner finish;
  SgJsonScanner usage;
  SgJsonScanner timings;
  SgJsonScanner progress;
  const char   *error;
  gsize         error_length;
  gboolean      has_choices;
} SgChunkParts;

gboolean             sg_chunk_parts_find      (SgChunkParts       *self,
                                               const char         *json,
                                               gsize               length);
const SgJsonScanner *sg_chunk_parts_get_words (const SgChunkParts *self);

G_END_DECLS
