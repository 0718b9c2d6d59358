/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-asker.h"

#include "llm/sg-call-note.h"
#include "llm/sg-model-attributes.h"

/* No answer to a question is longer; what is has lost its way. */
#define ANSWER_MAX (256 * 1024)

struct _SgAsker
{
  GObject    parent_instance;

  SgModel         *model;
  SgTrace         *trace;
  guint            parent_span;
  GPtrArray       *calls;
  SgResponseCache *cache;
  int              budgets[SG_REQUEST_PROBE + 1];
  guint            characters_at_once;

  /* Question, those under way, and how many waits there were. */
  GPtrArray       *open;
  guint            n_waits;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_WARNING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgAsker, sg_asker, G_TYPE_OBJECT)

/* One question under way. */
typedef struct
{
  SgModelRequest   *request;
  SgModelEventFunc  event_func;
  gpointer          event_data;
  GCancellable     *inner;
  guint             parent_span;
  guint             span;
  /* What it waits for, in words for the player, and the number of the wait. */
  char             *waiting;
  guint             wait;
  gint64            first_token_us;
  SgUsage           usage;
  SgFinishReason    reason;
  GString          *text;
  gboolean          too_long;
  /* Where the answer may be kept. */
  char             *cache_key;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->request);
  g_clear_object (&question->inner);
  g_string_free (question->text, TRUE);
  g_free (question->waiting);
  g_free (question->cache_key);
  g_free (question);
}

static void
sg_asker_finalize (GObject *object)
{
  SgAsker *self = SG_ASKER (object);

  g_clear_object (&self->model);
  g_clear_object (&self->trace);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->open, g_ptr_array_unref);
  g_clear_object (&self->cache);

  G_OBJECT_CLASS (sg_asker_parent_class)->finalize (object);
}

static void
sg_asker_class_init (SgAskerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_asker_finalize;

  /**
   * SgAsker::changed:
   *
   * A question has begun, has to wait, goes on, or has ended: see sg_asker_get_waiting() and sg_asker_is_held_up().
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);

  /**
   * SgAsker::warning:
   * @message: a sentence for the player, such as that another server answers
   */
  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sg_asker_init (SgAsker *self)
{
  self->characters_at_once = 5;
  self->open = g_ptr_array_new ();
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_model_call_row_free);
}

/**
 * sg_asker_new:
 * @model: who is asked
 * @trace: where each question gets a span
 * @parent_span: the span that these belong to where a question names no other
 *
 * Returns: (transfer full): an asker
 */
SgAsker *
sg_asker_new (SgModel *model,
              SgTrace *trace,
              guint    parent_span)
{
  SgAsker *self;

  g_return_val_if_fail (SG_IS_MODEL (model), NULL);
  g_return_val_if_fail (SG_IS_TRACE (trace), NULL);

  self = g_object_new (SG_TYPE_ASKER, NULL);
  self->model = g_object_ref (model);
  self->trace = g_object_ref (trace);
  self->parent_span = parent_span;

  return self;
}

/**
 * sg_asker_get_model:
 *
 * Returns: (transfer none): who is asked
 */
SgModel *
sg_asker_get_model (SgAsker *self)
{
  g_return_val_if_fail (SG_IS_ASKER (self), NULL);

  return self->model;
}

/**
 * sg_asker_get_trace:
 *
 * Returns: (transfer none): where the spans of the questions go
 */
SgTrace *
sg_asker_get_trace (SgAsker *self)
{
  g_return_val_if_fail (SG_IS_ASKER (self), NULL);

  return self->trace;
}

/**
 * sg_asker_can_ask:
 *
 * Returns: whether the model answers questions: the built-in storyteller does not
 */
gboolean
sg_asker_can_ask (SgAsker *self)
{
  g_return_val_if_fail (SG_IS_ASKER (self), FALSE);

  return sg_model_is_language_model (self->model);
}

/**
 * sg_asker_set_budget:
 * @kind: a kind of question
 * @max_tokens: how many tokens its answers may have, where the request itself does not say
 */
void
sg_asker_set_budget (SgAsker       *self,
                     SgRequestKind  kind,
                     int            max_tokens)
{
  g_return_if_fail (SG_IS_ASKER (self));
  g_return_if_fail (kind < G_N_ELEMENTS (self->budgets));

  self->budgets[kind] = max_tokens;
}

