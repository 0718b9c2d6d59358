/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-fixture.h"

void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_folder (path);
      else
        g_unlink (path);
    }

  g_rmdir (folder);
}

void
fixture_set_up (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("sg-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "library.db", NULL);
  self->library = sg_library_open (self->path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->library);
}

void
fixture_tear_down (Fixture       *self,
                   gconstpointer  data)
{
  if (self->library != NULL)
    g_assert_finalize_object (g_steal_pointer (&self->library));

  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

void
fixture_reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  if (self->library != NULL)
    g_assert_finalize_object (g_steal_pointer (&self->library));

  self->library = sg_library_open (self->path, &error);
  g_assert_no_error (error);
}

void
write_job (SgLibrary     *library,
           SgLibraryFunc  func,
           gpointer       data)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = sg_library_write (library, SG_DURABILITY_JOURNAL, func, data, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
read_job (SgLibrary     *library,
          SgLibraryFunc  func,
          gpointer       data)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = sg_library_read (library, func, data, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

gboolean
hold_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  int *state = data;

  g_atomic_int_set (state, 1);
  while (g_atomic_int_get (state) == 1)
    g_usleep (1000);

  return TRUE;
}

gint64
add_story (SgConnection *connection,
           const char   *title,
           gint64       *branch)
{
  g_autoptr (SgStoryRow) row = sg_story_row_new ();
  g_autoptr (GError) error = NULL;
  gint64 story;

  row->title = g_strdup (title);
  row->scenario_id = g_strdup ("harbour");
  row->scenario = g_strdup ("{\"id\":\"harbour\"}");
  row->language = g_strdup ("en");
  row->seed = G_MAXUINT64 - 7;

  story = sg_stories_insert (connection, row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (story, >, 0);
  *branch = sg_branches_insert (connection, story, 0, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (*branch, >, 0);

  return story;
}

gint64
add_turn (SgConnection *connection,
          gint64        story,
          gint64        branch,
          gint64        depth)
{
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  g_autoptr (GError) error = NULL;
  gint64 turn;

  row->story = story;
  row->branch = branch;
  row->depth = depth;
  row->mode = g_strdup (depth == 0 ? "opening" : "do");
  row->input = g_strdup_printf ("go on %" G_GINT64_FORMAT, depth);
  row->text = g_strdup_printf ("Told at depth %" G_GINT64_FORMAT ".", depth);

  turn = sg_turns_insert (connection, row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (turn, >, 0);

  return turn;
}

void
add_fact (SgConnection *connection,
          gint64        turn,
          const char   *entity,
          const char   *attribute,
          const char   *value)
{
  g_autoptr (SgFactRow) row = sg_fact_row_new ();
  g_autoptr (GError) error = NULL;

  row->turn = turn;
  row->entity = g_strdup (entity);
  row->attribute = g_strdup (attribute);
  row->value = g_strdup (value);
  row->call = g_strdup ("call_1");

  g_assert_true (sg_facts_insert (connection, NULL, row, &error));
  g_assert_no_error (error);
}

gint64
add_memory (SgConnection *connection,
            gint64        turn,
            const char   *text,
            const char   *keywords)
{
  g_autoptr (SgMemoryRow) row = sg_memory_row_new ();
  g_autoptr (GError) error = NULL;
  gint64 id;

  row->turn = turn;
  row->text = g_strdup (text);
  row->keywords = g_strdup (keywords);
  row->importance = 5;

  id = sg_memories_insert (connection, NULL, row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);

  return id;
}

SgPath *
load_path (SgConnection *connection,
           gint64        branch,
           gint64        depth)
{
  g_autoptr (GError) error = NULL;
  SgPath *path = sg_branches_load_path (connection, branch, depth, &error);

  g_assert_no_error (error);
  g_assert_nonnull (path);

  return path;
}

char *
fold_value (SgConnection *connection,
            gint64        branch,
            gint64        depth,
            const char   *entity,
            const char   *attribute)
{
  g_autoptr (SgPath) path = load_path (connection, branch, depth);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts = sg_facts_fold (connection, path, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < facts->len; i++)
    {
      const SgFactRow *fact = g_ptr_array_index (facts, i);

      if (g_str_equal (fact->entity, entity) && g_str_equal (fact->attribute, attribute))
        return g_strdup (fact->value);
    }

  return NULL;
}

static gboolean
check_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GPtrArray) reports = sg_library_check (connection, error);

  if (reports == NULL)
    return FALSE;

  for (guint i = 0; i < reports->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (reports, i));

  g_assert_cmpuint (reports->len, ==, 0);
  return TRUE;
}

void
assert_well (SgLibrary *library)
{
  read_job (library, check_cb, NULL);
}
