/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-model-request.h"

#include "llm/sg-token-estimate.h"

/* What the chat template adds around a message: its role and its marks. */
#define TOKENS_PER_MESSAGE 4

struct _SgModelRequest
{
  GObject        parent_instance;

  SgRequestKind  kind;
  GPtrArray     *messages;
  char          *tools;
  gint64         tools_tokens;
  char          *schema;
  int            max_tokens;
  double         temperature;
  gboolean       cacheable;
  SgTrace       *trace;
  guint          span;
  SgScene       *scene;
};

G_DEFINE_FINAL_TYPE (SgModelRequest, sg_model_request, G_TYPE_OBJECT)

/**
 * sg_message_call_new:
 * @id: the id of the call
 * @name: the name of the tool
 * @arguments: a JSON object as text
 *
 * Returns: (transfer full): a call
 */
SgMessageCall *
sg_message_call_new (const char *id,
                     const char *name,
                     const char *arguments)
{
  SgMessageCall *self = g_new0 (SgMessageCall, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->arguments = g_strdup (arguments);

  return self;
}

/**
 * sg_message_call_free:
 * @self: (transfer full): a call
 */
void
sg_message_call_free (SgMessageCall *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->arguments);
  g_free (self);
}

/**
 * sg_message_new:
 * @role: who says it
 * @content: (nullable): what is said
 *
 * Returns: (transfer full): a message
 */
SgMessage *
sg_message_new (SgRole      role,
                const char *content)
{
  SgMessage *self = g_rc_box_new0 (SgMessage);

  self->role = role;
  self->content = g_strdup (content);

  return self;
}

/**
 * sg_message_add_call:
 * @id: the id of the call
 * @name: the name of the tool
 * @arguments: a JSON object as text
 *
 * Adds a tool call to an assistant message.
 */
void
sg_message_add_call (SgMessage  *self,
                     const char *id,
                     const char *name,
                     const char *arguments)
{
  g_return_if_fail (self != NULL);

  if (self->calls == NULL)
    self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_message_call_free);
  g_ptr_array_add (self->calls, sg_message_call_new (id, name, arguments));
}

static void
message_clear (gpointer data)
{
  SgMessage *self = data;

  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->json, g_bytes_unref);
  g_free (self->content);
  g_free (self->call_id);
}

/**
 * sg_message_ref:
 *
 * Returns: (transfer full): the same message
 */
SgMessage *
sg_message_ref (SgMessage *self)
{
  return g_rc_box_acquire (self);
}

/**
 * sg_message_unref:
 * @self: (transfer full): a message
 */
void
sg_message_unref (SgMessage *self)
{
  g_rc_box_release_full (self, message_clear);
}

static void
scene_free (SgScene *scene)
{
  g_clear_object (&scene->scenario);
  g_clear_object (&scene->world);
  g_free (scene->mode);
  g_free (scene->input);
  g_free (scene->language);
  g_free (scene);
}

static void
sg_model_request_finalize (GObject *object)
{
  SgModelRequest *self = SG_MODEL_REQUEST (object);

  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->scene, scene_free);
  g_clear_object (&self->trace);
  g_free (self->tools);
  g_free (self->schema);

  G_OBJECT_CLASS (sg_model_request_parent_class)->finalize (object);
}

static void
sg_model_request_class_init (SgModelRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_model_request_finalize;
}

static void
sg_model_request_init (SgModelRequest *self)
{
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_message_unref);
  self->temperature = -1;
}

/**
 * sg_model_request_new:
 * @kind: what it is for
 *
 * Returns: (transfer full): a request without messages
 */
SgModelRequest *
sg_model_request_new (SgRequestKind kind)
{
  SgModelRequest *self = g_object_new (SG_TYPE_MODEL_REQUEST, NULL);

  self->kind = kind;

  return self;
}

/**
 * sg_model_request_get_kind:
 *
 * Returns: what it is for
 */
SgRequestKind
sg_model_request_get_kind (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), SG_REQUEST_NARRATION);

  return self->kind;
}

/**
 * sg_model_request_add_message:
 * @message: (transfer full): what follows
 */
void
sg_model_request_add_message (SgModelRequest *self,
                              SgMessage      *message)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));
  g_return_if_fail (message != NULL);

  g_ptr_array_add (self->messages, message);
}

/**
 * sg_model_request_get_messages:
 *
 * Returns: (transfer none) (element-type SgMessage): the messages, in order
 */
GPtrArray *
sg_model_request_get_messages (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), NULL);

  return self->messages;
}

/* Only plain messages: with calls it is the same turn, and then the same message. */
static gboolean
is_same (const SgMessage *a,
         const SgMessage *b)
{
  return a == b
         || (a->role == b->role && a->calls == NULL && b->calls == NULL && a->call_id == NULL
             && b->call_id == NULL && g_strcmp0 (a->content, b->content) == 0);
}

/**
 * sg_model_request_share:
 * @earlier: a request from before
 *
 * Takes the messages at the front that are the same in an earlier request from there: a prompt grows at its
 * end, so that what it begins with is measured and written once.
 */
void
sg_model_request_share (SgModelRequest *self,
                        SgModelRequest *earlier)
{
  guint n;

  g_return_if_fail (SG_IS_MODEL_REQUEST (self));
  g_return_if_fail (SG_IS_MODEL_REQUEST (earlier));

  n = MIN (self->messages->len, earlier->messages->len);
  for (guint i = 0; i < n; i++)
    {
      SgMessage *mine = g_ptr_array_index (self->messages, i);
      SgMessage *theirs = g_ptr_array_index (earlier->messages, i);

      if (!is_same (mine, theirs))
        break;
      g_ptr_array_index (self->messages, i) = sg_message_ref (theirs);
      sg_message_unref (mine);
    }

  if (g_strcmp0 (self->tools, earlier->tools) == 0)
    self->tools_tokens = earlier->tools_tokens;
}