/**
 * sg_asker_set_cache:
 * @cache: (nullable): where answers are kept, or %NULL where each question is to be asked
 *
 * Sets where answers are kept to requests that allow it; see sg_model_request_set_cacheable().
 */
void
sg_asker_set_cache (SgAsker         *self,
                    SgResponseCache *cache)
{
  g_return_if_fail (SG_IS_ASKER (self));

  g_set_object (&self->cache, cache);
}

/**
 * sg_asker_get_characters_at_once:
 *
 * Returns: how many characters, or parts of a reading, may be written side by side
 */
guint
sg_asker_get_characters_at_once (SgAsker *self)
{
  g_return_val_if_fail (SG_IS_ASKER (self), 1);

  return self->characters_at_once;
}

/**
 * sg_asker_set_characters_at_once:
 * @at_once: how many characters, or parts of a reading, may be written side by side; 5 unless told otherwise
 */
void
sg_asker_set_characters_at_once (SgAsker *self,
                                 guint    at_once)
{
  g_return_if_fail (SG_IS_ASKER (self));

  self->characters_at_once = MAX (at_once, 1);
}

/**
 * sg_asker_get_calls:
 *
 * Returns: (transfer none) (element-type SgModelCallRow): the calls that have ended; whoever stores
 *   them numbers them
 */
GPtrArray *
sg_asker_get_calls (SgAsker *self)
{
  g_return_val_if_fail (SG_IS_ASKER (self), NULL);

  return self->calls;
}

/**
 * sg_asker_get_waiting:
 *
 * Returns: (transfer none) (nullable): what the question that began to wait last is waiting for (a retry, a limit, a
 *   busy server), in words for the player; %NULL where none waits
 */
const char *
sg_asker_get_waiting (SgAsker *self)
{
  const Question *latest = NULL;

  g_return_val_if_fail (SG_IS_ASKER (self), NULL);

  for (guint i = 0; i < self->open->len; i++)
    {
      const Question *question = g_ptr_array_index (self->open, i);

      if (question->waiting != NULL && (latest == NULL || question->wait > latest->wait))
        latest = question;
    }

  return latest != NULL ? latest->waiting : NULL;
}

/**
 * sg_asker_is_asking:
 * @parent_span: the span that questions were asked for
 *
 * Returns: whether any of them is under way
 */
gboolean
sg_asker_is_asking (SgAsker *self,
                    guint    parent_span)
{
  g_return_val_if_fail (SG_IS_ASKER (self), FALSE);

  for (guint i = 0; i < self->open->len; i++)
    if (((const Question *) g_ptr_array_index (self->open, i))->parent_span == parent_span)
      return TRUE;

  return FALSE;
}

/**
 * sg_asker_is_held_up:
 * @parent_span: the span that questions were asked for
 *
 * Returns: whether some are under way and all of these wait: for a server that asked for it, or for their turn
 */
gboolean
sg_asker_is_held_up (SgAsker *self,
                     guint    parent_span)
{
  gboolean any = FALSE;

  g_return_val_if_fail (SG_IS_ASKER (self), FALSE);

  for (guint i = 0; i < self->open->len; i++)
    {
      const Question *question = g_ptr_array_index (self->open, i);

      if (question->parent_span != parent_span)
        continue;
      if (question->waiting == NULL)
        return FALSE;
      any = TRUE;
    }

  return any;
}

