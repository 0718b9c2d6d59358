/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"
#include "tools/sg-tool-cache.h"
#include "tools/sg-tool-catalog.h"

G_BEGIN_DECLS

/**
 * SgToolCallStatus:
 * @SG_TOOL_CALL_WAITING: not started: its inputs, a conflicting call or a free place are missing
 * @SG_TOOL_CALL_REFUSED: wrong arguments, an unknown tool, a dangling reference, a cycle: answered
 *   with an error that lets the model repair the call
 */
typedef enum
{
  SG_TOOL_CALL_WAITING,
  SG_TOOL_CALL_RUNNING,
  SG_TOOL_CALL_DONE,
  SG_TOOL_CALL_REFUSED,
  SG_TOOL_CALL_FAILED,
  SG_TOOL_CALL_TIMED_OUT,
  SG_TOOL_CALL_CANCELLED,
} SgToolCallStatus;

/**
 * SgToolTrouble:
 * @SG_TOOL_TROUBLE_TIMEOUT: the call took too long and was stopped
 * @SG_TOOL_TROUBLE_CUT_SHORT: likewise, but what it had got done by then was taken
 * @SG_TOOL_TROUBLE_BREAKER: the tool has failed again and again and was left alone
 * @SG_TOOL_TROUBLE_TOO_MANY: the turn has had its calls
 *
 * What went wrong with a call that is no fault of the call itself.
 */
typedef enum
{
  SG_TOOL_TROUBLE_NONE,
  SG_TOOL_TROUBLE_TIMEOUT,
  SG_TOOL_TROUBLE_CUT_SHORT,
  SG_TOOL_TROUBLE_BREAKER,
  SG_TOOL_TROUBLE_TOO_MANY,
} SgToolTrouble;

/**
 * SgToolCall:
 * @position: the order in which the model made the calls of the turn, from 0
 * @level: its level in the graph of dependencies, from 0
 * @id: as the model gave it, or made up where it gave none
 * @arguments: as the model sent them
 * @result: (nullable): JSON text for the model, small; of a call that went wrong `{"error":"..."}`
 * @tool: (nullable): the tool, where there is one
 * @span: its span in the trace, or 0
 * @begin_us: microseconds of the monotonic clock; 0 where it never started
 */
typedef struct
{
  guint             position;
  guint             level;
  char             *id;
  char             *name;
  char             *arguments;
  char             *result;
  SgTool           *tool;
  SgToolCallStatus  status;
  SgToolTrouble     trouble;
  guint             span;
  gint64            begin_us;
  gint64            end_us;
} SgToolCall;

const char *sg_tool_call_status_to_string (SgToolCallStatus status);

#define SG_TYPE_TOOL_RUNNER (sg_tool_runner_get_type ())

/* How many calls run at once, and how many a turn may have, unless told otherwise. */
#define SG_TOOL_CALLS_AT_ONCE 10
#define SG_TOOL_CALLS_MAX 128

/* Schedules the calls of one turn.  Signals `call-started` and `call-finished` carry a pointer to
 * an SgToolCall that lives as long as the runner.  A call may start, and `call-started` be
 * emitted, inside sg_tool_runner_add(); `call-finished` comes from the main loop or from
 * sg_tool_runner_cancel(). */
G_DECLARE_FINAL_TYPE (SgToolRunner, sg_tool_runner, SG, TOOL_RUNNER, GObject)

SgToolRunner     *sg_tool_runner_new         (SgToolCatalog        *catalog,
                                              SgToolContext        *context,
                                              SgTrace              *trace,
                                              guint                 parent_span) G_GNUC_WARN_UNUSED_RESULT;
void              sg_tool_runner_set_limit   (SgToolRunner         *self,
                                              guint                 calls_at_once);
void              sg_tool_runner_set_max_calls (SgToolRunner       *self,
                                              guint                 max_calls);
void              sg_tool_runner_begin_numbering (SgToolRunner     *self);
void              sg_tool_runner_set_cache   (SgToolRunner         *self,
                                              SgToolCache          *cache,
                                              gboolean              coalescing);
/* Takes a call whose arguments are complete; it starts as soon as it may, at the earliest in the
 * same iteration of the main loop.  Later calls may be added while earlier ones run. */
const SgToolCall *sg_tool_runner_add         (SgToolRunner         *self,
                                              const char           *id,
                                              const char           *name,
                                              const char           *arguments);
/* Done when every call added so far is done; never fails but by cancellation, which also cancels
 * the calls that run. */
void              sg_tool_runner_wait_async  (SgToolRunner         *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean          sg_tool_runner_wait_finish (SgToolRunner         *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void              sg_tool_runner_cancel      (SgToolRunner         *self);
guint             sg_tool_runner_get_n_calls (SgToolRunner         *self);
const SgToolCall *sg_tool_runner_get_call    (SgToolRunner         *self,
                                              guint                 position);
/* Whether the calls from @first on were all writes and all went well: then the turn needs no
 * further model call. */
gboolean          sg_tool_runner_only_writes (SgToolRunner         *self,
                                              guint                 first);

G_END_DECLS
