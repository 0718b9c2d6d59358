/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgSpanKind:
 * @SG_SPAN_TURN: the whole of a turn; the root of its trace
 * @SG_SPAN_STAGE: one line of the way of a turn (retrieve, prompt, stream, ...)
 * @SG_SPAN_MODEL: one call of a language model
 * @SG_SPAN_PHASE: a part of a model call: connect, prompt (the model reads), write
 * @SG_SPAN_TOOL: one tool call
 * @SG_SPAN_STORE: work of the library: journal, commit
 * @SG_SPAN_WAIT: nothing but waiting: a limiter, a retry, a busy server
 *
 * The numbers are stored in the library, so they never change.
 */
typedef enum
{
  SG_SPAN_TURN = 0,
  SG_SPAN_STAGE = 1,
  SG_SPAN_MODEL = 2,
  SG_SPAN_PHASE = 3,
  SG_SPAN_TOOL = 4,
  SG_SPAN_STORE = 5,
  SG_SPAN_WAIT = 6,
} SgSpanKind;

#define SG_N_SPAN_KINDS 7

/**
 * SgMark:
 *
 * The latency marks of a turn, in the order in which a plain turn passes them.
 */
typedef enum
{
  SG_MARK_SUBMITTED = 0,
  SG_MARK_BUDGET_CHECKED,
  SG_MARK_CONTEXT_READY,
  SG_MARK_MODEL_STARTED,
  SG_MARK_FIRST_TOOL,
  SG_MARK_FIRST_TOKEN,
  SG_MARK_STREAM_COMPLETE,
  SG_MARK_COMMITTED,
} SgMark;

#define SG_N_MARKS 8

/**
 * SG_SPAN_RUNNING:
 *
 * The end of a span that has not ended yet.
 */
#define SG_SPAN_RUNNING (G_GINT64_CONSTANT (-1))

/**
 * SgAttribute:
 * @key: an interned name, such as `tokens.in`
 * @type: %G_TYPE_STRING, %G_TYPE_INT64, %G_TYPE_DOUBLE or %G_TYPE_BOOLEAN
 */
typedef struct
{
  const char *key;
  GType       type;
  union
  {
    char    *string;
    gint64   integer;
    double   real;
    gboolean boolean;
  } value;
} SgAttribute;

/**
 * SgSpan:
 * @id: the number of the span in its trace, from 1
 * @parent: the number of the span it belongs to, or 0
 * @begin_us: microseconds since the origin of the trace
 * @end_us: likewise, or %SG_SPAN_RUNNING
 * @attributes: (element-type SgAttribute): may be %NULL
 */
typedef struct
{
  guint       id;
  guint       parent;
  SgSpanKind  kind;
  char       *name;
  gint64      begin_us;
  gint64      end_us;
  GArray     *attributes;
} SgSpan;

#define SG_TYPE_TRACE (sg_trace_get_type ())

G_DECLARE_FINAL_TYPE (SgTrace, sg_trace, SG, TRACE, GObject)

SgTrace           *sg_trace_new                 (void) G_GNUC_WARN_UNUSED_RESULT;
SgTrace           *sg_trace_new_at              (gint64       origin_us) G_GNUC_WARN_UNUSED_RESULT;
gint64             sg_trace_get_origin          (SgTrace     *self);
gint64             sg_trace_get_elapsed         (SgTrace     *self);
gboolean           sg_trace_is_running          (SgTrace     *self);
gint64             sg_trace_get_duration        (SgTrace     *self);

guint              sg_trace_begin               (SgTrace     *self,
                                                 guint        parent,
                                                 SgSpanKind   kind,
                                                 const char  *name);
guint              sg_trace_begin_at            (SgTrace     *self,
                                                 guint        parent,
                                                 SgSpanKind   kind,
                                                 const char  *name,
                                                 gint64       begin_us);
void               sg_trace_end                 (SgTrace     *self,
                                                 guint        span);
void               sg_trace_end_at              (SgTrace     *self,
                                                 guint        span,
                                                 gint64       end_us);
void               sg_trace_end_all             (SgTrace     *self);

guint              sg_trace_get_n_spans         (SgTrace     *self);
const SgSpan      *sg_trace_get_span            (SgTrace     *self,
                                                 guint        span);
const SgSpan      *sg_trace_find                (SgTrace     *self,
                                                 SgSpanKind   kind,
                                                 const char  *name);
gint64             sg_trace_get_span_duration   (SgTrace     *self,
                                                 guint        span);

void               sg_trace_set_string          (SgTrace     *self,
                                                 guint        span,
                                                 const char  *key,
                                                 const char  *value);
void               sg_trace_set_int             (SgTrace     *self,
                                                 guint        span,
                                                 const char  *key,
                                                 gint64       value);
void               sg_trace_set_double          (SgTrace     *self,
                                                 guint        span,
                                                 const char  *key,
                                                 double       value);
void               sg_trace_set_boolean         (SgTrace     *self,
                                                 guint        span,
                                                 const char  *key,
                                                 gboolean     value);
void               sg_trace_clear_attribute     (SgTrace     *self,
                                                 guint        span,
                                                 const char  *key);
const SgAttribute *sg_span_get_attribute        (const SgSpan *span,
                                                 const char  *key);
const char        *sg_span_get_string           (const SgSpan *span,
                                                 const char  *key);
gint64             sg_span_get_int              (const SgSpan *span,
                                                 const char  *key,
                                                 gint64       fallback);
double             sg_span_get_double           (const SgSpan *span,
                                                 const char  *key,
                                                 double       fallback);
void               sg_span_append_attributes_json (const SgSpan *span,
                                                 GString     *out);
char              *sg_span_dup_attributes_json  (const SgSpan *span) G_GNUC_WARN_UNUSED_RESULT;
gboolean           sg_trace_set_attributes_json (SgTrace     *self,
                                                 guint        span,
                                                 const char  *json,
                                                 GError     **error);

void               sg_trace_mark                (SgTrace     *self,
                                                 SgMark       mark);
void               sg_trace_mark_at             (SgTrace     *self,
                                                 SgMark       mark,
                                                 gint64       at_us);
gint64             sg_trace_get_mark            (SgTrace     *self,
                                                 SgMark       mark);

const char        *sg_span_kind_to_string       (SgSpanKind   kind);
const char        *sg_mark_to_string            (SgMark       mark);

G_END_DECLS
