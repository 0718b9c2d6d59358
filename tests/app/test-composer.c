/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-fixture.h"

#include "app/sg-choice-bar.h"
#include "app/sg-composer.h"
#include "app/sg-status-line.h"

typedef struct
{
  GtkWidget  *window;
  SgComposer *composer;
  GtkWidget  *entry;
  char       *mode;
  char       *text;
  gint64      pressed_us;
  guint       n_submitted;
  guint       withdrawn;
} Fixture;

static void
submit_cb (SgComposer *composer,
           const char *mode,
           const char *text,
           gint64      pressed_us,
           Fixture    *fixture)
{
  g_free (fixture->mode);
  g_free (fixture->text);
  fixture->mode = g_strdup (mode);
  fixture->text = g_strdup (text);
  fixture->pressed_us = pressed_us;
  fixture->n_submitted++;
}

static void
withdraw_cb (SgComposer *composer,
             guint       ticket,
             Fixture    *fixture)
{
  fixture->withdrawn = ticket;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->composer = SG_COMPOSER (sg_composer_new ());
  g_signal_connect (fixture->composer, "submit", G_CALLBACK (submit_cb), fixture);
  g_signal_connect (fixture->composer, "withdraw", G_CALLBACK (withdraw_cb), fixture);
  fixture->window = app_fixture_show (GTK_WIDGET (fixture->composer), 400, 200);
  fixture->entry = app_fixture_find (GTK_WIDGET (fixture->composer), GTK_TYPE_TEXT_VIEW, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_close (fixture->window);
  g_free (fixture->mode);
  g_free (fixture->text);
}

/* What the key controller of the entry makes of a key. */
static gboolean
press (Fixture         *fixture,
       guint            keyval,
       GdkModifierType  state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->entry);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller)
          || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static void
test_enter_sends (Fixture       *fixture,
                  gconstpointer  data)
{
  gint64 before = g_get_monotonic_time ();
  g_autofree char *left = NULL;

  sg_composer_set_text (fixture->composer, "  open the door ");
  g_assert_true (press (fixture, GDK_KEY_Return, 0));
  g_assert_cmpuint (fixture->n_submitted, ==, 1);
  g_assert_cmpstr (fixture->text, ==, "open the door");
  g_assert_cmpstr (fixture->mode, ==, "do");
  g_assert_cmpint (fixture->pressed_us, >=, before);
  left = sg_composer_dup_text (fixture->composer);
  g_assert_cmpstr (left, ==, "");
}

static void
test_shift_enter_does_not (Fixture       *fixture,
                           gconstpointer  data)
{
  sg_composer_set_text (fixture->composer, "one");
  g_assert_false (press (fixture, GDK_KEY_Return, GDK_SHIFT_MASK));
  g_assert_false (press (fixture, GDK_KEY_a, 0));
  g_assert_cmpuint (fixture->n_submitted, ==, 0);
}

static void
test_nothing_to_send (Fixture       *fixture,
                      gconstpointer  data)
{
  sg_composer_set_text (fixture->composer, " \n ");
  g_assert_true (press (fixture, GDK_KEY_KP_Enter, 0));
  g_assert_cmpuint (fixture->n_submitted, ==, 0);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_modes (Fixture       *fixture,
            gconstpointer  data)
{
  guint n = 0;

  g_signal_connect_swapped (fixture->composer, "notify::mode", G_CALLBACK (count_cb), &n);
  g_assert_cmpstr (sg_composer_get_mode (fixture->composer), ==, "do");
  sg_composer_set_mode (fixture->composer, "do");
  g_assert_cmpuint (n, ==, 0);
  sg_composer_set_mode (fixture->composer, "nonsense");
  g_assert_cmpuint (n, ==, 0);
  sg_composer_next_mode (fixture->composer);
  g_assert_cmpstr (sg_composer_get_mode (fixture->composer), ==, "say");
  gtk_test_accessible_assert_property (fixture->entry, GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER,
                                       "What do you say?");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->composer), "composer.mode", "s",
                                             "story"));
  g_assert_cmpuint (n, ==, 2);

  sg_composer_set_text (fixture->composer, "It rains.");
  sg_composer_submit (fixture->composer);
  g_assert_cmpstr (fixture->mode, ==, "story");
  sg_composer_next_mode (fixture->composer);
  g_assert_cmpstr (sg_composer_get_mode (fixture->composer), ==, "do");
}

