/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-model.h"

#include <string.h>

typedef struct
{
  SgModelEvent  event;
  char         *text;
  char         *id;
  char         *name;
  guint         pause_ms;
  gboolean      hangs;
  gboolean      waits;
  GError       *error;
} Step;

struct _SgFakeModel
{
  GObject    parent_instance;

  GQueue     steps;
  GPtrArray *prompts;
  GQueue     answers[SG_REQUEST_PROBE + 1];
  guint      n_questions;
  guint      most_questions;
  char      *server;
  gboolean   going_on;
  SgEmbedder *embedder;
};

typedef struct
{
  char  *text;
  guint  ms;
} Answer;

static void sg_fake_model_iface_init (SgModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgFakeModel, sg_fake_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_MODEL, sg_fake_model_iface_init))

typedef struct
{
  SgModelEventFunc  func;
  gpointer          data;
  char             *answer;
  char             *rest;
} Generation;

static void
generation_free (gpointer data)
{
  Generation *generation = data;

  g_free (generation->answer);
  g_free (generation);
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_error (&step->error);
  g_free (step->text);
  g_free (step->id);
  g_free (step->name);
  g_free (step);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->text);
  g_free (answer);
}

static void
sg_fake_model_finalize (GObject *object)
{
  SgFakeModel *self = SG_FAKE_MODEL (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->answers); i++)
    g_queue_clear_full (&self->answers[i], answer_free);

  g_queue_clear_full (&self->steps, step_free);
  g_ptr_array_unref (self->prompts);
  g_free (self->server);
  g_clear_object (&self->embedder);

  G_OBJECT_CLASS (sg_fake_model_parent_class)->finalize (object);
}

static void
sg_fake_model_class_init (SgFakeModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_fake_model_finalize;
}

static void
sg_fake_model_init (SgFakeModel *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->answers); i++)
    g_queue_init (&self->answers[i]);
  g_queue_init (&self->steps);
  self->prompts = g_ptr_array_new_with_free_func (g_free);
}

SgFakeModel *
sg_fake_model_new (void)
{
  return g_object_new (SG_TYPE_FAKE_MODEL, NULL);
}

GPtrArray *
sg_fake_model_prompts (SgFakeModel *self)
{
  return self->prompts;
}

static Step *
add_step (SgFakeModel      *self,
          SgModelEventType  type,
          const char       *text)
{
  Step *step = g_new0 (Step, 1);

  step->event.type = type;
  step->text = g_strdup (text);
  g_queue_push_tail (&self->steps, step);

  return step;
}

void
sg_fake_model_text (SgFakeModel *self,
                    const char  *text)
{
  add_step (self, SG_MODEL_EVENT_TEXT, text);
}

void
sg_fake_model_reason (SgFakeModel *self,
                      const char  *text)
{
  add_step (self, SG_MODEL_EVENT_REASONING, text);
}

void
sg_fake_model_call (SgFakeModel *self,
                    const char  *id,
                    const char  *name,
                    const char  *arguments)
{
  Step *step = add_step (self, SG_MODEL_EVENT_TOOL_COMPLETE, arguments);

  step->id = g_strdup (id);
  step->name = g_strdup (name);
}

void
sg_fake_model_usage (SgFakeModel *self,
                     gint64       input,
                     gint64       output,
                     gint64       cached)
{
  SgUsage usage = SG_USAGE_INIT;
  Step *step = add_step (self, SG_MODEL_EVENT_USAGE, NULL);

  usage.input = input;
  usage.output = output;
  usage.cached = cached;
  step->event.usage = usage;
}

void
sg_fake_model_pause (SgFakeModel *self,
                     guint        ms)
{
  add_step (self, SG_MODEL_EVENT_STARTED, NULL)->pause_ms = ms;
}

void
sg_fake_model_hang (SgFakeModel *self)
{
  add_step (self, SG_MODEL_EVENT_STARTED, NULL)->hangs = TRUE;
}

void
sg_fake_model_wait (SgFakeModel *self)
{
  Step *step = add_step (self, SG_MODEL_EVENT_STARTED, NULL);

  step->hangs = TRUE;
  step->waits = TRUE;
}

