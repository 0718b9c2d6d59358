/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Spans in words: as labels of rows, for a screen reader, and in full. */

#include "config.h"

#include "app/performance/sg-span-text.h"

#include <glib/gi18n-lib.h>

#include "profile/sg-format.h"

typedef struct
{
  const char *name;
  const char *text;
} Word;

static const Word stages[] = {
  { "queued", N_("In the queue") },
  { "thinking", N_("Getting ready") },
  { "retrieve", N_("Remembering") },
  { "prompt", N_("Prompt") },
  { "stream", N_("Narration") },
  { "plan", N_("Planning") },
  { "tools", N_("Tools") },
  { "check", N_("Checking") },
  { "commit", N_("Saving") },
  { "after", N_("Afterwards") },
  { "verify", N_("Model check") },
  { "summarise", N_("Summary") },
  { "remember", N_("Memories") },
  { "embed", N_("Embeddings") },
  { "turns left without a summary", N_("Turns left without a summary") },
  { "steps", N_("Steps of the plan") },
  { "wait for the plan", N_("Waiting for the plan") },
};

static const Word phases[] = {
  { "connect", N_("Connecting") },
  { "prompt", N_("Prompt reading") },
  { "compose", N_("Composing") },
  { "write", N_("Writing") },
};

static const Word stores[] = {
  { "journal", N_("Journal") },
  { "commit", N_("Writing to the library") },
};

/* What a model call waited for; see sg-model-attributes.h. */
static const Word waits[] = {
  { "retry", N_("Wait before another try") },
  { "limit", N_("Wait for a place") },
  { "breaker", N_("Server left alone") },
  { "fallback", N_("Over to the fallback server") },
};

static const Word attributes[] = {
  { "tokens.in", N_("Tokens in") },
  { "tokens.out", N_("Tokens out") },
  { "tokens.cached", N_("Tokens reused") },
  { "tokens.reasoning", N_("Tokens of reasoning") },
  { "tokens.sent", N_("Tokens sent, as estimated here") },
  { "tokens.draft", N_("Tokens proposed by speculation") },
  { "tokens.accepted", N_("Of these, right") },
  { "estimated", N_("Tokens estimated") },
  { "rate", N_("Tokens a second") },
  { "prompt.rate", N_("Prompt tokens a second") },
  { "model", N_("Model") },
  { "server", N_("Server") },
  { "finish", N_("Ended by") },
  { "error", N_("Error") },
  { "running", N_("Stored while it ran") },
  { "http.status", N_("HTTP status") },
  { "chunks", N_("Pieces of the reply") },
  { "bytes.sent", N_("Bytes sent") },
  { "bytes.received", N_("Bytes received") },
  { "gap.max", N_("Longest silence while writing") },
  { "server.prompt", N_("Prompt reading, by the server's clock") },
  { "server.write", N_("Writing, by the server's clock") },
  { "reused-connection", N_("Connection reused") },
  { "retried-connection", N_("Connection was dead and made anew") },
  { "dns", N_("Looking up the name") },
  { "tcp", N_("Connecting") },
  { "tls", N_("Securing the connection") },
  { "call", N_("Call") },
  { "level", N_("Level of dependencies") },
  { "waited_us", N_("Waited for others") },
  { "status", N_("Outcome") },
  { "reason", N_("Reason") },
  { "attempt", N_("Number of the try") },
  { "wait", N_("Meant to wait") },
  { "fallback", N_("Told by the fallback server") },
  { "cached", N_("Answered from the cache") },
  { "saved", N_("Saved by that") },
  { "early", N_("Begun before the plan was known") },
  { "coalesced", N_("Answered by the call at position") },
  { "calls", N_("Calls") },
  { "sum_us", N_("One after the other these would take") },
  { "held_us", N_("Held up by the server, which does not count") },
  { "batch", N_("Texts in this request") },
  { "count", N_("Texts in all") },
  { "kind", N_("Asked for") },
  { "intent", N_("What the player is trying to do") },
  { "answers", N_("Who is to answer") },
  { "answer", N_("Answer") },
  { "steps", N_("Steps of the plan") },
  { "left-out", N_("Left out") },
  { "findings", N_("Findings") },
  { "findings.ignored", N_("Findings that made no sense") },
  { "rule", N_("Rule") },
  { "repair", N_("Told once more because of") },
  { "memories.by", N_("Memories found by") },
  { "meaning.late", N_("Meanings came too late") },
  { "turns", N_("Turns") },
  { "turns.left", N_("Turns that left the prompt") },
};

/* What tools have another meaning for. */
static const Word tool_attributes[] = {
  { "batch", N_("Number of its batch") },
};

static const char *
look_up (const Word *words,
         gsize       n_words,
         const char *name)
{
  for (gsize i = 0; i < n_words; i++)
    if (g_str_equal (words[i].name, name))
      return _(words[i].text);

  return name;
}

/**
 * sg_span_text_get_name:
 * @span: a span
 *
 * Returns: (transfer none): what the row of the span is called; names of models and tools stay
 *   as they are
 */
