/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the model says, while it says it.  The text event comes with each read, mostly once a token, so it
 * does next to nothing.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <glib/gi18n-lib.h>

#include "llm/sg-call-note.h"

/**
 * sg_turn_run_note_token:
 *
 * Notes when the first token of a call came.
 */
void
sg_turn_run_note_token (SgTurnRun *self)
{
  if (self->call_first_token < 0)
    self->call_first_token = sg_trace_get_elapsed (self->trace);
}

static void
handle_text (SgTurnRun          *self,
             const SgModelEvent *event)
{
  const char *text = event->text;

  sg_turn_run_note_token (self);

  /* Models like to begin with empty lines. */
  if (self->text->len == 0)
    while (g_ascii_isspace (*text))
      text++;
  if (*text == '\0')
    return;

  sg_trace_mark (self->trace, SG_MARK_FIRST_TOKEN);
  sg_turn_run_set_stage (self, SG_STAGE_WRITING);

  /* What is told after tools have answered is a paragraph of its own. */
  if ((self->round > 1 || self->plan_note != NULL) && self->text->len > 0 && self->text->len == self->round_text
      && self->text->str[self->text->len - 1] != '\n')
    {
      sg_turn_run_append_text (self, "\n\n");
      self->round_text = self->text->len;
      while (g_ascii_isspace (*text))
        text++;
    }

  sg_turn_run_append_text (self, text);
}

static void
handle_complete_call (SgTurnRun          *self,
                      const SgModelEvent *event)
{
  if (sg_engine_settings_is_on (self->settings, "early-tools"))
    {
      sg_tool_runner_add (sg_turn_run_get_runner (self), event->id, event->name, event->text);
      return;
    }

  if (self->held_calls == NULL)
    self->held_calls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_message_call_free);
  g_ptr_array_add (self->held_calls, sg_message_call_new (event->id, event->name, event->text));
}

static void
add_tokens (gint64 *sum,
            gint64  value)
{
  if (value >= 0)
    *sum = MAX (*sum, 0) + value;
}

static void
handle_usage (SgTurnRun          *self,
              const SgModelEvent *event)
{
  self->call_usage = event->usage;
}

/**
 * sg_turn_run_handle_event:
 * @event: what happened
 * @user_data: the turn
 */
void
sg_turn_run_handle_event (const SgModelEvent *event,
                          gpointer            user_data)
{
  SgTurnRun *self = user_data;

  if (self->stopped || self->endless)
    return;

  if (event->type != SG_MODEL_EVENT_WAITING)
    sg_turn_run_set_waiting (self, NULL);

  switch (event->type)
    {
    case SG_MODEL_EVENT_TEXT:
      handle_text (self, event);
      break;

    case SG_MODEL_EVENT_REASONING:
      sg_turn_run_note_token (self);
      sg_turn_run_set_stage (self, SG_STAGE_REASONING);
      sg_turn_run_append_reasoning (self, event->text);
      break;

    case SG_MODEL_EVENT_STARTED:
      sg_trace_mark (self->trace, SG_MARK_MODEL_STARTED);
      sg_turn_run_set_stage (self, SG_STAGE_READING);
      break;

    case SG_MODEL_EVENT_PROGRESS:
      if (event->total > event->cached)
        self->progress = CLAMP ((double) (event->done - event->cached)
                                  / (double) (event->total - event->cached), 0, 1);
      break;

    case SG_MODEL_EVENT_TOOL_OPENED:
    case SG_MODEL_EVENT_TOOL_ARGUMENTS:
      sg_turn_run_note_token (self);
      break;

    case SG_MODEL_EVENT_TOOL_COMPLETE:
      handle_complete_call (self, event);
      break;

    case SG_MODEL_EVENT_TOOL_CUT:
      sg_turn_run_warn (self, _("A tool call was cut at the limit of tokens and was not run."));
      break;

    case SG_MODEL_EVENT_USAGE:
      handle_usage (self, event);
      break;

    case SG_MODEL_EVENT_WAITING:
      sg_turn_run_set_waiting (self, event->text);
      break;

    case SG_MODEL_EVENT_WARNING:
      sg_turn_run_warn (self, event->text);
      break;

    case SG_MODEL_EVENT_FINISHED:
      self->finish = event->reason;
      break;

    default:
      break;
    }
}

static char *
dup_trouble (const SgToolCall *call)
{
  switch (call->trouble)
    {
    case SG_TOOL_TROUBLE_TIMEOUT:
      /* Translators: the name of a tool */
      return g_strdup_printf (_("The tool %s took too long; the turn goes on without it."), call->name);

    case SG_TOOL_TROUBLE_CUT_SHORT:
      /* Translators: the name of a tool */
      return g_strdup_printf (_("The tool %s took too long; what was ready by then is kept."), call->name);

    case SG_TOOL_TROUBLE_BREAKER:
      /* Translators: the name of a tool */
      return g_strdup_printf (_("The tool %s has failed again and again and is left alone for a while."), call->name);

    case SG_TOOL_TROUBLE_TOO_MANY:
      return g_strdup_printf (_("The model asked for more than %d tools in one turn; the rest were left out."),
                              SG_TOOL_CALLS_MAX);

    case SG_TOOL_TROUBLE_NONE:
    default:
      return NULL;
    }
}

/**
 * sg_turn_run_note_trouble:
 * @call: a call that is over
 *
 * Warns the player of what is wrong with a tool, once a turn for each kind of trouble.
 */
void
sg_turn_run_note_trouble (SgTurnRun        *self,
                          const SgToolCall *call)
{
  g_autofree char *sentence = dup_trouble (call);

  if (sentence == NULL || (self->troubles & (1u << call->trouble)) != 0)
    return;

  self->troubles |= 1u << call->trouble;
  sg_turn_run_warn (self, sentence);
}

/**
 * sg_turn_run_note_call:
 * @error: (nullable): what went wrong
 *
 * Adds up what the call has cost, and keeps a row of it.
 */
void
sg_turn_run_note_call (SgTurnRun    *self,
                       const GError *error)
{
  const SgUsage *usage = &self->call_usage;
  SgModelCallRow *row;

  sg_trace_end (self->trace, self->model_span);
  row = sg_call_note_new (self->model, SG_REQUEST_NARRATION, self->trace, self->model_span, usage,
                          self->call_first_token, self->finish, error);
  g_ptr_array_add (self->model_calls, row);

  add_tokens (&self->usage.input, usage->input);
  add_tokens (&self->usage.output, usage->output);
  add_tokens (&self->usage.cached, usage->cached);
  add_tokens (&self->usage.reasoning, usage->reasoning);
  self->usage.estimated |= usage->estimated;
}

/**
 * sg_turn_run_get_teller:
 *
 * Returns: the model that has told the turn, which may be that of the fallback server
 */
const char *
sg_turn_run_get_teller (SgTurnRun *self)
{
  const SgModelCallRow *last;

  if (self->model_calls->len == 0)
    return sg_model_get_name (self->model);

  last = g_ptr_array_index (self->model_calls, self->model_calls->len - 1);

  return last->model;
}

/**
 * sg_turn_run_dup_finish:
 *
 * Returns: (transfer full): why the last call ended, as the turn stores it
 */
char *
sg_turn_run_dup_finish (SgTurnRun *self)
{
  return g_strdup (sg_finish_reason_to_string (self->finish));
}
