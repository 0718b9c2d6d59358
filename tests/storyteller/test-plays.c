/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the scripted play-throughs in plays/; the format is described in data/scenarios/README.md. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "player.h"

typedef struct
{
  char   *file;
  guint   line;
  Player *player;
  guint64 seed;
} Script;

static void
fail (Script     *script,
      const char *what,
      const char *wanted)
{
  g_autoptr (GString) choices = g_string_new (NULL);

  for (guint i = 0; script->player != NULL && i < script->player->choices->len; i++)
    g_string_append_printf (choices, "[%s] ", (char *) g_ptr_array_index (script->player->choices, i));
  g_printerr ("# %s, line %u: %s: %s\n# the turn was:\n%s\n# choices: %s\n# ending: %s\n", script->file, script->line,
              what, wanted, script->player != NULL ? script->player->text->str : "", choices->str,
              script->player != NULL ? player_get_ending (script->player) : "");
  g_test_fail_printf ("%s, line %u: %s: %s", script->file, script->line, what, wanted);
}

static gboolean
contains (const char *text,
          const char *part)
{
  g_autofree char *text_folded = g_utf8_casefold (text, -1);
  g_autofree char *part_folded = g_utf8_casefold (part, -1);

  return strstr (text_folded, part_folded) != NULL;
}

static gboolean
offers (Player     *player,
        const char *prefix)
{
  for (guint i = 0; i < player->choices->len; i++)
    {
      if (g_ascii_strncasecmp (g_ptr_array_index (player->choices, i), prefix, strlen (prefix)) == 0)
        return TRUE;
    }

  return FALSE;
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
expect (Script     *script,
        const char *line)
{
  static const char *const kinds[] = {
    "dice:", "expect text:", "expect not:", "expect fact:", "expect choice:", "expect ending:",
  };
  guint kind = 0;
  g_autofree char *value = NULL;

  while (kind < G_N_ELEMENTS (kinds) && !g_str_has_prefix (line, kinds[kind]))
    kind++;
  if (kind == G_N_ELEMENTS (kinds))
    {
      fail (script, "no such expectation", line);
      return;
    }

  value = g_strstrip (g_strdup (line + strlen (kinds[kind])));
  if (kind == 0)
    queue_dice (script->player, value);
  else if (kind == 1 && !contains (script->player->text->str, value))
    fail (script, "the text is missing", value);
  else if (kind == 2 && contains (script->player->text->str, value))
    fail (script, "the text should not be there", value);
  else if (kind == 3 && !player_holds (script->player, value))
    fail (script, "does not hold", value);
  else if (kind == 4 && !offers (script->player, value))
    fail (script, "is not offered", value);
  else if (kind == 5 && g_strcmp0 (player_get_ending (script->player), value) != 0)
    fail (script, "the ending was not reached", value);
}

static void
begin (Script     *script,
       const char *name)
{
  g_autoptr (SgScenario) scenario = player_load (name);

  g_assert_null (script->player);
  script->player = player_new (scenario, script->seed);
}

static void
run_turn (Script     *script,
          const char *line)
{
  const char *mode = "do";

  if (g_str_has_prefix (line, "say:"))
    mode = "say";
  else if (g_str_has_prefix (line, "story:"))
    mode = "story";
  if (!g_str_equal (mode, "do"))
    line += strlen (mode) + 1;
  while (*line == ' ')
    line++;

  player_turn (script->player, g_str_equal (line, "continue") ? "continue" : mode,
               g_str_equal (line, "continue") ? "" : line);
  if (g_getenv ("SG_PLAYS_PRINT") != NULL)
    {
      g_print ("# > %s\n# %s\n", line, script->player->text->str);
      for (guint i = 0; i < script->player->choices->len; i++)
        g_print ("#   [%s]\n", (char *) g_ptr_array_index (script->player->choices, i));
    }
}

static void
run_line (Script     *script,
          const char *line)
{
  if (g_str_has_prefix (line, "scenario:"))
    {
      g_autofree char *name = g_strstrip (g_strdup (line + strlen ("scenario:")));

      begin (script, name);
    }
  else if (g_str_has_prefix (line, "seed:"))
    {
      script->seed = g_ascii_strtoull (line + strlen ("seed:") + (line[5] == ' '), NULL, 10);
      if (script->player != NULL)
        script->player->seed = script->seed;
    }
  else if (line[0] == '>')
    {
      g_assert_nonnull (script->player);
      expect (script, line + 1 + strspn (line + 1, " "));
    }
  else
    {
      g_assert_nonnull (script->player);
      run_turn (script, line);
    }
}

static void
test_play (gconstpointer data)
{
  const char *path = data;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  Script script = { g_path_get_basename (path), 0, NULL, 1 };

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *comment = g_str_has_prefix (lines[i], "#") ? lines[i] : strstr (lines[i], "  #");

      if (comment != NULL)
        *comment = '\0';
      g_strstrip (lines[i]);
      script.line = i + 1;
      if (lines[i][0] != '\0')
        run_line (&script, lines[i]);
    }

  g_clear_pointer (&script.player, player_free);
  g_free (script.file);
}

