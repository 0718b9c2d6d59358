/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-embedder.h"

G_BEGIN_DECLS

/* A server of embeddings on the main loop, for which texts mean alike that speak of the same thing: water, fire,
 * gold, or none of them. */
typedef struct _EmbeddingServer EmbeddingServer;

EmbeddingServer *embedding_server_new            (void);
void             embedding_server_free           (EmbeddingServer *self);
SgEmbedder      *embedding_server_make_embedder  (EmbeddingServer *self);
/* Answers only after a while. */
void             embedding_server_set_delay      (EmbeddingServer *self,
                                                  guint            ms);
/* Answers with this status and no vectors; 200 for those again. */
void             embedding_server_set_status     (EmbeddingServer *self,
                                                  guint            status);
guint            embedding_server_get_n_requests (EmbeddingServer *self);
guint            embedding_server_get_n_texts    (EmbeddingServer *self);

G_END_DECLS
