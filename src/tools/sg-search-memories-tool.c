/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searches what is remembered on the path to this turn, and what the turn itself has just remembered,
 * which is not in the library yet.  Both are scored alike: how well the words match, and how much
 * the memory matters.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#include <string.h>

#define LIMIT_DEFAULT 6

/* A memory that matters most outranks one that does not at somewhat better words. */
#define WEIGHT_WORDS 0.75
#define WEIGHT_IMPORTANCE 0.25

struct _SgSearchMemoriesTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgSearchMemoriesTool, sg_search_memories_tool, SG_TYPE_TOOL)

typedef struct
{
  char   *text;
  int     importance;
  double  score;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->text);
  g_free (found);
}

static void
add_found (GPtrArray  *all,
           const char *text,
           int         importance,
           double      words)
{
  Found *found = g_new0 (Found, 1);

  found->text = g_strdup (text);
  found->importance = importance;
  found->score = WEIGHT_WORDS * words + WEIGHT_IMPORTANCE * importance / 10.0;
  g_ptr_array_add (all, found);
}

static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  const Found *found_a = *(const Found *const *) a;
  const Found *found_b = *(const Found *const *) b;

  return found_a->score < found_b->score ? 1 : found_a->score > found_b->score ? -1 : 0;
}

static char **
sg_search_memories_tool_dup_keys (SgTool     *tool,
                                  JsonObject *arguments)
{
  const char *keys[] = { "memory:*", NULL };

  return g_strdupv ((char **) keys);
}

/* The share of the words of the query that the memory has. */
static double
match_words (char          **query,
             const SgMemory *memory)
{
  g_auto (GStrv) text = g_str_tokenize_and_fold (memory->text, NULL, NULL);
  g_auto (GStrv) keywords = g_str_tokenize_and_fold (memory->keywords != NULL ? memory->keywords : "",
                                                     NULL, NULL);
  guint n_words = 0;
  guint n_found = 0;

  for (; query[n_words] != NULL; n_words++)
    {
      if (g_strv_contains ((const char *const *) text, query[n_words])
          || g_strv_contains ((const char *const *) keywords, query[n_words]))
        n_found++;
    }

  return n_words > 0 ? (double) n_found / n_words : 0;
}

static void
search_turn (SgWorld    *world,
             const char *query,
             GPtrArray  *all)
{
  g_auto (GStrv) words = g_str_tokenize_and_fold (query, NULL, NULL);
  GPtrArray *memories = sg_world_get_new_memories (world);

  for (guint i = 0; i < memories->len; i++)
    {
      const SgMemory *memory = g_ptr_array_index (memories, i);
      double score = match_words (words, memory);

      if (score > 0)
        add_found (all, memory->text, memory->importance, score);
    }
}

static JsonNode *
write_found (GPtrArray *all,
             guint      limit)
{
  JsonObject *result = json_object_new ();
  JsonArray *array = json_array_new ();

  g_ptr_array_sort (all, compare_found);
  for (guint i = 0; i < MIN (all->len, limit); i++)
    {
      const Found *found = g_ptr_array_index (all, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "text", found->text);
      json_object_set_int_member (object, "importance", found->importance);
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (result, "memories", array);

  return sg_tool_json_take_object (result);
}

static void
sg_search_memories_tool_run_async (SgTool              *tool,
                                   SgToolContext       *context,
                                   const char          *call,
                                   JsonObject          *arguments,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (found_free);
  const char *query = sg_tool_get_string (arguments, "query");
  guint limit = (guint) sg_tool_get_int (arguments, "limit", LIMIT_DEFAULT);

  g_task_set_source_tag (task, sg_search_memories_tool_run_async);
  search_turn (sg_tool_context_get_world (context), query, all);
  g_task_return_pointer (task, write_found (all, limit), (GDestroyNotify) json_node_unref);
}

static JsonNode *
sg_search_memories_tool_run_finish (SgTool        *tool,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_search_memories_tool_class_init (SgSearchMemoriesToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "search_memories";
  tool_class->description = "Search what is remembered from earlier turns. Returns the best matches.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":500,"
    "\"description\":\"Words that the memory has\"},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":20}},"
    "\"required\":[\"query\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_search_memories_tool_dup_keys;
  tool_class->run_async = sg_search_memories_tool_run_async;
  tool_class->run_finish = sg_search_memories_tool_run_finish;
}

static void
sg_search_memories_tool_init (SgSearchMemoriesTool *self)
{
}
