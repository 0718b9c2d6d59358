/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "llm-fixture.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-probe.h"

/* The same against a real llama-server, where there is one.  STORYGLASS_REAL_SERVER is its address; it should run a small
 * model with --jinja and a context of 4,096 tokens or less.  STORYGLASS_REAL_SERVER_KEY is its key, if it wants one. */

static const char *address;
static const char *key;

static gboolean
skip_without_server (void)
{
  if (address != NULL)
    return FALSE;

  g_test_skip ("STORYGLASS_REAL_SERVER is not set");

  return TRUE;
}

static SgModel *
make_model (SgHttp *http)
{
  g_autoptr (GError) error = NULL;
  SgModel *model = sg_openai_model_new (http, address, "", &error);

  g_assert_no_error (error);
  sg_openai_model_set_key (SG_OPENAI_MODEL (model), key);

  return model;
}

static SgModelRequest *
make_short (const char *words,
            int         max_tokens)
{
  SgModelRequest *request = make_request (words);

  sg_model_request_set_max_tokens (request, max_tokens);

  return request;
}

static Recorder *
run (SgModelRequest *request)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = make_model (http);
  Recorder *recorder = recorder_new ();

  recorder_run (recorder, model, request);

  return recorder;
}

static void
test_text (void)
{
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgModel) model = NULL;

  if (skip_without_server ())
    return;

  http = sg_http_new ();
  model = make_model (http);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SgModelRequest) request = make_short ("Tell me about the lamp.", 24);
      g_autoptr (SgTrace) trace = sg_trace_new ();
      g_autoptr (Recorder) recorder = recorder_new ();
      guint span = sg_trace_begin (trace, 0, SG_SPAN_MODEL, "real");

      sg_model_request_set_trace (request, trace, span);
      recorder_run (recorder, model, request);
      g_assert_no_error (recorder->error);
      g_assert_cmpuint (recorder->text->len + recorder->reasoning->len, >, 0);
      g_assert_cmpint (recorder->usage.output, >, 0);
      g_assert_cmpint (recorder->usage.output, <=, 24);
      g_assert_false (recorder->usage.estimated);
      g_assert_cmpint (recorder->usage.predicted_us, >=, 0);
      g_assert_true (recorder->reason == SG_FINISH_LENGTH || recorder->reason == SG_FINISH_STOP);
      g_assert_nonnull (sg_trace_find (trace, SG_SPAN_PHASE, "prompt"));
      g_assert_nonnull (sg_trace_find (trace, SG_SPAN_PHASE, "write"));
      g_assert_cmpint (sg_span_get_int (sg_trace_get_span (trace, span), SG_ATTRIBUTE_TOKENS_OUT, 0), ==,
                       recorder->usage.output);
      /* Known to be llama.cpp from the first reply on. */
      if (i > 0)
        g_assert_cmpuint (recorder->n_progress, >, 0);
    }
}

static void
test_tools (void)
{
  g_autoptr (SgModelRequest) request = NULL;
  g_autoptr (Recorder) recorder = NULL;

  if (skip_without_server ())
    return;

  request = make_short ("What is the weather in Paris?", 200);
  sg_model_request_set_tools (request, "[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":"
                              "\"Weather of a city\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":"
                              "\"string\",\"enum\":[\"Paris\",\"Tokyo\"]}},\"required\":[\"city\"]}}}]");
  recorder = run (request);
  g_assert_no_error (recorder->error);
  g_test_message ("%s", recorder->log->str);
  g_assert_cmpuint (recorder->complete->len + recorder->n_cut, ==, recorder->n_opened);
}

static void
test_schema (void)
{
  g_autoptr (SgModelRequest) request = NULL;
  g_autoptr (Recorder) recorder = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  if (skip_without_server ())
    return;

  request = make_short ("Is the lamp lit?", 200);
  sg_model_request_set_schema (request, "{\"type\":\"object\",\"properties\":{\"lit\":{\"type\":\"boolean\"}},\"required\":[\"lit\"],"
                               "\"additionalProperties\":false}");
  recorder = run (request);
  g_assert_no_error (recorder->error);
  if (recorder->reason == SG_FINISH_LENGTH)
    return;
  node = json_from_string (recorder->text->str, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (json_node_get_object (node), "lit"));
}

static void
test_context (void)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (SgModelRequest) request = NULL;
  g_autoptr (Recorder) recorder = NULL;

  if (skip_without_server ())
    return;

  for (guint i = 0; i < 20000; i++)
    g_string_append (words, "The lamp. ");
  request = make_short (words->str, 8);
  recorder = run (request);
  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONTEXT);
}

