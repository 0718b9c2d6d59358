/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool.h"
#include "world/sg-scenario.h"

G_BEGIN_DECLS

/**
 * SgToolSet:
 * @SG_TOOL_SET_CORE: what a story cannot do without; for small contexts and small models
 * @SG_TOOL_SET_MORE: and what it is better for
 * @SG_TOOL_SET_ALL: and what spares a large model several calls
 *
 * The description of each tool stands in every prompt; how much of that a story can afford is for its preset to say.
 */
typedef enum
{
  SG_TOOL_SET_CORE = 1,
  SG_TOOL_SET_MORE,
  SG_TOOL_SET_ALL,
} SgToolSet;

char *sg_tool_set_dup_rest (SgToolSet set) G_GNUC_WARN_UNUSED_RESULT;

#define SG_TYPE_TOOL_CATALOG (sg_tool_catalog_get_type ())

G_DECLARE_FINAL_TYPE (SgToolCatalog, sg_tool_catalog, SG, TOOL_CATALOG, GObject)

SgToolCatalog *sg_tool_catalog_new         (void) G_GNUC_WARN_UNUSED_RESULT;
SgToolCatalog *sg_tool_catalog_new_default (void) G_GNUC_WARN_UNUSED_RESULT;
SgToolCatalog *sg_tool_catalog_new_without (SgToolCatalog *all,
                                            const char    *names) G_GNUC_WARN_UNUSED_RESULT;
void           sg_tool_catalog_add_for_scenario (SgToolCatalog *self,
                                            SgScenario    *scenario);
void           sg_tool_catalog_add         (SgToolCatalog *self,
                                            SgTool        *tool);
SgTool        *sg_tool_catalog_lookup      (SgToolCatalog *self,
                                            const char    *name);
guint          sg_tool_catalog_get_n_tools (SgToolCatalog *self);
const char * const *
               sg_tool_catalog_get_names   (SgToolCatalog *self);
/* The `tools` array of a chat-completions request, in a fixed order; made once and kept. */
const char    *sg_tool_catalog_get_json    (SgToolCatalog *self);

void           sg_tool_catalog_forget      (SgToolCatalog  *self);

G_END_DECLS
