/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-library.h"
#include "store/sg-records.h"
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

SgToolContext *sg_tool_context_new_for_call (SgToolContext *turn,
                                             guint          position,
                                             gboolean       writes) G_GNUC_WARN_UNUSED_RESULT;
void           sg_tool_context_take_effect  (SgToolContext *self);

G_END_DECLS
