/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-connection-page.h"

#include <glib/gi18n-lib.h>

#include "app/sg-fallback-group.h"
#include "app/sg-server-help.h"
#include "app/sg-server-key.h"
#include "compat/sg-announce.h"
#include "llm/sg-endpoint.h"
#include "llm/sg-probe.h"

struct _SgConnectionPage
{
  AdwPreferencesPage   parent_instance;

  GtkCheckButton      *storyteller;
  GtkCheckButton      *server;
  GtkWidget           *server_group;
  AdwEntryRow         *address;
  AdwEntryRow         *model;
  GtkMenuButton       *models;
  AdwEntryRow         *key;
  GtkWidget           *test_group;
  AdwActionRow        *test_row;
  GtkSpinner          *spinner;
  GtkWidget           *test;
  AdwActionRow        *fallback_row;
  SgFallbackGroup     *fallback;
  AdwPreferencesGroup *help;

  SgNarrator          *narrator;

  SgServerKey         *server_key;
  GCancellable        *probing;
  guint                n_probes;
};

/* One server that was asked, and where it is said what it answered. */
typedef struct
{
  SgConnectionPage *page;
  GCancellable     *probing;
  gboolean          fallback;
} Probe;

G_DEFINE_FINAL_TYPE (SgConnectionPage, sg_connection_page, ADW_TYPE_PREFERENCES_PAGE)

static void
say (AdwActionRow *row,
     const char   *title,
     const char   *subtitle)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
}

static void
set_probing (SgConnectionPage *self,
             gboolean          probing)
{
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), probing);
  gtk_spinner_set_spinning (self->spinner, probing);
  gtk_widget_set_sensitive (self->test, !probing);
}

static void
stop_probing (SgConnectionPage *self)
{
  if (self->probing != NULL)
    g_cancellable_cancel (self->probing);
  g_clear_object (&self->probing);
  set_probing (self, FALSE);
}

static void
model_clicked_cb (SgConnectionPage *self,
                  GtkButton        *button)
{
  gtk_editable_set_text (GTK_EDITABLE (self->model), gtk_button_get_label (button));
  gtk_menu_button_popdown (self->models);
}

/* What the server has, to choose from. */
static void
show_models (SgConnectionPage *self,
             GPtrArray        *models)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < models->len; i++)
    {
      SgProbeModel *model = g_ptr_array_index (models, i);
      GtkWidget *button = gtk_button_new_with_label (model->name);

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_halign (gtk_button_get_child (GTK_BUTTON (button)), GTK_ALIGN_START);
      g_signal_connect_object (button, "clicked", G_CALLBACK (model_clicked_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 320);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (self->models, popover);
  gtk_widget_set_sensitive (GTK_WIDGET (self->models), models->len > 0);
}

static void
show_answer (SgConnectionPage *self,
             gboolean          fallback,
             SgProbeResult    *found,
             const char       *message)
{
  AdwActionRow *row = fallback ? self->fallback_row : self->test_row;

  if (fallback)
    say (row, found != NULL ? _("The Fallback Server Answers") : _("The Fallback Server Cannot Be Used"), message);
  else
    say (row, found != NULL ? _("The Server Answers") : _("The Server Cannot Be Used"), message);
  sg_announce (GTK_WIDGET (row), message);
  if (found != NULL && !fallback)
    show_models (self, found->models);
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree Probe *probe = user_data;
  g_autoptr (SgConnectionPage) self = probe->page;
  g_autoptr (GCancellable) probing = probe->probing;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgProbeResult) found = sg_probe_finish (result, &error);

  if (self->probing != probing || self->test == NULL)
    return;

  if (--self->n_probes == 0)
    {
      g_clear_object (&self->probing);
      set_probing (self, FALSE);
    }
  show_answer (self, probe->fallback, found, found != NULL ? found->sentence : error->message);
}

static void
begin_probe (SgConnectionPage *self,
             gboolean          fallback,
             const char       *address,
             const char       *key)
{
  Probe *probe = g_new0 (Probe, 1);

  probe->page = g_object_ref (self);
  probe->probing = g_object_ref (self->probing);
  probe->fallback = fallback;
  self->n_probes++;
  sg_probe_async (sg_narrator_get_http (self->narrator), address, *key != '\0' ? key : NULL,
                  self->probing, probed_cb, probe);
}

