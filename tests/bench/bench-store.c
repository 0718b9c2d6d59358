/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the library costs: prints one JSON object.  CPU is that of the whole process, so the
 * threads of the library and the moves of the log are in it; times are microseconds.
 *
 *   bench-store [TURNS]     TURNS: how deep the long story is, 100,000 without
 */

#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "store/sg-library.h"
#include "store/sg-tables.h"

#define COMMITS 2000
#define READS 200
#define VECTORS 10000
#define DIMENSIONS 384
#define ENTITIES 40
#define ATTRIBUTES 5

typedef struct
{
  SgLibrary *library;
  GMainLoop *loop;
  gint64     story;
  gint64     branch;
  gint64     depth;
  gint64     target;
  gint64     found;
  GString   *text;
  GString   *json;
} Bench;

typedef struct
{
  GArray *wall;
  GArray *cpu;
  gint64  wall_begin;
  gint64  cpu_begin;
} Samples;

static const char *const words[] = {
  "lantern", "harbour", "keeper", "temple", "whisper", "copper", "stairs", "river", "stranger",
  "letter", "storm", "garden", "mirror", "winter", "market", "promise", "shadow", "bridge",
};

static gint64
cpu_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

static Samples *
samples_new (void)
{
  Samples *self = g_new0 (Samples, 1);

  self->wall = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cpu = g_array_new (FALSE, FALSE, sizeof (gint64));

  return self;
}

static void
samples_begin (Samples *self)
{
  self->wall_begin = g_get_monotonic_time () * 1000;
  self->cpu_begin = cpu_now ();
}