/* A wait is over with whatever comes next. */
static void
take_waiting (SgAsker    *self,
              Question   *question,
              const char *sentence)
{
  if (g_strcmp0 (question->waiting, sentence) == 0)
    return;

  g_free (question->waiting);
  question->waiting = g_strdup (sentence);
  question->wait = ++self->n_waits;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
open_question (SgAsker  *self,
               Question *question)
{
  g_ptr_array_add (self->open, question);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
close_question (SgAsker  *self,
                Question *question)
{
  g_ptr_array_remove (self->open, question);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
take_text (SgAsker            *self,
           Question           *question,
           const SgModelEvent *event)
{
  if (question->text->len + event->length > ANSWER_MAX)
    {
      question->too_long = TRUE;
      g_cancellable_cancel (question->inner);
      return;
    }

  g_string_append_len (question->text, event->text, (gssize) event->length);
}

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  GTask *task = user_data;
  SgAsker *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  if (question->first_token_us < 0 && event->type >= SG_MODEL_EVENT_REASONING
      && event->type <= SG_MODEL_EVENT_TOOL_COMPLETE)
    question->first_token_us = sg_trace_get_elapsed (self->trace);

  take_waiting (self, question, event->type == SG_MODEL_EVENT_WAITING ? event->text : NULL);
  if (event->type == SG_MODEL_EVENT_TEXT)
    take_text (self, question, event);
  else if (event->type == SG_MODEL_EVENT_WARNING)
    g_signal_emit (self, signals[SIGNAL_WARNING], 0, event->text);
  else if (event->type == SG_MODEL_EVENT_USAGE)
    question->usage = event->usage;
  else if (event->type == SG_MODEL_EVENT_FINISHED)
    question->reason = event->reason;

  if (question->event_func != NULL && !question->too_long)
    question->event_func (event, question->event_data);
}

static int
compare_calls (gconstpointer a,
               gconstpointer b)
{
  const SgModelCallRow *row_a = *(const SgModelCallRow *const *) a;
  const SgModelCallRow *row_b = *(const SgModelCallRow *const *) b;

  return row_a->begin_us < row_b->begin_us ? -1 : row_a->begin_us > row_b->begin_us;
}

static void
generated_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAsker *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  sg_model_generate_finish (SG_MODEL (object), result, &error);
  close_question (self, question);
  if (question->too_long)
    {
      g_clear_error (&error);
      g_set_error_literal (&error, SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG,
                           "The answer is longer than any sensible one");
    }

  sg_trace_end (self->trace, question->span);
  g_ptr_array_add (self->calls,
                   sg_call_note_new (self->model, sg_model_request_get_kind (question->request),
                                     self->trace, question->span, &question->usage,
                                     question->first_token_us, question->reason, error));
  g_ptr_array_sort (self->calls, compare_calls);

  if (error == NULL && question->cache_key != NULL && question->reason == SG_FINISH_STOP)
    sg_response_cache_store (self->cache, question->cache_key, question->text->str,
                             sg_trace_get_span_duration (self->trace, question->span));

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_strdup (question->text->str), g_free);
}

static gboolean
is_of_cached_kind (SgModelRequest *request)
{
  SgRequestKind kind = sg_model_request_get_kind (request);

  return kind == SG_REQUEST_PLANNING || kind == SG_REQUEST_VERIFICATION || kind == SG_REQUEST_CHARACTER;
}

static gboolean
tell_kept_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgAsker *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  SgModelEvent text = { .type = SG_MODEL_EVENT_TEXT, .usage = SG_USAGE_INIT };
  SgModelEvent end = { .type = SG_MODEL_EVENT_FINISHED, .usage = SG_USAGE_INIT, .reason = SG_FINISH_STOP };

  sg_trace_end (self->trace, question->span);
  close_question (self, question);
  if (g_cancellable_is_cancelled (question->inner))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
      return G_SOURCE_REMOVE;
    }

  question->reason = SG_FINISH_STOP;
  text.text = question->text->str;
  text.length = question->text->len;
  if (question->event_func != NULL)
    {
      question->event_func (&text, question->event_data);
      question->event_func (&end, question->event_data);
    }
  g_task_return_pointer (task, g_strdup (question->text->str), g_free);

  return G_SOURCE_REMOVE;
}

