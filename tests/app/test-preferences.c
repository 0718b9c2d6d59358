/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-fixture.h"

#include <libsoup/soup.h>

#include "app/sg-connection-page.h"
#include "app/sg-engine-page.h"
#include "app/sg-narrator.h"
#include "app/sg-telling-page.h"
#include "llm/sg-steady-model.h"
#include "storyteller/sg-storyteller.h"
#include "tools/sg-tool-catalog.h"

typedef struct
{
  GSettings  *settings;
  SgNarrator *narrator;
  SoupServer *server;
  char       *address;
  const char *models;
  guint       n_asked;
} Fixture;

static void
server_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Fixture *fixture = user_data;

  fixture->n_asked++;
  if (!g_str_has_suffix (path, "/models"))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, fixture->models,
                                    strlen (fixture->models));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->settings = g_settings_new (APPLICATION_ID);
  g_settings_reset (fixture->settings, "narrator");
  g_settings_reset (fixture->settings, "server-url");
  g_settings_reset (fixture->settings, "server-model");
  g_settings_reset (fixture->settings, "fallback-url");
  g_settings_reset (fixture->settings, "preset");
  fixture->narrator = sg_narrator_new (fixture->settings);
  fixture->models = "{\"object\":\"list\",\"data\":[{\"id\":\"tiny-one\"},{\"id\":\"tiny-two\"}]}";

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, server_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->address = g_strdup_printf ("http://127.0.0.1:%d/v1", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_settle ();
  g_assert_finalize_object (fixture->narrator);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_object_unref (fixture->settings);
  g_free (fixture->address);
}

static GtkWidget *
find_row (GtkWidget  *root,
          GType       type,
          const char *title)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (g_type_is_a (G_OBJECT_TYPE (child), type)
          && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (child)), title))
        return child;
      found = find_row (child, type, title);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
press_test (GtkWidget *page)
{
  GtkWidget *row = find_row (page, ADW_TYPE_ACTION_ROW, "Test the Connection");

  g_signal_emit_by_name (app_fixture_find (row, GTK_TYPE_BUTTON, NULL), "clicked");
}

static void
test_connection (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *page, *window, *address, *answer, *model, *menu, *popover;
  g_autofree char *url = NULL;

  g_settings_set_string (fixture->settings, "narrator", "server");
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 700);
  address = find_row (page, ADW_TYPE_ENTRY_ROW, "Address");
  gtk_editable_set_text (GTK_EDITABLE (address), fixture->address);
  url = g_settings_get_string (fixture->settings, "server-url");
  g_assert_cmpstr (url, ==, fixture->address);

  press_test (page);
  app_fixture_wait_for ((answer = find_row (page, ADW_TYPE_ACTION_ROW, "The Server Answers")) != NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (answer)), !=, "");

  model = find_row (page, ADW_TYPE_ENTRY_ROW, "Model");
  menu = app_fixture_find (model, GTK_TYPE_MENU_BUTTON, NULL);
  g_assert_true (gtk_widget_get_sensitive (menu));
  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (menu)));
  g_signal_emit_by_name (app_fixture_find (popover, GTK_TYPE_BUTTON, "flat"), "clicked");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (model)), ==, "tiny-one");
  app_fixture_close (window);
}

/* What a server says is shown as it says it. */
static void
test_foreign_words (Fixture       *fixture,
                    gconstpointer  data)
{
  GtkWidget *page, *window, *answer, *subtitle;

  fixture->models = "{\"object\":\"list\",\"data\":[{\"id\":\"<b>R&D\"}]}";
  g_settings_set_string (fixture->settings, "narrator", "server");
  g_settings_set_string (fixture->settings, "server-url", fixture->address);
  g_settings_set_string (fixture->settings, "fallback-url", fixture->address);
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 1200);
  press_test (page);
  app_fixture_wait_for ((answer = find_row (page, ADW_TYPE_ACTION_ROW, "The Server Answers")) != NULL);
  subtitle = app_fixture_find (answer, GTK_TYPE_LABEL, "subtitle");
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (subtitle)), "Its model is <b>R&D."));
  app_fixture_wait_for (
    (answer = find_row (page, ADW_TYPE_ACTION_ROW, "The Fallback Server Answers")) != NULL);
  subtitle = app_fixture_find (answer, GTK_TYPE_LABEL, "subtitle");
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (subtitle)), "Its model is <b>R&D."));
  app_fixture_close (window);
}

