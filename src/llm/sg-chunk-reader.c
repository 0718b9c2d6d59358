/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-call-assembler.h"
#include "llm/sg-chunk-frame.h"
#include "llm/sg-chunk-parts.h"
#include "llm/sg-chunk-reader.h"
#include "llm/sg-json-scanner.h"
#include "llm/sg-text-sieve.h"
#include "llm/sg-token-estimate.h"
#include "llm/sg-utf8-joiner.h"

/* A chunk is read twice: once to find its parts, then each part in the order that the events need.  One that is the
 * chunk before with other words is not read at all. */

/* Words that are kept until they are looked at, in bytes. */
#define MAX_PLAIN 4096

struct _SgChunkReader
{
  SgModelEventFunc  func;
  gpointer          user_data;
  SgErrorContext    context;
  gboolean          tools_offered;

  SgChunkFrame      frame;
  SgTextSieve      *sieve;
  SgCallAssembler  *calls;
  SgUtf8Joiner      text_joiner;
  SgUtf8Joiner      reasoning_joiner;
  GString          *decoded;
  GString          *joined;

  /* Words as they stood in chunks, which nobody has looked at yet. */
  GString          *plain;
  gboolean          plain_reasoning;

  /* Words that are still to be handed on, all of one kind. */
  GString          *gathered;
  SgModelEventType  gathered_type;

  GString          *name;
  GString          *id;

  SgReplyFigures    figures;
  SgTokenEstimator  estimator;
  gboolean          has_choices;
  gboolean          has_reason;
  SgFinishReason    reason;
};

static void
hand_on (SgChunkReader *self)
{
  SgModelEvent event = {
    .type = self->gathered_type, .text = self->gathered->str, .length = self->gathered->len, .usage = SG_USAGE_INIT,
  };

  if (event.length == 0)
    return;

  sg_token_estimator_add (&self->estimator, event.text, event.length);
  self->func (&event, self->user_data);
  g_string_truncate (self->gathered, 0);
}

/* All other events pass here, and what the model said is measured. */
static void
deliver (const SgModelEvent *event,
         gpointer            user_data)
{
  SgChunkReader *self = user_data;

  hand_on (self);
  if (event->type == SG_MODEL_EVENT_TOOL_ARGUMENTS)
    sg_token_estimator_add (&self->estimator, event->text, event->length);

  self->func (event, self->user_data);
}

static void
gather (SgChunkReader    *self,
        SgModelEventType  type,
        const char       *text,
        gsize             length)
{
  if (type != self->gathered_type)
    hand_on (self);

  self->gathered_type = type;
  g_string_append_len (self->gathered, text, (gssize) length);
}

static gboolean
read_leaked_call (SgChunkReader *self,
                  const char    *text,
                  gsize          length)
{
  SgCallPiece piece = { .index = -1 };
  SgJsonScanner scanner;
  const char *raw = NULL;
  gsize raw_length = 0;
  g_autofree char *arguments = NULL;

  g_string_truncate (self->name, 0);
  sg_json_scanner_init (&scanner, text, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return FALSE;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      if (sg_json_scanner_is (&scanner, "name"))
        {
          sg_json_scanner_next (&scanner);
          sg_json_scanner_append_text (&scanner, self->name);
          sg_json_scanner_skip (&scanner);
        }
      else if (sg_json_scanner_is (&scanner, "arguments"))
        sg_json_scanner_skip_raw (&scanner, &raw, &raw_length);
      else
        sg_json_scanner_skip (&scanner);
    }

  if (sg_json_scanner_next (&scanner) != SG_JSON_END || self->name->len == 0 || raw == NULL)
    return FALSE;

  arguments = g_strndup (raw, raw_length);
  piece.name = self->name->str;
  piece.arguments = arguments;
  piece.length = raw_length;

  return sg_call_assembler_add (self->calls, &piece);
}

static void
sieve_cb (SgSievePart  part,
          const char  *text,
          gsize        length,
          gpointer     user_data)
{
  SgChunkReader *self = user_data;

  if (part == SG_SIEVE_REASONING)
    {
      gather (self, SG_MODEL_EVENT_REASONING, text, length);
      return;
    }

  if (part == SG_SIEVE_CALL)
    {
      g_autofree char *whole = NULL;

      if (read_leaked_call (self, text, length))
        return;
      whole = g_strconcat ("<tool_call>", text, "</tool_call>", NULL);
      gather (self, SG_MODEL_EVENT_TEXT, whole, strlen (whole));
      return;
    }

  gather (self, SG_MODEL_EVENT_TEXT, text, length);
}

/**
 * sg_chunk_reader_new:
 * @func: (scope notified): called for each event
 * @tools_offered: whether the request offers tools
 * @context: what errors speak about; its strings have to outlive the reader
 *
 * Returns: (transfer full): a reader
 */
