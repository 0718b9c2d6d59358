/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A trace is what one turn did, as spans on one monotonic clock: each has a
 * parent, a kind, a name, a begin and an end in microseconds since the origin of
 * the trace, and a few typed attributes.  A trace belongs to the thread of the
 * main context; work that runs elsewhere notes its times and hands them over
 * with the *_at() functions when it reports back.  A turn has tens of spans,
 * so they are kept in the order in which they began and looked up by number.
 */

#include "config.h"

#include "profile/sg-trace.h"

#include <json-glib/json-glib.h>

struct _SgTrace
{
  GObject    parent_instance;

  gint64     origin_us;
  GPtrArray *spans;
  guint      n_running;
  gint64     marks[SG_N_MARKS];
};

enum
{
  SIGNAL_BEGUN,
  SIGNAL_ENDED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgTrace, sg_trace, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
attribute_clear (gpointer data)
{
  SgAttribute *attribute = data;

  if (attribute->type == G_TYPE_STRING)
    g_clear_pointer (&attribute->value.string, g_free);
}

static void
span_free (gpointer data)
{
  SgSpan *span = data;

  g_clear_pointer (&span->attributes, g_array_unref);
  g_free (span->name);
  g_free (span);
}

static SgSpan *
get_span (SgTrace *self,
          guint    id)
{
  if (id == 0 || id > self->spans->len)
    return NULL;

  return g_ptr_array_index (self->spans, id - 1);
}

/* Finds the attribute to overwrite, or makes one. */
static SgAttribute *
reserve_attribute (SgSpan     *span,
                   const char *key,
                   GType       type)
{
  SgAttribute fresh = { .key = g_intern_string (key), .type = type };
  SgAttribute *found = (SgAttribute *) sg_span_get_attribute (span, key);

  if (found != NULL)
    {
      attribute_clear (found);
      *found = fresh;
      return found;
    }

  if (span->attributes == NULL)
    {
      span->attributes = g_array_sized_new (FALSE, FALSE, sizeof (SgAttribute), 4);
      g_array_set_clear_func (span->attributes, attribute_clear);
    }

  g_array_append_val (span->attributes, fresh);
  return &g_array_index (span->attributes, SgAttribute, span->attributes->len - 1);
}

static void
sg_trace_finalize (GObject *object)
{
  SgTrace *self = SG_TRACE (object);

  g_clear_pointer (&self->spans, g_ptr_array_unref);

  G_OBJECT_CLASS (sg_trace_parent_class)->finalize (object);
}

static void
sg_trace_class_init (SgTraceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_trace_finalize;

  /**
   * SgTrace::begun:
   * @span: the number of the span
   */
  signals[SIGNAL_BEGUN] =
    g_signal_new ("begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * SgTrace::ended:
   * @span: the number of the span
   */
  signals[SIGNAL_ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
sg_trace_init (SgTrace *self)
{
  self->spans = g_ptr_array_new_with_free_func (span_free);

  for (guint i = 0; i < SG_N_MARKS; i++)
    self->marks[i] = SG_SPAN_RUNNING;
}

/**
 * sg_trace_new:
 *
 * Makes a trace whose origin is now.
 *
 * Returns: (transfer full): a trace
 */
SgTrace *
sg_trace_new (void)
{
  return sg_trace_new_at (g_get_monotonic_time ());
}

/**
 * sg_trace_new_at:
 * @origin_us: the origin, in microseconds of g_get_monotonic_time()
 *
 * Makes a trace with a given origin: the moment at which the player pressed Enter,
 * or any value for a trace that is read back from the library.
 *
 * Returns: (transfer full): a trace
 */
SgTrace *
sg_trace_new_at (gint64 origin_us)
{
  SgTrace *self = g_object_new (SG_TYPE_TRACE, NULL);

  self->origin_us = origin_us;

  return self;
}

/**
 * sg_trace_get_origin:
 *
 * Returns: the origin, in microseconds of g_get_monotonic_time()
 */
gint64
sg_trace_get_origin (SgTrace *self)
{
  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  return self->origin_us;
}

/**
 * sg_trace_get_elapsed:
 *
 * Returns: microseconds from the origin to now
 */
gint64
sg_trace_get_elapsed (SgTrace *self)
{
  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  return g_get_monotonic_time () - self->origin_us;
}

/**
 * sg_trace_is_running:
 *
 * Returns: whether a span has begun and not ended
 */
gboolean
sg_trace_is_running (SgTrace *self)
{
  g_return_val_if_fail (SG_IS_TRACE (self), FALSE);

  return self->n_running > 0;
}

/**
 * sg_trace_get_duration:
 *
 * Returns: microseconds from the origin to the last end there is, or to now
 *   while a span is running
 */
gint64
sg_trace_get_duration (SgTrace *self)
{
  gint64 last = 0;

  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  if (self->n_running > 0)
    return sg_trace_get_elapsed (self);

  for (guint i = 0; i < self->spans->len; i++)
    {
      const SgSpan *span = g_ptr_array_index (self->spans, i);

      last = MAX (last, span->end_us);
    }

  return last;
}

/**
 * sg_trace_begin:
 * @parent: the number of the span that this one belongs to, or 0
 * @kind: what it is
 * @name: its name
 *
 * Begins a span now.
 *
 * Returns: the number of the span
 */
guint
sg_trace_begin (SgTrace    *self,
                guint       parent,
                SgSpanKind  kind,
                const char *name)
{
  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  return sg_trace_begin_at (self, parent, kind, name, sg_trace_get_elapsed (self));
}

/**
 * sg_trace_begin_at:
 * @parent: the number of the span that this one belongs to, or 0
 * @kind: what it is
 * @name: its name
 * @begin_us: microseconds since the origin
 *
 * Begins a span at a given time.
 *
 * Returns: the number of the span
 */
guint
sg_trace_begin_at (SgTrace    *self,
                   guint       parent,
                   SgSpanKind  kind,
                   const char *name,
                   gint64      begin_us)
{
  SgSpan *span;

  g_return_val_if_fail (SG_IS_TRACE (self), 0);
  g_return_val_if_fail (name != NULL, 0);
  g_return_val_if_fail (parent <= self->spans->len, 0);

  span = g_new0 (SgSpan, 1);
  span->id = self->spans->len + 1;
  span->parent = parent;
  span->kind = kind;
  span->name = g_strdup (name);
  span->begin_us = begin_us;
  span->end_us = SG_SPAN_RUNNING;

  g_ptr_array_add (self->spans, span);
  self->n_running++;
  g_signal_emit (self, signals[SIGNAL_BEGUN], 0, span->id);

  return span->id;
}

/**
 * sg_trace_end:
 * @span: the number of a span
 *
 * Ends a span now; a span that has ended stays as it is.
 */
void
sg_trace_end (SgTrace *self,
              guint    span)
{
  g_return_if_fail (SG_IS_TRACE (self));

  sg_trace_end_at (self, span, sg_trace_get_elapsed (self));
}

/**
 * sg_trace_end_at:
 * @span: the number of a span
 * @end_us: microseconds since the origin
 *
 * Ends a span at a given time; a span that has ended stays as it is.
 */
void
sg_trace_end_at (SgTrace *self,
                 guint    span,
                 gint64   end_us)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  if (found == NULL || found->end_us != SG_SPAN_RUNNING)
    return;

  found->end_us = MAX (end_us, found->begin_us);
  self->n_running--;
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, span);
}

/**
 * sg_trace_end_all:
 *
 * Ends all that still runs, the innermost first: a turn was stopped or failed.
 */
void
sg_trace_end_all (SgTrace *self)
{
  g_return_if_fail (SG_IS_TRACE (self));

  for (guint id = self->spans->len; id > 0 && self->n_running > 0; id--)
    sg_trace_end (self, id);
}

/**
 * sg_trace_get_n_spans:
 *
 * Returns: how many spans there are; their numbers are 1 to that
 */
guint
sg_trace_get_n_spans (SgTrace *self)
{
  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  return self->spans->len;
}

/**
 * sg_trace_get_span:
 * @span: the number of a span
 *
 * Returns: (transfer none) (nullable): the span, valid as long as the trace
 */
const SgSpan *
sg_trace_get_span (SgTrace *self,
                   guint    span)
{
  g_return_val_if_fail (SG_IS_TRACE (self), NULL);

  return get_span (self, span);
}

/**
 * sg_trace_find:
 * @kind: a kind
 * @name: (nullable): a name, or %NULL for any
 *
 * Returns: (transfer none) (nullable): the first such span
 */
const SgSpan *
sg_trace_find (SgTrace    *self,
               SgSpanKind  kind,
               const char *name)
{
  g_return_val_if_fail (SG_IS_TRACE (self), NULL);

  for (guint i = 0; i < self->spans->len; i++)
    {
      const SgSpan *span = g_ptr_array_index (self->spans, i);

      if (span->kind == kind && (name == NULL || g_str_equal (span->name, name)))
        return span;
    }

  return NULL;
}

/**
 * sg_trace_get_span_duration:
 * @span: the number of a span
 *
 * Returns: microseconds; of a running span, those until now
 */
gint64
sg_trace_get_span_duration (SgTrace *self,
                            guint    span)
{
  const SgSpan *found;

  g_return_val_if_fail (SG_IS_TRACE (self), 0);

  found = get_span (self, span);
  if (found == NULL)
    return 0;

  if (found->end_us == SG_SPAN_RUNNING)
    return sg_trace_get_elapsed (self) - found->begin_us;

  return found->end_us - found->begin_us;
}

/**
 * sg_trace_set_string:
 * @span: the number of a span
 * @key: the attribute
 * @value: (nullable): its value; %NULL changes nothing
 */
void
sg_trace_set_string (SgTrace    *self,
                     guint       span,
                     const char *key,
                     const char *value)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  if (found != NULL && value != NULL)
    reserve_attribute (found, key, G_TYPE_STRING)->value.string = g_strdup (value);
}

/**
 * sg_trace_set_int:
 * @span: the number of a span
 * @key: the attribute
 * @value: its value
 */
void
sg_trace_set_int (SgTrace    *self,
                  guint       span,
                  const char *key,
                  gint64      value)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  if (found != NULL)
    reserve_attribute (found, key, G_TYPE_INT64)->value.integer = value;
}

