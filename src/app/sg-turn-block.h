/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/sg-transcript-style.h"
#include "app/sg-turn-footer.h"

G_BEGIN_DECLS

/**
 * SgTurnBlock:
 * @begin: where the block begins in the buffer
 * @telling: where what is told begins; moves with what is inserted before it
 * @reasoning: (nullable): what the model thought; in the buffer only while it is unfolded
 * @fold: (nullable): the button that unfolds it
 * @paragraph: where the last paragraph of the telling begins
 *
 * One turn on the page: the player's words, the reasoning behind its fold, what is told, and
 * the footer.  Lines, in this order; a newline stands between blocks, none after the last.
 */
typedef struct
{
  GtkTextView       *view;
  SgTranscriptStyle *style;

  gint64             turn;
  gint64             depth;

  GtkTextMark       *begin;
  GtkTextMark       *telling;
  GtkTextMark       *paragraph;

  GString           *reasoning;
  GtkTextMark       *thoughts;
  guint              thoughts_shown;
  GtkWidget         *fold;

  GtkWidget         *footer;
} SgTurnBlock;

SgTurnBlock *sg_turn_block_new           (GtkTextView       *view,
                                          SgTranscriptStyle *style,
                                          gint64             depth,
                                          GtkTextIter       *iter,
                                          const char        *mode,
                                          const char        *input) G_GNUC_WARN_UNUSED_RESULT;
void         sg_turn_block_free          (SgTurnBlock       *self);
void         sg_turn_block_set_reasoning (SgTurnBlock       *self,
                                          const char        *reasoning);
void         sg_turn_block_reason        (SgTurnBlock       *self,
                                          const char        *delta);
void         sg_turn_block_tell          (SgTurnBlock       *self,
                                          GtkTextIter       *iter,
                                          const char        *text,
                                          gssize             length,
                                          gboolean           complete);
void         sg_turn_block_set_row       (SgTurnBlock       *self,
                                          GtkTextIter       *iter,
                                          const SgTurnRow   *row);
void         sg_turn_block_get_begin     (SgTurnBlock       *self,
                                          GtkTextIter       *iter);
void         sg_turn_block_move_begin    (SgTurnBlock       *self,
                                          const GtkTextIter *iter);

char        *sg_turn_block_dup_clean     (const char        *text,
                                          gssize             length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTurnBlock, sg_turn_block_free)

G_END_DECLS
