/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/socket.h>

#include <gio/gio.h>

#include "llm-fixture.h"

typedef struct
{
  GBytes    *bytes;
  GBytes    *repeated;
  gsize      total;
  int        piece_size;
  guint      pause_ms;
  ServerEnd  end;
} Reply;

struct _RawServer
{
  GSocketService *service;
  char           *address;

  GMutex          mutex;
  GCond           cond;
  GPtrArray      *replies;
  GPtrArray      *requests;
  guint           n_connections;
  guint           n_open;
  gsize           n_sent;
};

static void
reply_free (Reply *reply)
{
  g_bytes_unref (reply->bytes);
  g_clear_pointer (&reply->repeated, g_bytes_unref);
  g_free (reply);
}

static gsize
content_length (const char *head)
{
  const char *field = strstr (head, "Content-Length: ");

  return field != NULL ? g_ascii_strtoull (field + strlen ("Content-Length: "), NULL, 10) : 0;
}

/* Reads head and body of a request; NULL where the client has gone. */
static char *
read_request (GInputStream *input)
{
  g_autoptr (GString) request = g_string_new (NULL);
  char buffer[16384];
  const char *body;

  for (;;)
    {
      gssize n;

      body = strstr (request->str, "\r\n\r\n");
      if (body != NULL && request->len >= (gsize) (body + 4 - request->str) + content_length (request->str))
        return g_strdup (request->str);

      n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);
      if (n <= 0)
        return NULL;
      g_string_append_len (request, buffer, n);
    }
}

static gboolean
send_bytes (RawServer         *self,
            GSocketConnection *connection,
            const char        *data,
            gsize              length,
            int                piece_size,
            guint              pause_ms)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  while (length > 0)
    {
      gsize piece = length;

      if (piece_size > 0)
        piece = MIN (length, (gsize) piece_size);
      else if (piece_size == PIECES_RANDOM)
        {
          gsize random = g_random_int_range (1, 200);
          piece = MIN (length, random);
        }

      if (!g_output_stream_write_all (output, data, piece, NULL, NULL, NULL))
        return FALSE;

      g_mutex_lock (&self->mutex);
      self->n_sent += piece;
      g_mutex_unlock (&self->mutex);
      data += piece;
      length -= piece;
      if (pause_ms > 0)
        g_usleep (pause_ms * 1000);
    }

  return TRUE;
}

static Reply *
take_request (RawServer *self,
              char      *request)
{
  Reply *reply;
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->requests->len;
  g_ptr_array_add (self->requests, request);
  reply = g_ptr_array_index (self->replies, MIN (n, self->replies->len - 1));
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return reply;
}

static gboolean
send_reply (RawServer         *self,
            GSocketConnection *connection,
            Reply             *reply)
{
  gsize length;
  const char *data = g_bytes_get_data (reply->bytes, &length);

  if (!send_bytes (self, connection, data, length, reply->piece_size, reply->pause_ms))
    return FALSE;

  if (reply->repeated == NULL)
    return TRUE;

  data = g_bytes_get_data (reply->repeated, &length);
  for (gsize sent = 0; sent < reply->total; sent += length)
    if (!send_bytes (self, connection, data, length, PIECES_WHOLE, 0))
      return FALSE;

  return TRUE;
}

static void
serve (RawServer         *self,
       GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GSocket *socket = g_socket_connection_get_socket (connection);
  char *request;

  g_socket_set_option (socket, 6, 1, 1, NULL);
  while ((request = read_request (input)) != NULL)
    {
      Reply *reply = take_request (self, request);

      if (!send_reply (self, connection, reply))
        return;

      if (reply->end == END_HANG)
        {
          char byte;

          while (g_input_stream_read (input, &byte, 1, NULL, NULL) > 0)
            ;
          return;
        }

      if (reply->end == END_RESET)
        {
          struct linger linger = { 1, 0 };

          setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        }

      if (reply->end != END_KEEP)
        return;
    }
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  RawServer *self = user_data;

  g_mutex_lock (&self->mutex);
  self->n_connections++;
  self->n_open++;
  g_mutex_unlock (&self->mutex);

  serve (self, connection);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  g_mutex_lock (&self->mutex);
  self->n_open--;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return TRUE;
}

