/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each rule, on turns that it has to find and on those that it has to let pass. */

#include "config.h"

#include "engine/sg-verifier.h"
#include "store/sg-records.h"

static const char scenario_json[] =
  "{\"format\":1,\"id\":\"tower\",\"title\":\"Tower\",\"summary\":\"A tower.\",\"author\":\"A\","
  "\"license\":\"CC-BY-SA-4.0\",\"languages\":[\"en\"],\"opening\":\"You wake up.\","
  "\"player\":{\"at\":\"hall\",\"carries\":[\"coin\"]},"
  "\"places\":{\"hall\":{\"name\":\"the hall\",\"description\":\"A hall.\","
  "            \"exits\":{\"up\":\"stair\"}},"
  "           \"stair\":{\"name\":\"the stair\",\"description\":\"A stair.\","
  "            \"exits\":{\"down\":\"hall\",\"up\":\"roof\"}},"
  "           \"roof\":{\"name\":\"the roof\",\"description\":\"A roof.\","
  "            \"exits\":{\"down\":\"stair\"}}},"
  "\"people\":{\"mira\":{\"name\":\"Mira\",\"at\":\"hall\",\"description\":\"Tall.\"},"
  "            \"ansa\":{\"name\":\"Sister Ansa\",\"at\":\"roof\",\"description\":\"Small.\"},"
  "            \"tom\":{\"name\":\"Tom\",\"at\":\"stair\",\"description\":\"Old.\"}},"
  "\"things\":{\"coin\":{\"name\":\"coin\",\"description\":\"Silver.\"},"
  "            \"lamp\":{\"name\":\"brass lamp\",\"at\":\"roof\",\"description\":\"Dim.\"},"
  "            \"rope\":{\"name\":\"rope\",\"at\":\"hall\",\"description\":\"Long.\"}},"
  "\"endings\":{\"end\":{\"if\":\"player.done\",\"title\":\"The End\",\"text\":\"It ends.\"}}}";

typedef struct
{
  SgScenario *scenario;
  SgWorld    *before;
  SgWorld    *after;
  SgTold      told;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->scenario = sg_scenario_new_from_data (scenario_json, -1, "tower.json", &error);
  g_assert_no_error (error);
  fixture->before = sg_world_new ();
  sg_scenario_fill_world (fixture->scenario, fixture->before);
  fixture->after = sg_world_new_overlay (fixture->before);

  fixture->told.mode = SG_INPUT_DO;
  fixture->told.input = "sit down";
  fixture->told.before = fixture->before;
  fixture->told.after = fixture->after;
  fixture->told.scenario = fixture->scenario;
  fixture->told.language = "en";
  fixture->told.finish = SG_FINISH_STOP;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_unref (fixture->after);
  g_object_unref (fixture->before);
  g_object_unref (fixture->scenario);
}

/* The names of the rules that found something, with a `!` at those that are critical. */
static char *
find (Fixture    *fixture,
      const char *text)
{
  GString *names = g_string_new (NULL);
  g_autoptr (GPtrArray) findings = NULL;

  fixture->told.text = text;
  findings = sg_verifier_check (&fixture->told, NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      const SgFinding *finding = g_ptr_array_index (findings, i);

      g_assert_true (g_utf8_validate (finding->message, -1, NULL));
      g_assert_true (finding->quote == NULL || g_utf8_validate (finding->quote, -1, NULL));
      g_string_append_printf (names, "%s%s%s", i > 0 ? " " : "", finding->rule,
                              finding->critical ? "!" : "");
    }

  return g_string_free (names, FALSE);
}

