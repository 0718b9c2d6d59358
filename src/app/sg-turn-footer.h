/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/sg-records.h"

G_BEGIN_DECLS

#define SG_TYPE_TURN_FOOTER (sg_turn_footer_get_type ())

G_DECLARE_FINAL_TYPE (SgTurnFooter, sg_turn_footer, SG, TURN_FOOTER, GtkWidget)

GtkWidget *sg_turn_footer_new           (void);
gboolean   sg_turn_footer_is_needed     (const SgTurnRow *row);
void       sg_turn_footer_set_row       (SgTurnFooter    *self,
                                         const SgTurnRow *row);
char      *sg_turn_footer_dup_summary   (const SgTurnRow *row) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
