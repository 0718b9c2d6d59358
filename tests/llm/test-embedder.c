/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The meaning of texts: what servers answer, recorded and made up, in pieces of every size; batches that
 * are refused; servers that have nothing of the kind. */

#include "config.h"

#include <math.h>
#include <string.h>

#include "llm-fixture.h"
#include "llm/sg-embedder.h"
#include "llm/sg-embedding-reader.h"
#include "llm/sg-server-state.h"

typedef struct
{
  RawServer  *server;
  SgHttp     *http;
  SgEmbedder *embedder;
  SgTrace    *trace;
  GPtrArray  *vectors;
  GError     *error;
  gboolean    returned;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->server = raw_server_new ();
  fixture->http = sg_http_new ();
  fixture->trace = sg_trace_new ();
  fixture->embedder =
    sg_embedder_new (fixture->http, raw_server_get_address (fixture->server), "tiny", &error);
  g_assert_no_error (error);
}

static void
forget (Fixture *fixture)
{
  g_clear_pointer (&fixture->vectors, g_ptr_array_unref);
  g_clear_error (&fixture->error);
  fixture->returned = FALSE;
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  forget (fixture);

  /* What has just returned may not have let go yet. */
  while (G_OBJECT (fixture->embedder)->ref_count > 1 || G_OBJECT (fixture->http)->ref_count > 2)
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (fixture->embedder);
  g_assert_finalize_object (fixture->trace);
  g_assert_finalize_object (fixture->http);
  raw_server_free (fixture->server);
}

static void
embedded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->vectors = sg_embedder_embed_finish (SG_EMBEDDER (object), result, &fixture->error);
  fixture->returned = TRUE;
}

static void
embed (Fixture            *fixture,
       const char *const  *texts,
       guint               at_once)
{
  forget (fixture);
  sg_embedder_embed_async (fixture->embedder, texts, at_once, fixture->trace, 0, NULL, embedded_cb,
                           fixture);
  while (!fixture->returned)
    g_main_context_iteration (NULL, TRUE);
}

static void
reply_capture (Fixture    *fixture,
               const char *folder,
               const char *name,
               int         piece_size)
{
  g_autofree char *file = g_strconcat (name, ".raw", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "llm", folder, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  raw_server_reply (fixture->server, bytes, length, piece_size, END_CLOSE);
}

static void
reply (Fixture    *fixture,
       const char *status,
       const char *body)
{
  g_autofree char *bytes = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                                            "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                                            status, strlen (body), body);

  raw_server_reply (fixture->server, bytes, -1, PIECES_WHOLE, END_KEEP);
}

static float
number_at (GBytes *vector,
           guint   index)
{
  union { float number; guint32 bits; } value;

  g_assert_cmpuint (g_bytes_get_size (vector), >, index * sizeof (float));
  memcpy (&value, (const char *) g_bytes_get_data (vector, NULL) + index * sizeof (float), sizeof value);
  value.bits = GUINT32_FROM_LE (value.bits);

  return value.number;
}

static double
length_of (GBytes *vector)
{
  double sum = 0;

  for (guint i = 0; i < g_bytes_get_size (vector) / sizeof (float); i++)
    sum += pow (number_at (vector, i), 2);

  return sqrt (sum);
}

static GBytes *
vector_at (Fixture *fixture,
           guint    index)
{
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (index, <, fixture->vectors->len);

  return g_ptr_array_index (fixture->vectors, index);
}

static guint
count_spans (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 1; i <= sg_trace_get_n_spans (fixture->trace); i++)
    {
      const SgSpan *span = sg_trace_get_span (fixture->trace, i);

      g_assert_cmpint (span->kind, ==, SG_SPAN_MODEL);
      g_assert_cmpstr (span->name, ==, "embeddings");
      g_assert_cmpint (span->end_us, >=, span->begin_us);
      n++;
    }

  return n;
}

