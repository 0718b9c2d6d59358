/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How fast a server is called, and how many calls at once: the buckets, the line before the gate, and how long
 * it is waited for another try. */

#include "config.h"

#include "llm/sg-backoff.h"
#include "llm/sg-server-state.h"

#define S ((gint64) G_USEC_PER_SEC)

typedef struct
{
  SgClock       *clock;
  SgServerState *state;
  SgGate        *gate;
  SgLimiter     *limiter;
  GString       *log;
} Fixture;

typedef struct
{
  Fixture *fixture;
  char     name;
} Caller;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_clock_new_manual ();
  fixture->state = sg_server_state_new (fixture->clock);
  fixture->gate = sg_server_state_get_gate (fixture->state);
  fixture->limiter = sg_gate_get_limiter (fixture->gate);
  fixture->log = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->state);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static void
assert_log (Fixture    *fixture,
            const char *expected)
{
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
}

/* How long it is until a call may be made. */
static gint64
check (Fixture         *fixture,
       gint64           tokens,
       SgLimiterReason  expected)
{
  gint64 wait_us;

  g_assert_cmpint (sg_limiter_check (fixture->limiter, tokens, &wait_us), ==, expected);

  return wait_us;
}

static void
test_requests (Fixture       *fixture,
               gconstpointer  data)
{
  /* Nine go at once, and then one every sixty ninths of a second. */
  sg_limiter_set_limits (fixture->limiter, 10, 0);
  g_assert_false (sg_limiter_counts_tokens (fixture->limiter));
  for (guint i = 0; i < 9; i++)
    {
      g_assert_cmpint (check (fixture, 0, SG_LIMITER_FREE), ==, 0);
      sg_limiter_take (fixture->limiter, 0);
    }
  g_assert_cmpint (check (fixture, 0, SG_LIMITER_REQUESTS), ==, 60 * S / 9 + 1);
  sg_clock_advance (fixture->clock, 60 * S / 9 + 1);
  g_assert_cmpint (check (fixture, 0, SG_LIMITER_FREE), ==, 0);

  /* It never holds more than a minute allows. */
  sg_clock_advance (fixture->clock, 600 * S);
  for (guint i = 0; i < 9; i++)
    sg_limiter_take (fixture->limiter, 0);
  check (fixture, 0, SG_LIMITER_REQUESTS);

  /* What was used counts towards another limit, and none is none. */
  sg_limiter_set_limits (fixture->limiter, 20, 0);
  for (guint i = 0; i < 9; i++)
    sg_limiter_take (fixture->limiter, 0);
  check (fixture, 0, SG_LIMITER_REQUESTS);
  sg_limiter_set_limits (fixture->limiter, 0, 0);
  check (fixture, 0, SG_LIMITER_FREE);

  /* Nobody gets around a limit by taking it away and setting it again. */
  sg_limiter_set_limits (fixture->limiter, 20, 0);
  check (fixture, 0, SG_LIMITER_REQUESTS);
}

/* A minute that begins full holds no more than what the server allows, whatever the limit is. */
static void
test_one_request (Fixture       *fixture,
                  gconstpointer  data)
{
  sg_limiter_set_limits (fixture->limiter, 1, 0);
  check (fixture, 0, SG_LIMITER_FREE);
  sg_limiter_take (fixture->limiter, 0);
  g_assert_cmpint (check (fixture, 0, SG_LIMITER_REQUESTS), ==, 60 * S);
}

static void
test_tokens (Fixture       *fixture,
             gconstpointer  data)
{
  sg_limiter_set_limits (fixture->limiter, 0, 10000);
  g_assert_true (sg_limiter_counts_tokens (fixture->limiter));

  sg_limiter_take (fixture->limiter, 6000);
  check (fixture, 3000, SG_LIMITER_FREE);
  g_assert_cmpint (check (fixture, 4500, SG_LIMITER_TOKENS), ==, 10 * S);

  /* It took less in the end. */
  sg_limiter_correct (fixture->limiter, 6000, 4500);
  check (fixture, 4500, SG_LIMITER_FREE);
  /* Or more. */
  sg_limiter_correct (fixture->limiter, 0, 3000);
  g_assert_cmpint (check (fixture, 3000, SG_LIMITER_TOKENS), ==, 10 * S);

  /* More than a minute allows goes when the bucket is full, and is paid for afterwards. */
  g_assert_cmpint (check (fixture, 100000, SG_LIMITER_TOKENS), ==, 50 * S);
  sg_clock_advance (fixture->clock, 50 * S);
  check (fixture, 100000, SG_LIMITER_FREE);
  sg_limiter_take (fixture->limiter, 18000);
  g_assert_cmpint (check (fixture, 9000, SG_LIMITER_TOKENS), ==, 120 * S);
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  sg_limiter_pause (fixture->limiter, 12 * S);
  sg_limiter_pause (fixture->limiter, 5 * S);
  g_assert_cmpint (check (fixture, 0, SG_LIMITER_PAUSE), ==, 12 * S);
  sg_limiter_end_pause (fixture->limiter);
  check (fixture, 0, SG_LIMITER_FREE);
}

