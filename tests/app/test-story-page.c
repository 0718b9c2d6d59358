/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A story that is played: whole turns with a real library, a real session, and a model that says what the
 * test has written down. */

#include "config.h"

#include "app-fixture.h"
#include "story-fixture.h"

#include "../llm/fake-model.h"
#include "app/sg-choice-bar.h"
#include "app/sg-composer.h"
#include "app/sg-notice.h"
#include "app/sg-status-line.h"
#include "app/sg-story-page.h"
#include "app/sg-transcript.h"
#include "app/sg-turn-footer.h"

typedef struct
{
  StoryFixture  story;
  GtkWidget    *window;
  SgStoryPage  *page;
  SgFakeModel  *model;
  SgSession    *session;
  GtkWidget    *composer;
  GtkWidget    *notice;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (SgStory) story = NULL;

  story_fixture_set_up (&fixture->story);
  story = story_fixture_make (&fixture->story, "A story", 0);
  fixture->model = sg_fake_model_new ();
  fixture->session = sg_session_new (story, SG_MODEL (fixture->model), settings);
  fixture->page = SG_STORY_PAGE (sg_story_page_new ());
  fixture->window = app_fixture_show (GTK_WIDGET (fixture->page), 700, 600);
  fixture->composer = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_COMPOSER, NULL);
  fixture->notice = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_NOTICE, NULL);
  sg_story_page_set_session (fixture->page, fixture->session);
  app_fixture_settle ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_close (fixture->window);
  app_fixture_settle ();
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  app_fixture_settle ();
  g_assert_finalize_object (g_steal_pointer (&fixture->model));
  story_fixture_tear_down (&fixture->story);
}

static char *
dup_page (Fixture *fixture)
{
  GtkWidget *transcript = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TRANSCRIPT, NULL);

  app_fixture_settle ();
  app_fixture_wait_for (!sg_transcript_is_loading (SG_TRANSCRIPT (transcript)));
  app_fixture_settle ();
  return app_fixture_dup_text (sg_transcript_get_view (SG_TRANSCRIPT (transcript)));
}

static void
assert_page (Fixture    *fixture,
             const char *expected)
{
  g_autofree char *text = dup_page (fixture);

  g_assert_cmpstr (text, ==, expected);
}

static void
send (Fixture    *fixture,
      const char *words)
{
  sg_composer_set_text (SG_COMPOSER (fixture->composer), words);
  sg_composer_submit (SG_COMPOSER (fixture->composer));
}

static void
wait_idle (Fixture *fixture)
{
  app_fixture_wait_for (!sg_session_get_busy (fixture->session));
  app_fixture_settle ();
}

static const char *
get_status (Fixture *fixture)
{
  GtkWidget *line = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_STATUS_LINE, NULL);

  return sg_status_line_get_text (SG_STATUS_LINE (line));
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (fixture->composer, action, NULL));
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *action)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (GTK_IS_BUTTON (child)
          && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (child)), action) == 0)
        return child;
      found = find_button (child, action);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
say_and_end (Fixture    *fixture,
             const char *text)
{
  sg_fake_model_text (fixture->model, text);
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
}

/* One that hangs has nothing to say any more. */
static void
use_new_model (Fixture *fixture)
{
  g_clear_object (&fixture->model);
  fixture->model = sg_fake_model_new ();
  sg_session_set_model (fixture->session, SG_MODEL (fixture->model));
}

/* The stage is there before the key press has been dealt with. */
static void
test_turn (Fixture       *fixture,
           gconstpointer  data)
{
  say_and_end (fixture, "A dark room.");
  send (fixture, "look");
  g_assert_true (sg_session_get_busy (fixture->session));
  g_assert_cmpstr (get_status (fixture), !=, "");
  g_assert_true (sg_composer_get_busy (SG_COMPOSER (fixture->composer)));

  wait_idle (fixture);
  g_assert_cmpstr (get_status (fixture), ==, "");
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
  g_assert_nonnull (app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TURN_FOOTER, NULL));
  g_assert_false (gtk_widget_get_visible (fixture->notice));
}

