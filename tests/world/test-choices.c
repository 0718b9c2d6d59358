/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn offers, to the library and back; a library may hold anything. */

#include "config.h"

#include "world/sg-choices.h"

static void
test_there_and_back (void)
{
  static const char *const offered[] = { "Open the \"door\"", "Geh hinüber", NULL };
  g_autofree char *json = sg_choices_to_json (offered);
  g_auto (GStrv) back = sg_choices_from_json (json);

  g_assert_cmpstrv (back, offered);
  g_assert_null (sg_choices_to_json (NULL));
  g_assert_null (sg_choices_to_json (offered + 2));
}

static void
test_foreign (void)
{
  static const struct { const char *json; guint n; } cases[] = {
    { NULL, 0 }, { "", 0 }, { "null", 0 }, { "{\"a\":1}", 0 }, { "[\"a\"", 0 },
    { "[1,null,[\"x\"],{},\"a\",true,\"b\"]", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) choices = sg_choices_from_json (cases[i].json);

      g_assert_cmpuint (g_strv_length (choices), ==, cases[i].n);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/choices/there-and-back", test_there_and_back);
  g_test_add_func ("/choices/foreign", test_foreign);

  return g_test_run ();
}
