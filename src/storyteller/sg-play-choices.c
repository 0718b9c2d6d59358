/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is offered as buttons: the author's suggestions that hold, and then what
 * the world itself suggests.  Each is a sentence that the storyteller understands.
 */

#include "config.h"

#include "storyteller/sg-play-private.h"

#define MAX_CHOICES 4

typedef struct
{
  char   *text;
  gint64  weight;
  guint   order;
} Suggestion;

static void
suggestion_clear (gpointer data)
{
  g_free (((Suggestion *) data)->text);
}

static void
suggest (SgPlay *self,
         GArray *list,
         gint64  weight,
         char   *text)
{
  Suggestion suggestion = { text, weight * 16 + sg_view_random (self->view, 8), list->len };

  for (guint i = 0; i < list->len; i++)
    {
      if (g_ascii_strcasecmp (g_array_index (list, Suggestion, i).text, text) == 0)
        {
          g_free (text);
          return;
        }
    }

  g_array_append_val (list, suggestion);
}

static void
suggest_authored (SgPlay *self,
                  GArray *list)
{
  JsonArray *choices = sg_member_array (sg_scenario_get_root (self->scenario), "choices");

  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    {
      JsonObject *choice = json_array_get_object_element (choices, i);
      g_autofree char *text = NULL;

      if (!sg_view_holds (self->view, sg_member (choice, "if")))
        continue;
      text = sg_view_render (self->view, sg_member (choice, "text"));
      if (text[0] != '\0')
        suggest (self, list, 10 + sg_member_int (choice, "weight", 1), g_steal_pointer (&text));
    }
}

/* A topic of somebody here that they have not spoken of yet. */
static void
suggest_topics (SgPlay         *self,
                GArray         *list,
                const SgEntity *person)
{
  JsonObject *topics = sg_member_object (person->data, "topics");
  g_autofree char *name = sg_view_dup_name (self->view, person->id, SG_NAME_DEFINITE);
  JsonObjectIter iter;
  const char *topic;
  JsonNode *node;

  if (!sg_play_can_talk (self, person->id))
    return;

  if (!sg_view_is_set (self->view, person->id, "met"))
    suggest (self, list, 7, g_strdup_printf ("Talk to %s", name));
  if (topics == NULL)
    return;

  json_object_iter_init_ordered (&iter, topics);
  while (json_object_iter_next_ordered (&iter, &topic, &node))
    {
      g_autofree char *attribute = g_strconcat ("told_", topic, NULL);
      g_autofree char *about = NULL;

      if (topic[0] == '#' || sg_view_is_set (self->view, person->id, attribute)
          || !sg_play_topic_is_open (self, person, topic, node)
          || (JSON_NODE_HOLDS_OBJECT (node)
              && !sg_member_boolean (json_node_get_object (node), "suggest", TRUE)))
        continue;

      about = sg_play_dup_topic_name (self, topic, node);
      suggest (self, list, 6, g_strdup_printf ("Ask %s about %s", name, about));
    }
}

