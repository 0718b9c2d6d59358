/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns on a server's bad days, with the model that plays and a clock that a test moves: what the player is told
 * while nothing goes on, that the story is whole in the end, how often the server was asked, and what the
 * spans say of it. */

#include "config.h"

#include <string.h>

#include "../llm/llm-fixture.h"
#include "engine-fixture.h"
#include "engine/sg-engine-model.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-steady-model.h"
#include "store/sg-tables.h"

#define DATA(chunk) "data: " chunk "\n\n"
#define TEXT(words) DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]}")
#define CALL(name, arguments)                                                                    \
  DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c0\",\"type\":\"function\"," \
        "\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments "\"}}]}}]}")
#define FINISH(reason) DATA ("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}") \
  "data: [DONE]\n\n"
#define STATUS(status, headers, body) \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" headers "Connection: close\r\n\r\n" body

#define GOOD CLOSE_HEAD TEXT ("The door opens.") FINISH ("stop")
#define PLAN_NOTHING \
  CLOSE_HEAD TEXT ("{\\\"intent\\\":\\\"other\\\",\\\"answer\\\":\\\"narrator\\\",\\\"steps\\\":[]}") FINISH ("stop")
#define ASK_MIRA \
  CLOSE_HEAD CALL ("ask_character", "{\\\"character\\\":\\\"mira\\\",\\\"about\\\":\\\"Well?\\\"}") FINISH ("tool_calls")
#define MIRA_SAYS CLOSE_HEAD TEXT ("{\\\"says\\\":\\\"No.\\\",\\\"does\\\":\\\"\\\"}") FINISH ("stop")
#define TOO_MANY STATUS ("429 Too Many Requests", "", "{\"error\":{\"message\":\"Rate limit reached\"}}")
#define LOADING STATUS ("503 Service Unavailable", "", \
                        "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}")
#define FAILED STATUS ("500 Internal Server Error", "", "oops")
#define NO_ERROR (-1)

/* A test's own session, with a model that is made as the program makes it. */
typedef struct
{
  Fixture    base;
  RawServer *server;
  RawServer *other;
  SgClock   *clock;
  SgHttp    *http;
  SgModel   *model;
  GString   *heard;

  /* Whether the thinking line tells of a wait, and how often it ceased to. */
  gboolean   waits;
  guint      n_over;
  SgStage    waited_in;
  guint      n_told_other;
  gboolean   quits_at_wait;
} Faults;

static void
set_up (Faults        *faults,
        gconstpointer  data)
{
  fixture_set_up (&faults->base, NULL);
  faults->server = raw_server_new ();
  faults->clock = sg_clock_new_manual ();
  faults->http = sg_http_new_with_clock (faults->clock);
  faults->heard = g_string_new (NULL);
}

static void
tear_down (Faults        *faults,
           gconstpointer  data)
{
  sg_session_set_model (faults->base.session, SG_MODEL (faults->base.model));
  fixture_restart (&faults->base);
  g_assert_finalize_object (faults->model);
  g_assert_cmpint (sg_clock_get_next_timer (faults->clock), ==, -1);
  g_assert_finalize_object (faults->http);
  g_assert_finalize_object (faults->clock);
  raw_server_free (faults->server);
  g_clear_pointer (&faults->other, raw_server_free);
  g_string_free (faults->heard, TRUE);
  fixture_tear_down (&faults->base, NULL);
}

static void
make_model (Faults *faults)
{
  SgServerChoice server = { raw_server_get_address (faults->server), "tiny", NULL };
  SgServerChoice fallback = { NULL, "spare", NULL };
  g_autoptr (GError) error = NULL;

  if (faults->other != NULL)
    fallback.address = raw_server_get_address (faults->other);
  faults->model = sg_engine_model_new (sg_session_get_settings (faults->base.session), faults->http, &server,
                                       &fallback, &error);
  g_assert_no_error (error);
  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (sg_steady_model_get_model (SG_STEADY_MODEL (faults->model))), 300,
                                300, 700);
  sg_session_set_model (faults->base.session, faults->model);
}

/* What the player hears, each thing once: warnings, and what the thinking line says while it is waited. */
static void
hear (Faults     *faults,
      const char *words)
{
  if (strstr (faults->heard->str, words) == NULL)
    g_string_append_printf (faults->heard, "%s|", words);
}

