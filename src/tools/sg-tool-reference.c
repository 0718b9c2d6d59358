/* SPDX-License-Identifier: GPL-3.0-or-later */

/* References in the arguments of a call to the results of others.
 *
 *   $1.total          the member `total` of the result of the first call of the turn
 *   $2.items.0.name   members by name, elements of lists by their index from 0
 *   $step2.total      the same as $2.total
 *
 * A string that is nothing but a reference becomes the value itself, with its type; within a
 * longer string the value is put in as text (`You roll $1.total.`).  A reference always names a
 * member, which begins with a letter or an underscore: `$5` and `$5.50` are money.  `$$1.total`
 * stands for the text `$1.total`; a `$` anywhere else is just a `$`.
 *
 * Within a longer string a name ends at the first character that is no letter, digit or
 * underscore; a string that is nothing but a reference may have hyphens in its names, too.
 */

#include "config.h"

#include "tools/sg-tool-reference.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"

#include <string.h>

/* What the references of one call may put in, all together. */
#define RESOLVED_MAX (256 * 1024)

/* `$NUMBER.PATH` at the beginning of a text; borrowed from it. */
typedef struct
{
  guint       number;
  const char *path;
  gsize       path_length;
  gsize       length;
} Reference;

/* The end of the name that begins at @p. */
static const char *
skip_name (const char *p,
           gboolean    hyphens)
{
  for (;; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isalnum (c) && c != '_' && !(hyphens && c == '-'))
        return p;
    }
}

static gboolean
parse_reference (const char *text,
                 gboolean    whole,
                 Reference  *reference)
{
  const char *p = text;
  gunichar c;
  guint n_digits = 0;

  if (*p++ != '$')
    return FALSE;
  if (g_str_has_prefix (p, "step"))
    p += 4;

  reference->number = 0;
  for (; g_ascii_isdigit (*p) && n_digits < 5; p++, n_digits++)
    reference->number = reference->number * 10 + (*p - '0');
  if (reference->number == 0 || *p++ != '.')
    return FALSE;

  c = g_utf8_get_char (p);
  if (!g_unichar_isalpha (c) && c != '_')
    return FALSE;

  reference->path = p;
  p = skip_name (p, whole);
  while (*p == '.' && skip_name (p + 1, whole) != p + 1)
    p = skip_name (p + 1, whole);

  reference->path_length = p - reference->path;
  reference->length = p - text;

  return !whole || *p == '\0';
}

/* Finds the next reference in a longer text, and whether it is escaped. */
static const char *
find_reference (const char *text,
                Reference  *reference,
                gboolean   *escaped)
{
  for (const char *p = strchr (text, '$'); p != NULL; p = strchr (p + 1, '$'))
    {
      *escaped = p[1] == '$' && parse_reference (p + 1, FALSE, reference);
      if (*escaped || parse_reference (p, FALSE, reference))
        return p;
    }

  return NULL;
}

static void
collect_number (GArray *numbers,
                guint   number)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      if (g_array_index (numbers, guint, i) == number)
        return;
    }

  g_array_append_val (numbers, number);
}

static void
collect_string (GArray     *numbers,
                const char *text)
{
  Reference reference;
  gboolean escaped;
  const char *p;

  if (parse_reference (text, TRUE, &reference))
    {
      collect_number (numbers, reference.number);
      return;
    }

  for (p = find_reference (text, &reference, &escaped); p != NULL;
       p = find_reference (p, &reference, &escaped))
    {
      if (!escaped)
        collect_number (numbers, reference.number);
      p += reference.length + (escaped ? 1 : 0);
    }
}

static void
collect (GArray   *numbers,
         JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      /* json-glib 1.6 wants the name here even where nobody else does. */
      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        collect (numbers, value);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        collect (numbers, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           && strchr (json_node_get_string (node), '$') != NULL)
    collect_string (numbers, json_node_get_string (node));
}

/**
 * sg_tool_references_collect:
 * @node: the arguments of a call, or a part of them
 *
 * Returns: (transfer full) (element-type guint): the numbers of the calls that are referred to,
 *   each once
 */
GArray *
sg_tool_references_collect (JsonNode *node)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  collect (numbers, node);

  return numbers;
}

typedef struct
{
  SgToolResultFunc  func;
  gpointer          data;
  gsize             left;
  GError          **error;
} Resolver;

