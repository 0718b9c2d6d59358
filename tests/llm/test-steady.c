/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is made of a model on its bad days: retries, waits, the breaker, the fallback, and what is said of
 * them.  A manual clock stands in for the minutes. */

#include "config.h"

#include <string.h>

#include "flaky-model.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-model-error.h"
#include "llm/sg-steady-model.h"

#define S ((gint64) G_USEC_PER_SEC)
#define LOADING "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}"

typedef struct
{
  SgClock       *clock;
  SgFlakyModel  *flaky;
  SgFlakyModel  *other;
  SgServerState *state;
  SgServerState *other_state;
  SgSteadyModel *steady;
} Fixture;

typedef struct
{
  SgModelRequest *request;
  SgTrace        *trace;
  guint           span;
  GCancellable   *cancellable;
  GString        *log;
  gint64          begun;
  gboolean        ended;
  GError         *error;
} Ask;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_clock_new_manual ();
  fixture->flaky = sg_flaky_model_new ("http://first");
  fixture->other = sg_flaky_model_new ("http://second");
  fixture->state = sg_server_state_new (fixture->clock);
  fixture->other_state = sg_server_state_new (fixture->clock);
  fixture->steady = sg_steady_model_new (SG_MODEL (fixture->flaky), fixture->state);
  sg_steady_model_set_seed (fixture->steady, 1);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_cmpuint (sg_gate_get_n_inside (sg_server_state_get_gate (fixture->state)), ==, 0);
  g_assert_cmpuint (sg_gate_get_n_waiting (sg_server_state_get_gate (fixture->state)), ==, 0);
  g_assert_cmpint (sg_clock_get_next_timer (fixture->clock), ==, -1);
  g_assert_finalize_object (fixture->steady);
  g_assert_finalize_object (fixture->state);
  g_assert_finalize_object (fixture->other_state);
  g_assert_finalize_object (fixture->flaky);
  g_assert_finalize_object (fixture->other);
  g_assert_finalize_object (fixture->clock);
}

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  Ask *ask = user_data;

  g_assert_false (ask->ended);
  g_assert_false (g_cancellable_is_cancelled (ask->cancellable));
  if (event->type == SG_MODEL_EVENT_TEXT)
    g_string_append (ask->log, event->text);
  else if (event->type == SG_MODEL_EVENT_WAITING)
    g_string_append_printf (ask->log, "[%s]", event->text != NULL ? event->text : "");
  else if (event->type == SG_MODEL_EVENT_WARNING)
    g_string_append_printf (ask->log, "!%s!", event->text);
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Ask *ask = user_data;

  g_assert_false (ask->ended);
  ask->ended = TRUE;
  sg_model_generate_finish (SG_MODEL (object), result, &ask->error);
}

static Ask *
begin (Fixture       *fixture,
       SgRequestKind  kind)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->request = sg_model_request_new (kind);
  sg_model_request_add_message (ask->request, sg_message_new (SG_ROLE_USER, "Tell on."));
  ask->trace = sg_trace_new ();
  ask->span = sg_trace_begin (ask->trace, 0, SG_SPAN_MODEL, "call");
  sg_model_request_set_trace (ask->request, ask->trace, ask->span);
  ask->cancellable = g_cancellable_new ();
  ask->log = g_string_new (NULL);
  ask->begun = sg_clock_get_time (fixture->clock);
  sg_model_generate_async (SG_MODEL (fixture->steady), ask->request, event_cb, ask, ask->cancellable, ended_cb, ask);
  g_assert_cmpstr (ask->log->str, ==, "");

  return ask;
}

