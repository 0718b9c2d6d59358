/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "llm-fixture.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"
#include "llm/sg-steady-model.h"

/* Servers that do what no server should. */

#define CHUNK(words) "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]}"
#define STOP "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
#define DATA(chunk) "data: " chunk "\n\n"
#define REPLY(status, body) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body

static Recorder *
ask (RawServer  *server,
     SgHttp     *http,
     const char *key)
{
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (SgModelRequest) request = make_request ("Hello");
  Recorder *recorder = recorder_new ();

  sg_openai_model_set_key (SG_OPENAI_MODEL (model), key);
  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (model), 300, 300, 5000);
  recorder_run (recorder, model, request);

  return recorder;
}

static Recorder *
ask_once (const char *reply,
          ServerEnd   end)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();

  raw_server_reply (server, reply, -1, PIECES_WHOLE, end);

  return ask (server, http, NULL);
}

typedef struct
{
  const char *name;
  const char *reply;
  ServerEnd   end;
  int         error;
  const char *words;
  const char *message;
} Case;

static const Case cases[] = {
  { "nothing", "", END_CLOSE, SG_MODEL_ERROR_CUT_OFF, "", "ended the connection" },
  { "reset", "", END_RESET, SG_MODEL_ERROR_CUT_OFF, "", "ended the connection" },
  { "silent", "", END_HANG, SG_MODEL_ERROR_SILENT, "", "said nothing" },
  { "silent-after-headers", CLOSE_HEAD, END_HANG, SG_MODEL_ERROR_SILENT, "", "said nothing" },
  { "silent-later", CLOSE_HEAD DATA (CHUNK ("One")), END_HANG, SG_MODEL_ERROR_SILENT, "One", "fell silent" },
  { "no-http", "220 mail.example ESMTP\r\n", END_CLOSE, SG_MODEL_ERROR_GARBLED, "", "does not speak HTTP" },
  { "empty", CLOSE_HEAD, END_CLOSE, SG_MODEL_ERROR_GARBLED, "", "language of model servers" },
  { "garbage", CLOSE_HEAD "\x01\x02\xff garbage \xfe\n\n:::\n", END_CLOSE, SG_MODEL_ERROR_GARBLED, "",
    "language of model servers" },
  { "web-page", CLOSE_HEAD "<!DOCTYPE html><html>", END_HANG, SG_MODEL_ERROR_NOT_FOUND, "", "web page" },
  { "web-page-502", "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n<html><h1>502</h1>", END_CLOSE,
    SG_MODEL_ERROR_SERVER, "", "behind it does not" },
  { "cut", CLOSE_HEAD DATA (CHUNK ("One")), END_CLOSE, SG_MODEL_ERROR_CUT_OFF, "One", "before its reply was whole" },
  { "cut-reset", CLOSE_HEAD DATA (CHUNK ("One")), END_RESET, SG_MODEL_ERROR_CUT_OFF, "One", "before its reply was whole" },
  { "cut-in-chunk", CLOSE_HEAD DATA (CHUNK ("One")) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Tw",
    END_CLOSE, SG_MODEL_ERROR_CUT_OFF, "One", "before its reply was whole" },
  { "cut-in-encoding", STREAM_HEAD "40\r\ndata: {\"cho", END_CLOSE, SG_MODEL_ERROR_CUT_OFF, "", NULL },
  { "cut-in-document", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"choices\":[", END_CLOSE,
    SG_MODEL_ERROR_CUT_OFF, "", NULL },
  { "cut-in-held-words", CLOSE_HEAD DATA (CHUNK ("One <thi")), END_CLOSE, SG_MODEL_ERROR_CUT_OFF, "One <thi", NULL },
  { "garbled-chunk", CLOSE_HEAD DATA (CHUNK ("One")) DATA ("{\"choices\":[}") DATA (CHUNK ("Two")), END_CLOSE,
    SG_MODEL_ERROR_GARBLED, "One", "cannot be understood" },
  { "error-in-stream", CLOSE_HEAD DATA (CHUNK ("One")) DATA ("{\"error\":{\"code\":500,\"message\":\"Out of \\u0007memory\"}}"),
    END_CLOSE, SG_MODEL_ERROR_SERVER, "One", "It says: Out of memory" },
  { "error-as-text", CLOSE_HEAD DATA ("{\"error\":\"boom\"}"), END_CLOSE, SG_MODEL_ERROR_SERVER, "", "It says: boom" },
  { "error-in-stream-event", CLOSE_HEAD "event: error\ndata: {\"error\":{\"message\":\"rate_limit reached\"}}\n\n", END_CLOSE,
    SG_MODEL_ERROR_BUSY, "", "no more requests" },
  { "loading", REPLY ("503 Service Unavailable",
                      "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}"),
    END_CLOSE, SG_MODEL_ERROR_LOADING, "", "still loading" },
  { "busy", REPLY ("503 Service Unavailable", ""), END_CLOSE, SG_MODEL_ERROR_BUSY, "", "too busy" },
  { "failed", REPLY ("500 Internal Server Error", "oops"), END_CLOSE, SG_MODEL_ERROR_SERVER, "", "status 500). Try again" },
  { "key-refused", REPLY ("401 Unauthorized", "{\"error\":{\"message\":\"Invalid API Key\"}}"), END_CLOSE,
    SG_MODEL_ERROR_KEY, "", "wants a key. Enter it in the preferences. It says: Invalid API Key" },
  { "key", REPLY ("401 Unauthorized", "{}"), END_CLOSE, SG_MODEL_ERROR_KEY, "", "wants a key" },
  { "no-model", REPLY ("404 Not Found", "{\"error\":{\"message\":\"model 'tiny' not found\"}}"), END_CLOSE,
    SG_MODEL_ERROR_NOT_FOUND, "", "no model “tiny”" },
  { "wrong-path", REPLY ("404 Not Found", "404 page not found"), END_CLOSE, SG_MODEL_ERROR_NOT_FOUND, "", "no chat interface" },
  { "long-prompt", REPLY ("400 Bad Request", "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\","
                          "\"code\":\"context_length_exceeded\"}}"),
    END_CLOSE, SG_MODEL_ERROR_CONTEXT, "", "too long for this model" },
  { "long-prompt-counted",
    REPLY ("400 Bad Request", "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"too long\","
                              "\"n_prompt_tokens\":6676,\"n_ctx\":4096}}"),
    END_CLOSE, SG_MODEL_ERROR_CONTEXT, "", "--ctx-size 8192" },
  { "long-prompt-miscounted",
    REPLY ("400 Bad Request", "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"too long\","
                              "\"n_prompt_tokens\":9223372036854775807,\"n_ctx\":4096}}"),
    END_CLOSE, SG_MODEL_ERROR_CONTEXT, "", "a larger context" },
  { "redirect", "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://elsewhere.example/v1\r\nContent-Length: 0\r\n\r\n",
    END_CLOSE, SG_MODEL_ERROR_ADDRESS, "", "elsewhere.example" },
  { "redirect-nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", END_CLOSE, SG_MODEL_ERROR_NOT_FOUND, "", "where to" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (Recorder) recorder = ask_once (c->reply, c->end);

  g_assert_error (recorder->error, SG_MODEL_ERROR, c->error);
  g_assert_cmpstr (recorder->text->str, ==, c->words);
  g_assert_false (recorder->finished);
  g_test_message ("%s", recorder->error->message);
  if (c->message != NULL)
    g_assert_nonnull (strstr (recorder->error->message, c->message));
}

static void
test_no_server (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *address = g_strdup (raw_server_get_address (server));
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModelRequest) request = make_request ("Hello");
  g_autoptr (SgModel) refused = sg_openai_model_new (http, address, "tiny", NULL);
  g_autoptr (SgModel) unknown = sg_openai_model_new (http, "http://no-such-host.invalid:8080", "tiny", NULL);
  g_autoptr (Recorder) first = recorder_new ();
  g_autoptr (Recorder) second = recorder_new ();

  raw_server_free (g_steal_pointer (&server));
  recorder_run (first, refused, request);
  g_assert_error (first->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONNECT);
  g_assert_nonnull (strstr (first->error->message, "Nothing answers at http://127.0.0.1:"));
  g_assert_false (first->started);

  recorder_run (second, unknown, request);
  g_assert_error (second->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONNECT);
  g_assert_nonnull (strstr (second->error->message, "no-such-host.invalid"));
}

