/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "llm/sg-embedder.h"
#include "llm/sg-model-request.h"

G_BEGIN_DECLS

/**
 * SG_MODEL_ERROR:
 *
 * What can go wrong with a model.  The message of each error is a sentence or two
 * for the player: what happened, and what to do about it.
 */
#define SG_MODEL_ERROR (sg_model_error_quark ())

/**
 * SgModelError:
 * @SG_MODEL_ERROR_ADDRESS: the address is no usable http or https address
 * @SG_MODEL_ERROR_CONNECT: no server answers there (refused, unknown host, TLS)
 * @SG_MODEL_ERROR_KEY: the key is missing or wrong
 * @SG_MODEL_ERROR_NOT_FOUND: a server answers, but not with this interface or model
 * @SG_MODEL_ERROR_LOADING: the model is still loading
 * @SG_MODEL_ERROR_BUSY: too many requests (429, 503)
 * @SG_MODEL_ERROR_CONTEXT: the prompt is longer than the context of the model
 * @SG_MODEL_ERROR_REQUEST: the server refuses the request for another reason (4xx)
 * @SG_MODEL_ERROR_SERVER: the server failed (5xx, or an error in mid-stream)
 * @SG_MODEL_ERROR_CUT_OFF: the stream ended before the reply did
 * @SG_MODEL_ERROR_SILENT: nothing came for too long
 * @SG_MODEL_ERROR_GARBLED: the reply cannot be understood
 * @SG_MODEL_ERROR_TOO_LONG: the reply is larger than any sensible one
 * @SG_MODEL_ERROR_PAUSED: the server has failed again and again and is not asked for a while
 */
typedef enum
{
  SG_MODEL_ERROR_ADDRESS,
  SG_MODEL_ERROR_CONNECT,
  SG_MODEL_ERROR_KEY,
  SG_MODEL_ERROR_NOT_FOUND,
  SG_MODEL_ERROR_LOADING,
  SG_MODEL_ERROR_BUSY,
  SG_MODEL_ERROR_CONTEXT,
  SG_MODEL_ERROR_REQUEST,
  SG_MODEL_ERROR_SERVER,
  SG_MODEL_ERROR_CUT_OFF,
  SG_MODEL_ERROR_SILENT,
  SG_MODEL_ERROR_GARBLED,
  SG_MODEL_ERROR_TOO_LONG,
  SG_MODEL_ERROR_PAUSED,
} SgModelError;

GQuark sg_model_error_quark (void);

/**
 * SgFinishReason:
 * @SG_FINISH_STOP: the model came to its end
 * @SG_FINISH_LENGTH: the reply was cut at the limit of tokens, or the context is full
 * @SG_FINISH_TOOL_CALLS: the model waits for the results of its calls
 * @SG_FINISH_FILTER: the server withheld the rest
 * @SG_FINISH_OTHER: something that the server did not explain
 */
typedef enum
{
  SG_FINISH_STOP,
  SG_FINISH_LENGTH,
  SG_FINISH_TOOL_CALLS,
  SG_FINISH_FILTER,
  SG_FINISH_OTHER,
} SgFinishReason;

/**
 * SgUsage:
 *
 * What a call cost, in tokens; -1 where the server did not say.  The reused tokens
 * (`cached`) are part of `input`, the reasoning tokens part of `output`.  Times are
 * those that the server measured, in microseconds, or -1.
 */
typedef struct
{
  gint64   input;
  gint64   output;
  gint64   cached;
  gint64   reasoning;
  gint64   prompt_us;
  gint64   predicted_us;
  gboolean estimated;
} SgUsage;

#define SG_USAGE_INIT { -1, -1, -1, -1, -1, -1, FALSE }

