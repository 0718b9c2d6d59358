/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-after-job.h"

#include "engine/sg-after.h"

struct _SgAfterJob
{
  GObject               parent_instance;

  const SgAfterHandler *handler;
  SgStory              *story;
  SgEngineSettings     *settings;
  SgTurnRow            *turn;
  SgPath               *path;
  JsonObject           *data;
  SgModelRequest       *prompt;
  SgTrace              *trace;
  guint                 span;
  SgAsker              *asker;

  gpointer              result;
  GDestroyNotify        result_free;
};

G_DEFINE_FINAL_TYPE (SgAfterJob, sg_after_job, G_TYPE_OBJECT)

static void
sg_after_job_finalize (GObject *object)
{
  SgAfterJob *self = SG_AFTER_JOB (object);

  sg_after_job_set_result (self, NULL, NULL);
  g_clear_object (&self->asker);
  g_clear_object (&self->prompt);
  g_clear_object (&self->settings);
  g_clear_object (&self->story);
  g_clear_object (&self->trace);
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->path, sg_path_free);
  g_clear_pointer (&self->turn, sg_turn_row_free);

  G_OBJECT_CLASS (sg_after_job_parent_class)->finalize (object);
}

static void
sg_after_job_class_init (SgAfterJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_after_job_finalize;
}

static void
sg_after_job_init (SgAfterJob *self)
{
}

static JsonObject *
parse_data (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  return json_node_dup_object (node);
}

static SgAsker *
make_asker (const SgAfterStart *start,
            guint               span)
{
  SgAsker *asker = sg_asker_new (start->model, start->trace, span);

  sg_engine_settings_apply_budgets (start->settings, asker);
  /* Whoever asks for a turn again wants it looked at again. */
  if (start->turn->alternative == 0 && sg_engine_settings_is_on (start->settings, "response-cache"))
    sg_asker_set_cache (asker, start->responses);

  return asker;
}

/**
 * sg_after_job_new:
 * @start: what it is made of; its turn and its path are taken
 *
 * Returns: (transfer full): a job, and a span that has begun
 */
SgAfterJob *
sg_after_job_new (const SgAfterStart *start)
{
  SgAfterJob *self = g_object_new (SG_TYPE_AFTER_JOB, NULL);

  self->handler = start->handler;
  self->story = g_object_ref (start->story);
  self->settings = g_object_ref (start->settings);
  self->turn = start->turn;
  self->path = start->path;
  self->data = parse_data (start->data);
  g_set_object (&self->prompt, start->prompt);
  self->trace = g_object_ref (start->trace);
  self->span = sg_trace_begin (self->trace, start->parent_span, SG_SPAN_STAGE,
                               start->handler->kind);
  self->asker = make_asker (start, self->span);

  return self;
}

/**
 * sg_after_job_get_handler:
 *
 * Returns: (transfer none): how it is done
 */
const SgAfterHandler *
sg_after_job_get_handler (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->handler;
}

/**
 * sg_after_job_get_story:
 *
 * Returns: (transfer none): the story
 */
SgStory *
sg_after_job_get_story (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->story;
}

/**
 * sg_after_job_get_settings:
 *
 * Returns: (transfer none): the settings of the session that does it
 */
SgEngineSettings *
sg_after_job_get_settings (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->settings;
}

/**
 * sg_after_job_get_turn:
 *
 * Returns: (transfer none): the turn that left it
 */
const SgTurnRow *
sg_after_job_get_turn (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->turn;
}

/**
 * sg_after_job_get_path:
 *
 * Returns: (transfer none): the way to the turn, or to the one before where it is not committed yet
 */
const SgPath *
sg_after_job_get_path (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->path;
}

/**
 * sg_after_job_get_data:
 *
 * Returns: (transfer none) (nullable): what the turn left with the job
 */
JsonObject *
sg_after_job_get_data (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->data;
}

/**
 * sg_after_job_get_prompt:
 *
 * Returns: (transfer none) (nullable): what the narrator was asked last, where it is still known
 */
SgModelRequest *
sg_after_job_get_prompt (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->prompt;
}

/**
 * sg_after_job_get_asker:
 *
 * Returns: (transfer none): what a model is asked with
 */
SgAsker *
sg_after_job_get_asker (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->asker;
}

/**
 * sg_after_job_get_trace:
 *
 * Returns: (transfer none): where spans go; they are stored with the turn
 */
SgTrace *
sg_after_job_get_trace (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->trace;
}

/**
 * sg_after_job_get_span:
 *
 * Returns: the span of the job
 */
guint
sg_after_job_get_span (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), 0);

  return self->span;
}

/**
 * sg_after_job_get_result:
 *
 * Returns: (transfer none) (nullable): what came of it so far
 */
gpointer
sg_after_job_get_result (SgAfterJob *self)
{
  g_return_val_if_fail (SG_IS_AFTER_JOB (self), NULL);

  return self->result;
}

/**
 * sg_after_job_set_result:
 * @result: (nullable) (transfer full): what came of it
 * @free_func: (nullable): frees it
 */
void
sg_after_job_set_result (SgAfterJob     *self,
                         gpointer        result,
                         GDestroyNotify  free_func)
{
  g_return_if_fail (SG_IS_AFTER_JOB (self));

  if (self->result != NULL && self->result_free != NULL)
    self->result_free (self->result);
  self->result = result;
  self->result_free = free_func;
}
