/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what servers answer to a question for the meaning of texts.  They agree on the numbers
 * and little else:
 *
 *   OpenAI, llama.cpp, vLLM, Ollama   {"data": [{"index": 0, "embedding": [...]}, ...], "usage": {...}}
 *   llama.cpp's own interface         [{"index": 0, "embedding": [[...]]}, ...]
 *   Ollama's own interface            {"embeddings": [[...], ...]}, {"embedding": [...]}
 *
 * So whatever is found under one of these names is read: each array of numbers is a vector, and
 * where an object says which text it belongs to, that counts instead of its place.
 */

#include "config.h"

#include "llm/sg-embedding-reader.h"

#include <math.h>

#include "llm/sg-json-scanner.h"

typedef struct
{
  SgJsonScanner  scanner;
  GPtrArray     *vectors;
  guint          next;
  gsize          dimensions;
  gint64         n_tokens;
} Reader;

/* Makes it of length 1, so that the product of two is the cosine of their angle; NULL where it has
 * no direction. */
static GBytes *
finish_vector (GArray *numbers)
{
  double sum = 0;
  double length;

  for (guint i = 0; i < numbers->len; i++)
    {
      double number = g_array_index (numbers, float, i);

      sum += number * number;
    }

  length = sqrt (sum);
  if (!isfinite (length) || length <= 0)
    return NULL;

  for (guint i = 0; i < numbers->len; i++)
    {
      union { float number; guint32 bits; } value;

      value.number = (float) (g_array_index (numbers, float, i) / length);
      value.bits = GUINT32_TO_LE (value.bits);
      g_array_index (numbers, float, i) = value.number;
    }

  return g_bytes_new (numbers->data, numbers->len * sizeof (float));
}

static gboolean
take_vector (Reader *reader,
             GArray *numbers,
             gint64  index)
{
  guint place = index >= 0 && index < reader->vectors->len ? (guint) index : reader->next;

  if (numbers->len == 0 || place >= reader->vectors->len
      || (reader->dimensions != 0 && numbers->len != reader->dimensions)
      || g_ptr_array_index (reader->vectors, place) != NULL)
    return FALSE;

  reader->dimensions = numbers->len;
  reader->next = place + 1;
  g_ptr_array_index (reader->vectors, place) = finish_vector (numbers);

  return g_ptr_array_index (reader->vectors, place) != NULL;
}

/* The scanner stands at the beginning of an array of numbers, or of such arrays. */
static gboolean
read_vectors (Reader *reader,
              gint64  index)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (float));
  SgJsonToken token;

  while ((token = sg_json_scanner_next (&reader->scanner)) == SG_JSON_NUMBER)
    {
      float number = (float) sg_json_scanner_get_double (&reader->scanner, NAN);

      if (numbers->len >= SG_EMBEDDING_MAX_DIMENSIONS)
        return FALSE;
      g_array_append_val (numbers, number);
    }

  if (token == SG_JSON_ARRAY_END)
    return take_vector (reader, numbers, index);

  for (; token == SG_JSON_ARRAY_BEGIN && numbers->len == 0;
       token = sg_json_scanner_next (&reader->scanner))
    {
      if (!read_vectors (reader, index))
        return FALSE;
      index = -1;
    }

  return token == SG_JSON_ARRAY_END && numbers->len == 0;
}

/* Where the member comes that says which text it is about, its value is needed before the numbers. */
static gint64
find_index (SgJsonScanner ahead)
{
  while (sg_json_scanner_next (&ahead) == SG_JSON_KEY)
    {
      gboolean wanted = sg_json_scanner_is (&ahead, "index");

      if (wanted)
        return sg_json_scanner_next (&ahead) == SG_JSON_NUMBER ? sg_json_scanner_get_int (&ahead, -1)
                                                               : -1;
      sg_json_scanner_next (&ahead);
      if (!sg_json_scanner_skip (&ahead))
        return -1;
    }

  return -1;
}

