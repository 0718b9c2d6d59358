/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "runner-fixture.h"
#include "tools/sg-tool-json.h"

#include <string.h>

#define assert_has(text, part) \
  G_STMT_START { \
    if (strstr (text, part) == NULL) \
      g_error ("%s:%d: \"%s\" is not in %s", __FILE__, __LINE__, part, text); \
  } G_STMT_END

static void
test_plain (RunnerFixture *fixture,
            gconstpointer  data)
{
  const SgToolCall *call = sg_tool_runner_add (fixture->runner, "c1", "probe_read",
                                               "{\"value\":[1,{\"a\":null}]}");
  const SgSpan *span;

  /* It starts at once and is done in its own time. */
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_RUNNING);
  g_assert_cmpstr (call->id, ==, "c1");
  runner_fixture_wait (fixture);

  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpstr (call->result, ==, "{\"value\":[1,{}]}");
  g_assert_cmpstr (fixture->log->str, ==, "+1 -1");
  g_assert_true (sg_tool_runner_get_call (fixture->runner, 0) == call);
  g_assert_null (sg_tool_runner_get_call (fixture->runner, 1));
  g_assert_cmpuint (sg_tool_runner_get_n_calls (fixture->runner), ==, 1);

  span = sg_trace_find (fixture->trace, SG_SPAN_TOOL, "probe_read");
  g_assert_cmpuint (span->id, ==, call->span);
  g_assert_cmpstr (sg_span_get_string (span, "call"), ==, "c1");
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, "ok");
  g_assert_cmpint (sg_span_get_int (span, "level", -1), ==, 0);
  g_assert_cmpint (sg_span_get_int (span, "waited_us", -1), >=, 0);
  g_assert_false (sg_trace_is_running (fixture->trace));
  g_assert_cmpint (sg_trace_get_mark (fixture->trace, SG_MARK_FIRST_TOOL), >=, 0);
}

/* What ran together is a span of its own, which says how much of it was at the same time. */
static void
test_batches (RunnerFixture *fixture,
              gconstpointer  data)
{
  const SgSpan *batch, *call;

  runner_fixture_add (fixture, "probe_read", "{'ms':20,'value':1}");
  runner_fixture_add (fixture, "probe_read", "{'ms':20,'value':2}");
  runner_fixture_add (fixture, "probe_read", "{'ms':'wrong'}");
  runner_fixture_wait (fixture);
  runner_fixture_wait (fixture);
  runner_fixture_add (fixture, "probe_read", "{'ms':20,'value':1}");
  runner_fixture_wait (fixture);

  batch = sg_trace_find (fixture->trace, SG_SPAN_STAGE, "tools");
  g_assert_cmpint (sg_span_get_int (batch, "calls", 0), ==, 2);
  g_assert_cmpint (sg_span_get_int (batch, "sum_us", 0), >=, 40000);
  g_assert_cmpint (batch->end_us - batch->begin_us, <, sg_span_get_int (batch, "sum_us", 0));
  call = sg_trace_get_span (fixture->trace, sg_tool_runner_get_call (fixture->runner, 1)->span);
  g_assert_cmpint (sg_span_get_int (call, "batch", 0), ==, batch->id);
  g_assert_cmpint (batch->end_us, >=, call->end_us);

  call = sg_trace_get_span (fixture->trace, sg_tool_runner_get_call (fixture->runner, 3)->span);
  batch = sg_trace_get_span (fixture->trace, (guint) sg_span_get_int (call, "batch", 0));
  g_assert_cmpint (sg_span_get_int (batch, "calls", 0), ==, 1);
  g_assert_false (sg_trace_is_running (fixture->trace));
}

/* Waiting for nothing is over at once, and a runner can be waited for again and again. */
static void
test_wait_again (RunnerFixture *fixture,
                 gconstpointer  data)
{
  runner_fixture_wait (fixture);
  runner_fixture_add (fixture, "noop", "{}");
  runner_fixture_wait (fixture);
  runner_fixture_wait (fixture);
  runner_fixture_add (fixture, "probe_read", "{'ms':1}");
  runner_fixture_wait (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "+1 -1 +2 -2");
}

static void
test_parallel (RunnerFixture *fixture,
               gconstpointer  data)
{
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < 10; i++)
    runner_fixture_add (fixture, "probe_read", "{'ms':40,'value':%u}", i);
  g_assert_cmpuint (fixture->n_running, ==, 10);
  runner_fixture_wait (fixture);

  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * 40 * 1000);
}

