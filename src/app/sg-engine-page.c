/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each optimisation of the engine and for each tool.  What is off is kept as a list of names, so that
 * whatever a later version adds is on. */

#include "config.h"

#include "app/sg-engine-page.h"

#include <glib/gi18n.h>

#include "engine/sg-settings-text.h"
#include "tools/sg-tool-catalog.h"

struct _SgEnginePage
{
  AdwPreferencesPage   parent_instance;

  AdwPreferencesGroup *switches;
  AdwPreferencesGroup *tools;
  GtkWidget           *reset;

  GSettings           *settings;

  /* How many tools a model is offered, all that there are, and the row of each. */
  SgEngineSettings    *engine;
  SgToolCatalog       *catalog;
  GPtrArray           *rows;
};

G_DEFINE_FINAL_TYPE (SgEnginePage, sg_engine_page, ADW_TYPE_PREFERENCES_PAGE)

static void
sg_engine_page_dispose (GObject *object)
{
  SgEnginePage *self = SG_ENGINE_PAGE (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->catalog);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_ENGINE_PAGE);

  G_OBJECT_CLASS (sg_engine_page_parent_class)->dispose (object);
}

static void
sg_engine_page_class_init (SgEnginePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_engine_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-engine-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgEnginePage, switches);
  gtk_widget_class_bind_template_child (widget_class, SgEnginePage, tools);
  gtk_widget_class_bind_template_child (widget_class, SgEnginePage, reset);
}

static void
sg_engine_page_init (SgEnginePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->catalog = sg_tool_catalog_new_default ();
  sg_tool_catalog_add_for_scenario (self->catalog, NULL);
  self->rows = g_ptr_array_new ();
}

/* What a row stands for: a name that is, or is not, in the list of a setting. */
typedef struct
{
  GSettings *settings;
  char      *key;
  char      *name;
} Binding;

static void
binding_free (gpointer data)
{
  Binding *binding = data;

  g_object_unref (binding->settings);
  g_free (binding->key);
  g_free (binding->name);
  g_free (binding);
}

/* A name that is in the list is off. */
static gboolean
setting_to_active (GValue   *value,
                   GVariant *variant,
                   gpointer  user_data)
{
  g_autofree const char **names = g_variant_get_strv (variant, NULL);

  g_value_set_boolean (value, !g_strv_contains (names, ((Binding *) user_data)->name));
  return TRUE;
}

static GVariant *
active_to_setting (const GValue       *value,
                   const GVariantType *type,
                   gpointer            user_data)
{
  Binding *binding = user_data;
  g_auto (GStrv) names = g_settings_get_strv (binding->settings, binding->key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!g_str_equal (names[i], binding->name))
        g_strv_builder_add (builder, names[i]);
    }
  if (!g_value_get_boolean (value))
    g_strv_builder_add (builder, binding->name);
  list = g_strv_builder_end (builder);

  return g_variant_new_strv ((const char * const *) list, -1);
}

static GtkWidget *
add_row (SgEnginePage        *self,
         AdwPreferencesGroup *group,
         const char          *key,
         const char          *name,
         const char          *title,
         const char          *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();
  Binding *binding = g_new0 (Binding, 1);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  adw_preferences_group_add (group, row);

  binding->settings = g_object_ref (self->settings);
  binding->key = g_strdup (key);
  binding->name = g_strdup (name);
  g_settings_bind_with_mapping (self->settings, key, toggle, "active", G_SETTINGS_BIND_DEFAULT,
                                setting_to_active, active_to_setting, binding, binding_free);

  return row;
}

