/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes to a turn after its commit: summaries, findings, and the meaning of memories. */

#include "config.h"

#include "store-fixture.h"

typedef struct
{
  gint64 story;
  gint64 trunk;
  gint64 fork;
  gint64 other;
  gint64 first;
  gint64 sold;
  gint64 fell;
  gint64 foreign;
} Places;

/* Three turns, and another third one on a fork; each third one has a memory of its own. */
static void
set_up_places (SgConnection *connection,
               Places       *places)
{
  g_autoptr (GError) error = NULL;
  gint64 turns[3];
  gint64 another;

  places->story = add_story (connection, "Temple", &places->trunk);
  for (gint64 depth = 0; depth < 3; depth++)
    turns[depth] = add_turn (connection, places->story, places->trunk, depth);
  places->fork = sg_branches_insert (connection, places->story, places->trunk, 1, &error);
  g_assert_no_error (error);

  places->first = add_memory (connection, turns[0], "The keeper hid the copper lantern.", NULL);
  places->sold = add_memory (connection, turns[2], "Her ring was sold at the market.", NULL);
  places->fell = add_memory (connection, add_turn (connection, places->story, places->fork, 2),
                             "The ring fell into the river.", NULL);
  another = add_story (connection, "Another", &places->other);
  places->foreign = add_memory (connection, add_turn (connection, another, places->other, 0),
                                "A ring of quite another story.", NULL);
}

/* A vector of two dimensions, as the library stores it. */
static GBytes *
vector_of (double x,
           double y)
{
  union { float number; guint32 bits; } values[2] = { { (float) x }, { (float) y } };
  guint32 bytes[2] = { GUINT32_TO_LE (values[0].bits), GUINT32_TO_LE (values[1].bits) };

  return g_bytes_new (bytes, sizeof bytes);
}

static void
put (SgConnection *connection,
     gint64        memory,
     const char   *model,
     double        x,
     double        y)
{
  g_autoptr (GBytes) vector = vector_of (x, y);
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_embeddings_put (connection, memory, model, vector, &error));
  g_assert_no_error (error);
}

static gboolean
exist (SgConnection *connection,
       gint64        story,
       const char   *model)
{
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  g_assert_true (sg_embeddings_exist (connection, story, model, &found, &error));
  g_assert_no_error (error);

  return found;
}

/* The ids that were found, best first. */
static char *
near (SgConnection *connection,
      const Places *places,
      gint64        branch,
      const char   *words,
      double        x,
      double        y)
{
  g_autoptr (SgPath) path = load_path (connection, branch, 2);
  g_autoptr (GBytes) vector = vector_of (x, y);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GString *found = g_string_new (NULL);

  if (words != NULL)
    rows = sg_memories_search_both (connection, path, words, "m", vector, 10, &error);
  else
    rows = sg_memories_search_meaning (connection, path, "m", vector, 10, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < rows->len; i++)
    {
      gint64 id = ((SgMemoryRow *) rows->pdata[i])->id;

      g_string_append (found, id == places->first  ? "first "
                              : id == places->sold ? "sold "
                              : id == places->fell ? "fell "
                                                   : "foreign ");
    }

  return g_string_free (found, FALSE);
}