#define assert_found(fixture, text, expected)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found = find (fixture, text);                                                 \
                                                                                                   \
    g_assert_cmpstr (found, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static void
test_dead (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;
  const SgFinding *finding;

  assert_found (fixture, "Mira nods.", "");

  sg_world_set_boolean (fixture->before, "mira", "dead", TRUE);
  assert_found (fixture, "Mira nods.", "dead-acts!");
  assert_found (fixture, "The fire is low. Then Mira walks over to you.", "dead-acts!");
  assert_found (fixture, "“It is cold,” says Mira.", "dead-acts!");
  assert_found (fixture, "\"It is cold,\" Mira said.", "dead-acts!");

  assert_found (fixture, "Mira says nothing. She is dead.", "");
  assert_found (fixture, "Mira lies by the fire, as she lay before.", "");
  assert_found (fixture, "You think of what Mira said.", "");
  assert_found (fixture, "“Mira nods at everything,” you hear.", "");
  assert_found (fixture, "The ghost is pale. Mira nods.", "");
  assert_found (fixture, "Mirabel nods.", "");

  fixture->told.text = "Rain falls. Mira nods at you.";
  findings = sg_verifier_check (&fixture->told, NULL);
  finding = sg_verifier_get_critical (findings);
  g_assert_cmpstr (finding->message, ==, "Mira is dead, but acts or speaks here.");
  g_assert_cmpstr (finding->quote, ==, "Mira nods at you");

  /* It is the player who says so. */
  fixture->told.mode = SG_INPUT_STORY;
  fixture->told.input = "Mira rises and nods";
  assert_found (fixture, "Mira nods.", "");
}

static void
test_dies_or_lives (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_world_set_boolean (fixture->after, "mira", "dead", TRUE);
  assert_found (fixture, "Mira smiles, and falls.", "");

  sg_world_set_boolean (fixture->before, "mira", "dead", TRUE);
  sg_world_set_boolean (fixture->after, "mira", "dead", FALSE);
  assert_found (fixture, "Mira smiles, alive.", "");
}

/* Whom a model has made is not in the scenario. */
static void
test_dead_of_model (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_world_set_string (fixture->before, "old_keeper", "status", "dead");
  sg_world_set_string (fixture->before, "guard", "name", "Ser Bram");
  sg_world_set_boolean (fixture->before, "guard", "alive", FALSE);
  assert_found (fixture, "Old keeper nods.", "dead-acts!");
  assert_found (fixture, "Ser Bram grins.", "dead-acts!");
  assert_found (fixture, "Bram grins.", "dead-acts!");

  fixture->told.scenario = NULL;
  assert_found (fixture, "Ser Bram grins.", "dead-acts!");
}

static void
test_absent (Fixture       *fixture,
             gconstpointer  data)
{
  assert_found (fixture, "Sister Ansa nods.", "absent-acts");
  assert_found (fixture, "“Well,” says Ansa.", "absent-acts");
  assert_found (fixture, "Tom hands you a bun.", "absent-acts");

  /* Through a door one can be heard, but not seen to nod. */
  assert_found (fixture, "Tom says that it is raining.", "");
  assert_found (fixture, "Mira nods.", "");
  assert_found (fixture, "You think of Sister Ansa.", "");
  assert_found (fixture, "Sister Ansa comes down. Ansa nods.", "");
  assert_found (fixture, "You climb to the roof. Ansa nods.", "");
  assert_found (fixture, "“Well,” says Ansa out of the wall.", "");
  assert_found (fixture, "The telephone rings. “Well,” says Ansa.", "");

  fixture->told.input = "call Ansa";
  assert_found (fixture, "Sister Ansa nods.", "");
  fixture->told.input = "sit down";
  sg_world_set_string (fixture->after, "ansa", "place", "hall");
  assert_found (fixture, "Sister Ansa nods.", "");
}

static void
test_not_held (Fixture       *fixture,
               gconstpointer  data)
{
  assert_found (fixture, "You raise the brass lamp.", "not-held");
  assert_found (fixture, "Slowly you hold up your brass lamp.", "not-held");

  assert_found (fixture, "You throw the coin.", "");
  assert_found (fixture, "You throw the rope over the beam.", "");
  assert_found (fixture, "You miss the brass lamp.", "");
  assert_found (fixture, "You find it in a corner and light the brass lamp.", "");
  assert_found (fixture, "“You light the brass lamp,” says Mira.", "");

  sg_world_set_string (fixture->after, "lamp", "place", "player");
  assert_found (fixture, "You raise the brass lamp.", "");
}

static void
test_spoken_for (Fixture       *fixture,
                 gconstpointer  data)
{
  assert_found (fixture, "“I will never leave this place,” you say.", "player-spoken-for");
  assert_found (fixture, "You say, “I will never leave this place.”", "player-spoken-for");

  assert_found (fixture, "“Oh,” you say.", "");
  assert_found (fixture, "“I will never leave this place,” says Mira.", "");
  assert_found (fixture, "“What did you say to the old king?” asks Mira.", "");
  assert_found (fixture, "Whatever you say, “the old king” is an inn.", "");

  fixture->told.input = "ask Mira about the king";
  assert_found (fixture, "“Who is the king of this place?” you ask.", "");

  fixture->told.mode = SG_INPUT_SAY;
  fixture->told.input = "Will you never leave?";
  assert_found (fixture, "“Will you never leave?” you say.", "");
  assert_found (fixture, "“I hate all of this and everybody here,” you say.", "player-spoken-for");
}

static void
test_repeats (Fixture       *fixture,
              gconstpointer  data)
{
  const char *once = "The water in the cellar has risen by another inch since you looked at it. ";
  g_autofree char *twice = g_strconcat (once, "Rain falls. ", once, NULL);
  g_autoptr (GString) loop = g_string_new ("You walk");

  for (guint i = 0; i < 20; i++)
    g_string_append (loop, " and you walk on");
  assert_found (fixture, twice, "repeats");
  assert_found (fixture, loop->str, "repeats");

  assert_found (fixture, once, "");
  assert_found (fixture, "No. No. No. No. No.", "");
  assert_found (fixture, "Tick, tock. Tick, tock. Tick, tock.", "");
}

static void
test_told_before (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char text[] =
    "The water in the cellar has risen by another inch since you looked at it. Mira has put the "
    "sandbags in two rows, and they will not hold for very long. Somewhere a gutter gives way.";
  g_autoptr (GPtrArray) recent =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);
  SgTurnRow *row = sg_turn_row_new ();

  row->input = g_strdup ("sing");
  row->text = g_strdup (text);
  g_ptr_array_add (recent, row);
  fixture->told.recent = recent;
  assert_found (fixture, text, "repeats");
  assert_found (fixture, "Rain falls, and Mira looks at it as if it were a guest who stays on.", "");

  /* Who does the same again is told the same. */
  fixture->told.input = "sing";
  assert_found (fixture, text, "");
  fixture->told.input = "look";
  assert_found (fixture, text, "");
  fixture->told.mode = SG_INPUT_CONTINUE;
  fixture->told.input = "";
  assert_found (fixture, text, "repeats");
}

