/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The answer to a question for meanings: whatever it is, either there is a vector of length 1 for each text, and
 * all have the same dimensions, or there is nothing. */

#include "config.h"

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "llm/sg-embedding-reader.h"

#define TEXTS 2

static void
check_vector (GBytes *vector,
              gsize   size)
{
  gsize own_size;
  const char *data = g_bytes_get_data (vector, &own_size);
  double sum = 0;

  g_assert_cmpuint (own_size, ==, size);
  g_assert_cmpuint (size / sizeof (float), <=, SG_EMBEDDING_MAX_DIMENSIONS);
  for (gsize i = 0; i < size; i += sizeof (float))
    {
      union { float number; guint32 bits; } value;

      memcpy (&value, data + i, sizeof value);
      value.bits = GUINT32_FROM_LE (value.bits);
      sum += (double) value.number * value.number;
    }
  g_assert_true (fabs (sum - 1) < 1e-3);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GPtrArray) vectors =
    sg_embedding_reader_read ((const char *) data, size, TEXTS, NULL);

  if (vectors == NULL)
    return 0;

  g_assert_cmpuint (vectors->len, ==, TEXTS);
  for (guint i = 0; i < vectors->len; i++)
    check_vector (g_ptr_array_index (vectors, i),
                  g_bytes_get_size (g_ptr_array_index (vectors, 0)));

  return 0;
}
