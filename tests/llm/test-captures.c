/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm-fixture.h"

/* Replies of a real llama-server, recorded byte for byte with their headers, are sent to the real model in pieces of
 * every size.  What each should come to was worked out from the recordings by other means than the code under test. */

#define NO_ERROR (-1)

typedef struct
{
  const char     *name;
  int             error;
  SgFinishReason  reason;
  gsize           text;
  gsize           reasoning;
  guint           complete;
  guint           cut;
  gint64          input;
  gint64          output;
  gint64          cached;
} Expected;

static const Expected captures[] = {
  { "01-chat-stream", NO_ERROR, SG_FINISH_LENGTH, 55, 0, 0, 0, 37, 12, 36 },
  { "02-chat-nonstream", NO_ERROR, SG_FINISH_LENGTH, 165, 0, 0, 0, 37, 40, 36 },
  { "04-tools-parallel-stream", NO_ERROR, SG_FINISH_TOOL_CALLS, 0, 0, 2, 0, 320, 105, 319 },
  { "05-tools-nonstream", NO_ERROR, SG_FINISH_TOOL_CALLS, 0, 0, 2, 0, 320, 105, 319 },
  /* A `</think>` that leaked into the text, of 8 bytes, is dropped. */
  { "07-tool-result-turn", NO_ERROR, SG_FINISH_LENGTH, 199, 0, 0, 0, 379, 40, 316 },
  { "08-tool-choice-named", NO_ERROR, SG_FINISH_TOOL_CALLS, 0, 0, 1, 0, 320, 52, 316 },
  { "10-tools-cut-by-max-tokens", NO_ERROR, SG_FINISH_LENGTH, 0, 0, 0, 1, 320, 25, 319 },
  { "11-json-schema-stream", NO_ERROR, SG_FINISH_STOP, 106, 0, 0, 0, 19, 99, 0 },
  { "13-json-object", NO_ERROR, SG_FINISH_LENGTH, 245, 0, 0, 0, 19, 60, 16 },
  { "14-include-usage", NO_ERROR, SG_FINISH_LENGTH, 28, 0, 0, 0, 19, 5, 18 },
  { "16-reasoning-stream", NO_ERROR, SG_FINISH_LENGTH, 160, 70, 0, 0, 16, 60, 15 },
  { "17-reasoning-nonstream", NO_ERROR, SG_FINISH_LENGTH, 60, 70, 0, 0, 16, 30, 15 },
  { "19-thinking-budget", NO_ERROR, SG_FINISH_STOP, 122, 21, 0, 0, 16, 36, 15 },
  { "20-reasoning-effort-none", NO_ERROR, SG_FINISH_LENGTH, 43, 0, 0, 0, 19, 10, 16 },
  { "22-progress-cached", NO_ERROR, SG_FINISH_LENGTH, 16, 0, 0, 0, 432, 3, 431 },
  { "23-cache-turn1", NO_ERROR, SG_FINISH_LENGTH, 55, 0, 0, 0, 190, 12, 0 },
  { "25-cache-off", NO_ERROR, SG_FINISH_LENGTH, 55, 0, 0, 0, 222, 12, 0 },
  { "29d-embeddings-on-chat-server", SG_MODEL_ERROR_SERVER, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "40-models", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "41-props", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "43-slots", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "44-tokenize", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "46-apply-template", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "50-ctx-exceeded", SG_MODEL_ERROR_CONTEXT, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "52-ctx-full-while-generating", NO_ERROR, SG_FINISH_LENGTH, 906, 0, 0, 0, 19, 237, 0 },
  { "52b-ctx-full-nonstream", NO_ERROR, SG_FINISH_LENGTH, 868, 0, 0, 0, 19, 237, 18 },
  { "54-no-messages", SG_MODEL_ERROR_REQUEST, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "55-empty-messages", NO_ERROR, SG_FINISH_STOP, 1928, 48, 0, 0, 9, 503, 0 },
  { "57-unknown-role", NO_ERROR, SG_FINISH_LENGTH, 9, 0, 0, 0, 26, 3, 0 },
  { "58-unknown-model", NO_ERROR, SG_FINISH_LENGTH, 11, 0, 0, 0, 19, 3, 18 },
  { "60-key-missing", SG_MODEL_ERROR_KEY, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "61-key-wrong", SG_MODEL_ERROR_KEY, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "62b-key-right-x-api-key", NO_ERROR, SG_FINISH_LENGTH, 15, 0, 0, 0, 19, 3, 18 },
  { "63-models-key-missing", SG_MODEL_ERROR_KEY, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "64-wrong-path", SG_MODEL_ERROR_NOT_FOUND, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "65-wrong-method", SG_MODEL_ERROR_NOT_FOUND, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "67-head", SG_MODEL_ERROR_CUT_OFF, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "68-bad-tools", SG_MODEL_ERROR_REQUEST, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "68c-bad-grammar", SG_MODEL_ERROR_REQUEST, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "69-bad-tool-choice", SG_MODEL_ERROR_REQUEST, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "71-max-tokens-0", NO_ERROR, SG_FINISH_LENGTH, 3, 0, 0, 0, 19, 1, 18 },
  { "72-n2", NO_ERROR, SG_FINISH_LENGTH, 14, 0, 0, 0, 19, 3, 18 },
  { "73-assistant-last", NO_ERROR, SG_FINISH_LENGTH, 39, 0, 0, 0, 23, 5, 18 },
  { "73b-two-assistant-last", SG_MODEL_ERROR_REQUEST, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "75-system-only", NO_ERROR, SG_FINISH_LENGTH, 20, 0, 0, 0, 18, 5, 0 },
  { "76-null-content", NO_ERROR, SG_FINISH_LENGTH, 20, 0, 0, 0, 18, 5, 0 },
  { "80-kv-full-midstream-2", SG_MODEL_ERROR_CONTEXT, SG_FINISH_OTHER, 798, 0, 0, 0, -1, -1, -1 },
  { "81-client-disconnect", SG_MODEL_ERROR_CUT_OFF, SG_FINISH_OTHER, 43, 0, 0, 0, -1, -1, -1 },
  { "83-ttfb-nonstream-slow", NO_ERROR, SG_FINISH_LENGTH, 6, 0, 0, 0, 432, 2, 0 },
  { "84-sse-ping", NO_ERROR, SG_FINISH_LENGTH, 9, 0, 0, 0, 846, 2, 0 },
  { "85-queue-second", NO_ERROR, SG_FINISH_LENGTH, 15, 0, 0, 0, 19, 3, 18 },
  { "85b-queue-ctx-exceeded", SG_MODEL_ERROR_CONTEXT, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "86-server-sigkill", SG_MODEL_ERROR_CUT_OFF, SG_FINISH_OTHER, 39, 0, 0, 0, -1, -1, -1 },
  { "87-server-sigterm", SG_MODEL_ERROR_CUT_OFF, SG_FINISH_OTHER, 46, 0, 0, 0, -1, -1, -1 },
  { "89-server-sigkill-nonstream", SG_MODEL_ERROR_CUT_OFF, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "90-grammar-exact", NO_ERROR, SG_FINISH_STOP, 37, 0, 0, 0, 19, 28, 0 },
  { "91-stop", NO_ERROR, SG_FINISH_STOP, 264, 0, 0, 0, 19, 72, 16 },
  { "92-logprobs", NO_ERROR, SG_FINISH_LENGTH, 6, 0, 0, 0, 19, 2, 18 },
  { "94-utf8-cut", NO_ERROR, SG_FINISH_LENGTH, 3, 0, 0, 0, 19, 3, 18 },
  { "94b-utf8-cut-stream", NO_ERROR, SG_FINISH_LENGTH, 4, 0, 0, 0, 19, 6, 18 },
  { "96-messages-stream", SG_MODEL_ERROR_GARBLED, SG_FINISH_OTHER, 0, 0, 0, 0, -1, -1, -1 },
  { "97-completions-stream", NO_ERROR, SG_FINISH_LENGTH, 0, 0, 0, 0, 1, 3, 0 },
};