static void
test_language (Fixture       *fixture,
               gconstpointer  data)
{
  static const char english[] =
    "You walk down the stair, and the water is at your knees before you have counted to ten.";
  static const char german[] =
    "Du gehst die Treppe hinunter, und das Wasser steht dir bis zu den Knien, ehe du bis zehn zählst.";
  static const char chinese[] = "你走下楼梯，水已经没过了你的膝盖，四周一片漆黑。";
  g_autofree char *mixed = g_strconcat (english, "\n\n", english, " It rains.\n\n", german, NULL);

  assert_found (fixture, english, "");
  assert_found (fixture, german, "language!");
  assert_found (fixture, chinese, "language!");
  assert_found (fixture, mixed, "language repeats");
  assert_found (fixture, "“Was zum Teufel,” sagt er.", "");
  assert_found (fixture, "A sign says Не курить.", "");

  fixture->told.input = "Ich gehe die Treppe hinunter und suche nach dem Brief";
  assert_found (fixture, german, "");
  fixture->told.input = "sit down";
  fixture->told.language = "de";
  assert_found (fixture, german, "");
  assert_found (fixture, english, "language!");
  fixture->told.language = "zh";
  assert_found (fixture, chinese, "");
}

/* A story goes on in the language in which it was told so far, whatever the scenario says. */
static void
test_language_told (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) recent =
    g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);
  SgTurnRow *row = sg_turn_row_new ();

  row->text = g_strdup ("Der Regen fällt auf das Dach, und du hörst, wie das Wasser im Keller "
                        "gegen die Stufen schlägt.");
  g_ptr_array_add (recent, row);
  fixture->told.recent = recent;
  assert_found (fixture, "Mira nickt dir zu und geht mit der Laterne in der Hand die Treppe hinunter.",
                "");
  assert_found (fixture, "Mira nods at you and goes down the stair with the lantern in her hand.",
                "language!");
}

static void
test_cut_off (Fixture       *fixture,
              gconstpointer  data)
{
  assert_found (fixture, "You walk down the", "");

  fixture->told.finish = SG_FINISH_LENGTH;
  assert_found (fixture, "You walk down the", "cut-off");
  assert_found (fixture, "You walk down. “Mind the", "cut-off");
  assert_found (fixture, "You walk down the stair.\n", "");
  assert_found (fixture, "“Mind the step.”", "");
  assert_found (fixture, "Who knows…", "");
}

/* What comes from a model may be anything. */
static void
test_odd_texts (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GString) marks = g_string_new (NULL);
  g_autoptr (GString) bytes = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    {
      g_string_append (marks, i % 3 == 0 ? "“" : "'");
      g_string_append_c (bytes, (char) (i * 31 % 255 + 1));
    }
  sg_world_set_boolean (fixture->before, "mira", "dead", TRUE);
  fixture->told.finish = SG_FINISH_LENGTH;
  g_free (find (fixture, ""));
  g_free (find (fixture, "You"));
  g_free (find (fixture, "Mira"));
  g_free (find (fixture, "“"));
  g_free (find (fixture, marks->str));
  g_free (find (fixture, bytes->str));

  fixture->told.scenario = NULL;
  fixture->told.before = NULL;
  fixture->told.after = NULL;
  fixture->told.input = NULL;
  fixture->told.language = NULL;
  fixture->told.finish = SG_FINISH_STOP;
  assert_found (fixture, "Mira nods.", "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/verifier/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("dead", test_dead);
  ADD ("dies-or-lives", test_dies_or_lives);
  ADD ("dead-of-model", test_dead_of_model);
  ADD ("absent", test_absent);
  ADD ("not-held", test_not_held);
  ADD ("spoken-for", test_spoken_for);
  ADD ("repeats", test_repeats);
  ADD ("told-before", test_told_before);
  ADD ("language", test_language);
  ADD ("language-told", test_language_told);
  ADD ("cut-off", test_cut_off);
  ADD ("odd-texts", test_odd_texts);
#undef ADD

  return g_test_run ();
}
