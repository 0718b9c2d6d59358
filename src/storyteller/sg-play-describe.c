/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

/**
 * sg_play_dup_list:
 *
 * Returns: (transfer full): "a lamp, a key and a coin"
 */
char *
sg_play_dup_list (SgPlay     *self,
                  GPtrArray  *entities,
                  SgNameForm  form)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);
      g_autofree char *name = sg_view_dup_name (self->view, entity->id, form);

      if (i > 0)
        g_string_append (list, i + 1 == entities->len ? " and " : ", ");
      g_string_append (list, name);
    }

  return g_string_free (list, FALSE);
}

/* A thing that was never moved is where the author put it, and is told of in the author's words. */
static gboolean
is_unmoved (SgPlay         *self,
            const SgEntity *entity)
{
  JsonArray *array = sg_member_array (entity->data, "at");
  const char *at = array != NULL && json_array_get_length (array) > 0 ? json_array_get_string_element (array, 0)
                                                                       : sg_member_string (entity->data, "at");

  return !sg_view_is_set (self->view, entity->id, "moved")
         && g_strcmp0 (at, sg_view_get_place_of (self->view, entity->id)) == 0;
}

static void
mention_things (SgPlay    *self,
                GPtrArray *things,
                GString   *out)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (guint i = 0; i < things->len; i++)
    {
      const SgEntity *thing = g_ptr_array_index (things, i);
      JsonNode *mention = sg_member (thing->data, "mention");

      if (mention != NULL && is_unmoved (self, thing))
        {
          g_autofree char *text = sg_view_render (self->view, mention);

          if (text[0] != '\0')
            g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", text);
        }
      else
        {
          g_ptr_array_add (listed, (gpointer) thing);
        }
    }

  if (listed->len == 0)
    return;

  list = sg_play_dup_list (self, listed, SG_NAME_INDEFINITE);
  g_string_append_printf (out, "%sYou see %s here.", out->len > 0 ? " " : "", list);
}

static void
mention_people (SgPlay  *self,
                GString *out)
{
  g_autoptr (GPtrArray) people = sg_view_list_here (self->view, SG_ENTITY_PERSON);

  for (guint i = 0; i < people->len; i++)
    {
      const SgEntity *person = g_ptr_array_index (people, i);
      g_autofree char *text = NULL;

      if (sg_member (person->data, "mention") != NULL)
        text = sg_view_render (self->view, sg_member (person->data, "mention"));
      else
        {
          g_autofree char *name = sg_view_dup_name (self->view, person->id, SG_NAME_INDEFINITE);
          g_autofree char *line = g_strdup_printf ("%s is here.", name);

          line[0] = g_ascii_toupper (line[0]);
          text = g_steal_pointer (&line);
        }

      if (text[0] != '\0')
        g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", text);
    }
}

/* The deities of a place are only seen where their author shows them. */
static void
mention_deities (SgPlay  *self,
                 GString *out)
{
  g_autoptr (GPtrArray) deities = sg_view_list_here (self->view, SG_ENTITY_DEITY);

  for (guint i = 0; i < deities->len; i++)
    {
      const SgEntity *deity = g_ptr_array_index (deities, i);
      g_autofree char *text = sg_view_render (self->view, sg_member (deity->data, "mention"));

      if (text[0] != '\0')
        g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", text);
    }
}

static void
mention_contents (SgPlay    *self,
                  GPtrArray *things,
                  GString   *out)
{
  for (guint i = 0; i < things->len; i++)
    {
      const SgEntity *holder = g_ptr_array_index (things, i);
      g_autoptr (GPtrArray) inside = sg_view_list_in (self->view, holder->id);
      gboolean surface = sg_member_boolean (holder->data, "surface", FALSE);
      g_autofree char *name = NULL;
      g_autofree char *list = NULL;

      if (inside->len == 0 || !sg_view_shows_inside (self->view, holder))
        continue;

      name = sg_view_dup_name (self->view, holder->id, SG_NAME_DEFINITE);
      list = sg_play_dup_list (self, inside, SG_NAME_INDEFINITE);
      g_string_append_printf (out, "%s%s %s you see %s.", out->len > 0 ? " " : "", surface ? "On" : "In", name, list);
    }
}

