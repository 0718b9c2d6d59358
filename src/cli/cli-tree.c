/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tree of a story: what was told, what is true, and the moves of the head. */

#include "config.h"

#include "cli/sg-cli.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"
#include "world/sg-story-private.h"

static gboolean
fail_arguments (GError    **error,
                const char *usage)
{
  return sg_cli_fail_usage (error, _("Usage: storyglass-cli %s"), usage);
}

static gboolean
parse_turn (const char *text,
            gint64     *turn,
            GError    **error)
{
  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, turn, NULL))
    return TRUE;

  return sg_cli_fail_usage (error, _("“%s” is no turn: a turn is named by its number in the first "
                                     "column of “storyglass-cli turns”."), text);
}

/* They are a line each. */
static JsonArray *
findings_to_array (const char *findings)
{
  JsonArray *array = json_array_new ();
  g_auto (GStrv) lines = g_strsplit (findings, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    json_array_add_string_element (array, lines[i]);

  return array;
}

static JsonNode *
turn_to_json (const SgTurnRow *row)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonNode *choices;

  json_object_set_int_member (object, "id", row->id);
  json_object_set_int_member (object, "depth", row->depth);
  json_object_set_int_member (object, "branch", row->branch);
  json_object_set_int_member (object, "alternative", row->alternative);
  json_object_set_int_member (object, "alternatives", row->siblings);
  if (row->findings != NULL)
    json_object_set_array_member (object, "findings", findings_to_array (row->findings));
  json_object_set_string_member (object, "mode", row->mode);
  json_object_set_string_member (object, "input", row->input);
  json_object_set_string_member (object, "text", row->text);
  if (row->reasoning != NULL)
    json_object_set_string_member (object, "reasoning", row->reasoning);
  choices = row->choices != NULL ? json_from_string (row->choices, NULL) : NULL;
  if (choices != NULL)
    json_object_set_member (object, "choices", choices);
  if (row->model != NULL)
    json_object_set_string_member (object, "model", row->model);
  if (row->finish != NULL)
    json_object_set_string_member (object, "finish", row->finish);
  json_object_set_int_member (object, "created", row->created);
  if (row->duration_us >= 0)
    json_object_set_int_member (object, "duration_us", row->duration_us);
  if (row->first_token_us >= 0)
    json_object_set_int_member (object, "first_token_us", row->first_token_us);
  if (row->tokens_in >= 0)
    json_object_set_int_member (object, "tokens_in", row->tokens_in);
  if (row->tokens_out >= 0)
    json_object_set_int_member (object, "tokens_out", row->tokens_out);
  if (row->tokens_cached >= 0)
    json_object_set_int_member (object, "tokens_cached", row->tokens_cached);
  if (row->rate >= 0)
    json_object_set_double_member (object, "tokens_per_second", row->rate);

  json_node_take_object (node, object);

  return node;
}

static void
print_turn (const SgTurnRow *row)
{
  printf ("%" G_GINT64_FORMAT "\t", row->id);
  if (row->siblings > 1)
    printf ("(%d/%d) ", row->alternative + 1, row->siblings);
  if (row->input != NULL && *row->input != '\0')
    {
      printf ("%s: ", row->mode);
      sg_cli_print_text (row->input);
    }
  printf ("\n\n");
  sg_cli_print_text (row->text);
  printf ("\n\n");
}

static void
print_turns_json (GPtrArray *turns)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < turns->len; i++)
    json_array_add_element (array, turn_to_json (g_ptr_array_index (turns, i)));

  sg_cli_print_json (json_node_init_array (json_node_alloc (), array));
  json_array_unref (array);
}

gboolean
sg_cli_turns (SgCli   *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    { NULL }
  };
  g_autoptr (SgStory) story = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  if (!sg_cli_parse ("turns STORY", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 2)
    return fail_arguments (error, "turns STORY [--json]");

  story = sg_cli_open_story (cli, argv[1], error);
  if (story == NULL)
    return FALSE;

  sg_story_load_turns_async (story, 0, sg_story_get_depth (story), NULL, sg_cli_keep_result_cb,
                             &kept);
  result = sg_cli_wait (&kept);
  turns = sg_story_load_turns_finish (story, result, error);
  if (turns == NULL)
    return FALSE;

  if (json)
    print_turns_json (turns);
  else
    for (guint i = 0; i < turns->len; i++)
      print_turn (g_ptr_array_index (turns, i));

  return TRUE;
}

