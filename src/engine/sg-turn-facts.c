/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others can ask of a turn: where it is, in words, what it told, and what it cost. */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <glib/gi18n-lib.h>

#include "profile/sg-turn-figures.h"

/**
 * sg_turn_run_get_stage:
 *
 * Returns: where the turn is
 */
SgStage
sg_turn_run_get_stage (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), SG_STAGE_FAILED);

  return self->stage;
}

/**
 * sg_turn_run_get_mode:
 *
 * Returns: how the player's words are meant
 */
SgInputMode
sg_turn_run_get_mode (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), SG_INPUT_DO);

  return self->mode;
}

/**
 * sg_turn_run_get_input:
 *
 * Returns: (transfer none): the player's words
 */
const char *
sg_turn_run_get_input (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->input;
}

/**
 * sg_turn_run_get_depth:
 *
 * Returns: the depth that the turn has when it commits
 */
gint64
sg_turn_run_get_depth (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), -1);

  return self->path->depth + 1;
}

/**
 * sg_turn_run_get_text:
 *
 * Returns: (transfer none): what was told so far; valid until more is told
 */
const char *
sg_turn_run_get_text (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->text->str;
}

/**
 * sg_turn_run_get_reasoning:
 *
 * Returns: (transfer none): what the model thought so far; valid until it thinks on
 */
const char *
sg_turn_run_get_reasoning (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->reasoning->str;
}

/**
 * sg_turn_run_get_choices:
 *
 * Returns: (transfer none) (nullable): what the player is offered
 */
const char *const *
sg_turn_run_get_choices (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return sg_world_get_choices (self->overlay);
}

/**
 * sg_turn_run_get_trace:
 *
 * Returns: (transfer none): the spans of the turn
 */
SgTrace *
sg_turn_run_get_trace (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->trace;
}

/**
 * sg_turn_run_dup_settings:
 *
 * Returns: (transfer full): the settings that it is told with, as they are stored with it
 */
char *
sg_turn_run_dup_settings (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return sg_engine_settings_dup_json (self->settings);
}

/**
 * sg_turn_run_get_usage:
 *
 * Returns: (transfer none): the sums over the model calls of the turn
 */
const SgUsage *
sg_turn_run_get_usage (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return &self->usage;
}

/**
 * sg_turn_run_get_rate:
 *
 * Returns: tokens a second while the models wrote, as the performance pane says it, or -1 where it is not known
 */
double
sg_turn_run_get_rate (SgTurnRun *self)
{
  SgTurnFigures figures;

  g_return_val_if_fail (SG_IS_TURN_RUN (self), -1);

  sg_turn_figures_measure (self->trace, &figures);

  return figures.rate;
}

/**
 * sg_turn_run_get_progress:
 *
 * Returns: how much of the prompt the model has read, 0 to 1, or -1 where it does not say
 */
double
sg_turn_run_get_progress (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), -1);

  return self->progress;
}

static char *
dup_reading_text (SgTurnRun *self)
{
  if (self->progress >= 0)
    return g_strdup_printf (_("The model reads the story so far: %d %%"),
                            (int) (self->progress * 100));

  return g_strdup (_("The model reads the story so far…"));
}

/* The names of the tools that run, as the model calls them. */
static char *
dup_tools_text (SgTurnRun *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = self->round_first_call; i < sg_turn_run_get_n_calls (self); i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (self->runner, i);

      if (call->status == SG_TOOL_CALL_RUNNING || call->status == SG_TOOL_CALL_WAITING)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", call->name);
    }

  if (names->len == 0)
    return g_strdup (_("Working…"));

  /* Translators: what comes behind is the names of tools */
  return g_strdup_printf (_("Working: %s"), names->str);
}

/**
 * sg_turn_run_get_waiting:
 *
 * Returns: (transfer none) (nullable): what is waited for, in words for the player: a retry, a limit, a busy
 *   server
 */
const char *
sg_turn_run_get_waiting (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->waiting;
}

/**
 * sg_turn_run_dup_stage_text:
 *
 * Returns: (transfer full): where the turn is, in words for the player
 */
char *
sg_turn_run_dup_stage_text (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  if (self->waiting != NULL)
    return g_strdup (self->waiting);
  if (!sg_turn_run_is_shown (self))
    return g_strdup ("");

  switch (self->stage)
    {
    case SG_STAGE_QUEUED:
    case SG_STAGE_THINKING:
      return g_strdup (_("Thinking…"));

    case SG_STAGE_RETRIEVE:
      return g_strdup (_("Remembering…"));

    case SG_STAGE_PLAN:
      return g_strdup (_("Planning the turn…"));

    case SG_STAGE_PROMPT:
      return g_strdup (_("Setting the scene…"));

    case SG_STAGE_CONNECT:
      if (sg_model_is_language_model (self->model))
        return g_strdup_printf (_("Waiting for %s…"), sg_model_get_name (self->model));
      return g_strdup (_("Thinking…"));

    case SG_STAGE_READING:
      if (sg_model_is_language_model (self->model))
        return dup_reading_text (self);
      return g_strdup (_("Thinking…"));

    case SG_STAGE_REASONING:
      return g_strdup (_("Thinking it over…"));

    case SG_STAGE_WRITING:
      return g_strdup (_("Telling…"));

    case SG_STAGE_TOOLS:
      return dup_tools_text (self);

    case SG_STAGE_VERIFY:
      return g_strdup (_("Reading it over…"));

    case SG_STAGE_REMEMBER:
      return g_strdup (_("Noting what to remember…"));

    case SG_STAGE_NARRATED:
    case SG_STAGE_COMMIT:
      return g_strdup (_("Keeping it…"));

    case SG_STAGE_DONE:
      return g_strdup (_("Done"));

    case SG_STAGE_STOPPED:
      return g_strdup (_("Stopped"));

    case SG_STAGE_FAILED:
    default:
      return g_strdup (_("Failed"));
    }
}

/**
 * sg_turn_run_get_error:
 *
 * Returns: (transfer none) (nullable): why it failed, in words for the player
 */
const GError *
sg_turn_run_get_error (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  return self->error;
}

/**
 * sg_turn_run_get_turn:
 *
 * Returns: the id of the turn in the library, or 0 while it is not committed
 */
gint64
sg_turn_run_get_turn (SgTurnRun *self)
{
  g_return_val_if_fail (SG_IS_TURN_RUN (self), 0);

  return self->turn;
}
