/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn does, on the terminal.  With --json each event is an object on a line of its
 * own: {"event": …, "t_us": …}, with t_us in microseconds since the submission.
 */

#include "config.h"

#include "cli/sg-cli-events.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "cli/sg-cli.h"
#include "engine/sg-model-check.h"
#include "store/sg-tables.h"

static JsonObject *
event_new (SgTurnRun  *run,
           const char *name)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", name);
  json_object_set_int_member (object, "t_us",
                              sg_trace_get_elapsed (sg_turn_run_get_trace (run)));

  return object;
}

/* Prints and frees it. */
static void
event_print (JsonObject *object)
{
  sg_cli_print_json (json_node_init_object (json_node_alloc (), object));
  json_object_unref (object);
}

static void
print_text_event (SgTurnRun  *run,
                  const char *name,
                  const char *key,
                  const char *text)
{
  JsonObject *object = event_new (run, name);

  json_object_set_string_member (object, key, text);
  event_print (object);
}

static void
print_waiting (SgTurnRun *run)
{
  JsonObject *object = event_new (run, "stage");

  json_object_set_string_member (object, "stage", sg_stage_to_string (sg_turn_run_get_stage (run)));
  json_object_set_string_member (object, "waiting", sg_turn_run_get_waiting (run));
  event_print (object);
}

static void
json_stage_cb (SgTurnRun *run,
               gpointer   user_data)
{
  SgStage stage = sg_turn_run_get_stage (run);

  if (sg_turn_run_get_waiting (run) != NULL)
    print_waiting (run);
  else if (stage == SG_STAGE_THINKING)
    event_print (event_new (run, "thinking"));
  else if (stage != SG_STAGE_QUEUED)
    print_text_event (run, "stage", "stage", sg_stage_to_string (stage));
}

static void
json_text_cb (SgTurnRun  *run,
              const char *text,
              gpointer    user_data)
{
  print_text_event (run, "delta", "text", text);
}

/* Who gathers the words begins anew: those so far are not what the turn will be. */
static void
json_restarted_cb (SgTurnRun *run,
                   gpointer   user_data)
{
  JsonObject *object = event_new (run, "stage");

  json_object_set_string_member (object, "stage", sg_stage_to_string (sg_turn_run_get_stage (run)));
  json_object_set_boolean_member (object, "restarted", TRUE);
  event_print (object);
}

static void
json_reasoning_cb (SgTurnRun  *run,
                   const char *text,
                   gpointer    user_data)
{
  print_text_event (run, "reasoning", "text", text);
}

static void
json_warning_cb (SgTurnRun  *run,
                 const char *message,
                 gpointer    user_data)
{
  print_text_event (run, "warning", "message", message);
}

static JsonObject *
tool_event_new (SgTurnRun        *run,
                const char       *name,
                const SgToolCall *call)
{
  JsonObject *object = event_new (run, name);

  json_object_set_string_member (object, "tool", call->name != NULL ? call->name : "");
  json_object_set_string_member (object, "call", call->id != NULL ? call->id : "");
  json_object_set_int_member (object, "position", call->position);

  return object;
}

static void
json_tool_started_cb (SgTurnRun  *run,
                      SgToolCall *call,
                      gpointer    user_data)
{
  JsonObject *object = tool_event_new (run, "tool-started", call);

  json_object_set_string_member (object, "arguments",
                                 call->arguments != NULL ? call->arguments : "");
  event_print (object);
}

static void
json_tool_finished_cb (SgTurnRun  *run,
                       SgToolCall *call,
                       gpointer    user_data)
{
  JsonObject *object = tool_event_new (run, "tool-finished", call);

  json_object_set_string_member (object, "status", sg_tool_call_status_to_string (call->status));
  json_object_set_string_member (object, "result", call->result != NULL ? call->result : "");
  if (call->begin_us > 0)
    json_object_set_int_member (object, "duration_us", call->end_us - call->begin_us);
  event_print (object);
}

static void
set_count (JsonObject *object,
           const char *key,
           gint64      count)
{
  if (count >= 0)
    json_object_set_int_member (object, key, count);
}

