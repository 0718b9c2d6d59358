/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-sse-parser.h"

/* Bytes come in pieces of any size.  As long as a whole event lies in one piece (the usual case: a server
 * writes an event at once), its data is handed on where it stands, without a copy: `slice` is then the
 * data of the event so far.  What has to be kept until the next piece goes to `line` and `data`. */

#define MAX_TYPE 64

struct _SgSseParser
{
  SgSseFunc   func;
  gpointer    user_data;

  GString    *line;
  GString    *data;
  const char *slice;
  gsize       slice_length;
  gboolean    has_data;
  char        type[MAX_TYPE + 1];

  gboolean    begun;
  gboolean    after_cr;
  gboolean    too_long;
  gboolean    stopped;
};

/**
 * sg_sse_parser_new:
 * @func: (scope notified): called for each event
 *
 * Returns: (transfer full): a parser
 */
SgSseParser *
sg_sse_parser_new (SgSseFunc func,
                   gpointer  user_data)
{
  SgSseParser *self = g_new0 (SgSseParser, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);

  return self;
}

/**
 * sg_sse_parser_free:
 *
 * Frees a parser.
 */
void
sg_sse_parser_free (SgSseParser *self)
{
  if (self == NULL)
    return;

  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

static gboolean
stop_too_long (SgSseParser *self)
{
  self->too_long = TRUE;
  self->stopped = TRUE;

  return FALSE;
}

/* Moves data that stands in the caller's memory to our own. */
static void
keep_slice (SgSseParser *self)
{
  if (self->slice == NULL)
    return;

  g_string_append_len (self->data, self->slice, self->slice_length);
  self->slice = NULL;
}

static gboolean
dispatch (SgSseParser *self)
{
  gboolean proceed = TRUE;

  if (self->has_data)
    {
      const char *type = self->type[0] != '\0' ? self->type : "message";

      if (self->slice != NULL)
        proceed = self->func (type, self->slice, self->slice_length, self->user_data);
      else
        proceed = self->func (type, self->data->str, self->data->len, self->user_data);
    }

  self->slice = NULL;
  self->has_data = FALSE;
  self->type[0] = '\0';
  g_string_truncate (self->data, 0);
  if (!proceed)
    self->stopped = TRUE;

  return proceed;
}

static gboolean
add_data (SgSseParser *self,
          const char  *value,
          gsize        length,
          gboolean     borrowed)
{
  if (self->has_data)
    {
      keep_slice (self);
      g_string_append_c (self->data, '\n');
    }

  if (self->data->len + length > SG_SSE_MAX_EVENT)
    return stop_too_long (self);

  if (!self->has_data && borrowed)
    {
      self->slice = value;
      self->slice_length = length;
    }
  else
    {
      g_string_append_len (self->data, value, length);
    }
  self->has_data = TRUE;

  return TRUE;
}

static gboolean
take_line (SgSseParser *self,
           const char  *line,
           gsize        length,
           gboolean     borrowed)
{
  const char *colon;
  gsize name_length;

  if (length == 0)
    return dispatch (self);

  colon = memchr (line, ':', length);
  name_length = colon != NULL ? (gsize) (colon - line) : length;

  /* A colon at the beginning makes a comment: servers send them as a sign of life. */
  if (name_length == 4 && memcmp (line, "data", 4) == 0)
    {
      const char *value = colon != NULL ? colon + 1 : line + length;

      if (value < line + length && *value == ' ')
        value++;
      return add_data (self, value, line + length - value, borrowed);
    }

  if (name_length == 5 && memcmp (line, "event", 5) == 0 && colon != NULL)
    {
      const char *value = colon + 1;

      if (value < line + length && *value == ' ')
        value++;
      g_strlcpy (self->type, "", sizeof self->type);
      strncat (self->type, value, MIN ((gsize) (line + length - value), MAX_TYPE));
    }

  return TRUE;
}

/* The first end of a line in @data, be it CR or LF. */
static const char *
find_line_end (const char *data,
               gsize       length)
{
  const char *lf = memchr (data, '\n', length);
  const char *cr = memchr (data, '\r', lf != NULL ? (gsize) (lf - data) : length);

  return cr != NULL ? cr : lf;
}

static gboolean
end_kept_line (SgSseParser *self)
{
  const char *line = self->line->str;
  gsize length = self->line->len;
  gboolean proceed;

  if (!self->begun && length >= 3 && memcmp (line, "\xef\xbb\xbf", 3) == 0)
    {
      line += 3;
      length -= 3;
    }

  self->begun = TRUE;
  proceed = take_line (self, line, length, FALSE);
  g_string_truncate (self->line, 0);

  return proceed;
}

/**
 * sg_sse_parser_feed:
 * @data: the next bytes
 * @length: how many
 *
 * Takes the next bytes and calls the function for each event that they complete.
 *
 * Returns: %FALSE where the function said so, or a line or event is longer than any
 *   sensible one
 */
gboolean
sg_sse_parser_feed (SgSseParser *self,
                    const char  *data,
                    gsize        length)
{
  const char *end = data + length;

  while (data < end && !self->stopped)
    {
      const char *line_end;

      if (self->after_cr)
        {
          self->after_cr = FALSE;
          if (*data == '\n')
            {
              data++;
              continue;
            }
        }

      line_end = find_line_end (data, end - data);
      if (line_end == NULL)
        line_end = end;
      if (self->line->len + (line_end - data) > SG_SSE_MAX_LINE)
        return stop_too_long (self);

      if (line_end < end && self->line->len == 0 && self->begun)
        {
          take_line (self, data, line_end - data, TRUE);
        }
      else
        {
          g_string_append_len (self->line, data, line_end - data);
          if (line_end < end)
            end_kept_line (self);
        }

      self->after_cr = line_end < end && *line_end == '\r';
      data = line_end < end ? line_end + 1 : end;
    }

  keep_slice (self);

  return !self->stopped;
}

/**
 * sg_sse_parser_finish:
 *
 * Ends the stream.  By the letter of the standard an event without an empty line after
 * it is lost; some servers end so, and what they said counts here.
 *
 * Returns: %FALSE where the function said so
 */
gboolean
sg_sse_parser_finish (SgSseParser *self)
{
  if (self->stopped)
    return FALSE;

  if (self->line->len > 0 && !end_kept_line (self))
    return FALSE;

  return dispatch (self);
}

/**
 * sg_sse_parser_is_too_long:
 *
 * Returns: whether it stopped because a line or an event is too long
 */
gboolean
sg_sse_parser_is_too_long (SgSseParser *self)
{
  return self->too_long;
}