static void
ask_free (Ask *ask)
{
  g_clear_object (&ask->request);
  g_assert_finalize_object (ask->trace);
  g_clear_object (&ask->cancellable);
  g_string_free (ask->log, TRUE);
  g_clear_error (&ask->error);
  g_free (ask);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Runs to the end; where all wait, the clock moves on. */
static void
run (Fixture *fixture,
     Ask     *ask)
{
  for (;;)
    {
      settle ();
      if (ask->ended)
        break;
      g_assert_cmpint (sg_clock_get_next_timer (fixture->clock), >=, 0);
      sg_clock_advance (fixture->clock, sg_clock_get_next_timer (fixture->clock));
    }
}

static Ask *
play (Fixture       *fixture,
      SgRequestKind  kind)
{
  Ask *ask = begin (fixture, kind);

  run (fixture, ask);

  return ask;
}

/* The spans of waits, each as `name(reason) `. */
static char *
dup_spans (Ask *ask)
{
  GString *names = g_string_new (NULL);

  for (guint i = 1; i <= sg_trace_get_n_spans (ask->trace); i++)
    {
      const SgSpan *span = sg_trace_get_span (ask->trace, i);

      if (span->kind != SG_SPAN_WAIT)
        continue;
      g_assert_cmpuint (span->parent, ==, ask->span);
      g_assert_cmpint (span->end_us, !=, SG_SPAN_RUNNING);
      g_string_append_printf (names, "%s(%s) ", span->name, sg_span_get_string (span, SG_ATTRIBUTE_REASON));
    }

  return g_string_free (names, FALSE);
}

static void
assert_spans (Ask        *ask,
              const char *expected)
{
  g_autofree char *spans = dup_spans (ask);

  g_assert_cmpstr (spans, ==, expected);
}

static gint64
elapsed (Fixture *fixture,
         Ask     *ask)
{
  return sg_clock_get_time (fixture->clock) - ask->begun;
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_flaky_model_tell (fixture->flaky, "Once.");
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (ask->error);
  g_assert_cmpstr (ask->log->str, ==, "Once.");
  assert_spans (ask, "");
  g_assert_cmpint (elapsed (fixture, ask), ==, 0);
  g_assert_cmpstr (sg_model_get_name (SG_MODEL (fixture->steady)), ==, "flaky");
  g_assert_cmpstr (sg_model_get_server (SG_MODEL (fixture->steady)), ==, "http://first");
}

static void
test_retries (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;
  const SgSpan *span;

  sg_flaky_model_refuse (fixture->flaky, 500, NULL, NULL);
  sg_flaky_model_fail (fixture->flaky, NULL, SG_MODEL_ERROR_CUT_OFF);
  sg_flaky_model_fail (fixture->flaky, NULL, SG_MODEL_ERROR_CONNECT);
  sg_flaky_model_tell (fixture->flaky, "At last.");
  ask = play (fixture, SG_REQUEST_NARRATION);

  g_assert_no_error (ask->error);
  g_assert_true (g_str_has_suffix (ask->log->str, "[]At last."));
  g_assert_nonnull (strstr (ask->log->str, "[The server has failed; trying again in"));
  g_assert_nonnull (strstr (ask->log->str, "(1 of 3)][][The"));
  g_assert_nonnull (strstr (ask->log->str, "[The server does not answer; trying again in"));
  g_assert_nonnull (strstr (ask->log->str, "(3 of 3)]"));
  assert_spans (ask, "retry(server) retry(cut-off) retry(connect) ");
  g_assert_cmpint (elapsed (fixture, ask), >=, (2 + 4 + 8) * S * 3 / 4);
  g_assert_cmpint (elapsed (fixture, ask), <=, (2 + 4 + 8) * S * 5 / 4);

  span = sg_trace_find (ask->trace, SG_SPAN_WAIT, "retry");
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_HTTP_STATUS, 0), ==, 500);
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_ATTEMPT, 0), ==, 1);
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_WAIT, 0), >=, 2 * S * 3 / 4);
}

static void
test_gives_up (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_flaky_model_refuse (fixture->flaky, 502, NULL, NULL);
  g_object_set (fixture->steady, "retries", 2, NULL);
  ask = play (fixture, SG_REQUEST_NARRATION);

  g_assert_error (ask->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);
  g_assert_nonnull (strstr (ask->error->message, "(It was tried 3 times.)"));
  g_assert_cmpint (sg_model_error_get_status (ask->error), ==, 502);
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 3);
  assert_spans (ask, "retry(server) retry(server) ");
}

