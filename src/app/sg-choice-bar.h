/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the story offers to do next, as buttons with numbers.
 *
 * Signal `chosen` (const char *choice). */
#define SG_TYPE_CHOICE_BAR (sg_choice_bar_get_type ())

G_DECLARE_FINAL_TYPE (SgChoiceBar, sg_choice_bar, SG, CHOICE_BAR, GtkWidget)

GtkWidget *sg_choice_bar_new         (void);
void       sg_choice_bar_set_choices (SgChoiceBar        *self,
                                      const char * const *choices);
gboolean   sg_choice_bar_choose      (SgChoiceBar        *self,
                                      guint               number);

G_END_DECLS
