/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-model.h"

/**
 * SgModel:
 *
 * Something that turns a request into a stream of events: a language model behind a
 * server, or the built-in storyteller.
 */
G_DEFINE_INTERFACE (SgModel, sg_model, G_TYPE_OBJECT)

static void
sg_model_default_init (SgModelInterface *iface)
{
}

/**
 * sg_model_get_name:
 *
 * Returns: (transfer none): the name of the model, as its server knows it
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
 * Returns: (transfer none) (nullable): the address of the server, without anything
 *   secret, or %NULL where the model runs in this process
 */
const char *
sg_model_get_server (SgModel *self)
{
  g_return_val_if_fail (SG_IS_MODEL (self), NULL);

  return SG_MODEL_GET_IFACE (self)->get_server (self);
}

/**
 * sg_model_is_language_model:
 *
 * Returns: whether this reads prompts; the built-in storyteller reads the world itself
 *   and answers %FALSE
 */
gboolean
sg_model_is_language_model (SgModel *self)
{
  g_return_val_if_fail (SG_IS_MODEL (self), FALSE);

  return SG_MODEL_GET_IFACE (self)->is_language_model (self);
}

/**
 * sg_model_generate_async:
 * @request: what to answer; not to be changed until the call has ended
 * @event_func: (scope notified) (closure event_data): called for each event
 * @cancellable: (nullable): cancelling ends the call at once, and for a server closes
 *   the connection, which makes it stop
 * @callback: (scope async): called when the call has ended
 *
 * Starts a call.  The events come on the main context of the caller.
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
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SG_MODEL_GET_IFACE (self)->generate_async (self, request, event_func, event_data, cancellable,
                                             callback, user_data);
}

/**
 * sg_model_generate_finish:
 *
 * Ends a call.  The words that came before an error were delivered as events.
 *
 * Returns: %FALSE with a %SG_MODEL_ERROR, or with %G_IO_ERROR_CANCELLED
 */
gboolean
sg_model_generate_finish (SgModel       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (SG_IS_MODEL (self), FALSE);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

  return SG_MODEL_GET_IFACE (self)->generate_finish (self, result, error);
}
