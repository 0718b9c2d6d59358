/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps of a plan that run while the model still writes it.  A step that reads starts when its own object
 * is complete; a write waits until the plan has been checked as a whole, and with it all that
 * come after it, since steps name each other by their numbers.  If the plan then makes no sense, nothing has
 * been changed, and what was found out is told to the narrator all the same. */

#include "config.h"

#include "engine/sg-turn-run-private.h"

static gboolean
may_start (SgTurnRun        *self,
           const SgPlanStep *step)
{
  SgTool *tool = sg_tool_catalog_lookup (self->catalog, step->tool);

  /* One that there is not does nothing, but keeps its number. */
  return tool == NULL || sg_tool_get_access (tool) == SG_TOOL_READS;
}

/**
 * sg_turn_run_add_step:
 *
 * Hands the next step of the plan to the runner.
 */
void
sg_turn_run_add_step (SgTurnRun        *self,
                      const SgPlanStep *step)
{
  SgToolRunner *runner = sg_turn_run_get_runner (self);

  if (self->n_steps == 0)
    {
      sg_turn_run_drop_early (self);
      sg_turn_run_use_tools (self, "steps-at-once");
      sg_tool_runner_begin_numbering (runner);
    }

  self->n_steps++;
  sg_tool_runner_add (runner, NULL, step->tool, step->arguments);
}

/**
 * sg_turn_run_start_steps:
 *
 * Starts what can be started of the steps that are written so far.  Until the library has been read there is
 * nothing that they could work on.
 */
void
sg_turn_run_start_steps (SgTurnRun *self)
{
  if (self->plan_stream == NULL || !self->retrieved || self->stopped)
    return;

  while (self->n_steps < sg_plan_stream_get_n_steps (self->plan_stream))
    {
      const SgPlanStep *step = sg_plan_stream_get_step (self->plan_stream, self->n_steps);

      if (!may_start (self, step))
        break;
      sg_turn_run_add_step (self, step);
    }
}

/**
 * sg_turn_run_hear_plan:
 * @event: what happened while the plan was asked for
 * @user_data: the turn
 */
void
sg_turn_run_hear_plan (const SgModelEvent *event,
                       gpointer            user_data)
{
  SgTurnRun *self = user_data;

  if (event->type != SG_MODEL_EVENT_TEXT || self->plan_stream == NULL)
    return;

  sg_plan_stream_push (self->plan_stream, event->text, event->length);
  sg_turn_run_start_steps (self);
}