static void
test_limit (RunnerFixture *fixture,
            gconstpointer  data)
{
  sg_tool_runner_set_limit (fixture->runner, 3);
  for (guint i = 0; i < 9; i++)
    runner_fixture_add (fixture, "probe_read", "{'ms':%u,'value':%u}", 1 + i % 3, i);
  runner_fixture_wait (fixture);
  g_assert_cmpuint (fixture->most_running, ==, 3);

  /* One at a time is the order of the model. */
  runner_fixture_renew (fixture);
  sg_tool_runner_set_limit (fixture->runner, 1);
  for (guint i = 0; i < 4; i++)
    runner_fixture_add (fixture, "probe_read", "{'ms':%u,'value':%u}", 4 - i, i);
  runner_fixture_wait (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "+1 -1 +2 -2 +3 -3 +4 -4");
}

static void
test_references (RunnerFixture *fixture,
                 gconstpointer  data)
{
  const SgToolCall *call;

  runner_fixture_add (fixture, "probe_read", "{'ms':2,'value':{'n':5,'list':[{'a':'x y'}],'t':true}}");
  runner_fixture_add (fixture, "probe_read", "{'value':['$1.value.n','$step1.value.list.0.a','$1.value']}");
  call = runner_fixture_add (fixture, "probe_read",
                             "{'value':'n=$1.value.n, a=$1.value.list.0.a, $5.50 $$1.value.n $x $1.value.t.'}");
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_WAITING);
  runner_fixture_wait (fixture);

  /* Whole references keep their type. */
  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 1)->result, ==,
                   "{\"value\":[5,\"x y\",{\"n\":5,\"list\":[{\"a\":\"x y\"}],\"t\":true}]}");
  g_assert_cmpstr (call->result, ==,
                   "{\"value\":\"n=5, a=x y, $5.50 $1.value.n $x true.\"}");
  g_assert_cmpuint (call->level, ==, 1);
  g_assert_cmpstr (fixture->log->str, ==, "+1 -1 +2 +3 -2 -3");
}

/* Calls that somebody else has made are not counted. */
static void
test_numbering (RunnerFixture *fixture,
                gconstpointer  data)
{
  const SgToolCall *call, *dependent, *missing, *refused;

  runner_fixture_add (fixture, "probe_read", "{'value':1,'fail':true}");
  runner_fixture_wait (fixture);
  sg_tool_runner_begin_numbering (fixture->runner);
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'value':2}");
  call = runner_fixture_add (fixture, "probe_read", "{'value':'$1.value'}");
  dependent = runner_fixture_add (fixture, "probe_read", "{'value':4,'depends_on':[1]}");
  missing = runner_fixture_add (fixture, "probe_read", "{'value':'$9.value'}");
  refused = runner_fixture_add (fixture, "probe_read", "{'value':'$4.value'}");
  runner_fixture_wait (fixture);

  g_assert_cmpstr (call->result, ==, "{\"value\":2}");
  g_assert_cmpint (dependent->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpuint (dependent->level, ==, 1);
  assert_has (missing->result, "no call 9; this turn has 5 calls");
  assert_has (refused->result, "call 4 (probe_read)");
}

/* Money is not a reference, escaped or not, also where nothing else is one. */
static void
test_no_references (RunnerFixture *fixture,
                    gconstpointer  data)
{
  const SgToolCall *call = runner_fixture_add (fixture, "probe_read",
                                               "{'value':['$5','$','$$','$1','$20 and $3.','$$7.x','\\u0024$8.y']}");

  runner_fixture_wait (fixture);
  g_assert_cmpstr (call->result, ==,
                   "{\"value\":[\"$5\",\"$\",\"$$\",\"$1\",\"$20 and $3.\",\"$7.x\",\"$8.y\"]}");
}