/**
 * SgModelEventType:
 * @SG_MODEL_EVENT_STARTED: the server accepted the request (headers have come)
 * @SG_MODEL_EVENT_PROGRESS: the server reads the prompt: done, total and cached are set
 * @SG_MODEL_EVENT_REASONING: text and length are set
 * @SG_MODEL_EVENT_TEXT: text and length are set
 * @SG_MODEL_EVENT_TOOL_OPENED: index, id and name are set
 * @SG_MODEL_EVENT_TOOL_ARGUMENTS: index is set; text and length hold a piece of them
 * @SG_MODEL_EVENT_TOOL_COMPLETE: index, id and name are set; text and length hold all arguments,
 *   which may still be no valid JSON.  Comes as soon as the arguments are whole: at the
 *   latest when the next call opens or the reply ends.  Never for a call cut by the length limit.
 * @SG_MODEL_EVENT_TOOL_CUT: as above, for a call that the length limit cut; it is not to be run
 * @SG_MODEL_EVENT_USAGE: usage is set
 * @SG_MODEL_EVENT_WAITING: nothing is under way for a while (a retry, a limit, a busy server): text holds a
 *   sentence for the player, total the microseconds that it takes, or 0.  It is over with the next event,
 *   which is one of the same kind without text where nothing else is to be said
 * @SG_MODEL_EVENT_WARNING: text holds a sentence for the player (a prompt that was cut, ...)
 * @SG_MODEL_EVENT_FINISHED: reason is set
 */
typedef enum
{
  SG_MODEL_EVENT_STARTED,
  SG_MODEL_EVENT_PROGRESS,
  SG_MODEL_EVENT_REASONING,
  SG_MODEL_EVENT_TEXT,
  SG_MODEL_EVENT_TOOL_OPENED,
  SG_MODEL_EVENT_TOOL_ARGUMENTS,
  SG_MODEL_EVENT_TOOL_COMPLETE,
  SG_MODEL_EVENT_TOOL_CUT,
  SG_MODEL_EVENT_USAGE,
  SG_MODEL_EVENT_WAITING,
  SG_MODEL_EVENT_WARNING,
  SG_MODEL_EVENT_FINISHED,
} SgModelEventType;

/**
 * SgModelEvent:
 *
 * Lives for the length of the callback; text is UTF-8, whole characters only, and ends with a NUL.
 */
typedef struct
{
  SgModelEventType  type;
  const char       *text;
  gsize             length;
  guint             index;
  const char       *id;
  const char       *name;
  gint64            done;
  gint64            total;
  gint64            cached;
  SgUsage           usage;
  SgFinishReason    reason;
} SgModelEvent;

/**
 * SgModelEventFunc:
 * @event: (transfer none): what happened
 * @user_data: the data given to sg_model_generate_async()
 *
 * Called on the main context, never before sg_model_generate_async() has returned and
 * never after its callback has been called or the cancellable was cancelled.
 */
typedef void (*SgModelEventFunc) (const SgModelEvent *event,
                                  gpointer            user_data);

#define SG_TYPE_MODEL (sg_model_get_type ())

G_DECLARE_INTERFACE (SgModel, sg_model, SG, MODEL, GObject)

struct _SgModelInterface
{
  GTypeInterface parent_iface;

  const char *(*get_name)        (SgModel              *self);
  const char *(*get_server)      (SgModel              *self);
  gboolean    (*is_language_model) (SgModel            *self);
  gint64      (*get_context_size) (SgModel             *self);
  double      (*get_token_ratio) (SgModel              *self);
  SgEmbedder *(*get_embedder)    (SgModel              *self,
                                  const char           *name);
  void        (*generate_async)  (SgModel              *self,
                                  SgModelRequest       *request,
                                  SgModelEventFunc      event_func,
                                  gpointer              event_data,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
  gboolean    (*generate_finish) (SgModel              *self,
                                  GAsyncResult         *result,
                                  GError              **error);
};

const char *sg_model_get_name          (SgModel              *self);
const char *sg_model_get_server        (SgModel              *self);
gboolean    sg_model_is_language_model (SgModel              *self);
/* Tokens of prompt and reply together; 0 where it is not known. */
gint64      sg_model_get_context_size  (SgModel              *self);
/* How many tokens the server counts for each that is estimated, at least 1. */
double      sg_model_get_token_ratio   (SgModel              *self);
/* What finds the meaning of texts; NULL where there is nothing of the kind. */
SgEmbedder *sg_model_get_embedder      (SgModel              *self,
                                        const char           *name);
void        sg_model_generate_async    (SgModel              *self,
                                        SgModelRequest       *request,
                                        SgModelEventFunc      event_func,
                                        gpointer              event_data,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean    sg_model_generate_finish   (SgModel              *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
