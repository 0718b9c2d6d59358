/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-http.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Connections that are kept: to one server there are at most three model calls at once, and the probe. */
#define MAX_CONNECTIONS 32
#define MAX_CONNECTIONS_PER_SERVER 16

struct _SgHttp
{
  GObject      parent_instance;

  SoupSession *session;
  GHashTable  *server_flags;
  GHashTable  *server_states;
  SgClock     *clock;
  gboolean     pooled;
  guint        connect_timeout;
};

enum
{
  PROP_0,
  PROP_POOLED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgHttp, sg_http, G_TYPE_OBJECT)

/* A request on its way to its headers. */
typedef struct
{
  char            *method;
  GUri            *uri;
  char            *key;
  GBytes          *body;
  SgHttpPhaseFunc  phase_func;
  gpointer         phase_data;

  GCancellable    *inner;
  GCancellable    *outer;
  gulong           outer_handler;
  GSource         *deadline;

  SoupMessage     *message;
  gulong           handlers[3];
  gint64           events_us[SG_HTTP_N_EVENTS];
  gboolean         new_connection;
  gboolean         retried;
  gboolean         timed_out;
} Sending;

static void
stop_deadline (Sending *sending)
{
  if (sending->deadline == NULL)
    return;

  g_source_destroy (sending->deadline);
  g_clear_pointer (&sending->deadline, g_source_unref);
}

static void
sending_free (Sending *sending)
{
  stop_deadline (sending);
  g_clear_object (&sending->message);
  if (sending->outer_handler != 0)
    g_signal_handler_disconnect (sending->outer, sending->outer_handler);
  g_clear_object (&sending->outer);
  g_clear_object (&sending->inner);
  g_free (sending->method);
  g_clear_pointer (&sending->uri, g_uri_unref);
  g_free (sending->key);
  g_clear_pointer (&sending->body, g_bytes_unref);
  g_free (sending);
}

/**
 * sg_http_reply_free:
 *
 * Frees a reply.
 */
void
sg_http_reply_free (SgHttpReply *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_free (self);
}

