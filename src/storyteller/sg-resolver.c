/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From "the old lamp" to the lamp.  Each entity is scored by how well the words
 * fit its names; who and what is here comes before what the player only knows of.
 * Where two fit equally well, the answer is a question.
 */

#include "config.h"

#include "storyteller/sg-resolver.h"

#include <string.h>

#include "storyteller/sg-words.h"

/* What a score has to reach to count at all. */
#define ENOUGH 30

void
sg_target_clear (SgTarget *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
}

static gboolean
has_word (const char * const *words,
          const char         *word,
          gboolean            loosely)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (sg_word_is_same_stem (words[i], word) || (loosely && sg_word_is_close (words[i], word)))
        return TRUE;
    }

  return FALSE;
}

static char **
dup_words (const char *text)
{
  g_auto (GStrv) words = sg_words_split (text);
  GStrvBuilder *builder = g_strv_builder_new ();
  char **kept;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!sg_word_is_article (words[i]) && !sg_word_is_sign (words[i]) && !g_str_equal (words[i], "of"))
        g_strv_builder_add (builder, words[i]);
    }
  kept = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);

  return kept;
}

/* Words against one name: exactly, by all their words, by the last word of the name. */
static guint
score_name (const char * const *noun,
            const char         *name)
{
  g_auto (GStrv) words = dup_words (name);
  guint n_noun = g_strv_length ((char **) noun);
  guint n_words = g_strv_length (words);
  guint n_found = 0;
  guint n_close = 0;
  gboolean head;

  if (n_noun == 0 || n_words == 0)
    return 0;

  for (guint i = 0; i < n_noun; i++)
    {
      if (has_word ((const char * const *) words, noun[i], FALSE))
        n_found++;
      else if (has_word ((const char * const *) words, noun[i], TRUE))
        n_close++;
    }

  head = sg_word_is_same_stem (noun[n_noun - 1], words[n_words - 1]);
  if (n_found == n_noun)
    return n_noun == n_words ? 100 : head ? 80 : 60;
  if (n_found + n_close == n_noun)
    return n_noun == n_words ? 75 : 45;

  /* A word that the name does not have ("old lamp") hardly counts against the right head. */
  return head && n_noun <= 4 ? 35 : 0;
}

/* Words of one thing in another order and from several names: "brass lantern". */
static guint
score_mixed (const char * const *noun,
             const char * const *names)
{
  g_autofree char *all = g_strjoinv (" ", (char **) names);
  g_auto (GStrv) words = dup_words (all);

  for (guint i = 0; noun[i] != NULL; i++)
    {
      if (!has_word ((const char * const *) words, noun[i], FALSE))
        return 0;
    }

  return 65;
}

guint
sg_resolve_score_names (const char * const *names,
                        const char         *noun)
{
  g_auto (GStrv) words = dup_words (noun);
  guint best = 0;

  if (words[0] == NULL)
    return 0;

  for (guint i = 0; names[i] != NULL; i++)
    best = MAX (best, score_name ((const char * const *) words, names[i]));
  if (best < 65)
    best = MAX (best, score_mixed ((const char * const *) words, names));

  return best;
}

static char **
dup_names (SgView     *view,
           JsonObject *data,
           const char *id)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *synonyms = sg_member_array (data, "synonyms");

  if (id != NULL)
    {
      g_autofree char *name = sg_view_dup_name (view, id, SG_NAME_BARE);
      g_autofree char *spaced = g_strdelimit (g_strdup (id), "_", ' ');

      g_strv_builder_add (builder, name);
      g_strv_builder_add (builder, spaced);
    }
  else if (sg_member (data, "name") != NULL)
    {
      g_autofree char *name = sg_view_render (view, sg_member (data, "name"));

      g_strv_builder_add (builder, name);
    }

  for (guint i = 0; synonyms != NULL && i < json_array_get_length (synonyms); i++)
    g_strv_builder_add (builder, json_array_get_string_element (synonyms, i));

  return g_strv_builder_end (builder);
}

guint
sg_resolve_score (SgView         *view,
                  const SgEntity *entity,
                  const char     *noun)
{
  g_auto (GStrv) names = dup_names (view, entity->data, entity->id);

  return sg_resolve_score_names ((const char * const *) names, noun);
}

static guint
score_exit (SgView     *view,
            const char *key,
            JsonNode   *exit,
            const char *noun)
{
  const SgEntity *to = sg_scenario_lookup (sg_view_get_scenario (view), sg_exit_get_to (exit));
  g_autofree char *spaced = g_strdelimit (g_strdup (key), "_", ' ');
  const char *names[2] = { spaced, NULL };
  guint best = sg_resolve_score_names (names, noun);

  if (JSON_NODE_HOLDS_OBJECT (exit))
    {
      g_auto (GStrv) own = dup_names (view, json_node_get_object (exit), NULL);

      best = MAX (best, sg_resolve_score_names ((const char * const *) own, noun));
    }
  /* Where it leads counts a little less than what it is called. */
  if (to != NULL)
    {
      guint score = sg_resolve_score (view, to, noun);

      best = MAX (best, score > 2 ? score - 2 : 0);
    }

  return best;
}

