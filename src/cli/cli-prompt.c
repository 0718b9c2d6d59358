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
#include "cli/sg-cli-events.h"
#include "world/sg-choices.h"

typedef struct
{
  SgSession *session;
  gboolean   json;
  gboolean   terminal;
  gboolean   quit;
} Prompt;

/* What is for the player and no part of the story: with --json nothing but objects goes to standard
 * output. */
static void
say (Prompt     *prompt,
     const char *text)
{
  fprintf (prompt->json ? stderr : stdout, "%s\n\n", text);
  fflush (prompt->json ? stderr : stdout);
}

static void
print_draft (const SgDraftRow *draft)
{
  printf ("%s\n> ", _("A half-told turn was kept:"));
  sg_cli_print_text (draft->input);
  printf ("\n\n");
  sg_cli_print_text (draft->text);
  printf ("\n\n%s\n\n", _("/continue tells it on, /keep takes it as it is, /discard drops it."));
}

/* Returns (element-type SgTurnRow): the turn at the head, or none where nothing was told yet. */
static GPtrArray *
load_head (SgStory *story,
           GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  gint64 depth = sg_story_get_depth (story);

  sg_story_load_turns_async (story, depth, depth, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_story_load_turns_finish (story, result, error);
}

/* Shows where the story is: the turn at its head with its choices, or what was half told after it,
 * which the choices are no longer for. */
static gboolean
print_head (Prompt  *prompt,
            GError **error)
{
  SgStory *story = sg_session_get_story (prompt->session);
  const SgDraftRow *draft = sg_story_get_draft (story);
  g_autoptr (GPtrArray) turns = NULL;

  if (prompt->json)
    return TRUE;

  turns = load_head (story, error);
  if (turns == NULL)
    return FALSE;

  if (turns->len > 0)
    {
      const SgTurnRow *row = g_ptr_array_index (turns, 0);
      g_auto (GStrv) choices = sg_choices_from_json (row->choices);

      sg_cli_print_text (row->text);
      printf ("\n\n");
      if (draft == NULL)
        sg_cli_print_choices ((const char *const *) choices);
    }
  if (draft != NULL)
    print_draft (draft);

  return TRUE;
}

typedef void (*StoryMove) (SgStory             *story,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

static gboolean
move_story (Prompt   *prompt,
            StoryMove move,
            GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  SgStory *story = sg_session_get_story (prompt->session);

  move (story, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_story_move_finish (story, result, error) && print_head (prompt, error);
}

typedef void (*DraftMove) (SgSession           *session,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

static gboolean
end_draft (Prompt   *prompt,
           DraftMove move,
           GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  move (prompt->session, NULL, sg_cli_keep_result_cb, &kept);
  result = sg_cli_wait (&kept);

  return sg_session_draft_finish (prompt->session, result, error) && print_head (prompt, error);
}

/* What is left of a turn that broke off, for those who can still do something about it. */
static void
print_failure (Prompt       *prompt,
               const GError *error)
{
  const SgDraftRow *draft = sg_story_get_draft (sg_session_get_story (prompt->session));

  g_printerr ("%s\n\n", error->message);
  if (draft != NULL && draft->text != NULL && *draft->text != '\0')
    say (prompt, _("The words so far are kept. /continue tells them on, /discard drops them; if you "
                   "play on, they stay as they are."));
}

static const char prompt_help[] = N_ (
  "Type what your character does, a turn a line. In quotes it is said: \"Good morning\". "
  "A number takes one of the choices. /story T says what happens next; /undo, /redo, /retry, "
  "/continue, /keep, /discard, /quit. Ctrl+C stops a turn.");

/* Runs a command of the prompt. */
static gboolean
run_prompt_command (Prompt     *prompt,
                    const char *line,
                    GError    **error)
{
  SgSession *session = prompt->session;

  if (g_str_equal (line, "/quit") || g_str_equal (line, "/exit"))
    {
      prompt->quit = TRUE;
      return TRUE;
    }
  if (g_str_equal (line, "/undo"))
    return move_story (prompt, sg_story_undo_async, error);
  if (g_str_equal (line, "/redo"))
    return move_story (prompt, sg_story_redo_async, error);
  if (g_str_equal (line, "/retry"))
    return sg_session_retry (session, error) && sg_cli_wait_for_turn (session, error);
  if (g_str_equal (line, "/continue"))
    return sg_session_continue_draft (session, error) && sg_cli_wait_for_turn (session, error);
  if (g_str_equal (line, "/keep"))
    return end_draft (prompt, sg_session_keep_draft_async, error);
  if (g_str_equal (line, "/discard"))
    return end_draft (prompt, sg_session_discard_draft_async, error);
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

  say (prompt, _(prompt_help));

  return TRUE;
}

/* The choice of the turn at the head that a number stands for: after an undo, a redo and a retry as
 * well.  NULL where the line is no number of a choice; it is told then as it is. */
static char *
dup_choice (Prompt     *prompt,
            const char *line)
{
  SgStory *story = sg_session_get_story (prompt->session);
  g_autoptr (GPtrArray) turns = NULL;
  g_auto (GStrv) choices = NULL;
  guint64 number;

  if (!g_ascii_string_to_unsigned (line, 10, 1, G_MAXUINT, &number, NULL)
      || sg_story_get_draft (story) != NULL)
    return NULL;

  turns = load_head (story, NULL);
  if (turns == NULL || turns->len == 0)
    return NULL;

  choices = sg_choices_from_json (((const SgTurnRow *) g_ptr_array_index (turns, 0))->choices);

  return number <= g_strv_length (choices) ? g_strdup (choices[number - 1]) : NULL;
}

static gboolean
play_line (Prompt     *prompt,
           const char *line,
           GError    **error)
{
  gsize length = strlen (line);
  g_autofree char *choice = NULL;

  if (*line == '/')
    return run_prompt_command (prompt, line, error);

  choice = dup_choice (prompt, line);
  if (choice != NULL)
    {
      sg_session_submit (prompt->session, SG_INPUT_DO, choice, 0);
    }
  else if (length > 1 && line[0] == '"' && line[length - 1] == '"')
    {
      g_autofree char *words = g_strndup (line + 1, length - 2);

      sg_session_submit (prompt->session, SG_INPUT_SAY, words, 0);
    }
  else
    {
      sg_session_submit (prompt->session, *line != '\0' ? SG_INPUT_DO : SG_INPUT_CONTINUE, line, 0);
    }

  return sg_cli_wait_for_turn (prompt->session, error);
}

/* Bytes that are no text become replacement characters: a slip in one line does not cost those that
 * follow. */
static char *
read_line (GDataInputStream *input,
           GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  g_autofree char *bytes = NULL;
  gsize length = 0;

  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, sg_cli_keep_result_cb,
                                       &kept);
  result = sg_cli_wait (&kept);
  bytes = g_data_input_stream_read_line_finish (input, result, &length, error);

  return bytes != NULL ? g_strstrip (g_utf8_make_valid (bytes, (gssize) length)) : NULL;
}

static void
print_prompt (Prompt *prompt)
{
  if (prompt->terminal)
    fputs ("> ", prompt->json ? stderr : stdout);
  fflush (stdout);
}

/* A turn that fails is told of and does not end the evening; without a terminal it does. */
gboolean
sg_cli_play_prompt (SgSession *session,
                    gboolean   json,
                    GError   **error)
{
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (stdin_stream);
  Prompt prompt = { session, json, isatty (STDIN_FILENO), FALSE };

  if (!print_head (&prompt, error))
    return FALSE;
  if (prompt.terminal)
    say (&prompt, _(prompt_help));

  while (!prompt.quit)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *line = NULL;

      print_prompt (&prompt);
      line = read_line (input, &local_error);
      if (line == NULL && local_error == NULL)
        break;
      if (line != NULL && (prompt.terminal || *line != '\0'))
        play_line (&prompt, line, &local_error);

      if (local_error != NULL && !prompt.terminal)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (local_error != NULL)
        print_failure (&prompt, local_error);
    }

  return TRUE;
}
