/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks up what the scenario tells of places, people and things.  The index of its words is made on the pool when it
 * is first asked for, and kept for the scenario. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-pool.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-lore.h"

#include <string.h>

#define LIMIT_DEFAULT 5

/* How much of an entry is shown, in characters. */
#define TEXT_MAX 500

struct _SgSearchLoreTool
{
  SgTool      parent_instance;

  /* What the index is of, and the index. */
  SgScenario *scenario;
  SgLore     *lore;
};

G_DEFINE_FINAL_TYPE (SgSearchLoreTool, sg_search_lore_tool, SG_TYPE_TOOL)

typedef struct
{
  SgToolContext *context;
  SgScenario    *scenario;
  char          *query;
  guint          limit;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_object (&search->scenario);
  g_object_unref (search->context);
  g_free (search->query);
  g_free (search);
}

static void
sg_search_lore_tool_finalize (GObject *object)
{
  SgSearchLoreTool *self = SG_SEARCH_LORE_TOOL (object);

  g_clear_pointer (&self->lore, sg_lore_free);
  g_clear_object (&self->scenario);

  G_OBJECT_CLASS (sg_search_lore_tool_parent_class)->finalize (object);
}

/* What is shown of a text depends on the state. */
static char **
sg_search_lore_tool_dup_keys (SgTool     *tool,
                              JsonObject *arguments)
{
  const char *keys[] = { "state:*", NULL };

  return g_strdupv ((char **) keys);
}

/* Whether the player cannot know this yet: what it is about is hidden, or its condition does not hold. */
static gboolean
is_secret (SgView            *view,
           const SgLoreEntry *entry)
{
  g_autofree char *entity = g_strndup (entry->id, strcspn (entry->id, "."));

  return sg_view_is_set (view, entity, "hidden")
         || (entry->condition != NULL && !sg_view_holds (view, entry->condition));
}

static JsonObject *
describe (SgView            *view,
          const SgLoreEntry *entry)
{
  g_autofree char *text = sg_view_render (view, entry->text);
  g_autofree char *cut = sg_tool_excerpt (g_strstrip (text), TEXT_MAX);
  JsonObject *object;

  if (*cut == '\0')
    return NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "id", entry->id);
  json_object_set_string_member (object, "kind", entry->kind);
  json_object_set_string_member (object, "title", entry->title);
  json_object_set_string_member (object, "text", cut);
  if (is_secret (view, entry))
    json_object_set_boolean_member (object, "secret", TRUE);

  return object;
}

/* Somebody may have several things to say of one topic: the first that can be said now stands for all. */
static gboolean
is_superseded (SgView            *view,
               GArray            *hits,
               guint              i)
{
  const SgLoreEntry *entry = g_array_index (hits, SgLoreHit, i).entry;
  gboolean secret = is_secret (view, entry);

  for (guint j = 0; j < hits->len; j++)
    {
      const SgLoreEntry *other = g_array_index (hits, SgLoreHit, j).entry;

      if (j != i && strcmp (other->id, entry->id) == 0
          && (is_secret (view, other) == secret ? j < i : secret))
        return TRUE;
    }

  return FALSE;
}

static JsonNode *
search_lore (SgSearchLoreTool *self,
             Search           *search)
{
  g_autoptr (SgView) view = sg_tool_subject_new_view (search->context);
  g_autoptr (GArray) hits = NULL;
  JsonObject *result = json_object_new ();
  JsonArray *array = json_array_new ();

  if (self->lore != NULL && view != NULL)
    hits = sg_lore_search (self->lore, search->query, search->limit * 4);

  for (guint i = 0; hits != NULL && i < hits->len && json_array_get_length (array) < search->limit; i++)
    {
      JsonObject *object = is_superseded (view, hits, i)
                             ? NULL : describe (view, g_array_index (hits, SgLoreHit, i).entry);

      if (object != NULL)
        json_array_add_object_element (array, object);
    }
  json_object_set_array_member (result, "lore", array);

  return sg_tool_json_take_object (result);
}

/* On the pool. */
static void
make_lore (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  g_task_return_pointer (task, sg_lore_new_scenario (data), (GDestroyNotify) sg_lore_free);
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  SgSearchLoreTool *self = SG_SEARCH_LORE_TOOL (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Search *search = g_task_get_task_data (task);
  SgLore *lore = g_task_propagate_pointer (G_TASK (result), &error);

  if (lore == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_set_object (&self->scenario, search->scenario);
  g_clear_pointer (&self->lore, sg_lore_free);
  self->lore = lore;
  g_task_return_pointer (task, search_lore (self, search), (GDestroyNotify) json_node_unref);
}

static Search *
make_search (SgToolContext *context,
             JsonObject    *arguments)
{
  Search *search = g_new0 (Search, 1);
  SgScenario *scenario = sg_tool_context_get_scenario (context);

  search->context = g_object_ref (context);
  search->scenario = scenario != NULL ? g_object_ref (scenario) : NULL;
  search->query = g_strdup (sg_tool_get_string (arguments, "query"));
  search->limit = (guint) sg_tool_get_int (arguments, "limit", LIMIT_DEFAULT);

  return search;
}

static void
sg_search_lore_tool_run_async (SgTool              *tool,
                               SgToolContext       *context,
                               const char          *call,
                               JsonObject          *arguments,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  SgSearchLoreTool *self = SG_SEARCH_LORE_TOOL (tool);
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  Search *search = make_search (context, arguments);

  g_task_set_source_tag (task, sg_search_lore_tool_run_async);
  g_task_set_task_data (task, search, search_free);

  if (search->scenario == NULL || (self->lore != NULL && self->scenario == search->scenario))
    g_task_return_pointer (task, search_lore (self, search), (GDestroyNotify) json_node_unref);
  else
    {
      g_autoptr (GTask) work = g_task_new (tool, cancellable, made_cb, g_object_ref (task));

      g_task_set_source_tag (work, make_lore);
      g_task_set_task_data (work, g_object_ref (search->scenario), g_object_unref);
      sg_tool_pool_run (work, make_lore);
    }
}

static JsonNode *
sg_search_lore_tool_run_finish (SgTool        *tool,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_search_lore_tool_class_init (SgSearchLoreToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_search_lore_tool_finalize;

  tool_class->name = "search_lore";
  tool_class->description =
    "Look up places, people, things and what people say. `secret`: the player cannot know it yet.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":300},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}},"
    "\"required\":[\"query\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_search_lore_tool_dup_keys;
  tool_class->run_async = sg_search_lore_tool_run_async;
  tool_class->run_finish = sg_search_lore_tool_run_finish;
}

static void
sg_search_lore_tool_init (SgSearchLoreTool *self)
{
}
