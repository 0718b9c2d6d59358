/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session plays one story: it starts its turns and hears of their end. */

#include "config.h"

#include "engine/sg-session-private.h"

#include <glib/gi18n-lib.h>

#include "engine/sg-memory-work.h"
#include "engine/sg-model-check.h"
#include "engine/sg-prompt.h"

enum
{
  PROP_0,
  PROP_BUSY,
  PROP_MODEL,
  N_PROPS
};

enum
{
  SIGNAL_TURN_STARTED,
  SIGNAL_TURN_FINISHED,
  SIGNAL_FAILED,
  SIGNAL_QUEUE_CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgSession, sg_session, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
sg_session_dispose (GObject *object)
{
  SgSession *self = SG_SESSION (object);

  /* The turn lives on until it has stored its words. */
  if (self->run != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->run, self);
      if (self->busy)
        sg_turn_run_abandon (self->run);
    }
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  if (self->busy && self->story != NULL)
    sg_story_set_held (self->story, FALSE);

  if (self->after != NULL)
    sg_after_close (self->after);

  g_clear_object (&self->after);
  g_clear_object (&self->loading);
  g_clear_object (&self->run);
  g_clear_object (&self->catalog);
  g_clear_object (&self->offered);
  g_clear_object (&self->tool_cache);
  g_clear_object (&self->settings);
  g_clear_object (&self->model);
  g_clear_object (&self->story);

  G_OBJECT_CLASS (sg_session_parent_class)->dispose (object);
}

static void
sg_session_finalize (GObject *object)
{
  SgSession *self = SG_SESSION (object);

  g_clear_pointer (&self->history, sg_history_unref);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  g_free (self->fault);
  g_free (self->brief);
  g_free (self->tools_off);
  g_clear_object (&self->responses);
  g_free (self->unsent);

  G_OBJECT_CLASS (sg_session_parent_class)->finalize (object);
}

