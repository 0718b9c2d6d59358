/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What turns leave to do is done here, one job after the other.  The list is the one in the library,
 * so that nothing is lost and nothing has to be kept in step: after each job, and whenever a turn has
 * ended, it is looked at anew.
 *
 * The player goes first.  When a turn begins, the job that runs is cancelled, and later begun again; only
 * one whose result is being written already is let be, since that takes some milliseconds.  A job that fails
 * is tried again after the next turn, or after a while, and so are those behind it where the server is
 * to blame; when it has failed a few times it is left alone until the program starts anew, and one
 * that is old by then is dropped.
 */

#include "config.h"

#include "engine/sg-after.h"

#include "engine/sg-after-pick.h"
#include "store/sg-tables.h"

#define MAX_TRIES 3

/* How long after a failure, where no turn comes in between. */
#define RETRY_SECONDS 60

/* A job that fails is dropped where it is older than that. */
#define MAX_AGE_US (7 * G_TIME_SPAN_DAY)

/* A job that was done much later, after a restart, is shown that long after its turn at most. */
#define MAX_GAP_US (60 * G_USEC_PER_SEC)

struct _SgAfter
{
  GObject           parent_instance;

  SgStory          *story;
  SgModel          *model;
  SgEngineSettings *settings;
  GPtrArray        *handlers;

  gboolean          held;
  gboolean          closed;
  gboolean          idle;

  /* What is under way: the list is read, a job runs, or its result is written; and whether the list
   * has grown meanwhile. */
  gboolean          busy;
  gboolean          again;
  SgAfterJob       *job;
  GCancellable     *cancellable;

  /* Whether the list was empty when it was looked at last, and no turn has left anything since. */
  gboolean          nothing_left;

  /* How often late records were stored. */
  guint             n_late;

  /* How often jobs have failed, and which of them have done so since the last quiet moment began. */
  GHashTable       *tries;
  GArray           *passed;
  guint             retry_source;

  gint64            prompt_turn;
  SgModelRequest   *prompt;
  SgResponseCache  *responses;
};

enum
{
  PROP_0,
  PROP_IDLE,
  N_PROPS
};

enum
{
  SIGNAL_STORED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgAfter, sg_after, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* A job on its way; holds the list that it came from. */
typedef struct
{
  SgAfter     *after;
  SgAfterPick *pick;
  SgAfterJob  *job;
  gboolean     tracking;
  gboolean     gone;
  gint64       late;
} Errand;

static void
errand_free (gpointer data)
{
  Errand *errand = data;

  g_clear_object (&errand->after);
  g_clear_object (&errand->job);
  g_clear_pointer (&errand->pick, sg_after_pick_free);
  g_free (errand);
}

static void
sg_after_dispose (GObject *object)
{
  SgAfter *self = SG_AFTER (object);

  sg_after_close (self);
  g_clear_object (&self->prompt);
  g_clear_object (&self->responses);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->job);
  g_clear_object (&self->settings);
  g_clear_object (&self->model);
  g_clear_object (&self->story);

  G_OBJECT_CLASS (sg_after_parent_class)->dispose (object);
}

static void
sg_after_finalize (GObject *object)
{
  SgAfter *self = SG_AFTER (object);

  g_ptr_array_unref (self->handlers);
  g_hash_table_unref (self->tries);
  g_array_unref (self->passed);

  G_OBJECT_CLASS (sg_after_parent_class)->finalize (object);
}

