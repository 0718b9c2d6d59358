/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-engine-model.h"

#include "llm/sg-openai-model.h"
#include "llm/sg-steady-model.h"

static SgModel *
make_side (SgHttp                *http,
           const SgServerChoice  *choice,
           GError               **error)
{
  SgModel *model = sg_openai_model_new (http, choice->address, choice->model, error);

  if (model != NULL && choice->key != NULL)
    sg_openai_model_set_key (SG_OPENAI_MODEL (model), choice->key);

  return model;
}

static void
follow_settings (SgSteadyModel    *model,
                 SgHttp           *http,
                 SgEngineSettings *settings)
{
  const char *const names[] = { "retries", "models-at-once", "characters-at-once", "requests-per-minute",
                                "tokens-per-minute", "limiter" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_bind_property (settings, names[i], model, names[i], G_BINDING_SYNC_CREATE);
  g_object_bind_property (settings, "pooling", http, "pooled", G_BINDING_SYNC_CREATE);
}

static gboolean
is_chosen (const SgServerChoice *choice)
{
  return choice != NULL && choice->address != NULL && *choice->address != '\0';
}

/**
 * sg_engine_model_new:
 * @settings: retries, limits and switches; what changes there later counts as well
 * @http: the session to use, shared with other models
 * @server: who tells
 * @fallback: (nullable): who tells while that one does not answer
 * @error: return location for a %SG_MODEL_ERROR_ADDRESS
 *
 * Makes the model that plays: a server, on its good days and its bad ones.
 *
 * Returns: (transfer full) (nullable): the model; nothing is sent yet
 */
SgModel *
sg_engine_model_new (SgEngineSettings      *settings,
                     SgHttp                *http,
                     const SgServerChoice  *server,
                     const SgServerChoice  *fallback,
                     GError               **error)
{
  g_autoptr (SgModel) first = NULL;
  g_autoptr (SgModel) second = NULL;
  SgSteadyModel *model;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (settings), NULL);
  g_return_val_if_fail (SG_IS_HTTP (http), NULL);
  g_return_val_if_fail (is_chosen (server), NULL);

  first = make_side (http, server, error);
  if (first == NULL)
    return NULL;
  if (is_chosen (fallback))
    {
      second = make_side (http, fallback, error);
      if (second == NULL)
        return NULL;
    }

  model = sg_steady_model_new (first, sg_openai_model_get_server_state (SG_OPENAI_MODEL (first)));
  if (second != NULL)
    sg_steady_model_set_fallback (model, second, sg_openai_model_get_server_state (SG_OPENAI_MODEL (second)));
  follow_settings (model, http, settings);

  return SG_MODEL (model);
}
