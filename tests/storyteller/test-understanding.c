/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a line of typing is understood as, before the world is looked at. */

#include "config.h"

#include "storyteller/sg-command.h"
#include "storyteller/sg-words.h"

static const struct
{
  const char *input;
  const char *expected;
} sentences[] = {
  /* Looking. */
  { "look", "look" },
  { "l", "look" },
  { "Look around.", "look" },
  { "I look around the room", "look room" },
  { "x lamp", "look lamp" },
  { "examine the old lamp", "look old lamp" },
  { "I'd like to have a look at the old lamp", "look old lamp" },
  { "Please take a closer look at the altar.", "look altar" },
  { "can I see the statue?", "look statue" },
  { "look under the bed", "look bed" },
  { "peer into the well", "look well" },
  { "what is the bell?", "what_is bell" },
  { "who is the abbot", "what_is abbot" },
  { "search the cupboard", "search cupboard" },
  { "look for a key", "search key" },
  { "listen", "listen" },
  { "listen at the door", "listen door" },
  { "smell the incense", "smell incense" },
  { "touch the wall", "touch wall" },
  { "look at myself", "who_am_i" },

  /* Taking and leaving. */
  { "take lamp", "take lamp" },
  { "get the lamp", "take lamp" },
  { "pick up the lamp", "take lamp" },
  { "pick the lamp up", "take lamp" },
  { "take lamp and key", "take lamp,key" },
  { "take the lamp, the key and the coin", "take lamp,key,coin" },
  { "grab everything", "take everything" },
  { "take the coin from the table", "take coin from:table" },
  { "drop the coin", "drop coin" },
  { "put the lamp down", "drop lamp" },
  { "put the coin in the box", "put coin in:box" },
  { "place the bowl on the altar", "put bowl on:altar" },
  { "I want to take the rope", "take rope" },
  { "I will try to take the rope now", "take rope" },
  { "let me grab that rope", "take rope" },
  { "tkae the rope", "take rope" },
  { "taek lamp", "take lamp" },
  { "tske lamp", "take lamp" },
  { "sneak past the guard", "? sneak past the guard" },
  { "return the book to Ann", "give book to:ann" },

  /* Going. */
  { "north", "go dir:north" },
  { "n", "go dir:north" },
  { "go north", "go dir:north" },
  { "walk to the north", "go dir:north" },
  { "go to the chapel", "go chapel" },
  { "head for the market square", "go market square" },
  { "go back", "go dir:back" },
  { "go back to the kitchen", "go kitchen" },
  { "return to the kitchen", "go kitchen" },
  { "go inside", "enter" },
  { "enter the temple", "enter temple" },
  { "go into the temple", "enter temple" },
  { "leave", "leave" },
  { "exit the house", "leave house" },
  { "go up the stairs", "go stairs dir:up" },
  { "upstairs", "go dir:up" },
  { "climb the wall", "climb wall" },
  { "climb down", "climb" },
  { "run away to the woods", "go woods" },
  { "u", "go dir:up" },
  { "out", "go dir:out" },
  { "i go down to the cellar", "go cellar" },
  { "cross the bridge", "go bridge" },

  /* Several at once. */
  { "take the lamp and go north", "take lamp; go dir:north" },
  { "take the lamp then light it", "take lamp; light it" },
  { "open the door, go in and look around", "open door; enter; look" },
  { "Take the key. Unlock the chest with it. Open the chest.", "take key; unlock chest with:it; open chest" },
  { "take lamp and light it and go down", "take lamp; light it; go dir:down" },
  { "wait and listen", "wait; listen" },
  { "go north, then talk to Mira about the flood", "go dir:north; talk mira about:flood" },

  /* Using. */
  { "open the chest", "open chest" },
  { "unlock chest with the iron key", "unlock chest with:iron key" },
  { "use the key on the chest", "use key on:chest" },
  { "use rope with hook", "use rope with:hook" },
  { "light the lamp", "light lamp" },
  { "turn on the lamp", "light lamp" },
  { "turn the lamp on", "light lamp" },
  { "turn the lamp off", "extinguish lamp" },
  { "blow out the candle", "extinguish candle" },
  { "put out the fire", "extinguish fire" },
  { "read the letter", "read letter" },
  { "pull the lever", "pull lever" },
  { "push the stone aside", "push stone aside" },
  { "wear the coat", "wear coat" },
  { "put on the coat", "wear coat" },
  { "put the coat on", "wear coat" },
  { "take off the coat", "doff coat" },
  { "take the coat off", "doff coat" },
  { "tie the rope to the post", "tie rope to:post" },
  { "cut the rope with the knife", "cut rope with:knife" },
  { "break the window", "break window" },
  { "dig in the garden", "dig garden" },
  { "throw the stone at the window", "throw stone at:window" },
  { "ring the bell", "ring bell" },
  { "knock on the door", "knock door" },
  { "eat the bread", "eat bread" },
  { "drink from the well", "drink well" },
  { "fill the cup with water", "fill cup with:water" },
  { "sit down on the bench", "sit bench" },
  { "sit down and rest", "sit; sleep" },

  /* People. */
  { "talk to Mira", "talk mira" },
  { "speak with the old man", "talk old man" },
  { "ask Mira about the flood", "ask mira about:flood" },
  { "ask about the flood", "ask about:flood" },
  { "ask Mira where the key is", "ask mira about:where key is" },
  { "ask the monk for the key", "ask monk about:key" },
  { "tell Mira about the letter", "tell mira about:letter" },
  { "tell the abbot that the bell is cracked", "tell abbot about:bell is cracked" },
  { "talk about the weather", "talk about:weather" },
  { "discuss the flood", "talk about:flood" },
  { "can you tell me about the flood?", "tell me about:flood" },
  { "give bread to the beggar", "give bread to:beggar" },
  { "give the beggar bread", "give beggar bread" },
  { "show the letter to Mira", "show letter to:mira" },
  { "hand the coin over to the monk", "give coin to:monk" },
  { "attack the guard", "attack guard" },
  { "hit the guard with the stick", "attack guard with:stick" },
  { "threaten the guard", "threaten guard" },
  { "thank Mira", "thank mira" },
  { "thank you", "thank" },
  { "say hello to Mira", "greet mira" },
  { "greet the abbot", "greet abbot" },
  { "hello", "greet" },
  { "wave to the boy", "greet boy" },
  { "apologize to her", "apologise her" },
  { "kiss him", "kiss him" },
  { "follow her", "follow her" },
  { "say friend", "say says:friend" },
  { "say the river is rising to Mira", "say mira says:the river is rising to mira" },
  { "\"Where is the key?\" I ask Mira", "say mira says:Where is the key?" },
  { "say \"I will come back\" to the abbot", "say abbot says:I will come back" },
  { "Mira, where is the key?", "say mira says:where is the key?" },
  { "mira, give me the lamp and go", "say mira says:give me the lamp and go" },
  { "why is the river rising?", "say says:why is the river rising" },
  { "do you know the abbot?", "say says:do you know the abbot" },

  /* Questions to the storyteller. */
  { "inventory", "inventory" },
  { "i", "inventory" },
  { "what am I carrying?", "inventory" },
  { "what do I have", "inventory" },
  { "who is here?", "who" },
  { "is anyone here?", "who" },
  { "where am I?", "where" },
  { "where can I go?", "exits" },
  { "help", "help" },
  { "What can I do?", "help" },
  { "I'm stuck", "help" },
  { "give me a hint", "hint" },
  { "what are my goals?", "goals" },
  { "where is the key?", "where_is key" },
  { "wait", "wait" },
  { "z", "wait" },
  { "do nothing", "wait" },
  { "again", "again" },
  { "what time is it?", "time about:what time is it" },

  /* The temple. */
  { "pray", "pray" },
  { "pray to the river mother", "pray river mother" },
  { "offer incense to the river mother", "offer incense to:river mother" },
  { "make an offering of rice", "offer rice" },
  { "bow before the statue", "bow statue" },
  { "draw a fortune slip", "draw about:draw a fortune slip" },
  { "shake the cylinder", "draw about:shake the cylinder" },
  { "what does it mean?", "interpret about:what does it mean" },
  { "ask the nun about my slip", "ask nun about:slip" },

  /* What no rule knows. */
  { "juggle three onions", "? juggle three onions" },
  { "I try to outstare the cat", "? outstare the cat" },
  { "lamp", "? lamp" },
  { "", "" },
  { "...", "" },
  { "!?", "" },
};