static void
sg_after_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_IDLE:
      g_value_set_boolean (value, SG_AFTER (object)->idle);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_after_class_init (SgAfterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_after_dispose;
  object_class->finalize = sg_after_finalize;
  object_class->get_property = sg_after_get_property;

  properties[PROP_IDLE] = g_param_spec_boolean (
    "idle", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SgAfter::stored:
   * @turn: the id of a turn
   * @kind: the kind of the job that is done for it
   */
  signals[SIGNAL_STORED] =
    g_signal_new ("stored", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sg_after_init (SgAfter *self)
{
  self->handlers = g_ptr_array_new ();
  self->tries = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->passed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->held = TRUE;
}

/**
 * sg_after_new:
 * @story: the story whose jobs are done
 * @model: who tells it
 * @settings: those of the session
 *
 * Returns: (transfer full): an object that is held until it is released
 */
SgAfter *
sg_after_new (SgStory          *story,
              SgModel          *model,
              SgEngineSettings *settings)
{
  SgAfter *self;

  g_return_val_if_fail (SG_IS_STORY (story), NULL);
  g_return_val_if_fail (SG_IS_MODEL (model), NULL);
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (settings), NULL);

  self = g_object_new (SG_TYPE_AFTER, NULL);
  self->story = g_object_ref (story);
  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);

  return self;
}

/**
 * sg_after_set_model:
 * @model: who tells the story from now on, and is asked
 */
void
sg_after_set_model (SgAfter *self,
                    SgModel *model)
{
  g_return_if_fail (SG_IS_AFTER (self));

  g_set_object (&self->model, model);
  self->nothing_left = FALSE;
}

/**
 * sg_after_set_responses:
 * @responses: (nullable): where answers to questions are kept that may be answered from there
 */
void
sg_after_set_responses (SgAfter         *self,
                        SgResponseCache *responses)
{
  g_return_if_fail (SG_IS_AFTER (self));

  g_set_object (&self->responses, responses);
}

/**
 * sg_after_add_handler:
 * @handler: how another kind of work is done; the order is that of the jobs of one turn
 */
void
sg_after_add_handler (SgAfter              *self,
                      const SgAfterHandler *handler)
{
  g_return_if_fail (SG_IS_AFTER (self));
  g_return_if_fail (handler != NULL);

  g_ptr_array_add (self->handlers, (gpointer) handler);
  self->nothing_left = FALSE;
}

/**
 * sg_after_get_handler:
 * @position: a position, from 0
 *
 * Returns: (transfer none) (nullable): the handler there, or %NULL behind the last
 */
const SgAfterHandler *
sg_after_get_handler (SgAfter *self,
                      guint    position)
{
  g_return_val_if_fail (SG_IS_AFTER (self), NULL);

  return position < self->handlers->len ? g_ptr_array_index (self->handlers, position) : NULL;
}

static const SgAfterHandler *
find_handler (SgAfter    *self,
              const char *kind)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      const SgAfterHandler *handler = g_ptr_array_index (self->handlers, i);

      if (g_strcmp0 (handler->kind, kind) == 0)
        return handler;
    }

  return NULL;
}

static void
set_idle (SgAfter  *self,
          gboolean  idle)
{
  if (self->idle == idle)
    return;

  self->idle = idle;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IDLE]);
}

static void look (SgAfter *self);

static gboolean
retry_cb (gpointer user_data)
{
  SgAfter *self = user_data;

  self->retry_source = 0;
  g_array_set_size (self->passed, 0);
  look (self);

  return G_SOURCE_REMOVE;
}

/* Whether the next job would fail for the same reason. */
static gboolean
is_general (const GError *error)
{
  return g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONNECT)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_LOADING)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_BUSY)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER)
         || g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_SILENT);
}

static void
retry_later (SgAfter *self)
{
  if (self->closed || self->retry_source != 0)
    return;

  self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
  g_source_set_name_by_id (self->retry_source, "storyglass: jobs");
}

/* Whether a job is to be dropped that has failed once more. */
static gboolean
count_failure (SgAfter        *self,
               const SgJobRow *row)
{
  guint tries = 1 + GPOINTER_TO_UINT (g_hash_table_lookup (self->tries, &row->id));

  g_hash_table_insert (self->tries, g_memdup2 (&row->id, sizeof row->id), GUINT_TO_POINTER (tries));

  return tries >= MAX_TRIES && g_get_real_time () - row->created > MAX_AGE_US;
}

static gboolean
drop_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  return sg_jobs_delete (connection, *(gint64 *) data, error);
}