static void
samples_end (Samples *self)
{
  gint64 wall = g_get_monotonic_time () * 1000 - self->wall_begin;
  gint64 cpu = cpu_now () - self->cpu_begin;

  g_array_append_val (self->wall, wall);
  g_array_append_val (self->cpu, cpu);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

static void
print_figures (GString    *json,
               const char *name,
               GArray     *values)
{
  double sum = 0;

  g_array_sort (values, compare);
  for (guint i = 0; i < values->len; i++)
    sum += g_array_index (values, gint64, i);

  g_string_append_printf (json, "\"%s\": {\"median\": %.1f, \"p99\": %.1f, \"mean\": %.1f}", name,
                          g_array_index (values, gint64, values->len / 2) / 1000.0,
                          g_array_index (values, gint64, values->len * 99 / 100) / 1000.0,
                          sum / values->len / 1000.0);
}

static void
samples_print (Samples    *self,
               GString    *json,
               const char *name)
{
  g_string_append_printf (json, ",\n  \"%s\": {\"n\": %u, ", name, self->wall->len);
  print_figures (json, "cpu_us", self->cpu);
  g_string_append (json, ", ");
  print_figures (json, "wall_us", self->wall);
  g_string_append_c (json, '}');

  g_array_unref (self->wall);
  g_array_unref (self->cpu);
  g_free (self);
}

static void
die_on (GError *error)
{
  if (error == NULL)
    return;

  g_printerr ("%s\n", error->message);
  exit (1);
}

static gboolean
insert_facts (SgConnection  *connection,
              gint64         turn,
              gint64         depth,
              guint          n_facts,
              GError       **error)
{
  for (guint i = 0; i < n_facts; i++)
    {
      char entity[32], attribute[32], value[32];
      SgFactRow fact = { .turn = turn, .entity = entity, .attribute = attribute, .value = value };
      gint64 key = depth * 3 + i;

      g_snprintf (entity, sizeof entity, "entity_%d", (int) (key % ENTITIES));
      g_snprintf (attribute, sizeof attribute, "attribute_%d", (int) (key / ENTITIES % ATTRIBUTES));
      g_snprintf (value, sizeof value, "%d", (int) depth);
      if (!sg_facts_insert (connection, NULL, &fact, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
insert_profile (SgConnection  *connection,
                gint64         turn,
                GError       **error)
{
  SgModelCallRow call = { .turn = turn, .kind = (char *) "narration", .model = (char *) "tiny",
                          .server = (char *) "http://127.0.0.1:8080", .tokens_in = 1800,
                          .tokens_out = 240, .duration_us = 3000000, .finish = (char *) "stop" };
  g_autoptr (GPtrArray) spans = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_span_row_free);

  for (int i = 1; i <= 8; i++)
    {
      SgSpanRow *span = sg_span_row_new ();

      span->number = i;
      span->parent = i / 2;
      span->kind = 1;
      span->name = g_strdup ("retrieve");
      span->begin_us = i * 100;
      span->duration_us = 90;
      span->attributes = g_strdup ("{\"tokens.in\":1800,\"tokens.out\":240}");
      g_ptr_array_add (spans, span);
    }

  return sg_model_calls_insert (connection, &call, error)
         && sg_spans_insert (connection, turn, spans, error);
}

static gint64
insert_turn (SgConnection  *connection,
             Bench         *bench,
             GError       **error)
{
  SgTurnRow turn = { .story = bench->story, .branch = bench->branch, .depth = bench->depth,
                     .mode = (char *) "do", .input = (char *) "look behind the altar",
                     .text = bench->text->str, .model = (char *) "tiny",
                     .settings = (char *) "{\"preset\":\"balanced\",\"parallel-tools\":true}",
                     .finish = (char *) "stop", .duration_us = 3000000, .first_token_us = 200000,
                     .tokens_in = 1800, .tokens_out = 240, .rate = 80 };

  return sg_turns_insert (connection, &turn, error);
}

/* All that the commit of a plain turn writes. */
static gboolean
commit_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Bench *bench = data;
  g_autoptr (SgPath) path = NULL;
  gint64 turn;

  if (!sg_stories_check_head (connection, bench->story, bench->branch, bench->depth - 1, error) ||
      (turn = insert_turn (connection, bench, error)) == 0 ||
      !insert_facts (connection, turn, bench->depth, 3, error) ||
      !insert_profile (connection, turn, error) ||
      !sg_stories_set_head (connection, bench->story, bench->branch, bench->depth, bench->branch,
                            bench->depth, error) ||
      !sg_drafts_delete (connection, bench->story, error))
    return FALSE;

  path = sg_branches_load_path (connection, bench->branch, bench->depth, error);

  return path != NULL && sg_facts_snapshot_if_due (connection, path, error);
}

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Bench *bench = user_data;
  GError *error = NULL;

  sg_library_write_finish (SG_LIBRARY (object), result, &error);
  die_on (error);
  g_main_loop_quit (bench->loop);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Bench *bench = user_data;
  GError *error = NULL;

  sg_library_read_finish (SG_LIBRARY (object), result, &error);
  die_on (error);
  g_main_loop_quit (bench->loop);
}

static gboolean
begin_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  Bench *bench = data;
  g_autoptr (SgStoryRow) row = sg_story_row_new ();
  g_autoptr (GString) scenario = g_string_new ("{\"text\":\"");

  /* As large as a real one. */
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (scenario, "%s ", words[i % G_N_ELEMENTS (words)]);
  g_string_append (scenario, "\"}");

  row->title = g_strdup ("Bench");
  row->scenario_id = g_strdup ("bench");
  row->scenario = g_strdup (scenario->str);
  row->language = g_strdup ("en");
  bench->story = sg_stories_insert (connection, row, error);
  bench->branch = sg_branches_insert (connection, bench->story, 0, -1, error);
  bench->depth = 0;

  return bench->branch != 0 &&
         sg_stories_set_head (connection, bench->story, bench->branch, -1, bench->branch, -1, error);
}

static void
write_now (Bench         *bench,
           SgLibraryFunc  func)
{
  GError *error = NULL;

  sg_library_write (bench->library, SG_DURABILITY_JOURNAL, func, bench, &error);
  die_on (error);
}

static void
measure_writes (Bench         *bench,
                const char    *name,
                SgDurability   durability,
                SgLibraryFunc  func)
{
  Samples *samples = samples_new ();

  for (guint i = 0; i < COMMITS; i++)
    {
      samples_begin (samples);
      sg_library_write_async (bench->library, durability, func, bench, NULL, NULL, written_cb, bench);
      g_main_loop_run (bench->loop);
      samples_end (samples);
      bench->depth++;
    }

  samples_print (samples, bench->json, name);
}

static void
measure_reads (Bench         *bench,
               const char    *name,
               SgLibraryFunc  func)
{
  Samples *samples = samples_new ();

  for (guint i = 0; i < READS; i++)
    {
      samples_begin (samples);
      sg_library_read_async (bench->library, func, bench, NULL, NULL, read_cb, bench);
      g_main_loop_run (bench->loop);
      samples_end (samples);
    }

  samples_print (samples, bench->json, name);
}

static gboolean
journal_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Bench *bench = data;
  SgDraftRow draft = { .story = bench->story, .branch = bench->branch, .depth = 10,
                       .mode = (char *) "do", .input = (char *) "look", .text = bench->text->str };

  return sg_drafts_put (connection, &draft, error);
}

