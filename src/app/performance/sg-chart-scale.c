/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Round numbers for time axes. */

#include "config.h"

#include "app/performance/sg-chart-scale.h"

#include <glib/gi18n-lib.h>

#define HOUR_US G_GINT64_CONSTANT (3600000000)

/* From a minute up, people count in parts of an hour and not in tens. */
static const gint64 long_steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600 };

/**
 * sg_chart_scale_get_step:
 * @range_us: how much time the axis shows
 * @n_ticks: how many ticks there is room for
 *
 * Returns: the smallest round distance that needs no more ticks than that, at least 1
 */
gint64
sg_chart_scale_get_step (gint64 range_us,
                         guint  n_ticks)
{
  gint64 ticks = MAX (1, (gint64) n_ticks);
  gint64 wanted = (MAX (1, range_us) - 1) / ticks + 1;

  for (gint64 power = 1; power < G_USEC_PER_SEC; power *= 10)
    for (guint i = 0; i < 3; i++)
      if (power * long_steps[i] >= wanted)
        return power * long_steps[i];

  for (guint i = 0; i < G_N_ELEMENTS (long_steps); i++)
    if (long_steps[i] * G_USEC_PER_SEC >= wanted)
      return long_steps[i] * G_USEC_PER_SEC;

  return (wanted / HOUR_US + 1) * HOUR_US;
}

/**
 * sg_chart_scale_get_end:
 * @needed_us: how far a bar reaches that still grows
 *
 * Returns: a round end of the axis with some room to grow, so that the axis of a running turn
 *   stands still for a while instead of creeping with every frame
 */
gint64
sg_chart_scale_get_end (gint64 needed_us)
{
  gint64 step = sg_chart_scale_get_step (needed_us, 4);

  return (needed_us / step + 1) * step;
}

/**
 * sg_chart_scale_dup_label:
 * @at_us: a tick
 * @step_us: the distance of the ticks, which decides on unit and digits
 *
 * Returns: (transfer full): the label of the tick, translated
 */
char *
sg_chart_scale_dup_label (gint64 at_us,
                          gint64 step_us)
{
  if (at_us == 0)
    return g_strdup ("0");
  if (step_us < 1000)
    return g_strdup_printf (_("%d µs"), (int) at_us);
  if (step_us < 100000)
    return g_strdup_printf (_("%d ms"), (int) (at_us / 1000));
  if (step_us < G_USEC_PER_SEC)
    return g_strdup_printf (_("%.1f s"), (double) at_us / G_USEC_PER_SEC);
  if (at_us < 60 * G_USEC_PER_SEC)
    return g_strdup_printf (_("%d s"), (int) (at_us / G_USEC_PER_SEC));
  if (at_us % (60 * G_USEC_PER_SEC) == 0)
    return g_strdup_printf (_("%d min"), (int) (at_us / (60 * G_USEC_PER_SEC)));

  return g_strdup_printf (_("%d:%02d min"), (int) (at_us / (60 * G_USEC_PER_SEC)),
                          (int) (at_us / G_USEC_PER_SEC % 60));
}
