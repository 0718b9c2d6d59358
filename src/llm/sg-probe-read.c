/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "llm/sg-json-scanner.h"
#include "llm/sg-model-error.h"
#include "llm/sg-probe-read.h"

/* More models than anyone can choose from. */
#define MAX_MODELS 5000

/* No model of today takes more; a larger figure is a mistake of the server. */
#define MAX_CONTEXT (G_GINT64_CONSTANT (1) << 28)

static char *
dup_foreign (SgJsonScanner *scanner)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sg_json_scanner_append_text (scanner, text);

  return sg_foreign_text_clean (text->str, text->len, NULL);
}

static gint64
read_size (SgJsonScanner *scanner,
           gint64         fallback)
{
  gint64 size = sg_json_scanner_get_int (scanner, 0);

  return size > 0 && size <= MAX_CONTEXT ? size : fallback;
}

static void
set_kind (SgProbeResult *result,
          SgServerKind   kind)
{
  if (result->kind == SG_SERVER_UNKNOWN)
    result->kind = kind;
}

/* llama.cpp has it in `owned_by` too, and is known by its header already. */
static void
read_owner (SgProbeResult *result,
            SgJsonScanner *scanner)
{
  if (sg_json_scanner_is (scanner, "llamacpp"))
    set_kind (result, SG_SERVER_LLAMA_CPP);
  else if (sg_json_scanner_is (scanner, "library"))
    set_kind (result, SG_SERVER_OLLAMA);
  else if (sg_json_scanner_is (scanner, "vllm"))
    set_kind (result, SG_SERVER_VLLM);
  else if (sg_json_scanner_is (scanner, "organization_owner"))
    set_kind (result, SG_SERVER_LM_STUDIO);
}

static void
read_meta (SgJsonScanner *scanner,
           gint64        *context_size)
{
  if (scanner->token != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      gboolean is = sg_json_scanner_is (scanner, "n_ctx");

      sg_json_scanner_next (scanner);
      if (is)
        *context_size = read_size (scanner, *context_size);
      sg_json_scanner_skip (scanner);
    }
}

static void
read_model (SgProbeResult *result,
            SgJsonScanner *scanner)
{
  g_autofree char *name = NULL;
  gint64 context_size = 0;
  SgProbeModel *model;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = *scanner;

      sg_json_scanner_next (scanner);
      if (sg_json_scanner_is (&key, "id") && scanner->token == SG_JSON_STRING)
        {
          g_free (name);
          name = dup_foreign (scanner);
        }
      else if (sg_json_scanner_is (&key, "owned_by"))
        read_owner (result, scanner);
      else if (sg_json_scanner_is (&key, "meta"))
        read_meta (scanner, &context_size);
      else if (sg_json_scanner_is (&key, "max_model_len") || sg_json_scanner_is (&key, "context_length") ||
               sg_json_scanner_is (&key, "max_context_length"))
        context_size = read_size (scanner, context_size);

      sg_json_scanner_skip (scanner);
    }

  if (name == NULL || name[0] == '\0' || result->models->len >= MAX_MODELS)
    return;

  model = g_new0 (SgProbeModel, 1);
  model->name = g_steal_pointer (&name);
  model->context_size = context_size;
  g_ptr_array_add (result->models, model);
}

static void
read_list (SgProbeResult *result,
           SgJsonScanner *scanner)
{
  while (sg_json_scanner_next (scanner) > SG_JSON_END && scanner->token != SG_JSON_ARRAY_END)
    {
      if (scanner->token == SG_JSON_OBJECT_BEGIN)
        read_model (result, scanner);
      else
        sg_json_scanner_skip (scanner);
    }
}

/**
 * sg_probe_read_server:
 * @server: (nullable): the header of that name
 *
 * Learns from the name that a server gives itself.
 */
void
sg_probe_read_server (SgProbeResult *result,
                      const char    *server)
{
  if (g_strcmp0 (server, "llama.cpp") == 0)
    set_kind (result, SG_SERVER_LLAMA_CPP);
}

/**
 * sg_probe_read_models:
 * @json: the answer to `/v1/models`
 * @length: its length in bytes
 *
 * Reads `{"data":[{"id":…}]}`, where llama.cpp, vLLM and some clouds also tell the size of the context.
 *
 * Returns: whether it is a list of models
 */
