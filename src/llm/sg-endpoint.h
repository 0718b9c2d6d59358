/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The address of a model server.  Its normal form is the base of the chat-completions interface, such as
 * `http://localhost:8080/v1`. */

char     *sg_endpoint_normalize (const char  *typed,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_endpoint_build     (const char  *base,
                                 const char  *path) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_endpoint_dup_root  (const char  *base) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_endpoint_dup_shown (const char  *base) G_GNUC_WARN_UNUSED_RESULT;
gboolean  sg_endpoint_is_local  (const char  *base);

G_END_DECLS
