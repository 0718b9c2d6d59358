/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns with a real client and a server that does what no server should: the story stays as it
 * was, or the turn is committed whole; the words so far are kept; the message says what to do. */

#include "config.h"

#include <string.h>

#include "../llm/llm-fixture.h"
#include "engine-fixture.h"

#define DATA(chunk) "data: " chunk "\n\n"
#define TEXT(words) DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]}")
#define CALL(index, name, arguments)                                                              \
  DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" index ",\"id\":\"c" index \
        "\",\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments    \
        "\"}}]}}]}")
#define FINISH(reason) DATA ("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}") \
  "data: [DONE]\n\n"
#define SET_DOOR "{\\\"entity\\\":\\\"door\\\",\\\"set\\\":{\\\"open\\\":true}}"

/* @told: what the turn tells, or the draft where there is an error; @message: in the error or in the
 * last warning; @door: whether the door is open afterwards. */
typedef struct
{
  const char *name;
  const char *reply;
  ServerEnd   end;
  int         error;
  const char *told;
  const char *message;
  gboolean    door;
} Case;

#define NO_ERROR (-1)

static const Case cases[] = {
  { "cut", CLOSE_HEAD TEXT ("The door ") CALL ("0", "update_state", SET_DOOR), END_CLOSE,
    SG_MODEL_ERROR_CUT_OFF, "The door ", "before its reply was whole", FALSE },
  { "reset", CLOSE_HEAD TEXT ("The door "), END_RESET, SG_MODEL_ERROR_CUT_OFF, "The door ",
    "before its reply was whole", FALSE },
  { "error-in-stream",
    CLOSE_HEAD TEXT ("The door ") CALL ("0", "update_state", SET_DOOR) TEXT ("opens")
      DATA ("{\"error\":{\"code\":500,\"message\":\"Out of memory\"}}"),
    END_CLOSE, SG_MODEL_ERROR_SERVER, "The door opens", "Out of memory", FALSE },
  { "silent", CLOSE_HEAD TEXT ("The door "), END_HANG, SG_MODEL_ERROR_SILENT, "The door ",
    "fell silent", FALSE },
  { "silent-from-the-start", "", END_HANG, SG_MODEL_ERROR_SILENT, "", "said nothing", FALSE },
  { "nothing-told", CLOSE_HEAD FINISH ("stop"), END_CLOSE, SG_MODEL_ERROR_GARBLED, "",
    "Try again", FALSE },
  { "arguments-cut",
    CLOSE_HEAD TEXT ("The door opens.") CALL ("0", "update_state", "{\\\"entity\\\":\\\"do")
      FINISH ("length"),
    END_CLOSE, NO_ERROR, "The door opens.", "cut at the limit", FALSE },
  { "text-cut", CLOSE_HEAD TEXT ("The door ope") FINISH ("length"), END_CLOSE, NO_ERROR,
    "The door ope", "cut at the limit", FALSE },
  { "bad-utf-8", CLOSE_HEAD TEXT ("The d\xff\xfe" "or \xc3(opens).") FINISH ("stop"), END_CLOSE,
    NO_ERROR, NULL, NULL, FALSE },
  { "markup", CLOSE_HEAD TEXT ("<b>The</b> &amp; <a href='x'>door</a> \\u0007opens.") FINISH ("stop"),
    END_CLOSE, NO_ERROR, NULL, NULL, FALSE },
  { "good", CLOSE_HEAD TEXT ("The door opens.") CALL ("0", "update_state", SET_DOOR)
      FINISH ("tool_calls"),
    END_CLOSE, NO_ERROR, "The door opens.", NULL, TRUE },
};

static void
note_warning_cb (SgTurnRun  *run,
                 const char *message,
                 char      **kept)
{
  g_free (*kept);
  *kept = g_strdup (message);
}

static void
started_cb (SgSession *session,
            SgTurnRun *run,
            char     **kept)
{
  g_signal_connect (run, "warning", G_CALLBACK (note_warning_cb), kept);
}

/* Lets the server tell a turn; returns the last warning. */
static char *
play_with (Fixture   *fixture,
           RawServer *server)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model =
    sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);
  char *warning = NULL;
  gulong handler;

  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (model), 400, 400, 20000);
  sg_session_set_model (fixture->session, model);
  handler = g_signal_connect (fixture->session, "turn-started", G_CALLBACK (started_cb), &warning);
  fixture_play (fixture, "open the door");
  g_signal_handler_disconnect (fixture->session, handler);
  sg_session_set_model (fixture->session, SG_MODEL (fixture->model));

  return warning;
}

static void
assert_goes_on (Fixture *fixture)
{
  SgTurnRun *run = fixture_play_plain (fixture, "wait", "Time passes.");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_null (sg_story_get_draft (fixture->story));
  fixture_restart (fixture);
}

#define TOO_LONG                                                                                   \
  "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"         \
  "{\"error\":{\"code\":400,\"message\":\"request (9000 tokens) exceeds the available context size "  \
  "(3000 tokens), try increasing it\",\"type\":\"exceed_context_size_error\","                      \
  "\"n_prompt_tokens\":9000,\"n_ctx\":3000}}"