/* What the plays in a folder come to, as `SCENARIO/ENDING`. */
static GHashTable *
find_reached (const char *folder)
{
  GHashTable *reached = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) regex =
    g_regex_new ("^scenario: *(\\S+)|^> *expect ending: *(\\S+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      g_autofree char *scenario = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
      for (g_regex_match (regex, contents, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          g_autofree char *first = g_match_info_fetch (match, 1);
          g_autofree char *ending = g_match_info_fetch (match, 2);

          if (*first != '\0')
            {
              g_free (scenario);
              scenario = g_steal_pointer (&first);
            }
          else
            g_hash_table_add (reached, g_strconcat (scenario, "/", ending, NULL));
        }
    }

  return reached;
}

static void
assert_has (JsonObject *root,
            const char *part,
            guint       at_least)
{
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (root, part)), >=, at_least);
}

/* Each scenario that is installed is large enough for an evening, and each of its endings can be reached. */
static void
test_an_evening_each (gconstpointer folder)
{
  static const char *const installed[] = { "dark_on_monday", "temple-of-whispers" };
  g_autoptr (GHashTable) reached = find_reached (folder);

  for (guint i = 0; i < G_N_ELEMENTS (installed); i++)
    {
      g_autoptr (SgScenario) scenario = player_load (installed[i]);
      JsonObject *root = sg_scenario_get_root (scenario);
      g_autoptr (GList) endings = NULL;

      assert_has (root, "places", 8);
      assert_has (root, "people", 5);
      assert_has (root, "endings", 3);
      assert_has (root, "goals", 1);
      assert_has (root, "clocks", 1);
      endings = json_object_get_members (json_object_get_object_member (root, "endings"));
      for (GList *l = endings; l != NULL; l = l->next)
        {
          g_autofree char *ending = g_strconcat (installed[i], "/", l->data, NULL);

          if (!g_hash_table_contains (reached, ending))
            g_test_fail_printf ("no play comes to %s", ending);
        }
    }
}

static void
test_sixty_slips (void)
{
  g_autoptr (SgScenario) scenario = player_load ("temple-of-whispers");
  JsonObject *fortunes = json_object_get_object_member (sg_scenario_get_root (scenario), "fortunes");
  JsonArray *slips = json_object_get_array_member (fortunes, "slips");
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (slips); i++)
    g_hash_table_add (texts, (gpointer) json_object_get_string_member (json_array_get_object_element (slips, i), "text"));

  g_assert_cmpuint (g_hash_table_size (texts), >=, 60);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char **) a, *(const char **) b);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "storyteller", "plays", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".play"))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_strconcat ("/storyteller/plays/", names->pdata[i], NULL);

      g_test_add_data_func_full (path, g_build_filename (folder, names->pdata[i], NULL), test_play, g_free);
    }

  g_test_add_data_func ("/storyteller/evening", folder, test_an_evening_each);
  g_test_add_func ("/storyteller/slips", test_sixty_slips);

  return g_test_run ();
}
