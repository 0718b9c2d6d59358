/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The storyteller as a model among models: a request comes in, events go out.
 *
 * A turn is played in one go when the request arrives; it takes a millisecond or so.
 * What takes time is the telling, word by word, from a source on the main context, so
 * that it can be stopped at any moment.  Dice come in a second request, as the result
 * of a tool call: the turn is played again from its beginning with the dice known,
 * and what was told before the roll is left out.
 */

#include "config.h"

#include "storyteller/sg-storyteller.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "storyteller/sg-play.h"

/* Words told at once where nobody watches; small enough to stay cancellable, large enough to be fast. */
#define BURST 64

struct _SgStoryteller
{
  GObject parent_instance;

  guint   pace;
};

enum
{
  PROP_0,
  PROP_PACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void sg_storyteller_model_init (SgModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgStoryteller, sg_storyteller, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_MODEL, sg_storyteller_model_init))

/* One reply on its way. */
typedef struct
{
  SgModelRequest   *request;
  SgModelEventFunc  event_func;
  gpointer          event_data;
  GCancellable     *cancellable;

  char             *text;
  const char       *at;
  GPtrArray        *calls;
  gboolean          started;
  guint             pace;
  guint             span;
  GSource          *source;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  if (telling->source != NULL)
    {
      g_source_destroy (telling->source);
      g_source_unref (telling->source);
    }
  g_object_unref (telling->request);
  g_clear_object (&telling->cancellable);
  g_ptr_array_unref (telling->calls);
  g_free (telling->text);
  g_free (telling);
}

static void
call_free (gpointer data)
{
  SgMessageCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

/* Nothing is heard after the listener has stopped the telling, which may happen inside of an event. */
static void
emit (Telling            *telling,
      const SgModelEvent *event)
{
  if (telling->event_func != NULL && !g_cancellable_is_cancelled (telling->cancellable))
    telling->event_func (event, telling->event_data);
}

/* The calls have ids of their own in each reply of a turn, so that results find their way back. */
static void
add_call (Telling    *telling,
          guint       round,
          const char *name,
          JsonNode   *arguments)
{
  SgMessageCall *call = g_new0 (SgMessageCall, 1);

  call->id = g_strdup_printf ("teller-%u-%u", round, telling->calls->len);
  call->name = g_strdup (name);
  call->arguments = json_to_string (arguments, FALSE);
  g_ptr_array_add (telling->calls, call);
}

static void
add_roll_call (Telling *telling,
               SgPlay  *play,
               guint    round)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "dice", play->dice);
  json_object_set_string_member (arguments, "reason", play->reason);
  json_node_take_object (node, arguments);
  add_call (telling, round, "roll_dice", node);
}

static void
add_note_call (Telling      *telling,
               const SgNote *note,
               guint         round)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();
  g_auto (GStrv) keywords = g_strsplit (note->keywords, ",", -1);
  JsonArray *array = json_array_new ();

  for (guint i = 0; keywords[i] != NULL; i++)
    {
      if (keywords[i][0] != '\0')
        json_array_add_string_element (array, keywords[i]);
    }
  json_object_set_string_member (arguments, "text", note->text);
  if (json_array_get_length (array) > 0)
    json_object_set_array_member (arguments, "keywords", array);
  else
    json_array_unref (array);
  json_object_set_int_member (arguments, "importance", note->importance);
  json_node_take_object (node, arguments);
  add_call (telling, round, "add_memory", node);
}

static void
add_choices_call (Telling   *telling,
                  GPtrArray *choices,
                  guint      round)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < choices->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (choices, i));
  json_object_set_array_member (arguments, "choices", array);
  json_node_take_object (node, arguments);
  add_call (telling, round, "offer_choices", node);
}

static void
add_calls (Telling *telling,
           SgPlay  *play,
           guint    round)
{
  g_autoptr (GPtrArray) updates = NULL;

  if (play->waiting)
    {
      add_roll_call (telling, play, round);
      return;
    }

  updates = sg_play_list_updates (play);
  for (guint i = 0; i < updates->len; i++)
    add_call (telling, round, "update_state", g_ptr_array_index (updates, i));
  for (guint i = 0; i < play->notes->len; i++)
    add_note_call (telling, g_ptr_array_index (play->notes, i), round);
  if (play->choices->len >= 2)
    add_choices_call (telling, play->choices, round);
}