static const char *const three[] = { "The file is in the folder.", "A window opens.", "漢字 😀", NULL };
static const char *const two[] = { "a", "b", NULL };

/* What the server made of three texts, byte by byte and in larger pieces. */
static void
test_captured_batch (Fixture       *fixture,
                     gconstpointer  data)
{
  static const int pieces[] = { PIECES_WHOLE, 1, 7, 4096, PIECES_RANDOM };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      reply_capture (fixture, "embeddings", "26-embeddings-batch", pieces[i]);
      embed (fixture, three, 100);

      g_assert_no_error (fixture->error);
      g_assert_cmpuint (fixture->vectors->len, ==, 3);
      for (guint text = 0; text < 3; text++)
        {
          GBytes *vector = vector_at (fixture, text);

          g_assert_cmpuint (g_bytes_get_size (vector) / sizeof (float), ==, 256);
          g_assert_cmpfloat_with_epsilon (length_of (vector), 1, 1e-5);
        }
      g_assert_cmpfloat_with_epsilon (number_at (vector_at (fixture, 0), 0), 0.79100007, 1e-4);
    }
}

static void
test_request (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *request = NULL;
  const SgSpan *span;

  reply_capture (fixture, "embeddings", "26-embeddings-batch", PIECES_WHOLE);
  sg_embedder_set_key (fixture->embedder, "sk-secret");
  embed (fixture, three, 100);
  g_assert_no_error (fixture->error);

  request = raw_server_dup_request (fixture->server, 0);
  g_assert_nonnull (strstr (request, "POST /v1/embeddings "));
  g_assert_nonnull (strstr (request, "Authorization: Bearer sk-secret\r\n"));
  g_assert_nonnull (strstr (request, "{\"model\":\"tiny\",\"input\":[\"The file is in the folder.\","));
  g_assert_nonnull (strstr (request, "漢字 😀"));

  span = sg_trace_get_span (fixture->trace, 1);
  g_assert_cmpint (sg_span_get_int (span, "batch", 0), ==, 3);
  g_assert_cmpint (sg_span_get_int (span, "count", 0), ==, 3);
  g_assert_cmpint (sg_span_get_int (span, "tokens.in", 0), ==, 14);
  g_assert_cmpstr (sg_span_get_string (span, "model"), ==, "tiny");
}

static void
test_captured_errors (Fixture       *fixture,
                      gconstpointer  data)
{
  /* Of a server without embeddings, which is not asked again: neither here nor by one made later. */
  g_autoptr (SgEmbedder) later = NULL;

  reply_capture (fixture, "captures", "29d-embeddings-on-chat-server", PIECES_WHOLE);
  embed (fixture, two, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (fixture->error->message, "has no embeddings"));
  g_assert_false (sg_embedder_get_available (fixture->embedder));

  embed (fixture, two, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_NOT_FOUND);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 1);

  later = sg_embedder_new (fixture->http, raw_server_get_address (fixture->server), "tiny", NULL);
  g_assert_false (sg_embedder_get_available (later));
  g_clear_object (&later);

  /* Another model of the same server may well have them. */
  later = sg_embedder_new (fixture->http, raw_server_get_address (fixture->server), "nomic", NULL);
  g_assert_true (sg_embedder_get_available (later));
}

static void
test_captured_nonsense (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char *const one[] = { "a", NULL };

  reply_capture (fixture, "embeddings", "28-embeddings-on-chat-endpoint", PIECES_WHOLE);
  embed (fixture, one, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);

  reply_capture (fixture, "embeddings", "29-embeddings-empty", PIECES_WHOLE);
  embed (fixture, one, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST);

  reply_capture (fixture, "captures", "61-key-wrong", PIECES_WHOLE);
  embed (fixture, one, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_KEY);
  g_assert_true (sg_embedder_get_available (fixture->embedder));
}