static void
test_no_server (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *page, *window, *answer;

  g_settings_set_string (fixture->settings, "narrator", "server");
  g_settings_set_string (fixture->settings, "server-url", "http://127.0.0.1:1/v1");
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 700);
  press_test (page);
  app_fixture_wait_for ((answer = find_row (page, ADW_TYPE_ACTION_ROW,
                                            "The Server Cannot Be Used")) != NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (answer)), !=, "");
  app_fixture_close (window);
}

/* Each of the two says for itself what it answered, and that only of the address that was asked. */
static void
test_both_servers (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *page, *window, *address, *answer, *other;

  g_settings_set_string (fixture->settings, "narrator", "server");
  g_settings_set_string (fixture->settings, "server-url", "http://127.0.0.1:1/v1");
  g_settings_set_string (fixture->settings, "fallback-url", fixture->address);
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 1200);
  press_test (page);
  app_fixture_wait_for ((answer = find_row (page, ADW_TYPE_ACTION_ROW, "The Server Cannot Be Used")) != NULL);
  app_fixture_wait_for (
    (other = find_row (page, ADW_TYPE_ACTION_ROW, "The Fallback Server Answers")) != NULL);
  g_assert_true (gtk_widget_get_mapped (other));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (other)), !=,
                   adw_action_row_get_subtitle (ADW_ACTION_ROW (answer)));

  address = find_row (page, ADW_TYPE_ENTRY_ROW, "Address of a fallback");
  gtk_editable_set_text (GTK_EDITABLE (address), "");
  g_assert_false (gtk_widget_get_visible (other));
  press_test (page);
  app_fixture_wait_for (find_row (page, ADW_TYPE_ACTION_ROW, "The Server Cannot Be Used") != NULL);
  g_assert_false (gtk_widget_get_visible (other));
  app_fixture_close (window);
}

static void
test_wrong_address (Fixture       *fixture,
                    gconstpointer  data)
{
  GtkWidget *page, *window, *address;

  g_settings_set_string (fixture->settings, "narrator", "server");
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 700);
  address = find_row (page, ADW_TYPE_ENTRY_ROW, "Address");
  g_assert_false (gtk_widget_has_css_class (address, "error"));
  gtk_editable_set_text (GTK_EDITABLE (address), "ftp://somewhere");
  g_assert_true (gtk_widget_has_css_class (address, "error"));
  app_fixture_close (window);
}

static void
keep_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static SgModel *
make_model (Fixture  *fixture,
            GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  sg_narrator_make_model_async (fixture->narrator, NULL, keep_cb, &kept);
  app_fixture_wait_for (kept != NULL);
  result = kept;
  return sg_narrator_make_model_finish (fixture->narrator, result, error);
}

static void
test_narrator (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) storyteller = make_model (fixture, NULL);
  g_autoptr (SgModel) model = NULL;

  g_assert_true (SG_IS_STORYTELLER (storyteller));
  g_assert_cmpuint (sg_storyteller_get_pace (SG_STORYTELLER (storyteller)), ==, 40);

  g_settings_set_string (fixture->settings, "narrator", "server");
  g_settings_set_string (fixture->settings, "server-model", "tiny");
  model = make_model (fixture, &error);
  g_assert_no_error (error);
  g_assert_true (SG_IS_STEADY_MODEL (model));
  g_assert_null (sg_steady_model_get_fallback (SG_STEADY_MODEL (model)));
  g_assert_cmpstr (sg_model_get_name (model), ==, "tiny");

  g_settings_set_string (fixture->settings, "server-url", "no address at all://");
  g_assert_null (make_model (fixture, &error));
  g_assert_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_ADDRESS);
}

