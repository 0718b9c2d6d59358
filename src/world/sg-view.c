/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-view-private.h"

#include <string.h>

/**
 * sg_view_new:
 * @world: (nullable): the world, or %NULL for one without facts
 * @language: (nullable): a language tag, or %NULL for that of the scenario
 * @seed: what chance depends on
 *
 * Returns: (transfer full): a view
 */
SgView *
sg_view_new (SgScenario *scenario,
             SgWorld    *world,
             const char *language,
             guint64     seed)
{
  SgView *self;

  g_return_val_if_fail (SG_IS_SCENARIO (scenario), NULL);

  self = g_new0 (SgView, 1);
  self->scenario = g_object_ref (scenario);
  self->world = world != NULL ? g_object_ref (world) : NULL;
  self->language = g_strdup (language != NULL ? language : sg_scenario_get_language (scenario));
  self->seed = seed;
  self->random = seed;
  self->vars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->recent = g_array_new (FALSE, FALSE, sizeof (guint32));

  return self;
}

/**
 * sg_view_free:
 *
 * Frees a view; the world stays as it is.
 */
void
sg_view_free (SgView *self)
{
  if (self == NULL)
    return;

  g_object_unref (self->scenario);
  g_clear_object (&self->world);
  g_free (self->language);
  g_hash_table_unref (self->vars);
  g_array_unref (self->recent);
  g_free (self);
}

SgScenario *
sg_view_get_scenario (SgView *self)
{
  return self->scenario;
}

SgWorld *
sg_view_get_world (SgView *self)
{
  return self->world;
}

/**
 * sg_view_random:
 * @n: how many possibilities there are
 *
 * The generator is SplitMix64 (Steele, Lea and Flood, 2014): small, the same on every
 * machine, and good with seeds that differ in one bit.
 *
 * Returns: a number from 0 to @n - 1
 */
guint
sg_view_random (SgView *self,
                guint   n)
{
  guint64 z = (self->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  z ^= z >> 31;

  return n > 1 ? (guint) (z % n) : 0;
}

void
sg_view_set_var (SgView     *self,
                 const char *name,
                 const char *value)
{
  if (value != NULL)
    g_hash_table_replace (self->vars, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->vars, name);
}

void
sg_view_set_phrases (SgView     *self,
                     JsonObject *phrases)
{
  self->phrases = phrases;
}

/**
 * sg_view_get_rule:
 * @name: the name of a rule of the grammar
 *
 * Returns: (transfer none) (nullable): its text, of the scenario or else of the phrases
 */
JsonNode *
sg_view_get_rule (SgView     *self,
                  const char *name)
{
  JsonNode *rule = sg_member (sg_scenario_get_section (self->scenario, "grammar"), name);

  return rule != NULL ? rule : sg_member (self->phrases, name);
}

/**
 * sg_view_dup_recent:
 *
 * Returns: (transfer full): the variants used last, as hexadecimal digits without spaces
 */
char *
sg_view_dup_recent (SgView *self)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < self->recent->len; i++)
    g_string_append_printf (string, "%06x", g_array_index (self->recent, guint32, i));

  return g_string_free (string, FALSE);
}

/**
 * sg_view_set_recent:
 * @recent: (nullable): what sg_view_dup_recent() returned
 *
 * Sets which variants were used lately; what cannot be read is passed over.
 */
void
sg_view_set_recent (SgView     *self,
                    const char *recent)
{
  g_array_set_size (self->recent, 0);

  while (recent != NULL && strlen (recent) >= 6 && self->recent->len < SG_VIEW_RECENT)
    {
      char digits[7] = { 0 };
      guint32 hash;

      memcpy (digits, recent, 6);
      hash = (guint32) g_ascii_strtoull (digits, NULL, 16);
      g_array_append_val (self->recent, hash);
      recent += 6;
    }
}

gboolean
sg_view_is_set (SgView     *self,
                const char *entity,
                const char *attribute)
{
  JsonNode *value = self->world != NULL ? sg_world_get (self->world, entity, attribute) : NULL;

  if (value == NULL || JSON_NODE_HOLDS_NULL (value))
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (value))
    return TRUE;
  if (json_node_get_value_type (value) == G_TYPE_STRING)
    return json_node_get_string (value)[0] != '\0';
  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (value);

  return json_node_get_double (value) != 0;
}

const char *
sg_view_get_word (SgView     *self,
                  const char *entity,
                  const char *attribute)
{
  return self->world != NULL ? sg_world_get_string (self->world, entity, attribute) : NULL;
}

gint64
sg_view_get_number (SgView     *self,
                    const char *entity,
                    const char *attribute)
{
  return self->world != NULL ? sg_world_get_int (self->world, entity, attribute, 0) : 0;
}
