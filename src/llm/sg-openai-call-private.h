/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-call-trace.h"
#include "llm/sg-openai-call.h"
#include "llm/sg-request-writer.h"
#include "llm/sg-sse-parser.h"

G_BEGIN_DECLS

#define SG_OPENAI_BUFFER_SIZE (32 * 1024)

/* What the body of a reply is. */
typedef enum
{
  SG_BODY_UNKNOWN,
  SG_BODY_STREAM,
  SG_BODY_DOCUMENT,
  SG_BODY_ERROR,
} SgBodyMode;

/* One call; sg-openai-call.c leads it, sg-openai-body.c reads what comes. */
typedef struct
{
  GTask            *task;
  SgCallSetup       setup;
  SgErrorContext    context;
  SgModelRequest   *request;
  SgModelEventFunc  event_func;
  gpointer          event_data;

  GCancellable     *inner;
  GSource          *cancelled;
  GSource          *timer;
  GSource          *input;

  SgRequestFlags    flags;
  guint             n_tries;
  gint64            estimate;

  SgHttpReply      *reply;
  char             *buffer;
  SgBodyMode        mode;
  GByteArray       *document;
  SgSseParser      *parser;
  SgChunkReader    *reader;
  SgCallTrace      *trace;

  gint64            begun;
  gint64            last_byte;
  gint64            n_received;
  gboolean          got_token;
  gboolean          last_words;
  gboolean          at_end;
  gboolean          done;
  gboolean          finished;
  GError           *error;
} SgOpenaiCall;

/* Of sg-openai-call.c. */
SgOpenaiCall *sg_openai_call_ref        (SgOpenaiCall *call);
void          sg_openai_call_unref      (SgOpenaiCall *call);
GSource      *sg_openai_call_attach     (SgOpenaiCall *call,
                                         GSource      *source,
                                         const char   *name,
                                         GSourceFunc   func);
gboolean      sg_openai_call_is_over    (SgOpenaiCall *call);
void          sg_openai_call_send       (SgOpenaiCall *call);
void          sg_openai_call_hear_end   (SgOpenaiCall *call);
void          sg_openai_call_learn      (SgOpenaiCall *call,
                                         gint64        counted,
                                         gint64        context);
void          sg_openai_call_complete   (SgOpenaiCall *call);
void          sg_openai_call_finish     (SgOpenaiCall *call,
                                         GError       *error);

/* Of sg-openai-body.c. */
gboolean      sg_openai_body_take_event (const char   *type,
                                         const char   *data,
                                         gsize         length,
                                         gpointer      user_data);
void          sg_openai_body_read       (SgOpenaiCall *call);

G_END_DECLS
