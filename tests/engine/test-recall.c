/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memories that come into the prompt by what they mean, and turns that do not wait for them. */

#include "config.h"

#include <string.h>

#include "../llm/embedding-server.h"
#include "engine-fixture.h"
#include "store/sg-tables.h"

typedef struct
{
  Fixture          base;
  EmbeddingServer *server;
  SgEmbedder      *embedder;
} Recall;

static void
set_up (Recall        *recall,
        gconstpointer  data)
{
  fixture_set_up (&recall->base, data);
  recall->server = embedding_server_new ();
  recall->embedder = embedding_server_make_embedder (recall->server);
  sg_fake_model_set_embedder (recall->base.model, recall->embedder);
}

static void
tear_down (Recall        *recall,
           gconstpointer  data)
{
  fixture_tear_down (&recall->base, data);
  while (G_OBJECT (recall->embedder)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (g_steal_pointer (&recall->embedder));
  embedding_server_free (recall->server);
}

typedef struct
{
  Recall     *recall;
  const char *text;
  gboolean    with_vector;
} NewMemory;

/* The vector that the server would give for a text about one of its three things. */
static GBytes *
make_vector (const char *text)
{
  float numbers[4] = { 0 };
  guint place = strstr (text, "river") != NULL ? 0 : strstr (text, "lantern") != NULL ? 1 : 2;

  numbers[place] = 1;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      union { float number; guint32 bits; } value = { numbers[i] };

      value.bits = GUINT32_TO_LE (value.bits);
      numbers[i] = value.number;
    }

  return g_bytes_new (numbers, sizeof numbers);
}

static gboolean
add_job (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  const NewMemory *memory = data;
  const SgPath *path = sg_story_get_path (memory->recall->base.story);
  SgMemoryRow row = { .text = (char *) memory->text, .importance = 5 };
  g_autoptr (GBytes) vector = make_vector (memory->text);
  gint64 id = sg_memories_insert (connection, path, &row, error);

  return id != 0
         && (!memory->with_vector
             || sg_embeddings_put (connection, id, "meaning", vector, error));
}

static void
add (Recall     *recall,
     const char *text,
     gboolean    with_vector)
{
  NewMemory memory = { recall, text, with_vector };
  g_autoptr (GError) error = NULL;

  sg_library_write (recall->base.library, SG_DURABILITY_JOURNAL, add_job, &memory, &error);
  g_assert_no_error (error);
}

static const char *
play (Recall     *recall,
      const char *words)
{
  GPtrArray *prompts = sg_fake_model_prompts (recall->base.model);

  fixture_play_plain (&recall->base, words, "So be it.");

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static const SgSpan *
find_span (Recall     *recall,
           SgSpanKind  kind,
           const char *name)
{
  return sg_trace_find (sg_turn_run_get_trace (sg_session_get_run (recall->base.session)), kind,
                        name);
}

static void
test_meaning (Recall        *recall,
              gconstpointer  data)
{
  const char *prompt;

  add (recall, "The keeper threw it into the river.", TRUE);
  add (recall, "She lit a lantern.", TRUE);

  prompt = play (recall, "drown");
  g_assert_nonnull (strstr (prompt, "- The keeper threw it into the river.\n- She lit a lantern.\n"));
  g_assert_cmpstr (sg_span_get_string (find_span (recall, SG_SPAN_STAGE, "retrieve"), "memories.by"),
                   ==, "words and meaning");
  g_assert_nonnull (find_span (recall, SG_SPAN_MODEL, "embeddings"));

  /* Known by now, and asked beside the library. */
  prompt = play (recall, "drown");
  g_assert_nonnull (strstr (prompt, "- The keeper threw it into the river."));
  g_assert_cmpuint (embedding_server_get_n_requests (recall->server), ==, 1);
}

/* Where nothing can be compared, nothing is asked. */
static void
test_no_vectors (Recall        *recall,
                 gconstpointer  data)
{
  const char *prompt;

  add (recall, "She lit a lantern.", FALSE);
  prompt = play (recall, "look for the lantern");
  g_assert_nonnull (strstr (prompt, "- She lit a lantern."));
  prompt = play (recall, "drown");
  g_assert_null (strstr (prompt, "- She lit a lantern."));
  g_assert_cmpuint (embedding_server_get_n_requests (recall->server), ==, 0);
}

/* A server that takes its time is not waited for, in either order of the two. */
static void
test_slow (Recall        *recall,
           gconstpointer  data)
{
  add (recall, "The keeper threw it into the river.", TRUE);
  add (recall, "She lit a lantern.", TRUE);
  embedding_server_set_delay (recall->server, 20000);

  for (guint i = 0; i < 2; i++)
    {
      const char *prompt = play (recall, i == 0 ? "look for the lantern" : "take the lantern");
      const SgSpan *span = find_span (recall, SG_SPAN_STAGE, "retrieve");

      g_assert_nonnull (strstr (prompt, "[What may matter]\n- She lit a lantern.\n\n"));
      g_assert_nonnull (sg_span_get_attribute (span, "meaning.late"));
      g_assert_null (sg_span_get_attribute (span, "memories.by"));
    }
}

static void
test_failing (Recall        *recall,
              gconstpointer  data)
{
  const char *prompt;

  add (recall, "She lit a lantern.", TRUE);
  embedding_server_set_status (recall->server, 500);
  prompt = play (recall, "look for the lantern");
  g_assert_nonnull (strstr (prompt, "- She lit a lantern."));
  g_assert_nonnull (sg_span_get_string (find_span (recall, SG_SPAN_MODEL, "embeddings"), "error"));

  /* One without embeddings is asked once. */
  embedding_server_set_status (recall->server, 501);
  play (recall, "take the lantern");
  play (recall, "light the lantern");
  g_assert_cmpuint (embedding_server_get_n_requests (recall->server), ==, 2);
}

static gboolean
stop_cb (gpointer user_data)
{
  sg_session_stop (user_data);

  return G_SOURCE_REMOVE;
}

/* Stopped while the question is under way: the player's words are kept, and nothing hangs. */
static void
test_stop (Recall        *recall,
           gconstpointer  data)
{
  add (recall, "She lit a lantern.", TRUE);
  embedding_server_set_delay (recall->server, 20000);

  for (guint ms = 0; ms < 60; ms += 10)
    {
      g_timeout_add (ms, stop_cb, recall->base.session);
      sg_session_submit (recall->base.session, SG_INPUT_DO, "look for the lantern", 0);
      fixture_wait_idle (&recall->base);
      g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (recall->base.session)), ==,
                       SG_STAGE_STOPPED);
    }
  g_assert_cmpint (sg_story_get_depth (recall->base.story), ==, 0);
}

#define ADD(path, func) g_test_add ("/recall/" path, Recall, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("meaning", test_meaning);
  ADD ("no-vectors", test_no_vectors);
  ADD ("slow", test_slow);
  ADD ("failing", test_failing);
  ADD ("stop", test_stop);

  return g_test_run ();
}