/* Empty texts are not asked for, long ones are cut between characters, and each has its own place. */
static void
test_texts (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *umlauts = g_strnfill (9000, 'x');
  const char *texts[] = { "  ", umlauts, "", "b", NULL };
  g_autofree char *request = NULL;

  memcpy (umlauts + 1999, "ä", 2);
  reply (fixture, "200 OK",
         "{\"data\":[{\"index\":1,\"embedding\":[0,2]},{\"embedding\":[3,4],\"index\":0}]}");
  embed (fixture, texts, 100);

  g_assert_null (vector_at (fixture, 0));
  g_assert_null (vector_at (fixture, 2));
  g_assert_cmpfloat_with_epsilon (number_at (vector_at (fixture, 1), 0), 0.6, 1e-6);
  g_assert_cmpfloat_with_epsilon (number_at (vector_at (fixture, 3), 1), 1, 1e-6);

  request = raw_server_dup_request (fixture->server, 0);
  g_assert_null (strstr (request, "ä"));
  g_assert_cmpuint (strlen (request), <, 2400);
}

static void
test_batches (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const five[] = { "a", "b", "c", "d", "e", NULL };

  reply (fixture, "200 OK", "[{\"index\":0,\"embedding\":[[1,0]]},{\"index\":1,\"embedding\":[[0,1]]}]");
  reply (fixture, "200 OK", "{\"embeddings\":[[1,0],[0,1]]}");
  reply (fixture, "200 OK", "{\"embedding\":[5,0]}");
  embed (fixture, five, 2);

  g_assert_no_error (fixture->error);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 3);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (number_at (vector_at (fixture, i), i % 2), 1, 1e-6);
  g_assert_cmpuint (count_spans (fixture), ==, 3);
}

/* A server that does not take lists: one by one, and from then on at once so. */
static void
test_refused_batch (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *last = NULL;

  reply (fixture, "400 Bad Request", "{\"error\":{\"message\":\"input must be a string\"}}");
  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]}]}");
  embed (fixture, two, 100);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 3);

  embed (fixture, two, 100);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 5);
  last = raw_server_dup_request (fixture->server, 4);
  g_assert_nonnull (strstr (last, "\"input\":\"b\"}"));
}

/* One text that is too much for the model costs only itself, and no later batch. */
static void
test_refused_text (Fixture       *fixture,
                   gconstpointer  data)
{
  reply (fixture, "500 Internal Server Error",
         "{\"error\":{\"code\":500,\"message\":\"input is too large to process. increase the "
         "physical batch size\",\"type\":\"server_error\"}}");
  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]}]}");
  reply (fixture, "400 Bad Request", "{\"error\":{\"message\":\"too long\"}}");
  embed (fixture, two, 100);

  g_assert_nonnull (vector_at (fixture, 0));
  g_assert_null (vector_at (fixture, 1));

  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]},{\"embedding\":[1,0]}]}");
  embed (fixture, two, 100);
  g_assert_nonnull (vector_at (fixture, 1));
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 4);
}

/* A server that refuses each and every text is left alone after a few. */
static void
test_refuses_all (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char *const five[] = { "a", "b", "c", "d", "e", NULL };

  reply (fixture, "400 Bad Request", "{\"error\":{\"message\":\"no\"}}");
  embed (fixture, five, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 4);
  g_assert_false (sg_embedder_get_available (fixture->embedder));
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  reply (fixture, "503 Service Unavailable", "{\"error\":{\"code\":503,\"message\":\"Loading model\"}}");
  embed (fixture, two, 100);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_LOADING);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 1);
  g_assert_true (sg_embedder_get_available (fixture->embedder));
}

static void
queried_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) vector =
    sg_embedder_query_finish (SG_EMBEDDER (object), result, &fixture->error);

  fixture->vectors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (vector != NULL)
    g_ptr_array_add (fixture->vectors, g_steal_pointer (&vector));
  fixture->returned = TRUE;
}