RawServer *
raw_server_new (void)
{
  RawServer *self = g_new0 (RawServer, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) reply_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->service = g_threaded_socket_service_new (64);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->address = g_strdup_printf ("http://127.0.0.1:%u",
                                   g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);

  return self;
}

/* The client has to have closed its connections, by freeing its session. */
void
raw_server_free (RawServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  raw_server_wait_closed (self);
  g_object_unref (self->service);
  g_ptr_array_unref (self->replies);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->address);
  g_free (self);
}

const char *
raw_server_get_address (RawServer *self)
{
  return self->address;
}

static void
add_reply (RawServer *self,
           Reply     *reply)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->replies, reply);
  g_mutex_unlock (&self->mutex);
}

void
raw_server_reply (RawServer  *self,
                  const char *bytes,
                  gssize      length,
                  int         piece_size,
                  ServerEnd   end)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->bytes = g_bytes_new (bytes, length < 0 ? strlen (bytes) : (gsize) length);
  reply->piece_size = piece_size;
  reply->end = end;
  add_reply (self, reply);
}

void
raw_server_reply_slowly (RawServer  *self,
                         const char *bytes,
                         int         piece_size,
                         guint       pause_ms,
                         ServerEnd   end)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->bytes = g_bytes_new (bytes, strlen (bytes));
  reply->piece_size = piece_size;
  reply->pause_ms = pause_ms;
  reply->end = end;
  add_reply (self, reply);
}

void
raw_server_reply_endless (RawServer  *self,
                          const char *head,
                          const char *bytes,
                          gsize       total)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->bytes = g_bytes_new (head, strlen (head));
  reply->repeated = g_bytes_new (bytes, strlen (bytes));
  reply->total = total;
  reply->end = END_CLOSE;
  add_reply (self, reply);
}

void
raw_server_forget (RawServer *self)
{
  raw_server_wait_closed (self);
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->replies, 0);
  g_ptr_array_set_size (self->requests, 0);
  g_mutex_unlock (&self->mutex);
}

static gsize
read_locked (RawServer *self,
             gsize     *value)
{
  gsize copy;

  g_mutex_lock (&self->mutex);
  copy = *value;
  g_mutex_unlock (&self->mutex);

  return copy;
}

guint
raw_server_get_n_requests (RawServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->requests->len;
  g_mutex_unlock (&self->mutex);

  return n;
}

guint
raw_server_get_n_connections (RawServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_connections;
  g_mutex_unlock (&self->mutex);

  return n;
}

guint
raw_server_get_n_open (RawServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_open;
  g_mutex_unlock (&self->mutex);

  return n;
}

gsize
raw_server_get_n_sent (RawServer *self)
{
  return read_locked (self, &self->n_sent);
}

char *
raw_server_dup_request (RawServer *self,
                        guint      index)
{
  char *request;

  g_mutex_lock (&self->mutex);
  g_assert_cmpuint (index, <, self->requests->len);
  request = g_strdup (g_ptr_array_index (self->requests, index));
  g_mutex_unlock (&self->mutex);

  return request;
}

/* Turns the main loop until no connection is open. */
void
raw_server_wait_closed (RawServer *self)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (raw_server_get_n_open (self) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
}

Recorder *
recorder_new (void)
{
  Recorder *self = g_new0 (Recorder, 1);

  self->log = g_string_new (NULL);
  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  self->warnings = g_string_new (NULL);
  self->complete = g_ptr_array_new_with_free_func (g_free);
  self->usage = (SgUsage) SG_USAGE_INIT;

  return self;
}