gboolean
sg_probe_read_models (SgProbeResult *result,
                      const char    *json,
                      gsize          length)
{
  SgJsonScanner scanner;
  gboolean has_list = FALSE;

  sg_json_scanner_init (&scanner, json, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return FALSE;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      gboolean data = sg_json_scanner_is (&scanner, "data");

      sg_json_scanner_next (&scanner);
      if (data && scanner.token == SG_JSON_ARRAY_BEGIN)
        {
          has_list = TRUE;
          read_list (result, &scanner);
        }
      else
        {
          /* Ollama without a single model says null. */
          has_list |= data && scanner.token == SG_JSON_NULL;
          sg_json_scanner_skip (&scanner);
        }
    }

  return has_list && scanner.token == SG_JSON_OBJECT_END;
}

/* The size of the context of one slot, which is what a request gets. */
static void
read_default_settings (SgProbeResult *result,
                       SgJsonScanner *scanner)
{
  gint64 size = 0;

  read_meta (scanner, &size);
  for (guint i = 0; size > 0 && i < result->models->len; i++)
    {
      SgProbeModel *model = g_ptr_array_index (result->models, i);

      model->context_size = size;
    }
}

/**
 * sg_probe_read_details:
 * @json: the answer to `/props` of llama.cpp, or `/api/version` of Ollama
 * @length: its length in bytes
 *
 * Reads what else the server tells of itself.
 */
void
sg_probe_read_details (SgProbeResult *result,
                       const char    *json,
                       gsize          length)
{
  SgJsonScanner scanner;

  sg_json_scanner_init (&scanner, json, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = scanner;

      sg_json_scanner_next (&scanner);
      if ((sg_json_scanner_is (&key, "version") || sg_json_scanner_is (&key, "build_info")) &&
          scanner.token == SG_JSON_STRING)
        {
          g_free (result->version);
          result->version = dup_foreign (&scanner);
        }
      else if (sg_json_scanner_is (&key, "default_generation_settings") &&
               scanner.token == SG_JSON_OBJECT_BEGIN)
        {
          read_default_settings (result, &scanner);
          continue;
        }

      sg_json_scanner_skip (&scanner);
    }
}

static void
read_loaded_model (SgProbeResult *result,
                   SgJsonScanner *scanner)
{
  g_autofree char *name = NULL;
  gint64 context_size = 0;

  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = *scanner;

      sg_json_scanner_next (scanner);
      if (sg_json_scanner_is (&key, "name") && name == NULL)
        name = dup_foreign (scanner);
      else if (sg_json_scanner_is (&key, "context_length"))
        context_size = read_size (scanner, 0);

      sg_json_scanner_skip (scanner);
    }

  for (guint i = 0; name != NULL && i < result->models->len; i++)
    {
      SgProbeModel *model = g_ptr_array_index (result->models, i);

      if (context_size > 0 && strcmp (model->name, name) == 0)
        model->context_size = context_size;
    }
}

/**
 * sg_probe_read_loaded:
 * @json: the answer to `/api/ps` of Ollama
 * @length: its length in bytes
 *
 * Reads with which context the models that are loaded now run.
 */
void
sg_probe_read_loaded (SgProbeResult *result,
                      const char    *json,
                      gsize          length)
{
  SgJsonScanner scanner;

  sg_json_scanner_init (&scanner, json, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      gboolean models = sg_json_scanner_is (&scanner, "models");

      sg_json_scanner_next (&scanner);
      if (!models || scanner.token != SG_JSON_ARRAY_BEGIN)
        {
          sg_json_scanner_skip (&scanner);
          continue;
        }

      while (sg_json_scanner_next (&scanner) > SG_JSON_END && scanner.token != SG_JSON_ARRAY_END)
        {
          if (scanner.token == SG_JSON_OBJECT_BEGIN)
            read_loaded_model (result, &scanner);
          else
            sg_json_scanner_skip (&scanner);
        }
    }
}

/**
 * sg_key_clean:
 * @typed: (nullable): a key as someone typed or copied it
 * @key: (out) (nullable): the key, or %NULL where there is none
 * @error: return location for a %SG_MODEL_ERROR_KEY
 *
 * Returns: %FALSE where it cannot be a key
 */
gboolean
sg_key_clean (const char  *typed,
              char       **key,
              GError     **error)
{
  g_autofree char *clean = g_strstrip (g_strdup (typed != NULL ? typed : ""));

  *key = NULL;
  for (const char *at = clean; *at != '\0'; at++)
    if ((guchar) *at <= 0x20 || (guchar) *at >= 0x7f)
      {
        g_set_error_literal (error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY,
                             _("The key holds characters that no key has. Copy it again, without anything before "
                               "or after it."));
        return FALSE;
      }

  if (clean[0] != '\0')
    *key = g_steal_pointer (&clean);

  return TRUE;
}
