/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "flaky-model.h"
#include "llm/sg-model-error.h"

typedef struct
{
  char    *text;
  GError  *error;
  gboolean held;
} Step;

struct _SgFlakyModel
{
  GObject    parent_instance;

  char      *server;
  GPtrArray *steps;
  GPtrArray *held;
  guint      n_calls;
  guint      n_at_once;
  guint      most;
};

typedef struct
{
  SgModelEventFunc  func;
  gpointer          data;
  Step             *step;
  GSource          *cancelled;
  gboolean          ended;
} Generation;

static void sg_flaky_model_iface_init (SgModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgFlakyModel, sg_flaky_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_MODEL, sg_flaky_model_iface_init))

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->text);
  g_clear_error (&step->error);
  g_free (step);
}

static void
emit (GTask            *task,
      SgModelEventType  type,
      const char       *text)
{
  Generation *generation = g_task_get_task_data (task);
  SgModelEvent event = { .type = type, .usage = SG_USAGE_INIT, .reason = SG_FINISH_STOP };

  event.text = text;
  event.length = text != NULL ? strlen (text) : 0;
  generation->func (&event, generation->data);
}

static gboolean
end_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgFlakyModel *self = g_task_get_source_object (task);
  Generation *generation = g_task_get_task_data (task);

  if (generation->ended)
    return G_SOURCE_REMOVE;

  generation->ended = TRUE;
  self->n_at_once--;
  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  if (generation->step->text != NULL)
    emit (task, SG_MODEL_EVENT_TEXT, generation->step->text);
  if (generation->step->error != NULL)
    {
      g_task_return_error (task, g_error_copy (generation->step->error));
    }
  else
    {
      emit (task, SG_MODEL_EVENT_FINISHED, NULL);
      g_task_return_boolean (task, TRUE);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
start_cb (gpointer user_data)
{
  GTask *task = user_data;
  SgFlakyModel *self = g_task_get_source_object (task);
  Generation *generation = g_task_get_task_data (task);

  if (generation->ended)
    return G_SOURCE_REMOVE;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return end_cb (task);

  if (generation->step->error == NULL || generation->step->text != NULL)
    emit (task, SG_MODEL_EVENT_STARTED, NULL);
  if (generation->step->held)
    g_ptr_array_add (self->held, g_object_ref (task));
  else
    end_cb (task);

  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  SgFlakyModel *self = g_task_get_source_object (user_data);

  end_cb (user_data);
  g_ptr_array_remove (self->held, user_data);

  return G_SOURCE_REMOVE;
}

static void
generation_free (gpointer data)
{
  Generation *generation = data;

  if (generation->cancelled != NULL)
    {
      g_source_destroy (generation->cancelled);
      g_source_unref (generation->cancelled);
    }
  g_free (generation);
}

static void
flaky_generate_async (SgModel             *model,
                      SgModelRequest      *request,
                      SgModelEventFunc     event_func,
                      gpointer             event_data,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  SgFlakyModel *self = SG_FLAKY_MODEL (model);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Generation *generation = g_new0 (Generation, 1);

  g_task_set_task_data (task, generation, generation_free);
  generation->func = event_func;
  generation->data = event_data;
  g_assert_cmpuint (self->steps->len, >, 0);
  generation->step = g_ptr_array_index (self->steps, MIN (self->n_calls, self->steps->len - 1));
  self->n_calls++;
  self->n_at_once++;
  self->most = MAX (self->most, self->n_at_once);

  if (cancellable != NULL)
    {
      generation->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (generation->cancelled, (GSourceFunc) (GCallback) cancelled_cb, task, NULL);
      g_source_attach (generation->cancelled, NULL);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, start_cb, g_object_ref (task), g_object_unref);
}

static gboolean
flaky_generate_finish (SgModel       *model,
                       GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static const char *
flaky_get_name (SgModel *model)
{
  return "flaky";
}

static const char *
flaky_get_server (SgModel *model)
{
  return SG_FLAKY_MODEL (model)->server;
}

static void
sg_flaky_model_iface_init (SgModelInterface *iface)
{
  iface->get_name = flaky_get_name;
  iface->get_server = flaky_get_server;
  iface->generate_async = flaky_generate_async;
  iface->generate_finish = flaky_generate_finish;
}

static void
sg_flaky_model_finalize (GObject *object)
{
  SgFlakyModel *self = SG_FLAKY_MODEL (object);

  g_assert_cmpuint (self->n_at_once, ==, 0);
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->held);
  g_free (self->server);

  G_OBJECT_CLASS (sg_flaky_model_parent_class)->finalize (object);
}

static void
sg_flaky_model_class_init (SgFlakyModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_flaky_model_finalize;
}

static void
sg_flaky_model_init (SgFlakyModel *self)
{
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
}

SgFlakyModel *
sg_flaky_model_new (const char *server)
{
  SgFlakyModel *self = g_object_new (SG_TYPE_FLAKY_MODEL, NULL);

  self->server = g_strdup (server);

  return self;
}

static Step *
add_step (SgFlakyModel *self,
          const char   *text)
{
  Step *step = g_new0 (Step, 1);

  step->text = g_strdup (text);
  g_ptr_array_add (self->steps, step);

  return step;
}

void
sg_flaky_model_tell (SgFlakyModel *self,
                     const char   *text)
{
  add_step (self, text);
}

void
sg_flaky_model_fail (SgFlakyModel *self,
                     const char   *text,
                     SgModelError  code)
{
  add_step (self, text)->error = g_error_new_literal (SG_MODEL_ERROR, (int) code, "It has failed.");
}

void
sg_flaky_model_refuse (SgFlakyModel *self,
                       guint         status,
                       const char   *body,
                       const char   *retry_after)
{
  SgErrorContext context = { self->server, "flaky", NULL };

  add_step (self, NULL)->error = sg_model_error_from_status (&context, status, body, body != NULL ? strlen (body) : 0,
                                                             retry_after, NULL);
}

void
sg_flaky_model_lose (SgFlakyModel *self,
                     GQuark        domain,
                     int           code)
{
  SgErrorContext context = { self->server, "flaky", NULL };
  g_autoptr (GError) error = g_error_new_literal (domain, code, "It is lost.");

  add_step (self, NULL)->error = sg_model_error_from_io (&context, error);
}

void
sg_flaky_model_hold (SgFlakyModel *self,
                     const char   *text)
{
  add_step (self, text)->held = TRUE;
}

void
sg_flaky_model_release (SgFlakyModel *self)
{
  g_autoptr (GTask) task = NULL;

  g_assert_cmpuint (self->held->len, >, 0);
  task = g_ptr_array_steal_index (self->held, 0);
  end_cb (task);
}

guint
sg_flaky_model_get_n_calls (SgFlakyModel *self)
{
  return self->n_calls;
}

guint
sg_flaky_model_get_most (SgFlakyModel *self)
{
  return self->most;
}