/* None of these is tried again, and none says that the server is broken. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  const guint statuses[] = { 400, 401, 403, 404, 413, 422 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    sg_flaky_model_refuse (fixture->flaky, statuses[i], NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (Ask) ask = play (fixture, SG_REQUEST_PLANNING);

      g_assert_error (ask->error, SG_MODEL_ERROR, ask->error->code);
      g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, i + 1);
      g_assert_null (strstr (ask->error->message, "tried"));
      assert_spans (ask, "");
    }
  g_assert_cmpint (sg_breaker_get_state (sg_server_state_get_breaker (fixture->state)), ==, SG_BREAKER_CLOSED);
}

/* 429 and 408 are tried again, but say nothing of the server's health. */
static void
test_too_many (Fixture       *fixture,
               gconstpointer  data)
{
  for (guint i = 0; i < 3; i++)
    {
      sg_flaky_model_refuse (fixture->flaky, 429, NULL, NULL);
      sg_flaky_model_refuse (fixture->flaky, 408, NULL, NULL);
      sg_flaky_model_refuse (fixture->flaky, 429, NULL, NULL);
      sg_flaky_model_tell (fixture->flaky, "Now.");
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Ask) ask = play (fixture, SG_REQUEST_PLANNING);

      g_assert_no_error (ask->error);
      g_assert_nonnull (strstr (ask->log->str, "[The server is too busy; trying again in"));
      assert_spans (ask, "retry(busy) retry(busy) retry(busy) ");
    }
  g_assert_cmpuint (sg_breaker_get_trips (sg_server_state_get_breaker (fixture->state)), ==, 0);
}

static void
test_retry_after (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;
  g_autoptr (Ask) beside = NULL;

  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "12");
  sg_flaky_model_tell (fixture->flaky, "Now.");
  ask = begin (fixture, SG_REQUEST_NARRATION);
  settle ();
  g_assert_cmpstr (ask->log->str, ==, "[The server asks to wait 12 s]");

  /* It asks everyone. */
  beside = begin (fixture, SG_REQUEST_CHARACTER);
  settle ();
  g_assert_cmpstr (beside->log->str, ==, "[The server asks to wait 12 s]");
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 1);

  sg_clock_advance (fixture->clock, 12 * S - 1);
  settle ();
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 1);
  run (fixture, ask);
  run (fixture, beside);
  g_assert_cmpint (elapsed (fixture, ask), ==, 12 * S);
  g_assert_cmpstr (ask->log->str, ==, "[The server asks to wait 12 s][]Now.");
  assert_spans (ask, "retry(busy) ");
  assert_spans (beside, "limit(pause) ");
}

static void
test_retry_after_date (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 60);
  g_autofree char *header = soup_date_time_to_string (then, SOUP_DATE_HTTP);
  g_autoptr (Ask) ask = NULL;

  sg_flaky_model_refuse (fixture->flaky, 503, NULL, header);
  sg_flaky_model_tell (fixture->flaky, "Now.");
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (ask->error);
  g_assert_cmpint (elapsed (fixture, ask), >, 30 * S);
  g_assert_cmpint (elapsed (fixture, ask), <=, 60 * S);
}

/* An hour is told and not waited for; no time at all is a second. */
static void
test_retry_after_bounds (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (Ask) hour = NULL;
  g_autoptr (Ask) minutes = NULL;
  g_autoptr (Ask) none = NULL;

  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "7200");
  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "121");
  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "0");
  sg_flaky_model_tell (fixture->flaky, "Now.");

  hour = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (hour->error, SG_MODEL_ERROR, SG_MODEL_ERROR_BUSY);
  g_assert_nonnull (strstr (hour->error->message, "It asks not to be asked again for 2 hours."));
  g_assert_cmpint (elapsed (fixture, hour), ==, 0);

  minutes = play (fixture, SG_REQUEST_NARRATION);
  g_assert_nonnull (strstr (minutes->error->message, "It asks not to be asked again for 3 minutes."));

  none = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (none->error);
  g_assert_cmpint (elapsed (fixture, none), ==, S);
}