static void
test_dangling (RunnerFixture *fixture,
               gconstpointer  data)
{
  const SgToolCall *field, *index, *missing, *after, *depends, *ignored;

  runner_fixture_add (fixture, "probe_read", "{'value':{'b':[1,2]},'key':'k'}");
  field = runner_fixture_add (fixture, "probe_read", "{'value':'$1.colour'}");
  index = runner_fixture_add (fixture, "probe_read", "{'key':'$1.name.b'}");
  missing = runner_fixture_add (fixture, "probe_read", "{'value':'$9.value'}");
  after = runner_fixture_add (fixture, "probe_read", "{'value':'$4.value'}");
  depends = runner_fixture_add (fixture, "probe_read", "{'depends_on':['nobody',77]}");
  ignored = runner_fixture_add (fixture, "probe_read", "{}");
  runner_fixture_wait (fixture);

  g_assert_cmpint (field->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (field->result, "has no `colour`");
  assert_has (field->result, "there are: ");
  g_assert_cmpint (index->status, ==, SG_TOOL_CALL_REFUSED);
  g_assert_cmpint (missing->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (missing->result, "no call 9");
  g_assert_cmpint (after->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (after->result, "call 4 (probe_read)");
  g_assert_cmpint (depends->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (depends->result, "nobody, 77");
  g_assert_cmpint (ignored->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpint (missing->begin_us, ==, 0);
  /* It has not begun, and is part of what happened all the same. */
  g_assert_cmpstr (sg_span_get_string (sg_trace_get_span (fixture->trace, missing->span), "status"), ==, "error");
}

/* A call may refer to one that the model makes later. */
static void
test_forward (RunnerFixture *fixture,
              gconstpointer  data)
{
  const SgToolCall *first = runner_fixture_add (fixture, "probe_read", "{'value':'$2.value'}");
  const SgToolCall *third;

  runner_fixture_sleep (3);
  g_assert_cmpint (first->status, ==, SG_TOOL_CALL_WAITING);
  runner_fixture_add (fixture, "probe_read", "{'value':3}");
  third = sg_tool_runner_add (fixture->runner, NULL, "probe_read", "{\"depends_on\":\"last\"}");
  sg_tool_runner_add (fixture->runner, "last", "probe_read", "{\"ms\":3}");
  runner_fixture_wait (fixture);

  g_assert_cmpstr (first->result, ==, "{\"value\":3}");
  g_assert_cmpuint (first->level, ==, 1);
  g_assert_cmpuint (third->level, ==, 1);
  assert_has (fixture->log->str, "-4 +3");
}

static void
test_cycles (RunnerFixture *fixture,
             gconstpointer  data)
{
  const SgToolCall *own, *a, *b, *c, *after;

  own = runner_fixture_add (fixture, "probe_read", "{'value':'$1.value'}");
  a = runner_fixture_add (fixture, "probe_read", "{'value':'$4.value'}");
  b = runner_fixture_add (fixture, "probe_read", "{'depends_on':[2]}");
  c = runner_fixture_add (fixture, "probe_read", "{'value':'$3.value'}");
  after = runner_fixture_add (fixture, "probe_read", "{'value':'$2.value'}");
  runner_fixture_wait (fixture);

  g_assert_cmpint (own->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (own->result, "its own result");
  g_assert_cmpint (a->status, ==, SG_TOOL_CALL_REFUSED);
  g_assert_cmpint (b->status, ==, SG_TOOL_CALL_REFUSED);
  g_assert_cmpint (c->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (a->result, "Calls 2, 3 and 4 wait for each other");
  g_assert_cmpint (after->status, ==, SG_TOOL_CALL_REFUSED);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 0);
}

static void
test_depends_on (RunnerFixture *fixture,
                 gconstpointer  data)
{
  const SgToolCall *wrong;

  const SgToolCall *step;

  sg_tool_runner_add (fixture->runner, "slow", "probe_read", "{\"ms\":200,\"value\":1}");
  sg_tool_runner_add (fixture->runner, "quick", "probe_read", "{\"ms\":40,\"value\":2}");
  runner_fixture_add (fixture, "probe_read", "{'depends_on':['slow','2'],'value':3}");
  runner_fixture_add (fixture, "probe_read", "{'depends_on':'$2','value':4}");
  runner_fixture_add (fixture, "probe_read", "{'depends_on':null,'value':5}");
  wrong = runner_fixture_add (fixture, "probe_read", "{'depends_on':[1.5]}");
  runner_fixture_wait (fixture);

  /* Not level by level: the fourth does not wait for the first. */
  g_assert_cmpstr (fixture->log->str, ==, "+1 +2 +5 -6 -5 -2 +4 -4 -1 +3 -3");
  g_assert_cmpint (wrong->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (wrong->result, "depends_on");

  /* The numbers of the steps of a plan are those of the calls. */
  step = runner_fixture_add (fixture, "probe_read", "{'depends_on':['$step8','step1'],'value':7}");
  g_assert_cmpint (step->status, ==, SG_TOOL_CALL_WAITING);
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'value':8}");
  runner_fixture_wait (fixture);
  g_assert_cmpint (step->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpuint (step->level, ==, 1);
}

/* A write waits for reads and writes of the same, and they for it; reads wait for no read. */
static void
test_conflicts (RunnerFixture *fixture,
                gconstpointer  data)
{
  runner_fixture_add (fixture, "probe_read", "{'ms':30,'key':'a'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'key':'a','value':0}");
  runner_fixture_add (fixture, "probe_write", "{'ms':2,'key':'a','value':1}");
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'key':'a'}");
  runner_fixture_add (fixture, "probe_write", "{'ms':90,'key':'b','value':2}");
  runner_fixture_wait (fixture);

  g_assert_cmpstr (fixture->log->str, ==, "+1 +2 +5 -2 -1 +3 -3 +4 -4 -5");
  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 0)->result, ==, "{\"name\":\"a\"}");
  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 3)->result, ==,
                   "{\"value\":1,\"name\":\"a\"}");
  g_assert_cmpuint (sg_tool_runner_get_call (fixture->runner, 2)->level, ==, 1);
  g_assert_cmpuint (sg_tool_runner_get_call (fixture->runner, 3)->level, ==, 2);
}

static void
test_unknown_keys (RunnerFixture *fixture,
                   gconstpointer  data)
{
  runner_fixture_add (fixture, "probe_read", "{'ms':30,'key':'a'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'unknown':true}");
  runner_fixture_add (fixture, "probe_write", "{'ms':1,'unknown':true}");
  runner_fixture_add (fixture, "probe_read", "{'ms':1,'key':'b'}");
  runner_fixture_add (fixture, "probe_read", "{'ms':60}");
  runner_fixture_wait (fixture);

  /* The last touches nothing at all. */
  g_assert_cmpstr (fixture->log->str, ==, "+1 +2 +5 -2 -1 +3 -3 +4 -4 -5");
}

/* What a write touches is the result of another: later reads wait until that is known, and then
 * only where it is theirs. */
static void
test_keys_by_reference (RunnerFixture *fixture,
                        gconstpointer  data)
{
  runner_fixture_add (fixture, "probe_read", "{'ms':5,'key':'a'}");
  runner_fixture_add (fixture, "probe_write", "{'ms':40,'key':'$1.name','value':1}");
  runner_fixture_add (fixture, "probe_read", "{'key':'a'}");
  runner_fixture_add (fixture, "probe_read", "{'key':'b'}");
  runner_fixture_add (fixture, "probe_write", "{'ms':1,'key':'c','value':'$1.name'}");
  runner_fixture_add (fixture, "probe_read", "{'key':'d','ms':1,'value':2}");
  runner_fixture_wait (fixture);

  g_assert_cmpstr (fixture->log->str, ==, "+1 -1 +2 +4 +5 +6 -4 -5 -6 -2 +3 -3");
  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 2)->result, ==,
                   "{\"value\":1,\"name\":\"a\"}");
}

