/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-endpoint.h"
#include "llm/sg-http-fetch.h"
#include "llm/sg-model-error.h"
#include "llm/sg-probe-read.h"
#include "llm/sg-request-writer.h"

/* The questions of the Test button, one after the other:
 *
 *   models         /v1/models, with the key: who is there, with what
 *   chat           an empty request to /v1/chat/completions, where there is no list of models
 *   without key    the same once more without it, where one was given: only a refusal shows that the key counts
 *   details        what this kind of server tells beyond the common interface
 *
 * None of them makes a model work. */

#define TIMEOUT_MS 8000

typedef enum
{
  STEP_MODELS,
  STEP_CHAT,
  STEP_WITHOUT_KEY,
  STEP_DETAILS,
  STEP_LOADED,
} Step;

typedef struct
{
  SgHttp         *http;
  char           *shown;
  char           *key;
  Step            step;
  gint64          asked;
  SgProbeResult  *result;
  GError         *failure;
} Probe;

static void ask (GTask *task,
                 Step   step);

static void
probe_free (Probe *probe)
{
  g_clear_object (&probe->http);
  g_clear_error (&probe->failure);
  g_clear_pointer (&probe->result, sg_probe_result_free);
  g_free (probe->shown);
  g_free (probe->key);
  g_free (probe);
}

static void
probe_model_free (SgProbeModel *model)
{
  g_free (model->name);
  g_free (model);
}

/**
 * sg_probe_result_free:
 *
 * Frees a result.
 */
void
sg_probe_result_free (SgProbeResult *self)
{
  if (self == NULL)
    return;

  g_free (self->base);
  g_free (self->version);
  g_free (self->sentence);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_free (self);
}

/**
 * sg_probe_result_find_model:
 * @name: (nullable): a model
 *
 * Returns: (transfer none) (nullable): that model; the first one where @name is empty
 */
const SgProbeModel *
sg_probe_result_find_model (const SgProbeResult *self,
                            const char          *name)
{
  for (guint i = 0; i < self->models->len; i++)
    {
      const SgProbeModel *model = g_ptr_array_index (self->models, i);

      if (name == NULL || name[0] == '\0' || strcmp (name, model->name) == 0)
        return model;
    }

  return NULL;
}

/**
 * sg_server_kind_get_name:
 *
 * Returns: (transfer none) (nullable): the name that the server is known by
 */
const char *
sg_server_kind_get_name (SgServerKind kind)
{
  static const char *const names[] = { NULL, "llama.cpp", "Ollama", "vLLM", "LM Studio" };

  return names[kind];
}

static SgErrorContext
error_context (Probe *probe)
{
  return (SgErrorContext) { .server = probe->shown, .secret = probe->key };
}

static char *
describe_models (SgProbeResult *result)
{
  const SgProbeModel *first;

  if (result->models->len == 0)
    return g_strdup (_("It names no models; try it with the name that its documentation gives."));

  first = g_ptr_array_index (result->models, 0);
  if (result->models->len > 1)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "It has %u model.", "It has %u models.",
                                         result->models->len), result->models->len);

  if (first->context_size > 0)
    return g_strdup_printf (_("Its model is %s, with a context of %" G_GINT64_FORMAT " tokens."), first->name,
                            first->context_size);

  return g_strdup_printf (_("Its model is %s."), first->name);
}

static void
finish (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);
  SgProbeResult *result = g_steal_pointer (&probe->result);
  g_autofree char *models = describe_models (result);
  g_autofree char *who = NULL;
  const char *kind = sg_server_kind_get_name (result->kind);
  const char *key = "";

  if (kind != NULL && result->version != NULL)
    who = g_strdup_printf ("%s %s", kind, result->version);
  else
    who = g_strdup (kind != NULL ? kind : _("A model server"));

  if (result->key_state == SG_KEY_ACCEPTED)
    key = _(" The key is right.");
  else if (result->key_state == SG_KEY_UNCHECKED)
    key = _(" It does not ask for the key here; the first turn will show whether it is right.");

  /* TRANSLATORS: the name of the server, its address, milliseconds, a sentence about models, and one about the key. */
  result->sentence = g_strdup_printf (_("%s answers at %s in %d ms. %s%s"), who, probe->shown,
                                      (int) ((result->elapsed_us + 500) / 1000), models, key);

  if (result->kind == SG_SERVER_LLAMA_CPP)
    sg_http_set_server_flags (probe->http, result->base,
                              sg_http_get_server_flags (probe->http, result->base) | SG_REQUEST_LLAMA_CPP);

  g_task_return_pointer (task, result, (GDestroyNotify) sg_probe_result_free);
}

static void
after_key (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  switch (probe->result->kind)
    {
    case SG_SERVER_LLAMA_CPP:
    case SG_SERVER_OLLAMA:
      ask (task, STEP_DETAILS);
      break;

    default:
      finish (task);
    }
}