static void
stage_cb (SgTurnRun *run,
          Faults    *faults)
{
  g_autofree char *words = sg_turn_run_dup_stage_text (run);

  if (sg_turn_run_get_waiting (run) != NULL)
    {
      g_assert_cmpstr (words, ==, sg_turn_run_get_waiting (run));
      hear (faults, words);
      faults->waits = TRUE;
      faults->waited_in = sg_turn_run_get_stage (run);
    }
  else if (faults->waits)
    {
      faults->waits = FALSE;
      faults->n_over++;
    }
}

static void
warning_cb (SgTurnRun  *run,
            const char *message,
            Faults     *faults)
{
  faults->n_told_other += strstr (message, "tells this instead") != NULL;
  hear (faults, message);
}

static void
started_cb (SgSession *session,
            SgTurnRun *run,
            Faults    *faults)
{
  g_signal_connect (run, "stage-changed", G_CALLBACK (stage_cb), faults);
  g_signal_connect (run, "warning", G_CALLBACK (warning_cb), faults);
}

/* One turn of the main loop; where all wait for the clock, it moves on. */
static void
step (Faults *faults)
{
  if (g_main_context_iteration (NULL, FALSE))
    return;

  if (sg_clock_get_next_timer (faults->clock) >= 0)
    sg_clock_advance (faults->clock, sg_clock_get_next_timer (faults->clock));
  else
    g_main_context_iteration (NULL, TRUE);
}

static SgTurnRun *
play (Faults *faults)
{
  gulong handler;

  if (faults->model == NULL)
    make_model (faults);
  handler = g_signal_connect (faults->base.session, "turn-started", G_CALLBACK (started_cb), faults);
  sg_session_submit (faults->base.session, SG_INPUT_DO, "open the door", 0);
  while (sg_session_get_busy (faults->base.session))
    {
      if (faults->quits_at_wait && faults->waits)
        sg_session_stop (faults->base.session);
      step (faults);
    }
  g_signal_handler_disconnect (faults->base.session, handler);

  return sg_session_get_run (faults->base.session);
}

static gboolean
check_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  *(GPtrArray **) data = sg_library_check (connection, error);

  return *(GPtrArray **) data != NULL;
}

/* The story is where it was, or one whole turn further. */
static void
assert_sound (Faults *faults,
              gint64  depth)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  GAsyncResult *kept = NULL;

  g_assert_cmpint (sg_story_get_depth (faults->base.story), ==, depth);
  sg_library_read_async (faults->base.library, check_job, &problems, NULL, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_true (sg_library_read_finish (faults->base.library, result, NULL));
  g_assert_cmpuint (problems->len, ==, 0);
}

/* The waits, each as `name(reason) `, below the span of the call. */
static char *
dup_waits (SgTrace *trace)
{
  GString *waits = g_string_new (NULL);

  for (guint i = 1; i <= sg_trace_get_n_spans (trace); i++)
    {
      const SgSpan *span = sg_trace_get_span (trace, i);

      g_assert_cmpint (span->end_us, !=, SG_SPAN_RUNNING);
      if (span->kind != SG_SPAN_WAIT)
        continue;
      g_assert_cmpint (sg_trace_get_span (trace, span->parent)->kind, ==, SG_SPAN_MODEL);
      g_string_append_printf (waits, "%s(%s) ", span->name, sg_span_get_string (span, SG_ATTRIBUTE_REASON));
    }

  return g_string_free (waits, FALSE);
}

static void
assert_waits (SgTurnRun  *run,
              const char *expected)
{
  g_autofree char *waits = dup_waits (sg_turn_run_get_trace (run));

  g_assert_cmpstr (waits, ==, expected);
}

typedef struct
{
  const char *bytes;
  ServerEnd   end;
} Answer;

/* @answers: of the server, the last one for ever; @error: of the turn, or NO_ERROR where it is told; @told: what is in
 * the draft then; @heard: part of what the player hears, or of the message of the error; @n_requests: how often
 * the server was asked; @seconds: how long it was waited, at least */