/* What was said outright outranks the order in which it was said. */
static void
test_mixed_cycles (RunnerFixture *fixture,
                   gconstpointer  data)
{
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'1$2.name'}");
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'2'}");
  runner_fixture_wait (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "+2 -2 +1 -1");
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "21a");

  /* The second waits for the first when the third makes the first wait for the second. */
  runner_fixture_renew (fixture);
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'1','depends_on':[3]}");
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'2'}");
  runner_fixture_add (fixture, "probe_read", "{'depends_on':[2]}");
  runner_fixture_wait (fixture);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "21");
}

/* Writes to the same thing come in the order of the model, however long they take. */
static void
test_order_of_writes (RunnerFixture *fixture,
                      gconstpointer  data)
{
  for (guint i = 0; i < 9; i++)
    runner_fixture_add (fixture, i % 2 ? "probe_write" : "instant_write",
                        "{'ms':%u,'key':'a','append':'%u'}", (9 - i) % 4, i);
  runner_fixture_wait (fixture);

  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "012345678");
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 9));
}

static void
test_failures (RunnerFixture *fixture,
               gconstpointer  data)
{
  const SgToolCall *failed, *dependent, *second, *conflicting;

  failed = runner_fixture_add (fixture, "probe_write", "{'ms':1,'key':'a','value':1,'fail':true}");
  dependent = runner_fixture_add (fixture, "probe_read", "{'value':'$1.value'}");
  second = runner_fixture_add (fixture, "probe_read", "{'depends_on':[2]}");
  conflicting = runner_fixture_add (fixture, "probe_read", "{'key':'a'}");
  runner_fixture_wait (fixture);

  g_assert_cmpint (failed->status, ==, SG_TOOL_CALL_FAILED);
  g_assert_cmpstr (failed->result, ==, 
                   "{\"error\":\"It was not to be. Nothing was changed; tell on without it.\",\"fallback\":true}");
  g_assert_cmpint (dependent->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (dependent->result, "call 1 (probe_write)");
  g_assert_cmpint (second->status, ==, SG_TOOL_CALL_REFUSED);
  assert_has (second->result, "call 2 (probe_read)");

  /* It failed after it had written: nothing of that is left. */
  g_assert_cmpint (conflicting->status, ==, SG_TOOL_CALL_DONE);
  g_assert_null (sg_world_get (fixture->world, "a", "v"));
  g_assert_false (sg_tool_runner_only_writes (fixture->runner, 0));

  /* Also for those that come later. */
  dependent = runner_fixture_add (fixture, "probe_read", "{'depends_on':[1]}");
  runner_fixture_wait (fixture);
  g_assert_cmpint (dependent->status, ==, SG_TOOL_CALL_REFUSED);
  g_assert_cmpstr (sg_span_get_string (sg_trace_get_span (fixture->trace, failed->span), "status"), ==,
                   "error");
}

static void
test_timeout (RunnerFixture *fixture,
              gconstpointer  data)
{
  const SgToolCall *slow, *late, *quick, *after;
  gint64 begin = g_get_monotonic_time ();

  slow = runner_fixture_add (fixture, "hasty_read", "{'ms':4000}");
  late = runner_fixture_add (fixture, "hasty_write", "{'ms':40,'key':'a','value':1,'stubborn':true}");
  quick = runner_fixture_add (fixture, "probe_read", "{'ms':2}");
  after = runner_fixture_add (fixture, "probe_read", "{'key':'a'}");
  runner_fixture_wait (fixture);

  g_assert_cmpint (g_get_monotonic_time () - begin, <, 2000 * 1000);
  g_assert_cmpint (slow->status, ==, SG_TOOL_CALL_TIMED_OUT);
  assert_has (slow->result, "longer than 0.02 s");
  g_assert_cmpint (late->status, ==, SG_TOOL_CALL_TIMED_OUT);
  g_assert_cmpint (quick->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpint (after->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpstr (sg_span_get_string (sg_trace_get_span (fixture->trace, slow->span), "status"), ==,
                   "timeout");

  /* The stubborn one writes in the end, but nowhere. */
  runner_fixture_sleep (40);
  g_assert_null (sg_world_get (fixture->world, "a", "v"));
  g_assert_cmpint (late->status, ==, SG_TOOL_CALL_TIMED_OUT);
}

static void
test_coalescing (RunnerFixture *fixture,
                 gconstpointer  data)
{
  const SgToolCall *a, *b, *c;

  a = runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'a','value':1}");
  b = runner_fixture_add (fixture, "probe_read", "{'value':1,'key':'a','ms':2}");
  runner_fixture_wait (fixture);
  c = runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'a','value':1}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 1);
  g_assert_cmpstr (a->result, ==, b->result);
  g_assert_cmpstr (a->result, ==, c->result);
  g_assert_cmpstr (fixture->log->str, ==, "+1 +2 -1 -2 +3 -3");
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (fixture->trace, b->span), "coalesced", 0), ==, 1);

  /* Not across a write of the same, but across one of something else. */
  runner_fixture_add (fixture, "probe_write", "{'key':'b','value':1}");
  runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'a','value':1}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 2);
  runner_fixture_add (fixture, "probe_write", "{'key':'a','value':2}");
  c = runner_fixture_add (fixture, "probe_read", "{'ms':2,'key':'a','value':1}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 4);
  g_assert_cmpstr (c->result, ==, "{\"value\":2,\"name\":\"a\"}");

  /* Not for writes, and not where each result is another. */
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'x'}");
  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'x'}");
  runner_fixture_add (fixture, "noop", "{}");
  runner_fixture_add (fixture, "noop", "{}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 8);
}