static gboolean
names_person_cb (const char *words,
                 gpointer    user_data)
{
  return g_str_equal (words, "mira");
}

static void
append_command (GString         *string,
                const SgCommand *command)
{
  g_autofree char *objects = command->objects != NULL ? g_strjoinv (",", command->objects) : NULL;

  if (string->len > 0)
    g_string_append (string, "; ");
  g_string_append (string, command->verb != NULL ? command->verb : "?");
  if (command->verb == NULL)
    g_string_append_printf (string, " %s", command->text);
  else if (objects != NULL)
    g_string_append_printf (string, " %s", objects);
  if (command->second != NULL)
    g_string_append_printf (string, " %s:%s", command->preposition, command->second);
  if (command->direction != NULL)
    g_string_append_printf (string, " dir:%s", command->direction);
  if (command->topic != NULL)
    g_string_append_printf (string, " about:%s", command->topic);
  if (command->speech != NULL)
    g_string_append_printf (string, " says:%s", command->speech);
}

static char *
dup_understood (const char *input,
                const char *mode)
{
  g_autoptr (GPtrArray) commands = sg_command_parse (input, mode, NULL, names_person_cb, NULL);
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < commands->len; i++)
    append_command (string, g_ptr_array_index (commands, i));

  return g_string_free (string, FALSE);
}

