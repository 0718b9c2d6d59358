/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-engine-settings.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "tools/sg-tool-catalog.h"

typedef enum
{
  KIND_PRESET,  /* an SgPreset; setting it sets what the presets stand for */
  KIND_STORY,   /* what the presets stand for; setting it makes the preset a custom one */
  KIND_NUMBER,
  KIND_SWITCH,  /* an optimisation */
  KIND_TEXT,
} Kind;

/* All settings, in the order in which they are stored with a turn. */
static const struct
{
  const char *name;
  Kind        kind;
  GType       type;
  double      minimum;
  double      maximum;
  double      fallback;
} keys[] = {
  { "preset", KIND_PRESET, G_TYPE_INT, SG_PRESET_FAST, SG_PRESET_CUSTOM, SG_PRESET_BALANCED },

  /* Tokens of prompt and reply together; 0 for what the model takes. */
  { "context-tokens", KIND_STORY, G_TYPE_INT, 0, 4000000, 8000 },
  /* Turns of history in the prompt; 0 for as many as fit. */
  { "history-turns", KIND_STORY, G_TYPE_INT, 0, 100000, 20 },
  /* Tokens of a narration; 0 for the limit of the server. */
  { "max-tokens", KIND_STORY, G_TYPE_INT, 0, 1000000, 800 },
  /* Whether a turn is planned before it is told. */
  { "planner", KIND_STORY, G_TYPE_BOOLEAN, 0, 1, FALSE },
  /* Whether rules look at what was told, and whether a model does as well. */
  { "rule-checks", KIND_STORY, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "model-checks", KIND_STORY, G_TYPE_BOOLEAN, 0, 1, FALSE },
  /* How many tools a language model is offered: an SgToolSet. */
  { "tool-set", KIND_STORY, G_TYPE_INT, SG_TOOL_SET_CORE, SG_TOOL_SET_ALL, SG_TOOL_SET_MORE },

  /* Below 0 for that of the server. */
  { "temperature", KIND_NUMBER, G_TYPE_DOUBLE, -1, 5, -1 },
  /* Tokens of the replies of other calls than the narration. */
  { "planning-tokens", KIND_NUMBER, G_TYPE_INT, 16, 100000, 400 },
  { "verification-tokens", KIND_NUMBER, G_TYPE_INT, 16, 100000, 300 },
  { "summary-tokens", KIND_NUMBER, G_TYPE_INT, 16, 100000, 400 },
  { "character-tokens", KIND_NUMBER, G_TYPE_INT, 16, 100000, 400 },
  { "tools-at-once", KIND_NUMBER, G_TYPE_INT, 1, 64, 10 },
  { "models-at-once", KIND_NUMBER, G_TYPE_INT, 1, 64, 3 },
  { "steps-at-once", KIND_NUMBER, G_TYPE_INT, 1, 64, 5 },
  { "characters-at-once", KIND_NUMBER, G_TYPE_INT, 1, 64, 5 },
  { "embeddings-at-once", KIND_NUMBER, G_TYPE_INT, 1, 2048, 100 },
  /* What the server allows a minute; 0 for no limit. */
  { "requests-per-minute", KIND_NUMBER, G_TYPE_INT, 0, 1000000, 0 },
  { "tokens-per-minute", KIND_NUMBER, G_TYPE_INT, 0, 1000000000, 0 },
  /* How often a call is tried again that failed before its first token. */
  { "retries", KIND_NUMBER, G_TYPE_INT, 0, 20, 3 },

  /* Connections are kept and used again. */
  { "pooling", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* Calls keep to what the server allows a minute, rather than be turned away. */
  { "limiter", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "parallel-tools", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* A tool starts while the model is still talking, and a step of a plan while that is still written. */
  { "early-tools", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* The narration begins while the turn is still planned, and counts where the plan asks for nothing. */
  { "early-narration", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* A turn in which the player only looks around is not planned. */
  { "plain-turns", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* A turn that is told and only wrote ends without another model call. */
  { "end-after-writes", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "tool-cache", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "response-cache", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "catalog-cache", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "batched-embeddings", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "background-verification", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  { "background-memory", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* The prompt is laid out for the server's prefix cache. */
  { "stable-prefix", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* The thinking line shows at once, not only when the model is called. */
  { "eager-thinking", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },
  /* The spans of a turn are stored with it; its figures always are. */
  { "tracking", KIND_SWITCH, G_TYPE_BOOLEAN, 0, 1, TRUE },

  /* The tools that are not offered, with commas between them. */
  { "tools-off", KIND_TEXT, G_TYPE_STRING },
  /* The model that finds the meaning of texts; empty for that of the narration. */
  { "embedding-model", KIND_TEXT, G_TYPE_STRING },
};

#define N_KEYS G_N_ELEMENTS (keys)

struct _SgEngineSettings
{
  GObject parent_instance;

  GValue  values[N_KEYS];

  /* As they are stored with a turn, the tools that they leave out, and a copy for turns: the same for most turns,
   * so that each is made once. */
  GRefString       *json;
  GRefString       *tools_off;
  SgEngineSettings *snapshot;
};

G_DEFINE_FINAL_TYPE (SgEngineSettings, sg_engine_settings, G_TYPE_OBJECT)

/* By the number of the property, which is that of the key and one. */
static GParamSpec *properties[N_KEYS + 1];

/* What the presets stand for; Custom leaves everything as it is. */
static const struct
{
  const char *name;
  int         context_tokens;
  int         history_turns;
  int         max_tokens;
  gboolean    planner;
  gboolean    rule_checks;
  gboolean    model_checks;
  SgToolSet   tool_set;
} presets[] = {
  [SG_PRESET_FAST] = { "fast", 2000, 5, 400, FALSE, TRUE, FALSE, SG_TOOL_SET_CORE },
  [SG_PRESET_BALANCED] = { "balanced", 8000, 20, 800, FALSE, TRUE, FALSE, SG_TOOL_SET_MORE },
  [SG_PRESET_QUALITY] = { "quality", 0, 0, 1500, TRUE, TRUE, TRUE, SG_TOOL_SET_ALL },
  [SG_PRESET_CUSTOM] = { "custom" },
};

static void
forget_made (SgEngineSettings *self)
{
  g_clear_pointer (&self->json, g_ref_string_release);
  g_clear_pointer (&self->tools_off, g_ref_string_release);
  g_clear_object (&self->snapshot);
}

static void
apply_preset (SgEngineSettings *self,
              SgPreset          preset)
{
  if (preset != SG_PRESET_CUSTOM)
    g_object_set (self, "context-tokens", presets[preset].context_tokens, "history-turns",
                  presets[preset].history_turns, "max-tokens", presets[preset].max_tokens,
                  "planner", presets[preset].planner, "rule-checks", presets[preset].rule_checks,
                  "model-checks", presets[preset].model_checks, "tool-set",
                  (int) presets[preset].tool_set, NULL);

  g_value_set_int (&self->values[0], preset);
}

static void
sg_engine_settings_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  g_value_copy (&SG_ENGINE_SETTINGS (object)->values[prop_id - 1], value);
}

static void
sg_engine_settings_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SgEngineSettings *self = SG_ENGINE_SETTINGS (object);
  guint key = prop_id - 1;

  forget_made (self);
  if (keys[key].kind == KIND_PRESET)
    {
      apply_preset (self, g_value_get_int (value));
      return;
    }

  g_value_copy (value, &self->values[key]);
  if (keys[key].kind == KIND_STORY)
    g_value_set_int (&self->values[0], SG_PRESET_CUSTOM);
}

static GParamSpec *
make_property (guint key)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  if (keys[key].type == G_TYPE_INT)
    return g_param_spec_int (keys[key].name, NULL, NULL, (int) keys[key].minimum,
                             (int) keys[key].maximum, (int) keys[key].fallback, flags);
  if (keys[key].type == G_TYPE_DOUBLE)
    return g_param_spec_double (keys[key].name, NULL, NULL, keys[key].minimum,
                                keys[key].maximum, keys[key].fallback, flags);
  if (keys[key].type == G_TYPE_BOOLEAN)
    return g_param_spec_boolean (keys[key].name, NULL, NULL, keys[key].fallback != 0, flags);

  return g_param_spec_string (keys[key].name, NULL, NULL, "", flags);
}

static void
sg_engine_settings_finalize (GObject *object)
{
  SgEngineSettings *self = SG_ENGINE_SETTINGS (object);

  for (guint i = 0; i < N_KEYS; i++)
    g_value_unset (&self->values[i]);
  forget_made (self);

  G_OBJECT_CLASS (sg_engine_settings_parent_class)->finalize (object);
}

static void
sg_engine_settings_class_init (SgEngineSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_engine_settings_finalize;
  object_class->get_property = sg_engine_settings_get_property;
  object_class->set_property = sg_engine_settings_set_property;

  for (guint i = 0; i < N_KEYS; i++)
    properties[i + 1] = make_property (i);
  g_object_class_install_properties (object_class, N_KEYS + 1, properties);
}

static void
sg_engine_settings_init (SgEngineSettings *self)
{
  for (guint i = 0; i < N_KEYS; i++)
    {
      g_value_init (&self->values[i], keys[i].type);
      g_param_value_set_default (properties[i + 1], &self->values[i]);
    }
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

static GRefString *
make_json (SgEngineSettings *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;

  json_object_set_string_member (object, "preset",
                                 presets[g_value_get_int (&self->values[0])].name);
  for (guint i = 1; i < N_KEYS; i++)
    {
      JsonNode *value = json_node_alloc ();

      json_node_init (value, JSON_NODE_VALUE);
      json_node_set_value (value, &self->values[i]);
      json_object_set_member (object, keys[i].name, value);
    }
  node = json_node_init_object (json_node_alloc (), object);
  json = json_to_string (node, FALSE);

  return g_ref_string_new (json);
}

static GRefString *
get_json (SgEngineSettings *self)
{
  if (self->json == NULL)
    self->json = make_json (self);

  return self->json;
}

/**
 * sg_engine_settings_copy:
 *
 * Returns: (transfer full): the settings as they are now
 */
SgEngineSettings *
sg_engine_settings_copy (SgEngineSettings *self)
{
  SgEngineSettings *copy;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  copy = sg_engine_settings_new ();
  for (guint i = 0; i < N_KEYS; i++)
    g_value_copy (&self->values[i], &copy->values[i]);
  copy->json = g_ref_string_acquire (get_json (self));

  return copy;
}

/**
 * sg_engine_settings_get_snapshot:
 *
 * Returns: (transfer none): the settings as they are now, which are not to be set; valid until something is set here, and
 *   the same ones until then
 */
SgEngineSettings *
sg_engine_settings_get_snapshot (SgEngineSettings *self)
{
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  if (self->snapshot == NULL)
    self->snapshot = sg_engine_settings_copy (self);

  return self->snapshot;
}

static const GValue *
find_value (SgEngineSettings *self,
            const char       *key,
            GType             type)
{
  for (guint i = 0; i < N_KEYS; i++)
    {
      if (keys[i].type == type && keys[i].name[0] == key[0] && g_str_equal (keys[i].name, key))
        return &self->values[i];
    }

  return NULL;
}

/**
 * sg_engine_settings_is_on:
 * @key: a switch, or another key that is on or off
 *
 * Returns: whether it is on
 */
gboolean
sg_engine_settings_is_on (SgEngineSettings *self,
                          const char       *key)
{
  const GValue *value;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), FALSE);

  value = find_value (self, key, G_TYPE_BOOLEAN);
  g_return_val_if_fail (value != NULL, FALSE);

  return g_value_get_boolean (value);
}

/**
 * sg_engine_settings_get_number:
 * @key: a key that is a whole number
 *
 * Returns: the number
 */
int
sg_engine_settings_get_number (SgEngineSettings *self,
                               const char       *key)
{
  const GValue *value;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), 0);

  value = find_value (self, key, G_TYPE_INT);
  g_return_val_if_fail (value != NULL, 0);

  return g_value_get_int (value);
}

/**
 * sg_engine_settings_get_text:
 * @key: a key that is a text
 *
 * Returns: (transfer none): the text; it may be empty
 */
const char *
sg_engine_settings_get_text (SgEngineSettings *self,
                             const char       *key)
{
  const GValue *value;
  const char *text;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  value = find_value (self, key, G_TYPE_STRING);
  g_return_val_if_fail (value != NULL, NULL);
  text = g_value_get_string (value);

  return text != NULL ? text : "";
}

/**
 * sg_engine_settings_apply_budgets:
 * @asker: what asks on behalf of a turn
 */
void
sg_engine_settings_apply_budgets (SgEngineSettings *self,
                                  SgAsker          *asker)
{
  static const struct
  {
    SgRequestKind kind;
    const char   *key;
  } budgets[] = {
    { SG_REQUEST_PLANNING, "planning-tokens" },
    { SG_REQUEST_VERIFICATION, "verification-tokens" },
    { SG_REQUEST_SUMMARY, "summary-tokens" },
    { SG_REQUEST_CHARACTER, "character-tokens" },
  };

  g_return_if_fail (SG_IS_ENGINE_SETTINGS (self));
  g_return_if_fail (SG_IS_ASKER (asker));

  for (guint i = 0; i < G_N_ELEMENTS (budgets); i++)
    sg_asker_set_budget (asker, budgets[i].kind,
                         sg_engine_settings_get_number (self, budgets[i].key));
  sg_asker_set_characters_at_once (
    asker, sg_engine_settings_is_on (self, "parallel-tools")
             ? (guint) sg_engine_settings_get_number (self, "characters-at-once") : 1);
}

static GRefString *
make_tools_off (SgEngineSettings *self)
{
  const char *off = sg_engine_settings_get_text (self, "tools-off");
  g_autofree char *rest =
    sg_tool_set_dup_rest ((SgToolSet) sg_engine_settings_get_number (self, "tool-set"));
  g_autofree char *all = g_strconcat (off, *off != '\0' && *rest != '\0' ? "," : "", rest, NULL);

  return g_ref_string_new (all);
}

/**
 * sg_engine_settings_get_tools_off:
 *
 * Returns: (transfer none): the names of the tools that a language model is not offered, with commas between them:
 *   those that are switched off and those beyond the set of the preset; valid until something is set
 */
const char *
sg_engine_settings_get_tools_off (SgEngineSettings *self)
{
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  if (self->tools_off == NULL)
    self->tools_off = make_tools_off (self);

  return self->tools_off;
}

/**
 * sg_engine_settings_list_switches:
 *
 * Returns: (transfer container): the names of the switches, one for each optimisation
 */
const char **
sg_engine_settings_list_switches (void)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < N_KEYS; i++)
    {
      if (keys[i].kind == KIND_SWITCH)
        g_ptr_array_add (names, (gpointer) keys[i].name);
    }
  g_ptr_array_add (names, NULL);

  return (const char **) g_ptr_array_free (names, FALSE);
}

