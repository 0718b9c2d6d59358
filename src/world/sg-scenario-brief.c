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

/* The line that a list is cut after, and those that say what was cut. */
#define MARGIN 256

/* How much is said of everything: the first that fits is taken.  Characters, too. */
typedef struct
{
  glong line;
  glong part;
} Detail;

static const Detail details[] = {
  { 220, 2000 }, { 150, 1200 }, { 100, 700 }, { 60, 450 }, { 30, 300 }, { 0, 200 },
};

typedef struct
{
  SgView  *view;
  GString *out;
  Detail   detail;
  gsize    limit;
} Brief;

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
append_part (Brief      *brief,
             const char *title,
             JsonNode   *text)
{
  g_autofree char *rendered = NULL;
  g_autofree char *part = NULL;

  if (text == NULL)
    return;

  rendered = sg_view_render (brief->view, text);
  part = shorten (rendered, brief->detail.part);
  g_string_append_printf (brief->out, "%s: %s\n\n", title, part);
}

static char *
dup_line (Brief    *brief,
          JsonNode *text)
{
  g_autofree char *rendered = NULL;

  if (brief->detail.line == 0)
    return g_strdup ("");

  rendered = sg_view_render (brief->view, text);
  g_strdelimit (rendered, "\n", ' ');

  return shorten (rendered, brief->detail.line);
}

static void
append_exits (GString        *out,
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
append_entity (Brief          *brief,
               const SgEntity *entity)
{
  GString *out = brief->out;
  g_autofree char *name = sg_view_dup_name (brief->view, entity->id, SG_NAME_BARE);
  g_autofree char *line = dup_line (brief, sg_member (entity->data, "description"));
  const char *at = sg_member_string (entity->data, "at");

  g_string_append_printf (out, "- %s (%s", entity->id, name);
  if (at != NULL)
    g_string_append_printf (out, ", at %s", at);
  g_string_append_printf (out, ")%s%s", line[0] != '\0' ? ": " : "", line);
  if (entity->kind == SG_ENTITY_PLACE)
    append_exits (out, entity);
  g_string_append_c (out, '\n');
}

/* A list that does not fit is cut where it stands, and says so. */
static void
append_entities (Brief        *brief,
                 const char   *title,
                 SgEntityKind  kind)
{
  GPtrArray *entities = sg_scenario_get_entities (sg_view_get_scenario (brief->view));
  GString *out = brief->out;
  gboolean first = TRUE;
  guint n_left = 0;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind != kind)
        continue;
      if (out->len > brief->limit)
        {
          n_left++;
          continue;
        }
      if (first)
        g_string_append_printf (out, "%s:\n", title);
      first = FALSE;
      append_entity (brief, entity);
    }

  if (n_left > 0)
    g_string_append_printf (out, "(and %u more)\n", n_left);
  if (!first)
    g_string_append_c (out, '\n');
}

static void
append_named (Brief      *brief,
              const char *section,
              const char *title,
              const char *member)
{
  JsonObject *object = sg_scenario_get_section (sg_view_get_scenario (brief->view), section);
  GString *out = brief->out;
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (object == NULL || out->len > brief->limit)
    return;

  g_string_append_printf (out, "%s:\n", title);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      g_autofree char *line = NULL;

      if (id[0] == '#' || out->len > brief->limit)
        continue;
      line = dup_line (brief, sg_member (json_node_get_object (node), member));
      g_string_append_printf (out, "- %s: %s\n", id, line);
    }
  g_string_append_c (out, '\n');
}

static const char conventions[] =
  "The world is kept as facts: an entity (the ids above, `player`, `story`) has attributes. "
  "`player.place` is where the player is; `X.place` where a person or thing is (the id of a place, `player` when carried, a person, "
  "another thing, or `nowhere`). `X.open`, `X.locked`, `X.lit`, `X.hidden` are true or false; `PERSON.mood` is a word; "
  "`GOAL.state` is open, done or failed; `CLOCK.value` is a number; `story.ending` is the id of the ending when the story ends.\n";

static void
append_all (Brief *brief)
{
  SgScenario *scenario = sg_view_get_scenario (brief->view);
  JsonObject *said = sg_scenario_get_section (scenario, "brief");

  g_string_append_printf (brief->out, "The scenario is “%s”. %s\n\n",
                          sg_scenario_get_title (scenario), sg_scenario_get_summary (scenario));
  append_part (brief, "Setting", sg_member (said, "setting"));
  append_part (brief, "Tone", sg_member (said, "tone"));
  append_part (brief, "Rules", sg_member (said, "rules"));
  append_part (brief, "What the player does not know", sg_member (said, "secrets"));
  append_entities (brief, "Places", SG_ENTITY_PLACE);
  append_entities (brief, "People", SG_ENTITY_PERSON);
  append_entities (brief, "Deities", SG_ENTITY_DEITY);
  append_named (brief, "goals", "Goals", "name");
  append_named (brief, "clocks", "Clocks", "name");
  append_named (brief, "endings", "Endings", "title");
  append_entities (brief, "Things", SG_ENTITY_THING);
  g_string_append (brief->out, conventions);
}

/**
 * sg_scenario_dup_model_brief:
 * @language: (nullable): a language tag
 * @max_length: how many bytes it may have, where that can be kept to; 0 for as many as are of use
 *
 * Makes what a language model is told of the scenario: setting, tone, rules, who and
 * what there is, and how the state is written down.  Depends on these arguments
 * alone.  Where there is little room less is said of each thing, so that all of them are
 * named; what is left out a model finds with its tools.
 *
 * Returns: (transfer full): the brief, some thousand characters at most
 */
char *
sg_scenario_dup_model_brief (SgScenario *self,
                             const char *language,
                             gsize       max_length)
{
  g_autoptr (SgWorld) world = NULL;
  g_autoptr (SgView) view = NULL;
  Brief brief = { 0 };

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  world = sg_world_new ();
  sg_scenario_fill_world (self, world);
  view = sg_view_new (self, world, language, 0);
  brief.view = view;
  brief.limit = MAX_BRIEF;
  if (max_length > 0)
    brief.limit = MIN (MAX_BRIEF, max_length - MIN (max_length, sizeof conventions + MARGIN));

  for (guint i = 0; i < G_N_ELEMENTS (details); i++)
    {
      if (brief.out != NULL)
        g_string_free (brief.out, TRUE);
      brief.out = g_string_new (NULL);
      brief.detail = details[i];
      append_all (&brief);
      if (max_length == 0 || brief.out->len <= max_length)
        break;
    }

  return g_string_free (brief.out, FALSE);
}
