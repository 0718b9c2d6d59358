/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "llm/sg-endpoint.h"
#include "llm/sg-model-error.h"

/* Longer than any address that a person types. */
#define MAX_ADDRESS 2048

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, SG_MODEL_ERROR, SG_MODEL_ERROR_ADDRESS, sentence);

  return FALSE;
}

/* Whether a host is this computer or stands in the same house, where model servers speak plain HTTP. */
static gboolean
is_near (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_site_local (address) ||
           g_inet_address_get_is_link_local (address) || g_inet_address_get_is_any (address);

  return strchr (host, '.') == NULL || g_str_has_suffix (host, ".local") ||
         g_str_has_suffix (host, ".lan") || g_str_has_suffix (host, ".home") ||
         g_str_has_suffix (host, ".localhost") || g_str_has_suffix (host, ".home.arpa");
}

/* Without a scheme: plain HTTP where the host is near or a port is given, as home servers are. */
static char *
add_scheme (const char *typed)
{
  g_autofree char *plain = g_strconcat ("http://", typed, NULL);
  g_autoptr (GUri) uri = g_uri_parse (plain, G_URI_FLAGS_NONE, NULL);

  if (uri != NULL && g_uri_get_port (uri) == -1 && g_uri_get_host (uri) != NULL &&
      !is_near (g_uri_get_host (uri)))
    return g_strconcat ("https://", typed, NULL);

  return g_steal_pointer (&plain);
}

static gboolean
is_version (const char *segment)
{
  return segment[0] == 'v' && g_ascii_isdigit (segment[1]);
}

/* The path of the interface: what was typed without the ends that belong to one call, and `/v1` where no
 * version is in it. */
static char *
normal_path (const char *typed)
{
  static const char *const ends[] = { "/chat/completions", "/completions", "/models", "/embeddings" };
  g_autofree char *path = g_strdup (typed);
  g_auto (GStrv) segments = NULL;
  gboolean versioned = FALSE;

  for (gsize length = strlen (path); length > 0 && path[length - 1] == '/'; length--)
    path[length - 1] = '\0';

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (path, ends[i]))
      {
        path[strlen (path) - strlen (ends[i])] = '\0';
        break;
      }

  segments = g_strsplit (path, "/", -1);
  for (guint i = 0; segments[i] != NULL; i++)
    versioned |= is_version (segments[i]);

  return versioned ? g_steal_pointer (&path) : g_strconcat (path, "/v1", NULL);
}

static gboolean
check (GUri    *uri,
       GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
    return refuse (error, _("A model server is reached by an address that begins with http:// or https://."));

  if (g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0' || g_uri_get_port (uri) == 0)
    return refuse (error, _("The address names no server. Write host and port, as in localhost:8080."));

  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL)
    return refuse (error, _("The address holds more than an address. Put a key into the field for the key, "
                            "where it is kept safe, and leave away what follows a question mark."));

  return TRUE;
}

/**
 * sg_endpoint_normalize:
 * @typed: what someone typed: `localhost:8080`, `http://host:11434/`, `https://host/api/v1`
 * @error: return location for a %SG_MODEL_ERROR_ADDRESS
 *
 * Makes the base of the interface out of what people type.
 *
 * Returns: (transfer full) (nullable): the base, without a slash at its end
 */
char *
sg_endpoint_normalize (const char  *typed,
                       GError     **error)
{
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GUri) normal = NULL;

  g_return_val_if_fail (typed != NULL, NULL);

  text = g_strstrip (g_strdup (typed));
  if (text[0] == '\0')
    {
      refuse (error, _("Enter the address of a model server, such as localhost:8080."));
      return NULL;
    }

  if (strstr (text, "://") == NULL)
    {
      char *with_scheme = add_scheme (text);

      g_free (text);
      text = with_scheme;
    }

  if (strlen (text) <= MAX_ADDRESS && g_utf8_validate (text, -1, NULL) &&
      strpbrk (text, " \t\r\n\"<>") == NULL)
    uri = g_uri_parse (text, G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_ENCODED_PATH, NULL);
  if (uri == NULL)
    {
      refuse (error, _("This is no address. Write host and port, as in localhost:8080."));
      return NULL;
    }

  if (!check (uri, error))
    return NULL;

  path = normal_path (g_uri_get_path (uri));
  normal = g_uri_build (G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_ENCODED_PATH, g_uri_get_scheme (uri),
                        NULL, g_uri_get_host (uri), g_uri_get_port (uri), path, NULL, NULL);

  return g_uri_to_string (normal);
}

/**
 * sg_endpoint_build:
 * @base: a base from sg_endpoint_normalize()
 * @path: a path without a slash before it, such as `chat/completions`
 *
 * Returns: (transfer full): the address of that call
 */
char *
sg_endpoint_build (const char *base,
                   const char *path)
{
  return g_strconcat (base, "/", path, NULL);
}

/**
 * sg_endpoint_dup_root:
 * @base: a base from sg_endpoint_normalize()
 *
 * Returns: (transfer full): the base without its version, where servers put what is not
 *   part of the common interface
 */
char *
sg_endpoint_dup_root (const char *base)
{
  g_autofree char *root = g_strdup (base);
  char *slash = strrchr (root, '/');

  if (slash != NULL && is_version (slash + 1))
    *slash = '\0';

  return g_steal_pointer (&root);
}

/**
 * sg_endpoint_dup_shown:
 * @base: a base from sg_endpoint_normalize()
 *
 * Returns: (transfer full): the address as messages name it: scheme, host and port
 */
char *
sg_endpoint_dup_shown (const char *base)
{
  const char *host = strstr (base, "://");
  const char *slash = host != NULL ? strchr (host + 3, '/') : NULL;

  return slash != NULL ? g_strndup (base, slash - base) : g_strdup (base);
}

/**
 * sg_endpoint_is_local:
 * @base: a base from sg_endpoint_normalize()
 *
 * Returns: whether the server runs on this computer or in the local network
 */
gboolean
sg_endpoint_is_local (const char *base)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && is_near (g_uri_get_host (uri));
}
