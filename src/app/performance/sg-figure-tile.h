/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SG_TYPE_FIGURE_TILE (sg_figure_tile_get_type ())

/* A figure with its name below. */
G_DECLARE_FINAL_TYPE (SgFigureTile, sg_figure_tile, SG, FIGURE_TILE, GtkWidget)

GtkWidget  *sg_figure_tile_new       (const char   *label) G_GNUC_WARN_UNUSED_RESULT;
const char *sg_figure_tile_get_value (SgFigureTile *self);
void        sg_figure_tile_set_value (SgFigureTile *self,
                                      const char   *value);

G_END_DECLS
