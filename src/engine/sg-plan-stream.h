/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-plan.h"

G_BEGIN_DECLS

/**
 * SgPlanStream:
 *
 * The steps of a plan while a model still writes it.
 */
typedef struct _SgPlanStream SgPlanStream;

SgPlanStream     *sg_plan_stream_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void              sg_plan_stream_free        (SgPlanStream *self);
void              sg_plan_stream_push        (SgPlanStream *self,
                                              const char   *text,
                                              gsize         length);
guint             sg_plan_stream_get_n_steps (SgPlanStream *self);
const SgPlanStep *sg_plan_stream_get_step    (SgPlanStream *self,
                                              guint         position);
gboolean          sg_plan_stream_agrees      (SgPlanStream *self,
                                              guint         n_steps,
                                              const SgPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPlanStream, sg_plan_stream_free)

G_END_DECLS