static char *
dup_body (RawServer *server,
          guint      index)
{
  g_autofree char *request = raw_server_dup_request (server, index);

  return g_strdup (strstr (request, "\r\n\r\n"));
}

/* The server says how long a prompt may be: it is told once more, with one that fits. */
static void
test_too_long (Fixture      *fixture,
               gconstpointer data)
{
  g_autofree char *words = g_strnfill (2000, 'x');
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *warning = NULL;
  SgTurnRun *run;

  for (guint i = 0; i < 10; i++)
    fixture_play_plain (fixture, "wait", words);

  raw_server_reply (server, TOO_LONG, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD TEXT ("The door opens.") FINISH ("stop"), -1, PIECES_WHOLE,
                    END_CLOSE);
  warning = play_with (fixture, server);
  run = sg_session_get_run (fixture->session);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "The door opens.");

  first = dup_body (server, 0);
  second = dup_body (server, 1);
  g_assert_cmpuint (strlen (second), <, strlen (first) / 2);
  g_assert_nonnull (strstr (second, "open the door"));
  assert_goes_on (fixture);
}

/* One that cannot be made to fit is not tried again and again. */
static void
test_much_too_long (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *warning = NULL;

  raw_server_reply (server, TOO_LONG, -1, PIECES_WHOLE, END_CLOSE);
  warning = play_with (fixture, server);
  g_assert_error (sg_turn_run_get_error (sg_session_get_run (fixture->session)), SG_MODEL_ERROR,
                  SG_MODEL_ERROR_CONTEXT);
  g_assert_cmpuint (raw_server_get_n_requests (server), <=, 2);
  assert_goes_on (fixture);
}

static void
test_case (Fixture      *fixture,
           gconstpointer data)
{
  const Case *c = data;
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *warning = NULL;
  const char *message;
  SgTurnRun *run;

  raw_server_reply (server, c->reply, -1, PIECES_RANDOM, c->end);
  warning = play_with (fixture, server);
  run = sg_session_get_run (fixture->session);
  message = warning;

  if (c->error == NO_ERROR)
    {
      g_autoptr (GPtrArray) turns = fixture_load_turns (fixture);

      g_assert_no_error (sg_turn_run_get_error (run));
      g_assert_cmpuint (turns->len, ==, 2);
      g_assert_true (g_utf8_validate (turn_at (turns, 1)->text, -1, NULL));
      if (c->told != NULL)
        g_assert_cmpstr (turn_at (turns, 1)->text, ==, c->told);
    }
  else
    {
      g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, c->error);
      message = sg_turn_run_get_error (run)->message;
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
      g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, c->told);
      g_assert_cmpstr (sg_story_get_draft (fixture->story)->input, ==, "open the door");
      g_assert_cmpstr (sg_story_get_draft (fixture->story)->error, ==, message);
    }

  if (c->message != NULL)
    {
      g_assert_nonnull (message);
      g_assert_nonnull (strstr (message, c->message));
    }
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "door", "open")
                 == c->door);
  assert_goes_on (fixture);
}

/* Wherever a reply is cut: what was told before is the draft, and the story is as it was. */
static void
test_cut_anywhere (Fixture      *fixture,
                   gconstpointer data)
{
  static const char reply[] =
    CLOSE_HEAD TEXT ("The door ") CALL ("0", "update_state", SET_DOOR) TEXT ("opens.");
  gsize head = strlen (CLOSE_HEAD);

  for (gsize cut = head + 1; cut < strlen (reply); cut += 3)
    {
      g_autoptr (RawServer) server = raw_server_new ();
      g_autofree char *warning = NULL;
      const SgDraftRow *draft;
      SgTurnRun *run;

      raw_server_reply (server, reply, (gssize) cut, PIECES_WHOLE, END_CLOSE);
      warning = play_with (fixture, server);
      run = sg_session_get_run (fixture->session);
      if (*sg_turn_run_get_text (run) != '\0')
        g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, SG_MODEL_ERROR_CUT_OFF);
      draft = sg_story_get_draft (fixture->story);
      g_assert_nonnull (draft);
      g_assert_true (g_str_has_prefix ("The door opens.", draft->text));
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
      g_assert_false (sg_world_has_entity (sg_story_get_world (fixture->story), "door"));
      fixture_end_draft (fixture, sg_session_discard_draft_async, NULL);
    }
}

/* A model that never ends is stopped at 4 MB, and those are kept. */
static void
test_endless (Fixture      *fixture,
              gconstpointer data)
{
  const char *chunk = data;
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *warning = NULL;
  const SgDraftRow *draft;
  SgTurnRun *run;

  raw_server_reply_endless (server, CLOSE_HEAD, chunk, 1000 * 1000 * 1000);
  warning = play_with (fixture, server);
  run = sg_session_get_run (fixture->session);

  g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
  g_assert_nonnull (strstr (sg_turn_run_get_error (run)->message, "limit"));
  draft = sg_story_get_draft (fixture->story);
  g_assert_nonnull (draft);
  g_assert_cmpuint (strlen (draft->text) + (draft->reasoning != NULL ? strlen (draft->reasoning) : 0),
                    ==, 4 * 1024 * 1024);
  g_assert_true (g_utf8_validate (draft->text, -1, NULL));
  raw_server_wait_closed (server);
  assert_goes_on (fixture);
}

