/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Time is two things: the hour of the story, as `story.day` (from 1) and `story.time` ("14:30"), and the clocks of
 * a scenario, which move towards something.  A clock lets happen what the author has set at its marks. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-happening.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"

#define MINUTES_A_DAY (24 * 60)

struct _SgAdvanceTimeTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgAdvanceTimeTool, sg_advance_time_tool, SG_TYPE_TOOL)

/* Words for hours, in minutes since midnight. */
static const struct
{
  const char *word;
  int         minute;
} hours[] = {
  { "midnight", 0 },       { "dawn", 6 * 60 },     { "morning", 9 * 60 },  { "noon", 12 * 60 },
  { "afternoon", 15 * 60 }, { "evening", 18 * 60 }, { "dusk", 18 * 60 },   { "night", 22 * 60 },
};

/* The marks of a clock may touch anything. */
static char **
sg_advance_time_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  const char *everything[] = { "state:*", "memory:*", NULL };
  const char *hour[] = { "state:story", NULL };

  return g_strdupv ((char **) (json_object_has_member (arguments, "clock") ? everything : hour));
}

/* Minutes since midnight; -1 for what is no hour. */
static int
read_hour (const char *text)
{
  guint64 hour, minute;
  char *colon, *end;

  if (text == NULL)
    return -1;

  for (guint i = 0; i < G_N_ELEMENTS (hours); i++)
    {
      if (g_ascii_strcasecmp (text, hours[i].word) == 0)
        return hours[i].minute;
    }

  hour = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &colon, 10) : 24;
  if (hour >= 24 || colon[0] != ':' || !g_ascii_isdigit (colon[1]))
    return -1;

  minute = g_ascii_strtoull (colon + 1, &end, 10);

  return *end == '\0' && minute < 60 ? (int) (hour * 60 + minute) : -1;
}

/* An hour that has passed today is that of tomorrow. */
static gboolean
set_hour (SgToolContext  *context,
          const char     *call,
          JsonObject     *arguments,
          JsonObject     *result,
          GError        **error)
{
  SgWorld *world = sg_tool_context_get_world (context);
  const char *to = sg_tool_get_string (arguments, "to");
  gint64 day = CLAMP (sg_world_get_int (world, "story", "day", 1), 1, 1000000);
  int now = read_hour (sg_world_get_string (world, "story", "time"));
  gint64 minute = now;
  g_autofree char *time = NULL;

  if (to != NULL)
    {
      minute = read_hour (to);
      if (minute < 0)
        {
          g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                               "`to` is an hour such as 14:30, or dawn, morning, noon, afternoon, "
                               "evening, dusk, night or midnight");
          return FALSE;
        }
      if (now >= 0 && minute <= now)
        minute += MINUTES_A_DAY;
    }
  else if (now < 0)
    minute = 9 * 60;

  minute += sg_tool_get_int (arguments, "minutes", 0);
  day += minute / MINUTES_A_DAY;
  minute %= MINUTES_A_DAY;
  time = g_strdup_printf ("%02d:%02d", (int) minute / 60, (int) minute % 60);
  sg_world_set (world, "story", "day", json_node_init_int (json_node_alloc (), day), call);
  sg_tool_write_text (context, call, "story", "time", time);
  json_object_set_int_member (result, "day", day);
  json_object_set_string_member (result, "time", time);

  return TRUE;
}

static gboolean
move_clock (SgToolContext  *context,
            const char     *call,
            JsonObject     *arguments,
            JsonObject     *result,
            GError        **error)
{
  g_autofree char *clock =
    sg_tool_subject_find (context, sg_tool_get_string (arguments, "clock"), SG_SUBJECT_CLOCK, error);
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  SgWorld *world = sg_tool_context_get_world (context);
  gint64 by = sg_tool_get_int (arguments, "by", 1);
  gint64 value;

  if (clock == NULL)
    return FALSE;

  if (scenario != NULL && sg_scenario_lookup (scenario, clock) != NULL)
    {
      g_autoptr (SgHappening) happening = sg_happening_new (context, call);

      value = sg_happening_advance (happening, clock, by);
      sg_happening_add_to (happening, result);
    }
  else
    {
      value = CLAMP (sg_world_get_int (world, clock, "value", 0), -1000000, 1000000) + by;
      sg_world_set (world, clock, "value", json_node_init_int (json_node_alloc (), value), call);
    }

  json_object_set_string_member (result, "clock", clock);
  json_object_set_int_member (result, "value", value);

  return TRUE;
}

static JsonNode *
sg_advance_time_tool_run (SgTool         *tool,
                          SgToolContext  *context,
                          const char     *call,
                          JsonObject     *arguments,
                          GError        **error)
{
  gboolean hour = json_object_has_member (arguments, "minutes") || json_object_has_member (arguments, "to");
  gboolean clock = json_object_has_member (arguments, "clock");
  g_autoptr (JsonObject) result = json_object_new ();

  if (!hour && !clock)
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "No time would pass: give `minutes`, `to`, or `clock` and `by`");
      return NULL;
    }

  if ((hour && !set_hour (context, call, arguments, result, error))
      || (clock && !move_clock (context, call, arguments, result, error)))
    return NULL;

  return sg_tool_json_take_object (g_steal_pointer (&result));
}

static void
sg_advance_time_tool_class_init (SgAdvanceTimeToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "advance_time";
  tool_class->description = "Let time pass: minutes, or to an hour; or move a clock of the scenario.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"minutes\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":525600},"
    "\"to\":{\"type\":\"string\",\"description\":\"14:30, dawn, night\"},"
    "\"clock\":{\"type\":\"string\"},"
    "\"by\":{\"type\":\"integer\",\"minimum\":-1000,\"maximum\":1000}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_advance_time_tool_dup_keys;
  tool_class->run = sg_advance_time_tool_run;
}

static void
sg_advance_time_tool_init (SgAdvanceTimeTool *self)
{
}
