/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <json-glib/json-glib.h>

#include "llm/sg-endpoint.h"
#include "llm/sg-model-error.h"
#include "llm/sg-request-writer.h"
#include "llm/sg-token-estimate.h"

static char *
write_request (SgModelRequest *request,
               SgRequestFlags  flags)
{
  g_autoptr (GBytes) bytes = sg_request_write (request, "tiny", flags);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, data, length, &error);
  g_assert_no_error (error);

  return g_strndup (data, length);
}

static SgModelRequest *
make_full_request (void)
{
  SgModelRequest *request = sg_model_request_new (SG_REQUEST_NARRATION);
  SgMessage *assistant = sg_message_new (SG_ROLE_ASSISTANT, NULL);
  SgMessage *tool = sg_message_new (SG_ROLE_TOOL, "{\"sky\":\"clear\"}");

  sg_model_request_add_message (request, sg_message_new (SG_ROLE_SYSTEM, "You tell\na \"story\"."));
  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, "Look 🎉"));
  sg_message_add_call (assistant, "x", "look", "{\"at\":\"sky\"}");
  sg_message_add_call (assistant, "y", "cut", "{\"at\":\"sk");
  sg_model_request_add_message (request, assistant);
  tool->call_id = g_strdup ("x");
  sg_model_request_add_message (request, tool);

  return request;
}

