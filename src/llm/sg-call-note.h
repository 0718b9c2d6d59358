/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

const char     *sg_request_kind_to_string  (SgRequestKind   kind);
const char     *sg_finish_reason_to_string (SgFinishReason  reason);

SgModelCallRow *sg_call_note_new           (SgModel        *model,
                                            SgRequestKind   kind,
                                            SgTrace        *trace,
                                            guint           span,
                                            const SgUsage  *usage,
                                            gint64          first_token_us,
                                            SgFinishReason  reason,
                                            const GError   *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
