/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-backoff.h"

/**
 * sg_backoff_get_wait:
 * @n_failures: how many failures in a row there were, from 1
 * @rand: where the jitter comes from
 *
 * Exponential backoff: twice as long after each failure, from 2 s to 30 s, and a quarter more or less.
 *
 * Returns: how long to wait before it is tried again, in microseconds
 */
gint64
sg_backoff_get_wait (guint   n_failures,
                     GRand  *rand)
{
  gint64 wait = SG_BACKOFF_MIN_US;

  g_return_val_if_fail (n_failures > 0, 0);

  for (guint i = 1; i < n_failures && wait < SG_BACKOFF_MAX_US; i++)
    wait *= 2;
  wait = MIN (wait, SG_BACKOFF_MAX_US);

  return (gint64) ((double) wait * g_rand_double_range (rand, 1 - SG_BACKOFF_JITTER, 1 + SG_BACKOFF_JITTER));
}
