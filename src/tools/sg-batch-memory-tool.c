/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-write.h"

struct _SgBatchMemoryTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgBatchMemoryTool, sg_batch_memory_tool, SG_TYPE_TOOL)

static char **
sg_batch_memory_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  const char *keys[] = { "memory:*", NULL };

  return g_strdupv ((char **) keys);
}

static JsonNode *
sg_batch_memory_tool_run (SgTool         *tool,
                          SgToolContext  *context,
                          const char     *call,
                          JsonObject     *arguments,
                          GError        **error)
{
  JsonArray *memories = json_object_get_array_member (arguments, "memories");
  JsonObject *result;

  for (guint i = 0; i < json_array_get_length (memories); i++)
    {
      g_autofree char *where = g_strdup_printf ("memories[%u].text", i);

      if (!sg_tool_write_memory (context, call, json_array_get_object_element (memories, i), where,
                                 error))
        return NULL;
    }

  result = json_object_new ();
  json_object_set_int_member (result, "remembered", json_array_get_length (memories));

  return sg_tool_json_take_object (result);
}

static void
sg_batch_memory_tool_class_init (SgBatchMemoryToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "batch_memory";
  tool_class->description =
    "Remember several things at once, as add_memory does.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"memories\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":20,\"items\":{\"type\":\"object\","
    "\"properties\":{\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600},"
    "\"keywords\":{\"type\":[\"array\",\"string\"],\"maxItems\":12,\"maxLength\":300,"
    "\"items\":{\"type\":\"string\",\"maxLength\":60}},"
    "\"importance\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}},"
    "\"required\":[\"text\"],\"additionalProperties\":false}}},"
    "\"required\":[\"memories\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_batch_memory_tool_dup_keys;
  tool_class->run = sg_batch_memory_tool_run;
}

static void
sg_batch_memory_tool_init (SgBatchMemoryTool *self)
{
}
