/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memories are drawn from what was told, a few turns at a time: a model that tells a story often forgets to
 * call add_memory.  What is remembered already is shown to it, and what it repeats all the same is left
 * out when its memories are stored. */

#include "config.h"

#include "engine/sg-memory-work.h"

#include <string.h>

#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"
#include "tools/sg-tool-answer.h"

/* What one question may add. */
#define MAX_NEW 5
#define MAX_TEXT 400
#define MAX_KEYWORDS 200

/* How many memories the model is shown, and how many each new one is compared with. */
#define MAX_SHOWN 10
#define MAX_COMPARED 5

/* Two memories are the same where they share that much of their words (Jaccard, 1901). */
#define SAME_SHARE 0.7

static const char system_words[] =
  "You keep the memory of an interactive story. From what was told, pick what will matter much later: "
  "promises, discoveries, deaths, secrets, lasting changes between people. Nothing that only sets "
  "the mood, and nothing that is remembered already. Each memory is one sentence that can be "
  "understood alone, with names instead of pronouns, in the language of the story. Often there is "
  "none. Answer with JSON: {\"memories\":[{\"text\":\"…\",\"keywords\":\"…\",\"importance\":1 to 10}]}";

static const char schema[] =
  "{\"type\":\"object\",\"properties\":{\"memories\":{\"type\":\"array\",\"maxItems\":5,\"items\":"
  "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"},"
  "\"keywords\":{\"type\":\"string\"},\"importance\":{\"type\":\"integer\"}},"
  "\"required\":[\"text\",\"keywords\",\"importance\"],\"additionalProperties\":false}}},"
  "\"required\":[\"memories\"],\"additionalProperties\":false}";

typedef struct
{
  SgPath    *path;
  gint64     first;
  gint64     last;
  char      *told;
  GPtrArray *turns;
  GPtrArray *known;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->path, sg_path_free);
  g_clear_pointer (&work->turns, g_ptr_array_unref);
  g_clear_pointer (&work->known, g_ptr_array_unref);
  g_free (work->told);
  g_free (work);
}

static char *
dup_data (SgTurnRun *run)
{
  gint64 depth = sg_turn_run_get_depth (run);

  if (!sg_model_is_language_model (run->model) || depth % SG_REMEMBER_EVERY != 0)
    return NULL;

  return g_strdup_printf ("{\"first\":%" G_GINT64_FORMAT ",\"embed\":%s}", depth - SG_REMEMBER_EVERY + 1,
                          sg_memory_work_has_none (run) && sg_turn_run_get_embedder (run) != NULL ? "true" : "false");
}

static gboolean
read_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Work *work = data;
  g_autoptr (GString) words = g_string_new (work->told);

  work->turns = sg_turns_list (connection, work->path, work->first, work->last, error);
  if (work->turns == NULL)
    return FALSE;

  for (guint i = 0; i < work->turns->len; i++)
    g_string_append (words, ((SgTurnRow *) g_ptr_array_index (work->turns, i))->text);
  work->known = sg_memories_search (connection, work->path, words->str, MAX_SHOWN, error);

  return work->known != NULL;
}

static char *
dup_limited (JsonObject *object,
             const char *name,
             gsize       max_bytes)
{
  JsonNode *member = json_object_get_member (object, name);
  char *text, *end;

  if (member == NULL || !JSON_NODE_HOLDS_VALUE (member)
      || json_node_get_value_type (member) != G_TYPE_STRING)
    return NULL;

  text = g_strstrip (json_node_dup_string (member));
  if (strlen (text) > max_bytes)
    {
      end = text + max_bytes;
      while ((*end & 0xc0) == 0x80)
        end--;
      *end = '\0';
    }
  if (*text != '\0')
    return text;

  g_free (text);

  return NULL;
}

static int
get_importance (JsonObject *object)
{
  JsonNode *member = json_object_get_member (object, "importance");

  if (member == NULL || !JSON_NODE_HOLDS_VALUE (member))
    return 5;

  return (int) CLAMP (json_node_get_int (member), 1, 10);
}

/* (element-type SgMemoryRow): what the model says, as far as it makes sense. */
static GPtrArray *
read_answer (const char *answer)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_row_free);
  g_autoptr (JsonNode) node = sg_tool_answer_parse (answer, NULL, NULL);
  JsonNode *list = node != NULL
                     ? json_object_get_member (json_node_get_object (node), "memories")
                     : NULL;
  JsonArray *array = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array) && rows->len < MAX_NEW; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      SgMemoryRow *row;
      char *text;

      if (!JSON_NODE_HOLDS_OBJECT (element))
        continue;

      text = dup_limited (json_node_get_object (element), "text", MAX_TEXT);
      if (text == NULL)
        continue;

      row = sg_memory_row_new ();
      row->text = text;
      row->keywords = dup_limited (json_node_get_object (element), "keywords", MAX_KEYWORDS);
      row->importance = get_importance (json_node_get_object (element));
      g_ptr_array_add (rows, row);
    }

  return rows;
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, &error);
  g_autoptr (GPtrArray) rows = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  rows = read_answer (answer);
  if (rows->len > 0)
    sg_after_job_set_result (g_task_get_source_object (task), g_steal_pointer (&rows),
                             (GDestroyNotify) g_ptr_array_unref);
  g_task_return_boolean (task, TRUE);
}