static void
test_messages (void)
{
  g_autoptr (SgModelRequest) request = make_full_request ();
  g_autofree char *json = write_request (request, SG_REQUEST_PLAIN);

  g_assert_cmpstr (json, ==,
                   "{\"model\":\"tiny\",\"messages\":[{\"role\":\"system\",\"content\":\"You tell\\na \\\"story\\\".\"},"
                   "{\"role\":\"user\",\"content\":\"Look 🎉\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                   "{\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":\\\"sky\\\"}\"}},"
                   "{\"id\":\"y\",\"type\":\"function\",\"function\":{\"name\":\"cut\",\"arguments\":\"{}\"}}]},"
                   "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"{\\\"sky\\\":\\\"clear\\\"}\"}],\"stream\":true,"
                   "\"stream_options\":{\"include_usage\":true}}");
}

static void
test_flags (void)
{
  g_autoptr (SgModelRequest) request = make_full_request ();
  g_autofree char *plain = NULL;
  g_autofree char *llama = NULL;
  g_autofree char *least = NULL;

  sg_model_request_set_max_tokens (request, 300);
  sg_model_request_set_temperature (request, 0.7);
  sg_model_request_set_tools (request, "[{\"type\":\"function\"}]");
  sg_model_request_set_schema (request, "{\"type\":\"object\"}");
  plain = write_request (request, SG_REQUEST_PLAIN);
  llama = write_request (request, SG_REQUEST_LLAMA_CPP);
  least = write_request (request, SG_REQUEST_NO_STREAM_OPTIONS | SG_REQUEST_MAX_COMPLETION_TOKENS |
                                  SG_REQUEST_NO_TEMPERATURE | SG_REQUEST_NO_TOOL_CHOICE | SG_REQUEST_NO_STRICT);

  g_assert_nonnull (strstr (plain, "\"max_tokens\":300,\"temperature\":0.7,\"tools\":[{\"type\":\"function\"}],\"tool_choice\":\"auto\""));
  g_assert_nonnull (strstr (plain, "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"reply\",\"strict\":true,"
                                   "\"schema\":{\"type\":\"object\"}}}"));
  g_assert_null (strstr (plain, "cache_prompt"));
  g_assert_nonnull (strstr (llama, "\"cache_prompt\":true,\"return_progress\":true,\"timings_per_token\":true"));
  g_assert_null (strstr (least, "stream_options"));
  g_assert_null (strstr (least, "\"max_tokens\""));
  g_assert_nonnull (strstr (least, "\"max_completion_tokens\":300"));
  g_assert_null (strstr (least, "temperature"));
  g_assert_null (strstr (least, "tool_choice"));
  g_assert_null (strstr (least, "strict"));
}

static void
test_refused (void)
{
  g_autoptr (SgModelRequest) request = make_full_request ();
  static const char openai[] = "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                               "'max_completion_tokens' instead.";
  static const char warm[] = "Unsupported value: 'temperature' does not support 0.7";

  g_assert_cmpint (sg_request_find_refused (SG_REQUEST_PLAIN, request, openai, strlen (openai)), ==, SG_REQUEST_MAX_COMPLETION_TOKENS);
  g_assert_cmpint (sg_request_find_refused (SG_REQUEST_PLAIN, request, warm, strlen (warm)), ==, SG_REQUEST_PLAIN);
  sg_model_request_set_temperature (request, 0.7);
  g_assert_cmpint (sg_request_find_refused (SG_REQUEST_PLAIN, request, warm, strlen (warm)), ==, SG_REQUEST_NO_TEMPERATURE);
  g_assert_cmpint (sg_request_find_refused (SG_REQUEST_LLAMA_CPP, request, "return_progress", 15), ==, SG_REQUEST_PLAIN);
  g_assert_cmpint (sg_request_find_refused (SG_REQUEST_PLAIN, request, "no", 2), ==, SG_REQUEST_PLAIN);
}

/* What two prompts begin with is measured and written once, and the bytes are the same as if it were not. */
static void
test_share (void)
{
  g_autoptr (SgModelRequest) earlier = make_full_request ();
  g_autoptr (SgModelRequest) later = make_full_request ();
  g_autoptr (SgModelRequest) alone = make_full_request ();
  g_autofree char *first G_GNUC_UNUSED = write_request (earlier, SG_REQUEST_PLAIN);
  g_autofree char *expected = NULL;
  g_autofree char *json = NULL;
  GPtrArray *theirs = sg_model_request_get_messages (earlier);
  GPtrArray *mine = sg_model_request_get_messages (later);

  sg_model_request_set_tools (earlier, "[{\"type\":\"function\"}]");
  sg_model_request_set_tools (later, "[{\"type\":\"function\",\"function\":{}}]");
  sg_model_request_set_tools (alone, "[{\"type\":\"function\",\"function\":{}}]");
  sg_model_request_add_message (later, sg_message_new (SG_ROLE_USER, "Wait"));
  sg_model_request_add_message (alone, sg_message_new (SG_ROLE_USER, "Wait"));
  g_assert_cmpint (sg_model_request_estimate_tokens (earlier), >, 0);

  sg_model_request_share (later, earlier);
  g_assert_true (g_ptr_array_index (mine, 0) == g_ptr_array_index (theirs, 0));
  g_assert_true (g_ptr_array_index (mine, 1) == g_ptr_array_index (theirs, 1));
  /* Calls are not compared. */
  g_assert_false (g_ptr_array_index (mine, 2) == g_ptr_array_index (theirs, 2));

  g_assert_cmpint (sg_model_request_estimate_tokens (later), ==, sg_model_request_estimate_tokens (alone));
  json = write_request (later, SG_REQUEST_PLAIN);
  expected = write_request (alone, SG_REQUEST_PLAIN);
  g_assert_cmpstr (json, ==, expected);

  /* It outlives the request that it was written for. */
  g_clear_object (&earlier);
  g_free (json);
  json = write_request (later, SG_REQUEST_PLAIN);
  g_assert_cmpstr (json, ==, expected);
}

/* A narration may reason as long as it likes, and so may an answer that has room for it. */
static void
test_effort (void)
{
  static const struct
  {
    SgRequestKind  kind;
    int            max_tokens;
    SgRequestFlags flags;
    gboolean       none;
  } cases[] = {
    { SG_REQUEST_PLANNING, 400, SG_REQUEST_PLAIN, TRUE },
    { SG_REQUEST_VERIFICATION, 300, SG_REQUEST_LLAMA_CPP, TRUE },
    { SG_REQUEST_PLANNING, 400, SG_REQUEST_NO_EFFORT, FALSE },
    { SG_REQUEST_PLANNING, 4000, SG_REQUEST_PLAIN, FALSE },
    { SG_REQUEST_PLANNING, 0, SG_REQUEST_PLAIN, FALSE },
    { SG_REQUEST_NARRATION, 400, SG_REQUEST_PLAIN, FALSE },
    { SG_REQUEST_PROBE, 1, SG_REQUEST_PLAIN, FALSE },
  };
  static const char refusal[] = "Unsupported value: 'reasoning_effort' does not support 'none' with this model.";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgModelRequest) request = sg_model_request_new (cases[i].kind);
      g_autofree char *json = NULL;

      sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, "Plan."));
      sg_model_request_set_max_tokens (request, cases[i].max_tokens);
      json = write_request (request, cases[i].flags);
      g_assert_cmpint (strstr (json, ",\"reasoning_effort\":\"none\"") != NULL, ==, cases[i].none);
      if (cases[i].none)
        g_assert_cmpint (sg_request_find_refused (cases[i].flags, request, refusal, strlen (refusal)), ==,
                         cases[i].flags | SG_REQUEST_NO_EFFORT);
    }
}

static void
test_scene (void)
{
  g_autoptr (SgModelRequest) request = sg_model_request_new (SG_REQUEST_NARRATION);
  char input[] = "open the door";
  SgScene scene = { .mode = (char *) "do", .input = input, .depth = 3, .seed = 7, .language = (char *) "en" };

  g_assert_null (sg_model_request_get_scene (request));
  sg_model_request_set_scene (request, &scene);
  input[0] = 'X';
  g_assert_cmpstr (sg_model_request_get_scene (request)->input, ==, "open the door");
  g_assert_cmpint (sg_model_request_get_scene (request)->depth, ==, 3);
}

