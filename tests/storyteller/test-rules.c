/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each rule of the format: what it does to the world, and what is told. */

#include "config.h"

#include <string.h>

#include "player.h"
#include "world/sg-fortune.h"

static Player *
begin (void)
{
  g_autoptr (SgScenario) scenario = player_load ("rules");

  return player_new (scenario, 1);
}

/* Plays a turn and expects a text and a condition. */
static void
check_at (const char *file,
          int         line,
          Player     *player,
          const char *input,
          const char *text,
          const char *condition)
{
  gboolean say = g_str_has_prefix (input, "say:");

  player_turn (player, say ? "say" : "do", say ? input + 4 : input);
  if (text != NULL && strstr (player->text->str, text) == NULL)
    g_error ("%s:%d: “%s” tells “%s”, not “%s”", file, line, input, player->text->str, text);
  if (condition != NULL && !player_holds (player, condition))
    g_error ("%s:%d: after “%s” (“%s”) it does not hold that %s", file, line, input, player->text->str, condition);
}

#define check(player, input, text, condition) check_at (__FILE__, __LINE__, player, input, text, condition)

static gboolean
offers (Player     *player,
        const char *choice)
{
  for (guint i = 0; i < player->choices->len; i++)
    {
      if (g_str_equal (g_ptr_array_index (player->choices, i), choice))
        return TRUE;
    }

  return FALSE;
}

static void
test_conditions (void)
{
  static const struct
  {
    const char *condition;
    gboolean    holds;
  } conditions[] = {
    { "true", TRUE },                          { "false", FALSE },
    { "player.luck", TRUE },                   { "player.nothing", FALSE },
    { "player.luck == 2", TRUE },              { "player.luck = 2", TRUE },
    { "player.luck != 2", FALSE },             { "player.luck > 1", TRUE },
    { "player.luck >= 3", FALSE },             { "player.luck < 3", TRUE },
    { "player.luck <= 1", FALSE },             { "player.nothing == 0", TRUE },
    { "player.nothing == false", TRUE },       { "player.nothing != angry", TRUE },
    { "player.place == hall", TRUE },          { "player.place == ann.place", TRUE },
    { "player.place == bob.place", FALSE },    { "player.place in vault, hall", TRUE },
    { "player.place in vault, garden", FALSE }, { "at hall", TRUE },
    { "at vault, hall", TRUE },                { "at vault", FALSE },
    { "has coin", TRUE },                      { "has apple", FALSE },
    { "here ann", TRUE },                      { "here bob", FALSE },
    { "here candle", TRUE },                   { "here brass_key", FALSE },
    { "here door", TRUE },                     { "here ghost", FALSE },
    { "visited hall", TRUE },                  { "visited vault", FALSE },
    { "told ann.weather", FALSE },             { "done climb", FALSE },
    { "failed climb", FALSE },                 { "happened bird", FALSE },
    { "dark", FALSE },                         { "not dark", TRUE },
    { "! dark", TRUE },                        { "chance 100", TRUE },
    { "chance 0", FALSE },                     { "at hall and has coin", TRUE },
    { "at vault and has coin", FALSE },        { "at vault or has coin", TRUE },
    { "at vault or at hall and dark", FALSE }, { "(at vault or at hall) and not dark", TRUE },
    { "not (at vault or at hall)", FALSE },    { "not has coin or here ann", TRUE },
    { "sun.value == 3", TRUE },                { "door.locked and not door.open", TRUE },
  };
  g_autoptr (Player) player = begin ();

  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      if (player_holds (player, conditions[i].condition) != conditions[i].holds)
        g_error ("“%s” should %s", conditions[i].condition, conditions[i].holds ? "hold" : "not hold");
    }
}

static gboolean
node_holds (Player     *player,
            const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autoptr (SgView) view = sg_view_new (player->scenario, player->world, NULL, 1);

  return sg_view_holds (view, node);
}

