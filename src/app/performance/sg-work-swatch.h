/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-breakdown.h"

G_BEGIN_DECLS

#define SG_TYPE_WORK_SWATCH (sg_work_swatch_get_type ())

/* The little square of a legend. */
G_DECLARE_FINAL_TYPE (SgWorkSwatch, sg_work_swatch, SG, WORK_SWATCH, GtkWidget)

GtkWidget *sg_work_swatch_new (SgWork work) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
