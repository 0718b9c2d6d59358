/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a told turn leaves to do.  Most of it becomes jobs that the commit stores; where a switch says that
 * it is not to be done in the background, it is done here, one thing after the other, and the
 * turn is committed only then.  What cannot be done here becomes a job after all. */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include "engine/sg-after.h"

/* Work that the turn waits for. */
typedef struct
{
  const SgAfterHandler *handler;
  char                 *data;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_free (waiting->data);
  g_free (waiting);
}

/* Takes the data. */
static void
leave_job (SgTurnRun            *self,
           const SgAfterHandler *handler,
           char                 *data)
{
  SgJobRow *row = sg_job_row_new ();

  row->kind = g_strdup (handler->kind);
  row->data = data;
  g_ptr_array_add (self->jobs, row);
}

static void do_next (SgTurnRun *self);

static void
done_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (SgTurnRun) self = user_data;
  SgAfterJob *job = SG_AFTER_JOB (object);
  Waiting *waiting = g_ptr_array_index (self->waits, 0);
  guint span = sg_after_job_get_span (job);
  GPtrArray *calls = sg_asker_get_calls (sg_after_job_get_asker (job));
  g_autoptr (GError) error = NULL;

  if (waiting->handler->run_finish (job, result, &error))
    {
      g_ptr_array_add (self->done, g_object_ref (job));
    }
  else
    {
      sg_trace_set_string (self->trace, span, "error", error->message);
      leave_job (self, waiting->handler, g_steal_pointer (&waiting->data));
    }

  sg_trace_end (self->trace, span);
  while (calls->len > 0)
    g_ptr_array_add (self->model_calls, g_ptr_array_steal_index (calls, 0));
  g_ptr_array_remove_index (self->waits, 0);
  do_next (self);
}

static void
do_next (SgTurnRun *self)
{
  g_autoptr (SgAfterJob) job = NULL;
  const Waiting *waiting;
  SgAfterStart start = {
    .story = self->story,
    .model = self->model,
    .settings = self->settings,
    .prompt = self->request,
    .responses = self->responses,
    .trace = self->trace,
  };

  if (self->waits->len == 0)
    {
      sg_turn_run_store (self);
      return;
    }

  waiting = g_ptr_array_index (self->waits, 0);
  sg_turn_run_begin_stage (self, waiting->handler->stage, "after");
  start.handler = waiting->handler;
  start.data = waiting->data;
  start.turn = sg_turn_run_make_row (self);
  start.path = sg_path_copy (self->path);
  start.parent_span = self->stage_span;
  job = sg_after_job_new (&start);
  sg_turn_run_hear_asker (self, sg_after_job_get_asker (job));
  waiting->handler->run_async (job, self->work, done_cb, g_object_ref (self));
}

/**
 * sg_turn_run_commit:
 *
 * The turn is told: does what is to be done before it is stored, and stores it.
 */
void
sg_turn_run_commit (SgTurnRun *self)
{
  const SgAfterHandler *handler;

  self->waits = g_ptr_array_new_with_free_func (waiting_free);
  self->work = g_cancellable_new ();
  sg_trace_mark (self->trace, SG_MARK_STREAM_COMPLETE);

  for (guint i = 0; (handler = sg_after_get_handler (self->after, i)) != NULL; i++)
    {
      char *data = handler->dup_data (self);
      Waiting *waiting;

      if (data == NULL)
        continue;
      if (sg_engine_settings_is_on (self->settings, handler->setting))
        {
          leave_job (self, handler, data);
          continue;
        }

      waiting = g_new0 (Waiting, 1);
      waiting->handler = handler;
      waiting->data = data;
      g_ptr_array_add (self->waits, waiting);
    }

  do_next (self);
}