const char *
sg_span_text_get_name (const SgSpan *span)
{
  switch (span->kind)
    {
    case SG_SPAN_TURN:
      return _("Turn");
    case SG_SPAN_STAGE:
      return look_up (stages, G_N_ELEMENTS (stages), span->name);
    case SG_SPAN_PHASE:
      return look_up (phases, G_N_ELEMENTS (phases), span->name);
    case SG_SPAN_STORE:
      return look_up (stores, G_N_ELEMENTS (stores), span->name);
    case SG_SPAN_WAIT:
      return look_up (waits, G_N_ELEMENTS (waits), span->name);
    case SG_SPAN_MODEL:
    case SG_SPAN_TOOL:
    default:
      return span->name;
    }
}

/**
 * sg_span_text_get_kind:
 * @span: a span
 *
 * Returns: (transfer none): what kind of thing it is, translated
 */
const char *
sg_span_text_get_kind (const SgSpan *span)
{
  static const char *const kinds[SG_N_SPAN_KINDS] = {
    N_("Whole turn"), N_("Stage"), N_("Model call"), N_("Part of a model call"),
    N_("Tool call"), N_("Library"), N_("Waiting"),
  };

  return _(kinds[span->kind]);
}

/**
 * sg_span_text_dup_sentence:
 * @trace: a trace
 * @span: the number of a span
 *
 * Returns: (transfer full): one line that says what a sighted player sees of the bar
 */
char *
sg_span_text_dup_sentence (SgTrace *trace,
                           guint    span)
{
  const SgSpan *found = sg_trace_get_span (trace, span);
  g_autofree char *begin = NULL;
  g_autofree char *took = NULL;

  if (found == NULL)
    return g_strdup ("");

  begin = sg_format_duration (MAX (0, found->begin_us));
  took = sg_format_duration (sg_trace_get_span_duration (trace, span));
  if (found->end_us == SG_SPAN_RUNNING)
    return g_strdup_printf (_("%s: %s. Began at %s, runs for %s."), sg_span_text_get_kind (found),
                            sg_span_text_get_name (found), begin, took);

  return g_strdup_printf (_("%s: %s. Began at %s, took %s."), sg_span_text_get_kind (found),
                          sg_span_text_get_name (found), begin, took);
}

/* Whole numbers that are microseconds. */
static gboolean
is_time (const char *key)
{
  static const char *const times[] = {
    "gap.max", "server.prompt", "server.write", "dns", "tcp", "tls", "wait", "saved",
    NULL,
  };

  return g_str_has_suffix (key, "_us") || g_strv_contains (times, key);
}

static char *
format_value (const SgAttribute *attribute)
{
  if (attribute->type == G_TYPE_STRING)
    return g_utf8_make_valid (attribute->value.string, -1);
  if (attribute->type == G_TYPE_BOOLEAN)
    return g_strdup (attribute->value.boolean ? _("yes") : _("no"));
  if (attribute->type == G_TYPE_INT64 && is_time (attribute->key))
    return sg_format_duration (attribute->value.integer);
  if (attribute->type == G_TYPE_INT64)
    return g_strdup_printf ("%'" G_GINT64_FORMAT, attribute->value.integer);

  return g_strdup_printf ("%'.1f", attribute->value.real);
}

static const char *
get_attribute_name (const SgSpan *span,
                    const char   *key)
{
  const char *name =
    span->kind == SG_SPAN_TOOL ? look_up (tool_attributes, G_N_ELEMENTS (tool_attributes), key) : key;

  return name != key ? name : look_up (attributes, G_N_ELEMENTS (attributes), key);
}

static void
append_attributes (GString      *text,
                   const SgSpan *span)
{
  for (guint i = 0; span->attributes != NULL && i < span->attributes->len; i++)
    {
      const SgAttribute *attribute = &g_array_index (span->attributes, SgAttribute, i);
      g_autofree char *value = format_value (attribute);

      g_string_append_printf (text, "\n%s: %s", get_attribute_name (span, attribute->key), value);
    }
}

/* A model call also tells its phases, since they share its row. */
static void
append_phases (GString      *text,
               SgTrace      *trace,
               const SgSpan *span)
{
  for (guint id = span->id + 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *phase = sg_trace_get_span (trace, id);
      g_autofree char *took = NULL;

      if (phase->kind != SG_SPAN_PHASE || phase->parent != span->id)
        continue;
      took = sg_format_duration (sg_trace_get_span_duration (trace, id));
      g_string_append_printf (text, "\n%s: %s", sg_span_text_get_name (phase), took);
    }
}

/**
 * sg_span_text_dup_details:
 * @trace: a trace
 * @span: the number of a span
 *
 * Returns: (transfer full): all there is to say about a span, a line each; no markup
 */
char *
sg_span_text_dup_details (SgTrace *trace,
                          guint    span)
{
  const SgSpan *found = sg_trace_get_span (trace, span);
  GString *text;
  g_autofree char *sentence = sg_span_text_dup_sentence (trace, span);

  if (found == NULL)
    return g_steal_pointer (&sentence);

  text = g_string_new (sentence);
  if (found->kind == SG_SPAN_MODEL)
    append_phases (text, trace, found);
  append_attributes (text, found);

  return g_string_free (text, FALSE);
}