static gint64
estimate_message (const SgMessage *message)
{
  gint64 tokens = TOKENS_PER_MESSAGE + sg_token_estimate (message->content, -1);

  for (guint i = 0; message->calls != NULL && i < message->calls->len; i++)
    {
      const SgMessageCall *call = g_ptr_array_index (message->calls, i);

      tokens += TOKENS_PER_MESSAGE + sg_token_estimate (call->name, -1)
                + sg_token_estimate (call->arguments, -1);
    }

  return tokens;
}

/**
 * sg_model_request_estimate_tokens:
 *
 * Returns: an estimate of the tokens of the prompt, tools included; see #SgTokenEstimator
 */
gint64
sg_model_request_estimate_tokens (SgModelRequest *self)
{
  gint64 tokens;

  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), 0);

  if (self->tools_tokens == 0)
    self->tools_tokens = sg_token_estimate (self->tools, -1);
  tokens = self->tools_tokens;

  for (guint i = 0; i < self->messages->len; i++)
    {
      SgMessage *message = g_ptr_array_index (self->messages, i);

      if (message->tokens == 0)
        message->tokens = estimate_message (message);
      tokens += message->tokens;
    }

  return tokens;
}

/**
 * sg_model_request_get_tools:
 *
 * Returns: (transfer none) (nullable): the tools that are offered, as JSON
 */
const char *
sg_model_request_get_tools (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), NULL);

  return self->tools;
}

/**
 * sg_model_request_set_tools:
 * @tools_json: (nullable): the `tools` array of a chat-completions request
 */
void
sg_model_request_set_tools (SgModelRequest *self,
                            const char     *tools_json)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  g_free (self->tools);
  self->tools = g_strdup (tools_json);
  self->tools_tokens = 0;
}

/**
 * sg_model_request_get_schema:
 *
 * Returns: (transfer none) (nullable): the JSON schema of the reply
 */
const char *
sg_model_request_get_schema (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), NULL);

  return self->schema;
}

/**
 * sg_model_request_set_schema:
 * @schema_json: (nullable): a JSON schema that the whole reply has to follow
 */
void
sg_model_request_set_schema (SgModelRequest *self,
                             const char     *schema_json)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  g_free (self->schema);
  self->schema = g_strdup (schema_json);
}

/**
 * sg_model_request_get_max_tokens:
 *
 * Returns: how long the reply may be, or 0 for the limit of the server
 */
int
sg_model_request_get_max_tokens (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), 0);

  return self->max_tokens;
}

/**
 * sg_model_request_set_max_tokens:
 * @max_tokens: how long the reply may be, or 0
 */
void
sg_model_request_set_max_tokens (SgModelRequest *self,
                                 int             max_tokens)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  self->max_tokens = max_tokens;
}

/**
 * sg_model_request_get_cacheable:
 *
 * Returns: whether an answer from before will do
 */
gboolean
sg_model_request_get_cacheable (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), FALSE);

  return self->cacheable;
}

/**
 * sg_model_request_set_cacheable:
 * @cacheable: whether an answer that was given to the very same question before will do; never for
 *   what the player asks for again
 */
void
sg_model_request_set_cacheable (SgModelRequest *self,
                                gboolean        cacheable)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  self->cacheable = cacheable;
}

/**
 * sg_model_request_get_temperature:
 *
 * Returns: the temperature, or a negative number for that of the server
 */
double
sg_model_request_get_temperature (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), -1);

  return self->temperature;
}

/**
 * sg_model_request_set_temperature:
 * @temperature: the temperature, or a negative number
 */
void
sg_model_request_set_temperature (SgModelRequest *self,
                                  double          temperature)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  self->temperature = temperature;
}

/**
 * sg_model_request_get_trace:
 *
 * Returns: (transfer none) (nullable): the trace of the turn
 */
SgTrace *
sg_model_request_get_trace (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), NULL);

  return self->trace;
}

/**
 * sg_model_request_get_span:
 *
 * Returns: the span of this call in the trace
 */
guint
sg_model_request_get_span (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), 0);

  return self->span;
}

/**
 * sg_model_request_set_trace:
 * @trace: (nullable): the trace of the turn
 * @span: the span of this call
 */
void
sg_model_request_set_trace (SgModelRequest *self,
                            SgTrace        *trace,
                            guint           span)
{
  g_return_if_fail (SG_IS_MODEL_REQUEST (self));

  g_set_object (&self->trace, trace);
  self->span = span;
}

/**
 * sg_model_request_get_scene:
 *
 * Returns: (transfer none) (nullable): what a model may look at that reads the world itself
 */
const SgScene *
sg_model_request_get_scene (SgModelRequest *self)
{
  g_return_val_if_fail (SG_IS_MODEL_REQUEST (self), NULL);

  return self->scene;
}

/**
 * sg_model_request_set_scene:
 * @scene: the scene; its strings are copied, its objects are kept
 */
void
sg_model_request_set_scene (SgModelRequest *self,
                            const SgScene  *scene)
{
  SgScene *copy;

  g_return_if_fail (SG_IS_MODEL_REQUEST (self));
  g_return_if_fail (scene != NULL);

  copy = g_memdup2 (scene, sizeof *scene);
  if (copy->scenario != NULL)
    g_object_ref (copy->scenario);
  if (copy->world != NULL)
    g_object_ref (copy->world);
  copy->mode = g_strdup (scene->mode);
  copy->input = g_strdup (scene->input);
  copy->language = g_strdup (scene->language);

  g_clear_pointer (&self->scene, scene_free);
  self->scene = copy;
}