static const int pieces[] = { PIECES_WHOLE, 1, 2, 3, 7, 64, PIECES_RANDOM };

static char *
load (const char *name,
      gsize      *length)
{
  g_autofree char *file = g_strconcat (name, ".raw", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "llm", "captures", file, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);

  return bytes;
}

static void
check (const Expected *expected,
       Recorder       *recorder)
{
  if (expected->error == NO_ERROR)
    g_assert_no_error (recorder->error);
  else
    g_assert_error (recorder->error, SG_MODEL_ERROR, expected->error);

  g_assert_cmpint (recorder->finished, ==, expected->error == NO_ERROR);
  g_assert_cmpuint (recorder->text->len, ==, expected->text);
  g_assert_cmpuint (recorder->reasoning->len, ==, expected->reasoning);
  g_assert_cmpuint (recorder->complete->len, ==, expected->complete);
  g_assert_cmpuint (recorder->n_cut, ==, expected->cut);
  g_assert_cmpint (recorder->usage.input, ==, expected->input);
  g_assert_cmpint (recorder->usage.output, ==, expected->output);
  g_assert_cmpint (recorder->usage.cached, ==, expected->cached);
  if (expected->error == NO_ERROR)
    g_assert_cmpint (recorder->reason, ==, expected->reason);
}

