/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-announce.h"

/**
 * sg_announce:
 * @widget: what the message is about
 * @message: a sentence
 *
 * Tells people who use a screen reader what the others see happen.
 *
 * GTK learned to announce in 4.14.  Before, the message becomes the description of @widget:
 * screen readers say it when they hear of the change, or else when @widget is next visited.
 */
void
sg_announce (GtkWidget  *widget,
             const char *message)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (message != NULL);

#if GTK_CHECK_VERSION (4, 14, 0)
  /* What stands in for a screen reader in tests cannot announce, and GTK does not ask whether it can. */
  if (g_strcmp0 (g_getenv ("GTK_A11Y"), "test") == 0)
    return;
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
#else
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, message,
                                  -1);
#endif
}
