/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dead and the absent do not act.  Someone acts where the name begins a sentence of the
 * narration (or follows a speech) and a verb of doing or speaking follows.  What is remembered,
 * dreamt or heard from afar is told with other words, and texts with these are passed over. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "world/sg-cast.h"
#include "world/sg-scenario-data.h"

static gboolean
ends_a_speech (SgVerification *self,
               guint           position)
{
  const SgToldWord *word = sg_told_words_get (self->words, position);

  return word != NULL && word->after_quote != 0;
}

/* "…," says Mira / "…," Mira said. */
static gboolean
is_said (SgVerification *self,
         guint           position,
         guint           length)
{
  if (position > 0 && ends_a_speech (self, position - 1)
      && (sg_told_words_is (self->words, position - 1, SG_WORD_SPEAKS)
          || sg_told_words_is (self->words, position - 1, SG_WORD_SPOKE)))
    return TRUE;
  if (!ends_a_speech (self, position))
    return FALSE;

  return sg_told_words_is (self->words, position + length, SG_WORD_SPEAKS)
         || sg_told_words_is (self->words, position + length, SG_WORD_SPOKE)
         || sg_told_words_is (self->words, position + length, SG_WORD_ACTS);
}

static gboolean
is_doer (SgVerification *self,
         guint           position)
{
  const SgToldWord *word = sg_told_words_get (self->words, position);

  if (word->opens)
    return TRUE;

  return position > 0 && sg_told_words_get (self->words, position - 1)->opens
         && sg_told_words_is (self->words, position - 1, SG_WORD_OPENER);
}

static gboolean
does_something (SgVerification *self,
                guint           position,
                guint           length,
                gboolean        next_door)
{
  const SgToldWord *verb = sg_told_words_get (self->words, position + length);

  if (sg_told_words_get (self->words, position)->quote != 0)
    return FALSE;
  if (!next_door && is_said (self, position, length))
    return TRUE;
  if (!is_doer (self, position) || verb == NULL
      || verb->sentence != sg_told_words_get (self->words, position)->sentence
      || sg_told_words_is (self->words, position + length + 1, SG_WORD_DENIAL))
    return FALSE;

  if (next_door)
    return sg_told_words_is (self->words, position + length, SG_WORD_ACTS_NEARBY);

  return sg_told_words_is (self->words, position + length, SG_WORD_ACTS)
         || sg_told_words_is (self->words, position + length, SG_WORD_SPEAKS);
}

/* The position of what @name does, or -1; of someone next door only what has to be done face to face. */
static int
find_deed (SgVerification    *self,
           const SgToldWords *name,
           gboolean           next_door)
{
  if (!sg_told_words_have (self->words, name))
    return -1;

  for (guint i = 0; i < self->words->n_words; i++)
    {
      if (sg_told_words_match (self->words, i, name)
          && does_something (self, i, name->n_words, next_door))
        return (int) i;
    }

  return -1;
}

/* A scenario names its people; one that a model has made is called as its facts say, or as its id. */
static char *
dup_name (SgVerification *self,
          const char     *id)
{
  const SgEntity *entity =
    self->told->scenario != NULL ? sg_scenario_lookup (self->told->scenario, id) : NULL;
  const char *known = sg_world_get_string (self->told->before, id, "name");
  char *name;

  if (entity != NULL && entity->kind != SG_ENTITY_PERSON)
    return NULL;
  if (entity != NULL && self->before != NULL)
    return sg_view_dup_name (self->before, id, SG_NAME_BARE);
  if (known != NULL && *known != '\0')
    return g_strdup (known);

  name = g_strdelimit (g_strdup (id), "_", ' ');
  name[0] = g_ascii_toupper (name[0]);

  return name;
}

/* "Sister Ansa" is also called by the last of her names. */
static SgToldWords *
last_name (const char *name)
{
  const char *space = strrchr (name, ' ');

  return space != NULL && g_unichar_isupper (g_utf8_get_char (space + 1))
           ? sg_told_words_new (space + 1)
           : NULL;
}

static int
find_deed_of (SgVerification *self,
              const char     *name,
              gboolean        next_door)
{
  g_autoptr (SgToldWords) full = sg_told_words_new (name);
  g_autoptr (SgToldWords) last = last_name (name);
  int found = find_deed (self, full, next_door);

  return found < 0 && last != NULL ? find_deed (self, last, next_door) : found;
}

/* The player may tell what happens; then it is so. */
static gboolean
is_told_by_player (SgVerification *self,
                   const char     *name)
{
  g_autoptr (SgToldWords) words = sg_told_words_new (name);

  return self->told->mode == SG_INPUT_STORY && sg_told_words_mention (self->input, words);
}

static void
check_dead (SgVerification *self,
            const char     *id)
{
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  g_autofree char *quote = NULL;
  int found;

  if (g_str_equal (id, "player") || !sg_cast_is_dead (self->told->before, id)
      || !sg_cast_is_dead (self->told->after, id))
    return;

  name = dup_name (self, id);
  if (name == NULL || is_told_by_player (self, name))
    return;

  found = find_deed_of (self, name, FALSE);
  if (found < 0)
    return;

  /* Translators: what comes first is the name of someone in the story */
  message = g_strdup_printf (_("%s is dead, but acts or speaks here."), name);
  quote = sg_told_words_dup_sentence (self->words, (guint) found);
  sg_verification_add (self, "dead-acts", message, quote, TRUE);
}