typedef struct
{
  const char *name;
  Answer      answers[4];
  int         error;
  const char *told;
  const char *heard;
  const char *waits;
  guint       n_requests;
  int         seconds;
} Case;

static const Case cases[] = {
  { "429-retry-after",
    { { STATUS ("429 Too Many Requests", "Retry-After: 12\r\n", ""), END_CLOSE }, { GOOD, END_CLOSE } }, NO_ERROR, NULL,
    "The server asks to wait 12 s", "retry(busy) ", 2, 12 },
  { "429", { { TOO_MANY, END_CLOSE }, { GOOD, END_CLOSE } }, NO_ERROR, NULL,
    "The server is too busy; trying again in", "retry(busy) ", 2, 1 },
  { "429-for-ever", { { TOO_MANY, END_CLOSE } }, SG_MODEL_ERROR_BUSY, "", "(It was tried 4 times.)",
    "retry(busy) retry(busy) retry(busy) ", 4, 10 },
  { "429-for-an-hour", { { STATUS ("429 Too Many Requests", "Retry-After: 3600\r\n", ""), END_CLOSE } },
    SG_MODEL_ERROR_BUSY, "", "It asks not to be asked again for 60 minutes.", "", 1, 0 },
  { "500", { { FAILED, END_CLOSE }, { GOOD, END_CLOSE } }, NO_ERROR, NULL, "The server has failed; trying again in",
    "retry(server) ", 2, 1 },
  { "500-for-ever", { { FAILED, END_CLOSE } }, SG_MODEL_ERROR_SERVER, "", "(It was tried 4 times.)",
    "retry(server) retry(server) retry(server) ", 4, 10 },
  { "502", { { STATUS ("502 Bad Gateway", "", "<html>502</html>"), END_CLOSE }, { GOOD, END_CLOSE } }, NO_ERROR, NULL,
    "The server has failed; trying again in", "retry(server) ", 2, 1 },
  { "503-loading", { { LOADING, END_CLOSE }, { LOADING, END_CLOSE }, { LOADING, END_CLOSE }, { GOOD, END_CLOSE } },
    NO_ERROR, NULL, "The server is still loading its model; asking again in",
    "retry(loading) retry(loading) retry(loading) ", 4, 10 },
  { "reset-before-headers", { { "", END_RESET }, { GOOD, END_CLOSE } }, NO_ERROR, NULL,
    "The server has failed; trying again in", "retry(cut-off) ", 2, 1 },
  { "reset-in-mid-stream", { { CLOSE_HEAD TEXT ("The door "), END_RESET }, { GOOD, END_CLOSE } },
    SG_MODEL_ERROR_CUT_OFF, "The door ", "before its reply was whole", "", 1, 0 },
  { "error-before-the-first-word",
    { { CLOSE_HEAD DATA ("{\"error\":{\"code\":500,\"message\":\"Slot broke\"}}"), END_CLOSE }, { GOOD, END_CLOSE } },
    NO_ERROR, NULL, "The server has failed; trying again in", "retry(server) ", 2, 1 },
  { "silence", { { "", END_HANG } }, SG_MODEL_ERROR_SILENT, "", "said nothing", "", 1, 0 },
  { "silence-in-mid-stream", { { CLOSE_HEAD TEXT ("The door "), END_HANG } }, SG_MODEL_ERROR_SILENT, "The door ",
    "fell silent", "", 1, 0 },
  { "wrong-key", { { STATUS ("401 Unauthorized", "", "{}"), END_CLOSE } }, SG_MODEL_ERROR_KEY, "", "wants a key", "", 1, 0 },
  { "context-exceeded",
    { { STATUS ("400 Bad Request", "", "{\"error\":{\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":9000,"
                                       "\"n_ctx\":4096}}"), END_CLOSE } },
    SG_MODEL_ERROR_CONTEXT, "", "9000 tokens, and it takes 4096", "", 1, 0 },
};

static void
assert_told (Faults     *faults,
             SgTurnRun  *run,
             const char *text)
{
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, text);
  g_assert_null (sg_story_get_draft (faults->base.story));
  assert_sound (faults, 1);
}