static JsonArray *
choices_to_array (const char *const *choices)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; choices != NULL && choices[i] != NULL; i++)
    json_array_add_string_element (array, choices[i]);

  return array;
}

static void
print_turn_finished (SgTurnRun *run)
{
  JsonObject *object = event_new (run, "turn-finished");
  const SgUsage *usage = sg_turn_run_get_usage (run);
  double rate = sg_turn_run_get_rate (run);

  json_object_set_int_member (object, "turn", sg_turn_run_get_turn (run));
  json_object_set_int_member (object, "depth", sg_turn_run_get_depth (run));
  json_object_set_string_member (object, "text", sg_turn_run_get_text (run));
  json_object_set_array_member (object, "choices", choices_to_array (sg_turn_run_get_choices (run)));
  set_count (object, "first_token_us",
             sg_trace_get_mark (sg_turn_run_get_trace (run), SG_MARK_FIRST_TOKEN));
  set_count (object, "tokens_in", usage->input);
  set_count (object, "tokens_out", usage->output);
  set_count (object, "tokens_cached", usage->cached);
  json_object_set_boolean_member (object, "tokens_estimated", usage->estimated);
  if (rate >= 0)
    json_object_set_double_member (object, "tokens_per_second", rate);
  event_print (object);
}

static void
print_findings (SgTurnRun *run)
{
  g_auto (GStrv) findings = sg_turn_run_dup_findings (run);

  for (guint i = 0; findings[i] != NULL; i++)
    print_text_event (run, "warning", "message", findings[i]);
}

static void
json_finished_cb (SgTurnRun *run,
                  gpointer   user_data)
{
  const GError *error = sg_turn_run_get_error (run);
  SgStage stage = sg_turn_run_get_stage (run);

  if (stage == SG_STAGE_DONE)
    {
      print_findings (run);
      print_turn_finished (run);
    }
  else
    print_text_event (run, "error", "message",
                      error != NULL ? error->message : _("The turn was stopped."));
}

static void
json_started_cb (SgSession *session,
                 SgTurnRun *run,
                 gpointer   user_data)
{
  JsonObject *object = event_new (run, "submitted");

  json_object_set_string_member (object, "mode",
                                 sg_input_mode_to_string (sg_turn_run_get_mode (run)));
  json_object_set_string_member (object, "input", sg_turn_run_get_input (run));
  event_print (object);

  g_signal_connect (run, "stage-changed", G_CALLBACK (json_stage_cb), NULL);
  g_signal_connect (run, "text", G_CALLBACK (json_text_cb), NULL);
  g_signal_connect (run, "restarted", G_CALLBACK (json_restarted_cb), NULL);
  g_signal_connect (run, "reasoning", G_CALLBACK (json_reasoning_cb), NULL);
  g_signal_connect (run, "warning", G_CALLBACK (json_warning_cb), NULL);
  g_signal_connect (run, "tool-started", G_CALLBACK (json_tool_started_cb), NULL);
  g_signal_connect (run, "tool-finished", G_CALLBACK (json_tool_finished_cb), NULL);
  g_signal_connect (run, "finished", G_CALLBACK (json_finished_cb), NULL);
}

/* The thinking line is drawn over by what follows; only a terminal can do that. */
static void
clear_line (void)
{
  if (isatty (STDOUT_FILENO))
    fputs ("\r\033[K", stdout);
}

static void
text_stage_cb (SgTurnRun *run,
               gpointer   user_data)
{
  SgStage stage = sg_turn_run_get_stage (run);
  g_autofree char *words = NULL;

  if (!isatty (STDOUT_FILENO) || *sg_turn_run_get_text (run) != '\0'
      || stage >= SG_STAGE_NARRATED)
    return;

  clear_line ();
  words = sg_turn_run_dup_stage_text (run);
  sg_cli_print_text (words);
}

static void
text_text_cb (SgTurnRun  *run,
              const char *text,
              gpointer    user_data)
{
  if (g_str_equal (text, sg_turn_run_get_text (run)))
    clear_line ();
  sg_cli_print_text (text);
}

/* What stands there already stays; the warning says what comes below it. */
static void
text_restarted_cb (SgTurnRun *run,
                   gpointer   user_data)
{
  sg_cli_print_text ("\n\n");
}

