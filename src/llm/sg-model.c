/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-model.h"

G_DEFINE_INTERFACE (SgModel, sg_model, G_TYPE_OBJECT)

static void
sg_model_default_init (SgModelInterface *iface)
{
}

/**
 * sg_model_get_name:
 *
 * Returns: (transfer none): the name of the model, as the player knows it
 */
const char *
sg_model_get_name (SgModel *self)
{
  g_return_val_if_fail (SG_IS_MODEL (self), NULL);

  return SG_MODEL_GET_IFACE (self)->get_name (self);
}

/**
 * sg_model_get_server:
 *
 * Returns: (transfer none) (nullable): the address of its server, without any secret;
 *   %NULL for a model inside the program
 */
const char *
sg_model_get_server (SgModel *self)
{
  SgModelInterface *iface;

  g_return_val_if_fail (SG_IS_MODEL (self), NULL);

  iface = SG_MODEL_GET_IFACE (self);

  return iface->get_server != NULL ? iface->get_server (self) : NULL;
}

/**
 * sg_model_is_language_model:
 *
 * Returns: whether it reads prompts; the built-in storyteller reads the scene instead
 */
gboolean
sg_model_is_language_model (SgModel *self)
{
  SgModelInterface *iface;

  g_return_val_if_fail (SG_IS_MODEL (self), FALSE);

  iface = SG_MODEL_GET_IFACE (self);

  return iface->is_language_model == NULL || iface->is_language_model (self);
}

/**
 * sg_model_get_context_size:
 *
 * Returns: how many tokens of prompt and reply together it takes, or 0 where that is not known
 */
gint64
sg_model_get_context_size (SgModel *self)
{
  SgModelInterface *iface;

  g_return_val_if_fail (SG_IS_MODEL (self), 0);

  iface = SG_MODEL_GET_IFACE (self);

  return iface->get_context_size != NULL ? iface->get_context_size (self) : 0;
}

/**
 * sg_model_get_embedder:
 * @name: (nullable): the model of embeddings; %NULL or empty for the one that tells
 *
 * Returns: (transfer none) (nullable): what asks the server of the model for the meaning of texts
 */
SgEmbedder *
sg_model_get_embedder (SgModel    *self,
                       const char *name)
{
  SgModelInterface *iface;

  g_return_val_if_fail (SG_IS_MODEL (self), NULL);

  iface = SG_MODEL_GET_IFACE (self);

  return iface->get_embedder != NULL ? iface->get_embedder (self, name) : NULL;
}

/**
 * sg_model_get_token_ratio:
 *
 * Returns: how many tokens its server counts for each that sg_model_request_estimate_tokens() does, as far as has
 *   been learned; at least 1, so that what is estimated to fit does fit
 */
double
sg_model_get_token_ratio (SgModel *self)
{
  SgModelInterface *iface;
  double ratio;

  g_return_val_if_fail (SG_IS_MODEL (self), 1);

  iface = SG_MODEL_GET_IFACE (self);
  ratio = iface->get_token_ratio != NULL ? iface->get_token_ratio (self) : 1;

  return MAX (1, ratio);
}

/**
 * sg_model_generate_async:
 * @request: what is asked for; it is not to be changed until the callback is called
 * @event_func: called with everything that comes
 * @event_data: data for @event_func, valid until the callback is called
 * @cancellable: (nullable): stops the model at once
 * @callback: called at the end, after the last event
 * @user_data: data for @callback
 *
 * Asks a model to tell.
 */
void
sg_model_generate_async (SgModel             *self,
                         SgModelRequest      *request,
                         SgModelEventFunc     event_func,
                         gpointer             event_data,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (SG_IS_MODEL (self));
  g_return_if_fail (SG_IS_MODEL_REQUEST (request));
  g_return_if_fail (event_func != NULL);

  SG_MODEL_GET_IFACE (self)->generate_async (self, request, event_func, event_data, cancellable,
                                             callback, user_data);
}

/**
 * sg_model_generate_finish:
 * @result: the result of sg_model_generate_async()
 *
 * Returns: whether the reply came to its end; else an %SG_MODEL_ERROR or %G_IO_ERROR_CANCELLED,
 *   and what has come before it stands
 */
gboolean
sg_model_generate_finish (SgModel      *self,
                          GAsyncResult *result,
                          GError      **error)
{
  g_return_val_if_fail (SG_IS_MODEL (self), FALSE);

  return SG_MODEL_GET_IFACE (self)->generate_finish (self, result, error);
}
