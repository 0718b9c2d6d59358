/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model-request.h"

G_BEGIN_DECLS

/**
 * SgRequestFlags:
 * @SG_REQUEST_LLAMA_CPP: add what only llama.cpp understands: progress while the prompt is read, and timings with each token
 * @SG_REQUEST_NO_STREAM_OPTIONS: the server refuses `stream_options`
 * @SG_REQUEST_MAX_COMPLETION_TOKENS: the server calls the limit `max_completion_tokens`
 * @SG_REQUEST_NO_TEMPERATURE: the model has one temperature only
 * @SG_REQUEST_NO_TOOL_CHOICE: the server refuses `tool_choice`
 * @SG_REQUEST_NO_STRICT: the server refuses `strict` in a schema
 * @SG_REQUEST_NO_EFFORT: the server refuses `reasoning_effort`, or to have none of it
 *
 * How servers differ in what they take.  Clouds refuse a field that they do not know.
 */
typedef enum
{
  SG_REQUEST_PLAIN = 0,
  SG_REQUEST_LLAMA_CPP = 1 << 0,
  SG_REQUEST_NO_STREAM_OPTIONS = 1 << 1,
  SG_REQUEST_MAX_COMPLETION_TOKENS = 1 << 2,
  SG_REQUEST_NO_TEMPERATURE = 1 << 3,
  SG_REQUEST_NO_TOOL_CHOICE = 1 << 4,
  SG_REQUEST_NO_STRICT = 1 << 5,
  SG_REQUEST_NO_EFFORT = 1 << 6,
} SgRequestFlags;

GBytes         *sg_request_write         (SgModelRequest *request,
                                          const char     *model,
                                          SgRequestFlags  flags) G_GNUC_WARN_UNUSED_RESULT;
SgRequestFlags  sg_request_find_refused  (SgRequestFlags  sent,
                                          SgModelRequest *request,
                                          const char     *body,
                                          gsize           length);

G_END_DECLS
