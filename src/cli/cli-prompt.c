/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Playing at a prompt: what is typed is told, a turn a line; lines that begin with a slash are
 * commands.
 */

#include "config.h"

#include "cli/sg-cli-play.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>

#include "cli/sg-cli.h"

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
    return sg_session_retry (session, error) && sg_cli_wait_for_turn (session, error);
  if (g_str_equal (line, "/continue"))
    return sg_session_continue_draft (session, error) && sg_cli_wait_for_turn (session, error);
  if (g_str_equal (line, "/keep"))
    return end_draft (session, sg_session_keep_draft_async, error);
  if (g_str_equal (line, "/discard"))
    return end_draft (session, sg_session_discard_draft_async, error);
  if (g_str_has_prefix (line, "/story "))
    {
      sg_session_submit (session, SG_INPUT_STORY, line + strlen ("/story "), 0);
      return sg_cli_wait_for_turn (session, error);
    }
  if (g_str_has_prefix (line, "/say "))
    {
      sg_session_submit (session, SG_INPUT_SAY, line + strlen ("/say "), 0);
      return sg_cli_wait_for_turn (session, error);
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

  return sg_cli_wait_for_turn (session, error);
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
gboolean
sg_cli_play_prompt (SgSession *session,
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
