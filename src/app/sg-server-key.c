/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-server-key.h"

#include <glib/gi18n-lib.h>

#include "llm/sg-endpoint.h"

struct _SgServerKey
{
  GObject       parent_instance;

  SgNarrator   *narrator;
  /* Of the page that this belongs to; NULL when that is gone. */
  AdwEntryRow  *address;
  AdwEntryRow  *key;

  /* The server whose key is in the entry. */
  char         *server;
  GCancellable *lookup;
};

G_DEFINE_FINAL_TYPE (SgServerKey, sg_server_key, G_TYPE_OBJECT)

static void
stop_lookup (SgServerKey *self)
{
  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
}

static void
sg_server_key_dispose (GObject *object)
{
  SgServerKey *self = SG_SERVER_KEY (object);

  stop_lookup (self);
  g_clear_weak_pointer (&self->address);
  g_clear_weak_pointer (&self->key);
  g_clear_object (&self->narrator);

  G_OBJECT_CLASS (sg_server_key_parent_class)->dispose (object);
}

static void
sg_server_key_finalize (GObject *object)
{
  g_free (SG_SERVER_KEY (object)->server);

  G_OBJECT_CLASS (sg_server_key_parent_class)->finalize (object);
}

static void
sg_server_key_class_init (SgServerKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_server_key_dispose;
  object_class->finalize = sg_server_key_finalize;
}

static void
sg_server_key_init (SgServerKey *self)
{
}

static void
key_found_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (SgServerKey) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = sg_keyring_lookup_finish (SG_KEYRING (source), result, &error);

  if (error != NULL || self->key == NULL)
    return;

  g_clear_object (&self->lookup);
  gtk_editable_set_text (GTK_EDITABLE (self->key), key != NULL ? key : "");
}

static void
address_changed_cb (SgServerKey *self)
{
  g_autofree char *server =
    sg_endpoint_normalize (gtk_editable_get_text (GTK_EDITABLE (self->address)), NULL);

  if (g_strcmp0 (server, self->server) == 0)
    return;

  g_free (self->server);
  self->server = g_steal_pointer (&server);
  stop_lookup (self);
  gtk_editable_set_text (GTK_EDITABLE (self->key), "");
  if (self->server == NULL)
    return;

  self->lookup = g_cancellable_new ();
  sg_keyring_lookup_async (sg_narrator_get_keyring (self->narrator), self->server, self->lookup,
                           key_found_cb, g_object_ref (self));
}

static void
key_stored_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (SgServerKey) self = user_data;
  gboolean kept = FALSE;

  if (!sg_keyring_store_finish (SG_KEYRING (source), result, &kept, NULL) || self->key == NULL)
    return;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->key),
                                 kept ? _("Key (kept in the keyring)")
                                      : _("Key (no keyring here: kept until Storyglass closes)"));
  sg_narrator_key_changed (self->narrator);
}

static void
key_apply_cb (SgServerKey *self)
{
  if (self->server != NULL)
    sg_keyring_store_async (sg_narrator_get_keyring (self->narrator), self->server,
                            gtk_editable_get_text (GTK_EDITABLE (self->key)), NULL, key_stored_cb,
                            g_object_ref (self));
}

/**
 * sg_server_key_new:
 * @narrator: who has the keyring
 * @address: the row of the address, which has its text already
 * @key: the row of the key
 *
 * Returns: (transfer full): what fills the row of the key, and stores what is typed there, for as long as it lives
 */
SgServerKey *
sg_server_key_new (SgNarrator  *narrator,
                   AdwEntryRow *address,
                   AdwEntryRow *key)
{
  SgServerKey *self = g_object_new (SG_TYPE_SERVER_KEY, NULL);

  self->narrator = g_object_ref (narrator);
  g_set_weak_pointer (&self->address, address);
  g_set_weak_pointer (&self->key, key);
  g_signal_connect_object (address, "changed", G_CALLBACK (address_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (key, "apply", G_CALLBACK (key_apply_cb), self, G_CONNECT_SWAPPED);
  address_changed_cb (self);

  return self;
}
