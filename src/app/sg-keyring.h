/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The keys of model servers, one for each server.  They live in the desktop's keyring; where there is none, in
 * the memory of this program until it ends.  They are never written anywhere else. */
#define SG_TYPE_KEYRING (sg_keyring_get_type ())

G_DECLARE_FINAL_TYPE (SgKeyring, sg_keyring, SG, KEYRING, GObject)

SgKeyring *sg_keyring_new           (void) G_GNUC_WARN_UNUSED_RESULT;
void       sg_keyring_lookup_async  (SgKeyring            *self,
                                     const char           *server,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
char      *sg_keyring_lookup_finish (SgKeyring            *self,
                                     GAsyncResult         *result,
                                     GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void       sg_keyring_store_async   (SgKeyring            *self,
                                     const char           *server,
                                     const char           *key,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean   sg_keyring_store_finish  (SgKeyring            *self,
                                     GAsyncResult         *result,
                                     gboolean             *kept,
                                     GError              **error);

G_END_DECLS