/* Both servers are asked at once, so that each is known to work before the other fails. */
static void
test_clicked_cb (SgConnectionPage *self)
{
  const char *other = sg_fallback_group_get_address (self->fallback);

  stop_probing (self);
  self->probing = g_cancellable_new ();
  self->n_probes = 0;
  set_probing (self, TRUE);
  say (self->test_row, _("Asking the Server…"), "");
  begin_probe (self, FALSE, gtk_editable_get_text (GTK_EDITABLE (self->address)),
               gtk_editable_get_text (GTK_EDITABLE (self->key)));

  gtk_widget_set_visible (GTK_WIDGET (self->fallback_row), *other != '\0');
  if (*other != '\0')
    {
      say (self->fallback_row, _("Asking the Fallback Server…"), "");
      begin_probe (self, TRUE, other, sg_fallback_group_get_key (self->fallback));
    }
}

/* What was said of an address is not true of another. */
static void
forget_answers (SgConnectionPage *self)
{
  stop_probing (self);
  say (self->test_row, _("Test the Connection"), "");
  gtk_widget_set_visible (GTK_WIDGET (self->fallback_row), FALSE);
}

static void
address_changed_cb (SgConnectionPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autofree char *server = sg_endpoint_normalize (text, NULL);

  if (server == NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
  gtk_menu_button_set_popover (self->models, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->models), FALSE);
  forget_answers (self);
}

static void
update_visibility (SgConnectionPage *self)
{
  gboolean server = gtk_check_button_get_active (self->server);

  gtk_widget_set_visible (self->server_group, server);
  gtk_widget_set_visible (self->test_group, server);
  gtk_widget_set_visible (GTK_WIDGET (self->fallback), server);
  gtk_widget_set_visible (GTK_WIDGET (self->help), server);
}

static void
use_address (const char *address,
             gpointer    user_data)
{
  SgConnectionPage *self = user_data;

  gtk_editable_set_text (GTK_EDITABLE (self->address), address);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
sg_connection_page_dispose (GObject *object)
{
  SgConnectionPage *self = SG_CONNECTION_PAGE (object);

  g_clear_object (&self->server_key);
  if (self->probing != NULL)
    g_cancellable_cancel (self->probing);
  g_clear_object (&self->probing);
  gtk_widget_dispose_template (GTK_WIDGET (self), SG_TYPE_CONNECTION_PAGE);
  g_clear_object (&self->narrator);

  G_OBJECT_CLASS (sg_connection_page_parent_class)->dispose (object);
}

static void
sg_connection_page_class_init (SgConnectionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_connection_page_dispose;

  g_type_ensure (SG_TYPE_FALLBACK_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
    "/io/github/storyglass/Storyglass/sg-connection-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, storyteller);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, server);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, server_group);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, address);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, model);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, models);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, key);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, test_group);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, test_row);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, test);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, fallback_row);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, fallback);
  gtk_widget_class_bind_template_child (widget_class, SgConnectionPage, help);
  gtk_widget_class_bind_template_callback (widget_class, test_clicked_cb);
}

static void
sg_connection_page_init (SgConnectionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
narrator_to_active (GValue   *value,
                    GVariant *variant,
                    gpointer  user_data)
{
  g_value_set_boolean (value, g_str_equal (g_variant_get_string (variant, NULL), user_data));
  return TRUE;
}

static GVariant *
active_to_narrator (const GValue       *value,
                    const GVariantType *type,
                    gpointer            user_data)
{
  return g_value_get_boolean (value) ? g_variant_new_string (user_data) : NULL;
}

static void
bind_settings (SgConnectionPage *self)
{
  GSettings *settings = sg_narrator_get_settings (self->narrator);

  g_settings_bind_with_mapping (settings, "narrator", self->storyteller, "active",
                                G_SETTINGS_BIND_DEFAULT, narrator_to_active, active_to_narrator,
                                (gpointer) "storyteller", NULL);
  g_settings_bind_with_mapping (settings, "narrator", self->server, "active",
                                G_SETTINGS_BIND_DEFAULT, narrator_to_active, active_to_narrator,
                                (gpointer) "server", NULL);
  g_settings_bind (settings, "server-url", self->address, "text", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "server-model", self->model, "text", G_SETTINGS_BIND_DEFAULT);
}

/**
 * sg_connection_page_new:
 * @narrator: what it is about
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
sg_connection_page_new (SgNarrator *narrator)
{
  SgConnectionPage *self = g_object_new (SG_TYPE_CONNECTION_PAGE, NULL);

  self->narrator = g_object_ref (narrator);
  bind_settings (self);
  sg_server_help_fill (self->help, use_address, self);
  g_signal_connect_object (self->server, "notify::active", G_CALLBACK (update_visibility), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address, "changed", G_CALLBACK (address_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->server_key = sg_server_key_new (narrator, self->address, self->key);
  sg_fallback_group_set_narrator (self->fallback, narrator);
  g_signal_connect_object (self->fallback, "changed", G_CALLBACK (forget_answers), self, G_CONNECT_SWAPPED);
  update_visibility (self);
  address_changed_cb (self);
  return GTK_WIDGET (self);
}
