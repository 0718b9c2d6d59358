/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searches what is remembered on the path to this turn, and what the turn itself has just
 * remembered, which is not in the library yet.  Both are scored alike: how well they match, and how
 * much the memory matters.
 *
 * By words, a match is how many of the words a memory has.  The measure of the library's index
 * also knows which words are rare and finds other forms of a word, but is of no use for a memory that is
 * not in the index, so it counts for half where it is known.  By meaning, the
 * library compares with the vector of the question, which the server is asked for first; where both are
 * searched it hands back one ranking, and a match is how high a memory stands in it.
 */

#include "config.h"

#include "tools/sg-memory-search.h"

#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#include <string.h>

#define LIMIT_DEFAULT 6

/* How long the server may take to say what the question means: less than a tool has in all. */
#define MEANING_PATIENCE_MS 2000

/* A memory that matters most outranks one that does not at somewhat better words. */
#define WEIGHT_MATCH 0.75
#define WEIGHT_IMPORTANCE 0.25

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
           double      match)
{
  Found *found = g_new0 (Found, 1);

  found->text = g_strdup (text);
  found->importance = importance;
  found->score = WEIGHT_MATCH * match + WEIGHT_IMPORTANCE * importance / 10.0;
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

/* A word that the text does not have as a whole may still be there in part, where a script has no
 * spaces between words: the share of its pairs of characters that the text has. */
static double
match_pairs (const char *word,
             const char *text)
{
  guint n_pairs = 0;
  guint n_found = 0;

  if (g_utf8_get_char (word) < 0x0e00)
    return 0;

  for (const char *p = word; *g_utf8_next_char (p) != '\0'; p = g_utf8_next_char (p))
    {
      const char *end = g_utf8_next_char (g_utf8_next_char (p));
      g_autofree char *pair = g_strndup (p, end - p);

      n_pairs++;
      if (strstr (text, pair) != NULL)
        n_found++;
    }

  return n_pairs > 0 ? (double) n_found / n_pairs : 0;
}

/* The share of the words that the memory has, 0 to 1. */
static double
match_words (char       **words,
             const char  *text,
             const char  *keywords)
{
  g_autofree char *both = g_strconcat (text, " ", keywords, NULL);
  g_autofree char *folded = g_utf8_casefold (both, -1);
  g_auto (GStrv) has = g_str_tokenize_and_fold (both, NULL, NULL);
  double found = 0;
  guint n_words = 0;

  for (; words[n_words] != NULL; n_words++)
    {
      if (g_strv_contains ((const char *const *) has, words[n_words]))
        found += 1;
      else
        found += match_pairs (words[n_words], folded);
    }

  return n_words > 0 ? found / n_words : 0;
}

/* What the reader of the library works on; the task of the call owns it. */
typedef struct
{
  SgMemorySearch  how;
  SgToolContext  *context;
  char           *query;
  guint           limit;
  SgPath         *path;
  SgEmbedder     *embedder;
  char           *model;
  GBytes         *vector;
  gboolean        has_meanings;
  GPtrArray      *rows;
  GCancellable   *patience;
  GSource        *timeout;
} Search;

static void
stop_patience (Search *search)
{
  if (search->timeout != NULL)
    g_source_destroy (search->timeout);
  g_clear_pointer (&search->timeout, g_source_unref);
}

static void
search_free (gpointer data)
{
  Search *search = data;

  stop_patience (search);
  g_clear_object (&search->patience);
  g_clear_object (&search->context);
  g_clear_object (&search->embedder);
  g_clear_pointer (&search->path, sg_path_free);
  g_clear_pointer (&search->vector, g_bytes_unref);
  g_clear_pointer (&search->rows, g_ptr_array_unref);
  g_free (search->model);
  g_free (search->query);
  g_free (search);
}

/* How well a memory of the library matches, 0 to 1; @best is the highest measure of all. */
static double
measure_row (Search             *search,
             const SgMemoryRow  *row,
             guint               rank,
             double              best,
             char              **words)
{
  if (search->vector == NULL)
    return ((best > 0 ? MAX (row->score, 0) / best : 1)
            + match_words (words, row->text, row->keywords))
           / 2;

  if (search->how == SG_MEMORY_SEARCH_MEANING)
    return MAX (row->score, 0);

  return 1 - (double) rank / search->rows->len;
}

static void
add_rows (Search     *search,
          char      **words,
          GPtrArray  *all)
{
  double best = 0;

  for (guint i = 0; i < search->rows->len; i++)
    best = MAX (best, ((SgMemoryRow *) g_ptr_array_index (search->rows, i))->score);

  for (guint i = 0; i < search->rows->len; i++)
    {
      const SgMemoryRow *row = g_ptr_array_index (search->rows, i);

      add_found (all, row->text, row->importance, measure_row (search, row, i, best, words));
    }
}

static void
add_turn (Search     *search,
          char      **words,
          GPtrArray  *all)
{
  GPtrArray *memories = sg_world_get_new_memories (sg_tool_context_get_world (search->context));

  for (guint i = 0; i < memories->len; i++)
    {
      const SgMemory *memory = g_ptr_array_index (memories, i);
      double found = match_words (words, memory->text, memory->keywords);

      if (found > 0)
        add_found (all, memory->text, memory->importance, found);
    }
}

static JsonNode *
write_found (Search    *search,
             GPtrArray *all)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *result = json_object_new ();
  JsonArray *array = json_array_new ();

  g_ptr_array_sort (all, compare_found);
  for (guint i = 0; i < all->len && json_array_get_length (array) < search->limit; i++)
    {
      const Found *found = g_ptr_array_index (all, i);
      JsonObject *object;

      if (!g_hash_table_add (seen, found->text))
        continue;

      object = json_object_new ();
      json_object_set_string_member (object, "text", found->text);
      json_object_set_int_member (object, "importance", found->importance);
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (result, "memories", array);

  if (search->how == SG_MEMORY_SEARCH_MEANING && search->vector == NULL)
    json_object_set_string_member (result, "note",
                                   "Meanings are not known here; this was searched by words.");

  return sg_tool_json_take_object (result);
}

static JsonNode *
take_found (gpointer data)
{
  Search *search = data;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (found_free);
  g_auto (GStrv) words = g_str_tokenize_and_fold (search->query, NULL, NULL);

  add_turn (search, words, all);
  if (search->rows != NULL)
    add_rows (search, words, all);

  return write_found (search, all);
}

static void
return_found (GTask *task)
{
  g_task_return_pointer (task, take_found (g_task_get_task_data (task)),
                         (GDestroyNotify) json_node_unref);
}

/* On a reader's thread. */
static gboolean
search_meaning (SgConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Search *search = g_task_get_task_data (data);
  GPtrArray *rows;

  if (search->how == SG_MEMORY_SEARCH_MEANING)
    rows = sg_memories_search_meaning (connection, search->path, search->model, search->vector,
                                       search->limit, error);
  else
    rows = sg_memories_search_both (connection, search->path, search->query, search->model,
                                    search->vector, search->limit, error);
  if (rows == NULL)
    return FALSE;

  g_clear_pointer (&search->rows, g_ptr_array_unref);
  search->rows = rows;

  return TRUE;
}

static void
searched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_library_read_finish (SG_LIBRARY (source), result, &error))
    return_found (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
queried_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);

  /* Where the server does not say, the words have to do; the span of the request has the reason. */
  stop_patience (search);
  sg_tool_context_set_partial (search->context, NULL, NULL);
  search->vector = sg_embedder_query_finish (SG_EMBEDDER (source), result, NULL);
  if (search->vector == NULL)
    return_found (task);
  else
    sg_library_read_async (sg_tool_context_get_library (search->context), search_meaning,
                           g_object_ref (task), g_object_unref, g_task_get_cancellable (task),
                           searched_cb, g_object_ref (task));
}

