/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the last word of a turn and its commit the rules look at it, which takes less than a
 * millisecond.  What they find is stored with the turn.  Where it is critical, the turn is told once more
 * first, and the model is told why: as one more round of the same conversation, so that what its tools have
 * done stays done and the server has read all of it already.  The second telling takes the place of
 * the first, unless it comes to nothing; if it is no better, the turn is committed with what was found.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static void
run_rules (SgTurnRun *self)
{
  guint span = sg_trace_begin (self->trace, self->stage_span, SG_SPAN_STAGE, "check");
  SgTold told = {
    .text = self->text->str,
    .mode = self->mode,
    .input = self->input,
    .before = sg_world_get_base (self->overlay),
    .after = self->overlay,
    .scenario = sg_story_get_scenario (self->story),
    .language = sg_story_get_language (self->story),
    .recent = sg_history_get_turns (self->history),
    .tongue = sg_history_get_tongue (self->history),
    .finish = self->finish,
  };

  g_ptr_array_unref (self->findings);
  self->findings = sg_verifier_check (&told, &self->tongue);

  sg_trace_set_int (self->trace, span, "findings", self->findings->len);
  for (guint i = 0; i < self->findings->len; i++)
    sg_trace_set_string (self->trace, span, "rule",
                         ((SgFinding *) g_ptr_array_index (self->findings, i))->rule);
  sg_trace_end (self->trace, span);
}

/* What was told so far leaves the page, and the next telling begins. */
static void
clear_telling (SgTurnRun *self)
{
  g_string_truncate (self->text, 0);
  self->round_text = 0;
  sg_turn_run_restarted (self);
}

/* The last telling as one more message, what was wrong with it as another. */
static void
repair (SgTurnRun       *self,
        const SgFinding *finding)
{
  g_autofree char *sentence = sg_finding_dup_sentence (finding);
  g_autofree char *words = g_strdup_printf (
    "Your last telling had a fault: %s\nTell this turn again, from its beginning and without the "
    "fault. What your tools have done stays done.", sentence);
  g_autofree char *waiting = g_strdup_printf (_("Telling it again: %s"), finding->message);
  /* Stays to be read when that is done. */
  g_autofree char *warning = g_strdup_printf (_("Told again: %s"), finding->message);

  self->first_telling = g_strdup (self->text->str);
  self->first_finish = self->finish;
  sg_turn_run_add_round (self);
  sg_model_request_add_message (self->request, sg_message_new (SG_ROLE_USER, words));
  sg_trace_set_string (self->trace, self->stage_span, "repair", finding->rule);

  clear_telling (self);
  sg_turn_run_set_waiting (self, waiting);
  sg_turn_run_warn (self, warning);
  sg_turn_run_generate (self);
}

/**
 * sg_turn_run_check:
 *
 * The turn is told: looks at it, has it told once more where it cannot stay as it is, and else
 * commits it.
 */
void
sg_turn_run_check (SgTurnRun *self)
{
  const SgFinding *critical = NULL;

  if (sg_model_is_language_model (self->model)
      && sg_engine_settings_is_on (self->settings, "rule-checks"))
    {
      run_rules (self);
      critical = sg_verifier_get_critical (self->findings);
    }

  /* Words that were told on from a draft are the player's to judge. */
  if (critical != NULL && self->first_telling == NULL && self->draft == NULL && !self->stopped)
    repair (self, critical);
  else
    sg_turn_run_commit (self);
}

/**
 * sg_turn_run_take_back:
 *
 * Where a second telling comes to nothing, the first one is there again; what a player has
 * stopped in its middle stays.
 *
 * Returns: whether it is, and can be committed
 */
gboolean
sg_turn_run_take_back (SgTurnRun *self)
{
  g_autofree char *first = NULL;

  if (self->first_telling == NULL || (self->stopped && self->text->len > 0))
    return FALSE;

  first = g_steal_pointer (&self->first_telling);
  self->first_telling = g_strdup ("");
  if (*first == '\0')
    return FALSE;

  self->finish = self->first_finish;
  self->tongue = NULL;
  clear_telling (self);
  sg_turn_run_append_text (self, first);

  return !self->stopped;
}

/* A critical step of the plan that went wrong twice. */
static SgFindingRow *
make_plan_finding (const char *tools)
{
  SgFindingRow *row = sg_finding_row_new ();

  row->rule = g_strdup ("plan-step");
  row->source = g_strdup ("plan");
  /* Translators: what comes behind is the names of tools */
  row->message = g_strdup_printf (_("What had to be settled first could not be: %s."), tools);
  row->critical = TRUE;

  return row;
}

/**
 * sg_turn_run_make_findings:
 *
 * Returns: (transfer full) (element-type SgFindingRow): what the rules found, and what the plan
 *   could not do, for the library
 */
GPtrArray *
sg_turn_run_make_findings (SgTurnRun *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_finding_row_free);

  for (guint i = 0; i < self->findings->len; i++)
    {
      const SgFinding *finding = g_ptr_array_index (self->findings, i);
      SgFindingRow *row = sg_finding_row_new ();

      row->rule = g_strdup (finding->rule);
      row->source = g_strdup ("rules");
      row->message = sg_finding_dup_sentence (finding);
      row->critical = finding->critical;
      g_ptr_array_add (rows, row);
    }
  if (self->plan_fault != NULL)
    g_ptr_array_add (rows, make_plan_finding (self->plan_fault));

  return rows;
}

/**
 * sg_turn_run_dup_findings:
 *
 * Returns: (transfer full): what was found wrong with what it told, in sentences for the player;
 *   what a model finds after the commit is not among it
 */
char **
sg_turn_run_dup_findings (SgTurnRun *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray) rows = NULL;

  g_return_val_if_fail (SG_IS_TURN_RUN (self), NULL);

  rows = sg_turn_run_make_findings (self);
  for (guint i = 0; i < rows->len; i++)
    g_strv_builder_add (builder, ((SgFindingRow *) g_ptr_array_index (rows, i))->message);

  return g_strv_builder_end (builder);
}
