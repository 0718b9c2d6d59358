/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-steady-model.h"

#include "llm/sg-steady-call.h"

/* They are short, and the player waits for all of them. */
#define CHARACTERS_AT_ONCE 5

struct _SgSteadyModel
{
  GObject       parent_instance;

  SgSteadySide  sides[2];
  GRand        *rand;

  /* As the settings of the engine have them. */
  int           retries;
  int           models_at_once;
  int           characters_at_once;
  int           requests_per_minute;
  int           tokens_per_minute;
  gboolean      limiter;
};

enum
{
  PROP_0,
  PROP_RETRIES,
  PROP_MODELS_AT_ONCE,
  PROP_CHARACTERS_AT_ONCE,
  PROP_REQUESTS_PER_MINUTE,
  PROP_TOKENS_PER_MINUTE,
  PROP_LIMITER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void sg_steady_model_iface_init (SgModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgSteadyModel, sg_steady_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_MODEL, sg_steady_model_iface_init))

/* Tells the servers what the settings are.  What the player enters is what the first one allows; of the
 * other one only its own words are known. */
static void
apply (SgSteadyModel *self)
{
  SgGate *gate;

  for (guint i = 0; i < G_N_ELEMENTS (self->sides); i++)
    {
      if (self->sides[i].state != NULL)
        sg_gate_set_n_slots (sg_server_state_get_gate (self->sides[i].state), (guint) self->models_at_once);
    }

  if (self->sides[0].state == NULL)
    return;

  gate = sg_server_state_get_gate (self->sides[0].state);
  sg_limiter_set_limits (sg_gate_get_limiter (gate), self->limiter ? self->requests_per_minute : 0,
                         self->limiter ? self->tokens_per_minute : 0);
  sg_gate_look_again (gate);
}

static const char *
sg_steady_model_get_name (SgModel *model)
{
  return sg_model_get_name (SG_STEADY_MODEL (model)->sides[0].model);
}

static const char *
sg_steady_model_get_server (SgModel *model)
{
  return sg_model_get_server (SG_STEADY_MODEL (model)->sides[0].model);
}

static gboolean
sg_steady_model_is_language_model (SgModel *model)
{
  return sg_model_is_language_model (SG_STEADY_MODEL (model)->sides[0].model);
}

static gint64
sg_steady_model_get_context_size (SgModel *model)
{
  return sg_model_get_context_size (SG_STEADY_MODEL (model)->sides[0].model);
}

/* A prompt has to fit whoever may be asked. */
static double
sg_steady_model_get_token_ratio (SgModel *model)
{
  SgSteadyModel *self = SG_STEADY_MODEL (model);
  double ratio = sg_model_get_token_ratio (self->sides[0].model);

  if (self->sides[1].model != NULL)
    {
      double other = sg_model_get_token_ratio (self->sides[1].model);

      ratio = MAX (ratio, other);
    }

  return ratio;
}

/* Not of the one to fall back on: the vectors of two models cannot be compared. */
static SgEmbedder *
sg_steady_model_get_embedder (SgModel    *model,
                              const char *name)
{
  return sg_model_get_embedder (SG_STEADY_MODEL (model)->sides[0].model, name);
}

static void
sg_steady_model_generate_async (SgModel             *model,
                                SgModelRequest      *request,
                                SgModelEventFunc     event_func,
                                gpointer             event_data,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  SgSteadyModel *self = SG_STEADY_MODEL (model);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  SgSteadySetup setup = {
    .sides = { self->sides[0], self->sides[1] },
    .rand = self->rand,
    .retries = (guint) self->retries,
    .characters_at_once = (guint) self->characters_at_once,
  };

  g_task_set_source_tag (task, sg_steady_model_generate_async);
  g_task_set_name (task, "storyglass: steady call");
  if (g_task_return_error_if_cancelled (task))
    return;

  sg_steady_call_run (task, &setup, request, event_func, event_data);
}

static gboolean
sg_steady_model_generate_finish (SgModel       *model,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, model), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_steady_model_generate_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
sg_steady_model_iface_init (SgModelInterface *iface)
{
  iface->get_name = sg_steady_model_get_name;
  iface->get_server = sg_steady_model_get_server;
  iface->is_language_model = sg_steady_model_is_language_model;
  iface->get_context_size = sg_steady_model_get_context_size;
  iface->get_token_ratio = sg_steady_model_get_token_ratio;
  iface->get_embedder = sg_steady_model_get_embedder;
  iface->generate_async = sg_steady_model_generate_async;
  iface->generate_finish = sg_steady_model_generate_finish;
}

static void
sg_steady_model_finalize (GObject *object)
{
  SgSteadyModel *self = SG_STEADY_MODEL (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->sides); i++)
    {
      g_clear_object (&self->sides[i].model);
      g_clear_object (&self->sides[i].state);
    }
  g_rand_free (self->rand);

  G_OBJECT_CLASS (sg_steady_model_parent_class)->finalize (object);
}

