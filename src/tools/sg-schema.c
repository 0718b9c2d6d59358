/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checks what a model sent against the schema it was shown.  The message is written for the
 * model: it names the place, what was expected and what came, for the first few faults at once,
 * so that one more call can put them all right.  A schema that uses a keyword from outside the
 * subset is refused when it is compiled, rather than checked half.
 */

#include "config.h"

#include "tools/sg-schema.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

#include <math.h>

#define MAX_DEPTH 16
#define MAX_FAULTS 4

typedef enum
{
  TYPE_OBJECT = 1 << 0,
  TYPE_ARRAY = 1 << 1,
  TYPE_STRING = 1 << 2,
  TYPE_INTEGER = 1 << 3,
  TYPE_NUMBER = 1 << 4,
  TYPE_BOOLEAN = 1 << 5,
  TYPE_NULL = 1 << 6,
} TypeFlags;

static const struct
{
  TypeFlags   flag;
  const char *name;
  const char *words;
} type_names[] = {
  { TYPE_OBJECT, "object", "an object" },
  { TYPE_ARRAY, "array", "a list" },
  { TYPE_STRING, "string", "a string" },
  { TYPE_INTEGER, "integer", "a whole number" },
  { TYPE_NUMBER, "number", "a number" },
  { TYPE_BOOLEAN, "boolean", "true or false" },
  { TYPE_NULL, "null", "null" },
};

struct _SgSchema
{
  TypeFlags   types;

  /* Of objects: name → SgSchema, and the names once more in order. */
  GHashTable *properties;
  char      **names;
  char      **required;
  gboolean    closed;
  SgSchema   *others;
  gint64      min_properties;
  gint64      max_properties;

  SgSchema   *items;
  gint64      min_items;
  gint64      max_items;

  JsonNode   *choices;
  gint64      min_length;
  gint64      max_length;
  double      minimum;
  double      maximum;
};

static SgSchema *compile (JsonNode  *node,
                          guint      depth,
                          GError   **error);

static gboolean
set_schema_error (GError    **error,
                  const char *keyword)
{
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_SCHEMA,
               "The schema of the tool has a `%s` that is not understood", keyword);

  return FALSE;
}

static gboolean
add_type (SgSchema   *self,
          const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if (g_strcmp0 (type_names[i].name, name) == 0)
        {
          self->types |= type_names[i].flag;
          return TRUE;
        }
    }

  return FALSE;
}

/* A list of strings, or a single string. */
static char **
dup_strings (JsonNode *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_strv_builder_add (builder, json_node_get_string (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          JsonNode *element = json_array_get_element (array, i);

          if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_string (element) == NULL)
            return NULL;
          g_strv_builder_add (builder, json_node_get_string (element));
        }
    }
  else
    return NULL;

  return g_strv_builder_end (builder);
}

static gboolean
compile_properties (SgSchema  *self,
                    JsonNode  *node,
                    guint      depth,
                    GError   **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return set_schema_error (error, "properties");

  self->properties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) sg_schema_free);
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      SgSchema *child = compile (value, depth + 1, error);

      if (child == NULL)
        return FALSE;
      g_hash_table_insert (self->properties, g_strdup (name), child);
      g_strv_builder_add (names, name);
    }
  self->names = g_strv_builder_end (names);

  return TRUE;
}

static gboolean
compile_types (SgSchema  *self,
               JsonNode  *node,
               GError   **error)
{
  g_auto (GStrv) names = dup_strings (node);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (!add_type (self, names[i]))
        return set_schema_error (error, names[i]);
    }

  return names != NULL || set_schema_error (error, "type");
}

