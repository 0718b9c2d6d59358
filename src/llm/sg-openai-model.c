/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>

#include "llm/sg-endpoint.h"
#include "llm/sg-openai-call.h"
#include "llm/sg-openai-model.h"
#include "llm/sg-probe-read.h"

struct _SgOpenaiModel
{
  GObject      parent_instance;

  SgCallSetup  setup;
  GError      *key_error;
  gint64       context_size;
  double       token_ratio;

  /* Made when it is first asked for, and again for another model of embeddings. */
  SgEmbedder  *embedder;
};

static void sg_openai_model_model_init (SgModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgOpenaiModel, sg_openai_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_MODEL, sg_openai_model_model_init))

static const char *
sg_openai_model_get_name (SgModel *model)
{
  return SG_OPENAI_MODEL (model)->setup.name;
}

static const char *
sg_openai_model_get_server (SgModel *model)
{
  return SG_OPENAI_MODEL (model)->setup.shown;
}

static gboolean
sg_openai_model_is_language_model (SgModel *model)
{
  return TRUE;
}

static gint64
sg_openai_model_get_context_size (SgModel *model)
{
  return SG_OPENAI_MODEL (model)->context_size;
}

static SgEmbedder *
sg_openai_model_get_embedder (SgModel    *model,
                              const char *name)
{
  SgOpenaiModel *self = SG_OPENAI_MODEL (model);

  if (self->key_error != NULL)
    return NULL;
  if (name == NULL || *name == '\0')
    name = self->setup.name;

  if (self->embedder == NULL || !g_str_equal (sg_embedder_get_name (self->embedder), name))
    {
      g_clear_object (&self->embedder);
      self->embedder = sg_embedder_new (self->setup.http, self->setup.base, name, NULL);
      if (self->embedder != NULL)
        sg_embedder_set_key (self->embedder, self->setup.key);
    }

  return self->embedder;
}

static double
sg_openai_model_get_token_ratio (SgModel *model)
{
  return SG_OPENAI_MODEL (model)->token_ratio;
}

static void
sg_openai_model_generate_async (SgModel             *model,
                                SgModelRequest      *request,
                                SgModelEventFunc     event_func,
                                gpointer             event_data,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  SgOpenaiModel *self = SG_OPENAI_MODEL (model);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_openai_model_generate_async);
  g_task_set_name (task, "storyglass: model call");

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->key_error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->key_error));
      return;
    }

  sg_openai_call_run (task, &self->setup, request, event_func, event_data);
}

static gboolean
sg_openai_model_generate_finish (SgModel       *model,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, model), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == sg_openai_model_generate_async, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
sg_openai_model_model_init (SgModelInterface *iface)
{
  iface->get_name = sg_openai_model_get_name;
  iface->get_server = sg_openai_model_get_server;
  iface->is_language_model = sg_openai_model_is_language_model;
  iface->get_context_size = sg_openai_model_get_context_size;
  iface->get_token_ratio = sg_openai_model_get_token_ratio;
  iface->get_embedder = sg_openai_model_get_embedder;
  iface->generate_async = sg_openai_model_generate_async;
  iface->generate_finish = sg_openai_model_generate_finish;
}

static void
sg_openai_model_finalize (GObject *object)
{
  SgOpenaiModel *self = SG_OPENAI_MODEL (object);

  g_clear_object (&self->embedder);
  sg_call_setup_clear (&self->setup);
  g_clear_error (&self->key_error);

  G_OBJECT_CLASS (sg_openai_model_parent_class)->finalize (object);
}

static void
sg_openai_model_class_init (SgOpenaiModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_openai_model_finalize;
}

static void
sg_openai_model_init (SgOpenaiModel *self)
{
  self->token_ratio = 1;
  sg_openai_model_set_timeouts (self, SG_FIRST_BYTE_TIMEOUT_MS, SG_SILENCE_TIMEOUT_MS, SG_TOTAL_TIMEOUT_MS);
}

