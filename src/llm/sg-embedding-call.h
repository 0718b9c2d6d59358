/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"
#include "llm/sg-gate.h"
#include "profile/sg-trace.h"

G_BEGIN_DECLS

/**
 * SgEmbeddingSetup:
 * @base: the address of the server, as sg_endpoint_normalize() makes it
 * @shown: the same as it is shown
 * @name: the model; may be empty
 * @key: (nullable): the key
 * @priority: whether the player waits for it
 * @trace: (nullable): where the call gets a span
 * @parent_span: the span that this belongs to, or 0
 * @n_all: how many texts there are in all, of which these are some
 *
 * How the meaning of texts is asked for.
 */
typedef struct
{
  SgHttp         *http;
  const char     *base;
  const char     *shown;
  const char     *name;
  const char     *key;
  SgGatePriority  priority;
  SgTrace        *trace;
  guint           parent_span;
  guint           n_all;
} SgEmbeddingSetup;

void       sg_embedding_call_async  (const SgEmbeddingSetup *setup,
                                     const char *const      *texts,
                                     guint                   n_texts,
                                     GCancellable           *cancellable,
                                     GAsyncReadyCallback     callback,
                                     gpointer                user_data);
GError    *sg_embedding_make_none_error
                                    (const char             *shown) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *sg_embedding_call_finish (GAsyncResult           *result,
                                     GError                **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
