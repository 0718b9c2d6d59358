/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the story remembers by itself: memories that are drawn from what was told, summaries of what leaves
 * the prompt, vectors; in the background and before the commit, on their own branch, over a restart. */

#include "config.h"

#include <string.h>

#include "../llm/embedding-server.h"
#include "engine-fixture.h"
#include "engine/sg-memory-work.h"
#include "engine/sg-prompt-rebuild.h"
#include "store/sg-tables.h"
#include "storyteller/sg-storyteller.h"

#define NOTHING "{\"memories\":[]}"

typedef struct
{
  gint64     story;
  SgPath    *path;
  GPtrArray *memories;
  GPtrArray *summaries;
  GPtrArray *jobs;
  GPtrArray *spans;
  GPtrArray *calls;
} Found;

static gboolean
find_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  Found *found = data;
  g_autoptr (GPtrArray) turns =
    sg_turns_list (connection, found->path, found->path->depth, found->path->depth, error);
  gint64 turn = ((SgTurnRow *) g_ptr_array_index (turns, 0))->id;

  found->memories = sg_memories_list (connection, found->path, error);
  found->summaries = sg_summaries_list (connection, found->path, G_MAXINT64, error);
  found->jobs = sg_jobs_list (connection, found->story, error);
  found->spans = sg_spans_list (connection, turn, error);
  found->calls = sg_model_calls_list (connection, turn, error);

  return TRUE;
}

/* What the library has at the head of the story. */
static Found *
find (Fixture *fixture)
{
  Found *found = g_new0 (Found, 1);
  g_autoptr (GError) error = NULL;

  found->story = sg_story_get_id (fixture->story);
  found->path = sg_path_copy (sg_story_get_path (fixture->story));
  sg_library_read (fixture->library, find_job, found, &error);
  g_assert_no_error (error);

  return found;
}

static void
found_free (Found *found)
{
  sg_path_free (found->path);
  g_ptr_array_unref (found->memories);
  g_ptr_array_unref (found->summaries);
  g_ptr_array_unref (found->jobs);
  g_ptr_array_unref (found->spans);
  g_ptr_array_unref (found->calls);
  g_free (found);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Found, found_free)

static void
answer (Fixture    *fixture,
        const char *text)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_SUMMARY, text);
}

static void
play_to (Fixture *fixture,
         guint    depth)
{
  for (gint64 next = sg_story_get_depth (fixture->story) + 1; next <= depth; next++)
    {
      g_autofree char *reply = g_strdup_printf ("Told %d.", (int) next);

      fixture_play_plain (fixture, "go on", reply);
      fixture_wait_after (fixture);
    }
}

static void
assert_memories (Fixture    *fixture,
                 const char *expected)
{
  g_autoptr (Found) found = find (fixture);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < found->memories->len; i++)
    g_string_append_printf (texts, "%s|", ((SgMemoryRow *) found->memories->pdata[i])->text);
  g_assert_cmpstr (texts->str, ==, expected);
}

static const char *
last_prompt (Fixture *fixture)
{
  g_autoptr (GPtrArray) prompts = fixture_list_narrations (fixture);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

/* The last question that has these words. */
static const char *
find_question (Fixture    *fixture,
               const char *words)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  for (guint i = prompts->len; i > 0; i--)
    {
      const char *prompt = g_ptr_array_index (prompts, i - 1);

      if (!g_str_has_prefix (prompt, "system: You are the narrator") && strstr (prompt, words) != NULL)
        return prompt;
    }

  return NULL;
}

