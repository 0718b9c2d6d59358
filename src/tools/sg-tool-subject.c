/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tools/sg-tool-subject.h"

#include "tools/sg-tool-text.h"
#include "tools/sg-tool.h"
#include "world/sg-cast.h"

/* How many ids an error lists. */
#define LISTED_MAX 24

static const char *const words[] = {
  [SG_SUBJECT_ANYTHING] = "entity",
  [SG_SUBJECT_CHARACTER] = "character",
  [SG_SUBJECT_PLACE] = "place",
  [SG_SUBJECT_GOAL] = "goal",
  [SG_SUBJECT_CLOCK] = "clock",
};

/* What the fact `kind` says of one that came to be while the story was told. */
static gboolean
has_kind (SgWorld    *world,
          const char *id,
          const char *kind)
{
  return g_strcmp0 (sg_world_get_string (world, id, "kind"), kind) == 0;
}

static gboolean
is_free_place (SgWorld    *world,
               const char *id)
{
  return has_kind (world, id, "place") || sg_world_get (world, id, "visited") != NULL;
}

static gboolean
has_entity_kind (const SgEntity *entity,
                 SgSubjectKind   kind)
{
  switch (kind)
    {
    case SG_SUBJECT_CHARACTER:
      return entity->kind == SG_ENTITY_PERSON;
    case SG_SUBJECT_PLACE:
      return entity->kind == SG_ENTITY_PLACE;
    case SG_SUBJECT_GOAL:
      return entity->kind == SG_ENTITY_GOAL;
    case SG_SUBJECT_CLOCK:
      return entity->kind == SG_ENTITY_CLOCK;
    case SG_SUBJECT_ANYTHING:
    default:
      return TRUE;
    }
}

/**
 * sg_tool_subject_has:
 * @id: an id
 * @kind: what it has to be
 *
 * Returns: whether there is such a thing, in the scenario or in the world
 */
gboolean
sg_tool_subject_has (SgToolContext *context,
                     const char    *id,
                     SgSubjectKind  kind)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  SgWorld *world = sg_tool_context_get_world (context);
  const SgEntity *entity = scenario != NULL ? sg_scenario_lookup (scenario, id) : NULL;

  if (entity != NULL)
    return has_entity_kind (entity, kind);
  if (sg_world_is_note (id))
    return FALSE;

  switch (kind)
    {
    case SG_SUBJECT_CHARACTER:
      return g_str_equal (id, "player") || sg_cast_has (world, scenario, id);
    case SG_SUBJECT_PLACE:
      return is_free_place (world, id);
    case SG_SUBJECT_GOAL:
      return has_kind (world, id, "goal");
    case SG_SUBJECT_CLOCK:
      return sg_world_get_int (world, id, "value", G_MININT64) != G_MININT64;
    case SG_SUBJECT_ANYTHING:
    default:
      return g_str_equal (id, "player") || sg_world_has_entity (world, id);
    }
}

/**
 * sg_tool_subject_list:
 * @kind: what is wanted
 *
 * Returns: (transfer full): the ids of all that there are, those of the scenario first
 */
char **
sg_tool_subject_list (SgToolContext *context,
                      SgSubjectKind  kind)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  g_auto (GStrv) entities = sg_world_list_entities (sg_tool_context_get_world (context));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; scenario != NULL && i < sg_scenario_get_entities (scenario)->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (sg_scenario_get_entities (scenario), i);

      if (has_entity_kind (entity, kind))
        g_strv_builder_add (builder, entity->id);
    }

  for (guint i = 0; entities[i] != NULL; i++)
    {
      if ((scenario == NULL || sg_scenario_lookup (scenario, entities[i]) == NULL)
          && sg_tool_subject_has (context, entities[i], kind))
        g_strv_builder_add (builder, entities[i]);
    }

  return g_strv_builder_end (builder);
}

/**
 * sg_tool_subject_new_view:
 *
 * Returns: (transfer full) (nullable): the scenario as the world of the call is; %NULL where there is no scenario
 */
SgView *
sg_tool_subject_new_view (SgToolContext *context)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);

  if (scenario == NULL)
    return NULL;

  return sg_view_new (scenario, sg_tool_context_get_world (context), sg_tool_context_get_language (context),
                      sg_tool_context_get_seed (context));
}

/**
 * sg_tool_subject_dup_name:
 * @id: an entity
 *
 * Returns: (transfer full): what it is called, without an article; the id where it has no name
 */