void
sg_fake_model_fail (SgFakeModel  *self,
                    SgModelError  code,
                    const char   *message)
{
  add_step (self, SG_MODEL_EVENT_FINISHED, NULL)->error =
    g_error_new_literal (SG_MODEL_ERROR, code, message);
}

void
sg_fake_model_end (SgFakeModel    *self,
                   SgFinishReason  reason)
{
  add_step (self, SG_MODEL_EVENT_FINISHED, NULL)->event.reason = reason;
}

void
sg_fake_model_set_embedder (SgFakeModel *self,
                            SgEmbedder  *embedder)
{
  g_set_object (&self->embedder, embedder);
}

void
sg_fake_model_clear (SgFakeModel *self)
{
  g_queue_clear_full (&self->steps, step_free);
}

void
sg_fake_model_answer_after (SgFakeModel   *self,
                            SgRequestKind  kind,
                            guint          ms,
                            const char    *text)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->text = g_strdup (text);
  answer->ms = ms;
  g_queue_push_tail (&self->answers[kind], answer);
}

void
sg_fake_model_answer (SgFakeModel   *self,
                      SgRequestKind  kind,
                      const char    *text)
{
  sg_fake_model_answer_after (self, kind, 0, text);
}

guint
sg_fake_model_most_at_once (SgFakeModel *self)
{
  return self->most_questions;
}

/* Says the answer up to the next form feed; a vertical tab makes it what is waited for.  Returns: whether that is all of
 * it */
static gboolean
say_piece (Generation *generation)
{
  SgModelEvent text = { .type = SG_MODEL_EVENT_TEXT, .usage = SG_USAGE_INIT };
  char *end = strchr (generation->rest, '\f');

  if (end != NULL)
    *end = '\0';
  if (*generation->rest == '\v')
    {
      text.type = SG_MODEL_EVENT_WAITING;
      generation->rest++;
    }
  text.text = generation->rest;
  text.length = strlen (generation->rest);
  generation->func (&text, generation->data);
  if (end != NULL)
    generation->rest = end + 1;

  return end == NULL;
}

static void
end_question (SgFakeModel *self)
{
  self->n_questions--;
  self->going_on = FALSE;
}

static gboolean
rest_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgFakeModel *self = g_task_get_source_object (task);
  Generation *generation = g_task_get_task_data (task);
  SgModelEvent end = { .type = SG_MODEL_EVENT_FINISHED, .usage = SG_USAGE_INIT,
                       .reason = SG_FINISH_STOP };

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      end_question (self);
      g_task_return_error_if_cancelled (task);
    }
  else if (!self->going_on)
    {
      return G_SOURCE_CONTINUE;
    }
  else
    {
      self->going_on = FALSE;
      if (!say_piece (generation))
        return G_SOURCE_CONTINUE;
      end_question (self);
      generation->func (&end, generation->data);
      g_task_return_boolean (task, TRUE);
    }
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

static gboolean
answer_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SgFakeModel *self = g_task_get_source_object (task);
  Generation *generation = g_task_get_task_data (task);
  SgModelEvent end = { .type = SG_MODEL_EVENT_FINISHED, .usage = SG_USAGE_INIT,
                       .reason = SG_FINISH_STOP };

  if (g_task_return_error_if_cancelled (task))
    {
      end_question (self);
      return G_SOURCE_REMOVE;
    }

  if (generation->answer == NULL)
    {
      end_question (self);
      g_task_return_new_error (task, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER, "No answer");
      return G_SOURCE_REMOVE;
    }

  generation->rest = generation->answer;
  if (!say_piece (generation))
    {
      g_timeout_add (1, rest_cb, g_steal_pointer (&task));
      return G_SOURCE_REMOVE;
    }
  end_question (self);
  generation->func (&end, generation->data);
  g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

void
sg_fake_model_go_on (SgFakeModel *self)
{
  self->going_on = TRUE;
}

static void
schedule_answer (SgFakeModel   *self,
                 GTask         *task,
                 SgRequestKind  kind)
{
  Generation *generation = g_task_get_task_data (task);
  Answer *answer = g_queue_pop_head (&self->answers[kind]);

  self->n_questions++;
  self->most_questions = MAX (self->most_questions, self->n_questions);
  generation->answer = answer != NULL ? g_steal_pointer (&answer->text) : NULL;
  g_timeout_add (answer != NULL ? answer->ms : 0, answer_cb, task);
  if (answer != NULL)
    answer_free (answer);
}

