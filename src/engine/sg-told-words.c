/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One walk over a text: words, sentences, paragraphs, speech.  Speech stands between double quotation marks,
 * straight or not, or guillemets; it ends with its paragraph where nobody closes it. */

#include "config.h"

#include "engine/sg-told-words.h"

#include <string.h>

/* What a player can read at a glance. */
#define MAX_QUOTE 160

typedef struct
{
  SgToldWords *words;
  guint        sentence;
  guint        paragraph;
  guint        quote;
  guint        ended_quote;
  gboolean     opens;
  gunichar     closing;
  GString     *folded;
} Walk;

static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019;
}

static gboolean
is_part_of_word (const char *p)
{
  gunichar c;

  if ((guchar) *p < 0x80 && *p != '\'')
    return g_ascii_isalnum (*p);

  c = g_utf8_get_char (p);
  if (g_unichar_isalnum (c) || g_unichar_ismark (c))
    return TRUE;

  return is_apostrophe (c) && g_unichar_isalpha (g_utf8_get_char (g_utf8_next_char (p)));
}

/* Each word is kept once. */
static const char *
fold (Walk       *walk,
      const char *start,
      const char *end)
{
  GString *folded = walk->folded;
  gsize length = (gsize) (end - start);
  gboolean is_ascii = TRUE;
  const char *kept;

  g_string_truncate (folded, 0);
  g_string_append_len (folded, start, (gssize) length);
  for (gsize i = 0; i < length; i++)
    {
      is_ascii &= (guchar) start[i] < 0x80;
      folded->str[i] = g_ascii_tolower (start[i]);
    }

  if (!is_ascii)
    {
      g_autofree char *lower = g_utf8_strdown (start, (gssize) length);

      g_string_assign (folded, lower);
      g_string_replace (folded, "\342\200\231", "'", 0);
    }

  kept = g_hash_table_lookup (walk->words->set, folded->str);
  if (kept == NULL)
    {
      kept = g_string_chunk_insert_len (walk->words->strings, folded->str, (gssize) folded->len);
      g_hash_table_add (walk->words->set, (gpointer) kept);
    }

  return kept;
}

static const char *
take_word (Walk       *walk,
           const char *start)
{
  SgToldWord word = { 0 };
  const char *end = start;

  while (g_ascii_isalnum (*end) || (*end != '\0' && is_part_of_word (end)))
    end = g_utf8_next_char (end);

  word.folded = fold (walk, start, end);
  word.start = (guint) (start - walk->words->text);
  word.end = (guint) (end - walk->words->text);
  word.sentence = walk->sentence;
  word.paragraph = walk->paragraph;
  word.quote = walk->quote;
  if (walk->quote == 0)
    {
      word.opens = walk->opens;
      word.after_quote = walk->ended_quote;
      walk->opens = FALSE;
      walk->ended_quote = 0;
    }
  g_array_append_val (walk->words->words, word);

  return end;
}

static void
end_sentence (Walk *walk)
{
  walk->sentence++;
  if (walk->quote == 0)
    walk->opens = TRUE;
}

static void
end_paragraph (Walk *walk)
{
  if (walk->quote != 0)
    walk->ended_quote = 0;
  walk->quote = 0;
  walk->ended_quote = 0;
  end_sentence (walk);
  walk->opens = TRUE;
  walk->paragraph++;
}

/* "Mr. Bright" is no end of a sentence. */
static gboolean
is_title (Walk *walk)
{
  static const char *const titles[] = { "mr", "mrs", "ms", "dr", "st", NULL };
  guint n = walk->words->words->len;

  return n > 0 && sg_told_words_is_any (walk->words, n - 1, titles);
}

static gunichar
closing_mark (gunichar c)
{
  switch (c)
    {
    case '"':
      return '"';
    case 0x201c:
      return 0x201d;
    case 0x201e:
      return 0x201c;
    case 0xab:
      return 0xbb;
    case 0x300c:
      return 0x300d;
    default:
      return 0;
    }
}

static void
take_mark (Walk       *walk,
           const char *p)
{
  gunichar c = g_utf8_get_char (p);

  if (walk->quote != 0 && (c == walk->closing || (walk->closing == 0x201c && c == 0x201d)))
    {
      walk->ended_quote = walk->quote;
      walk->quote = 0;
    }
  else if (walk->quote == 0 && closing_mark (c) != 0)
    {
      walk->closing = closing_mark (c);
      walk->quote = ++walk->words->n_quotes;
    }
  else if (c == '\n')
    {
      end_paragraph (walk);
    }
  else if (c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || (c == '.' && !is_title (walk)))
    {
      /* A full stop behind a speech parts it from what follows. */
      walk->ended_quote = 0;
      end_sentence (walk);
    }
}

