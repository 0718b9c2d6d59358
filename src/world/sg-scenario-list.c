/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-scenario-cache.h"
#include "world/sg-scenario-data.h"

#include <string.h>

/* A scenario is looked for in SG_SCENARIO_PATH alone where that is set; otherwise among the user's own
 * and then among those that came with the program.  The first of an id wins. */
static char **
dup_folders (void)
{
  const char *path = g_getenv ("SG_SCENARIO_PATH");
  g_autoptr (GStrvBuilder) builder = NULL;
  g_autofree char *own = NULL;

  if (path != NULL && path[0] != '\0')
    return g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, -1);

  builder = g_strv_builder_new ();
  own = g_build_filename (g_get_user_data_dir (), "storyglass", "scenarios", NULL);
  g_strv_builder_add (builder, own);
  g_strv_builder_add (builder, SCENARIODIR);

  return g_strv_builder_end (builder);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char **) a, *(const char **) b);
}

static GPtrArray *
list_files (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".json"))
        g_ptr_array_add (files, g_build_filename (folder, name, NULL));
    }
  g_ptr_array_sort (files, compare_names);

  return files;
}

static gboolean
has_id (GPtrArray  *scenarios,
        const char *id)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      if (g_str_equal (sg_scenario_get_id (g_ptr_array_index (scenarios, i)), id))
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_scenario_list_installed:
 *
 * Reads the scenarios that can be played; one that is broken is passed over with a
 * message in the log.
 *
 * Returns: (transfer full) (element-type SgScenario): the scenarios, by folder and name
 */
GPtrArray *
sg_scenario_list_installed (void)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *scenarios = sg_scenario_list_installed_with_faults (faults);

  for (guint i = 0; i < faults->len; i++)
    g_message ("A scenario is passed over: %s", (const char *) g_ptr_array_index (faults, i));

  return scenarios;
}

/**
 * sg_scenario_list_installed_with_faults:
 * @faults: (element-type utf8): where to add what is wrong with each scenario that is broken
 *
 * Reads the scenarios that can be played.
 *
 * Returns: (transfer full) (element-type SgScenario): the scenarios, by folder and name
 */
GPtrArray *
sg_scenario_list_installed_with_faults (GPtrArray *faults)
{
  GPtrArray *scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) folders = dup_folders ();

  g_return_val_if_fail (faults != NULL, scenarios);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) files = list_files (folders[i]);

      for (guint j = 0; j < files->len; j++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (SgScenario) scenario = sg_scenario_cache_read (g_ptr_array_index (files, j), &error);

          if (scenario == NULL)
            g_ptr_array_add (faults, g_strdup (error->message));
          else if (!has_id (scenarios, sg_scenario_get_id (scenario)))
            g_ptr_array_add (scenarios, g_steal_pointer (&scenario));
        }
    }

  return scenarios;
}

/**
 * sg_scenario_find_installed:
 * @id: the id of a scenario
 *
 * Looks for a scenario.  Its file is `ID.json`, or any other whose scenario has that id.
 *
 * Returns: (transfer full) (nullable): the scenario; or %NULL with
 *   %SG_SCENARIO_ERROR_NOT_FOUND, or with what is wrong with the file
 */
SgScenario *
sg_scenario_find_installed (const char  *id,
                            GError     **error)
{
  g_auto (GStrv) folders = NULL;
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) scenarios = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  folders = dup_folders ();
  name = g_strconcat (id, ".json", NULL);
  for (guint i = 0; folders[i] != NULL && strchr (id, G_DIR_SEPARATOR) == NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return sg_scenario_cache_read (path, error);
    }

  /* What is wrong with others is none of the player's business now. */
  scenarios = sg_scenario_list_installed_with_faults (faults);
  for (guint i = 0; i < scenarios->len; i++)
    {
      SgScenario *scenario = g_ptr_array_index (scenarios, i);

      if (g_str_equal (sg_scenario_get_id (scenario), id))
        return g_object_ref (scenario);
    }

  g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_NOT_FOUND, "There is no scenario “%s”", id);

  return NULL;
}