/* Whether what the author suggests is the same way. */
static gboolean
is_suggested (SgPlay     *self,
              GArray     *list,
              const char *direction)
{
  for (guint i = 0; i < list->len; i++)
    {
      g_autoptr (GPtrArray) commands =
        sg_command_parse (g_array_index (list, Suggestion, i).text, "do",
                          sg_scenario_get_section (self->scenario, "verbs"), sg_play_names_person, self);

      if (commands->len == 1
          && g_strcmp0 (((SgCommand *) g_ptr_array_index (commands, 0))->direction, direction) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
suggest_exits (SgPlay *self,
               GArray *list)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  const char *back = sg_view_get_word (self->view, "storyteller", "back");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (exits == NULL)
    return;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonNode *exit = key[0] != '#' ? sg_exit_choose (self->view, node) : NULL;
      const char *to;
      gboolean visited;

      if (!sg_exit_is_known (self->view, exit))
        continue;
      if (JSON_NODE_HOLDS_OBJECT (exit) && !sg_view_holds (self->view, sg_member (json_node_get_object (exit), "if")))
        continue;
      if (is_suggested (self, list, key))
        continue;

      to = sg_exit_get_to (exit);
      visited = sg_view_is_set (self->view, to, "visited");
      if (visited)
        {
          g_autofree char *name = sg_view_dup_name (self->view, to, SG_NAME_DEFINITE);

          suggest (self, list, g_strcmp0 (to, back) == 0 ? 1 : 3, g_strdup_printf ("Go to %s", name));
        }
      else
        {
          g_autofree char *spaced = g_strdelimit (g_strdup (key), "_", ' ');

          suggest (self, list, 5, g_strdup_printf ("Go %s", spaced));
        }
    }
}

static void
suggest_things (SgPlay *self,
                GArray *list)
{
  g_autoptr (GPtrArray) things = sg_view_list_here (self->view, SG_ENTITY_THING);

  for (guint i = 0; i < things->len; i++)
    {
      const SgEntity *thing = g_ptr_array_index (things, i);
      const SgEntity *holder = sg_play_lookup (self, sg_view_get_place_of (self->view, thing->id));
      g_autofree char *name = NULL;

      if (holder != NULL && holder->kind == SG_ENTITY_PERSON)
        continue;

      name = sg_view_dup_name (self->view, thing->id, SG_NAME_DEFINITE);
      if (sg_member_boolean (thing->data, "openable", FALSE) && !sg_view_is_set (self->view, thing->id, "open")
          && !sg_view_is_set (self->view, thing->id, "locked"))
        suggest (self, list, 4, g_strdup_printf ("Open %s", name));
      else if (sg_view_is_carried (self->view, thing->id))
        {
          if (sg_member (thing->data, "read") != NULL && !sg_view_is_dark (self->view))
            suggest (self, list, 2, g_strdup_printf ("Read %s", name));
        }
      else if (sg_member (thing->data, "fixed") == NULL)
        suggest (self, list, 5, g_strdup_printf ("Take %s", name));
      else
        suggest (self, list, 2, g_strdup_printf ("Look at %s", name));
    }
}

static void
suggest_fortune (SgPlay *self,
                 GArray *list)
{
  JsonObject *fortunes = sg_scenario_get_section (self->scenario, "fortunes");
  const char *interpreter;

  if (fortunes == NULL || sg_view_get_word (self->view, "player", "slip") == NULL
      || sg_view_is_set (self->view, "player", "slip_read"))
    return;

  interpreter = sg_member_string (fortunes, "interpreter");
  if (interpreter == NULL)
    suggest (self, list, 9, g_strdup ("Interpret the slip"));
  else if (sg_view_is_here (self->view, interpreter) && sg_play_can_talk (self, interpreter))
    {
      g_autofree char *name = sg_view_dup_name (self->view, interpreter, SG_NAME_DEFINITE);

      suggest (self, list, 9, g_strdup_printf ("Ask %s about my slip", name));
    }
}

static int
compare_suggestions (gconstpointer a,
                     gconstpointer b)
{
  const Suggestion *left = a;
  const Suggestion *right = b;

  if (left->weight != right->weight)
    return left->weight > right->weight ? -1 : 1;

  return left->order < right->order ? -1 : left->order > right->order;
}

/**
 * sg_play_offer:
 *
 * Fills the choices; none where the story has ended.
 */
void
sg_play_offer (SgPlay *self)
{
  g_autoptr (GArray) list = NULL;
  g_autoptr (GPtrArray) people = NULL;

  if (sg_view_is_set (self->view, "story", "ending"))
    return;

  list = g_array_new (FALSE, FALSE, sizeof (Suggestion));
  g_array_set_clear_func (list, suggestion_clear);
  people = sg_view_list_here (self->view, SG_ENTITY_PERSON);

  suggest_authored (self, list);
  suggest_fortune (self, list);
  for (guint i = 0; i < people->len; i++)
    suggest_topics (self, list, g_ptr_array_index (people, i));
  suggest_things (self, list);
  suggest_exits (self, list);
  g_array_sort (list, compare_suggestions);

  for (guint i = 0; i < list->len && self->choices->len < MAX_CHOICES; i++)
    g_ptr_array_add (self->choices, g_strdup (g_array_index (list, Suggestion, i).text));
  if (self->choices->len == 1)
    g_ptr_array_add (self->choices, g_strdup ("Look around"));
}
