/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "llm/sg-response-cache.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

#define SG_TYPE_ASKER (sg_asker_get_type ())

/* Asks a model what is not the narration itself: a plan, a verdict, a summary, a character's words.
 * Each question is a call of its own, with a span and a row of figures; any number may run side by side.
 *
 * Whoever runs a turn makes an asker for it and hands it to all that ask on its behalf. */
G_DECLARE_FINAL_TYPE (SgAsker, sg_asker, SG, ASKER, GObject)

SgAsker         *sg_asker_new         (SgModel              *model,
                                       SgTrace              *trace,
                                       guint                 parent_span) G_GNUC_WARN_UNUSED_RESULT;
SgModel         *sg_asker_get_model   (SgAsker              *self);
SgTrace         *sg_asker_get_trace   (SgAsker              *self);
gboolean         sg_asker_can_ask     (SgAsker              *self);
void             sg_asker_set_budget  (SgAsker              *self,
                                       SgRequestKind         kind,
                                       int                   max_tokens);
void             sg_asker_set_cache   (SgAsker              *self,
                                       SgResponseCache      *cache);
/* How many characters may be written side by side. */
guint            sg_asker_get_characters_at_once (SgAsker    *self);
void             sg_asker_set_characters_at_once (SgAsker    *self,
                                                  guint       at_once);
/* The rows of the calls that have ended, in the order in which they began. */
GPtrArray       *sg_asker_get_calls   (SgAsker              *self);
/* What is waited for, in words for the player; the signals are changed () and warning (message). */
const char      *sg_asker_get_waiting (SgAsker              *self);
gboolean         sg_asker_is_asking   (SgAsker              *self,
                                       guint                 parent_span);
gboolean         sg_asker_is_held_up  (SgAsker              *self,
                                       guint                 parent_span);

void             sg_asker_ask_async   (SgAsker              *self,
                                       SgModelRequest       *request,
                                       const char           *name,
                                       guint                 parent_span,
                                       SgModelEventFunc      event_func,
                                       gpointer              event_data,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
char            *sg_asker_ask_finish  (SgAsker              *self,
                                       GAsyncResult         *result,
                                       SgFinishReason       *reason,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void             sg_asker_reject      (SgAsker              *self,
                                       GAsyncResult         *result);

SgModelRequest  *sg_asker_make_request (SgRequestKind        kind,
                                       const char           *system,
                                       const char           *user,
                                       const char           *schema) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
