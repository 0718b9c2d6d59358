/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-narrator.h"

#include "engine/sg-engine-model.h"
#include "llm/sg-endpoint.h"
#include "storyteller/sg-storyteller.h"

struct _SgNarrator
{
  GObject           parent_instance;

  GSettings        *settings;
  SgKeyring        *keyring;
  SgHttp           *http;
  SgEngineSettings *engine;
  guint             changed_source;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgNarrator, sg_narrator, G_TYPE_OBJECT)

static gboolean
changed_cb (gpointer user_data)
{
  SgNarrator *self = user_data;

  self->changed_source = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Typing an address changes it with every key; one new model for all of them will do. */
static void
queue_changed (SgNarrator *self)
{
  if (self->changed_source != 0)
    return;

  self->changed_source = g_timeout_add (250, changed_cb, self);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->changed_source),
                            "[storyglass] narrator changed");
}

static void
update_switches (SgNarrator *self)
{
  g_auto (GStrv) off = g_settings_get_strv (self->settings, "switches-off");
  g_auto (GStrv) tools = g_settings_get_strv (self->settings, "tools-off");
  g_autofree char *tools_off = g_strjoinv (",", tools);
  g_autofree const char **names = sg_engine_settings_list_switches ();

  for (guint i = 0; names[i] != NULL; i++)
    g_object_set (self->engine, names[i], !g_strv_contains ((const char * const *) off, names[i]),
                  NULL);
  g_object_set (self->engine, "tools-off", tools_off, NULL);
}

static void
update_engine (SgNarrator *self)
{
  g_autofree char *preset = g_settings_get_string (self->settings, "preset");

  sg_engine_settings_set_preset (self->engine, preset, NULL);
  if (g_strcmp0 (preset, "custom") == 0)
    g_object_set (self->engine,
                  "context-tokens", g_settings_get_int (self->settings, "context-tokens"),
                  "history-turns", g_settings_get_int (self->settings, "history-turns"),
                  "max-tokens", g_settings_get_int (self->settings, "max-tokens"),
                  "temperature", g_settings_get_double (self->settings, "temperature"),
                  "planner", g_settings_get_boolean (self->settings, "planner"),
                  "rule-checks", g_settings_get_boolean (self->settings, "rule-checks"),
                  "model-checks", g_settings_get_boolean (self->settings, "model-checks"),
                  "tool-set", g_settings_get_int (self->settings, "tool-set"), NULL);
  g_object_set (self->engine, "retries", g_settings_get_int (self->settings, "retries"),
                "requests-per-minute", g_settings_get_int (self->settings, "requests-per-minute"),
                "tokens-per-minute", g_settings_get_int (self->settings, "tokens-per-minute"), NULL);
  update_switches (self);
}

static void
settings_changed_cb (SgNarrator *self,
                     const char *key)
{
  const char * const of_model[] = { "narrator", "server-url", "server-model", "fallback-url",
                                    "fallback-model", "reading-pace", NULL };
  const char * const of_engine[] = { "preset", "context-tokens", "history-turns", "max-tokens",
                                     "temperature", "planner", "rule-checks", "model-checks", "tool-set",
                                     "switches-off", "tools-off", "retries", "requests-per-minute",
                                     "tokens-per-minute", NULL };

  if (g_strv_contains (of_model, key))
    queue_changed (self);
  else if (g_strv_contains (of_engine, key))
    update_engine (self);
}