#define assert_near(connection, places, branch, words, x, y, expected)                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found = near (connection, places, branch, words, x, y);                       \
                                                                                                   \
    g_assert_cmpstr (found, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static gboolean
embeddings_cb (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Places places;
  g_autoptr (GPtrArray) missing = NULL;
  g_autoptr (GBytes) longer = g_bytes_new_static ("0123456789ab", 12);

  set_up_places (connection, &places);
  g_assert_false (exist (connection, places.story, "m"));

  missing = sg_embeddings_list_missing (connection, places.story, "m", 2, error);
  g_assert_cmpuint (missing->len, ==, 2);
  g_assert_cmpint (((SgMemoryRow *) missing->pdata[0])->id, ==, places.fell);
  g_assert_cmpstr (((SgMemoryRow *) missing->pdata[1])->text, ==, "Her ring was sold at the market.");

  put (connection, places.foreign, "m", 1, 0);
  g_assert_false (exist (connection, places.story, "m"));
  put (connection, places.first, "m", 0, 1);
  put (connection, places.sold, "m", 0.8, 0.6);
  put (connection, places.fell, "m", 1, 0);
  g_assert_true (exist (connection, places.story, "m"));
  g_assert_false (exist (connection, places.story, "another"));

  g_clear_pointer (&missing, g_ptr_array_unref);
  missing = sg_embeddings_list_missing (connection, places.story, "m", 10, error);
  g_assert_cmpuint (missing->len, ==, 0);

  /* Nothing from another branch or another story. */
  assert_near (connection, &places, places.trunk, NULL, 1, 0, "sold first ");
  assert_near (connection, &places, places.fork, NULL, 1, 0, "fell first ");

  /* What another model made, or one of the same name that has grown since, cannot be compared. */
  put (connection, places.sold, "another", 1, 0);
  g_assert_true (sg_embeddings_put (connection, places.first, "m", longer, error));
  assert_near (connection, &places, places.trunk, NULL, 0, 1, "sold ");

  /* The last vector counts. */
  put (connection, places.first, "m", 1, 0);
  assert_near (connection, &places, places.trunk, NULL, 1, 0, "first sold ");

  /* A memory that is gone by now is no failure. */
  put (connection, 9999, "m", 1, 0);

  return TRUE;
}

static void
test_embeddings (Fixture       *fixture,
                 gconstpointer  data)
{
  write_job (fixture->library, embeddings_cb, NULL);
  assert_well (fixture->library);
}

static gboolean
both_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Places places;

  set_up_places (connection, &places);

  /* Words alone find what has them, also where nothing has a vector. */
  assert_near (connection, &places, places.trunk, "where is the lantern", 1, 0, "first ");

  /* The meaning finds what has none of the words; being found both ways counts more than either. */
  put (connection, places.sold, "m", 1, 0);
  assert_near (connection, &places, places.trunk, "unheard-of", 1, 0, "sold ");
  put (connection, places.first, "m", 0.6, 0.8);
  assert_near (connection, &places, places.trunk, "where is the lantern", 1, 0, "first sold ");

  return TRUE;
}

static void
test_both (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, both_cb, NULL);
}

static void
add_summary (SgConnection *connection,
             gint64        branch,
             gint64        last,
             gint64        late,
             const char   *text)
{
  g_autoptr (SgPath) path = load_path (connection, branch, 2);
  g_autoptr (GError) error = NULL;
  SgSummaryRow row = { .first = 0, .last = last, .late = late, .text = (char *) text };

  g_assert_cmpint (sg_summaries_insert (connection, path, &row, &error), >, 0);
  g_assert_no_error (error);
}

static char *
summaries (SgConnection *connection,
           gint64        branch,
           gint64        depth,
           gint64        seen)
{
  g_autoptr (SgPath) path = load_path (connection, branch, depth);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = sg_summaries_list (connection, path, seen, &error);
  GString *found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const SgSummaryRow *row = g_ptr_array_index (rows, i);

      g_assert_cmpint (row->first, ==, 0);
      g_assert_cmpint (row->turn, >, 0);
      g_string_append_printf (found, "%s@%d ", row->text, (int) row->last);
    }

  return g_string_free (found, FALSE);
}

