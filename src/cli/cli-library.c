/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is in the library, and what could be: scenarios, new, stories, check. */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"

static gboolean
fail_arguments (GError    **error,
                const char *usage)
{
  return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), usage);
}

/* One that is broken does not keep the others from being played; its author wants to know all. */
static gboolean
report_faults (GPtrArray *faults,
               GError   **error)
{
  if (faults->len == 0)
    return TRUE;

  fflush (stdout);
  for (guint i = 0; i < faults->len; i++)
    {
      g_autofree char *line = g_strdup (g_ptr_array_index (faults, i));

      fprintf (stderr, "storyglass-cli: %s\n", g_strdelimit (line, "\n\r", ' '));
    }
  g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID,
               ngettext ("%u scenario is broken and was passed over.",
                         "%u scenarios are broken and were passed over.", faults->len),
               faults->len);

  return FALSE;
}

gboolean
sg_cli_scenarios (SgCli   *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) scenarios = NULL;

  if (!sg_cli_parse ("scenarios", NULL, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 1)
    return fail_arguments (error, "scenarios");

  scenarios = sg_scenario_list_installed_with_faults (faults);
  for (guint i = 0; i < scenarios->len; i++)
    {
      SgScenario *scenario = g_ptr_array_index (scenarios, i);

      printf ("%s\t%s\n\t%s\n", sg_scenario_get_id (scenario), sg_scenario_get_title (scenario),
              sg_scenario_get_summary (scenario));
    }

  return report_faults (faults, error);
}

static SgScenario *
find_scenario (const char *id,
               GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  SgScenario *scenario = sg_scenario_find_installed (id, &local_error);

  if (g_error_matches (local_error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_NOT_FOUND))
    g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_NOT_FOUND,
                 _("There is no scenario “%s”. “storyglass-cli scenarios” lists those there are."),
                 id);
  else if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return scenario;
}

static gboolean
parse_seed (const char *text,
            guint64    *seed,
            GError    **error)
{
  if (text == NULL)
    *seed = ((guint64) g_random_int () << 16) ^ g_random_int ();
  else if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, seed, NULL))
    return sg_cli_fail_usage (error, _("“%s” is no seed: it is a whole number from 0 on."), text);

  return TRUE;
}

/* What a story can be told in is what its author wrote it in; `en-GB` is told in `en`. */
static gboolean
check_language (SgScenario *scenario,
                const char *language,
                GError    **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  JsonNode *node = json_object_get_member (sg_scenario_get_root (scenario), "languages");
  JsonArray *languages = node != NULL ? json_node_get_array (node) : NULL;
  guint n = languages != NULL ? json_array_get_length (languages) : 0;

  for (guint i = 0; i < n; i++)
    {
      const char *tag = json_array_get_string_element (languages, i);

      if (g_str_has_prefix (language, tag) && strchr ("-_", language[strlen (tag)]) != NULL)
        return TRUE;
      g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", tag);
    }

  if (n == 0 && g_str_equal (language, "en"))
    return TRUE;

  return sg_cli_fail_usage (error, _("“%s” is not told in “%s”, but in: %s."),
                            sg_scenario_get_id (scenario), language, n > 0 ? known->str : "en");
}

gboolean
sg_cli_new (SgCli   *cli,
            int      argc,
            char   **argv,
            GError **error)
{
  g_autofree char *title = NULL;
  g_autofree char *language = NULL;
  g_autofree char *seed_text = NULL;
  guint64 seed = 0;
  const GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, N_ ("Its title"), "T" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed_text, N_ ("The seed of dice and prose"), "N" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, N_ ("The language it is told in"), "TAG" },
    { NULL }
  };
  g_autoptr (SgScenario) scenario = NULL;
  g_autoptr (SgStory) story = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  if (!sg_cli_parse ("new SCENARIO", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 2)
    return fail_arguments (error, "new SCENARIO [--title T] [--seed N] [--language TAG]");
  if (!parse_seed (seed_text, &seed, error))
    return FALSE;

  scenario = find_scenario (argv[1], error);
  if (scenario == NULL
      || (language != NULL && !check_language (scenario, language, error))
      || !sg_cli_make_library (cli, error))
    return FALSE;

  sg_story_create_async (cli->library, scenario, title, language != NULL ? language : "en",
                         seed, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);
  story = sg_story_open_finish (result, error);
  if (story == NULL)
    return FALSE;

  printf ("%" G_GINT64_FORMAT "\n", sg_story_get_id (story));

  return TRUE;
}

