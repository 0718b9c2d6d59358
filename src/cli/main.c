/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/sg-cli.h"

static const struct
{
  const char  *name;
  SgCliCommand command;
  const char  *usage;
  const char  *help;
} commands[] = {
  { "scenarios", sg_cli_scenarios, "scenarios", N_ ("what can be played") },
  { "new", sg_cli_new, "new SCENARIO [--title T] [--seed N] [--language TAG]",
    N_ ("start a story; prints its id") },
  { "stories", sg_cli_stories, "stories [--json]", N_ ("the stories of the library") },
  { "play", sg_cli_play, "play STORY [--do T | --say T | --story T]…",
    N_ ("play; with no turns given, read them from the terminal") },
  { "turns", sg_cli_turns, "turns STORY [--json]", N_ ("what was told") },
  { "undo", sg_cli_move, "undo STORY", N_ ("go back a turn") },
  { "redo", sg_cli_move, "redo STORY", N_ ("go forward again") },
  { "retry", sg_cli_retry, "retry STORY", N_ ("tell the last turn anew, beside the old one") },
  { "branch", sg_cli_move, "branch STORY TURN", N_ ("start an alternative after a turn") },
  { "goto", sg_cli_move, "goto STORY TURN", N_ ("go to a turn") },
  { "world", sg_cli_world, "world STORY [--at TURN] [--json]", N_ ("what is true") },
  { "characters", sg_cli_characters, "characters --brief TEXT [--count N] [--story S] [--json]",
    N_ ("let a language model make characters, and add them to a story") },
  { "profile", sg_cli_profile, "profile [--story S] [--turn N] [--last N] [--format F]",
    N_ ("where the time went; F is table or json") },
  { "check", sg_cli_check, "check", N_ ("the integrity of the library") },
  { "backups", sg_cli_backups, "backups [--json]", N_ ("the backups of the library") },
  { "restore", sg_cli_restore, "restore BACKUP",
    N_ ("put a backup in the place of the library, which is kept beside it") },
};

static void
print_help (void)
{
  puts (_("Usage: storyglass-cli [--library FILE] COMMAND …"));
  puts ("");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  %s\n      %s\n", commands[i].usage, _(commands[i].help));
  puts ("");
  puts (_("STORY is an id, or “last” for the story that was played last. "
          "“storyglass-cli COMMAND --help” tells more."));
}

static gboolean
run_command (SgCli   *cli,
             int      argc,
             char   **argv,
             GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[0], commands[i].name))
        return commands[i].command (cli, argc, argv, error);
    }

  return sg_cli_fail_usage (error,
                            _("There is no command “%s”. “storyglass-cli --help” lists them."),
                            argv[0]);
}

/* No name at all is mostly a variable that is not set. */
static gboolean
set_library (SgCli      *cli,
             const char *path,
             GError    **error)
{
  if (path == NULL || *path == '\0')
    return sg_cli_fail_usage (error, _("--library needs the name of a file."));

  g_free (cli->library_path);
  cli->library_path = g_strdup (path);

  return TRUE;
}

/* Reads what stands before the command; returns the place of the command, or -1 where there is
 * nothing more to do. */
static int
read_globals (SgCli   *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  int i;

  for (i = 1; i < argc && argv[i][0] == '-'; i++)
    {
      if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h"))
        {
          print_help ();
          return -1;
        }
      else if (g_str_equal (argv[i], "--version"))
        {
          puts ("storyglass-cli " PACKAGE_VERSION);
          return -1;
        }
      else if (g_str_has_prefix (argv[i], "--library="))
        {
          if (!set_library (cli, argv[i] + strlen ("--library="), error))
            return -1;
        }
      else if (g_str_equal (argv[i], "--library"))
        {
          if (!set_library (cli, argv[++i], error))
            return -1;
        }
      else
        {
          sg_cli_fail_usage (error, _("“%s” is not understood. “storyglass-cli --help” tells more."),
                             argv[i]);
          return -1;
        }
    }

  if (i >= argc)
    {
      sg_cli_fail_usage (error, _("What is to be done? “storyglass-cli --help” lists the commands."));
      return -1;
    }

  return i;
}

/* Errors are one plain line on standard error. */
static int
report (const GError *error)
{
  g_autofree char *line = g_strdup (error->message);

  if (g_error_matches (error, SG_CLI_ERROR, SG_CLI_ERROR_HELP))
    return SG_CLI_DONE;

  g_strdelimit (line, "\n\r", ' ');
  fprintf (stderr, "storyglass-cli: %s\n", line);

  return error->domain == SG_CLI_ERROR ? SG_CLI_USAGE : SG_CLI_FAILED;
}

/* What the library has to say, such as that no backup could be made, is said like all else; what is
 * for programmers stays as it is. */
static GLogWriterOutput
log_cb (GLogLevelFlags   level,
        const GLogField *fields,
        gsize            n_fields,
        gpointer         user_data)
{
  for (gsize i = 0; level == G_LOG_LEVEL_MESSAGE && i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        {
          fprintf (stderr, "storyglass-cli: %s\n", (const char *) fields[i].value);
          return G_LOG_WRITER_HANDLED;
        }
    }

  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* A script that asked for something and did not get it, as when the disk is full, has to know. */
static int
end_output (int status)
{
  gboolean written = fflush (stdout) == 0 && !ferror (stdout);

  if (written || status != SG_CLI_DONE)
    return status;

  fprintf (stderr, "storyglass-cli: %s\n", _("What was to be printed could not be written."));

  return SG_CLI_FAILED;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  SgCli cli = { 0 };
  int status = SG_CLI_DONE;
  int first;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("storyglass-cli");
  g_set_application_name ("Storyglass");
  g_log_set_writer_func (log_cb, NULL, NULL);

  first = read_globals (&cli, argc, argv, &error);
  if (first > 0)
    run_command (&cli, argc - first, argv + first, &error);
  if (error != NULL)
    status = report (error);

  if (cli.library != NULL)
    sg_library_close (cli.library);
  g_clear_object (&cli.library);
  g_free (cli.library_path);

  return end_output (status);
}
