/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "embedding-server.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct _EmbeddingServer
{
  SoupServer *server;
  SgHttp     *http;
  char       *address;
  guint       delay_ms;
  guint       status;
  guint       n_requests;
  guint       n_texts;
};

static const char *const meanings[][4] = {
  { "water", "river", "rain", "drown" },
  { "fire", "flame", "burn", "lantern" },
  { "gold", "coin", "ring", "treasure" },
};

static void
append_vector (GString    *json,
               const char *text)
{
  g_string_append_c (json, '[');
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    {
      double number = 0.01;

      for (guint j = 0; j < G_N_ELEMENTS (meanings[i]); j++)
        number += strstr (text, meanings[i][j]) != NULL;
      g_string_append_printf (json, "%.2f,", number);
    }
  g_string_append (json, "0.01]");
}

static char *
answer (EmbeddingServer *self,
        const char      *body)
{
  g_autoptr (JsonNode) node = json_from_string (body, NULL);
  JsonNode *input = json_object_get_member (json_node_get_object (node), "input");
  GString *json = g_string_new ("{\"data\":[");
  guint n = JSON_NODE_HOLDS_ARRAY (input) ? json_array_get_length (json_node_get_array (input)) : 1;

  for (guint i = 0; i < n; i++)
    {
      const char *text = JSON_NODE_HOLDS_ARRAY (input)
                           ? json_array_get_string_element (json_node_get_array (input), i)
                           : json_node_get_string (input);

      g_string_append_printf (json, "%s{\"index\":%u,\"embedding\":", i > 0 ? "," : "", i);
      append_vector (json, text);
      g_string_append_c (json, '}');
    }
  self->n_texts += n;
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

static gboolean
unpause_cb (gpointer user_data)
{
  soup_server_message_unpause (user_data);

  return G_SOURCE_REMOVE;
}

static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  EmbeddingServer *self = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *reply;

  g_assert_cmpstr (path, ==, "/v1/embeddings");
  self->n_requests++;
  reply = self->status == 200 ? answer (self, text) : g_strdup ("{\"error\":{\"message\":\"no\"}}");
  soup_server_message_set_status (message, self->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, reply,
                                    strlen (reply));
  if (self->delay_ms > 0)
    {
      soup_server_message_pause (message);
      g_timeout_add_full (G_PRIORITY_DEFAULT, self->delay_ms, unpause_cb, g_object_ref (message),
                          g_object_unref);
    }
}

EmbeddingServer *
embedding_server_new (void)
{
  EmbeddingServer *self = g_new0 (EmbeddingServer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->status = 200;
  self->http = sg_http_new ();
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  self->address = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

void
embedding_server_free (EmbeddingServer *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_object_unref (self->http);
  g_free (self->address);
  g_free (self);
}

SgEmbedder *
embedding_server_make_embedder (EmbeddingServer *self)
{
  g_autoptr (GError) error = NULL;
  SgEmbedder *embedder = sg_embedder_new (self->http, self->address, "meaning", &error);

  g_assert_no_error (error);

  return embedder;
}

void
embedding_server_set_delay (EmbeddingServer *self,
                            guint            ms)
{
  self->delay_ms = ms;
}

void
embedding_server_set_status (EmbeddingServer *self,
                             guint            status)
{
  self->status = status;
}

guint
embedding_server_get_n_requests (EmbeddingServer *self)
{
  return self->n_requests;
}

guint
embedding_server_get_n_texts (EmbeddingServer *self)
{
  return self->n_texts;
}
