/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model answers that was asked for JSON.  Models without structured output like to put words or a fence
 * around it; all of it is foreign, so it is bounded in size and depth before it is parsed. */

#include "config.h"

#include "tools/sg-tool-answer.h"

#include <string.h>

#include "tools/sg-schema.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool.h"

/**
 * sg_tool_answer_parse:
 * @answer: what the model said
 * @schema: (nullable): a JSON schema that the object has to follow
 * @error: return location for an %SG_TOOL_ERROR: a sentence that says what is wrong
 *
 * Returns: (transfer full) (nullable): the object that the answer is or holds
 */
JsonNode *
sg_tool_answer_parse (const char  *answer,
                      const char  *schema,
                      GError     **error)
{
  const char *begin, *end;
  g_autofree char *object = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SgSchema) compiled = NULL;

  g_return_val_if_fail (answer != NULL, NULL);

  begin = strchr (answer, '{');
  end = strrchr (answer, '}');
  if (begin == NULL || end == NULL || end < begin)
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "The answer is no JSON object");
      return NULL;
    }

  object = g_strndup (begin, (gsize) (end - begin) + 1);
  node = sg_tool_json_parse_object (object, error);
  if (node == NULL || schema == NULL)
    return g_steal_pointer (&node);

  compiled = sg_schema_new (schema, error);
  if (compiled == NULL || !sg_schema_check (compiled, node, error))
    return NULL;

  return g_steal_pointer (&node);
}
