/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "llm/sg-json-scanner.h"
#include "llm/sg-model-error.h"
#include "llm/sg-utf8-joiner.h"

/* Besides code and message an error carries what the retry around a call needs to know. */
typedef struct
{
  int      status;
  gint64   retry_after;
  gboolean lasting;
  gint64   n_prompt;
  gint64   n_context;
} SgModelErrorPrivate;

static void
sg_model_error_private_init (SgModelErrorPrivate *priv)
{
  priv->status = 0;
  priv->retry_after = -1;
  priv->lasting = FALSE;
  priv->n_prompt = 0;
  priv->n_context = 0;
}

static void
sg_model_error_private_copy (const SgModelErrorPrivate *src,
                             SgModelErrorPrivate       *dest)
{
  *dest = *src;
}

static void
sg_model_error_private_clear (SgModelErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (SgModelError, sg_model_error)

/* What a server says about an error; all of it is foreign text. */
typedef struct
{
  GString *message;
  GString *type;
  gint64   n_prompt;
  gint64   n_context;
  gint64   code;
} Said;

static void
said_clear (Said *said)
{
  g_string_free (said->message, TRUE);
  g_string_free (said->type, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

static void
said_init (Said *said)
{
  said->message = g_string_new (NULL);
  said->type = g_string_new (NULL);
  said->n_prompt = -1;
  said->n_context = -1;
  said->code = 0;
}

/* No prompt and no context of today has more tokens; a larger figure is a mistake of the server. */
#define MAX_TOKENS (G_GINT64_CONSTANT (1) << 28)

static gint64
read_tokens (SgJsonScanner *scanner)
{
  gint64 tokens = sg_json_scanner_get_int (scanner, -1);

  return tokens <= MAX_TOKENS ? tokens : -1;
}

static void
read_error_object (Said          *said,
                   SgJsonScanner *scanner)
{
  while (sg_json_scanner_next (scanner) == SG_JSON_KEY)
    {
      SgJsonScanner key = *scanner;

      sg_json_scanner_next (scanner);
      if (sg_json_scanner_is (&key, "message") && said->message->len == 0)
        sg_json_scanner_append_text (scanner, said->message);
      else if (sg_json_scanner_is (&key, "type") || sg_json_scanner_is (&key, "code"))
        {
          g_string_append_c (said->type, ' ');
          sg_json_scanner_append_text (scanner, said->type);
          said->code = sg_json_scanner_get_int (scanner, said->code);
        }
      else if (sg_json_scanner_is (&key, "n_prompt_tokens"))
        said->n_prompt = read_tokens (scanner);
      else if (sg_json_scanner_is (&key, "n_ctx"))
        said->n_context = read_tokens (scanner);

      sg_json_scanner_skip (scanner);
    }
}

/* Servers say `{"error":{"message":…}}`, `{"error":"…"}`, `{"message":…}` or `{"detail":…}`. */
static void
read_said (Said       *said,
           const char *json,
           gsize       length)
{
  SgJsonScanner scanner;

  sg_json_scanner_init (&scanner, json, length);
  if (sg_json_scanner_next (&scanner) != SG_JSON_OBJECT_BEGIN)
    return;

  while (sg_json_scanner_next (&scanner) == SG_JSON_KEY)
    {
      gboolean error = sg_json_scanner_is (&scanner, "error");
      gboolean text = error || sg_json_scanner_is (&scanner, "message") ||
                      sg_json_scanner_is (&scanner, "detail");

      sg_json_scanner_next (&scanner);
      if (error && scanner.token == SG_JSON_OBJECT_BEGIN)
        {
          read_error_object (said, &scanner);
          continue;
        }

      if (text && said->message->len == 0)
        sg_json_scanner_append_text (&scanner, said->message);
      sg_json_scanner_skip (&scanner);
    }
}

static char *
replace_secret (char       *text,
                const char *secret)
{
  g_autoptr (GString) string = NULL;

  /* A very short key would blot out half the sentence; no service has one. */
  if (secret == NULL || strlen (secret) < 4 || strstr (text, secret) == NULL)
    return text;

  string = g_string_new (text);
  g_free (text);
  g_string_replace (string, secret, "•••", 0);

  return g_string_free (g_steal_pointer (&string), FALSE);
}

/**
 * sg_foreign_text_clean:
 * @text: what a server said
 * @length: its length in bytes, or -1
 * @secret: (nullable): what must not show
 *
 * Makes text from a server fit to be part of a sentence: valid UTF-8, without control or
 * formatting characters, white space run together, and not longer than
 * %SG_FOREIGN_TEXT_MAX characters.
 *
 * Returns: (transfer full): the text
 */
char *
sg_foreign_text_clean (const char *text,
                       gssize      length,
                       const char *secret)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  gsize n_chars = 0;
  gboolean space = FALSE;

  if (text == NULL)
    return g_strdup ("");

  /* The secret is replaced before the cut, or half of it might survive. */
  valid = sg_utf8_make_valid (text, MIN (length < 0 ? strlen (text) : (gsize) length, 64 * 1024));
  valid = replace_secret (g_steal_pointer (&valid), secret);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (c);

      if (g_unichar_isspace (c) || type == G_UNICODE_CONTROL)
        {
          space = out->len > 0;
          continue;
        }
      if (type == G_UNICODE_FORMAT || type == G_UNICODE_PRIVATE_USE ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        continue;

      if (++n_chars + (space ? 1 : 0) >= SG_FOREIGN_TEXT_MAX)
        {
          g_string_append (out, "…");
          break;
        }
      if (space)
        {
          g_string_append_c (out, ' ');
          n_chars++;
        }
      space = FALSE;
      g_string_append_unichar (out, c);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

G_GNUC_PRINTF (2, 3)
static GError *
new_error (SgModelError  code,
           const char   *format,
           ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (SG_MODEL_ERROR, code, format, args);
  va_end (args);

  return error;
}

static GError *
error_from_tls (const SgErrorContext *context,
                const GError         *error)
{
  g_autofree char *said = sg_foreign_text_clean (error->message, -1, context->secret);

  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return new_error (SG_MODEL_ERROR_CONNECT,
                      _("%s cannot prove who it is: its certificate is not trusted on this computer. "
                        "If it is your own server, use http:// on your own network, or have its "
                        "certificate trusted."), context->server);

  return new_error (SG_MODEL_ERROR_CONNECT,
                    _("No secure connection to %s: %s. If the server speaks plain HTTP, write http:// "
                      "instead of https://."), context->server, said);
}

static GError *
error_from_g_io (const SgErrorContext *context,
                 const GError         *error)
{
  g_autofree char *said = NULL;

  switch (error->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return new_error (SG_MODEL_ERROR_CONNECT,
                        _("Nothing answers at %s. Is the server running, and is the port right?"),
                        context->server);

    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return new_error (SG_MODEL_ERROR_CONNECT,
                        _("%s cannot be reached from here. Is this computer connected, and is the "
                          "address right?"), context->server);

    case G_IO_ERROR_TIMED_OUT:
      return new_error (SG_MODEL_ERROR_CONNECT,
                        _("%s did not answer when called. Is the computer on, and does a firewall "
                          "stand in between?"), context->server);

    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_CONNECTION_CLOSED:
      return new_error (SG_MODEL_ERROR_CUT_OFF,
                        _("The server at %s ended the connection before its reply was whole. It may "
                          "have been stopped, or have crashed: its log knows."), context->server);

    default:
      said = sg_foreign_text_clean (error->message, -1, context->secret);
      return new_error (SG_MODEL_ERROR_CONNECT,
                        _("The connection to %s failed: %s"), context->server, said);
    }
}

static GError *
map_error (const SgErrorContext *context,
           const GError         *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return new_error (SG_MODEL_ERROR_CONNECT,
                      _("There is no computer of the name in %s, or the name cannot be looked up now. "
                        "Check the address, and the connection of this computer."), context->server);

  if (error->domain == G_TLS_ERROR)
    return error_from_tls (context, error);

  if (error->domain == SOUP_SESSION_ERROR)
    return new_error (SG_MODEL_ERROR_GARBLED,
                      _("What answers at %s does not speak HTTP. Is it the port of a model server?"),
                      context->server);

  return error_from_g_io (context, error);
}

static gboolean
is_lasting (const GError *error)
{
  return error->domain == G_TLS_ERROR || g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND);
}

/**
 * sg_model_error_from_io:
 * @context: what the message speaks about
 * @error: an error of GIO or libsoup
 *
 * Returns: (transfer full): a %SG_MODEL_ERROR that says what happened and what to do; a
 *   cancellation or %SG_MODEL_ERROR stays what it is
 */
GError *
sg_model_error_from_io (const SgErrorContext *context,
                        const GError         *error)
{
  GError *mapped;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == SG_MODEL_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  mapped = map_error (context, error);
  sg_model_error_get_private (mapped)->lasting = is_lasting (error);

  return mapped;
}

static gboolean
mentions (const Said *said,
          const char *word)
{
  g_autofree char *message = g_ascii_strdown (said->message->str, -1);

  return strstr (said->type->str, word) != NULL || strstr (message, word) != NULL;
}

/* Room for the reply is needed as well, and contexts are made in steps. */
#define CONTEXT_REPLY 1024
#define CONTEXT_STEP 4096

static GError *
error_context (const SgErrorContext *context,
               const Said           *said)
{
  if (said->n_prompt > 0 && said->n_context > 0)
    {
      gint64 wanted = (said->n_prompt + CONTEXT_REPLY + CONTEXT_STEP - 1) / CONTEXT_STEP * CONTEXT_STEP;
      GError *error =
        new_error (SG_MODEL_ERROR_CONTEXT,
                   _("The story so far is too long for this model: %" G_GINT64_FORMAT " tokens, and it takes "
                     "%" G_GINT64_FORMAT ". Start its server with a context of %" G_GINT64_FORMAT " (for llama.cpp: "
                     "--ctx-size %" G_GINT64_FORMAT "), or try the preset Fast in the preferences."),
                   said->n_prompt, said->n_context, wanted, wanted);
      SgModelErrorPrivate *priv = sg_model_error_get_private (error);

      priv->n_prompt = said->n_prompt;
      priv->n_context = said->n_context;
      return error;
    }

  return new_error (SG_MODEL_ERROR_CONTEXT,
                    _("The story so far is too long for this model. Start its server with a larger context, or try "
                      "the preset Fast in the preferences."));
}

static gboolean
is_about_context (const Said *said)
{
  return mentions (said, "exceed_context") || mentions (said, "context_length") ||
         mentions (said, "context size") || mentions (said, "context length") ||
         mentions (said, "context window") || mentions (said, "maximum context");
}

static gboolean
is_about_loading (const Said *said)
{
  return mentions (said, "loading model") || mentions (said, "model is loading") ||
         mentions (said, "currently loading");
}

/* The server's own words, set off from what is said of it. */
static char *
dup_quoted (const char *words)
{
  return words[0] != '\0' ? g_strdup_printf (_(" It says: %s"), words) : g_strdup ("");
}

static GError *
error_not_found (const SgErrorContext *context,
                 const Said           *said,
                 const char           *words)
{
  if (context->model != NULL && context->model[0] != '\0' && mentions (said, "model"))
    return new_error (SG_MODEL_ERROR_NOT_FOUND,
                      _("%s has no model “%s”. Choose one of those it has in the preferences. It says: %s"),
                      context->server, context->model, words);

  return new_error (SG_MODEL_ERROR_NOT_FOUND,
                    _("A server answers at %s, but has no chat interface there. Check the address: most "
                      "servers want only host and port, as in http://localhost:8080."), context->server);
}

static GError *
error_from_5xx (const SgErrorContext *context,
                guint                 status,
                const Said           *said,
                const char           *words)
{
  g_autofree char *quoted = dup_quoted (words);

  if (is_about_loading (said))
    return new_error (SG_MODEL_ERROR_LOADING,
                      _("The server at %s is still loading its model. Wait a moment and try again."),
                      context->server);

  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    return new_error (SG_MODEL_ERROR_BUSY, _("The server at %s is too busy now. Try again in a while.%s"),
                      context->server, quoted);

  if (status == SOUP_STATUS_BAD_GATEWAY || status == SOUP_STATUS_GATEWAY_TIMEOUT)
    return new_error (SG_MODEL_ERROR_SERVER,
                      _("%s answers, but the model server behind it does not (status %u). Is it running?"),
                      context->server, status);

  return new_error (SG_MODEL_ERROR_SERVER,
                    _("The server at %s failed (status %u). Try again; if it fails again, its log may say "
                      "why.%s"), context->server, status, quoted);
}

static GError *
error_from_3xx (const SgErrorContext *context,
                const char           *location)
{
  g_autofree char *there = sg_foreign_text_clean (location, -1, context->secret);

  if (there[0] != '\0')
    return new_error (SG_MODEL_ERROR_ADDRESS,
                      _("%s sends everyone on to %s. If you trust that address, enter it instead: a key is "
                        "never handed on unasked."), context->server, there);

  return new_error (SG_MODEL_ERROR_NOT_FOUND,
                    _("%s sends everyone on, but does not say where to. Check the address."),
                    context->server);
}

static GError *
error_from_said (const SgErrorContext *context,
                 guint                 status,
                 const Said           *said,
                 const char           *words)
{
  g_autofree char *quoted = dup_quoted (words);

  if (is_about_context (said))
    return error_context (context, said);

  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return new_error (SG_MODEL_ERROR_KEY,
                        context->secret != NULL
                          ? _("%s does not accept the key. Check it in the preferences.%s")
                          : _("%s wants a key. Enter it in the preferences.%s"), context->server, quoted);

    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
    case SOUP_STATUS_GONE:
      return error_not_found (context, said, words);

    case SOUP_STATUS_PAYMENT_REQUIRED:
      return new_error (SG_MODEL_ERROR_KEY, _("%s wants to be paid first: the account of this key has "
                                              "no credit left.%s"), context->server, quoted);

    case SOUP_STATUS_REQUEST_TIMEOUT:
    case 429:
      return new_error (SG_MODEL_ERROR_BUSY,
                        _("%s takes no more requests for now. Wait a while and try again.%s"),
                        context->server, quoted);

    case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
      return error_context (context, said);

    default:
      return new_error (SG_MODEL_ERROR_REQUEST,
                        _("The server at %s refused the request (status %u). It says: %s"),
                        context->server, status, words[0] != '\0' ? words : "—");
    }
}

/* RFC 9110, 10.2.3: seconds, or a date. */
static gint64
parse_retry_after (const char *value)
{
  g_autoptr (GDateTime) then = NULL;
  g_autoptr (GDateTime) now = NULL;
  guint64 seconds;

  if (value == NULL)
    return -1;

  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &seconds, NULL))
    return (gint64) seconds * G_USEC_PER_SEC;

  then = soup_date_time_new_from_http_string (value);
  if (then == NULL)
    return -1;

  now = g_date_time_new_now_utc ();

  return MAX (0, g_date_time_difference (then, now));
}

