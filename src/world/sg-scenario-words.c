/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-scenario-words.h"

static const char *const verbs[] = {
  "look", "search", "touch", "listen", "smell", "taste", "take", "drop", "put", "give", "show", "throw", "open",
  "close", "lock", "unlock", "push", "pull", "turn", "light", "extinguish", "read", "write", "eat", "drink", "wear",
  "doff", "use", "break", "cut", "burn", "dig", "tie", "untie", "fill", "pour", "clean", "repair", "ring", "play",
  "knock", "climb", "jump", "swim", "sit", "stand", "sleep", "wait", "hide", "follow", "attack", "threaten", "greet",
  "bye", "thank", "apologise", "flatter", "insult", "kiss", "comfort", "bribe", "pay", "buy", "pray", "bow", "offer",
  "draw", "interpret", "sing", "dance", "shout", "think", "go", "enter", "leave", "talk", "ask", "tell", NULL
};

static const char *const vars[] = {
  "place", "thing", "other", "person", "topic", "intent", "words", "total", "deity", "question", "direction", NULL
};

static const char *const phrases[] = {
  "taken", "dropped", "given_refused", "opened", "closed", "locked", "unlocked", "is_locked", "lit", "put_out",
  "cannot_go", "cannot_take", "not_here", "nothing_special", "nothing_happens", "wait", "dark", "nobody_here",
  "no_answer", "unknown_topic", "small_talk", "violence_refused", "oracle_before", "oracle_strong", "oracle_weak",
  "oracle_miss", "listen", "smell", "touch", "search", "pray", "sing", "sleep", "eat", "drink", "not_understood",
  "ended", "help", NULL
};

static const char *const forms[] = {
  "a", "an", "the", "name", "she", "he", "they", "her", "him", "them", "hers", "his", "their", "is", NULL
};

gboolean
sg_scenario_words_has_verb (const char *word)
{
  return g_strv_contains (verbs, word);
}

gboolean
sg_scenario_words_has_var (const char *word)
{
  return g_strv_contains (vars, word);
}

gboolean
sg_scenario_words_has_phrase (const char *word)
{
  return g_strv_contains (phrases, word);
}

gboolean
sg_scenario_words_has_form (const char *word)
{
  g_autofree char *lower = g_ascii_strdown (word, -1);

  return g_strv_contains (forms, lower);
}