static void
assert_failed (Faults     *faults,
               SgTurnRun  *run,
               int         error,
               const char *told)
{
  const SgDraftRow *draft = sg_story_get_draft (faults->base.story);

  g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, error);
  g_assert_nonnull (draft);
  g_assert_cmpstr (draft->text, ==, told);
  g_assert_cmpstr (draft->input, ==, "open the door");
  g_assert_cmpstr (draft->error, ==, sg_turn_run_get_error (run)->message);
  assert_sound (faults, 0);
}

static void
test_case (Faults        *faults,
           gconstpointer  data)
{
  const Case *c = data;
  gint64 begun = sg_clock_get_time (faults->clock);
  const char *heard;
  SgTurnRun *run;

  for (guint i = 0; i < G_N_ELEMENTS (c->answers) && c->answers[i].bytes != NULL; i++)
    raw_server_reply (faults->server, c->answers[i].bytes, -1, PIECES_RANDOM, c->answers[i].end);
  run = play (faults);

  if (c->error == NO_ERROR)
    assert_told (faults, run, "The door opens.");
  else
    assert_failed (faults, run, c->error, c->told);

  heard = c->error == NO_ERROR ? faults->heard->str : sg_turn_run_get_error (run)->message;
  if (strstr (heard, c->heard) == NULL)
    g_error ("“%s” is not in “%s”", c->heard, heard);
  assert_waits (run, c->waits);
  g_assert_cmpuint (raw_server_get_n_requests (faults->server), ==, c->n_requests);
  g_assert_cmpint (sg_clock_get_time (faults->clock) - begun, >=, c->seconds * (gint64) G_USEC_PER_SEC);
  if (c->seconds == 0)
    g_assert_cmpint (sg_clock_get_time (faults->clock), ==, begun);
}

/* Of a turn that was told after all nothing but the waits remains: its call is no failure. */
static void
test_span_of_success (Faults        *faults,
                      gconstpointer  data)
{
  const SgSpan *span;
  SgTurnRun *run;

  raw_server_reply (faults->server, FAILED, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  span = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_MODEL, "tiny");
  g_assert_nonnull (span);
  g_assert_null (sg_span_get_attribute (span, SG_ATTRIBUTE_ERROR));
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_HTTP_STATUS, 0), ==, 200);
  span = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_WAIT, "retry");
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_HTTP_STATUS, 0), ==, 500);
}

/* A byte now and then is no silence; but signs of life without a word do not go on for ever. */
static void
test_slow_drip (Faults        *faults,
                gconstpointer  data)
{
  raw_server_reply_slowly (faults->server, GOOD, 16, 2, END_CLOSE);
  assert_told (faults, play (faults), "The door opens.");
  assert_waits (sg_session_get_run (faults->base.session), "");
}

static void
test_endless_drip (Faults        *faults,
                   gconstpointer  data)
{
  g_autoptr (GString) pings = g_string_new (CLOSE_HEAD);
  SgTurnRun *run;

  for (guint i = 0; i < 400; i++)
    g_string_append (pings, ": ping\n\n");
  raw_server_reply_slowly (faults->server, pings->str, 8, 5, END_HANG);
  run = play (faults);
  assert_failed (faults, run, SG_MODEL_ERROR_SILENT, "");
  g_assert_nonnull (strstr (sg_turn_run_get_error (run)->message, "was stopped"));
}

