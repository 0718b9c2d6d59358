/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model-request.h"
#include "tools/sg-tool-catalog.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

/* Puts the first prompt of a turn together once more, from what the library holds. */
void            sg_prompt_rebuild_async  (SgStory              *story,
                                          gint64                turn,
                                          SgToolCatalog        *catalog,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
SgModelRequest *sg_prompt_rebuild_finish (SgStory              *story,
                                          GAsyncResult         *result,
                                          GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