SgChunkReader *
sg_chunk_reader_new (SgModelEventFunc      func,
                     gpointer              user_data,
                     gboolean              tools_offered,
                     const SgErrorContext *context)
{
  SgChunkReader *self = g_new0 (SgChunkReader, 1);

  self->func = func;
  self->user_data = user_data;
  self->context = *context;
  self->tools_offered = tools_offered;
  self->sieve = sg_text_sieve_new (sieve_cb, self, tools_offered);
  self->calls = sg_call_assembler_new (deliver, self);
  self->decoded = g_string_new (NULL);
  self->joined = g_string_new (NULL);
  self->plain = g_string_new (NULL);
  self->gathered = g_string_new (NULL);
  self->name = g_string_new (NULL);
  self->id = g_string_new (NULL);
  self->figures = (SgReplyFigures) SG_REPLY_FIGURES_INIT;
  self->reason = SG_FINISH_OTHER;

  return self;
}

/**
 * sg_chunk_reader_free:
 *
 * Frees a reader.
 */
void
sg_chunk_reader_free (SgChunkReader *self)
{
  if (self == NULL)
    return;

  sg_chunk_frame_clear (&self->frame);
  sg_text_sieve_free (self->sieve);
  sg_call_assembler_free (self->calls);
  g_string_free (self->decoded, TRUE);
  g_string_free (self->joined, TRUE);
  g_string_free (self->plain, TRUE);
  g_string_free (self->gathered, TRUE);
  g_string_free (self->name, TRUE);
  g_string_free (self->id, TRUE);
  g_free (self);
}

static void
read_progress (SgChunkReader *self,
               SgJsonScanner  scanner)
{
  SgModelEvent event = { .type = SG_MODEL_EVENT_PROGRESS, .usage = SG_USAGE_INIT };

  if (scanner.token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = scanner;

      sg_json_scanner_next (&scanner);
      if (sg_json_scanner_is (&key, "total"))
        event.total = sg_reply_figures_get_count (&scanner, 0);
      else if (sg_json_scanner_is (&key, "cache"))
        event.cached = sg_reply_figures_get_count (&scanner, 0);
      else if (sg_json_scanner_is (&key, "processed"))
        event.done = sg_reply_figures_get_count (&scanner, 0);
      else
        sg_json_scanner_skip (&scanner);
    }

  if (event.total > 0)
    deliver (&event, self);
}

/* Takes words as valid UTF-8; @data need not be that. */
static void
read_words (SgChunkReader *self,
            const char    *data,
            gsize          n_bytes,
            gboolean       reasoning)
{
  SgUtf8Joiner *joiner = reasoning ? &self->reasoning_joiner : &self->text_joiner;
  gsize length;
  const char *text = sg_utf8_joiner_push (joiner, data, n_bytes, self->joined, &length);

  self->figures.n_bytes += length;
  if (!reasoning)
    sg_text_sieve_push (self->sieve, text, length);
  else
    gather (self, SG_MODEL_EVENT_REASONING, text, length);
}

/* Reads the words of the chunks that were not read. */
static void
read_plain (SgChunkReader *self)
{
  if (self->plain->len == 0)
    return;

  read_words (self, self->plain->str, self->plain->len, self->plain_reasoning);
  g_string_truncate (self->plain, 0);
}

static void
keep_plain (SgChunkReader *self,
            const char    *words,
            gsize          n_words,
            gboolean       reasoning)
{
  if (reasoning != self->plain_reasoning || self->plain->len > MAX_PLAIN)
    read_plain (self);

  self->plain_reasoning = reasoning;
  g_string_append_len (self->plain, words, (gssize) n_words);
}

static void
read_string (SgChunkReader *self,
             SgJsonScanner *scanner,
             gboolean       reasoning)
{
  g_string_truncate (self->decoded, 0);
  sg_json_scanner_append_text (scanner, self->decoded);
  read_words (self, self->decoded->str, self->decoded->len, reasoning);
}

static void
read_function (SgChunkReader *self,
               SgJsonScanner *scanner,
               SgCallPiece   *piece)
{
  if (scanner->token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = *scanner;

      if (sg_json_scanner_is (&key, "arguments"))
        {
          const char *raw;
          gsize length;

          sg_json_scanner_skip_raw (scanner, &raw, &length);
          g_string_truncate (self->decoded, 0);
          /* Most send the arguments as a string that holds JSON, some as an object. */
          if (scanner->token == SG_JSON_STRING)
            sg_json_scanner_append_text (scanner, self->decoded);
          else if (scanner->token == SG_JSON_OBJECT_END)
            g_string_append_len (self->decoded, raw, length);
          piece->arguments = self->decoded->str;
          piece->length = self->decoded->len;
          continue;
        }

      sg_json_scanner_next (scanner);
      if (sg_json_scanner_is (&key, "name"))
        sg_json_scanner_append_text (scanner, self->name);
      sg_json_scanner_skip (scanner);
    }
}

