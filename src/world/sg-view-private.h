/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-view.h"

G_BEGIN_DECLS

/* How many variants are remembered as used lately; enough for a few turns. */
#define SG_VIEW_RECENT 48

struct _SgView
{
  SgScenario *scenario;
  SgWorld    *world;
  char       *language;

  guint64     seed;
  guint64     random;

  GHashTable *vars;
  JsonObject *phrases;
  GArray     *recent;
  guint       depth;
};

gboolean sg_view_evaluate (SgView            *self,
                           const SgCondition *condition);

G_END_DECLS