static void
test_remember (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (Found) found = NULL;
  const SgMemoryRow *memory;
  const char *question;

  sg_fake_model_text (fixture->model, "She hides it.");
  sg_fake_model_call (fixture->model, "call_1", "add_memory",
                      "{\"text\":\"The keeper hid the copper lantern.\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play (fixture, "watch the keeper");
  play_to (fixture, 3);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 3);

  answer (fixture, "Here you are:\n```json\n{\"memories\":["
                   "{\"text\":\"The keeper hid the old copper lantern.\",\"importance\":3},"
                   "{\"text\":\" Mara is the keeper's daughter. \",\"keywords\":\"family\","
                   "\"importance\":99},{\"text\":\"\"},7,{\"importance\":2}]}\n```");
  play_to (fixture, 4);
  assert_memories (fixture, "The keeper hid the copper lantern.|Mara is the keeper's daughter.|");

  question = find_question (fixture, "What of this has to be remembered?");
  g_assert_nonnull (strstr (question, "She hides it."));
  g_assert_nonnull (strstr (question, "Told 4."));
  g_assert_nonnull (strstr (question, "Action: watch the keeper"));
  g_assert_null (strstr (question, "You are in a room."));

  found = find (fixture);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  memory = g_ptr_array_index (found->memories, 1);
  g_assert_cmpint (memory->turn, ==, sg_turn_run_get_turn (sg_session_get_run (fixture->session)));
  g_assert_cmpint (memory->late, ==, 1);
  g_assert_cmpint (memory->importance, ==, 10);
  g_assert_cmpstr (memory->keywords, ==, "family");
}

/* An answer that makes no sense is an answer. */
static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const answers[] = { "I cannot.", "{", "{\"memories\":{}}", "}{", "[1]" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Found) found = NULL;

      answer (fixture, answers[i]);
      answer (fixture, "So far, so good.");
      play_to (fixture, 4 * (i + 1));
      found = find (fixture);
      g_assert_cmpuint (found->memories->len, ==, 0);
      g_assert_cmpuint (found->jobs->len, ==, 0);
    }
}

/* Late records belong to their turn: undo hides them, other branches do not see them, and no turn has seen
 * what came after it. */
static void
test_late_records (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) turns = NULL;

  answer (fixture, "{\"memories\":[{\"text\":\"Mara is the keeper's daughter.\",\"importance\":5}]}");
  play_to (fixture, 4);
  fixture_play_plain (fixture, "ask Mara", "She nods.");
  g_assert_nonnull (strstr (last_prompt (fixture), "- Mara is the keeper's daughter."));

  fixture_move (fixture, sg_story_undo_async);
  assert_memories (fixture, "Mara is the keeper's daughter.|");
  fixture_move (fixture, sg_story_undo_async);
  assert_memories (fixture, "");
  fixture_play_plain (fixture, "ask Mara", "She shrugs.");
  g_assert_null (strstr (last_prompt (fixture), "daughter"));
  assert_memories (fixture, "");
  answer (fixture, NOTHING);
  fixture_wait_after (fixture);

  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 3)->seen, ==, 0);
  g_assert_cmpint (turn_at (turns, 4)->seen, ==, 1);
}

/* The block that is about to leave gets its summary while it is there, and the next one tells of both. */
static void
test_summarise (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (Found) found = NULL;
  const SgSummaryRow *summary;
  const char *question;

  g_object_set (sg_session_get_settings (fixture->session), "history-turns", 5, NULL);
  play_to (fixture, 2);
  answer (fixture, "The beginning.");
  play_to (fixture, 3);
  question = find_question (fixture, "Write the story so far");
  g_assert_nonnull (question);
  g_assert_nonnull (strstr (question, "You are in a room."));
  g_assert_nonnull (strstr (question, "Told 2."));
  g_assert_null (strstr (question, "Told 3."));
  g_assert_null (strstr (question, "[The story so far]"));

  answer (fixture, NOTHING);
  play_to (fixture, 5);
  g_assert_null (strstr (last_prompt (fixture), "The beginning."));
  g_assert_nonnull (strstr (last_prompt (fixture), "You are in a room."));

  /* The turn in which it enters; the next block is near already, and its summary is made. */
  answer (fixture, "The beginning, and more.");
  play_to (fixture, 6);
  g_assert_nonnull (strstr (last_prompt (fixture), "[The story so far]\nThe beginning.\n\nuser: Action: go on"));
  g_assert_null (strstr (last_prompt (fixture), "Told 2."));
  g_assert_nonnull (strstr (last_prompt (fixture), "Told 3."));
  question = find_question (fixture, "Write the story so far");
  g_assert_nonnull (strstr (question, "[The story so far]\nThe beginning.\n"));
  g_assert_nonnull (strstr (question, "Told 3."));
  g_assert_null (strstr (question, "Told 2."));

  found = find (fixture);
  g_assert_cmpuint (found->summaries->len, ==, 2);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  summary = g_ptr_array_index (found->summaries, 1);
  g_assert_cmpint (summary->first, ==, 0);
  g_assert_cmpint (summary->last, ==, 5);
  /* What found nothing to remember has left no record, and no number. */
  g_assert_cmpint (summary->late, ==, 2);
}