static Recorder *
replay (const char *name,
        int         piece_size)
{
  gsize length;
  g_autofree char *bytes = load (name, &length);
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (SgModelRequest) request = make_request ("Hello");
  Recorder *recorder = recorder_new ();

  raw_server_reply (server, bytes, length, piece_size, END_CLOSE);
  recorder_run (recorder, model, request);

  return recorder;
}

static void
test_capture (gconstpointer data)
{
  const Expected *expected = data;
  g_autofree char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (Recorder) recorder = replay (expected->name, pieces[i]);

      check (expected, recorder);
      if (first == NULL)
        first = g_strdup (recorder->log->str);
      g_assert_cmpstr (recorder->log->str, ==, first);
    }
}

/* No recording may be left out of the table. */
static void
test_all (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "llm", "captures", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (captures));
}

static void
test_words (void)
{
  g_autoptr (Recorder) chat = replay ("01-chat-stream", PIECES_WHOLE);
  g_autoptr (Recorder) tools = replay ("04-tools-parallel-stream", PIECES_WHOLE);
  g_autoptr (Recorder) progress = replay ("22-progress-cached", PIECES_WHOLE);
  g_autoptr (Recorder) cut = replay ("94-utf8-cut", PIECES_WHOLE);
  g_autoptr (Recorder) party = replay ("94b-utf8-cut-stream", 1);

  g_assert_true (g_str_has_prefix (chat->text->str, "The quick brown fox jumps over"));
  g_assert_cmpint (chat->usage.prompt_us, ==, 1073);
  g_assert_cmpint (chat->usage.predicted_us, ==, 4642);
  g_assert_false (chat->usage.estimated);

  g_assert_true (g_str_has_prefix (g_ptr_array_index (tools->complete, 0), "get_weather({\"city\":"));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (tools->complete, 1), "read_file({\"path\":"));

  g_assert_cmpuint (progress->n_progress, >, 0);
  g_assert_cmpstr (cut->text->str, ==, "\xef\xbf\xbd");
  g_assert_cmpstr (party->text->str, ==, "🎉");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/captures/all", test_all);
  g_test_add_func ("/captures/words", test_words);
  for (guint i = 0; i < G_N_ELEMENTS (captures); i++)
    {
      g_autofree char *path = g_strconcat ("/captures/replay/", captures[i].name, NULL);

      g_test_add_data_func (path, &captures[i], test_capture);
    }

  return g_test_run ();
}
