/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stories, branches, paths and turns. */

#include "config.h"

#include "store-fixture.h"

static gboolean
story_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (SgStoryRow) row = NULL;
  g_autoptr (GPtrArray) stories = NULL;
  gint64 branch, other_branch;
  gint64 story = add_story (connection, "The harbour", &branch);

  add_turn (connection, story, branch, 0);
  g_assert_true (sg_stories_set_head (connection, story, branch, 0, branch, 0, error));

  row = sg_stories_get (connection, story, error);
  g_assert_no_error (*error);
  g_assert_cmpstr (row->title, ==, "The harbour");
  g_assert_cmpstr (row->scenario, ==, "{\"id\":\"harbour\"}");
  g_assert_cmpstr (row->scenario_id, ==, "harbour");
  g_assert_cmpstr (row->language, ==, "en");
  g_assert_true (g_uuid_string_is_valid (row->uid));
  g_assert_cmpuint (row->seed, ==, G_MAXUINT64 - 7);
  g_assert_cmpint (row->branch, ==, branch);
  g_assert_cmpint (row->turns, ==, 1);
  g_assert_cmpstr (row->excerpt, ==, "Told at depth 0.");
  g_assert_cmpint (row->created, >, 0);

  add_story (connection, "Another", &other_branch);
  stories = sg_stories_list (connection, error);
  g_assert_cmpuint (stories->len, ==, 2);

  g_assert_true (sg_stories_set_title (connection, story, "New", error));
  g_assert_true (sg_stories_set_trashed (connection, story, TRUE, error));
  g_clear_pointer (&stories, g_ptr_array_unref);
  stories = sg_stories_list (connection, error);
  g_assert_cmpuint (stories->len, ==, 1);
  g_assert_cmpstr (((SgStoryRow *) stories->pdata[0])->title, ==, "Another");
  g_clear_pointer (&stories, g_ptr_array_unref);
  stories = sg_stories_list_trashed (connection, error);
  g_assert_cmpuint (stories->len, ==, 1);
  g_assert_cmpstr (((SgStoryRow *) stories->pdata[0])->title, ==, "New");
  g_assert_null (((SgStoryRow *) stories->pdata[0])->scenario);

  return TRUE;
}

static void
test_story (Fixture       *fixture,
            gconstpointer  data)
{
  write_job (fixture->library, story_cb, NULL);
  assert_well (fixture->library);
}

