/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-json-scanner.h"
#include "llm/sg-json-writer.h"
#include "llm/sg-request-writer.h"

/* An answer to a question that may have fewer tokens than that has none to spare for reasoning. */
#define TOKENS_TO_REASON 1024

static const char *const roles[] = { "system", "user", "assistant", "tool" };

static gboolean
is_object (const char *json)
{
  SgJsonScanner scanner;

  sg_json_scanner_init (&scanner, json, strlen (json));

  return sg_json_scanner_next (&scanner) == SG_JSON_OBJECT_BEGIN && sg_json_scanner_skip (&scanner) &&
         sg_json_scanner_next (&scanner) == SG_JSON_END;
}

/* Arguments that the model left unfinished would earn the whole request a 500 from llama.cpp, in this turn and
 * in every later one. */
static void
write_call (GString             *json,
            const SgMessageCall *call)
{
  const char *arguments = call->arguments;

  if (arguments == NULL || !is_object (arguments))
    arguments = "{}";

  g_string_append_c (json, '{');
  sg_json_append_key (json, "id");
  sg_json_append_string (json, call->id != NULL ? call->id : "");
  g_string_append (json, ",\"type\":\"function\",\"function\":{");
  sg_json_append_key (json, "name");
  sg_json_append_string (json, call->name);
  sg_json_append_key (json, "arguments");
  sg_json_append_string (json, arguments);
  g_string_append (json, "}}");
}

static void
write_message_anew (GString         *json,
                    const SgMessage *message)
{
  g_string_append_c (json, '{');
  sg_json_append_key (json, "role");
  sg_json_append_string (json, roles[message->role]);

  if (message->role == SG_ROLE_TOOL)
    {
      sg_json_append_key (json, "tool_call_id");
      sg_json_append_string (json, message->call_id != NULL ? message->call_id : "");
    }

  sg_json_append_key (json, "content");
  if (message->content == NULL && message->calls == NULL)
    g_string_append (json, "\"\"");
  else
    sg_json_append_string (json, message->content);

  if (message->calls != NULL && message->calls->len > 0)
    {
      sg_json_append_key (json, "tool_calls");
      for (guint i = 0; i < message->calls->len; i++)
        {
          g_string_append_c (json, i == 0 ? '[' : ',');
          write_call (json, g_ptr_array_index (message->calls, i));
        }
      g_string_append_c (json, ']');
    }

  g_string_append_c (json, '}');
}

/* What a prompt begins with is the same for many turns. */
static void
write_message (GString   *json,
               SgMessage *message)
{
  gsize start = json->len;
  gsize length;
  gconstpointer data;

  if (message->json == NULL)
    {
      write_message_anew (json, message);
      message->json = g_bytes_new (json->str + start, json->len - start);
      return;
    }

  data = g_bytes_get_data (message->json, &length);
  g_string_append_len (json, data, (gssize) length);
}

/* A model that reasons about a plan of 400 tokens has used them up before it begins to answer, and the player
 * waits for all of that. */
static gboolean
has_no_time_to_reason (SgModelRequest *request)
{
  SgRequestKind kind = sg_model_request_get_kind (request);
  int max_tokens = sg_model_request_get_max_tokens (request);

  return kind != SG_REQUEST_NARRATION && kind != SG_REQUEST_PROBE && max_tokens > 0
         && max_tokens < TOKENS_TO_REASON;
}

static void
write_limits (GString        *json,
              SgModelRequest *request,
              SgRequestFlags  flags)
{
  if (sg_model_request_get_max_tokens (request) > 0)
    {
      sg_json_append_key (json, flags & SG_REQUEST_MAX_COMPLETION_TOKENS ? "max_completion_tokens"
                                                                        : "max_tokens");
      sg_json_append_int (json, sg_model_request_get_max_tokens (request));
    }

  if (has_no_time_to_reason (request) && !(flags & SG_REQUEST_NO_EFFORT))
    g_string_append (json, ",\"reasoning_effort\":\"none\"");

  if (sg_model_request_get_temperature (request) >= 0 && !(flags & SG_REQUEST_NO_TEMPERATURE))
    {
      sg_json_append_key (json, "temperature");
      sg_json_append_double (json, sg_model_request_get_temperature (request));
    }
}