static void
test_cancel (void)
{
  if (skip_without_server ())
    return;

  for (guint i = 1; i < 8; i++)
    {
      g_autoptr (SgHttp) http = sg_http_new ();
      g_autoptr (SgModel) model = make_model (http);
      g_autoptr (SgModelRequest) request = make_short ("Tell me a long story.", 2000);
      g_autoptr (Recorder) recorder = recorder_new ();

      recorder->cancellable = g_cancellable_new ();
      recorder->cancel_after = i;
      recorder_run (recorder, model, request);
      g_assert_error (recorder->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (recorder->n_events, ==, i);
    }
}

/* A call that was cut goes back in the history; the server must not choke on it. */
static void
test_history_with_cut_call (void)
{
  g_autoptr (SgModelRequest) request = NULL;
  g_autoptr (Recorder) recorder = NULL;
  SgMessage *assistant;
  SgMessage *tool;

  if (skip_without_server ())
    return;

  request = make_short ("What is the weather?", 8);
  assistant = sg_message_new (SG_ROLE_ASSISTANT, NULL);
  sg_message_add_call (assistant, "x", "get_weather", "{\"city\":\"Par");
  sg_model_request_add_message (request, assistant);
  tool = sg_message_new (SG_ROLE_TOOL, "It is raining.");
  tool->call_id = g_strdup ("x");
  sg_model_request_add_message (request, tool);
  recorder = run (request);
  g_assert_no_error (recorder->error);
}

static void
probed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  SgProbeResult **answer = user_data;
  g_autoptr (GError) error = NULL;

  *answer = sg_probe_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_probe (void)
{
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgProbeResult) answer = NULL;

  if (skip_without_server ())
    return;

  http = sg_http_new ();
  sg_probe_async (http, address, key, NULL, probed_cb, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%s", answer->sentence);
  g_assert_cmpint (answer->kind, ==, SG_SERVER_LLAMA_CPP);
  g_assert_cmpuint (answer->models->len, >, 0);
  g_assert_cmpint (sg_probe_result_find_model (answer, NULL)->context_size, >, 0);
  g_assert_cmpint (answer->key_state, ==, key != NULL ? SG_KEY_ACCEPTED : SG_KEY_NOT_GIVEN);
}

static void
test_wrong_key (void)
{
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SgModelRequest) request = NULL;
  g_autoptr (Recorder) recorder = NULL;

  if (skip_without_server ())
    return;
  if (key == NULL)
    {
      g_test_skip ("STORYGLASS_REAL_SERVER_KEY is not set");
      return;
    }

  http = sg_http_new ();
  model = make_model (http);
  request = make_short ("Hello", 4);
  recorder = recorder_new ();
  sg_openai_model_set_key (SG_OPENAI_MODEL (model), "sk-not-the-key");
  recorder_run (recorder, model, request);
  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY);
}

static void
embedded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Without STORYGLASS_REAL_EMBEDDINGS, a server that runs with --embeddings --pooling mean, the one that chats is
 * asked, which says that it has none. */
static void
test_embeddings (void)
{
  static const char *const texts[] = { "The file is in the folder.", "A window opens.", "漢字 😀", NULL };
  const char *with = g_getenv ("STORYGLASS_REAL_EMBEDDINGS");
  g_autoptr (SgHttp) http = NULL;
  g_autoptr (SgEmbedder) embedder = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) vectors = NULL;
  g_autoptr (GError) error = NULL;

  if (with == NULL && skip_without_server ())
    return;

  http = sg_http_new ();
  embedder = sg_embedder_new (http, with != NULL ? with : address, "", &error);
  g_assert_no_error (error);
  sg_embedder_set_key (embedder, key);
  sg_embedder_embed_async (embedder, texts, 100, NULL, 0, NULL, embedded_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  vectors = sg_embedder_embed_finish (embedder, result, &error);

  if (with != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpuint (vectors->len, ==, 3);
      g_assert_cmpuint (g_bytes_get_size (g_ptr_array_index (vectors, 2)), >, 64);
    }
  else
    {
      g_assert_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND);
      g_assert_false (sg_embedder_get_available (embedder));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  address = g_getenv ("STORYGLASS_REAL_SERVER");
  key = g_getenv ("STORYGLASS_REAL_SERVER_KEY");
  g_test_add_func ("/real-server/text", test_text);
  g_test_add_func ("/real-server/tools", test_tools);
  g_test_add_func ("/real-server/schema", test_schema);
  g_test_add_func ("/real-server/context", test_context);
  g_test_add_func ("/real-server/cancel", test_cancel);
  g_test_add_func ("/real-server/history-with-cut-call", test_history_with_cut_call);
  g_test_add_func ("/real-server/probe", test_probe);
  g_test_add_func ("/real-server/embeddings", test_embeddings);
  g_test_add_func ("/real-server/wrong-key", test_wrong_key);

  return g_test_run ();
}
