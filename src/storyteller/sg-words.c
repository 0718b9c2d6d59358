/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-words.h"

#include <string.h>

/* Nobody types more than this in one turn; what is longer is read up to here. */
#define MAX_WORDS 200

static const struct
{
  const char *from;
  const char *to;
} contractions[] = {
  { "i'm", "i am" },           { "i'd", "i would" },       { "i'll", "i will" },       { "i've", "i have" },
  { "let's", "let us" },       { "lets", "let us" },       { "what's", "what is" },    { "who's", "who is" },
  { "where's", "where is" },   { "how's", "how is" },      { "that's", "that is" },    { "it's", "it is" },
  { "there's", "there is" },   { "don't", "do not" },      { "can't", "can not" },     { "cannot", "can not" },
  { "won't", "will not" },     { "isn't", "is not" },      { "aren't", "are not" },    { "you're", "you are" },
  { "she's", "she is" },       { "he's", "he is" },        { "they're", "they are" },  { "whats", "what is" },
  { "wheres", "where is" },    { "whos", "who is" },       { "dont", "do not" },       { "gonna", "going to" },
  { "wanna", "want to" },      { "gotta", "have to" },     { "gimme", "give me" },     { "pls", "please" },
  { "o'clock", "oclock" },    { "w/", "with" },           { "we'd", "we would" },
  { "we'll", "we will" },      { "you'd", "you would" },   { "didn't", "did not" },    { "doesn't", "does not" },
};

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalnum (c) || c == '\'' || c == '-' || c == '_';
}

static gunichar
straighten (gunichar c)
{
  if (c == 0x2019 || c == 0x2018 || c == 0x00b4 || c == '`')
    return '\'';
  if (c == 0x201c || c == 0x201d || c == 0x201e || c == 0x00ab || c == 0x00bb)
    return '"';
  if (c == 0x2013 || c == 0x2014)
    return ',';

  return g_unichar_tolower (c);
}

static void
add_contracted (GPtrArray  *words,
                const char *word)
{
  gsize length = strlen (word);

  for (guint i = 0; i < G_N_ELEMENTS (contractions); i++)
    {
      if (g_str_equal (word, contractions[i].from))
        {
          g_auto (GStrv) parts = g_strsplit (contractions[i].to, " ", -1);

          for (guint j = 0; parts[j] != NULL; j++)
            g_ptr_array_add (words, g_strdup (parts[j]));
          return;
        }
    }

  /* "Mira's lamp" is the lamp; whose it is tells it from others by the word alone. */
  if (length > 2 && g_str_has_suffix (word, "'s"))
    g_ptr_array_add (words, g_strndup (word, length - 2));
  else if (length > 1 && g_str_has_suffix (word, "'"))
    g_ptr_array_add (words, g_strndup (word, length - 1));
  else
    g_ptr_array_add (words, g_strdup (word[0] == '\'' ? word + 1 : word));
}

static void
flush_word (GPtrArray *words,
            GString   *word)
{
  if (word->len == 0)
    return;

  add_contracted (words, word->str);
  g_string_truncate (word, 0);
}

/**
 * sg_words_split:
 * @text: what the player typed
 *
 * Returns: (transfer full) (array zero-terminated=1): the words and signs
 */