static void
test_choices (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *bar = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_CHOICE_BAR, NULL);

  g_assert_true (gtk_widget_get_visible (bar));
  sg_fake_model_text (fixture->model, "You wait.");
  sg_fake_model_call (fixture->model, "a", "offer_choices", "{\"choices\":[\"Leave\",\"Stay\"]}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  g_assert_true (sg_choice_bar_choose (SG_CHOICE_BAR (bar), 2));
  g_assert_false (gtk_widget_get_visible (bar));
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nWait\nYou wait.\n");
  app_fixture_wait_for (gtk_widget_get_visible (bar));
  say_and_end (fixture, "Out.");
  g_assert_true (sg_choice_bar_choose (SG_CHOICE_BAR (bar), 1));
  wait_idle (fixture);
}

static void
test_queue (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *chip;
  g_autofree char *text = NULL;

  sg_fake_model_pause (fixture->model, 200);
  say_and_end (fixture, "One.");
  say_and_end (fixture, "Two.");
  send (fixture, "first");
  send (fixture, "second");
  send (fixture, "third");
  chip = app_fixture_find (fixture->composer, GTK_TYPE_BOX, "queued");
  g_assert_nonnull (chip);
  chip = gtk_widget_get_next_sibling (chip);
  g_signal_emit_by_name (app_fixture_find (chip, GTK_TYPE_BUTTON, NULL), "clicked");
  text = sg_composer_dup_text (SG_COMPOSER (fixture->composer));
  g_assert_cmpstr (text, ==, "third");
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);

  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 2);
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nfirst\nOne.\n\nsecond\nTwo.\n");
  g_assert_null (app_fixture_find (fixture->composer, GTK_TYPE_BOX, "queued"));
}

static void
take_back (Fixture *fixture)
{
  GtkWidget *chip = app_fixture_find (fixture->composer, GTK_TYPE_BOX, "queued");

  g_assert_nonnull (chip);
  g_signal_emit_by_name (app_fixture_find (chip, GTK_TYPE_BUTTON, NULL), "clicked");
}

/* Words that are taken back are meant as they were, and those that are being written are not lost to them. */
static void
test_take_back (Fixture       *fixture,
                gconstpointer  data)
{
  SgComposer *composer = SG_COMPOSER (fixture->composer);
  g_autofree char *taken = NULL;
  g_autofree char *both = NULL;

  sg_fake_model_pause (fixture->model, 200);
  say_and_end (fixture, "One.");
  send (fixture, "first");
  sg_composer_set_mode (composer, "say");
  send (fixture, "good evening");
  sg_composer_set_mode (composer, "do");
  send (fixture, "bow");
  take_back (fixture);
  taken = sg_composer_dup_text (composer);
  g_assert_cmpstr (taken, ==, "good evening");
  g_assert_cmpstr (sg_composer_get_mode (composer), ==, "say");

  take_back (fixture);
  both = sg_composer_dup_text (composer);
  g_assert_cmpstr (both, ==, "good evening\nbow");
  g_assert_cmpstr (sg_composer_get_mode (composer), ==, "say");
  wait_idle (fixture);
}

/* Turns that follow each other faster than they can be read back from the library. */
static void
test_rapid_turns (Fixture       *fixture,
                  gconstpointer  data)
{
  for (guint i = 0; i < 6; i++)
    say_and_end (fixture, "Told.");
  for (guint i = 0; i < 6; i++)
    send (fixture, "go");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 6);
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\ngo\nTold.\n\ngo\nTold.\n\ngo\nTold.\n\ngo\nTold."
                        "\n\ngo\nTold.\n\ngo\nTold.\n");
}

static void
test_undo_and_redo (Fixture       *fixture,
                    gconstpointer  data)
{
  say_and_end (fixture, "A dark room.");
  send (fixture, "look");
  wait_idle (fixture);
  activate (fixture, "story.undo");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 0);
  assert_page (fixture, "You are in a room.");
  activate (fixture, "story.redo");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 1);
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
}