static void
test_retry_after (void)
{
  g_autoptr (Recorder) recorder = ask_once ("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n"
                                            "Connection: close\r\n\r\n", END_CLOSE);

  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_BUSY);
  g_assert_cmpint (sg_model_error_get_status (recorder->error), ==, 429);
  g_assert_cmpint (sg_model_error_get_retry_after (recorder->error), ==, 7 * G_USEC_PER_SEC);
}

/* The key goes to the server, and nowhere else: not even when the server says it back. */
static void
test_key_stays_secret (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (Recorder) refused = NULL;
  g_autoptr (Recorder) broken = NULL;
  g_autofree char *request = NULL;

  raw_server_reply (server, REPLY ("401 Unauthorized", "{\"error\":{\"message\":\"Incorrect key: sk-very-secret.\"}}"), -1,
                    PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD DATA ("{\"error\":\"sk-very-secret is over its limit\"}"), -1, PIECES_WHOLE, END_CLOSE);
  refused = ask (server, http, "  sk-very-secret\n");
  broken = ask (server, http, "sk-very-secret");

  request = raw_server_dup_request (server, 0);
  g_assert_nonnull (strstr (request, "Authorization: Bearer sk-very-secret\r\n"));
  g_assert_error (refused->error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY);
  g_assert_nonnull (strstr (refused->error->message, "does not accept the key"));
  g_assert_null (strstr (refused->error->message, "secret"));
  g_assert_error (broken->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);
  g_assert_null (strstr (broken->error->message, "secret"));
}

