/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts, their fold along a path, and the snapshots that shorten it. */

#include "config.h"

#include "store-fixture.h"

static void
assert_value (SgConnection *connection,
              gint64        branch,
              gint64        depth,
              const char   *entity,
              const char   *attribute,
              const char   *expected)
{
  g_autofree char *value = fold_value (connection, branch, depth, entity, attribute);

  g_assert_cmpstr (value, ==, expected);
}

static gboolean
fold_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 trunk, fork;
  gint64 story = add_story (connection, "Lamp", &trunk);
  gint64 turns[3];
  gint64 other;
  g_autoptr (SgPath) path = NULL;
  g_autoptr (GPtrArray) facts = NULL;
  const SgFactRow *fact;

  for (gint64 depth = 0; depth < 3; depth++)
    turns[depth] = add_turn (connection, story, trunk, depth);

  add_fact (connection, turns[0], "lamp", "lit", "false");
  add_fact (connection, turns[1], "lamp", "lit", "true");
  add_fact (connection, turns[1], "door", "open", "true");
  add_fact (connection, turns[2], "door", "open", NULL);

  /* The last value that one turn gives counts. */
  add_fact (connection, turns[2], "player", "place", "\"cellar\"");
  add_fact (connection, turns[2], "player", "place", "\"attic\"");

  fork = sg_branches_insert (connection, story, trunk, 0, error);
  other = add_turn (connection, story, fork, 1);
  add_fact (connection, other, "lamp", "lit", "\"broken\"");

  assert_value (connection, trunk, 0, "lamp", "lit", "false");
  assert_value (connection, trunk, 1, "lamp", "lit", "true");
  assert_value (connection, trunk, 1, "door", "open", "true");
  assert_value (connection, trunk, 2, "door", "open", NULL);
  assert_value (connection, trunk, 2, "player", "place", "\"attic\"");
  assert_value (connection, trunk, -1, "lamp", "lit", NULL);

  /* Nothing crosses from one branch into the other. */
  assert_value (connection, fork, 1, "lamp", "lit", "\"broken\"");
  assert_value (connection, fork, 1, "door", "open", NULL);

  path = load_path (connection, trunk, 2);
  facts = sg_facts_fold (connection, path, error);
  g_assert_cmpuint (facts->len, ==, 2);
  fact = g_ptr_array_index (facts, 0);
  g_assert_cmpstr (fact->entity, ==, "lamp");
  g_assert_cmpint (fact->turn, ==, turns[1]);
  g_assert_cmpstr (fact->call, ==, "call_1");

  return TRUE;
}

static void
test_fold (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, fold_cb, NULL);
  assert_well (fixture->library);
}

static gboolean
by_path_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  gint64 branch;
  gint64 story = add_story (connection, "By path", &branch);
  SgFactRow fact = { .entity = (char *) "lamp", .attribute = (char *) "lit", .value = (char *) "1" };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (SgPath) path = NULL;
  g_autoptr (SgPath) beyond = NULL;

  add_turn (connection, story, branch, 0);
  path = load_path (connection, branch, 0);
  beyond = load_path (connection, branch, 1);

  g_assert_true (sg_facts_insert (connection, path, &fact, error));
  assert_value (connection, branch, 0, "lamp", "lit", "1");

  g_assert_false (sg_facts_insert (connection, beyond, &fact, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);
  g_clear_error (&local_error);

  fact.turn = 99;
  g_assert_false (sg_facts_insert (connection, path, &fact, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_by_path (Fixture       *fixture,
              gconstpointer  data)
{
  write_job (fixture->library, by_path_cb, NULL);
}

/* A tree grown at random, with the world at each of its turns kept in memory beside it. */
typedef struct
{
  gint64      branch;
  gint64      depth;
  GHashTable *world;
} Node;

static void
node_free (gpointer data)
{
  Node *node = data;

  g_hash_table_unref (node->world);
  g_free (node);
}

static GHashTable *
copy_world (GHashTable *world)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;

  if (world == NULL)
    return copy;

  g_hash_table_iter_init (&iter, world);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));

  return copy;
}