/* Bounds, all of which are numbers. */
static gboolean
compile_bound (SgSchema   *self,
               const char *keyword,
               JsonNode   *node,
               GError    **error)
{
  const struct { const char *keyword; gint64 *whole; double *real; } bounds[] = {
    { "minLength", &self->min_length, NULL }, { "maxLength", &self->max_length, NULL },
    { "minItems", &self->min_items, NULL }, { "maxItems", &self->max_items, NULL },
    { "minProperties", &self->min_properties, NULL },
    { "maxProperties", &self->max_properties, NULL },
    { "minimum", NULL, &self->minimum }, { "maximum", NULL, &self->maximum },
  };
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      if (!g_str_equal (bounds[i].keyword, keyword)
          || (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE))
        continue;

      if (bounds[i].whole != NULL)
        *bounds[i].whole = json_node_get_int (node);
      else
        *bounds[i].real = json_node_get_double (node);
      return TRUE;
    }

  return set_schema_error (error, keyword);
}

static gboolean
compile_others (SgSchema  *self,
                JsonNode  *node,
                guint      depth,
                GError   **error)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    {
      self->closed = !json_node_get_boolean (node);
      return TRUE;
    }

  self->others = compile (node, depth + 1, error);
  return self->others != NULL;
}

static gboolean
compile_keyword (SgSchema   *self,
                 const char *keyword,
                 JsonNode   *node,
                 guint       depth,
                 GError    **error)
{
  static const char *const notes[] = { "title", "description", "default", "examples", NULL };

  if (g_strv_contains (notes, keyword))
    return TRUE;
  if (g_str_equal (keyword, "type"))
    return compile_types (self, node, error);
  if (g_str_equal (keyword, "properties"))
    return compile_properties (self, node, depth, error);
  if (g_str_equal (keyword, "required"))
    return (self->required = dup_strings (node)) != NULL || set_schema_error (error, keyword);
  if (g_str_equal (keyword, "additionalProperties"))
    return compile_others (self, node, depth, error);
  if (g_str_equal (keyword, "items"))
    return (self->items = compile (node, depth + 1, error)) != NULL;
  if (g_str_equal (keyword, "enum"))
    {
      if (!JSON_NODE_HOLDS_ARRAY (node))
        return set_schema_error (error, keyword);
      self->choices = json_node_copy (node);
      return TRUE;
    }

  return compile_bound (self, keyword, node, error);
}

