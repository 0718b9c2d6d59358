/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a span says of itself: its attributes, as they are and as JSON, and the names of its kind and of the marks. */

#include "config.h"

#include "profile/sg-trace.h"

#include <math.h>
#include <string.h>

#include "profile/sg-format.h"

/**
 * sg_span_get_attribute:
 * @key: the attribute
 *
 * Returns: (transfer none) (nullable): the attribute
 */
const SgAttribute *
sg_span_get_attribute (const SgSpan *span,
                       const char   *key)
{
  g_return_val_if_fail (span != NULL, NULL);

  for (guint i = 0; span->attributes != NULL && i < span->attributes->len; i++)
    {
      const SgAttribute *attribute = &g_array_index (span->attributes, SgAttribute, i);

      if (attribute->key[0] == key[0] && g_str_equal (attribute->key, key))
        return attribute;
    }

  return NULL;
}

/**
 * sg_span_get_string:
 * @key: the attribute
 *
 * Returns: (transfer none) (nullable): its value, if it is a string
 */
const char *
sg_span_get_string (const SgSpan *span,
                    const char   *key)
{
  const SgAttribute *attribute = sg_span_get_attribute (span, key);

  return attribute != NULL && attribute->type == G_TYPE_STRING ? attribute->value.string : NULL;
}

/**
 * sg_span_get_int:
 * @key: the attribute
 * @fallback: what to return where there is none
 *
 * Returns: its value, if it is a whole number
 */
gint64
sg_span_get_int (const SgSpan *span,
                 const char   *key,
                 gint64        fallback)
{
  const SgAttribute *attribute = sg_span_get_attribute (span, key);

  return attribute != NULL && attribute->type == G_TYPE_INT64 ? attribute->value.integer : fallback;
}

/**
 * sg_span_get_double:
 * @key: the attribute
 * @fallback: what to return where there is none
 *
 * Returns: its value, if it is a number
 */
double
sg_span_get_double (const SgSpan *span,
                    const char   *key,
                    double        fallback)
{
  const SgAttribute *attribute = sg_span_get_attribute (span, key);

  if (attribute != NULL && attribute->type == G_TYPE_DOUBLE)
    return attribute->value.real;
  if (attribute != NULL && attribute->type == G_TYPE_INT64)
    return (double) attribute->value.integer;

  return fallback;
}

/* A whole number keeps its point, so that it is read back as what it was. */
static void
append_json_double (GString *out,
                    double   value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (out, "null");
      return;
    }

  g_string_append (out, g_ascii_dtostr (text, sizeof text, value));
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

/**
 * sg_span_append_attributes_json:
 * @out: where to write
 *
 * Appends the attributes as members of a JSON object, with commas between them and nothing around.  Every turn
 * writes all its spans, so no tree is made of them.
 */
void
sg_span_append_attributes_json (const SgSpan *span,
                                GString      *out)
{
  g_return_if_fail (span != NULL && out != NULL);

  for (guint i = 0; span->attributes != NULL && i < span->attributes->len; i++)
    {
      const SgAttribute *attribute = &g_array_index (span->attributes, SgAttribute, i);

      if (i > 0)
        g_string_append_c (out, ',');
      sg_format_append_string (out, attribute->key);
      g_string_append_c (out, ':');

      if (attribute->type == G_TYPE_STRING)
        sg_format_append_string (out, attribute->value.string);
      else if (attribute->type == G_TYPE_INT64)
        sg_format_append_int (out, attribute->value.integer);
      else if (attribute->type == G_TYPE_DOUBLE)
        append_json_double (out, attribute->value.real);
      else
        g_string_append (out, attribute->value.boolean ? "true" : "false");
    }
}

/**
 * sg_span_dup_attributes_json:
 *
 * Returns: (transfer full) (nullable): the attributes as a JSON object, or %NULL
 *   where there are none
 */
char *
sg_span_dup_attributes_json (const SgSpan *span)
{
  GString *out;

  g_return_val_if_fail (span != NULL, NULL);

  if (span->attributes == NULL)
    return NULL;

  out = g_string_new ("{");
  sg_span_append_attributes_json (span, out);
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

/**
 * sg_span_kind_to_string:
 * @kind: a kind
 *
 * Returns: the name of the kind, as scripts read it
 */
const char *
sg_span_kind_to_string (SgSpanKind kind)
{
  static const char *const names[SG_N_SPAN_KINDS] = {
    "turn", "stage", "model", "phase", "tool", "store", "wait",
  };

  g_return_val_if_fail (kind < SG_N_SPAN_KINDS, NULL);

  return names[kind];
}

/**
 * sg_mark_to_string:
 * @mark: a latency mark
 *
 * Returns: the name of the mark, as scripts read it
 */
const char *
sg_mark_to_string (SgMark mark)
{
  static const char *const names[SG_N_MARKS] = {
    "submitted", "budget-checked", "context-ready", "model-started",
    "first-tool", "first-token", "stream-complete", "committed",
  };

  g_return_val_if_fail (mark < SG_N_MARKS, NULL);

  return names[mark];
}
