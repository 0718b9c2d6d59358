/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One turn on its way from the player's words to the commit.  This file makes
 * and stops it; sg-turn-facts.c says how it is; sg-turn-flow.c leads it from stage to stage, sg-turn-events.c hears
 * the model, sg-turn-commit.c stores it.
 *
 * A turn keeps itself alive until it has finished; it can be stopped at every moment,
 * and then leaves the story as it was and its words as the draft.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include "engine/sg-prompt.h"

enum
{
  SIGNAL_STAGE_CHANGED,
  SIGNAL_TEXT,
  SIGNAL_RESTARTED,
  SIGNAL_REASONING,
  SIGNAL_TOOL_STARTED,
  SIGNAL_TOOL_FINISHED,
  SIGNAL_TOOL_PROGRESS,
  SIGNAL_WARNING,
  SIGNAL_FINISHED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgTurnRun, sg_turn_run, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
sg_turn_run_dispose (GObject *object)
{
  SgTurnRun *self = SG_TURN_RUN (object);

  g_clear_pointer (&self->journal, sg_draft_journal_free);
  g_clear_object (&self->runner);
  g_clear_object (&self->asker);
  g_clear_object (&self->heard);
  g_clear_object (&self->after);
  g_clear_object (&self->responses);
  g_clear_object (&self->request);
  g_clear_object (&self->earlier);
  g_clear_object (&self->overlay);
  g_clear_object (&self->catalog);
  g_clear_object (&self->tool_cache);
  g_clear_object (&self->settings);
  g_clear_object (&self->model);
  g_clear_object (&self->story);

  G_OBJECT_CLASS (sg_turn_run_parent_class)->dispose (object);
}

static void
sg_turn_run_finalize (GObject *object)
{
  SgTurnRun *self = SG_TURN_RUN (object);

  g_clear_pointer (&self->memories, g_ptr_array_unref);
  g_clear_pointer (&self->model_calls, g_ptr_array_unref);
  g_clear_pointer (&self->held_calls, g_ptr_array_unref);
  g_clear_pointer (&self->waits, g_ptr_array_unref);
  g_clear_pointer (&self->done, g_ptr_array_unref);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_object (&self->work);
  g_clear_pointer (&self->path, sg_path_free);
  g_clear_pointer (&self->history, sg_history_unref);
  g_clear_object (&self->trace);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_string_free (self->asides, TRUE);
  g_free (self->waiting);
  g_free (self->call_waiting);
  g_clear_pointer (&self->warned, g_hash_table_unref);
  g_clear_pointer (&self->plan, sg_plan_free);
  g_clear_pointer (&self->plan_stream, sg_plan_stream_free);
  g_free (self->plan_note);
  g_free (self->plan_fault);
  g_free (self->brief);
  g_free (self->input);
  g_free (self->draft);
  g_free (self->fault);
  g_free (self->first_telling);
  g_clear_pointer (&self->findings, g_ptr_array_unref);

  G_OBJECT_CLASS (sg_turn_run_parent_class)->finalize (object);
}

static guint
add_signal (SgTurnRunClass *klass,
            const char     *name,
            GType           type)
{
  if (type == G_TYPE_NONE)
    return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                         G_TYPE_NONE, 0);

  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, type);
}

static void
sg_turn_run_class_init (SgTurnRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType string = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = sg_turn_run_dispose;
  object_class->finalize = sg_turn_run_finalize;

  signals[SIGNAL_STAGE_CHANGED] = add_signal (klass, "stage-changed", G_TYPE_NONE);
  signals[SIGNAL_TEXT] = add_signal (klass, "text", string);
  signals[SIGNAL_RESTARTED] = add_signal (klass, "restarted", G_TYPE_NONE);
  signals[SIGNAL_REASONING] = add_signal (klass, "reasoning", string);
  signals[SIGNAL_TOOL_STARTED] = add_signal (klass, "tool-started", G_TYPE_POINTER);
  signals[SIGNAL_TOOL_FINISHED] = add_signal (klass, "tool-finished", G_TYPE_POINTER);
  signals[SIGNAL_TOOL_PROGRESS] =
    g_signal_new ("tool-progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 3, G_TYPE_POINTER, string, string);
  signals[SIGNAL_WARNING] = add_signal (klass, "warning", string);
  signals[SIGNAL_FINISHED] = add_signal (klass, "finished", G_TYPE_NONE);
}

static void
sg_turn_run_init (SgTurnRun *self)
{
  SgUsage nothing = SG_USAGE_INIT;

  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  self->asides = g_string_new (NULL);
  self->warned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_finding_free);
  self->usage = nothing;
  self->progress = -1;
  self->cancellable = g_cancellable_new ();
  self->done = g_ptr_array_new_with_free_func (g_object_unref);
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_job_row_free);
  self->model_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_model_call_row_free);
}

