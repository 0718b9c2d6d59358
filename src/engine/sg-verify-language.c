/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a text changes its language: by the script of its letters, and for a few languages in Latin
 * script by the small words that no sentence does without.  What is expected is the language of what was
 * told last, else that of the story; who writes in another language may be answered in it. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "store/sg-records.h"

/* A paragraph with less says nothing about its language. */
#define MIN_WORDS 12
#define MIN_LETTERS 12

/* The share of small words in ordinary prose is about 0.4; of those of another language, below 0.1. */
#define MIN_SHARE 0.2
#define MAX_OTHER 0.5

/* Whose small words are known, from SG_WORD_EN on. */
static const char *const languages[] = { "en", "de", "fr", "es", "it", "pt", "nl" };

G_STATIC_ASSERT (SG_WORD_EN + G_N_ELEMENTS (languages) == SG_N_WORD_KINDS);

static const char latin[] = "Latin";

/* Chinese, Japanese and Korean mix theirs; they are told apart from others, not from each other. */
static const char *
script_of (gunichar c)
{
  if (!g_unichar_isalpha (c))
    return NULL;

  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_LATIN:
      return latin;
    case G_UNICODE_SCRIPT_CYRILLIC:
      return "Cyrillic";
    case G_UNICODE_SCRIPT_GREEK:
      return "Greek";
    case G_UNICODE_SCRIPT_ARABIC:
      return "Arabic";
    case G_UNICODE_SCRIPT_HEBREW:
      return "Hebrew";
    case G_UNICODE_SCRIPT_THAI:
      return "Thai";
    case G_UNICODE_SCRIPT_DEVANAGARI:
      return "Devanagari";
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
      return "East Asian";
    default:
      return NULL;
    }
}

/* The script that most letters of a range of words are of, or %NULL where they are too few. */
static const char *
find_script (const SgToldWords *words,
             guint              first,
             guint              last)
{
  const char *names[8] = { latin };
  guint counts[8] = { 0 };
  guint n_letters = 0;

  for (guint i = first; i < last; i++)
    {
      const SgToldWord *word = sg_told_words_get (words, i);

      for (const char *p = word->folded; *p != '\0'; p = g_utf8_next_char (p))
        {
          const char *name;
          guint at = 0;

          if ((guchar) *p < 0x80)
            {
              counts[0] += g_ascii_isalpha (*p) != 0;
              continue;
            }

          name = script_of (g_utf8_get_char (p));
          if (name == NULL)
            continue;
          while (at < G_N_ELEMENTS (names) - 1 && names[at] != NULL && names[at] != name)
            at++;
          names[at] = name;
          counts[at]++;
        }
    }

  for (guint at = 0; at < G_N_ELEMENTS (counts); at++)
    n_letters += counts[at];
  for (guint at = 0; n_letters >= MIN_LETTERS && at < G_N_ELEMENTS (names); at++)
    {
      if (counts[at] * 3 >= n_letters * 2)
        return names[at];
    }

  return NULL;
}

/* The language of a range of words, or %NULL where it cannot be said. */
static const char *
find_language (const SgToldWords *words,
               guint              first,
               guint              last,
               guint              min_words)
{
  guint counts[G_N_ELEMENTS (languages)] = { 0 };
  guint best = 0;
  guint second = 0;

  if (last - first < min_words)
    return NULL;

  for (guint i = first; i < last; i++)
    {
      guint32 bits = words->words[i].kinds >> SG_WORD_EN;

      for (guint l = 0; bits != 0; l++, bits >>= 1)
        counts[l] += bits & 1;
    }

  for (guint l = 1; l < G_N_ELEMENTS (languages); l++)
    {
      if (counts[l] > counts[best])
        best = l;
    }
  for (guint l = 0; l < G_N_ELEMENTS (languages); l++)
    {
      if (l != best)
        second = MAX (second, counts[l]);
    }

  return counts[best] >= MIN_SHARE * (last - first) && second <= counts[best] * MAX_OTHER
           ? languages[best]
           : NULL;
}

/* What a range of words is written in: a language, else a script that is not Latin. */
static const char *
find_tongue (const SgToldWords *words,
             guint              first,
             guint              last,
             guint              min_words)
{
  const char *script = words->is_ascii ? latin : find_script (words, first, last);

  if (script != NULL && script != latin)
    return script;

  return find_language (words, first, last, min_words);
}

static const char *
known_language (const char *tag)
{
  static const struct
  {
    const char *prefix;
    const char *script;
  } others[] = {
    { "ru", "Cyrillic" },   { "uk", "Cyrillic" }, { "bg", "Cyrillic" },   { "el", "Greek" },
    { "ar", "Arabic" },     { "fa", "Arabic" },   { "he", "Hebrew" },     { "th", "Thai" },
    { "hi", "Devanagari" }, { "zh", "East Asian" }, { "ja", "East Asian" }, { "ko", "East Asian" },
  };

  for (guint i = 0; tag != NULL && i < G_N_ELEMENTS (languages); i++)
    {
      if (g_ascii_strncasecmp (tag, languages[i], 2) == 0)
        return languages[i];
    }
  for (guint i = 0; tag != NULL && i < G_N_ELEMENTS (others); i++)
    {
      if (g_ascii_strncasecmp (tag, others[i].prefix, 2) == 0)
        return others[i].script;
    }

  return NULL;
}

static const char *
find_expected (SgVerification *self)
{
  GPtrArray *recent = self->told->recent;
  const char *expected = NULL;

  if (self->told->tongue != NULL)
    {
      expected = *self->told->tongue != '\0' ? self->told->tongue : NULL;
    }
  else if (recent != NULL && recent->len > 0)
    {
      const SgTurnRow *last = g_ptr_array_index (recent, recent->len - 1);
      g_autoptr (SgToldWords) words = sg_told_words_new (last->text != NULL ? last->text : "");

      expected = find_tongue (words, 0, words->n_words, MIN_WORDS);
    }

  return expected != NULL ? expected : known_language (self->told->language);
}

/* Whether the player writes so. */
static gboolean
is_asked_for (SgVerification *self,
              const char     *tongue)
{
  const SgToldWords *input = self->input;

  return g_strcmp0 (find_tongue (input, 0, input->n_words, 2), tongue) == 0;
}

void
sg_verify_language (SgVerification *self)
{
  const char *expected = find_expected (self);
  guint n_words = self->words->n_words;
  guint n_other = 0;
  const char *whole = find_tongue (self->words, 0, n_words, MIN_WORDS);
  int found = -1;
  guint first = 0;
  g_autofree char *quote = NULL;

  self->tongue = whole != NULL ? whole : "";
  while (expected != NULL && first < n_words)
    {
      guint paragraph = sg_told_words_get (self->words, first)->paragraph;
      guint last = first;
      const char *tongue;

      while (last < n_words && sg_told_words_get (self->words, last)->paragraph == paragraph)
        last++;
      tongue = first == 0 && last == n_words ? whole : find_tongue (self->words, first, last, MIN_WORDS);
      if (tongue != NULL && !g_str_equal (tongue, expected) && !is_asked_for (self, tongue))
        {
          n_other += last - first;
          found = found < 0 ? (int) first : found;
        }
      first = last;
    }
  if (found < 0)
    return;

  quote = sg_told_words_dup_sentence (self->words, (guint) found);
  sg_verification_add (self, "language", _("The text changes to another language."), quote,
                       n_other * 2 >= n_words);
}
