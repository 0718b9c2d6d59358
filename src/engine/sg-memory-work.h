/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after.h"

G_BEGIN_DECLS

/* What is done for the memory of a story after its turns: memories are drawn from what was told, what is
 * about to leave the prompt gets a summary, and memories get vectors.  In this order, since what comes
 * later uses what came before. */
const SgAfterHandler *sg_remember_get_handler  (void);
const SgAfterHandler *sg_summarise_get_handler (void);
const SgAfterHandler *sg_embed_get_handler     (void);

/* Turns of which memories are drawn together: it costs a call of the model each time. */
#define SG_REMEMBER_EVERY 4

/* The kind of the jobs that give vectors to memories. */
#define SG_EMBED_KIND "embed"

/* For these three. */
gboolean sg_memory_work_has_none   (SgTurnRun       *run);
void    sg_memory_work_append_turn (GString         *text,
                                    const SgTurnRow *turn);
char   *sg_memory_work_cut_sentence (const char     *text) G_GNUC_WARN_UNUSED_RESULT;
SgPath *sg_memory_work_load_path   (SgConnection    *connection,
                                    gint64           turn,
                                    GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
