/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way of a turn: what is remembered is read, the prompt is put together, the
 * model is called, its tools are waited for, and it is called again where it needs
 * their results.  Where it has told its text and asked only for writes, and all
 * went well, there is nothing it could still say: the turn is told.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/sg-prompt.h"
#include "llm/sg-model-error.h"
#include "llm/sg-token-estimate.h"
#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"

/* A model that calls tools round after round never ends by itself. */
#define MAX_ROUNDS 8

static void
set_scene (SgTurnRun *self)
{
  SgScene scene = {
    .scenario = sg_story_get_scenario (self->story),
    .world = self->overlay,
    .mode = (char *) sg_input_mode_to_string (self->mode),
    .input = self->input,
    .depth = (int) (self->path->depth + 1),
    .seed = sg_turn_run_get_seed (self),
    .language = (char *) sg_story_get_language (self->story),
  };

  sg_model_request_set_scene (self->request, &scene);
}

/* Fills the request, and says what left the prompt that is in no summary. */
static void
fill_prompt (SgTurnRun           *self,
             const SgPromptParts *parts)
{
  gint64 first = sg_history_get_first (self->history);
  gint64 left, lost;

  sg_prompt_fill (self->request, parts);
  left = sg_history_get_first (self->history) - first;
  if (left <= 0)
    return;

  sg_trace_set_int (self->trace, self->stage_span, "turns.left", left);
  lost = MIN (left, sg_history_get_n_lost (self->history));
  if (lost > 0)
    {
      guint span = sg_trace_begin (self->trace, self->stage_span, SG_SPAN_STAGE,
                                   "turns left without a summary");

      sg_trace_set_int (self->trace, span, "turns", lost);
      sg_trace_end (self->trace, span);
    }
}

/**
 * sg_turn_run_build_prompt:
 *
 * Puts the prompt together as of now.
 */
void
sg_turn_run_build_prompt (SgTurnRun *self)
{
  SgPromptParts parts = {
    .brief = self->brief,
    .tools = sg_tool_catalog_get_n_tools (self->catalog) > 0
               ? sg_tool_catalog_get_json (self->catalog)
               : NULL,
    .fixed_tokens = self->fixed_tokens,
    .earlier = self->earlier,
    .settings = self->settings,
    .room = self->room,
    .history = self->history,
    /* As it was before the turn: what has been done since stands in the note. */
    .world = sg_world_get_base (self->overlay),
    .memories = self->memories,
    .mode = self->mode,
    .input = self->input,
    .draft = self->draft,
    .note = self->plan_note,
    .fault = self->fault,
  };

  sg_turn_run_begin_stage (self, SG_STAGE_PROMPT, "prompt");

  g_clear_object (&self->request);
  self->request = sg_model_request_new (SG_REQUEST_NARRATION);
  if (sg_model_is_language_model (self->model))
    fill_prompt (self, &parts);
  else
    sg_model_request_add_message (self->request, sg_message_new (SG_ROLE_USER, self->input));
  set_scene (self);
}

/**
 * sg_turn_run_retrieved:
 *
 * All is there that the turn has to know; what is to be done before it is told comes next.
 */
void
sg_turn_run_retrieved (SgTurnRun *self)
{
  sg_turn_run_prepare (self);
  if (!sg_turn_run_wants_plan (self))
    {
      sg_turn_run_tell (self);
      return;
    }

  if (!sg_engine_settings_is_on (self->settings, "parallel-tools"))
    {
      sg_turn_run_begin_stage (self, SG_STAGE_PLAN, NULL);
      sg_turn_run_plan (self);
    }
  sg_turn_run_follow_plan (self);
}

/**
 * sg_turn_run_tell:
 *
 * Puts the prompt together and calls the model.
 */
void
sg_turn_run_tell (SgTurnRun *self)
{
  sg_turn_run_build_prompt (self);
  sg_trace_mark (self->trace, SG_MARK_BUDGET_CHECKED);
  sg_trace_mark (self->trace, SG_MARK_CONTEXT_READY);
  sg_turn_run_generate (self);
}

/**
 * sg_turn_run_start:
 *
 * Sets the thinking stage at once and begins to read what is to be remembered; where there is nothing, the model is
 * called before this returns.
 */