static int *
find_number (SgSteadyModel *self,
             guint          prop_id)
{
  switch (prop_id)
    {
    case PROP_RETRIES:
      return &self->retries;

    case PROP_MODELS_AT_ONCE:
      return &self->models_at_once;

    case PROP_CHARACTERS_AT_ONCE:
      return &self->characters_at_once;

    case PROP_REQUESTS_PER_MINUTE:
      return &self->requests_per_minute;

    case PROP_TOKENS_PER_MINUTE:
      return &self->tokens_per_minute;

    default:
      return NULL;
    }
}

static void
sg_steady_model_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  SgSteadyModel *self = SG_STEADY_MODEL (object);
  const int *number = find_number (self, prop_id);

  if (number != NULL)
    g_value_set_int (value, *number);
  else if (prop_id == PROP_LIMITER)
    g_value_set_boolean (value, self->limiter);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
sg_steady_model_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  SgSteadyModel *self = SG_STEADY_MODEL (object);
  int *number = find_number (self, prop_id);

  if (number != NULL)
    *number = g_value_get_int (value);
  else if (prop_id == PROP_LIMITER)
    self->limiter = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);

  apply (self);
}

static void
sg_steady_model_class_init (SgSteadyModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = sg_steady_model_finalize;
  object_class->get_property = sg_steady_model_get_property;
  object_class->set_property = sg_steady_model_set_property;

  properties[PROP_RETRIES] =
    g_param_spec_int ("retries", NULL, NULL, 0, G_MAXINT, SG_STEADY_RETRIES, flags);
  properties[PROP_MODELS_AT_ONCE] =
    g_param_spec_int ("models-at-once", NULL, NULL, 1, G_MAXINT, SG_GATE_SLOTS, flags);
  properties[PROP_CHARACTERS_AT_ONCE] =
    g_param_spec_int ("characters-at-once", NULL, NULL, 1, G_MAXINT, CHARACTERS_AT_ONCE, flags);
  properties[PROP_REQUESTS_PER_MINUTE] =
    g_param_spec_int ("requests-per-minute", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_TOKENS_PER_MINUTE] =
    g_param_spec_int ("tokens-per-minute", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_LIMITER] = g_param_spec_boolean ("limiter", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_steady_model_init (SgSteadyModel *self)
{
  self->rand = g_rand_new ();
  self->retries = SG_STEADY_RETRIES;
  self->models_at_once = SG_GATE_SLOTS;
  self->characters_at_once = CHARACTERS_AT_ONCE;
  self->limiter = TRUE;
}

/**
 * sg_steady_model_new:
 * @model: who is asked
 * @state: what is known of its server
 *
 * Returns: (transfer full): a model that makes the best of @model
 */
SgSteadyModel *
sg_steady_model_new (SgModel       *model,
                     SgServerState *state)
{
  SgSteadyModel *self;

  g_return_val_if_fail (SG_IS_MODEL (model), NULL);
  g_return_val_if_fail (SG_IS_SERVER_STATE (state), NULL);

  self = g_object_new (SG_TYPE_STEADY_MODEL, NULL);
  self->sides[0].model = g_object_ref (model);
  self->sides[0].state = g_object_ref (state);

  return self;
}

/**
 * sg_steady_model_get_model:
 *
 * Returns: (transfer none): who is asked first
 */
SgModel *
sg_steady_model_get_model (SgSteadyModel *self)
{
  g_return_val_if_fail (SG_IS_STEADY_MODEL (self), NULL);

  return self->sides[0].model;
}

/**
 * sg_steady_model_get_fallback:
 *
 * Returns: (transfer none) (nullable): who is asked when the first one does not answer
 */
SgModel *
sg_steady_model_get_fallback (SgSteadyModel *self)
{
  g_return_val_if_fail (SG_IS_STEADY_MODEL (self), NULL);

  return self->sides[1].model;
}

/**
 * sg_steady_model_set_fallback:
 * @model: (nullable): who is asked when the first one does not answer
 * @state: (nullable): what is known of its server
 */
void
sg_steady_model_set_fallback (SgSteadyModel *self,
                              SgModel       *model,
                              SgServerState *state)
{
  g_return_if_fail (SG_IS_STEADY_MODEL (self));
  g_return_if_fail ((model == NULL) == (state == NULL));

  g_set_object (&self->sides[1].model, model);
  g_set_object (&self->sides[1].state, state);
  apply (self);
}

/**
 * sg_steady_model_set_seed:
 * @seed: a number
 *
 * Makes the jitter of the waits the same each time, for tests.
 */
void
sg_steady_model_set_seed (SgSteadyModel *self,
                          guint32        seed)
{
  g_return_if_fail (SG_IS_STEADY_MODEL (self));

  g_rand_set_seed (self->rand, seed);
}
