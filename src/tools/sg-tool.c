/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tool is a class rather than an instance: its name, its words to the model, its schema and what
 * it touches are fixed in class_init, and an instance keeps the compiled schema and
 * whether the tool works at present.
 */

#include "config.h"

#include "tools/sg-tool.h"

#include "tools/sg-schema.h"
#include "tools/sg-tool-json.h"

typedef struct
{
  SgSchema  *schema;
  SgBreaker *breaker;
} SgToolPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SgTool, sg_tool, G_TYPE_OBJECT)

G_DEFINE_QUARK (sg-tool-error-quark, sg_tool_error)

static void
sg_tool_finalize (GObject *object)
{
  SgToolPrivate *priv = sg_tool_get_instance_private (SG_TOOL (object));

  g_clear_pointer (&priv->schema, sg_schema_free);
  g_clear_object (&priv->breaker);

  G_OBJECT_CLASS (sg_tool_parent_class)->finalize (object);
}

static void
sg_tool_class_init (SgToolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_tool_finalize;

  klass->access = SG_TOOL_READS;
  klass->timeout_ms = 5000;
  klass->schema = "{\"type\":\"object\"}";
}

static void
sg_tool_init (SgTool *self)
{
}

/**
 * sg_tool_get_name:
 *
 * Returns: (transfer none): what the model calls it
 */
const char *
sg_tool_get_name (SgTool *self)
{
  g_return_val_if_fail (SG_IS_TOOL (self), NULL);

  return SG_TOOL_GET_CLASS (self)->name;
}

/**
 * sg_tool_get_description:
 *
 * Returns: (transfer none): what the model is told of it
 */
const char *
sg_tool_get_description (SgTool *self)
{
  g_return_val_if_fail (SG_IS_TOOL (self), NULL);

  return SG_TOOL_GET_CLASS (self)->description;
}

/**
 * sg_tool_get_schema:
 *
 * Returns: (transfer none): the JSON schema of the arguments, as text
 */
const char *
sg_tool_get_schema (SgTool *self)
{
  g_return_val_if_fail (SG_IS_TOOL (self), NULL);

  return SG_TOOL_GET_CLASS (self)->schema;
}

/* Bounds are for the check of the arguments, whose error names them; a model hardly ever comes near them, and they
 * would take a third of the room. */
static gboolean
is_for_the_check (const char *keyword,
                  JsonNode   *value)
{
  static const char *const bounds[] = { "minLength", "maxLength", "minItems", "maxItems",
                                        "minProperties", "maxProperties", NULL };

  return g_strv_contains (bounds, keyword)
         || (g_str_equal (keyword, "additionalProperties") && JSON_NODE_HOLDS_VALUE (value));
}

static void
strip_schema (JsonNode *schema)
{
  g_autoptr (GList) keywords = NULL;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (schema))
    return;

  object = json_node_get_object (schema);
  keywords = json_object_get_members (object);
  for (GList *l = keywords; l != NULL; l = l->next)
    {
      JsonNode *value = json_object_get_member (object, l->data);

      if (is_for_the_check (l->data, value))
        json_object_remove_member (object, l->data);
      else if (g_str_equal (l->data, "properties"))
        {
          g_autoptr (GList) properties = json_object_get_values (json_node_get_object (value));

          for (GList *p = properties; p != NULL; p = p->next)
            strip_schema (p->data);
        }
      else if (g_str_equal (l->data, "items") || g_str_equal (l->data, "additionalProperties"))
        strip_schema (value);
    }
}

/**
 * sg_tool_dup_parameters:
 *
 * Returns: (transfer full) (nullable): the schema as a model is told it, small and without what only the check of
 *   the arguments needs; %NULL where the schema is no JSON object
 */
char *
sg_tool_dup_parameters (SgTool *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) schema = NULL;

  g_return_val_if_fail (SG_IS_TOOL (self), NULL);

  schema = sg_tool_json_parse_object (sg_tool_get_schema (self), &error);
  if (schema == NULL)
    {
      g_critical ("%s: %s", sg_tool_get_name (self), error->message);
      return NULL;
    }
  strip_schema (schema);

  return json_to_string (schema, FALSE);
}

