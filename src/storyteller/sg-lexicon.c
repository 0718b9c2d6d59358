/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-lexicon.h"

#include <string.h>

#include "storyteller/sg-words.h"

/* Phrases of each verb, parted by `|`.  `*` after a phrase stands for nothing; longer phrases are tried
 * first, whatever the order here. */
static const struct
{
  const char *verb;
  const char *phrases;
} verbs[] = {
  { "look", "look|l|look at|examine|x|inspect|look around|look about|observe|view|see|study|watch|regard|gaze at|gaze|"
            "stare at|peer at|peer into|look into|look inside|look in|look under|look behind|look through|check|"
            "check out|describe|have a look at|have a look around|have a look|take a look at|take a look around|"
            "take a look|glance at|glance around|survey|consider|admire|look closely at|scrutinise|scrutinize|"
            "have a closer look at|take a closer look at|look over|look upon|look up at|look down at|look on|peek at|"
            "peek into|peek" },
  { "search", "search|look for|search for|rummage|rummage in|rummage through|rifle through|hunt for|feel around|"
              "explore|ransack|comb|search through|go through|sift through|investigate|seek|find" },
  { "touch", "touch|feel|stroke|pat|pet|caress|run my hand over|run my fingers over|lay my hand on|"
             "put my hand on|rub" },
  { "listen", "listen|listen to|hear|listen at|listen for|eavesdrop|eavesdrop on|hark|overhear" },
  { "smell", "smell|sniff|sniff at|smell at|breathe in" },
  { "taste", "taste|lick|taste of|try the taste of" },
  { "take", "take|get|grab|pick up|pick|fetch|collect|carry|acquire|snatch|seize|lift|take hold of|gather|obtain|"
            "pocket|steal|retrieve|scoop up|pluck|remove|take away|get hold of|grasp|hold|take up|take down|bring|"
            "help myself to|catch|pull out|take out" },
  { "drop", "drop|put down|discard|leave behind|throw away|set down|lay down|let go of|let go|get rid of|ditch|dump|"
            "abandon" },
  { "put", "put|place|insert|set|lay|stick|stuff|stow|slide|slip|balance|hang|install|fit|store" },
  { "give", "give|hand|hand over|offer up|pass|present|deliver|donate|return the|return my|return your|give back|feed|hand back|lend|gift|give up|"
            "give away" },
  { "show", "show|display|hold up|reveal|hold out|point out|flash" },
  { "throw", "throw|toss|hurl|fling|chuck|lob|cast|sling" },
  { "open", "open|open up|pry open|force open|uncover|unwrap|lift the lid of|pull open|push open|unfold|unroll|unseal|"
            "break the seal of|prise open" },
  { "close", "close|shut|slam|close up|pull shut|push shut|fold" },
  { "lock", "lock|bolt|bar|lock up|latch" },
  { "unlock", "unlock|unbolt|unlatch|unbar|pick the lock of" },
  { "push", "push|shove|press|move|nudge|push against|push on|lean on|lean against|heave|depress|slide aside|roll|"
            "budge|press on|shift" },
  { "pull", "pull|tug|drag|yank|haul|pull on|pull at|tug at|tug on|draw back|pull up|haul on|pull down|pull aside" },
  { "turn", "turn|rotate|twist|spin|crank|wind|turn over|flip|turn around|wind up|screw" },
  { "light", "light|ignite|kindle|light up|set light to|turn on|switch on|relight|strike a match to" },
  { "extinguish", "extinguish|put out|douse|blow out|snuff|snuff out|quench|turn off|switch off|smother" },
  { "read", "read|peruse|leaf through|skim|read through|decipher|read from|browse|read aloud|read out|study the text of" },
  { "write", "write|scribble|note|write down|sign|inscribe|write on|write in|carve|draw a picture of|sketch" },
  { "eat", "eat|devour|consume|nibble|bite|chew|swallow|munch|dine on|eat some|nibble at|bite into|eat up" },
  { "drink", "drink|sip|gulp|quaff|drink from|sip from|drink some|sip at|drain|swig" },
  { "wear", "wear|put on|don|dress in|slip on|try on|dress up in" },
  { "doff", "doff|take off|undress|shed|slip off" },
  { "use", "use|apply|operate|employ|utilise|utilize|make use of|work|activate|try out|handle|wield|try" },
  { "break", "break|smash|shatter|destroy|crack|wreck|break open|break down|demolish|snap|kick|kick in|kick down|"
             "force|ruin|smash open|bash|burst open|break into|crush|pry|prise|break through|damage|tear down" },
  { "cut", "cut|slice|chop|saw|carve up|sever|cut through|cut down|hack|hack at|tear|rip|slash|chop down|cut open" },
  { "burn", "burn|set fire to|set on fire|torch|incinerate|burn down|burn up" },
  { "dig", "dig|dig up|excavate|dig in|shovel|burrow|dig out|dig into|unearth|dig for|dig through" },
  { "tie", "tie|fasten|bind|attach|knot|tie up|secure|hook|connect|tether|moor|fix|lash" },
  { "untie", "untie|unfasten|loosen|undo|unbind|release|free|cast off|unhook|detach|untether|set free|loose" },
  { "fill", "fill|refill|top up|fill up" },
  { "pour", "pour|empty|spill|pour out|tip out|empty out" },
  { "clean", "clean|wipe|polish|wash|scrub|dust|sweep|dry|brush|rinse|clear|wipe off|clean up|sweep up|brush off|"
             "wipe down" },
  { "repair", "repair|mend|fix up|patch|restore|patch up|rebuild|sew" },
  { "ring", "ring|toll|chime|sound|strike the bell|peal" },
  { "play", "play|strum|blow|play on|blow into|perform|drum" },
  { "knock", "knock|knock on|knock at|rap|rap on|tap|tap on|bang on|pound on|hammer on" },
  { "climb", "climb|scale|clamber|climb up|climb over|climb on|climb onto|climb down|ascend|clamber up|clamber over|"
             "mount|climb through|climb into|climb out of|scramble up|descend|shin up" },
  { "jump", "jump|leap|hop|spring|jump over|leap over|jump across|jump into|vault over|jump off|leap across|dive|"
            "dive into|jump down|bound" },
  { "swim", "swim|wade|paddle|swim across|swim to|wade through|bathe|float|wade into|swim in|bathe in" },
  { "sit", "sit|sit down|sit on|sit in|take a seat|rest on|kneel|kneel down|kneel before|lie down|lie on|sit at|"
           "crouch|squat|take a seat on|sit down on|sit beside|sit by|kneel at|sit next to|sit with" },
  { "stand", "stand|stand up|get up|rise|stand on|straighten|straighten up|get to my feet" },
  { "sleep", "sleep|nap|take a nap|go to sleep|doze|rest|lie down to sleep|fall asleep|go to bed|sleep in|sleep on|"
             "take a rest|have a rest|close my eyes" },
  { "wait", "wait|z|wait a while|wait a moment|wait for a while|stay|linger|pause|do nothing|pass time|pass the time|"
            "wait for|bide my time|hang around|loiter|remain|stay here|wait here|stay put|hold still|stand still" },
  { "hide", "hide|hide in|hide behind|hide under|conceal|take cover|duck|lie low|duck behind" },
  { "follow", "follow|chase|pursue|go after|tail|shadow|run after|accompany|go with|walk with|track" },
  { "attack", "attack|hit|fight|kill|strike|stab|punch|murder|slay|assault|slap|shoot|beat up|hurt|wound|strangle|"
              "choke|lunge at|swing at|charge|wrestle|tackle|kick at|fight with|harm|headbutt|beat|throttle" },
  { "threaten", "threaten|menace|intimidate|bully|warn|shake my fist at|scare|frighten|blackmail" },
  { "greet", "greet|hello|hi|say hello|say hello to|say hi|say hi to|welcome|wave|wave to|wave at|nod|nod to|nod at|"
             "good morning|good evening|good day|good afternoon|greetings|introduce myself|introduce myself to|"
             "salute|say good morning|say good evening|say good morning to|say good evening to|shake hands with|"
             "curtsy|good night" },
  { "bye", "bye|goodbye|good bye|farewell|say goodbye|say goodbye to|take my leave|take leave of|say farewell to|"
           "say bye|say bye to|part from" },
  { "thank", "thank|thanks|thank you|say thanks|say thank you|say thanks to|say thank you to|express my thanks to" },
  { "apologise", "apologise|apologize|apologise to|apologize to|say sorry|say sorry to|sorry|beg pardon|ask forgiveness|"
                 "i am sorry|ask forgiveness of|beg forgiveness" },
  { "flatter", "flatter|compliment|praise|charm|flirt|flirt with|woo|pay a compliment to|congratulate" },
  { "insult", "insult|mock|curse|swear at|taunt|offend|jeer at|laugh at|swear|curse at|ridicule|tease|provoke|spit at|"
              "spit on" },
  { "kiss", "kiss|smooch|give a kiss to|kiss the hand of" },
  { "comfort", "comfort|hug|embrace|console|hold the hand of|cuddle|soothe|calm|calm down|put my arm around|reassure|"
               "cheer up|encourage" },
  { "bribe", "bribe|buy off|slip money to" },
  { "pay", "pay|pay for|settle up|tip|repay" },
  { "buy", "buy|purchase|order|trade for|barter for|haggle for|hire|rent" },
  { "pray", "pray|pray to|say a prayer|say a prayer to|worship|meditate|pray for|say a prayer for|invoke|give thanks|"
            "give thanks to|venerate|call upon|plead with|pray before|pray at|meditate on|say my prayers|"
            "contemplate" },
  { "bow", "bow|bow to|bow before|bow down|prostrate|bend the knee|genuflect|bow down before|bow to the ground|"
           "bow my head|prostrate myself|prostrate myself before" },
  { "offer", "offer|make an offering of|make an offering|sacrifice|dedicate|leave an offering|leave as an offering|"
             "leave an offering of|burn incense|make an offering to" },
  { "draw", "draw|draw a slip|draw a fortune|draw a fortune slip|draw lots|draw a lot|shake the cylinder|"
            "draw my fortune|draw a stick|cast lots|tell my fortune|ask for a fortune|get my fortune|consult the oracle|"
            "try my luck|draw another slip|draw another|draw again|draw another fortune|shake the tube|"
            "ask for my fortune|seek my fortune|consult the sticks|shake the sticks|shake the box" },
  { "interpret", "interpret|have interpreted|ask for an interpretation|ask for an interpretation of|explain|"
                 "what does it mean|what does my slip mean|what does the slip mean|what does this mean|ask the meaning|"
                 "ask the meaning of|have my slip read|have my slip interpreted|have the slip interpreted|"
                 "read my fortune|what is the meaning|ask what it means|unravel|ponder the slip|"
                 "get my slip interpreted|have the slip read|what does my fortune mean|ask about my slip|"
                 "ask about the slip|ask about my fortune" },
  { "sing", "sing|hum|whistle|chant|sing to|sing a song|recite" },
  { "dance", "dance|dance with|twirl|waltz" },
  { "shout", "shout|yell|scream|shout at|yell at|call out|cry out|call for help|call|shout for|call to|call for" },
  { "think", "think|think about|remember|recall|reflect|ponder|reflect on|think of|think back|think over|recollect|"
             "wonder|wonder about|muse|dream of" },
  { "go", "go|walk|run|head|move to|travel|proceed|go to|walk to|run to|head to|head for|make my way to|make my way|"
          "make for|wander|stroll|step|crawl|sneak to|approach|return to|go back to|visit|march|cross|sail|ride|row|"
          "move toward|move towards|go towards|go toward|hurry|hurry to|rush|rush to|set off|set off for|flee|escape|"
          "retreat|advance|continue|go on|come|journey|climb back|walk towards|creep|tiptoe|cross over|cross over to|"
          "slip into|pass through|squeeze through|take the way|take the path|take the road|follow the path|"
          "go down to|go up to|head back|head back to|walk back to|return|get back to|run back to|ascend to|"
          "descend to|descend into|step into|step through|step out|step outside|move on" },
  { "enter", "enter|go in|go into|go inside|walk in|walk into|step inside|get in|get into|walk through|"
             "board|come in|head into|run into|head inside|climb aboard|get on|crawl into|crawl through|step in" },
  { "leave", "leave|exit|go out|get out|depart|walk out|go outside|get out of|go out of|head out|walk out of|"
             "come out|step out of|climb out" },
  { "talk", "talk|talk to|speak|speak to|talk with|speak with|chat|chat with|converse|converse with|chat to|address|"
            "have a word with|start a conversation with|strike up a conversation with|make conversation with|"
            "have a chat with|talk about|speak about|chat about|gossip|gossip with|approach and talk to|discuss|"
            "speak of|talk of|have a talk with|engage|consult|confide in|make small talk with|make small talk|interview" },
  { "ask", "ask|question|inquire|enquire|query|ask about|interrogate|quiz|inquire about|enquire about|request|beg|"
           "demand|beseech|plead|grill|ask for|beg for|urge|petition|implore|press for an answer" },
  { "tell", "tell|inform|explain to|describe to|confess|confess to|admit to|report to|mention|mention to|report|"
            "let know|remind|convince|persuade|relate to|reveal to|announce|confront" },
  { "say", "say|reply|answer|whisper|murmur|mutter|respond|exclaim|say to|whisper to|reply to|answer to|utter|state|"
           "speak the word|speak the words|say the word|say the words|mumble" },
  { "inventory", "inventory|i|inv|take inventory|what am i carrying|what do i have|what have i got|check inventory|"
                 "check my inventory|look at my things|what am i holding|check my pockets|look in my bag|"
                 "show inventory|list my things|what do i carry|empty my pockets|search my pockets|"
                 "look in my pockets|what is in my pockets|check my bag|what are my possessions|my things" },
  { "help", "help|what can i do|what should i do|what now|what next|how do i play|commands|instructions|i am stuck|"
            "i am lost|what can i do here|what do i do|what do i do now|help me|how does this work|options|"
            "what are my options|what could i do|what should i do now|what should i do next|what can i do now|stuck" },
  { "hint", "hint|give me a hint|clue|give me a clue|a hint|hints|i need a hint|any hints" },
  { "goals", "goals|quests|journal|what is my goal|what are my goals|what am i doing|tasks|objectives|notes|"
             "what was i doing|what am i supposed to do|my goals|what do i have to do|status|score|quest|"
             "what must i do|why am i here" },
  { "who", "who is here|who is there|who is around|who is with me|is anyone here|is anybody here|who is present|"
           "who can i talk to|is there anyone here|is anybody there|is anyone there|anyone here|who else is here|"
           "who do i see|is there anybody here|who can i see" },
  { "where", "where am i|what is this place|what place is this|location|where is this|where are we" },
  { "exits", "exits|where can i go|what exits are there|ways out|where to|list exits|what are the exits|directions|"
             "which way|where does this lead|how do i get out|where can i go from here|which ways|where could i go" },
  { "again", "again|g|repeat|do it again|do that again|once more|repeat that|same again" },
  { "who_am_i", "who am i|look at myself|examine me|look at me|examine myself|inspect myself|my reflection|"
                "how am i|how do i look|how do i feel|x me" },
  { "time", "what time is it|time|how late is it|how much time is left|what is the time|how long do i have|"
            "check the time|how much time do i have|what hour is it" },
};

