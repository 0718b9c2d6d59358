/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "profile/sg-verdict.h"

G_BEGIN_DECLS

GtkWidget *sg_flag_row_new (const SgFlag *flag) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