/* What looks off stands on a chip under the turn, and one click has the turn told anew. */
static void
test_findings (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *footer, *chip, *popover, *button;

  say_and_end (fixture, "“I will never go back,” you say.");
  send (fixture, "look");
  wait_idle (fixture);
  footer = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TURN_FOOTER, NULL);
  chip = app_fixture_find (footer, GTK_TYPE_MENU_BUTTON, "findings");
  g_assert_true (gtk_widget_get_mapped (chip));
  g_assert_cmpstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (chip)), ==, "1 thing looks off");
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL, "1 thing looks off");

  gtk_menu_button_popup (GTK_MENU_BUTTON (chip));
  app_fixture_settle ();
  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (chip)));
  g_assert_true (gtk_widget_get_visible (popover));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (app_fixture_find (popover, GTK_TYPE_LABEL, NULL))), ==,
                   "Your character says what you did not say. “I will never go back”");

  button = find_button (popover, "story.repair");
  gtk_test_accessible_assert_role (button, GTK_ACCESSIBLE_ROLE_BUTTON);
  say_and_end (fixture, "A bright room.");
  g_signal_emit_by_name (button, "clicked");
  app_fixture_wait_for (sg_session_get_busy (fixture->session));
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA bright room.\n");
  footer = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TURN_FOOTER, NULL);
  chip = app_fixture_find (footer, GTK_TYPE_MENU_BUTTON, "findings");
  g_assert_true (chip == NULL || !gtk_widget_get_visible (chip));
}

/* What a model finds comes to the page after the turn. */
static void
test_late_finding (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *footer, *chip;

  g_object_set (sg_session_get_settings (fixture->session), "model-checks", TRUE, NULL);
  sg_fake_model_answer (fixture->model, SG_REQUEST_VERIFICATION,
                        "{\"findings\":[{\"rule\":\"thing\",\"quote\":\"a lamp\","
                        "\"why\":\"There is no lamp.\"}]}");
  say_and_end (fixture, "You see a lamp.");
  send (fixture, "look");
  wait_idle (fixture);

  footer = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TURN_FOOTER, NULL);
  chip = app_fixture_find (footer, GTK_TYPE_MENU_BUTTON, "findings");
  app_fixture_wait_for (gtk_widget_get_visible (chip));
  g_assert_cmpstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (chip)), ==, "1 thing looks off");
}

/* A turn that is told twice is on the page once. */
static void
test_told_again (Fixture       *fixture,
                 gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "Tom falls.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"tom\",\"set\":{\"dead\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  send (fixture, "push");
  wait_idle (fixture);

  say_and_end (fixture, "Tom nods.");
  say_and_end (fixture, "The room is still.");
  send (fixture, "look");
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\npush\nTom falls.\n\nlook\nThe room is still.\n");
}

static void
test_retry (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *footer;

  say_and_end (fixture, "A dark room.");
  send (fixture, "look");
  wait_idle (fixture);
  say_and_end (fixture, "A bright room.");
  activate (fixture, "story.retry");
  app_fixture_wait_for (sg_session_get_busy (fixture->session));
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA bright room.\n");

  footer = app_fixture_find (GTK_WIDGET (fixture->page), SG_TYPE_TURN_FOOTER, NULL);
  g_assert_nonnull (find_button (footer, "story.show-alternative"));
  g_assert_true (gtk_widget_activate_action (fixture->composer, "story.show-alternative", "(xi)",
                                             (gint64) 1, -1));
  app_fixture_settle ();
  app_fixture_settle ();
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
}

/* Stopped in the middle: what was told stays, and can be kept. */
static void
test_stop_and_keep (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "A dark ");
  sg_fake_model_hang (fixture->model);
  send (fixture, "look");
  app_fixture_settle ();
  activate (fixture, "story.stop");
  wait_idle (fixture);
  app_fixture_wait_for (gtk_widget_get_visible (fixture->notice));
  gtk_test_accessible_assert_role (fixture->notice, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (fixture->notice, GTK_ACCESSIBLE_PROPERTY_LABEL, "Half Told");
  assert_page (fixture, "You are in a room.\nlook\nA dark");

  activate (fixture, "story.keep-draft");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 1);
  app_fixture_wait_for (!gtk_widget_get_visible (fixture->notice));
  assert_page (fixture, "You are in a room.\nlook\nA dark");
}

static void
test_stop_and_discard (Fixture       *fixture,
                       gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "A dark ");
  sg_fake_model_hang (fixture->model);
  send (fixture, "look");
  app_fixture_settle ();
  activate (fixture, "story.stop");
  wait_idle (fixture);
  activate (fixture, "story.discard-draft");
  app_fixture_wait_for (!gtk_widget_get_visible (fixture->notice));
  assert_page (fixture, "You are in a room.");
}

static void
test_stop_and_continue (Fixture       *fixture,
                        gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "A dark ");
  sg_fake_model_hang (fixture->model);
  send (fixture, "look");
  app_fixture_settle ();
  activate (fixture, "story.stop");
  wait_idle (fixture);
  use_new_model (fixture);
  say_and_end (fixture, "room.");
  activate (fixture, "story.continue-draft");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 1);
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
}