/* However long it takes, up to five minutes; and it is no failure. */
static void
test_loading (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;
  g_autoptr (Ask) endless = NULL;

  for (guint i = 0; i < 20; i++)
    sg_flaky_model_refuse (fixture->flaky, 503, LOADING, NULL);
  sg_flaky_model_tell (fixture->flaky, "Loaded.");
  sg_flaky_model_refuse (fixture->flaky, 503, LOADING, NULL);

  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (ask->error);
  g_assert_true (g_str_has_prefix (ask->log->str, "[The server is still loading its model; asking again in "));
  g_assert_true (g_str_has_suffix (ask->log->str, "[]Loaded."));
  g_assert_cmpint (elapsed (fixture, ask), >, 100 * S);
  g_assert_cmpint (elapsed (fixture, ask), <, 200 * S);

  endless = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (endless->error, SG_MODEL_ERROR, SG_MODEL_ERROR_LOADING);
  g_assert_cmpint (elapsed (fixture, endless), >=, 300 * S);
  g_assert_cmpint (elapsed (fixture, endless), <, 320 * S);
  g_assert_cmpint (sg_breaker_get_state (sg_server_state_get_breaker (fixture->state)), ==, SG_BREAKER_CLOSED);
}

/* What the player has read is never told twice. */
static void
test_after_first_token (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_steady_model_set_fallback (fixture->steady, SG_MODEL (fixture->other), fixture->other_state);
  sg_flaky_model_tell (fixture->other, "No.");
  sg_flaky_model_fail (fixture->flaky, "Half a", SG_MODEL_ERROR_CUT_OFF);
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (ask->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CUT_OFF);
  g_assert_cmpstr (ask->error->message, ==, "It has failed.");
  g_assert_cmpstr (ask->log->str, ==, "Half a");
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 1);
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->other), ==, 0);
  assert_spans (ask, "");
}

/* Silence has cost minutes already: it is not tried again. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_flaky_model_fail (fixture->flaky, NULL, SG_MODEL_ERROR_SILENT);
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (ask->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT);
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 1);
}

static void
test_breaker (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) first = NULL;
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) side = NULL;
  g_autoptr (Ask) click = NULL;
  g_autoptr (Ask) later = NULL;

  for (guint i = 0; i < 5; i++)
    sg_flaky_model_refuse (fixture->flaky, 500, NULL, NULL);
  sg_flaky_model_tell (fixture->flaky, "Back.");

  /* Four tries, and one more, which trips it: the rest of its tries are not made. */
  first = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (first, "retry(server) retry(server) retry(server) ");
  second = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (second->error, SG_MODEL_ERROR, SG_MODEL_ERROR_PAUSED);
  assert_spans (second, "breaker(opened) retry(server) breaker(open) ");
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 5);

  /* Others are not let through; the player is. */
  side = play (fixture, SG_REQUEST_SUMMARY);
  g_assert_error (side->error, SG_MODEL_ERROR, SG_MODEL_ERROR_PAUSED);
  g_assert_nonnull (strstr (side->error->message, "http://first"));
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 5);
  click = play (fixture, SG_REQUEST_NARRATION);
  g_assert_cmpstr (click->log->str, ==, "Back.");
  later = play (fixture, SG_REQUEST_SUMMARY);
  g_assert_cmpstr (later->log->str, ==, "Back.");
  g_assert_cmpint (sg_breaker_get_state (sg_server_state_get_breaker (fixture->state)), ==, SG_BREAKER_CLOSED);
}

static void
test_fallback (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (Ask) first = NULL;
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) third = NULL;
  g_autoptr (Ask) back = NULL;
  const char *warning = "!http://first does not answer now; http://second tells this instead.!";

  sg_steady_model_set_fallback (fixture->steady, SG_MODEL (fixture->other), fixture->other_state);
  for (guint i = 0; i < 5; i++)
    sg_flaky_model_refuse (fixture->flaky, 500, NULL, NULL);
  sg_flaky_model_tell (fixture->flaky, "First.");
  sg_flaky_model_tell (fixture->other, "Second.");

  first = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (first->error);
  assert_spans (first, "retry(server) retry(server) retry(server) fallback(server) ");
  g_assert_nonnull (strstr (first->log->str, warning));
  g_assert_true (g_str_has_suffix (first->log->str, "Second."));
  g_assert_nonnull (sg_span_get_attribute (sg_trace_get_span (first->trace, first->span), SG_ATTRIBUTE_FALLBACK));

  second = play (fixture, SG_REQUEST_NARRATION);
  g_assert_no_error (second->error);
  assert_spans (second, "breaker(opened) retry(server) breaker(open) fallback(paused) ");

  /* Now at once; the player's click need not find out whether the first one is back. */
  third = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (third, "breaker(open) fallback(paused) ");
  g_assert_cmpint (elapsed (fixture, third), ==, 0);
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 5);

  sg_clock_advance (fixture->clock, 60 * S);
  back = play (fixture, SG_REQUEST_NARRATION);
  g_assert_cmpstr (back->log->str, ==, "First.");
}

