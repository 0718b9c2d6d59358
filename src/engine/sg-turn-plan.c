/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan of a turn, where the preset asks for one: while the library is read, a model says what the
 * player is trying to do, who should answer, and what is to be found out or done first.  The steps run
 * through the runner of the turn, and what came of them goes into the prompt.  A critical step that
 * went wrong is planned once more, and is told to the player as a finding where that does not help;
 * a plan that makes no sense is left out, and the turn is told plainly.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include "engine/sg-prompt.h"

static const char planner_words[] =
  "You plan the next turn of an interactive story before it is told. Say what the player is trying to do "
  "(intent), who should answer (the narrator; a character who is spoken to; or the rules, where the player asks "
  "about the story and not in it), and which tools to call first: what has to be known or settled before the "
  "turn can be told, such as an open outcome, a memory, what a character would say. Often that is nothing: then "
  "steps is empty. A step may use the result of an earlier one as \"$step1.field\". Mark a step critical only if the "
  "turn must not be told without it. Answer with the JSON object alone.";

/* Of what was told last, in bytes: enough to know what \"it\" is. */
#define LAST_WORDS 800

static void run_steps (SgTurnRun *self);

/**
 * sg_turn_run_wants_plan:
 *
 * Returns: whether the turn is planned before it is told
 */
gboolean
sg_turn_run_wants_plan (SgTurnRun *self)
{
  if (!sg_engine_settings_is_on (self->settings, "planner") || self->draft != NULL
      || self->mode == SG_INPUT_CONTINUE || !sg_model_is_language_model (self->model))
    return FALSE;

  return !sg_engine_settings_is_on (self->settings, "plain-turns")
         || !sg_intent_is_plain (self->mode, self->input);
}

static void
append_tools (GString       *words,
              SgToolCatalog *catalog)
{
  const char *const *names = sg_tool_catalog_get_names (catalog);

  g_string_append (words, "Tools:\n");
  for (guint i = 0; names[i] != NULL; i++)
    {
      SgTool *tool = sg_tool_catalog_lookup (catalog, names[i]);
      g_autofree char *parameters = sg_tool_dup_parameters (tool);

      g_string_append_printf (words, "- %s: %s Arguments: %s\n", names[i],
                              sg_tool_get_description (tool), parameters);
    }
}

static void
append_last_words (GString   *words,
                   SgHistory *history)
{
  GPtrArray *turns = sg_history_get_turns (history);
  const SgTurnRow *last;
  const char *text;

  if (turns->len == 0)
    return;

  last = g_ptr_array_index (turns, turns->len - 1);
  text = last->text + strlen (last->text) - MIN (strlen (last->text), LAST_WORDS);
  while ((*text & 0xc0) == 0x80)
    text++;
  g_string_append_printf (words, "What was told last:\n%s\n\n", text);
}

static SgModelRequest *
make_request (SgTurnRun  *self,
              const char *fault)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *input = sg_prompt_dup_input (sg_input_mode_to_string (self->mode), self->input);
  g_autofree char *state = sg_prompt_dup_state (self->overlay);
  SgModelRequest *request;

  append_tools (words, self->catalog);
  g_string_append_printf (words, "\n%s", state);
  append_last_words (words, self->history);
  g_string_append (words, input);
  if (fault != NULL)
    g_string_append_printf (words, "\n\nAn earlier plan went wrong: %s Plan what is still to be done.", fault);

  request = sg_asker_make_request (SG_REQUEST_PLANNING, planner_words, words->str,
                                   sg_plan_get_schema ());
  sg_model_request_set_cacheable (request, fault == NULL);

  return request;
}

/* The plan is there, or there is none; the turn goes on when the library has been read as well. */
static void
planned (SgTurnRun *self)
{
  self->planning = FALSE;
  sg_trace_end (self->trace, self->plan_span);
  if (self->retrieved)
    run_steps (self);
}

/* A character who is to answer is asked beside the other steps, not later by the narrator. */
static void
let_character_answer (SgTurnRun *self)
{
  g_autofree char *about = NULL;

  if (self->plan->character == NULL || self->replanned)
    return;

  about = sg_prompt_dup_input (sg_input_mode_to_string (self->mode), self->input);
  sg_plan_ask_character (self->plan, self->catalog, about);
  sg_trace_set_string (self->trace, self->plan_span, "answers", self->plan->character);
}

/* A plan whose steps are not those that have been started already makes no sense either. */
static SgPlan *
read_plan (SgTurnRun   *self,
           const char  *answer,
           GError     **error)
{
  g_autoptr (SgPlan) plan = sg_plan_new_from_answer (answer, error);

  if (plan != NULL && self->plan_stream != NULL
      && !sg_plan_stream_agrees (self->plan_stream, self->n_steps, plan))
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                           "The plan has its steps twice");
      return NULL;
    }

  return g_steal_pointer (&plan);
}

/* Nothing more is done of a plan that makes no sense, or of a first one to which there is no second; what
 * came of the steps that were done still goes to the narrator. */
