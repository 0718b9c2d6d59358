/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-draft-journal.h"

#include <string.h>

#include "store/sg-tables.h"

/* Five times a second: the promise is four, and timers are late at times. */
#define INTERVAL_MS 200

struct _SgDraftJournal
{
  SgLibrary       *library;
  SgDraftRow      *start;
  SgDraftFillFunc  fill;
  gpointer         user_data;
  guint            timer;
  gsize            written;
  gboolean         wrote;

  /* Shared with the write that is under way, which may outlive the journal. */
  gboolean        *busy;
};

static SgDraftRow *
copy_start (const SgDraftRow *start)
{
  SgDraftRow *row = sg_draft_row_new ();

  row->story = start->story;
  row->branch = start->branch;
  row->depth = start->depth;
  row->mode = g_strdup (start->mode);
  row->input = g_strdup (start->input);
  row->model = g_strdup (start->model);

  return row;
}

static gboolean
put_job (SgConnection *connection,
         gpointer      data,
         GCancellable *cancellable,
         GError      **error)
{
  return sg_drafts_put (connection, data, error);
}

static void
put_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  gboolean *busy = user_data;
  g_autoptr (GError) error = NULL;

  /* The turn goes on: its commit, which writes all of it, will say what is wrong. */
  if (!sg_library_write_finish (SG_LIBRARY (object), result, &error))
    g_info ("The draft could not be journalled: %s", error->message);

  *busy = FALSE;
  g_rc_box_release (busy);
}

static gboolean
write_cb (gpointer user_data)
{
  SgDraftJournal *self = user_data;
  g_autoptr (SgDraftRow) row = NULL;
  gsize length;

  /* A slow disk gets one write at a time, each with all words so far. */
  if (*self->busy)
    return G_SOURCE_CONTINUE;

  row = copy_start (self->start);
  if (!self->fill (row, self->user_data))
    return G_SOURCE_CONTINUE;

  length = strlen (row->text) + (row->reasoning != NULL ? strlen (row->reasoning) : 0);
  if (self->wrote && length == self->written)
    return G_SOURCE_CONTINUE;

  row->updated = g_get_real_time ();
  self->written = length;
  self->wrote = TRUE;
  *self->busy = TRUE;
  sg_library_write_async (self->library, SG_DURABILITY_JOURNAL, put_job, g_steal_pointer (&row),
                          (GDestroyNotify) sg_draft_row_free, NULL, put_cb,
                          g_rc_box_acquire (self->busy));

  return G_SOURCE_CONTINUE;
}

/**
 * sg_draft_journal_new:
 * @library: a library
 * @start: what is known of the draft from the start; copied
 * @fill: fills in the text and the reasoning so far
 * @user_data: data for @fill
 *
 * Starts a journal.  A turn that is told within the first interval is never journalled.
 *
 * Returns: (transfer full): a journal
 */
SgDraftJournal *
sg_draft_journal_new (SgLibrary        *library,
                      const SgDraftRow *start,
                      SgDraftFillFunc   fill,
                      gpointer          user_data)
{
  SgDraftJournal *self;

  g_return_val_if_fail (SG_IS_LIBRARY (library), NULL);
  g_return_val_if_fail (start != NULL && fill != NULL, NULL);

  self = g_new0 (SgDraftJournal, 1);
  self->library = g_object_ref (library);
  self->start = copy_start (start);
  self->fill = fill;
  self->user_data = user_data;
  self->busy = g_rc_box_new0 (gboolean);
  self->timer = g_timeout_add (INTERVAL_MS, write_cb, self);
  g_source_set_name_by_id (self->timer, "[storyglass] draft journal");

  return self;
}

/**
 * sg_draft_journal_free:
 * @self: (transfer full): a journal
 */
void
sg_draft_journal_free (SgDraftJournal *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->start, sg_draft_row_free);
  g_clear_pointer (&self->busy, g_rc_box_release);
  g_clear_object (&self->library);
  g_free (self);
}

/**
 * sg_draft_journal_wrote:
 *
 * Returns: whether a row was handed to the library
 */
gboolean
sg_draft_journal_wrote (SgDraftJournal *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->wrote;
}
