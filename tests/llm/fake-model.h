/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

/* A model that says what a test has written down: rounds of events, each event in an iteration of
 * the main loop of its own. */

#define SG_TYPE_FAKE_MODEL (sg_fake_model_get_type ())

G_DECLARE_FINAL_TYPE (SgFakeModel, sg_fake_model, SG, FAKE_MODEL, GObject)

SgFakeModel *sg_fake_model_new       (void);
void         sg_fake_model_text      (SgFakeModel    *self,
                                      const char     *text);
void         sg_fake_model_reason    (SgFakeModel    *self,
                                      const char     *text);
void         sg_fake_model_call      (SgFakeModel    *self,
                                      const char     *id,
                                      const char     *name,
                                      const char     *arguments);
void         sg_fake_model_usage     (SgFakeModel    *self,
                                      gint64          input,
                                      gint64          output,
                                      gint64          cached);
/* Says nothing for a while. */
void         sg_fake_model_pause     (SgFakeModel    *self,
                                      guint           ms);
/* Says nothing until it is cancelled. */
void         sg_fake_model_hang      (SgFakeModel    *self);
/* Says nothing until it is told to go on. */
void         sg_fake_model_wait      (SgFakeModel    *self);
void         sg_fake_model_fail      (SgFakeModel    *self,
                                      SgModelError    code,
                                      const char     *message);
void         sg_fake_model_end       (SgFakeModel    *self,
                                      SgFinishReason  reason);
/* What it answers to questions of another kind than the narration, one after the other; to one that
 * no answer was written down for, it answers with an error.  At a form feed in the text it stops
 * until it is told to go on; a piece that begins with a vertical tab is not said, it is what is waited for
 * meanwhile. */
void         sg_fake_model_answer    (SgFakeModel    *self,
                                      SgRequestKind   kind,
                                      const char     *text);
void         sg_fake_model_answer_after (SgFakeModel *self,
                                      SgRequestKind   kind,
                                      guint           ms,
                                      const char     *text);
void         sg_fake_model_go_on     (SgFakeModel    *self);
/* What finds the meaning of texts; nothing without this. */
void         sg_fake_model_set_embedder (SgFakeModel *self,
                                      SgEmbedder     *embedder);
/* Where it is, as somebody else's model would say; on this computer without this. */
void         sg_fake_model_set_server (SgFakeModel   *self,
                                      const char     *server);
/* Forgets what it has not said yet. */
void         sg_fake_model_clear     (SgFakeModel    *self);
/* (element-type utf8): the prompts that were asked for, one string each: "role: content" lines. */
GPtrArray   *sg_fake_model_prompts   (SgFakeModel    *self);
char        *sg_fake_model_dup_prompt (SgModelRequest *request);
/* The most questions, of another kind than the narration, that were under way at once. */
guint        sg_fake_model_most_at_once (SgFakeModel *self);

G_END_DECLS
