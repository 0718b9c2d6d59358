/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* The scenarios that can be played, as cards, with what is wrong with those that cannot.  They are read in the
 * background when the list is first seen.
 *
 * Signals: chosen (SgScenario *scenario); loaded (). */
#define SG_TYPE_SCENARIO_LIST (sg_scenario_list_get_type ())

G_DECLARE_FINAL_TYPE (SgScenarioList, sg_scenario_list, SG, SCENARIO_LIST, GtkWidget)

GtkWidget *sg_scenario_list_new           (void);
guint      sg_scenario_list_get_n_items   (SgScenarioList *self);
void       sg_scenario_list_load          (SgScenarioList *self);

G_END_DECLS