static void
type_key (GtkWidget  *page,
          const char *title,
          const char *key)
{
  GtkWidget *row = find_row (page, ADW_TYPE_PASSWORD_ENTRY_ROW, title);

  gtk_editable_set_text (GTK_EDITABLE (row), key);
  g_signal_emit_by_name (row, "apply");
  app_fixture_wait_for (g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                                          "Key (no keyring here"));
}

static char *
dup_key (Fixture    *fixture,
         const char *server)
{
  g_autoptr (GAsyncResult) found = NULL;
  GAsyncResult *kept = NULL;

  sg_keyring_lookup_async (sg_narrator_get_keyring (fixture->narrator), server, NULL, keep_cb, &kept);
  app_fixture_wait_for (kept != NULL);
  found = kept;
  return sg_keyring_lookup_finish (SG_KEYRING (sg_narrator_get_keyring (fixture->narrator)), found, NULL);
}

/* A server to fall back on has an address, a model and a key of its own. */
static void
test_fallback (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *page, *window, *address, *model_row, *requests;
  g_autoptr (SgModel) model = NULL;
  g_autofree char *key = NULL;
  g_autofree char *other_key = NULL;
  SgModel *fallback;
  int limit = 0;

  g_settings_set_string (fixture->settings, "narrator", "server");
  page = sg_connection_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 1200);
  address = find_row (page, ADW_TYPE_ENTRY_ROW, "Address of a fallback");
  model_row = find_row (page, ADW_TYPE_ENTRY_ROW, "Model of the fallback");
  g_assert_false (gtk_widget_get_visible (model_row));

  gtk_editable_set_text (GTK_EDITABLE (address), "ftp://no");
  g_assert_true (gtk_widget_has_css_class (address, "error"));
  model = make_model (fixture, NULL);
  g_assert_null (sg_steady_model_get_fallback (SG_STEADY_MODEL (model)));
  g_clear_object (&model);

  gtk_editable_set_text (GTK_EDITABLE (address), "http://other:8080");
  g_assert_false (gtk_widget_has_css_class (address, "error"));
  g_assert_true (gtk_widget_get_visible (model_row));
  gtk_editable_set_text (GTK_EDITABLE (model_row), "spare");
  type_key (page, "Key (if", "first-secret");
  type_key (page, "Key of the fallback", "other-secret");
  key = dup_key (fixture, "http://localhost:8080/v1");
  other_key = dup_key (fixture, "http://other:8080/v1");
  g_assert_cmpstr (key, ==, "first-secret");
  g_assert_cmpstr (other_key, ==, "other-secret");

  model = make_model (fixture, NULL);
  fallback = sg_steady_model_get_fallback (SG_STEADY_MODEL (model));
  g_assert_nonnull (fallback);
  g_assert_cmpstr (sg_model_get_name (fallback), ==, "spare");
  g_assert_cmpstr (sg_model_get_server (fallback), ==, "http://other:8080");

  /* What is set there applies to the model that there is. */
  requests = adw_action_row_get_activatable_widget (
    ADW_ACTION_ROW (find_row (page, ADW_TYPE_ACTION_ROW, "Requests a Minute")));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (requests), 30);
  g_object_get (model, "requests-per-minute", &limit, NULL);
  g_assert_cmpint (limit, ==, 30);

  g_settings_reset (fixture->settings, "fallback-url");
  g_settings_reset (fixture->settings, "fallback-model");
  g_settings_reset (fixture->settings, "requests-per-minute");
  app_fixture_close (window);
}

