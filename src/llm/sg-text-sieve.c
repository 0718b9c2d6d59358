/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-text-sieve.h"

/* A leaked call that is longer than this is passed on as text. */
#define MAX_CALL (64 * 1024)

/* White space that is kept back at the beginning, until it is clear what follows it. */
#define MAX_START 1024

#define THINK      "<think>"
#define THINK_END  "</think>"
#define CALL       "<tool_call>"
#define CALL_END   "</tool_call>"

typedef enum
{
  STATE_START,
  STATE_THINKING,
  STATE_AFTER_THINKING,
  STATE_TEXT,
  STATE_CALL,
} State;

struct _SgTextSieve
{
  SgSieveFunc  func;
  gpointer     user_data;
  gboolean     find_calls;

  State        state;
  GString     *held;
  GString     *part;
};

/**
 * sg_text_sieve_new:
 * @func: (scope notified): called with each part
 * @find_calls: whether to look for `<tool_call>`
 *
 * Returns: (transfer full): a sieve
 */
SgTextSieve *
sg_text_sieve_new (SgSieveFunc func,
                   gpointer    user_data,
                   gboolean    find_calls)
{
  SgTextSieve *self = g_new0 (SgTextSieve, 1);

  self->func = func;
  self->user_data = user_data;
  self->find_calls = find_calls;
  self->held = g_string_new (NULL);
  self->part = g_string_new (NULL);

  return self;
}

/**
 * sg_text_sieve_free:
 *
 * Frees a sieve.
 */
void
sg_text_sieve_free (SgTextSieve *self)
{
  if (self == NULL)
    return;

  g_string_free (self->held, TRUE);
  g_string_free (self->part, TRUE);
  g_free (self);
}

/* Hands a part on; it has to end with a NUL. */
static void
emit (SgTextSieve *self,
      SgSievePart  part,
      const char  *text,
      gsize        length)
{
  if (length == 0)
    return;

  g_string_truncate (self->part, 0);
  g_string_append_len (self->part, text, length);
  self->func (part, self->part->str, self->part->len, self->user_data);
}

static gboolean
starts_with (const char *at,
             const char *end,
             const char *tag,
             gboolean   *partly)
{
  gsize length = strlen (tag);
  gsize there = end - at;

  if (there >= length)
    return memcmp (at, tag, length) == 0;

  *partly |= memcmp (at, tag, there) == 0;

  return FALSE;
}

/* Finds the first of up to two tags.
 *
 * Returns: its number, or -1; `*where` is then the end, or the beginning of what may still become one */
static int
find_tag (const char  *at,
          const char  *end,
          const char  *first,
          const char  *second,
          const char **where)
{
  while ((at = memchr (at, '<', end - at)) != NULL)
    {
      gboolean partly = FALSE;

      *where = at;
      if (starts_with (at, end, first, &partly))
        return 0;
      if (second != NULL && starts_with (at, end, second, &partly))
        return 1;
      if (partly)
        return -1;
      at++;
    }

  *where = end;

  return -1;
}

static const char *
skip_space (const char *at,
            const char *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;

  return at;
}

/* Each step takes what it can from the text, and returns how far it came; where it came nowhere, more
 * has to come first. */
static const char *
step_start (SgTextSieve *self,
            const char  *at,
            const char  *end)
{
  const char *begin = skip_space (at, end);
  gboolean partly = begin == end;

  if (starts_with (begin, end, THINK, &partly))
    {
      self->state = STATE_THINKING;
      return begin + strlen (THINK);
    }
  if (!partly || end - at > MAX_START)
    self->state = STATE_TEXT;

  return at;
}

static const char *
step_thinking (SgTextSieve *self,
               const char  *at,
               const char  *end)
{
  const char *where;
  int tag = find_tag (at, end, THINK_END, NULL, &where);

  emit (self, SG_SIEVE_REASONING, at, where - at);
  if (tag < 0)
    return where;

  self->state = STATE_AFTER_THINKING;

  return where + strlen (THINK_END);
}

static const char *
step_text (SgTextSieve *self,
           const char  *at,
           const char  *end)
{
  const char *where;
  int tag = find_tag (at, end, THINK_END, self->find_calls ? CALL : NULL, &where);

  emit (self, SG_SIEVE_TEXT, at, where - at);
  if (tag < 0)
    return where;
  if (tag == 0)
    return where + strlen (THINK_END);

  self->state = STATE_CALL;

  return where + strlen (CALL);
}

static const char *
step_call (SgTextSieve *self,
           const char  *at,
           const char  *end)
{
  const char *where = g_strstr_len (at, end - at, CALL_END);

  if (where != NULL)
    {
      emit (self, SG_SIEVE_CALL, at, where - at);
      self->state = STATE_TEXT;
      return where + strlen (CALL_END);
    }

  if (end - at > MAX_CALL)
    {
      emit (self, SG_SIEVE_TEXT, CALL, strlen (CALL));
      emit (self, SG_SIEVE_TEXT, at, end - at);
      self->find_calls = FALSE;
      self->state = STATE_TEXT;
      return end;
    }

  return at;
}

static const char *
step (SgTextSieve *self,
      const char  *at,
      const char  *end)
{
  switch (self->state)
    {
    case STATE_START:
      return step_start (self, at, end);

    case STATE_THINKING:
      return step_thinking (self, at, end);

    case STATE_AFTER_THINKING:
      at = skip_space (at, end);
      if (at < end)
        self->state = STATE_TEXT;
      return at;

    case STATE_CALL:
      return step_call (self, at, end);

    case STATE_TEXT:
    default:
      return step_text (self, at, end);
    }
}

/**
 * sg_text_sieve_push:
 * @text: more of the text; valid UTF-8
 * @length: its length in bytes
 *
 * Takes more of the text.  What may be the beginning of a mark is kept back.
 */
void
sg_text_sieve_push (SgTextSieve *self,
                    const char  *text,
                    gsize        length)
{
  const char *at = text;
  const char *end = text + length;
  gboolean own = self->held->len > 0;
  State state;

  /* Nearly all text goes this way. */
  if (self->state == STATE_TEXT && !own && memchr (text, '<', length) == NULL)
    {
      if (length > 0)
        self->func (SG_SIEVE_TEXT, text, length, self->user_data);
      return;
    }

  if (own)
    {
      g_string_append_len (self->held, text, length);
      at = self->held->str;
      end = at + self->held->len;
    }

  do
    {
      const char *before = at;

      state = self->state;
      at = step (self, at, end);
      if (at == before && state == self->state)
        break;
    }
  while (at < end);

  if (own)
    g_string_erase (self->held, 0, at - self->held->str);
  else
    g_string_append_len (self->held, at, end - at);
}

/**
 * sg_text_sieve_finish:
 *
 * Ends the text.  What was kept back is handed on as what it would be without the mark.
 */
void
sg_text_sieve_finish (SgTextSieve *self)
{
  if (self->state == STATE_CALL)
    emit (self, SG_SIEVE_CALL, self->held->str, self->held->len);
  else if (self->state == STATE_THINKING)
    emit (self, SG_SIEVE_REASONING, self->held->str, self->held->len);
  else if (self->state != STATE_AFTER_THINKING)
    emit (self, SG_SIEVE_TEXT, self->held->str, self->held->len);

  g_string_truncate (self->held, 0);
}
