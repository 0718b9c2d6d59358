/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-intent.h"
#include "tools/sg-tool-catalog.h"
#include "tools/sg-tool-runner.h"

G_BEGIN_DECLS

/* No turn needs more steps; a plan that has more is cut there. */
#define SG_PLAN_MAX_STEPS 12

/**
 * SgPlanStep:
 * @arguments: a JSON object as text; results of earlier steps are named as `$step2.field`
 * @critical: whether the turn must not be told without it
 */
typedef struct
{
  char     *tool;
  char     *arguments;
  gboolean  critical;
} SgPlanStep;

/**
 * SgPlan:
 * @character: (nullable): who answers, where it is not the narrator
 * @to_rules: whether the rules answer: the player asks about the story, and not in it
 * @steps: (element-type SgPlanStep): in order
 *
 * What is to be found out and done before a turn is told.
 */
typedef struct
{
  SgIntent   intent;
  char      *character;
  gboolean   to_rules;
  GPtrArray *steps;
} SgPlan;

SgPlanStep *sg_plan_step_new_from_text (const char       *text) G_GNUC_WARN_UNUSED_RESULT;
void        sg_plan_step_free       (SgPlanStep          *self);

SgPlan     *sg_plan_new             (void) G_GNUC_WARN_UNUSED_RESULT;
SgPlan     *sg_plan_new_from_answer (const char          *answer,
                                     GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void        sg_plan_free            (SgPlan              *self);
gboolean    sg_plan_is_empty        (const SgPlan        *self);
void        sg_plan_ask_character   (SgPlan              *self,
                                     SgToolCatalog       *catalog,
                                     const char          *about);
const char *sg_plan_get_schema      (void);
char       *sg_plan_dup_note        (const SgPlan        *self,
                                     SgToolRunner        *runner,
                                     guint                n_calls) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPlan, sg_plan_free)

G_END_DECLS
