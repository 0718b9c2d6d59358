/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-clock.h"

typedef struct
{
  SgClock *clock;
  GString *log;
  guint    other;
} Notes;

static void
notes_clear (Notes *notes)
{
  g_assert_finalize_object (notes->clock);
  g_string_free (notes->log, TRUE);
}

static void
a_cb (gpointer user_data)
{
  Notes *notes = user_data;

  g_string_append_printf (notes->log, "a%d ", (int) sg_clock_get_time (notes->clock));
}

static void
b_cb (gpointer user_data)
{
  Notes *notes = user_data;

  g_string_append_printf (notes->log, "b%d ", (int) sg_clock_get_time (notes->clock));
}

/* Adds one that is due on the way, and takes back another. */
static void
c_cb (gpointer user_data)
{
  Notes *notes = user_data;

  g_string_append (notes->log, "c ");
  sg_clock_add_timer (notes->clock, 5, b_cb, notes);
  sg_clock_clear_timer (notes->clock, &notes->other);
}

static void
test_manual (void)
{
  Notes notes = { sg_clock_new_manual (), g_string_new (NULL), 0 };
  gint64 begun = sg_clock_get_time (notes.clock);
  g_autofree char *expected = NULL;

  g_assert_cmpint (sg_clock_get_next_timer (notes.clock), ==, -1);
  sg_clock_add_timer (notes.clock, 20, b_cb, &notes);
  sg_clock_add_timer (notes.clock, 10, a_cb, &notes);
  sg_clock_add_timer (notes.clock, 20, a_cb, &notes);
  g_assert_cmpint (sg_clock_get_next_timer (notes.clock), ==, 10);

  sg_clock_advance (notes.clock, 9);
  g_assert_cmpstr (notes.log->str, ==, "");
  g_assert_cmpint (sg_clock_get_time (notes.clock), ==, begun + 9);

  sg_clock_advance (notes.clock, 30);
  expected = g_strdup_printf ("a%d b%d a%d ", (int) begun + 10, (int) begun + 20, (int) begun + 20);
  g_assert_cmpstr (notes.log->str, ==, expected);
  g_assert_cmpint (sg_clock_get_time (notes.clock), ==, begun + 39);

  notes_clear (&notes);
}

static void
test_changes (void)
{
  Notes notes = { sg_clock_new_manual (), g_string_new (NULL), 0 };
  gint64 begun = sg_clock_get_time (notes.clock);
  g_autofree char *expected = NULL;

  sg_clock_add_timer (notes.clock, 10, c_cb, &notes);
  notes.other = sg_clock_add_timer (notes.clock, 12, a_cb, &notes);
  sg_clock_advance (notes.clock, 20);
  expected = g_strdup_printf ("c b%d ", (int) begun + 15);
  g_assert_cmpstr (notes.log->str, ==, expected);
  g_assert_cmpuint (notes.other, ==, 0);
  g_assert_cmpint (sg_clock_get_next_timer (notes.clock), ==, -1);

  /* One that is over already. */
  sg_clock_remove_timer (notes.clock, 1);
  notes_clear (&notes);
}

static void
test_real (void)
{
  Notes notes = { sg_clock_new (), g_string_new (NULL), 0 };
  gint64 begun = sg_clock_get_time (notes.clock);

  notes.other = sg_clock_add_timer (notes.clock, 0, a_cb, &notes);
  sg_clock_add_timer (notes.clock, 1500, c_cb, &notes);
  sg_clock_clear_timer (notes.clock, &notes.other);
  while (strchr (notes.log->str, 'b') == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_true (g_str_has_prefix (notes.log->str, "c b"));
  g_assert_cmpint (sg_clock_get_time (notes.clock), >=, begun + 1505);

  /* What is not due yet goes with its clock. */
  sg_clock_add_timer (notes.clock, G_USEC_PER_SEC, a_cb, &notes);
  notes_clear (&notes);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/manual", test_manual);
  g_test_add_func ("/clock/changes", test_changes);
  g_test_add_func ("/clock/real", test_real);

  return g_test_run ();
}