static void
test_key_with_line_break (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (Recorder) recorder = NULL;

  raw_server_reply (server, "", 0, PIECES_WHOLE, END_CLOSE);
  recorder = ask (server, http, "sk-a\r\nX-Evil: 1");
  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY);
  g_assert_cmpuint (raw_server_get_n_requests (server), ==, 0);
}

/* A kept connection that dies when it is used is replaced, unseen; a new one that dies is not tried again. */
static void
test_dead_connection (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autofree char *good = make_stream (CHUNK ("One"), STOP, "[DONE]", NULL);

  raw_server_reply (server, good, -1, PIECES_WHOLE, END_KEEP);
  raw_server_reply (server, "", 0, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, good, -1, PIECES_WHOLE, END_KEEP);
  raw_server_reply (server, good, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, "", 0, PIECES_WHOLE, END_CLOSE);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Recorder) recorder = ask (server, http, NULL);

      g_assert_no_error (recorder->error);
      g_assert_cmpstr (recorder->text->str, ==, "One");
    }
  g_assert_cmpuint (raw_server_get_n_requests (server), ==, 4);
  g_assert_cmpuint (raw_server_get_n_connections (server), ==, 2);
  raw_server_wait_closed (server);

  {
    g_autoptr (Recorder) recorder = ask (server, http, NULL);

    g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CUT_OFF);
    g_assert_cmpuint (raw_server_get_n_requests (server), ==, 5);
  }
}

/* Asks once, and writes what became of it into @trace. */
static Recorder *
ask_traced (SgModel *model,
            SgTrace *trace)
{
  Recorder *recorder = recorder_new ();
  g_autoptr (SgModelRequest) request = make_request ("Hello");

  sg_model_request_set_trace (request, trace, sg_trace_begin (trace, 0, SG_SPAN_MODEL, "call"));
  recorder_run (recorder, model, request);
  g_assert_no_error (recorder->error);

  return recorder;
}

/* llama.cpp closes what is idle for five seconds: the next call finds out, and nobody hears of it. */
static void
test_closed_while_idle (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (SgSteadyModel) steady =
    sg_steady_model_new (model, sg_openai_model_get_server_state (SG_OPENAI_MODEL (model)));
  g_autofree char *good = make_stream (CHUNK ("One"), STOP, "[DONE]", NULL);

  raw_server_reply (server, good, -1, PIECES_WHOLE, END_CLOSE);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SgTrace) trace = sg_trace_new ();
      g_autoptr (Recorder) recorder = ask_traced (SG_MODEL (steady), trace);

      g_assert_cmpstr (recorder->text->str, ==, "One");
      g_assert_null (sg_trace_find (trace, SG_SPAN_WAIT, "retry"));
      raw_server_wait_closed (server);
    }
  g_assert_cmpuint (raw_server_get_n_requests (server), ==, 3);
  g_assert_cmpuint (raw_server_get_n_connections (server), ==, 3);
}

