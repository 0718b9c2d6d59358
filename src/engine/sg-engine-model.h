/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-engine-settings.h"
#include "llm/sg-http.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/**
 * SgServerChoice:
 * @address: (nullable): the address as someone typed it; %NULL or empty for no server
 * @model: (nullable): the model; empty where the server has only one
 * @key: (nullable): its key
 *
 * A server that someone chose.
 */
typedef struct
{
  const char *address;
  const char *model;
  const char *key;
} SgServerChoice;

SgModel *sg_engine_model_new (SgEngineSettings      *settings,
                              SgHttp                *http,
                              const SgServerChoice  *server,
                              const SgServerChoice  *fallback,
                              GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
