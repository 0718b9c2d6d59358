/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the runner knows of one call: reading its arguments, what it refers to, and putting in the
 * values when they are there.
 */

#include "config.h"

#include "tools/sg-tool-job-private.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-reference.h"
#include "tools/sg-tool-text.h"

#include <string.h>

/* The argument that names calls to wait for; it is the runner's own and never reaches a tool. */
#define DEPENDS_ON "depends_on"

/* How many characters of an id are kept. */
#define ID_MAX 200

static void
dependency_clear (gpointer data)
{
  SgToolDependency *dependency = data;

  g_clear_pointer (&dependency->id, g_free);
}

/* All that a model sends is shown and stored, so it is made valid and bounded first; what had to
 * be changed for that is not run. */
static void
take_arguments (SgToolJob  *self,
                const char *arguments)
{
  gsize length = arguments != NULL ? strlen (arguments) : 0;

  if (length > SG_TOOL_ARGUMENTS_MAX)
    {
      self->message = g_strdup_printf ("The arguments have %" G_GSIZE_FORMAT " bytes; "
                                       "at most %d are taken", length, SG_TOOL_ARGUMENTS_MAX);
      self->call.arguments = sg_tool_excerpt (arguments, SG_TOOL_STRING_MAX);
    }
  else if (length > 0 && !g_utf8_validate (arguments, length, NULL))
    {
      self->message = g_strdup ("The arguments are not valid UTF-8");
      self->call.arguments = g_utf8_make_valid (arguments, length);
    }
  else
    self->call.arguments = g_strdup (length > 0 ? arguments : "");
}

SgToolJob *
sg_tool_job_new (SgToolRunner *runner,
                 guint         position,
                 const char   *id,
                 const char   *name,
                 const char   *arguments)
{
  SgToolJob *self = g_new0 (SgToolJob, 1);

  self->ref_count = 1;
  self->runner = runner;
  self->added_us = g_get_monotonic_time ();
  self->call.position = position;
  self->call.id = id != NULL && *id != '\0' ? sg_tool_excerpt (id, ID_MAX)
                                            : g_strdup_printf ("call_%u", position + 1);
  self->call.name = sg_tool_excerpt (name != NULL ? name : "", SG_TOOL_NAME_MAX);
  take_arguments (self, arguments);
  self->call.status = SG_TOOL_CALL_WAITING;

  return self;
}

SgToolJob *
sg_tool_job_ref (SgToolJob *self)
{
  self->ref_count++;

  return self;
}

void
sg_tool_job_unref (SgToolJob *self)
{
  if (--self->ref_count > 0)
    return;

  g_free (self->call.id);
  g_free (self->call.name);
  g_free (self->call.arguments);
  g_free (self->call.result);
  g_clear_object (&self->call.tool);
  g_clear_pointer (&self->arguments, json_node_unref);
  g_clear_pointer (&self->keys, g_strfreev);
  g_clear_pointer (&self->missing, g_array_unref);
  g_clear_pointer (&self->dependents, g_array_unref);
  g_clear_pointer (&self->blockers, g_array_unref);
  g_clear_object (&self->context);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->result, json_node_unref);
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->followers, g_ptr_array_unref);
  g_free (self->canonical);
  g_free (self);
}

gboolean
sg_tool_job_writes (SgToolJob *self)
{
  return self->call.tool != NULL && sg_tool_get_access (self->call.tool) == SG_TOOL_WRITES;
}

/* Whether the two may not run side by side; both know their keys. */
gboolean
sg_tool_job_conflicts (SgToolJob *self,
                       SgToolJob *other)
{
  if (!sg_tool_job_writes (self) && !sg_tool_job_writes (other))
    return FALSE;

  return sg_tool_keys_conflict ((const char *const *) self->keys,
                                (const char *const *) other->keys);
}

static void
add_dependency (SgToolJob  *self,
                guint       number,
                const char *id)
{
  SgToolDependency dependency = { 0, g_strdup (id) };

  if (number > 0 && number <= G_MAXUINT - self->numbered_from)
    dependency.number = number + self->numbered_from;

  if (self->missing == NULL)
    {
      self->missing = g_array_new (FALSE, FALSE, sizeof (SgToolDependency));
      g_array_set_clear_func (self->missing, dependency_clear);
    }
  g_array_append_val (self->missing, dependency);
}

/* A call by number (3, "3", "$3", "step3", "$step3") or by id. */
static gboolean
add_named_dependency (SgToolJob  *self,
                      JsonNode   *node,
                      GError    **error)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);
      const char *digits = *text == '$' ? text + 1 : text;
      guint64 number = 0;

      if (g_str_has_prefix (digits, "step"))
        digits += 4;
      g_ascii_string_to_unsigned (digits, 10, 1, G_MAXUINT, &number, NULL);
      add_dependency (self, (guint) number, text);
      return TRUE;
    }
  if (type == G_TYPE_INT64 && json_node_get_int (node) >= 1
      && json_node_get_int (node) <= G_MAXUINT)
    {
      add_dependency (self, (guint) json_node_get_int (node), NULL);
      return TRUE;
    }

  g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                       "`" DEPENDS_ON "` has to be a list of calls, each by its number from 1 "
                       "or its id");
  return FALSE;
}

