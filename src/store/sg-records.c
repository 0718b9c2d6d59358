/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-records.h"

SgStoryRow *
sg_story_row_new (void)
{
  SgStoryRow *self = g_new0 (SgStoryRow, 1);

  self->depth = -1;
  self->tip_depth = -1;

  return self;
}

void
sg_story_row_free (SgStoryRow *self)
{
  if (self == NULL)
    return;

  g_free (self->uid);
  g_free (self->title);
  g_free (self->scenario_id);
  g_free (self->scenario);
  g_free (self->language);
  g_free (self->excerpt);
  g_free (self);
}

SgTurnRow *
sg_turn_row_new (void)
{
  SgTurnRow *self = g_new0 (SgTurnRow, 1);

  self->duration_us = -1;
  self->first_token_us = -1;
  self->tokens_in = -1;
  self->tokens_out = -1;
  self->tokens_cached = -1;
  self->rate = -1;

  return self;
}

SgTurnRow *
sg_turn_row_copy (const SgTurnRow *self)
{
  SgTurnRow *copy = g_new (SgTurnRow, 1);

  *copy = *self;
  copy->mode = g_strdup (self->mode);
  copy->input = g_strdup (self->input);
  copy->text = g_strdup (self->text);
  copy->reasoning = g_strdup (self->reasoning);
  copy->choices = g_strdup (self->choices);
  copy->model = g_strdup (self->model);
  copy->settings = g_strdup (self->settings);
  copy->findings = g_strdup (self->findings);
  copy->told_again = g_strdup (self->told_again);
  copy->finish = g_strdup (self->finish);

  return copy;
}

void
sg_turn_row_free (SgTurnRow *self)
{
  if (self == NULL)
    return;

  g_free (self->mode);
  g_free (self->input);
  g_free (self->text);
  g_free (self->reasoning);
  g_free (self->choices);
  g_free (self->model);
  g_free (self->settings);
  g_free (self->findings);
  g_free (self->told_again);
  g_free (self->finish);
  g_free (self);
}

SgFactRow *
sg_fact_row_new (void)
{
  return g_new0 (SgFactRow, 1);
}

void
sg_fact_row_free (SgFactRow *self)
{
  if (self == NULL)
    return;

  g_free (self->entity);
  g_free (self->attribute);
  g_free (self->value);
  g_free (self->call);
  g_free (self);
}

SgMemoryRow *
sg_memory_row_new (void)
{
  return g_new0 (SgMemoryRow, 1);
}

void
sg_memory_row_free (SgMemoryRow *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self->keywords);
  g_free (self->call);
  g_free (self);
}

SgSummaryRow *
sg_summary_row_new (void)
{
  return g_new0 (SgSummaryRow, 1);
}

void
sg_summary_row_free (SgSummaryRow *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self);
}

SgFindingRow *
sg_finding_row_new (void)
{
  return g_new0 (SgFindingRow, 1);
}

void
sg_finding_row_free (SgFindingRow *self)
{
  if (self == NULL)
    return;

  g_free (self->rule);
  g_free (self->source);
  g_free (self->message);
  g_free (self);
}

SgToolCallRow *
sg_tool_call_row_new (void)
{
  return g_new0 (SgToolCallRow, 1);
}

void
sg_tool_call_row_free (SgToolCallRow *self)
{
  if (self == NULL)
    return;

  g_free (self->call);
  g_free (self->name);
  g_free (self->arguments);
  g_free (self->result);
  g_free (self->status);
  g_free (self);
}

SgModelCallRow *
sg_model_call_row_new (void)
{
  SgModelCallRow *self = g_new0 (SgModelCallRow, 1);

  self->first_token_us = -1;
  self->tokens_in = -1;
  self->tokens_out = -1;
  self->tokens_cached = -1;
  self->tokens_reasoning = -1;

  return self;
}

void
sg_model_call_row_free (SgModelCallRow *self)
{
  if (self == NULL)
    return;

  g_free (self->kind);
  g_free (self->model);
  g_free (self->server);
  g_free (self->finish);
  g_free (self->error);
  g_free (self);
}

SgSpanRow *
sg_span_row_new (void)
{
  return g_new0 (SgSpanRow, 1);
}

void
sg_span_row_free (SgSpanRow *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->attributes);
  g_free (self);
}

SgDraftRow *
sg_draft_row_new (void)
{
  return g_new0 (SgDraftRow, 1);
}

void
sg_draft_row_free (SgDraftRow *self)
{
  if (self == NULL)
    return;

  g_free (self->mode);
  g_free (self->input);
  g_free (self->text);
  g_free (self->reasoning);
  g_free (self->model);
  g_free (self->error);
  g_free (self);
}

SgJobRow *
sg_job_row_new (void)
{
  return g_new0 (SgJobRow, 1);
}

void
sg_job_row_free (SgJobRow *self)
{
  if (self == NULL)
    return;

  g_free (self->kind);
  g_free (self->data);
  g_free (self);
}

SgQueuedRow *
sg_queued_row_new (void)
{
  return g_new0 (SgQueuedRow, 1);
}

void
sg_queued_row_free (SgQueuedRow *self)
{
  if (self == NULL)
    return;

  g_free (self->mode);
  g_free (self->text);
  g_free (self);
}