/**
 * sg_play_describe_place:
 * @again: whether the player comes back, rather than looks or comes for the first time
 *
 * Tells where the player is, and who and what is there.
 */
void
sg_play_describe_place (SgPlay   *self,
                        gboolean  again)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  g_autoptr (GString) company = g_string_new (NULL);
  g_autoptr (GPtrArray) things = NULL;

  if (place == NULL)
    return;

  if (sg_view_is_dark (self->view))
    {
      JsonNode *text = sg_member (place->data, "dark_text");

      if (text != NULL)
        sg_play_tell_node (self, text);
      else
        sg_play_say (self, "dark");
      mention_people (self, company);
      sg_play_tell (self, company->str);
      return;
    }

  if (again && sg_member (place->data, "again") != NULL)
    sg_play_tell_node (self, sg_member (place->data, "again"));
  else
    sg_play_tell_node (self, sg_member (place->data, "description"));

  things = sg_view_list_in (self->view, place->id);
  mention_people (self, company);
  mention_deities (self, company);
  mention_things (self, things, company);
  mention_contents (self, things, company);
  sg_play_tell (self, company->str);
}

static void
describe_state (SgPlay         *self,
                const SgEntity *thing)
{
  g_autoptr (GPtrArray) holders = g_ptr_array_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  g_ptr_array_add (holders, (gpointer) thing);
  mention_contents (self, holders, out);
  sg_play_tell_inline (self, out->str);
}

/**
 * sg_play_describe:
 * @entity: who or what
 *
 * Tells what the player sees of somebody or something.
 */
void
sg_play_describe (SgPlay         *self,
                  const SgEntity *entity)
{
  JsonNode *description = sg_member (entity->data, "description");
  gsize told = self->text->len;

  if (entity->kind == SG_ENTITY_PLACE)
    {
      sg_play_describe_place (self, FALSE);
      return;
    }

  sg_play_set_vars (self, "thing", entity->id);
  if (description != NULL)
    sg_play_tell_node (self, description);
  if (self->text->len == told)
    sg_play_say (self, "nothing_special");
  if (entity->kind == SG_ENTITY_THING)
    describe_state (self, entity);
}

/* How an exit is spoken of: its direction, and its name or where it leads if that is known. */
char *
sg_exit_dup_name (SgPlay     *self,
                  const char *key,
                  JsonNode   *exit)
{
  const char *to = sg_exit_get_to (exit);
  g_autofree char *spaced = g_strdelimit (g_strdup (key), "_", ' ');

  if (to != NULL && sg_view_is_set (self->view, to, "visited")
      && g_strcmp0 (to, sg_view_get_place (self->view)) != 0)
    {
      g_autofree char *place = sg_view_dup_name (self->view, to, SG_NAME_DEFINITE);

      return g_strdup_printf ("%s to %s", spaced, place);
    }

  if (JSON_NODE_HOLDS_OBJECT (exit) && sg_member (json_node_get_object (exit), "name") != NULL)
    {
      g_autofree char *name = sg_view_render (self->view, sg_member (json_node_get_object (exit), "name"));

      return g_strdup_printf ("%s (%s)", spaced, name);
    }

  return g_steal_pointer (&spaced);
}

/* "north, up to the chapel and out (back door)" */
char *
sg_play_dup_exits (SgPlay *self)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GString *list = g_string_new (NULL);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (exits != NULL)
    {
      json_object_iter_init_ordered (&iter, exits);
      while (json_object_iter_next_ordered (&iter, &key, &node))
        {
          JsonNode *exit = sg_exit_choose (self->view, node);

          if (key[0] != '#' && sg_exit_is_known (self->view, exit))
            g_ptr_array_add (names, sg_exit_dup_name (self, key, exit));
        }
    }

  for (guint i = 0; i < names->len; i++)
    {
      if (i > 0)
        g_string_append (list, i + 1 == names->len ? " and " : ", ");
      g_string_append (list, g_ptr_array_index (names, i));
    }

  return g_string_free (list, FALSE);
}
