/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-fixture.h"
#include "story-fixture.h"

#include <glib/gstdio.h>

#include "app/sg-library-page.h"
#include "app/sg-problem-page.h"
#include "app/sg-scenario-list.h"
#include "app/sg-story-card.h"
#include "app/sg-story-item.h"

typedef struct
{
  StoryFixture   story;
  GtkWidget     *window;
  SgLibraryPage *page;
  guint          n_loaded;
} Fixture;

static void
loaded_cb (Fixture *fixture)
{
  fixture->n_loaded++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  story_fixture_set_up (&fixture->story);
  fixture->page = SG_LIBRARY_PAGE (sg_library_page_new ());
  g_signal_connect_swapped (fixture->page, "loaded", G_CALLBACK (loaded_cb), fixture);
  fixture->window = app_fixture_show (GTK_WIDGET (fixture->page), 500, 500);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_close (fixture->window);
  story_fixture_tear_down (&fixture->story);
}

static const char *
get_state (Fixture *fixture)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->page)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_STACK (child))
        return gtk_stack_get_visible_child_name (GTK_STACK (child));
    }
  return NULL;
}

static void
show_library (Fixture *fixture)
{
  sg_library_page_set_library (fixture->page, fixture->story.library);
  app_fixture_wait_for (fixture->n_loaded > 0);
  app_fixture_settle ();
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  show_library (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "empty");
  g_assert_cmpuint (sg_library_page_get_n_shown (fixture->page), ==, 0);
}

static void
test_stories (Fixture       *fixture,
              gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (SgStory) one = story_fixture_make (&fixture->story, "One & <b>only</b>", 3);
  g_autoptr (SgStory) two = story_fixture_make (&fixture->story, "Two", 0);
  GtkWidget *card, *label;

  show_library (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "stories");
  g_assert_cmpuint (sg_library_page_get_n_shown (fixture->page), ==, 2);
  g_assert_cmpstr (sg_library_page_get_title (fixture->page, sg_story_get_id (two)), ==, "Two");
  g_assert_null (sg_library_page_get_title (fixture->page, 4711));

  card = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_STORY_CARD, NULL);
  label = app_fixture_find (card, GTK_TYPE_LABEL, "heading");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "Two");
  label = app_fixture_find (card, GTK_TYPE_LABEL, "caption");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "Not played yet · Just now");
}

/* The list begins with those that can be seen; in the end all are there. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  GtkListView *list;

  for (guint i = 0; i < 45; i++)
    {
      g_autofree char *title = g_strdup_printf ("Story %u", i);
      G_GNUC_UNUSED g_autoptr (SgStory) story = story_fixture_make (&fixture->story, title, 0);
    }
  sg_library_page_set_library (fixture->page, fixture->story.library);
  app_fixture_wait_for (fixture->n_loaded > 0);
  g_assert_cmpuint (sg_library_page_get_n_shown (fixture->page), ==, 45);
  list = GTK_LIST_VIEW (app_fixture_find (GTK_WIDGET (fixture->page), GTK_TYPE_LIST_VIEW, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list))), ==, 20);
  app_fixture_wait_for (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list))) == 45);

  sg_library_page_set_library (fixture->page, NULL);
  sg_library_page_set_library (fixture->page, fixture->story.library);
  app_fixture_wait_for (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list))) == 45);
}

/* Where the title of a story does not name its scenario, the card does. */
static void
test_scenario_title (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->story.folder, "room.json", NULL);
  g_autofree char *old = g_strdup (g_getenv ("SG_SCENARIO_PATH"));
  G_GNUC_UNUSED g_autoptr (SgStory) story = story_fixture_make (&fixture->story, "Mine", 1);
  GtkWidget *card, *label;

  g_assert_true (g_file_set_contents (path, sg_scenario_get_json (fixture->story.scenario), -1, NULL));
  g_setenv ("SG_SCENARIO_PATH", fixture->story.folder, TRUE);
  show_library (fixture);
  card = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_STORY_CARD, NULL);
  label = app_fixture_find (card, GTK_TYPE_LABEL, "caption");
  app_fixture_wait_for (g_str_has_prefix (gtk_label_get_text (GTK_LABEL (label)), "The Room · 1 turn"));
  if (old != NULL)
    g_setenv ("SG_SCENARIO_PATH", old, TRUE);
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *entry;

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *title = g_strdup_printf ("Story %u", i);
      G_GNUC_UNUSED g_autoptr (SgStory) story = story_fixture_make (&fixture->story, title, 0);
    }
  show_library (fixture);
  sg_library_page_search (fixture->page);
  entry = app_fixture_find (GTK_WIDGET (fixture->page), GTK_TYPE_SEARCH_ENTRY, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "STORY 5");
  app_fixture_wait_for (sg_library_page_get_n_shown (fixture->page) == 1);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nowhere");
  app_fixture_wait_for (sg_library_page_get_n_shown (fixture->page) == 0);
  g_assert_cmpstr (get_state (fixture), ==, "nothing-found");
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  app_fixture_wait_for (sg_library_page_get_n_shown (fixture->page) == 8);
}