static void
test_fallback_fails (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_steady_model_set_fallback (fixture->steady, SG_MODEL (fixture->other), fixture->other_state);
  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "3600");
  sg_flaky_model_refuse (fixture->other, 401, NULL, NULL);
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (ask->error, SG_MODEL_ERROR, SG_MODEL_ERROR_BUSY);
  g_assert_nonnull (strstr (ask->error->message, "for 60 minutes. The fallback server did not answer either: "
                                                 "http://second wants a key."));
  assert_spans (ask, "fallback(busy) ");
}

/* A name that nobody has, and a certificate that nobody trusts, are the same in two seconds. */
static void
test_lasting (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) name = NULL;
  g_autoptr (Ask) certificate = NULL;
  g_autoptr (Ask) refused = NULL;

  sg_flaky_model_lose (fixture->flaky, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  sg_flaky_model_lose (fixture->flaky, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  sg_flaky_model_lose (fixture->flaky, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  sg_flaky_model_tell (fixture->flaky, "Here.");
  name = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (name->error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONNECT);
  assert_spans (name, "");

  sg_steady_model_set_fallback (fixture->steady, SG_MODEL (fixture->other), fixture->other_state);
  sg_flaky_model_tell (fixture->other, "There.");
  certificate = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (certificate, "fallback(connect) ");

  refused = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (refused, "retry(connect) ");
  g_assert_true (g_str_has_suffix (refused->log->str, "Here."));
}

/* What is wrong with the request would be wrong there as well, and a wrong key is to be told. */
static void
test_no_fallback (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_steady_model_set_fallback (fixture->steady, SG_MODEL (fixture->other), fixture->other_state);
  sg_flaky_model_refuse (fixture->flaky, 401, NULL, NULL);
  ask = play (fixture, SG_REQUEST_NARRATION);
  g_assert_error (ask->error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY);
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->other), ==, 0);
}

static void
test_slots (Fixture       *fixture,
            gconstpointer  data)
{
  Ask *asks[5];
  g_autoptr (Ask) narration = NULL;

  sg_flaky_model_hold (fixture->flaky, "Words.");
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    asks[i] = begin (fixture, SG_REQUEST_SUMMARY);
  narration = begin (fixture, SG_REQUEST_NARRATION);
  settle ();
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 3);
  g_assert_cmpstr (asks[4]->log->str, ==, "[Waiting for the model to end what it is at]");

  /* The narration is next. */
  sg_flaky_model_release (fixture->flaky);
  settle ();
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 4);
  g_assert_true (g_str_has_suffix (narration->log->str, "[]"));

  for (guint i = 0; i < 5; i++)
    {
      sg_flaky_model_release (fixture->flaky);
      settle ();
    }
  g_assert_true (narration->ended);
  assert_spans (narration, "limit(slot) ");
  g_assert_cmpuint (sg_flaky_model_get_most (fixture->flaky), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    {
      g_assert_true (asks[i]->ended);
      g_assert_no_error (asks[i]->error);
      ask_free (asks[i]);
    }
}

/* Characters have slots beyond those of the others, and take none from them. */
static void
test_characters (Fixture       *fixture,
                 gconstpointer  data)
{
  Ask *asks[7];

  sg_flaky_model_hold (fixture->flaky, "Words.");
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    asks[i] = begin (fixture, i == 6 ? SG_REQUEST_SUMMARY : SG_REQUEST_CHARACTER);
  settle ();
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 5);

  for (guint i = 0; i < 3; i++)
    {
      sg_flaky_model_release (fixture->flaky);
      settle ();
    }
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 6);
  sg_flaky_model_release (fixture->flaky);
  settle ();
  g_assert_cmpuint (sg_flaky_model_get_n_calls (fixture->flaky), ==, 7);

  for (guint i = 0; i < 3; i++)
    {
      sg_flaky_model_release (fixture->flaky);
      settle ();
    }
  g_assert_cmpuint (sg_flaky_model_get_most (fixture->flaky), ==, 5);
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    ask_free (asks[i]);
}

