/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A schema, a line of "---", and a value to hold against it: what a tool brings and what a model sends. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "tools/sg-schema.h"

#define BETWEEN "\n---\n"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (SgSchema) schema = NULL;
  g_autoptr (JsonNode) value = NULL;
  char *between = strstr (text, BETWEEN);

  if (between == NULL)
    return 0;

  *between = '\0';
  schema = sg_schema_new (text, NULL);
  value = json_from_string (between + strlen (BETWEEN), NULL);
  if (schema != NULL && value != NULL)
    {
      g_autoptr (GError) error = NULL;

      /* A refusal is for the model to read: it has to say something. */
      if (!sg_schema_check (schema, value, &error))
        g_assert_true (error != NULL && error->message[0] != '\0');
    }
  return 0;
}
