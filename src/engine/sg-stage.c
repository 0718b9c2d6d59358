/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-turn-run.h"

static const char *const stage_names[] = {
  [SG_STAGE_QUEUED] = "queued",     [SG_STAGE_THINKING] = "thinking",
  [SG_STAGE_RETRIEVE] = "retrieve", [SG_STAGE_PROMPT] = "prompt",
  [SG_STAGE_PLAN] = "plan",
  [SG_STAGE_CONNECT] = "connect",   [SG_STAGE_READING] = "reading",
  [SG_STAGE_REASONING] = "reasoning", [SG_STAGE_WRITING] = "writing",
  [SG_STAGE_TOOLS] = "tools",       [SG_STAGE_VERIFY] = "verify",
  [SG_STAGE_REMEMBER] = "remember",
  [SG_STAGE_NARRATED] = "narrated",
  [SG_STAGE_COMMIT] = "commit",     [SG_STAGE_DONE] = "done",
  [SG_STAGE_STOPPED] = "stopped",   [SG_STAGE_FAILED] = "failed",
};

static const char *const mode_names[] = {
  [SG_INPUT_DO] = "do",
  [SG_INPUT_SAY] = "say",
  [SG_INPUT_STORY] = "story",
  [SG_INPUT_CONTINUE] = "continue",
};

/**
 * sg_stage_to_string:
 * @stage: a stage
 *
 * Returns: its name, as scripts read it
 */
const char *
sg_stage_to_string (SgStage stage)
{
  g_return_val_if_fail (stage < G_N_ELEMENTS (stage_names), NULL);

  return stage_names[stage];
}

/**
 * sg_input_mode_to_string:
 * @mode: a mode
 *
 * Returns: its name, as the library stores it
 */
const char *
sg_input_mode_to_string (SgInputMode mode)
{
  g_return_val_if_fail (mode < G_N_ELEMENTS (mode_names), NULL);

  return mode_names[mode];
}

/**
 * sg_input_mode_from_string:
 * @string: a name
 * @mode: (out): the mode
 *
 * Returns: whether there is such a mode
 */
gboolean
sg_input_mode_from_string (const char  *string,
                           SgInputMode *mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    {
      if (g_strcmp0 (string, mode_names[i]) == 0)
        {
          *mode = i;
          return TRUE;
        }
    }

  return FALSE;
}
