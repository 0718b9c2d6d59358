/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The search of memories against a real library: what lies on the path, what the turn itself has
 * just remembered, and nothing else. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "../llm/embedding-server.h"
#include "store/sg-tables.h"
#include "tools/sg-tool-runner.h"

typedef struct
{
  char          *folder;
  char          *path_name;
  SgLibrary     *library;
  SgPath        *path;
  gint64         story;
  gint64         branch;
  SgWorld       *world;
  SgToolCatalog *catalog;
  SgToolContext *context;
  SgToolRunner  *runner;
} Fixture;

static void
remember (SgConnection *connection,
          gint64        turn,
          const char   *text,
          const char   *keywords,
          int           importance)
{
  g_autoptr (SgMemoryRow) row = sg_memory_row_new ();
  g_autoptr (GError) error = NULL;

  row->turn = turn;
  row->text = g_strdup (text);
  row->keywords = g_strdup (keywords);
  row->importance = importance;
  sg_memories_insert (connection, NULL, row, &error);
  g_assert_no_error (error);
}

static gint64
add_turn (SgConnection *connection,
          Fixture      *fixture,
          gint64        branch,
          gint64        depth)
{
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  g_autoptr (GError) error = NULL;
  gint64 turn;

  row->story = fixture->story;
  row->branch = branch;
  row->depth = depth;
  row->mode = g_strdup ("do");
  row->input = g_strdup ("");
  row->text = g_strdup ("");
  turn = sg_turns_insert (connection, row, &error);
  g_assert_no_error (error);

  return turn;
}

/* Two turns on the path, and one beside it. */
static gboolean
fill_library (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Fixture *fixture = data;
  g_autoptr (SgStoryRow) story = sg_story_row_new ();
  gint64 turn, other;

  story->uid = g_uuid_string_random ();
  story->title = g_strdup ("A test");
  story->scenario_id = g_strdup ("test");
  story->scenario = g_strdup ("{}");
  story->language = g_strdup ("en");
  fixture->story = sg_stories_insert (connection, story, error);
  fixture->branch = sg_branches_insert (connection, fixture->story, 0, -1, error);
  g_assert_cmpint (fixture->branch, >, 0);

  turn = add_turn (connection, fixture, fixture->branch, 0);
  remember (connection, turn, "The lighthouse keeper lost her brother at sea.", "grief", 7);
  remember (connection, turn, "The harbour smells of tar.", NULL, 1);
  turn = add_turn (connection, fixture, fixture->branch, 1);
  remember (connection, turn, "The brother of the keeper is alive.", NULL, 10);

  other = sg_branches_insert (connection, fixture->story, fixture->branch, 0, error);
  turn = add_turn (connection, fixture, other, 1);
  remember (connection, turn, "The keeper drowned her brother.", NULL, 10);

  fixture->path = sg_branches_load_path (connection, fixture->branch, 1, error);

  return fixture->path != NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-tools-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path_name = g_build_filename (fixture->folder, "library.db", NULL);
  fixture->library = sg_library_open (fixture->path_name, &error);
  g_assert_no_error (error);
  sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, fill_library, fixture, &error);
  g_assert_no_error (error);

  fixture->world = sg_world_new ();
  fixture->catalog = sg_tool_catalog_new_default ();
  fixture->context = sg_tool_context_new (fixture->world, fixture->library, fixture->path, 1);
  fixture->runner = sg_tool_runner_new (fixture->catalog, fixture->context, NULL, 0);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }

  g_rmdir (folder);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  SgLibrary *library = fixture->library;

  if (fixture->runner != NULL)
    g_assert_finalize_object (fixture->runner);
  g_clear_object (&fixture->context);
  g_clear_object (&fixture->catalog);
  g_clear_object (&fixture->world);

  /* A search that nobody waits for any more lets go of the library when it is done. */
  g_object_add_weak_pointer (G_OBJECT (library), (gpointer *) &library);
  g_clear_object (&fixture->library);
  while (library != NULL)
    g_main_context_iteration (NULL, TRUE);
  sg_path_free (fixture->path);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path_name);
}

static void
wait_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  gboolean *done = user_data;

  sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, NULL);
  *done = TRUE;
}