/**
 * sg_told_words_new:
 * @text: any text
 *
 * Returns: (transfer full): its words
 */
SgToldWords *
sg_told_words_new (const char *text)
{
  SgToldWords *self = g_new0 (SgToldWords, 1);
  g_autoptr (GString) folded = g_string_sized_new (32);
  Walk walk = { .words = self, .opens = TRUE, .folded = folded };
  const char *p;

  self->text = g_utf8_make_valid (text, (gssize) strnlen (text, SG_TOLD_WORDS_MAX));
  self->words = g_array_new (FALSE, FALSE, sizeof (SgToldWord));
  self->strings = g_string_chunk_new (4096);
  self->set = g_hash_table_new (g_str_hash, g_str_equal);

  p = self->text;
  while (*p != '\0')
    {
      if (*p == ' ')
        {
          p++;
        }
      else if (!is_apostrophe (g_utf8_get_char (p)) && is_part_of_word (p))
        {
          p = take_word (&walk, p);
        }
      else
        {
          take_mark (&walk, p);
          p = g_utf8_next_char (p);
        }
    }

  return self;
}

void
sg_told_words_free (SgToldWords *self)
{
  g_hash_table_unref (self->set);
  g_array_unref (self->words);
  g_string_chunk_free (self->strings);
  g_free (self->text);
  g_free (self);
}

/**
 * sg_told_words_get:
 *
 * Returns: (transfer none) (nullable): the word there; %NULL behind the last
 */
const SgToldWord *
sg_told_words_get (const SgToldWords *self,
                   guint              position)
{
  return position < self->words->len ? &g_array_index (self->words, SgToldWord, position) : NULL;
}

gboolean
sg_told_words_is (const SgToldWords *self,
                  guint              position,
                  const char        *folded)
{
  const SgToldWord *word = sg_told_words_get (self, position);

  return word != NULL && g_str_equal (word->folded, folded);
}

gboolean
sg_told_words_is_any (const SgToldWords *self,
                      guint              position,
                      const char *const *list)
{
  const SgToldWord *word = sg_told_words_get (self, position);

  return word != NULL && g_strv_contains (list, word->folded);
}

/**
 * sg_told_words_contain:
 *
 * Returns: whether any of the words of @list is in the text
 */
gboolean
sg_told_words_contain (const SgToldWords *self,
                       const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    {
      if (g_hash_table_contains (self->set, list[i]))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_told_words_have:
 *
 * Returns: whether all words of a name are somewhere in the text
 */
gboolean
sg_told_words_have (const SgToldWords *self,
                    const SgToldWords *name)
{
  for (guint i = 0; i < name->words->len; i++)
    {
      if (!g_hash_table_contains (self->set, g_array_index (name->words, SgToldWord, i).folded))
        return FALSE;
    }

  return name->words->len > 0;
}

/**
 * sg_told_words_match:
 *
 * Returns: whether the words of a name stand at @position
 */
gboolean
sg_told_words_match (const SgToldWords *self,
                     guint              position,
                     const SgToldWords *name)
{
  for (guint i = 0; i < name->words->len; i++)
    {
      if (!sg_told_words_is (self, position + i, g_array_index (name->words, SgToldWord, i).folded))
        return FALSE;
    }

  return name->words->len > 0;
}

gboolean
sg_told_words_mention (const SgToldWords *self,
                       const SgToldWords *name)
{
  for (guint i = 0; sg_told_words_have (self, name) && i < self->words->len; i++)
    {
      if (sg_told_words_match (self, i, name))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_told_words_dup_range:
 * @first: the first word
 * @last: the last word
 *
 * Returns: (transfer full): the text from one to the other, cut where it is long
 */
char *
sg_told_words_dup_range (const SgToldWords *self,
                         guint              first,
                         guint              last)
{
  guint start = sg_told_words_get (self, first)->start;
  g_autofree char *text =
    g_strndup (self->text + start, sg_told_words_get (self, last)->end - start);
  g_autofree char *cut = NULL;

  if (g_utf8_strlen (text, -1) <= MAX_QUOTE)
    return g_steal_pointer (&text);

  cut = g_utf8_substring (text, 0, MAX_QUOTE);

  return g_strconcat (cut, "…", NULL);
}

/**
 * sg_told_words_dup_sentence:
 *
 * Returns: (transfer full): the sentence that a word is in, cut where it is long
 */
char *
sg_told_words_dup_sentence (const SgToldWords *self,
                            guint              position)
{
  guint sentence = sg_told_words_get (self, position)->sentence;
  guint first = position;
  guint last = position;

  while (first > 0 && sg_told_words_get (self, first - 1)->sentence == sentence)
    first--;
  while (last + 1 < self->words->len && sg_told_words_get (self, last + 1)->sentence == sentence)
    last++;

  return sg_told_words_dup_range (self, first, last);
}
