/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/* How long a server may take.  The first byte may take long: all slots may be busy, and home machines
 * read long prompts for minutes. */
#define SG_FIRST_BYTE_TIMEOUT_MS (10 * 60 * 1000)
#define SG_SILENCE_TIMEOUT_MS    (2 * 60 * 1000)
#define SG_TOTAL_TIMEOUT_MS      (30 * 60 * 1000)

/**
 * SgOpenaiModel:
 *
 * A model behind a server with the chat-completions interface of OpenAI: llama.cpp, Ollama, LM Studio,
 * vLLM, and most clouds.
 */
#define SG_TYPE_OPENAI_MODEL (sg_openai_model_get_type ())

G_DECLARE_FINAL_TYPE (SgOpenaiModel, sg_openai_model, SG, OPENAI_MODEL, GObject)

SgModel *sg_openai_model_new          (SgHttp         *http,
                                       const char     *address,
                                       const char     *name,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void     sg_openai_model_set_key      (SgOpenaiModel  *self,
                                       const char     *key);
void     sg_openai_model_set_timeouts (SgOpenaiModel  *self,
                                       guint           first_byte_ms,
                                       guint           silence_ms,
                                       guint           total_ms);
void     sg_openai_model_set_context_size (SgOpenaiModel *self,
                                           gint64         tokens);
SgServerState *sg_openai_model_get_server_state (SgOpenaiModel *self);
void     sg_openai_model_learn            (SgOpenaiModel  *self,
                                           gint64          estimated,
                                           gint64          counted,
                                           gint64          context);

G_END_DECLS