#define assert_summaries(connection, branch, depth, seen, expected)                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found = summaries (connection, branch, depth, seen);                          \
                                                                                                   \
    g_assert_cmpstr (found, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static gboolean
summaries_cb (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Places places;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (SgPath) path = NULL;
  SgSummaryRow nowhere = { .last = 7, .text = (char *) "?" };

  set_up_places (connection, &places);
  add_summary (connection, places.trunk, 2, 1, "trunk");
  add_summary (connection, places.fork, 2, 2, "fork");
  add_summary (connection, places.fork, 1, 3, "shared");

  /* One of a turn before the fork lies on both paths, whoever made it. */
  assert_summaries (connection, places.trunk, 2, 9, "shared@1 trunk@2 ");
  assert_summaries (connection, places.fork, 2, 9, "shared@1 fork@2 ");

  /* An earlier prompt had not seen what came later; undo hides what lies behind it. */
  assert_summaries (connection, places.trunk, 2, 2, "trunk@2 ");
  assert_summaries (connection, places.trunk, 1, 9, "shared@1 ");
  assert_summaries (connection, places.trunk, 0, 9, "");

  path = load_path (connection, places.trunk, 2);
  g_assert_cmpint (sg_summaries_insert (connection, path, &nowhere, &local_error), ==, 0);
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_summaries (Fixture       *fixture,
                gconstpointer  data)
{
  write_job (fixture->library, summaries_cb, NULL);
  assert_well (fixture->library);
}

static gint64
add_finding (SgConnection *connection,
             gint64        turn,
             const char   *rule,
             gint64        late)
{
  g_autoptr (GError) error = NULL;
  SgFindingRow row = { .turn = turn, .rule = (char *) rule, .source = (char *) "rules",
                       .message = (char *) "It is wrong.", .critical = late == 0, .late = late };
  gint64 id = sg_findings_insert (connection, &row, &error);

  g_assert_no_error (error);

  return id;
}

static guint
count_findings (SgConnection *connection,
                gint64        turn)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTurnRow) row = sg_turns_get (connection, turn, &error);

  g_assert_no_error (error);

  if (row->findings == NULL)
    return 0;
  g_assert_true (g_str_has_prefix (row->findings, "It is wrong."));

  return g_strrstr (row->findings, "\n") != NULL ? 2 : 1;
}

static gboolean
findings_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  const SgFindingRow *row;
  gint64 branch;
  gint64 story = add_story (connection, "Temple", &branch);
  gint64 first = add_turn (connection, story, branch, 0);
  gint64 second = add_turn (connection, story, branch, 1);

  g_assert_cmpint (add_finding (connection, second, "dead-acts", 0), >, 0);
  g_assert_cmpint (add_finding (connection, second, "repeats", 7), >, 0);
  g_assert_cmpint (add_finding (connection, first, "cut-off", 8), >, 0);

  rows = sg_findings_list (connection, second, error);
  g_assert_cmpuint (rows->len, ==, 2);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->rule, ==, "dead-acts");
  g_assert_cmpstr (row->source, ==, "rules");
  g_assert_cmpstr (row->message, ==, "It is wrong.");
  g_assert_true (row->critical);
  g_assert_cmpint (row->late, ==, 0);
  row = g_ptr_array_index (rows, 1);
  g_assert_false (row->critical);
  g_assert_cmpint (row->late, ==, 7);
  g_assert_cmpint (row->turn, ==, second);

  /* A turn that was told anew has nothing left to repair, but what was found stays on record. */
  g_assert_cmpuint (count_findings (connection, second), ==, 2);
  g_assert_true (sg_findings_set_repaired (connection, second, error));
  g_assert_cmpuint (count_findings (connection, second), ==, 0);
  g_assert_cmpuint (count_findings (connection, first), ==, 1);
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = sg_findings_list (connection, second, error);
  g_assert_true (((SgFindingRow *) rows->pdata[1])->repaired);

  return TRUE;
}

static void
test_findings (Fixture       *fixture,
               gconstpointer  data)
{
  write_job (fixture->library, findings_cb, NULL);
  assert_well (fixture->library);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/late/embeddings", Fixture, NULL, fixture_set_up, test_embeddings,
              fixture_tear_down);
  g_test_add ("/store/late/both", Fixture, NULL, fixture_set_up, test_both, fixture_tear_down);
  g_test_add ("/store/late/summaries", Fixture, NULL, fixture_set_up, test_summaries,
              fixture_tear_down);

  g_test_add ("/store/late/findings", Fixture, NULL, fixture_set_up, test_findings,
              fixture_tear_down);

  return g_test_run ();
}