static void
append_calls (GString *reply,
              guint    n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_printf (
      reply,
      DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%u,\"id\":\"c%u\",\"type\":"
            "\"function\",\"function\":{\"name\":\"roll_dice\",\"arguments\":\"{\\\"dice\\\":\\\"1d6\\\"}\"}}]}}]}"),
      i, i);
}

/* Of the spans, those of refused calls. */
static guint
count_refused (SgTrace *trace)
{
  guint n = 0;

  for (guint i = 1; i <= sg_trace_get_n_spans (trace); i++)
    {
      const char *reason = sg_span_get_string (sg_trace_get_span (trace, i), "reason");

      n += reason != NULL && strstr (reason, "This turn has had its 128 calls") != NULL;
    }

  return n;
}

/* Far more calls than a turn may have, all at once or over several replies: the rest is left out, the player is told,
 * and the turn still comes to an end. */
static void
test_many_calls (Fixture      *fixture,
                 gconstpointer data)
{
  guint n_replies = GPOINTER_TO_UINT (data);
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (GString) reply = g_string_new (CLOSE_HEAD);
  g_autofree char *warning = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  const SgSpan *call;
  SgTrace *trace;

  append_calls (reply, n_replies == 1 ? 500 : 100);
  g_string_append (reply, FINISH ("tool_calls"));
  for (guint i = 0; i < n_replies; i++)
    raw_server_reply (server, reply->str, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD TEXT ("Many dice.") FINISH ("stop"), -1, PIECES_WHOLE,
                    END_CLOSE);
  warning = play_with (fixture, server);

  trace = sg_turn_run_get_trace (sg_session_get_run (fixture->session));
  g_assert_no_error (sg_turn_run_get_error (sg_session_get_run (fixture->session)));
  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "Many dice.");
  g_assert_cmpuint (raw_server_get_n_requests (server), ==, n_replies + 1);
  call = sg_trace_find (trace, SG_SPAN_MODEL, "tiny");
  if (n_replies == 1)
    {
      g_assert_cmpstr (warning, ==, "The model asked for more than 128 tools in one reply; the rest were left out.");
      g_assert_cmpstr (sg_span_get_string (call, "left-out"), ==, "tool-calls");
      g_assert_cmpuint (count_refused (trace), ==, 0);
    }
  else
    {
      g_assert_cmpstr (warning, ==, "The model asked for more than 128 tools in one turn; the rest were left out.");
      g_assert_null (sg_span_get_attribute (call, "left-out"));
      g_assert_cmpuint (count_refused (trace), ==, n_replies * 100 - 128);
    }
  assert_goes_on (fixture);
}

/* The same call in every reply, for ever: ended with what was told, or failed where nothing was. */
static void
test_call_for_ever (Fixture      *fixture,
                    gconstpointer data)
{
  gboolean tells = GPOINTER_TO_INT (data);
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *warning = NULL;
  SgTurnRun *run;

  raw_server_reply (server,
                    tells ? CLOSE_HEAD TEXT ("It rolls.") CALL ("0", "roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}")
                              FINISH ("tool_calls")
                          : CLOSE_HEAD CALL ("0", "roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}")
                              FINISH ("tool_calls"),
                    -1, PIECES_WHOLE, END_CLOSE);
  warning = play_with (fixture, server);
  run = sg_session_get_run (fixture->session);

  g_assert_cmpuint (raw_server_get_n_requests (server), <=, 8);
  if (tells)
    {
      g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
      g_assert_nonnull (strstr (warning, "kept asking for tools"));
    }
  else
    {
      g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
      g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
    }
  assert_goes_on (fixture);
}

#define ADD(name, data, func) \
  g_test_add (name, Fixture, data, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/misbehaving/%s", cases[i].name);

      ADD (name, &cases[i], test_case);
    }
  ADD ("/misbehaving/cut-anywhere", NULL, test_cut_anywhere);
  ADD ("/misbehaving/endless-text", TEXT ("wörds without end, "), test_endless);
  ADD ("/misbehaving/endless-reasoning",
       DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm, let me think. \"}}]}"),
       test_endless);
  ADD ("/misbehaving/many-calls", GUINT_TO_POINTER (1), test_many_calls);
  ADD ("/misbehaving/many-calls-again", GUINT_TO_POINTER (2), test_many_calls);
  ADD ("/misbehaving/calls-for-ever", GINT_TO_POINTER (FALSE), test_call_for_ever);
  ADD ("/misbehaving/calls-and-words-for-ever", GINT_TO_POINTER (TRUE), test_call_for_ever);

  g_test_add ("/misbehaving/too-long", Fixture, NULL, fixture_set_up, test_too_long,
              fixture_tear_down);
  g_test_add ("/misbehaving/much-too-long", Fixture, NULL, fixture_set_up, test_much_too_long,
              fixture_tear_down);

  return g_test_run ();
}