static void
test_fallback (Faults        *faults,
               gconstpointer  data)
{
  g_autofree char *expected = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  SgTurnRun *run;

  faults->other = raw_server_new ();
  raw_server_reply (faults->server, FAILED, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->other, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  assert_told (faults, run, "The door opens.");
  expected = g_strdup_printf ("%s does not answer now; %s tells this instead.", raw_server_get_address (faults->server),
                              raw_server_get_address (faults->other));
  g_assert_nonnull (strstr (faults->heard->str, expected));
  assert_waits (run, "retry(server) retry(server) retry(server) fallback(server) ");
  turns = fixture_load_turns (&faults->base);
  g_assert_cmpstr (turn_at (turns, 1)->model, ==, "spare");
  g_assert_cmpuint (raw_server_get_n_requests (faults->other), ==, 1);
}

/* The same bad days where it is not the narration that meets with them, but what is asked beside or before it. */
typedef enum
{
  SIDE_PLAN,
  SIDE_CHARACTER,
  SIDE_CHECK,
  N_SIDES
} Side;

static const struct
{
  const char *name;
  const char *span;
  const char *answer;
} sides[] = {
  [SIDE_PLAN] = { "planned", "plan", PLAN_NOTHING },
  [SIDE_CHARACTER] = { "asked", "Mira", MIRA_SAYS },
  [SIDE_CHECK] = { "checked", "check", CLOSE_HEAD TEXT ("{\\\"findings\\\":[]}") FINISH ("stop") },
};

typedef struct
{
  const Case *bad;
  Side        side;
} SideCase;

static SideCase side_cases[G_N_ELEMENTS (cases) * N_SIDES];

static void
bring_mira (Faults *faults)
{
  sg_fake_model_text (faults->base.model, "Mira comes in.");
  sg_fake_model_call (faults->base.model, "m", "create_character",
                      "{\"name\":\"Mira\",\"description\":\"A smith.\"}");
  sg_fake_model_end (faults->base.model, SG_FINISH_TOOL_CALLS);
  g_assert_no_error (sg_turn_run_get_error (fixture_play (&faults->base, "wait")));
}

static void
prepare_side (Faults *faults,
              Side    side)
{
  g_object_set (sg_session_get_settings (faults->base.session), "tool-set", SG_TOOL_SET_ALL, "planner",
                side == SIDE_PLAN, "plain-turns", FALSE, "early-narration", FALSE, "model-checks",
                side == SIDE_CHECK, "background-verification", FALSE, NULL);
  if (side == SIDE_CHARACTER)
    {
      bring_mira (faults);
      raw_server_reply (faults->server, ASK_MIRA, -1, PIECES_WHOLE, END_CLOSE);
    }
  if (side == SIDE_CHECK)
    raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
}

/* Of the spans of kind model, the one below which all waits are. */
static void
assert_waits_below (SgTurnRun  *run,
                    const char *name)
{
  SgTrace *trace = sg_turn_run_get_trace (run);

  for (guint i = 1; i <= sg_trace_get_n_spans (trace); i++)
    {
      const SgSpan *span = sg_trace_get_span (trace, i);

      if (span->kind == SG_SPAN_WAIT)
        g_assert_cmpstr (sg_trace_get_span (trace, span->parent)->name, ==, name);
    }
}

static void
test_side (Faults        *faults,
           gconstpointer  data)
{
  const SideCase *c = data;
  gint64 depth = c->side == SIDE_CHARACTER ? 2 : 1;
  SgTurnRun *run;

  prepare_side (faults, c->side);
  for (guint i = 0; i < G_N_ELEMENTS (c->bad->answers) && c->bad->answers[i].bytes != NULL; i++)
    if (!g_str_equal (c->bad->answers[i].bytes, GOOD))
      raw_server_reply (faults->server, c->bad->answers[i].bytes, -1, PIECES_RANDOM, c->bad->answers[i].end);
  raw_server_reply (faults->server, sides[c->side].answer, -1, PIECES_WHOLE, END_CLOSE);
  if (c->side != SIDE_CHECK)
    raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "The door opens.");
  assert_sound (faults, depth);
  if (strstr (faults->heard->str, c->bad->heard) == NULL)
    g_error ("“%s” is not in “%s”", c->bad->heard, faults->heard->str);
  assert_waits (run, c->bad->waits);
  assert_waits_below (run, sides[c->side].span);

  /* Each wait was taken away again. */
  g_assert_false (faults->waits);
  g_assert_cmpuint (faults->n_over, >=, 1);
  g_assert_null (sg_turn_run_get_waiting (run));
}

/* Says once who answers instead, however many calls go there. */
static void
test_side_fallback (Faults        *faults,
                    gconstpointer  data)
{
  Side side = GPOINTER_TO_INT (data);
  g_autofree char *expected = NULL;
  const char *said;
  SgTurnRun *run;

  prepare_side (faults, side);
  faults->other = raw_server_new ();
  raw_server_reply (faults->server, FAILED, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->other, sides[side].answer, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->other, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "The door opens.");

  expected = g_strdup_printf ("%s does not answer now; %s tells this instead.", raw_server_get_address (faults->server),
                              raw_server_get_address (faults->other));
  said = strstr (faults->heard->str, expected);
  g_assert_nonnull (said);
  g_assert_cmpuint (faults->n_told_other, ==, 1);
  g_assert_nonnull (sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_WAIT, "fallback"));
  g_assert_null (sg_turn_run_get_waiting (run));
}

