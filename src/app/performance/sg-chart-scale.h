/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64  sg_chart_scale_get_step   (gint64 range_us,
                                   guint  n_ticks);
gint64  sg_chart_scale_get_end    (gint64 needed_us);
char   *sg_chart_scale_dup_label  (gint64 at_us,
                                   gint64 step_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