JsonNode *
sg_resolve_exit (SgView      *view,
                 const char  *noun,
                 const char **key,
                 guint       *score_out)
{
  const SgEntity *place = sg_scenario_lookup (sg_view_get_scenario (view), sg_view_get_place (view));
  JsonObject *exits = place != NULL ? sg_member_object (place->data, "exits") : NULL;
  JsonNode *found = NULL;
  guint best = ENOUGH - 1;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (exits == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, exits);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonNode *exit = sg_exit_choose (view, node);
      guint score;

      if (name[0] == '#' || !sg_exit_is_known (view, exit))
        continue;
      score = score_exit (view, name, exit, noun);
      if (score > best)
        {
          best = score;
          found = exit;
          if (key != NULL)
            *key = name;
          if (score_out != NULL)
            *score_out = score;
        }
    }

  return found;
}

/* Pronouns stand for what was spoken of last; the storyteller keeps that among its facts. */
static const char *
lookup_pronoun (SgView     *view,
                const char *noun)
{
  static const char *const him[] = { "him", "he", "himself", NULL };
  static const char *const her[] = { "her", "she", "hers", "herself", NULL };
  static const char *const them[] = { "them", "they", "those", "these", "themselves", NULL };
  static const char *const it[] = { "it", "that", "this", "itself", "that thing", "this thing", "one", NULL };
  const char *fact = NULL;

  if (g_strv_contains (him, noun))
    fact = "him";
  else if (g_strv_contains (her, noun))
    fact = "her";
  else if (g_strv_contains (them, noun))
    fact = "them";
  else if (g_strv_contains (it, noun))
    fact = "it";

  return fact != NULL ? sg_view_get_word (view, "storyteller", fact) : NULL;
}

static gboolean
is_pronoun (const char *noun)
{
  static const char *const pronouns[] = { "him", "her", "them", "it", "he", "she", "they", NULL };

  return g_strv_contains (pronouns, noun);
}

/* Whether the player can have heard of it: it is here, or its place was visited, or it is a person. */
static gboolean
is_known (SgView         *view,
          const SgEntity *entity)
{
  const char *at;

  if (sg_view_is_set (view, entity->id, "hidden"))
    return FALSE;
  if (entity->kind != SG_ENTITY_THING)
    return TRUE;

  at = sg_view_get_place_of (view, entity->id);

  return at != NULL && (g_str_equal (at, "player") || sg_view_is_set (view, at, "visited"));
}

static guint
preference_bonus (SgView         *view,
                  const SgEntity *entity,
                  SgPreference    prefer)
{
  gboolean carried = entity->kind == SG_ENTITY_THING && sg_view_is_carried (view, entity->id);

  switch (prefer)
    {
    case SG_PREFER_CARRIED:
      return carried ? 10 : 0;
    case SG_PREFER_LYING:
      return entity->kind == SG_ENTITY_THING && !carried ? 10 : 0;
    case SG_PREFER_PEOPLE:
      return entity->kind == SG_ENTITY_PERSON ? 20 : 0;
    case SG_PREFER_PLACES:
      return entity->kind == SG_ENTITY_PLACE ? 20 : 0;
    default:
      return entity->kind == SG_ENTITY_PLACE ? 0 : 3;
    }
}

static void
set_entity (SgTarget       *target,
            SgView         *view,
            const SgEntity *entity)
{
  target->type = SG_TARGET_ENTITY;
  target->entity = entity;
  target->present = sg_view_is_here (view, entity->id);
}

/* The best of the entities that are here, or of those that are only known of. */
static guint
resolve_entity (SgView       *view,
                const char   *noun,
                SgPreference  prefer,
                gboolean      here,
                SgTarget     *target)
{
  GPtrArray *entities = sg_scenario_get_entities (sg_view_get_scenario (view));
  g_autoptr (GPtrArray) best = g_ptr_array_new ();
  guint best_score = ENOUGH - 1;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);
      guint score;

      if (entity->kind > SG_ENTITY_DEITY || (here ? !sg_view_is_here (view, entity->id) : !is_known (view, entity)))
        continue;
      score = sg_resolve_score (view, entity, noun);
      if (score < ENOUGH)
        continue;
      score += preference_bonus (view, entity, prefer);
      if (score > best_score)
        g_ptr_array_set_size (best, 0);
      if (score >= best_score)
        {
          best_score = score;
          g_ptr_array_add (best, (gpointer) entity);
        }
    }

  if (best->len == 0)
    return 0;

  if (best->len == 1 || !here)
    {
      set_entity (target, view, g_ptr_array_index (best, 0));
      return best_score;
    }

  target->type = SG_TARGET_AMBIGUOUS;
  target->candidates = g_steal_pointer (&best);

  return best_score;
}

