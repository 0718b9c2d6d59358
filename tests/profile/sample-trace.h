/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

/* A turn of 5 s with one model call of 4 s and two tools beside each other, made by the calls
 * that the engine makes. */
static inline SgTrace *
sample_trace_new (void)
{
  SgTrace *trace = sg_trace_new_at (0);
  guint turn = sg_trace_begin_at (trace, 0, SG_SPAN_TURN, "turn", 0);
  guint prompt = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "prompt", 0);
  guint stream, model, phase, tool;

  sg_trace_end_at (trace, prompt, 200000);
  stream = sg_trace_begin_at (trace, turn, SG_SPAN_STAGE, "stream", 200000);
  model = sg_trace_begin_at (trace, stream, SG_SPAN_MODEL, "tiny-7b", 200000);
  phase = sg_trace_begin_at (trace, model, SG_SPAN_PHASE, "connect", 200000);
  sg_trace_end_at (trace, phase, 700000);
  phase = sg_trace_begin_at (trace, model, SG_SPAN_PHASE, "prompt", 700000);
  sg_trace_end_at (trace, phase, 2200000);
  phase = sg_trace_begin_at (trace, model, SG_SPAN_PHASE, "write", 2200000);
  sg_trace_end_at (trace, phase, 4200000);
  sg_trace_end_at (trace, model, 4200000);
  tool = sg_trace_begin_at (trace, stream, SG_SPAN_TOOL, "roll_dice", 4200000);
  sg_trace_end_at (trace, tool, 4500000);
  tool = sg_trace_begin_at (trace, stream, SG_SPAN_TOOL, "update_state", 4200000);
  sg_trace_end_at (trace, tool, 4700000);
  sg_trace_end_at (trace, stream, 4700000);
  sg_trace_end_at (trace, turn, 5000000);

  sg_trace_set_int (trace, model, "tokens.in", 1200);
  sg_trace_set_int (trace, model, "tokens.out", 80);
  sg_trace_set_int (trace, model, "tokens.cached", 900);
  sg_trace_mark_at (trace, SG_MARK_SUBMITTED, 0);
  sg_trace_mark_at (trace, SG_MARK_FIRST_TOKEN, 2200000);

  return trace;
}

G_END_DECLS
