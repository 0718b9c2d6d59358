/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-view.h"

G_BEGIN_DECLS

/* The fortune slips of a scenario, for whoever lets them be drawn. */

JsonObject *sg_fortune_find_slip  (SgScenario *scenario,
                                   const char *id);
GPtrArray  *sg_fortune_list_slips (SgView     *view,
                                   const char *deity) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_fortune_is_here    (SgView     *view,
                                   const char *deity);
char       *sg_fortune_dup_head   (SgView     *view,
                                   JsonObject *slip) G_GNUC_WARN_UNUSED_RESULT;
void        sg_fortune_hold       (SgWorld    *world,
                                   JsonObject *slip,
                                   const char *call);
void        sg_fortune_tell_again (SgWorld    *world,
                                   gint64      earlier,
                                   gint64      now,
                                   const char *words,
                                   const char *call);
const char *sg_fortune_read_again (JsonNode   *node,
                                   gint64     *turn);
gboolean    sg_fortune_is_afresh  (SgWorld    *world,
                                   const char *input);

G_END_DECLS