/* Says what is there instead. */
static JsonNode *
set_reference_error (Resolver        *resolver,
                     const Reference *reference,
                     const char      *missing,
                     JsonNode        *there)
{
  g_autofree char *path = g_strndup (reference->path, reference->path_length);
  g_autofree char *known = NULL;

  if (there != NULL && JSON_NODE_HOLDS_OBJECT (there))
    {
      g_autoptr (GList) members = json_object_get_members (json_node_get_object (there));
      g_autoptr (GPtrArray) names = g_ptr_array_new ();

      for (GList *l = members; l != NULL; l = l->next)
        g_ptr_array_add (names, l->data);
      g_ptr_array_add (names, NULL);
      known = sg_tool_join_names ((const char *const *) names->pdata, 12);
    }
  else if (there != NULL && JSON_NODE_HOLDS_ARRAY (there))
    known = g_strdup_printf ("0 to %d",
                             (int) json_array_get_length (json_node_get_array (there)) - 1);

  g_set_error (resolver->error, SG_TOOL_ERROR, SG_TOOL_ERROR_REFERENCE,
               "`$%u.%s` leads nowhere: the result of call %u has no `%s` there%s%s",
               reference->number, path, reference->number, missing,
               known != NULL && *known != '\0' ? "; there are: " : "", known != NULL ? known : "");

  return NULL;
}

static JsonNode *
step_into (JsonNode   *node,
           const char *name)
{
  guint64 index;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_member (json_node_get_object (node), name);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)
      && g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT, &index, NULL)
      && index < json_array_get_length (json_node_get_array (node)))
    return json_array_get_element (json_node_get_array (node), (guint) index);

  return NULL;
}

/* The value that is referred to; borrowed. */
static JsonNode *
look_up (Resolver        *resolver,
         const Reference *reference)
{
  JsonNode *node = resolver->func (reference->number, resolver->data);
  g_autofree char *path = g_strndup (reference->path, reference->path_length);
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  gsize size;

  for (guint i = 0; names[i] != NULL; i++)
    {
      JsonNode *next = step_into (node, names[i]);

      if (next == NULL)
        return set_reference_error (resolver, reference, names[i], node);
      node = next;
    }

  size = sg_tool_json_measure (node);
  if (size > resolver->left)
    {
      g_set_error (resolver->error, SG_TOOL_ERROR, SG_TOOL_ERROR_REFERENCE,
                   "The references put in more than %d bytes", RESOLVED_MAX);
      return NULL;
    }
  resolver->left -= size;

  return node;
}

static void
append_value (GString  *out,
              JsonNode *node)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_NULL (node))
    return;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      g_string_append (out, json_node_get_string (node));
      return;
    }

  text = json_to_string (node, FALSE);
  g_string_append (out, text);
}

static JsonNode *
resolve_string (Resolver   *resolver,
                const char *text)
{
  g_autoptr (GString) out = NULL;
  Reference reference;
  gboolean escaped;
  const char *p;

  if (parse_reference (text, TRUE, &reference))
    {
      JsonNode *value = look_up (resolver, &reference);

      return value != NULL ? json_node_copy (value) : NULL;
    }

  out = g_string_new (NULL);
  while ((p = find_reference (text, &reference, &escaped)) != NULL)
    {
      JsonNode *value;

      g_string_append_len (out, text, p - text);
      text = p + reference.length + (escaped ? 1 : 0);
      if (escaped)
        {
          g_string_append_len (out, p + 1, reference.length);
          continue;
        }

      value = look_up (resolver, &reference);
      if (value == NULL)
        return NULL;
      append_value (out, value);
    }
  g_string_append (out, text);

  return json_node_init_string (json_node_alloc (), out->str);
}

static JsonNode *resolve (Resolver *resolver,
                          JsonNode *node);

static JsonNode *
resolve_object (Resolver   *resolver,
                JsonObject *source)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, source);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      JsonNode *resolved = resolve (resolver, value);

      if (resolved == NULL)
        return NULL;
      json_object_set_member (object, name, resolved);
    }

  return sg_tool_json_take_object (g_steal_pointer (&object));
}

static JsonNode *
resolve_array (Resolver  *resolver,
               JsonArray *source)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < json_array_get_length (source); i++)
    {
      JsonNode *resolved = resolve (resolver, json_array_get_element (source, i));

      if (resolved == NULL)
        return NULL;
      json_array_add_element (array, resolved);
    }

  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
resolve (Resolver *resolver,
         JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return resolve_object (resolver, json_node_get_object (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    return resolve_array (resolver, json_node_get_array (node));

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
      && strchr (json_node_get_string (node), '$') != NULL)
    return resolve_string (resolver, json_node_get_string (node));

  return json_node_copy (node);
}

/**
 * sg_tool_references_resolve:
 * @node: the arguments of a call
 * @func: finds the results of the calls that are referred to
 * @data: data for @func
 *
 * Returns: (transfer full) (nullable): the arguments with values in place of the references and
 *   escapes taken out; %NULL with %SG_TOOL_ERROR_REFERENCE where one leads nowhere
 */
JsonNode *
sg_tool_references_resolve (JsonNode          *node,
                            SgToolResultFunc   func,
                            gpointer           data,
                            GError           **error)
{
  Resolver resolver = { func, data, RESOLVED_MAX, error };

  g_return_val_if_fail (node != NULL && func != NULL, NULL);

  return resolve (&resolver, node);
}