static gboolean
out_of_patience_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GCancellable *patience)
{
  g_cancellable_cancel (patience);
}

static void
ask_meaning (GTask *task)
{
  Search *search = g_task_get_task_data (task);
  SgAsker *asker = sg_tool_context_get_asker (search->context);

  /* What has the words is found already. */
  sg_tool_context_set_partial (search->context, take_found, search);
  search->patience = g_cancellable_new ();
  if (g_task_get_cancellable (task) != NULL)
    g_signal_connect_object (g_task_get_cancellable (task), "cancelled", G_CALLBACK (cancelled_cb),
                             search->patience, 0);

  search->timeout = g_timeout_source_new (MEANING_PATIENCE_MS);
  g_source_set_static_name (search->timeout, "storyglass: meaning");
  g_source_set_callback (search->timeout, out_of_patience_cb, g_object_ref (search->patience),
                         g_object_unref);
  g_source_attach (search->timeout, g_main_context_get_thread_default ());

  sg_embedder_query_async (search->embedder, search->query,
                           asker != NULL ? sg_asker_get_trace (asker) : NULL,
                           sg_tool_context_get_span (search->context), search->patience,
                           queried_cb, g_object_ref (task));
}

/* On a reader's thread. */
static gboolean
search_words (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Search *search = g_task_get_task_data (data);

  search->rows = sg_memories_search (connection, search->path, search->query, search->limit, error);

  return search->rows != NULL
         && (search->model == NULL
             || sg_embeddings_exist (connection, search->path->story, search->model,
                                     &search->has_meanings, error));
}

static void
words_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (source), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!search->has_meanings)
    return_found (task);
  else
    ask_meaning (task);
}

void
sg_memory_search_async (SgTool              *tool,
                        SgMemorySearch       how,
                        SgToolContext       *context,
                        JsonObject          *arguments,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgLibrary *library = sg_tool_context_get_library (context);
  const SgPath *path = sg_tool_context_get_path (context);
  SgEmbedder *embedder = sg_tool_context_get_embedder (context);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, sg_memory_search_async);
  search->how = how;
  search->context = g_object_ref (context);
  search->query = g_strdup (sg_tool_get_string (arguments, "query"));
  search->limit = (guint) sg_tool_get_int (arguments, "limit", LIMIT_DEFAULT);
  g_task_set_task_data (task, search, search_free);

  if (library == NULL || path == NULL)
    {
      return_found (task);
      return;
    }

  search->path = sg_path_copy (path);
  if (embedder != NULL && sg_embedder_get_available (embedder))
    {
      search->embedder = g_object_ref (embedder);
      search->model = g_strdup (sg_embedder_get_name (embedder));
    }
  sg_library_read_async (library, search_words, g_object_ref (task), g_object_unref, cancellable,
                         words_cb, g_object_ref (task));
}

JsonNode *
sg_memory_search_finish (SgTool        *tool,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

char **
sg_memory_search_dup_keys (void)
{
  const char *keys[] = { "memory:*", NULL };

  return g_strdupv ((char **) keys);
}
