/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-chunk-parts.h"

/* A bookmark at the value of the member whose key was just read. */
static SgJsonScanner
mark_value (SgJsonScanner *scanner)
{
  SgJsonScanner mark = *scanner;

  sg_json_scanner_next (&mark);
  sg_json_scanner_skip (scanner);

  return mark;
}

static void
find_in_choice (SgChunkParts  *parts,
                SgJsonScanner *scanner,
                gboolean       first)
{
  SgJsonScanner message = { 0 };
  SgJsonScanner finish = { 0 };
  gint64 index = first ? 0 : -1;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      if (sg_json_scanner_is (scanner, "delta") || sg_json_scanner_is (scanner, "message"))
        message = mark_value (scanner);
      else if (sg_json_scanner_is (scanner, "finish_reason"))
        finish = mark_value (scanner);
      else if (sg_json_scanner_is (scanner, "index"))
        {
          sg_json_scanner_next (scanner);
          index = sg_json_scanner_get_int (scanner, index);
          sg_json_scanner_skip (scanner);
        }
      else
        sg_json_scanner_skip (scanner);
    }

  if (index == 0)
    {
      parts->message = message;
      parts->finish = finish;
    }
}

static void
find_in_choices (SgChunkParts  *parts,
                 SgJsonScanner *scanner)
{
  gboolean first = TRUE;

  if (sg_json_scanner_next (scanner) != SG_JSON_ARRAY_BEGIN)
    {
      sg_json_scanner_skip (scanner);
      return;
    }

  parts->has_choices = TRUE;
  while (sg_json_scanner_next (scanner) > SG_JSON_END && scanner->token != SG_JSON_ARRAY_END)
    {
      if (scanner->token == SG_JSON_OBJECT_BEGIN)
        find_in_choice (parts, scanner, first);
      else
        sg_json_scanner_skip (scanner);
      first = FALSE;
    }
}

static void
find_in_message (SgChunkParts *parts)
{
  SgJsonScanner scanner = parts->message;

  if (scanner.token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      SgJsonScanner *part = NULL;

      if (sg_json_scanner_is (&scanner, "content"))
        part = &parts->content;
      else if (sg_json_scanner_is (&scanner, "reasoning_content") ||
               (sg_json_scanner_is (&scanner, "reasoning") && parts->reasoning.token != SG_JSON_STRING))
        part = &parts->reasoning;
      else if (sg_json_scanner_is (&scanner, "tool_calls"))
        part = &parts->calls;

      if (part == NULL)
        sg_json_scanner_skip (&scanner);
      else
        *part = mark_value (&scanner);
    }
}

/**
 * sg_chunk_parts_find:
 * @self: (out caller-allocates): the parts
 * @json: a chunk, or a whole completion; it has to outlive the parts
 * @length: its length in bytes
 *
 * Returns: %FALSE where the whole of it is not a JSON object
 */
gboolean
sg_chunk_parts_find (SgChunkParts *self,
                     const char   *json,
                     gsize         length)
{
  SgJsonScanner scanner;

  memset (self, 0, sizeof *self);
  sg_json_scanner_init (&scanner, json, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return FALSE;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      if (sg_json_scanner_is (&scanner, "choices"))
        find_in_choices (self, &scanner);
      else if (sg_json_scanner_is (&scanner, "usage"))
        self->usage = mark_value (&scanner);
      else if (sg_json_scanner_is (&scanner, "timings"))
        self->timings = mark_value (&scanner);
      else if (sg_json_scanner_is (&scanner, "prompt_progress"))
        self->progress = mark_value (&scanner);
      else if (sg_json_scanner_is (&scanner, "error"))
        {
          sg_json_scanner_skip_raw (&scanner, &self->error, &self->error_length);
          if (scanner.token == SG_JSON_NULL)
            self->error = NULL;
        }
      else
        sg_json_scanner_skip (&scanner);
    }

  find_in_message (self);

  return scanner.token == SG_JSON_OBJECT_END && sg_json_scanner_next (&scanner) == SG_JSON_END;
}

static gboolean
is_missing (const SgJsonScanner *part)
{
  return part->token == SG_JSON_ERROR || part->token == SG_JSON_NULL;
}

/**
 * sg_chunk_parts_get_words:
 *
 * Returns: (transfer none) (nullable): @content or @reasoning where the chunk brings these words and has no other effect
 */
const SgJsonScanner *
sg_chunk_parts_get_words (const SgChunkParts *self)
{
  gboolean has_reasoning = self->reasoning.token == SG_JSON_STRING;
  const SgJsonScanner *words = has_reasoning ? &self->reasoning : &self->content;
  const SgJsonScanner *other = has_reasoning ? &self->content : &self->reasoning;

  return words->token == SG_JSON_STRING && self->error == NULL && is_missing (other) && is_missing (&self->calls)
           && is_missing (&self->finish) && is_missing (&self->usage) && is_missing (&self->timings)
           && is_missing (&self->progress) ? words : NULL;
}
