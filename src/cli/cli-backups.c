/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way back from a library that is damaged: backups, restore. */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "store/sg-backup.h"

static char *
dup_stories (const SgBackup *backup)
{
  if (backup->stories < 0)
    return g_strdup (_("cannot be read"));

  return g_strdup_printf (ngettext ("%d story", "%d stories", (gulong) backup->stories),
                          (int) backup->stories);
}

static JsonNode *
backup_to_json (const SgBackup *backup)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "path", backup->path);
  json_object_set_int_member (object, "created", backup->created);
  json_object_set_int_member (object, "size", backup->size);
  if (backup->stories >= 0)
    json_object_set_int_member (object, "stories", backup->stories);
  json_node_take_object (node, object);

  return node;
}

static void
print_backups_json (GPtrArray *backups)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < backups->len; i++)
    json_array_add_element (array, backup_to_json (g_ptr_array_index (backups, i)));

  sg_cli_print_json (json_node_init_array (json_node_alloc (), array));
  json_array_unref (array);
}

static void
print_backups (GPtrArray *backups)
{
  for (guint i = 0; i < backups->len; i++)
    {
      const SgBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *created = sg_cli_dup_time (backup->created);
      g_autofree char *stories = dup_stories (backup);

      printf ("%s\t%s\t%s\n", backup->path, created, stories);
    }
}

gboolean
sg_cli_backups (SgCli   *cli,
                int      argc,
                char   **argv,
                GError **error)
{
  g_autofree char *path = sg_cli_dup_library_path (cli);
  g_autoptr (GPtrArray) backups = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    { NULL }
  };

  if (!sg_cli_parse ("backups", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 1)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), "backups [--json]");

  /* The library itself may be damaged or gone: it is not opened. */
  backups = sg_backup_list (path);
  if (json)
    print_backups_json (backups);
  else
    print_backups (backups);

  return TRUE;
}

gboolean
sg_cli_restore (SgCli   *cli,
                int      argc,
                char   **argv,
                GError **error)
{
  g_autofree char *path = sg_cli_dup_library_path (cli);
  g_autofree char *kept = NULL;

  if (!sg_cli_parse ("restore BACKUP", NULL, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 2)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), "restore BACKUP");

  if (!g_file_test (argv[1], G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                   _("There is no backup “%s”. “storyglass-cli backups” lists those there are."),
                   argv[1]);
      return FALSE;
    }

  kept = sg_backup_restore (path, argv[1], error);
  if (kept == NULL)
    return FALSE;

  /* Translators: two files */
  printf (_("The library %s is now what the backup %s holds.\n"), path, argv[1]);
  if (g_file_test (kept, G_FILE_TEST_EXISTS))
    printf (_("What was there before is kept as %s.\n"), kept);

  return TRUE;
}

/* Returns (nullable): the newest that can be put back. */
static const SgBackup *
find_newest (GPtrArray *backups)
{
  for (guint i = 0; i < backups->len; i++)
    {
      const SgBackup *backup = g_ptr_array_index (backups, i);

      if (backup->stories >= 0)
        return backup;
    }

  return NULL;
}

/* The commands with which it is put back, ready to be copied; on the one line that an error has. */
static char *
dup_advice (SgCli          *cli,
            const SgBackup *newest)
{
  g_autofree char *quoted =
    cli->library_path != NULL ? g_shell_quote (cli->library_path) : NULL;
  g_autofree char *program =
    g_strconcat ("storyglass-cli", quoted != NULL ? " --library " : "", quoted, NULL);
  g_autofree char *backup = g_shell_quote (newest->path);
  g_autofree char *created = sg_cli_dup_time (newest->created);
  g_autofree char *stories = dup_stories (newest);

  /* Translators: the date and time of a backup, how many stories it holds, and two commands */
  return g_strdup_printf (_("The newest backup is of %s (%s). To put it in the place of the library: "
                            "%s restore %s. To list all backups: %s backups."),
                          created, stories, program, backup, program);
}

/**
 * sg_cli_name_backups:
 * @error: (inout) (nullable): why the library cannot be used
 *
 * Adds to the error of a library that is damaged which backup there is, and how to put it back.
 */
void
sg_cli_name_backups (SgCli   *cli,
                     GError **error)
{
  g_autofree char *path = sg_cli_dup_library_path (cli);
  g_autoptr (GPtrArray) backups = NULL;
  g_autofree char *advice = NULL;
  g_autofree char *message = NULL;
  const SgBackup *newest;

  if (error == NULL || !g_error_matches (*error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED))
    return;

  backups = sg_backup_list (path);
  newest = find_newest (backups);
  advice = newest != NULL ? dup_advice (cli, newest) : g_strdup (_("There is no backup of it."));
  message = g_strdup_printf ("%s %s", (*error)->message, advice);
  g_clear_error (error);
  g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_DAMAGED, message);
}