/* What each tool does, for the player; its own words are for the model. */
static const struct
{
  const char *name;
  const char *does;
} tool_words[] = {
  { "add_memory", N_("Remembers something for much later") },
  { "advance_time", N_("Lets time pass") },
  { "ask_character", N_("Lets a character answer in their own voice") },
  { "batch_memory", N_("Remembers several things at once") },
  { "create_character", N_("Brings somebody new into the story") },
  { "draw_fortune", N_("Draws a fortune slip and reads it to you") },
  { "generate_characters", N_("Makes several characters from a short description") },
  { "list_characters", N_("Looks up who there is and how they are") },
  { "look_around", N_("Looks up what is here: ways, people, things") },
  { "move_to", N_("Moves you or somebody else to a place") },
  { "offer_choices", N_("Offers you what to do next") },
  { "query_relationships", N_("Looks up what people feel for each other, and why") },
  { "read_state", N_("Looks up what is true of a person, place or thing") },
  { "recall_turns", N_("Reads earlier turns again") },
  { "roll_dice", N_("Lets chance decide") },
  { "search_lore", N_("Looks up what the scenario says of people, places and things") },
  { "search_memories", N_("Finds what is remembered, by its words") },
  { "semantic_search", N_("Finds what is remembered, by its meaning") },
  { "set_goal", N_("Opens a goal, or ends one") },
  { "stateful_read", N_("Looks up what has changed since the last time") },
  { "update_relationship", N_("Changes what one person feels for another") },
  { "update_state", N_("Records what has become true of a person, place or thing") },
  { "update_world", N_("Records what has become true of several at once") },
};

static const char *
get_tool_words (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (tool_words); i++)
    {
      if (g_str_equal (tool_words[i].name, name))
        return _(tool_words[i].does);
    }

  return "";
}

/* The name of a tool as a heading: "Roll dice". */
static char *
dup_tool_title (const char *name)
{
  g_autofree char *words = g_strdelimit (g_strdup (name), "_", ' ');

  words[0] = g_ascii_toupper (words[0]);
  return g_steal_pointer (&words);
}

/* A tool that the chosen set does not hold is not offered, whatever its switch says. */
static void
update_offered (SgEnginePage *self)
{
  const char *const *names = sg_tool_catalog_get_names (self->catalog);
  SgToolSet set = (SgToolSet) sg_engine_settings_get_number (self->engine, "tool-set");
  g_autofree char *rest = sg_tool_set_dup_rest (set);
  g_auto (GStrv) withheld = g_strsplit (rest, ",", -1);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      gboolean offered = !g_strv_contains ((const char *const *) withheld, names[i]);
      const char *does = get_tool_words (names[i]);
      g_autofree char *subtitle = NULL;

      if (!offered)
        /* Translators: the text is what a tool does */
        subtitle = g_strdup_printf (_("%s. Not offered now: the preset gives the model fewer tools."), does);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), offered ? does : subtitle);
      gtk_widget_set_sensitive (row, offered);
    }
}

static void
add_tools (SgEnginePage *self)
{
  const char *const *names = sg_tool_catalog_get_names (self->catalog);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *title = dup_tool_title (names[i]);

      g_ptr_array_add (self->rows, add_row (self, self->tools, "tools-off", names[i], title, ""));
    }

  update_offered (self);
  g_signal_connect_object (self->engine, "notify::tool-set", G_CALLBACK (update_offered), self,
                           G_CONNECT_SWAPPED);
}

static void
reset_cb (SgEnginePage *self)
{
  g_settings_reset (self->settings, "switches-off");
}

/**
 * sg_engine_page_new:
 * @narrator: what it is about
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
sg_engine_page_new (SgNarrator *narrator)
{
  SgEnginePage *self = g_object_new (SG_TYPE_ENGINE_PAGE, NULL);
  g_autofree const char **names = sg_engine_settings_list_switches ();

  self->settings = g_object_ref (sg_narrator_get_settings (narrator));
  self->engine = g_object_ref (sg_narrator_get_engine_settings (narrator));
  for (guint i = 0; names[i] != NULL; i++)
    add_row (self, self->switches, "switches-off", names[i], sg_settings_text_get_title (names[i]),
             sg_settings_text_get_subtitle (names[i]));
  add_tools (self);
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (reset_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