/* What making a connection took is said of the call that waited for it, and of no other. */
static void
test_connection_phases (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autofree char *good = make_stream (CHUNK ("One"), STOP, "[DONE]", NULL);

  raw_server_reply (server, good, -1, PIECES_WHOLE, END_KEEP);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SgTrace) trace = sg_trace_new ();
      G_GNUC_UNUSED g_autoptr (Recorder) recorder = ask_traced (model, trace);
      const SgSpan *connect = sg_trace_find (trace, SG_SPAN_PHASE, "connect");

      if (i > 0)
        {
          g_assert_null (connect);
          continue;
        }

      g_assert_nonnull (connect);
      g_assert_cmpint (sg_span_get_int (connect, SG_ATTRIBUTE_TCP, -1), >=, 0);
      g_assert_cmpint (sg_span_get_int (connect, SG_ATTRIBUTE_TCP, -1), <=, connect->end_us - connect->begin_us);
      g_assert_cmpint (sg_span_get_int (connect, SG_ATTRIBUTE_TLS, -1), ==, -1);
    }
}

static void
test_not_pooled (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autofree char *good = make_stream (CHUNK ("One"), STOP, "[DONE]", NULL);

  raw_server_reply (server, good, -1, PIECES_WHOLE, END_KEEP);
  sg_http_set_pooled (http, FALSE);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Recorder) recorder = ask (server, http, NULL);

      g_assert_no_error (recorder->error);
    }
  g_assert_cmpuint (raw_server_get_n_connections (server), ==, 3);
}

static gsize
resident_kilobytes (void)
{
  g_autofree char *statm = NULL;
  gsize size, resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL));
  g_assert_cmpint (sscanf (statm, "%" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT, &size, &resident), ==, 2);

  return resident * (gsize) sysconf (_SC_PAGESIZE) / 1024;
}

typedef struct
{
  const char *name;
  const char *head;
  const char *unit;
  int         error;
} Endless;

static const Endless endless[] = {
  { "words", CLOSE_HEAD, DATA (CHUNK ("all work and no play makes a dull reply all work and no play makes a dull reply")),
    SG_MODEL_ERROR_TOO_LONG },
  { "line", CLOSE_HEAD, "data: data: data: data: data: data: data: data: data: data: data: data: data: data: ",
    SG_MODEL_ERROR_TOO_LONG },
  { "event", CLOSE_HEAD, "data: {\"line\":\"of an event that has no end and goes on and on and on and on and on\"}\n",
    SG_MODEL_ERROR_TOO_LONG },
  { "document", CLOSE_HEAD "{\"choices\":[", "{\"index\":1,\"message\":{\"content\":\"a document that has no end\"}},",
    SG_MODEL_ERROR_TOO_LONG },
  { "pings", CLOSE_HEAD, ": a sign of life of a server that does not live, and nothing but such signs\n\n",
    SG_MODEL_ERROR_TOO_LONG },
  { "arguments", CLOSE_HEAD, DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\","
                                   "\"arguments\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}}]}}]}"), SG_MODEL_ERROR_TOO_LONG },
};

/* 100 MB, of which only a bounded part is read and a small one kept. */
static void
test_endless (gconstpointer data)
{
  const Endless *e = data;
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (Recorder) recorder = recorder_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (SgModelRequest) request = make_request ("Hello");
  g_autoptr (GString) unit = g_string_new (NULL);
  gsize before;

  while (unit->len < 64 * 1024)
    g_string_append (unit, e->unit);
  raw_server_reply_endless (server, e->head, unit->str, 100 * 1000 * 1000);

  before = resident_kilobytes ();
  recorder_run (recorder, model, request);
  g_assert_error (recorder->error, SG_MODEL_ERROR, e->error);
  g_assert_cmpuint (resident_kilobytes (), <, before + 90 * 1024);
  raw_server_wait_closed (server);
  g_assert_cmpuint (raw_server_get_n_sent (server), <, 90 * 1000 * 1000);
  if (strcmp (e->name, "words") == 0)
    g_assert_cmpuint (recorder->text->len, >, 3 * 1000 * 1000);
}