/**
 * sg_engine_settings_set_optimised:
 * @optimised: whether every switch is to be on, or every one off: then a turn runs plainly, one
 *   thing after the other, which is what the switches are measured against
 */
void
sg_engine_settings_set_optimised (SgEngineSettings *self,
                                  gboolean          optimised)
{
  g_return_if_fail (SG_IS_ENGINE_SETTINGS (self));

  for (guint i = 0; i < N_KEYS; i++)
    {
      if (keys[i].kind == KIND_SWITCH)
        g_object_set (self, keys[i].name, optimised, NULL);
    }
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
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    {
      g_value_set_string (value, text);
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
 * @key: the name of a property, or `optimisations` for all switches at once
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
  gboolean all;

  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), FALSE);
  g_return_val_if_fail (key != NULL && value != NULL, FALSE);

  if (g_str_equal (key, "preset"))
    return sg_engine_settings_set_preset (self, value, error);

  all = g_str_equal (key, "optimisations");
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self), all ? "tracking" : key);
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

  if (all)
    sg_engine_settings_set_optimised (self, g_value_get_boolean (&parsed));
  else
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
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (self), NULL);

  return g_strdup (get_json (self));
}

/* The number of a preset; that of a custom one where the name is not known. */
static int
find_preset (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (g_strcmp0 (presets[i].name, name) == 0)
        return (int) i;
    }

  return SG_PRESET_CUSTOM;
}

/**
 * sg_engine_settings_new_from_json:
 * @json: (nullable): settings as sg_engine_settings_dup_json() wrote them; other members may stand
 *   between them
 *
 * Returns: (transfer full): those settings; what is missing is as in new ones
 */
SgEngineSettings *
sg_engine_settings_new_from_json (const char *json)
{
  SgEngineSettings *self = sg_engine_settings_new ();
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return self;

  object = json_node_get_object (node);
  for (guint i = 1; i < N_KEYS; i++)
    {
      JsonNode *member = json_object_get_member (object, keys[i].name);
      g_auto (GValue) value = G_VALUE_INIT;

      if (member == NULL || !JSON_NODE_HOLDS_VALUE (member))
        continue;
      json_node_get_value (member, &value);
      g_value_transform (&value, &self->values[i]);
    }
  g_value_set_int (&self->values[0], find_preset (json_object_get_string_member_with_default (
                                       object, "preset", NULL)));

  return self;
}