gboolean
sg_cli_move (SgCli   *cli,
             int      argc,
             char   **argv,
             GError **error)
{
  const char *command = argv[0];
  gboolean takes_turn = g_str_equal (command, "goto") || g_str_equal (command, "branch");
  g_autofree char *usage = g_strdup_printf (takes_turn ? "%s STORY TURN" : "%s STORY", command);
  g_autoptr (SgStory) story = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  gint64 turn = 0;

  if (!sg_cli_parse (usage, NULL, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != (takes_turn ? 3 : 2))
    return fail_arguments (error, usage);
  if (takes_turn && !parse_turn (argv[2], &turn, error))
    return FALSE;

  story = sg_cli_open_story (cli, argv[1], error);
  if (story == NULL)
    return FALSE;

  if (g_str_equal (command, "undo"))
    sg_story_undo_async (story, NULL, sg_cli_keep_result_cb, &kept);
  else if (g_str_equal (command, "redo"))
    sg_story_redo_async (story, NULL, sg_cli_keep_result_cb, &kept);
  else if (g_str_equal (command, "goto"))
    sg_story_goto_async (story, turn, NULL, sg_cli_keep_result_cb, &kept);
  else
    sg_story_branch_async (story, turn, NULL, sg_cli_keep_result_cb, &kept);

  result = sg_cli_wait (&kept);

  return sg_story_move_finish (story, result, error);
}

typedef struct
{
  gint64   story;
  gint64   turn;
  SgWorld *world;
} WorldData;

static gboolean
world_job (SgConnection *connection,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  WorldData *world = data;
  g_autoptr (SgTurnRow) turn = sg_turns_get (connection, world->turn, error);
  g_autoptr (SgPath) path = NULL;

  if (turn == NULL)
    return FALSE;

  if (turn->story != world->story)
    {
      g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND,
                   _("Turn %" G_GINT64_FORMAT " belongs to another story."), world->turn);
      return FALSE;
    }

  path = sg_branches_load_path (connection, turn->branch, turn->depth, error);
  if (path != NULL)
    world->world = sg_story_state_load_world (connection, path, error);

  return world->world != NULL;
}

static void
print_world (SgWorld *world)
{
  g_auto (GStrv) entities = sg_world_list_entities (world);

  for (guint i = 0; entities[i] != NULL; i++)
    {
      g_auto (GStrv) attributes = sg_world_list_attributes (world, entities[i]);

      for (guint j = 0; attributes[j] != NULL; j++)
        {
          const SgFact *fact = sg_world_lookup (world, entities[i], attributes[j]);
          g_autofree char *value = json_to_string (fact->value, FALSE);
          g_autofree char *line = g_strdup_printf ("%s.%s = %s", entities[i], attributes[j], value);

          sg_cli_print_text (line);
          printf ("\t(turn %" G_GINT64_FORMAT ")\n", fact->turn);
        }
    }
}

gboolean
sg_cli_world (SgCli   *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_autoptr (SgStory) story = NULL;
  g_autoptr (SgWorld) world = NULL;
  g_autofree char *at = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, N_ ("What was true at that turn"), "TURN" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    { NULL }
  };

  if (!sg_cli_parse ("world STORY", entries, NULL, &argc, &argv, error))
    return FALSE;
  if (argc != 2)
    return fail_arguments (error, "world STORY [--at TURN] [--json]");

  story = sg_cli_open_story (cli, argv[1], error);
  if (story == NULL)
    return FALSE;

  if (at != NULL)
    {
      WorldData data = { .story = sg_story_get_id (story) };

      if (!parse_turn (at, &data.turn, error)
          || !sg_library_read (cli->library, world_job, &data, error))
        return FALSE;
      world = data.world;
    }
  else
    {
      world = g_object_ref (sg_story_get_world (story));
    }

  if (json)
    sg_cli_print_json (sg_world_to_json (world));
  else
    print_world (world);

  return TRUE;
}