static gboolean
missing_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 branch, depth;

  g_assert_null (sg_stories_get (connection, 99, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_false (sg_stories_set_title (connection, 99, "x", &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_false (sg_stories_set_trashed (connection, 99, TRUE, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_false (sg_stories_get_head (connection, 99, &branch, &depth, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_false (sg_stories_take_late (connection, 99, &depth, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_null (sg_branches_load_path (connection, 99, 0, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_null (sg_turns_get (connection, 99, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);
  g_assert_cmpint (sg_branches_insert (connection, 99, 0, -1, &local_error), ==, 0);
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  write_job (fixture->library, missing_cb, NULL);
}

static gboolean
turn_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  g_autoptr (SgTurnRow) back = NULL;
  gint64 branch;
  gint64 turn;

  row->story = add_story (connection, "The harbour", &branch);
  row->branch = branch;
  row->alternative = 0;
  row->mode = g_strdup ("say");
  row->input = g_strdup ("Hello <b>there</b>");
  row->text = g_strdup ("“Ah,” says the keeper.\n\nThe lamp goes out. 灯");
  row->reasoning = g_strdup ("hm");
  row->choices = g_strdup ("[\"Go\"]");
  row->model = g_strdup ("tiny");
  row->settings = g_strdup ("{}");
  row->finish = g_strdup ("stop");
  row->created = 1234567890123456;
  row->duration_us = 42;
  row->first_token_us = 7;
  row->tokens_in = 100;
  row->tokens_out = 20;
  row->tokens_cached = 90;
  row->estimated = TRUE;
  row->rate = 38.5;
  row->seen = 3;

  turn = sg_turns_insert (connection, row, error);
  g_assert_no_error (*error);
  back = sg_turns_get (connection, turn, error);
  g_assert_no_error (*error);

  g_assert_cmpint (back->id, ==, turn);
  g_assert_cmpint (back->story, ==, row->story);
  g_assert_cmpint (back->branch, ==, branch);
  g_assert_cmpint (back->depth, ==, 0);
  g_assert_cmpstr (back->mode, ==, "say");
  g_assert_cmpstr (back->input, ==, row->input);
  g_assert_cmpstr (back->text, ==, row->text);
  g_assert_cmpstr (back->reasoning, ==, "hm");
  g_assert_cmpstr (back->choices, ==, "[\"Go\"]");
  g_assert_cmpstr (back->model, ==, "tiny");
  g_assert_cmpstr (back->settings, ==, "{}");
  g_assert_cmpstr (back->finish, ==, "stop");
  g_assert_cmpint (back->created, ==, 1234567890123456);
  g_assert_cmpint (back->duration_us, ==, 42);
  g_assert_cmpint (back->first_token_us, ==, 7);
  g_assert_cmpint (back->tokens_in, ==, 100);
  g_assert_cmpint (back->tokens_out, ==, 20);
  g_assert_cmpint (back->tokens_cached, ==, 90);
  g_assert_true (back->estimated);
  g_assert_cmpfloat (back->rate, ==, 38.5);
  g_assert_cmpint (back->seen, ==, 3);
  g_assert_cmpint (back->siblings, ==, 1);

  return TRUE;
}

static void
test_turn (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, turn_cb, NULL);
}

/* What test_forks() plays: a trunk of ten turns, a fork after 4 with three turns, a fork of that after
 * its 6, and a second alternative after 4. */
typedef struct
{
  gint64 story;
  gint64 trunk;
  gint64 fork;
  gint64 twig;
  gint64 other;
} Tree;

static gint64
fork_at (SgConnection *connection,
         gint64        story,
         gint64        parent,
         gint64        depth)
{
  g_autoptr (GError) error = NULL;
  gint64 branch = sg_branches_insert (connection, story, parent, depth, &error);

  g_assert_no_error (error);
  return branch;
}

static gboolean
grow_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Tree *tree = data;

  tree->story = add_story (connection, "Tree", &tree->trunk);
  for (gint64 depth = 0; depth < 10; depth++)
    add_turn (connection, tree->story, tree->trunk, depth);

  tree->fork = fork_at (connection, tree->story, tree->trunk, 4);
  for (gint64 depth = 5; depth < 8; depth++)
    add_turn (connection, tree->story, tree->fork, depth);

  tree->twig = fork_at (connection, tree->story, tree->fork, 6);
  add_turn (connection, tree->story, tree->twig, 7);

  /* The fork passes through 4, which the trunk owns. */
  tree->other = fork_at (connection, tree->story, tree->fork, 4);
  add_turn (connection, tree->story, tree->other, 5);

  return sg_stories_set_head (connection, tree->story, tree->twig, 7, tree->twig, 7, error);
}

static void
assert_segment (const SgPath *path,
                guint         index,
                gint64        branch,
                gint64        first,
                gint64        last)
{
  const SgPathSegment *segment = &g_array_index (path->segments, SgPathSegment, index);

  g_assert_cmpuint (path->segments->len, >, index);
  g_assert_cmpint (segment->branch, ==, branch);
  g_assert_cmpint (segment->first, ==, first);
  g_assert_cmpint (segment->last, ==, last);
}

static gboolean
path_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Tree *tree = data;
  g_autoptr (SgPath) twig = load_path (connection, tree->twig, 7);
  g_autoptr (SgPath) other = load_path (connection, tree->other, 5);
  g_autoptr (SgPath) short_path = load_path (connection, tree->twig, 5);
  g_autoptr (SgPath) before = load_path (connection, tree->trunk, -1);
  g_autoptr (SgPath) copy = sg_path_copy (twig);

  g_assert_cmpuint (twig->segments->len, ==, 3);
  assert_segment (twig, 0, tree->trunk, 0, 4);
  assert_segment (twig, 1, tree->fork, 5, 6);
  assert_segment (twig, 2, tree->twig, 7, 7);
  g_assert_cmpint (twig->story, ==, tree->story);
  g_assert_cmpint (copy->depth, ==, 7);
  assert_segment (copy, 2, tree->twig, 7, 7);

  g_assert_cmpint (sg_path_owner (twig, 4), ==, tree->trunk);
  g_assert_cmpint (sg_path_owner (twig, 5), ==, tree->fork);
  g_assert_cmpint (sg_path_owner (twig, 7), ==, tree->twig);
  g_assert_cmpint (sg_path_owner (twig, 8), ==, 0);
  g_assert_cmpint (sg_path_owner (twig, -1), ==, 0);
  g_assert_true (sg_path_contains (twig, tree->fork, 6));
  g_assert_false (sg_path_contains (twig, tree->fork, 7));
  g_assert_false (sg_path_contains (twig, tree->trunk, 5));
  g_assert_false (sg_path_contains (twig, 0, 8));

  /* The second alternative hangs from the trunk, beside the first. */
  g_assert_cmpuint (other->segments->len, ==, 2);
  assert_segment (other, 0, tree->trunk, 0, 4);
  assert_segment (other, 1, tree->other, 5, 5);

  /* A head that was undone past the fork of its branch. */
  g_assert_cmpuint (short_path->segments->len, ==, 2);
  assert_segment (short_path, 1, tree->fork, 5, 5);

  g_assert_cmpuint (before->segments->len, ==, 1);
  assert_segment (before, 0, tree->trunk, 0, -1);

  return TRUE;
}

static gboolean
list_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Tree *tree = data;
  g_autoptr (SgPath) path = load_path (connection, tree->twig, 7);
  g_autoptr (GPtrArray) turns = sg_turns_list (connection, path, 3, 100, error);
  g_autoptr (GPtrArray) figures = sg_turns_list_figures (connection, path, 0, 100, error);
  static const int siblings[] = { 1, 1, 3, 1, 2 };
  const gint64 branches[] = { tree->trunk, tree->trunk, tree->fork, tree->fork, tree->twig };

  g_assert_no_error (*error);
  g_assert_cmpuint (turns->len, ==, 5);
  for (guint i = 0; i < turns->len; i++)
    {
      const SgTurnRow *row = g_ptr_array_index (turns, i);
      g_autoptr (SgTurnRow) single = sg_turns_get (connection, row->id, error);

      g_assert_cmpint (row->depth, ==, 3 + i);
      g_assert_cmpint (row->branch, ==, branches[i]);
      g_assert_cmpint (row->siblings, ==, siblings[i]);
      g_assert_cmpint (single->siblings, ==, siblings[i]);
      g_assert_nonnull (row->text);
    }

  g_assert_cmpuint (figures->len, ==, 8);
  g_assert_null (((SgTurnRow *) figures->pdata[0])->text);
  g_assert_null (((SgTurnRow *) figures->pdata[0])->input);
  g_assert_cmpint (((SgTurnRow *) figures->pdata[5])->siblings, ==, 3);

  return TRUE;
}

static gboolean
alternatives_cb (SgConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Tree *tree = data;
  g_autoptr (SgPath) path = load_path (connection, tree->twig, 7);
  g_autoptr (SgPath) at_fork = load_path (connection, tree->trunk, 4);
  g_autoptr (SgPath) at_start = load_path (connection, tree->trunk, -1);
  g_autoptr (SgPath) at_end = load_path (connection, tree->trunk, 9);
  g_autoptr (GPtrArray) fifth = sg_turns_list_alternatives (connection, path, 5, error);
  g_autoptr (GPtrArray) first = sg_turns_list_alternatives (connection, path, 0, error);

  g_assert_no_error (*error);
  g_assert_cmpuint (fifth->len, ==, 3);
  g_assert_cmpint (((SgTurnRow *) fifth->pdata[0])->branch, ==, tree->trunk);
  g_assert_cmpint (((SgTurnRow *) fifth->pdata[1])->branch, ==, tree->fork);
  g_assert_cmpint (((SgTurnRow *) fifth->pdata[2])->branch, ==, tree->other);
  g_assert_cmpint (((SgTurnRow *) fifth->pdata[2])->siblings, ==, 3);
  g_assert_cmpuint (first->len, ==, 1);

  /* All were inserted as number 0. */
  g_assert_cmpint (sg_turns_next_alternative (connection, at_fork, error), ==, 1);
  g_assert_cmpint (sg_turns_next_alternative (connection, at_start, error), ==, 1);
  g_assert_cmpint (sg_turns_next_alternative (connection, at_end, error), ==, 0);

  return TRUE;
}

static void
test_forks (Fixture       *fixture,
            gconstpointer  data)
{
  Tree tree;

  write_job (fixture->library, grow_cb, &tree);
  read_job (fixture->library, path_cb, &tree);
  read_job (fixture->library, list_cb, &tree);
  read_job (fixture->library, alternatives_cb, &tree);
  assert_well (fixture->library);
}

static gboolean
empty_fork_cb (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Tree *tree = data;
  gint64 fork = fork_at (connection, tree->story, tree->trunk, 2);
  g_autoptr (SgPath) path = load_path (connection, fork, 2);
  g_autoptr (SgStoryRow) row = NULL;
  gint64 nested;

  g_assert_cmpuint (path->segments->len, ==, 2);
  assert_segment (path, 0, tree->trunk, 0, 2);
  assert_segment (path, 1, fork, 3, 2);
  g_assert_cmpint (sg_path_owner (path, 2), ==, tree->trunk);

  /* The excerpt and the count come from the turn that another branch owns. */
  g_assert_true (sg_stories_set_head (connection, tree->story, fork, 2, fork, 2, error));
  row = sg_stories_get (connection, tree->story, error);
  g_assert_cmpstr (row->excerpt, ==, "Told at depth 2.");
  g_assert_cmpint (row->turns, ==, 3);

  /* A fork of the empty fork is one of the trunk; a fork before the opening has no parent. */
  nested = fork_at (connection, tree->story, fork, 2);
  g_clear_pointer (&path, sg_path_free);
  path = load_path (connection, nested, 2);
  g_assert_cmpuint (path->segments->len, ==, 2);
  assert_segment (path, 0, tree->trunk, 0, 2);

  nested = fork_at (connection, tree->story, fork, -1);
  add_turn (connection, tree->story, nested, 0);
  g_clear_pointer (&path, sg_path_free);
  path = load_path (connection, nested, 0);
  g_assert_cmpuint (path->segments->len, ==, 1);

  return TRUE;
}

static gboolean
openings_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  Tree *tree = data;
  g_autoptr (SgPath) path = load_path (connection, tree->trunk, 3);
  g_autoptr (GPtrArray) openings = sg_turns_list_alternatives (connection, path, 0, error);
  g_autoptr (GPtrArray) turns = sg_turns_list (connection, path, 0, 0, error);

  g_assert_cmpuint (openings->len, ==, 2);
  g_assert_cmpint (((SgTurnRow *) turns->pdata[0])->siblings, ==, 2);

  return TRUE;
}

static void
test_empty_fork (Fixture       *fixture,
                 gconstpointer  data)
{
  Tree tree;

  write_job (fixture->library, grow_cb, &tree);
  write_job (fixture->library, empty_fork_cb, &tree);
  read_job (fixture->library, openings_cb, &tree);
  assert_well (fixture->library);
}

static gboolean
foreign_branch_cb (SgConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 first_branch, second_branch;
  gint64 second;

  add_story (connection, "One", &first_branch);
  second = add_story (connection, "Two", &second_branch);

  g_assert_cmpint (sg_branches_insert (connection, second, first_branch, 0, &local_error), ==, 0);
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_foreign_branch (Fixture       *fixture,
                     gconstpointer  data)
{
  write_job (fixture->library, foreign_branch_cb, NULL);
}

static gboolean
moved_on_cb (SgConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  Tree *tree = data;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();

  g_assert_true (sg_stories_check_head (connection, tree->story, tree->twig, 7, error));
  g_assert_false (sg_stories_check_head (connection, tree->story, tree->twig, 6, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_MOVED_ON);
  g_clear_error (&local_error);

  /* A place that is taken is refused, and the job goes on: it forks. */
  row->story = tree->story;
  row->branch = tree->trunk;
  row->depth = 9;
  g_assert_cmpint (sg_turns_insert (connection, row, &local_error), ==, 0);
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_MOVED_ON);
  row->branch = fork_at (connection, tree->story, tree->trunk, 8);
  g_assert_cmpint (sg_turns_insert (connection, row, error), >, 0);
  g_assert_no_error (*error);

  return TRUE;
}

static void
test_moved_on (Fixture       *fixture,
               gconstpointer  data)
{
  Tree tree;

  write_job (fixture->library, grow_cb, &tree);
  write_job (fixture->library, moved_on_cb, &tree);
  assert_well (fixture->library);
}

static gboolean
late_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 branch, late;
  gint64 story = add_story (connection, "Late", &branch);

  g_assert_true (sg_stories_get_late (connection, story, &late, error));
  g_assert_cmpint (late, ==, 0);
  g_assert_true (sg_stories_take_late (connection, story, &late, error));
  g_assert_cmpint (late, ==, 1);
  g_assert_true (sg_stories_take_late (connection, story, &late, error));
  g_assert_cmpint (late, ==, 2);
  g_assert_true (sg_stories_get_late (connection, story, &late, error));
  g_assert_cmpint (late, ==, 2);

  return TRUE;
}

static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, late_cb, NULL);
}

static gboolean
excerpt_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (SgTurnRow) turn = sg_turn_row_new ();
  g_autoptr (SgStoryRow) row = NULL;
  g_autoptr (GString) text = g_string_new ("First.\n\n");
  gint64 branch;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, "ü");
  g_string_append (text, "end\n \n");

  turn->story = add_story (connection, "Excerpt", &branch);
  turn->branch = branch;
  turn->text = g_strdup (text->str);
  g_assert_cmpint (sg_turns_insert (connection, turn, error), >, 0);
  g_assert_true (sg_stories_set_head (connection, turn->story, branch, 0, branch, 0, error));

  row = sg_stories_get (connection, turn->story, error);
  g_assert_true (g_utf8_validate (row->excerpt, -1, NULL));
  g_assert_true (g_str_has_prefix (row->excerpt, "…ü"));
  g_assert_true (g_str_has_suffix (row->excerpt, "üend"));
  g_assert_cmpint (g_utf8_strlen (row->excerpt, -1), ==, 161);

  return TRUE;
}

static void
test_excerpt (Fixture       *fixture,
              gconstpointer  data)
{
  write_job (fixture->library, excerpt_cb, NULL);
}

/* A story that forks every turn: as many segments as turns. */
static gboolean
nested_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  gint64 branch;
  gint64 story = add_story (connection, "Nested", &branch);
  g_autoptr (SgPath) path = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  add_turn (connection, story, branch, 0);
  for (gint64 depth = 1; depth < 500; depth++)
    {
      branch = fork_at (connection, story, branch, depth - 1);
      add_turn (connection, story, branch, depth);
    }

  path = load_path (connection, branch, 499);
  g_assert_cmpuint (path->segments->len, ==, 500);
  for (gint64 depth = 0; depth < 500; depth++)
    g_assert_cmpint (sg_path_owner (path, depth), !=, 0);

  turns = sg_turns_list (connection, path, 0, 499, error);
  g_assert_cmpuint (turns->len, ==, 500);
  g_assert_cmpint (((SgTurnRow *) turns->pdata[250])->siblings, ==, 1);

  return TRUE;
}

static void
test_nested (Fixture       *fixture,
             gconstpointer  data)
{
  write_job (fixture->library, nested_cb, NULL);
  assert_well (fixture->library);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/tree/story", test_story);
  ADD ("/tree/missing", test_missing);
  ADD ("/tree/turn", test_turn);
  ADD ("/tree/forks", test_forks);
  ADD ("/tree/empty-fork", test_empty_fork);
  ADD ("/tree/foreign-branch", test_foreign_branch);
  ADD ("/tree/moved-on", test_moved_on);
  ADD ("/tree/late", test_late);
  ADD ("/tree/excerpt", test_excerpt);
  ADD ("/tree/nested", test_nested);

  return g_test_run ();
}