static void
query (Fixture      *fixture,
       const char   *text,
       GCancellable *cancellable)
{
  forget (fixture);
  sg_embedder_query_async (fixture->embedder, text, fixture->trace, 0, cancellable, queried_cb,
                           fixture);
  while (!fixture->returned)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_query (Fixture       *fixture,
            gconstpointer  data)
{
  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]}]}");
  query (fixture, "where is it", NULL);
  query (fixture, "where is it", NULL);
  g_assert_cmpfloat_with_epsilon (number_at (vector_at (fixture, 0), 0), 1, 1e-6);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 1);

  /* The one that was asked for longest ago makes room. */
  for (guint i = 0; i < 127; i++)
    {
      g_autofree char *text = g_strdup_printf ("question %u", i);

      query (fixture, text, NULL);
    }
  query (fixture, "where is it", NULL);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 128);
  query (fixture, "one more", NULL);
  query (fixture, "where is it", NULL);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 129);
  query (fixture, "question 0", NULL);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 130);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  static const char begin[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":";

  for (guint ms = 0; ms < 12; ms += 3)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      raw_server_reply (fixture->server, begin, -1, PIECES_WHOLE, END_HANG);
      g_timeout_add (ms, cancel_cb, cancellable);
      query (fixture, "where is it", cancellable);
      g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }

  raw_server_wait_closed (fixture->server);
  count_spans (fixture);
}

static SgGate *
get_gate (Fixture *fixture)
{
  g_autofree char *base =
    g_strconcat (raw_server_get_address (fixture->server), "/v1", NULL);

  return sg_server_state_get_gate (sg_http_get_server_state (fixture->http, base));
}

static void
admitted_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
waiting_cb (SgGateReason reason,
            gint64       wait_us,
            gpointer     user_data)
{
}

/* Somebody else's call takes the only slot. */
static void
take_slot (Fixture *fixture)
{
  gboolean admitted = FALSE;
  SgGateEntry entry = { .admitted = admitted_cb, .waiting = waiting_cb, .user_data = &admitted };

  sg_gate_set_n_slots (get_gate (fixture), 1);
  sg_gate_enter (get_gate (fixture), &entry);
  g_assert_true (admitted);
}

/* The wait is a span below that of the request; both have to end. */
static void
check_wait (Fixture *fixture,
            gboolean ended)
{
  const SgSpan *call = sg_trace_get_span (fixture->trace, 1);
  const SgSpan *wait = sg_trace_get_span (fixture->trace, 2);

  g_assert_cmpuint (sg_trace_get_n_spans (fixture->trace), ==, 2);
  g_assert_cmpstr (call->name, ==, "embeddings");
  g_assert_cmpint (wait->kind, ==, SG_SPAN_WAIT);
  g_assert_cmpstr (wait->name, ==, "limit");
  g_assert_cmpuint (wait->parent, ==, 1);
  g_assert_true (ended == (wait->end_us >= wait->begin_us));
  g_assert_true (ended == (call->end_us >= call->begin_us));
}

/* Embeddings are calls like others: they wait for a slot. */
static void
test_lines_up (Fixture       *fixture,
               gconstpointer  data)
{
  take_slot (fixture);
  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]}]}");
  forget (fixture);
  sg_embedder_query_async (fixture->embedder, "where is it", fixture->trace, 0, NULL, queried_cb, fixture);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (fixture->returned);
  g_assert_cmpuint (sg_gate_get_n_waiting (get_gate (fixture)), ==, 1);
  g_assert_cmpuint (raw_server_get_n_requests (fixture->server), ==, 0);
  check_wait (fixture, FALSE);

  sg_gate_leave (get_gate (fixture));
  while (!fixture->returned)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (sg_gate_get_n_inside (get_gate (fixture)), ==, 0);
  check_wait (fixture, TRUE);
}

