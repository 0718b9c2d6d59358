/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns on a server's bad days, with the model that plays and a clock that a test moves: what the player is told
 * while nothing goes on, that the story is whole in the end, how often the server was asked, and what the
 * spans say of it. */

#include "config.h"

#include <string.h>

#include "faults-fixture.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-steady-model.h"

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
  faults_assert_sound (faults, 0);
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
  run = faults_play (faults);

  if (c->error == NO_ERROR)
    faults_assert_told (faults, run, "The door opens.");
  else
    assert_failed (faults, run, c->error, c->told);

  heard = c->error == NO_ERROR ? faults->heard->str : sg_turn_run_get_error (run)->message;
  if (strstr (heard, c->heard) == NULL)
    g_error ("“%s” is not in “%s”", c->heard, heard);
  faults_assert_waits (run, c->waits);
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
  run = faults_play (faults);
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
  faults_assert_told (faults, faults_play (faults), "The door opens.");
  faults_assert_waits (sg_session_get_run (faults->base.session), "");
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
  run = faults_play (faults);
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
  run = faults_play (faults);
  faults_assert_told (faults, run, "The door opens.");
  expected = g_strdup_printf ("%s does not answer now; %s tells this instead.", raw_server_get_address (faults->server),
                              raw_server_get_address (faults->other));
  g_assert_nonnull (strstr (faults->heard->str, expected));
  faults_assert_waits (run, "retry(server) retry(server) retry(server) fallback(server) ");
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
  run = faults_play (faults);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "The door opens.");
  faults_assert_sound (faults, depth);
  if (strstr (faults->heard->str, c->bad->heard) == NULL)
    g_error ("“%s” is not in “%s”", c->bad->heard, faults->heard->str);
  faults_assert_waits (run, c->bad->waits);
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
  run = faults_play (faults);
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
  faults_make_model (faults);
  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (sg_steady_model_get_model (SG_STEADY_MODEL (faults->model))), 10000,
                                10000, 20000);
  faults->quits_at_wait = TRUE;
  run = faults_play (faults);
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

  run = faults_play (faults);
  assert_failed (faults, run, SG_MODEL_ERROR_SERVER, "");
  run = faults_play (faults);
  assert_failed (faults, run, SG_MODEL_ERROR_PAUSED, "");
  faults_assert_waits (run, "breaker(opened) retry(server) breaker(open) ");
  run = faults_play (faults);
  faults_assert_told (faults, run, "The door opens.");
  faults_assert_waits (run, "");
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
  run = faults_play (faults);
  faults_assert_told (faults, run, "It rolls.\n\nA six.");
  faults_assert_waits (run, "limit(requests) ");
  g_assert_nonnull (strstr (faults->heard->str, "the next one in 60 s"));
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

/* A request that was cancelled can reach the server late, and take the refusal that was meant for the next: a turn
 * that was never refused is shorter than the others. */
static gboolean
went_all_the_way (Faults *faults)
{
  SgTurnRun *run = sg_session_get_run (faults->base.session);

  return sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_WAIT, "retry") != NULL;
}

/* Stopped after each turn of the main loop that there is, through a refusal, its wait, a tool and a second call; or
 * with a plan before that, which is what is refused. */
static void
test_stop_anywhere (Faults        *faults,
                    gconstpointer  data)
{
  gboolean planned = GPOINTER_TO_INT (data);
  gboolean stopped = TRUE;
  guint n_waiting = 0;
  guint n_told = 0;

  g_object_set (sg_session_get_settings (faults->base.session), "planner", planned, "plain-turns", FALSE,
                "early-narration", FALSE, "response-cache", FALSE, NULL);
  faults_make_model (faults);
  for (guint moment = 0; stopped; moment++)
    {
      g_assert_cmpuint (moment, <, 500);
      g_clear_object (&faults->model);
      sg_session_set_model (faults->base.session, SG_MODEL (faults->base.model));
      raw_server_reply (faults->server, STATUS ("429 Too Many Requests", "Retry-After: 5\r\n", ""), -1, PIECES_WHOLE, END_CLOSE);
      if (planned)
        raw_server_reply (faults->server, PLAN_NOTHING, -1, PIECES_WHOLE, END_CLOSE);
      raw_server_reply (faults->server, CLOSE_HEAD TEXT ("It rolls.") CALL ("roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}") FINISH ("tool_calls"),
                        -1, PIECES_WHOLE, END_CLOSE);
      raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
      faults_make_model (faults);

      sg_session_submit (faults->base.session, SG_INPUT_DO, "open the door", 0);
      for (guint i = 0; i < moment && sg_session_get_busy (faults->base.session); i++)
        faults_step (faults);
      n_waiting += sg_turn_run_get_waiting (sg_session_get_run (faults->base.session)) != NULL;
      n_told += *sg_turn_run_get_text (sg_session_get_run (faults->base.session)) != '\0';
      sg_session_stop (faults->base.session);
      while (sg_session_get_busy (faults->base.session))
        faults_step (faults);

      stopped = sg_turn_run_get_stage (sg_session_get_run (faults->base.session)) == SG_STAGE_STOPPED;
      faults_assert_sound (faults, stopped ? 0 : 1);
      if (stopped)
        assert_stopped (faults);
      else if (!went_all_the_way (faults))
        {
          fixture_move (&faults->base, sg_story_undo_async);
          stopped = TRUE;
        }
      raw_server_forget (faults->server);
    }
  g_assert_cmpuint (n_waiting, >, 0);
  g_assert_cmpuint (n_told, >, 2);
}

#define ADD(path, data, func) g_test_add ("/faults/" path, Faults, data, faults_set_up, func, faults_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/%s", cases[i].name);

      g_test_add (path, Faults, &cases[i], faults_set_up, test_case, faults_tear_down);
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
      g_test_add (path, Faults, side, faults_set_up, test_side, faults_tear_down);
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
  ADD ("stop-anywhere", GINT_TO_POINTER (FALSE), test_stop_anywhere);
  ADD ("planned/stop-anywhere", GINT_TO_POINTER (TRUE), test_stop_anywhere);

  return g_test_run ();
}
