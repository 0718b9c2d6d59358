/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-context.h"
#include "world/sg-view.h"

G_BEGIN_DECLS

/* What a scenario lets happen when a tool moves its clocks, its goals or the player.  The facts change as the
 * author wrote; the texts go to the model, which tells them in its own words. */

typedef struct _SgHappening SgHappening;

typedef enum
{
  SG_HAPPENED_NOT,
  SG_HAPPENED,
  SG_HAPPENED_GO_ON, /* and what was attempted goes on */
} SgHappened;

SgHappening *sg_happening_new      (SgToolContext *context,
                                    const char    *call) G_GNUC_WARN_UNUSED_RESULT;
void         sg_happening_free     (SgHappening   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHappening, sg_happening_free)

SgView      *sg_happening_get_view (SgHappening   *self);
const char  *sg_happening_get_text (SgHappening   *self);
void         sg_happening_tell     (SgHappening   *self,
                                    JsonNode      *text);
void         sg_happening_apply    (SgHappening   *self,
                                    JsonNode      *effects);
SgHappened   sg_happening_react    (SgHappening   *self,
                                    JsonNode      *reaction,
                                    const char    *key);
gint64       sg_happening_advance  (SgHappening   *self,
                                    const char    *clock,
                                    gint64         by);
gboolean     sg_happening_set_goal (SgHappening   *self,
                                    const char    *goal,
                                    const char    *state);
void         sg_happening_add_to   (SgHappening   *self,
                                    JsonObject    *result);

G_END_DECLS