static void
test_cancel_in_line (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  take_slot (fixture);
  g_idle_add (cancel_cb, cancellable);
  query (fixture, "where is it", cancellable);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (sg_gate_get_n_waiting (get_gate (fixture)), ==, 0);
  g_assert_cmpuint (sg_gate_get_n_inside (get_gate (fixture)), ==, 1);
  sg_gate_leave (get_gate (fixture));
  check_wait (fixture, TRUE);
}

/* What a server allows a minute, and its wish to be left alone, is the business of all calls. */
static void
test_limits (Fixture       *fixture,
             gconstpointer  data)
{
  SgLimiter *limiter = sg_gate_get_limiter (get_gate (fixture));
  gint64 wait_us = 0;

  sg_limiter_set_limits (limiter, 2, 0);
  g_assert_cmpint (sg_limiter_check (limiter, 0, &wait_us), ==, SG_LIMITER_FREE);
  reply (fixture, "200 OK", "{\"data\":[{\"embedding\":[1,0]}]}");
  query (fixture, "where is it", NULL);
  g_assert_cmpint (sg_limiter_check (limiter, 0, &wait_us), ==, SG_LIMITER_REQUESTS);

  sg_limiter_set_limits (limiter, 0, 0);
  raw_server_reply (fixture->server,
                    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n", -1,
                    PIECES_WHOLE, END_KEEP);
  query (fixture, "where was it", NULL);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_BUSY);
  g_assert_cmpint (sg_limiter_check (limiter, 0, &wait_us), ==, SG_LIMITER_PAUSE);
  g_assert_true (sg_embedder_get_available (fixture->embedder));
}

/* What makes no sense is refused as a whole, and nothing is read twice. */
static void
test_reader (void)
{
  static const char *const wrong[] = {
    "", "{", "[]", "{}", "null", "3", "{\"data\":[]}", "{\"data\":[{\"embedding\":[]}]}",
    "{\"data\":[{\"embedding\":[0,0]}]}", "{\"data\":[{\"embedding\":[1e999,0]}]}",
    "{\"data\":[{\"embedding\":[1,\"2\"]}]}", "{\"data\":[{\"embedding\":[1,[2]]}]}",
    "{\"data\":[{\"embedding\":[1,2]}]} x", "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1]}]}",
    "{\"data\":[{\"embedding\":\"AAAA\"}]}", "{\"embedding\":{\"data\":3}}",
    "{\"data\":[[[[[[1]]]]],[1]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GPtrArray) vectors =
        sg_embedding_reader_read (wrong[i], strlen (wrong[i]), 1, NULL);

      g_test_message ("%s", wrong[i]);
      g_assert_null (vectors);
    }

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GString) json = g_string_new ("{\"data\":[{\"embedding\":[1");
      g_autoptr (GPtrArray) vectors = NULL;

      for (guint n = 1; n < SG_EMBEDDING_MAX_DIMENSIONS + i; n++)
        g_string_append (json, ",1");
      g_string_append (json, "]}]}");
      vectors = sg_embedding_reader_read (json->str, json->len, 1, NULL);
      g_assert_cmpint (vectors != NULL, ==, i == 0);
    }
}

#define ADD(path, func) \
  g_test_add ("/embedder/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("captured/batch", test_captured_batch);
  ADD ("captured/errors", test_captured_errors);
  ADD ("captured/nonsense", test_captured_nonsense);
  ADD ("request", test_request);
  ADD ("texts", test_texts);
  ADD ("batches", test_batches);
  ADD ("refused/batch", test_refused_batch);
  ADD ("refused/text", test_refused_text);
  ADD ("refused/all", test_refuses_all);
  ADD ("busy", test_busy);
  ADD ("query", test_query);
  ADD ("cancel", test_cancel);
  ADD ("lines-up", test_lines_up);
  ADD ("cancel-in-line", test_cancel_in_line);
  ADD ("limits", test_limits);
  g_test_add_func ("/embedder/reader", test_reader);

  return g_test_run ();
}
