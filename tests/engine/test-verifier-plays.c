/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The storyteller's play-throughs are in order, by all rules: whatever is found in one is a fault of the rule. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "../storyteller/player.h"
#include "engine/sg-verifier.h"
#include "store/sg-records.h"

static SgWorld *
copy_world (SgWorld *world)
{
  SgWorld *copy = sg_world_new ();
  g_auto (GStrv) entities = sg_world_list_entities (world);

  for (guint i = 0; entities[i] != NULL; i++)
    {
      g_auto (GStrv) attributes = sg_world_list_attributes (world, entities[i]);

      for (guint k = 0; attributes[k] != NULL; k++)
        sg_world_set (copy, entities[i], attributes[k],
                      json_node_copy (sg_world_get (world, entities[i], attributes[k])), NULL);
    }

  return copy;
}

static void
queue_dice (Player     *player,
            const char *list)
{
  g_auto (GStrv) dice = g_strsplit_set (list, " ,", -1);

  for (guint i = 0; dice[i] != NULL; i++)
    {
      if (dice[i][0] != '\0')
        g_queue_push_tail (player->dice, GINT_TO_POINTER (atoi (dice[i])));
    }
}

static void
play_turn (Player     *player,
           GPtrArray  *told_before,
           const char *line)
{
  g_autoptr (SgWorld) before = copy_world (player->world);
  g_autoptr (GPtrArray) findings = NULL;
  SgTold told = { .before = before, .after = player->world, .scenario = player->scenario,
                  .language = "en", .recent = told_before, .finish = SG_FINISH_STOP };
  const char *mode = g_str_has_prefix (line, "say:")     ? "say"
                     : g_str_has_prefix (line, "story:") ? "story"
                                                         : "do";
  SgTurnRow *row = sg_turn_row_new ();

  if (!g_str_equal (mode, "do"))
    line += strlen (mode) + 1;
  while (*line == ' ')
    line++;
  if (g_str_equal (line, "continue"))
    {
      mode = "continue";
      line = "";
    }

  player_turn (player, mode, line);
  g_assert_true (sg_input_mode_from_string (mode, &told.mode));
  told.input = line;
  told.text = player->text->str;
  findings = sg_verifier_check (&told, NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      const SgFinding *finding = g_ptr_array_index (findings, i);

      g_test_message ("> %s\n%s", line, player->text->str);
      g_test_fail_printf ("%s: %s “%s” (> %s)", finding->rule, finding->message,
                          finding->quote != NULL ? finding->quote : "", line);
    }

  row->input = g_strdup (line);
  row->text = g_strdup (player->text->str);
  g_ptr_array_add (told_before, row);
}

static void
test_play (gconstpointer data)
{
  g_autoptr (GPtrArray) told_before =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);
  g_autoptr (Player) player = NULL;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 seed = 1;

  g_assert_true (g_file_get_contents (data, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *comment = g_str_has_prefix (lines[i], "#") ? lines[i] : strstr (lines[i], "  #");

      if (comment != NULL)
        *comment = '\0';
      g_strstrip (lines[i]);
      if (g_str_has_prefix (lines[i], "scenario:"))
        {
          g_autoptr (SgScenario) scenario = player_load (g_strstrip (lines[i] + strlen ("scenario:")));

          player = player_new (scenario, seed);
        }
      else if (g_str_has_prefix (lines[i], "seed:"))
        {
          seed = g_ascii_strtoull (g_strstrip (lines[i] + strlen ("seed:")), NULL, 10);
          if (player != NULL)
            player->seed = seed;
        }
      else if (lines[i][0] == '>')
        {
          const char *dice = strstr (lines[i], "dice:");

          if (dice != NULL)
            queue_dice (player, dice + strlen ("dice:"));
        }
      else if (lines[i][0] != '\0')
        {
          play_turn (player, told_before, lines[i]);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "storyteller", "plays", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strconcat ("/verifier/plays/", name, NULL);

      if (g_str_has_suffix (name, ".play"))
        g_test_add_data_func_full (path, g_build_filename (folder, name, NULL), test_play, g_free);
    }

  return g_test_run ();
}
