/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "llm/sg-server-state.h"

G_BEGIN_DECLS

/* How long a connection may take to come about. */
#define SG_HTTP_CONNECT_TIMEOUT_MS 5000

/**
 * SgHttpPhase:
 * @SG_HTTP_CONNECTING: a new connection is being made; the first phase, unless a kept one is used
 * @SG_HTTP_CONNECTED: it stands
 * @SG_HTTP_SENT: the request is on its way
 */
typedef enum
{
  SG_HTTP_CONNECTING,
  SG_HTTP_CONNECTED,
  SG_HTTP_SENT,
} SgHttpPhase;

typedef void (*SgHttpPhaseFunc) (SgHttpPhase phase,
                                 gpointer    user_data);

#define SG_HTTP_N_EVENTS (G_SOCKET_CLIENT_COMPLETE + 1)

/**
 * SgHttpReply:
 * @message: the message, whose headers have come
 * @stream: the body
 * @reused: whether a kept connection served it
 * @retried: whether a kept connection was found dead, and a new one made
 * @events_us: when each #GSocketClientEvent of a new connection came, in microseconds of g_get_monotonic_time(); 0 for never
 */
typedef struct
{
  SoupMessage  *message;
  GInputStream *stream;
  gboolean      reused;
  gboolean      retried;
  gint64        events_us[SG_HTTP_N_EVENTS];
} SgHttpReply;

void sg_http_reply_free (SgHttpReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpReply, sg_http_reply_free)

/**
 * SgHttp:
 *
 * The HTTP of all model servers: one session, whose connections are kept and used again.  Owned by whoever makes models, and
 * shared by them.
 */
#define SG_TYPE_HTTP (sg_http_get_type ())

G_DECLARE_FINAL_TYPE (SgHttp, sg_http, SG, HTTP, GObject)

SgHttp      *sg_http_new                 (void) G_GNUC_WARN_UNUSED_RESULT;
SgHttp      *sg_http_new_with_clock      (SgClock              *clock) G_GNUC_WARN_UNUSED_RESULT;
SoupSession *sg_http_get_session         (SgHttp               *self);
gboolean     sg_http_get_pooled          (SgHttp               *self);
void         sg_http_set_pooled          (SgHttp               *self,
                                          gboolean              pooled);
void         sg_http_set_connect_timeout (SgHttp               *self,
                                          guint                 milliseconds);

/* What was learned about a server, so that a model made later for the same address knows it. */
guint        sg_http_get_server_flags    (SgHttp               *self,
                                          const char           *base);
void         sg_http_set_server_flags    (SgHttp               *self,
                                          const char           *base,
                                          guint                 flags);
SgServerState *sg_http_get_server_state  (SgHttp               *self,
                                          const char           *base);

void         sg_http_send_async          (SgHttp               *self,
                                          const char           *method,
                                          const char           *address,
                                          const char           *key,
                                          GBytes               *body,
                                          SgHttpPhaseFunc       phase_func,
                                          gpointer              phase_data,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
SgHttpReply *sg_http_send_finish         (SgHttp               *self,
                                          GAsyncResult         *result,
                                          GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void         sg_http_let_go              (SgHttpReply          *reply,
                                          gboolean              drain);

G_END_DECLS
