/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that is full, and a program that is killed: what was told stays. */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store-fixture.h"

#include "store/sg-connection-private.h"

static gboolean
add_cb (SgConnection  *connection,
        gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (SgStoryRow) row = sg_story_row_new ();

  row->title = g_strdup ("Large");
  row->scenario = g_strnfill (GPOINTER_TO_SIZE (data), 'x');
  return sg_stories_insert (connection, row, error) != 0;
}

static gboolean
limit_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %d", GPOINTER_TO_INT (data));
  gint64 limit;

  return sg_connection_read_int (connection, sql, &limit, error);
}

static gboolean
count_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);

  *(guint *) data = stories != NULL ? stories->len : 0;
  return stories != NULL;
}

static guint
count_stories (SgLibrary *library)
{
  guint n_stories = 0;

  read_job (library, count_cb, &n_stories);
  return n_stories;
}

static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  write_job (fixture->library, add_cb, GSIZE_TO_POINTER (1000));
  write_job (fixture->library, limit_cb, GINT_TO_POINTER (60));

  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (sg_library_write (fixture->library, SG_DURABILITY_FULL, add_cb,
                                        GSIZE_TO_POINTER (2000000), &error));
      g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FULL);
      g_assert_nonnull (strstr (error->message, fixture->path));
      g_clear_error (&error);
      g_assert_cmpuint (count_stories (fixture->library), ==, 1);
    }

  /* Once there is room it goes on. */
  write_job (fixture->library, limit_cb, GINT_TO_POINTER (100000));
  write_job (fixture->library, add_cb, GSIZE_TO_POINTER (2000000));
  g_assert_cmpuint (count_stories (fixture->library), ==, 2);
  assert_well (fixture->library);
}

/* The system itself refuses to let files grow.  Runs in a process of its own, for the limit stays. */
static void
test_limit_subprocess (Fixture       *fixture,
                       gconstpointer  data)
{
  struct rlimit limit = { 600 * 1024, 600 * 1024 };
  g_autoptr (GError) error = NULL;
  guint n_stored = 0;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  while (sg_library_write (fixture->library, SG_DURABILITY_FULL, add_cb, GSIZE_TO_POINTER (20000),
                           &error))
    n_stored++;

  g_assert_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_FULL);
  g_assert_cmpuint (n_stored, >, 5);
  g_assert_cmpuint (count_stories (fixture->library), ==, n_stored);

  /* Not even the log can be moved now; everything is still there after it is opened again. */
  fixture_reopen (fixture);
  g_assert_cmpuint (count_stories (fixture->library), ==, n_stored);
  assert_well (fixture->library);
}

static void
test_limit (void)
{
  g_test_trap_subprocess ("/full/limit/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

/* Plays one story as fast as it can and says each turn that has been committed, and each
 * text that has been journalled. */
typedef struct
{
  gint64 story;
  gint64 branch;
  gint64 depth;
} Play;

static gboolean
find_play_cb (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Play *play = data;
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);

  if (stories == NULL || stories->len == 0)
    return stories != NULL;

  play->story = ((SgStoryRow *) stories->pdata[0])->id;
  return sg_stories_get_head (connection, play->story, &play->branch, &play->depth, error);
}

static gboolean
play_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Play *play = data;
  g_autoptr (SgPath) path = NULL;
  g_autofree char *value = NULL;
  gint64 turn;

  if (play->story == 0)
    {
      play->story = add_story (connection, "Killed", &play->branch);
      play->depth = -1;
    }

  play->depth++;
  turn = add_turn (connection, play->story, play->branch, play->depth);
  value = g_strdup_printf ("%" G_GINT64_FORMAT, play->depth);
  add_fact (connection, turn, "clock", "time", value);
  add_memory (connection, turn, "The bell rang.", NULL);
  path = load_path (connection, play->branch, play->depth);

  return sg_facts_snapshot_if_due (connection, path, error) &&
         sg_drafts_delete (connection, play->story, error) &&
         sg_stories_set_head (connection, play->story, play->branch, play->depth, play->branch,
                              play->depth, error);
}