void
sg_turn_run_start (SgTurnRun *self)
{
  sg_turn_run_set_stage (self, SG_STAGE_THINKING);
  sg_turn_run_begin_stage (self, SG_STAGE_RETRIEVE, "retrieve");
  sg_trace_set_string (self->trace, self->turn_span, "intent",
                       sg_intent_to_string (sg_intent_guess (self->mode, self->input)));
  if (sg_turn_run_wants_plan (self) && sg_engine_settings_is_on (self->settings, "parallel-tools"))
    sg_turn_run_plan (self);
  sg_turn_run_retrieve (self);
}

/* The arguments as they can be sent back: those that are no JSON object earn a server error. */
static const char *
sendable_arguments (const SgToolCall *call)
{
  gboolean any = call->arguments != NULL && *call->arguments != '\0';
  g_autoptr (JsonNode) node = any ? sg_tool_json_parse_object (call->arguments, NULL) : NULL;

  return node != NULL ? call->arguments : "{}";
}

/* Adds what the model said in this round, and what its tools answered. */
void
sg_turn_run_add_round (SgTurnRun *self)
{
  SgMessage *said = sg_message_new (SG_ROLE_ASSISTANT, self->text->str + self->round_text);
  guint n_calls = sg_turn_run_get_n_calls (self);

  for (guint i = self->round_first_call; i < n_calls; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (self->runner, i);

      sg_message_add_call (said, call->id, call->name, sendable_arguments (call));
    }
  sg_model_request_add_message (self->request, said);

  for (guint i = self->round_first_call; i < n_calls; i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (self->runner, i);
      SgMessage *answer = sg_message_new (SG_ROLE_TOOL, call->result);

      answer->call_id = g_strdup (call->id);
      sg_model_request_add_message (self->request, answer);
    }
}

static gboolean
is_told (SgTurnRun *self)
{
  return strspn (self->text->str, " \t\r\n") < self->text->len;
}

static void
end_of_tools (SgTurnRun *self)
{
  if (is_told (self) && sg_engine_settings_is_on (self->settings, "end-after-writes")
      && sg_tool_runner_only_writes (self->runner, self->round_first_call))
    {
      sg_turn_run_check (self);
      return;
    }

  if (self->round >= MAX_ROUNDS)
    {
      if (is_told (self))
        {
          sg_turn_run_warn (self, _("The model kept asking for tools; the turn was ended there."));
          sg_turn_run_check (self);
        }
      else
        {
          sg_turn_run_fail (self, g_error_new_literal (
                                    SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                                    _("The model kept asking for tools and told nothing. Try again, "
                                      "or use a model that is better at calling tools.")));
        }
      return;
    }

  sg_turn_run_add_round (self);
  sg_turn_run_generate (self);
}

static void
tools_done_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (SgTurnRun) self = user_data;
  GError *error = NULL;

  if (!sg_tool_runner_wait_finish (SG_TOOL_RUNNER (object), result, &error) || self->stopped)
    sg_turn_run_fail (self, error);
  else
    end_of_tools (self);
}

/* With early start off the calls were held back until now. */
static void
release_held_calls (SgTurnRun *self)
{
  for (guint i = 0; self->held_calls != NULL && i < self->held_calls->len; i++)
    {
      SgMessageCall *call = g_ptr_array_index (self->held_calls, i);

      sg_tool_runner_add (sg_turn_run_get_runner (self), call->id, call->name, call->arguments);
    }

  g_clear_pointer (&self->held_calls, g_ptr_array_unref);
}

static void
end_of_round (SgTurnRun *self)
{
  release_held_calls (self);
  sg_turn_run_tell_asides (self);

  if (sg_turn_run_get_n_calls (self) > self->round_first_call)
    {
      sg_turn_run_set_stage (self, SG_STAGE_TOOLS);
      sg_tool_runner_wait_async (self->runner, self->cancellable, tools_done_cb,
                                 g_object_ref (self));
    }
  else if (is_told (self))
    {
      sg_turn_run_check (self);
    }
  else
    {
      sg_turn_run_fail (self,
                        g_error_new_literal (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                                             _("The model ended without telling anything. Try "
                                               "again; if it happens often, give it more tokens "
                                               "or another model.")));
    }
}