static SgSchema *
compile (JsonNode  *node,
         guint      depth,
         GError   **error)
{
  g_autoptr (SgSchema) self = NULL;
  JsonObjectIter iter;
  const char *keyword;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node) || depth > MAX_DEPTH)
    {
      set_schema_error (error, depth > MAX_DEPTH ? "depth" : "schema that is no object");
      return NULL;
    }

  self = g_new0 (SgSchema, 1);
  self->max_properties = self->max_items = self->max_length = G_MAXINT64;
  self->minimum = -INFINITY;
  self->maximum = INFINITY;

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &keyword, &value))
    {
      if (!compile_keyword (self, keyword, value, depth, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

/* The faults found so far, and the path to the value that is being checked. */
typedef struct
{
  GString *path;
  GString *faults;
  guint    n_faults;
} Check;

static void G_GNUC_PRINTF (2, 3)
add_fault (Check      *check,
           const char *format,
           ...)
{
  va_list args;

  if (check->n_faults++ >= MAX_FAULTS)
    return;

  if (check->faults->len > 0)
    g_string_append (check->faults, "; ");
  if (check->path->len > 0)
    g_string_append_printf (check->faults, "`%s`: ", check->path->str);

  va_start (args, format);
  g_string_append_vprintf (check->faults, format, args);
  va_end (args);
}

static TypeFlags
get_types (JsonNode *value)
{
  GType type;

  if (JSON_NODE_HOLDS_OBJECT (value))
    return TYPE_OBJECT;
  if (JSON_NODE_HOLDS_ARRAY (value))
    return TYPE_ARRAY;
  if (JSON_NODE_HOLDS_NULL (value))
    return TYPE_NULL;

  type = json_node_get_value_type (value);
  if (type == G_TYPE_STRING)
    return TYPE_STRING;
  if (type == G_TYPE_BOOLEAN)
    return TYPE_BOOLEAN;
  if (type == G_TYPE_DOUBLE && json_node_get_double (value) != trunc (json_node_get_double (value)))
    return TYPE_NUMBER;

  return TYPE_NUMBER | TYPE_INTEGER;
}

static char *
describe_types (TypeFlags types)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if (types & type_names[i].flag)
        g_string_append_printf (out, "%s%s", out->len > 0 ? " or " : "", type_names[i].words);
    }

  return g_string_free (out, FALSE);
}

/* What came, as the model wrote it. */
static char *
describe_value (JsonNode *value)
{
  g_autofree char *text = json_to_string (value, FALSE);

  return sg_tool_excerpt (text, 60);
}

static void check_value (Check          *check,
                         const SgSchema *self,
                         JsonNode       *value,
                         guint           depth);

static void
check_child (Check          *check,
             const SgSchema *self,
             const char     *name,
             JsonNode       *value,
             guint           depth)
{
  gsize length = check->path->len;
  g_autofree char *shown = sg_tool_excerpt (name, SG_TOOL_NAME_MAX);

  g_string_append_printf (check->path, "%s%s", length > 0 ? "." : "", shown);
  check_value (check, self, value, depth + 1);
  g_string_truncate (check->path, length);
}

static void
check_unknown_property (Check          *check,
                        const SgSchema *self,
                        const char     *name)
{
  const char *nearest = sg_tool_nearest (name, (const char *const *) self->names);
  g_autofree char *shown = sg_tool_excerpt (name, 40);

  if (nearest != NULL)
    add_fault (check, "there is no `%s`; did you mean `%s`?", shown, nearest);
  else if (self->names != NULL && self->names[0] != NULL)
    {
      g_autofree char *known = sg_tool_join_names ((const char *const *) self->names, 12);

      add_fault (check, "there is no `%s`; there are: %s", shown, known);
    }
  else
    add_fault (check, "there is no `%s`; nothing is expected here", shown);
}

static void
check_object (Check          *check,
              const SgSchema *self,
              JsonObject     *object,
              guint           depth)
{
  gint64 size = json_object_get_size (object);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  for (guint i = 0; self->required != NULL && self->required[i] != NULL; i++)
    {
      if (!json_object_has_member (object, self->required[i]))
        add_fault (check, "`%s` is missing", self->required[i]);
    }
  if (size < self->min_properties)
    add_fault (check, "expected at least %" G_GINT64_FORMAT " members, got %" G_GINT64_FORMAT,
               self->min_properties, size);
  if (size > self->max_properties)
    add_fault (check, "expected at most %" G_GINT64_FORMAT " members, got %" G_GINT64_FORMAT,
               self->max_properties, size);

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const SgSchema *child = NULL;

      if (self->properties != NULL)
        child = g_hash_table_lookup (self->properties, name);
      if (child == NULL)
        child = self->others;

      if (child != NULL)
        check_child (check, child, name, value, depth);
      else if (self->closed)
        check_unknown_property (check, self, name);
    }
}

static void
check_array (Check          *check,
             const SgSchema *self,
             JsonArray      *array,
             guint           depth)
{
  gint64 length = json_array_get_length (array);

  if (length < self->min_items)
    add_fault (check, "expected at least %" G_GINT64_FORMAT " items, got %" G_GINT64_FORMAT,
               self->min_items, length);
  if (length > self->max_items)
    add_fault (check, "expected at most %" G_GINT64_FORMAT " items, got %" G_GINT64_FORMAT,
               self->max_items, length);

  for (guint i = 0; self->items != NULL && i < length && check->n_faults < MAX_FAULTS; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "%u", i);
      check_child (check, self->items, name, json_array_get_element (array, i), depth);
    }
}