/**
 * sg_model_error_from_status:
 * @context: what the message speaks about
 * @status: an HTTP status that is no success
 * @body: (nullable): the reply, or its beginning
 * @length: the length of @body in bytes
 * @retry_after: (nullable): the header of that name
 * @location: (nullable): the header of that name
 *
 * Returns: (transfer full): a %SG_MODEL_ERROR that says what happened and what to do
 */
GError *
sg_model_error_from_status (const SgErrorContext *context,
                            guint                 status,
                            const char           *body,
                            gsize                 length,
                            const char           *retry_after,
                            const char           *location)
{
  g_auto (Said) said;
  g_autofree char *words = NULL;
  SgModelErrorPrivate *priv;
  GError *error;

  said_init (&said);
  if (body != NULL)
    read_said (&said, body, length);
  words = sg_foreign_text_clean (said.message->str, said.message->len, context->secret);

  if (status >= 500)
    error = is_about_context (&said) ? error_context (context, &said)
                                     : error_from_5xx (context, status, &said, words);
  else if (status >= 300 && status < 400)
    error = error_from_3xx (context, location);
  else
    error = error_from_said (context, status, &said, words);

  g_strchomp (error->message);
  priv = sg_model_error_get_private (error);
  priv->status = status;
  priv->retry_after = parse_retry_after (retry_after);

  return error;
}