/* Answers with what is kept, as a model would: not before the asking function has returned. */
static gboolean
answer_from_cache (SgAsker  *self,
                   GTask    *task,
                   Question *question)
{
  GSource *source;
  const char *answer;
  gint64 saved_us = 0;

  if (self->cache == NULL || !sg_model_request_get_cacheable (question->request)
      || !is_of_cached_kind (question->request))
    return FALSE;

  question->cache_key = sg_response_cache_make_key (self->model, question->request);
  answer = sg_response_cache_lookup (self->cache, question->cache_key, &saved_us);
  sg_trace_set_boolean (self->trace, question->span, SG_ATTRIBUTE_CACHED, answer != NULL);
  if (answer == NULL)
    return FALSE;

  g_string_assign (question->text, answer);
  sg_trace_set_int (self->trace, question->span, SG_ATTRIBUTE_SAVED, saved_us);

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[storyglass] kept answer");
  g_source_set_callback (source, tell_kept_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
  g_source_unref (source);

  return TRUE;
}

static void
forward_cancel_cb (GCancellable *outer,
                   GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/* Ends with the player's Stop, and by itself where the answer has no end. */
static void
follow_cancellable (GTask        *task,
                    Question     *question,
                    GCancellable *cancellable)
{
  question->inner = g_cancellable_new ();
  if (cancellable == NULL)
    return;

  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (question->inner);
  else
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (forward_cancel_cb),
                             question->inner, 0);
}

/**
 * sg_asker_ask_async:
 * @request: the question; its trace is set here, and its budget where it has none
 * @name: what the span is called, such as `plan` or the name of a character
 * @parent_span: the span that it belongs to, or 0 for that of the asker
 * @event_func: (nullable): hears of the answer as it comes
 * @event_data: data for @event_func
 * @cancellable: (nullable): stops it at once
 * @callback: called with the answer
 * @user_data: data for @callback
 *
 * Asks.  May be called while other questions are under way.
 */
void
sg_asker_ask_async (SgAsker             *self,
                    SgModelRequest      *request,
                    const char          *name,
                    guint                parent_span,
                    SgModelEventFunc     event_func,
                    gpointer             event_data,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  const SgUsage nothing = SG_USAGE_INIT;
  g_autoptr (GTask) task = NULL;
  Question *question;
  int budget;

  g_return_if_fail (SG_IS_ASKER (self));
  g_return_if_fail (SG_IS_MODEL_REQUEST (request));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sg_asker_ask_async);
  g_task_set_name (task, "[storyglass] question");

  question = g_new0 (Question, 1);
  question->request = g_object_ref (request);
  question->event_func = event_func;
  question->event_data = event_data;
  question->parent_span = parent_span;
  question->usage = nothing;
  question->first_token_us = -1;
  question->reason = SG_FINISH_OTHER;
  question->text = g_string_new (NULL);
  g_task_set_task_data (task, question, question_free);
  follow_cancellable (task, question, cancellable);

  budget = self->budgets[sg_model_request_get_kind (request)];
  if (budget > 0 && sg_model_request_get_max_tokens (request) == 0)
    sg_model_request_set_max_tokens (request, budget);

  question->span = sg_trace_begin (self->trace, parent_span != 0 ? parent_span : self->parent_span,
                                   SG_SPAN_MODEL, name);
  sg_trace_set_string (self->trace, question->span, "kind",
                       sg_request_kind_to_string (sg_model_request_get_kind (request)));
  sg_model_request_set_trace (request, self->trace, question->span);
  open_question (self, question);
  if (answer_from_cache (self, task, question))
    return;

  sg_model_generate_async (self->model, request, event_cb, task, question->inner, generated_cb,
                           g_object_ref (task));
}

/**
 * sg_asker_ask_finish:
 * @result: what the callback was given
 * @reason: (out) (optional): why the answer ended; one that the length limit cut is no JSON
 * @error: return location for an %SG_MODEL_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the answer
 */
char *
sg_asker_ask_finish (SgAsker         *self,
                     GAsyncResult    *result,
                     SgFinishReason  *reason,
                     GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_asker_ask_async), NULL);

  if (reason != NULL)
    *reason = ((Question *) g_task_get_task_data (G_TASK (result)))->reason;

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sg_asker_reject:
 * @result: what the callback was given
 *
 * The answer made no sense to who asked, so that it is not kept: the next time the model is asked again.
 */
void
sg_asker_reject (SgAsker      *self,
                 GAsyncResult *result)
{
  Question *question;

  g_return_if_fail (g_task_is_valid (result, self));
  g_return_if_fail (g_async_result_is_tagged (result, sg_asker_ask_async));

  question = g_task_get_task_data (G_TASK (result));
  if (self->cache != NULL && question->cache_key != NULL)
    sg_response_cache_remove (self->cache, question->cache_key);
}

/**
 * sg_asker_make_request:
 * @kind: what it is for
 * @system: (nullable): the system message
 * @user: the question
 * @schema: (nullable): a JSON schema that the answer has to follow
 *
 * Returns: (transfer full): a request without tools
 */
SgModelRequest *
sg_asker_make_request (SgRequestKind  kind,
                       const char    *system,
                       const char    *user,
                       const char    *schema)
{
  SgModelRequest *request = sg_model_request_new (kind);

  if (system != NULL)
    sg_model_request_add_message (request, sg_message_new (SG_ROLE_SYSTEM, system));
  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, user));
  sg_model_request_set_schema (request, schema);

  return request;
}
