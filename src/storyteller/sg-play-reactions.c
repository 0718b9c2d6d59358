/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#define MAX_DEPTH 16

static gboolean
object_holds (SgPlay     *self,
              JsonObject *reaction,
              const char *key)
{
  if (!sg_view_holds (self->view, sg_member (reaction, "if")))
    return FALSE;

  if (sg_member_boolean (reaction, "once", FALSE))
    {
      g_autofree char *attribute = sg_reaction_dup_once (reaction, key);

      return !sg_view_is_set (self->view, "storyteller", attribute);
    }

  return TRUE;
}

static SgReacted
react_object (SgPlay     *self,
              JsonObject *reaction,
              const char *key)
{
  gsize told = self->text->len;
  SgReacted reacted = SG_REACTED_DONE;

  if (!object_holds (self, reaction, key))
    return sg_play_react (self, sg_member (reaction, "else"), key);

  if (sg_member_boolean (reaction, "once", FALSE))
    {
      g_autofree char *attribute = sg_reaction_dup_once (reaction, key);

      sg_world_set_boolean (self->world, "storyteller", attribute, TRUE);
    }

  if (sg_member (reaction, "check") != NULL)
    sg_play_check (self, sg_play_get_check (self, sg_member (reaction, "check")), reaction, key);
  else
    {
      sg_play_tell_node (self, sg_member (reaction, "text"));
      sg_play_apply (self, sg_member (reaction, "do"));
    }

  if (!self->waiting && sg_member (reaction, "then") != NULL)
    sg_play_react (self, sg_member (reaction, "then"), key);
  if (sg_member_boolean (reaction, "go_on", FALSE))
    reacted = self->text->len > told ? SG_REACTED_GO_ON_SILENT : SG_REACTED_GO_ON;

  return reacted;
}

/**
 * sg_play_react:
 * @reaction: (nullable): a reaction of the scenario
 * @key: where it stands, for those that happen once
 *
 * Lets a reaction happen, if it holds.
 *
 * Returns: whether it happened, and whether the ordinary outcome of the action follows
 */
SgReacted
sg_play_react (SgPlay     *self,
               JsonNode   *reaction,
               const char *key)
{
  SgReacted reacted = SG_REACTED_NO;

  if (reaction == NULL || self->waiting || self->depth > MAX_DEPTH)
    return SG_REACTED_NO;

  self->depth++;
  if (sg_reaction_is_plain_text (reaction))
    {
      sg_play_tell_node (self, reaction);
      reacted = SG_REACTED_DONE;
    }
  else if (JSON_NODE_HOLDS_ARRAY (reaction))
    {
      JsonArray *array = json_node_get_array (reaction);

      for (guint i = 0; i < json_array_get_length (array) && reacted == SG_REACTED_NO; i++)
        reacted = sg_play_react (self, json_array_get_element (array, i), key);
    }
  else if (JSON_NODE_HOLDS_OBJECT (reaction))
    {
      reacted = react_object (self, json_node_get_object (reaction), key);
    }
  self->depth--;

  return self->waiting ? SG_REACTED_DONE : reacted;
}

/* Of `on` of an entity or of the scenario: the verb, with the second entity or without. */
static JsonNode *
get_on (SgPlay     *self,
        const char *entity,
        const char *verb,
        const char *second)
{
  const SgEntity *found = sg_play_lookup (self, entity);
  JsonObject *on = NULL;
  g_autofree char *key = second != NULL ? g_strconcat (verb, " ", second, NULL) : g_strdup (verb);

  if (entity == NULL)
    on = sg_scenario_get_section (self->scenario, "on");
  else if (found != NULL)
    on = sg_member_object (found->data, "on");

  return sg_member (on, key);
}

static SgReacted
try_on (SgPlay     *self,
        const char *entity,
        const char *verb,
        const char *second)
{
  JsonNode *reaction = get_on (self, entity, verb, second);
  g_autofree char *key = NULL;

  if (reaction == NULL)
    return SG_REACTED_NO;

  key = g_strdup_printf ("%s:%s:%s", entity != NULL ? entity : "", verb, second != NULL ? second : "");

  return sg_play_react (self, reaction, key);
}

/* Where a pair can stand: it is looked for in this order. */
typedef struct
{
  const char *entity;
  const char *second;
} Place;

static guint
list_places (SgPlay     *self,
             const char *object,
             const char *second,
             Place       places[8])
{
  const char *here = sg_view_get_place (self->view);
  guint n = 0;

  if (object != NULL && second != NULL)
    {
      places[n++] = (Place) { object, second };
      places[n++] = (Place) { second, object };
    }
  if (object != NULL)
    places[n++] = (Place) { object, NULL };
  if (second != NULL)
    places[n++] = (Place) { second, NULL };
  if (object != NULL)
    places[n++] = (Place) { here, object };
  places[n++] = (Place) { here, NULL };
  if (object != NULL)
    places[n++] = (Place) { NULL, object };
  places[n++] = (Place) { NULL, NULL };

  return n;
}

/* To look in a place is not to look at all that is in it. */
static gboolean
is_too_general (SgPlay      *self,
                const Place *place,
                const char  *verb,
                const char  *object)
{
  static const char *const about_place[] = { "look", "enter", "leave", "go", "talk", NULL };

  if (place->second != NULL || object == NULL || !g_strv_contains (about_place, verb))
    return FALSE;

  return place->entity == NULL || g_strcmp0 (place->entity, sg_view_get_place (self->view)) == 0;
}

/**
 * sg_play_on:
 * @verb: a verb
 * @object: (nullable): what it is done to
 * @second: (nullable): with what, to whom
 *
 * Looks for what the scenario has to say to an action, the most exact first, and lets it happen.
 *
 * Returns: whether something happened, and whether the ordinary outcome follows
 */
SgReacted
sg_play_on (SgPlay     *self,
            const char *verb,
            const char *object,
            const char *second)
{
  SgReacted reacted = SG_REACTED_NO;
  Place places[8];
  guint n = list_places (self, object, second, places);

  for (guint i = 0; i < n && reacted == SG_REACTED_NO; i++)
    {
      if (!is_too_general (self, &places[i], verb, object))
        reacted = try_on (self, places[i].entity, verb, places[i].second);
    }

  return reacted;
}

gboolean
sg_play_has_on (SgPlay     *self,
                const char *verb,
                const char *object,
                const char *second)
{
  Place places[8];
  guint n = list_places (self, object, second, places);

  for (guint i = 0; i < n; i++)
    {
      if (!is_too_general (self, &places[i], verb, object)
          && get_on (self, places[i].entity, verb, places[i].second) != NULL)
        return TRUE;
    }

  return FALSE;
}
