/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-write.h"

struct _SgAddMemoryTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgAddMemoryTool, sg_add_memory_tool, SG_TYPE_TOOL)

static char **
sg_add_memory_tool_dup_keys (SgTool     *tool,
                             JsonObject *arguments)
{
  const char *keys[] = { "memory:*", NULL };

  return g_strdupv ((char **) keys);
}

static JsonNode *
sg_add_memory_tool_run (SgTool         *tool,
                        SgToolContext  *context,
                        const char     *call,
                        JsonObject     *arguments,
                        GError        **error)
{
  JsonObject *result;

  if (!sg_tool_write_memory (context, call, arguments, "text", error))
    return NULL;

  result = json_object_new ();
  json_object_set_boolean_member (result, "remembered", TRUE);

  return sg_tool_json_take_object (result);
}

static void
sg_add_memory_tool_class_init (SgAddMemoryToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "add_memory";
  tool_class->description =
    "Remember for much later turns: a promise, a discovery, a death.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600,"
    "\"description\":\"a sentence that can be understood alone\"},"
    "\"keywords\":{\"type\":[\"array\",\"string\"],\"maxItems\":12,\"maxLength\":300,"
    "\"items\":{\"type\":\"string\",\"maxLength\":60}},"
    "\"importance\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10,"
    "\"description\":\"10: the story turns on it\"}},"
    "\"required\":[\"text\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->cache = SG_TOOL_CACHE_TURN;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_add_memory_tool_dup_keys;
  tool_class->run = sg_add_memory_tool_run;
}

static void
sg_add_memory_tool_init (SgAddMemoryTool *self)
{
}