static void
read_call (SgChunkReader *self,
           SgJsonScanner *scanner)
{
  SgCallPiece piece = { .index = -1 };
  SgUtf8Joiner joiner = { 0 };
  gsize length;

  g_string_truncate (self->name, 0);
  g_string_truncate (self->id, 0);
  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = *scanner;

      sg_json_scanner_next (scanner);
      if (sg_json_scanner_is (&key, "index"))
        piece.index = (int) CLAMP (sg_json_scanner_get_int (scanner, -1), -1, G_MAXINT);
      else if (sg_json_scanner_is (&key, "id"))
        sg_json_scanner_append_text (scanner, self->id);
      else if (sg_json_scanner_is (&key, "function"))
        read_function (self, scanner, &piece);
      else
        sg_json_scanner_skip (scanner);
    }

  piece.name = sg_utf8_joiner_push (&joiner, self->name->str, self->name->len, self->joined, &length);
  if (piece.name == self->joined->str)
    piece.name = g_string_assign (self->name, piece.name)->str;
  memset (&joiner, 0, sizeof joiner);
  piece.id = sg_utf8_joiner_push (&joiner, self->id->str, self->id->len, self->joined, &length);

  self->figures.n_bytes += piece.length;
  sg_call_assembler_add (self->calls, &piece);
}

static void
read_calls (SgChunkReader *self,
            SgJsonScanner  scanner)
{
  if (scanner.token != SG_JSON_ARRAY_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) > SG_JSON_END && scanner.token != SG_JSON_ARRAY_END)
    {
      if (scanner.token == SG_JSON_OBJECT_BEGIN)
        read_call (self, &scanner);
      else
        sg_json_scanner_skip (&scanner);
    }
}

static void
read_message (SgChunkReader *self,
              SgChunkParts  *parts)
{
  if (parts->reasoning.token == SG_JSON_STRING)
    read_string (self, &parts->reasoning, TRUE);
  if (parts->content.token == SG_JSON_STRING)
    read_string (self, &parts->content, FALSE);
  read_calls (self, parts->calls);
}

static void
read_finish (SgChunkReader *self,
             SgJsonScanner *scanner)
{
  static const struct { const char *name; SgFinishReason reason; } names[] = {
    { "stop", SG_FINISH_STOP },
    { "eos", SG_FINISH_STOP },
    { "end_turn", SG_FINISH_STOP },
    { "length", SG_FINISH_LENGTH },
    { "max_tokens", SG_FINISH_LENGTH },
    { "tool_calls", SG_FINISH_TOOL_CALLS },
    { "function_call", SG_FINISH_TOOL_CALLS },
    { "content_filter", SG_FINISH_FILTER },
  };

  if (scanner->token != SG_JSON_STRING || scanner->raw_length == 0)
    return;

  self->has_reason = TRUE;
  self->reason = SG_FINISH_OTHER;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (sg_json_scanner_is (scanner, names[i].name))
      self->reason = names[i].reason;
}

static GError *
garbled (SgChunkReader *self)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
                      _("A part of the reply from %s cannot be understood. If it happens again, the server "
                        "or something in between is at fault."), self->context.server);
}

static gboolean
check_length (SgChunkReader  *self,
              GError        **error)
{
  if (self->figures.n_bytes <= SG_REPLY_MAX)
    return TRUE;

  g_set_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG,
               _("The model does not come to an end; its reply was stopped after %d MB. A limit for "
                 "the length of a reply helps, and so may another model."),
               SG_REPLY_MAX / (1024 * 1024));

  return FALSE;
}

static gboolean
take_parts (SgChunkReader  *self,
            const char     *json,
            gsize           length,
            GError        **error)
{
  SgChunkParts parts;
  const SgJsonScanner *words;

  read_plain (self);
  if (!sg_chunk_parts_find (&parts, json, length))
    {
      g_propagate_error (error, garbled (self));
      return FALSE;
    }

  if (parts.error != NULL)
    {
      g_propagate_error (error, sg_model_error_from_stream (&self->context, json, length));
      return FALSE;
    }

  self->figures.n_chunks++;
  self->has_choices |= parts.has_choices;
  read_progress (self, parts.progress);
  read_message (self, &parts);
  read_finish (self, &parts.finish);
  sg_reply_figures_read_timings (&self->figures, parts.timings);
  sg_reply_figures_read_usage (&self->figures, parts.usage);

  words = sg_chunk_parts_get_words (&parts);
  if (words != NULL)
    sg_chunk_frame_learn (&self->frame, json, length, words->raw, words->raw_length, words == &parts.reasoning);

  return TRUE;
}

