/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What servers count and measure of a reply.  They are foreign figures: each is bounded where it is read. */

#include "config.h"

#include "llm/sg-reply-figures.h"

/* No count of tokens and no time in microseconds comes near; a larger figure is a mistake of the server, and
 * several of them could not be added up. */
#define MAX_FIGURE (G_GINT64_CONSTANT (1) << 48)

/**
 * sg_reply_figures_get_count:
 * @fallback: what to return where the last token is no number
 *
 * Returns: a number of tokens, or -1 where the server sends one below 0
 */
gint64
sg_reply_figures_get_count (SgJsonScanner *scanner,
                            gint64         fallback)
{
  gint64 count = sg_json_scanner_get_int (scanner, fallback);

  return CLAMP (count, -1, MAX_FIGURE);
}

/* Of milliseconds, in microseconds; -1 for none. */
static gint64
get_time_us (SgJsonScanner *scanner)
{
  double ms = sg_json_scanner_get_double (scanner, -1);

  return ms >= 0 ? (gint64) MIN (ms * 1000, (double) MAX_FIGURE) : -1;
}

static void
read_usage_details (SgJsonScanner *scanner,
                    const char    *wanted,
                    gint64        *value)
{
  if (scanner->token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      gboolean is = sg_json_scanner_is (scanner, wanted);

      sg_json_scanner_next (scanner);
      if (is)
        *value = sg_reply_figures_get_count (scanner, *value);
      sg_json_scanner_skip (scanner);
    }
}

/**
 * sg_reply_figures_read_usage:
 * @scanner: at the beginning of the object `usage` of a chunk
 *
 * Reads the tokens that the server counted, where the protocol of OpenAI and those that extend it say them.
 */
void
sg_reply_figures_read_usage (SgReplyFigures *self,
                             SgJsonScanner   scanner)
{
  SgUsage *usage = &self->usage;

  if (scanner.token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = scanner;

      sg_json_scanner_next (&scanner);
      if (sg_json_scanner_is (&key, "prompt_tokens"))
        usage->input = sg_reply_figures_get_count (&scanner, usage->input);
      else if (sg_json_scanner_is (&key, "completion_tokens"))
        usage->output = sg_reply_figures_get_count (&scanner, usage->output);
      else if (sg_json_scanner_is (&key, "prompt_cache_hit_tokens"))
        usage->cached = sg_reply_figures_get_count (&scanner, usage->cached);
      else if (sg_json_scanner_is (&key, "prompt_tokens_details"))
        read_usage_details (&scanner, "cached_tokens", &usage->cached);
      else if (sg_json_scanner_is (&key, "completion_tokens_details"))
        read_usage_details (&scanner, "reasoning_tokens", &usage->reasoning);
      else
        sg_json_scanner_skip (&scanner);
    }
}

/**
 * sg_reply_figures_read_timings:
 * @scanner: at the beginning of the object `timings` of a chunk
 *
 * Reads what llama.cpp measured; its times are in milliseconds.
 */
void
sg_reply_figures_read_timings (SgReplyFigures *self,
                               SgJsonScanner   scanner)
{
  SgUsage *usage = &self->usage;
  gint64 cached = -1;
  gint64 prompt = -1;

  if (scanner.token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = scanner;

      sg_json_scanner_next (&scanner);
      if (sg_json_scanner_is (&key, "cache_n"))
        cached = sg_reply_figures_get_count (&scanner, -1);
      else if (sg_json_scanner_is (&key, "prompt_n"))
        prompt = sg_reply_figures_get_count (&scanner, -1);
      else if (sg_json_scanner_is (&key, "predicted_n"))
        usage->output = sg_reply_figures_get_count (&scanner, usage->output);
      else if (sg_json_scanner_is (&key, "prompt_ms"))
        usage->prompt_us = get_time_us (&scanner);
      else if (sg_json_scanner_is (&key, "predicted_ms"))
        usage->predicted_us = get_time_us (&scanner);
      else if (sg_json_scanner_is (&key, "draft_n"))
        self->draft = sg_reply_figures_get_count (&scanner, -1);
      else if (sg_json_scanner_is (&key, "draft_n_accepted"))
        self->draft_accepted = sg_reply_figures_get_count (&scanner, -1);
      else
        sg_json_scanner_skip (&scanner);
    }

  if (cached >= 0)
    usage->cached = cached;
  if (prompt >= 0)
    usage->input = prompt + MAX (cached, 0);
}
