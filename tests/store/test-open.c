/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening what is damaged, newer, foreign, read-only or locked; and what older versions wrote. */

#include "config.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store-fixture.h"

#include "store/sg-query-private.h"

/* Any user but root. */
#define NOBODY 65534

static void
close_library (Fixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->library));
}

static GBytes *
read_bytes (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (contents, length);
}

static void
write_bytes (const char *path,
             const void *data,
             gssize      length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
}

static void
execute (const char *path,
         const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

/* Opens and asserts that it fails with @code, names the file, and leaves it as it is. */
static void
assert_refused (const char     *path,
                SgLibraryError  code)
{
  g_autoptr (GBytes) before = read_bytes (path);
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  SgLibrary *library = sg_library_open (path, &error);

  g_assert_null (library);
  g_assert_error (error, SG_LIBRARY_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, path));
  g_test_message ("%s", error->message);

  after = read_bytes (path);
  g_assert_true (g_bytes_equal (before, after));
}

static gboolean
fill_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  for (guint i = 0; i < 20; i++)
    {
      gint64 branch;
      gint64 story = add_story (connection, "Filled", &branch);

      for (gint64 depth = 0; depth < 20; depth++)
        add_turn (connection, story, branch, depth);
    }

  return TRUE;
}

static void
test_garbage (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *noise = g_malloc (20000);

  close_library (fixture);
  for (guint i = 0; i < 20000; i++)
    noise[i] = (char) g_test_rand_int_range (0, 256);

  write_bytes (fixture->path, noise, 20000);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);

  write_bytes (fixture->path, "Dear diary, this is no database.", -1);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GBytes) bytes = NULL;

  write_job (fixture->library, fill_cb, NULL);
  close_library (fixture);
  bytes = read_bytes (fixture->path);

  /* In the middle, at a page, in the head, and one byte short. */
  write_bytes (fixture->path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes) / 2);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
  write_bytes (fixture->path, g_bytes_get_data (bytes, NULL), 4096 * 3);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
  write_bytes (fixture->path, g_bytes_get_data (bytes, NULL), 60);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
  write_bytes (fixture->path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes) - 1);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);

  write_bytes (fixture->path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  fixture_reopen (fixture);
  assert_well (fixture->library);
}

/* Some page in the middle has been overwritten: the file opens, until one looks. */
static void
test_torn_page (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *torn = NULL;
  gsize length;

  write_job (fixture->library, fill_cb, NULL);
  close_library (fixture);
  bytes = read_bytes (fixture->path);
  torn = g_memdup2 (g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
  memset (torn + length / 2 / 4096 * 4096, 0xaa, 4096);
  write_bytes (fixture->path, torn, (gssize) length);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
}

/* After a crash there is a log beside the file: it too stays as it was. */
static void
test_damaged_with_log (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "crashed.db", NULL);
  g_autofree char *path_log = g_strconcat (path, "-wal", NULL);
  g_autoptr (GBytes) file_bytes = NULL;
  g_autoptr (GBytes) log_bytes = NULL;
  g_autoptr (GBytes) log_after = NULL;
  g_autofree guint8 *torn = NULL;
  g_autoptr (SgLibrary) whole = NULL;

  write_job (fixture->library, fill_cb, NULL);
  file_bytes = read_bytes (fixture->path);
  log_bytes = read_bytes (log);
  g_assert_cmpuint (g_bytes_get_size (log_bytes), >, 0);

  torn = g_memdup2 (g_bytes_get_data (file_bytes, NULL), g_bytes_get_size (file_bytes));
  memset (torn, 0x55, MIN (4096, g_bytes_get_size (file_bytes)));
  write_bytes (path, torn, (gssize) g_bytes_get_size (file_bytes));
  write_bytes (path_log, "not a log, but not to be lost either", -1);
  assert_refused (path, SG_LIBRARY_ERROR_DAMAGED);
  log_after = read_bytes (path_log);
  g_assert_cmpuint (g_bytes_get_size (log_after), ==, 36);

  /* Where the file is whole the log is taken up. */
  write_bytes (path, g_bytes_get_data (file_bytes, NULL), (gssize) g_bytes_get_size (file_bytes));
  write_bytes (path_log, g_bytes_get_data (log_bytes, NULL), (gssize) g_bytes_get_size (log_bytes));
  whole = sg_library_open (path, NULL);
  g_assert_nonnull (whole);
  assert_well (whole);
}

