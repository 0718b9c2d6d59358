/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"

#include <string.h>

struct _SgOfferChoicesTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgOfferChoicesTool, sg_offer_choices_tool, SG_TYPE_TOOL)

static char **
sg_offer_choices_tool_dup_keys (SgTool     *tool,
                                JsonObject *arguments)
{
  const char *keys[] = { "choices", NULL };

  return g_strdupv ((char **) keys);
}

static JsonNode *
sg_offer_choices_tool_run (SgTool         *tool,
                           SgToolContext  *context,
                           const char     *call,
                           JsonObject     *arguments,
                           GError        **error)
{
  JsonArray *array = json_object_get_array_member (arguments, "choices");
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (g_free);
  JsonObject *result;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *choice = g_strdup (json_array_get_string_element (array, i));

      g_strstrip (choice);
      if (*choice != '\0'
          && !g_ptr_array_find_with_equal_func (choices, choice, g_str_equal, NULL))
        g_ptr_array_add (choices, g_steal_pointer (&choice));
    }

  if (choices->len < 2)
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "`choices` needs 2 to 6 different texts");
      return NULL;
    }

  result = json_object_new ();
  json_object_set_int_member (result, "offered", choices->len);
  g_ptr_array_add (choices, NULL);
  sg_world_set_choices (sg_tool_context_get_world (context),
                        (const char *const *) choices->pdata);

  return sg_tool_json_take_object (result);
}

static void
sg_offer_choices_tool_class_init (SgOfferChoicesToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "offer_choices";
  tool_class->description =
    "Offer the player 2 to 6 things to do next, as short sentences.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"choices\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":6,"
    "\"items\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}}},"
    "\"required\":[\"choices\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->cache = SG_TOOL_CACHE_TURN;
  tool_class->dup_keys = sg_offer_choices_tool_dup_keys;
  tool_class->run = sg_offer_choices_tool_run;
}

static void
sg_offer_choices_tool_init (SgOfferChoicesTool *self)
{
}
