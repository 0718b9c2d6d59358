/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* How many scenarios are kept. */
#define SG_SCENARIO_CACHE_SIZE 32

SgScenario *sg_scenario_cache_read (const char  *path,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