static void
check_string (Check          *check,
              const SgSchema *self,
              const char     *text)
{
  gint64 length = g_utf8_strlen (text, -1);

  if (length < self->min_length)
    {
      if (length == 0)
        add_fault (check, "is empty");
      else
        add_fault (check, "expected at least %" G_GINT64_FORMAT " characters, got %" G_GINT64_FORMAT,
                   self->min_length, length);
    }
  if (length > self->max_length)
    add_fault (check, "expected at most %" G_GINT64_FORMAT " characters, got %" G_GINT64_FORMAT,
               self->max_length, length);
}

static void
check_number (Check          *check,
              const SgSchema *self,
              double          value)
{
  if (value < self->minimum)
    add_fault (check, "expected at least %g, got %g", self->minimum, value);
  if (value > self->maximum)
    add_fault (check, "expected at most %g, got %g", self->maximum, value);
}

static void
check_choices (Check          *check,
               const SgSchema *self,
               JsonNode       *value)
{
  JsonArray *choices = json_node_get_array (self->choices);
  g_autofree char *came = NULL;
  g_autofree char *expected = NULL;

  for (guint i = 0; i < json_array_get_length (choices); i++)
    {
      if (json_node_equal (json_array_get_element (choices, i), value))
        return;
    }

  came = describe_value (value);
  expected = json_to_string (self->choices, FALSE);
  add_fault (check, "expected one of %s, got %s", expected, came);
}

static void
check_value (Check          *check,
             const SgSchema *self,
             JsonNode       *value,
             guint           depth)
{
  TypeFlags types = get_types (value);

  if (depth > SG_TOOL_DEPTH_MAX)
    {
      add_fault (check, "has too many levels");
      return;
    }

  if (self->types != 0 && (self->types & types) == 0)
    {
      g_autofree char *expected = describe_types (self->types);
      g_autofree char *came = describe_value (value);

      add_fault (check, "expected %s, got %s", expected, came);
      return;
    }

  if (self->choices != NULL)
    check_choices (check, self, value);

  if (types & TYPE_OBJECT)
    check_object (check, self, json_node_get_object (value), depth);
  else if (types & TYPE_ARRAY)
    check_array (check, self, json_node_get_array (value), depth);
  else if (types & TYPE_STRING)
    check_string (check, self, json_node_get_string (value));
  else if (types & TYPE_NUMBER)
    check_number (check, self, json_node_get_double (value));
}

/**
 * sg_schema_new:
 * @json: a JSON schema
 *
 * Returns: (transfer full) (nullable): the compiled schema; %NULL with %SG_TOOL_ERROR_SCHEMA
 *   where it is no JSON or uses what is not understood
 */
SgSchema *
sg_schema_new (const char  *json,
               GError     **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (json != NULL, NULL);

  node = sg_tool_json_parse_object (json, &local);
  if (node == NULL)
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_SCHEMA,
                   "The schema of the tool cannot be read: %s", local->message);
      return NULL;
    }

  return compile (node, 0, error);
}

/**
 * sg_schema_free:
 * @self: (transfer full): a schema
 */
void
sg_schema_free (SgSchema *self)
{
  g_clear_pointer (&self->properties, g_hash_table_unref);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->required, g_strfreev);
  g_clear_pointer (&self->others, sg_schema_free);
  g_clear_pointer (&self->items, sg_schema_free);
  g_clear_pointer (&self->choices, json_node_unref);
  g_free (self);
}

/**
 * sg_schema_check:
 * @value: a value
 *
 * Returns: whether @value follows the schema; %FALSE with %SG_TOOL_ERROR_ARGUMENTS and the
 *   first few faults
 */
gboolean
sg_schema_check (const SgSchema  *self,
                 JsonNode        *value,
                 GError         **error)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GString) faults = g_string_new (NULL);
  Check check = { path, faults, 0 };

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  check_value (&check, self, value, 0);
  if (check.n_faults == 0)
    return TRUE;

  if (check.n_faults > MAX_FAULTS)
    g_string_append (faults, "; and more");
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "Wrong arguments: %s", faults->str);

  return FALSE;
}
