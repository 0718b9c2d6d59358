/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-openai-model.h"

G_BEGIN_DECLS

/**
 * ServerEnd:
 * @END_KEEP: read the next request from the same connection
 * @END_CLOSE: close the connection
 * @END_RESET: close it so that the client sees a reset
 * @END_HANG: send nothing more, and wait until the client closes
 *
 * What the server does when it has sent its bytes.
 */
typedef enum
{
  END_KEEP,
  END_CLOSE,
  END_RESET,
  END_HANG,
} ServerEnd;

#define PIECES_WHOLE  0
#define PIECES_RANDOM (-1)

/* A server of raw bytes in a thread of its own: it reads a request, sends what it was told to send, in pieces of the
 * size it was told, and ends as it was told. */
typedef struct _RawServer RawServer;

RawServer  *raw_server_new            (void);
void        raw_server_free           (RawServer   *self);
const char *raw_server_get_address    (RawServer   *self);
/* The reply to the next request for which none was set; the last one stays for all that follow. */
void        raw_server_reply          (RawServer   *self,
                                       const char  *bytes,
                                       gssize       length,
                                       int          piece_size,
                                       ServerEnd    end);
/* Likewise, a few bytes at a time, with a pause of @pause_ms between them. */
void        raw_server_reply_slowly   (RawServer   *self,
                                       const char  *bytes,
                                       int          piece_size,
                                       guint        pause_ms,
                                       ServerEnd    end);
/* Likewise, @bytes over and over until the client closes, @total at most. */
void        raw_server_reply_endless  (RawServer   *self,
                                       const char  *head,
                                       const char  *bytes,
                                       gsize        total);
/* Forgets replies and requests, when all connections are closed. */
void        raw_server_forget         (RawServer   *self);
guint       raw_server_get_n_requests (RawServer   *self);
guint       raw_server_get_n_connections (RawServer *self);
guint       raw_server_get_n_open     (RawServer   *self);
gsize       raw_server_get_n_sent     (RawServer   *self);
char       *raw_server_dup_request    (RawServer   *self,
                                       guint        index);
void        raw_server_wait_closed    (RawServer   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

/**
 * Recorder:
 * @log: the events in order, a line each; pieces of text that follow each other are put together
 *
 * What came out of a call.
 */
typedef struct
{
  GString        *log;
  SgModelEventType logged;
  GString        *text;
  GString        *reasoning;
  GString        *warnings;
  GPtrArray      *complete;
  guint           n_opened;
  guint           n_cut;
  guint           n_events;
  guint           n_progress;
  gboolean        started;
  gboolean        finished;
  SgFinishReason  reason;
  SgUsage         usage;
  gboolean        returned;
  GError         *error;

  /* Cancels when this many events have come; 0 for never. */
  guint           cancel_after;
  GCancellable   *cancellable;
} Recorder;

Recorder       *recorder_new        (void);
void            recorder_free       (Recorder           *self);
void            recorder_event      (const SgModelEvent *event,
                                     gpointer            user_data);
void            recorder_run        (Recorder           *self,
                                     SgModel            *model,
                                     SgModelRequest     *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recorder, recorder_free)

SgModelRequest *make_request        (const char         *words);
char           *make_stream         (const char         *first_chunk,
                                     ...) G_GNUC_NULL_TERMINATED;

#define STREAM_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CLOSE_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

G_END_DECLS
