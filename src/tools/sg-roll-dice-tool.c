/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-dice.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

struct _SgRollDiceTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgRollDiceTool, sg_roll_dice_tool, SG_TYPE_TOOL)

/* Dice touch nothing. */
static char **
sg_roll_dice_tool_dup_keys (SgTool     *tool,
                            JsonObject *arguments)
{
  return g_new0 (char *, 1);
}

static void
add_values (JsonObject *object,
            const char *name,
            GArray     *values)
{
  JsonArray *array = json_array_sized_new (values->len);

  for (guint i = 0; i < values->len; i++)
    json_array_add_int_element (array, g_array_index (values, int, i));
  json_object_set_array_member (object, name, array);
}

static JsonNode *
sg_roll_dice_tool_run (SgTool         *tool,
                       SgToolContext  *context,
                       const char     *call,
                       JsonObject     *arguments,
                       GError        **error)
{
  const char *dice = sg_tool_get_string (arguments, "dice");
  g_autoptr (SgDiceRoll) roll = sg_dice_roll (dice, sg_tool_context_get_seed (context),
                                              sg_tool_context_get_position (context), error);
  JsonObject *result;

  if (roll == NULL)
    return NULL;

  result = json_object_new ();
  json_object_set_int_member (result, "total", roll->total);
  add_values (result, "rolls", roll->rolls);
  if (roll->kept->len < roll->rolls->len)
    add_values (result, "kept", roll->kept);
  json_object_set_string_member (result, "dice", dice);

  return sg_tool_json_take_object (result);
}

static void
sg_roll_dice_tool_class_init (SgRollDiceToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "roll_dice";
  tool_class->description = "Roll dice where chance decides. Returns the total and each die.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"dice\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":60,"
    "\"description\":\"Such as d20, 2d6+1, or 2d20kh1 for advantage\"},"
    "\"reason\":{\"type\":\"string\",\"maxLength\":300}},"
    "\"required\":[\"dice\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->cache = SG_TOOL_CACHE_NEVER;
  tool_class->dup_keys = sg_roll_dice_tool_dup_keys;
  tool_class->run = sg_roll_dice_tool_run;
}

static void
sg_roll_dice_tool_init (SgRollDiceTool *self)
{
}
