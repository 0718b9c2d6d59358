/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-paragraph.h"

static char *
repeat (const char *text,
        guint       times)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (all, text);

  return g_string_free (all, FALSE);
}

/* Breaks @text where it is told to, and looks at what stands on both sides. */
static void
assert_broken (const char *text,
               guint       at_least,
               guint       at_most,
               const char *before,
               const char *after)
{
  g_autofree char *first = NULL;
  SgParagraphBreak found;
  const char *second;

  g_assert_true (sg_paragraph_find_break (text, &found));
  g_assert_cmpuint (found.position, >=, at_least);
  g_assert_cmpuint (found.position, <=, at_most);
  first = g_utf8_substring (text, 0, found.position);
  second = g_utf8_offset_to_pointer (text, found.position);
  g_assert_true (g_str_has_suffix (first, before));
  g_assert_true (g_str_has_prefix (second, after));
  g_assert_cmpint (found.space, ==, g_str_has_suffix (first, " "));
}

static void
test_short (void)
{
  g_autofree char *text = repeat ("It rains. ", SG_PARAGRAPH_LONG / 10);
  SgParagraphBreak found;

  g_assert_false (sg_paragraph_find_break ("", &found));
  g_assert_false (sg_paragraph_find_break (text, &found));
}

static void
test_sentences (void)
{
  g_autofree char *plain = repeat ("The river bends here. ", 200);
  g_autofree char *quoted = repeat ("\"Are you late?\" she says, and then he says \"Yes!\"  ", 100);
  g_autofree char *decimals = repeat ("3.14159", 290);
  g_autofree char *then = g_strconcat (decimals, " is pi. And e is not.", NULL);

  assert_broken (plain, 2000, 2022, "here. ", "The");
  assert_broken (quoted, 2000, 2050, " ", "");
  assert_broken (then, 2030, 2050, "is pi. ", "And");
}

static void
test_words (void)
{
  g_autofree char *text = repeat ("quick ", 1000);

  assert_broken (text, 3000, 3006, "quick ", "quick");
}

/* Neither blanks nor full stops: a letter and the accent on it stay together. */
static void
test_anywhere (void)
{
  g_autofree char *text = repeat ("e\xcc\x81", 3000);

  assert_broken (text, 4000, 4002, "e\xcc\x81", "e");
}

/* Foreign text may be nothing but accents. */
static void
test_accents (void)
{
  g_autofree char *text = repeat ("\xcc\x81", 9000);

  assert_broken (text, 5000, 5000, "\xcc\x81", "\xcc\x81");
}

/* Chinese has no blanks; a full stop and the quotation mark behind it stay together. */
static void
test_chinese (void)
{
  g_autofree char *text = repeat ("「雨停了。」", 500);

  assert_broken (text, 2000, 2006, "。」", "「");
}

/* Text that comes in pieces is broken where the whole text would have been. */
static void
test_growing (void)
{
  g_autofree char *text = repeat ("He waits, and waits; it rains. ", 100);
  SgParagraphBreak whole;

  g_assert_true (sg_paragraph_find_break (text, &whole));
  for (gsize length = 1; length <= strlen (text); length++)
    {
      g_autofree char *begun = g_strndup (text, length);
      SgParagraphBreak found;

      if (sg_paragraph_find_break (begun, &found))
        g_assert_cmpuint (found.position, ==, whole.position);
      else
        g_assert_cmpuint (length, <=, whole.position);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paragraph/short", test_short);
  g_test_add_func ("/paragraph/sentences", test_sentences);
  g_test_add_func ("/paragraph/words", test_words);
  g_test_add_func ("/paragraph/anywhere", test_anywhere);
  g_test_add_func ("/paragraph/accents", test_accents);
  g_test_add_func ("/paragraph/chinese", test_chinese);
  g_test_add_func ("/paragraph/growing", test_growing);
  return g_test_run ();
}
