/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window of turns on the page, and who moves it. */

#include "config.h"

#include "app-fixture.h"
#include "story-fixture.h"

#include "app/sg-transcript-view.h"
#include "app/sg-transcript.h"

typedef struct
{
  StoryFixture      story;
  GtkWidget        *window;
  SgTranscript     *transcript;
  SgTranscriptView *view;
  GtkAdjustment    *adjustment;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *scroller;

  story_fixture_set_up (&fixture->story);
  fixture->transcript = SG_TRANSCRIPT (sg_transcript_new ());
  fixture->window = app_fixture_show (GTK_WIDGET (fixture->transcript), 500, 500);
  fixture->view = SG_TRANSCRIPT_VIEW (sg_transcript_get_view (fixture->transcript));
  scroller = gtk_widget_get_ancestor (GTK_WIDGET (fixture->view), GTK_TYPE_SCROLLED_WINDOW);
  fixture->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_close (fixture->window);
  story_fixture_tear_down (&fixture->story);
}

static void
wait_loaded (Fixture *fixture)
{
  do
    {
      app_fixture_wait_for (!sg_transcript_is_loading (fixture->transcript));
      app_fixture_settle ();
    }
  while (sg_transcript_is_loading (fixture->transcript));
}

static void
show_story (Fixture *fixture,
            guint    n_turns)
{
  g_autoptr (SgStory) story = story_fixture_make (&fixture->story, "A story", n_turns);

  sg_transcript_set_story (fixture->transcript, story);
  wait_loaded (fixture);
}

static double
get_end (Fixture *fixture)
{
  return gtk_adjustment_get_upper (fixture->adjustment)
         - gtk_adjustment_get_page_size (fixture->adjustment);
}

static void
assert_at_end (Fixture *fixture)
{
  g_assert_true (sg_transcript_get_following (fixture->transcript));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (fixture->adjustment), get_end (fixture),
                                  1);
}

static void
page_up (Fixture *fixture)
{
  sg_transcript_scroll_pages (fixture->transcript, -1);
  wait_loaded (fixture);
}

static void
test_newest_first (Fixture       *fixture,
                   gconstpointer  data)
{
  show_story (fixture, 200);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 200);
  g_assert_cmpuint (sg_transcript_view_get_n_turns (fixture->view), ==, SG_TRANSCRIPT_CHUNK);
  assert_at_end (fixture);
}

static void
test_short_story (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *text = NULL;

  show_story (fixture, 0);
  text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_cmpstr (text, ==, "You are in a room.");
  g_assert_true (sg_transcript_get_following (fixture->transcript));
}

/* Reading upwards to the beginning and down to the end again, with never more than so many turns on the page. */
static void
test_window_is_bounded (Fixture       *fixture,
                        gconstpointer  data)
{
  guint steps = 0;

  show_story (fixture, 90);
  while (sg_transcript_view_get_first_depth (fixture->view) > 0 && steps++ < 400)
    {
      page_up (fixture);
      g_assert_cmpuint (sg_transcript_view_get_n_turns (fixture->view), <=, SG_TRANSCRIPT_MAX_TURNS);
    }
  g_assert_cmpint (sg_transcript_view_get_first_depth (fixture->view), ==, 0);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), <, 90);
  g_assert_false (sg_transcript_get_following (fixture->transcript));

  for (steps = 0; sg_transcript_view_get_last_depth (fixture->view) < 90 && steps < 400; steps++)
    {
      sg_transcript_scroll_pages (fixture->transcript, 1);
      wait_loaded (fixture);
      g_assert_cmpuint (sg_transcript_view_get_n_turns (fixture->view), <=, SG_TRANSCRIPT_MAX_TURNS);
    }
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 90);
}

/* Both ends of a long story are one key away, whatever is on the page. */
static void
test_ends_of_the_story (Fixture       *fixture,
                        gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  show_story (fixture, 200);
  g_assert_true (gtk_widget_activate_action (view, "transcript.oldest", NULL));
  wait_loaded (fixture);
  g_assert_cmpint (sg_transcript_view_get_first_depth (fixture->view), ==, 0);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), ==, 0);
  g_assert_false (sg_transcript_get_following (fixture->transcript));
  sg_transcript_scroll_pages (fixture->transcript, 1);
  wait_loaded (fixture);
  sg_transcript_jump_to_oldest (fixture->transcript);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), ==, 0);

  g_assert_true (gtk_widget_activate_action (view, "transcript.newest", NULL));
  wait_loaded (fixture);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 200);
  assert_at_end (fixture);
}