/* A summary that the limit of tokens cut ends with a sentence. */
static void
test_cut_sentence (void)
{
  static const char *const cuts[][2] = {
    { "One. Two! Thr", "One. Two!" }, { "No end", "No end" }, { "他死了。她", "他死了。" }, { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autofree char *cut = sg_memory_work_cut_sentence (cuts[i][0]);

      g_assert_cmpstr (cut, ==, cuts[i][1]);
    }
}

/* With the switch off all of it is there when the turn is. */
static void
test_foreground (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (Found) found = NULL;

  g_object_set (sg_session_get_settings (fixture->session), "history-turns", 5, "background-memory",
                FALSE, NULL);
  answer (fixture, "The beginning.");
  answer (fixture, "{\"memories\":[{\"text\":\"Mara is the keeper's daughter.\"}]}");
  for (guint i = 1; i <= 4; i++)
    fixture_play_plain (fixture, "go on", "Told.");

  found = find (fixture);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  g_assert_cmpuint (found->memories->len, ==, 1);
  g_assert_cmpint (((SgMemoryRow *) found->memories->pdata[0])->late, ==, 0);
  g_assert_cmpint (((SgMemoryRow *) found->memories->pdata[0])->turn, ==,
                   sg_turn_run_get_turn (sg_session_get_run (fixture->session)));
  g_assert_cmpuint (found->summaries->len, ==, 1);
  g_assert_cmpuint (found->calls->len, ==, 2);

  fixture_play_plain (fixture, "go on", "Told.");
  fixture_play_plain (fixture, "ask Mara", "Told.");
  g_assert_nonnull (strstr (last_prompt (fixture), "[The story so far]\nThe beginning.\n"));
  g_assert_nonnull (strstr (last_prompt (fixture), "- Mara is the keeper's daughter.\n"));
}

static const SgSpanRow *
find_span (Found      *found,
           const char *name)
{
  for (guint i = 0; i < found->spans->len; i++)
    {
      if (g_str_equal (((SgSpanRow *) found->spans->pdata[i])->name, name))
        return found->spans->pdata[i];
    }

  return NULL;
}

/* The turn shows what it cost: its own span and its own call. */
static void
test_profile (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Found) found = NULL;
  const SgModelCallRow *call;

  answer (fixture, NOTHING);
  play_to (fixture, 4);
  found = find (fixture);
  g_assert_cmpint (find_span (found, "memories")->parent, ==, find_span (found, "remember")->number);
  g_assert_cmpint (find_span (found, "memories")->kind, ==, SG_SPAN_MODEL);
  g_assert_cmpint (find_span (found, "remember")->parent, ==, find_span (found, "after")->number);
  g_assert_cmpuint (found->calls->len, ==, 2);
  call = g_ptr_array_index (found->calls, 1);
  g_assert_cmpstr (call->kind, ==, "summary");
  g_assert_cmpint (call->position, ==, 1);
}