/* The answer to the first question decides whether this is a model server at all. */
static GError *
take_models (Probe                *probe,
             const SgHttpDocument *document)
{
  SgErrorContext context = error_context (probe);

  probe->result->elapsed_us = g_get_monotonic_time () - probe->asked;
  sg_probe_read_server (probe->result, document->server);

  if (document->status < 200 || document->status >= 300)
    return sg_model_error_from_status (&context, document->status, document->body, document->length,
                                       document->retry_after, document->location);

  if (!sg_probe_read_models (probe->result, document->body, document->length))
    return document->body[strspn (document->body, " \t\r\n")] == '<'
             ? sg_model_error_web_page (&context)
             : g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                            _("What answers at %s does not speak the language of model servers. Check host and "
                              "port of the address."), probe->shown);

  return NULL;
}

/* A request without messages: a server that has a chat refuses it without making a model work. */
static gboolean
has_chat (const SgHttpDocument *document)
{
  return document != NULL && (document->status == 400 || document->status == 422);
}

static void
fetched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Probe *probe = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgHttpDocument) document = sg_http_fetch_finish (SG_HTTP (object), result, &error);
  SgErrorContext context = error_context (probe);

  if (probe->step == STEP_MODELS)
    {
      probe->failure = document != NULL ? take_models (probe, document)
                                        : sg_model_error_from_io (&context, error);
      if (probe->failure != NULL && document != NULL && document->status == 404)
        {
          ask (task, STEP_CHAT);
          return;
        }
    }
  else if (probe->step == STEP_CHAT && has_chat (document))
    {
      g_clear_error (&probe->failure);
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || probe->failure != NULL)
    {
      g_task_return_error (task, probe->failure != NULL ? g_steal_pointer (&probe->failure)
                                                        : g_steal_pointer (&error));
      return;
    }

  /* From here on nothing that goes wrong matters: it only tells less. */
  switch (probe->step)
    {
    case STEP_MODELS:
    case STEP_CHAT:
      if (probe->key != NULL)
        ask (task, STEP_WITHOUT_KEY);
      else
        after_key (task);
      break;

    case STEP_WITHOUT_KEY:
      if (document != NULL && (document->status == 401 || document->status == 403))
        probe->result->key_state = SG_KEY_ACCEPTED;
      after_key (task);
      break;

    case STEP_DETAILS:
      if (document != NULL && document->status == 200)
        sg_probe_read_details (probe->result, document->body, document->length);
      if (probe->result->kind == SG_SERVER_OLLAMA)
        ask (task, STEP_LOADED);
      else
        finish (task);
      break;

    case STEP_LOADED:
      if (document != NULL && document->status == 200)
        sg_probe_read_loaded (probe->result, document->body, document->length);
      finish (task);
      break;
    }
}

static void
ask (GTask *task,
     Step   step)
{
  Probe *probe = g_task_get_task_data (task);
  g_autofree char *root = sg_endpoint_dup_root (probe->result->base);
  g_autofree char *address = NULL;
  g_autoptr (GBytes) body = NULL;

  probe->step = step;
  probe->asked = g_get_monotonic_time ();

  if (step == STEP_DETAILS)
    address = g_strconcat (root, probe->result->kind == SG_SERVER_OLLAMA ? "/api/version" : "/props", NULL);
  else if (step == STEP_LOADED)
    address = g_strconcat (root, "/api/ps", NULL);
  else if (step == STEP_CHAT)
    address = sg_endpoint_build (probe->result->base, "chat/completions");
  else
    address = sg_endpoint_build (probe->result->base, "models");

  if (step == STEP_CHAT)
    body = g_bytes_new_static ("{}", 2);

  sg_http_fetch_async (probe->http, address, step == STEP_WITHOUT_KEY ? NULL : probe->key, body, TIMEOUT_MS,
                       g_task_get_cancellable (task), fetched_cb, g_object_ref (task));
}

/**
 * sg_probe_async:
 * @address: the address as someone typed it
 * @key: (nullable): the key
 * @cancellable: (nullable): ends it at once
 * @callback: (scope async): called when it has ended
 *
 * Finds out who answers at an address, without making a model work.
 */
void
sg_probe_async (SgHttp              *http,
                const char          *address,
                const char          *key,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  g_autofree char *base = NULL;
  g_autofree char *clean_key = NULL;
  Probe *probe;

  g_return_if_fail (SG_IS_HTTP (http));
  g_return_if_fail (address != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_probe_async);

  base = sg_endpoint_normalize (address, &error);
  if (base == NULL || !sg_key_clean (key, &clean_key, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  probe = g_new0 (Probe, 1);
  probe->http = g_object_ref (http);
  probe->shown = sg_endpoint_dup_shown (base);
  probe->key = g_steal_pointer (&clean_key);
  probe->result = g_new0 (SgProbeResult, 1);
  probe->result->base = g_steal_pointer (&base);
  probe->result->models = g_ptr_array_new_with_free_func ((GDestroyNotify) probe_model_free);
  probe->result->key_state = probe->key != NULL ? SG_KEY_UNCHECKED : SG_KEY_NOT_GIVEN;
  g_task_set_task_data (task, probe, (GDestroyNotify) probe_free);

  ask (task, STEP_MODELS);
}

/**
 * sg_probe_finish:
 *
 * Returns: (transfer full): who answers, or %NULL with a %SG_MODEL_ERROR or
 *   %G_IO_ERROR_CANCELLED
 */
SgProbeResult *
sg_probe_finish (GAsyncResult  *result,
                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == sg_probe_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
