/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs that a commit stored, as the library sees them: which is next, and how what came of it gets to its
 * turn.  The spans of a job come behind those of the turn, below one that is called `after`; the
 * library numbers them, since other jobs of the turn may have been done before it. */

#include "config.h"

#include "engine/sg-after-pick.h"

#include "engine/sg-after.h"
#include "store/sg-tables.h"
#include "world/sg-trace-rows.h"

#define AFTER_NAME "after"

SgAfterPick *
sg_after_pick_new (gint64 story)
{
  SgAfterPick *self = g_new0 (SgAfterPick, 1);

  self->story = story;
  self->kinds = g_ptr_array_new_with_free_func (g_free);
  self->skipped = g_array_new (FALSE, FALSE, sizeof (gint64));

  return self;
}

void
sg_after_pick_free (SgAfterPick *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->kinds);
  g_array_unref (self->skipped);
  g_clear_pointer (&self->row, sg_job_row_free);
  g_clear_pointer (&self->turn, sg_turn_row_free);
  g_clear_pointer (&self->path, sg_path_free);
  g_free (self);
}

static gboolean
is_wanted (SgAfterPick    *self,
           const SgJobRow *row)
{
  for (guint i = 0; i < self->skipped->len; i++)
    {
      if (g_array_index (self->skipped, gint64, i) == row->id)
        return FALSE;
    }

  return g_ptr_array_find_with_equal_func (self->kinds, row->kind, g_str_equal, NULL);
}

/* A player who never pauses leaves thousands of jobs; most times the first of them is the one. */
static gboolean
find_wanted (SgAfterPick   *self,
             SgConnection  *connection,
             GError       **error)
{
  gint64 after = 0;

  for (;;)
    {
      g_autoptr (SgJobRow) row = NULL;

      if (!sg_jobs_next (connection, self->story, after, &row, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (is_wanted (self, row))
        {
          self->row = g_steal_pointer (&row);

          return TRUE;
        }
      after = row->id;
    }
}

static gint64
find_end (GPtrArray *spans)
{
  gint64 end_us = 0;

  for (guint i = 0; i < spans->len; i++)
    {
      const SgSpanRow *span = g_ptr_array_index (spans, i);

      end_us = MAX (end_us, span->begin_us + span->duration_us);
    }

  return end_us;
}

/**
 * sg_after_pick_read:
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR; that there is no job is none
 */
gboolean
sg_after_pick_read (SgAfterPick   *self,
                    SgConnection  *connection,
                    GError       **error)
{
  g_autoptr (GPtrArray) spans = NULL;

  if (!find_wanted (self, connection, error))
    return FALSE;
  if (self->row == NULL)
    return TRUE;

  self->turn = sg_turns_get (connection, self->row->turn, error);
  if (self->turn == NULL)
    return FALSE;

  self->path = sg_branches_load_path (connection, self->turn->branch, self->turn->depth, error);
  spans = self->path != NULL ? sg_spans_list (connection, self->turn->id, error) : NULL;
  if (spans == NULL)
    return FALSE;

  self->end_us = find_end (spans);

  return TRUE;
}

/* The span that all jobs of a turn stand below, made as long as the last of them needs it. */
static SgSpanRow *
make_after_span (GPtrArray *known,
                 GPtrArray *fresh,
                 int       *last_number)
{
  SgSpanRow *row = sg_span_row_new ();
  gint64 end_us = find_end (fresh);

  row->kind = SG_SPAN_STAGE;
  row->name = g_strdup (AFTER_NAME);
  row->begin_us = ((SgSpanRow *) g_ptr_array_index (fresh, 0))->begin_us;
  *last_number = 0;
  for (guint i = 0; i < known->len; i++)
    {
      const SgSpanRow *span = g_ptr_array_index (known, i);

      *last_number = MAX (*last_number, span->number);
      if (span->kind == SG_SPAN_TURN && row->parent == 0)
        row->parent = span->number;
      if (span->kind == SG_SPAN_STAGE && g_strcmp0 (span->name, AFTER_NAME) == 0)
        {
          row->number = span->number;
          row->begin_us = MIN (row->begin_us, span->begin_us);
          end_us = MAX (end_us, span->begin_us + span->duration_us);
        }
    }

  if (row->number == 0)
    row->number = ++*last_number;
  row->duration_us = end_us - row->begin_us;

  return row;
}

static gboolean
put_spans (SgConnection  *connection,
           SgAfterJob    *job,
           gint64         turn,
           GError       **error)
{
  g_autoptr (GPtrArray) fresh = sg_trace_to_rows (sg_after_job_get_trace (job), turn);
  g_autoptr (GPtrArray) known = sg_spans_list (connection, turn, error);
  SgSpanRow *after;
  int last;

  if (known == NULL)
    return FALSE;
  if (fresh->len == 0)
    return TRUE;

  after = make_after_span (known, fresh, &last);
  for (guint i = 0; i < fresh->len; i++)
    {
      SgSpanRow *row = g_ptr_array_index (fresh, i);

      row->number += last;
      row->parent = row->parent != 0 ? row->parent + last : after->number;
    }
  g_ptr_array_insert (fresh, 0, after);

  return sg_spans_insert (connection, turn, fresh, error);
}

static gboolean
put_calls (SgConnection  *connection,
           SgAfterJob    *job,
           gint64         turn,
           GError       **error)
{
  GPtrArray *calls = sg_asker_get_calls (sg_after_job_get_asker (job));
  g_autoptr (GPtrArray) known = sg_model_calls_list (connection, turn, error);

  if (known == NULL)
    return FALSE;

  for (guint i = 0; i < calls->len; i++)
    {
      SgModelCallRow *call = g_ptr_array_index (calls, i);

      call->turn = turn;
      call->position = (int) (known->len + i);
      if (!sg_model_calls_insert (connection, call, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_listed (SgConnection  *connection,
           gint64         story,
           gint64         job,
           gboolean      *listed,
           GError       **error)
{
  g_autoptr (SgJobRow) row = NULL;

  if (!sg_jobs_next (connection, story, job - 1, &row, error))
    return FALSE;

  *listed = row != NULL && row->id == job;

  return TRUE;
}

/**
 * sg_after_pick_store:
 * @job: the job, which is done
 * @tracking: whether its spans are stored
 * @gone: (out): whether it was not on the list any more
 * @late: (out): the number of the late records that came of it, or 0
 *
 * Returns: %FALSE with @error set, and then the whole transaction is to be rolled back
 */
gboolean
sg_after_pick_store (SgAfterPick   *self,
                     SgAfterJob    *job,
                     gboolean       tracking,
                     SgConnection  *connection,
                     gboolean      *gone,
                     gint64        *late,
                     GError       **error)
{
  const SgAfterHandler *handler = sg_after_job_get_handler (job);
  gboolean has_result = handler->store != NULL && sg_after_job_get_result (job) != NULL;
  gint64 turn = self->turn->id;
  gboolean listed;

  *late = 0;
  if (!is_listed (connection, self->story, self->row->id, &listed, error))
    return FALSE;

  *gone = !listed;
  if (*gone)
    return TRUE;

  if (has_result && handler->is_late && !sg_stories_take_late (connection, self->story, late, error))
    return FALSE;

  return (!has_result || handler->store (job, connection, turn, *late, error))
         && put_calls (connection, job, turn, error)
         && (!tracking || put_spans (connection, job, turn, error))
         && sg_jobs_delete (connection, self->row->id, error);
}
