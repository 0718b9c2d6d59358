/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player is trying to do, told from the first words that mean something.  It costs nothing and
 * is known before anything is read; a planner that asks a model knows better, and overrules it. */

#include "config.h"

#include "engine/sg-intent.h"
#include "engine/sg-told-words.h"

static const char *const names[] = {
  [SG_INTENT_MOVE] = "move",     [SG_INTENT_LOOK] = "look", [SG_INTENT_TALK] = "talk",
  [SG_INTENT_USE] = "use",       [SG_INTENT_ATTACK] = "attack",
  [SG_INTENT_WAIT] = "wait",     [SG_INTENT_ASK] = "ask",
  [SG_INTENT_OTHER] = "other",
};

/* The first word of the player's that stands here decides. */
static const struct
{
  const char *word;
  SgIntent    intent;
} verbs[] = {
  { "go", SG_INTENT_MOVE },       { "walk", SG_INTENT_MOVE },    { "run", SG_INTENT_MOVE },
  { "climb", SG_INTENT_MOVE },    { "enter", SG_INTENT_MOVE },   { "leave", SG_INTENT_MOVE },
  { "follow", SG_INTENT_MOVE },   { "return", SG_INTENT_MOVE },  { "head", SG_INTENT_MOVE },
  { "north", SG_INTENT_MOVE },    { "south", SG_INTENT_MOVE },   { "east", SG_INTENT_MOVE },
  { "west", SG_INTENT_MOVE },     { "up", SG_INTENT_MOVE },      { "down", SG_INTENT_MOVE },
  { "gehe", SG_INTENT_MOVE },     { "geh", SG_INTENT_MOVE },     { "laufe", SG_INTENT_MOVE },
  { "look", SG_INTENT_LOOK },     { "examine", SG_INTENT_LOOK }, { "inspect", SG_INTENT_LOOK },
  { "search", SG_INTENT_LOOK },   { "read", SG_INTENT_LOOK },    { "watch", SG_INTENT_LOOK },
  { "listen", SG_INTENT_LOOK },   { "study", SG_INTENT_LOOK },   { "find", SG_INTENT_LOOK },
  { "schaue", SG_INTENT_LOOK },   { "untersuche", SG_INTENT_LOOK }, { "lies", SG_INTENT_LOOK },
  { "say", SG_INTENT_TALK },      { "tell", SG_INTENT_TALK },    { "talk", SG_INTENT_TALK },
  { "speak", SG_INTENT_TALK },    { "greet", SG_INTENT_TALK },   { "ask", SG_INTENT_TALK },
  { "shout", SG_INTENT_TALK },    { "whisper", SG_INTENT_TALK }, { "answer", SG_INTENT_TALK },
  { "sage", SG_INTENT_TALK },     { "frage", SG_INTENT_TALK },   { "rede", SG_INTENT_TALK },
  { "take", SG_INTENT_USE },      { "get", SG_INTENT_USE },      { "use", SG_INTENT_USE },
  { "open", SG_INTENT_USE },      { "close", SG_INTENT_USE },    { "give", SG_INTENT_USE },
  { "put", SG_INTENT_USE },       { "drop", SG_INTENT_USE },     { "push", SG_INTENT_USE },
  { "pull", SG_INTENT_USE },      { "light", SG_INTENT_USE },    { "unlock", SG_INTENT_USE },
  { "eat", SG_INTENT_USE },       { "drink", SG_INTENT_USE },    { "wear", SG_INTENT_USE },
  { "nimm", SG_INTENT_USE },      { "benutze", SG_INTENT_USE },  { "öffne", SG_INTENT_USE },
  { "attack", SG_INTENT_ATTACK }, { "hit", SG_INTENT_ATTACK },   { "fight", SG_INTENT_ATTACK },
  { "kill", SG_INTENT_ATTACK },   { "shoot", SG_INTENT_ATTACK }, { "stab", SG_INTENT_ATTACK },
  { "strike", SG_INTENT_ATTACK }, { "kick", SG_INTENT_ATTACK },  { "punch", SG_INTENT_ATTACK },
  { "greife", SG_INTENT_ATTACK }, { "schlage", SG_INTENT_ATTACK },
  { "wait", SG_INTENT_WAIT },     { "rest", SG_INTENT_WAIT },    { "sleep", SG_INTENT_WAIT },
  { "warte", SG_INTENT_WAIT },    { "schlafe", SG_INTENT_WAIT },
};