/* A narration that begins beside the plan meets with the same: that is said at once, and not only when the plan is
 * there. */
static void
test_early_narration (Faults        *faults,
                      gconstpointer  data)
{
  SgTurnRun *run;

  g_object_set (sg_session_get_settings (faults->base.session), "planner", TRUE, "plain-turns", FALSE, NULL);
  raw_server_reply (faults->server, CLOSE_HEAD TEXT ("{"), -1, PIECES_WHOLE, END_HANG);
  raw_server_reply (faults->server, STATUS ("429 Too Many Requests", "Retry-After: 12\r\n", ""), -1, PIECES_WHOLE,
                    END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  make_model (faults);
  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (sg_steady_model_get_model (SG_STEADY_MODEL (faults->model))), 10000,
                                10000, 20000);
  faults->quits_at_wait = TRUE;
  run = play (faults);
  g_assert_nonnull (strstr (faults->heard->str, "The server asks to wait 12 s"));
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_STOPPED);
  g_assert_cmpint (faults->waited_in, ==, SG_STAGE_PLAN);
}

/* Turn after turn the server fails: it is left alone, but for the player's own words. */
static void
test_breaker (Faults        *faults,
              gconstpointer  data)
{
  SgTurnRun *run;

  for (guint i = 0; i < 5; i++)
    raw_server_reply (faults->server, FAILED, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);

  run = play (faults);
  assert_failed (faults, run, SG_MODEL_ERROR_SERVER, "");
  run = play (faults);
  assert_failed (faults, run, SG_MODEL_ERROR_PAUSED, "");
  assert_waits (run, "breaker(opened) retry(server) breaker(open) ");
  run = play (faults);
  assert_told (faults, run, "The door opens.");
  assert_waits (run, "");
}

