/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Figures as people read them; what is not known is a dash, and an estimate says so. */

#include "config.h"

#include "profile/sg-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define UNKNOWN "–"

/**
 * sg_format_duration:
 * @us: microseconds; below 0 where it is not known
 *
 * Formats a time with two to four digits that count: `340 µs`, `4.2 ms`, `180 ms`, `4.2 s`,
 * `1 min 5 s`.
 *
 * Returns: (transfer full): the text, translated
 */
char *
sg_format_duration (gint64 us)
{
  if (us < 0)
    return g_strdup (UNKNOWN);
  if (us == 0)
    return g_strdup (_("0 s"));
  if (us < 1000)
    return g_strdup_printf (_("%d µs"), (int) us);
  if (us < 9950)
    return g_strdup_printf (_("%.1f ms"), (double) us / 1000.0);
  if (us < 999500)
    return g_strdup_printf (_("%d ms"), (int) ((us + 500) / 1000));
  if (us < 59950000)
    return g_strdup_printf (_("%.1f s"), (double) us / 1000000.0);

  us = (us + 500000) / 1000000;
  if (us < 3600)
    return g_strdup_printf (_("%d min %d s"), (int) (us / 60), (int) (us % 60));

  return g_strdup_printf (_("%d h %d min"), (int) (us / 3600), (int) (us / 60 % 60));
}

/**
 * sg_format_tokens:
 * @count: how many; below 0 where it is not known
 * @estimated: whether it is an estimate
 *
 * Returns: (transfer full): the count with the separators of the locale
 */
char *
sg_format_tokens (gint64   count,
                  gboolean estimated)
{
  if (count < 0)
    return g_strdup (UNKNOWN);

  return g_strdup_printf (estimated ? "≈%'" G_GINT64_FORMAT : "%'" G_GINT64_FORMAT, count);
}

/**
 * sg_format_rate:
 * @tokens_per_second: below 0 where it is not known
 *
 * Returns: (transfer full): such as `38 tok/s`, translated
 */
char *
sg_format_rate (double tokens_per_second)
{
  if (tokens_per_second < 0 || !isfinite (tokens_per_second))
    return g_strdup (UNKNOWN);
  if (tokens_per_second < 9.95)
    return g_strdup_printf (_("%.1f tok/s"), tokens_per_second);

  return g_strdup_printf (_("%'.0f tok/s"), tokens_per_second);
}

/**
 * sg_format_append_int:
 * @text: where to append
 * @value: any whole number
 *
 * Appends a number as JSON and everyone else writes it.  A turn has a hundred of them to store, and printf() has to read
 * its format for each.
 */
void
sg_format_append_int (GString *text,
                      gint64   value)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0)
    *--at = '-';

  g_string_append_len (text, at, digits + sizeof digits - at);
}

/**
 * sg_format_append_string:
 * @out: where to append
 * @text: UTF-8
 *
 * Appends a quoted JSON string.
 */
void
sg_format_append_string (GString    *out,
                         const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      guchar c = (guchar) *text;

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}