static SgModelRequest *
make_request (SgAfterJob *job,
              const Work *work)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (work->known->len > 0)
    g_string_append (text, "[Remembered already]\n");
  for (guint i = 0; i < work->known->len; i++)
    g_string_append_printf (text, "- %s\n",
                            ((SgMemoryRow *) g_ptr_array_index (work->known, i))->text);

  g_string_append (text, work->known->len > 0 ? "\n[What was told]\n" : "[What was told]\n");
  for (guint i = 0; i < work->turns->len; i++)
    sg_memory_work_append_turn (text, g_ptr_array_index (work->turns, i));
  sg_memory_work_append_turn (text, sg_after_job_get_turn (job));
  g_string_append (text, "[Your task]\nWhat of this has to be remembered?");

  return sg_asker_make_request (SG_REQUEST_SUMMARY, system_words, text->str, schema);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  g_autoptr (SgModelRequest) request = NULL;
  GError *error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  request = make_request (job, g_task_get_task_data (task));
  sg_asker_ask_async (sg_after_job_get_asker (job), request, "memories", 0, NULL, NULL,
                      g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
run_async (SgAfterJob          *job,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (job, cancellable, callback, user_data);
  JsonObject *data = sg_after_job_get_data (job);
  const SgTurnRow *turn = sg_after_job_get_turn (job);
  Work *work = g_new0 (Work, 1);

  g_task_set_source_tag (task, run_async);
  g_task_set_task_data (task, work, work_free);
  work->path = sg_path_copy (sg_after_job_get_path (job));
  work->last = turn->depth - 1;
  work->first = data != NULL ? json_object_get_int_member_with_default (data, "first", work->last)
                             : work->last;
  work->told = g_strdup (turn->text);
  sg_library_peek_async (sg_story_get_library (sg_after_job_get_story (job)), read_job, work, NULL,
                         cancellable, read_cb, g_object_ref (task));
}

static gboolean
run_finish (SgAfterJob    *job,
            GAsyncResult  *result,
            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, job), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static GHashTable *
set_of_words (const char *text)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) words = g_str_tokenize_and_fold (text, NULL, NULL);

  for (guint i = 0; words[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (words[i]));

  return set;
}

static gboolean
say_the_same (const char *a,
              const char *b)
{
  g_autoptr (GHashTable) words_a = set_of_words (a);
  g_autoptr (GHashTable) words_b = set_of_words (b);
  GHashTableIter iter;
  gpointer word;
  guint shared = 0;

  g_hash_table_iter_init (&iter, words_a);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    shared += g_hash_table_contains (words_b, word);

  return shared >= SAME_SHARE * (g_hash_table_size (words_a) + g_hash_table_size (words_b) - shared);
}

static gboolean
is_known (GPtrArray  *rows,
          const char *text)
{
  for (guint i = 0; i < rows->len; i++)
    {
      if (say_the_same (((SgMemoryRow *) g_ptr_array_index (rows, i))->text, text))
        return TRUE;
    }

  return FALSE;
}

static gboolean
leave_embed_job (SgConnection  *connection,
                 gint64         turn,
                 GError       **error)
{
  SgJobRow row = { .turn = turn, .kind = (char *) SG_EMBED_KIND, .data = (char *) "{}" };

  return sg_jobs_insert (connection, &row, error) != 0;
}

/* What was stored a moment ago, also for the same turn, is found as well. */
static gboolean
store (SgAfterJob    *job,
       SgConnection  *connection,
       gint64         turn,
       gint64         late,
       GError       **error)
{
  GPtrArray *rows = sg_after_job_get_result (job);
  JsonObject *data = sg_after_job_get_data (job);
  g_autoptr (SgPath) path = sg_memory_work_load_path (connection, turn, error);
  guint n_stored = 0;

  if (path == NULL)
    return FALSE;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      SgMemoryRow *row = g_ptr_array_index (rows, i);
      g_autoptr (GPtrArray) near =
        sg_memories_search (connection, path, row->text, MAX_COMPARED, error);

      if (near == NULL)
        return FALSE;
      if (is_known (near, row->text))
        continue;

      row->turn = turn;
      row->late = late;
      if (sg_memories_insert (connection, path, row, error) == 0)
        return FALSE;
      n_stored++;
    }

  return n_stored == 0 || data == NULL || !json_object_get_boolean_member_with_default (data, "embed", FALSE)
         || leave_embed_job (connection, turn, error);
}

/**
 * sg_remember_get_handler:
 *
 * Returns: (transfer none): how memories are drawn from what was told
 */
const SgAfterHandler *
sg_remember_get_handler (void)
{
  static const SgAfterHandler handler = {
    .kind = "remember",
    .setting = "background-memory",
    .stage = SG_STAGE_REMEMBER,
    .needs_model = TRUE,
    .is_late = TRUE,
    .dup_data = dup_data,
    .run_async = run_async,
    .run_finish = run_finish,
    .store = store,
  };

  return &handler;
}