void
recorder_free (Recorder *self)
{
  g_string_free (self->log, TRUE);
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_string_free (self->warnings, TRUE);
  g_ptr_array_unref (self->complete);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
check_text (const SgModelEvent *event)
{
  g_assert_nonnull (event->text);
  g_assert_true (g_utf8_validate (event->text, event->length, NULL));
  g_assert_cmpint (event->text[event->length], ==, '\0');
}

static void
note (Recorder           *self,
      const SgModelEvent *event)
{
  switch (event->type)
    {
    case SG_MODEL_EVENT_STARTED:
      self->started = TRUE;
      break;

    case SG_MODEL_EVENT_PROGRESS:
      self->n_progress++;
      break;

    case SG_MODEL_EVENT_REASONING:
      g_assert_cmpuint (event->length, >, 0);
      g_string_append (self->reasoning, event->text);
      break;

    case SG_MODEL_EVENT_TEXT:
      g_assert_cmpuint (event->length, >, 0);
      g_string_append (self->text, event->text);
      break;

    case SG_MODEL_EVENT_TOOL_OPENED:
      g_assert_nonnull (event->id);
      g_assert_nonnull (event->name);
      g_assert_cmpuint (event->index, ==, self->n_opened);
      self->n_opened++;
      break;

    case SG_MODEL_EVENT_TOOL_COMPLETE:
      g_ptr_array_add (self->complete, g_strdup_printf ("%s(%s)", event->name, event->text));
      break;

    case SG_MODEL_EVENT_TOOL_CUT:
      self->n_cut++;
      break;

    case SG_MODEL_EVENT_USAGE:
      self->usage = event->usage;
      break;

    case SG_MODEL_EVENT_WARNING:
      g_string_append_printf (self->warnings, "%s\n", event->text);
      break;

    case SG_MODEL_EVENT_FINISHED:
      self->finished = TRUE;
      self->reason = event->reason;
      break;

    case SG_MODEL_EVENT_TOOL_ARGUMENTS:
    default:
      break;
    }
}

/* How many events words are in depends on how they came; what they are, and what comes between them, does not. */
static void
log_event (Recorder           *self,
           const SgModelEvent *event)
{
  gboolean are_words = event->type == SG_MODEL_EVENT_TEXT || event->type == SG_MODEL_EVENT_REASONING;

  if (are_words && self->logged == event->type)
    g_string_append (self->log, event->text);
  else
    g_string_append_printf (self->log, "\n%d %u %s %s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " %s", event->type,
                            event->index, event->name, event->id, event->done, event->total, event->text);
  self->logged = event->type;
}

void
recorder_event (const SgModelEvent *event,
                gpointer            user_data)
{
  Recorder *self = user_data;

  g_assert_false (self->returned);
  g_assert_false (self->finished);
  g_assert_false (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable));

  if (event->text != NULL)
    check_text (event);
  note (self, event);
  self->n_events++;
  log_event (self, event);

  if (self->n_events == self->cancel_after)
    g_cancellable_cancel (self->cancellable);
}

static void
finished_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Recorder *self = user_data;
  gboolean ok = sg_model_generate_finish (SG_MODEL (object), result, &self->error);

  g_assert_true (ok == (self->error == NULL));
  self->returned = TRUE;
}

void
recorder_run (Recorder       *self,
              SgModel        *model,
              SgModelRequest *request)
{
  sg_model_generate_async (model, request, recorder_event, self, self->cancellable, finished_cb, self);
  g_assert_cmpuint (self->n_events, ==, 0);
  while (!self->returned)
    g_main_context_iteration (NULL, TRUE);
}

SgModelRequest *
make_request (const char *words)
{
  SgModelRequest *request = sg_model_request_new (SG_REQUEST_NARRATION);

  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, words));

  return request;
}

/* A reply of these chunks, each an event and a piece of chunked encoding, to the end. */
char *
make_stream (const char *first_chunk,
             ...)
{
  GString *stream = g_string_new (STREAM_HEAD);
  va_list args;

  va_start (args, first_chunk);
  for (const char *chunk = first_chunk; chunk != NULL; chunk = va_arg (args, const char *))
    g_string_append_printf (stream, "%x\r\ndata: %s\n\n\r\n", (guint) strlen (chunk) + 8, chunk);
  va_end (args);
  g_string_append (stream, "0\r\n\r\n");

  return g_string_free (stream, FALSE);
}
