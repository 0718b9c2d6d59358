/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns in which it is a call of a tool that goes wrong: what the model gets, what the player is told, and what
 * the spans say of it. */

#include "config.h"

#include <string.h>

#include "faults-fixture.h"
#include "llm/sg-model-attributes.h"

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
  run = faults_play (faults);
  faults_assert_told (faults, run, "The door opens.");
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

/* A turn whose model calls the tool and then tells on.
 *
 * Returns: the span of the call */
static const SgSpan *
play_stuck (Faults *faults,
            SgTool *tool)
{
  SgTurnRun *run;

  sg_tool_catalog_add (sg_session_get_catalog (faults->base.session), tool);
  raw_server_reply (faults->server, CLOSE_HEAD CALL ("wait_for_godot", "{}") FINISH ("tool_calls"), -1, PIECES_WHOLE,
                    END_CLOSE);
  raw_server_reply (faults->server, GOOD, -1, PIECES_WHOLE, END_CLOSE);
  run = faults_play (faults);
  faults_assert_told (faults, run, "The door opens.");

  return sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_TOOL, "wait_for_godot");
}

static void
test_stuck_tool (Faults        *faults,
                 gconstpointer  data)
{
  g_autoptr (SgTool) tool = g_object_new (TYPE_STUCK_TOOL, NULL);
  const SgSpan *span = play_stuck (faults, tool);

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

  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    {
      guint permit = sg_breaker_enter (sg_tool_get_breaker (tool), FALSE);

      sg_breaker_leave (sg_tool_get_breaker (tool), permit, SG_BREAKER_FAILURE);
    }
  span = play_stuck (faults, tool);
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, "error");
  g_assert_nonnull (strstr (sg_span_get_string (span, SG_ATTRIBUTE_REASON), "failed again and again"));
  g_assert_cmpstr (faults->heard->str, ==,
                   "The tool wait_for_godot has failed again and again and is left alone for a while.|");
}

#define ADD(path, data, func) g_test_add ("/tool-faults/" path, Faults, data, faults_set_up, func, faults_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong_calls); i++)
    {
      g_autofree char *path = g_strdup_printf ("/tool-faults/%s", wrong_calls[i].name);

      g_test_add (path, Faults, &wrong_calls[i], faults_set_up, test_wrong_call, faults_tear_down);
    }
  ADD ("stuck-tool", NULL, test_stuck_tool);
  ADD ("tool-breaker", NULL, test_tool_breaker);

  return g_test_run ();
}