static GError *
make_endless_error (void)
{
  return g_error_new_literal (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                              _("The model did not come to an end and was stopped. Its words so far "
                                "are kept. Set a limit for the length of a reply, or use another "
                                "model."));
}

/* A server that finds the prompt too long says how long it may be: then it is put together once more,
 * with less of the history and of the scenario.  Nothing has been told yet, so nobody notices but the clock.
 *
 * Returns: whether the model is called again */
static gboolean
refit (SgTurnRun    *self,
       const GError *error)
{
  gint64 n_prompt, n_context, before;

  if (self->refitted || self->stopped || self->round != 1
      || !sg_model_error_get_context (error, &n_prompt, &n_context))
    return FALSE;

  self->refitted = TRUE;
  before = sg_model_request_estimate_tokens (self->request);
  g_free (self->brief);
  self->fixed_tokens = 0;
  self->room = sg_prompt_get_room (self->settings, self->model);
  self->brief = sg_prompt_dup_brief (self->story, self->catalog, self->room);
  sg_turn_run_build_prompt (self);
  if (sg_model_request_estimate_tokens (self->request) >= before)
    return FALSE;

  self->round = 0;
  sg_turn_run_generate (self);

  return TRUE;
}

/**
 * sg_turn_run_generated:
 * @ok: whether the model has come to its end
 * @error: (transfer full) (nullable): what went wrong
 *
 * A call of the model is over: goes on with what came of it.
 */
void
sg_turn_run_generated (SgTurnRun *self,
                       gboolean   ok,
                       GError    *error)
{
  sg_turn_run_note_call (self, error);

  if (self->endless && !self->stopped)
    {
      g_clear_error (&error);
      error = make_endless_error ();
      ok = FALSE;
    }
  if (!ok && refit (self, error))
    {
      g_error_free (error);
      return;
    }
  if (!ok || self->stopped)
    {
      sg_turn_run_fail (self, error);
      return;
    }

  if (self->finish == SG_FINISH_LENGTH)
    sg_turn_run_warn (self, _("The reply was cut at the limit of tokens."));

  end_of_round (self);
}

static void
generated_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (SgTurnRun) self = user_data;
  GError *error = NULL;
  gboolean ok = sg_model_generate_finish (SG_MODEL (object), result, &error);

  sg_turn_run_generated (self, ok, error);
}

/**
 * sg_turn_run_begin_call:
 * @stage_span: the span that the call belongs to
 *
 * Begins the next call of the model, which is then to be made.
 */
void
sg_turn_run_begin_call (SgTurnRun *self,
                        guint      stage_span)
{
  SgUsage nothing = SG_USAGE_INIT;
  const char *name = sg_model_get_name (self->model);

  self->round++;
  self->round_first_call = sg_turn_run_get_n_calls (self);
  self->round_text = self->text->len;
  self->call_usage = nothing;
  self->call_first_token = -1;
  self->progress = -1;
  self->finish = SG_FINISH_OTHER;

  self->model_span = sg_trace_begin (self->trace, stage_span, SG_SPAN_MODEL,
                                     name != NULL ? name : "model");
  sg_trace_set_string (self->trace, self->model_span, "server", sg_model_get_server (self->model));
  sg_model_request_set_trace (self->request, self->trace, self->model_span);
}

/**
 * sg_turn_run_generate:
 *
 * Calls the model with the request as it is now.
 */
void
sg_turn_run_generate (SgTurnRun *self)
{
  if (self->round == 0)
    {
      /* The model has not seen the calls of the plan. */
      if (self->runner != NULL)
        sg_tool_runner_begin_numbering (self->runner);
      sg_turn_run_begin_stage (self, SG_STAGE_CONNECT, "stream");
    }
  else
    sg_turn_run_set_stage (self, SG_STAGE_CONNECT);

  sg_turn_run_begin_call (self, self->stage_span);
  sg_model_generate_async (self->model, self->request, sg_turn_run_handle_event, self,
                           self->cancellable, generated_cb, g_object_ref (self));
}
