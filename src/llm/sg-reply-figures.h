/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-json-scanner.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/**
 * SgReplyFigures:
 * @draft: tokens that speculation proposed, or -1
 * @draft_accepted: those that were kept, or -1
 * @n_chunks: pieces of the reply
 * @n_bytes: bytes of text, reasoning and arguments
 */
typedef struct
{
  SgUsage usage;
  gint64  draft;
  gint64  draft_accepted;
  gint64  n_chunks;
  gint64  n_bytes;
} SgReplyFigures;

#define SG_REPLY_FIGURES_INIT { .usage = SG_USAGE_INIT, .draft = -1, .draft_accepted = -1 }

gint64 sg_reply_figures_get_count    (SgJsonScanner  *scanner,
                                      gint64          fallback);
void   sg_reply_figures_read_usage   (SgReplyFigures *self,
                                      SgJsonScanner   scanner);
void   sg_reply_figures_read_timings (SgReplyFigures *self,
                                      SgJsonScanner   scanner);

G_END_DECLS
