/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one character is to another.  The score is kept within its bounds; what changes it is remembered with it. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include <string.h>

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool-write.h"
#include "world/sg-relationship.h"

struct _SgUpdateRelationshipTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgUpdateRelationshipTool, sg_update_relationship_tool, SG_TYPE_TOOL)

static const char *
get_to (JsonObject *arguments)
{
  const char *to = sg_tool_get_string (arguments, "to");

  return to != NULL ? to : "player";
}

static gboolean
is_mutual (JsonObject *arguments)
{
  JsonNode *node = json_object_get_member (arguments, "mutual");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static char **
sg_update_relationship_tool_dup_keys (SgTool     *tool,
                                      JsonObject *arguments)
{
  g_auto (GStrv) keys = sg_tool_key_of (arguments, "from");
  g_autofree char *to = sg_tool_name_normalise (get_to (arguments), NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) keys);
  if (is_mutual (arguments) && to != NULL)
    {
      g_autofree char *key = g_strconcat ("state:", to, NULL);

      g_strv_builder_add (builder, key);
    }

  return g_strv_builder_end (builder);
}

/* Changes it in one direction; returns what to tell of it. */
static JsonObject *
change (SgToolContext *context,
        const char    *call,
        const char    *from,
        const char    *to,
        JsonObject    *arguments)
{
  SgWorld *world = sg_tool_context_get_world (context);
  g_autoptr (SgRelationship) relationship = sg_relationship_get (world, from, to);
  JsonObject *result = json_object_new ();
  gint64 score;
  int before;

  if (relationship == NULL)
    relationship = sg_relationship_new (from, to);

  before = relationship->score;
  score = sg_tool_get_int (arguments, "score", before) + sg_tool_get_int (arguments, "by", 0);
  sg_relationship_change (relationship,
                          (int) CLAMP (score, SG_RELATIONSHIP_MIN, SG_RELATIONSHIP_MAX),
                          sg_tool_get_string (arguments, "kind"), sg_tool_get_string (arguments, "why"),
                          sg_tool_get_turn (context));
  sg_relationship_write (relationship, world, call);

  json_object_set_string_member (result, "from", from);
  json_object_set_string_member (result, "to", to);
  json_object_set_int_member (result, "score", relationship->score);
  if (before != relationship->score)
    json_object_set_int_member (result, "was", before);
  if (relationship->kind != NULL)
    json_object_set_string_member (result, "kind", relationship->kind);

  return result;
}

/* Whoever is known by a name that is nearly the same was probably meant; somebody wholly new may well begin by
 * feeling something. */
static char *
find_one (SgToolContext  *context,
          const char     *name,
          GError        **error)
{
  g_autoptr (GError) local = NULL;
  char *found = sg_tool_subject_find_id (context, name, SG_SUBJECT_CHARACTER, &local);
  g_autofree char *normal = found == NULL ? sg_tool_name_normalise (name, NULL) : NULL;
  const SgEntity *entity;

  if (found != NULL)
    return found;

  /* Gods have feelings too. */
  entity = sg_tool_context_get_scenario (context) != NULL && normal != NULL
             ? sg_scenario_lookup (sg_tool_context_get_scenario (context), normal) : NULL;
  if (entity != NULL && entity->kind == SG_ENTITY_DEITY)
    return g_steal_pointer (&normal);

  if (normal == NULL || strstr (local->message, "Did you mean") != NULL
      || sg_tool_subject_has (context, normal, SG_SUBJECT_ANYTHING))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&normal);
}

static JsonNode *
sg_update_relationship_tool_run (SgTool         *tool,
                                 SgToolContext  *context,
                                 const char     *call,
                                 JsonObject     *arguments,
                                 GError        **error)
{
  static const char *const wanted[] = { "by", "score", "kind", "why" };
  g_autofree char *from = find_one (context, sg_tool_get_string (arguments, "from"), error);
  g_autofree char *to = from != NULL ? find_one (context, get_to (arguments), error) : NULL;
  gboolean changes = FALSE;
  JsonObject *result;

  if (to == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    changes |= json_object_has_member (arguments, wanted[i]);
  if (!changes || g_str_equal (from, to))
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           changes ? "`from` and `to` are the same: name two characters"
                                   : "Nothing would change: give `by`, `score`, `kind` or `why`");
      return NULL;
    }

  result = change (context, call, from, to, arguments);
  if (is_mutual (arguments))
    json_object_set_object_member (result, "back", change (context, call, to, from, arguments));

  return sg_tool_json_take_object (result);
}

static void
sg_update_relationship_tool_class_init (SgUpdateRelationshipToolClass *klass)
{
  static const char *const key_arguments[] = { "from", "to", "mutual", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "update_relationship";
  tool_class->description =
    "Change what one character feels for another.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"from\":{\"type\":\"string\"},"
    "\"to\":{\"type\":\"string\",\"description\":\"default player\"},"
    "\"by\":{\"type\":\"integer\",\"minimum\":-200,\"maximum\":200},"
    "\"score\":{\"type\":\"integer\",\"minimum\":-100,\"maximum\":100,"
    "\"description\":\"-100 hate, 100 love\"},"
    "\"kind\":{\"type\":\"string\",\"maxLength\":40,\"description\":\"such as old friend\"},"
    "\"why\":{\"type\":\"string\",\"maxLength\":200},"
    "\"mutual\":{\"type\":\"boolean\"}},"
    "\"required\":[\"from\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_update_relationship_tool_dup_keys;
  tool_class->run = sg_update_relationship_tool_run;
}

static void
sg_update_relationship_tool_init (SgUpdateRelationshipTool *self)
{
}