/* What this turn has brought so far, as the messages say. */
typedef struct
{
  GString *told;
  guint    n_replies;
  guint    n_rolls;
  gboolean wrote;
} SoFar;

static void
so_far_clear (SoFar *self)
{
  g_string_free (self->told, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SoFar, so_far_clear)

static guint
find_last_user (GPtrArray *messages)
{
  for (guint i = messages->len; i > 0; i--)
    {
      if (((const SgMessage *) g_ptr_array_index (messages, i - 1))->role == SG_ROLE_USER)
        return i;
    }

  return messages->len;
}

static void
take_roll_result (SgPlay     *play,
                  const char *content)
{
  g_autoptr (JsonNode) node = content != NULL ? json_from_string (content, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *total = object != NULL ? json_object_get_member (object, "total") : NULL;
  gboolean known = total != NULL && JSON_NODE_HOLDS_VALUE (total)
                   && json_node_get_value_type (total) == G_TYPE_INT64;

  sg_play_add_roll (play, known ? (int) CLAMP (json_node_get_int (total), -100000, 100000) : 0, known);
}

static gboolean
is_roll (GPtrArray  *messages,
         guint       first,
         const char *call_id)
{
  for (guint i = first; i < messages->len; i++)
    {
      const SgMessage *message = g_ptr_array_index (messages, i);

      for (guint j = 0; message->calls != NULL && j < message->calls->len; j++)
        {
          const SgMessageCall *call = g_ptr_array_index (message->calls, j);

          if (g_strcmp0 (call->id, call_id) == 0)
            return g_str_equal (call->name, "roll_dice");
        }
    }

  return FALSE;
}

static void
read_so_far (SgModelRequest *request,
             SgPlay         *play,
             SoFar          *so_far)
{
  GPtrArray *messages = sg_model_request_get_messages (request);
  guint first = find_last_user (messages);

  for (guint i = first; i < messages->len; i++)
    {
      const SgMessage *message = g_ptr_array_index (messages, i);

      if (message->role == SG_ROLE_ASSISTANT)
        {
          g_string_append (so_far->told, message->content != NULL ? message->content : "");
          so_far->n_replies++;
          so_far->wrote |= message->calls != NULL && message->calls->len > 0;
        }
      else if (message->role == SG_ROLE_TOOL && is_roll (messages, first, message->call_id))
        {
          take_roll_result (play, message->content);
          so_far->n_rolls++;
          so_far->wrote = FALSE;
        }
    }
}

/* Leaves out what this turn has told already: before a roll, or in a draft that is to be continued. */
static const char *
skip_told (const char *text,
           const char *told)
{
  gsize length = strlen (told);

  while (length > 0 && g_ascii_isspace (told[length - 1]))
    length--;

  return strncmp (text, told, length) == 0 ? text + length : text;
}

static void
compose (Telling        *telling,
         SgModelRequest *request,
         const SgScene  *scene)
{
  g_autoptr (SgPlay) play = sg_play_new (scene);
  g_auto (SoFar) so_far = { g_string_new (NULL) };

  read_so_far (request, play, &so_far);
  /* All was told and written; somebody asks whether there is more.  There is not. */
  if (so_far.wrote)
    {
      telling->text = g_strdup ("");
      return;
    }

  sg_play_run (play);
  telling->text = g_strdup (skip_told (play->text->str, so_far.told->str));
  add_calls (telling, play, so_far.n_replies);
}

static void
tell_calls (Telling *telling)
{
  for (guint i = 0; i < telling->calls->len; i++)
    {
      const SgMessageCall *call = g_ptr_array_index (telling->calls, i);
      SgModelEvent event = { SG_MODEL_EVENT_TOOL_OPENED };

      event.index = i;
      event.id = call->id;
      event.name = call->name;
      emit (telling, &event);
      event.type = SG_MODEL_EVENT_TOOL_ARGUMENTS;
      event.text = call->arguments;
      event.length = strlen (call->arguments);
      emit (telling, &event);
      event.type = SG_MODEL_EVENT_TOOL_COMPLETE;
      emit (telling, &event);
    }
}

static void
begin_span (Telling    *telling,
            const char *phase)
{
  SgTrace *trace = sg_model_request_get_trace (telling->request);

  if (trace != NULL)
    telling->span = sg_trace_begin (trace, sg_model_request_get_span (telling->request),
                                    SG_SPAN_PHASE, phase);
}

static void
end_span (Telling *telling)
{
  SgTrace *trace = sg_model_request_get_trace (telling->request);

  if (trace != NULL && telling->span != 0)
    sg_trace_end (trace, telling->span);
  telling->span = 0;
}

static void
finish (GTask *task)
{
  Telling *telling = g_task_get_task_data (task);
  SgModelEvent event = { SG_MODEL_EVENT_USAGE };
  SgUsage unknown = SG_USAGE_INIT;

  tell_calls (telling);
  event.usage = unknown;
  emit (telling, &event);
  event.type = SG_MODEL_EVENT_FINISHED;
  event.reason = telling->calls->len > 0 ? SG_FINISH_TOOL_CALLS : SG_FINISH_STOP;
  emit (telling, &event);
  end_span (telling);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

/* The end of the next word, with the space behind it. */
static const char *
next_word (const char *at)
{
  while (*at != '\0' && !g_ascii_isspace (*at))
    at++;
  while (*at != '\0' && g_ascii_isspace (*at))
    at++;

  return at;
}

/* A reader pauses at the end of a sentence, and longer between paragraphs. */
static guint
get_pause (Telling    *telling,
           const char *from,
           const char *to)
{
  guint base = 1000 / MAX (telling->pace, 1);
  const char *last = to;

  while (last > from && g_ascii_isspace (last[-1]))
    last--;
  if (memchr (last, '\n', to - last) != NULL)
    return base * 6;
  if (last > from && strchr (".!?", last[-1]) != NULL)
    return base * 4;
  if (last > from && strchr (",;:", last[-1]) != NULL)
    return base * 2;

  return base;
}

static gboolean tell_cb (gpointer user_data);

static void
schedule (GTask *task,
          guint  delay_ms)
{
  Telling *telling = g_task_get_task_data (task);

  g_clear_pointer (&telling->source, g_source_unref);
  telling->source = delay_ms > 0 ? g_timeout_source_new (delay_ms) : g_idle_source_new ();
  g_source_set_priority (telling->source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (telling->source, "[storyglass] telling");
  g_source_set_callback (telling->source, tell_cb, g_object_ref (task), g_object_unref);
  g_source_attach (telling->source, g_task_get_context (task));
}

static void
start (Telling *telling)
{
  SgModelEvent event = { SG_MODEL_EVENT_STARTED };

  telling->started = TRUE;
  end_span (telling);
  emit (telling, &event);
  begin_span (telling, "write");
}

static void
tell_piece (Telling    *telling,
            const char *end)
{
  g_autofree char *piece = g_strndup (telling->at, end - telling->at);
  SgModelEvent event = { SG_MODEL_EVENT_TEXT };

  event.text = piece;
  event.length = strlen (piece);
  telling->at = end;
  emit (telling, &event);
}

static gboolean
tell_cb (gpointer user_data)
{
  GTask *task = user_data;
  Telling *telling = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char *from = telling->at;
  const char *end = from;

  if (g_cancellable_is_cancelled (cancellable))
    {
      end_span (telling);
      g_task_return_error_if_cancelled (task);
      return G_SOURCE_REMOVE;
    }

  if (!telling->started)
    start (telling);
  for (guint i = 0; i < (telling->pace > 0 ? 1 : BURST) && *end != '\0'; i++)
    end = next_word (end);
  if (end > from && !g_cancellable_is_cancelled (cancellable))
    tell_piece (telling, end);

  /* Whoever listens may have stopped the telling in the meantime. */
  if (g_cancellable_is_cancelled (cancellable))
    {
      end_span (telling);
      g_task_return_error_if_cancelled (task);
    }
  else if (*telling->at != '\0')
    schedule (task, telling->pace > 0 ? get_pause (telling, from, end) : 0);
  else
    finish (task);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask        *task)
{
  Telling *telling = g_task_get_task_data (task);

  /* A paused telling notices at once, not at its next word. */
  if (telling->source != NULL)
    g_source_set_ready_time (telling->source, 0);
}

static void
sg_storyteller_generate_async (SgModel             *model,
                               SgModelRequest      *request,
                               SgModelEventFunc     event_func,
                               gpointer             event_data,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  SgStoryteller *self = SG_STORYTELLER (model);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const SgScene *scene = sg_model_request_get_scene (request);
  Telling *telling;

  g_task_set_source_tag (task, sg_storyteller_generate_async);
  if (sg_model_request_get_kind (request) == SG_REQUEST_NARRATION
      && (scene == NULL || scene->scenario == NULL || scene->world == NULL))
    {
      g_task_return_new_error (task, SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST, "%s",
                               _("This story has no scenario that the built-in storyteller could play. "
                                 "Choose a language model in the preferences to go on with it."));
      return;
    }

  telling = g_new0 (Telling, 1);
  telling->request = g_object_ref (request);
  telling->event_func = event_func;
  telling->event_data = event_data;
  g_set_object (&telling->cancellable, cancellable);
  telling->calls = g_ptr_array_new_with_free_func (call_free);
  telling->pace = self->pace;
  g_task_set_task_data (task, telling, telling_free);
  begin_span (telling, "compose");

  if (sg_model_request_get_kind (request) == SG_REQUEST_NARRATION)
    compose (telling, request, scene);
  else
    telling->text = g_strdup ("");
  telling->at = telling->text;

  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task, 0);
  schedule (task, 0);
}

static gboolean
sg_storyteller_generate_finish (SgModel       *model,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, model), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static const char *
sg_storyteller_get_name (SgModel *model)
{
  return "Storyglass storyteller";
}

static const char *
sg_storyteller_get_server (SgModel *model)
{
  return NULL;
}

static gboolean
sg_storyteller_is_language_model (SgModel *model)
{
  return FALSE;
}

static void
sg_storyteller_model_init (SgModelInterface *iface)
{
  iface->get_name = sg_storyteller_get_name;
  iface->get_server = sg_storyteller_get_server;
  iface->is_language_model = sg_storyteller_is_language_model;
  iface->generate_async = sg_storyteller_generate_async;
  iface->generate_finish = sg_storyteller_generate_finish;
}

static void
sg_storyteller_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  SgStoryteller *self = SG_STORYTELLER (object);

  switch (prop_id)
    {
    case PROP_PACE:
      g_value_set_uint (value, self->pace);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_storyteller_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PACE:
      sg_storyteller_set_pace (SG_STORYTELLER (object), g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_storyteller_class_init (SgStorytellerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sg_storyteller_get_property;
  object_class->set_property = sg_storyteller_set_property;

  properties[PROP_PACE] =
    g_param_spec_uint ("pace", NULL, NULL, 0, 1000, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_storyteller_init (SgStoryteller *self)
{
}

/**
 * sg_storyteller_new:
 *
 * Returns: (transfer full): a storyteller that tells as fast as it can
 */
SgStoryteller *
sg_storyteller_new (void)
{
  return g_object_new (SG_TYPE_STORYTELLER, NULL);
}

/**
 * sg_storyteller_get_pace:
 *
 * Returns: words a second, or 0 for as fast as it goes
 */
guint
sg_storyteller_get_pace (SgStoryteller *self)
{
  g_return_val_if_fail (SG_IS_STORYTELLER (self), 0);

  return self->pace;
}

/**
 * sg_storyteller_set_pace:
 * @words_per_second: how fast it tells, up to 1000; 0 for as fast as it goes
 *
 * Sets the pace of the replies to come.
 */
void
sg_storyteller_set_pace (SgStoryteller *self,
                         guint          words_per_second)
{
  g_return_if_fail (SG_IS_STORYTELLER (self));

  words_per_second = MIN (words_per_second, 1000);
  if (self->pace == words_per_second)
    return;

  self->pace = words_per_second;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PACE]);
}