static void
test_endpoint (void)
{
  static const struct { const char *typed; const char *base; const char *shown; } good[] = {
    { "localhost:8080", "http://localhost:8080/v1", "http://localhost:8080" },
    { "  localhost:8080/  ", "http://localhost:8080/v1", "http://localhost:8080" },
    { "localhost", "http://localhost/v1", "http://localhost" },
    { "http://host:11434", "http://host:11434/v1", "http://host:11434" },
    { "http://host:11434/v1", "http://host:11434/v1", "http://host:11434" },
    { "http://host:11434/v1//", "http://host:11434/v1", "http://host:11434" },
    { "HTTP://Host:1/V", "http://Host:1/V/v1", "http://Host:1" },
    { "http://host/v1/chat/completions", "http://host/v1", "http://host" },
    { "http://host/v1/models/", "http://host/v1", "http://host" },
    { "https://openrouter.ai/api", "https://openrouter.ai/api/v1", "https://openrouter.ai" },
    { "api.openai.com", "https://api.openai.com/v1", "https://api.openai.com" },
    { "https://g.example/v1beta/openai/", "https://g.example/v1beta/openai", "https://g.example" },
    { "192.168.1.5", "http://192.168.1.5/v1", "http://192.168.1.5" },
    { "[::1]:8080", "http://[::1]:8080/v1", "http://[::1]:8080" },
    { "box.local", "http://box.local/v1", "http://box.local" },
  };
  static const char *const bad[] = {
    "", "   ", "ftp://host", "file:///etc/passwd", "javascript://x", "http://", "http://:8080", "http://user:word@host", "http://host?key=x",
    "http://ho st", "localhost:99999999", "http://host:0", "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *base = sg_endpoint_normalize (good[i].typed, &error);
      g_autofree char *again = NULL;
      g_autofree char *shown = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (base, ==, good[i].base);
      shown = sg_endpoint_dup_shown (base);
      g_assert_cmpstr (shown, ==, good[i].shown);
      again = sg_endpoint_normalize (base, NULL);
      g_assert_cmpstr (again, ==, base);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *base = sg_endpoint_normalize (bad[i], &error);
      g_autofree char *shown = g_strescape (bad[i], NULL);

      g_test_message ("%s: %s", shown, base != NULL ? base : "refused");

      g_assert_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_ADDRESS);
      g_assert_null (base);
      g_assert_null (strstr (error->message, "word"));
    }

  g_assert_true (sg_endpoint_is_local ("http://localhost:8080/v1"));
  g_assert_false (sg_endpoint_is_local ("https://api.openai.com/v1"));
}

static void
test_estimate (void)
{
  static const char prose[] = "The lamp on the table flickers once and goes out. Somewhere below, a door is opened, and steps come "
                              "slowly up the stairs, one after the other, as if whoever climbs them had all the time in the world.";
  SgTokenEstimator pieces = { 0 };
  int whole = sg_token_estimate (prose, -1);

  /* Vocabularies of today make 44 to 48 of it. */
  g_assert_cmpint (whole, >=, 38);
  g_assert_cmpint (whole, <=, 55);
  for (gsize i = 0; i < strlen (prose); i++)
    sg_token_estimator_add (&pieces, prose + i, 1);
  g_assert_cmpint (sg_token_estimator_get (&pieces), ==, whole);

  g_assert_cmpint (sg_token_estimate (NULL, -1), ==, 0);
  g_assert_cmpint (sg_token_estimate ("", -1), ==, 0);
  g_assert_cmpint (sg_token_estimate ("a", 1), ==, 1);
  g_assert_cmpint (sg_token_estimate ("漢字漢字", -1), ==, 4);
  g_assert_cmpint (sg_token_estimate ("Привет", -1), ==, 2);
  g_assert_cmpint (sg_token_estimate ("🎉", -1), ==, 2);
  g_assert_cmpint (sg_token_estimate ("123456", -1), ==, 2);
}

/* What a server says stands in the middle of our sentences. */
static void
test_foreign_text (void)
{
  g_autoptr (GString) text = g_string_new ("a\x1b[31mb\n\n\t c\xe2\x80\xae" "d\xff sk-secret");
  g_autofree char *clean = sg_foreign_text_clean (text->str, -1, "sk-secret");
  g_autofree char *cut = NULL;
  g_autofree char *none = sg_foreign_text_clean (NULL, -1, NULL);

  g_assert_cmpstr (clean, ==, "a [31mb cd\xef\xbf\xbd •••");
  for (guint i = 0; i < 400; i++)
    g_string_prepend (text, "é");
  cut = sg_foreign_text_clean (text->str, text->len, NULL);
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, SG_FOREIGN_TEXT_MAX);
  g_assert_true (g_str_has_suffix (cut, "…"));
  g_assert_cmpstr (none, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/messages", test_messages);
  g_test_add_func ("/request/flags", test_flags);
  g_test_add_func ("/request/refused", test_refused);
  g_test_add_func ("/request/share", test_share);
  g_test_add_func ("/request/effort", test_effort);
  g_test_add_func ("/request/scene", test_scene);
  g_test_add_func ("/request/endpoint", test_endpoint);
  g_test_add_func ("/request/estimate", test_estimate);
  g_test_add_func ("/request/foreign-text", test_foreign_text);

  return g_test_run ();
}
