/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-emphasis.h"

static void
assert_found (const char *text,
              guint       begin,
              guint       end,
              guint       stars)
{
  SgEmphasis found;

  g_assert_true (sg_emphasis_find (text, TRUE, &found));
  g_assert_cmpuint (found.begin, ==, begin);
  g_assert_cmpuint (found.end, ==, end);
  g_assert_cmpuint (found.stars, ==, stars);
}

static void
assert_plain (const char *text)
{
  SgEmphasis found;

  g_assert_false (sg_emphasis_find (text, TRUE, &found));
}

static void
test_pairs (void)
{
  assert_found ("a *b* c", 2, 5, 1);
  assert_found ("**bold**", 0, 8, 2);
  assert_found ("***both***", 0, 10, 3);
  assert_found ("ä ü *ö*!", 4, 7, 1);
  assert_found ("a * b *c*", 6, 9, 1);
}

static void
test_plain_text (void)
{
  assert_plain ("");
  assert_plain ("no stars");
  assert_plain ("2 * 3 * 4");
  assert_plain ("*");
  assert_plain ("*alone");
  assert_plain ("****");
  assert_plain ("* a list\t* of stars");
  assert_plain ("a footnote*");
}

/* While text comes, stars at the end may be the first half of more stars. */
static void
test_incomplete (void)
{
  SgEmphasis found;

  g_assert_false (sg_emphasis_find ("**bold*", FALSE, &found));
  g_assert_false (sg_emphasis_find ("*word*", FALSE, &found));
  g_assert_true (sg_emphasis_find ("*word* ", FALSE, &found));
  g_assert_cmpuint (found.end, ==, 6);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emphasis/pairs", test_pairs);
  g_test_add_func ("/emphasis/plain-text", test_plain_text);
  g_test_add_func ("/emphasis/incomplete", test_incomplete);
  return g_test_run ();
}
