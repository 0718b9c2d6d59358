/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands of the terminal share.  The engine is asynchronous; a command waits
 * for a result by running the main loop until it is there.
 */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"

G_DEFINE_QUARK (sg-cli-error-quark, sg_cli_error)

/**
 * sg_cli_fail_usage:
 * @format: what is wrong, as for printf()
 *
 * Returns: %FALSE with an %SG_CLI_ERROR
 */
gboolean
sg_cli_fail_usage (GError    **error,
                   const char *format,
                   ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, SG_CLI_ERROR, SG_CLI_ERROR_USAGE, message);

  return FALSE;
}

/* All options at once: nobody looks for those that hide behind an option of their own. */
static void
print_help (GOptionContext *context,
            const char     *usage)
{
  g_autofree char *program = g_strdup (g_get_prgname ());
  g_autofree char *command = g_strndup (usage, strcspn (usage, " "));
  g_autofree char *name = g_strdup_printf ("%s %s", program, command);
  g_autofree char *help = NULL;

  /* GLib begins the line of usage with the name of the program alone. */
  g_set_prgname (name);
  help = g_option_context_get_help (context, FALSE, NULL);
  g_set_prgname (program);

  fputs (help, stdout);
}

/**
 * sg_cli_parse:
 * @usage: the command and what it takes but for its options, `play STORY`
 * @entries: (nullable): the options of the command
 * @groups: (transfer full) (nullable) (array zero-terminated=1): more options
 * @argc: (inout): how many arguments; only those that are no options are left
 * @argv: (inout): the arguments
 *
 * Reads the options of a command, and prints its help where that is asked for.
 *
 * Returns: %FALSE with an %SG_CLI_ERROR
 */
gboolean
sg_cli_parse (const char         *usage,
              const GOptionEntry *entries,
              GOptionGroup      **groups,
              int                *argc,
              char             ***argv,
              GError            **error)
{
  const char *parameters = strchr (usage, ' ');
  g_autoptr (GOptionContext) context =
    g_option_context_new (parameters != NULL ? parameters + 1 : NULL);
  g_autoptr (GError) local_error = NULL;
  gboolean help = FALSE;
  const GOptionEntry help_entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL },
    { NULL }
  };

  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, help_entries, GETTEXT_PACKAGE);
  for (guint i = 0; groups != NULL && groups[i] != NULL; i++)
    g_option_context_add_group (context, groups[i]);

  if (!g_option_context_parse (context, argc, argv, &local_error))
    return sg_cli_fail_usage (error, "%s", local_error->message);

  if (help)
    {
      print_help (context, usage);
      g_set_error_literal (error, SG_CLI_ERROR, SG_CLI_ERROR_HELP, _("The help was printed."));
    }

  return !help;
}

/**
 * sg_cli_dup_library_path:
 *
 * Returns: (transfer full) (type filename): the library that was named, or the player's own
 */
char *
sg_cli_dup_library_path (SgCli *cli)
{
  return cli->library_path != NULL ? g_strdup (cli->library_path) : sg_library_dup_default_path ();
}

/**
 * sg_cli_is_fresh:
 *
 * Whether the player's own library is meant and has not begun: that is as good as an empty one,
 * and is not made by those who only look.  (The backup of the day would be one of nothing.)
 */
gboolean
sg_cli_is_fresh (SgCli *cli)
{
  g_autofree char *path = sg_cli_dup_library_path (cli);

  return cli->library_path == NULL && !g_file_test (path, G_FILE_TEST_EXISTS);
}

/**
 * sg_cli_open_library:
 *
 * Opens the library, where no command has yet.  It has to be there: a slip of the pen is no
 * empty library.
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_cli_open_library (SgCli   *cli,
                     GError **error)
{
  g_autofree char *path = sg_cli_dup_library_path (cli);

  if (cli->library != NULL || g_file_test (path, G_FILE_TEST_EXISTS))
    return sg_cli_make_library (cli, error);

  if (cli->library_path == NULL)
    g_set_error_literal (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                         _("There are no stories yet. “storyglass-cli new SCENARIO” begins one."));
  else
    g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                 _("There is no library “%s”. “storyglass-cli --library FILE new SCENARIO” begins "
                   "one."),
                 path);

  return FALSE;
}

/**
 * sg_cli_make_library:
 *
 * Opens the library, and makes it where there is none.
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_cli_make_library (SgCli   *cli,
                     GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) local_error = NULL;

  if (cli->library != NULL)
    return TRUE;

  path = sg_cli_dup_library_path (cli);
  cli->library = sg_library_open (path, &local_error);
  if (cli->library != NULL)
    return TRUE;

  sg_cli_name_backups (cli, &local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

typedef struct
{
  const char *name;
  gint64      id;
} FindData;

/* A story is named by its id, or `last` for the one that was played last. */
static gboolean
find_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  FindData *find = data;
  g_autoptr (GPtrArray) stories = sg_stories_list (connection, error);
  const SgStoryRow *last = NULL;

  if (stories == NULL)
    return FALSE;

  for (guint i = 0; i < stories->len; i++)
    {
      const SgStoryRow *row = g_ptr_array_index (stories, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, row->id);

      if (g_str_equal (find->name, id) || g_str_equal (find->name, row->uid))
        find->id = row->id;
      if (last == NULL || row->played > last->played)
        last = row;
    }

  if (g_str_equal (find->name, "last") && last != NULL)
    find->id = last->id;

  return TRUE;
}

/**
 * sg_cli_find_story:
 * @name: an id, or `last`
 *
 * Returns: the id of the story, or 0 with an error
 */
gint64
sg_cli_find_story (SgCli      *cli,
                   const char *name,
                   GError    **error)
{
  FindData find = { name, 0 };

  if (!sg_cli_open_library (cli, error)
      || !sg_library_read (cli->library, find_job, &find, error))
    return 0;

  if (find.id == 0)
    g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                 _("There is no story “%s”. “storyglass-cli stories” lists those there are."),
                 name);

  return find.id;
}

void
sg_cli_keep_result_cb (GObject      *object,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/**
 * sg_cli_wait:
 * @result: where sg_cli_keep_result_cb() puts the result
 *
 * Runs the main loop until a result is there.
 *
 * Returns: (transfer full): the result
 */
GAsyncResult *
sg_cli_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (result);
}

/**
 * sg_cli_open_story:
 * @name: an id, or `last`
 *
 * Returns: (transfer full): the story, or %NULL with an error
 */
SgStory *
sg_cli_open_story (SgCli      *cli,
                   const char *name,
                   GError    **error)
{
  gint64 id = sg_cli_find_story (cli, name, error);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  if (id == 0)
    return NULL;

  sg_story_open_async (cli->library, id, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_story_open_finish (result, error);
}

/**
 * sg_cli_print_json:
 * @node: (transfer full): what is to be printed, on a line of its own
 */
void
sg_cli_print_json (JsonNode *node)
{
  g_autoptr (JsonNode) owned = node;
  g_autofree char *text = json_to_string (owned, FALSE);

  puts (text);
  fflush (stdout);
}

/**
 * sg_cli_print_text:
 * @text: text from a model, a scenario or a player
 *
 * Prints text without the control characters that would steer the terminal.
 */
void
sg_cli_print_text (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t' || !g_unichar_iscntrl (c))
        fwrite (p, 1, (size_t) (g_utf8_next_char (p) - p), stdout);
    }
  fflush (stdout);
}

/**
 * sg_cli_dup_time:
 * @time_us: microseconds since the epoch
 *
 * Returns: (transfer full): the time as a person reads it, in the local time zone
 */
char *
sg_cli_dup_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("?");
}