static guint
resolve_detail (SgView     *view,
                const char *noun,
                SgTarget   *target)
{
  const SgEntity *place = sg_scenario_lookup (sg_view_get_scenario (view), sg_view_get_place (view));
  JsonObject *details = place != NULL ? sg_member_object (place->data, "details") : NULL;
  guint best = ENOUGH - 1;
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (details == NULL || sg_view_is_dark (view))
    return 0;

  json_object_iter_init_ordered (&iter, details);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      g_auto (GStrv) names = g_strsplit (key, "|", -1);
      guint score = key[0] == '#' ? 0 : sg_resolve_score_names ((const char * const *) names, noun);

      if (score <= best)
        continue;
      best = score;
      target->type = SG_TARGET_DETAIL;
      target->node = node;
      target->present = TRUE;
      g_free (target->name);
      target->name = g_strdup (names[0]);
    }

  return target->node != NULL ? best : 0;
}

static gboolean
resolve_special (SgView     *view,
                 const char *noun,
                 SgTarget   *target)
{
  static const char *const all[] = { "all", "everything", "all of it", "all things", "whatever", NULL };
  static const char *const self[] = { "me", "myself", "self", "yourself", "you", "i", NULL };
  static const char *const around[] = {
    "around", "room", "place", "surroundings", "area", "everywhere", "here", "around here", "scene", "about", "round",
    "around me", "surrounding", NULL
  };

  target->present = TRUE;
  if (g_strv_contains (all, noun))
    target->type = SG_TARGET_ALL;
  else if (g_strv_contains (self, noun))
    target->type = SG_TARGET_PLAYER;
  else if (g_strv_contains (around, noun))
    target->type = SG_TARGET_PLACE_HERE;
  else
    target->present = FALSE;

  return target->present;
}

/* Somebody's own name is not a slip of the pen for something that lies here: "where is Wilf" is not about a will. */
static gboolean
resolve_absent_person (SgView     *view,
                       const char *noun,
                       SgTarget   *target)
{
  g_auto (SgTarget) absent = { SG_TARGET_NONE };

  absent.score = resolve_entity (view, noun, SG_PREFER_NOTHING, FALSE, &absent);
  if (absent.score < 100 || absent.type != SG_TARGET_ENTITY || absent.entity->kind != SG_ENTITY_PERSON)
    return FALSE;

  sg_target_clear (target);
  target->type = SG_TARGET_ENTITY;
  target->entity = absent.entity;
  target->present = absent.present;
  target->score = absent.score;
  target->name = g_strdup (noun);

  return TRUE;
}

/**
 * sg_resolve:
 * @noun: (nullable): words without their article
 * @prefer: what they rather stand for, where two fit
 *
 * Finds what words stand for.
 *
 * Returns: the target; of SG_TARGET_NONE where nothing fits
 */
SgTarget
sg_resolve (SgView       *view,
            const char   *noun,
            SgPreference  prefer)
{
  SgTarget target = { SG_TARGET_NONE };
  SgTarget detail = { SG_TARGET_NONE };
  const char *meant;
  guint score;

  target.name = g_strdup (noun);
  if (noun == NULL)
    return target;

  meant = lookup_pronoun (view, noun);
  if (meant != NULL && sg_scenario_lookup (sg_view_get_scenario (view), meant) != NULL)
    {
      set_entity (&target, view, sg_scenario_lookup (sg_view_get_scenario (view), meant));
      target.score = 100;
      return target;
    }
  target.score = 100;
  if (is_pronoun (noun) || resolve_special (view, noun, &target))
    return target;

  score = resolve_entity (view, noun, prefer, TRUE, &target);
  target.score = score;
  if (score > 0 && score < 100 && resolve_absent_person (view, noun, &target))
    return target;
  detail.score = resolve_detail (view, noun, &detail);
  if (detail.score > score)
    {
      sg_target_clear (&target);
      return detail;
    }
  sg_target_clear (&detail);
  if (score > 0)
    return target;

  target.node = sg_resolve_exit (view, noun, NULL, &target.score);
  if (target.node != NULL && prefer != SG_PREFER_PEOPLE)
    {
      target.type = SG_TARGET_EXIT;
      target.present = TRUE;
      return target;
    }

  target.node = NULL;
  target.score = resolve_entity (view, noun, prefer, FALSE, &target);

  return target;
}