/* Reads all there is; what comes of it does not matter. */
static gboolean
read_all_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);
  g_autoptr (GPtrArray) reports = NULL;

  for (guint i = 0; stories != NULL && i < stories->len; i++)
    {
      const SgStoryRow *story = g_ptr_array_index (stories, i);
      g_autoptr (SgPath) path = sg_branches_load_path (connection, story->id, 19, NULL);
      G_GNUC_UNUSED g_autoptr (GPtrArray) turns =
          path != NULL ? sg_turns_list (connection, path, 0, 19, NULL) : NULL;
      G_GNUC_UNUSED g_autoptr (GPtrArray) facts =
          path != NULL ? sg_facts_fold (connection, path, NULL) : NULL;
      G_GNUC_UNUSED g_autoptr (GPtrArray) found =
          path != NULL ? sg_memories_search (connection, path, "told", 5, NULL) : NULL;
    }

  reports = stories != NULL ? sg_library_check (connection, error) : NULL;
  return reports != NULL;
}

/* Bytes that are wrong anywhere: whatever is noticed, is told; nothing falls over. */
static void
test_flipped (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GBytes) bytes = NULL;
  guint n_refused = 0;

  write_job (fixture->library, fill_cb, NULL);
  close_library (fixture);
  bytes = read_bytes (fixture->path);

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/flipped-%u.db", fixture->folder, i);
      gsize length = g_bytes_get_size (bytes);
      g_autofree guint8 *flipped = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
      g_autoptr (SgLibrary) library = NULL;
      g_autoptr (GError) error = NULL;

      /* Half of them in the first page, where the schema is. */
      for (guint j = 0; j < 4; j++)
        flipped[g_test_rand_int_range (0, i % 2 ? 4096 : (int) length)] ^= (guint8)
          (1 << g_test_rand_int_range (0, 8));

      write_bytes (path, flipped, (gssize) length);
      library = sg_library_open (path, &error);
      n_refused += library == NULL;
      if (library == NULL || !sg_library_read (library, read_all_cb, NULL, &error))
        g_assert_true (error->domain == SG_LIBRARY_ERROR);
    }

  g_assert_cmpuint (n_refused, >, 5);
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  close_library (fixture);
  execute (fixture->path, "CREATE TABLE tomorrow (x); PRAGMA user_version = 99;");
  assert_refused (fixture->path, SG_LIBRARY_ERROR_NEWER);
}

static void
test_foreign (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "photos.db", NULL);
  g_autofree char *numbered = g_build_filename (fixture->folder, "music.db", NULL);

  execute (path, "CREATE TABLE photo (x);");
  assert_refused (path, SG_LIBRARY_ERROR_DAMAGED);
  execute (numbered, "CREATE TABLE song (x); PRAGMA user_version = 1;");
  assert_refused (numbered, SG_LIBRARY_ERROR_DAMAGED);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "fresh.db", NULL);
  g_autoptr (GPtrArray) backups = NULL;

  /* A file that was never filled is like none. */
  write_bytes (path, "", 0);
  g_assert_finalize_object (sg_library_open (path, NULL));

  /* One that was once filled and backed up is not. */
  write_job (fixture->library, fill_cb, NULL);
  fixture_reopen (fixture);
  close_library (fixture);
  backups = sg_backup_list (fixture->path);
  g_assert_cmpuint (backups->len, ==, 1);
  write_bytes (fixture->path, "", 0);
  assert_refused (fixture->path, SG_LIBRARY_ERROR_DAMAGED);
}

/* In a process that may not do everything. */
static void
test_read_only_subprocess (void)
{
  const char *folder = g_getenv ("SG_TEST_FOLDER");
  g_autofree char *path = g_build_filename (folder, "library.db", NULL);
  g_autofree char *elsewhere = g_build_filename (folder, "deeper", "library.db", NULL);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    g_assert_cmpint (setuid (NOBODY), ==, 0);

  assert_refused (path, SG_LIBRARY_ERROR_READ_ONLY);
  g_assert_null (sg_library_open (elsewhere, &error));
  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_READ_ONLY);
}

static void
run_read_only (Fixture *fixture)
{
  g_setenv ("SG_TEST_FOLDER", fixture->folder, TRUE);
  g_test_trap_subprocess ("/open/read-only/subprocess", 0, 0);
  g_test_trap_assert_passed ();
  g_unsetenv ("SG_TEST_FOLDER");
}

static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  close_library (fixture);

  /* The file and its folder. */
  g_assert_cmpint (chmod (fixture->path, 0444), ==, 0);
  g_assert_cmpint (chmod (fixture->folder, 0555), ==, 0);
  run_read_only (fixture);

  /* The folder alone: the log could not be made. */
  g_assert_cmpint (chmod (fixture->path, 0666), ==, 0);
  run_read_only (fixture);

  g_assert_cmpint (chmod (fixture->folder, 0755), ==, 0);
}