static void
write_form (GString        *json,
            SgModelRequest *request,
            SgRequestFlags  flags)
{
  const char *tools = sg_model_request_get_tools (request);
  const char *schema = sg_model_request_get_schema (request);

  if (tools != NULL && tools[0] != '\0')
    {
      sg_json_append_key (json, "tools");
      g_string_append (json, tools);
      if (!(flags & SG_REQUEST_NO_TOOL_CHOICE))
        g_string_append (json, ",\"tool_choice\":\"auto\"");
    }

  if (schema != NULL)
    {
      g_string_append (json, ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"reply\",");
      if (!(flags & SG_REQUEST_NO_STRICT))
        g_string_append (json, "\"strict\":true,");
      g_string_append_printf (json, "\"schema\":%s}}", schema);
    }
}

static gsize
guess_size (SgModelRequest *request)
{
  GPtrArray *messages = sg_model_request_get_messages (request);
  gsize size = 1024;

  for (guint i = 0; i < messages->len; i++)
    {
      const SgMessage *message = g_ptr_array_index (messages, i);

      if (message->json != NULL)
        size += 1 + g_bytes_get_size (message->json);
      else
        size += 64 + (message->content != NULL ? strlen (message->content) * 17 / 16 : 0);
    }

  if (sg_model_request_get_tools (request) != NULL)
    size += strlen (sg_model_request_get_tools (request));

  return size;
}

/**
 * sg_request_write:
 * @request: a request
 * @model: the model that is asked; may be empty, for a server that has only one
 * @flags: what the server takes
 *
 * Writes the body of a streamed chat completion.
 *
 * Returns: (transfer full): JSON
 */
GBytes *
sg_request_write (SgModelRequest *request,
                  const char     *model,
                  SgRequestFlags  flags)
{
  GPtrArray *messages = sg_model_request_get_messages (request);
  GString *json = g_string_sized_new (guess_size (request));

  g_string_append_c (json, '{');
  if (model != NULL && model[0] != '\0')
    {
      sg_json_append_key (json, "model");
      sg_json_append_string (json, model);
    }

  sg_json_append_key (json, "messages");
  g_string_append_c (json, '[');
  for (guint i = 0; i < messages->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      write_message (json, g_ptr_array_index (messages, i));
    }
  g_string_append (json, "],\"stream\":true");

  if (!(flags & SG_REQUEST_NO_STREAM_OPTIONS))
    g_string_append (json, ",\"stream_options\":{\"include_usage\":true}");
  write_limits (json, request, flags);
  write_form (json, request, flags);
  if (flags & SG_REQUEST_LLAMA_CPP)
    g_string_append (json, ",\"cache_prompt\":true,\"return_progress\":true,\"timings_per_token\":true");
  g_string_append_c (json, '}');

  return g_string_free_to_bytes (json);
}

static gboolean
body_has (const char *body,
          gsize       length,
          const char *word)
{
  return g_strstr_len (body, length, word) != NULL;
}

/**
 * sg_request_find_refused:
 * @sent: the flags that the request was written with
 * @request: the request
 * @body: what the server said when it refused the request (400 or 422)
 * @length: its length in bytes
 *
 * Looks for the name of a field that can be left away, in the words of a server that does not know it.
 *
 * Returns: the flags to try next; those that were sent, where nothing can be left away
 */
SgRequestFlags
sg_request_find_refused (SgRequestFlags  sent,
                         SgModelRequest *request,
                         const char     *body,
                         gsize           length)
{
  SgRequestFlags flags = sent;

  if (body_has (body, length, "stream_options"))
    flags |= SG_REQUEST_NO_STREAM_OPTIONS;
  if (body_has (body, length, "max_completion_tokens"))
    flags ^= SG_REQUEST_MAX_COMPLETION_TOKENS;
  if (body_has (body, length, "temperature") && sg_model_request_get_temperature (request) >= 0)
    flags |= SG_REQUEST_NO_TEMPERATURE;
  if (body_has (body, length, "tool_choice") && sg_model_request_get_tools (request) != NULL)
    flags |= SG_REQUEST_NO_TOOL_CHOICE;
  if (body_has (body, length, "strict") && sg_model_request_get_schema (request) != NULL)
    flags |= SG_REQUEST_NO_STRICT;
  if (body_has (body, length, "return_progress") || body_has (body, length, "timings_per_token") ||
      body_has (body, length, "cache_prompt"))
    flags &= ~SG_REQUEST_LLAMA_CPP;
  if (body_has (body, length, "reasoning") && has_no_time_to_reason (request))
    flags |= SG_REQUEST_NO_EFFORT;

  return flags;
}
