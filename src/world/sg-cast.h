/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* The characters of a story: the people of its scenario, and those who came to be while it was told: entities
 * whose `kind` is `character`, or who have a mood or feel something for somebody.  The player is not one of
 * them.  There may be no scenario. */

#define SG_CAST_KIND "character"

gboolean  sg_cast_has      (SgWorld    *world,
                            SgScenario *scenario,
                            const char *id);
char    **sg_cast_list     (SgWorld    *world,
                            SgScenario *scenario) G_GNUC_WARN_UNUSED_RESULT;
gboolean  sg_cast_is_dead  (SgWorld    *world,
                            const char *id);
gboolean  sg_cast_is_here  (SgWorld    *world,
                            const char *id);
gboolean  sg_cast_is_known (SgWorld    *world,
                            SgScenario *scenario,
                            const char *id);

G_END_DECLS