static void
test_condition_nodes (void)
{
  g_autoptr (Player) player = begin ();

  g_assert_true (node_holds (player, "[\"at hall\", \"has coin\"]"));
  g_assert_false (node_holds (player, "[\"at hall\", \"dark\"]"));
  g_assert_true (node_holds (player, "{\"any\": [\"dark\", \"has coin\"]}"));
  g_assert_false (node_holds (player, "{\"any\": [\"dark\", \"has apple\"]}"));
  g_assert_true (node_holds (player, "{\"all\": [\"at hall\", {\"not\": \"dark\"}]}"));
  g_assert_false (node_holds (player, "{\"not\": [\"at hall\"]}"));
  g_assert_true (node_holds (player, "{\"all\": [\"at hall\"], \"not\": \"dark\"}"));
  g_assert_true (node_holds (player, "true"));
  g_assert_false (node_holds (player, "false"));
}

/* A chance is one and the same for all who ask in a turn, and about right over many. */
static void
test_chance (void)
{
  g_autoptr (Player) player = begin ();
  guint n_true = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (SgView) view = NULL;
      gboolean first;

      sg_world_set_int (player->world, "story", "turn", i);
      view = sg_view_new (player->scenario, player->world, "en", 42);
      first = sg_view_holds_text (view, "chance 30");
      g_assert_cmpint (first, ==, sg_view_holds_text (view, "chance 30"));
      n_true += first;
    }
  g_assert_cmpuint (n_true, >, 250);
  g_assert_cmpuint (n_true, <, 350);
}

static char *
render (Player     *player,
        const char *text)
{
  g_autoptr (SgView) view = sg_view_new (player->scenario, player->world, "en", 1);

  return sg_view_substitute (view, text);
}

static void
test_texts (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } texts[] = {
    { "{coin} {Coin} {a coin} {A coin} {name coin}", "the gold coin The gold coin a gold coin A gold coin gold coin" },
    { "{ann} {She ann} {her ann} {hers ann}", "Ann She her her" },
    { "{bob} {a bob} {he bob} {him bob} {his bob}", "the old gardener an old gardener he him his" },
    { "{a incense} {incense}", "some incense the incense" },
    { "{moon} {The moon}", "the Moon The Moon" },
    { "{place} {Place}", "the hall The hall" },
    { "{player.luck} {player.none}", "2 0" },
    { "{player.place}", "the hall" },
    { "{?has coin:rich|poor} {?dark:x}{?dark:x|y}", "rich y" },
    { "{?has coin:{?dark:a|{coin}}|b}", "the gold coin" },
    { "no {braces", "no {braces" },
    { "{is ann}", "is" },
  };
  g_autoptr (Player) player = begin ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *rendered = render (player, texts[i].text);

      g_assert_cmpstr (rendered, ==, texts[i].expected);
    }
}

static void
test_moving (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "north", "The iron door is shut.", "at hall");
  check (player, "secret stair", NULL, "at hall");
  check (player, "look at the carpet", "You lift it.", "hall.found");
  check (player, "take the narrow stair", NULL, NULL);
  check (player, "go to the garden", "A bird flies up.", "at garden");
  check (player, "go back", "The hall again.", "at hall");
  check (player, "west", "You go round the pit.", "at garden");
  g_assert_null (strstr (player->text->str, "A bird flies up."));
  check (player, "enter the loft", "Dust.", "at loft");
  check (player, "leave", "Green.", "at garden");
  check (player, "inside", NULL, "at loft");
  check (player, "out", NULL, "at garden");
  check (player, "go to the hall", NULL, "at hall");
  check (player, "tie the rope", "Tied.", "player.bound");
  check (player, "east", "The rope holds you back.", "at hall");
  check (player, "untie the rope and go east", "Loose.", "at garden and not player.bound");
  check (player, "up", "no way", "at garden");
  g_assert_nonnull (strstr (player->text->str, "From here you can go"));
}

static void
test_follower (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "go east and comfort the old gardener", "He will come along.", "bob.following");
  check (player, "west", "The old gardener comes with you.", "here bob");
}