static void
learn (Fixture    *fixture,
       const char *kind,
       const char *limit,
       const char *remaining,
       const char *reset)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const struct
  {
    const char *name;
    const char *value;
  } fields[] = { { "limit", limit }, { "remaining", remaining }, { "reset", reset } };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *name = g_strdup_printf ("x-ratelimit-%s-%s", fields[i].name, kind);

      if (fields[i].value != NULL)
        soup_message_headers_append (headers, name, fields[i].value);
    }
  sg_server_state_note_headers (fixture->state, headers);
}

static void
test_headers (Fixture       *fixture,
              gconstpointer  data)
{
  /* Enough is left. */
  learn (fixture, "requests", "60", "59", "1s");
  learn (fixture, "tokens", "150000", "149984", "6ms");
  check (fixture, 8000, SG_LIMITER_FREE);
  g_assert_true (sg_limiter_counts_tokens (fixture->limiter));

  /* Sixty come back in a minute, so that the next one is there in a second. */
  learn (fixture, "requests", "60", "0", "1m0s");
  g_assert_cmpint (check (fixture, 8000, SG_LIMITER_REQUESTS), ==, S);
  sg_clock_advance (fixture->clock, S);
  check (fixture, 8000, SG_LIMITER_FREE);

  /* A call that is under way has taken its share. */
  learn (fixture, "requests", "60", "1", "59s");
  sg_limiter_take (fixture->limiter, 0);
  check (fixture, 0, SG_LIMITER_REQUESTS);
  sg_clock_advance (fixture->clock, 60 * S);

  learn (fixture, "tokens", "6000", "1000", "50s");
  g_assert_cmpint (check (fixture, 3000, SG_LIMITER_TOKENS), ==, 20 * S);
  /* More than there ever is. */
  g_assert_cmpint (check (fixture, 9000, SG_LIMITER_TOKENS), ==, 50 * S);

  /* A day's count is not waited for. */
  learn (fixture, "tokens", NULL, "0", "23h59m1.5s");
  g_assert_cmpint (check (fixture, 3000, SG_LIMITER_TOKENS), ==, 60 * S);

  /* What is no count and no time is passed over. */
  learn (fixture, "requests", "60", "some", "1s");
  learn (fixture, "requests", "60", "0", "soon");
  learn (fixture, "requests", "60", "-1", "1s");
  learn (fixture, "requests", "60", "0", NULL);
  sg_clock_advance (fixture->clock, 60 * S);
  check (fixture, 3000, SG_LIMITER_FREE);
}

static void
test_reset_times (void)
{
  g_assert_cmpint (sg_limiter_parse_reset ("1s"), ==, S);
  g_assert_cmpint (sg_limiter_parse_reset ("6m0s"), ==, 360 * S);
  g_assert_cmpint (sg_limiter_parse_reset ("20ms"), ==, 20000);
  g_assert_cmpint (sg_limiter_parse_reset ("7.66s"), ==, 7660000);
  g_assert_cmpint (sg_limiter_parse_reset ("1h2m3s"), ==, 3723 * S);
  g_assert_cmpint (sg_limiter_parse_reset ("12"), ==, 12 * S);
  g_assert_cmpint (sg_limiter_parse_reset (NULL), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset (""), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("s"), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("-1s"), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("1d"), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("1e300h"), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("nan"), ==, -1);
  g_assert_cmpint (sg_limiter_parse_reset ("inf"), ==, -1);
}

static void
admitted_cb (gpointer user_data)
{
  Caller *caller = user_data;

  g_string_append_printf (caller->fixture->log, "%c ", caller->name);
}

static void
waiting_cb (SgGateReason reason,
            gint64       wait_us,
            gpointer     user_data)
{
  static const char *const names[] = { "slot", "requests", "tokens", "pause" };
  Caller *caller = user_data;

  g_string_append_printf (caller->fixture->log, "(%c:%s:%d) ", caller->name, names[reason], (int) (wait_us / S));
}

static guint
enter (Caller         *caller,
       SgGatePriority  priority,
       gint64          tokens)
{
  SgGateEntry entry = { priority, tokens, admitted_cb, waiting_cb, caller };

  return sg_gate_enter (caller->fixture->gate, &entry);
}