static void
test_gives_way (Fixture       *fixture,
                gconstpointer  data)
{
  play_to (fixture, 3);
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_SUMMARY, 50,
                              "{\"memories\":[{\"text\":\"Lost.\"}]}");
  answer (fixture, "{\"memories\":[{\"text\":\"Mara is the keeper's daughter.\"}]}");
  fixture_play_plain (fixture, "go on", "Told 4.");
  while (find_question (fixture, "has to be remembered") == NULL)
    g_main_context_iteration (NULL, TRUE);

  fixture_play_plain (fixture, "ask Mara", "Told 5.");
  g_assert_null (strstr (last_prompt (fixture), "daughter"));
  fixture_wait_after (fixture);
  assert_memories (fixture, "Mara is the keeper's daughter.|");
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  play_to (fixture, 3);
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_SUMMARY, 300, NOTHING);
  fixture_play_plain (fixture, "go on", "Told 4.");
  while (find_question (fixture, "has to be remembered") == NULL)
    g_main_context_iteration (NULL, TRUE);

  answer (fixture, "{\"memories\":[{\"text\":\"Mara is the keeper's daughter.\"}]}");
  fixture_restart (fixture);
  assert_memories (fixture, "");
  fixture_wait_after (fixture);
  assert_memories (fixture, "Mara is the keeper's daughter.|");
}

/* A server that fails is tried again at the end of the next turn; the player hears nothing of it. */
static void
test_server_fails (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (Found) found = NULL;

  play_to (fixture, 4);
  found = find (fixture);
  g_assert_cmpuint (found->jobs->len, ==, 1);
  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==, SG_STAGE_DONE);
  g_assert_no_error (sg_turn_run_get_error (sg_session_get_run (fixture->session)));

  answer (fixture, "{\"memories\":[{\"text\":\"Mara is the keeper's daughter.\"}]}");
  play_to (fixture, 5);
  assert_memories (fixture, "Mara is the keeper's daughter.|");
}

/* Nothing of this runs where no language model tells the story. */
static void
test_storyteller (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgModel) storyteller = SG_MODEL (sg_storyteller_new ());
  g_autoptr (Found) found = NULL;

  g_object_set (sg_session_get_settings (fixture->session), "history-turns", 3, NULL);
  sg_session_set_model (fixture->session, storyteller);
  for (guint i = 0; i < 8; i++)
    fixture_play (fixture, "look");
  fixture_wait_after (fixture);
  found = find (fixture);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 8);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  g_assert_cmpuint (found->summaries->len, ==, 0);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 0);
}

typedef struct
{
  Fixture          base;
  EmbeddingServer *server;
  SgEmbedder      *embedder;
} Embed;

static void
embed_set_up (Embed         *embed,
              gconstpointer  data)
{
  fixture_set_up (&embed->base, data);
  embed->server = embedding_server_new ();
  embed->embedder = embedding_server_make_embedder (embed->server);
  sg_fake_model_set_embedder (embed->base.model, embed->embedder);
}