static void
sg_http_finalize (GObject *object)
{
  SgHttp *self = SG_HTTP (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->server_flags, g_hash_table_unref);
  g_clear_pointer (&self->server_states, g_hash_table_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (sg_http_parent_class)->finalize (object);
}

static void
sg_http_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  if (prop_id == PROP_POOLED)
    g_value_set_boolean (value, SG_HTTP (object)->pooled);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
sg_http_set_property (GObject      *object,
                      guint         prop_id,
                      const GValue *value,
                      GParamSpec   *pspec)
{
  if (prop_id == PROP_POOLED)
    sg_http_set_pooled (SG_HTTP (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
sg_http_class_init (SgHttpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_http_finalize;
  object_class->get_property = sg_http_get_property;
  object_class->set_property = sg_http_set_property;

  properties[PROP_POOLED] =
    g_param_spec_boolean ("pooled", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_http_init (SgHttp *self)
{
  self->pooled = TRUE;
  self->connect_timeout = SG_HTTP_CONNECT_TIMEOUT_MS;
  self->server_flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->server_states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  /* No timeout of the session's own: it cannot tell a server that reads a long prompt from one that died. */
  self->session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
                                                 "max-conns-per-host", MAX_CONNECTIONS_PER_SERVER,
                                                 "timeout", 0,
                                                 "idle-timeout", 60,
                                                 "user-agent", "Storyglass/" PACKAGE_VERSION,
                                                 NULL);
  /* The key is all the authentication there is, and a stream that is compressed comes in lumps. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
}

static gboolean
deadline_cb (gpointer user_data)
{
  Sending *sending = user_data;

  sending->timed_out = TRUE;
  g_clear_pointer (&sending->deadline, g_source_unref);
  g_cancellable_cancel (sending->inner);

  return G_SOURCE_REMOVE;
}

static void
start_deadline (Sending *sending,
                guint    milliseconds)
{
  if (sending->deadline != NULL || milliseconds == 0)
    return;

  sending->deadline = g_timeout_source_new (milliseconds);
  g_source_set_static_name (sending->deadline, "storyglass: connect");
  g_source_set_callback (sending->deadline, deadline_cb, sending, NULL);
  g_source_attach (sending->deadline, g_main_context_get_thread_default ());
}

static void
tell (Sending     *sending,
      SgHttpPhase  phase)
{
  if (sending->phase_func != NULL && !g_cancellable_is_cancelled (sending->inner))
    sending->phase_func (phase, sending->phase_data);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  GTask *task = user_data;
  Sending *sending = g_task_get_task_data (task);
  SgHttp *self = g_task_get_source_object (task);

  if (event < SG_HTTP_N_EVENTS)
    sending->events_us[event] = g_get_monotonic_time ();

  if (!sending->new_connection)
    {
      sending->new_connection = TRUE;
      start_deadline (sending, self->connect_timeout);
      tell (sending, SG_HTTP_CONNECTING);
    }

  if (event == G_SOCKET_CLIENT_COMPLETE)
    {
      stop_deadline (sending);
      tell (sending, SG_HTTP_CONNECTED);
    }
}

static void
starting_cb (SoupMessage *message,
             gpointer     user_data)
{
  Sending *sending = g_task_get_task_data (user_data);

  stop_deadline (sending);
  tell (sending, SG_HTTP_SENT);
}

/* libsoup itself has found a kept connection dead, and takes another. */
static void
restarted_cb (SoupMessage *message,
              gpointer     user_data)
{
  Sending *sending = g_task_get_task_data (user_data);

  sending->retried = TRUE;
}

static void
outer_cancelled_cb (GCancellable *outer,
                    gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static SoupMessage *
make_message (SgHttp  *self,
              Sending *sending)
{
  SoupMessage *message = soup_message_new_from_uri (sending->method, sending->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* A redirect would hand prompt and key to an address that nobody entered. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  /* libsoup gives a POST a new connection unless it is told that it may be sent twice.  It may: a request
   * for which not one byte has come back has changed nothing. */
  if (!self->pooled || sending->retried)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  else
    /* libsoup uses a kept connection only for what may be sent twice.  A completion may: of one that was never answered
     * nothing is left behind. */
    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  if (!self->pooled)
    soup_message_headers_replace (headers, "Connection", "close");

  if (sending->key != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", sending->key, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
    }

  if (sending->body != NULL)
    {
      soup_message_set_request_body_from_bytes (message, "application/json", sending->body);
      soup_message_headers_replace (headers, "Accept", "text/event-stream, application/json");
    }

  return message;
}

static void sent_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data);

static void
send_message (GTask *task)
{
  SgHttp *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  g_clear_object (&sending->message);
  memset (sending->events_us, 0, sizeof sending->events_us);
  sending->message = make_message (self, sending);
  sending->handlers[0] = g_signal_connect (sending->message, "network-event", G_CALLBACK (network_event_cb), task);
  sending->handlers[1] = g_signal_connect (sending->message, "starting", G_CALLBACK (starting_cb), task);
  sending->handlers[2] = g_signal_connect (sending->message, "restarted", G_CALLBACK (restarted_cb), task);
  soup_session_send_async (self->session, sending->message, G_PRIORITY_DEFAULT, sending->inner, sent_cb,
                           g_object_ref (task));
}

/* A server may have closed a kept connection in the moment in which it was taken.  That shows at the first byte that does
 * not come, and the request was then not read. */
static gboolean
was_dead (Sending *sending,
          GError  *error)
{
  return !sending->new_connection && !sending->retried && !g_cancellable_is_cancelled (sending->inner) &&
         soup_message_get_status (sending->message) == SOUP_STATUS_NONE &&
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
return_error (GTask  *task,
              GError *error)
{
  Sending *sending = g_task_get_task_data (task);

  if (sending->timed_out)
    {
      g_error_free (error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No connection in time");
    }

  g_task_return_error (task, error);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  SgHttpReply *reply;

  for (guint i = 0; i < G_N_ELEMENTS (sending->handlers); i++)
    g_clear_signal_handler (&sending->handlers[i], sending->message);
  stop_deadline (sending);

  if (stream == NULL && was_dead (sending, error))
    {
      g_clear_error (&error);
      sending->retried = TRUE;
      send_message (task);
      return;
    }

  if (stream == NULL)
    {
      return_error (task, error);
      return;
    }

  reply = g_new0 (SgHttpReply, 1);
  reply->message = g_object_ref (sending->message);
  reply->stream = stream;
  reply->reused = !sending->new_connection;
  reply->retried = sending->retried;
  memcpy (reply->events_us, sending->events_us, sizeof reply->events_us);
  g_task_return_pointer (task, reply, (GDestroyNotify) sg_http_reply_free);
}

/**
 * sg_http_new:
 *
 * Returns: (transfer full): a session with no connections yet
 */
SgHttp *
sg_http_new (void)
{
  g_autoptr (SgClock) clock = sg_clock_new ();

  return sg_http_new_with_clock (clock);
}

/**
 * sg_http_new_with_clock:
 * @clock: what the waits and limits of its servers are measured by
 *
 * Returns: (transfer full): a session with no connections yet
 */
SgHttp *
sg_http_new_with_clock (SgClock *clock)
{
  SgHttp *self;

  g_return_val_if_fail (SG_IS_CLOCK (clock), NULL);

  self = g_object_new (SG_TYPE_HTTP, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * sg_http_get_session:
 *
 * Returns: (transfer none): the session
 */
SoupSession *
sg_http_get_session (SgHttp *self)
{
  g_return_val_if_fail (SG_IS_HTTP (self), NULL);

  return self->session;
}

/**
 * sg_http_get_pooled:
 *
 * Returns: whether connections are kept
 */
gboolean
sg_http_get_pooled (SgHttp *self)
{
  g_return_val_if_fail (SG_IS_HTTP (self), FALSE);

  return self->pooled;
}

/**
 * sg_http_set_pooled:
 * @pooled: whether connections are kept, which is the default
 *
 * Switches the pool, so that what it saves can be measured.
 */
void
sg_http_set_pooled (SgHttp   *self,
                    gboolean  pooled)
{
  g_return_if_fail (SG_IS_HTTP (self));

  if (self->pooled == pooled)
    return;

  self->pooled = pooled;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POOLED]);
}

/**
 * sg_http_set_connect_timeout:
 * @milliseconds: how long looking up the name, connecting and TLS may take together; 0 for no limit
 */
void
sg_http_set_connect_timeout (SgHttp *self,
                             guint   milliseconds)
{
  g_return_if_fail (SG_IS_HTTP (self));

  self->connect_timeout = milliseconds;
}

/**
 * sg_http_get_server_flags:
 * @base: the address of an interface
 *
 * Returns: what was stored for that address, or 0
 */
guint
sg_http_get_server_flags (SgHttp     *self,
                          const char *base)
{
  g_return_val_if_fail (SG_IS_HTTP (self), 0);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->server_flags, base));
}

/**
 * sg_http_set_server_flags:
 * @base: the address of an interface
 * @flags: what to store for it
 */
void
sg_http_set_server_flags (SgHttp     *self,
                          const char *base,
                          guint       flags)
{
  g_return_if_fail (SG_IS_HTTP (self));

  g_hash_table_replace (self->server_flags, g_strdup (base), GUINT_TO_POINTER (flags));
}

/**
 * sg_http_get_server_state:
 * @base: the address of an interface
 *
 * Returns: (transfer none): what is known of that server, shared by all who call it
 */
SgServerState *
sg_http_get_server_state (SgHttp     *self,
                          const char *base)
{
  SgServerState *state;

  g_return_val_if_fail (SG_IS_HTTP (self), NULL);
  g_return_val_if_fail (base != NULL, NULL);

  state = g_hash_table_lookup (self->server_states, base);
  if (state == NULL)
    {
      state = sg_server_state_new (self->clock);
      g_hash_table_insert (self->server_states, g_strdup (base), state);
    }

  return state;
}

/**
 * sg_http_send_async:
 * @method: an HTTP method
 * @address: the address of the call
 * @key: (nullable): a key that was checked to be fit for a header
 * @body: (nullable): JSON
 * @phase_func: (nullable) (scope notified): called as the request gets on its way
 * @cancellable: (nullable): cancels it until its headers have come
 * @callback: (scope async): called when they have
 *
 * Sends a request.  A kept connection that turns out to be dead before a byte of the
 * reply came is replaced by a new one, once.
 */
void
sg_http_send_async (SgHttp              *self,
                    const char          *method,
                    const char          *address,
                    const char          *key,
                    GBytes              *body,
                    SgHttpPhaseFunc      phase_func,
                    gpointer             phase_data,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Sending *sending;

  g_return_if_fail (SG_IS_HTTP (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (address != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, sg_http_send_async);

  sending = g_new0 (Sending, 1);
  sending->method = g_strdup (method);
  sending->key = g_strdup (key);
  sending->body = body != NULL ? g_bytes_ref (body) : NULL;
  sending->phase_func = phase_func;
  sending->phase_data = phase_data;
  sending->inner = g_cancellable_new ();
  g_task_set_task_data (task, sending, (GDestroyNotify) sending_free);

  sending->uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  if (sending->uri == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s", _("This is no address."));
      return;
    }

  if (cancellable != NULL)
    {
      sending->outer = g_object_ref (cancellable);
      if (g_cancellable_is_cancelled (cancellable))
        g_cancellable_cancel (sending->inner);
      else
        sending->outer_handler = g_signal_connect (cancellable, "cancelled", G_CALLBACK (outer_cancelled_cb),
                                                   sending->inner);
    }

  send_message (task);
}

/**
 * sg_http_send_finish:
 *
 * Returns: (transfer full): the reply, whose body is still to be read, or %NULL with an error
 *   of GIO or libsoup
 */
SgHttpReply *
sg_http_send_finish (SgHttp        *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (SG_IS_HTTP (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == sg_http_send_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