static void
test_limiter (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (Ask) first = NULL;
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) third = NULL;

  sg_flaky_model_tell (fixture->flaky, "Words.");
  g_object_set (fixture->steady, "requests-per-minute", 1, NULL);
  first = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (first, "");
  second = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (second, "limit(requests) ");
  g_assert_cmpstr (second->log->str, ==,
                   "[As many requests as the server allows a minute have been made; the next one in 60 s][]Words.");
  g_assert_cmpint (elapsed (fixture, second), ==, 60 * S);

  /* The switch. */
  g_object_set (fixture->steady, "limiter", FALSE, NULL);
  third = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (third, "");
}

static void
test_token_limit (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (Ask) first = NULL;
  g_autoptr (Ask) second = NULL;

  sg_flaky_model_tell (fixture->flaky, "Words.");
  g_object_set (fixture->steady, "tokens-per-minute", 600, NULL);
  first = play (fixture, SG_REQUEST_NARRATION);
  second = play (fixture, SG_REQUEST_NARRATION);
  assert_spans (first, "");
  assert_spans (second, "limit(tokens) ");
  g_assert_no_error (second->error);
}

/* At every moment, and the story goes on afterwards. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  SgBreaker *breaker = sg_server_state_get_breaker (fixture->state);

  sg_flaky_model_refuse (fixture->flaky, 429, NULL, "3");
  sg_flaky_model_refuse (fixture->flaky, 500, NULL, NULL);
  sg_flaky_model_hold (fixture->flaky, "Words.");

  for (guint moment = 0; moment < 24; moment++)
    {
      g_autoptr (Ask) ask = begin (fixture, SG_REQUEST_NARRATION);
      gboolean ended;

      for (guint i = 0; i < moment && !ask->ended; i++)
        {
          if (!g_main_context_iteration (NULL, FALSE) && sg_clock_get_next_timer (fixture->clock) >= 0)
            sg_clock_advance (fixture->clock, sg_clock_get_next_timer (fixture->clock));
        }
      ended = ask->ended;
      g_cancellable_cancel (ask->cancellable);
      settle ();
      g_assert_true (ask->ended);
      if (!ended)
        g_assert_error (ask->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (sg_breaker_get_state (breaker), ==, SG_BREAKER_CLOSED);
      g_assert_cmpuint (sg_gate_get_n_inside (sg_server_state_get_gate (fixture->state)), ==, 0);
    }
}

static void
test_cancelled_before (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (Ask) ask = NULL;

  sg_flaky_model_hold (fixture->flaky, "Words.");
  g_object_set (fixture->steady, "models-at-once", 1, NULL);
  ask = begin (fixture, SG_REQUEST_NARRATION);
  {
    g_autoptr (Ask) waiting = begin (fixture, SG_REQUEST_NARRATION);

    settle ();
    g_cancellable_cancel (waiting->cancellable);
    settle ();
    g_assert_error (waiting->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_spans (waiting, "limit(slot) ");
  }
  sg_flaky_model_release (fixture->flaky);
  settle ();
  g_assert_cmpstr (ask->log->str, ==, "Words.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/steady/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("plain", test_plain);
  ADD ("retries", test_retries);
  ADD ("gives-up", test_gives_up);
  ADD ("refused", test_refused);
  ADD ("too-many", test_too_many);
  ADD ("retry-after", test_retry_after);
  ADD ("retry-after-date", test_retry_after_date);
  ADD ("retry-after-bounds", test_retry_after_bounds);
  ADD ("loading", test_loading);
  ADD ("after-first-token", test_after_first_token);
  ADD ("silence", test_silence);
  ADD ("breaker", test_breaker);
  ADD ("fallback", test_fallback);
  ADD ("fallback-fails", test_fallback_fails);
  ADD ("lasting", test_lasting);
  ADD ("no-fallback", test_no_fallback);
  ADD ("slots", test_slots);
  ADD ("characters", test_characters);
  ADD ("limiter", test_limiter);
  ADD ("token-limit", test_token_limit);
  ADD ("cancel", test_cancel);
  ADD ("cancelled-while-waiting", test_cancelled_before);
#undef ADD

  return g_test_run ();
}