/* No keyring answers in this session: a key is held for as long as the program runs, and said to be. */
static void
test_key_without_keyring (Fixture       *fixture,
                          gconstpointer  data)
{
  SgKeyring *keyring = sg_narrator_get_keyring (fixture->narrator);
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  GAsyncResult *kept = NULL;
  gboolean in_keyring = TRUE;
  g_autofree char *key = NULL;

  sg_keyring_store_async (keyring, "http://a/v1", "secret", NULL, keep_cb, &kept);
  app_fixture_wait_for (kept != NULL);
  stored = g_steal_pointer (&kept);
  g_assert_true (sg_keyring_store_finish (keyring, stored, &in_keyring, NULL));
  g_assert_false (in_keyring);

  sg_keyring_lookup_async (keyring, "http://a/v1", NULL, keep_cb, &kept);
  app_fixture_wait_for (kept != NULL);
  found = g_steal_pointer (&kept);
  key = sg_keyring_lookup_finish (keyring, found, NULL);
  g_assert_cmpstr (key, ==, "secret");
}

static void
test_presets (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *page = sg_telling_page_new (fixture->narrator);
  GtkWidget *window = app_fixture_show (page, 600, 600);
  GtkWidget *preset = find_row (page, ADW_TYPE_COMBO_ROW, "Preset");
  GtkWidget *context = find_row (page, ADW_TYPE_ACTION_ROW, "Context");
  GtkWidget *tools;
  g_autofree char *name = NULL;
  int tokens = 0;

  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (preset)), ==, 1);
  g_assert_false (gtk_widget_get_visible (context));
  adw_combo_row_set_selected (ADW_COMBO_ROW (preset), 3);
  name = g_settings_get_string (fixture->settings, "preset");
  g_assert_cmpstr (name, ==, "custom");
  g_assert_true (gtk_widget_get_visible (context));
  g_settings_set_int (fixture->settings, "context-tokens", 4321);
  g_object_get (sg_narrator_get_engine_settings (fixture->narrator), "context-tokens", &tokens, NULL);
  g_assert_cmpint (tokens, ==, 4321);

  tools = find_row (page, ADW_TYPE_COMBO_ROW, "Tools of the Model");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (tools)), ==, 1);
  adw_combo_row_set_selected (ADW_COMBO_ROW (tools), 2);
  g_object_get (sg_narrator_get_engine_settings (fixture->narrator), "tool-set", &tokens, NULL);
  g_assert_cmpint (tokens, ==, 3);
  g_settings_reset (fixture->settings, "tool-set");
  app_fixture_close (window);
}

/* The switch of a row, by the title of the row. */
static GtkSwitch *
find_switch (GtkWidget  *page,
             const char *title)
{
  GtkWidget *row = find_row (page, ADW_TYPE_ACTION_ROW, title);
  GtkWidget *toggle = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));

  g_assert_true (GTK_IS_SWITCH (toggle));
  gtk_test_accessible_assert_property (toggle, GTK_ACCESSIBLE_PROPERTY_LABEL, title);
  return GTK_SWITCH (toggle);
}

static guint
count_off (GtkWidget *widget)
{
  guint n = GTK_IS_SWITCH (widget) && !gtk_switch_get_active (GTK_SWITCH (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_off (child);
  return n;
}

/* What a tool does is said in words for the player, whichever it is. */
static void
assert_words (GtkWidget  *page,
              const char *name)
{
  g_autofree char *title = g_strdelimit (g_strdup (name), "_", ' ');

  title[0] = g_ascii_toupper (title[0]);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find_row (page, ADW_TYPE_ACTION_ROW, title))),
                   !=, "");
}

