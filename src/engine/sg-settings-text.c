/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-settings-text.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

static const struct
{
  const char *name;
  const char *title;
  const char *subtitle;
} switches[] = {
  { "pooling", N_("Keep Connections"), N_("A call need not connect to the server anew") },
  { "limiter", N_("Keep to Limits"), N_("Calls wait rather than be turned away, where a limit is set") },
  { "parallel-tools", N_("Tools Side by Side"),
    N_("Tools, characters and readings at once; planning while memories are read") },
  { "early-tools", N_("Start Tools Early"), N_("A tool starts while the model is still writing") },
  { "early-narration", N_("Tell While Planning"),
    N_("The narration begins beside the plan, and stands where the plan asks for nothing; only "
       "with a server of your own, where a call in vain costs nothing") },
  { "plain-turns", N_("No Needless Plan"), N_("Where you only look around, the turn is told at once") },
  { "end-after-writes", N_("No Needless Second Call"),
    N_("A turn that is told, and only recorded something, is done") },
  { "tool-cache", N_("Remember Results of Tools"), N_("The same question is not answered twice") },
  { "response-cache", N_("Remember Answers of the Model"),
    N_("Of plans, checks, fortunes and characters; never of the narration or of a retry") },
  { "catalog-cache", N_("Keep the Description of the Tools"), N_("It is not written anew for each turn") },
  { "batched-embeddings", N_("Meanings in Batches"), N_("Many memories are sent to the server at once") },
  { "background-verification", N_("Check in the Background"), N_("You can play on while a turn is checked") },
  { "background-memory", N_("Remember in the Background"), N_("You can play on while a turn is summed up") },
  { "stable-prefix", N_("Steady Beginning of the Prompt"), N_("The server can reuse what it has read") },
  { "eager-thinking", N_("Think at Once"), N_("You see that your words were taken in the next frame") },
  { "tracking", N_("Record Spans"), N_("The performance pane can show earlier turns in full") },
};

/* The presets in words. */
static const struct
{
  const char *name;
  const char *title;
} presets[] = {
  { "fast", NC_("preset", "Fast") },
  { "balanced", NC_("preset", "Balanced") },
  { "quality", NC_("preset", "Quality") },
  { "custom", NC_("preset", "Custom") },
};

/**
 * sg_settings_text_get_title:
 * @switch_name: one of sg_engine_settings_list_switches()
 *
 * Returns: (transfer none): what it is called, translated; its name where it has no other
 */
const char *
sg_settings_text_get_title (const char *switch_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      if (g_str_equal (switches[i].name, switch_name))
        return _(switches[i].title);
    }

  return switch_name;
}

/**
 * sg_settings_text_get_subtitle:
 * @switch_name: one of sg_engine_settings_list_switches()
 *
 * Returns: (transfer none): what it does, translated; empty where nothing is known of it
 */
const char *
sg_settings_text_get_subtitle (const char *switch_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      if (g_str_equal (switches[i].name, switch_name))
        return _(switches[i].subtitle);
    }

  return "";
}

static const char *
get_preset_title (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (g_str_equal (presets[i].name, name))
        return g_dpgettext2 (NULL, "preset", presets[i].title);
    }

  return name;
}

/* The switches that are off, with commas between them; NULL for none. */
static char *
dup_switched_off (JsonObject *settings)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      if (!json_object_get_boolean_member_with_default (settings, switches[i].name, TRUE))
        g_ptr_array_add (titles, (gpointer) _(switches[i].title));
    }
  if (titles->len == 0)
    return NULL;
  if (titles->len == G_N_ELEMENTS (switches))
    return g_strdup (_("all optimizations"));
  g_ptr_array_add (titles, NULL);

  return g_strjoinv (", ", (char **) titles->pdata);
}

/**
 * sg_settings_text_describe:
 * @json: (nullable): the settings as they are stored with a turn
 *
 * Returns: (transfer full) (nullable): a line for the player: the preset, and what was switched
 *   off; %NULL where nothing is known
 */
char *
sg_settings_text_describe (const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  g_autofree char *off = NULL;
  JsonObject *settings;
  const char *preset;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  settings = json_node_get_object (node);
  preset = json_object_get_string_member_with_default (settings, "preset", NULL);
  if (preset == NULL)
    return NULL;

  off = dup_switched_off (settings);
  if (off == NULL)
    return g_strdup_printf (_("Preset: %s"), get_preset_title (preset));

  /* Translators: a preset, and a list of optimizations */
  return g_strdup_printf (_("Preset: %s. Switched off: %s"), get_preset_title (preset), off);
}
