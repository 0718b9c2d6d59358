/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters from a brief: printed, or added to a story as a turn. */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "cli/sg-cli-model.h"
#include "engine/sg-session.h"
#include "tools/sg-character-sheet.h"

typedef struct
{
  SgCliModel  model;
  char       *story;
  char       *brief;
  int         count;
  gboolean    json;

  /* What was said last of what the server makes one wait for. */
  char       *waiting;
} Options;

static void
options_clear (Options *options)
{
  sg_cli_model_clear (&options->model);
  g_clear_pointer (&options->story, g_free);
  g_clear_pointer (&options->brief, g_free);
  g_clear_pointer (&options->waiting, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options  *options,
       int      *argc,
       char   ***argv,
       GError  **error)
{
  const char *usage = "characters --brief TEXT [--count N] [--story S] [--json] --server URL --model M";
  const GOptionEntry entries[] = {
    { "brief", 0, 0, G_OPTION_ARG_STRING, &options->brief, N_ ("What they are to be like"), "TEXT" },
    { "count", 0, 0, G_OPTION_ARG_INT, &options->count, N_ ("How many"), "N" },
    { "story", 0, 0, G_OPTION_ARG_STRING, &options->story,
      N_ ("The story that they enter; without one they are only printed"), "S" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print each as JSON"), NULL },
    { NULL }
  };
  GOptionGroup *groups[] = { sg_cli_model_get_group (&options->model), NULL };

  if (!sg_cli_parse ("characters", entries, groups, argc, argv, error))
    return FALSE;
  if (*argc != 1 || options->brief == NULL || *options->brief == '\0')
    return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), usage);
  if (options->count < 1 || options->count > SG_FORGE_MAX)
    return sg_cli_fail_usage (error, _("There can be from 1 to %d characters."), SG_FORGE_MAX);
  if (options->model.server == NULL)
    return sg_cli_fail_usage (error, _("Characters are made by a language model: say which with --server "
                                       "and --model."));

  return TRUE;
}

/* Each is printed as soon as it is done. */
static void
changed_cb (SgCharacterForge *forge,
            guint             position,
            gpointer          user_data)
{
  const Options *options = user_data;
  const SgForged *forged = sg_character_forge_get (forge, position);

  if (forged->state == SG_FORGE_DONE && options->json)
    {
      sg_cli_print_json (json_node_init_object (json_node_alloc (), forged->sheet));
    }
  else if (forged->state == SG_FORGE_DONE)
    {
      g_autofree char *text = sg_character_sheet_dup_text (forged->sheet);

      sg_cli_print_text (text);
      sg_cli_print_text ("\n\n");
    }
}

static void
say (const char *sentence)
{
  g_printerr ("%s\n", sentence);
}

/* What the server makes one wait for, each time that it is something else. */
static void
asker_changed_cb (SgAsker *asker,
                  Options *options)
{
  const char *waiting = sg_asker_get_waiting (asker);

  if (g_strcmp0 (waiting, options->waiting) == 0)
    return;

  g_free (options->waiting);
  options->waiting = g_strdup (waiting);
  if (waiting != NULL)
    say (waiting);
}

static void
warned_cb (SgAsker    *asker,
           const char *message)
{
  say (message);
}

/* Outside of a story. */
static SgCharacterForge *
make_forge (Options  *options,
            SgModel  *model,
            SgEngineSettings *settings)
{
  g_autoptr (SgTrace) trace = sg_trace_new ();
  g_autoptr (SgAsker) asker = sg_asker_new (model, trace, 0);
  SgCharacterForge *forge = sg_character_forge_new (asker, options->brief, (guint) options->count);

  sg_engine_settings_apply_budgets (settings, asker);
  sg_character_forge_set_at_once (forge, sg_asker_get_characters_at_once (asker));

  return forge;
}

static gboolean
add_to_story (SgCharacterForge  *forge,
              SgSession         *session,
              GError           **error)
{
  g_autoptr (GPtrArray) sheets = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  for (guint i = 0; i < sg_character_forge_get_count (forge); i++)
    {
      const SgForged *forged = sg_character_forge_get (forge, i);

      if (forged->state == SG_FORGE_DONE)
        g_ptr_array_add (sheets, forged->sheet);
    }

  sg_session_add_characters_async (session, sheets, NULL, sg_cli_keep_result_cb, &waiting);
  result = sg_cli_wait (&waiting);

  return sg_session_add_characters_finish (session, result, error);
}

static gboolean
run (Options           *options,
     SgCharacterForge  *forge,
     SgSession         *session,
     GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  SgAsker *asker = sg_character_forge_get_asker (forge);
  GAsyncResult *waiting = NULL;
  const char *why = NULL;
  guint n_missing;

  g_signal_connect (forge, "changed", G_CALLBACK (changed_cb), options);
  g_signal_connect (asker, "changed", G_CALLBACK (asker_changed_cb), options);
  g_signal_connect (asker, "warning", G_CALLBACK (warned_cb), NULL);
  sg_character_forge_run_async (forge, NULL, sg_cli_keep_result_cb, &waiting);
  result = sg_cli_wait (&waiting);
  if (!sg_character_forge_run_finish (forge, result, error)
      || (session != NULL && !add_to_story (forge, session, error)))
    return FALSE;

  n_missing = sg_character_forge_get_count (forge) - sg_character_forge_get_n_done (forge);
  if (n_missing == 0)
    return TRUE;

  for (guint i = 0; why == NULL; i++)
    why = sg_character_forge_get (forge, i)->error;
  /* Translators: two numbers, and why */
  g_set_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED,
               _("%u of %u characters could not be made: %s"), n_missing,
               sg_character_forge_get_count (forge), why);

  return FALSE;
}

gboolean
sg_cli_characters (SgCli   *cli,
                   int      argc,
                   char   **argv,
                   GError **error)
{
  g_auto (Options) options = { .count = 1 };
  g_autoptr (SgEngineSettings) settings = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SgStory) story = NULL;
  g_autoptr (SgSession) session = NULL;
  g_autoptr (SgCharacterForge) forge = NULL;

  if (!parse (&options, &argc, &argv, error))
    return FALSE;

  settings = sg_cli_model_make_settings (&options.model, error);
  if (settings != NULL)
    model = sg_cli_model_make (&options.model, settings, error);
  if (model == NULL)
    return FALSE;

  if (options.story == NULL)
    {
      forge = make_forge (&options, model, settings);
      return run (&options, forge, NULL, error);
    }

  story = sg_cli_open_story (cli, options.story, error);
  if (story == NULL)
    return FALSE;

  session = sg_session_new (story, model, settings);
  forge = sg_session_forge_characters (session, options.brief, (guint) options.count, error);

  return forge != NULL && run (&options, forge, session, error);
}