static void
test_things (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "look", "On the table you see a candle and an old book.", NULL);
  check (player, "take key", "iron key", "has iron_key");
  check (player, "open the box", "Inside you find a brass key.", "box.open");
  check (player, "take key", "brass key", "has brass_key");
  check (player, "use the iron key on the box", "It does not fit the box.", NULL);
  check (player, "use iron key with small box", "It does not fit the box.", NULL);
  check (player, "drop key", "Which do you mean: the brass key or the iron key?", "has brass_key and has iron_key");
  check (player, "the iron one", NULL, "not has iron_key and has brass_key");
  check (player, "take table", "Too heavy.", "not has table");
  check (player, "open the iron door", NULL, "door.open and not door.locked");
  check (player, "close it", NULL, "not door.open");
  check (player, "lock door with brass key", NULL, "door.locked");
  check (player, "unlock the door", NULL, "not door.locked");
  check (player, "open door and go north", "You pass the door.", "at vault and dark");
  check (player, "look", "dark", NULL);
  check (player, "drop coin", NULL, "not here coin");
  check (player, "south", NULL, "at hall");
  check (player, "light the candle and take it", NULL, "candle.lit and has candle");
  check (player, "north", "Stone.", "not dark and here coin");
  check (player, "blow out the candle", NULL, "dark");
  check (player, "light candle", "Stone.", "not dark");
  check (player, "take all", NULL, "has coin");
  check (player, "s", NULL, NULL);
  check (player, "put the coin on the table", NULL, "coin.place == table");
  check (player, "put stick in box", NULL, "stick.place == box");
  check (player, "close box", NULL, "not here stick");
  check (player, "read the book", "You read of a bell.", NULL);
  check (player, "x rope", "Long.", NULL);
  check (player, "examine candel", "candle", NULL);
  check (player, "take the sword", NULL, NULL);
  check (player, "go to garden", NULL, NULL);
  check (player, "wear the cloak", NULL, "cloak.worn and has cloak");
  check (player, "take off the cloak", NULL, "not cloak.worn");
  check (player, "inventory", "grey cloak", NULL);
}

static void
test_people (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "talk to her", "Ann nods.", "ann.met");
  check (player, "ask her about moonlight on the moon", "Ann has never heard of moonlight on Moon.", NULL);
  check (player, "ask her about the rain", "It will rain.", "told ann.weather and ann.trust == 1");
  check (player, "ask ann about the weather", "Still rain.", "ann.trust == 1");
  check (player, "ask Ann about dragons", "Ann has never heard of dragons.", NULL);
  check (player, "say:what about this coin?", "A fine coin.", "told ann.coin");
  check (player, "say:hush", NULL, "not told ann.hidden");
  check (player, "say:I am a little tired", "Ann", NULL);
  check (player, "Ann, tell me your secret", "There is a stair.", "hall.found and climb.state == open");
  g_assert_nonnull (strstr (player->text->str, "A new goal."));
  check (player, "show the stick to Ann", "Ann laughs at the walking stick.", NULL);
  check (player, "show ann the stick", "Ann laughs", NULL);
  check (player, "give the rope to Ann", "Ann wants nothing.", "has rope");
  check (player, "give Ann the coin", "Ann takes the gold coin.", "coin.place == ann and ann.trust == 6");
  check (player, "thank her", "Ann smiles.", NULL);
  check (player, "attack ann", "Ann takes the stick away.", "stick.place == ann");
  check (player, "attack ann", "Ann steps back.", NULL);
  check (player, "take the stick", NULL, "stick.place == ann");
  check (player, "talk to the gardener", "You could talk to Ann.", NULL);
  check (player, "who is here", "Ann is here.", NULL);
  check (player, "kiss ann", NULL, NULL);
}

static void
test_closed_topic (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "ask ann about her secret", "Not yet.", "not told ann.secret and not hall.found");
  check (player, "ask about the weather", NULL, NULL);
  check (player, "ask ann about her secret", "There is a stair.", "told ann.secret");
}

static void
test_checks (void)
{
  static const struct
  {
    int         dice[2];
    const char *text;
  } rolls[] = {
    { { 4, 4 }, "You know it at once." }, { { 3, 2 }, "You know half of it." }, { { 1, 3 }, "You have no idea." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rolls); i++)
    {
      g_autoptr (Player) player = begin ();

      g_queue_push_tail (player->dice, GINT_TO_POINTER (rolls[i].dice[0]));
      g_queue_push_tail (player->dice, GINT_TO_POINTER (rolls[i].dice[1]));
      check (player, "ask ann for a riddle", "She asks a riddle.", "told ann.riddle");
      g_assert_nonnull (strstr (player->text->str, rolls[i].text));
    }
}

