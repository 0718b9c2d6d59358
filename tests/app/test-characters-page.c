/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters that the player has made: shown as they come, tried again, and added to the story. */

#include "config.h"

#include "app-fixture.h"
#include "story-fixture.h"

#include "../llm/fake-model.h"
#include "app/sg-characters-page.h"
#include "storyteller/sg-storyteller.h"

#define CAST "{\"characters\":[{\"name\":\"Ada\",\"role\":\"smith\"},{\"name\":\"Bo\",\"role\":\"cook\"}]}"
#define SHEET(name) \
  "{\"name\":\"" name "\",\"role\":\"a <b>smith</b>\",\"description\":\"Strong.\",\"appearance\":\"Tall.\"," \
  "\"voice\":\"Low.\",\"goal\":\"Rest.\",\"secret\":\"None.\"}"

typedef struct
{
  StoryFixture  story;
  SgFakeModel  *model;
  SgSession    *session;
  GtkWidget    *page;
  GtkWidget    *window;
  guint         n_added;
} Fixture;

static void
added_cb (Fixture *fixture)
{
  fixture->n_added++;
}

static void
show (Fixture *fixture,
      SgModel *model)
{
  g_autoptr (SgEngineSettings) settings = sg_engine_settings_new ();
  g_autoptr (SgStory) story = story_fixture_make (&fixture->story, "A story", 0);

  g_object_set (settings, "characters-at-once", 1, NULL);
  fixture->session = sg_session_new (story, model, settings);
  fixture->page = sg_characters_page_new (fixture->session);
  g_signal_connect_swapped (fixture->page, "added", G_CALLBACK (added_cb), fixture);
  fixture->window = app_fixture_show (fixture->page, 600, 700);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  story_fixture_set_up (&fixture->story);
  fixture->model = sg_fake_model_new ();
  if (data == NULL)
    show (fixture, SG_MODEL (fixture->model));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->window != NULL)
    app_fixture_close (fixture->window);
  app_fixture_settle ();
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  g_assert_finalize_object (g_steal_pointer (&fixture->model));
  story_fixture_tear_down (&fixture->story);
}

static const char *
get_words (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_label (GTK_BUTTON (widget));
  if (ADW_IS_PREFERENCES_ROW (widget))
    return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));

  return GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;
}

/* The first of a type that says these words. */
static GtkWidget *
find (GtkWidget  *root,
      GType       type,
      const char *words)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = child;

      if (!g_type_is_a (G_OBJECT_TYPE (child), type) || g_strcmp0 (get_words (child), words) != 0)
        found = find (child, type, words);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
button (Fixture    *fixture,
        const char *label)
{
  return find (fixture->page, GTK_TYPE_BUTTON, label);
}

static void
write_brief (Fixture    *fixture,
             const char *brief,
             guint       count)
{
  GtkWidget *entry = app_fixture_find (fixture->page, ADW_TYPE_ENTRY_ROW, NULL);
  GtkWidget *spin = app_fixture_find (fixture->page, GTK_TYPE_SPIN_BUTTON, NULL);

  gtk_editable_set_text (GTK_EDITABLE (entry), brief);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), count);
}

static void
test_make_and_add (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *row;

  g_assert_false (gtk_widget_get_sensitive (button (fixture, "_Make")));
  write_brief (fixture, "villagers", 2);
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, CAST);
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, SHEET ("Ada"));
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "no");
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "no");
  g_signal_emit_by_name (button (fixture, "_Make"), "clicked");
  g_assert_true (gtk_widget_get_visible (button (fixture, "_Stop")));
  app_fixture_wait_for (gtk_widget_get_visible (button (fixture, "_Try the Others Again")));

  /* One is there, and what is foreign is text. */
  row = find (fixture->page, ADW_TYPE_ACTION_ROW, "Ada");
  g_assert_nonnull (row);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Ada, a <b>smith</b>. Tall. Strong.");
  row = find (fixture->page, ADW_TYPE_ACTION_ROW, "Bo");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "The model did not answer in the form that was asked for.");

  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, SHEET ("Bo"));
  g_signal_emit_by_name (button (fixture, "_Try the Others Again"), "clicked");
  app_fixture_wait_for (!gtk_widget_get_visible (button (fixture, "_Stop")));
  g_assert_false (gtk_widget_get_visible (button (fixture, "_Try the Others Again")));

  g_signal_emit_by_name (button (fixture, "_Add to the Story"), "clicked");
  app_fixture_wait_for (fixture->n_added == 1);
  g_assert_true (sg_world_has_entity (sg_story_get_world (sg_session_get_story (fixture->session)),
                                      "bo"));
  g_assert_cmpint (sg_story_get_depth (sg_session_get_story (fixture->session)), ==, 1);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  write_brief (fixture, "a villager", 1);
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 200, SHEET ("Ada"));
  g_signal_emit_by_name (button (fixture, "_Make"), "clicked");
  g_signal_emit_by_name (button (fixture, "_Stop"), "clicked");
  app_fixture_wait_for (gtk_widget_get_visible (button (fixture, "_Make")));
  g_assert_false (gtk_widget_get_visible (button (fixture, "_Add to the Story")));
}

static void
test_waiting (Fixture       *fixture,
              gconstpointer  data)
{
  write_brief (fixture, "a villager", 1);
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "\vThe server asks to wait 9 s\f" SHEET ("Ada"));
  g_signal_emit_by_name (button (fixture, "_Make"), "clicked");
  app_fixture_wait_for (find (fixture->page, GTK_TYPE_LABEL, "The server asks to wait 9 s") != NULL);
  sg_fake_model_go_on (fixture->model);
  app_fixture_wait_for (gtk_widget_get_visible (button (fixture, "_Add to the Story")));
  g_assert_null (find (fixture->page, GTK_TYPE_LABEL, "The server asks to wait 9 s"));
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  write_brief (fixture, "a villager", 1);
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 50, SHEET ("Ada"));
  g_signal_emit_by_name (button (fixture, "_Make"), "clicked");
  app_fixture_close (g_steal_pointer (&fixture->window));
  for (guint i = 0; i < 20; i++)
    {
      app_fixture_settle ();
      g_usleep (5000);
    }
}

static void
test_without_a_model (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (SgModel) storyteller = SG_MODEL (sg_storyteller_new ());

  show (fixture, storyteller);
  g_assert_nonnull (find (fixture->page, GTK_TYPE_LABEL,
                          "Characters are made by a language model. Connect one in the preferences "
                          "first."));
}

#define ADD(name, func, data) g_test_add ("/characters-page/" name, Fixture, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("make-and-add", test_make_and_add, NULL);
  ADD ("stop", test_stop, NULL);
  ADD ("waiting", test_waiting, NULL);
  ADD ("close", test_close, NULL);
  ADD ("without-a-model", test_without_a_model, "storyteller");
  return g_test_run ();
}
