/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-view-private.h"

/* Things lie in things; a chain longer than this is a circle. */
#define MAX_CHAIN 8

/**
 * sg_view_get_place:
 *
 * Returns: (nullable): where the player is
 */
const char *
sg_view_get_place (SgView *self)
{
  return sg_view_get_word (self, "player", "place");
}

/**
 * sg_view_get_place_of:
 * @id: a person or thing
 *
 * Returns: (nullable): where it is, as the fact says: a place, a person, a thing, `player`
 */
const char *
sg_view_get_place_of (SgView     *self,
                      const char *id)
{
  return sg_view_get_word (self, id, "place");
}

/* A door is in several places at once, as long as nothing has moved it. */
static gboolean
is_in_listed_place (const SgEntity *entity,
                    const char     *now,
                    const char     *place)
{
  JsonArray *array = sg_member_array (entity->data, "at");
  gboolean found = FALSE;

  if (array == NULL || json_array_get_length (array) == 0
      || g_strcmp0 (now, json_array_get_string_element (array, 0)) != 0)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (array) && !found; i++)
    found = g_strcmp0 (json_array_get_string_element (array, i), place) == 0;

  return found;
}

/**
 * sg_view_is_in:
 * @id: a person or thing
 * @place: a place, or what else holds things
 *
 * Returns: whether it is there itself (not in something that is there)
 */
gboolean
sg_view_is_in (SgView     *self,
               const char *id,
               const char *place)
{
  const SgEntity *entity = sg_scenario_lookup (self->scenario, id);
  const char *now = sg_view_get_place_of (self, id);

  if (entity == NULL || now == NULL || place == NULL)
    return FALSE;

  return g_str_equal (now, place) || is_in_listed_place (entity, now, place);
}

/* Whether what lies in or on a thing can be seen and reached. */
gboolean
sg_view_shows_inside (SgView         *self,
                      const SgEntity *holder)
{
  if (sg_member_boolean (holder->data, "surface", FALSE))
    return TRUE;
  if (!sg_member_boolean (holder->data, "openable", FALSE))
    return TRUE;

  return sg_view_is_set (self, holder->id, "open");
}

/**
 * sg_view_is_carried:
 * @id: a thing
 *
 * Returns: whether the player carries it, in the hand or in something
 */
gboolean
sg_view_is_carried (SgView     *self,
                    const char *id)
{
  const char *at = sg_view_get_place_of (self, id);

  for (guint i = 0; i < MAX_CHAIN && at != NULL; i++)
    {
      const SgEntity *holder;

      if (g_str_equal (at, "player"))
        return TRUE;

      holder = sg_scenario_lookup (self->scenario, at);
      if (holder == NULL || holder->kind != SG_ENTITY_THING || !sg_view_shows_inside (self, holder))
        return FALSE;
      at = sg_view_get_place_of (self, at);
    }

  return FALSE;
}

/* Whether a thing is with the player, whatever the light. */
static gboolean
is_within_reach (SgView     *self,
                 const char *id,
                 guint       depth)
{
  const char *at = sg_view_get_place_of (self, id);
  const SgEntity *holder;

  if (at == NULL || depth > MAX_CHAIN || sg_view_is_set (self, id, "hidden"))
    return FALSE;
  if (g_str_equal (at, "player") || sg_view_is_in (self, id, sg_view_get_place (self)))
    return TRUE;

  holder = sg_scenario_lookup (self->scenario, at);
  if (holder == NULL || (holder->kind != SG_ENTITY_THING && holder->kind != SG_ENTITY_PERSON))
    return FALSE;
  if (holder->kind == SG_ENTITY_THING && !sg_view_shows_inside (self, holder))
    return FALSE;

  return is_within_reach (self, at, depth + 1);
}

/**
 * sg_view_is_dark:
 *
 * Returns: whether it is dark where the player is, and nothing gives light
 */
gboolean
sg_view_is_dark (SgView *self)
{
  const SgEntity *place = sg_scenario_lookup (self->scenario, sg_view_get_place (self));
  GPtrArray *entities;
  JsonNode *dark;

  dark = place != NULL ? sg_member (place->data, "dark") : NULL;
  /* A condition on darkness about darkness would never end. */
  if (dark == NULL || self->depth > 24)
    return FALSE;

  self->depth++;
  if (!sg_view_holds (self, dark))
    {
      self->depth--;
      return FALSE;
    }
  self->depth--;

  entities = sg_scenario_get_entities (self->scenario);
  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_THING && sg_member_boolean (entity->data, "light", FALSE)
          && sg_view_is_set (self, entity->id, "lit") && is_within_reach (self, entity->id, 0))
        return FALSE;
    }

  return TRUE;
}

/**
 * sg_view_is_here:
 * @id: a place, person, thing or deity
 *
 * Returns: whether it is with the player and can be perceived.  In the dark that is what
 *   the player carries, who is there (they can be heard), and nothing else.
 */
gboolean
sg_view_is_here (SgView     *self,
                 const char *id)
{
  const SgEntity *entity = sg_scenario_lookup (self->scenario, id);

  if (entity == NULL)
    return FALSE;
  if (entity->kind == SG_ENTITY_PLACE)
    return g_strcmp0 (sg_view_get_place (self), id) == 0;
  if (!is_within_reach (self, id, 0))
    return FALSE;

  return entity->kind != SG_ENTITY_THING || sg_view_is_carried (self, id) || !sg_view_is_dark (self);
}

/**
 * sg_view_list_here:
 * @kind: people, things or deities
 *
 * Returns: (transfer full) (element-type SgEntity): those that are with the player
 */
GPtrArray *
sg_view_list_here (SgView       *self,
                   SgEntityKind  kind)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  GPtrArray *here = g_ptr_array_new ();

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == kind && sg_view_is_here (self, entity->id))
        g_ptr_array_add (here, (gpointer) entity);
    }

  return here;
}

/**
 * sg_view_list_in:
 * @holder: a place, a person, a thing or `player`
 *
 * Returns: (transfer full) (element-type SgEntity): the things that are there, without
 *   those that are hidden
 */
GPtrArray *
sg_view_list_in (SgView     *self,
                 const char *holder)
{
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_THING && sg_view_is_in (self, entity->id, holder)
          && !sg_view_is_set (self, entity->id, "hidden"))
        g_ptr_array_add (found, (gpointer) entity);
    }

  return found;
}