static gboolean
read_usage (Reader *reader)
{
  SgJsonToken token;

  while ((token = sg_json_scanner_next (&reader->scanner)) == SG_JSON_KEY)
    {
      gboolean wanted = sg_json_scanner_is (&reader->scanner, "prompt_tokens");

      sg_json_scanner_next (&reader->scanner);
      if (wanted)
        reader->n_tokens = sg_json_scanner_get_int (&reader->scanner, -1);
      if (!sg_json_scanner_skip (&reader->scanner))
        return FALSE;
    }

  return token == SG_JSON_OBJECT_END;
}

static gboolean read_objects (Reader *reader);

static gboolean
read_member (Reader   *reader,
             gboolean  holds_vectors,
             gboolean  is_usage,
             gint64    index)
{
  SgJsonToken token = sg_json_scanner_next (&reader->scanner);

  if (holds_vectors && token == SG_JSON_ARRAY_BEGIN)
    {
      SgJsonScanner ahead = reader->scanner;

      return sg_json_scanner_next (&ahead) == SG_JSON_OBJECT_BEGIN ? read_objects (reader)
                                                                   : read_vectors (reader, index);
    }
  if (is_usage && token == SG_JSON_OBJECT_BEGIN)
    return read_usage (reader);

  return sg_json_scanner_skip (&reader->scanner);
}

/* The scanner stands at the beginning of an object. */
static gboolean
read_object (Reader *reader)
{
  gint64 index = find_index (reader->scanner);
  SgJsonToken token;

  while ((token = sg_json_scanner_next (&reader->scanner)) == SG_JSON_KEY)
    {
      gboolean holds = sg_json_scanner_is (&reader->scanner, "data")
                       || sg_json_scanner_is (&reader->scanner, "embedding")
                       || sg_json_scanner_is (&reader->scanner, "embeddings");
      gboolean usage = sg_json_scanner_is (&reader->scanner, "usage");

      if (!read_member (reader, holds, usage, index))
        return FALSE;
    }

  return token == SG_JSON_OBJECT_END;
}

/* The scanner stands at the beginning of an array of objects. */
static gboolean
read_objects (Reader *reader)
{
  SgJsonToken token;

  while ((token = sg_json_scanner_next (&reader->scanner)) == SG_JSON_OBJECT_BEGIN)
    {
      if (!read_object (reader))
        return FALSE;
    }

  return token == SG_JSON_ARRAY_END;
}

static void
free_vector (gpointer vector)
{
  if (vector != NULL)
    g_bytes_unref (vector);
}

static gboolean
has_all (GPtrArray *vectors)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      if (g_ptr_array_index (vectors, i) == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * sg_embedding_reader_read:
 * @json: the answer
 * @length: its length in bytes
 * @n_texts: how many texts it is to be about
 * @n_tokens: (out) (optional): how many tokens the server says that these have; -1 where it does not
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): a vector for each text, as the library
 *   stores it: little-endian 32-bit floats, of length 1; %NULL where the answer is something else
 */
GPtrArray *
sg_embedding_reader_read (const char *json,
                          gsize       length,
                          guint       n_texts,
                          gint64     *n_tokens)
{
  g_autoptr (GPtrArray) vectors = g_ptr_array_new_with_free_func (free_vector);
  Reader reader = { .vectors = vectors, .n_tokens = -1 };
  gboolean ok = FALSE;

  g_return_val_if_fail (json != NULL, NULL);

  g_ptr_array_set_size (vectors, (int) n_texts);
  sg_json_scanner_init (&reader.scanner, json, length);

  switch (sg_json_scanner_next (&reader.scanner))
    {
    case SG_JSON_OBJECT_BEGIN:
      ok = read_object (&reader);
      break;

    case SG_JSON_ARRAY_BEGIN:
      ok = read_objects (&reader);
      break;

    default:
      break;
    }

  ok = ok && sg_json_scanner_next (&reader.scanner) == SG_JSON_END && has_all (vectors);
  if (n_tokens != NULL)
    *n_tokens = reader.n_tokens;

  return ok ? g_steal_pointer (&vectors) : NULL;
}
