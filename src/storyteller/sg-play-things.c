/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What ordinarily comes of doing something to a thing, where the scenario does not say otherwise. */

#include "config.h"

#include "storyteller/sg-play-private.h"

typedef struct
{
  SgPlay         *play;
  const SgEntity *thing;
  const SgEntity *second;
  const char     *preposition;
  gboolean        silent;
} Deed;

static gboolean
is_marked (const SgEntity *thing,
           const char     *member)
{
  return thing->kind == SG_ENTITY_THING && sg_member_boolean (thing->data, member, FALSE);
}

/* The outcome in words, unless the scenario has told it already. */
static gboolean
outcome (Deed       *deed,
         const char *phrase)
{
  if (!deed->silent)
    sg_play_say (deed->play, phrase);

  return TRUE;
}

static gboolean
refuse (Deed       *deed,
        const char *phrase)
{
  sg_play_say (deed->play, phrase);
  deed->play->stop = TRUE;

  return TRUE;
}

static void
place_thing (Deed       *deed,
             const char *where)
{
  SgWorld *world = deed->play->world;

  sg_world_set_string (world, deed->thing->id, "place", where);
  if (!sg_view_is_set (deed->play->view, deed->thing->id, "moved"))
    sg_world_set_boolean (world, deed->thing->id, "moved", TRUE);
}

static gboolean
do_take (Deed *deed)
{
  SgView *view = deed->play->view;
  JsonNode *fixed = sg_member (deed->thing->data, "fixed");
  const char *at = sg_view_get_place_of (view, deed->thing->id);
  const SgEntity *holder = sg_play_lookup (deed->play, at);

  if (deed->thing->kind != SG_ENTITY_THING)
    {
      sg_play_set_vars (deed->play, "person", deed->thing->id);
      return refuse (deed, "take_person");
    }
  if (sg_view_is_in (view, deed->thing->id, "player"))
    return refuse (deed, "already_so");
  if (fixed != NULL && (sg_node_string (fixed) != NULL || !JSON_NODE_HOLDS_VALUE (fixed)))
    {
      sg_play_tell_node (deed->play, fixed);
      return TRUE;
    }
  if (sg_member_boolean (deed->thing->data, "fixed", FALSE))
    return refuse (deed, "cannot_take");
  if (holder != NULL && holder->kind == SG_ENTITY_PERSON)
    {
      sg_play_set_vars (deed->play, "person", holder->id);
      return refuse (deed, "take_person");
    }

  place_thing (deed, "player");

  return outcome (deed, "taken");
}

static gboolean
do_drop (Deed *deed)
{
  if (!sg_view_is_carried (deed->play->view, deed->thing->id))
    return refuse (deed, "not_carried");

  place_thing (deed, sg_view_get_place (deed->play->view));

  return outcome (deed, "dropped");
}

static gboolean
do_put (Deed *deed)
{
  SgView *view = deed->play->view;
  const SgEntity *holder = deed->second;

  if (holder == NULL)
    return do_drop (deed);
  if (!sg_view_is_carried (view, deed->thing->id))
    return refuse (deed, "not_carried");
  if (holder->kind == SG_ENTITY_PLACE)
    return do_drop (deed);
  if (holder == deed->thing || !(is_marked (holder, "container") || is_marked (holder, "surface")))
    return refuse (deed, "no_place_for");
  if (!sg_view_shows_inside (view, holder))
    return refuse (deed, "is_closed");

  place_thing (deed, holder->id);

  return outcome (deed, "put_in");
}

static gboolean
do_give (Deed *deed)
{
  if (deed->second == NULL || deed->second->kind != SG_ENTITY_PERSON)
    return FALSE;
  if (!sg_view_is_carried (deed->play->view, deed->thing->id))
    return refuse (deed, "not_carried");

  sg_play_set_vars (deed->play, "person", deed->second->id);
  /* A reaction that lets the gift go on means that it is taken. */
  if (!deed->silent)
    return refuse (deed, "given_refused");
  place_thing (deed, deed->second->id);

  return TRUE;
}

