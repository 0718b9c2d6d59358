/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memories: what is found, and above all what is not. */

#include "config.h"

#include <string.h>

#include "store-fixture.h"

typedef struct
{
  gint64 story;
  gint64 trunk;
  gint64 fork;
  gint64 other_branch;
} Places;

static gint64
set_up_story (SgConnection *connection,
              Places       *places)
{
  g_autoptr (GError) error = NULL;
  gint64 turns[3];
  gint64 turn, other;

  places->story = add_story (connection, "Temple", &places->trunk);
  for (gint64 depth = 0; depth < 3; depth++)
    turns[depth] = add_turn (connection, places->story, places->trunk, depth);

  places->fork = sg_branches_insert (connection, places->story, places->trunk, 1, &error);
  turn = add_turn (connection, places->story, places->fork, 2);

  add_memory (connection, turns[0], "The keeper hid the copper lantern.", NULL);
  add_memory (connection, turns[2], "The lantern was sold at the market.", NULL);
  add_memory (connection, turn, "The lantern fell into the river.", NULL);

  other = add_story (connection, "Another", &places->other_branch);
  turn = add_turn (connection, other, places->other_branch, 0);
  add_memory (connection, turn, "A lantern of quite another story.", NULL);

  return turns[1];
}

static GPtrArray *
search (SgConnection *connection,
        gint64        branch,
        gint64        depth,
        const char   *words)
{
  g_autoptr (SgPath) path = load_path (connection, branch, depth);
  g_autoptr (GError) error = NULL;
  GPtrArray *found = sg_memories_search (connection, path, words, 10, &error);

  g_assert_no_error (error);
  return found;
}

static void
assert_found (SgConnection *connection,
              gint64        branch,
              gint64        depth,
              const char   *words,
              guint         expected)
{
  g_autoptr (GPtrArray) found = search (connection, branch, depth, words);

  g_assert_cmpuint (found->len, ==, expected);
}

static gboolean
path_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  Places places;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (SgPath) path = NULL;

  set_up_story (connection, &places);

  assert_found (connection, places.trunk, 2, "lantern", 2);
  assert_found (connection, places.trunk, 1, "lantern", 1);
  assert_found (connection, places.other_branch, 0, "lantern", 1);

  found = search (connection, places.fork, 2, "Where is the LANTERN?");
  g_assert_cmpuint (found->len, ==, 2);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (((SgMemoryRow *) found->pdata[i])->text, !=,
                     "The lantern was sold at the market.");

  /* More of the words come first. */
  g_clear_pointer (&found, g_ptr_array_unref);
  found = search (connection, places.fork, 2, "lantern river");
  g_assert_cmpstr (((SgMemoryRow *) found->pdata[0])->text, ==, "The lantern fell into the river.");
  g_assert_cmpfloat (((SgMemoryRow *) found->pdata[0])->score, >,
                     ((SgMemoryRow *) found->pdata[1])->score);

  path = load_path (connection, places.fork, 2);
  listed = sg_memories_list (connection, path, error);
  g_assert_cmpuint (listed->len, ==, 2);
  g_assert_cmpstr (((SgMemoryRow *) listed->pdata[0])->text, ==, "The keeper hid the copper lantern.");

  return TRUE;
}

static void
test_path (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, path_cb, NULL);
  assert_well (fixture->library);
}

/* The best matches of all lie on the other branch: they must not use up the limit. */
static gboolean
limit_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  gint64 trunk, fork, turn, other;
  gint64 story = add_story (connection, "Limit", &trunk);
  g_autoptr (SgPath) path = NULL;
  g_autoptr (GPtrArray) found = NULL;

  turn = add_turn (connection, story, trunk, 0);
  add_memory (connection, turn, "A long tale in which a bell is named among many other things.", NULL);
  fork = sg_branches_insert (connection, story, trunk, -1, error);
  other = add_turn (connection, story, fork, 0);
  for (guint i = 0; i < 50; i++)
    add_memory (connection, other, "Bell.", "bell");

  path = load_path (connection, trunk, 0);
  found = sg_memories_search (connection, path, "bell", 3, error);
  g_assert_cmpuint (found->len, ==, 1);
  g_clear_pointer (&found, g_ptr_array_unref);
  g_clear_pointer (&path, sg_path_free);

  path = load_path (connection, fork, 0);
  found = sg_memories_search (connection, path, "bell", 3, error);
  g_assert_cmpuint (found->len, ==, 3);

  return TRUE;
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  write_job (fixture->library, limit_cb, NULL);
}

