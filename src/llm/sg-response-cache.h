/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

#define SG_RESPONSE_CACHE_SIZE 128

/**
 * SgResponseCache:
 *
 * Answers of models, by all that was asked: of as many as there is room for, those that were used last.
 *
 * It is for questions whose answer is as good the second time.  A narration is none of them, and neither is
 * what a player asks for again.
 */
#define SG_TYPE_RESPONSE_CACHE (sg_response_cache_get_type ())

G_DECLARE_FINAL_TYPE (SgResponseCache, sg_response_cache, SG, RESPONSE_CACHE, GObject)

SgResponseCache *sg_response_cache_new          (guint            size) G_GNUC_WARN_UNUSED_RESULT;
char            *sg_response_cache_make_key     (SgModel         *model,
                                                 SgModelRequest  *request) G_GNUC_WARN_UNUSED_RESULT;
const char      *sg_response_cache_lookup       (SgResponseCache *self,
                                                 const char      *key,
                                                 gint64          *saved_us);
void             sg_response_cache_store        (SgResponseCache *self,
                                                 const char      *key,
                                                 const char      *answer,
                                                 gint64           duration_us);
void             sg_response_cache_remove       (SgResponseCache *self,
                                                 const char      *key);

guint            sg_response_cache_get_n        (SgResponseCache *self);
guint            sg_response_cache_get_n_hits   (SgResponseCache *self);
guint            sg_response_cache_get_n_misses (SgResponseCache *self);
gint64           sg_response_cache_get_saved    (SgResponseCache *self);

G_END_DECLS
