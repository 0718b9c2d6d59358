/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool.h"

G_BEGIN_DECLS

/**
 * SgMemorySearch:
 * @SG_MEMORY_SEARCH_BOTH: by words, and by meaning where meanings are known
 * @SG_MEMORY_SEARCH_MEANING: by meaning alone; by words where no meanings are known, and then it says so
 */
typedef enum
{
  SG_MEMORY_SEARCH_BOTH,
  SG_MEMORY_SEARCH_MEANING,
} SgMemorySearch;

/* The work of the tools that search memories. */
void      sg_memory_search_async  (SgTool               *tool,
                                   SgMemorySearch        how,
                                   SgToolContext        *context,
                                   JsonObject           *arguments,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
JsonNode *sg_memory_search_finish (SgTool               *tool,
                                   GAsyncResult         *result,
                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* The keys that every search touches. */
char    **sg_memory_search_dup_keys (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