static const struct
{
  const char *word;
  const char *direction;
} directions[] = {
  { "n", "north" },         { "north", "north" },         { "northward", "north" }, { "northwards", "north" },
  { "s", "south" },         { "south", "south" },         { "southward", "south" }, { "southwards", "south" },
  { "e", "east" },          { "east", "east" },           { "eastward", "east" },   { "eastwards", "east" },
  { "w", "west" },          { "west", "west" },           { "westward", "west" },   { "westwards", "west" },
  { "ne", "northeast" },    { "northeast", "northeast" }, { "north-east", "northeast" },
  { "nw", "northwest" },    { "northwest", "northwest" }, { "north-west", "northwest" },
  { "se", "southeast" },    { "southeast", "southeast" }, { "south-east", "southeast" },
  { "sw", "southwest" },    { "southwest", "southwest" }, { "south-west", "southwest" },
  { "u", "up" },            { "up", "up" },               { "upstairs", "up" },     { "upward", "up" },
  { "upwards", "up" },      { "d", "down" },              { "down", "down" },       { "downstairs", "down" },
  { "downward", "down" },   { "downwards", "down" },      { "in", "in" },           { "inside", "in" },
  { "indoors", "in" },      { "out", "out" },             { "outside", "out" },     { "outdoors", "out" },
  { "back", "back" },       { "backwards", "back" },
};