static GError *
error_in_stream (const SgErrorContext *context,
                 const Said           *said,
                 const char           *words)
{
  if (is_about_context (said))
    return new_error (SG_MODEL_ERROR_CONTEXT,
                      _("The model ran out of room in the middle of its reply: “%s” Choose a smaller "
                        "context in the preferences, or start the server with a larger one."), words);

  if (is_about_loading (said))
    return error_from_5xx (context, SOUP_STATUS_SERVICE_UNAVAILABLE, said, words);

  if (said->code == 429 || mentions (said, "rate_limit") || mentions (said, "overloaded"))
    return new_error (SG_MODEL_ERROR_BUSY,
                      _("%s takes no more requests for now. Wait a while and try again. %s"),
                      context->server, words);

  if (words[0] == '\0')
    return new_error (SG_MODEL_ERROR_SERVER,
                      _("The server at %s failed in the middle of its reply, and does not say why. Its "
                        "log may."), context->server);

  return new_error (SG_MODEL_ERROR_SERVER,
                    _("The server at %s failed in the middle of its reply. It says: %s"),
                    context->server, words);
}

/**
 * sg_model_error_from_stream:
 * @context: what the message speaks about
 * @json: the object that came in place of a piece of the reply
 * @length: its length in bytes
 *
 * Returns: (transfer full): a %SG_MODEL_ERROR for an error in mid-stream
 */