static void
test_sentences (void)
{
  guint n_wrong = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_autofree char *understood = dup_understood (sentences[i].input, "do");

      if (g_strcmp0 (understood, sentences[i].expected) == 0)
        continue;
      g_test_message ("“%s” is understood as “%s”, not “%s”", sentences[i].input, understood, sentences[i].expected);
      n_wrong++;
    }

  g_assert_cmpuint (n_wrong, ==, 0);
}

static void
test_say_mode (void)
{
  g_autofree char *plain = dup_understood ("  take the lamp and go north ", "say");
  g_autofree char *named = dup_understood ("Mira, take the lamp", "say");

  g_assert_cmpstr (plain, ==, "say says:take the lamp and go north");
  g_assert_cmpstr (named, ==, "say mira says:take the lamp");
}

static void
test_own_verbs (void)
{
  g_autoptr (JsonNode) node = json_from_string ("{\"toll\": [\"strike up\", \"clang\"]}", NULL);
  g_autoptr (GPtrArray) commands = NULL;
  const SgCommand *command;

  commands = sg_command_parse ("strike up the bell and clang the gong", "do", json_node_get_object (node), NULL, NULL);
  g_assert_cmpuint (commands->len, ==, 2);
  command = g_ptr_array_index (commands, 0);
  g_assert_cmpstr (command->verb, ==, "toll");
  g_assert_cmpstr (command->objects[0], ==, "bell");
  command = g_ptr_array_index (commands, 1);
  g_assert_cmpstr (command->verb, ==, "toll");
}

static void
test_words (void)
{
  g_assert_true (sg_word_is_close ("lamp", "lmap"));
  g_assert_true (sg_word_is_close ("lamp", "lamps"));
  g_assert_true (sg_word_is_close ("lantern", "lantrn"));
  g_assert_true (sg_word_is_close ("lantern", "lanteen"));
  g_assert_true (sg_word_is_close ("open", "opne"));
  g_assert_false (sg_word_is_close ("lantern", "lamp"));
  g_assert_false (sg_word_is_close ("cat", "cut"));
  g_assert_false (sg_word_is_close ("table", "cabin"));
  g_assert_true (sg_word_is_same_stem ("lilies", "lily"));
  g_assert_true (sg_word_is_same_stem ("box", "boxes"));
  g_assert_false (sg_word_is_same_stem ("bell", "belly"));
}

/* Whatever is typed, something comes of it and nothing breaks. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  static const char *const pieces[] = {
    "take", "lamp", "and", ",", ".", "\"", "to", "the", "ask", "about", "mira", "say", "i", "would", "like", "with",
    "go", "back", "north", "'", "?", "who", "is", "all", "\xc3\xa4", "\xe2\x80\x9c", "\xff", "\n", "put", "up",
  };

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      g_autofree char *understood = NULL;

      for (int n = g_rand_int_range (rand, 0, 12); n > 0; n--)
        g_string_append_printf (line, "%s%s", pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))],
                                g_rand_boolean (rand) ? " " : "");
      understood = dup_understood (line->str, i % 5 == 0 ? "say" : "do");
      g_assert_nonnull (understood);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storyteller/understanding/sentences", test_sentences);
  g_test_add_func ("/storyteller/understanding/say-mode", test_say_mode);
  g_test_add_func ("/storyteller/understanding/own-verbs", test_own_verbs);
  g_test_add_func ("/storyteller/understanding/words", test_words);
  g_test_add_func ("/storyteller/understanding/noise", test_noise);

  return g_test_run ();
}
