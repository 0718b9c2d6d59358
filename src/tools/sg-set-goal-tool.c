/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A goal is one of the scenario, where something may come of it, or one that the story has grown by itself. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-happening.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"

struct _SgSetGoalTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgSetGoalTool, sg_set_goal_tool, SG_TYPE_TOOL)

static char **
sg_set_goal_tool_dup_keys (SgTool     *tool,
                           JsonObject *arguments)
{
  const char *keys[] = { "state:*", "memory:*", NULL };

  return g_strdupv ((char **) keys);
}

/* A goal of the scenario: what the author has written for this happens. */
static gboolean
set_authored (SgToolContext *context,
              const char    *call,
              const char    *goal,
              const char    *state,
              JsonObject    *result)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  g_autoptr (SgHappening) happening = NULL;

  if (scenario == NULL || sg_scenario_lookup (scenario, goal) == NULL)
    return FALSE;

  happening = sg_happening_new (context, call);
  if (!sg_happening_set_goal (happening, goal, state))
    json_object_set_boolean_member (result, "already", TRUE);
  sg_happening_add_to (happening, result);

  return TRUE;
}

/* An id for a new goal, which nothing else may have. */
static char *
make_new (SgToolContext  *context,
          const char     *raw,
          GError        **error)
{
  g_autofree char *goal = sg_tool_name_normalise (raw, error);

  if (goal != NULL && sg_tool_subject_has (context, goal, SG_SUBJECT_ANYTHING))
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "`%s` is something else already; give the goal another id", goal);
      return NULL;
    }

  return g_steal_pointer (&goal);
}

static char *
find_goal (SgToolContext  *context,
           JsonObject     *arguments,
           GError        **error)
{
  const char *raw = sg_tool_get_string (arguments, "goal");
  g_autoptr (GError) local = NULL;
  char *goal = sg_tool_subject_find (context, raw, SG_SUBJECT_GOAL, &local);

  if (goal != NULL)
    return goal;
  if (sg_tool_get_string (arguments, "text") != NULL)
    return make_new (context, raw, error);

  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "%s. For a new goal give its `text`",
               local->message);

  return NULL;
}

static JsonNode *
sg_set_goal_tool_run (SgTool         *tool,
                      SgToolContext  *context,
                      const char     *call,
                      JsonObject     *arguments,
                      GError        **error)
{
  g_autofree char *goal = find_goal (context, arguments, error);
  const char *state = sg_tool_get_string (arguments, "state");
  const char *text = sg_tool_get_string (arguments, "text");
  JsonObject *result;

  if (goal == NULL)
    return NULL;

  result = json_object_new ();
  json_object_set_string_member (result, "goal", goal);
  json_object_set_string_member (result, "state", state);
  if (!set_authored (context, call, goal, state, result))
    {
      sg_tool_write_text (context, call, goal, "kind", "goal");
      sg_tool_write_text (context, call, goal, "state", state);
      if (text != NULL)
        sg_tool_write_text (context, call, goal, "name", text);
    }

  return sg_tool_json_take_object (result);
}

static void
sg_set_goal_tool_class_init (SgSetGoalToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "set_goal";
  tool_class->description =
    "Open a goal, or mark it done or failed. A new goal needs `text`.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"goal\":{\"type\":\"string\",\"description\":\"id\"},"
    "\"state\":{\"type\":\"string\",\"enum\":[\"open\",\"done\",\"failed\"]},"
    "\"text\":{\"type\":\"string\",\"maxLength\":200}},"
    "\"required\":[\"goal\",\"state\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_set_goal_tool_dup_keys;
  tool_class->run = sg_set_goal_tool_run;
}

static void
sg_set_goal_tool_init (SgSetGoalTool *self)
{
}
