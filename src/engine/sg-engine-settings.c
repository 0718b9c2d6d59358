/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-engine-settings.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

struct _SgEngineSettings
{
  GObject  parent_instance;

  SgPreset preset;
  int      context_tokens;
  int      history_turns;
  int      max_tokens;
  double   temperature;
  gboolean parallel_tools;
  gboolean early_tools;
  int      tools_at_once;
};

enum
{
  PROP_0,
  PROP_PRESET,
  PROP_CONTEXT_TOKENS,
  PROP_HISTORY_TURNS,
  PROP_MAX_TOKENS,
  PROP_TEMPERATURE,
  PROP_PARALLEL_TOOLS,
  PROP_EARLY_TOOLS,
  PROP_TOOLS_AT_ONCE,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (SgEngineSettings, sg_engine_settings, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

/* What the presets stand for; Custom leaves everything as it is. */
static const struct
{
  const char *name;
  int         context_tokens;
  int         history_turns;
  int         max_tokens;
} presets[] = {
  [SG_PRESET_FAST] = { "fast", 2000, 5, 400 },
  [SG_PRESET_BALANCED] = { "balanced", 8000, 20, 800 },
  [SG_PRESET_QUALITY] = { "quality", 0, 0, 1500 },
  [SG_PRESET_CUSTOM] = { "custom", -1, -1, -1 },
};

static void
apply_preset (SgEngineSettings *self,
              SgPreset          preset)
{
  self->preset = preset;

  if (preset == SG_PRESET_CUSTOM)
    return;

  self->context_tokens = presets[preset].context_tokens;
  self->history_turns = presets[preset].history_turns;
  self->max_tokens = presets[preset].max_tokens;
}

static void
sg_engine_settings_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  SgEngineSettings *self = SG_ENGINE_SETTINGS (object);

  switch (prop_id)
    {
    case PROP_PRESET:
      g_value_set_int (value, self->preset);
      break;

    case PROP_CONTEXT_TOKENS:
      g_value_set_int (value, self->context_tokens);
      break;

    case PROP_HISTORY_TURNS:
      g_value_set_int (value, self->history_turns);
      break;

    case PROP_MAX_TOKENS:
      g_value_set_int (value, self->max_tokens);
      break;

    case PROP_TEMPERATURE:
      g_value_set_double (value, self->temperature);
      break;

    case PROP_PARALLEL_TOOLS:
      g_value_set_boolean (value, self->parallel_tools);
      break;

    case PROP_EARLY_TOOLS:
      g_value_set_boolean (value, self->early_tools);
      break;

    case PROP_TOOLS_AT_ONCE:
      g_value_set_int (value, self->tools_at_once);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_engine_settings_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SgEngineSettings *self = SG_ENGINE_SETTINGS (object);

  switch (prop_id)
    {
    case PROP_PRESET:
      apply_preset (self, g_value_get_int (value));
      break;

    case PROP_CONTEXT_TOKENS:
      self->context_tokens = g_value_get_int (value);
      self->preset = SG_PRESET_CUSTOM;
      break;

    case PROP_HISTORY_TURNS:
      self->history_turns = g_value_get_int (value);
      self->preset = SG_PRESET_CUSTOM;
      break;

    case PROP_MAX_TOKENS:
      self->max_tokens = g_value_get_int (value);
      self->preset = SG_PRESET_CUSTOM;
      break;

    case PROP_TEMPERATURE:
      self->temperature = g_value_get_double (value);
      break;

    case PROP_PARALLEL_TOOLS:
      self->parallel_tools = g_value_get_boolean (value);
      break;

    case PROP_EARLY_TOOLS:
      self->early_tools = g_value_get_boolean (value);
      break;

    case PROP_TOOLS_AT_ONCE:
      self->tools_at_once = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_engine_settings_class_init (SgEngineSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sg_engine_settings_get_property;
  object_class->set_property = sg_engine_settings_set_property;

  /* An SgPreset.  Setting one sets the three numbers below it; setting one of
   * them makes the preset a custom one. */
  properties[PROP_PRESET] = g_param_spec_int ("preset", NULL, NULL, SG_PRESET_FAST,
                                              SG_PRESET_CUSTOM, SG_PRESET_BALANCED, flags);
  /* Tokens of prompt and reply together; 0 for what the model takes. */
  properties[PROP_CONTEXT_TOKENS] =
    g_param_spec_int ("context-tokens", NULL, NULL, 0, 4000000, 8000, flags);
  /* Turns of history in the prompt; 0 for as many as fit. */
  properties[PROP_HISTORY_TURNS] =
    g_param_spec_int ("history-turns", NULL, NULL, 0, 100000, 20, flags);
  /* Tokens of a reply; 0 for the limit of the server. */
  properties[PROP_MAX_TOKENS] =
    g_param_spec_int ("max-tokens", NULL, NULL, 0, 1000000, 800, flags);
  /* Below 0 for that of the server. */
  properties[PROP_TEMPERATURE] =
    g_param_spec_double ("temperature", NULL, NULL, -1, 5, -1, flags);
  properties[PROP_PARALLEL_TOOLS] =
    g_param_spec_boolean ("parallel-tools", NULL, NULL, TRUE, flags);
  /* Whether a tool starts while the model is still talking. */
  properties[PROP_EARLY_TOOLS] = g_param_spec_boolean ("early-tools", NULL, NULL, TRUE, flags);
  properties[PROP_TOOLS_AT_ONCE] = g_param_spec_int ("tools-at-once", NULL, NULL, 1, 64, 10, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_engine_settings_init (SgEngineSettings *self)
{
  apply_preset (self, SG_PRESET_BALANCED);
  self->temperature = -1;
  self->parallel_tools = TRUE;
  self->early_tools = TRUE;
  self->tools_at_once = 10;
}

/**
 * sg_engine_settings_new:
 *
 * Returns: (transfer full): settings with the Balanced preset and every optimisation on
 */
SgEngineSettings *
sg_engine_settings_new (void)
{
  return g_object_new (SG_TYPE_ENGINE_SETTINGS, NULL);
}

/**
 * sg_engine_settings_set_preset:
 * @preset: `fast`, `balanced`, `quality` or `custom`
 *
 * Returns: %FALSE with %G_IO_ERROR_INVALID_ARGUMENT where there is no such preset
 */
gboolean
sg_engine_settings_set_preset (SgEngineSettings *self,
                               const char       *preset,
                               GError          **error)
{
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), FALSE);
  g_return_val_if_fail (preset != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (g_ascii_strcasecmp (preset, presets[i].name) == 0)
        {
          g_object_set (self, "preset", (int) i, NULL);
          return TRUE;
        }
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("There is no preset “%s”. There are fast, balanced, quality and custom."), preset);

  return FALSE;
}

/* Reads a value for a property from text; returns what the property takes where it is wrong. */
static char *
value_from_string (GParamSpec *pspec,
                   const char *text,
                   GValue     *value)
{
  gint64 integer;
  char *end = NULL;

  g_value_init (value, pspec->value_type);

  if (G_IS_PARAM_SPEC_INT (pspec))
    {
      GParamSpecInt *range = G_PARAM_SPEC_INT (pspec);

      if (!g_ascii_string_to_signed (text, 10, range->minimum, range->maximum, &integer, NULL))
        return g_strdup_printf (_("a whole number from %d to %d"), range->minimum, range->maximum);
      g_value_set_int (value, integer);
    }
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    {
      GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (pspec);
      double real = g_ascii_strtod (text, &end);

      if (end == text || *end != '\0' || !(real >= range->minimum && real <= range->maximum))
        return g_strdup_printf (_("a number from %g to %g"), range->minimum, range->maximum);
      g_value_set_double (value, real);
    }
  else
    {
      gboolean on = g_str_equal (text, "on") || g_str_equal (text, "true");

      if (!on && !g_str_equal (text, "off") && !g_str_equal (text, "false"))
        return g_strdup (_("“on” or “off”"));
      g_value_set_boolean (value, on);
    }

  return NULL;
}

/**
 * sg_engine_settings_set_key:
 * @key: the name of a property
 * @value: its value as text; `on` or `off` for a switch
 *
 * Returns: %FALSE with %G_IO_ERROR_INVALID_ARGUMENT where the key or the value is not known
 */
gboolean
sg_engine_settings_set_key (SgEngineSettings *self,
                            const char       *key,
                            const char       *value,
                            GError          **error)
{
  g_auto (GValue) parsed = G_VALUE_INIT;
  g_autofree char *expected = NULL;
  GParamSpec *pspec;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), FALSE);
  g_return_val_if_fail (key != NULL && value != NULL, FALSE);

  if (g_str_equal (key, "preset"))
    return sg_engine_settings_set_preset (self, value, error);

  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self), key);
  if (pspec == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("There is no setting “%s”."), key);
      return FALSE;
    }

  expected = value_from_string (pspec, value, &parsed);
  if (expected != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: a key, a value, and what is expected: a number from 1 to 2 */
                   _("The setting “%s” cannot be “%s”: it takes %s."), key, value, expected);
      return FALSE;
    }

  g_object_set_property (G_OBJECT (self), key, &parsed);

  return TRUE;
}

/**
 * sg_engine_settings_dup_json:
 *
 * Returns: (transfer full): all settings as a JSON object, as they are stored with a turn
 */
char *
sg_engine_settings_dup_json (SgEngineSettings *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  json_object_set_string_member (object, "preset", presets[self->preset].name);
  json_object_set_int_member (object, "context-tokens", self->context_tokens);
  json_object_set_int_member (object, "history-turns", self->history_turns);
  json_object_set_int_member (object, "max-tokens", self->max_tokens);
  if (self->temperature >= 0)
    json_object_set_double_member (object, "temperature", self->temperature);
  json_object_set_boolean_member (object, "parallel-tools", self->parallel_tools);
  json_object_set_boolean_member (object, "early-tools", self->early_tools);
  json_object_set_int_member (object, "tools-at-once", self->tools_at_once);
  node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}
