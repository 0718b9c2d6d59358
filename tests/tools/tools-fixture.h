/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-runner.h"

G_BEGIN_DECLS

/* The tools of a story on a world that nobody keeps: of the scenario that the name of the fixture's data says (a file in
 * tests/storyteller/data, such as `cellar`), or of none. */
typedef struct
{
  SgScenario    *scenario;
  SgWorld       *base;
  SgWorld       *world;
  SgToolCatalog *catalog;
  SgToolContext *context;
  SgToolRunner  *runner;
} ToolsFixture;

void        tools_set_up       (ToolsFixture     *fixture,
                                gconstpointer     data);
void        tools_tear_down    (ToolsFixture     *fixture,
                                gconstpointer     data);

/* Makes one call, waits for it and returns its result. */
const char *tools_call         (ToolsFixture     *fixture,
                                const char       *name,
                                const char       *arguments,
                                SgToolCallStatus  expected);
/* Calls as one message of a model, which are waited for together. */
void        tools_wait         (ToolsFixture     *fixture);
/* What was written becomes the world at the beginning of the next turn. */
void        tools_next_turn    (ToolsFixture     *fixture,
                                gint64            turn);

#define assert_call(fixture, name, arguments, expected) \
  g_assert_cmpstr (tools_call (fixture, name, arguments, SG_TOOL_CALL_DONE), ==, expected)
#define assert_refused(fixture, name, arguments, words) \
  G_STMT_START { \
    const char *refusal = tools_call (fixture, name, arguments, SG_TOOL_CALL_REFUSED); \
    if (strstr (refusal, words) == NULL) \
      g_error ("“%s” is not in: %s", words, refusal); \
  } G_STMT_END

G_END_DECLS