static void schedule (GTask *task,
                      guint  ms);

static gboolean
step_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgFakeModel *self = g_task_get_source_object (task);
  Generation *generation = g_task_get_task_data (task);
  Step *step;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return G_SOURCE_REMOVE;
    }

  step = g_queue_pop_head (&self->steps);
  g_assert_nonnull (step);
  if (step->waits && self->going_on)
    self->going_on = step->hangs = FALSE;

  if (step->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&step->error));
      g_object_unref (task);
    }
  else
    {
      SgModelEventType type = step->event.type;
      guint pause_ms = step->pause_ms;
      gboolean hangs = step->hangs;

      step->event.text = step->text;
      step->event.length = step->text != NULL ? strlen (step->text) : 0;
      step->event.id = step->id;
      step->event.name = step->name;
      generation->func (&step->event, generation->data);

      if (type == SG_MODEL_EVENT_FINISHED)
        {
          g_task_return_boolean (task, TRUE);
          g_object_unref (task);
        }
      else if (hangs)
        {
          schedule (task, 1);
          g_queue_push_head (&self->steps, g_steal_pointer (&step));
          return G_SOURCE_REMOVE;
        }
      else
        {
          schedule (task, pause_ms);
        }
    }

  step_free (step);

  return G_SOURCE_REMOVE;
}

static void
schedule (GTask *task,
          guint  ms)
{
  if (ms > 0)
    g_timeout_add (ms, step_cb, task);
  else
    g_idle_add (step_cb, task);
}

char *
sg_fake_model_dup_prompt (SgModelRequest *request)
{
  GPtrArray *messages = sg_model_request_get_messages (request);
  GString *text = g_string_new (NULL);
  static const char *const roles[] = { "system", "user", "assistant", "tool" };

  for (guint i = 0; i < messages->len; i++)
    {
      const SgMessage *message = g_ptr_array_index (messages, i);

      g_string_append_printf (text, "%s: %s\n", roles[message->role],
                              message->content != NULL ? message->content : "");
      for (guint j = 0; message->calls != NULL && j < message->calls->len; j++)
        {
          const SgMessageCall *call = g_ptr_array_index (message->calls, j);

          g_string_append_printf (text, "call %s %s %s\n", call->id, call->name, call->arguments);
        }
    }

  return g_string_free (text, FALSE);
}

static void
sg_fake_model_generate_async (SgModel             *model,
                              SgModelRequest      *request,
                              SgModelEventFunc     event_func,
                              gpointer             event_data,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  SgFakeModel *self = SG_FAKE_MODEL (model);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Generation *generation = g_new0 (Generation, 1);

  generation->func = event_func;
  generation->data = event_data;
  g_task_set_task_data (task, generation, generation_free);
  g_ptr_array_add (self->prompts, sg_fake_model_dup_prompt (request));
  if (sg_model_request_get_kind (request) == SG_REQUEST_NARRATION)
    schedule (task, 0);
  else
    schedule_answer (self, task, sg_model_request_get_kind (request));
}

static gboolean
sg_fake_model_generate_finish (SgModel      *model,
                               GAsyncResult *result,
                               GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static const char *
sg_fake_model_get_name (SgModel *model)
{
  return "fake";
}

static gboolean
sg_fake_model_is_language_model (SgModel *model)
{
  return TRUE;
}

static SgEmbedder *
sg_fake_model_get_embedder (SgModel    *model,
                            const char *name)
{
  return SG_FAKE_MODEL (model)->embedder;
}

static const char *
sg_fake_model_get_server (SgModel *model)
{
  return SG_FAKE_MODEL (model)->server;
}

void
sg_fake_model_set_server (SgFakeModel *self,
                          const char  *server)
{
  g_free (self->server);
  self->server = g_strdup (server);
}

static void
sg_fake_model_iface_init (SgModelInterface *iface)
{
  iface->get_name = sg_fake_model_get_name;
  iface->get_server = sg_fake_model_get_server;
  iface->is_language_model = sg_fake_model_is_language_model;
  iface->get_embedder = sg_fake_model_get_embedder;
  iface->generate_async = sg_fake_model_generate_async;
  iface->generate_finish = sg_fake_model_generate_finish;
}
