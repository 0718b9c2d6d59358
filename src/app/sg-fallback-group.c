/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-fallback-group.h"

#include "app/sg-server-key.h"
#include "llm/sg-endpoint.h"

struct _SgFallbackGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkSpinButton       *retries;
  GtkSpinButton       *requests;
  GtkSpinButton       *tokens;
  AdwEntryRow         *address;
  AdwEntryRow         *model;
  AdwEntryRow         *key;

  SgServerKey         *server_key;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgFallbackGroup, sg_fallback_group, ADW_TYPE_PREFERENCES_GROUP)

/* Without an address there is no such server; one that is none says so. */
static void
address_changed_cb (SgFallbackGroup *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autofree char *server = sg_endpoint_normalize (text, NULL);

  if (server == NULL && *text != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->model), *text != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->key), *text != '\0');
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
sg_fallback_group_dispose (GObject *object)
{
  SgFallbackGroup *self = SG_FALLBACK_GROUP (object);

  g_clear_object (&self->server_key);
  gtk_widget_dispose_template (GTK_WIDGET (self), SG_TYPE_FALLBACK_GROUP);

  G_OBJECT_CLASS (sg_fallback_group_parent_class)->dispose (object);
}

static void
sg_fallback_group_class_init (SgFallbackGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_fallback_group_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-fallback-group.ui");
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, retries);
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, requests);
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, tokens);
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, address);
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, model);
  gtk_widget_class_bind_template_child (widget_class, SgFallbackGroup, key);
}

static void
sg_fallback_group_init (SgFallbackGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * sg_fallback_group_set_narrator:
 * @narrator: what it is about; set once
 */
void
sg_fallback_group_set_narrator (SgFallbackGroup *self,
                                SgNarrator      *narrator)
{
  GSettings *settings;

  g_return_if_fail (SG_IS_FALLBACK_GROUP (self));
  g_return_if_fail (self->server_key == NULL);

  settings = sg_narrator_get_settings (narrator);
  g_settings_bind (settings, "retries", self->retries, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "requests-per-minute", self->requests, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "tokens-per-minute", self->tokens, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "fallback-url", self->address, "text", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "fallback-model", self->model, "text", G_SETTINGS_BIND_DEFAULT);
  self->server_key = sg_server_key_new (narrator, self->address, self->key);
  g_signal_connect_object (self->address, "changed", G_CALLBACK (address_changed_cb), self,
                           G_CONNECT_SWAPPED);
  address_changed_cb (self);
}

const char *
sg_fallback_group_get_address (SgFallbackGroup *self)
{
  g_return_val_if_fail (SG_IS_FALLBACK_GROUP (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->address));
}

const char *
sg_fallback_group_get_key (SgFallbackGroup *self)
{
  g_return_val_if_fail (SG_IS_FALLBACK_GROUP (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->key));
}