static void
embed_tear_down (Embed         *embed,
                 gconstpointer  data)
{
  fixture_tear_down (&embed->base, data);
  while (G_OBJECT (embed->embedder)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (g_steal_pointer (&embed->embedder));
  embedding_server_free (embed->server);
}

static void
play_with_memories (Embed      *embed,
                    const char *first,
                    const char *second)
{
  g_autofree char *a = g_strdup_printf ("{\"text\":\"%s\"}", first);
  g_autofree char *b = g_strdup_printf ("{\"text\":\"%s\"}", second);

  sg_fake_model_text (embed->base.model, "Told.");
  sg_fake_model_call (embed->base.model, "call_1", "add_memory", a);
  sg_fake_model_call (embed->base.model, "call_2", "add_memory", b);
  sg_fake_model_end (embed->base.model, SG_FINISH_TOOL_CALLS);
  fixture_play (&embed->base, "go on");
  fixture_wait_after (&embed->base);
}

static void
test_embed (Embed         *embed,
            gconstpointer  data)
{
  g_autoptr (Found) found = NULL;

  play_with_memories (embed, "It lies in the river.", "A flame burns.");
  g_assert_cmpuint (embedding_server_get_n_requests (embed->server), ==, 1);
  g_assert_cmpuint (embedding_server_get_n_texts (embed->server), ==, 2);
  found = find (&embed->base);
  g_assert_cmpint (find_span (found, "embeddings")->parent, ==, find_span (found, "embed")->number);

  /* From then on words are not all that counts. */
  fixture_play_plain (&embed->base, "drown", "Told.");
  g_assert_nonnull (strstr (last_prompt (&embed->base), "[What may matter]\n- It lies in the river."));

  /* Each memory once, and what the player says. */
  g_object_set (sg_session_get_settings (embed->base.session), "batched-embeddings", FALSE, NULL);
  play_with_memories (embed, "A coin.", "A ring of gold.");
  g_assert_cmpuint (embedding_server_get_n_texts (embed->server), ==, 6);
  g_assert_cmpuint (embedding_server_get_n_requests (embed->server), ==, 5);
}

/* The first memories of a story get theirs when they are drawn from what was told, and before there are any nothing
 * is asked. */
static void
test_embed_first (Embed         *embed,
                  gconstpointer  data)
{
  g_autoptr (Found) found = NULL;

  play_to (&embed->base, 3);
  answer (&embed->base, NOTHING);
  play_to (&embed->base, 4);
  found = find (&embed->base);
  g_assert_null (find_span (found, "embed"));

  play_to (&embed->base, 7);
  answer (&embed->base, "{\"memories\":[{\"text\":\"It lies in the river.\",\"importance\":5}]}");
  play_to (&embed->base, 8);
  g_clear_pointer (&found, found_free);
  found = find (&embed->base);
  g_assert_nonnull (find_span (found, "embed"));
  g_assert_cmpuint (found->jobs->len, ==, 0);
  g_assert_cmpuint (embedding_server_get_n_texts (embed->server), ==, 1);
}

/* While the server is down memories wait; a server without embeddings leaves nothing to do. */
static void
test_embed_fails (Embed         *embed,
                  gconstpointer  data)
{
  g_autoptr (Found) found = NULL;

  embedding_server_set_status (embed->server, 503);
  play_with_memories (embed, "It lies in the river.", "A flame burns.");
  found = find (&embed->base);
  g_assert_cmpuint (found->jobs->len, ==, 1);

  embedding_server_set_status (embed->server, 200);
  fixture_play_plain (&embed->base, "go on", "Told.");
  fixture_wait_after (&embed->base);
  g_clear_pointer (&found, found_free);
  found = find (&embed->base);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  g_assert_cmpuint (embedding_server_get_n_texts (embed->server), ==, 2);

  answer (&embed->base, NOTHING);
  embedding_server_set_status (embed->server, 501);
  play_with_memories (embed, "A coin.", "A ring of gold.");
  play_with_memories (embed, "Another coin.", "Another ring of gold.");
  g_clear_pointer (&found, found_free);
  found = find (&embed->base);
  g_assert_cmpuint (found->jobs->len, ==, 0);
  g_assert_cmpuint (embedding_server_get_n_texts (embed->server), ==, 2);
}

#define ADD(path, func) \
  g_test_add ("/memory/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("remember", test_remember);
  ADD ("nonsense", test_nonsense);
  ADD ("late-records", test_late_records);
  ADD ("summarise", test_summarise);
  g_test_add_func ("/memory/cut-sentence", test_cut_sentence);
  ADD ("foreground", test_foreground);
  ADD ("profile", test_profile);
  ADD ("gives-way", test_gives_way);
  ADD ("restart", test_restart);
  ADD ("server-fails", test_server_fails);
  ADD ("storyteller", test_storyteller);
  g_test_add ("/memory/embed", Embed, NULL, embed_set_up, test_embed, embed_tear_down);
  g_test_add ("/memory/embed-first", Embed, NULL, embed_set_up, test_embed_first, embed_tear_down);
  g_test_add ("/memory/embed-fails", Embed, NULL, embed_set_up, test_embed_fails, embed_tear_down);

  return g_test_run ();
}