/* A read that failed is tried again when it is asked for again. */
static void
test_coalescing_failures (RunnerFixture *fixture,
                          gconstpointer  data)
{
  const SgToolCall *follower;

  runner_fixture_add (fixture, "probe_read", "{'ms':1,'fail':true}");
  follower = runner_fixture_add (fixture, "probe_read", "{'ms':1,'fail':true}");
  runner_fixture_wait (fixture);
  g_assert_cmpint (follower->status, ==, SG_TOOL_CALL_FAILED);
  g_assert_cmpstr (follower->result, ==, sg_tool_runner_get_call (fixture->runner, 0)->result);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 2);

  runner_fixture_add (fixture, "probe_read", "{'ms':1,'fail':true}");
  runner_fixture_wait (fixture);
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 4);
}

/* A model that stutters: what nobody wants twice is done once and answered alike, however often it is asked
 * for, unless something else was written in between. */
static void
test_coalescing_writes (RunnerFixture *fixture,
                        gconstpointer  data)
{
  const SgToolCall *first, *third;
  guint n_runs;

  sg_tool_runner_set_cache (fixture->runner, NULL, FALSE);
  first = runner_fixture_add (fixture, "once_write", "{'ms':2,'key':'a','append':'x'}");
  runner_fixture_add (fixture, "once_write", "{'key':'a','append':'x','ms':2}");
  runner_fixture_wait (fixture);
  third = runner_fixture_add (fixture, "once_write", "{'ms':2,'key':'a','append':'x'}");
  runner_fixture_wait (fixture);

  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 1);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "x");
  g_assert_cmpstr (third->result, ==, first->result);
  g_assert_true (sg_tool_runner_only_writes (fixture->runner, 0));
  g_assert_cmpint (sg_span_get_int (sg_trace_get_span (fixture->trace, third->span), "coalesced", 0), ==, 1);

  runner_fixture_add (fixture, "probe_write", "{'key':'b','value':1}");
  runner_fixture_add (fixture, "once_write", "{'ms':2,'key':'a','append':'x'}");
  runner_fixture_wait (fixture);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "x");

  runner_fixture_add (fixture, "probe_write", "{'key':'a','append':'y'}");
  runner_fixture_add (fixture, "once_write", "{'ms':2,'key':'a','append':'x'}");
  runner_fixture_wait (fixture);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "xyx");

  /* One that failed is done when it is asked for again. */
  runner_fixture_renew (fixture);
  n_runs = runner_fixture_get_n_runs ();
  runner_fixture_add (fixture, "once_write", "{'key':'a','append':'x','flaky':%u}", n_runs + 1);
  third = runner_fixture_add (fixture, "once_write", "{'key':'a','append':'x','flaky':%u}", n_runs + 1);
  runner_fixture_wait (fixture);
  g_assert_cmpint (third->status, ==, SG_TOOL_CALL_DONE);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "x");
}