static void
test_limits (Faults        *faults,
             gconstpointer  data)
{
  SgTurnRun *run;

  g_object_set (sg_session_get_settings (faults->base.session), "requests-per-minute", 1, NULL);
  raw_server_reply (faults->server, CLOSE_HEAD TEXT ("It rolls.") CALL ("roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}") FINISH ("tool_calls"),
                    -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->server, CLOSE_HEAD TEXT ("A six.") FINISH ("stop"), -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  assert_told (faults, run, "It rolls.\n\nA six.");
  assert_waits (run, "limit(requests) ");
  g_assert_nonnull (strstr (faults->heard->str, "the next one in 60 s"));
}

/* A wrong call is answered so that the model can put it right; here it does. */
typedef struct
{
  const char *name;
  const char *call;
  const char *answer;
} WrongCall;

static const WrongCall wrong_calls[] = {
  { "invalid-arguments", CALL ("update_state", "{\\\"entity\\\": door}"), "error" },
  { "wrong-type", CALL ("update_state", "{\\\"entity\\\":7,\\\"set\\\":[]}"), "error" },
  { "unknown-tool", CALL ("open_sesame", "{}"), "error" },
};

static void
test_wrong_call (Faults        *faults,
                 gconstpointer  data)
{
  const WrongCall *wrong = data;
  g_autofree char *reply = g_strconcat (CLOSE_HEAD, wrong->call, FINISH ("tool_calls"), NULL);
  g_autofree char *second = NULL;
  const SgSpan *span = NULL;
  SgTurnRun *run;

  raw_server_reply (faults->server, reply, -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (faults->server,
                    CLOSE_HEAD TEXT ("The door opens.")
                      CALL ("update_state", "{\\\"entity\\\":\\\"door\\\",\\\"set\\\":{\\\"open\\\":true}}")
                        FINISH ("tool_calls"),
                    -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  assert_told (faults, run, "The door opens.");
  g_assert_true (sg_world_get_boolean (sg_story_get_world (faults->base.story), "door", "open"));
  g_assert_cmpuint (raw_server_get_n_requests (faults->server), ==, 2);

  second = raw_server_dup_request (faults->server, 1);
  g_assert_nonnull (strstr (second, "\"role\":\"tool\""));
  g_assert_nonnull (strstr (second, wrong->answer));
  for (guint i = 1; i <= sg_trace_get_n_spans (sg_turn_run_get_trace (run)) && span == NULL; i++)
    {
      span = sg_trace_get_span (sg_turn_run_get_trace (run), i);
      if (span->kind != SG_SPAN_TOOL)
        span = NULL;
    }
  g_assert_nonnull (span);
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, "error");
  g_assert_nonnull (sg_span_get_string (span, SG_ATTRIBUTE_REASON));
}

/* A tool that never returns. */
#define TYPE_STUCK_TOOL (stuck_tool_get_type ())
G_DECLARE_FINAL_TYPE (StuckTool, stuck_tool, STUCK, TOOL, SgTool)

struct _StuckTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (StuckTool, stuck_tool, SG_TYPE_TOOL)

static void
stuck_cancelled_cb (GCancellable *cancellable,
                    GTask        *task)
{
  g_task_return_error_if_cancelled (task);
}

static void
stuck_run_async (SgTool              *tool,
                 SgToolContext       *context,
                 const char          *call,
                 JsonObject          *arguments,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  GTask *task = g_task_new (tool, cancellable, callback, user_data);

  g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (stuck_cancelled_cb), task,
                         (GClosureNotify) (GCallback) g_object_unref, 0);
}

static JsonNode *
stuck_run_finish (SgTool        *tool,
                  GAsyncResult  *result,
                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
stuck_tool_class_init (StuckToolClass *klass)
{
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "wait_for_godot";
  tool_class->description = "Never returns.";
  tool_class->schema = "{\"type\":\"object\"}";
  tool_class->access = SG_TOOL_READS;
  tool_class->timeout_ms = 30;
  tool_class->run_async = stuck_run_async;
  tool_class->run_finish = stuck_run_finish;
}

static void
stuck_tool_init (StuckTool *self)
{
}

static void
test_stuck_tool (Faults        *faults,
                 gconstpointer  data)
{
  g_autoptr (SgTool) tool = g_object_new (TYPE_STUCK_TOOL, NULL);
  const SgSpan *span;
  SgTurnRun *run;

  sg_tool_catalog_add (sg_session_get_catalog (faults->base.session), tool);
  raw_server_reply (faults->server, CLOSE_HEAD CALL ("wait_for_godot", "{}") FINISH ("tool_calls"), -1, PIECES_WHOLE,
                    END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  assert_told (faults, run, "The door opens.");
  span = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_TOOL, "wait_for_godot");
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, "timeout");
  g_assert_nonnull (strstr (sg_span_get_string (span, SG_ATTRIBUTE_REASON), "took longer than 0.03 s"));
  g_assert_cmpstr (faults->heard->str, ==, "The tool wait_for_godot took too long; the turn goes on without it.|");
}

/* One that never returned again and again is not asked any more, and the player hears of that too. */
static void
test_tool_breaker (Faults        *faults,
                   gconstpointer  data)
{
  g_autoptr (SgTool) tool = g_object_new (TYPE_STUCK_TOOL, NULL);
  const SgSpan *span;
  SgTurnRun *run;

  sg_tool_catalog_add (sg_session_get_catalog (faults->base.session), tool);
  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    {
      guint permit = sg_breaker_enter (sg_tool_get_breaker (tool), FALSE);

      sg_breaker_leave (sg_tool_get_breaker (tool), permit, SG_BREAKER_FAILURE);
    }
  raw_server_reply (faults->server, CLOSE_HEAD CALL ("wait_for_godot", "{}") FINISH ("tool_calls"), -1, PIECES_WHOLE,
                    END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = play (faults);
  assert_told (faults, run, "The door opens.");
  span = sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_TOOL, "wait_for_godot");
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, "error");
  g_assert_nonnull (strstr (sg_span_get_string (span, SG_ATTRIBUTE_REASON), "failed again and again"));
  g_assert_cmpstr (faults->heard->str, ==,
                   "The tool wait_for_godot has failed again and again and is left alone for a while.|");
}