static gboolean
do_show (Deed *deed)
{
  if (deed->second == NULL || deed->second->kind != SG_ENTITY_PERSON)
    return FALSE;

  sg_play_set_vars (deed->play, "person", deed->second->id);

  return outcome (deed, "shown");
}

/* The key that fits, if the player has it or names it. */
static gboolean
has_key (Deed *deed)
{
  const char *key = sg_member_string (deed->thing->data, "key");

  if (key == NULL)
    return FALSE;
  if (deed->second != NULL && g_strcmp0 (deed->second->id, key) != 0)
    return FALSE;

  return sg_view_is_carried (deed->play->view, key);
}

static gboolean
do_unlock (Deed *deed)
{
  if (sg_member (deed->thing->data, "locked") == NULL && sg_member (deed->thing->data, "key") == NULL)
    return refuse (deed, "not_lockable");
  if (!sg_view_is_set (deed->play->view, deed->thing->id, "locked"))
    return refuse (deed, "already_so");
  if (!has_key (deed))
    return refuse (deed, "no_key");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "locked", FALSE);

  return outcome (deed, "unlocked");
}

static gboolean
do_lock (Deed *deed)
{
  if (sg_member (deed->thing->data, "key") == NULL)
    return refuse (deed, "not_lockable");
  if (sg_view_is_set (deed->play->view, deed->thing->id, "locked"))
    return refuse (deed, "already_so");
  if (!has_key (deed))
    return refuse (deed, "no_key");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "open", FALSE);
  sg_world_set_boolean (deed->play->world, deed->thing->id, "locked", TRUE);

  return outcome (deed, "locked");
}

static void
show_contents (Deed *deed)
{
  g_autoptr (GPtrArray) inside = sg_view_list_in (deed->play->view, deed->thing->id);
  g_autofree char *list = NULL;
  g_autofree char *line = NULL;

  if (inside->len == 0)
    return;

  list = sg_play_dup_list (deed->play, inside, SG_NAME_INDEFINITE);
  line = g_strdup_printf ("Inside you find %s.", list);
  sg_play_tell_inline (deed->play, line);
  sg_play_mention (deed->play, ((const SgEntity *) g_ptr_array_index (inside, 0))->id);
}

/* Who has the key opens in one go what is locked. */
static gboolean
do_open (Deed *deed)
{
  if (!is_marked (deed->thing, "openable"))
    return refuse (deed, "not_openable");
  if (sg_view_is_set (deed->play->view, deed->thing->id, "open"))
    return refuse (deed, "already_so");

  if (sg_view_is_set (deed->play->view, deed->thing->id, "locked"))
    {
      if (!has_key (deed))
        return refuse (deed, "is_locked");
      do_unlock (deed);
    }

  sg_world_set_boolean (deed->play->world, deed->thing->id, "open", TRUE);
  outcome (deed, "opened");
  show_contents (deed);

  return TRUE;
}

static gboolean
do_close (Deed *deed)
{
  if (!is_marked (deed->thing, "openable"))
    return refuse (deed, "not_openable");
  if (!sg_view_is_set (deed->play->view, deed->thing->id, "open"))
    return refuse (deed, "already_so");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "open", FALSE);

  return outcome (deed, "closed");
}

static gboolean
do_light (Deed *deed)
{
  gboolean dark = sg_view_is_dark (deed->play->view);

  if (!is_marked (deed->thing, "light"))
    return refuse (deed, "not_light");
  if (sg_view_is_set (deed->play->view, deed->thing->id, "lit"))
    return refuse (deed, "already_so");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "lit", TRUE);
  outcome (deed, "lit");
  /* What was dark can be seen now. */
  if (dark && !sg_view_is_dark (deed->play->view))
    sg_play_describe_place (deed->play, FALSE);

  return TRUE;
}

static gboolean
do_extinguish (Deed *deed)
{
  if (!is_marked (deed->thing, "light"))
    return FALSE;
  if (!sg_view_is_set (deed->play->view, deed->thing->id, "lit"))
    return refuse (deed, "already_so");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "lit", FALSE);

  return outcome (deed, "put_out");
}