static gboolean
journal_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  const Play *play = data;
  g_autofree char *text = g_strdup_printf ("Half of %" G_GINT64_FORMAT, play->depth + 1);
  SgDraftRow draft = { .story = play->story, .branch = play->branch, .depth = play->depth,
                       .text = text };

  return sg_drafts_put (connection, &draft, error);
}

static int
play_until_killed (const char *path)
{
  g_autoptr (SgLibrary) library = sg_library_open (path, NULL);
  Play play = { 0 };

  read_job (library, find_play_cb, &play);
  while (play.depth < G_MAXINT64)
    {
      write_job (library, play_cb, &play);
      g_print ("turn %" G_GINT64_FORMAT "\n", play.depth);
      write_job (library, journal_cb, &play);
      g_print ("draft %" G_GINT64_FORMAT "\n", play.depth);
    }

  return 0;
}

static gboolean
check_play_cb (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Play *told = data;
  Play play = { 0 };
  g_autofree char *value = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (SgPath) path = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  g_assert_true (find_play_cb (connection, &play, NULL, error));

  /* No turn that was reported is lost, and the world fits the turn. */
  g_assert_cmpint (play.depth, >=, told->depth);
  path = load_path (connection, play.branch, play.depth);
  turns = sg_turns_list (connection, path, play.depth, play.depth, error);
  g_assert_cmpuint (turns->len, ==, 1);
  value = fold_value (connection, play.branch, play.depth, "clock", "time");
  expected = g_strdup_printf ("%" G_GINT64_FORMAT, play.depth);
  g_assert_cmpstr (value, ==, expected);

  /* Nor is the half-told one, unless its turn has been told to the end since. */
  if (told->story == 1 && play.depth == told->depth)
    {
      g_autoptr (SgDraftRow) draft = sg_drafts_get (connection, play.story, error);

      g_assert_nonnull (draft);
      g_assert_true (g_str_has_prefix (draft->text, "Half of "));
    }

  return TRUE;
}

/* Starts a player, kills it after a while, and returns what it had said. */
static Play
kill_player (const char *program,
             const char *path,
             guint       after_us)
{
  g_autoptr (GSubprocess) player = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  Play told = { .depth = -1 };
  char *line;

  player = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--play", path, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (player));

  for (guint n = 0; (line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL; n++)
    {
      /* `story` notes whether the last line was that of a draft. */
      told.story = g_str_has_prefix (line, "draft ");
      told.depth = g_ascii_strtoll (strchr (line, ' ') + 1, NULL, 10);
      g_free (line);

      if (n == 0)
        {
          g_usleep (after_us);
          g_subprocess_force_exit (player);
        }
    }

  g_subprocess_wait (player, NULL, NULL);
  return told;
}

static const char *program;

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  guint n_kills = g_test_thorough () ? 200 : 8;

  g_assert_finalize_object (g_steal_pointer (&fixture->library));

  for (guint i = 0; i < n_kills; i++)
    {
      Play told = kill_player (program, fixture->path, (guint) g_test_rand_int_range (0, 60000));

      g_assert_cmpint (told.depth, >=, 0);
      fixture_reopen (fixture);
      read_job (fixture->library, check_play_cb, &told);
      assert_well (fixture->library);
      g_assert_finalize_object (g_steal_pointer (&fixture->library));
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--play"))
    {
      setvbuf (stdout, NULL, _IOLBF, 0);
      return play_until_killed (argv[2]);
    }

  g_test_init (&argc, &argv, NULL);
  program = argv[0];

  ADD ("/full/pages", test_full);
  g_test_add_func ("/full/limit", test_limit);
  ADD ("/full/limit/subprocess", test_limit_subprocess);
  ADD ("/full/killed", test_killed);

  return g_test_run ();
}
