/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-asker.h"
#include "store/sg-library.h"
#include "store/sg-records.h"
#include "world/sg-scenario.h"
#include "world/sg-world.h"

G_BEGIN_DECLS

/* What the tools of one turn work on: the overlay of the turn (writes go there and later reads of
 * the turn see them), the library with the path to the turn before (for searches), and the seed
 * of the dice.
 *
 * The runner hands each call a context of its own, made from that of the turn: it knows the
 * position of the call, and its world is a layer of the call alone where the call may write. */

#define SG_TYPE_TOOL_CONTEXT (sg_tool_context_get_type ())

G_DECLARE_FINAL_TYPE (SgToolContext, sg_tool_context, SG, TOOL_CONTEXT, GObject)

SgToolContext *sg_tool_context_new          (SgWorld       *world,
                                             SgLibrary     *library,
                                             const SgPath  *path,
                                             guint64        seed) G_GNUC_WARN_UNUSED_RESULT;
SgWorld       *sg_tool_context_get_world    (SgToolContext *self);
SgLibrary     *sg_tool_context_get_library  (SgToolContext *self);
const SgPath  *sg_tool_context_get_path     (SgToolContext *self);
guint64        sg_tool_context_get_seed     (SgToolContext *self);
guint          sg_tool_context_get_position (SgToolContext *self);
/* What a tool asks a model with, where the story is told by one; NULL where there is none. */
SgAsker       *sg_tool_context_get_asker    (SgToolContext *self);
void           sg_tool_context_set_asker    (SgToolContext *self,
                                             SgAsker       *asker);
/* What finds the meaning of texts; NULL where there is nothing of the kind. */
SgEmbedder    *sg_tool_context_get_embedder (SgToolContext *self);
void           sg_tool_context_set_embedder (SgToolContext *self,
                                             SgEmbedder    *embedder);
/* The player's words, where a turn has any. */
const char    *sg_tool_context_get_input    (SgToolContext *self);
void           sg_tool_context_set_input    (SgToolContext *self,
                                             const char    *input);
SgScenario    *sg_tool_context_get_scenario (SgToolContext *self);
const char    *sg_tool_context_get_language (SgToolContext *self);
void           sg_tool_context_set_scenario (SgToolContext *self,
                                             SgScenario    *scenario,
                                             const char    *language);
/* The span of the call, for what it does inside; 0 for none. */
guint          sg_tool_context_get_span     (SgToolContext *self);
/* Tells the player a piece of the result while the call still runs. */
void           sg_tool_context_report       (SgToolContext *self,
                                             const char    *section,
                                             const char    *text);

/**
 * SgToolPartialFunc:
 * @data: the data given to sg_tool_context_set_partial()
 *
 * Writes what is done of a call, and nothing of what is not.
 *
 * Returns: (transfer full) (nullable): the result so far, an object; %NULL where nothing is done
 */
typedef JsonNode *(*SgToolPartialFunc) (gpointer data);

/* What a call that takes too long is asked for before it is stopped. */
void           sg_tool_context_set_partial  (SgToolContext *self,
                                             SgToolPartialFunc func,
                                             gpointer       data);
JsonNode      *sg_tool_context_take_partial (SgToolContext *self) G_GNUC_WARN_UNUSED_RESULT;

/* Of the context of a call: the model has to hear the result even where it is that of a write. */
void           sg_tool_context_set_heard    (SgToolContext *self);
gboolean       sg_tool_context_get_heard    (SgToolContext *self);

SgToolContext *sg_tool_context_new_for_call (SgToolContext *turn,
                                             guint          position,
                                             guint          span,
                                             gboolean       writes) G_GNUC_WARN_UNUSED_RESULT;
void           sg_tool_context_take_effect  (SgToolContext *self);

G_END_DECLS
