/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgAbout:
 *
 * What the about window says.
 */
typedef struct
{
  const char  *name;
  const char  *icon;
  const char  *version;
  const char  *developer;
  const char  *comments;
  const char  *website;
  const char  *debug_info;
} SgAbout;

void sg_about_present (GtkWidget     *parent,
                       const SgAbout *about);

G_END_DECLS