static void
tool_started_cb (SgToolRunner *runner,
                 SgToolCall   *call,
                 SgTurnRun    *self)
{
  sg_trace_mark (self->trace, SG_MARK_FIRST_TOOL);
  g_signal_emit (self, signals[SIGNAL_TOOL_STARTED], 0, call);
}

static void
tool_finished_cb (SgToolRunner *runner,
                  SgToolCall   *call,
                  SgTurnRun    *self)
{
  sg_turn_run_note_trouble (self, call);
  g_signal_emit (self, signals[SIGNAL_TOOL_FINISHED], 0, call);
}

static void
tool_progress_cb (SgToolRunner *runner,
                  SgToolCall   *call,
                  const char   *section,
                  const char   *text,
                  SgTurnRun    *self)
{
  g_signal_emit (self, signals[SIGNAL_TOOL_PROGRESS], 0, call, section, text);

  if (self->asides->len > 0)
    g_string_append (self->asides, "\n\n");
  g_string_append (self->asides, text);
  if (self->stage == SG_STAGE_TOOLS || self->stage == SG_STAGE_PLAN)
    sg_turn_run_tell_asides (self);
}

/**
 * sg_turn_run_tell_asides:
 *
 * Tells what tools have told the player themselves, each piece as a paragraph.  While the model is in the
 * middle of a sentence it has to wait.
 */
void
sg_turn_run_tell_asides (SgTurnRun *self)
{
  if (self->asides->len == 0)
    return;

  sg_trace_mark (self->trace, SG_MARK_FIRST_TOKEN);
  if (self->text->len > 0)
    sg_turn_run_append_text (self, "\n\n");
  sg_turn_run_append_text (self, self->asides->str);
  g_string_truncate (self->asides, 0);
}

/* While nothing is told, a half-told turn from before stays in the library. */
static gboolean
fill_draft_cb (SgDraftRow *row,
               gpointer    user_data)
{
  SgTurnRun *self = user_data;

  if (sg_turn_run_spares_draft (self))
    return FALSE;

  row->text = g_strdup (self->text->str);
  row->reasoning = self->reasoning->len > 0 ? g_strdup (self->reasoning->str) : NULL;

  return TRUE;
}

static void
make_journal (SgTurnRun *self)
{
  SgDraftRow start = {
    .story = sg_story_get_id (self->story),
    .branch = self->path->branch,
    .depth = self->path->depth,
    .mode = (char *) sg_input_mode_to_string (self->mode),
    .input = self->input,
    .model = (char *) sg_model_get_name (self->model),
  };

  self->journal =
    sg_draft_journal_new (sg_story_get_library (self->story), &start, fill_draft_cb, self);
}

/* What the thinking line says instead of the stage.  While the narrator speaks nobody has to wait for the questions of
 * its tools; at other times it is they that hold the turn up. */
static const char *
find_waiting (SgTurnRun *self)
{
  const char *asked = self->heard != NULL ? sg_asker_get_waiting (self->heard) : NULL;

  if (self->stopped || self->stage >= SG_STAGE_DONE)
    return NULL;
  if (asked == NULL || (self->stage >= SG_STAGE_READING && self->stage <= SG_STAGE_WRITING))
    return self->call_waiting;

  return asked;
}

/* Returns: whether the line says something else now */
static gboolean
update_waiting (SgTurnRun *self)
{
  const char *waiting = find_waiting (self);

  if (g_strcmp0 (self->waiting, waiting) == 0)
    return FALSE;

  g_free (self->waiting);
  self->waiting = g_strdup (waiting);

  return TRUE;
}

