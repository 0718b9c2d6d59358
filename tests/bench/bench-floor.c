/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a plain turn cannot cost less than, with the libraries that Storyglass is made of: libsoup sends a request
 * and gives the bytes of the reply, which nobody looks at, and then SQLite commits a row for the turn and some for
 * its spans, on another thread and down to the disk.  Prints a line of JSON, like bench-peer.
 *
 *   bench-floor SERVER TURNS */

#include "config.h"

#include <libsoup/soup.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench-folder.h"
#include "bench-story.h"

/* As long as the prompt of bench-peer, and as many spans as its turns have. */
#define PROMPT_LENGTH 14000
#define N_SPANS 10

/* The log is soon as long as it gets: a commit that makes it longer costs more. */
static const char schema[] =
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 100;"
  "CREATE TABLE turns (id INTEGER PRIMARY KEY, story INTEGER, text TEXT) STRICT;"
  "CREATE INDEX turns_story ON turns (story);"
  "CREATE TABLE spans (turn INTEGER, position INTEGER, name TEXT, begin INTEGER, PRIMARY KEY (turn, position))"
  " STRICT, WITHOUT ROWID;";

typedef struct
{
  SoupSession  *session;
  char         *url;
  GBytes       *body;
  SoupMessage  *message;
  GInputStream *stream;
  char          buffer[32768];

  sqlite3      *db;
  sqlite3_stmt *turn;
  sqlite3_stmt *span;
  GThreadPool  *writer;
  gboolean      stores;

  gboolean      done;
} Floor;

static gboolean
stored_cb (gpointer user_data)
{
  ((Floor *) user_data)->done = TRUE;

  return G_SOURCE_REMOVE;
}

static void
step (sqlite3_stmt *statement)
{
  if (sqlite3_step (statement) != SQLITE_DONE)
    g_error ("SQLite failed");
  sqlite3_reset (statement);
}

static void
store_cb (gpointer data,
          gpointer user_data)
{
  static char told[301];
  Floor *self = data;
  gint64 turn;

  memset (told, 'q', sizeof told - 1);
  sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  sqlite3_bind_text (self->turn, 1, told, -1, SQLITE_STATIC);
  step (self->turn);
  turn = sqlite3_last_insert_rowid (self->db);
  for (int i = 0; i < N_SPANS; i++)
    {
      sqlite3_bind_int64 (self->span, 1, turn);
      sqlite3_bind_int (self->span, 2, i);
      step (self->span);
    }
  if (sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("SQLite failed");

  g_idle_add (stored_cb, self);
}

static void
end_of_body (Floor *self)
{
  g_input_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);

  if (self->stores)
    g_thread_pool_push (self->writer, self, NULL);
  else
    self->done = TRUE;
}

static gboolean read_cb (GObject  *stream,
                         gpointer  user_data);

static void
read_on (Floor *self)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (self->stream);
  g_autoptr (GError) error = NULL;
  gssize n;

  do
    n = g_pollable_input_stream_read_nonblocking (stream, self->buffer, sizeof self->buffer, NULL, &error);
  while (n > 0);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_autoptr (GSource) source = g_pollable_input_stream_create_source (stream, NULL);

      g_source_set_callback (source, (GSourceFunc) (GCallback) read_cb, self, NULL);
      g_source_attach (source, NULL);
      return;
    }

  end_of_body (self);
}

static gboolean
read_cb (GObject  *stream,
         gpointer  user_data)
{
  read_on (user_data);

  return G_SOURCE_REMOVE;
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Floor *self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (self->stream == NULL)
    g_error ("%s", error->message);

  read_on (self);
}

static void
play (Floor *self)
{
  self->done = FALSE;
  self->message = soup_message_new ("POST", self->url);
  /* Else each request would have a connection of its own. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (self->message, "application/json", self->body);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL, sent_cb, self);
  while (!self->done)
    g_main_context_iteration (NULL, TRUE);
}

static double
measure (Floor    *self,
         int       turns,
         gboolean  stores)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  self->stores = stores;
  for (int i = 0; i < turns; i++)
    {
      double begin = bench_get_cpu_us ();
      double value;

      play (self);
      value = bench_get_cpu_us () - begin;
      g_array_append_val (values, value);
    }

  return bench_get_median (values);
}

static void
open_library (Floor      *self,
              const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "floor.db", NULL);

  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
        != SQLITE_OK
      || sqlite3_exec (self->db, schema, NULL, NULL, NULL) != SQLITE_OK
      || sqlite3_prepare_v2 (self->db, "INSERT INTO turns (story, text) VALUES (1, ?)", -1, &self->turn, NULL) != SQLITE_OK
      || sqlite3_prepare_v2 (self->db, "INSERT INTO spans VALUES (?, ?, 'stage', 0)", -1, &self->span, NULL) != SQLITE_OK)
    g_error ("SQLite failed");

  self->writer = g_thread_pool_new (store_cb, self, 1, TRUE, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *filler = g_strnfill (PROMPT_LENGTH, 'x');
  g_autofree char *text = g_strdup_printf ("{\"messages\":[{\"content\":\"%s\"}],\"tools\":[]}", filler);
  Floor self = { 0 };
  int turns;

  if (argc < 3)
    {
      fprintf (stderr, "Usage: bench-floor SERVER TURNS\n");
      return 2;
    }

  turns = atoi (argv[2]);
  self.session = soup_session_new ();
  self.url = g_strconcat (argv[1], "/tokens-50/v1/chat/completions", NULL);
  self.body = g_bytes_new (text, strlen (text));
  folder = g_dir_make_tmp ("storyglass-bench-XXXXXX", NULL);
  file = g_file_new_for_path (folder);
  open_library (&self, folder);

  measure (&self, turns, TRUE);
  printf ("{\"name\":\"libsoup and SQLite alone\",\"plain_cpu_us\":%.1f,", measure (&self, turns, TRUE));
  printf ("\"not_stored_cpu_us\":%.1f}\n", measure (&self, turns, FALSE));

  g_thread_pool_free (self.writer, FALSE, TRUE);
  sqlite3_finalize (self.turn);
  sqlite3_finalize (self.span);
  sqlite3_close (self.db);
  bench_folder_remove (file);
  g_object_unref (self.session);
  g_bytes_unref (self.body);
  g_free (self.url);

  return 0;
}