/* How many words of @phrase the sentence has at @first; 0 where they are not all there. */
static guint
match_phrase (const char         *phrase,
              gsize               length,
              const char * const *words,
              guint               first)
{
  guint n_words = 0;

  while (length > 0)
    {
      gsize part = 0;

      while (part < length && phrase[part] != ' ')
        part++;
      if (words[first + n_words] == NULL || strlen (words[first + n_words]) != part
          || strncmp (phrase, words[first + n_words], part) != 0)
        return 0;

      n_words++;
      phrase += MIN (part + 1, length);
      length -= MIN (part + 1, length);
    }

  return n_words;
}

static guint
match_phrases (const char         *phrases,
               const char * const *words,
               guint               first)
{
  guint best = 0;

  while (*phrases != '\0')
    {
      gsize length = strcspn (phrases, "|");

      best = MAX (best, match_phrase (phrases, length, words, first));
      phrases += length;
      if (*phrases == '|')
        phrases++;
    }

  return best;
}

static const char *
find_own_verb (JsonObject         *own_verbs,
               const char * const *words,
               guint               first,
               guint              *n_words)
{
  const char *found = NULL;
  JsonObjectIter iter;
  const char *verb;
  JsonNode *node;

  *n_words = 0;
  if (own_verbs == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, own_verbs);
  while (json_object_iter_next_ordered (&iter, &verb, &node))
    {
      JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

      for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
        {
          const char *phrase = json_array_get_string_element (array, i);
          guint n = match_phrase (phrase, strlen (phrase), words, first);

          if (n > *n_words)
            {
              *n_words = n;
              found = verb;
            }
        }
      if (*n_words == 0 && g_str_equal (words[first], verb))
        {
          *n_words = 1;
          found = verb;
        }
    }

  return found;
}