GError *
sg_model_error_from_stream (const SgErrorContext *context,
                            const char           *json,
                            gsize                 length)
{
  g_auto (Said) said;
  g_autofree char *words = NULL;
  GError *error;

  said_init (&said);
  read_said (&said, json, length);
  words = sg_foreign_text_clean (said.message->str, said.message->len, context->secret);
  error = error_in_stream (context, &said, words);
  if (said.code >= 400 && said.code < 600)
    sg_model_error_get_private (error)->status = (int) said.code;

  return error;
}

/**
 * sg_model_error_web_page:
 * @context: what the message speaks about
 *
 * Returns: (transfer full): the %SG_MODEL_ERROR for an address where a web page is
 */
GError *
sg_model_error_web_page (const SgErrorContext *context)
{
  return new_error (SG_MODEL_ERROR_NOT_FOUND,
                    _("What answers at %s is a web page, not a model server. Check host and port, or ask "
                      "whoever runs it for the address of its interface for programs."), context->server);
}

/**
 * sg_model_error_get_status:
 * @error: a %SG_MODEL_ERROR
 *
 * Returns: the HTTP status that it came with, or 0
 */
int
sg_model_error_get_status (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == SG_MODEL_ERROR, 0);

  return sg_model_error_get_private (error)->status;
}

