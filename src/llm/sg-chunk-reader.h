/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "llm/sg-model-error.h"
#include "llm/sg-reply-figures.h"

G_BEGIN_DECLS

/* What a model says in one reply, words and arguments together, is at most this many bytes. */
#define SG_REPLY_MAX (4 * 1024 * 1024)

/* Turns the chunks of a chat completion, or a whole one, into events. */
typedef struct _SgChunkReader SgChunkReader;

SgChunkReader        *sg_chunk_reader_new         (SgModelEventFunc       func,
                                                   gpointer               user_data,
                                                   gboolean               tools_offered,
                                                   const SgErrorContext  *context) G_GNUC_WARN_UNUSED_RESULT;
void                  sg_chunk_reader_free        (SgChunkReader         *self);
gboolean              sg_chunk_reader_take        (SgChunkReader         *self,
                                                   const char            *json,
                                                   gsize                  length,
                                                   GError               **error);
void                  sg_chunk_reader_hand_on     (SgChunkReader         *self);
void                  sg_chunk_reader_flush       (SgChunkReader         *self);
gboolean              sg_chunk_reader_has_choices (SgChunkReader         *self);
gboolean              sg_chunk_reader_has_reason  (SgChunkReader         *self);
gboolean              sg_chunk_reader_get_overflowed (SgChunkReader     *self);
SgFinishReason        sg_chunk_reader_finish      (SgChunkReader         *self);
gint64                sg_chunk_reader_get_n_bytes (SgChunkReader         *self);
const SgReplyFigures *sg_chunk_reader_get_figures (SgChunkReader         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgChunkReader, sg_chunk_reader_free)

G_END_DECLS
