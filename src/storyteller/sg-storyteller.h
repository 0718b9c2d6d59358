/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

#define SG_TYPE_STORYTELLER (sg_storyteller_get_type ())

/* The built-in storyteller: plays a scenario by its own rules, without a network and without weights.
 *
 * Properties: pace (words a second at which it tells; 0, the default, for as fast as it goes). */
G_DECLARE_FINAL_TYPE (SgStoryteller, sg_storyteller, SG, STORYTELLER, GObject)

SgStoryteller *sg_storyteller_new      (void) G_GNUC_WARN_UNUSED_RESULT;
guint          sg_storyteller_get_pace (SgStoryteller *self);
void           sg_storyteller_set_pace (SgStoryteller *self,
                                        guint          words_per_second);

G_END_DECLS
