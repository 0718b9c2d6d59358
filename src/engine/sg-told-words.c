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
  SgToldWords       *words;
  const SgToldWords *lexicon;
  char              *folded;
  guint              sentence;
  guint              paragraph;
  guint              quote;
  guint              ended_quote;
  gboolean           opens;
  gunichar           closing;
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

/* FNV-1a, 64 bit. */
static guint64
hash_letters (const char *folded)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (const char *p = folded; *p != '\0'; p++)
    hash = (hash ^ (guchar) *p) * G_GUINT64_CONSTANT (0x100000001b3);

  return hash;
}

static gboolean
is_same_word (const SgToldWord *word,
              const SgToldWord *other)
{
  return word->hash == other->hash && g_str_equal (word->folded, other->folded);
}

/* The place in the table of the first such word: a position from 1, or 0 while there is none. */
static guint *
find_slot (const SgToldWords *self,
           const SgToldWord  *word)
{
  guint at = (guint) word->hash & self->mask;

  while (self->slots[at] != 0 && !is_same_word (&self->words[self->slots[at] - 1], word))
    at = (at + 1) & self->mask;

  return &self->slots[at];
}

static SgToldWord *
find_first (const SgToldWords *self,
            const SgToldWord  *word)
{
  guint slot = *find_slot (self, word);

  return slot != 0 ? &self->words[slot - 1] : NULL;
}

