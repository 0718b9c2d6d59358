/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "faults-fixture.h"

#include <string.h>

#include "engine/sg-engine-model.h"
#include "llm/sg-model-attributes.h"
#include "llm/sg-steady-model.h"
#include "store/sg-tables.h"

void
faults_set_up (Faults        *faults,
        gconstpointer  data)
{
  fixture_set_up (&faults->base, NULL);
  faults->server = raw_server_new ();
  faults->clock = sg_clock_new_manual ();
  faults->http = sg_http_new_with_clock (faults->clock);
  faults->heard = g_string_new (NULL);
}

void
faults_tear_down (Faults        *faults,
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

void
faults_make_model (Faults *faults)
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

void
faults_step (Faults *faults)
{
  if (g_main_context_iteration (NULL, FALSE))
    return;

  if (sg_clock_get_next_timer (faults->clock) >= 0)
    sg_clock_advance (faults->clock, sg_clock_get_next_timer (faults->clock));
  else
    g_main_context_iteration (NULL, TRUE);
}

SgTurnRun *
faults_play (Faults *faults)
{
  gulong handler;

  if (faults->model == NULL)
    faults_make_model (faults);
  handler = g_signal_connect (faults->base.session, "turn-started", G_CALLBACK (started_cb), faults);
  sg_session_submit (faults->base.session, SG_INPUT_DO, "open the door", 0);
  while (sg_session_get_busy (faults->base.session))
    {
      if (faults->quits_at_wait && faults->waits)
        sg_session_stop (faults->base.session);
      faults_step (faults);
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

void
faults_assert_sound (Faults *faults,
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

void
faults_assert_waits (SgTurnRun  *run,
              const char *expected)
{
  g_autofree char *waits = dup_waits (sg_turn_run_get_trace (run));

  g_assert_cmpstr (waits, ==, expected);
}

void
faults_assert_told (Faults     *faults,
             SgTurnRun  *run,
             const char *text)
{
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, text);
  g_assert_null (sg_story_get_draft (faults->base.story));
  faults_assert_sound (faults, 1);
}