static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  sqlite3 *db = NULL;

  close_library (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;", NULL, NULL,
                                 NULL), ==, SQLITE_OK);

  /* Reading the file here would let go of the lock: POSIX ties it to the process. */
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (sg_library_open (fixture->path, &error));
    g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_LOCKED);
    g_assert_nonnull (strstr (error->message, fixture->path));
  }

  sqlite3_close (db);
  fixture_reopen (fixture);
}

/* The schema as SQLite has it, without what only looks different. */
static gboolean
dump_schema_cb (SgConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  GString *dump = data;
  g_auto (SgQuery) query = sg_query_begin (connection,
    "SELECT type, name, coalesce (sql, '') FROM sqlite_schema ORDER BY type, name");

  while (sg_query_step (&query))
    {
      const char *type = sg_query_get_text (&query);
      const char *name = sg_query_get_text (&query);
      g_auto (GStrv) words = g_strsplit_set (sg_query_get_text (&query), " \n", -1);

      g_string_append_printf (dump, "%s %s:", type, name);
      for (guint i = 0; words != NULL && words[i] != NULL; i++)
        {
          if (words[i][0] != '\0')
            g_string_append_printf (dump, " %s", words[i]);
        }
      g_string_append_c (dump, '\n');
    }

  return sg_query_finish (&query, error);
}

static void
assert_calls (GPtrArray *calls)
{
  const SgModelCallRow *call;

  g_assert_cmpuint (calls->len, ==, 2);
  call = g_ptr_array_index (calls, 0);
  g_assert_cmpstr (call->kind, ==, "narration");
  g_assert_cmpstr (call->finish, ==, "stop");
  g_assert_cmpint (call->tokens_cached, ==, 1700);

  call = g_ptr_array_index (calls, 1);
  g_assert_cmpint (call->turn, ==, 2);
  g_assert_cmpint (call->position, ==, 1);
  g_assert_cmpstr (call->kind, ==, "summary");
  g_assert_cmpstr (call->model, ==, "small");
  g_assert_cmpstr (call->server, ==, "http://127.0.0.1:8081");
  g_assert_cmpint (call->begin_us, ==, 9);
  g_assert_cmpint (call->first_token_us, ==, -1);
  g_assert_cmpint (call->duration_us, ==, 8);
  g_assert_cmpint (call->tokens_reasoning, ==, -1);
  g_assert_null (call->finish);
  g_assert_cmpstr (call->error, ==, "Refused.");
}

static void
assert_spans (GPtrArray *spans)
{
  const SgSpanRow *span;

  g_assert_cmpuint (spans->len, ==, 3);
  span = g_ptr_array_index (spans, 0);
  g_assert_cmpint (span->number, ==, 1);
  g_assert_null (span->attributes);

  span = g_ptr_array_index (spans, 1);
  g_assert_cmpint (span->number, ==, 2);
  g_assert_cmpint (span->parent, ==, 1);
  g_assert_cmpint (span->kind, ==, 2);
  g_assert_cmpstr (span->name, ==, "tiny");
  g_assert_cmpint (span->begin_us, ==, 5000);
  g_assert_cmpint (span->duration_us, ==, 4100000);
  g_assert_cmpstr (span->attributes, ==, "{\"tokens.in\":1800}");

  /* Attributes that nothing can read cost themselves, not the trace. */
  span = g_ptr_array_index (spans, 2);
  g_assert_cmpstr (span->name, ==, "a \"quoted\", [odd] name");
  g_assert_null (span->attributes);
}

