/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "llm/sg-breaker.h"
#include "tools/sg-tool-context.h"

G_BEGIN_DECLS

/**
 * SG_TOOL_ERROR:
 *
 * Why a call was not done.  The message is a sentence for the model that says how the
 * call can be repaired.
 */
#define SG_TOOL_ERROR (sg_tool_error_quark ())

/**
 * SgToolError:
 * @SG_TOOL_ERROR_ARGUMENTS: the arguments are no JSON, do not follow the schema or make no sense
 * @SG_TOOL_ERROR_REFERENCE: a reference or dependency leads nowhere
 * @SG_TOOL_ERROR_SCHEMA: a schema uses what this program does not understand
 * @SG_TOOL_ERROR_FAILED: the work itself failed
 */
typedef enum
{
  SG_TOOL_ERROR_ARGUMENTS,
  SG_TOOL_ERROR_REFERENCE,
  SG_TOOL_ERROR_SCHEMA,
  SG_TOOL_ERROR_FAILED,
} SgToolError;

GQuark sg_tool_error_quark (void);

typedef enum
{
  SG_TOOL_READS,
  SG_TOOL_WRITES,
} SgToolAccess;

/**
 * SgToolCacheRule:
 * @SG_TOOL_CACHE_DEFAULT: for a read that of a turn, for a write never
 * @SG_TOOL_CACHE_NEVER: each call has a result of its own even where another asked for the same (dice)
 * @SG_TOOL_CACHE_TURN: equal calls of a turn are answered once, unless what they touch was written in
 *   between.  A write may say so where nobody wants it twice: it is then done once
 * @SG_TOOL_CACHE_KEYS: a read that is also answered from earlier turns, until something that its keys
 *   name is written or the story moves to another turn.  Such a tool promises that its result follows from the
 *   arguments, the scenario and what its keys name at that turn.  A search of the library does not: which words are
 *   rare changes with the other stories, too
 *
 * How long the result of a call answers equal ones.
 */
typedef enum
{
  SG_TOOL_CACHE_DEFAULT,
  SG_TOOL_CACHE_NEVER,
  SG_TOOL_CACHE_TURN,
  SG_TOOL_CACHE_KEYS,
} SgToolCacheRule;

#define SG_TYPE_TOOL (sg_tool_get_type ())

G_DECLARE_DERIVABLE_TYPE (SgTool, sg_tool, SG, TOOL, GObject)

/**
 * SgToolClass:
 * @name: what the model calls it
 * @description: what the model is told of it
 * @schema: the JSON schema of its arguments, as text; see sg_schema_new() for what it may use
 * @access: whether it changes the story
 * @timeout_ms: how long a call may take; 0 for as long as it likes
 * @cache: how long a result answers equal calls
 * @once: whether a read that failed is left at that; others are tried once more
 * @key_arguments: (nullable): the arguments that the keys are worked out from; %NULL for any of them.
 *   Keys are known early where none of these waits for the result of another call
 * @dup_keys: (nullable): the keys that a call touches, such as `state:lamp` or `memory:*`, worked
 *   out from its arguments; %NULL where they cannot be told, which conflicts with all
 * @run: (nullable): does quick work at once; a tool has this or the two below
 * @run_async: does the work; the arguments have been checked against the schema
 * @run_finish: returns the result
 * @fallback: (nullable): what the model can go on with where a call failed or took too long, an object; %NULL
 *   where there is nothing.  It is not in the way of anything else, so it does no work that could fail.
 *   Where a part of the result is better than none, see sg_tool_context_set_partial() as well
 *
 * A tool that writes does so through sg_tool_context_get_world() alone.  It gets a layer of its
 * own there, which the runner puts into the turn when the call has gone well, and drops when it
 * failed, took too long or was cancelled; so a late write harms nothing.
 */
struct _SgToolClass
{
  GObjectClass parent_class;

  const char         *name;
  const char         *description;
  const char         *schema;
  SgToolAccess        access;
  guint               timeout_ms;
  SgToolCacheRule     cache;
  gboolean            once;
  const char * const *key_arguments;

  char        **(*dup_keys)   (SgTool               *self,
                               JsonObject           *arguments);
  JsonNode     *(*run)        (SgTool               *self,
                               SgToolContext        *context,
                               const char           *call,
                               JsonObject           *arguments,
                               GError              **error);
  void          (*run_async)  (SgTool               *self,
                               SgToolContext        *context,
                               const char           *call,
                               JsonObject           *arguments,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
  JsonNode     *(*run_finish) (SgTool               *self,
                               GAsyncResult         *result,
                               GError              **error);
  JsonNode     *(*fallback)   (SgTool               *self,
                               SgToolContext        *context,
                               JsonObject           *arguments);
};

const char   *sg_tool_get_name        (SgTool      *self);
const char   *sg_tool_get_description (SgTool      *self);
const char   *sg_tool_get_schema      (SgTool      *self);
char         *sg_tool_dup_parameters  (SgTool      *self) G_GNUC_WARN_UNUSED_RESULT;
SgToolAccess  sg_tool_get_access      (SgTool      *self);
guint         sg_tool_get_timeout     (SgTool      *self);
SgToolCacheRule
              sg_tool_get_cache       (SgTool      *self);
SgBreaker    *sg_tool_get_breaker     (SgTool      *self);
void          sg_tool_set_clock       (SgTool      *self,
                                       SgClock     *clock);
gboolean      sg_tool_check_arguments (SgTool      *self,
                                       JsonNode    *arguments,
                                       GError     **error);
char        **sg_tool_dup_keys        (SgTool      *self,
                                       JsonObject  *arguments) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