static void
test_queue (Fixture       *fixture,
            gconstpointer  data)
{
  SgQueuedInput inputs[] = {
    { 7, SG_INPUT_DO, "first <b>words</b>" },
    { 9, SG_INPUT_SAY, "second" },
  };
  GtkWidget *chip, *label, *button;

  sg_composer_set_queue (fixture->composer, inputs, 2);
  chip = app_fixture_find (GTK_WIDGET (fixture->composer), GTK_TYPE_BOX, "queued");
  label = app_fixture_find (chip, GTK_TYPE_LABEL, NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "first <b>words</b>");
  button = app_fixture_find (chip, GTK_TYPE_BUTTON, NULL);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Take back: first <b>words</b>");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (fixture->withdrawn, ==, 7);

  label = app_fixture_find (gtk_widget_get_next_sibling (chip), GTK_TYPE_LABEL, NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "“second”");

  sg_composer_set_queue (fixture->composer, NULL, 0);
  g_assert_null (app_fixture_find (GTK_WIDGET (fixture->composer), GTK_TYPE_BOX, "queued"));
}

static int
get_least_width (Fixture *fixture)
{
  int minimum;

  gtk_widget_measure (GTK_WIDGET (fixture->composer), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  return minimum;
}

/* A window as narrow as a telephone's does not grow for a turn. */
static void
test_busy_keeps_the_width (Fixture       *fixture,
                           gconstpointer  data)
{
  int idle = get_least_width (fixture);

  sg_composer_set_busy (fixture->composer, TRUE);
  g_assert_cmpint (get_least_width (fixture), ==, idle);
}

static void
test_accessible (Fixture       *fixture,
                 gconstpointer  data)
{
  gtk_test_accessible_assert_role (fixture->entry, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (fixture->entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Your Words");
  gtk_test_accessible_assert_property (fixture->entry, GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER,
                                       "What do you do?");
}

static void
chosen_cb (SgChoiceBar *bar,
           const char  *choice,
           char       **chosen)
{
  g_free (*chosen);
  *chosen = g_strdup (choice);
}

static void
test_choices (void)
{
  const char * const choices[] = { "Go up", "Wait <i>here</i>", "Something so long that it does not "
    "fit on one line of a narrow window, whichever way it is turned", NULL };
  SgChoiceBar *bar = SG_CHOICE_BAR (sg_choice_bar_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *chosen = NULL;
  GtkWidget *window;

  gtk_box_append (GTK_BOX (box), GTK_WIDGET (bar));
  g_signal_connect (bar, "chosen", G_CALLBACK (chosen_cb), &chosen);
  sg_choice_bar_set_choices (bar, choices);
  window = app_fixture_show (box, 360, 300);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (bar)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    g_assert_cmpint (gtk_widget_get_width (child), <=, 360);
  gtk_test_accessible_assert_role (bar, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (GTK_WIDGET (bar)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Go up");

  g_assert_true (sg_choice_bar_choose (bar, 2));
  g_assert_cmpstr (chosen, ==, "Wait <i>here</i>");
  g_assert_false (sg_choice_bar_choose (bar, 4));
  g_assert_false (sg_choice_bar_choose (bar, 0));
  sg_choice_bar_set_choices (bar, NULL);
  g_assert_false (sg_choice_bar_choose (bar, 1));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  app_fixture_close (window);
}

static void
test_status_line (void)
{
  SgStatusLine *line = SG_STATUS_LINE (sg_status_line_new ());
  GtkWidget *window = app_fixture_show (GTK_WIDGET (line), 300, 60);

  sg_status_line_set_busy (line, "Thinking…", g_get_monotonic_time ());
  g_assert_cmpstr (sg_status_line_get_text (line), ==, "Thinking…");
  gtk_test_accessible_assert_role (line, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_state (line, GTK_ACCESSIBLE_STATE_BUSY, TRUE);
  gtk_test_accessible_assert_property (line, GTK_ACCESSIBLE_PROPERTY_LABEL, "Thinking…");
  sg_status_line_set_idle (line, "");
  gtk_test_accessible_assert_state (line, GTK_ACCESSIBLE_STATE_BUSY, FALSE);
  app_fixture_close (window);
}

#define ADD(name, func) g_test_add ("/composer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("enter-sends", test_enter_sends);
  ADD ("shift-enter-does-not", test_shift_enter_does_not);
  ADD ("nothing-to-send", test_nothing_to_send);
  ADD ("modes", test_modes);
  ADD ("queue", test_queue);
  ADD ("busy-keeps-the-width", test_busy_keeps_the_width);
  ADD ("accessible", test_accessible);
  g_test_add_func ("/composer/choices", test_choices);
  g_test_add_func ("/composer/status-line", test_status_line);
  return g_test_run ();
}