/* Whoever writes on has accepted what was told. */
static void
test_stop_and_write_on (Fixture       *fixture,
                        gconstpointer  data)
{
  sg_fake_model_text (fixture->model, "A dark ");
  sg_fake_model_hang (fixture->model);
  send (fixture, "look");
  app_fixture_settle ();
  activate (fixture, "story.stop");
  wait_idle (fixture);
  use_new_model (fixture);
  say_and_end (fixture, "You go.");
  send (fixture, "go");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 2);
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA dark\ngo\nYou go.\n");
}

static void
test_error (Fixture       *fixture,
            gconstpointer  data)
{
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CONNECT, "Nobody answers there. Start the server.");
  send (fixture, "look");
  wait_idle (fixture);
  app_fixture_wait_for (gtk_widget_get_visible (fixture->notice));
  gtk_test_accessible_assert_property (fixture->notice, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The Story Could Not Go On");
  g_assert_nonnull (find_button (fixture->notice, "story.try-again"));
  g_assert_nonnull (find_button (fixture->notice, "win.preferences"));

  say_and_end (fixture, "A dark room.");
  activate (fixture, "story.try-again");
  app_fixture_wait_for (sg_story_get_depth (sg_session_get_story (fixture->session)) == 1);
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
  g_assert_false (gtk_widget_get_visible (fixture->notice));
}

static void
test_error_and_other_words (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autofree char *text = NULL;

  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_SERVER, "The server failed.");
  send (fixture, "look closely");
  wait_idle (fixture);
  activate (fixture, "story.edit-words");
  app_fixture_wait_for (!gtk_widget_get_visible (fixture->notice));
  text = sg_composer_dup_text (SG_COMPOSER (fixture->composer));
  g_assert_cmpstr (text, ==, "look closely");
  assert_page (fixture, "You are in a room.");
}

/* Stopped before the first word: the words are where they came from. */
static void
test_stop_before_first_word (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *text = NULL;

  sg_fake_model_hang (fixture->model);
  sg_composer_set_mode (SG_COMPOSER (fixture->composer), "say");
  send (fixture, "hello");
  app_fixture_settle ();
  activate (fixture, "story.stop");
  wait_idle (fixture);
  text = sg_composer_dup_text (SG_COMPOSER (fixture->composer));
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpstr (sg_composer_get_mode (SG_COMPOSER (fixture->composer)), ==, "say");
  assert_page (fixture, "You are in a room.");
}

/* A retry that fails leaves the turn that it was to replace. */
static void
test_retry_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  say_and_end (fixture, "A dark room.");
  send (fixture, "look");
  wait_idle (fixture);
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_SERVER, "The server failed.");
  activate (fixture, "story.retry");
  app_fixture_wait_for (gtk_widget_get_visible (fixture->notice));
  assert_page (fixture, "You are in a room.\nlook\nA dark room.\n");
  say_and_end (fixture, "A bright room.");
  activate (fixture, "story.try-again");
  app_fixture_wait_for (sg_session_get_busy (fixture->session));
  wait_idle (fixture);
  assert_page (fixture, "You are in a room.\nlook\nA bright room.\n");
}

static void
test_pane (Fixture       *fixture,
           gconstpointer  data)
{
  guint n = 0;

  say_and_end (fixture, "A dark room.");
  send (fixture, "look");
  wait_idle (fixture);
  g_assert_false (sg_story_page_get_pane_visible (fixture->page));
  g_signal_connect_swapped (fixture->page, "notify::pane-visible",
                            G_CALLBACK (g_atomic_int_inc), &n);
  sg_story_page_show_turn (fixture->page, 2);
  g_assert_true (sg_story_page_get_pane_visible (fixture->page));
  g_assert_cmpuint (n, ==, 1);
  app_fixture_settle ();
  sg_story_page_set_pane_visible (fixture->page, FALSE);
  g_assert_cmpuint (n, ==, 2);
  app_fixture_settle ();
}

#define ADD(name, func) g_test_add ("/story-page/" name, Fixture, NULL, set_up, func, tear_down)