static const char *
make_call (Fixture    *fixture,
           const char *name,
           const char *arguments)
{
  const SgToolCall *call = sg_tool_runner_add (fixture->runner, NULL, name, arguments);
  gboolean done = FALSE;

  sg_tool_runner_wait_async (fixture->runner, NULL, wait_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);

  return call->result;
}

#define assert_before(text, first, second) \
  G_STMT_START { \
    const char *at_first = strstr (text, first); \
    const char *at_second = strstr (text, second); \
    g_assert_nonnull (at_first); \
    g_assert_nonnull (at_second); \
    g_assert_true (at_first < at_second); \
  } G_STMT_END

static void
test_library (Fixture       *fixture,
              gconstpointer  data)
{
  const char *found = make_call (fixture, "search_memories", "{\"query\":\"brother of the keeper\"}");

  /* Equally good words; the one that matters more is first. */
  assert_before (found, "is alive", "lost her brother");
  g_assert_null (strstr (found, "drowned"));
  g_assert_null (strstr (found, "tar"));

  found = make_call (fixture, "search_memories", "{\"query\":\"GRIEF\"}");
  g_assert_nonnull (strstr (found, "lost her brother"));
  found = make_call (fixture, "search_memories", "{\"query\":\"keeper\",\"limit\":1}");
  g_assert_nonnull (strstr (found, "is alive"));
  g_assert_null (strstr (found, "lost her brother"));
  g_assert_cmpstr (make_call (fixture, "search_memories", "{\"query\":\"dragon \\\" OR * (\"}"), ==,
                   "{\"memories\":[]}");
}

/* What the turn remembered is found beside what the library has, scored alike, and once. */
static void
test_turn (Fixture       *fixture,
           gconstpointer  data)
{
  const char *found;

  make_call (fixture, "add_memory", "{\"text\":\"The keeper forgave her brother.\",\"importance\":10}");
  make_call (fixture, "add_memory", "{\"text\":\"A brother gull cried.\",\"importance\":1}");
  make_call (fixture, "add_memory", "{\"text\":\"The brother of the keeper is alive.\",\"importance\":1}");
  found = make_call (fixture, "search_memories", "{\"query\":\"keeper brother forgave\"}");

  assert_before (found, "forgave", "is alive");
  assert_before (found, "lost her brother", "gull");
  g_assert_null (strstr (strstr (found, "is alive") + 1, "is alive"));
}

/* Scripts without spaces. */
static void
test_unspaced (Fixture       *fixture,
               gconstpointer  data)
{
  make_call (fixture, "add_memory", "{\"text\":\"守塔人原谅了她的弟弟。\"}");
  make_call (fixture, "add_memory", "{\"text\":\"海风很冷。\"}");

  g_assert_cmpstr (make_call (fixture, "search_memories", "{\"query\":\"弟弟\"}"), ==,
                   "{\"memories\":[{\"text\":\"守塔人原谅了她的弟弟。\",\"importance\":5}]}");
}

/* What gives each memory of the story a vector. */
typedef struct
{
  Fixture   *fixture;
  GPtrArray *missing;
  GPtrArray *vectors;
  gboolean   done;
} Embedding;

static gboolean
list_missing (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Embedding *embedding = data;
  const gint64 first_turn = 1;

  remember (connection, first_turn, "The rain fell for a week.", NULL, 1);
  remember (connection, first_turn, "She has a coin.", NULL, 10);
  embedding->missing = sg_embeddings_list_missing (connection, embedding->fixture->story, "meaning",
                                                   100, error);

  return embedding->missing != NULL;
}

static gboolean
put_vectors (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  Embedding *embedding = data;

  for (guint i = 0; i < embedding->missing->len; i++)
    {
      const SgMemoryRow *row = g_ptr_array_index (embedding->missing, i);

      if (!sg_embeddings_put (connection, row->id, "meaning",
                              g_ptr_array_index (embedding->vectors, i), error))
        return FALSE;
    }

  return TRUE;
}

static void
embedded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Embedding *embedding = user_data;
  g_autoptr (GError) error = NULL;

  embedding->vectors = sg_embedder_embed_finish (SG_EMBEDDER (source), result, &error);
  g_assert_no_error (error);
  embedding->done = TRUE;
}