static void
change_at_random (SgConnection *connection,
                  Node         *node,
                  gint64        turn)
{
  int n_facts = g_test_rand_int_range (0, 4);

  for (int i = 0; i < n_facts; i++)
    {
      g_autofree char *entity = g_strdup_printf ("e%d", g_test_rand_int_range (0, 12));
      g_autofree char *value = g_strdup_printf ("%d", g_test_rand_int_range (0, 1000));
      gboolean removed = g_test_rand_int_range (0, 5) == 0;

      add_fact (connection, turn, entity, "a", removed ? NULL : value);
      if (removed)
        g_hash_table_remove (node->world, entity);
      else
        g_hash_table_insert (node->world, g_strdup (entity), g_strdup (value));
    }
}

static void
assert_world (SgConnection *connection,
              const Node   *node)
{
  g_autoptr (SgPath) path = load_path (connection, node->branch, node->depth);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts = sg_facts_fold (connection, path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (facts->len, ==, g_hash_table_size (node->world));
  for (guint i = 0; i < facts->len; i++)
    {
      const SgFactRow *fact = g_ptr_array_index (facts, i);

      g_assert_cmpstr (fact->value, ==, g_hash_table_lookup (node->world, fact->entity));
    }
}

static gboolean
random_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (node_free);
  gint64 branch;
  gint64 story = add_story (connection, "Random", &branch);
  Node *at = NULL;

  for (guint i = 0; i < 1500; i++)
    {
      Node *node = g_new0 (Node, 1);
      g_autoptr (SgPath) path = NULL;

      /* Now and then the story is taken up again at an earlier turn. */
      if (at != NULL && g_test_rand_int_range (0, 60) == 0)
        {
          at = g_ptr_array_index (nodes, g_test_rand_int_range (0, (int) nodes->len));
          branch = sg_branches_insert (connection, story, at->branch, at->depth, error);
          g_assert_no_error (*error);
        }

      node->branch = branch;
      node->depth = at != NULL ? at->depth + 1 : 0;
      node->world = copy_world (at != NULL ? at->world : NULL);
      change_at_random (connection, node, add_turn (connection, story, branch, node->depth));
      g_ptr_array_add (nodes, node);
      at = node;

      path = load_path (connection, branch, node->depth);
      g_assert_true (sg_facts_snapshot_if_due (connection, path, error));
    }

  for (guint i = 0; i < nodes->len; i += 3)
    assert_world (connection, g_ptr_array_index (nodes, i));

  return sg_stories_set_head (connection, story, at->branch, at->depth, at->branch, at->depth, error);
}

static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  write_job (fixture->library, random_cb, NULL);
  assert_well (fixture->library);
}

static gboolean
long_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 branch;
  gint64 story = add_story (connection, "Long", &branch);

  for (gint64 depth = 0; depth <= 2000; depth++)
    {
      gint64 turn = add_turn (connection, story, branch, depth);
      g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, depth);
      g_autoptr (SgPath) path = load_path (connection, branch, depth);

      add_fact (connection, turn, "clock", "time", value);
      g_assert_true (sg_facts_snapshot_if_due (connection, path, error));
    }

  /* Where snapshots have been thinned out the world is the same. */
  assert_value (connection, branch, 400, "clock", "time", "400");
  assert_value (connection, branch, 511, "clock", "time", "511");
  assert_value (connection, branch, 700, "clock", "time", "700");
  assert_value (connection, branch, 1999, "clock", "time", "1999");

  return sg_stories_set_head (connection, story, branch, 2000, branch, 2000, error);
}

static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, long_cb, NULL);
  assert_well (fixture->library);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/facts/fold", test_fold);
  ADD ("/facts/by-path", test_by_path);
  ADD ("/facts/random", test_random);
  ADD ("/facts/long", test_long);

  return g_test_run ();
}