char *
sg_tool_subject_dup_name (SgToolContext *context,
                          const char    *id)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  const char *name = sg_world_get_string (sg_tool_context_get_world (context), id, "name");

  if (scenario != NULL && sg_scenario_lookup (scenario, id) != NULL)
    {
      g_autoptr (SgView) view = sg_tool_subject_new_view (context);

      return sg_view_dup_name (view, id, SG_NAME_BARE);
    }

  return g_strdup (name != NULL ? name : id);
}

/* Whether a name, already normalised, is that of the entity or one of its synonyms. */
static gboolean
is_called (SgToolContext *context,
           const char    *id,
           const char    *wanted)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  const SgEntity *entity = scenario != NULL ? sg_scenario_lookup (scenario, id) : NULL;
  JsonArray *synonyms = entity != NULL ? sg_member_array (entity->data, "synonyms") : NULL;
  g_autofree char *name = sg_tool_subject_dup_name (context, id);
  g_autofree char *normal = sg_tool_name_normalise (name, NULL);
  gboolean called = g_strcmp0 (normal, wanted) == 0;

  for (guint i = 0; synonyms != NULL && !called && i < json_array_get_length (synonyms); i++)
    {
      g_autofree char *synonym =
        sg_tool_name_normalise (json_array_get_string_element (synonyms, i), NULL);

      called = g_strcmp0 (synonym, wanted) == 0;
    }

  return called;
}

/* The only one that is called so. */
static char *
find_by_name (SgToolContext      *context,
              const char         *wanted,
              const char *const  *ids)
{
  const char *found = NULL;
  const char *bare = g_str_has_prefix (wanted, "the_") ? wanted + strlen ("the_") : wanted;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      if (!is_called (context, ids[i], wanted) && !is_called (context, ids[i], bare))
        continue;
      if (found != NULL)
        return NULL;
      found = ids[i];
    }

  return g_strdup (found);
}

static void
set_unknown (SgToolContext      *context,
             const char         *wanted,
             SgSubjectKind       kind,
             const char *const  *ids,
             GError            **error)
{
  const char *nearest = sg_tool_nearest (wanted, ids);
  g_autofree char *listed = sg_tool_join_names (ids, LISTED_MAX);
  g_autoptr (GString) message = g_string_new (NULL);

  if (sg_tool_subject_has (context, wanted, SG_SUBJECT_ANYTHING) && kind != SG_SUBJECT_ANYTHING)
    g_string_append_printf (message, "`%s` is no %s.", wanted, words[kind]);
  else
    g_string_append_printf (message, "There is no %s `%s`.", words[kind], wanted);
  if (nearest != NULL)
    g_string_append_printf (message, " Did you mean `%s`?", nearest);
  if (ids[0] != NULL)
    g_string_append_printf (message, " There are: %s", listed);

  g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, message->str);
}

static char *
find (SgToolContext  *context,
      const char     *name,
      SgSubjectKind   kind,
      gboolean        by_name,
      GError        **error)
{
  g_autofree char *wanted = sg_tool_name_normalise (name, error);
  g_autofree char *found = NULL;
  g_auto (GStrv) ids = NULL;

  if (wanted == NULL)
    return NULL;
  if (sg_tool_subject_has (context, wanted, kind))
    return g_steal_pointer (&wanted);

  ids = sg_tool_subject_list (context, kind);
  found = find_by_name (context, wanted, (const char *const *) ids);
  if (found != NULL && by_name)
    return g_steal_pointer (&found);

  if (found != NULL)
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                 "There is no %s `%s`. Did you mean `%s`? Use the id", words[kind], wanted, found);
  else
    set_unknown (context, wanted, kind, (const char *const *) ids, error);

  return NULL;
}

/**
 * sg_tool_subject_find:
 * @name: an id or a name, as a model wrote it
 * @kind: what it has to be
 *
 * For calls that read.
 *
 * Returns: (transfer full) (nullable): the id; %NULL with %SG_TOOL_ERROR_ARGUMENTS, which says what was
 *   probably meant
 */
char *
sg_tool_subject_find (SgToolContext  *context,
                      const char     *name,
                      SgSubjectKind   kind,
                      GError        **error)
{
  return find (context, name, kind, TRUE, error);
}

/**
 * sg_tool_subject_find_id:
 * @name: an id, as a model wrote it
 * @kind: what it has to be
 *
 * For calls that write: what they touch is worked out from the arguments alone, before anybody knows who goes by
 * which name, so that a name will not do.
 *
 * Returns: (transfer full) (nullable): the id; %NULL with %SG_TOOL_ERROR_ARGUMENTS, which says what was
 *   probably meant
 */
char *
sg_tool_subject_find_id (SgToolContext  *context,
                         const char     *name,
                         SgSubjectKind   kind,
                         GError        **error)
{
  return find (context, name, kind, FALSE, error);
}
