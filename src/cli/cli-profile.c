/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the time of the turns went, read back from the library. */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "profile/sg-export.h"
#include "store/sg-tables.h"
#include "world/sg-trace-rows.h"

#define DEFAULT_LAST 10

typedef struct
{
  gint64     story;
  gint64     turn;
  int        last;
  GPtrArray *turns;
} ProfileData;

static gboolean
add_turn (SgConnection    *connection,
          const SgTurnRow *row,
          GPtrArray       *turns,
          GError         **error)
{
  g_autoptr (GPtrArray) spans = sg_spans_list (connection, row->id, error);
  g_autoptr (SgTrace) trace = NULL;
  SgExportTurn *turn;

  if (spans == NULL)
    return FALSE;

  /* The opening was not told by a model, and has no spans. */
  if (spans->len == 0)
    return TRUE;

  trace = sg_trace_new_from_rows (spans);
  turn = sg_export_turn_new (row->id, row->depth, row->input, trace);
  turn->settings = g_strdup (row->settings);
  g_ptr_array_add (turns, turn);

  return TRUE;
}

static gboolean
add_last_turns (SgConnection *connection,
                ProfileData  *profile,
                GError      **error)
{
  g_autoptr (SgStoryRow) story = sg_stories_get (connection, profile->story, error);
  g_autoptr (SgPath) path = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (story == NULL)
    return FALSE;

  path = sg_branches_load_path (connection, story->branch, story->depth, error);
  if (path == NULL)
    return FALSE;

  rows = sg_turns_list (connection, path, MAX (0, path->depth - profile->last + 1), path->depth,
                        error);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      if (!add_turn (connection, g_ptr_array_index (rows, i), profile->turns, error))
        return FALSE;
    }

  return rows != NULL;
}

static gboolean
profile_job (SgConnection *connection,
             gpointer      data,
             GCancellable *cancellable,
             GError      **error)
{
  ProfileData *profile = data;
  g_autoptr (SgTurnRow) row = NULL;

  profile->turns = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_export_turn_free);
  if (profile->turn == 0)
    return add_last_turns (connection, profile, error);

  row = sg_turns_get (connection, profile->turn, error);
  if (row != NULL && profile->story != 0 && row->story != profile->story)
    {
      g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                   _("Turn %" G_GINT64_FORMAT " belongs to another story."), profile->turn);
      return FALSE;
    }

  return row != NULL && add_turn (connection, row, profile->turns, error);
}

gboolean
sg_cli_profile (SgCli   *cli,
                int      argc,
                char   **argv,
                GError **error)
{
  ProfileData profile = { .last = DEFAULT_LAST };
  SgExportFormat format = SG_EXPORT_TABLE;
  g_autofree char *story = NULL;
  g_autofree char *format_name = NULL;
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = {
    { "story", 0, 0, G_OPTION_ARG_STRING, &story, N_ ("The story; the last one played if missing"),
      "STORY" },
    { "turn", 0, 0, G_OPTION_ARG_INT64, &profile.turn, N_ ("One turn"), "TURN" },
    { "last", 0, 0, G_OPTION_ARG_INT, &profile.last, N_ ("How many of the last turns"), "N" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name, N_ ("table or json"), "F" },
    { NULL }
  };

  if (!sg_cli_parse ("profile", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 1 || profile.last < 1 || profile.turn < 0)
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"),
                              "profile [--story S] [--turn N] [--last N] [--format table|json]");
  if (format_name != NULL && !sg_export_format_from_string (format_name, &format))
    return sg_cli_fail_usage (error, _("There is no format “%s”. There are table and json."),
                              format_name);

  if (!sg_cli_open_library (cli, error))
    return FALSE;

  /* A turn tells by itself which story it is of. */
  if (profile.turn == 0 || story != NULL)
    {
      profile.story = sg_cli_find_story (cli, story != NULL ? story : "last", error);
      if (profile.story == 0)
        return FALSE;
    }

  if (sg_library_read (cli->library, profile_job, &profile, error))
    {
      text = sg_export_turns (profile.turns, format, 0);
      if (format == SG_EXPORT_TABLE)
        sg_cli_print_text (text);
      else
        puts (text);
    }
  g_clear_pointer (&profile.turns, g_ptr_array_unref);

  return text != NULL;
}