static void
test_oracles (void)
{
  g_autoptr (Player) player = begin ();

  g_queue_push_tail (player->dice, GINT_TO_POINTER (1));
  g_queue_push_tail (player->dice, GINT_TO_POINTER (1));
  check (player, "climb up the wall", "You fall (1).", "player.hurt");
  g_queue_push_tail (player->dice, GINT_TO_POINTER (6));
  g_queue_push_tail (player->dice, GINT_TO_POINTER (6));
  check (player, "I try to shin up the pillar", "Up (11).", NULL);
  g_queue_push_tail (player->dice, GINT_TO_POINTER (6));
  g_queue_push_tail (player->dice, GINT_TO_POINTER (6));
  check (player, "stand on my head for a whole hour", "You try to stand on your head for a whole hour.", NULL);
  g_assert_nonnull (strstr (player->text->str, "Yes!"));
}

static void
test_scenario_verbs (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "sing", "The hall sings with you.", "hall.sung == 1");
  check (player, "sing and sing", NULL, "hall.sung == 3");
  check (player, "pray", "Once only.", NULL);
  check (player, "pray", NULL, NULL);
  g_assert_null (strstr (player->text->str, "Once only."));
  check (player, "dance", "The whole world dances.", NULL);
  check (player, "whisper mellon", "The word is heard.", "door.open");
  check (player, "go east and strike up the gong", "The gong booms.", "alarm.value == 2");
  g_assert_nonnull (strstr (player->text->str, "First alarm."));
  g_assert_nonnull (strstr (player->text->str, "Second alarm."));
  g_assert_nonnull (strstr (player->text->str, "Ann comes in."));
  g_assert_true (player_holds (player, "here ann and not ghost.hidden"));
}

static void
test_say_phrase (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "say:speak, friend", "The word is heard.", "door.open");
}

static void
test_time (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "look", NULL, "sun.value == 3 and story.turn == 0");
  check (player, "help", NULL, "sun.value == 3");
  check (player, "wait", "A beam creaks.", "sun.value == 4 and story.turn == 1");
  check (player, "wait", "Noon.", "sun.value == 5");
  check (player, "east", "A feather falls.", "happened bird");
  check (player, "wait", NULL, NULL);
  g_assert_null (strstr (player->text->str, "A feather falls."));
  g_assert_false (player_holds (player, "happened never"));
  sg_world_set_boolean (player->world, "player", "stopped_sun", TRUE);
  check (player, "wait", NULL, "sun.value == 7");
}

static void
test_goals (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "goals", "Nothing presses you.", NULL);
  check (player, "ask ann about the weather", NULL, NULL);
  check (player, "ask ann about her secret", "A new goal.", "climb.state == open");
  check (player, "goals", "Climb the stair", NULL);
  check (player, "hint", "Look under the carpet.", NULL);
  check (player, "hint", "Take the secret stair.", NULL);
  check (player, "go to the narrow stair", "Goal reached.", "done climb and player.luck == 9");
  check (player, "goals", "Behind you: Climb the stair.", NULL);
}

static void
test_goal_failed (void)
{
  g_autoptr (Player) player = begin ();

  sg_world_set_boolean (player->world, "player", "light_feet", TRUE);
  sg_world_set_string (player->world, "climb", "state", "open");
  check (player, "go west", "Goal lost.", "failed climb and at pit");
  g_assert_nonnull (strstr (player->text->str, "Drip."));
  check (player, "wait", "Drip.", NULL);
}

static void
test_endings (void)
{
  g_autoptr (Player) by_effect = begin ();
  g_autoptr (Player) by_condition = begin ();

  check (by_effect, "ring the great bell thrice", "Once, twice, thrice.", NULL);
  g_assert_cmpstr (player_get_ending (by_effect), ==, "bell");
  g_assert_nonnull (strstr (by_effect->text->str, "The bell rings."));
  g_assert_cmpuint (by_effect->choices->len, ==, 0);
  check (by_effect, "east", "This story has ended.", "at hall");

  check (by_condition, "go to the orchard, take the apple and eat the apple", "Crunch.", "apple.place == nowhere");
  g_assert_cmpstr (player_get_ending (by_condition), ==, "sated");
  g_assert_nonnull (strstr (by_condition->text->str, "You have eaten."));
}

