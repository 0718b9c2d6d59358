/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"

G_BEGIN_DECLS

/**
 * SgHttpDocument:
 * @status: the HTTP status
 * @body: the body, which a NUL follows
 * @server: (nullable): the header of that name
 * @retry_after: (nullable): likewise
 * @location: (nullable): likewise
 *
 * A small reply that is read whole.
 */
typedef struct
{
  guint   status;
  char   *body;
  gsize   length;
  char   *server;
  char   *retry_after;
  char   *location;
} SgHttpDocument;

void            sg_http_document_free (SgHttpDocument       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpDocument, sg_http_document_free)

void            sg_http_fetch_async   (SgHttp               *http,
                                       const char           *address,
                                       const char           *key,
                                       GBytes               *body,
                                       guint                 timeout_ms,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
SgHttpDocument *sg_http_fetch_finish  (SgHttp               *http,
                                       GAsyncResult         *result,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