static gboolean
list_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  GPtrArray **stories = data;

  *stories = sg_stories_list (connection, error);

  return *stories != NULL;
}

/* (element-type SgStoryRow): none before the first. */
static GPtrArray *
load_stories (SgCli   *cli,
              GError **error)
{
  g_autoptr (GPtrArray) stories = NULL;

  if (sg_cli_is_fresh (cli))
    return g_ptr_array_new ();

  if (!sg_cli_open_library (cli, error)
      || !sg_library_read (cli->library, list_job, &stories, error))
    return NULL;

  return g_steal_pointer (&stories);
}

static JsonNode *
story_to_json (const SgStoryRow *row)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", row->id);
  json_object_set_string_member (object, "title", row->title);
  json_object_set_string_member (object, "scenario", row->scenario_id);
  json_object_set_int_member (object, "turns", row->turns);
  json_object_set_int_member (object, "depth", row->depth);
  json_object_set_int_member (object, "created", row->created);
  json_object_set_int_member (object, "played", row->played);
  if (row->excerpt != NULL)
    json_object_set_string_member (object, "excerpt", row->excerpt);

  json_node_take_object (node, object);

  return node;
}

static void
print_stories_json (GPtrArray *stories)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < stories->len; i++)
    json_array_add_element (array, story_to_json (g_ptr_array_index (stories, i)));

  sg_cli_print_json (json_node_init_array (json_node_alloc (), array));
  json_array_unref (array);
}

static void
print_stories (GPtrArray *stories)
{
  if (stories->len == 0 && isatty (STDOUT_FILENO))
    g_printerr ("%s\n", _("There are no stories yet. “storyglass-cli new SCENARIO” begins one, and "
                          "“storyglass-cli scenarios” lists what can be played."));

  for (guint i = 0; i < stories->len; i++)
    {
      const SgStoryRow *row = g_ptr_array_index (stories, i);
      g_autofree char *played = sg_cli_dup_time (row->played);
      g_autofree char *turns =
        g_strdup_printf (ngettext ("%" G_GINT64_FORMAT " turn", "%" G_GINT64_FORMAT " turns",
                                   (gulong) row->turns),
                         row->turns);

      printf ("%" G_GINT64_FORMAT "\t%s\t%s\t", row->id, played, turns);
      sg_cli_print_text (row->title);
      putchar ('\n');
    }
}

gboolean
sg_cli_stories (SgCli   *cli,
                int      argc,
                char   **argv,
                GError **error)
{
  g_autoptr (GPtrArray) stories = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    { NULL }
  };

  if (!sg_cli_parse ("stories", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 1)
    return fail_arguments (error, "stories [--json]");

  stories = load_stories (cli, error);
  if (stories == NULL)
    return FALSE;

  if (json)
    print_stories_json (stories);
  else
    print_stories (stories);

  return TRUE;
}

static gboolean
check_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  GPtrArray **faults = data;

  *faults = sg_library_check (connection, error);

  return *faults != NULL;
}

gboolean
sg_cli_check (SgCli   *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_autoptr (GPtrArray) faults = NULL;

  if (!sg_cli_parse ("check", NULL, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 1)
    return fail_arguments (error, "check");
  if (sg_cli_is_fresh (cli))
    {
      printf ("%s\n", _("There is no library yet, and so nothing is wrong with it."));
      return TRUE;
    }
  if (!sg_cli_open_library (cli, error)
      || !sg_library_read (cli->library, check_job, &faults, error))
    return FALSE;

  for (guint i = 0; i < faults->len; i++)
    printf ("%s\n", (const char *) g_ptr_array_index (faults, i));

  if (faults->len > 0)
    {
      g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED,
                   ngettext ("The library %s has %u fault. It was left as it is.",
                             "The library %s has %u faults. It was left as it is.", faults->len),
                   sg_library_get_path (cli->library), faults->len);
      sg_cli_name_backups (cli, error);
      return FALSE;
    }

  printf (_("The library %s is sound.\n"), sg_library_get_path (cli->library));

  return TRUE;
}