static void
test_memory (void)
{
  g_autoptr (Player) player = begin ();
  const SgMessageCall *found = NULL;

  check (player, "read the old book", NULL, NULL);
  for (guint i = 0; i < player->calls->len; i++)
    {
      const SgMessageCall *call = g_ptr_array_index (player->calls, i);

      if (g_str_equal (call->name, "add_memory"))
        found = call;
    }
  g_assert_nonnull (found);
  g_assert_nonnull (strstr (found->arguments, "There is a bell."));
  g_assert_nonnull (strstr (found->arguments, "\"importance\":8"));
}

static void
test_fortunes (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "what does my slip mean", "You have no slip.", NULL);
  check (player, "draw a fortune slip", NULL, "story.turn == 0");
  check (player, "draw the rope", "through your hands", NULL);
  check (player, "east", NULL, NULL);
  check (player, "what does my slip mean", "no slip in your hand", NULL);
  check (player, "draw a fortune slip", "An offering first.", "player.slips_drawn == 0");
  check (player, "look", "The Moon stands over the trees.", NULL);
  check (player, "pray to the moon", "The moon listens.", NULL);
  check (player, "offer incense to the moon", "Smoke rises", "moon.favour == 1 and not has incense");
  g_queue_push_tail (player->dice, GINT_TO_POINTER (1));
  check (player, "draw a fortune slip", "Slip 1. First Moon (fair)", "player.slip == moon_1 and player.luck == 3");
  g_assert_cmpuint (player->n_rolls, ==, 1);
  check (player, "draw another slip", "Have the first one read.", "player.slips_drawn == 1");
  check (player, "read my slip", "First Moon", NULL);
  check (player, "interpret the slip", "Ann would know how to read it.", "not player.slip_read");
  check (player, "west", NULL, NULL);
  check (player, "ask ann what my slip means for love", "Ann reads it, thinking of love.", "player.question == love");
  g_assert_nonnull (strstr (player->text->str, "Love one."));
  check (player, "what does it mean for my work?", "General one.", "player.slip_read and player.question == work");
  check (player, "what about love?", "Love one.", "player.question == love");
  check (player, "go to the garden", NULL, NULL);
  /* The first was drawn: only the second is left, whatever the dice say. */
  check (player, "draw a fortune from the moon", "Second Moon", "player.slip == moon_2");
}

/* The same slip means the same for the same question: who asks again hears that, and is offered another. */
static void
test_fortune_again (void)
{
  g_autoptr (Player) player = begin ();

  sg_world_set_string (player->world, "player", "slip", "moon_1");
  check (player, "ask ann what my slip means for love", "Love one.", "not storyteller.told_again");
  check (player, "ask ann what my slip means for work", "General one.", "not storyteller.told_again");
  check (player, "ask ann what my slip means for love", "You asked the same on turn 1, and the slip has not changed.",
         NULL);
  g_assert_true (sg_fortune_is_afresh (player->world, "Draw another slip and ask Ann what my slip means for love"));
}

static void
test_deity_by_name (void)
{
  g_autoptr (Player) player = begin ();

  sg_world_set_int (player->world, "moon", "favour", 1);
  check (player, "go east", NULL, NULL);
  check (player, "draw a fortune slip from the Star", "First Star", "player.slip_deity == star");
}

/* A deity that has a place has to be there; one without is everywhere. */
static void
test_deity_of_a_place (void)
{
  g_autoptr (Player) player = begin ();

  check (player, "look at the Star", "Far.", NULL);
  check (player, "look at the Moon", "not here", NULL);
  check (player, "go to the garden", NULL, NULL);
  check (player, "look at the Moon", "Pale.", NULL);
}

static void
test_choices (void)
{
  g_autoptr (Player) player = begin ();

  player_turn (player, "do", "look");
  g_assert_cmpuint (player->choices->len, ==, 4);
  g_assert_true (offers (player, "Tie the rope"));
  check (player, "drop the rope", NULL, NULL);
  g_assert_true (offers (player, "Sing"));
  g_assert_false (offers (player, "Tie the rope"));
}

