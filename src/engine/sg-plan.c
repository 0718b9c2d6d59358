/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan as a model writes it is foreign input: it is checked against its schema, steps with tools that
 * there are not are left out, and there is a limit to how many there may be.  What is wrong with the
 * arguments of a step the runner answers, as it does for every call. */

#include "config.h"

#include "engine/sg-plan.h"

#include <string.h>

#include "tools/sg-schema.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

/* Of one result, in characters, and of all of them. */
#define RESULT_MAX 600
#define NOTE_MAX 4000

static const char schema_text[] =
  "{\"type\":\"object\",\"properties\":{"
  "\"intent\":{\"type\":\"string\",\"enum\":[\"move\",\"look\",\"talk\",\"use\",\"attack\",\"wait\",\"ask\","
  "\"other\"]},"
  "\"answer\":{\"type\":\"string\",\"enum\":[\"narrator\",\"character\",\"rules\"]},"
  "\"character\":{\"type\":\"string\",\"maxLength\":64},"
  "\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
  "\"tool\":{\"type\":\"string\"},\"arguments\":{\"type\":\"object\"},"
  "\"depends_on\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
  "\"critical\":{\"type\":\"boolean\"}},\"required\":[\"tool\",\"arguments\"]}}},"
  "\"required\":[\"intent\",\"answer\",\"steps\"]}";

static void
step_free (gpointer data)
{
  SgPlanStep *step = data;

  g_free (step->tool);
  g_free (step->arguments);
  g_free (step);
}

/**
 * sg_plan_free:
 * @self: (nullable) (transfer full): a plan
 */
void
sg_plan_free (SgPlan *self)
{
  if (self == NULL)
    return;

  g_free (self->character);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

/**
 * sg_plan_get_schema:
 *
 * Returns: (transfer none): the JSON schema of a plan
 */
const char *
sg_plan_get_schema (void)
{
  return schema_text;
}

static void
take_step (SgPlan        *self,
           JsonObject    *object,
           SgToolCatalog *catalog)
{
  const char *tool = json_object_get_string_member (object, "tool");
  JsonObject *arguments = json_object_get_object_member (object, "arguments");
  JsonNode *depends_on = json_object_get_member (object, "depends_on");
  g_autoptr (JsonNode) node = NULL;
  SgPlanStep *step;

  if (self->steps->len >= SG_PLAN_MAX_STEPS || sg_tool_catalog_lookup (catalog, tool) == NULL)
    return;

  if (depends_on != NULL)
    json_object_set_member (arguments, "depends_on", json_node_copy (depends_on));
  node = json_node_init_object (json_node_alloc (), arguments);

  step = g_new0 (SgPlanStep, 1);
  step->tool = g_strdup (tool);
  step->arguments = json_to_string (node, FALSE);
  step->critical = json_object_get_boolean_member_with_default (object, "critical", FALSE);
  g_ptr_array_add (self->steps, step);
}

static JsonNode *
parse (const char  *answer,
       GError     **error)
{
  const char *begin = strchr (answer, '{');
  const char *end = strrchr (answer, '}');
  g_autofree char *object = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SgSchema) schema = NULL;

  if (begin == NULL || end == NULL || end < begin)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The plan is no JSON object");
      return NULL;
    }

  object = g_strndup (begin, (gsize) (end - begin) + 1);
  node = sg_tool_json_parse_object (object, error);
  schema = sg_schema_new (schema_text, node != NULL ? error : NULL);
  if (node == NULL || schema == NULL || !sg_schema_check (schema, node, error))
    return NULL;

  return g_steal_pointer (&node);
}

/**
 * sg_plan_new_from_answer:
 * @answer: what the model answered
 * @catalog: the tools that there are
 * @error: return location for what is wrong with it
 *
 * Returns: (transfer full) (nullable): the plan
 */
SgPlan *
sg_plan_new_from_answer (const char     *answer,
                         SgToolCatalog  *catalog,
                         GError        **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  JsonArray *steps;
  const char *who;
  SgPlan *self;

  g_return_val_if_fail (answer != NULL, NULL);
  g_return_val_if_fail (SG_IS_TOOL_CATALOG (catalog), NULL);

  node = parse (answer, error);
  if (node == NULL)
    return NULL;

  self = g_new0 (SgPlan, 1);
  self->steps = g_ptr_array_new_with_free_func (step_free);
  object = json_node_get_object (node);
  sg_intent_from_string (json_object_get_string_member (object, "intent"), &self->intent);
  who = json_object_get_string_member (object, "answer");
  self->to_rules = g_str_equal (who, "rules");
  if (g_str_equal (who, "character"))
    self->character =
      g_strdup (json_object_get_string_member_with_default (object, "character", NULL));

  steps = json_object_get_array_member (object, "steps");
  for (guint i = 0; i < json_array_get_length (steps); i++)
    take_step (self, json_array_get_object_element (steps, i), catalog);

  return self;
}

/**
 * sg_plan_dup_note:
 * @runner: the runner that has run the steps
 * @n_calls: how many of its calls, from the first, were steps
 *
 * Returns: (transfer full) (nullable): what the narrator is told of the plan and of what came of it;
 *   %NULL for nothing
 */
char *
sg_plan_dup_note (const SgPlan *self,
                  SgToolRunner *runner,
                  guint         n_calls)
{
  g_autoptr (GString) note = g_string_new (NULL);

  if (self->to_rules)
    g_string_append (note, "[The player asks about the story or its rules, not in it. Answer that plainly and "
                           "briefly; no time passes.]\n");
  else if (self->character != NULL && *self->character != '\0')
    g_string_append_printf (note, "[Let %s answer, in their own voice.]\n", self->character);

  for (guint i = 0; i < n_calls && note->len < NOTE_MAX; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (runner, i);
      g_autofree char *result = sg_tool_excerpt (call->result != NULL ? call->result : "", RESULT_MAX);

      if (i == 0)
        g_string_append (note, "[What was found out and done already; do not do it again]\n");
      g_string_append_printf (note, "- %s: %s\n", call->name, result);
    }
  if (note->len == 0)
    return NULL;
  g_string_append_c (note, '\n');

  return g_string_free (g_steal_pointer (&note), FALSE);
}
