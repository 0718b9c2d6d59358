/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-http.h"
#include "profile/sg-trace.h"

G_BEGIN_DECLS

#define SG_TYPE_EMBEDDER (sg_embedder_get_type ())

/* Asks a server for the meaning of texts: a vector for each, near to those of texts that mean something
 * alike.  A vector is a GBytes of little-endian 32-bit floats, of length 1. */
G_DECLARE_FINAL_TYPE (SgEmbedder, sg_embedder, SG, EMBEDDER, GObject)

SgEmbedder *sg_embedder_new           (SgHttp               *http,
                                       const char           *address,
                                       const char           *name,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void        sg_embedder_set_key       (SgEmbedder           *self,
                                       const char           *key);
const char *sg_embedder_get_name      (SgEmbedder           *self);
/* Whether it is worth asking: not where the server has said that it has no embeddings. */
gboolean    sg_embedder_get_available (SgEmbedder           *self);

void        sg_embedder_embed_async   (SgEmbedder           *self,
                                       const char * const   *texts,
                                       guint                 at_once,
                                       SgTrace              *trace,
                                       guint                 parent_span,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GPtrArray  *sg_embedder_embed_finish  (SgEmbedder           *self,
                                       GAsyncResult         *result,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* One text, which is likely to be asked for again. */
void        sg_embedder_query_async   (SgEmbedder           *self,
                                       const char           *text,
                                       SgTrace              *trace,
                                       guint                 parent_span,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GBytes     *sg_embedder_query_finish  (SgEmbedder           *self,
                                       GAsyncResult         *result,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