static void
note_failure (SgAfter        *self,
              const SgJobRow *row,
              const GError   *error)
{
  if (count_failure (self, row))
    sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_JOURNAL, drop_job,
                            g_memdup2 (&row->id, sizeof row->id), g_free, NULL, NULL, NULL);

  g_array_append_val (self->passed, row->id);
  retry_later (self);
  if (is_general (error))
    set_idle (self, TRUE);
  else
    look (self);
}

static gboolean
store_job (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Errand *errand = data;

  return sg_after_pick_store (errand->pick, errand->job, errand->tracking, connection,
                              &errand->gone, &errand->late, error);
}

static void
stored_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Errand *errand = user_data;
  g_autoptr (SgAfter) self = g_object_ref (errand->after);
  g_autoptr (GError) error = NULL;
  gboolean ok = sg_library_write_finish (SG_LIBRARY (object), result, &error);

  self->busy = FALSE;
  g_clear_object (&self->job);
  if (ok && errand->late > 0)
    self->n_late++;
  if (ok && !errand->gone && !self->closed)
    g_signal_emit (self, signals[SIGNAL_STORED], 0, errand->pick->turn->id,
                   sg_after_job_get_handler (errand->job)->kind);
  if (ok)
    look (self);
  else
    note_failure (self, errand->pick->row, error);
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Errand *errand = user_data;
  g_autoptr (SgAfter) self = g_object_ref (errand->after);
  SgAfterJob *job = errand->job;
  g_autoptr (GError) error = NULL;
  gboolean ok = sg_after_job_get_handler (job)->run_finish (job, result, &error);

  sg_trace_end_all (sg_after_job_get_trace (job));
  if (ok)
    {
      errand->tracking = sg_engine_settings_is_on (self->settings, "tracking");
      /* The disk is waited for here, where nobody waits, rather than in the commit of the next turn. */
      sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL, store_job,
                              errand, errand_free, NULL, stored_cb, errand);
      return;
    }

  self->busy = FALSE;
  g_clear_object (&self->job);
  if (g_cancellable_is_cancelled (self->cancellable))
    look (self);
  else
    note_failure (self, errand->pick->row, error);
  errand_free (errand);
}

/* The moment at which the job begins, on the clock of its turn. */
static gint64
find_begin (const SgAfterPick *pick)
{
  gint64 since_us = g_get_real_time () - pick->turn->created + MAX (0, pick->turn->duration_us);

  return CLAMP (since_us, pick->end_us, pick->end_us + MAX_GAP_US);
}

/* Takes the pick. */
static void
start_job (SgAfter     *self,
           SgAfterPick *pick)
{
  const SgAfterHandler *handler = find_handler (self, pick->row->kind);
  g_autoptr (SgTrace) trace = sg_trace_new_at (g_get_monotonic_time () - find_begin (pick));
  SgAfterStart start = {
    .handler = handler,
    .story = self->story,
    .model = self->model,
    .settings = self->settings,
    .turn = sg_turn_row_copy (pick->turn),
    .path = sg_path_copy (pick->path),
    .data = pick->row->data,
    .prompt = self->prompt_turn == pick->turn->id ? self->prompt : NULL,
    .responses = self->responses,
    .trace = trace,
  };
  Errand *errand = g_new0 (Errand, 1);

  errand->after = g_object_ref (self);
  errand->pick = pick;
  errand->job = sg_after_job_new (&start);

  g_set_object (&self->job, errand->job);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  handler->run_async (errand->job, self->cancellable, ran_cb, errand);
}

static gboolean
pick_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  return sg_after_pick_read (((Errand *) data)->pick, connection, error);
}

static void
picked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Errand *errand = user_data;
  SgAfter *self = errand->after;
  gboolean ok = sg_library_read_finish (SG_LIBRARY (object), result, NULL);

  if (!ok || errand->pick->row != NULL)
    self->nothing_left = FALSE;
  if (ok && errand->pick->row != NULL && !self->held && !self->closed)
    {
      start_job (self, g_steal_pointer (&errand->pick));
      return;
    }

  self->busy = FALSE;
  if (self->again)
    look (self);
  else if (!self->held)
    set_idle (self, TRUE);
}