static gboolean
take_depends_on (SgToolJob   *self,
                 JsonObject  *arguments,
                 GError     **error)
{
  JsonNode *node = json_object_get_member (arguments, DEPENDS_ON);
  gboolean done = TRUE;

  if (node == NULL)
    return TRUE;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; done && i < json_array_get_length (array); i++)
        done = add_named_dependency (self, json_array_get_element (array, i), error);
    }
  else if (!JSON_NODE_HOLDS_NULL (node))
    done = add_named_dependency (self, node, error);

  json_object_remove_member (arguments, DEPENDS_ON);

  return done;
}

/* Whether the keys can be told although a result is missing. */
static gboolean
keys_are_independent (SgToolJob *self)
{
  const char *const *names = SG_TOOL_GET_CLASS (self->call.tool)->key_arguments;
  JsonObject *arguments = json_node_get_object (self->arguments);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      JsonNode *node = json_object_get_member (arguments, names[i]);
      g_autoptr (GArray) numbers = node != NULL ? sg_tool_references_collect (node) : NULL;

      if (numbers != NULL && numbers->len > 0)
        return FALSE;
    }

  return names != NULL;
}

static void
learn_keys (SgToolJob *self)
{
  self->keys = sg_tool_dup_keys (self->call.tool, json_node_get_object (self->arguments));
  self->keys_known = TRUE;
}

static gboolean
set_unknown_tool_error (SgToolJob      *self,
                        SgToolCatalog  *catalog,
                        GError        **error)
{
  const char *const *names = sg_tool_catalog_get_names (catalog);
  const char *nearest = sg_tool_nearest (self->call.name, names);
  g_autofree char *known = sg_tool_join_names (names, 40);
  const char *shown = self->call.name;

  if (nearest != NULL)
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                 "There is no tool `%s`; did you mean `%s`? The tools are: %s", shown, nearest,
                 known);
  else
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                 "There is no tool `%s`; the tools are: %s", shown, known);

  return FALSE;
}

/* Finds the tool, parses the arguments and takes out what they refer to. */
gboolean
sg_tool_job_read (SgToolJob      *self,
                  SgToolCatalog  *catalog,
                  GError        **error)
{
  SgTool *tool = sg_tool_catalog_lookup (catalog, self->call.name);

  if (tool == NULL)
    return set_unknown_tool_error (self, catalog, error);
  self->call.tool = g_object_ref (tool);

  if (self->message != NULL)
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, self->message);
      return FALSE;
    }

  self->arguments = sg_tool_json_parse_object (self->call.arguments, error);
  if (self->arguments == NULL
      || !take_depends_on (self, json_node_get_object (self->arguments), error))
    return FALSE;

  self->has_dollar = strchr (self->call.arguments, '$') != NULL
                     || strstr (self->call.arguments, "\\u0024") != NULL;
  if (self->has_dollar)
    {
      g_autoptr (GArray) numbers = sg_tool_references_collect (self->arguments);

      for (guint i = 0; i < numbers->len; i++)
        add_dependency (self, g_array_index (numbers, guint, i), NULL);
      if (numbers->len > 0 && keys_are_independent (self))
        learn_keys (self);
      if (numbers->len > 0)
        return TRUE;
    }

  /* A call that only has to wait for others says at once what it touches. */
  if (!self->has_dollar)
    learn_keys (self);

  return TRUE;
}

typedef struct
{
  GPtrArray *jobs;
  guint      numbered_from;
} Results;

static JsonNode *
get_result_cb (guint    number,
               gpointer data)
{
  const Results *results = data;
  guint position = results->numbered_from + number - 1;
  SgToolJob *job =
    position < results->jobs->len ? g_ptr_array_index (results->jobs, position) : NULL;

  return job != NULL && job->call.status == SG_TOOL_CALL_DONE ? job->result : NULL;
}

/* Models fill optional arguments with null; that is as good as leaving them out.  Only at the
 * top: further down a null may mean something. */
static void
drop_nulls (JsonObject *arguments)
{
  g_autoptr (GList) names = json_object_get_members (arguments);

  for (GList *l = names; l != NULL; l = l->next)
    {
      if (json_object_get_null_member (arguments, l->data))
        json_object_remove_member (arguments, l->data);
    }
}

/* Puts in the results that the arguments refer to, all of which are there, and checks the whole. */
gboolean
sg_tool_job_resolve (SgToolJob  *self,
                     GPtrArray  *jobs,
                     GError    **error)
{
  if (self->has_dollar)
    {
      Results results = { jobs, self->numbered_from };
      JsonNode *resolved =
        sg_tool_references_resolve (self->arguments, get_result_cb, &results, error);

      if (resolved == NULL)
        return FALSE;
      json_node_unref (self->arguments);
      self->arguments = resolved;
    }

  drop_nulls (json_node_get_object (self->arguments));
  if (!sg_tool_check_arguments (self->call.tool, self->arguments, error))
    return FALSE;

  if (!self->keys_known)
    learn_keys (self);

  return TRUE;
}

/* How @asking numbers the call. */
guint
sg_tool_job_get_number (SgToolJob *self,
                        SgToolJob *asking)
{
  return self->call.position + 1 - MIN (self->call.position, asking->numbered_from);
}

/* The same text for calls that ask for the same. */
char *
sg_tool_job_dup_canonical (SgToolJob *self)
{
  GString *out = g_string_sized_new (64);

  g_string_append (out, self->call.name);
  sg_tool_json_append_canonical (out, self->arguments);

  return g_string_free (out, FALSE);
}