static void
sg_narrator_dispose (GObject *object)
{
  SgNarrator *self = SG_NARRATOR (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_clear_object (&self->settings);
  g_clear_object (&self->keyring);
  g_clear_object (&self->http);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (sg_narrator_parent_class)->dispose (object);
}

static void
sg_narrator_class_init (SgNarratorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_narrator_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_narrator_init (SgNarrator *self)
{
  self->keyring = sg_keyring_new ();
  self->engine = sg_engine_settings_new ();
}

/**
 * sg_narrator_new:
 * @settings: the settings of the program
 *
 * Returns: (transfer full): the narrator
 */
SgNarrator *
sg_narrator_new (GSettings *settings)
{
  SgNarrator *self = g_object_new (SG_TYPE_NARRATOR, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (settings_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_engine (self);
  return self;
}

GSettings *
sg_narrator_get_settings (SgNarrator *self)
{
  g_return_val_if_fail (SG_IS_NARRATOR (self), NULL);

  return self->settings;
}

SgKeyring *
sg_narrator_get_keyring (SgNarrator *self)
{
  g_return_val_if_fail (SG_IS_NARRATOR (self), NULL);

  return self->keyring;
}

/* The connections that all calls share; made when a server is first wanted. */
SgHttp *
sg_narrator_get_http (SgNarrator *self)
{
  g_return_val_if_fail (SG_IS_NARRATOR (self), NULL);

  if (self->http == NULL)
    self->http = sg_http_new ();
  return self->http;
}

SgEngineSettings *
sg_narrator_get_engine_settings (SgNarrator *self)
{
  g_return_val_if_fail (SG_IS_NARRATOR (self), NULL);

  return self->engine;
}

/* The servers that the preferences name, while their keys are looked up. */
typedef struct
{
  char *server;
  char *key;
  char *fallback;
  char *fallback_key;
} Servers;

static void
servers_free (gpointer data)
{
  Servers *servers = data;

  g_free (servers->server);
  g_free (servers->key);
  g_free (servers->fallback);
  g_free (servers->fallback_key);
  g_free (servers);
}

static void
return_server_model (GTask *task)
{
  SgNarrator *self = g_task_get_source_object (task);
  Servers *servers = g_task_get_task_data (task);
  g_autofree char *name = g_settings_get_string (self->settings, "server-model");
  g_autofree char *fallback_name = g_settings_get_string (self->settings, "fallback-model");
  SgServerChoice server = { servers->server, name, servers->key };
  SgServerChoice fallback = { servers->fallback, fallback_name, servers->fallback_key };
  GError *error = NULL;
  SgModel *model =
    sg_engine_model_new (self->engine, sg_narrator_get_http (self), &server, &fallback, &error);

  if (model != NULL)
    g_task_return_pointer (task, model, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
fallback_key_found_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Servers *servers = g_task_get_task_data (task);
  GError *error = NULL;

  servers->fallback_key = sg_keyring_lookup_finish (SG_KEYRING (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_server_model (task);
}

static void
key_found_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Servers *servers = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  servers->key = sg_keyring_lookup_finish (SG_KEYRING (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (servers->fallback == NULL)
    return_server_model (task);
  else
    sg_keyring_lookup_async (SG_KEYRING (source), servers->fallback, cancellable,
                             fallback_key_found_cb, g_steal_pointer (&task));
}

/**
 * sg_narrator_make_storyteller:
 * @self: the narrator
 *
 * Returns: (transfer full): the built-in storyteller, at the player's reading pace
 */
SgModel *
sg_narrator_make_storyteller (SgNarrator *self)
{
  SgStoryteller *storyteller;

  g_return_val_if_fail (SG_IS_NARRATOR (self), NULL);

  storyteller = sg_storyteller_new ();
  sg_storyteller_set_pace (storyteller, (guint) g_settings_get_int (self->settings, "reading-pace"));
  return SG_MODEL (storyteller);
}

/**
 * sg_narrator_make_model_async:
 * @self: the narrator
 * @cancellable: (nullable): a cancellable
 * @callback: called with the model
 * @user_data: data for @callback
 *
 * Makes the model that the preferences ask for.
 */
void
sg_narrator_make_model_async (SgNarrator          *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *narrator = NULL;
  g_autofree char *typed = NULL;
  g_autofree char *server = NULL;
  g_autofree char *fallback = NULL;
  Servers *servers;
  GError *error = NULL;

  g_return_if_fail (SG_IS_NARRATOR (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_narrator_make_model_async);

  narrator = g_settings_get_string (self->settings, "narrator");
  if (g_strcmp0 (narrator, "server") != 0)
    {
      g_task_return_pointer (task, sg_narrator_make_storyteller (self), g_object_unref);
      return;
    }

  typed = g_settings_get_string (self->settings, "server-url");
  server = sg_endpoint_normalize (typed, &error);
  if (server == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* An address that is no address (yet) is no reason not to play: its row says what it is. */
  fallback = g_settings_get_string (self->settings, "fallback-url");
  servers = g_new0 (Servers, 1);
  servers->server = g_strdup (server);
  servers->fallback = sg_endpoint_normalize (fallback, NULL);
  g_task_set_task_data (task, servers, servers_free);
  sg_keyring_lookup_async (self->keyring, server, cancellable, key_found_cb, g_steal_pointer (&task));
}

/**
 * sg_narrator_make_model_finish:
 * @self: the narrator
 * @result: the result
 * @error: return location for an error: an SgModelError where the address is no address
 *
 * Returns: (transfer full): the model
 */
SgModel *
sg_narrator_make_model_finish (SgNarrator    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A key was stored or forgotten: the models of before have the wrong one. */
void
sg_narrator_key_changed (SgNarrator *self)
{
  g_return_if_fail (SG_IS_NARRATOR (self));

  queue_changed (self);
}