/* Reads are answered once where that is switched on. */
static void
test_coalescing_off (RunnerFixture *fixture,
                     gconstpointer  data)
{
  sg_tool_runner_set_cache (fixture->runner, NULL, FALSE);
  runner_fixture_add (fixture, "probe_read", "{'key':'a'}");
  runner_fixture_add (fixture, "probe_read", "{'key':'a'}");
  runner_fixture_wait (fixture);

  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 2);
}

static guint
count_moments (SgTrace    *trace,
               guint       parent,
               const char *name)
{
  guint n = 0;

  for (guint i = 1; i <= sg_trace_get_n_spans (trace); i++)
    {
      const SgSpan *span = sg_trace_get_span (trace, i);

      if (span->parent == parent && span->kind == SG_SPAN_WAIT && g_str_equal (span->name, name))
        {
          g_assert_nonnull (sg_span_get_string (span, "reason"));
          n++;
        }
    }

  return n;
}

/* A read that failed is tried once more; nothing else is. */
static void
test_retry (RunnerFixture *fixture,
            gconstpointer  data)
{
  static const char *const tools[] = { "probe_read", "instant_read" };
  const SgToolCall *call;

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      guint before = runner_fixture_get_n_runs ();

      call = runner_fixture_add (fixture, tools[i], "{'value':1,'flaky':%u}", before + 1);
      runner_fixture_wait (fixture);
      g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);
      g_assert_cmpuint (runner_fixture_get_n_runs (), ==, before + 2);
      g_assert_cmpuint (count_moments (fixture->trace, call->span, "retry"), ==, 1);

      call = runner_fixture_add (fixture, tools[i], "{'value':2,'flaky':%u}", before + 4);
      runner_fixture_wait (fixture);
      g_assert_cmpint (call->status, ==, SG_TOOL_CALL_FAILED);
      g_assert_cmpuint (runner_fixture_get_n_runs (), ==, before + 4);
    }

  call = runner_fixture_add (fixture, "probe_write", "{'key':'a','value':2,'flaky':%u}",
                             runner_fixture_get_n_runs () + 1);
  runner_fixture_wait (fixture);
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_FAILED);
  g_assert_cmpuint (count_moments (fixture->trace, call->span, "retry"), ==, 0);
}

/* What a tool has for the case that it takes too long stands beside the reason. */
static void
test_fallback (RunnerFixture *fixture,
               gconstpointer  data)
{
  const SgToolCall *plain, *own, *dependent;

  plain = runner_fixture_add (fixture, "hasty_read", "{'ms':4000}");
  own = runner_fixture_add (fixture, "hasty_read", "{'ms':4000,'key':'a'}");
  dependent = runner_fixture_add (fixture, "probe_read", "{'value':'$2.instead'}");
  runner_fixture_wait (fixture);

  g_assert_cmpint (plain->status, ==, SG_TOOL_CALL_TIMED_OUT);
  g_assert_cmpstr (plain->result, ==,
                   "{\"error\":\"The tool took longer than 0.02 s and was stopped. "
                   "Tell on without its result.\",\"fallback\":true}");
  g_assert_cmpint (own->status, ==, SG_TOOL_CALL_TIMED_OUT);
  assert_has (own->result, "\"fallback\":true,\"instead\":\"a\"}");
  g_assert_cmpint (dependent->status, ==, SG_TOOL_CALL_REFUSED);
}

/* A tool that fails again and again is left alone for a minute, over the turns; wrong arguments are not
 * its fault. */
