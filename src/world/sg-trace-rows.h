/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

GPtrArray *sg_trace_to_rows       (SgTrace   *trace,
                                   gint64     turn) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *sg_trace_to_rows_since (SgTrace   *trace,
                                   gint64     turn,
                                   gint64     since_us) G_GNUC_WARN_UNUSED_RESULT;
SgTrace   *sg_trace_new_from_rows (GPtrArray *rows) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
