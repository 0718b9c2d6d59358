/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

struct _SgKeyring
{
  GObject     parent_instance;

  /* Server to key: what no keyring took.  An empty key means that there is none. */
  GHashTable *session;
};

G_DEFINE_FINAL_TYPE (SgKeyring, sg_keyring, G_TYPE_OBJECT)

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    APPLICATION_ID ".ServerKey",
    SECRET_SCHEMA_NONE,
    { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
  };

  return &schema;
}

static void
key_free (gpointer key)
{
  secret_password_free (key);
}

static void
sg_keyring_finalize (GObject *object)
{
  g_hash_table_unref (SG_KEYRING (object)->session);

  G_OBJECT_CLASS (sg_keyring_parent_class)->finalize (object);
}

static void
sg_keyring_class_init (SgKeyringClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_keyring_finalize;
}

static void
sg_keyring_init (SgKeyring *self)
{
  self->session = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, key_free);
}

SgKeyring *
sg_keyring_new (void)
{
  return g_object_new (SG_TYPE_KEYRING, NULL);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *key = secret_password_lookup_finish (result, &error);

  /* A desktop without a keyring is no error: there is just no key in it. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, key, key_free);
}

/**
 * sg_keyring_lookup_async:
 * @self: the keyring
 * @server: the base address of a server
 * @cancellable: (nullable): a cancellable
 * @callback: called with the key
 * @user_data: data for @callback
 *
 * Looks for the key of a server.
 */
void
sg_keyring_lookup_async (SgKeyring           *self,
                         const char          *server,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *held;

  g_return_if_fail (SG_IS_KEYRING (self));
  g_return_if_fail (server != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_keyring_lookup_async);

  held = g_hash_table_lookup (self->session, server);
  if (held != NULL)
    g_task_return_pointer (task, *held != '\0' ? g_strdup (held) : NULL, key_free);
  else
    secret_password_lookup (get_schema (), cancellable, looked_up_cb, g_steal_pointer (&task),
                            "server", server, NULL);
}

/**
 * sg_keyring_lookup_finish:
 * @self: the keyring
 * @result: the result
 * @error: return location for an error: %G_IO_ERROR_CANCELLED alone
 *
 * Returns: (transfer full) (nullable): the key, to be freed with secret_password_free(); or %NULL
 *   without an error where there is none
 */
char *
sg_keyring_lookup_finish (SgKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  char    *server;
  char    *key;
  gboolean kept;
} Store;

static void
store_free (gpointer data)
{
  Store *store = data;

  g_free (store->server);
  secret_password_free (store->key);
  g_free (store);
}

/* What the keyring has, this program need not hold as well. */
static void
stored (GTask    *task,
        gboolean  kept)
{
  SgKeyring *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);

  store->kept = kept;
  if (kept)
    g_hash_table_remove (self->session, store->server);
  else
    g_hash_table_insert (self->session, g_strdup (store->server), g_strdup (store->key));
  g_task_return_boolean (task, TRUE);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    stored (task, error == NULL);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_store_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    stored (task, error == NULL);
}

/**
 * sg_keyring_store_async:
 * @self: the keyring
 * @server: the base address of a server
 * @key: (nullable): its key; %NULL or empty to forget it
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is kept
 * @user_data: data for @callback
 *
 * Keeps the key of a server.
 */
void
sg_keyring_store_async (SgKeyring           *self,
                        const char          *server,
                        const char          *key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autofree char *label = NULL;
  GTask *task;
  Store *store;

  g_return_if_fail (SG_IS_KEYRING (self));
  g_return_if_fail (server != NULL);

  store = g_new0 (Store, 1);
  store->server = g_strdup (server);
  store->key = g_strdup (key != NULL ? key : "");
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_keyring_store_async);
  g_task_set_task_data (task, store, store_free);

  /* Translators: the name of an entry in the keyring; %s is the address of a server */
  label = g_strdup_printf (_("Storyglass key for %s"), server);
  if (*store->key == '\0')
    secret_password_clear (get_schema (), cancellable, cleared_cb, task, "server", server, NULL);
  else
    secret_password_store (get_schema (), SECRET_COLLECTION_DEFAULT, label, store->key, cancellable,
                           stored_cb, task, "server", server, NULL);
}

/**
 * sg_keyring_store_finish:
 * @self: the keyring
 * @result: the result
 * @kept: (out) (optional): whether a keyring took the key; if not, it lasts until the program ends
 * @error: return location for an error: %G_IO_ERROR_CANCELLED alone
 *
 * Returns: whether it was done
 */
gboolean
sg_keyring_store_finish (SgKeyring     *self,
                         GAsyncResult  *result,
                         gboolean      *kept,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (kept != NULL)
    *kept = ((Store *) g_task_get_task_data (G_TASK (result)))->kept;
  return TRUE;
}