/* Makes a thousand turns in one transaction. */
static gboolean
grow_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Bench *bench = data;

  for (guint i = 0; i < 1000 && bench->depth < bench->target; i++, bench->depth++)
    {
      SgMemoryRow memory = { .importance = 5 };
      char text[160];
      gint64 turn = insert_turn (connection, bench, error);
      g_autoptr (SgPath) path = NULL;

      if (turn == 0 || !insert_facts (connection, turn, bench->depth, 3, error) ||
          !insert_profile (connection, turn, error))
        return FALSE;

      g_snprintf (text, sizeof text, "The %s told of the %s and the %s near the %s.",
                  words[bench->depth % 18], words[bench->depth / 7 % 18],
                  words[bench->depth / 31 % 18], words[bench->depth / 101 % 18]);
      memory.turn = turn;
      memory.text = text;
      if (bench->depth % 5 == 0 && sg_memories_insert (connection, NULL, &memory, error) == 0)
        return FALSE;

      path = sg_branches_load_path (connection, bench->branch, bench->depth, error);
      if (path == NULL || !sg_facts_snapshot_if_due (connection, path, error))
        return FALSE;
    }

  return sg_stories_set_head (connection, bench->story, bench->branch, bench->depth - 1,
                              bench->branch, bench->depth - 1, error);
}

static void
grow (Bench  *bench,
      gint64  target)
{
  bench->target = target;
  while (bench->depth < target)
    write_now (bench, grow_cb);
}

static gboolean
fold_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Bench *bench = data;
  /* The furthest that a turn can be from a snapshot. */
  g_autoptr (SgPath) path = sg_branches_load_path (connection, bench->branch,
                                                   bench->depth / 64 * 64 - 1, error);
  g_autoptr (GPtrArray) facts = path != NULL ? sg_facts_fold (connection, path, error) : NULL;

  bench->found = facts != NULL ? facts->len : 0;
  return facts != NULL;
}

static gboolean
list_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Bench *bench = data;
  g_autoptr (SgPath) path = sg_branches_load_path (connection, bench->branch, bench->depth - 1, error);
  g_autoptr (GPtrArray) turns = NULL;

  turns = path != NULL ? sg_turns_list (connection, path, bench->depth - 50, bench->depth, error) : NULL;
  bench->found = turns != NULL ? turns->len : 0;
  return turns != NULL;
}

static gboolean
figures_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Bench *bench = data;
  g_autoptr (SgPath) path = sg_branches_load_path (connection, bench->branch, bench->depth - 1, error);
  g_autoptr (GPtrArray) turns = NULL;

  turns = path != NULL ? sg_turns_list_figures (connection, path, bench->depth - 1000, bench->depth, error)
                       : NULL;
  bench->found = turns != NULL ? turns->len : 0;
  return turns != NULL;
}

static gboolean
search_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Bench *bench = data;
  g_autoptr (SgPath) path = sg_branches_load_path (connection, bench->branch, bench->depth - 1, error);
  g_autoptr (GPtrArray) found = NULL;

  found = path != NULL ? sg_memories_search (connection, path, "ask the keeper about the mirror", 8, error)
                       : NULL;
  bench->found = found != NULL ? found->len : 0;
  return found != NULL;
}

static GBytes *
make_vector (GRand *random)
{
  g_autofree float *numbers = g_new (float, DIMENSIONS);
  double sum = 0;

  for (guint i = 0; i < DIMENSIONS; i++)
    {
      numbers[i] = (float) g_rand_double_range (random, -1, 1);
      sum += numbers[i] * numbers[i];
    }
  for (guint i = 0; i < DIMENSIONS; i++)
    numbers[i] = (float) (numbers[i] / sqrt (sum));

  return g_bytes_new (numbers, DIMENSIONS * sizeof (float));
}