static void
sg_session_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  SgSession *self = SG_SESSION (object);

  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;

    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_session_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  SgSession *self = SG_SESSION (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      sg_session_set_model (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_session_class_init (SgSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = sg_session_dispose;
  object_class->finalize = sg_session_finalize;
  object_class->get_property = sg_session_get_property;
  object_class->set_property = sg_session_set_property;

  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags | G_PARAM_READABLE);
  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, SG_TYPE_MODEL, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SgSession::turn-started:
   * @run: the turn
   */
  signals[SIGNAL_TURN_STARTED] =
    g_signal_new ("turn-started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, SG_TYPE_TURN_RUN);

  /**
   * SgSession::turn-finished:
   * @run: the turn
   */
  signals[SIGNAL_TURN_FINISHED] =
    g_signal_new ("turn-finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, SG_TYPE_TURN_RUN);

  /**
   * SgSession::failed:
   * @error: why a turn could not begin, for the player; %G_IO_ERROR_CANCELLED where it was stopped
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SgSession::queue-changed:
   */
  signals[SIGNAL_QUEUE_CHANGED] =
    g_signal_new ("queue-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
sg_session_init (SgSession *self)
{
  self->catalog = sg_tool_catalog_new_default ();
  self->tool_cache = sg_tool_cache_new ();
  self->history = sg_history_new ();
  self->queue = sg_session_queue_new ();
  self->responses = sg_response_cache_new (SG_RESPONSE_CACHE_SIZE);
}

/* Words that came while the head was on its way. */
static void
moving_cb (SgSession  *self,
           GParamSpec *pspec,
           SgStory    *story)
{
  if (self->wanted && !sg_story_get_moving (story))
    sg_session_start_next (self);
}

static void
head_changed_cb (SgStory   *story,
                 gint64     depth,
                 SgSession *self)
{
  sg_history_doubt (self->history);
}

static SgAfter *
make_after (SgSession *self)
{
  SgAfter *after = sg_after_new (self->story, self->model, self->settings);

  sg_after_set_responses (after, self->responses);
  sg_after_add_handler (after, sg_model_check_get_handler ());
  sg_after_add_handler (after, sg_remember_get_handler ());
  sg_after_add_handler (after, sg_summarise_get_handler ());
  sg_after_add_handler (after, sg_embed_get_handler ());

  return after;
}

/**
 * sg_session_new:
 * @story: the story to play
 * @model: who tells it
 * @settings: tools, budgets, presets and switches
 *
 * Returns: (transfer full): a session
 */
SgSession *
sg_session_new (SgStory          *story,
                SgModel          *model,
                SgEngineSettings *settings)
{
  SgSession *self;

  g_return_val_if_fail (SG_IS_STORY (story), NULL);
  g_return_val_if_fail (SG_IS_MODEL (model), NULL);
  g_return_val_if_fail (SG_IS_ENGINE_SETTINGS (settings), NULL);

  self = g_object_new (SG_TYPE_SESSION, NULL);
  self->story = g_object_ref (story);
  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  sg_tool_catalog_add_for_scenario (self->catalog, sg_story_get_scenario (story));
  g_signal_connect_object (story, "notify::moving", G_CALLBACK (moving_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (story, "head-changed", G_CALLBACK (head_changed_cb), self, 0);

  /* What was left to do when the program ended last. */
  self->after = make_after (self);
  sg_after_release (self->after);

  return self;
}

/**
 * sg_session_get_story:
 *
 * Returns: (transfer none): the story that is played
 */
SgStory *
sg_session_get_story (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->story;
}

/**
 * sg_session_get_model:
 *
 * Returns: (transfer none): who tells the next turn
 */
SgModel *
sg_session_get_model (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->model;
}

/**
 * sg_session_set_model:
 * @model: who tells the next turn; one that runs is told to its end by the model that began it
 */
void
sg_session_set_model (SgSession *self,
                      SgModel   *model)
{
  g_return_if_fail (SG_IS_SESSION (self));
  g_return_if_fail (SG_IS_MODEL (model));

  if (!g_set_object (&self->model, model))
    return;

  sg_after_set_model (self->after, model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/**
 * sg_session_get_settings:
 *
 * Returns: (transfer none): the settings of the next turn
 */
SgEngineSettings *
sg_session_get_settings (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->settings;
}

/**
 * sg_session_get_catalog:
 *
 * Returns: (transfer none): all tools, also those that are switched off for language models
 */
SgToolCatalog *
sg_session_get_catalog (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->catalog;
}

/**
 * sg_session_get_tool_cache:
 *
 * Returns: (transfer none): what the tools have read, and how often that answered a call
 */
SgToolCache *
sg_session_get_tool_cache (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->tool_cache;
}

/**
 * sg_session_get_responses:
 *
 * Returns: (transfer none): where answers to questions beside the narration are kept
 */
SgResponseCache *
sg_session_get_responses (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->responses;
}

/**
 * sg_session_get_after:
 *
 * Returns: (transfer none): what is done in the background
 */
SgAfter *
sg_session_get_after (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->after;
}

/**
 * sg_session_get_run:
 *
 * Returns: (transfer none) (nullable): the turn that runs, or the last one
 */
SgTurnRun *
sg_session_get_run (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), NULL);

  return self->run;
}

/**
 * sg_session_get_busy:
 *
 * Returns: whether a turn runs
 */
gboolean
sg_session_get_busy (SgSession *self)
{
  g_return_val_if_fail (SG_IS_SESSION (self), FALSE);

  return self->busy;
}

void
sg_session_set_busy (SgSession *self,
                     gboolean   busy)
{
  if (self->busy == busy)
    return;

  self->busy = busy;
  sg_story_set_held (self->story, busy);
  if (busy)
    sg_after_hold (self->after);
  else
    sg_after_release (self->after);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
run_finished_cb (SgTurnRun *run,
                 SgSession *self)
{
  G_GNUC_UNUSED g_autoptr (SgSession) hold = g_object_ref (self);

  self->wanted &= sg_turn_run_get_stage (run) == SG_STAGE_DONE;
  if (sg_turn_run_get_stage (run) == SG_STAGE_DONE)
    sg_after_note_turn (self->after, sg_turn_run_get_turn (run), run->request,
                        run->jobs->len > 0 || run->done->len > 0);
  sg_session_set_busy (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_TURN_FINISHED], 0, run);

  if (sg_turn_run_get_stage (run) == SG_STAGE_DONE && !self->busy)
    sg_session_start_next (self);
}

/* The storyteller needs all its tools.  What a language model is offered stands at the front of its prompt,
 * so it changes only when the player takes another preset or switches tools on or off. */
static SgToolCatalog *
get_offered (SgSession *self)
{
  const char *off = NULL;
  guint n_tools = sg_tool_catalog_get_n_tools (self->catalog);

  if (sg_model_is_language_model (self->model))
    off = sg_engine_settings_get_tools_off (self->settings);

  if (self->offered != NULL && self->offered_of == n_tools && g_strcmp0 (self->tools_off, off) == 0)
    return self->offered;

  g_clear_object (&self->offered);
  if (off == NULL || *off == '\0')
    self->offered = g_object_ref (self->catalog);
  else
    self->offered = sg_tool_catalog_new_without (self->catalog, off);
  self->offered_of = n_tools;
  g_free (self->tools_off);
  self->tools_off = g_strdup (off);
  g_clear_pointer (&self->brief, g_free);

  return self->offered;
}

/* What is kept is the same bytes each time, so that it is made once; or each time, to see what that costs.  It is made
 * of the words of tools and rules, which are constants, and of the scenario and the language of the story, which never
 * change: only which tools are offered and how much room there is can make it another. */
static void
update_brief (SgSession *self)
{
  int room = sg_prompt_get_room (self->settings, self->model);

  if (!sg_engine_settings_is_on (self->settings, "catalog-cache"))
    {
      g_clear_pointer (&self->brief, g_free);
      sg_tool_catalog_forget (self->offered);
    }
  if (self->brief != NULL && self->brief_room == room)
    return;

  g_free (self->brief);
  self->brief = sg_prompt_dup_brief (self->story, self->offered, room);
  self->brief_room = room;
  self->fixed_tokens =
    sg_prompt_estimate_fixed (self->brief, sg_tool_catalog_get_n_tools (self->offered) > 0
                                             ? sg_tool_catalog_get_json (self->offered) : NULL);
}

/* What a prompt is made of that stays the same from turn to turn. */
static void
add_what_stays (SgSession   *self,
                SgTurnStart *start)
{
  if (!sg_model_is_language_model (self->model))
    return;

  update_brief (self);
  start->brief = self->brief;
  start->fixed_tokens = self->fixed_tokens;
  if (self->run != NULL && sg_engine_settings_is_on (self->settings, "catalog-cache"))
    start->earlier = self->run->request;
}

/* Whoever asks for a turn again wants another one, and not what was answered before.  The turn is planned before
 * the library has said whether it is an alternative, so that this is told from where it starts. */
static SgResponseCache *
get_responses (SgSession    *self,
               const SgPath *path)
{
  if (!sg_session_is_at_head (self, path->branch, path->depth) || sg_story_get_can_redo (self->story)
      || sg_story_get_draft (self->story) != NULL)
    return NULL;

  return self->responses;
}

/* Starts a turn that was asked for at @submitted_us, or now where that is 0; takes the path. */
void
sg_session_start_run (SgSession   *self,
                      SgPath      *path,
                      SgWorld     *base,
                      SgInputMode  mode,
                      const char  *input,
                      const char  *draft,
                      gint64       submitted_us)
{
  g_autofree char *fault = g_steal_pointer (&self->fault);
  SgTurnStart start = {
    .story = self->story,
    .model = self->model,
    .settings = self->settings,
    .catalog = get_offered (self),
    .tool_cache = self->tool_cache,
    .history = self->history,
    .after = self->after,
    .responses = get_responses (self, path),
    .path = path,
    .base = base,
    .mode = mode,
    .input = input,
    .draft = draft,
    .fault = fault,
    .repairs = self->repairs,
    .submitted_us = submitted_us > 0 ? submitted_us : g_get_monotonic_time (),
  };
  g_autoptr (SgTurnRun) run = NULL;

  add_what_stays (self, &start);
  run = sg_turn_run_new (&start);
  self->repairs = 0;
  g_set_object (&self->run, run);
  g_signal_connect_object (run, "finished", G_CALLBACK (run_finished_cb), self, 0);
  sg_session_set_busy (self, TRUE);
  g_signal_emit (self, signals[SIGNAL_TURN_STARTED], 0, run);
  sg_turn_run_start (run);
}

void
sg_session_start_at_head (SgSession   *self,
                          SgInputMode  mode,
                          const char  *input,
                          const char  *draft,
                          gint64       submitted_us)
{
  sg_session_start_run (self, sg_path_copy (sg_story_get_path (self->story)),
                        sg_story_get_world (self->story), mode, input, draft, submitted_us);
}

/**
 * sg_session_stop:
 *
 * Stops the turn that runs; what was told becomes the draft.
 */
void
sg_session_stop (SgSession *self)
{
  g_return_if_fail (SG_IS_SESSION (self));

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  else if (self->busy && self->run != NULL)
    sg_turn_run_stop (self->run);
}

/**
 * sg_session_check_idle:
 *
 * Returns: whether something new can begin; %FALSE with %G_IO_ERROR_BUSY while a turn runs or the head
 *   is on its way
 */
gboolean
sg_session_check_idle (SgSession *self,
                       GError   **error)
{
  if (self->busy)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                         _("A turn is being told. Stop it first, or wait for its end."));
  else if (sg_story_get_moving (self->story))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                         _("The story is on its way to another turn. Try again in a moment."));

  return !self->busy && !sg_story_get_moving (self->story);
}

void
sg_session_queue_changed (SgSession *self)
{
  sg_session_keep_words (self);
  g_signal_emit (self, signals[SIGNAL_QUEUE_CHANGED], 0);
}

/* What could not even begin. */
void
sg_session_report (SgSession    *self,
                   const GError *error)
{
  self->wanted = FALSE;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}
