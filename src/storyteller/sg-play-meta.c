/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player asks the storyteller rather than does in the story.  None of it takes time. */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include "storyteller/sg-words.h"

static void
tell_inventory (SgPlay *self)
{
  g_autoptr (GPtrArray) carried = sg_view_list_in (self->view, "player");
  g_autofree char *list = NULL;
  g_autofree char *line = NULL;

  if (carried->len == 0)
    {
      sg_play_say (self, "carry_nothing");
      return;
    }

  list = sg_play_dup_list (self, carried, SG_NAME_INDEFINITE);
  line = g_strdup_printf ("You have %s with you.", list);
  sg_play_tell (self, line);
}

static void
tell_who (SgPlay *self)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);
  g_autofree char *list = NULL;
  g_autofree char *line = NULL;

  if (people->len == 0)
    {
      sg_play_tell (self, "You are alone here.");
      return;
    }

  list = sg_play_dup_list (self, people, SG_NAME_DEFINITE);
  line = g_strdup_printf ("%s %s here.", list, people->len > 1 ? "are" : "is");
  line[0] = g_ascii_toupper (line[0]);
  sg_play_tell (self, line);
}

static void
tell_where (SgPlay *self)
{
  g_autofree char *name = sg_view_dup_name (self->view, sg_view_get_place (self->view), SG_NAME_DEFINITE);
  g_autofree char *line = g_strdup_printf ("This is %s.", name);

  sg_play_tell (self, line);
  sg_play_describe_place (self, FALSE);
}

static void
tell_exits (SgPlay *self)
{
  g_autofree char *exits = sg_play_dup_exits (self);
  g_autofree char *line = NULL;

  if (exits[0] == '\0')
    {
      sg_play_tell (self, "You see no way out of here.");
      return;
    }

  line = g_strdup_printf ("From here you can go %s.", exits);
  sg_play_tell (self, line);
}

/* The next hint of the first open goal that has one left that holds. */
static gboolean
tell_hint (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *goal = g_ptr_array_index (entities, i);
      JsonArray *hints = goal->kind == SG_ENTITY_GOAL ? sg_member_array (goal->data, "hints") : NULL;
      gint64 n_told;

      if (hints == NULL || g_strcmp0 (sg_view_get_word (self->view, goal->id, "state"), "open") != 0)
        continue;

      n_told = sg_view_get_number (self->view, goal->id, "hints_told");
      for (guint j = (guint) MAX (n_told, 0); j < json_array_get_length (hints); j++)
        {
          g_autofree char *hint = sg_view_render (self->view, json_array_get_element (hints, j));

          if (hint[0] == '\0')
            continue;
          sg_play_tell (self, hint);
          sg_world_set_int (self->world, goal->id, "hints_told", j + 1);
          return TRUE;
        }
    }

  return FALSE;
}

static void
tell_goals (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  g_autoptr (GString) open = g_string_new (NULL);
  g_autoptr (GString) done = g_string_new (NULL);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *goal = g_ptr_array_index (entities, i);
      const char *state = goal->kind == SG_ENTITY_GOAL ? sg_view_get_word (self->view, goal->id, "state") : NULL;
      g_autofree char *name = NULL;
      GString *list;

      if (state == NULL)
        continue;
      list = g_str_equal (state, "open") ? open : g_str_equal (state, "done") ? done : NULL;
      if (list == NULL)
        continue;
      name = sg_view_render (self->view, sg_member (goal->data, "name"));
      g_string_append_printf (list, "%s%s", list->len > 0 ? "; " : "", name);
    }

  if (open->len > 0)
    {
      g_autofree char *line = g_strdup_printf ("Before you: %s.", open->str);

      sg_play_tell (self, line);
    }
  if (done->len > 0)
    {
      g_autofree char *line = g_strdup_printf ("Behind you: %s.", done->str);

      sg_play_tell (self, line);
    }
  if (open->len == 0 && done->len == 0)
    sg_play_tell (self, "Nothing presses you. Look around, and see what wants doing.");
}

static void
tell_help (SgPlay *self)
{
  sg_play_say (self, "help");
  tell_goals (self);
  tell_hint (self);
  tell_exits (self);
}

static void
tell_clocks (SgPlay *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  gboolean any = FALSE;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *clock = g_ptr_array_index (entities, i);
      g_autofree char *name = NULL;
      g_autofree char *line = NULL;
      gint64 size;

      if (clock->kind != SG_ENTITY_CLOCK || (size = sg_member_int (clock->data, "size", 0)) == 0)
        continue;
      name = sg_view_render (self->view, sg_member (clock->data, "name"));
      line = g_strdup_printf ("%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT ".", name,
                              sg_view_get_number (self->view, clock->id, "value"), size);
      sg_play_tell (self, line);
      any = TRUE;
    }

  if (!any)
    sg_play_tell (self, "There is time.");
}

static void
tell_player (SgPlay *self)
{
  JsonNode *description = sg_member (sg_scenario_get_section (self->scenario, "player"), "description");

  if (description != NULL)
    sg_play_tell_node (self, description);
  tell_inventory (self);
}

static void
tell_where_is (SgPlay    *self,
               SgCommand *command)
{
  g_auto (SgTarget) target = sg_resolve (self->view, command->objects != NULL ? command->objects[0] : NULL,
                                         SG_PREFER_NOTHING);
  g_autofree char *name = NULL;
  g_autofree char *line = NULL;

  if (target.type == SG_TARGET_EXIT)
    {
      tell_exits (self);
      return;
    }
  if (target.type != SG_TARGET_ENTITY)
    {
      sg_play_say (self, target.present ? "nothing_special" : "not_here");
      return;
    }

  name = sg_view_dup_name (self->view, target.entity->id, SG_NAME_DEFINITE);
  if (target.entity->kind == SG_ENTITY_THING && sg_view_is_carried (self->view, target.entity->id))
    line = g_strdup_printf ("You have %s with you.", name);
  else if (target.present)
    line = g_strdup_printf ("%s %s right here.", name, sg_view_is_plural (self->view, target.entity->id) ? "are" : "is");
  else
    line = g_strdup_printf ("You do not see %s here.", name);
  line[0] = g_ascii_toupper (line[0]);
  sg_play_tell (self, line);
}

/**
 * sg_play_do_meta:
 *
 * Returns: whether @command was a question to the storyteller
 */
gboolean
sg_play_do_meta (SgPlay    *self,
                 SgCommand *command)
{
  static const struct
  {
    const char *verb;
    void      (*func) (SgPlay *self);
  } questions[] = {
    { "inventory", tell_inventory }, { "who", tell_who },     { "where", tell_where }, { "exits", tell_exits },
    { "goals", tell_goals },         { "help", tell_help },   { "time", tell_clocks }, { "who_am_i", tell_player },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (g_str_equal (command->verb, questions[i].verb))
        {
          questions[i].func (self);
          return TRUE;
        }
    }

  if (g_str_equal (command->verb, "hint"))
    {
      if (!tell_hint (self))
        tell_goals (self);
      return TRUE;
    }
  if (g_str_equal (command->verb, "where_is"))
    {
      tell_where_is (self, command);
      return TRUE;
    }

  return FALSE;
}
