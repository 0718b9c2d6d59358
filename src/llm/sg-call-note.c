/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-call-note.h"

#include "llm/sg-model-attributes.h"

/**
 * sg_request_kind_to_string:
 * @kind: what a call is for
 *
 * Returns: its name, as the library stores it
 */
const char *
sg_request_kind_to_string (SgRequestKind kind)
{
  static const char *const names[] = {
    [SG_REQUEST_NARRATION] = "narration",       [SG_REQUEST_PLANNING] = "planning",
    [SG_REQUEST_VERIFICATION] = "verification", [SG_REQUEST_SUMMARY] = "summary",
    [SG_REQUEST_CHARACTER] = "character",       [SG_REQUEST_PROBE] = "probe",
  };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), NULL);

  return names[kind];
}

/**
 * sg_finish_reason_to_string:
 * @reason: why a call ended
 *
 * Returns: its name, as the library stores it
 */
const char *
sg_finish_reason_to_string (SgFinishReason reason)
{
  static const char *const names[] = {
    [SG_FINISH_STOP] = "stop",
    [SG_FINISH_LENGTH] = "length",
    [SG_FINISH_TOOL_CALLS] = "tool_calls",
    [SG_FINISH_FILTER] = "content_filter",
    [SG_FINISH_OTHER] = "other",
  };

  g_return_val_if_fail (reason < G_N_ELEMENTS (names), NULL);

  return names[reason];
}

/* Who has answered in the end, where that was the fallback server. */
static void
set_answerer (SgModelCallRow *row,
              SgModel        *model,
              const SgSpan   *span)
{
  gboolean fallback = sg_span_get_attribute (span, SG_ATTRIBUTE_FALLBACK) != NULL;
  const char *name = fallback ? sg_span_get_string (span, SG_ATTRIBUTE_MODEL) : NULL;
  const char *server = fallback ? sg_span_get_string (span, SG_ATTRIBUTE_SERVER) : NULL;

  row->model = g_strdup (name != NULL ? name : sg_model_get_name (model));
  row->server = g_strdup (server != NULL ? server : sg_model_get_server (model));
}

/**
 * sg_call_note_new:
 * @model: who was called
 * @kind: what for
 * @trace: the trace of the turn
 * @span: the span of the call, which has ended
 * @usage: what it cost
 * @first_token_us: when the first token came, in microseconds since the origin of the trace; -1 for never
 * @reason: why it ended
 * @error: (nullable): what went wrong instead
 *
 * Notes a call for the library, and its end on its span.
 *
 * Returns: (transfer full): a row; its turn and position are not set
 */
SgModelCallRow *
sg_call_note_new (SgModel        *model,
                  SgRequestKind   kind,
                  SgTrace        *trace,
                  guint           span,
                  const SgUsage  *usage,
                  gint64          first_token_us,
                  SgFinishReason  reason,
                  const GError   *error)
{
  SgModelCallRow *row = sg_model_call_row_new ();

  row->kind = g_strdup (sg_request_kind_to_string (kind));
  set_answerer (row, model, sg_trace_get_span (trace, span));
  row->begin_us = sg_trace_get_span (trace, span)->begin_us;
  row->first_token_us = first_token_us;
  row->duration_us = sg_trace_get_span_duration (trace, span);
  row->tokens_in = usage->input;
  row->tokens_out = usage->output;
  row->tokens_cached = usage->cached;
  row->tokens_reasoning = usage->reasoning;
  row->estimated = usage->estimated;
  row->finish = error == NULL ? g_strdup (sg_finish_reason_to_string (reason)) : NULL;
  row->error = error != NULL ? g_strdup (error->message) : NULL;

  sg_trace_set_string (trace, span, "finish", row->finish);
  sg_trace_set_string (trace, span, "error", row->error);
  if (usage->estimated)
    sg_trace_set_boolean (trace, span, "estimated", TRUE);

  return row;
}
