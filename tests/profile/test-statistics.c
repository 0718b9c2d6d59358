/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-statistics.h"

#include <math.h>

static void
test_nearest_rank (void)
{
  const double values[] = { 15, 20, 35, 40, 50 };

  /* The worked example of the method. */
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 5), ==, 15);
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 30), ==, 20);
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 40), ==, 20);
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 50), ==, 35);
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 100), ==, 50);
  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 5, 0), ==, 15);
}

/* 95 % of 20 values is the 19th, whatever floating point makes of it. */
static void
test_nearest_rank_is_exact (void)
{
  double values[1000];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = i + 1;

  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, 20, 95), ==, 19);
  for (guint n = 100; n <= 1000; n += 100)
    for (guint percent = 1; percent <= 100; percent++)
      g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (values, n, percent), ==,
                         percent * n / 100);
}

static void
test_linear (void)
{
  const double values[] = { 1, 2, 3, 4 };

  g_assert_cmpfloat (sg_statistics_percentile_linear (values, 4, 0), ==, 1);
  g_assert_cmpfloat (sg_statistics_percentile_linear (values, 4, 50), ==, 2.5);
  g_assert_cmpfloat_with_epsilon (sg_statistics_percentile_linear (values, 4, 95), 3.85, 1e-9);
  g_assert_cmpfloat (sg_statistics_percentile_linear (values, 4, 100), ==, 4);
}

static void
test_few (void)
{
  const double one[] = { 7 };

  g_assert_cmpfloat (sg_statistics_percentile_nearest_rank (one, 1, 95), ==, 7);
  g_assert_cmpfloat (sg_statistics_percentile_linear (one, 1, 95), ==, 7);
  g_assert_true (isnan (sg_statistics_percentile_nearest_rank (NULL, 0, 50)));
  g_assert_true (isnan (sg_statistics_percentile_linear (NULL, 0, 50)));
}

static void
test_sort (void)
{
  double values[] = { 3, -1, 3, 2 };
  const double expected[] = { -1, 2, 3, 3 };

  sg_statistics_sort (values, G_N_ELEMENTS (values));
  g_assert_cmpmem (values, sizeof values, expected, sizeof expected);
  sg_statistics_sort (NULL, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/statistics/nearest-rank", test_nearest_rank);
  g_test_add_func ("/statistics/nearest-rank-is-exact", test_nearest_rank_is_exact);
  g_test_add_func ("/statistics/linear", test_linear);
  g_test_add_func ("/statistics/few", test_few);
  g_test_add_func ("/statistics/sort", test_sort);

  return g_test_run ();
}