/**
 * sg_chunk_reader_take:
 * @json: a chunk, or a whole completion
 * @length: its length in bytes
 * @error: return location for a %SG_MODEL_ERROR
 *
 * Reads a chunk and calls the function for each event in it, but for words, which wait for sg_chunk_reader_hand_on() or
 * for an event of another kind.
 *
 * Returns: %FALSE where it is no JSON, is an error of the server, or makes the reply longer
 *   than any sensible one
 */
gboolean
sg_chunk_reader_take (SgChunkReader  *self,
                      const char     *json,
                      gsize           length,
                      GError        **error)
{
  gsize n_words;
  const char *words = sg_chunk_frame_match (&self->frame, json, length, &n_words);

  if (words == NULL)
    {
      if (!take_parts (self, json, length, error))
        return FALSE;
    }
  else
    {
      self->figures.n_chunks++;
      keep_plain (self, words, n_words, self->frame.reasoning);
    }

  return check_length (self, error);
}

/**
 * sg_chunk_reader_hand_on:
 *
 * Hands on the words that were read since the last time.  Words that come together are one event, so that whoever listens
 * to a fast server has no more to do than with a slow one.
 */
void
sg_chunk_reader_hand_on (SgChunkReader *self)
{
  read_plain (self);
  hand_on (self);
}

/**
 * sg_chunk_reader_flush:
 *
 * Hands on all words, those too that were kept back, after which the reply ends or breaks off.
 */
void
sg_chunk_reader_flush (SgChunkReader *self)
{
  read_plain (self);
  sg_text_sieve_finish (self->sieve);
  hand_on (self);
}

/**
 * sg_chunk_reader_has_choices:
 *
 * Returns: whether anything came that looks like a chat completion
 */
gboolean
sg_chunk_reader_has_choices (SgChunkReader *self)
{
  return self->has_choices;
}

/**
 * sg_chunk_reader_has_reason:
 *
 * Returns: whether the server said why the reply ended
 */
gboolean
sg_chunk_reader_has_reason (SgChunkReader *self)
{
  return self->has_reason;
}

static void
warn (SgChunkReader *self,
      const char    *sentence)
{
  SgModelEvent event = {
    .type = SG_MODEL_EVENT_WARNING, .text = sentence, .length = strlen (sentence), .usage = SG_USAGE_INIT,
  };

  deliver (&event, self);
}

static void
warn_of_calls (SgChunkReader *self)
{
  if (sg_call_assembler_get_n_nameless (self->calls) > 0)
    warn (self, _("The model called something without saying what; that was left out."));

  if (sg_call_assembler_get_overflowed (self->calls))
    {
      g_autofree char *sentence =
        g_strdup_printf (_("The model asked for more than %d tools in one reply; the rest were left out."),
                         SG_REPLY_CALLS_MAX);

      warn (self, sentence);
    }
}

/**
 * sg_chunk_reader_get_overflowed:
 *
 * Returns: whether there were more calls than any model makes, which were left out
 */
gboolean
sg_chunk_reader_get_overflowed (SgChunkReader *self)
{
  return sg_call_assembler_get_overflowed (self->calls);
}

/**
 * sg_chunk_reader_finish:
 *
 * Ends a reply that is whole: flushes, and completes or cuts the calls.  The last events, usage and finished, are
 * left to the caller.
 *
 * Returns: why the reply ended
 */
SgFinishReason
sg_chunk_reader_finish (SgChunkReader *self)
{
  sg_chunk_reader_flush (self);
  sg_call_assembler_finish (self->calls, self->reason == SG_FINISH_LENGTH);
  warn_of_calls (self);

  /* Some servers say `stop` although the model waits for the results of its calls. */
  if (self->reason == SG_FINISH_STOP && sg_call_assembler_get_n (self->calls) > 0)
    self->reason = SG_FINISH_TOOL_CALLS;

  return self->reason;
}

/**
 * sg_chunk_reader_get_n_bytes:
 *
 * Returns: how many bytes of text, reasoning and arguments came so far
 */
gint64
sg_chunk_reader_get_n_bytes (SgChunkReader *self)
{
  return self->figures.n_bytes;
}

/**
 * sg_chunk_reader_get_figures:
 *
 * Returns: (transfer none): what was counted so far; where the server counted nothing, the
 *   tokens of the reply are estimated
 */
const SgReplyFigures *
sg_chunk_reader_get_figures (SgChunkReader *self)
{
  if (self->figures.usage.output < 0 || self->figures.usage.estimated)
    {
      self->figures.usage.output = sg_token_estimator_get (&self->estimator);
      self->figures.usage.estimated = TRUE;
    }

  return &self->figures;
}
