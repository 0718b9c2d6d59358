/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-memory-search.h"
#include "tools/sg-story-tools.h"

struct _SgSemanticSearchTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgSemanticSearchTool, sg_semantic_search_tool, SG_TYPE_TOOL)

static char **
sg_semantic_search_tool_dup_keys (SgTool     *tool,
                                  JsonObject *arguments)
{
  return sg_memory_search_dup_keys ();
}

static void
sg_semantic_search_tool_run_async (SgTool              *tool,
                                   SgToolContext       *context,
                                   const char          *call,
                                   JsonObject          *arguments,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  sg_memory_search_async (tool, SG_MEMORY_SEARCH_MEANING, context, arguments, cancellable, callback,
                          user_data);
}

static void
sg_semantic_search_tool_class_init (SgSemanticSearchToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "semantic_search";
  tool_class->description = 
    "Search what is remembered from earlier turns by meaning, where it may have been said in other "
    "words. For names, use search_memories.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":500,"
    "\"description\":\"What the memory is about, as a sentence\"},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":20}},"
    "\"required\":[\"query\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_semantic_search_tool_dup_keys;
  tool_class->run_async = sg_semantic_search_tool_run_async;
  tool_class->run_finish = sg_memory_search_finish;
}

static void
sg_semantic_search_tool_init (SgSemanticSearchTool *self)
{
}
