/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void    sg_statistics_sort                    (double       *values,
                                               gsize         n_values);
double  sg_statistics_percentile_nearest_rank (const double *sorted,
                                               gsize         n_values,
                                               double        percent);
double  sg_statistics_percentile_linear       (const double *sorted,
                                               gsize         n_values,
                                               double        percent);

G_END_DECLS