/* What looks like the syntax of the search is only words. */
static gboolean
words_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  static const char *const hostile[] = {
    "\"", "\"\"\"", "lantern\"", "lantern* OR", "NEAR(lantern, 5)", "story : \"1\"", "(((", "-lantern",
    "text:lantern", "^lantern", "{lantern}", "lantern AND NOT", "' ; DROP TABLE memory; --", "lantern\n\tx",
    "lantern \xff\xfe bad", "%s%n lantern",
  };
  Places places;
  g_autoptr (GString) endless = g_string_new (NULL);

  set_up_story (connection, &places);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      guint expected = strstr (hostile[i], "lantern") != NULL ? 2 : 0;

      assert_found (connection, places.trunk, 2, hostile[i], expected);
    }

  assert_found (connection, places.trunk, 2, "", 0);
  assert_found (connection, places.trunk, 2, NULL, 0);
  assert_found (connection, places.trunk, 2, "the and of you", 0);
  assert_found (connection, places.trunk, 2, "THE Was at into a your", 0);
  assert_found (connection, places.trunk, 2, "?!…", 0);

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (endless, "word%u ", i);
  assert_found (connection, places.trunk, 2, endless->str, 0);

  /* Other forms of a word, and other letters for it. */
  assert_found (connection, places.trunk, 2, "lanterns", 2);
  assert_found (connection, places.trunk, 2, "màrket", 1);

  return TRUE;
}

static void
test_words (Fixture       *fixture,
            gconstpointer  data)
{
  write_job (fixture->library, words_cb, NULL);
}

static gboolean
scripts_cb (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Places places;
  gint64 turn = set_up_story (connection, &places);
  g_autoptr (GPtrArray) found = NULL;

  add_memory (connection, turn, "守门人把铜灯藏在钟楼里。", NULL);
  add_memory (connection, turn, "Смотритель спрятал фонарь в башне.", NULL);
  add_memory (connection, turn, "ช้างอยู่ในวัด", NULL);

  found = search (connection, places.trunk, 2, "钟楼在哪里？");
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (((SgMemoryRow *) found->pdata[0])->text, ==, "守门人把铜灯藏在钟楼里。");
  assert_found (connection, places.trunk, 2, "楼钟", 0);
  assert_found (connection, places.trunk, 2, "灯", 1);
  assert_found (connection, places.trunk, 2, "ФОНАРЬ", 1);
  assert_found (connection, places.trunk, 2, "วัด", 1);

  return TRUE;
}

static void
test_scripts (Fixture       *fixture,
              gconstpointer  data)
{
  write_job (fixture->library, scripts_cb, NULL);
  assert_well (fixture->library);
}

static gboolean
fields_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Places places;
  gint64 turn = set_up_story (connection, &places);
  SgMemoryRow row = { .text = (char *) "She owes you a favour.", .keywords = (char *) "debt Mirela",
                      .importance = 9, .call = (char *) "call_7", .late = 4 };
  SgMemoryRow minor = { .text = (char *) "She owes you a favour.", .importance = 1 };
  g_autoptr (SgPath) path = load_path (connection, places.trunk, 1);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) local_error = NULL;
  const SgMemoryRow *back;
  gint64 id;

  /* Without a turn of its own it belongs to the end of the path. */
  id = sg_memories_insert (connection, path, &row, error);
  g_assert_cmpint (id, >, 0);
  g_assert_cmpint (sg_memories_insert (connection, path, &minor, error), >, 0);

  found = search (connection, places.trunk, 1, "Mirela");
  g_assert_cmpuint (found->len, ==, 1);
  back = g_ptr_array_index (found, 0);
  g_assert_cmpint (back->id, ==, id);
  g_assert_cmpint (back->turn, ==, turn);
  g_assert_cmpstr (back->text, ==, row.text);
  g_assert_cmpstr (back->keywords, ==, "debt Mirela");
  g_assert_cmpint (back->importance, ==, 9);
  g_assert_cmpstr (back->call, ==, "call_7");
  g_assert_cmpint (back->late, ==, 4);

  g_clear_pointer (&found, g_ptr_array_unref);
  found = search (connection, places.trunk, 1, "favour");
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpint (((SgMemoryRow *) found->pdata[0])->importance, ==, 9);

  row.turn = 99;
  g_assert_cmpint (sg_memories_insert (connection, path, &row, &local_error), ==, 0);
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_fields (Fixture       *fixture,
             gconstpointer  data)
{
  write_job (fixture->library, fields_cb, NULL);
  assert_well (fixture->library);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/memories/path", test_path);
  ADD ("/memories/limit", test_limit);
  ADD ("/memories/words", test_words);
  ADD ("/memories/scripts", test_scripts);
  ADD ("/memories/fields", test_fields);

  return g_test_run ();
}