static void
asker_changed_cb (SgTurnRun *self)
{
  if (self->stage < SG_STAGE_DONE && update_waiting (self))
    g_signal_emit (self, signals[SIGNAL_STAGE_CHANGED], 0);
}

/**
 * sg_turn_run_hear_asker:
 * @asker: what asks on behalf of the turn from now on
 *
 * The planner, a character, a reading, a check: whatever the turn has to wait for, the player hears what that waits for.
 */
void
sg_turn_run_hear_asker (SgTurnRun *self,
                        SgAsker   *asker)
{
  if (!g_set_object (&self->heard, asker))
    return;

  g_signal_connect_object (asker, "changed", G_CALLBACK (asker_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (asker, "warning", G_CALLBACK (sg_turn_run_warn), self, G_CONNECT_SWAPPED);
}

/* A plain turn asks nobody and calls nothing: what does that is made when it is needed first. */

/**
 * sg_turn_run_get_asker:
 *
 * Returns: (transfer none): what asks on behalf of the turn until it is told
 */
SgAsker *
sg_turn_run_get_asker (SgTurnRun *self)
{
  if (self->asker != NULL)
    return self->asker;

  self->asker = sg_asker_new (self->model, self->trace, self->turn_span);
  sg_engine_settings_apply_budgets (self->settings, self->asker);
  /* Who has a turn told once more wants to hear something else. */
  if (self->alternative == 0 && sg_engine_settings_is_on (self->settings, "response-cache"))
    sg_asker_set_cache (self->asker, self->responses);

  return self->asker;
}

/**
 * sg_turn_run_use_tools:
 * @at_once: the setting that says how many tools may run side by side from now on
 *
 * Sets how many tools run at once, where there is a runner; one, where they are not to run in parallel.
 */
void
sg_turn_run_use_tools (SgTurnRun  *self,
                       const char *at_once)
{
  gboolean parallel;

  if (self->runner == NULL)
    return;

  parallel = sg_engine_settings_is_on (self->settings, "parallel-tools");
  sg_tool_runner_set_limit (
    self->runner, parallel ? (guint) sg_engine_settings_get_number (self->settings, at_once) : 1);
}

/**
 * sg_turn_run_get_runner:
 *
 * May be called once the number of the alternative is known: the dice depend on it.
 *
 * Returns: (transfer none): what runs the tools of the turn; "tools-at-once" of them until it is told otherwise
 */
SgToolRunner *
sg_turn_run_get_runner (SgTurnRun *self)
{
  g_autoptr (SgToolContext) context = NULL;

  if (self->runner != NULL)
    return self->runner;

  context = sg_tool_context_new (self->overlay, sg_story_get_library (self->story), self->path,
                                 sg_turn_run_get_seed (self));
  self->runner = sg_tool_runner_new (self->catalog, context, self->trace, self->turn_span);
  sg_tool_runner_set_cache (self->runner, self->tool_cache, self->tool_cache != NULL);
  sg_tool_context_set_asker (context, sg_turn_run_get_asker (self));
  sg_tool_context_set_input (context, self->input);
  sg_tool_context_set_embedder (context, sg_turn_run_get_embedder (self));
  sg_tool_context_set_scenario (context, sg_story_get_scenario (self->story),
                                sg_story_get_language (self->story));
  sg_turn_run_use_tools (self, "tools-at-once");
  g_signal_connect_object (self->runner, "call-started", G_CALLBACK (tool_started_cb), self, 0);
  g_signal_connect_object (self->runner, "call-finished", G_CALLBACK (tool_finished_cb), self, 0);
  g_signal_connect_object (self->runner, "call-progress", G_CALLBACK (tool_progress_cb), self, 0);
  sg_turn_run_hear_asker (self, self->asker);

  return self->runner;
}

/**
 * sg_turn_run_get_n_calls:
 *
 * Returns: how many calls the runner was handed so far
 */
guint
sg_turn_run_get_n_calls (SgTurnRun *self)
{
  return self->runner != NULL ? sg_tool_runner_get_n_calls (self->runner) : 0;
}

/**
 * sg_turn_run_new:
 * @start: what it starts from; its path is taken
 *
 * Returns: (transfer full): a turn that has not started
 */
SgTurnRun *
sg_turn_run_new (const SgTurnStart *start)
{
  SgTurnRun *self = g_object_new (SG_TYPE_TURN_RUN, NULL);

  self->story = g_object_ref (start->story);
  self->model = g_object_ref (start->model);
  /* What is changed while it is told is for the next one. */
  self->settings = g_object_ref (sg_engine_settings_get_snapshot (start->settings));
  self->catalog = g_object_ref (start->catalog);
  if (sg_engine_settings_is_on (start->settings, "tool-cache"))
    self->tool_cache = g_object_ref (start->tool_cache);
  self->history = sg_history_ref (start->history);
  self->after = g_object_ref (start->after);
  self->brief = g_strdup (start->brief);
  self->fixed_tokens = start->fixed_tokens;
  g_set_object (&self->earlier, start->earlier);
  self->room = start->brief != NULL ? sg_prompt_get_room (start->settings, start->model) : 0;
  g_set_object (&self->responses, start->responses);
  self->path = start->path;
  self->mode = start->mode;
  self->input = g_strdup (start->input != NULL ? start->input : "");
  self->fault = g_strdup (start->fault);
  self->repairs = start->repairs;
  self->overlay = sg_world_new_overlay (start->base);
  self->trace = sg_trace_new_at (start->submitted_us);

  /* A language model goes on from the words it told; the storyteller tells the same words anew. */
  if (start->draft != NULL && *start->draft != '\0' && sg_model_is_language_model (start->model))
    {
      self->draft = g_strdup (start->draft);
      g_string_append (self->text, start->draft);
    }

  sg_trace_mark_at (self->trace, SG_MARK_SUBMITTED, 0);
  self->turn_span = sg_trace_begin_at (self->trace, 0, SG_SPAN_TURN, "turn", 0);
  self->stage_span =
    sg_trace_begin_at (self->trace, self->turn_span, SG_SPAN_STAGE, "queued", 0);

  return self;
}

/* What has to wait until the number of the alternative is known. */
void
sg_turn_run_prepare (SgTurnRun *self)
{
  /* The planner may have asked already. */
  if (self->alternative > 0 && self->asker != NULL)
    sg_asker_set_cache (self->asker, NULL);
  /* Turns that call no tool move on as well: what is cached has to be of the turn before this one. */
  if (self->tool_cache != NULL)
    sg_tool_cache_begin (self->tool_cache, sg_path_owner (self->path, self->path->depth),
                         self->path->depth, self->seen);
  make_journal (self);
}

void
sg_turn_run_set_stage (SgTurnRun *self,
                       SgStage    stage)
{
  if (self->stage == stage)
    return;

  self->stage = stage;
  if (update_waiting (self) || sg_turn_run_is_shown (self))
    g_signal_emit (self, signals[SIGNAL_STAGE_CHANGED], 0);
}

/* Whether the player is told where the turn is: at once, or only when the model is called. */
gboolean
sg_turn_run_is_shown (SgTurnRun *self)
{
  return self->stage >= SG_STAGE_CONNECT
         || sg_engine_settings_is_on (self->settings, "eager-thinking");
}

/* What the narrator waits for; %NULL for nothing. */
void
sg_turn_run_set_waiting (SgTurnRun  *self,
                         const char *sentence)
{
  if (g_strcmp0 (self->call_waiting, sentence) == 0)
    return;

  g_free (self->call_waiting);
  self->call_waiting = g_strdup (sentence);
  if (update_waiting (self))
    g_signal_emit (self, signals[SIGNAL_STAGE_CHANGED], 0);
}

/* Ends the span of the stage before and begins the next, where it has one. */
void
sg_turn_run_begin_stage (SgTurnRun  *self,
                         SgStage     stage,
                         const char *span)
{
  sg_trace_end (self->trace, self->stage_span);
  self->stage_span =
    span != NULL ? sg_trace_begin (self->trace, self->turn_span, SG_SPAN_STAGE, span) : 0;
  sg_turn_run_set_stage (self, stage);
}

/* No story needs a turn of that many bytes: a model that goes on has lost its way. */
#define MAX_TOLD (4 * 1024 * 1024)

/* Appends what there is room for, and breaks the call off where that is not all. */
static void
append (SgTurnRun  *self,
        GString    *told,
        guint       signal,
        const char *words)
{
  gsize room = MAX_TOLD - MIN (MAX_TOLD, self->text->len + self->reasoning->len);
  gsize length = strlen (words);
  g_autofree char *cut = NULL;

  if (length > room)
    {
      self->endless = TRUE;
      while (room > 0 && (words[room] & 0xc0) == 0x80)
        room--;
      words = cut = g_strndup (words, room);
      length = room;
    }

  g_string_append_len (told, words, (gssize) length);
  if (length > 0)
    g_signal_emit (self, signals[signal], 0, words);
  if (self->endless)
    g_cancellable_cancel (self->cancellable);
}

void
sg_turn_run_append_text (SgTurnRun  *self,
                         const char *text)
{
  append (self, self->text, SIGNAL_TEXT, text);
}

void
sg_turn_run_append_reasoning (SgTurnRun  *self,
                              const char *text)
{
  append (self, self->reasoning, SIGNAL_REASONING, text);
}

/* What was told is not what will be told: the turn begins with its first word again. */
void
sg_turn_run_restarted (SgTurnRun *self)
{
  g_signal_emit (self, signals[SIGNAL_RESTARTED], 0);
}

/* Tells the player what went otherwise than it should: each thing once, however many calls of the turn met with it. */
void
sg_turn_run_warn (SgTurnRun  *self,
                  const char *message)
{
  if (g_hash_table_add (self->warned, g_strdup (message)))
    g_signal_emit (self, signals[SIGNAL_WARNING], 0, message);
}

/**
 * sg_turn_run_get_embedder:
 *
 * Returns: (transfer none) (nullable): what finds the meaning of texts, where it is worth asking
 */
SgEmbedder *
sg_turn_run_get_embedder (SgTurnRun *self)
{
  SgEmbedder *embedder = sg_model_get_embedder (
    self->model, sg_engine_settings_get_text (self->settings, "embedding-model"));

  return embedder != NULL && sg_embedder_get_available (embedder) ? embedder : NULL;
}

/**
 * sg_turn_run_get_seed:
 *
 * Mixes the seed of the story with the depth and the alternative (SplitMix64, Steele,
 * Lea and Flood 2014), so that the same turn has the same dice each time and an
 * alternative has others.
 *
 * Returns: the seed of this turn
 */
guint64
sg_turn_run_get_seed (SgTurnRun *self)
{
  guint64 z = sg_story_get_seed (self->story);

  z += (guint64) (self->path->depth + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z += (guint64) self->alternative * G_GUINT64_CONSTANT (0xd1342543de82ef95);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/**
 * sg_turn_run_stop:
 *
 * Stops a turn that is not told yet: its words become the draft.  A turn that is
 * told is committed all the same; what it waits for is left for later.
 */
void
sg_turn_run_stop (SgTurnRun *self)
{
  g_return_if_fail (SG_IS_TURN_RUN (self));

  if (self->work != NULL)
    g_cancellable_cancel (self->work);
  if (self->work != NULL || self->stopped || self->ending)
    return;

  self->stopped = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->runner != NULL)
    sg_tool_runner_cancel (self->runner);
}

/**
 * sg_turn_run_abandon:
 *
 * Stops a turn that nobody waits for any more: its words, and those of the player's where nothing is
 * told yet, are handed to the library at once, so that it may be closed right after.
 */
void
sg_turn_run_abandon (SgTurnRun *self)
{
  g_return_if_fail (SG_IS_TURN_RUN (self));

  if (self->work != NULL)
    g_cancellable_cancel (self->work);
  if (self->work != NULL || self->ending)
    return;

  self->abandoned = TRUE;
  self->stopped = TRUE;
  sg_turn_run_take_back (self);
  sg_turn_run_hand_in_draft (self);
  g_cancellable_cancel (self->cancellable);
  if (self->runner != NULL)
    sg_tool_runner_cancel (self->runner);
}

/* The end, in every case. */
void
sg_turn_run_finish (SgTurnRun *self,
                    SgStage    stage)
{
  g_clear_pointer (&self->journal, sg_draft_journal_free);
  g_clear_pointer (&self->call_waiting, g_free);
  g_clear_pointer (&self->waiting, g_free);
  sg_trace_end_all (self->trace);
  sg_turn_run_set_stage (self, stage);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}
