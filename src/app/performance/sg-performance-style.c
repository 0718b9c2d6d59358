/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-performance-style.h"

#include <gtk/gtk.h>

#include "sg-performance-resources.h"

#define STYLE "/io/github/storyglass/Storyglass/performance/performance.css"

/* Brings the templates and the style of this folder into the program, once.  Asking for the
 * resource is what makes the linker take it out of the static library. */
void
sg_performance_ensure_style (void)
{
  static gboolean done = FALSE;
  g_autoptr (GtkCssProvider) provider = NULL;

  if (done)
    return;

  done = TRUE;
  sg_performance_register_resource ();
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, STYLE);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}