static char *
dup_folded (const char *start,
            const char *end)
{
  /* Letters may stand apart from their accents. */
  g_autofree char *whole = g_utf8_normalize (start, end - start, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *lower = g_utf8_strdown (whole, -1);
  GString *folded = g_string_new (lower);

  g_string_replace (folded, "\342\200\231", "'", 0);

  return g_string_free (folded, FALSE);
}

/* Writes a word in small letters to where there is room for it, which is right if it is ASCII but for
 * apostrophes.  Returns where it ends. */
static const char *
fold (const char *start,
      char       *folded,
      gboolean   *is_ascii)
{
  const char *p = start;

  *is_ascii = TRUE;
  while (TRUE)
    {
      if (g_ascii_isalnum (*p))
        {
          /* Digits have the bit that makes a letter small. */
          *folded++ = *p++ | 0x20;
          continue;
        }
      if (*p == '\0' || !is_part_of_word (p))
        break;

      *folded++ = '\'';
      *is_ascii &= is_apostrophe (g_utf8_get_char (p));
      p = g_utf8_next_char (p);
    }
  *folded = '\0';

  return p;
}

/* Each word is kept once, and looked up once. */
static void
keep (Walk       *walk,
      SgToldWord *word)
{
  SgToldWords *self = walk->words;
  guint *slot;
  const SgToldWord *known;

  word->hash = hash_letters (word->folded);
  slot = find_slot (self, word);
  if (*slot != 0)
    {
      known = &self->words[*slot - 1];
      word->folded = known->folded;
    }
  else
    {
      known = walk->lexicon != NULL ? find_first (walk->lexicon, word) : NULL;
      *slot = self->n_words + 1;
      self->n_distinct++;
      if (word->folded == walk->folded)
        walk->folded += strlen (word->folded) + 1;
      else
        word->folded = g_string_chunk_insert (self->others, word->folded);
    }

  word->kinds = known != NULL ? known->kinds : 0;
  self->kinds |= word->kinds;
}

static const char *
take_word (Walk       *walk,
           const char *start)
{
  SgToldWords *self = walk->words;
  SgToldWord *word = &self->words[self->n_words];
  g_autofree char *other = NULL;
  gboolean is_ascii;
  const char *end = fold (start, walk->folded, &is_ascii);

  if (!is_ascii)
    {
      other = dup_folded (start, end);
      self->is_ascii = FALSE;
    }

  *word = (SgToldWord) {
    .folded = is_ascii ? walk->folded : other,
    .start = (guint) (start - self->text),
    .end = (guint) (end - self->text),
    .sentence = walk->sentence,
    .paragraph = walk->paragraph,
    .quote = walk->quote,
  };
  if (walk->quote == 0)
    {
      word->opens = walk->opens;
      word->after_quote = walk->ended_quote;
      walk->opens = FALSE;
      walk->ended_quote = 0;
    }
  keep (walk, word);
  self->n_words++;

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
  guint n = walk->words->n_words;

  return n > 0 && sg_told_words_is (walk->words, n - 1, SG_WORD_TITLE);
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

static char *
dup_valid (const char *text)
{
  gsize length = strnlen (text, SG_TOLD_WORDS_MAX);
  guchar bits = 0;

  for (gsize i = 0; i < length; i++)
    bits |= (guchar) text[i];

  return bits < 0x80 ? g_strndup (text, length) : g_utf8_make_valid (text, (gssize) length);
}

/* Between two words is always something else, so that half of the bytes begin one at most. */
static SgToldWords *
new_with_lexicon (const char        *text,
                  const SgToldWords *lexicon)
{
  SgToldWords *self = g_new0 (SgToldWords, 1);
  Walk walk = { .words = self, .lexicon = lexicon, .opens = TRUE };
  gsize length;
  const char *p;

  self->text = dup_valid (text);
  length = strlen (self->text);
  self->words = g_new (SgToldWord, length / 2 + 1);
  self->folded = g_malloc (length + 1);
  self->others = g_string_chunk_new (1024);
  self->mask = (1u << g_bit_storage (length)) - 1;
  self->slots = g_new0 (guint, self->mask + 1);
  self->is_ascii = TRUE;
  walk.folded = self->folded;

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

/* All words of which something is known, with their kinds. */
static const SgToldWords *
get_lexicon (void)
{
  static gsize made;

  if (g_once_init_enter (&made))
    {
      /* Each kind is a paragraph. */
      g_autofree char *text = g_strjoinv ("\n", (char **) sg_word_kinds);
      SgToldWords *lexicon = new_with_lexicon (text, NULL);

      for (guint i = 0; i < lexicon->n_words; i++)
        {
          const SgToldWord *word = &lexicon->words[i];

          find_first (lexicon, word)->kinds |= 1u << word->paragraph;
        }
      g_once_init_leave (&made, (gsize) lexicon);
    }

  return (const SgToldWords *) made;
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
  return new_with_lexicon (text, get_lexicon ());
}

void
sg_told_words_free (SgToldWords *self)
{
  g_free (self->slots);
  g_string_chunk_free (self->others);
  g_free (self->folded);
  g_free (self->words);
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
  return position < self->n_words ? &self->words[position] : NULL;
}

/**
 * sg_told_words_is:
 *
 * Returns: whether there is a word at @position, and of that kind
 */
gboolean
sg_told_words_is (const SgToldWords *self,
                  guint              position,
                  SgWordKind         kind)
{
  return position < self->n_words && (self->words[position].kinds & (1u << kind)) != 0;
}

/**
 * sg_told_words_contain:
 *
 * Returns: whether any word of that kind is in the text
 */
gboolean
sg_told_words_contain (const SgToldWords *self,
                       SgWordKind         kind)
{
  return (self->kinds & (1u << kind)) != 0;
}

/**
 * sg_told_words_have_word:
 * @word: a word of this text or another
 *
 * Returns: whether it is somewhere in the text
 */
gboolean
sg_told_words_have_word (const SgToldWords *self,
                         const SgToldWord  *word)
{
  return find_first (self, word) != NULL;
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
  for (guint i = 0; i < name->n_words; i++)
    {
      if (!sg_told_words_have_word (self, &name->words[i]))
        return FALSE;
    }

  return name->n_words > 0;
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
  if (position + name->n_words > self->n_words)
    return FALSE;

  for (guint i = 0; i < name->n_words; i++)
    {
      if (!is_same_word (&self->words[position + i], &name->words[i]))
        return FALSE;
    }

  return name->n_words > 0;
}

gboolean
sg_told_words_mention (const SgToldWords *self,
                       const SgToldWords *name)
{
  for (guint i = 0; i < self->n_words; i++)
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
  while (last + 1 < self->n_words && sg_told_words_get (self, last + 1)->sentence == sentence)
    last++;

  return sg_told_words_dup_range (self, first, last);
}