/* A way that the author suggests in other words is not offered once more. */
static void
test_one_choice_a_way (void)
{
  g_autoptr (Player) player = begin ();

  sg_world_set_boolean (player->world, "hall", "point_east", TRUE);
  player_turn (player, "do", "look");
  g_assert_true (offers (player, "Go east to the garden"));
  g_assert_false (offers (player, "Go east"));
}

/* Whoever wants to read on does not go anywhere. */
static void
test_continue (void)
{
  g_autoptr (Player) player = begin ();

  for (guint i = 0; i < 2; i++)
    {
      check (player, i == 0 ? "continue" : "Go on.", NULL, NULL);
      g_assert_null (strstr (player->text->str, "way there"));
    }
}

/* What an earlier turn did can be undone by setting the facts back: nothing is kept elsewhere. */
static void
test_undo (void)
{
  g_autoptr (Player) player = begin ();
  g_autoptr (SgWorld) before = NULL;
  g_autofree char *once = NULL;

  check (player, "ask ann about the weather", NULL, NULL);
  before = g_object_ref (player->world);
  player->world = sg_world_new_overlay (before);
  check (player, "sing", "The hall sings with you.", NULL);
  once = g_strdup (player->text->str);

  g_object_unref (player->world);
  player->world = sg_world_new_overlay (before);
  player->depth--;
  check (player, "sing", "The hall sings with you.", "hall.sung == 1");
  g_assert_cmpstr (player->text->str, ==, once);
  g_object_unref (before);
}

static void
test_story_mode (void)
{
  g_autoptr (Player) player = begin ();

  player_turn (player, "story", "A storm gathers over the distant mountains");
  g_assert_cmpuint (player->text->len, >, 0);
  g_assert_cmpuint (sg_world_get_new_memories (player->world) != NULL, ==, TRUE);
  player_turn (player, "story", "I take the iron key");
  g_assert_true (player_holds (player, "has iron_key"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storyteller/rules/conditions", test_conditions);
  g_test_add_func ("/storyteller/rules/condition-nodes", test_condition_nodes);
  g_test_add_func ("/storyteller/rules/chance", test_chance);
  g_test_add_func ("/storyteller/rules/texts", test_texts);
  g_test_add_func ("/storyteller/rules/moving", test_moving);
  g_test_add_func ("/storyteller/rules/follower", test_follower);
  g_test_add_func ("/storyteller/rules/things", test_things);
  g_test_add_func ("/storyteller/rules/people", test_people);
  g_test_add_func ("/storyteller/rules/closed-topic", test_closed_topic);
  g_test_add_func ("/storyteller/rules/checks", test_checks);
  g_test_add_func ("/storyteller/rules/oracles", test_oracles);
  g_test_add_func ("/storyteller/rules/scenario-verbs", test_scenario_verbs);
  g_test_add_func ("/storyteller/rules/say-phrase", test_say_phrase);
  g_test_add_func ("/storyteller/rules/time", test_time);
  g_test_add_func ("/storyteller/rules/goals", test_goals);
  g_test_add_func ("/storyteller/rules/goal-failed", test_goal_failed);
  g_test_add_func ("/storyteller/rules/endings", test_endings);
  g_test_add_func ("/storyteller/rules/memory", test_memory);
  g_test_add_func ("/storyteller/rules/fortunes", test_fortunes);
  g_test_add_func ("/storyteller/rules/fortune-again", test_fortune_again);
  g_test_add_func ("/storyteller/rules/deity-by-name", test_deity_by_name);
  g_test_add_func ("/storyteller/rules/deity-of-a-place", test_deity_of_a_place);
  g_test_add_func ("/storyteller/rules/choices", test_choices);
  g_test_add_func ("/storyteller/rules/one-choice-a-way", test_one_choice_a_way);
  g_test_add_func ("/storyteller/rules/continue", test_continue);
  g_test_add_func ("/storyteller/rules/undo", test_undo);
  g_test_add_func ("/storyteller/rules/story-mode", test_story_mode);

  return g_test_run ();
}