char **
sg_words_split (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) word = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0' && words->len < MAX_WORDS; at = g_utf8_next_char (at))
    {
      gunichar c = straighten (g_utf8_get_char (at));

      if (is_letter (c))
        {
          g_string_append_unichar (word, c);
          continue;
        }

      flush_word (words, word);
      if (strchr (".,;:!?\"", (int) (c < 128 ? c : ' ')) != NULL && c < 128)
        {
          char sign[2] = { (char) c, '\0' };

          g_ptr_array_add (words, g_strdup (sign));
        }
    }
  flush_word (words, word);
  for (guint i = words->len; i > 0; i--)
    {
      if (((char *) g_ptr_array_index (words, i - 1))[0] == '\0')
        g_ptr_array_remove_index (words, i - 1);
    }
  g_ptr_array_set_free_func (words, NULL);
  g_ptr_array_add (words, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/**
 * sg_words_join:
 * @first: the first word
 * @last: the one after the last
 *
 * Returns: (transfer full): the words with spaces between them, without signs
 */
char *
sg_words_join (const char * const *words,
               guint               first,
               guint               last)
{
  GString *string = g_string_new (NULL);

  for (guint i = first; i < last && words[i] != NULL; i++)
    {
      if (sg_word_is_sign (words[i]))
        continue;
      if (string->len > 0)
        g_string_append_c (string, ' ');
      g_string_append (string, words[i]);
    }

  return g_string_free (string, FALSE);
}

gboolean
sg_word_is_sign (const char *word)
{
  return word[0] != '\0' && word[1] == '\0' && strchr (".,;:!?\"", word[0]) != NULL;
}

gboolean
sg_word_is_article (const char *word)
{
  static const char *const articles[] = {
    "the", "a", "an", "some", "this", "that", "these", "those", "my", "your", "his", "their", "its", "our", NULL
  };

  return g_strv_contains (articles, word);
}

/* Words that change nothing of what is done. */
gboolean
sg_word_is_filler (const char *word)
{
  static const char *const fillers[] = {
    "please", "now", "then", "just", "carefully", "quickly", "slowly", "quietly", "gently", "softly", "again", "also",
    "ok", "okay", "so", "um", "uh", "finally", "simply", "closely", "immediately", "maybe",
    "perhaps", "silently", "cautiously", "politely", "kindly", "firmly", "boldly", "bravely", "hey", "yes",
    NULL
  };

  return g_strv_contains (fillers, word);
}

/* Optimal string alignment with a bound of one, without a table: the words agree up to one place, and
 * after it in one of four ways. */
gboolean
sg_word_is_close (const char *a,
                  const char *b)
{
  gsize a_length = strlen (a);
  gsize b_length = strlen (b);
  gsize i = 0;

  if (g_str_equal (a, b))
    return TRUE;
  if (a_length < 4 || b_length < 4 || a_length > b_length + 1 || b_length > a_length + 1)
    return FALSE;

  while (a[i] == b[i])
    i++;

  if (b[i] != '\0' && g_str_equal (a + i, b + i + 1))
    return TRUE;
  if (a[i] == '\0' || b[i] == '\0')
    return b[i] == '\0' && a[i + 1] == '\0';
  if (g_str_equal (a + i + 1, b + i) || g_str_equal (a + i + 1, b + i + 1))
    return TRUE;

  return a[i + 1] != '\0' && b[i + 1] != '\0' && a[i] == b[i + 1] && a[i + 1] == b[i]
         && g_str_equal (a + i + 2, b + i + 2);
}

static gboolean
are_neighbours (char a,
                char b)
{
  static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };

  for (int row = 0; row < 3; row++)
    {
      const char *at = strchr (rows[row], a);

      if (at == NULL)
        continue;
      for (int other = MAX (row - 1, 0); other <= MIN (row + 1, 2); other++)
        {
          const char *found = strchr (rows[other], b);

          if (found != NULL && ABS ((found - rows[other]) - (at - rows[row])) <= 1)
            return TRUE;
        }
    }

  return FALSE;
}

gboolean
sg_word_is_slip (const char *typed,
                 const char *meant)
{
  gsize length = strlen (typed);
  gsize i = 0;

  if (!sg_word_is_close (typed, meant))
    return FALSE;
  if (length != strlen (meant))
    return typed[0] == meant[0];

  while (i < length && typed[i] == meant[i])
    i++;
  /* A swap of two, or one wrong key. */
  if (i + 1 < length && typed[i] == meant[i + 1] && typed[i + 1] == meant[i])
    return TRUE;

  return i > 0 && i < length && are_neighbours (typed[i], meant[i]);
}

gboolean
sg_word_is_same_stem (const char *a,
                      const char *b)
{
  gsize length;

  if (g_str_equal (a, b))
    return TRUE;
  if (strlen (a) > strlen (b))
    {
      const char *longer = a;

      a = b;
      b = longer;
    }

  length = strlen (a);
  if (length < 3)
    return FALSE;
  if (strncmp (a, b, length) == 0)
    return g_str_equal (b + length, "s") || g_str_equal (b + length, "es");

  return a[length - 1] == 'y' && strncmp (a, b, length - 1) == 0 && g_str_equal (b + length - 1, "ies");
}