/**
 * sg_tool_get_access:
 *
 * Returns: whether it changes the story
 */
SgToolAccess
sg_tool_get_access (SgTool *self)
{
  g_return_val_if_fail (SG_IS_TOOL (self), SG_TOOL_WRITES);

  return SG_TOOL_GET_CLASS (self)->access;
}

/**
 * sg_tool_get_timeout:
 *
 * Returns: milliseconds that a call may take; 0 for no limit
 */
guint
sg_tool_get_timeout (SgTool *self)
{
  g_return_val_if_fail (SG_IS_TOOL (self), 0);

  return SG_TOOL_GET_CLASS (self)->timeout_ms;
}

/**
 * sg_tool_get_cache:
 *
 * Returns: how long the result of a call answers equal ones; never the default
 */
SgToolCacheRule
sg_tool_get_cache (SgTool *self)
{
  SgToolClass *klass;

  g_return_val_if_fail (SG_IS_TOOL (self), SG_TOOL_CACHE_NEVER);

  klass = SG_TOOL_GET_CLASS (self);
  if (klass->cache != SG_TOOL_CACHE_DEFAULT)
    return klass->cache;

  return klass->access == SG_TOOL_READS ? SG_TOOL_CACHE_TURN : SG_TOOL_CACHE_NEVER;
}

/**
 * sg_tool_get_breaker:
 *
 * Returns: (transfer none): what keeps calls from a tool that fails again and again
 */
SgBreaker *
sg_tool_get_breaker (SgTool *self)
{
  SgToolPrivate *priv;

  g_return_val_if_fail (SG_IS_TOOL (self), NULL);

  priv = sg_tool_get_instance_private (self);
  if (priv->breaker == NULL)
    {
      g_autoptr (SgClock) clock = sg_clock_new ();

      sg_tool_set_clock (self, clock);
    }

  return priv->breaker;
}

/**
 * sg_tool_set_clock:
 * @clock: what tells the breaker the time
 *
 * Makes a new breaker, which is closed.
 */
void
sg_tool_set_clock (SgTool  *self,
                   SgClock *clock)
{
  SgToolPrivate *priv;

  g_return_if_fail (SG_IS_TOOL (self));

  priv = sg_tool_get_instance_private (self);
  g_clear_object (&priv->breaker);
  priv->breaker = sg_breaker_new (clock);
}

/**
 * sg_tool_check_arguments:
 * @arguments: the arguments of a call
 *
 * Returns: whether they follow the schema; %FALSE with %SG_TOOL_ERROR_ARGUMENTS, or with
 *   %SG_TOOL_ERROR_SCHEMA where the schema of the tool itself is wrong
 */
gboolean
sg_tool_check_arguments (SgTool    *self,
                         JsonNode  *arguments,
                         GError   **error)
{
  SgToolPrivate *priv;

  g_return_val_if_fail (SG_IS_TOOL (self), FALSE);

  priv = sg_tool_get_instance_private (self);
  if (priv->schema == NULL)
    priv->schema = sg_schema_new (sg_tool_get_schema (self), error);

  return priv->schema != NULL && sg_schema_check (priv->schema, arguments, error);
}

/**
 * sg_tool_dup_keys:
 * @arguments: the arguments of a call
 *
 * Returns: (transfer full) (nullable): the keys that the call touches; %NULL where they
 *   cannot be told
 */
char **
sg_tool_dup_keys (SgTool     *self,
                  JsonObject *arguments)
{
  SgToolClass *klass;

  g_return_val_if_fail (SG_IS_TOOL (self), NULL);
  g_return_val_if_fail (arguments != NULL, NULL);

  klass = SG_TOOL_GET_CLASS (self);

  return klass->dup_keys != NULL ? klass->dup_keys (self, arguments) : NULL;
}
