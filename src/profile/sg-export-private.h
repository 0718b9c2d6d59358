/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "profile/sg-export.h"

G_BEGIN_DECLS

/* One writer a format. */
void        sg_export_write_title  (GString    *text,
                                    gint64      depth,
                                    const char *title);
void        sg_export_write_table  (GString    *text,
                                    SgTrace    *trace,
                                    guint       width);
JsonObject *sg_export_build_object (SgTrace    *trace) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