static gboolean
released_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);
  g_autoptr (GPtrArray) trashed = sg_stories_list_trashed (connection, error);
  g_autoptr (SgStoryRow) story = sg_stories_get (connection, 1, error);
  g_autoptr (SgPath) trunk = load_path (connection, 1, 2);
  g_autoptr (SgPath) fork = load_path (connection, 2, 1);
  g_autoptr (GPtrArray) turns = sg_turns_list (connection, trunk, 0, 2, error);
  g_autoptr (GPtrArray) facts = sg_facts_fold (connection, trunk, error);
  g_autoptr (GPtrArray) found = sg_memories_search (connection, trunk, "the harbour lamp", 5, error);
  g_autoptr (GPtrArray) cold = sg_memories_search (connection, fork, "stranger", 5, error);
  g_autoptr (GPtrArray) calls = sg_tool_calls_list (connection, 2, error);
  g_autoptr (GPtrArray) models = sg_model_calls_list (connection, 2, error);
  g_autoptr (GPtrArray) spans = sg_spans_list (connection, 2, error);
  g_autoptr (GPtrArray) jobs = sg_jobs_list (connection, 1, error);
  g_autoptr (SgDraftRow) draft = sg_drafts_get (connection, 1, error);

  g_assert_no_error (*error);
  g_assert_cmpuint (stories->len, ==, 1);
  g_assert_cmpuint (trashed->len, ==, 1);
  g_assert_cmpstr (story->title, ==, "The lamp on the quay");
  g_assert_cmpstr (story->excerpt, ==, "Nothing comes but the cold.");
  g_assert_cmpuint (story->seed, ==, G_MAXUINT64 - 7);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (((SgTurnRow *) turns->pdata[1])->text, ==, "The lamp takes, and the water shines.");
  g_assert_cmpint (((SgTurnRow *) turns->pdata[1])->siblings, ==, 2);
  g_assert_cmpfloat (((SgTurnRow *) turns->pdata[1])->rate, ==, 38.5);
  g_assert_cmpuint (facts->len, ==, 1);
  g_assert_cmpstr (((SgFactRow *) facts->pdata[0])->value, ==, "true");
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpuint (cold->len, ==, 1);
  g_assert_cmpuint (calls->len, ==, 1);
  assert_calls (models);
  assert_spans (spans);
  g_assert_cmpuint (jobs->len, ==, 1);
  g_assert_cmpstr (draft->text, ==, "Above you the");
  g_assert_true (draft->stopped);

  return TRUE;
}

/* A library that the first schema holds opens with all that is in it, and has the schema
 * of a fresh one then. */
static void
test_released (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "data", data, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "old.db", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GString) schema = g_string_new (NULL);
  g_autoptr (GString) fresh_schema = g_string_new (NULL);
  g_autoptr (SgLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (source, &sql, NULL, &error));
  execute (path, sql);
  library = sg_library_open (path, &error);
  g_assert_no_error (error);
  assert_well (library);
  read_job (library, released_cb, NULL);

  read_job (library, dump_schema_cb, schema);
  read_job (fixture->library, dump_schema_cb, fresh_schema);
  g_assert_cmpstr (schema->str, ==, fresh_schema->str);
}

/* What is left of a turn that is gone is no reason not to open a library. */
static void
test_released_with_orphans (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "data", data, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "old.db", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (SgLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (source, &sql, NULL, &error));
  execute (path, sql);
  execute (path, "DELETE FROM turn WHERE id = 2");
  library = sg_library_open (path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library);
}

/* The file that somebody else fills at the next look at a version. */
static const char *path_to_fill;

static int
trace_cb (unsigned  type,
          void     *data,
          void     *statement,
          void     *sql)
{
  if (path_to_fill != NULL && g_str_equal (sql, "PRAGMA user_version"))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgLibrary) library = sg_library_open (g_steal_pointer (&path_to_fill), &error);

      g_assert_no_error (error);
      g_assert_nonnull (library);
    }

  return 0;
}

static int
trace (sqlite3 *db)
{
  return sqlite3_trace_v2 (db, SQLITE_TRACE_STMT, trace_cb, NULL);
}

/* Two processes make a library: what one sees of the other's work is all or nothing. */
static void
test_filled_meanwhile (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "new.db", NULL);
  g_autoptr (SgLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  execute (path, "PRAGMA journal_mode = WAL");
  path_to_fill = path;
  sqlite3_auto_extension ((void (*) (void)) trace);
  library = sg_library_open (path, &error);
  sqlite3_cancel_auto_extension ((void (*) (void)) trace);

  g_assert_no_error (error);
  g_assert_null (path_to_fill);
  assert_well (library);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/open/garbage", test_garbage);
  ADD ("/open/truncated", test_truncated);
  ADD ("/open/torn-page", test_torn_page);
  ADD ("/open/damaged-with-log", test_damaged_with_log);
  ADD ("/open/flipped", test_flipped);
  ADD ("/open/newer", test_newer);
  ADD ("/open/foreign", test_foreign);
  ADD ("/open/empty", test_empty);
  ADD ("/open/read-only", test_read_only);
  g_test_add_func ("/open/read-only/subprocess", test_read_only_subprocess);
  ADD ("/open/locked", test_locked);
  ADD ("/open/filled-meanwhile", test_filled_meanwhile);
  g_test_add ("/open/released/1", Fixture, "library-1.sql", fixture_set_up, test_released,
              fixture_tear_down);
  g_test_add ("/open/released/1/orphans", Fixture, "library-1.sql", fixture_set_up,
              test_released_with_orphans, fixture_tear_down);

  return g_test_run ();
}