static void
leave_out (SgTurnRun *self)
{
  if (self->plan != NULL)
    g_ptr_array_set_size (self->plan->steps, 0);
  else if (self->n_steps > 0)
    self->plan = sg_plan_new ();
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (SgTurnRun) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, &error);
  g_autoptr (SgPlan) plan = NULL;

  if (answer != NULL)
    plan = read_plan (self, answer, &error);

  if (plan == NULL)
    {
      if (answer != NULL)
        sg_asker_reject (SG_ASKER (object), result);
      leave_out (self);
      sg_trace_set_string (self->trace, self->plan_span, "left-out", error->message);
    }
  else
    {
      g_clear_pointer (&self->plan, sg_plan_free);
      self->plan = g_steal_pointer (&plan);
      g_clear_pointer (&self->plan_fault, g_free);
      sg_trace_set_string (self->trace, self->plan_span, "intent",
                           sg_intent_to_string (self->plan->intent));
      let_character_answer (self);
      sg_trace_set_int (self->trace, self->plan_span, "steps", self->plan->steps->len);
    }
  planned (self);
}

static void
ask (SgTurnRun  *self,
     const char *fault)
{
  g_autoptr (SgModelRequest) request = make_request (self, fault);

  self->planning = TRUE;
  self->n_steps = 0;
  g_clear_pointer (&self->plan_stream, sg_plan_stream_free);
  if (sg_engine_settings_is_on (self->settings, "early-tools"))
    self->plan_stream = sg_plan_stream_new ();
  self->plan_span = sg_trace_begin (self->trace, self->turn_span, SG_SPAN_STAGE, "plan");
  sg_turn_run_hear_asker (self, sg_turn_run_get_asker (self));
  sg_asker_ask_async (self->asker, request, "plan", self->plan_span, sg_turn_run_hear_plan, self,
                      self->cancellable, answered_cb, g_object_ref (self));
}

/**
 * sg_turn_run_plan:
 *
 * Begins to plan, beside whatever else is being read.
 */
void
sg_turn_run_plan (SgTurnRun *self)
{
  ask (self, NULL);
}

/**
 * sg_turn_run_follow_plan:
 *
 * All has been read: waits for the plan, runs its steps, and goes on to the prompt.
 */
void
sg_turn_run_follow_plan (SgTurnRun *self)
{
  self->retrieved = TRUE;
  if (self->planning)
    {
      sg_turn_run_start_steps (self);
      sg_turn_run_tell_early (self);
      sg_turn_run_begin_stage (self, SG_STAGE_PLAN, "wait for the plan");
    }
  else
    run_steps (self);
}

/* The critical steps that went wrong, for the planner; NULL for none.  Their names are kept for the
 * player. */
static char *
dup_fault (SgTurnRun *self)
{
  g_autoptr (GString) fault = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  guint first = sg_turn_run_get_n_calls (self) - self->plan->steps->len;

  for (guint i = 0; i < self->plan->steps->len; i++)
    {
      const SgPlanStep *step = g_ptr_array_index (self->plan->steps, i);
      const SgToolCall *call = sg_tool_runner_get_call (self->runner, first + i);

      if (!step->critical || call->status == SG_TOOL_CALL_DONE)
        continue;
      g_string_append_printf (fault, "%s %s gave %s. ", call->name, call->arguments, call->result);
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", call->name);
    }
  if (fault->len == 0)
    return NULL;

  g_free (self->plan_fault);
  self->plan_fault = g_string_free (g_steal_pointer (&names), FALSE);

  return g_string_free (g_steal_pointer (&fault), FALSE);
}

static void
steps_done_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (SgTurnRun) self = user_data;
  g_autofree char *fault = NULL;
  GError *error = NULL;

  if (!sg_tool_runner_wait_finish (SG_TOOL_RUNNER (object), result, &error) || self->stopped)
    {
      sg_turn_run_fail (self, error);
      return;
    }

  fault = dup_fault (self);
  if (fault != NULL && !self->replanned)
    {
      self->replanned = TRUE;
      ask (self, fault);
      return;
    }

  self->plan_note = sg_plan_dup_note (self->plan, sg_turn_run_get_runner (self),
                                      sg_turn_run_get_n_calls (self));
  sg_turn_run_use_tools (self, "tools-at-once");
  sg_turn_run_tell (self);
}

static void
run_steps (SgTurnRun *self)
{
  if (self->stopped)
    {
      sg_turn_run_drop_early (self);
      sg_turn_run_fail (self, NULL);
      return;
    }
  if (self->plan == NULL
      || (sg_plan_is_empty (self->plan) && sg_turn_run_get_n_calls (self) == 0))
    {
      sg_turn_run_use_tools (self, "tools-at-once");
      if (!sg_turn_run_take_early (self))
        sg_turn_run_tell (self);
      return;
    }

  sg_turn_run_drop_early (self);
  sg_turn_run_begin_stage (self, SG_STAGE_PLAN, "steps");
  while (self->n_steps < self->plan->steps->len)
    sg_turn_run_add_step (self, g_ptr_array_index (self->plan->steps, self->n_steps));
  sg_tool_runner_wait_async (sg_turn_run_get_runner (self), self->cancellable, steps_done_cb,
                             g_object_ref (self));
}
