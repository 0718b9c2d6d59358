/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-library.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/**
 * SgDraftJournal:
 *
 * Keeps the half-told turn in the library while it streams, so that a crash loses less
 * than a second of it.
 */
typedef struct _SgDraftJournal SgDraftJournal;

/* @fill is called when a row may be written; it fills in text and reasoning, or returns %FALSE where
 * there is nothing that is worth more than what the library holds. */
typedef gboolean (*SgDraftFillFunc) (SgDraftRow *row,
                                     gpointer    user_data);

SgDraftJournal *sg_draft_journal_new   (SgLibrary        *library,
                                        const SgDraftRow *start,
                                        SgDraftFillFunc   fill,
                                        gpointer          user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Stops writing.  What is under way is written before any job handed in from now on. */
void            sg_draft_journal_free  (SgDraftJournal   *self);
/* Whether the library may hold a row of this turn. */
gboolean        sg_draft_journal_wrote (SgDraftJournal   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDraftJournal, sg_draft_journal_free)

G_END_DECLS
