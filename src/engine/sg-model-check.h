/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after.h"

G_BEGIN_DECLS

/* The kind of the jobs; late records that SgAfter says were stored may be findings where it is this one. */
#define SG_MODEL_CHECK_KIND "verify"

const SgAfterHandler *sg_model_check_get_handler (void);

G_END_DECLS
