/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm-fixture.h"
#include "llm/sg-probe.h"

#define JSON "Content-Type: application/json\r\nConnection: close\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n" JSON

typedef struct
{
  gboolean       done;
  SgProbeResult *result;
  GError        *error;
} Answer;

static void
probed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answer *answer = user_data;

  answer->result = sg_probe_finish (result, &answer->error);
  answer->done = TRUE;
}

static Answer
probe (RawServer    *server,
       const char   *key,
       GCancellable *cancellable)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  Answer answer = { 0 };

  sg_probe_async (http, raw_server_get_address (server), key, cancellable, probed_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);

  return answer;
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->result, sg_probe_result_free);
  g_clear_error (&answer->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static char *
load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "llm", "captures", name, NULL);
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));

  return bytes;
}

static void
test_llama_cpp (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *models = load ("40-models.raw");
  g_autofree char *refused = load ("63-models-key-missing.raw");
  g_autofree char *props = load ("41-props.raw");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_auto (Answer) answer = { 0 };
  const SgProbeModel *model;

  raw_server_reply (server, models, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, refused, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, props, -1, 64, END_CLOSE);
  answer = probe (server, " sk-right ", NULL);

  g_assert_no_error (answer.error);
  g_assert_cmpint (answer.result->kind, ==, SG_SERVER_LLAMA_CPP);
  g_assert_cmpint (answer.result->key_state, ==, SG_KEY_ACCEPTED);
  g_assert_cmpint (answer.result->elapsed_us, >, 0);
  model = sg_probe_result_find_model (answer.result, NULL);
  g_assert_cmpstr (model->name, ==, "tiny");
  g_assert_cmpint (model->context_size, ==, 4096);
  g_assert_null (sg_probe_result_find_model (answer.result, "other"));
  g_assert_nonnull (strstr (answer.result->sentence, "llama.cpp"));
  g_assert_nonnull (strstr (answer.result->sentence, "The key is right."));

  first = raw_server_dup_request (server, 0);
  second = raw_server_dup_request (server, 1);
  g_assert_true (g_str_has_prefix (first, "GET /v1/models "));
  g_assert_nonnull (strstr (first, "Bearer sk-right\r\n"));
  g_assert_null (strstr (second, "sk-right"));
}

static void
test_ollama (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_auto (Answer) answer = { 0 };

  raw_server_reply (server, OK "{\"object\":\"list\",\"data\":[{\"id\":\"mistral:7b\",\"owned_by\":\"library\"},"
                    "{\"id\":\"qwen3\",\"owned_by\":\"library\"}]}", -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, OK "{\"version\":\"0.9.1\"}", -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, OK "{\"models\":[{\"name\":\"qwen3\",\"context_length\":8192}]}", -1, PIECES_WHOLE, END_CLOSE);
  answer = probe (server, NULL, NULL);

  g_assert_no_error (answer.error);
  g_assert_cmpint (answer.result->kind, ==, SG_SERVER_OLLAMA);
  g_assert_cmpstr (answer.result->version, ==, "0.9.1");
  g_assert_cmpuint (answer.result->models->len, ==, 2);
  g_assert_cmpint (sg_probe_result_find_model (answer.result, "qwen3")->context_size, ==, 8192);
  g_assert_cmpint (sg_probe_result_find_model (answer.result, "mistral:7b")->context_size, ==, 0);
  g_assert_nonnull (strstr (answer.result->sentence, "Ollama 0.9.1"));
}

/* A server without a list of models, but with a chat, which it shows by refusing an empty request. */
static void
test_no_list (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *second = NULL;
  g_auto (Answer) answer = { 0 };

  raw_server_reply (server, "HTTP/1.1 404 Not Found\r\n" JSON "{}", -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, "HTTP/1.1 400 Bad Request\r\n" JSON "{}", -1, PIECES_WHOLE, END_CLOSE);
  answer = probe (server, NULL, NULL);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.result->models->len, ==, 0);
  second = raw_server_dup_request (server, 1);
  g_assert_true (g_str_has_prefix (second, "POST /v1/chat/completions "));
  g_assert_true (g_str_has_suffix (second, "{}"));
}

static void
test_errors (void)
{
  static const struct { const char *reply; int code; } cases[] = {
    { "HTTP/1.1 401 Unauthorized\r\n" JSON "{}", SG_MODEL_ERROR_KEY },
    { "HTTP/1.1 404 Not Found\r\n" JSON "{}", SG_MODEL_ERROR_NOT_FOUND },
    { "HTTP/1.1 503 Service Unavailable\r\n" JSON "{\"error\":{\"message\":\"Loading model\"}}", SG_MODEL_ERROR_LOADING },
    { OK "<html>", SG_MODEL_ERROR_NOT_FOUND },
    { OK "hello", SG_MODEL_ERROR_GARBLED },
    { OK "{\"data\":[{\"id\":", SG_MODEL_ERROR_GARBLED },
    { OK "{\"status\":\"ok\"}", SG_MODEL_ERROR_GARBLED },
    { "220 mail.example\r\n", SG_MODEL_ERROR_GARBLED },
    { "", SG_MODEL_ERROR_CUT_OFF },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawServer) server = raw_server_new ();
      g_auto (Answer) answer = { 0 };

      raw_server_reply (server, cases[i].reply, -1, PIECES_WHOLE, END_CLOSE);
      answer = probe (server, NULL, NULL);
      g_assert_error (answer.error, SG_MODEL_ERROR, cases[i].code);
    }
}

static void
test_endless (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *models = g_strnfill (65536, ' ');
  g_auto (Answer) answer = { 0 };

  raw_server_reply_endless (server, OK "{\"data\":[", models, 100 * 1000 * 1000);
  answer = probe (server, NULL, NULL);
  g_assert_error (answer.error, SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG);
  raw_server_wait_closed (server);
  g_assert_cmpuint (raw_server_get_n_sent (server), <, 50 * 1000 * 1000);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (RawServer) server = raw_server_new ();

  raw_server_reply (server, OK "{\"data\":", -1, PIECES_WHOLE, END_HANG);
  for (guint delay = 0; delay < 10; delay++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_auto (Answer) answer = { 0 };

      g_timeout_add (delay, cancel_cb, cancellable);
      answer = probe (server, NULL, cancellable);
      g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      raw_server_wait_closed (server);
    }
}

static void
test_bad_input (void)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  static const struct { const char *address; const char *key; int code; } cases[] = {
    { "", NULL, SG_MODEL_ERROR_ADDRESS },
    { "ftp://x", NULL, SG_MODEL_ERROR_ADDRESS },
    { "localhost:1", "two words", SG_MODEL_ERROR_KEY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Answer) answer = { 0 };

      sg_probe_async (http, cases[i].address, cases[i].key, NULL, probed_cb, &answer);
      while (!answer.done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (answer.error, SG_MODEL_ERROR, cases[i].code);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/probe/llama-cpp", test_llama_cpp);
  g_test_add_func ("/probe/ollama", test_ollama);
  g_test_add_func ("/probe/no-list", test_no_list);
  g_test_add_func ("/probe/errors", test_errors);
  g_test_add_func ("/probe/endless", test_endless);
  g_test_add_func ("/probe/cancel", test_cancel);
  g_test_add_func ("/probe/bad-input", test_bad_input);

  return g_test_run ();
}