/* Signs of life keep a call alive, but not for ever. */
static void
test_total_timeout (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (Recorder) recorder = recorder_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (SgModelRequest) request = make_request ("Hello");

  raw_server_reply (server, CLOSE_HEAD DATA (CHUNK ("One")), -1, PIECES_WHOLE, END_HANG);
  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (model), 0, 0, 200);
  recorder_run (recorder, model, request);
  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT);
  g_assert_nonnull (strstr (recorder->error->message, "took longer"));
  raw_server_wait_closed (server);
}

/* Cancels after each event there is, words that come together being one: no event follows, and the server sees that
 * it can stop. */
static void
test_cancel (void)
{
  static const char reply[] = CLOSE_HEAD DATA (CHUNK ("One")) DATA (CHUNK (" <")) DATA (CHUNK ("two"))
    DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":\"{\"}}]}}]}")
    DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}}]}");
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();

  raw_server_reply (server, reply, -1, PIECES_WHOLE, END_HANG);
  for (guint i = 1; i <= 6; i++)
    {
      g_autoptr (Recorder) recorder = recorder_new ();
      g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
      g_autoptr (SgModelRequest) request = make_request ("Hello");

      recorder->cancellable = g_cancellable_new ();
      recorder->cancel_after = i;
      recorder_run (recorder, model, request);
      g_assert_error (recorder->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (recorder->n_events, ==, i);
      raw_server_wait_closed (server);
    }
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE;
}

static void
test_cancel_early (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();

  raw_server_reply (server, "", 0, PIECES_WHOLE, END_HANG);
  for (int delay = -1; delay < 12; delay++)
    {
      g_autoptr (Recorder) recorder = recorder_new ();
      g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
      g_autoptr (SgModelRequest) request = make_request ("Hello");

      recorder->cancellable = g_cancellable_new ();
      if (delay < 0)
        g_cancellable_cancel (recorder->cancellable);
      else if (delay == 0)
        g_idle_add (cancel_cb, recorder->cancellable);
      else
        g_timeout_add (delay, cancel_cb, recorder->cancellable);
      recorder_run (recorder, model, request);
      g_assert_error (recorder->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (recorder->n_events, ==, 0);
      raw_server_wait_closed (server);
    }
}

/* Whoever frees everything while a call runs gets no event any more. */
static void
test_let_go (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (Recorder) recorder = recorder_new ();
  SgHttp *http = sg_http_new ();
  SgModel *model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  SgModelRequest *request = make_request ("Hello");

  raw_server_reply (server, CLOSE_HEAD DATA (CHUNK ("One")), -1, PIECES_WHOLE, END_HANG);
  recorder->cancellable = g_cancellable_new ();
  recorder->cancel_after = 2;
  recorder_run (recorder, model, request);
  raw_server_wait_closed (server);
  g_assert_finalize_object (request);
  g_assert_finalize_object (model);
  g_assert_finalize_object (http);
}

/* Without `[DONE]`, and without an end: the reason says that the reply is whole. */
static void
test_no_done (void)
{
  g_autoptr (Recorder) open = ask_once (CLOSE_HEAD DATA (CHUNK ("One")) DATA (STOP), END_HANG);
  g_autoptr (Recorder) closed = ask_once (CLOSE_HEAD DATA (CHUNK ("One")) DATA (STOP), END_CLOSE);
  g_autoptr (Recorder) reset = ask_once (CLOSE_HEAD DATA (CHUNK ("One")) DATA (STOP), END_RESET);
  g_autoptr (Recorder) no_line = ask_once (CLOSE_HEAD DATA (CHUNK ("One")) "data: [DONE]", END_CLOSE);

  g_assert_no_error (open->error);
  g_assert_no_error (closed->error);
  g_assert_no_error (reset->error);
  g_assert_no_error (no_line->error);
  g_assert_cmpint (open->reason, ==, SG_FINISH_STOP);
  g_assert_cmpint (no_line->reason, ==, SG_FINISH_OTHER);
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (Recorder) recorder = ask_once (CLOSE_HEAD DATA (CHUNK ("a\xf0\x9f")) DATA (CHUNK ("\x8e\x89 b\xff\xfe"))
                                            DATA (CHUNK ("c\\u0000d\\ud83c")) DATA (CHUNK ("\\udf89\\udf89e\xe2\x82"))
                                            DATA (STOP) DATA ("[DONE]"), END_CLOSE);

  g_assert_no_error (recorder->error);
  g_assert_cmpstr (recorder->text->str, ==, "a🎉 b\xef\xbf\xbd\xef\xbf\xbd" "c\xef\xbf\xbd" "d🎉\xef\xbf\xbd" "e");
}

/* A cloud that does not know a field names it; it is left away, and that is remembered. */
static void
test_refused_field (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autofree char *good = make_stream (CHUNK ("One"), STOP, "[DONE]", NULL);

  raw_server_reply (server, REPLY ("400 Bad Request", "{\"error\":{\"message\":\"Unknown field: stream_options\"}}"), -1,
                    PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, good, -1, PIECES_WHOLE, END_KEEP);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Recorder) recorder = ask (server, http, NULL);

      g_assert_no_error (recorder->error);
      g_assert_cmpstr (recorder->text->str, ==, "One");
      g_assert_true (recorder->usage.estimated);
      g_assert_cmpint (recorder->usage.output, >, 0);
      g_assert_cmpint (recorder->usage.input, >, 0);
    }

  g_assert_cmpuint (raw_server_get_n_requests (server), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *request = raw_server_dup_request (server, i);

      g_assert_true ((strstr (request, "stream_options") != NULL) == (i == 0));
    }
}

