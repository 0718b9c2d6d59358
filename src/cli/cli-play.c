/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Playing on the terminal: turns that were given as options, one after the other, or
 * what is typed, a turn a line.
 */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "cli/sg-cli-events.h"
#include "cli/sg-cli-model.h"

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
  g_autoptr (GOptionContext) context = g_option_context_new ("STORY");
  g_autoptr (GError) local_error = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print each event as JSON"), NULL },
    { NULL }
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_group (context, make_turns_group (options));
  g_option_context_add_group (context, sg_cli_model_get_group (&options->model));

  if (!g_option_context_parse (context, argc, argv, &local_error))
    return sg_cli_fail_usage (error, "%s", local_error->message);
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
static gboolean
wait_for_turn (SgSession *session,
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

/* A player's Ctrl+C stops the turn; its words are kept as the draft. */
static gboolean
interrupted_cb (gpointer user_data)
{
  SgSession *session = user_data;

  if (sg_session_get_busy (session))
    sg_session_stop (session);
  else
    {
      printf ("\n");
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
      if (!wait_for_turn (session, error))
        return FALSE;
    }

  return TRUE;
}

static void
print_draft (SgStory *story)
{
  const SgDraftRow *draft = sg_story_get_draft (story);

  if (draft == NULL)
    return;

  printf ("%s\n> ", _("A half-told turn was kept:"));
  sg_cli_print_text (draft->input);
  printf ("\n\n");
  sg_cli_print_text (draft->text);
  printf ("\n\n%s\n\n", _("/continue tells it on, /keep takes it as it is, /discard drops it."));
}

/* Shows where the story is: the last turn. */
static gboolean
print_last_turn (SgStory *story,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  GAsyncResult *kept = NULL;
  gint64 depth = sg_story_get_depth (story);

  sg_story_load_turns_async (story, depth, depth, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);
  turns = sg_story_load_turns_finish (story, result, error);
  if (turns == NULL)
    return FALSE;

  if (turns->len > 0)
    {
      const SgTurnRow *row = g_ptr_array_index (turns, 0);

      sg_cli_print_text (row->text);
      printf ("\n\n");
    }
  print_draft (story);

  return TRUE;
}

typedef void (*StoryMove) (SgStory             *story,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

static gboolean
move_story (SgStory  *story,
            StoryMove move,
            GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (story, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_story_move_finish (story, result, error) && print_last_turn (story, error);
}

typedef void (*DraftMove) (SgSession           *session,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

static gboolean
end_draft (SgSession *session,
           DraftMove  move,
           GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (session, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_session_draft_finish (session, result, error)
         && print_last_turn (sg_session_get_story (session), error);
}

/* What is left of a turn that broke off, for those who can still do something about it. */
static void
print_failure (SgSession    *session,
               const GError *error)
{
  const SgDraftRow *draft = sg_story_get_draft (sg_session_get_story (session));

  g_printerr ("%s\n\n", error->message);
  if (draft != NULL && draft->text != NULL && *draft->text != '\0')
    printf ("%s\n\n", _("The words so far are kept. /continue tells them on, /discard drops them; if you "
                         "play on, they stay as they are."));
}

static const char prompt_help[] = N_ (
  "Type what your character does, a turn a line. In quotes it is said: \"Good morning\". "
  "A number takes one of the choices. /story T says what happens next; /undo, /redo, /retry, "
  "/continue, /keep, /discard, /quit. Ctrl+C stops a turn.");

/* Runs a command of the prompt; sets @quit where the player has had enough. */
static gboolean
run_prompt_command (SgSession  *session,
                    const char *line,
                    gboolean   *quit,
                    GError    **error)
{
  SgStory *story = sg_session_get_story (session);

  if (g_str_equal (line, "/quit") || g_str_equal (line, "/exit"))
    {
      *quit = TRUE;
      return TRUE;
    }
  if (g_str_equal (line, "/undo"))
    return move_story (story, sg_story_undo_async, error);
  if (g_str_equal (line, "/redo"))
    return move_story (story, sg_story_redo_async, error);
  if (g_str_equal (line, "/retry"))
    return sg_session_retry (session, error) && wait_for_turn (session, error);
  if (g_str_equal (line, "/continue"))
    return sg_session_continue_draft (session, error) && wait_for_turn (session, error);
  if (g_str_equal (line, "/keep"))
    return end_draft (session, sg_session_keep_draft_async, error);
  if (g_str_equal (line, "/discard"))
    return end_draft (session, sg_session_discard_draft_async, error);
  if (g_str_has_prefix (line, "/story "))
    {
      sg_session_submit (session, SG_INPUT_STORY, line + strlen ("/story "), 0);
      return wait_for_turn (session, error);
    }
  if (g_str_has_prefix (line, "/say "))
    {
      sg_session_submit (session, SG_INPUT_SAY, line + strlen ("/say "), 0);
      return wait_for_turn (session, error);
    }

  printf ("%s\n\n", _(prompt_help));

  return TRUE;
}

/* The choice that a number stands for. */
static const char *
find_choice (SgSession  *session,
             const char *line)
{
  SgTurnRun *run = sg_session_get_run (session);
  const char *const *choices = run != NULL ? sg_turn_run_get_choices (run) : NULL;
  guint64 number;

  if (choices == NULL
      || !g_ascii_string_to_unsigned (line, 10, 1, g_strv_length ((char **) choices), &number, NULL))
    return NULL;

  return choices[number - 1];
}

static gboolean
play_line (SgSession  *session,
           const char *line,
           gboolean   *quit,
           GError    **error)
{
  gsize length = strlen (line);
  const char *choice;

  if (*line == '/')
    return run_prompt_command (session, line, quit, error);

  choice = find_choice (session, line);
  if (choice != NULL)
    {
      sg_session_submit (session, SG_INPUT_DO, choice, 0);
    }
  else if (length > 1 && line[0] == '"' && line[length - 1] == '"')
    {
      g_autofree char *words = g_strndup (line + 1, length - 2);

      sg_session_submit (session, SG_INPUT_SAY, words, 0);
    }
  else
    {
      sg_session_submit (session, *line != '\0' ? SG_INPUT_DO : SG_INPUT_CONTINUE, line, 0);
    }

  return wait_for_turn (session, error);
}

static char *
read_line (GDataInputStream *input,
           GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  char *line;

  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, sg_cli_keep_result_cb,
                                       &kept);
  result = sg_cli_wait (&kept);
  line = g_data_input_stream_read_line_finish_utf8 (input, result, NULL, error);

  return line != NULL ? g_strstrip (line) : NULL;
}

/* A turn that fails is told of and does not end the evening; without a terminal it does. */
static gboolean
play_prompt (SgSession *session,
             GError   **error)
{
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (stdin_stream);
  gboolean terminal = isatty (STDIN_FILENO);
  gboolean quit = FALSE;

  if (!print_last_turn (sg_session_get_story (session), error))
    return FALSE;
  if (terminal)
    printf ("%s\n\n", _(prompt_help));

  while (!quit)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *line = NULL;

      if (terminal)
        fputs ("> ", stdout);
      fflush (stdout);

      line = read_line (input, &local_error);
      if (line == NULL && local_error == NULL)
        break;
      if (line != NULL && (terminal || *line != '\0'))
        play_line (session, line, &quit, &local_error);

      if (local_error != NULL && !terminal)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (local_error != NULL)
        print_failure (session, local_error);
    }

  return TRUE;
}

static SgSession *
open_session (SgCli      *cli,
              const char *name,
              SgCliModel *options,
              GError    **error)
{
  g_autoptr (SgModel) model = sg_cli_model_make (options, error);
  g_autoptr (SgEngineSettings) settings = NULL;
  g_autoptr (SgStory) story = NULL;

  if (model != NULL)
    settings = sg_cli_model_make_settings (options, error);
  if (settings != NULL)
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
                              : play_prompt (session, error);
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

  if (!sg_cli_parse ("retry STORY", entries, sg_cli_model_get_group (&model), &argc, &argv,
                     error))
    return FALSE;
  if (argc != 2)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), "retry STORY [--json]");

  session = open_session (cli, argv[1], &model, error);
  if (session == NULL)
    return FALSE;

  sg_cli_events_attach (session, json);

  return sg_session_retry (session, error) && wait_for_turn (session, error);
}