static void
test_breaker (RunnerFixture *fixture,
              gconstpointer  data)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ();
  const SgToolCall *call;
  guint n_runs;

  sg_tool_set_clock (sg_tool_catalog_lookup (fixture->catalog, "probe_write"), clock);
  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    runner_fixture_add (fixture, "probe_write", "{'ms':'wrong'}");
  runner_fixture_wait (fixture);
  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    {
      runner_fixture_renew (fixture);
      runner_fixture_add (fixture, "probe_write", "{'value':%u,'fail':true}", i);
      runner_fixture_wait (fixture);
    }
  n_runs = runner_fixture_get_n_runs ();
  g_assert_cmpuint (n_runs, ==, SG_BREAKER_FAILURES);

  runner_fixture_renew (fixture);
  call = runner_fixture_add (fixture, "probe_write", "{'value':1}");
  runner_fixture_add (fixture, "probe_read", "{'value':1}");
  runner_fixture_wait (fixture);
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_FAILED);
  assert_has (call->result, "left alone");
  assert_has (call->result, "\"fallback\":true");
  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, n_runs + 1);
  g_assert_cmpuint (count_moments (fixture->trace, call->span, "breaker"), ==, 1);

  /* One that is stopped in the middle says nothing. */
  sg_clock_advance (clock, SG_BREAKER_OPEN_US);
  runner_fixture_add (fixture, "probe_write", "{'ms':1000,'value':1}");
  sg_tool_runner_cancel (fixture->runner);

  for (guint i = 0; i < SG_BREAKER_SUCCESSES; i++)
    {
      runner_fixture_renew (fixture);
      call = runner_fixture_add (fixture, "probe_write", "{'value':1}");
      runner_fixture_wait (fixture);
      g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);
    }
  g_assert_cmpint (sg_breaker_get_state (sg_tool_get_breaker (call->tool)), ==, SG_BREAKER_CLOSED);
}