/* The pane is beside the story where there is room for both, and below it where there is not. */
static void
test_pane_beside (Fixture       *fixture,
                  gconstpointer  data)
{
  GtkWidget *paned = app_fixture_find (GTK_WIDGET (fixture->page), GTK_TYPE_PANED, NULL);
  GtkOrientable *orientable = GTK_ORIENTABLE (paned);

  sg_story_page_set_pane_visible (fixture->page, TRUE);
  app_fixture_settle ();
  g_assert_cmpint (gtk_orientable_get_orientation (orientable), ==, GTK_ORIENTATION_VERTICAL);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1100, 600);
  app_fixture_wait_for (gtk_orientable_get_orientation (orientable) == GTK_ORIENTATION_HORIZONTAL);
  app_fixture_wait_for (abs (gtk_widget_get_width (gtk_paned_get_end_child (GTK_PANED (paned))) - 380) < 3);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  app_fixture_wait_for (gtk_orientable_get_orientation (orientable) == GTK_ORIENTATION_VERTICAL);
  app_fixture_wait_for (
    abs (gtk_widget_get_height (gtk_paned_get_end_child (GTK_PANED (paned)))
         - gtk_widget_get_height (gtk_paned_get_start_child (GTK_PANED (paned)))) < 5);
}

/* Larger text takes a wider pane, and a wider window to have it beside the story. */
static void
test_pane_with_large_text (Fixture       *fixture,
                           gconstpointer  data)
{
  GtkWidget *paned = app_fixture_find (GTK_WIDGET (fixture->page), GTK_TYPE_PANED, NULL);
  GtkOrientable *orientable = GTK_ORIENTABLE (paned);
  GtkSettings *settings = gtk_settings_get_default ();

  g_object_set (settings, "gtk-xft-dpi", 96 * 1024 * 6 / 5, NULL);
  sg_story_page_set_pane_visible (fixture->page, TRUE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 600);
  app_fixture_wait_for (gtk_widget_get_width (paned) > 950);
  app_fixture_settle ();
  g_assert_cmpint (gtk_orientable_get_orientation (orientable), ==, GTK_ORIENTATION_VERTICAL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1150, 600);
  app_fixture_wait_for (gtk_orientable_get_orientation (orientable) == GTK_ORIENTATION_HORIZONTAL);
  app_fixture_wait_for (gtk_widget_get_width (gtk_paned_get_end_child (GTK_PANED (paned))) > 440);
  gtk_settings_reset_property (settings, "gtk-xft-dpi");
}

static void
characters_added_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  gboolean *added = user_data;

  *added = sg_session_add_characters_finish (SG_SESSION (source), result, NULL);
}

/* The page is ready for the next turn when characters have entered, as after a turn. */
static void
test_characters (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (JsonNode) sheet =
    json_from_string ("{\"name\":\"Ada\",\"role\":\"smith\",\"description\":\"Strong.\","
                      "\"appearance\":\"Tall.\"}", NULL);
  g_autoptr (GPtrArray) sheets = g_ptr_array_new ();
  gboolean added = FALSE;

  g_ptr_array_add (sheets, json_node_get_object (sheet));
  sg_session_add_characters_async (fixture->session, sheets, NULL, characters_added_cb, &added);
  app_fixture_wait_for (added);
  app_fixture_settle ();
  g_assert_false (sg_composer_get_busy (SG_COMPOSER (fixture->composer)));
}

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("turn", test_turn);
  ADD ("choices", test_choices);
  ADD ("queue", test_queue);
  ADD ("characters", test_characters);
  ADD ("take-back", test_take_back);
  ADD ("rapid-turns", test_rapid_turns);
  ADD ("undo-and-redo", test_undo_and_redo);
  ADD ("findings", test_findings);
  ADD ("late-finding", test_late_finding);
  ADD ("told-again", test_told_again);
  ADD ("retry", test_retry);
  ADD ("stop-and-keep", test_stop_and_keep);
  ADD ("stop-and-discard", test_stop_and_discard);
  ADD ("stop-and-continue", test_stop_and_continue);
  ADD ("stop-and-write-on", test_stop_and_write_on);
  ADD ("error", test_error);
  ADD ("error-and-other-words", test_error_and_other_words);
  ADD ("stop-before-first-word", test_stop_before_first_word);
  ADD ("retry-fails", test_retry_fails);
  ADD ("pane", test_pane);
  ADD ("pane-beside", test_pane_beside);
  ADD ("pane-with-large-text", test_pane_with_large_text);
  return g_test_run ();
}
