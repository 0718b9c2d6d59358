/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

const char *sg_span_text_get_name     (const SgSpan *span);
const char *sg_span_text_get_kind     (const SgSpan *span);
char       *sg_span_text_dup_sentence (SgTrace      *trace,
                                       guint         span) G_GNUC_WARN_UNUSED_RESULT;
char       *sg_span_text_dup_details  (SgTrace      *trace,
                                       guint         span) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
