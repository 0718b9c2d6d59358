/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"
#include "llm/sg-server-state.h"

G_BEGIN_DECLS

/* How often a call is tried again that failed before its first word. */
#define SG_STEADY_RETRIES 3

/* How long it is waited, in all, for a server to load its model. */
#define SG_STEADY_LOADING_US (5 * 60 * G_USEC_PER_SEC)

/**
 * SgSteadyModel:
 *
 * A model that makes the best of another one on its bad days, and has a second one to fall back on.
 *
 * A call that fails before its first word is tried again; each try passes the breaker, the limiter and
 * the slots of its server.  When the breaker is open, or all tries have failed, the fallback is asked.  After the
 * first word nothing is tried again behind the player's back.
 */
#define SG_TYPE_STEADY_MODEL (sg_steady_model_get_type ())

G_DECLARE_FINAL_TYPE (SgSteadyModel, sg_steady_model, SG, STEADY_MODEL, GObject)

SgSteadyModel *sg_steady_model_new          (SgModel        *model,
                                             SgServerState  *state) G_GNUC_WARN_UNUSED_RESULT;
SgModel       *sg_steady_model_get_model    (SgSteadyModel  *self);
SgModel       *sg_steady_model_get_fallback (SgSteadyModel  *self);
void           sg_steady_model_set_fallback (SgSteadyModel  *self,
                                             SgModel        *model,
                                             SgServerState  *state);
void           sg_steady_model_set_seed     (SgSteadyModel  *self,
                                             guint32         seed);

G_END_DECLS
