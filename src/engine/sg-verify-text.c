/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a text repeats itself or another, and whether it comes to its end. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "store/sg-records.h"

/* A sentence of that many words is not said twice by chance. */
#define MIN_SENTENCE 10

/* A few words that come again and again. */
#define MAX_PERIOD 24
#define MIN_LOOP_WORDS 24
#define MIN_LOOP_TURNS 4

/* How many tellings before this one are compared, and how much of it they may hold. */
#define N_RECENT 3
#define MIN_COPIED_WORDS 30

/* A sentence is known by the words in it (like FNV-1a, 64 bit, over their hashes). */
typedef void (*SentenceFunc) (guint64  hash,
                              guint    first,
                              guint    n_words,
                              gpointer user_data);

/* For each sentence that is long enough. */
static void
for_each_sentence (const SgToldWords *words,
                   SentenceFunc       func,
                   gpointer           user_data)
{
  guint first = 0;

  while (first < words->n_words)
    {
      guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
      guint sentence = words->words[first].sentence;
      guint i = first;

      for (; i < words->n_words && words->words[i].sentence == sentence; i++)
        hash = (hash ^ words->words[i].hash) * G_GUINT64_CONSTANT (0x100000001b3);
      if (i - first >= MIN_SENTENCE)
        func (hash, first, i - first, user_data);
      first = i;
    }
}

/* The table is made for the first sentence. */
typedef struct
{
  GHashTable *seen;
  int         twice;
  guint       n_words;
  guint       n_copied;
} Sentences;

static void
sentences_clear (Sentences *self)
{
  g_clear_pointer (&self->seen, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sentences, sentences_clear)

static void
learn_cb (guint64  hash,
          guint    first,
          guint    n_words,
          gpointer user_data)
{
  Sentences *sentences = user_data;

  if (sentences->seen == NULL)
    sentences->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (!g_hash_table_add (sentences->seen, g_memdup2 (&hash, sizeof hash)) && sentences->twice < 0)
    sentences->twice = (int) first;
  sentences->n_words += n_words;
}

static void
compare_cb (guint64  hash,
            guint    first,
            guint    n_words,
            gpointer user_data)
{
  Sentences *sentences = user_data;

  if (sentences->seen != NULL && g_hash_table_contains (sentences->seen, &hash))
    sentences->n_copied += n_words;
}

/* Where the words begin to go round in a circle, or -1. */
static int
find_loop (const SgToldWords *words)
{
  const SgToldWord *all = words->words;
  guint n = words->n_words;

  /* All words of a loop but those of its first turn were there before. */
  if (n - words->n_distinct < MIN_LOOP_WORDS)
    return -1;

  for (guint period = 1; period <= MAX_PERIOD; period++)
    {
      guint needed = MAX (MIN_LOOP_WORDS, period * (MIN_LOOP_TURNS - 1));
      guint n_equal = 0;

      if (n < period + needed)
        continue;

      /* Each word of a text is kept once. */
      for (guint i = period; i < n; i++)
        {
          n_equal = all[i].folded == all[i - period].folded ? n_equal + 1 : 0;
          if (n_equal >= needed)
            return (int) (i + 1 - n_equal);
        }
    }

  return -1;
}

/* Whether so many words are most of what was told. */
static gboolean
is_most (SgVerification *self,
         guint           n_words)
{
  return n_words >= MIN_COPIED_WORDS && n_words * 2 >= self->words->n_words;
}

/* Whoever looks around again, goes back, or tries the same thing once more is told the same. */
static gboolean
is_asked_again (SgVerification  *self,
                const SgTurnRow *earlier)
{
  return sg_told_words_contain (self->input, SG_WORD_LOOKING)
         || g_strcmp0 (self->told->input, earlier->input) == 0
         || (self->told->before != NULL && self->told->after != NULL
             && g_strcmp0 (sg_world_get_string (self->told->before, "player", "place"),
                           sg_world_get_string (self->told->after, "player", "place")) != 0);
}

static gboolean
repeats (SgVerification  *self,
         const SgTurnRow *earlier)
{
  g_auto (Sentences) sentences = { .seen = NULL };
  g_autoptr (SgToldWords) words = NULL;

  if (earlier->text == NULL
      || (is_asked_again (self, earlier) && self->told->mode != SG_INPUT_CONTINUE))
    return FALSE;

  words = sg_told_words_new (earlier->text);
  for_each_sentence (words, learn_cb, &sentences);
  for_each_sentence (self->words, compare_cb, &sentences);

  return is_most (self, sentences.n_copied);
}

void
sg_verify_repeats (SgVerification *self)
{
  GPtrArray *recent = self->told->recent;
  g_auto (Sentences) sentences = { .twice = -1 };

  for_each_sentence (self->words, learn_cb, &sentences);
  if (sentences.twice < 0)
    sentences.twice = find_loop (self->words);
  if (sentences.twice >= 0)
    {
      g_autofree char *quote = sg_told_words_dup_sentence (self->words, (guint) sentences.twice);

      sg_verification_add (self, "repeats", _("The text repeats itself."), quote, FALSE);
      return;
    }

  /* Where short sentences are most of it, no other text has most of it. */
  if (recent == NULL || !is_most (self, sentences.n_words))
    return;

  for (guint i = 1; i <= MIN (N_RECENT, recent->len); i++)
    {
      if (repeats (self, g_ptr_array_index (recent, recent->len - i)))
        {
          sg_verification_add (self, "repeats", _("Most of this was told before."), NULL, FALSE);
          return;
        }
    }
}

void
sg_verify_cut_off (SgVerification *self)
{
  g_autofree char *text = NULL;
  const char *last;
  g_autofree char *quote = NULL;

  if (self->told->finish != SG_FINISH_LENGTH || self->words->n_words == 0)
    return;

  text = g_strchomp (g_strdup (self->told->text));
  last = g_utf8_find_prev_char (text, text + strlen (text));
  if (last != NULL && strchr (".!?\"*)", *last) == NULL
      && !g_str_equal (last, "…") && !g_str_equal (last, "”") && !g_str_equal (last, "»")
      && !g_str_equal (last, "。") && !g_str_equal (last, "」"))
    {
      quote = sg_told_words_dup_sentence (self->words, self->words->n_words - 1);
      sg_verification_add (self, "cut-off", _("The text breaks off in the middle of a sentence."),
                           quote, FALSE);
    }
}
