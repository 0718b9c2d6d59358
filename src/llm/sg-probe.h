/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"

G_BEGIN_DECLS

/**
 * SgServerKind:
 * @SG_SERVER_UNKNOWN: a server with the common interface, and no sign of what it is
 */
typedef enum
{
  SG_SERVER_UNKNOWN,
  SG_SERVER_LLAMA_CPP,
  SG_SERVER_OLLAMA,
  SG_SERVER_VLLM,
  SG_SERVER_LM_STUDIO,
} SgServerKind;

/**
 * SgKeyState:
 * @SG_KEY_NOT_GIVEN: none was given, and none was asked for
 * @SG_KEY_ACCEPTED: the server refuses the same question without it
 * @SG_KEY_UNCHECKED: the server answers with any key or none, as far as can be seen without a model call
 */
typedef enum
{
  SG_KEY_NOT_GIVEN,
  SG_KEY_ACCEPTED,
  SG_KEY_UNCHECKED,
} SgKeyState;

/**
 * SgProbeModel:
 * @name: what to ask for
 * @context_size: tokens of prompt and reply together; 0 where the server does not say
 */
typedef struct
{
  char   *name;
  gint64  context_size;
} SgProbeModel;

/**
 * SgProbeResult:
 * @base: the address of the interface, in its normal form
 * @version: (nullable): the version of the server
 * @models: (element-type SgProbeModel): what it has; may be empty
 * @elapsed_us: how long one question and its answer took, the connection included
 * @sentence: what to show: who answers, how fast, and with what
 */
typedef struct
{
  char         *base;
  SgServerKind  kind;
  char         *version;
  GPtrArray    *models;
  SgKeyState    key_state;
  gint64        elapsed_us;
  char         *sentence;
} SgProbeResult;

void           sg_probe_result_free  (SgProbeResult        *self);
const SgProbeModel *sg_probe_result_find_model (const SgProbeResult *self,
                                                const char          *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgProbeResult, sg_probe_result_free)

const char    *sg_server_kind_get_name (SgServerKind        kind);

void           sg_probe_async        (SgHttp               *http,
                                      const char           *address,
                                      const char           *key,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
SgProbeResult *sg_probe_finish       (GAsyncResult         *result,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
