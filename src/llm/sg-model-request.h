/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "profile/sg-trace.h"
#include "world/sg-scenario.h"
#include "world/sg-world.h"

G_BEGIN_DECLS

typedef enum
{
  SG_ROLE_SYSTEM,
  SG_ROLE_USER,
  SG_ROLE_ASSISTANT,
  SG_ROLE_TOOL,
} SgRole;

/**
 * SgRequestKind:
 *
 * What a model call is for; budgets and the profiler tell them apart.
 */
typedef enum
{
  SG_REQUEST_NARRATION,
  SG_REQUEST_PLANNING,
  SG_REQUEST_VERIFICATION,
  SG_REQUEST_SUMMARY,
  SG_REQUEST_CHARACTER,
  SG_REQUEST_PROBE,
} SgRequestKind;

/**
 * SgMessageCall:
 * @arguments: a JSON object as text, exactly as it is to be sent back
 *
 * A tool call inside an assistant message.
 */
typedef struct
{
  char *id;
  char *name;
  char *arguments;
} SgMessageCall;

SgMessageCall *sg_message_call_new  (const char    *id,
                                     const char    *name,
                                     const char    *arguments) G_GNUC_WARN_UNUSED_RESULT;
void           sg_message_call_free (SgMessageCall *self);

/**
 * SgMessage:
 * @content: (nullable): the text
 * @calls: (nullable) (element-type SgMessageCall): of an assistant message
 * @call_id: (nullable): of a tool message: the call that it answers
 * @tokens: how many tokens it is, as estimated; 0 where nobody has asked yet
 * @json: (nullable): how it is written in a request, where it has been written
 *
 * What is said in a prompt.  A message that is part of a request is not changed any more: the requests of later turns
 * share it, with what has been found out about it.
 */
typedef struct
{
  SgRole     role;
  char      *content;
  GPtrArray *calls;
  char      *call_id;
  gint64     tokens;
  GBytes    *json;
} SgMessage;

SgMessage *sg_message_new      (SgRole      role,
                                const char *content) G_GNUC_WARN_UNUSED_RESULT;
void       sg_message_add_call (SgMessage  *self,
                                const char *id,
                                const char *name,
                                const char *arguments);
SgMessage *sg_message_ref      (SgMessage  *self);
void       sg_message_unref    (SgMessage  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMessage, sg_message_unref)

/**
 * SgScene:
 * @scenario: (nullable): the scenario that is played
 * @world: (nullable): the overlay of the turn that runs; read only
 * @mode: `do`, `say`, `story` or `continue`
 * @input: the player's words
 * @depth: the depth of the turn in its story
 * @seed: the seed of this turn and alternative
 * @language: a language tag such as `en`
 *
 * What a model may look at that reads the world itself and not through words: the
 * built-in storyteller.  A language model never sees it.
 */
typedef struct
{
  SgScenario *scenario;
  SgWorld    *world;
  char       *mode;
  char       *input;
  int         depth;
  guint64     seed;
  char       *language;
} SgScene;

#define SG_TYPE_MODEL_REQUEST (sg_model_request_get_type ())

G_DECLARE_FINAL_TYPE (SgModelRequest, sg_model_request, SG, MODEL_REQUEST, GObject)

SgModelRequest *sg_model_request_new              (SgRequestKind   kind) G_GNUC_WARN_UNUSED_RESULT;
SgRequestKind   sg_model_request_get_kind         (SgModelRequest *self);

/* Messages, in order.  The request takes the message. */
void            sg_model_request_add_message      (SgModelRequest *self,
                                                   SgMessage      *message);
GPtrArray      *sg_model_request_get_messages     (SgModelRequest *self);
void            sg_model_request_share            (SgModelRequest *self,
                                                   SgModelRequest *earlier);
gint64          sg_model_request_estimate_tokens  (SgModelRequest *self);

/* The tools that are offered: the JSON array of the chat-completions interface, as text, made once
 * per catalog and shared.  NULL for none. */
const char     *sg_model_request_get_tools        (SgModelRequest *self);
void            sg_model_request_set_tools        (SgModelRequest *self,
                                                   const char     *tools_json);

/* A JSON schema, as text, that the whole reply has to follow; NULL for free text. */
const char     *sg_model_request_get_schema       (SgModelRequest *self);
void            sg_model_request_set_schema       (SgModelRequest *self,
                                                   const char     *schema_json);

/* 0 for the server's own limit. */
int             sg_model_request_get_max_tokens   (SgModelRequest *self);
void            sg_model_request_set_max_tokens   (SgModelRequest *self,
                                                   int             max_tokens);

/* Below 0 for the server's own. */
double          sg_model_request_get_temperature  (SgModelRequest *self);
void            sg_model_request_set_temperature  (SgModelRequest *self,
                                                   double          temperature);

/* Whether an answer that was given to the very same question before will do. */
gboolean        sg_model_request_get_cacheable    (SgModelRequest *self);
void            sg_model_request_set_cacheable    (SgModelRequest *self,
                                                   gboolean        cacheable);

/* The trace and the span of kind SG_SPAN_MODEL below which the model puts its phases and attributes. */
SgTrace        *sg_model_request_get_trace        (SgModelRequest *self);
guint           sg_model_request_get_span         (SgModelRequest *self);
void            sg_model_request_set_trace        (SgModelRequest *self,
                                                   SgTrace        *trace,
                                                   guint           span);

/* The request copies the strings and refs the objects of the scene. */
const SgScene  *sg_model_request_get_scene        (SgModelRequest *self);
void            sg_model_request_set_scene        (SgModelRequest *self,
                                                   const SgScene  *scene);

G_END_DECLS