const char *
sg_lexicon_find_verb (JsonObject         *own_verbs,
                      const char * const *words,
                      guint               first,
                      guint              *n_words)
{
  const char *found = find_own_verb (own_verbs, words, first, n_words);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      guint n = match_phrases (verbs[i].phrases, words, first);

      if (n > *n_words)
        {
          *n_words = n;
          found = verbs[i].verb;
        }
    }

  return found;
}

const char *
sg_lexicon_guess_verb (JsonObject *own_verbs,
                       const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_auto (GStrv) phrases = g_strsplit (verbs[i].phrases, "|", -1);

      for (guint j = 0; phrases[j] != NULL; j++)
        {
          if (strchr (phrases[j], ' ') == NULL && sg_word_is_slip (word, phrases[j]))
            return verbs[i].verb;
        }
    }

  return NULL;
}

const char *
sg_lexicon_find_direction (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      if (g_str_equal (directions[i].word, word))
        return directions[i].direction;
    }

  return NULL;
}

gboolean
sg_lexicon_is_preposition (const char *word)
{
  static const char *const prepositions[] = {
    "with", "using", "on", "onto", "upon", "in", "into", "inside", "to", "at", "from", "under", "behind", "against",
    "about", "for", "over", "through", "towards", "toward", "of", "by", "beside", "near", "around", "off", "before",
    NULL
  };

  return g_strv_contains (prepositions, word);
}