/* A story with a vector for each of its memories, five a turn. */
static gboolean
grow_vectors_cb (SgConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Bench *bench = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (bench->depth = 0; bench->depth < VECTORS / 5; bench->depth++)
    {
      gint64 turn = insert_turn (connection, bench, error);

      for (guint i = 0; turn != 0 && i < 5; i++)
        {
          g_autoptr (GBytes) vector = make_vector (random);
          g_autofree char *text = g_strdup_printf (
            "The %s told of the %s near the %s.", words[bench->depth % 18],
            words[(bench->depth / 7 + i) % 18], words[bench->depth / 31 % 18]);
          SgMemoryRow memory = { .turn = turn, .importance = 5, .text = text };
          gint64 id = sg_memories_insert (connection, NULL, &memory, error);

          if (id == 0 || !sg_embeddings_put (connection, id, "bench", vector, error))
            return FALSE;
        }
      if (turn == 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
search_meaning (Bench         *bench,
                SgConnection  *connection,
                gboolean       both,
                GError       **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autoptr (GBytes) vector = make_vector (random);
  g_autoptr (SgPath) path =
    sg_branches_load_path (connection, bench->branch, bench->depth - 1, error);
  g_autoptr (GPtrArray) found = NULL;

  if (path != NULL && both)
    found = sg_memories_search_both (connection, path, "ask the keeper about the mirror", "bench",
                                     vector, 8, error);
  else if (path != NULL)
    found = sg_memories_search_meaning (connection, path, "bench", vector, 8, error);
  bench->found = found != NULL ? found->len : 0;

  return found != NULL;
}

static gboolean
search_meaning_cb (SgConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  return search_meaning (data, connection, FALSE, error);
}

static gboolean
search_both_cb (SgConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return search_meaning (data, connection, TRUE, error);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }

  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  gint64 long_depth = argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : 100000;
  Bench bench = { .loop = loop };
  GError *error = NULL;
  gint64 begin;

  folder = g_dir_make_tmp ("sg-bench-XXXXXX", &error);
  die_on (error);
  path = g_build_filename (folder, "library.db", NULL);

  bench.json = g_string_new ("{\n  \"benchmark\": \"store\"");
  bench.text = g_string_new (NULL);
  for (guint i = 0; bench.text->len < 1200; i++)
    g_string_append_printf (bench.text, "%s ", words[i * 7 % G_N_ELEMENTS (words)]);

  bench.library = sg_library_open (path, &error);
  die_on (error);
  write_now (&bench, begin_cb);

  measure_writes (&bench, "turn_commit", SG_DURABILITY_FULL, commit_cb);
  measure_writes (&bench, "draft_journal", SG_DURABILITY_JOURNAL, journal_cb);

  write_now (&bench, begin_cb);
  grow (&bench, MIN (1000, long_depth));
  measure_reads (&bench, "fold_at_1000", fold_cb);
  grow (&bench, long_depth);
  g_string_append_printf (bench.json, ",\n  \"long_depth\": %" G_GINT64_FORMAT, bench.depth);
  measure_reads (&bench, "fold_at_long_depth", fold_cb);
  measure_reads (&bench, "list_50_turns", list_cb);
  measure_reads (&bench, "list_1000_figures", figures_cb);
  measure_reads (&bench, "search_memories", search_cb);
  measure_writes (&bench, "turn_commit_at_long_depth", SG_DURABILITY_FULL, commit_cb);

  write_now (&bench, begin_cb);
  write_now (&bench, grow_vectors_cb);
  measure_reads (&bench, "search_10000_vectors", search_meaning_cb);
  measure_reads (&bench, "search_10000_words_and_vectors", search_both_cb);

  g_clear_object (&bench.library);
  begin = g_get_monotonic_time ();
  bench.library = sg_library_open (path, &error);
  die_on (error);
  g_string_append_printf (bench.json, ",\n  \"open_us\": %" G_GINT64_FORMAT,
                          g_get_monotonic_time () - begin);

  g_print ("%s\n}\n", bench.json->str);

  g_clear_object (&bench.library);
  g_string_free (bench.json, TRUE);
  g_string_free (bench.text, TRUE);
  remove_folder (folder);

  return 0;
}