/* A turn is told on while the reader is at the beginning, and is there when the reader comes back. */
static void
test_live_at_the_beginning (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autofree char *text = NULL;

  show_story (fixture, 90);
  sg_transcript_begin_live (fixture->transcript, 91, "do", "listen");
  sg_transcript_append_live (fixture->transcript, "Rain");
  sg_transcript_jump_to_oldest (fixture->transcript);
  wait_loaded (fixture);
  g_assert_false (sg_transcript_view_has_live (fixture->view));
  sg_transcript_append_live (fixture->transcript, " and bells.");
  sg_transcript_jump_to_newest (fixture->transcript);
  wait_loaded (fixture);
  text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_true (g_str_has_suffix (text, "listen\nRain and bells."));
}

/* Whoever thinks better of it at once is where they wanted to be in the end, also with a turn that has just been
 * told. */
static void
test_there_and_back (Fixture       *fixture,
                     gconstpointer  data)
{
  show_story (fixture, 90);
  sg_transcript_jump_to_oldest (fixture->transcript);
  sg_transcript_jump_to_newest (fixture->transcript);
  wait_loaded (fixture);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 90);
  assert_at_end (fixture);

  sg_transcript_begin_live (fixture->transcript, 90, "do", "words 90");
  sg_transcript_append_live (fixture->transcript, "Told.");
  g_signal_emit_by_name (sg_transcript_get_story (fixture->transcript), "head-changed", (gint64) 90);
  g_assert_true (sg_transcript_is_loading (fixture->transcript));
  sg_transcript_jump_to_oldest (fixture->transcript);
  sg_transcript_jump_to_newest (fixture->transcript);
  wait_loaded (fixture);
  g_assert_false (sg_transcript_view_has_live (fixture->view));
  assert_at_end (fixture);
}

/* A turn may begin while older ones are on their way. */
static void
test_live_begins_meanwhile (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autofree char *text = NULL;

  show_story (fixture, 90);
  sg_transcript_scroll_pages (fixture->transcript, -1);
  gtk_adjustment_set_value (fixture->adjustment, 0);
  app_fixture_wait_for (sg_transcript_is_loading (fixture->transcript));
  sg_transcript_begin_live (fixture->transcript, 91, "do", "listen");
  sg_transcript_append_live (fixture->transcript, "Rain");
  wait_loaded (fixture);
  sg_transcript_append_live (fixture->transcript, " and bells.");
  wait_loaded (fixture);
  text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_true (g_str_has_suffix (text, "listen\nRain and bells."));
}

static int
get_y_in_window (Fixture *fixture,
                 gint64   depth)
{
  GtkTextIter iter;
  GdkRectangle place;
  int y;
  g_autofree char *words = g_strdup_printf ("words %d\n", (int) depth);
  GtkTextIter start, end;

  gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view)), &start);
  g_assert_true (gtk_text_iter_forward_search (&start, words, 0, &iter, &end, NULL));
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (fixture->view), &iter, &place);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (fixture->view), GTK_TEXT_WINDOW_WIDGET,
                                         0, place.y, NULL, &y);
  return y;
}

/* What the reader looks at stays where it is while older turns come in above it. */
static void
test_place_is_kept (Fixture       *fixture,
                    gconstpointer  data)
{
  gint64 first;
  int before;

  show_story (fixture, 100);
  first = sg_transcript_view_get_first_depth (fixture->view);
  sg_transcript_scroll_pages (fixture->transcript, -1);
  gtk_adjustment_set_value (fixture->adjustment,
                            gtk_adjustment_get_page_size (fixture->adjustment) + 100);
  wait_loaded (fixture);
  g_assert_cmpint (sg_transcript_view_get_first_depth (fixture->view), ==, first);

  gtk_adjustment_set_value (fixture->adjustment,
                            gtk_adjustment_get_page_size (fixture->adjustment) - 37);
  before = get_y_in_window (fixture, first + 3);
  wait_loaded (fixture);
  g_assert_cmpint (sg_transcript_view_get_first_depth (fixture->view), ==,
                   first - SG_TRANSCRIPT_CHUNK);
  g_assert_cmpint (ABS (get_y_in_window (fixture, first + 3) - before), <=, 1);
}

