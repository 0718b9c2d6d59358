/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-chunk-reader.h"
#include "llm/sg-http.h"

G_BEGIN_DECLS

/* Writes the phases and attributes of a call into a trace, see sg-model-attributes.h. */
typedef struct _SgCallTrace SgCallTrace;

SgCallTrace *sg_call_trace_new          (SgTrace              *trace,
                                         guint                 span) G_GNUC_WARN_UNUSED_RESULT;
void         sg_call_trace_free         (SgCallTrace          *self);
void         sg_call_trace_set_string   (SgCallTrace          *self,
                                         const char           *key,
                                         const char           *value);
void         sg_call_trace_set_int      (SgCallTrace          *self,
                                         const char           *key,
                                         gint64                value);
void         sg_call_trace_phase        (SgCallTrace          *self,
                                         SgHttpPhase           phase);
void         sg_call_trace_reply        (SgCallTrace          *self,
                                         const SgHttpReply    *reply);
void         sg_call_trace_token        (SgCallTrace          *self);
gint64       sg_call_trace_get_write_us (SgCallTrace          *self);
void         sg_call_trace_finish       (SgCallTrace          *self,
                                         const SgReplyFigures *figures,
                                         const GError         *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCallTrace, sg_call_trace_free)

G_END_DECLS
