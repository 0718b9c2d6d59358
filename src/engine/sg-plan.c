/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan as a model writes it is foreign input: it is checked against its schema, and there is a
 * limit to how many steps there may be.  What is wrong with a step the runner answers, as it does
 * for every call.  So a step with a tool that there is not keeps its number, by which others name
 * it, though it does nothing and the narrator never hears of it. */

#include "config.h"

#include "engine/sg-plan.h"

#include <string.h>

#include "tools/sg-tool-answer.h"
#include "tools/sg-tool-text.h"

/* Of one result, in characters, and of all of them. */
#define RESULT_MAX 600
#define NOTE_MAX 4000

/* What a character is asked; less than the tool takes. */
#define ABOUT_MAX 500

/* Looked up by its name: a player can switch it off. */
#define ASK_CHARACTER "ask_character"

#define STEP_SCHEMA \
  "{\"type\":\"object\",\"properties\":{" \
  "\"tool\":{\"type\":\"string\"},\"arguments\":{\"type\":\"object\"}," \
  "\"depends_on\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}," \
  "\"critical\":{\"type\":\"boolean\"}},\"required\":[\"tool\",\"arguments\"]}"

static const char schema_text[] =
  "{\"type\":\"object\",\"properties\":{"
  "\"intent\":{\"type\":\"string\",\"enum\":[\"move\",\"look\",\"talk\",\"use\",\"attack\",\"wait\",\"ask\","
  "\"other\"]},"
  "\"answer\":{\"type\":\"string\",\"enum\":[\"narrator\",\"character\",\"rules\"]},"
  "\"character\":{\"type\":\"string\",\"maxLength\":64},"
  "\"steps\":{\"type\":\"array\",\"items\":" STEP_SCHEMA "}},"
  "\"required\":[\"intent\",\"answer\",\"steps\"]}";

/**
 * sg_plan_step_free:
 * @self: (transfer full): a step
 */
void
sg_plan_step_free (SgPlanStep *self)
{
  g_free (self->tool);
  g_free (self->arguments);
  g_free (self);
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

/* Of an object that follows the schema of a step. */
static SgPlanStep *
make_step (JsonObject *object)
{
  JsonObject *arguments = json_object_get_object_member (object, "arguments");
  JsonNode *depends_on = json_object_get_member (object, "depends_on");
  g_autoptr (JsonNode) node = NULL;
  SgPlanStep *step = g_new0 (SgPlanStep, 1);

  if (depends_on != NULL)
    json_object_set_member (arguments, "depends_on", json_node_copy (depends_on));
  node = json_node_init_object (json_node_alloc (), arguments);

  step->tool = g_strdup (json_object_get_string_member (object, "tool"));
  step->arguments = json_to_string (node, FALSE);
  step->critical = json_object_get_boolean_member_with_default (object, "critical", FALSE);

  return step;
}

/**
 * sg_plan_step_new_from_text:
 * @text: what may be one object of a plan that is still being written
 *
 * Returns: (transfer full) (nullable): the step; %NULL where it is none
 */
SgPlanStep *
sg_plan_step_new_from_text (const char *text)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  node = sg_tool_answer_parse (text, STEP_SCHEMA, NULL);

  return node != NULL ? make_step (json_node_get_object (node)) : NULL;
}

/**
 * sg_plan_new:
 *
 * Returns: (transfer full): a plan that asks for nothing
 */
SgPlan *
sg_plan_new (void)
{
  SgPlan *self = g_new0 (SgPlan, 1);

  self->intent = SG_INTENT_OTHER;
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_plan_step_free);

  return self;
}

/**
 * sg_plan_new_from_answer:
 * @answer: what the model answered
 * @error: return location for what is wrong with it
 *
 * Returns: (transfer full) (nullable): the plan
 */