static void
stream (Fixture    *fixture,
        const char *text,
        guint       n_times)
{
  for (guint i = 0; i < n_times; i++)
    {
      sg_transcript_append_live (fixture->transcript, text);
      app_fixture_settle ();
    }
}

static void
test_follows_at_the_end (Fixture       *fixture,
                         gconstpointer  data)
{
  show_story (fixture, 30);
  sg_transcript_begin_live (fixture->transcript, 31, "do", "listen");
  stream (fixture, "Some words that go on and on, until the line is full and another begins.\n\n", 12);
  assert_at_end (fixture);
}

static void
test_stays_with_the_reader (Fixture       *fixture,
                            gconstpointer  data)
{
  double value;

  show_story (fixture, 30);
  sg_transcript_begin_live (fixture->transcript, 31, "do", "listen");
  stream (fixture, "Some words.\n\n", 2);
  page_up (fixture);
  g_assert_false (sg_transcript_get_following (fixture->transcript));
  value = gtk_adjustment_get_value (fixture->adjustment);
  stream (fixture, "Some words that go on and on, until the line is full and another begins.\n\n", 8);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (fixture->adjustment), value, 1);

  sg_transcript_jump_to_newest (fixture->transcript);
  app_fixture_settle ();
  assert_at_end (fixture);
}

/* A page that gets narrower is laid out anew; the reader has not moved. */
static void
test_follows_through_a_resize (Fixture       *fixture,
                               gconstpointer  data)
{
  show_story (fixture, 30);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 380, 500);
  app_fixture_settle ();
  app_fixture_settle ();
  assert_at_end (fixture);
}

/* The turn that is told leaves the page with the newest turns, and is whole when it comes back. */
static void
test_live_comes_back (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *text = NULL;

  show_story (fixture, 90);
  sg_transcript_begin_live (fixture->transcript, 91, "do", "listen");
  sg_transcript_append_live (fixture->transcript, "First. ");
  for (guint i = 0; i < 400 && sg_transcript_view_has_live (fixture->view); i++)
    page_up (fixture);
  g_assert_false (sg_transcript_view_has_live (fixture->view));
  sg_transcript_append_live (fixture->transcript, "Second.");

  sg_transcript_jump_to_newest (fixture->transcript);
  wait_loaded (fixture);
  text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_true (g_str_has_suffix (text, "\nlisten\nFirst. Second."));
  assert_at_end (fixture);
}

/* The next turn may begin, and its first words come, before the library has said what became of the last. */
static void
test_next_live_while_one_settles (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autofree char *text = NULL;

  show_story (fixture, 3);
  sg_transcript_begin_live (fixture->transcript, 3, "do", "words 3");
  sg_transcript_append_live (fixture->transcript, "Told.");
  g_signal_emit_by_name (sg_transcript_get_story (fixture->transcript), "head-changed", (gint64) 3);
  g_assert_true (sg_transcript_is_loading (fixture->transcript));
  sg_transcript_begin_live (fixture->transcript, 4, "do", "go on");
  sg_transcript_append_live (fixture->transcript, "Next.");

  wait_loaded (fixture);
  text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_nonnull (strstr (text, "\nTold.\n"));
  g_assert_true (g_str_has_suffix (text, "\ngo on\nNext."));
}

#define ADD(name, func) g_test_add ("/transcript/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("newest-first", test_newest_first);
  ADD ("short-story", test_short_story);
  ADD ("window-is-bounded", test_window_is_bounded);
  ADD ("ends-of-the-story", test_ends_of_the_story);
  ADD ("live-at-the-beginning", test_live_at_the_beginning);
  ADD ("there-and-back", test_there_and_back);
  ADD ("live-begins-meanwhile", test_live_begins_meanwhile);
  ADD ("place-is-kept", test_place_is_kept);
  ADD ("follows-at-the-end", test_follows_at_the_end);
  ADD ("stays-with-the-reader", test_stays_with_the_reader);
  ADD ("follows-through-a-resize", test_follows_through_a_resize);
  ADD ("live-comes-back", test_live_comes_back);
  ADD ("next-live-while-one-settles", test_next_live_while_one_settles);
  return g_test_run ();
}