/* Whoever stops a turn before its first word has the words at hand that were typed. */
static void
assert_stopped (Faults *faults)
{
  SgTurnRun *run = sg_session_get_run (faults->base.session);
  const SgDraftRow *draft = sg_story_get_draft (faults->base.story);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_null (sg_turn_run_get_waiting (run));
  g_assert_true ((draft != NULL) == (*sg_turn_run_get_text (run) != '\0'));
  if (draft != NULL)
    {
      g_assert_cmpstr (draft->input, ==, "open the door");
      g_assert_cmpstr (draft->text, ==, sg_turn_run_get_text (run));
      fixture_end_draft (&faults->base, sg_session_discard_draft_async, NULL);
    }
}

/* Stopped after each turn of the main loop that there is, through a refusal, its wait, a tool and a second call. */
static void
test_stop_anywhere (Faults        *faults,
                    gconstpointer  data)
{
  gboolean stopped = TRUE;
  guint n_waiting = 0;
  guint n_told = 0;

  make_model (faults);
  for (guint moment = 0; stopped; moment++)
    {
      g_assert_cmpuint (moment, <, 500);
      g_clear_object (&faults->model);
      sg_session_set_model (faults->base.session, SG_MODEL (faults->base.model));
      raw_server_reply (faults->server, STATUS ("429 Too Many Requests", "Retry-After: 5\r\n", ""), -1, PIECES_WHOLE, END_CLOSE);
      raw_server_reply (faults->server, CLOSE_HEAD TEXT ("It rolls.") CALL ("roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}") FINISH ("tool_calls"),
                        -1, PIECES_WHOLE, END_CLOSE);
      raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
      make_model (faults);

      sg_session_submit (faults->base.session, SG_INPUT_DO, "open the door", 0);
      for (guint i = 0; i < moment && sg_session_get_busy (faults->base.session); i++)
        step (faults);
      n_waiting += sg_turn_run_get_waiting (sg_session_get_run (faults->base.session)) != NULL;
      n_told += *sg_turn_run_get_text (sg_session_get_run (faults->base.session)) != '\0';
      sg_session_stop (faults->base.session);
      while (sg_session_get_busy (faults->base.session))
        step (faults);

      stopped = sg_turn_run_get_stage (sg_session_get_run (faults->base.session)) == SG_STAGE_STOPPED;
      assert_sound (faults, stopped ? 0 : 1);
      if (stopped)
        assert_stopped (faults);
      raw_server_forget (faults->server);
    }
  g_assert_cmpuint (n_waiting, >, 0);
  g_assert_cmpuint (n_told, >, 2);
}

#define ADD(path, data, func) g_test_add ("/faults/" path, Faults, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/%s", cases[i].name);

      g_test_add (path, Faults, &cases[i], set_up, test_case, tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong_calls); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/%s", wrong_calls[i].name);

      g_test_add (path, Faults, &wrong_calls[i], set_up, test_wrong_call, tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (side_cases); i++)
    {
      const Case *bad = &cases[i / N_SIDES];
      SideCase *side = &side_cases[i];
      g_autofree char *path = NULL;

      if (bad->error != NO_ERROR)
        continue;
      side->bad = bad;
      side->side = i % N_SIDES;
      path = g_strdup_printf ("/faults/%s/%s", sides[side->side].name, bad->name);
      g_test_add (path, Faults, side, set_up, test_side, tear_down);
    }
  ADD ("planned/fallback", GINT_TO_POINTER (SIDE_PLAN), test_side_fallback);
  ADD ("asked/fallback", GINT_TO_POINTER (SIDE_CHARACTER), test_side_fallback);
  ADD ("early-narration", NULL, test_early_narration);
  ADD ("span-of-success", NULL, test_span_of_success);
  ADD ("slow-drip", NULL, test_slow_drip);
  ADD ("endless-drip", NULL, test_endless_drip);
  ADD ("fallback", NULL, test_fallback);
  ADD ("breaker", NULL, test_breaker);
  ADD ("limits", NULL, test_limits);
  ADD ("stuck-tool", NULL, test_stuck_tool);
  ADD ("tool-breaker", NULL, test_tool_breaker);
  ADD ("stop-anywhere", NULL, test_stop_anywhere);

  return g_test_run ();
}