static void
embed_all (Fixture    *fixture,
           SgEmbedder *embedder)
{
  Embedding embedding = { .fixture = fixture };
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, list_missing, &embedding, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < embedding.missing->len; i++)
    g_ptr_array_add (texts, ((SgMemoryRow *) embedding.missing->pdata[i])->text);
  g_ptr_array_add (texts, NULL);

  sg_embedder_embed_async (embedder, (const char *const *) texts->pdata, 100, NULL, 0, NULL,
                           embedded_cb, &embedding);
  while (!embedding.done)
    g_main_context_iteration (NULL, TRUE);
  sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, put_vectors, &embedding, &error);
  g_assert_no_error (error);

  g_ptr_array_unref (embedding.missing);
  g_ptr_array_unref (embedding.vectors);
}

#define NO_MEANINGS "Meanings are not known here; this was searched by words."

static void
test_meaning (Fixture       *fixture,
              gconstpointer  data)
{
  EmbeddingServer *server = embedding_server_new ();
  g_autoptr (SgEmbedder) embedder = embedding_server_make_embedder (server);
  SgToolClass *klass = SG_TOOL_GET_CLASS (sg_tool_catalog_lookup (fixture->catalog, "semantic_search"));
  const char *found;
  guint timeout_ms;

  /* Without anything that knows meanings, and while no memory has one. */
  found = make_call (fixture, "semantic_search", "{\"query\":\"grief\"}");
  g_assert_nonnull (strstr (found, "lost her brother"));
  g_assert_nonnull (strstr (found, NO_MEANINGS));
  sg_tool_context_set_embedder (fixture->context, embedder);
  found = make_call (fixture, "semantic_search", "{\"query\":\"grief, again\"}");
  g_assert_nonnull (strstr (found, NO_MEANINGS));
  g_assert_cmpuint (embedding_server_get_n_requests (server), ==, 0);

  embed_all (fixture, embedder);
  g_assert_cmpstr (make_call (fixture, "semantic_search", "{\"query\":\"drown\",\"limit\":1}"), ==,
                   "{\"memories\":[{\"text\":\"The rain fell for a week.\",\"importance\":1}]}");

  /* Both together: what has the words is there, and what means it without having them. */
  found = make_call (fixture, "search_memories", "{\"query\":\"the keeper and the treasure\"}");
  g_assert_nonnull (strstr (found, "is alive"));
  assert_before (found, "She has a coin.", "rain fell");

  /* Nothing from another branch, however near. */
  g_assert_null (strstr (make_call (fixture, "semantic_search", "{\"query\":\"a drowned one\"}"),
                         "drowned her"));

  /* A server that fails: the words do, and the tool says so. */
  embedding_server_set_status (server, 500);
  found = make_call (fixture, "semantic_search", "{\"query\":\"keeper?\"}");
  g_assert_nonnull (strstr (found, "is alive"));
  g_assert_nonnull (strstr (found, NO_MEANINGS));

  /* And one that takes longer than a tool has. */
  embedding_server_set_status (server, 200);
  embedding_server_set_delay (server, 4000);
  found = make_call (fixture, "semantic_search", "{\"query\":\"keeper!\"}");
  g_assert_nonnull (strstr (found, NO_MEANINGS));

  /* Where the time is up before that, what has the words is there all the same. */
  timeout_ms = klass->timeout_ms;
  klass->timeout_ms = 300;
  found = make_call (fixture, "semantic_search", "{\"query\":\"keeper now\"}");
  klass->timeout_ms = timeout_ms;
  g_assert_nonnull (strstr (found, "is alive"));
  g_assert_nonnull (strstr (found, "This is what was ready"));

  sg_tool_context_set_embedder (fixture->context, NULL);
  while (G_OBJECT (embedder)->ref_count > 1)
    g_main_context_iteration (NULL, FALSE);
  g_clear_object (&embedder);
  embedding_server_free (server);
}

/* Dropping the runner while the library still searches. */
static void
test_dropped (Fixture       *fixture,
              gconstpointer  data)
{
  sg_tool_runner_add (fixture->runner, NULL, "search_memories", "{\"query\":\"keeper\"}");
  g_clear_object (&fixture->runner);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/search-memories/library", test_library);
  add ("/search-memories/turn", test_turn);
  add ("/search-memories/unspaced", test_unspaced);
  add ("/search-memories/meaning", test_meaning);
  add ("/search-memories/dropped", test_dropped);

  return g_test_run ();
}
