/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts as words, in many scripts and with what no text should have. */

#include "config.h"

#include <string.h>

#include "engine/sg-told-words.h"

/* The words in small letters. */
static char *
fold (const char *text)
{
  g_autoptr (SgToldWords) words = sg_told_words_new (text);
  GString *folded = g_string_new (NULL);

  for (guint i = 0; i < words->n_words; i++)
    {
      const SgToldWord *word = sg_told_words_get (words, i);

      g_assert_cmpuint (word->start, <, word->end);
      g_assert_true (i == 0 || words->words[i - 1].end < word->start);
      g_string_append_printf (folded, "%s%s", i > 0 ? "|" : "", word->folded);
    }
  g_assert_null (sg_told_words_get (words, words->n_words));

  return g_string_free (folded, FALSE);
}

static void
test_fold (void)
{
  static const struct
  {
    const char *text;
    const char *folded;
  } cases[] = {
    { "", "" },
    { " …\n", "" },
    { "a", "a" },
    { "Room 101, WEST wing", "room|101|west|wing" },
    { "Don't, don’t 'tis ’tis O'", "don't|don't|tis|tis|o" },
    { "L’Été à Orléans", "l'été|à|orléans" },
    { "Öffne O\xcc\x88""ffne", "öffne|öffne" },
    { "Тихо ΟΔΟΣ 日本", "тихо|οδος|日本" },
    /* These take more bytes when they are small. */
    { "İ Ⱥ ȺȾ’ȺȾ x", "i\xcc\x87|ⱥ|ⱥⱦ'ⱥⱦ|x" },
    { "a\xff""b \xc3 c\xe2\x80", "a|b|c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = fold (cases[i].text);

      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
}

static void
test_same (void)
{
  g_autoptr (SgToldWords) words = sg_told_words_new ("Don't go! ÉTÉ? “don’t été go”");
  g_autoptr (SgToldWords) other = sg_told_words_new ("GO été, stay");
  static const guint same[] = { 3, 5, 4 };

  g_assert_cmpuint (words->n_words, ==, 6);
  g_assert_cmpuint (words->n_distinct, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_assert_true (words->words[i].folded == words->words[same[i]].folded);
      g_assert_cmpuint (words->words[i].hash, ==, words->words[same[i]].hash);
    }

  g_assert_true (sg_told_words_have_word (words, &other->words[0]));
  g_assert_true (sg_told_words_have_word (words, &other->words[1]));
  g_assert_false (sg_told_words_have_word (words, &other->words[2]));
  g_assert_false (sg_told_words_have (words, other));
}

static void
test_names (void)
{
  g_autoptr (SgToldWords) words = sg_told_words_new ("Then old Tom, the Keeper, goes to Sister Ansa.");
  g_autoptr (SgToldWords) ansa = sg_told_words_new ("Sister Ansa");
  g_autoptr (SgToldWords) reversed = sg_told_words_new ("Ansa Sister");
  g_autoptr (SgToldWords) longer = sg_told_words_new ("Sister Ansa Maria");
  g_autoptr (SgToldWords) nobody = sg_told_words_new ("");

  g_assert_true (sg_told_words_match (words, 7, ansa));
  g_assert_false (sg_told_words_match (words, 8, ansa));
  g_assert_false (sg_told_words_match (words, 7, longer));
  g_assert_false (sg_told_words_match (words, 100, ansa));
  g_assert_true (sg_told_words_mention (words, ansa));
  g_assert_false (sg_told_words_mention (words, reversed));
  g_assert_true (sg_told_words_have (words, reversed));
  g_assert_false (sg_told_words_mention (words, nobody));
  g_assert_false (sg_told_words_have (words, nobody));
}

/* Each word of a list is known to be of its kind. */
static void
test_kinds (void)
{
  g_autoptr (SgToldWords) plain = sg_told_words_new ("Xylophones 12 älter");

  g_assert_cmpuint (plain->kinds, ==, 0);
  g_assert_false (plain->is_ascii);
  for (SgWordKind kind = 0; kind < SG_N_WORD_KINDS; kind++)
    {
      g_autoptr (SgToldWords) list = sg_told_words_new (sg_word_kinds[kind]);

      g_assert_cmpuint (list->n_words, >, 0);
      g_assert_cmpuint (list->n_distinct, ==, list->n_words);
      g_assert_true (sg_told_words_contain (list, kind));
      for (guint i = 0; i < list->n_words; i++)
        g_assert_true (sg_told_words_is (list, i, kind));
      g_assert_false (sg_told_words_is (list, list->n_words, kind));
      g_assert_false (sg_told_words_contain (plain, kind));
    }
  g_assert_null (sg_word_kinds[SG_N_WORD_KINDS]);
}

/* As many words as there can be, and as many different ones that grow. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SgToldWords) words = NULL;
  g_autoptr (SgToldWords) growing = NULL;

  while (text->len < SG_TOLD_WORDS_MAX + 100)
    g_string_append (text, text->len % 4 == 0 ? "a " : "B ");
  words = sg_told_words_new (text->str);
  g_assert_cmpuint (words->n_words, ==, SG_TOLD_WORDS_MAX / 2);
  g_assert_cmpuint (words->n_distinct, ==, 2);

  g_string_truncate (text, 0);
  for (guint i = 0; text->len < SG_TOLD_WORDS_MAX + 100; i++)
    g_string_append_printf (text, "Ⱥ%x ", i);
  growing = sg_told_words_new (text->str);
  g_assert_cmpuint (growing->n_distinct, ==, growing->n_words);
  for (guint i = 0; i + 1 < growing->n_words; i++)
    {
      g_autofree char *expected = g_strdup_printf ("ⱥ%x", i);

      g_assert_cmpstr (growing->words[i].folded, ==, expected);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/told-words/fold", test_fold);
  g_test_add_func ("/told-words/same", test_same);
  g_test_add_func ("/told-words/names", test_names);
  g_test_add_func ("/told-words/kinds", test_kinds);
  g_test_add_func ("/told-words/long", test_long);

  return g_test_run ();
}