static void
test_played (void)
{
  const gint64 minute = 60 * G_USEC_PER_SEC;
  gint64 now = g_get_real_time ();
  g_autofree char *seconds = sg_story_item_dup_played (now - 5 * G_USEC_PER_SEC, now);
  g_autofree char *one = sg_story_item_dup_played (now - minute, now);
  g_autofree char *many = sg_story_item_dup_played (now - 59 * minute, now);
  g_autoptr (GDateTime) morning = g_date_time_new_local (2026, 5, 20, 8, 0, 0);
  g_autoptr (GDateTime) before = g_date_time_new_local (2026, 5, 19, 23, 30, 0);
  g_autoptr (GDateTime) long_ago = g_date_time_new_local (2025, 1, 4, 12, 0, 0);
  g_autofree char *yesterday =
    sg_story_item_dup_played (g_date_time_to_unix (before) * G_USEC_PER_SEC,
                              g_date_time_to_unix (morning) * G_USEC_PER_SEC);
  g_autofree char *date = sg_story_item_dup_played (g_date_time_to_unix (long_ago) * G_USEC_PER_SEC,
                                                    g_date_time_to_unix (morning) * G_USEC_PER_SEC);

  g_assert_cmpstr (seconds, ==, "Just now");
  g_assert_cmpstr (one, ==, "1 minute ago");
  g_assert_cmpstr (many, ==, "59 minutes ago");
  g_assert_cmpstr (yesterday, ==, "Yesterday, 23:30");
  g_assert_cmpstr (date, ==, "4 January 2025");
}

/* A scenario with a fault is not played, and its fault is shown with its file and place. */
static void
test_broken_scenario (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->story.folder, "broken.json", NULL);
  g_autofree char *old = g_strdup (g_getenv ("SG_SCENARIO_PATH"));
  GtkWidget *list, *notice, *label = NULL;
  GtkWidget *window;

  g_assert_true (g_file_set_contents (path, "{ \"format\": 1,\n  \"id\": }", -1, NULL));
  g_setenv ("SG_SCENARIO_PATH", fixture->story.folder, TRUE);
  list = sg_scenario_list_new ();
  window = app_fixture_show (list, 400, 300);
  notice = app_fixture_find (list, GTK_TYPE_BOX, "notice");
  app_fixture_wait_for (gtk_widget_get_visible (notice));
  for (GtkWidget *child = gtk_widget_get_first_child (gtk_widget_get_last_child (notice));
       child != NULL; child = gtk_widget_get_next_sibling (child))
    label = child;
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (label)), "broken.json"));
  g_assert_cmpuint (sg_scenario_list_get_n_items (SG_SCENARIO_LIST (list)), ==, 0);
  app_fixture_close (window);
  if (old != NULL)
    g_setenv ("SG_SCENARIO_PATH", old, TRUE);
}

static void
again_cb (gboolean *again)
{
  *again = TRUE;
}

static void
test_problem (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->story.folder, "damaged.db", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *page = sg_problem_page_new ();
  GtkWidget *window = app_fixture_show (page, 400, 400);
  GtkWidget *label, *button;
  gboolean again = FALSE;

  g_assert_true (g_file_set_contents (path, "This is no library.", -1, NULL));
  g_assert_null (sg_library_open (path, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED);
  sg_problem_page_show (SG_PROBLEM_PAGE (page), path, error);
  label = app_fixture_find (page, GTK_TYPE_LABEL, "title-1");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "The Library Is Damaged");

  g_signal_connect_swapped (page, "try-again", G_CALLBACK (again_cb), &again);
  button = app_fixture_find (page, GTK_TYPE_BUTTON, "suggested-action");
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (again);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "This is no library.");
  app_fixture_close (window);
}

/* A damaged library with a backup: its date and what is in it are offered. */
static void
test_backups (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->story.folder, "damaged.db", NULL);
  g_autofree char *folder = g_build_filename (fixture->story.folder, "backups", NULL);
  g_autofree char *backup = g_build_filename (folder, "damaged-20250102T120000Z.db", NULL);
  g_autoptr (SgLibrary) other = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *page, *window, *row;

  g_mkdir_with_parents (folder, 0700);
  other = sg_library_open (backup, &error);
  g_assert_no_error (error);
  sg_library_close (other);
  g_assert_true (g_file_set_contents (path, "This is no library.", -1, NULL));
  g_assert_null (sg_library_open (path, &error));

  page = sg_problem_page_new ();
  window = app_fixture_show (page, 400, 600);
  sg_problem_page_show (SG_PROBLEM_PAGE (page), path, error);
  row = app_fixture_find (page, ADW_TYPE_ACTION_ROW, NULL);
  g_assert_nonnull (row);
  g_assert_nonnull (strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                            "2 January 2025"));
  g_assert_true (g_str_has_prefix (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "0 stories"));
  app_fixture_close (window);
}

#define ADD(name, func) g_test_add ("/library-page/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("empty", test_empty);
  ADD ("stories", test_stories);
  ADD ("many", test_many);
  ADD ("scenario-title", test_scenario_title);
  ADD ("search", test_search);
  ADD ("broken-scenario", test_broken_scenario);
  ADD ("problem", test_problem);
  ADD ("backups", test_backups);
  g_test_add_func ("/library-page/played", test_played);
  return g_test_run ();
}
