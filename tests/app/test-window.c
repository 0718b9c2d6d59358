/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window with everything in it: from an empty library to a story that is played by the storyteller. */

#include "config.h"

#include "app-fixture.h"
#include "story-fixture.h"

#include "app/sg-library-page.h"
#include "app/sg-new-story-page.h"
#include "app/sg-problem-page.h"
#include "app/sg-window.h"

typedef struct
{
  StoryFixture  story;
  GSettings    *settings;
  SgNarrator   *narrator;
  SgWindow     *window;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  story_fixture_set_up (&fixture->story);
  fixture->settings = g_settings_new (APPLICATION_ID);
  g_settings_set_int (fixture->settings, "reading-pace", 0);
  fixture->narrator = sg_narrator_new (fixture->settings);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_close (GTK_WINDOW (fixture->window));
  app_fixture_settle ();
  g_object_unref (fixture->narrator);
  g_object_unref (fixture->settings);
  story_fixture_tear_down (&fixture->story);
}

static void
show_window (Fixture    *fixture,
             const char *path)
{
  fixture->window = sg_window_new (NULL, fixture->narrator, path);
  gtk_window_present (GTK_WINDOW (fixture->window));
  app_fixture_wait_for (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
  app_fixture_settle ();
}

static void
activate (Fixture    *fixture,
          const char *action,
          GVariant   *target)
{
  g_autofree char *name = g_strconcat ("win.", action, NULL);

  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (fixture->window), name, target));
  app_fixture_settle ();
}

static void
test_begin_and_go_back (Fixture       *fixture,
                        gconstpointer  data)
{
  SgStoryPage *page;
  GtkWidget *list;

  show_window (fixture, fixture->story.path);
  page = sg_window_get_story_page (fixture->window);
  g_assert_cmpstr (sg_window_get_page (fixture->window), ==, "library");
  activate (fixture, "new-story", NULL);
  g_assert_cmpstr (sg_window_get_page (fixture->window), ==, "new-story");

  list = app_fixture_find (GTK_WIDGET (fixture->window), SG_TYPE_NEW_STORY_PAGE, NULL);
  g_signal_emit_by_name (list, "chosen", fixture->story.scenario);
  app_fixture_wait_for (g_strcmp0 (sg_window_get_page (fixture->window), "story") == 0);
  g_assert_nonnull (sg_story_page_get_session (page));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "The Room");

  activate (fixture, "performance", NULL);
  g_assert_true (sg_story_page_get_pane_visible (page));
  g_assert_true (g_settings_get_boolean (fixture->settings, "performance-visible"));
  activate (fixture, "performance", NULL);
  activate (fixture, "library", NULL);
  g_assert_cmpstr (sg_window_get_page (fixture->window), ==, "library");
}

static void
test_trash_and_undo (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (SgStory) story = story_fixture_make (&fixture->story, "A story", 2);
  SgLibraryPage *library;

  show_window (fixture, fixture->story.path);
  library = SG_LIBRARY_PAGE (app_fixture_find (GTK_WIDGET (fixture->window), SG_TYPE_LIBRARY_PAGE,
                                               NULL));
  app_fixture_wait_for (sg_library_page_get_n_shown (library) == 1);
  activate (fixture, "trash-story", g_variant_new_int64 (sg_story_get_id (story)));
  app_fixture_wait_for (sg_library_page_get_n_shown (library) == 0);
  activate (fixture, "restore-story", g_variant_new_int64 (sg_story_get_id (story)));
  app_fixture_wait_for (sg_library_page_get_n_shown (library) == 1);

  sg_window_open_story (fixture->window, sg_story_get_id (story));
  app_fixture_wait_for (g_strcmp0 (sg_window_get_page (fixture->window), "story") == 0);
}

static void
test_size_is_remembered (Fixture       *fixture,
                         gconstpointer  data)
{
  show_window (fixture, fixture->story.path);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 611, 522);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "window-width"), ==, 611);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "window-height"), ==, 522);
}

/* A file that is no library: it is kept, said to be damaged, and tried again when it has been mended. */
static void
test_damaged_library (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->story.folder, "other.db", NULL);
  g_autofree char *contents = NULL;
  GtkWidget *problem;

  g_assert_true (g_file_set_contents (path, "This is no library.", -1, NULL));
  show_window (fixture, path);
  app_fixture_wait_for (g_strcmp0 (sg_window_get_page (fixture->window), "problem") == 0);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "This is no library.");

  g_assert_cmpint (remove (path), ==, 0);
  problem = app_fixture_find (GTK_WIDGET (fixture->window), SG_TYPE_PROBLEM_PAGE, NULL);
  g_signal_emit_by_name (app_fixture_find (problem, GTK_TYPE_BUTTON, "pill"), "clicked");
  app_fixture_wait_for (g_strcmp0 (sg_window_get_page (fixture->window), "library") == 0);
}

#define ADD(name, func) g_test_add ("/window/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("begin-and-go-back", test_begin_and_go_back);
  ADD ("trash-and-undo", test_trash_and_undo);
  ADD ("size-is-remembered", test_size_is_remembered);
  ADD ("damaged-library", test_damaged_library);
  return g_test_run ();
}