/**
 * sg_trace_set_double:
 * @span: the number of a span
 * @key: the attribute
 * @value: its value
 */
void
sg_trace_set_double (SgTrace    *self,
                     guint       span,
                     const char *key,
                     double      value)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  if (found != NULL)
    reserve_attribute (found, key, G_TYPE_DOUBLE)->value.real = value;
}

/**
 * sg_trace_set_boolean:
 * @span: the number of a span
 * @key: the attribute
 * @value: its value
 */
void
sg_trace_set_boolean (SgTrace    *self,
                      guint       span,
                      const char *key,
                      gboolean    value)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  if (found != NULL)
    reserve_attribute (found, key, G_TYPE_BOOLEAN)->value.boolean = value;
}

/**
 * sg_trace_clear_attribute:
 * @span: the number of a span
 * @key: the attribute
 *
 * Takes an attribute away, where there is one: what was said of a try says nothing of the next one.
 */
void
sg_trace_clear_attribute (SgTrace    *self,
                          guint       span,
                          const char *key)
{
  SgSpan *found;

  g_return_if_fail (SG_IS_TRACE (self));

  found = get_span (self, span);
  for (guint i = 0; found != NULL && found->attributes != NULL && i < found->attributes->len; i++)
    {
      if (g_str_equal (g_array_index (found->attributes, SgAttribute, i).key, key))
        {
          g_array_remove_index (found->attributes, i);
          return;
        }
    }
}

