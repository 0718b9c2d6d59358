/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-engine-settings.h"
#include "engine/sg-history.h"
#include "engine/sg-turn-run.h"
#include "llm/sg-model-request.h"
#include "tools/sg-tool-catalog.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

/**
 * SgPromptParts:
 * @brief: what a language model is told of the scenario, made once a session
 * @tools: (nullable): the tools as JSON, made once a catalog
 * @fixed_tokens: what sg_prompt_estimate_fixed() says of both, or 0 where nobody has asked
 * @earlier: (nullable): the request of the turn before; what both begin with is shared
 * @room: tokens of prompt and reply together, see sg_prompt_get_room()
 * @memories: (nullable) (element-type SgMemoryRow): what was found for the player's words
 * @draft: (nullable): the words that are to be told on from
 * @fault: (nullable): what was wrong with the telling that this one is to replace
 * @note: (nullable): what was planned, found out and done before the turn is told
 * @trimmed: whether the history is to be taken as it is, because it was trimmed when the turn was told
 *
 * What a prompt is put together from.
 */
typedef struct
{
  const char       *brief;
  const char       *tools;
  int               fixed_tokens;
  SgModelRequest   *earlier;
  SgEngineSettings *settings;
  int               room;
  SgHistory        *history;
  SgWorld          *world;
  GPtrArray        *memories;
  SgInputMode       mode;
  const char       *input;
  const char       *draft;
  const char       *note;
  const char       *fault;
  gboolean          trimmed;
} SgPromptParts;

void  sg_prompt_fill           (SgModelRequest      *request,
                                const SgPromptParts *parts);
char *sg_prompt_dup_input      (const char          *mode,
                                const char          *input) G_GNUC_WARN_UNUSED_RESULT;
char *sg_prompt_dup_brief      (SgStory             *story,
                                SgToolCatalog       *offered,
                                int                  room) G_GNUC_WARN_UNUSED_RESULT;
char *sg_prompt_dup_state      (SgWorld             *world) G_GNUC_WARN_UNUSED_RESULT;
int   sg_prompt_get_room       (SgEngineSettings    *settings,
                                SgModel             *model);
int   sg_prompt_estimate_fixed (const char          *brief,
                                const char          *tools);

G_END_DECLS
