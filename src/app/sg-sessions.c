/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-sessions.h"

#include <string.h>

struct _SgSessions
{
  GObject       parent_instance;

  SgLibrary    *library;
  SgNarrator   *narrator;

  /* Story to session: all there are, of which only those at work are held. */
  GHashTable   *sessions;
  GPtrArray    *busy;
  GCancellable *model_cancellable;
};

enum
{
  TURN_FINISHED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgSessions, sg_sessions, G_TYPE_OBJECT)

static void
story_gone_cb (gpointer  user_data,
               GObject  *where)
{
  SgSessions *self = user_data;
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    {
      if (session == (gpointer) where)
        g_hash_table_iter_remove (&iter);
    }
}

static void
busy_cb (SgSessions *self,
         GParamSpec *pspec,
         SgSession  *session)
{
  if (!sg_session_get_busy (session))
    g_ptr_array_remove (self->busy, session);
  else if (!g_ptr_array_find (self->busy, session, NULL))
    g_ptr_array_add (self->busy, g_object_ref (session));
}

static void
turn_finished_cb (SgSessions *self,
                  SgTurnRun  *run,
                  SgSession  *session)
{
  g_signal_emit (self, signals[TURN_FINISHED], 0, session, run);
}

static void
adopt (SgSessions *self,
       SgSession  *session)
{
  gint64 *story = g_new (gint64, 1);

  *story = sg_story_get_id (sg_session_get_story (session));
  g_hash_table_insert (self->sessions, story, session);
  g_object_weak_ref (G_OBJECT (session), story_gone_cb, self);
  g_signal_connect_object (session, "notify::busy", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "turn-finished", G_CALLBACK (turn_finished_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
model_remade_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (SgSessions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = sg_narrator_make_model_finish (SG_NARRATOR (source), result, &error);
  GHashTableIter iter;
  gpointer session;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (model == NULL)
    {
      g_signal_emit (self, signals[TROUBLE], 0, error->message);
      return;
    }

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    sg_session_set_model (session, model);
}

/* The stories that are open are told by the new narrator from the next turn on. */
static void
narrator_changed_cb (SgSessions *self)
{
  if (self->model_cancellable != NULL)
    g_cancellable_cancel (self->model_cancellable);
  g_clear_object (&self->model_cancellable);
  if (g_hash_table_size (self->sessions) == 0)
    return;

  self->model_cancellable = g_cancellable_new ();
  sg_narrator_make_model_async (self->narrator, self->model_cancellable, model_remade_cb,
                                g_object_ref (self));
}

static void
sg_sessions_dispose (GObject *object)
{
  SgSessions *self = SG_SESSIONS (object);
  GHashTableIter iter;
  gpointer session;

  if (self->model_cancellable != NULL)
    g_cancellable_cancel (self->model_cancellable);
  g_clear_object (&self->model_cancellable);

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    {
      g_object_weak_unref (G_OBJECT (session), story_gone_cb, self);
      g_hash_table_iter_remove (&iter);
    }
  g_ptr_array_set_size (self->busy, 0);
  g_clear_object (&self->narrator);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (sg_sessions_parent_class)->dispose (object);
}

static void
sg_sessions_finalize (GObject *object)
{
  SgSessions *self = SG_SESSIONS (object);

  g_hash_table_unref (self->sessions);
  g_ptr_array_unref (self->busy);

  G_OBJECT_CLASS (sg_sessions_parent_class)->finalize (object);
}

static void
sg_sessions_class_init (SgSessionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_sessions_dispose;
  object_class->finalize = sg_sessions_finalize;

  signals[TURN_FINISHED] =
    g_signal_new ("turn-finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 2, SG_TYPE_SESSION, SG_TYPE_TURN_RUN);
  signals[TROUBLE] =
    g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sg_sessions_init (SgSessions *self)
{
  self->sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->busy = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * sg_sessions_new:
 * @library: the library
 * @narrator: who tells the stories
 *
 * Returns: (transfer full): no sessions yet
 */
SgSessions *
sg_sessions_new (SgLibrary  *library,
                 SgNarrator *narrator)
{
  SgSessions *self = g_object_new (SG_TYPE_SESSIONS, NULL);

  self->library = g_object_ref (library);
  self->narrator = g_object_ref (narrator);
  g_signal_connect_object (narrator, "changed", G_CALLBACK (narrator_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

SgLibrary *
sg_sessions_get_library (SgSessions *self)
{
  g_return_val_if_fail (SG_IS_SESSIONS (self), NULL);

  return self->library;
}

/**
 * sg_sessions_lookup:
 * @self: the sessions
 * @story: the id of a story
 *
 * Returns: (transfer none) (nullable): its session, where it is open
 */
SgSession *
sg_sessions_lookup (SgSessions *self,
                    gint64      story)
{
  g_return_val_if_fail (SG_IS_SESSIONS (self), NULL);

  return g_hash_table_lookup (self->sessions, &story);
}

static void
words_restored_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSessions *self = g_task_get_source_object (task);
  SgSession *session = SG_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (!sg_session_restore_words_finish (session, result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[TROUBLE], 0, error->message);

  g_task_return_pointer (task, g_object_ref (session), g_object_unref);
}

/* A model that cannot be made keeps nobody from reading: the storyteller steps in, and says why. */
static void
model_made_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSessions *self = g_task_get_source_object (task);
  SgStory *story = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = sg_narrator_make_model_finish (SG_NARRATOR (source), result, &error);
  SgSession *session = sg_sessions_lookup (self, sg_story_get_id (story));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (session != NULL)
    {
      g_task_return_pointer (task, g_object_ref (session), g_object_unref);
      return;
    }
  if (model == NULL)
    {
      g_signal_emit (self, signals[TROUBLE], 0, error->message);
      model = sg_narrator_make_storyteller (self->narrator);
    }

  session = sg_session_new (story, model, sg_narrator_get_engine_settings (self->narrator));
  adopt (self, session);
  sg_session_restore_words_async (session, NULL, words_restored_cb, g_steal_pointer (&task));
  g_object_unref (session);
}

static void
story_opened_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgSessions *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  SgStory *story = sg_story_open_finish (result, &error);
  GCancellable *cancellable;

  if (story == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_set_task_data (task, story, g_object_unref);
  cancellable = g_task_get_cancellable (task);
  sg_narrator_make_model_async (self->narrator, cancellable, model_made_cb, g_steal_pointer (&task));
}

/**
 * sg_sessions_open_async:
 * @self: the sessions
 * @story: the id of a story
 * @cancellable: (nullable): a cancellable
 * @callback: called with the session
 * @user_data: data for @callback
 *
 * Opens a story to be played, or finds it where it is open.
 */
void
sg_sessions_open_async (SgSessions          *self,
                        gint64               story,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  SgSession *session;
  GTask *task;

  g_return_if_fail (SG_IS_SESSIONS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_sessions_open_async);

  session = sg_sessions_lookup (self, story);
  if (session != NULL)
    {
      g_task_return_pointer (task, g_object_ref (session), g_object_unref);
      g_object_unref (task);
      return;
    }
  sg_story_open_async (self->library, story, cancellable, story_opened_cb, task);
}

/* The language of the player's desktop, as scenarios name theirs. */
static char *
dup_language (void)
{
  const char *name = g_get_language_names ()[0];

  if (strlen (name) < 2 || g_str_equal (name, "POSIX") || !g_ascii_isalpha (name[1]))
    return g_strdup ("en");
  return g_ascii_strdown (name, 2);
}

/**
 * sg_sessions_begin_async:
 * @self: the sessions
 * @scenario: what is to be played
 * @cancellable: (nullable): a cancellable
 * @callback: called with the session
 * @user_data: data for @callback
 *
 * Begins a new story.
 */
void
sg_sessions_begin_async (SgSessions          *self,
                         SgScenario          *scenario,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autofree char *language = dup_language ();
  guint64 seed = ((guint64) g_random_int () << 31) ^ g_random_int ();
  GTask *task;

  g_return_if_fail (SG_IS_SESSIONS (self));
  g_return_if_fail (SG_IS_SCENARIO (scenario));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_sessions_begin_async);
  sg_story_create_async (self->library, scenario, NULL, language, seed, cancellable,
                         story_opened_cb, task);
}

/**
 * sg_sessions_open_finish:
 * @self: the sessions
 * @result: the result
 * @error: return location for an error: an SgLibraryError or SgScenarioError
 *
 * Returns: (transfer full): the session
 */
SgSession *
sg_sessions_open_finish (SgSessions    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sg_sessions_stop_all:
 * @self: the sessions
 *
 * Stops every turn that runs; what was told of each is kept as the draft of its story.
 */
void
sg_sessions_stop_all (SgSessions *self)
{
  g_autoptr (GPtrArray) busy = NULL;

  g_return_if_fail (SG_IS_SESSIONS (self));

  busy = g_ptr_array_copy (self->busy, (GCopyFunc) g_object_ref, NULL);
  for (guint i = 0; i < busy->len; i++)
    sg_session_stop (g_ptr_array_index (busy, i));
}
