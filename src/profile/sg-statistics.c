/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-statistics.h"

#include <math.h>
#include <stdlib.h>

static int
compare_values (const void *a,
                const void *b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

/**
 * sg_statistics_sort:
 * @values: (array length=n_values): numbers, none of them NaN
 * @n_values: how many
 *
 * Sorts in place, the smallest first.
 */
void
sg_statistics_sort (double *values,
                    gsize   n_values)
{
  g_return_if_fail (values != NULL || n_values == 0);

  if (n_values > 1)
    qsort (values, n_values, sizeof (double), compare_values);
}

/**
 * sg_statistics_percentile_nearest_rank:
 * @sorted: (array length=n_values): numbers, the smallest first
 * @n_values: how many
 * @percent: 0 to 100
 *
 * The smallest of the values that at least @percent of them do not exceed: the one at
 * rank ⌈percent / 100 · n⌉.  It is always a value that was measured, which is why what the
 * player reads uses this one.  Of few values a high percentile is the largest of them.
 *
 * Returns: the percentile, or NaN where there are no values
 */
double
sg_statistics_percentile_nearest_rank (const double *sorted,
                                       gsize         n_values,
                                       double        percent)
{
  double rank;

  g_return_val_if_fail (sorted != NULL || n_values == 0, NAN);
  g_return_val_if_fail (percent >= 0 && percent <= 100, NAN);

  if (n_values == 0)
    return NAN;

  /* 95 % of 20 is 19.000000000000004 in floating point, and is to be rank 19. */
  rank = ceil (percent * (double) n_values / 100.0 - 1e-9);

  return sorted[(gsize) CLAMP (rank, 1, (double) n_values) - 1];
}

/**
 * sg_statistics_percentile_linear:
 * @sorted: (array length=n_values): numbers, the smallest first
 * @n_values: how many
 * @percent: 0 to 100
 *
 * Interpolates between the two values around the place percent / 100 · (n - 1), counted from 0:
 * what R calls type 7, and what spreadsheets call PERCENTILE.INC.  Smooth, for comparing runs of
 * a benchmark.
 *
 * Returns: the percentile, or NaN where there are no values
 */
double
sg_statistics_percentile_linear (const double *sorted,
                                 gsize         n_values,
                                 double        percent)
{
  double place;
  gsize below;

  g_return_val_if_fail (sorted != NULL || n_values == 0, NAN);
  g_return_val_if_fail (percent >= 0 && percent <= 100, NAN);

  if (n_values == 0)
    return NAN;

  place = percent / 100.0 * (double) (n_values - 1);
  below = (gsize) place;
  if (below + 1 >= n_values)
    return sorted[n_values - 1];

  return sorted[below] + (place - (double) below) * (sorted[below + 1] - sorted[below]);
}
