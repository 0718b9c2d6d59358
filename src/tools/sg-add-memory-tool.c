/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#include <string.h>

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

/* Keywords come as a list or as one string; they are kept as words between spaces. */
static char *
dup_keywords (JsonObject *arguments)
{
  JsonNode *node = json_object_get_member (arguments, "keywords");
  g_autoptr (GString) out = g_string_new (NULL);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;

  if (JSON_NODE_HOLDS_VALUE (node))
    g_string_append (out, json_node_get_string (node));
  else
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                                json_array_get_string_element (array, i));
    }

  g_strdelimit (out->str, ",;\n\t", ' ');
  g_strstrip (out->str);

  return *out->str != '\0' ? g_strdup (out->str) : NULL;
}

static JsonNode *
sg_add_memory_tool_run (SgTool         *tool,
                        SgToolContext  *context,
                        const char     *call,
                        JsonObject     *arguments,
                        GError        **error)
{
  g_autofree char *text = g_strstrip (g_strdup (sg_tool_get_string (arguments, "text")));
  g_autofree char *keywords = dup_keywords (arguments);
  JsonObject *result;

  if (*text == '\0')
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "`text` is empty: write what is to be remembered, in a sentence or two");
      return NULL;
    }

  sg_world_add_memory (sg_tool_context_get_world (context), text, keywords,
                       (int) sg_tool_get_int (arguments, "importance", 5), call);

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
    "Remember something of lasting weight for later turns: a promise, a discovery, a death. "
    "Not for what update_state records.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600,"
    "\"description\":\"One or two sentences that can be understood alone\"},"
    "\"keywords\":{\"type\":[\"array\",\"string\"],\"maxItems\":12,\"maxLength\":300,"
    "\"items\":{\"type\":\"string\",\"maxLength\":60}},"
    "\"importance\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10,"
    "\"description\":\"1 colour, 10 the story turns on it\"}},"
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
