/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-relationship.h"

#include <stdlib.h>

#define LISTED_MAX 30

struct _SgQueryRelationshipsTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgQueryRelationshipsTool, sg_query_relationships_tool, SG_TYPE_TOOL)

/* Either side may be anybody. */
static char **
sg_query_relationships_tool_dup_keys (SgTool     *tool,
                                      JsonObject *arguments)
{
  const char *keys[] = { "state:*", NULL };

  return g_strdupv ((char **) keys);
}

static JsonObject *
describe (const SgRelationship *relationship)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "from", relationship->from);
  json_object_set_string_member (object, "to", relationship->to);
  json_object_set_int_member (object, "score", relationship->score);
  if (relationship->kind != NULL)
    json_object_set_string_member (object, "kind", relationship->kind);
  if (relationship->why != NULL)
    json_object_set_string_member (object, "why", relationship->why);
  if (relationship->turn >= 0)
    json_object_set_int_member (object, "turn", relationship->turn);
  if (relationship->before != NULL)
    json_object_set_member (object, "before", json_node_copy (relationship->before));

  return object;
}

/* The strongest feelings first, whichever they are. */
static int
compare_strength (gconstpointer a,
                  gconstpointer b)
{
  const SgRelationship *first = *(const SgRelationship *const *) a;
  const SgRelationship *second = *(const SgRelationship *const *) b;
  int order = abs (second->score) - abs (first->score);

  if (order == 0)
    order = g_strcmp0 (first->from, second->from);

  return order != 0 ? order : g_strcmp0 (first->to, second->to);
}

/* Who has feelings or has some shown them need not be a character otherwise. */
static gboolean
find_side (SgToolContext  *context,
           const char     *name,
           char          **id,
           GError        **error)
{
  if (name == NULL)
    return TRUE;

  *id = sg_tool_subject_find (context, name, SG_SUBJECT_CHARACTER, NULL);
  if (*id == NULL)
    *id = sg_tool_subject_find (context, name, SG_SUBJECT_ANYTHING, NULL);
  if (*id == NULL)
    {
      g_autofree char *nobody = sg_tool_subject_find (context, name, SG_SUBJECT_CHARACTER, error);

      g_assert (nobody == NULL);
    }

  return *id != NULL;
}

static JsonNode *
sg_query_relationships_tool_run (SgTool         *tool,
                                 SgToolContext  *context,
                                 const char     *call,
                                 JsonObject     *arguments,
                                 GError        **error)
{
  g_autofree char *who = NULL;
  g_autofree char *with = NULL;
  g_autoptr (GPtrArray) found = NULL;
  JsonObject *result;
  JsonArray *array;

  if (!find_side (context, sg_tool_get_string (arguments, "who"), &who, error)
      || !find_side (context, sg_tool_get_string (arguments, "with"), &with, error))
    return NULL;

  found = sg_relationship_list (sg_tool_context_get_world (context), who, with);
  g_ptr_array_sort (found, compare_strength);

  array = json_array_new ();
  for (guint i = 0; i < MIN (found->len, LISTED_MAX); i++)
    json_array_add_object_element (array, describe (g_ptr_array_index (found, i)));

  result = json_object_new ();
  json_object_set_array_member (result, "relationships", array);
  if (found->len > LISTED_MAX)
    json_object_set_int_member (result, "more", found->len - LISTED_MAX);

  return sg_tool_json_take_object (result);
}

static void
sg_query_relationships_tool_class_init (SgQueryRelationshipsToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "query_relationships";
  tool_class->description = "What `who` feels and is felt for, and why; all where nobody is named.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"who\":{\"type\":\"string\"},\"with\":{\"type\":\"string\"}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_query_relationships_tool_dup_keys;
  tool_class->run = sg_query_relationships_tool_run;
}

static void
sg_query_relationships_tool_init (SgQueryRelationshipsTool *self)
{
}