static gboolean
can_do (SgAfter              *self,
        const SgAfterHandler *handler)
{
  return !handler->needs_model || sg_model_is_language_model (self->model);
}

/* Looks for something to do. */
static void
look (SgAfter *self)
{
  Errand *errand;
  GHashTableIter iter;
  gpointer job, tries;

  self->again = self->busy;
  if (self->busy || self->held || self->closed)
    return;
  if (self->nothing_left)
    {
      set_idle (self, TRUE);
      return;
    }

  self->busy = TRUE;
  set_idle (self, FALSE);

  errand = g_new0 (Errand, 1);
  errand->after = g_object_ref (self);
  errand->pick = sg_after_pick_new (sg_story_get_id (self->story));
  for (guint i = 0; i < self->handlers->len; i++)
    {
      const SgAfterHandler *handler = g_ptr_array_index (self->handlers, i);

      if (can_do (self, handler))
        g_ptr_array_add (errand->pick->kinds, g_strdup (handler->kind));
    }
  g_array_append_vals (errand->pick->skipped, self->passed->data, self->passed->len);
  g_hash_table_iter_init (&iter, self->tries);
  while (g_hash_table_iter_next (&iter, &job, &tries))
    {
      if (GPOINTER_TO_UINT (tries) >= MAX_TRIES)
        g_array_append_vals (errand->pick->skipped, job, 1);
    }

  /* Unless one is found, or left until then. */
  self->nothing_left = errand->pick->skipped->len == 0;
  sg_library_peek_async (sg_story_get_library (self->story), pick_job, errand, errand_free, NULL,
                         picked_cb, errand);
}

/**
 * sg_after_hold:
 *
 * A turn begins: what runs gives way.
 */
void
sg_after_hold (SgAfter *self)
{
  g_return_if_fail (SG_IS_AFTER (self));

  self->held = TRUE;
  set_idle (self, FALSE);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  if (self->job != NULL)
    g_cancellable_cancel (self->cancellable);
}

/**
 * sg_after_release:
 *
 * No turn runs any more: goes on.
 */
void
sg_after_release (SgAfter *self)
{
  g_return_if_fail (SG_IS_AFTER (self));

  self->held = FALSE;
  g_array_set_size (self->passed, 0);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  look (self);
}

/**
 * sg_after_note_turn:
 * @turn: the id of the turn that was committed last
 * @prompt: (nullable): what its narrator was asked
 * @leaves_jobs: whether there is something to do for it
 */
void
sg_after_note_turn (SgAfter        *self,
                    gint64          turn,
                    SgModelRequest *prompt,
                    gboolean        leaves_jobs)
{
  g_return_if_fail (SG_IS_AFTER (self));

  self->nothing_left &= !leaves_jobs;
  self->prompt_turn = turn;
  g_set_object (&self->prompt, prompt);
}

/**
 * sg_after_close:
 *
 * Gives up what runs, and begins nothing any more.
 */
void
sg_after_close (SgAfter *self)
{
  g_return_if_fail (SG_IS_AFTER (self));

  if (self->closed)
    return;

  self->closed = TRUE;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  if (self->job != NULL)
    g_cancellable_cancel (self->cancellable);
}

/**
 * sg_after_get_n_late:
 *
 * Returns: how often late records were stored, so that whoever asks again knows whether there may be new ones
 */
guint
sg_after_get_n_late (SgAfter *self)
{
  g_return_val_if_fail (SG_IS_AFTER (self), 0);

  return self->n_late;
}

/**
 * sg_after_get_idle:
 *
 * Returns: whether nothing can be done at present
 */
gboolean
sg_after_get_idle (SgAfter *self)
{
  g_return_val_if_fail (SG_IS_AFTER (self), TRUE);

  return self->idle;
}