/**
 * sg_openai_model_new:
 * @http: the session to use, shared with other models
 * @address: the address as someone typed it
 * @name: the model; may be empty where the server has only one
 * @error: return location for a %SG_MODEL_ERROR_ADDRESS
 *
 * Returns: (transfer full) (nullable): a model; nothing is sent yet
 */
SgModel *
sg_openai_model_new (SgHttp      *http,
                     const char  *address,
                     const char  *name,
                     GError     **error)
{
  SgOpenaiModel *self;
  char *base;

  g_return_val_if_fail (SG_IS_HTTP (http), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  base = sg_endpoint_normalize (address, error);
  if (base == NULL)
    return NULL;

  self = g_object_new (SG_TYPE_OPENAI_MODEL, NULL);
  self->setup.http = g_object_ref (http);
  self->setup.base = base;
  self->setup.shown = sg_endpoint_dup_shown (base);
  self->setup.name = g_strdup (name != NULL ? name : "");

  return SG_MODEL (self);
}

/**
 * sg_openai_model_set_key:
 * @key: (nullable): the key, or %NULL for none
 *
 * Sets the key that is sent along.  There is no getter: it goes nowhere else.
 */
void
sg_openai_model_set_key (SgOpenaiModel *self,
                         const char    *key)
{
  g_return_if_fail (SG_IS_OPENAI_MODEL (self));

  g_clear_pointer (&self->setup.key, g_free);
  g_clear_error (&self->key_error);
  sg_key_clean (key, &self->setup.key, &self->key_error);
  g_clear_object (&self->embedder);
}

/**
 * sg_openai_model_set_timeouts:
 * @first_byte_ms: how long the server may take to begin its reply
 * @silence_ms: how long it may be silent after that
 * @total_ms: how long a call may take in all
 *
 * Sets how long to wait, in milliseconds; 0 for no limit.
 */
void
sg_openai_model_set_timeouts (SgOpenaiModel *self,
                              guint          first_byte_ms,
                              guint          silence_ms,
                              guint          total_ms)
{
  g_return_if_fail (SG_IS_OPENAI_MODEL (self));

  self->setup.first_byte_ms = first_byte_ms;
  self->setup.silence_ms = silence_ms;
  self->setup.total_ms = total_ms;
}

/**
 * sg_openai_model_set_context_size:
 * @tokens: the size of the context of the model in tokens, or 0 where it is not known
 *
 * Sets what the probe found, or the player entered.
 */
void
sg_openai_model_set_context_size (SgOpenaiModel *self,
                                  gint64         tokens)
{
  g_return_if_fail (SG_IS_OPENAI_MODEL (self));
  g_return_if_fail (tokens >= 0);

  self->context_size = tokens;
}

/**
 * sg_openai_model_get_server_state:
 *
 * Returns: (transfer none): what is known of its server
 */
SgServerState *
sg_openai_model_get_server_state (SgOpenaiModel *self)
{
  g_return_val_if_fail (SG_IS_OPENAI_MODEL (self), NULL);

  return sg_http_get_server_state (self->setup.http, self->setup.base);
}

/* Below this the estimate is right enough; steps, so that the room for the history does not change each turn. */
#define RATIO_TOLERANCE 1.1
#define RATIO_STEP 0.25

/**
 * sg_openai_model_learn:
 * @estimated: how many tokens a prompt was thought to have
 * @counted: how many it has, as the server says
 * @context: what the server says that the model takes, or 0 where it does not
 *
 * Learns from the figures of a call, so that the next prompt fits: texts of other languages, or the
 * vocabulary of a small model, take more tokens than is usual.
 */
void
sg_openai_model_learn (SgOpenaiModel *self,
                       gint64         estimated,
                       gint64         counted,
                       gint64         context)
{
  double ratio;

  g_return_if_fail (SG_IS_OPENAI_MODEL (self));

  if (context > 0 && (self->context_size == 0 || context < self->context_size))
    self->context_size = context;
  if (estimated <= 0 || counted <= 0)
    return;

  ratio = (double) counted / (double) estimated;
  if (ratio > self->token_ratio * RATIO_TOLERANCE)
    self->token_ratio = ceil (ratio / RATIO_STEP) * RATIO_STEP;
}