/* Each tool has its row, also one that few stories have; what the preset withholds says so. */
static void
test_tools (Fixture       *fixture,
            gconstpointer  data)
{
  SgEngineSettings *engine = sg_narrator_get_engine_settings (fixture->narrator);
  g_autoptr (SgToolCatalog) catalog = sg_tool_catalog_new_default ();
  const char *const *names = sg_tool_catalog_get_names (catalog);
  GtkWidget *page, *window, *characters, *dice;

  g_settings_reset (fixture->settings, "tools-off");
  g_object_set (engine, "preset", SG_PRESET_QUALITY, NULL);
  page = sg_engine_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 600);

  for (guint i = 0; names[i] != NULL; i++)
    assert_words (page, names[i]);
  assert_words (page, "draw_fortune");

  gtk_switch_set_active (find_switch (page, "Draw fortune"), FALSE);
  g_assert_cmpstr (sg_engine_settings_get_text (engine, "tools-off"), ==, "draw_fortune");
  gtk_switch_set_active (find_switch (page, "Draw fortune"), TRUE);

  characters = find_row (page, ADW_TYPE_ACTION_ROW, "Generate characters");
  dice = find_row (page, ADW_TYPE_ACTION_ROW, "Roll dice");
  g_object_set (engine, "preset", SG_PRESET_QUALITY, NULL);
  g_assert_true (gtk_widget_get_sensitive (characters));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (characters)), ==,
                   "Makes several characters from a short description");
  g_object_set (engine, "preset", SG_PRESET_FAST, NULL);
  g_assert_false (gtk_widget_get_sensitive (characters));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (characters)), "Not offered now: "));
  g_assert_true (gtk_widget_get_sensitive (dice));
  g_assert_true (gtk_widget_get_sensitive (find_row (page, ADW_TYPE_ACTION_ROW, "Draw fortune")));

  g_object_set (engine, "preset", SG_PRESET_BALANCED, NULL);
  app_fixture_close (window);
}

static void
test_switches (Fixture       *fixture,
               gconstpointer  data)
{
  SgEngineSettings *engine = sg_narrator_get_engine_settings (fixture->narrator);
  g_autofree const char **names = sg_engine_settings_list_switches ();
  GtkWidget *page, *window;
  GtkSwitch *early, *dice;

  g_settings_reset (fixture->settings, "switches-off");
  g_settings_reset (fixture->settings, "tools-off");
  page = sg_engine_page_new (fixture->narrator);
  window = app_fixture_show (page, 600, 600);

  early = find_switch (page, "Start Tools Early");
  dice = find_switch (page, "Roll dice");
  g_assert_true (gtk_switch_get_active (early));
  gtk_switch_set_active (early, FALSE);
  gtk_switch_set_active (find_switch (page, "Record Spans"), FALSE);
  gtk_switch_set_active (dice, FALSE);
  g_assert_false (sg_engine_settings_is_on (engine, "early-tools"));
  g_assert_false (sg_engine_settings_is_on (engine, "tracking"));
  g_assert_true (sg_engine_settings_is_on (engine, "pooling"));
  g_assert_cmpstr (sg_engine_settings_get_text (engine, "tools-off"), ==, "roll_dice");

  gtk_switch_set_active (dice, TRUE);
  g_settings_reset (fixture->settings, "switches-off");
  g_assert_true (gtk_switch_get_active (early));
  g_assert_cmpstr (sg_engine_settings_get_text (engine, "tools-off"), ==, "");

  /* Each switch of the engine has its row. */
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char * const off[] = { names[i], NULL };

      g_assert_true (sg_engine_settings_is_on (engine, names[i]));
      g_settings_set_strv (fixture->settings, "switches-off", off);
      g_assert_cmpuint (count_off (page), ==, 1);
      g_assert_false (sg_engine_settings_is_on (engine, names[i]));
    }
  g_settings_reset (fixture->settings, "switches-off");
  app_fixture_close (window);
}

#define ADD(name, func) g_test_add ("/preferences/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("connection", test_connection);
  ADD ("no-server", test_no_server);
  ADD ("both-servers", test_both_servers);
  ADD ("foreign-words", test_foreign_words);
  ADD ("wrong-address", test_wrong_address);
  ADD ("narrator", test_narrator);
  ADD ("fallback", test_fallback);
  ADD ("key-without-keyring", test_key_without_keyring);
  ADD ("presets", test_presets);
  ADD ("switches", test_switches);
  ADD ("tools", test_tools);
  return g_test_run ();
}
