/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/**
 * SgCallSetup:
 * @base: the address of the interface
 * @shown: the address as messages name it
 * @name: the model
 * @key: (nullable): the key
 *
 * Whom a call goes to.
 */
typedef struct
{
  SgHttp *http;
  char   *base;
  char   *shown;
  char   *name;
  char   *key;
  guint   first_byte_ms;
  guint   silence_ms;
  guint   total_ms;
} SgCallSetup;

void sg_call_setup_copy  (const SgCallSetup *self,
                          SgCallSetup       *copy);
void sg_call_setup_clear (SgCallSetup       *self);

void sg_openai_call_run  (GTask             *task,
                          const SgCallSetup *setup,
                          SgModelRequest    *request,
                          SgModelEventFunc   event_func,
                          gpointer           event_data);

G_END_DECLS