static void
text_warning_cb (SgTurnRun  *run,
                 const char *message,
                 gpointer    user_data)
{
  clear_line ();
  g_printerr ("storyglass-cli: %s\n", message);
}

static void
print_looks_off (const char *finding)
{
  /* Translators: what comes behind says what is wrong with what was told */
  g_printerr (_("Something looks off: %s\n"), finding);
}

/**
 * sg_cli_print_choices:
 * @choices: (nullable): what a turn offers
 *
 * Prints them with the numbers by which a player takes one.
 */
void
sg_cli_print_choices (const char *const *choices)
{
  for (guint i = 0; choices != NULL && choices[i] != NULL; i++)
    {
      printf ("  %u. ", i + 1);
      sg_cli_print_text (choices[i]);
      printf ("\n");
    }
  if (choices != NULL && choices[0] != NULL)
    printf ("\n");
  fflush (stdout);
}

static void
text_finished_cb (SgTurnRun *run,
                  gpointer   user_data)
{
  g_auto (GStrv) findings = NULL;

  clear_line ();
  printf ("\n\n");
  if (sg_turn_run_get_stage (run) != SG_STAGE_DONE)
    return;

  sg_cli_print_choices (sg_turn_run_get_choices (run));

  findings = sg_turn_run_dup_findings (run);
  for (guint i = 0; findings[i] != NULL; i++)
    print_looks_off (findings[i]);
}

static void
text_started_cb (SgSession *session,
                 SgTurnRun *run,
                 gpointer   user_data)
{
  g_signal_connect (run, "stage-changed", G_CALLBACK (text_stage_cb), NULL);
  g_signal_connect (run, "text", G_CALLBACK (text_text_cb), NULL);
  g_signal_connect (run, "restarted", G_CALLBACK (text_restarted_cb), NULL);
  g_signal_connect (run, "warning", G_CALLBACK (text_warning_cb), NULL);
  g_signal_connect (run, "finished", G_CALLBACK (text_finished_cb), NULL);
}

/* What a model found in a turn after its commit. */
typedef struct
{
  gint64     turn;
  GPtrArray *findings;
} Late;

static gboolean
read_late (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  Late *late = data;

  late->findings = sg_findings_list (connection, late->turn, error);

  return late->findings != NULL;
}

/* Of a turn that another start of the program left to be checked, `turns` says what was found. */
static void
print_late_findings (SgSession *session,
                     gint64     turn,
                     gboolean   json)
{
  SgTurnRun *run = sg_session_get_run (session);
  g_autoptr (GPtrArray) rows = NULL;
  Late late = { .turn = turn };

  if (run == NULL || sg_turn_run_get_turn (run) != turn
      || !sg_library_read (sg_story_get_library (sg_session_get_story (session)), read_late, &late,
                           NULL))
    return;

  rows = late.findings;
  for (guint i = 0; i < rows->len; i++)
    {
      const SgFindingRow *row = g_ptr_array_index (rows, i);

      if (row->late == 0 || row->repaired)
        continue;
      if (json)
        print_text_event (run, "warning", "message", row->message);
      else
        print_looks_off (row->message);
    }
}

static void
json_stored_cb (SgAfter    *after,
                gint64      turn,
                const char *kind,
                SgSession  *session)
{
  if (g_str_equal (kind, SG_MODEL_CHECK_KIND))
    print_late_findings (session, turn, TRUE);
}

static void
text_stored_cb (SgAfter    *after,
                gint64      turn,
                const char *kind,
                SgSession  *session)
{
  if (g_str_equal (kind, SG_MODEL_CHECK_KIND))
    print_late_findings (session, turn, FALSE);
}

/**
 * sg_cli_events_attach:
 * @session: a session
 * @json: whether to print JSON
 *
 * Prints what the session does from now on.
 */
void
sg_cli_events_attach (SgSession *session,
                      gboolean   json)
{
  g_signal_connect (session, "turn-started",
                    G_CALLBACK (json ? json_started_cb : text_started_cb), NULL);
  g_signal_connect_object (sg_session_get_after (session), "stored",
                           G_CALLBACK (json ? json_stored_cb : text_stored_cb), session, 0);
}