/* Words that the sentence may begin with and that say nothing. */
static const char *const fillers[] = { "i", "we", "you", "ich", "then", "and", "please", "to", "try",
                                       "slowly", "quickly", "carefully", "will", "now", NULL };

/* How many words are looked at: what comes later is about something else. */
#define MAX_WORDS 6

/**
 * sg_intent_to_string:
 * @intent: an intent
 *
 * Returns: its name, as spans and plans have it
 */
const char *
sg_intent_to_string (SgIntent intent)
{
  g_return_val_if_fail (intent < G_N_ELEMENTS (names), NULL);

  return names[intent];
}

/**
 * sg_intent_from_string:
 * @string: a name
 * @intent: (out): the intent
 *
 * Returns: whether there is one of that name
 */
gboolean
sg_intent_from_string (const char *string,
                       SgIntent   *intent)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (string, names[i]) == 0)
        {
          *intent = i;
          return TRUE;
        }
    }

  return FALSE;
}

static SgIntent
find_verb (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (*verbs[i].word == *word && g_str_equal (verbs[i].word, word))
        return verbs[i].intent;
    }

  return SG_INTENT_OTHER;
}

/**
 * sg_intent_guess:
 * @mode: how the words are meant
 * @words: the player's words
 *
 * Returns: what the player is trying to do, as far as a few words tell
 */
SgIntent
sg_intent_guess (SgInputMode  mode,
                 const char  *words)
{
  g_autoptr (SgToldWords) told = NULL;
  const SgToldWord *word;
  guint n = 0;

  g_return_val_if_fail (words != NULL, SG_INTENT_OTHER);

  /* What stands in brackets is said to the storyteller, as players have always done. */
  if (*words == '(' || g_str_has_prefix (words, "OOC"))
    return SG_INTENT_ASK;
  if (mode == SG_INPUT_SAY)
    return SG_INTENT_TALK;
  if (mode != SG_INPUT_DO)
    return SG_INTENT_OTHER;
  if (*words == '"' || g_str_has_prefix (words, "“"))
    return SG_INTENT_TALK;

  told = sg_told_words_new (words);
  for (guint i = 0; n < MAX_WORDS && (word = sg_told_words_get (told, i)) != NULL; i++)
    {
      SgIntent intent = find_verb (word->folded);

      if (intent != SG_INTENT_OTHER)
        return intent;
      if (!g_strv_contains (fillers, word->folded))
        n++;
    }

  return SG_INTENT_OTHER;
}

/* What may stand beside the verb of somebody who only looks around. */
static const char *const surroundings[] = { "around", "about", "here", "everywhere", "me", "us", "mich",
                                            "uns", "um", "hier", NULL };

/**
 * sg_intent_is_plain:
 * @mode: how the words are meant
 * @words: the player's words
 *
 * Returns: whether the player only looks around: all that is there to be seen stands in the prompt, and
 *   nothing has to be found out or settled first
 */
gboolean
sg_intent_is_plain (SgInputMode  mode,
                    const char  *words)
{
  g_autoptr (SgToldWords) told = NULL;
  const SgToldWord *word;
  gboolean looks = FALSE;

  g_return_val_if_fail (words != NULL, FALSE);

  if (sg_intent_guess (mode, words) != SG_INTENT_LOOK)
    return FALSE;

  told = sg_told_words_new (words);
  for (guint i = 0; (word = sg_told_words_get (told, i)) != NULL; i++)
    {
      if (g_str_equal (word->folded, "look") || g_str_equal (word->folded, "schaue"))
        looks = TRUE;
      else if (!g_strv_contains (fillers, word->folded) && !g_strv_contains (surroundings, word->folded))
        return FALSE;
    }

  return looks;
}