static void
test_slots (Fixture       *fixture,
            gconstpointer  data)
{
  Caller callers[7];

  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    callers[i] = (Caller) { fixture, (char) ('a' + i) };

  for (guint i = 0; i < 3; i++)
    enter (&callers[i], SG_GATE_LATER, 0);
  assert_log (fixture, "a b c ");
  g_assert_false (sg_gate_is_free (fixture->gate, 0));

  enter (&callers[3], SG_GATE_LATER, 0);
  enter (&callers[4], SG_GATE_LATER, 0);
  enter (&callers[5], SG_GATE_FIRST, 0);
  enter (&callers[6], SG_GATE_FIRST, 0);
  assert_log (fixture, "(d:slot:0) (e:slot:0) (f:slot:0) (g:slot:0) ");
  g_assert_cmpuint (sg_gate_get_n_waiting (fixture->gate), ==, 4);

  /* What the player waits for goes first, and otherwise whoever came first. */
  sg_gate_leave (fixture->gate);
  sg_gate_leave (fixture->gate);
  sg_gate_leave (fixture->gate);
  sg_gate_leave (fixture->gate);
  assert_log (fixture, "f g d e ");

  sg_gate_set_n_slots (fixture->gate, 1);
  g_assert_cmpuint (sg_gate_get_n_inside (fixture->gate), ==, 3);
  enter (&callers[0], SG_GATE_LATER, 0);
  sg_gate_leave (fixture->gate);
  sg_gate_leave (fixture->gate);
  assert_log (fixture, "(a:slot:0) ");
  sg_gate_leave (fixture->gate);
  assert_log (fixture, "a ");
  sg_gate_leave (fixture->gate);
  g_assert_true (sg_gate_is_free (fixture->gate, 0));
}

static void
test_line (Fixture       *fixture,
           gconstpointer  data)
{
  Caller callers[4];
  guint ticket;

  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    callers[i] = (Caller) { fixture, (char) ('a' + i) };

  sg_limiter_set_limits (fixture->limiter, 0, 1000);
  enter (&callers[0], SG_GATE_LATER, 900);
  ticket = enter (&callers[1], SG_GATE_LATER, 450);
  enter (&callers[2], SG_GATE_LATER, 150);
  assert_log (fixture, "a (b:tokens:30) (c:tokens:30) ");

  /* Whoever goes takes no place and no time from the others. */
  sg_gate_withdraw (fixture->gate, ticket);
  g_assert_cmpint (sg_clock_get_next_timer (fixture->clock), ==, 10 * S);
  sg_clock_advance (fixture->clock, 10 * S);
  assert_log (fixture, "c ");

  /* The reason is told again when it is another one. */
  sg_limiter_pause (fixture->limiter, 7 * S);
  enter (&callers[3], SG_GATE_FIRST, 0);
  enter (&callers[1], SG_GATE_LATER, 900);
  sg_clock_advance (fixture->clock, 7 * S);
  assert_log (fixture, "(d:pause:7) (b:pause:7) d (b:tokens:53) ");

  /* Without limits there is nothing to wait for. */
  sg_limiter_set_limits (fixture->limiter, 0, 0);
  sg_gate_leave (fixture->gate);
  assert_log (fixture, "b ");
  for (guint i = 0; i < 3; i++)
    sg_gate_leave (fixture->gate);
  g_assert_cmpuint (sg_gate_get_n_inside (fixture->gate), ==, 0);
}

static void
test_backoff (void)
{
  const int seconds[] = { 2, 4, 8, 16, 30, 30, 30 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  g_autoptr (GRand) same = g_rand_new_with_seed (42);
  gint64 lowest = G_MAXINT64;
  gint64 highest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      gint64 wait = sg_backoff_get_wait (i + 1, rand);

      g_assert_cmpint (wait, >=, seconds[i] * S * 3 / 4);
      g_assert_cmpint (wait, <=, seconds[i] * S * 5 / 4);
      g_assert_cmpint (sg_backoff_get_wait (i + 1, same), ==, wait);
    }

  for (guint i = 0; i < 1000; i++)
    {
      gint64 wait = sg_backoff_get_wait (1, rand);

      lowest = MIN (lowest, wait);
      highest = MAX (highest, wait);
    }
  g_assert_cmpint (lowest, <, 2 * S * 77 / 100);
  g_assert_cmpint (highest, >, 2 * S * 123 / 100);
  g_assert_cmpint (sg_backoff_get_wait (G_MAXUINT, rand), <=, 30 * S * 5 / 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/limits/requests", test_requests);
  ADD ("/limits/one-request", test_one_request);
  ADD ("/limits/tokens", test_tokens);
  ADD ("/limits/pause", test_pause);
  ADD ("/limits/headers", test_headers);
  ADD ("/limits/slots", test_slots);
  ADD ("/limits/line", test_line);
#undef ADD
  g_test_add_func ("/limits/reset-times", test_reset_times);
  g_test_add_func ("/limits/backoff", test_backoff);

  return g_test_run ();
}