static gboolean
do_read (Deed *deed)
{
  g_autofree char *key = g_strconcat (deed->thing->id, ":read", NULL);

  if (sg_view_is_dark (deed->play->view))
    return refuse (deed, "dark");
  if (sg_play_react (deed->play, sg_member (deed->thing->data, "read"), key) == SG_REACTED_NO)
    return outcome (deed, "no_writing");

  return TRUE;
}

static gboolean
consume (Deed       *deed,
         const char *member,
         const char *phrase,
         const char *refusal)
{
  if (!is_marked (deed->thing, member))
    return refuse (deed, refusal);

  sg_world_set_string (deed->play->world, deed->thing->id, "place", "nowhere");

  return outcome (deed, phrase);
}

static gboolean
do_eat (Deed *deed)
{
  return consume (deed, "edible", "eat", "not_edible");
}

static gboolean
do_drink (Deed *deed)
{
  return consume (deed, "drinkable", "drink", "not_drinkable");
}

static gboolean
do_wear (Deed *deed)
{
  if (!is_marked (deed->thing, "wearable"))
    return refuse (deed, "not_wearable");

  place_thing (deed, "player");
  sg_world_set_boolean (deed->play->world, deed->thing->id, "worn", TRUE);

  return outcome (deed, "worn");
}

static gboolean
do_doff (Deed *deed)
{
  if (!sg_view_is_set (deed->play->view, deed->thing->id, "worn"))
    return refuse (deed, "already_so");

  sg_world_set_boolean (deed->play->world, deed->thing->id, "worn", FALSE);

  return outcome (deed, "doffed");
}

static gboolean
do_throw (Deed *deed)
{
  if (deed->thing->kind != SG_ENTITY_THING)
    return FALSE;
  if (!sg_view_is_carried (deed->play->view, deed->thing->id))
    return refuse (deed, "not_carried");

  place_thing (deed, sg_view_get_place (deed->play->view));

  return outcome (deed, "thrown");
}

static gboolean
do_look (Deed *deed)
{
  if (!deed->silent)
    sg_play_describe (deed->play, deed->thing);

  return TRUE;
}

static gboolean
do_search (Deed *deed)
{
  if (is_marked (deed->thing, "container") && sg_view_shows_inside (deed->play->view, deed->thing))
    return do_look (deed);

  return outcome (deed, "search");
}

/* Keys are used by unlocking, lights by lighting, writings by reading. */
static gboolean
do_use (Deed *deed)
{
  const SgEntity *thing = deed->thing;
  const SgEntity *second = deed->second;

  if (second != NULL && g_strcmp0 (sg_member_string (second->data, "key"), thing->id) == 0)
    {
      deed->thing = second;
      deed->second = thing;
      sg_play_set_vars (deed->play, "thing", second->id);
      return do_unlock (deed);
    }
  if (is_marked (thing, "light"))
    return sg_view_is_set (deed->play->view, thing->id, "lit") ? do_extinguish (deed) : do_light (deed);
  if (sg_member (thing->data, "read") != NULL)
    return do_read (deed);
  if (is_marked (thing, "openable"))
    return sg_view_is_set (deed->play->view, thing->id, "open") ? do_close (deed) : do_open (deed);
  if (is_marked (thing, "wearable"))
    return do_wear (deed);

  return outcome (deed, "no_purpose");
}

static gboolean
is_person (const SgEntity *entity)
{
  return entity->kind == SG_ENTITY_PERSON;
}

static gboolean
do_to_person (Deed       *deed,
              const char *phrase)
{
  if (!is_person (deed->thing))
    return FALSE;

  sg_play_set_vars (deed->play, "person", deed->thing->id);

  return outcome (deed, phrase);
}

static gboolean
do_attack (Deed *deed)
{
  return do_to_person (deed, "violence_refused");
}

static gboolean
do_threaten (Deed *deed)
{
  return do_to_person (deed, "threat_ignored");
}

static gboolean
do_kindness (Deed *deed)
{
  return do_to_person (deed, "kindness");
}

