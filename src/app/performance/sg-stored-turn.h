/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "profile/sg-trace.h"
#include "store/sg-library.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/**
 * SgStoredTurn:
 * @turn: its id
 * @depth: its depth
 * @trace: what it did, as far as it was stored
 * @settings: (nullable): what it was told with, as JSON
 */
typedef struct
{
  gint64   turn;
  gint64   depth;
  SgTrace *trace;
  char    *settings;
} SgStoredTurn;

void          sg_stored_turn_free        (SgStoredTurn         *self);
void          sg_stored_turn_load_async  (SgLibrary            *library,
                                          gint64                turn,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
void          sg_stored_turn_load_last_async (SgLibrary        *library,
                                          const SgPath         *path,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
/* Of both. */
SgStoredTurn *sg_stored_turn_load_finish (GAsyncResult         *result,
                                          GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoredTurn, sg_stored_turn_free)

G_END_DECLS
