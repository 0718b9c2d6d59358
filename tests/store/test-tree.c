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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/tree/story", Fixture, NULL, fixture_set_up, test_story, fixture_tear_down);

  return g_test_run ();
}