/**
 * sg_trace_set_attributes_json:
 * @span: the number of a span
 * @json: (nullable): what sg_span_dup_attributes_json() returned
 *
 * Sets attributes that were read back from the library; values that are not
 * plain ones are passed over.
 *
 * Returns: %FALSE with a %JSON_PARSER_ERROR where @json is no JSON object
 */
gboolean
sg_trace_set_attributes_json (SgTrace     *self,
                              guint        span,
                              const char  *json,
                              GError     **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  g_return_val_if_fail (SG_IS_TRACE (self), FALSE);

  if (json == NULL)
    return TRUE;

  node = json_from_string (json, error);
  if (node == NULL && error != NULL && *error != NULL)
    return FALSE;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA,
                           "The attributes of a span are not a JSON object");
      return FALSE;
    }

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      GType type = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : G_TYPE_INVALID;

      if (type == G_TYPE_STRING)
        sg_trace_set_string (self, span, key, json_node_get_string (value));
      else if (type == G_TYPE_INT64)
        sg_trace_set_int (self, span, key, json_node_get_int (value));
      else if (type == G_TYPE_DOUBLE)
        sg_trace_set_double (self, span, key, json_node_get_double (value));
      else if (type == G_TYPE_BOOLEAN)
        sg_trace_set_boolean (self, span, key, json_node_get_boolean (value));
    }

  return TRUE;
}

/**
 * sg_trace_mark:
 * @mark: a latency mark
 *
 * Sets a mark now; the first time counts.
 */
void
sg_trace_mark (SgTrace *self,
               SgMark   mark)
{
  g_return_if_fail (SG_IS_TRACE (self));

  sg_trace_mark_at (self, mark, sg_trace_get_elapsed (self));
}

/**
 * sg_trace_mark_at:
 * @mark: a latency mark
 * @at_us: microseconds since the origin
 *
 * Sets a mark at a given time; the first time counts.
 */
void
sg_trace_mark_at (SgTrace *self,
                  SgMark   mark,
                  gint64   at_us)
{
  g_return_if_fail (SG_IS_TRACE (self));
  g_return_if_fail (mark < SG_N_MARKS);

  if (self->marks[mark] == SG_SPAN_RUNNING)
    self->marks[mark] = at_us;
}

/**
 * sg_trace_get_mark:
 * @mark: a latency mark
 *
 * Returns: microseconds since the origin, or -1 where it was not passed
 */
gint64
sg_trace_get_mark (SgTrace *self,
                   SgMark   mark)
{
  g_return_val_if_fail (SG_IS_TRACE (self), -1);
  g_return_val_if_fail (mark < SG_N_MARKS, -1);

  return self->marks[mark];
}
