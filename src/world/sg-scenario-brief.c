/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a language model is told about a scenario.  It comes into the stable
 * part of the prompt, so it depends on the scenario alone and never on the state of
 * the story, and it has to stay small: a few hundred tokens for a few rooms.
 */

#include "config.h"

#include "world/sg-scenario-data.h"

#include <string.h>

#include "world/sg-view.h"

/* Characters; about four of them make a token. */
#define MAX_BRIEF 9000
#define MAX_LINE 220
#define MAX_PART 2000

/* Shortens at the end of a sentence or, failing that, of a word. */
static char *
shorten (const char *text,
         glong       limit)
{
  g_autofree char *cut = NULL;
  char *end;

  if (g_utf8_strlen (text, -1) <= limit)
    return g_strdup (text);

  cut = g_utf8_substring (text, 0, limit);
  end = g_strrstr (cut, ". ");
  if (end != NULL && end > cut + limit / 3)
    {
      end[1] = '\0';
      return g_steal_pointer (&cut);
    }

  end = strrchr (cut, ' ');
  if (end != NULL)
    *end = '\0';

  return g_strconcat (cut, "…", NULL);
}

static void
append_part (SgView     *view,
             GString    *out,
             const char *title,
             JsonNode   *text)
{
  g_autofree char *rendered = NULL;
  g_autofree char *part = NULL;

  if (text == NULL)
    return;

  rendered = sg_view_render (view, text);
  part = shorten (rendered, MAX_PART);
  g_string_append_printf (out, "%s: %s\n\n", title, part);
}

static char *
dup_line (SgView   *view,
          JsonNode *text)
{
  g_autofree char *rendered = sg_view_render (view, text);

  g_strdelimit (rendered, "\n", ' ');

  return shorten (rendered, MAX_LINE);
}

static void
append_exits (SgView         *view,
              GString        *out,
              const SgEntity *place)
{
  JsonObject *exits = sg_member_object (place->data, "exits");
  gboolean first = TRUE;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (exits == NULL)
    return;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      const char *to = sg_node_string (node);

      if (JSON_NODE_HOLDS_ARRAY (node))
        node = json_array_get_element (json_node_get_array (node), 0);
      if (JSON_NODE_HOLDS_OBJECT (node))
        to = sg_member_string (json_node_get_object (node), "to");
      if (name[0] == '#' || to == NULL)
        continue;
      g_string_append_printf (out, "%s%s to %s", first ? " Exits: " : ", ", name, to);
      first = FALSE;
    }
  if (!first)
    g_string_append_c (out, '.');
}

static void
append_entity (SgView         *view,
               GString        *out,
               const SgEntity *entity)
{
  g_autofree char *name = sg_view_dup_name (view, entity->id, SG_NAME_BARE);
  g_autofree char *line = dup_line (view, sg_member (entity->data, "description"));
  const char *at = sg_member_string (entity->data, "at");

  g_string_append_printf (out, "- %s (%s", entity->id, name);
  if (at != NULL)
    g_string_append_printf (out, ", at %s", at);
  g_string_append_printf (out, ")%s%s", line[0] != '\0' ? ": " : "", line);
  if (entity->kind == SG_ENTITY_PLACE)
    append_exits (view, out, entity);
  g_string_append_c (out, '\n');
}

/* A list that does not fit is cut where it stands, and says so. */
static void
append_entities (SgView       *view,
                 GString      *out,
                 const char   *title,
                 SgEntityKind  kind)
{
  GPtrArray *entities = sg_scenario_get_entities (sg_view_get_scenario (view));
  gboolean first = TRUE;
  guint n_left = 0;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind != kind)
        continue;
      if (out->len > MAX_BRIEF)
        {
          n_left++;
          continue;
        }
      if (first)
        g_string_append_printf (out, "%s:\n", title);
      first = FALSE;
      append_entity (view, out, entity);
    }

  if (n_left > 0)
    g_string_append_printf (out, "(and %u more)\n", n_left);
  if (!first)
    g_string_append_c (out, '\n');
}

static void
append_named (SgView     *view,
              GString    *out,
              const char *section,
              const char *title,
              const char *member)
{
  JsonObject *object = sg_scenario_get_section (sg_view_get_scenario (view), section);
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (object == NULL || out->len > MAX_BRIEF)
    return;

  g_string_append_printf (out, "%s:\n", title);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      g_autofree char *line = NULL;

      if (id[0] == '#' || out->len > MAX_BRIEF)
        continue;
      line = dup_line (view, sg_member (json_node_get_object (node), member));
      g_string_append_printf (out, "- %s: %s\n", id, line);
    }
  g_string_append_c (out, '\n');
}

static const char conventions[] =
  "The world is kept as facts, which the tools read and change: an entity (the ids above, `player`, `story`) has attributes. "
  "`player.place` is where the player is; `X.place` where a person or thing is (the id of a place, `player` when carried, a person, "
  "another thing, or `nowhere`). `X.open`, `X.locked`, `X.lit`, `X.hidden` are true or false; `PERSON.mood` is a word; "
  "`GOAL.state` is open, done or failed; `CLOCK.value` is a number; `story.ending` is the id of the ending when the story ends. "
  "Whenever your telling changes one of these, call update_state for that entity; invent further attributes where the story needs them.\n";

/**
 * sg_scenario_dup_model_brief:
 * @language: (nullable): a language tag
 *
 * Makes what a language model is told of the scenario: setting, tone, rules, who and
 * what there is, and how the state is written down.  Depends on the scenario and the
 * language alone.
 *
 * Returns: (transfer full): the brief, some thousand characters at most
 */
char *
sg_scenario_dup_model_brief (SgScenario *self,
                             const char *language)
{
  g_autoptr (SgWorld) world = NULL;
  g_autoptr (SgView) view = NULL;
  JsonObject *brief;
  GString *out;

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  world = sg_world_new ();
  sg_scenario_fill_world (self, world);
  view = sg_view_new (self, world, language, 0);
  brief = sg_scenario_get_section (self, "brief");
  out = g_string_new (NULL);

  g_string_append_printf (out, "The scenario is “%s”. %s\n\n", sg_scenario_get_title (self),
                          sg_scenario_get_summary (self));
  append_part (view, out, "Setting", sg_member (brief, "setting"));
  append_part (view, out, "Tone", sg_member (brief, "tone"));
  append_part (view, out, "Rules", sg_member (brief, "rules"));
  append_part (view, out, "What the player does not know", sg_member (brief, "secrets"));
  append_entities (view, out, "Places", SG_ENTITY_PLACE);
  append_entities (view, out, "People", SG_ENTITY_PERSON);
  append_entities (view, out, "Deities", SG_ENTITY_DEITY);
  append_named (view, out, "goals", "Goals", "name");
  append_named (view, out, "clocks", "Clocks", "name");
  append_named (view, out, "endings", "Endings", "title");
  append_entities (view, out, "Things", SG_ENTITY_THING);
  g_string_append (out, conventions);

  return g_string_free (out, FALSE);
}
