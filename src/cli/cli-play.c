/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Playing on the terminal: turns that were given as options, one after the other.  What is
 * typed, a turn a line, is in cli-prompt.c.
 */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "cli/sg-cli-events.h"
#include "cli/sg-cli-model.h"
#include "cli/sg-cli-play.h"

typedef struct
{
  SgInputMode  mode;
  char        *text;
} Turn;

/* What the options of play are read into. */
typedef struct
{
  SgCliModel  model;
  GPtrArray  *turns;
  gboolean    json;
} PlayOptions;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_free (turn->text);
  g_free (turn);
}

static void
play_options_clear (PlayOptions *options)
{
  sg_cli_model_clear (&options->model);
  g_clear_pointer (&options->turns, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlayOptions, play_options_clear)

static gboolean
add_turn_cb (const char *option,
             const char *value,
             gpointer    data,
             GError    **error)
{
  PlayOptions *options = data;
  Turn *turn = g_new0 (Turn, 1);

  if (g_str_has_suffix (option, "say"))
    turn->mode = SG_INPUT_SAY;
  else if (g_str_has_suffix (option, "story"))
    turn->mode = SG_INPUT_STORY;
  turn->text = g_strdup (value);
  g_ptr_array_add (options->turns, turn);

  return TRUE;
}

/* The callbacks of option groups get the data of their group. */
static GOptionGroup *
make_turns_group (PlayOptions *options)
{
  const GOptionEntry entries[] = {
    { "do", 0, 0, G_OPTION_ARG_CALLBACK, add_turn_cb, N_ ("What your character does"), "T" },
    { "say", 0, 0, G_OPTION_ARG_CALLBACK, add_turn_cb, N_ ("What your character says"), "T" },
    { "story", 0, 0, G_OPTION_ARG_CALLBACK, add_turn_cb, N_ ("What happens next"), "T" },
    { NULL }
  };
  GOptionGroup *group = g_option_group_new ("turns", _("Turns to play, in order"),
                                            _("Show the options for turns"), options, NULL);

  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_group_add_entries (group, entries);

  return group;
}

static gboolean
parse_play (PlayOptions *options,
            int         *argc,
            char      ***argv,
            GError     **error)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print each event as JSON"), NULL },
    { NULL }
  };
  GOptionGroup *groups[] = {
    make_turns_group (options), sg_cli_model_get_group (&options->model), NULL
  };

  if (!sg_cli_parse ("play STORY", entries, groups, argc, argv, error))
    return FALSE;
  if (*argc != 2)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"),
                              "play STORY [--do T | --say T | --story T]… [--json]");

  return TRUE;
}

static void
failed_cb (SgSession    *session,
           const GError *error,
           GError      **kept)
{
  if (*kept == NULL)
    *kept = g_error_copy (error);
}

/* Runs the main loop until no turn runs and none waits. */
gboolean
sg_cli_wait_for_turn (SgSession *session,
                      GError   **error)
{
  GError *not_begun = NULL;
  gulong handler = g_signal_connect (session, "failed", G_CALLBACK (failed_cb), &not_begun);
  SgTurnRun *run;
  const GError *failure;

  while (sg_session_get_busy (session))
    g_main_context_iteration (NULL, TRUE);

  g_signal_handler_disconnect (session, handler);
  if (not_begun != NULL)
    {
      g_propagate_error (error, not_begun);
      return FALSE;
    }

  run = sg_session_get_run (session);
  if (run == NULL || sg_turn_run_get_stage (run) == SG_STAGE_DONE)
    return TRUE;

  failure = sg_turn_run_get_error (run);
  if (failure != NULL)
    g_propagate_error (error, g_error_copy (failure));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The turn was stopped."));

  return FALSE;
}

/* Whoever waits for the terminal does not wait for ever: what is left then is done the next time. */
#define AFTER_PATIENCE_S 120

static gboolean
out_of_patience_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until what the turns left to do is done, as far as that can be done now. */
static void
wait_for_after (SgSession *session)
{
  SgAfter *after = sg_session_get_after (session);
  gboolean tired = FALSE;
  guint timeout = g_timeout_add_seconds (AFTER_PATIENCE_S, out_of_patience_cb, &tired);

  while (!tired && !sg_after_get_idle (after))
    g_main_context_iteration (NULL, TRUE);
  if (!tired)
    g_source_remove (timeout);
}

/* A player's Ctrl+C stops the turn; its words are kept as the draft. */
static gboolean
interrupted_cb (gpointer user_data)
{
  SgSession *session = user_data;

  if (sg_session_get_busy (session))
    sg_session_stop (session);
  else
    {
      /* The terminal goes on below the line that the player was on. */
      g_printerr ("\n");
      _exit (SG_CLI_DONE);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
play_turns (SgSession *session,
            GPtrArray *turns,
            GError   **error)
{
  for (guint i = 0; i < turns->len; i++)
    {
      const Turn *turn = g_ptr_array_index (turns, i);

      sg_session_submit (session, turn->mode, turn->text, 0);
      if (!sg_cli_wait_for_turn (session, error))
        return FALSE;
    }

  return TRUE;
}

static SgSession *
open_session (SgCli      *cli,
              const char *name,
              SgCliModel *options,
              GError    **error)
{
  g_autoptr (SgEngineSettings) settings = sg_cli_model_make_settings (options, error);
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SgStory) story = NULL;

  if (settings != NULL)
    model = sg_cli_model_make (options, settings, error);
  if (model != NULL)
    story = sg_cli_open_story (cli, name, error);

  return story != NULL ? sg_session_new (story, model, settings) : NULL;
}

/* Reading pace only where somebody reads. */
#define TERMINAL_PACE 14

gboolean
sg_cli_play (SgCli   *cli,
             int      argc,
             char   **argv,
             GError **error)
{
  g_auto (PlayOptions) options = { 0 };
  g_autoptr (SgSession) session = NULL;
  gboolean ok;
  guint interrupt;

  options.turns = g_ptr_array_new_with_free_func (turn_free);
  options.model.pace = isatty (STDOUT_FILENO) ? TERMINAL_PACE : 0;
  if (!parse_play (&options, &argc, &argv, error))
    return FALSE;

  session = open_session (cli, argv[1], &options.model, error);
  if (session == NULL)
    return FALSE;

  sg_cli_events_attach (session, options.json);
  interrupt = g_unix_signal_add (SIGINT, interrupted_cb, session);
  ok = options.turns->len > 0 ? play_turns (session, options.turns, error)
                              : sg_cli_play_prompt (session, options.json, error);
  /* A player who leaves need not wait. */
  if (ok && (options.turns->len > 0 || !isatty (STDIN_FILENO)))
    wait_for_after (session);
  g_source_remove (interrupt);

  return ok;
}

gboolean
sg_cli_retry (SgCli   *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (SgCliModel) model = { 0 };
  g_autoptr (SgSession) session = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print each event as JSON"), NULL },
    { NULL }
  };
  GOptionGroup *groups[] = { sg_cli_model_get_group (&model), NULL };

  if (!sg_cli_parse ("retry STORY", entries, groups, &argc, &argv, error))
    return FALSE;
  if (argc != 2)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), "retry STORY [--json]");

  session = open_session (cli, argv[1], &model, error);
  if (session == NULL)
    return FALSE;

  sg_cli_events_attach (session, json);

  if (!sg_session_retry (session, error) || !sg_cli_wait_for_turn (session, error))
    return FALSE;

  wait_for_after (session);

  return TRUE;
}