SgPlan *
sg_plan_new_from_answer (const char  *answer,
                         GError     **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  JsonArray *steps;
  const char *who;
  SgPlan *self;

  g_return_val_if_fail (answer != NULL, NULL);

  node = sg_tool_answer_parse (answer, schema_text, error);
  if (node == NULL)
    return NULL;

  self = sg_plan_new ();
  object = json_node_get_object (node);
  sg_intent_from_string (json_object_get_string_member (object, "intent"), &self->intent);
  who = json_object_get_string_member (object, "answer");
  self->to_rules = g_str_equal (who, "rules");
  if (g_str_equal (who, "character"))
    self->character =
      g_strdup (json_object_get_string_member_with_default (object, "character", NULL));

  steps = json_object_get_array_member (object, "steps");
  for (guint i = 0; i < MIN (json_array_get_length (steps), SG_PLAN_MAX_STEPS); i++)
    g_ptr_array_add (self->steps, make_step (json_array_get_object_element (steps, i)));

  return self;
}

/**
 * sg_plan_is_empty:
 *
 * Returns: whether the turn is to be told as it would be without the plan
 */
gboolean
sg_plan_is_empty (const SgPlan *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->steps->len == 0 && !self->to_rules
         && (self->character == NULL || *self->character == '\0');
}

static gboolean
has_step (const SgPlan *self,
          const char   *tool)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      if (g_str_equal (((SgPlanStep *) g_ptr_array_index (self->steps, i))->tool, tool))
        return TRUE;
    }

  return FALSE;
}

static char *
make_question (const char *character,
               const char *about)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  json_object_set_string_member (object, "character", character);
  json_object_set_string_member (object, "about", about);
  node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

/**
 * sg_plan_ask_character:
 * @catalog: the tools that there are
 * @about: what is said or done before the character
 *
 * Adds the step that lets the character answer for themselves, where the plan names one who is to
 * answer and has no such step, and where there is such a tool.
 */
void
sg_plan_ask_character (SgPlan        *self,
                       SgToolCatalog *catalog,
                       const char    *about)
{
  g_autofree char *cut = NULL;
  SgPlanStep *step;

  g_return_if_fail (self != NULL);
  g_return_if_fail (SG_IS_TOOL_CATALOG (catalog));

  if (self->character == NULL || *self->character == '\0'
      || self->steps->len >= SG_PLAN_MAX_STEPS || has_step (self, ASK_CHARACTER)
      || sg_tool_catalog_lookup (catalog, ASK_CHARACTER) == NULL)
    return;

  cut = sg_tool_excerpt (about, ABOUT_MAX);
  step = g_new0 (SgPlanStep, 1);
  step->tool = g_strdup (ASK_CHARACTER);
  step->arguments = make_question (self->character, cut);
  g_ptr_array_add (self->steps, step);
}

/* Whoever was asked and could not answer (the dead, the absent) is not to answer in the telling
 * either. */
static gboolean
went_unanswered (SgToolRunner *runner,
                 guint         n_calls)
{
  gboolean any = FALSE;

  for (guint i = 0; i < n_calls; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (runner, i);

      if (!g_str_equal (call->name, ASK_CHARACTER))
        continue;
      if (call->status == SG_TOOL_CALL_DONE)
        return FALSE;
      any = TRUE;
    }

  return any;
}

/* The results of the steps, in the order of the plan. */
static void
append_results (GString      *note,
                SgToolRunner *runner,
                guint         n_calls)
{
  gboolean any = FALSE;

  for (guint i = 0; i < n_calls && note->len < NOTE_MAX; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (runner, i);
      g_autofree char *result =
        sg_tool_excerpt (call->result != NULL ? call->result : "", RESULT_MAX);

      if (call->tool == NULL)
        continue;
      if (!any)
        g_string_append (note, "[What was found out and done already; do not do it again]\n");
      any = TRUE;
      g_string_append_printf (note, "- %s: %s\n", call->name, result);
    }
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
  else if (self->character != NULL && *self->character != '\0'
           && !went_unanswered (runner, n_calls))
    g_string_append_printf (note, "[Let %s answer, in their own voice.]\n", self->character);

  append_results (note, runner, n_calls);
  if (note->len == 0)
    return NULL;
  g_string_append_c (note, '\n');

  return g_string_free (g_steal_pointer (&note), FALSE);
}
