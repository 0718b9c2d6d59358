/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model server answers.  The bytes are read as a stream of events, in pieces of every length, and as the
 * body of an error.  What comes out is valid, whole and bounded text, and never the player's key. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "llm/sg-chunk-reader.h"
#include "llm/sg-sse-parser.h"

#define SECRET "sk-secret"

static const SgErrorContext context = { "http://localhost:8080/v1", "model", SECRET };

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  gsize *told = user_data;

  if (event->text != NULL)
    {
      g_assert_true (g_utf8_validate (event->text, event->length, NULL));
      g_assert_cmpuint (strlen (event->text), ==, event->length);
      *told += event->length;
    }
}

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strstr (error->message, SECRET));
  g_assert_cmpint (g_utf8_strlen (error->message, -1), <, 2000);
}

static gboolean
sse_cb (const char *type,
        const char *data,
        gsize       length,
        gpointer    user_data)
{
  SgChunkReader *reader = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_chunk_reader_take (reader, data, length, &error))
    return TRUE;

  check_error (error);
  return FALSE;
}

static void
read_stream (const char *data,
             gsize       size,
             gsize       piece,
             gboolean    tools)
{
  gsize told = 0;
  g_autoptr (SgChunkReader) reader = sg_chunk_reader_new (event_cb, &told, tools, &context);
  g_autoptr (SgSseParser) parser = sg_sse_parser_new (sse_cb, reader);

  for (gsize at = 0; at < size; at += piece)
    if (!sg_sse_parser_feed (parser, data + at, MIN (piece, size - at)))
      break;
  sg_sse_parser_finish (parser);
  sg_chunk_reader_flush (reader);
  sg_chunk_reader_finish (reader);
  g_assert_cmpuint (told, <=, 4 * size + 1024);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;

  read_stream (text, size, 1, TRUE);
  read_stream (text, size, 7, FALSE);
  read_stream (text, size, MAX (size, 1), TRUE);

  error = sg_model_error_from_status (&context, size > 0 ? 400 + data[0] % 200 : 500, text, size,
                                      NULL, NULL);
  check_error (error);
  return 0;
}
