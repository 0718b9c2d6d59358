/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player's character is made to do: to use what is not at hand, to say what the player did
 * not say. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "world/sg-scenario-data.h"

/* Fewer words than that are a grunt. */
#define MIN_SPOKEN 3

static gboolean
is_out_of_reach (SgView     *view,
                 const char *id)
{
  const char *place = sg_view_get_place_of (view, id);

  return place != NULL && !sg_view_is_carried (view, id) && !sg_view_is_here (view, id)
         && !sg_view_is_in (view, id, sg_view_get_place (view))
         && !sg_view_is_set (view, place, "following");
}

/* "you raise up the brass lamp": the position of the verb, or -1. */
static int
find_use (SgVerification    *self,
          const SgToldWords *name)
{
  if (!sg_told_words_have (self->words, name))
    return -1;

  for (guint i = 0; i < self->words->n_words; i++)
    {
      guint at = i + 2;

      if (!sg_told_words_is (self->words, i, SG_WORD_YOU)
          || !sg_told_words_is (self->words, i + 1, SG_WORD_USE)
          || sg_told_words_get (self->words, i)->quote != 0)
        continue;
      if (sg_told_words_is (self->words, at, SG_WORD_PARTICLE))
        at++;
      if (sg_told_words_is (self->words, at, SG_WORD_ARTICLE)
          && sg_told_words_match (self->words, at + 1, name))
        return (int) i;
    }

  return -1;
}

static void
check_thing (SgVerification *self,
             const SgEntity *thing)
{
  g_autofree char *name = NULL;
  g_autofree char *called = NULL;
  g_autofree char *message = NULL;
  g_autofree char *quote = NULL;
  g_autoptr (SgToldWords) words = NULL;
  int found;

  if (!is_out_of_reach (self->before, thing->id) || !is_out_of_reach (self->after, thing->id))
    return;

  name = sg_view_dup_name (self->after, thing->id, SG_NAME_BARE);
  words = sg_told_words_new (name);
  found = find_use (self, words);
  if (found < 0)
    return;

  called = sg_view_dup_name (self->after, thing->id, SG_NAME_DEFINITE);
  /* Translators: what stands for %s is a thing with its article, such as "the brass lamp" */
  message = g_strdup_printf (_("You use %s, but do not have it."), called);
  quote = sg_told_words_dup_sentence (self->words, (guint) found);
  sg_verification_add (self, "not-held", message, quote, FALSE);
}

void
sg_verify_not_held (SgVerification *self)
{
  GPtrArray *entities;

  if (self->before == NULL || self->after == NULL || self->told->mode == SG_INPUT_STORY
      || !sg_told_words_contain (self->words, SG_WORD_YOU)
      || !sg_told_words_contain (self->words, SG_WORD_USE)
      || sg_told_words_contain (self->words, SG_WORD_GAIN))
    return;

  entities = sg_scenario_get_entities (self->told->scenario);
  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind == SG_ENTITY_THING)
        check_thing (self, entity);
    }
}

/* Whether the player gave leave to be spoken for. */
static gboolean
may_speak (SgVerification *self)
{
  return self->told->mode == SG_INPUT_STORY || self->input->n_quotes > 0
         || sg_told_words_contain (self->input, SG_WORD_SPEAKING);
}

/* The number of the speech that the player's character makes where there is "you", or 0. */
static guint
find_speech (SgVerification *self,
             guint           position)
{
  const SgToldWord *you = sg_told_words_get (self->words, position);
  const SgToldWord *next = sg_told_words_get (self->words, position + 2);

  if (you->quote != 0 || !sg_told_words_is (self->words, position + 1, SG_WORD_SAY))
    return 0;
  if (you->after_quote != 0)
    return you->after_quote;

  return you->opens && next != NULL && next->quote != 0 && next->paragraph == you->paragraph
           ? next->quote
           : 0;
}

/* How much of a speech the player has not said. */
static gboolean
is_own_words (SgVerification *self,
              guint           quote,
              guint          *first,
              guint          *last)
{
  guint n_words = 0;
  guint n_known = 0;

  for (guint i = 0; i < self->words->n_words; i++)
    {
      const SgToldWord *word = sg_told_words_get (self->words, i);

      if (word->quote != quote)
        continue;
      if (n_words == 0)
        *first = i;
      *last = i;
      n_words++;
      n_known += sg_told_words_have_word (self->input, word) ? 1 : 0;
    }

  return n_words < MIN_SPOKEN || n_known * 2 >= n_words;
}

void
sg_verify_spoken_for (SgVerification *self)
{
  guint first = 0;
  guint last = 0;

  if (!sg_told_words_contain (self->words, SG_WORD_YOU) || may_speak (self))
    return;

  for (guint i = 0; i < self->words->n_words; i++)
    {
      guint quote = sg_told_words_is (self->words, i, SG_WORD_YOU) ? find_speech (self, i) : 0;

      if (quote != 0 && !is_own_words (self, quote, &first, &last))
        {
          g_autofree char *words = sg_told_words_dup_range (self->words, first, last);

          sg_verification_add (self, "player-spoken-for",
                               _("Your character says what you did not say."), words, FALSE);
          return;
        }
    }
}