static gboolean
is_with_player (SgView         *view,
                const SgEntity *person)
{
  const char *place = sg_view_get_place (view);

  return place == NULL || sg_view_is_in (view, person->id, place)
         || sg_view_is_set (view, person->id, "following")
         || g_strcmp0 (sg_view_get_place_of (view, person->id), "player") == 0;
}

/* Whether one hears the other through a door. */
static gboolean
is_next_door (SgVerification *self,
              const char     *place,
              const char     *other)
{
  const SgEntity *entity = sg_scenario_lookup (self->told->scenario, place);
  JsonObject *exits = entity != NULL ? sg_member_object (entity->data, "exits") : NULL;
  JsonObjectIter iter;
  JsonNode *node;

  if (exits == NULL)
    return FALSE;

  json_object_iter_init (&iter, exits);
  while (json_object_iter_next (&iter, NULL, &node))
    {
      const char *to = JSON_NODE_HOLDS_OBJECT (node)
                         ? sg_member_string (json_node_get_object (node), "to")
                         : sg_node_string (node);

      if (g_strcmp0 (to, other) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_near (SgVerification *self,
         SgView         *view,
         const SgEntity *person)
{
  const char *place = sg_view_get_place (view);
  const char *other = sg_view_get_place_of (view, person->id);

  return is_next_door (self, place, other) || is_next_door (self, other, place);
}

static gboolean
comes_along (SgVerification    *self,
             const SgToldWords *name)
{
  for (guint i = 0; i < self->words->n_words; i++)
    {
      if (sg_told_words_match (self->words, i, name)
          && sg_told_words_is (self->words, i + name->n_words, SG_WORD_ARRIVAL))
        return TRUE;
    }

  return FALSE;
}

/* The text leads to where someone is, or brings them, though the world does not know of it. */
static gboolean
is_on_the_way (SgVerification *self,
               const SgEntity *person,
               const char     *name)
{
  g_autofree char *place = sg_view_dup_name (self->after, sg_view_get_place_of (self->after, person->id),
                                             SG_NAME_BARE);
  g_autoptr (SgToldWords) place_words = sg_told_words_new (place);
  g_autoptr (SgToldWords) name_words = sg_told_words_new (name);
  g_autoptr (SgToldWords) last_words = last_name (name);

  return sg_told_words_mention (self->words, place_words) || comes_along (self, name_words)
         || (last_words != NULL && comes_along (self, last_words));
}

/* The sentence says where it comes from. */
static gboolean
is_from_afar (SgVerification *self,
              guint           position)
{
  guint sentence = sg_told_words_get (self->words, position)->sentence;

  for (guint i = position; i < self->words->n_words
                           && sg_told_words_get (self->words, i)->sentence == sentence; i++)
    {
      if (sg_told_words_is (self->words, i, SG_WORD_DIRECTION))
        return TRUE;
    }

  return FALSE;
}

static gboolean
player_goes (SgVerification *self)
{
  if (!sg_told_words_contain (self->words, SG_WORD_GOING))
    return FALSE;

  for (guint i = 0; i < self->words->n_words; i++)
    {
      if (sg_told_words_is (self->words, i, SG_WORD_YOU)
          && sg_told_words_is (self->words, i + 1, SG_WORD_GOING))
        return TRUE;
    }

  return FALSE;
}

static void
check_absent (SgVerification *self,
              const SgEntity *person)
{
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  g_autofree char *quote = NULL;
  const SgEntity *place;
  int found;

  if (is_with_player (self->before, person) || is_with_player (self->after, person)
      || sg_view_is_set (self->after, person->id, "dead"))
    return;

  place = sg_scenario_lookup (self->told->scenario, sg_view_get_place_of (self->after, person->id));
  if (place == NULL || place->kind != SG_ENTITY_PLACE
      || g_strcmp0 (sg_view_get_place_of (self->before, person->id), place->id) != 0)
    return;

  name = sg_view_dup_name (self->after, person->id, SG_NAME_BARE);
  found = find_deed_of (self, name, is_near (self, self->after, person));
  if (found < 0 || is_on_the_way (self, person, name) || is_from_afar (self, (guint) found))
    return;

  message = g_strdup_printf (_("%s is somewhere else, but acts or speaks here."), name);
  quote = sg_told_words_dup_sentence (self->words, (guint) found);
  sg_verification_add (self, "absent-acts", message, quote, FALSE);
}

static void
check_all_absent (SgVerification *self)
{
  GPtrArray *entities = sg_scenario_get_entities (self->told->scenario);

  if (self->told->mode == SG_INPUT_STORY || sg_told_words_contain (self->words, SG_WORD_DISTANCE)
      || player_goes (self)
      || (self->told->mode != SG_INPUT_SAY && sg_told_words_contain (self->input, SG_WORD_SEEKING)))
    return;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_PERSON)
        check_absent (self, entity);
    }
}

/* Whether anyone does anything, be it somebody alive. */
static gboolean
is_anything_done (SgVerification *self)
{
  return sg_told_words_contain (self->words, SG_WORD_SPEAKS)
         || sg_told_words_contain (self->words, SG_WORD_SPOKE)
         || sg_told_words_contain (self->words, SG_WORD_ACTS);
}

void
sg_verify_people (SgVerification *self)
{
  g_auto (GStrv) ids = NULL;

  if (self->told->before == NULL || self->told->after == NULL || !is_anything_done (self))
    return;

  if (!sg_told_words_contain (self->words, SG_WORD_HAUNTING))
    {
      ids = sg_world_list_entities (self->told->before);
      for (guint i = 0; ids[i] != NULL; i++)
        check_dead (self, ids[i]);
    }

  if (self->before != NULL && self->after != NULL)
    check_all_absent (self);
}
