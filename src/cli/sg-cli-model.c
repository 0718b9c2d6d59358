/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/sg-cli-model.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/sg-cli.h"
#include "engine/sg-engine-model.h"
#include "storyteller/sg-storyteller.h"

/**
 * sg_cli_model_get_group:
 *
 * Returns: (transfer full): the options; they are read into @self
 */
GOptionGroup *
sg_cli_model_get_group (SgCliModel *self)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self->server,
      N_ ("The address of a model server; without one the built-in storyteller tells"), "URL" },
    { "model", 0, 0, G_OPTION_ARG_STRING, &self->model, N_ ("The model of the server"), "M" },
    { "api-key-env", 0, 0, G_OPTION_ARG_STRING, &self->key_env,
      N_ ("The environment variable that holds the key"), "NAME" },
    { "fallback-server", 0, 0, G_OPTION_ARG_STRING, &self->fallback,
      N_ ("The address of the server that tells while the first one does not answer"), "URL" },
    { "fallback-model", 0, 0, G_OPTION_ARG_STRING, &self->fallback_model,
      N_ ("The model of the fallback server"), "M" },
    { "fallback-api-key-env", 0, 0, G_OPTION_ARG_STRING, &self->fallback_key_env,
      N_ ("The environment variable that holds the key of the fallback server"), "NAME" },
    { "preset", 0, 0, G_OPTION_ARG_STRING, &self->preset,
      N_ ("fast, balanced, quality or custom"), "P" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->settings, N_ ("One setting"), "key=value" },
    { "pace", 0, 0, G_OPTION_ARG_INT, &self->pace,
      N_ ("Words a second of the storyteller; 0 for all at once"), "N" },
    { NULL }
  };
  GOptionGroup *group =
    g_option_group_new ("telling", _("Who tells, and how"), _("Show the options of the telling"),
                        NULL, NULL);

  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_group_add_entries (group, entries);

  return group;
}

static gboolean
read_key (const char  *variable,
          const char **key,
          GError     **error)
{
  if (variable == NULL)
    return TRUE;

  *key = g_getenv (variable);
  if (*key == NULL || **key == '\0')
    return sg_cli_fail_usage (error, _("The environment variable %s is not set."), variable);

  return TRUE;
}

static SgModel *
make_server_model (SgCliModel       *self,
                   SgEngineSettings *settings,
                   GError          **error)
{
  g_autoptr (SgHttp) http = NULL;
  SgServerChoice server = { self->server, self->model, NULL };
  SgServerChoice fallback = { self->fallback, self->fallback_model, NULL };

  if (!read_key (self->key_env, &server.key, error) || !read_key (self->fallback_key_env, &fallback.key, error))
    return NULL;

  http = sg_http_new ();

  return sg_engine_model_new (settings, http, &server, &fallback, error);
}

/* What is said of a server that is not named. */
static gboolean
check_servers (SgCliModel *self,
               GError    **error)
{
  if (self->server == NULL && (self->model != NULL || self->key_env != NULL || self->fallback != NULL))
    return sg_cli_fail_usage (error, _("A model, a key and a fallback need the address of their server: --server."));

  if (self->fallback == NULL && (self->fallback_model != NULL || self->fallback_key_env != NULL))
    return sg_cli_fail_usage (error, _("A model and a key of a fallback need its address: --fallback-server."));

  return TRUE;
}

/**
 * sg_cli_model_make:
 * @settings: the settings of the engine
 *
 * Returns: (transfer full): who tells, or %NULL with an error
 */
SgModel *
sg_cli_model_make (SgCliModel       *self,
                   SgEngineSettings *settings,
                   GError          **error)
{
  SgStoryteller *storyteller;

  if (self->pace < 0 || self->pace > 1000)
    {
      sg_cli_fail_usage (error, _("The pace is a number of words from 0 to 1000."));
      return NULL;
    }

  if (!check_servers (self, error))
    return NULL;

  if (self->server != NULL)
    return make_server_model (self, settings, error);

  storyteller = sg_storyteller_new ();
  sg_storyteller_set_pace (storyteller, (guint) self->pace);

  return SG_MODEL (storyteller);
}

static gboolean
apply_setting (SgEngineSettings *settings,
               const char       *text,
               GError          **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *key = NULL;
  g_autoptr (GError) local_error = NULL;

  if (equals == NULL)
    return sg_cli_fail_usage (error, _("“%s” is no setting: it is to be key=value."), text);

  key = g_strndup (text, (gsize) (equals - text));
  if (!sg_engine_settings_set_key (settings, key, equals + 1, &local_error))
    return sg_cli_fail_usage (error, "%s", local_error->message);

  return TRUE;
}

/**
 * sg_cli_model_make_settings:
 *
 * Returns: (transfer full): the settings of the engine, or %NULL with an %SG_CLI_ERROR
 */
SgEngineSettings *
sg_cli_model_make_settings (SgCliModel *self,
                            GError    **error)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (GError) local_error = NULL;

  if (self->preset != NULL
      && !sg_engine_settings_set_preset (settings, self->preset, &local_error))
    {
      sg_cli_fail_usage (error, "%s", local_error->message);
      return NULL;
    }

  for (guint i = 0; self->settings != NULL && self->settings[i] != NULL; i++)
    {
      if (!apply_setting (settings, self->settings[i], error))
        return NULL;
    }

  return g_steal_pointer (&settings);
}

/**
 * sg_cli_model_clear:
 *
 * Frees what the options have filled in.
 */
void
sg_cli_model_clear (SgCliModel *self)
{
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->key_env, g_free);
  g_clear_pointer (&self->fallback, g_free);
  g_clear_pointer (&self->fallback_model, g_free);
  g_clear_pointer (&self->fallback_key_env, g_free);
  g_clear_pointer (&self->preset, g_free);
  g_clear_pointer (&self->settings, g_strfreev);
}