/**
 * sg_model_error_get_retry_after:
 * @error: a %SG_MODEL_ERROR
 *
 * Returns: how long the server wants not to be asked again, in microseconds from now, or -1
 *   where it did not say
 */
gint64
sg_model_error_get_retry_after (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == SG_MODEL_ERROR, -1);

  return sg_model_error_get_private (error)->retry_after;
}

/**
 * sg_model_error_is_lasting:
 * @error: a %SG_MODEL_ERROR
 *
 * Returns: whether another try in a few seconds would come to the same end: there is no computer of that
 *   name, or none that can be trusted
 */
gboolean
sg_model_error_is_lasting (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == SG_MODEL_ERROR, FALSE);

  return sg_model_error_get_private (error)->lasting;
}

/**
 * sg_model_error_get_name:
 * @error: any error
 *
 * Returns: the short name of an %SG_MODEL_ERROR, as spans have it; `cancelled` or `other` for another error
 */
const char *
sg_model_error_get_name (const GError *error)
{
  static const char *const names[] = {
    "address", "connect", "key", "not-found", "loading", "busy", "context", "request",
    "server", "cut-off", "silent", "garbled", "too-long", "paused",
  };

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == SG_MODEL_ERROR && error->code >= 0 && error->code < (int) G_N_ELEMENTS (names))
    return names[error->code];

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : "other";
}

/**
 * sg_model_error_get_context:
 * @error: any error
 * @n_prompt: (out): how many tokens the prompt has, as the server counts
 * @n_context: (out): how many the model takes, prompt and reply together
 *
 * Returns: whether the error is that a prompt was too long, and the server has said by how much
 */
gboolean
sg_model_error_get_context (const GError *error,
                            gint64       *n_prompt,
                            gint64       *n_context)
{
  const SgModelErrorPrivate *priv;

  if (!g_error_matches (error, SG_MODEL_ERROR, SG_MODEL_ERROR_CONTEXT))
    return FALSE;

  priv = sg_model_error_get_private (error);
  *n_prompt = priv->n_prompt;
  *n_context = priv->n_context;

  return priv->n_context > 0;
}