static void
test_llama_cpp_is_learned (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  static const char good[] = "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nConnection: close\r\n\r\n" DATA (CHUNK ("One"))
                             DATA (STOP) DATA ("[DONE]");

  raw_server_reply (server, good, -1, PIECES_WHOLE, END_CLOSE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Recorder) recorder = ask (server, http, NULL);
      g_autofree char *request = raw_server_dup_request (server, i);

      g_assert_no_error (recorder->error);
      g_assert_true ((strstr (request, "\"return_progress\":true") != NULL) == (i == 1));
    }
}

static void
test_truncated_prompt (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model = sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (SgModelRequest) request = NULL;

  raw_server_reply (server, CLOSE_HEAD DATA (CHUNK ("One")) DATA (STOP)
                    DATA ("{\"choices\":[],\"usage\":{\"prompt_tokens\":2048,\"completion_tokens\":1}}") DATA ("[DONE]"), -1,
                    PIECES_WHOLE, END_CLOSE);
  while (words->len < 60000)
    g_string_append (words, "The lamp stands on the table. ");
  request = make_request (words->str);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Recorder) recorder = recorder_new ();

      recorder_run (recorder, model, request);
      g_assert_no_error (recorder->error);
      if (i == 0)
        g_assert_nonnull (strstr (recorder->warnings->str, "read only 2048 tokens"));
      else
        g_assert_cmpuint (recorder->warnings->len, ==, 0);
      g_clear_object (&request);
      request = make_request ("Hello");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/misbehaving/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (endless); i++)
    {
      g_autofree char *path = g_strconcat ("/misbehaving/endless/", endless[i].name, NULL);

      g_test_add_data_func (path, &endless[i], test_endless);
    }
  g_test_add_func ("/misbehaving/no-server", test_no_server);
  g_test_add_func ("/misbehaving/retry-after", test_retry_after);
  g_test_add_func ("/misbehaving/key-stays-secret", test_key_stays_secret);
  g_test_add_func ("/misbehaving/key-with-line-break", test_key_with_line_break);
  g_test_add_func ("/misbehaving/dead-connection", test_dead_connection);
  g_test_add_func ("/misbehaving/closed-while-idle", test_closed_while_idle);
  g_test_add_func ("/misbehaving/connection-phases", test_connection_phases);
  g_test_add_func ("/misbehaving/not-pooled", test_not_pooled);
  g_test_add_func ("/misbehaving/total-timeout", test_total_timeout);
  g_test_add_func ("/misbehaving/cancel", test_cancel);
  g_test_add_func ("/misbehaving/cancel-early", test_cancel_early);
  g_test_add_func ("/misbehaving/let-go", test_let_go);
  g_test_add_func ("/misbehaving/no-done", test_no_done);
  g_test_add_func ("/misbehaving/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/misbehaving/refused-field", test_refused_field);
  g_test_add_func ("/misbehaving/llama-cpp-is-learned", test_llama_cpp_is_learned);
  g_test_add_func ("/misbehaving/truncated-prompt", test_truncated_prompt);

  return g_test_run ();
}
