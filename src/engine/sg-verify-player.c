/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player's character is made to do: to use what is not at hand, to say what the player did
 * not say. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "world/sg-scenario-data.h"

static const char *const uses[] = {
  "use", "light", "wave", "swing", "raise", "lift", "drink", "eat", "show", "hand", "give", "throw",
  "hold", "wield", "wear", "unfold", "unsheathe", "brandish", "tuck", "pocket", "offer", "sip", "bite",
  "grip", "strike", "fire", "aim", "draw", NULL
};

static const char *const particles[] = { "up", "out", "on", "over", "down", "high", NULL };

static const char *const articles[] = { "the", "your", NULL };

/* The text says how the thing comes to hand. */
static const char *const gains[] = {
  "find", "take", "takes", "pick", "picks", "grab", "gives", "hands", "passes", "brings", "lends",
  "fetch", "imagine", "remember", "dream", "wish", "once", "pretend", "picture", NULL
};

/* The player asked for it, and is to be told what comes of that. */
static const char *const speakings[] = {
  "ask", "tell", "say", "talk", "greet", "call", "shout", "answer", "reply", "whisper", "order",
  "beg", "persuade", "convince", "thank", "speak", "read", "sing", "recite", "yell", "explain",
  "introduce", "confess", "lie", "promise", "warn", "apologise", "apologize", "agree", "refuse",
  "accuse", "chat", "offer", "demand", "bargain", "haggle", "threaten", "plead", "joke", "swear",
  "invite", "request", "suggest", "propose", "prompt", "pray", "announce", "argue", "comfort",
  "question", "interrogate", "declare", "flatter", "insult", "mutter", "scream", "cry", "hello", "name",
  "accept", "decline", "yes", "no", "line", "lines", "perform", "rehearse", "bid", "command", NULL
};

static const char *const says[] = {
  "say", "ask", "answer", "reply", "whisper", "murmur", "mutter", "shout", "call", "add", "tell",
  "explain", "insist", "agree", "demand", "announce", "declare", "said", "asked", "answered",
  "replied", "whispered", "murmured", "muttered", "shouted", "added", NULL
};

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

  for (guint i = 0; i < self->words->words->len; i++)
    {
      guint at = i + 2;

      if (sg_told_words_get (self->words, i)->quote != 0 || !sg_told_words_is (self->words, i, "you")
          || !sg_told_words_is_any (self->words, i + 1, uses))
        continue;
      if (sg_told_words_is_any (self->words, at, particles))
        at++;
      if (sg_told_words_is_any (self->words, at, articles)
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
      || sg_told_words_contain (self->words, gains))
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
         || sg_told_words_contain (self->input, speakings);
}

/* The number of the speech that the player's character makes at "you", or 0. */
static guint
find_speech (SgVerification *self,
             guint           position)
{
  const SgToldWord *you = sg_told_words_get (self->words, position);
  const SgToldWord *next = sg_told_words_get (self->words, position + 2);

  if (you->quote != 0 || !sg_told_words_is (self->words, position, "you")
      || !sg_told_words_is_any (self->words, position + 1, says))
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

  for (guint i = 0; i < self->words->words->len; i++)
    {
      const SgToldWord *word = sg_told_words_get (self->words, i);
      const char *list[] = { word->folded, NULL };

      if (word->quote != quote)
        continue;
      if (n_words == 0)
        *first = i;
      *last = i;
      n_words++;
      n_known += sg_told_words_contain (self->input, list);
    }

  return n_words < MIN_SPOKEN || n_known * 2 >= n_words;
}

void
sg_verify_spoken_for (SgVerification *self)
{
  guint first = 0;
  guint last = 0;

  if (may_speak (self))
    return;

  for (guint i = 0; i < self->words->words->len; i++)
    {
      guint quote = find_speech (self, i);

      if (quote != 0 && !is_own_words (self, quote, &first, &last))
        {
          g_autofree char *words = sg_told_words_dup_range (self->words, first, last);

          sg_verification_add (self, "player-spoken-for",
                               _("Your character says what you did not say."), words, FALSE);
          return;
        }
    }
}