static void
test_bad_calls (RunnerFixture *fixture,
                gconstpointer  data)
{
  static const struct { const char *name, *arguments, *expected; } calls[] = {
    { "probe_raed", "{}", "did you mean `probe_read`" },
    { "teleport_everyone", "{}", "the tools are: probe_read, probe_write" },
    { "", "{}", "There is no tool" },
    { "probe_read", "{\"ms\":1", "does not end" },
    { "probe_read", "{\"ms\":1,}", "not valid JSON" },
    { "probe_read", "{\"ms\":1} {\"ms\":2}", "something follows" },
    { "probe_read", "var x = {\"ms\":1}", "no object begins" },
    { "probe_read", "[1]", "no object begins" },
    { "probe_read", "{\"ms\": /* one */ 1}", "that JSON does not have" },
    { "probe_read", "{'ms':1}", "that JSON does not have" },
    { "probe_read", "{\"ms\":\"1\"}", "`ms`: expected a whole number, got \\\"1\\\"" },
    { "probe_read", "{\"ms\":1.5}", "expected a whole number, got 1.5" },
    { "probe_read", "{\"keys\":\"a\"}", "did you mean `key`" },
    { "probe_read", "{\"value\":\"\xff\"}", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const SgToolCall *call = sg_tool_runner_add (fixture->runner, NULL, calls[i].name,
                                                   calls[i].arguments);

      runner_fixture_wait (fixture);
      g_assert_cmpint (call->status, ==, SG_TOOL_CALL_REFUSED);
      assert_has (call->result, "{\"error\":\"");
      assert_has (call->result, calls[i].expected);
      g_assert_cmpstr (sg_span_get_string (sg_trace_get_span (fixture->trace, call->span), "status"), ==, "error");
    }

  g_assert_cmpuint (runner_fixture_get_n_runs (), ==, 0);
}

static void
test_hostile_sizes (RunnerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *deep = g_strnfill (60000, '[');
  g_autofree char *nested = g_strdup_printf ("{\"value\":%s", deep);
  g_autofree char *letters = g_strnfill (100000, 'a');
  g_autofree char *large = g_strdup_printf ("{\"value\":\"%s\"}", letters);
  g_autofree char *half = g_strndup (letters, 40000);
  g_autofree char *value = g_strdup_printf ("{\"value\":\"%s\"}", half);
  const SgToolCall *call;

  call = sg_tool_runner_add (fixture->runner, NULL, "probe_read", nested);
  runner_fixture_wait (fixture);
  assert_has (call->result, "too many levels");
  call = sg_tool_runner_add (fixture->runner, NULL, "probe_read", large);
  runner_fixture_wait (fixture);
  assert_has (call->result, "at most 65536");

  /* A result is cut for the model, but not for a call that refers to it; what references put in
   * has a bound. */
  call = sg_tool_runner_add (fixture->runner, NULL, "probe_read", value);
  runner_fixture_wait (fixture);
  g_assert_cmpuint (strlen (call->result), <, SG_TOOL_STRING_MAX + 200);
  assert_has (call->result, "(38000 more characters)");
  call = runner_fixture_add (fixture, "probe_read",
                             "{'value':'$3.value$3.value$3.value$3.value$3.value$3.value$3.value'}");
  runner_fixture_wait (fixture);
  assert_has (call->result, "put in more than");
}

static void
test_many_calls (RunnerFixture *fixture,
                 gconstpointer  data)
{
  guint n_refused = 0;

  for (guint i = 0; i < 500; i++)
    runner_fixture_add (fixture, "probe_read", "{'value':%u}", i);
  runner_fixture_wait (fixture);

  for (guint i = 0; i < 500; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (fixture->runner, i);

      if (call->status == SG_TOOL_CALL_REFUSED)
        n_refused++;
      else
        g_assert_cmpint (call->status, ==, SG_TOOL_CALL_DONE);
    }
  g_assert_cmpuint (n_refused, ==, 500 - SG_TOOL_CALLS_MAX);
  assert_has (sg_tool_runner_get_call (fixture->runner, 499)->result, "gets no more");

  runner_fixture_renew (fixture);
  sg_tool_runner_set_max_calls (fixture->runner, 1);
  runner_fixture_add (fixture, "noop", "{}");
  g_assert_cmpuint (runner_fixture_add (fixture, "noop", "{}")->span, ==, 0);
  runner_fixture_wait (fixture);
}

static void
test_pool (RunnerFixture *fixture,
           gconstpointer  data)
{
  const SgToolCall *call = runner_fixture_add (fixture, "probe_read", "{'ms':5,'compute':true}");

  runner_fixture_wait (fixture);
  g_assert_cmpstr (call->result, ==, "{\"thread\":\"pool\"}");
}

/* A write that happens beside a read of something else is seen by what comes later. */
static void
test_instant_chain (RunnerFixture *fixture,
                    gconstpointer  data)
{
  runner_fixture_add (fixture, "instant_write", "{'key':'a','value':'b'}");
  runner_fixture_add (fixture, "instant_read", "{'key':'a'}");
  runner_fixture_add (fixture, "instant_write", "{'key':'$2.value','value':7}");
  runner_fixture_add (fixture, "instant_read", "{'key':'b'}");
  runner_fixture_wait (fixture);

  g_assert_cmpstr (sg_tool_runner_get_call (fixture->runner, 3)->result, ==,
                   "{\"value\":7,\"name\":\"b\"}");
  g_assert_cmpuint (sg_tool_runner_get_call (fixture->runner, 3)->level, ==, 3);
  g_assert_cmpint (sg_world_get_int (fixture->world, "b", "v", 0), ==, 7);
  g_assert_cmpint (sg_world_get_int (fixture->base, "b", "v", 0), ==, 0);
}

static void
add_more_cb (SgToolRunner *runner,
             SgToolCall   *call,
             gpointer      user_data)
{
  if (call->position < 5)
    sg_tool_runner_add (runner, NULL, "instant_write", "{\"key\":\"a\",\"append\":\"x\",\"depends_on\":[1]}");
}

/* A handler may add calls. */
static void
test_add_in_handler (RunnerFixture *fixture,
                     gconstpointer  data)
{
  g_signal_connect (fixture->runner, "call-finished", G_CALLBACK (add_more_cb), NULL);
  runner_fixture_add (fixture, "probe_read", "{'ms':1}");
  runner_fixture_wait (fixture);

  g_assert_cmpuint (sg_tool_runner_get_n_calls (fixture->runner), ==, 6);
  g_assert_cmpstr (sg_world_get_string (fixture->world, "a", "v"), ==, "xxxxx");
}

#define add(path, func) \
  g_test_add (path, RunnerFixture, NULL, runner_fixture_set_up, func, runner_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/runner/plain", test_plain);
  add ("/runner/batches", test_batches);
  add ("/runner/wait-again", test_wait_again);
  add ("/runner/parallel", test_parallel);
  add ("/runner/limit", test_limit);
  add ("/runner/references", test_references);
  add ("/runner/numbering", test_numbering);
  add ("/runner/no-references", test_no_references);
  add ("/runner/dangling", test_dangling);
  add ("/runner/forward", test_forward);
  add ("/runner/cycles", test_cycles);
  add ("/runner/depends-on", test_depends_on);
  add ("/runner/conflicts", test_conflicts);
  add ("/runner/unknown-keys", test_unknown_keys);
  add ("/runner/keys-by-reference", test_keys_by_reference);
  add ("/runner/mixed-cycles", test_mixed_cycles);
  add ("/runner/order-of-writes", test_order_of_writes);
  add ("/runner/failures", test_failures);
  add ("/runner/timeout", test_timeout);
  add ("/runner/coalescing", test_coalescing);
  add ("/runner/coalescing-failures", test_coalescing_failures);
  add ("/runner/coalescing-writes", test_coalescing_writes);
  add ("/runner/coalescing-off", test_coalescing_off);
  add ("/runner/retry", test_retry);
  add ("/runner/fallback", test_fallback);
  add ("/runner/breaker", test_breaker);
  add ("/runner/bad-calls", test_bad_calls);
  add ("/runner/hostile-sizes", test_hostile_sizes);
  add ("/runner/many-calls", test_many_calls);
  add ("/runner/pool", test_pool);
  add ("/runner/instant-chain", test_instant_chain);
  add ("/runner/add-in-handler", test_add_in_handler);

  return g_test_run ();
}