static gboolean
do_insult (Deed *deed)
{
  return do_to_person (deed, "unkindness");
}

static gboolean
do_listen (Deed *deed)
{
  return outcome (deed, "listen");
}

static gboolean
do_smell (Deed *deed)
{
  return outcome (deed, "smell");
}

static gboolean
do_taste (Deed *deed)
{
  return is_marked (deed->thing, "edible") ? do_eat (deed) : outcome (deed, "taste");
}

static gboolean
do_touch (Deed *deed)
{
  return outcome (deed, "touch");
}

static gboolean
do_pray (Deed *deed)
{
  return outcome (deed, "pray");
}

static const struct
{
  const char *verb;
  gboolean  (*func) (Deed *deed);
} deeds[] = {
  { "look", do_look },         { "search", do_search },   { "take", do_take },         { "drop", do_drop },
  { "put", do_put },           { "give", do_give },       { "show", do_show },         { "open", do_open },
  { "close", do_close },       { "lock", do_lock },       { "unlock", do_unlock },     { "light", do_light },
  { "extinguish", do_extinguish }, { "read", do_read },   { "eat", do_eat },           { "drink", do_drink },
  { "wear", do_wear },         { "doff", do_doff },       { "throw", do_throw },       { "use", do_use },
  { "attack", do_attack },     { "threaten", do_threaten }, { "thank", do_kindness },  { "flatter", do_kindness },
  { "comfort", do_kindness },  { "kiss", do_kindness },   { "apologise", do_kindness }, { "insult", do_insult },
  { "bow", do_pray },          { "listen", do_listen },   { "smell", do_smell },       { "taste", do_taste },
  { "touch", do_touch },       { "pray", do_pray },       { "burn", do_light },
};

/**
 * sg_play_do_thing:
 * @thing: to what or whom
 * @second: (nullable): with what, to whom, where
 * @silent: whether the scenario has told it already, so that only the world changes
 *
 * Does what a verb ordinarily does.
 *
 * Returns: %FALSE where it ordinarily does nothing
 */
gboolean
sg_play_do_thing (SgPlay         *self,
                  const char     *verb,
                  const SgEntity *thing,
                  const SgEntity *second,
                  const char     *preposition,
                  gboolean        silent)
{
  Deed deed = { self, thing, second, preposition, silent };

  if (g_str_equal (verb, "burn") && !is_marked (thing, "light"))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      if (g_str_equal (deeds[i].verb, verb))
        return deeds[i].func (&deed);
    }

  return FALSE;
}

static void
tell_ambience (SgPlay *self)
{
  const SgEntity *place = sg_play_lookup (self, sg_view_get_place (self->view));
  JsonNode *ambience = place != NULL ? sg_member (place->data, "ambience") : NULL;
  g_autofree char *text = NULL;

  if (ambience == NULL)
    return;

  text = sg_view_render (self->view, ambience);
  sg_play_tell_inline (self, text);
}

/**
 * sg_play_do_plain:
 * @verb: a verb
 *
 * Does what a verb ordinarily does without an object.
 *
 * Returns: %FALSE where it ordinarily does nothing
 */
gboolean
sg_play_do_plain (SgPlay     *self,
                  const char *verb)
{
  static const struct
  {
    const char *verb;
    const char *phrase;
    gboolean    ambience;
  } plain[] = {
    { "wait", "wait", TRUE },     { "listen", "listen", TRUE }, { "smell", "smell", FALSE }, { "search", "search", FALSE },
    { "pray", "pray", FALSE },    { "bow", "pray", FALSE },     { "sing", "sing", FALSE },   { "dance", "dance", FALSE },
    { "sleep", "sleep", FALSE },  { "shout", "shout", FALSE },  { "think", "think", TRUE },  { "sit", "body", TRUE },
    { "stand", "body", FALSE },   { "touch", "body", FALSE },   { "attack", "violence_refused", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      if (!g_str_equal (plain[i].verb, verb))
        continue;
      sg_play_say (self, plain[i].phrase);
      if (plain[i].ambience)
        tell_ambience (self);
      return TRUE;
    }

  return FALSE;
}
