/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-command-private.h"

#include <string.h>

#include "storyteller/sg-lexicon.h"
#include "storyteller/sg-words.h"

static const char *const leads[] = {
  "i would like to", "i would love to", "i would rather", "i would", "i want to", "i wish to", "i will try to",
  "i will", "i am going to", "i am trying to", "i try to", "i attempt to", "i decide to", "i have to", "i need to",
  "i must", "i should", "i can", "i begin to", "i start to", "we", "let us", "let me", "can i", "could i", "may i",
  "should i", "shall i", "might i", "would you", "can you", "could you", "will you", "you", "begin to", "start to",
  "go and", "come and", "try to", "attempt to", "try and", "want to", "going to", "need to", "have to", "i", "and",
  "if i may", "is it possible to", "how do i", "how can i", "how about i", "what if i", "do you mind if i",
  "i think i will", "i think i", "to",
};

static const char *const wh_words[] = {
  "who", "what", "where", "when", "why", "how", "which", "whose", "whom", "is", "are", "was", "were", "do", "does",
  "did", "can", "could", "will", "would", "should", "have", "has", "am", NULL
};

static guint
match_lead (SgClause    clause,
            guint       at,
            const char *lead)
{
  guint n_words = 0;

  while (*lead != '\0')
    {
      gsize length = strcspn (lead, " ");

      if (at + n_words >= clause.last || strlen (clause.words[at + n_words]) != length
          || strncmp (clause.words[at + n_words], lead, length) != 0)
        return 0;

      n_words++;
      lead += length;
      lead += *lead == ' ';
    }

  return n_words;
}

/* Longer phrases stand before shorter ones, so the first that fits is right; what is left has to be
 * something, or else "I" means the inventory. */
static guint
skip_one (SgClause clause,
          guint    at)
{
  guint n_words;

  if (sg_word_is_filler (clause.words[at]) && at + 1 < clause.last)
    return 1;

  for (guint i = 0; i < G_N_ELEMENTS (leads); i++)
    {
      n_words = match_lead (clause, at, leads[i]);
      if (n_words > 0 && at + n_words < clause.last)
        return n_words;
    }

  return 0;
}

guint
sg_clause_skip_lead (SgClause clause)
{
  guint at = clause.first;

  while (at < clause.last)
    {
      guint n_words = 0;
      guint skipped;

      /* "I am stuck" and "what can I do" are verbs as a whole. */
      sg_lexicon_find_verb (clause.own_verbs, clause.words, at, &n_words);
      if (n_words >= 3 || (n_words == 2 && g_str_equal (clause.words[at], "try")))
        break;

      skipped = sg_word_is_sign (clause.words[at]) ? 1 : skip_one (clause, at);
      if (skipped == 0)
        break;
      at += skipped;
    }

  return at;
}

static SgCommand *
command_new (SgClause    clause,
             const char *verb)
{
  SgCommand *command = g_new0 (SgCommand, 1);

  command->verb = g_strdup (verb);
  command->text = sg_words_join (clause.words, clause.first, clause.last);

  return command;
}

/* A noun phrase: without articles in front and small words behind. */
static char *
dup_noun (SgClause clause,
          guint    first,
          guint    last)
{
  g_autoptr (GString) string = g_string_new (NULL);

  while (first < last && (sg_word_is_article (clause.words[first]) || sg_word_is_filler (clause.words[first])
                          || g_str_equal (clause.words[first], "of")
                          || (g_str_equal (clause.words[first], "her") && first + 1 < last)))
    first++;
  while (last > first && (sg_word_is_filler (clause.words[last - 1]) || sg_word_is_sign (clause.words[last - 1])
                          || g_str_equal (clause.words[last - 1], "here")
                          || g_str_equal (clause.words[last - 1], "there")
                          || (last > first + 1 && (g_str_equal (clause.words[last - 1], "over")
                                                   || g_str_equal (clause.words[last - 1], "away")
                                                   || g_str_equal (clause.words[last - 1], "back")))))
    last--;

  for (guint i = first; i < last; i++)
    {
      if (sg_word_is_sign (clause.words[i]) || (i > first && sg_word_is_article (clause.words[i])))
        continue;
      g_string_append_printf (string, "%s%s", string->len > 0 ? " " : "", clause.words[i]);
    }

  return string->len > 0 ? g_strdup (string->str) : NULL;
}

/* "lamp, key and the coin" */
static void
set_objects (SgCommand *command,
             SgClause   clause,
             guint      first,
             guint      last)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = FALSE;
  guint start = first;

  for (guint i = first; i <= last; i++)
    {
      g_autofree char *noun = NULL;

      if (i < last && !g_str_equal (clause.words[i], "and") && !g_str_equal (clause.words[i], ","))
        continue;
      noun = dup_noun (clause, start, i);
      start = i + 1;
      if (noun == NULL)
        continue;
      g_strv_builder_add (builder, noun);
      any = TRUE;
    }

  g_strfreev (command->objects);
  command->objects = any ? g_strv_builder_end (builder) : NULL;
}

static guint
find_word (SgClause            clause,
           guint               first,
           const char * const *wanted)
{
  for (guint i = first; i < clause.last; i++)
    {
      if (g_strv_contains (wanted, clause.words[i]))
        return i;
    }

  return clause.last;
}

/* ask X about Y, talk to X about Y, tell X about Y, ask X where Y is */
static void
frame_talk (SgCommand *command,
            SgClause   clause,
            guint      at)
{
  static const char *const about[] = {
    "about", "for", "if", "whether", "what", "where", "who", "why", "how", "when", "regarding", "concerning",
    "that", "of", "to", "which", NULL
  };
  static const char *const openers[] = { "about", "of", "discuss", "for", "mention", NULL };
  guint split;

  if (at > clause.first && g_strv_contains (openers, clause.words[at - 1]))
    {
      command->topic = dup_noun (clause, at, clause.last);
      return;
    }

  while (at < clause.last && (g_str_equal (clause.words[at], "to") || g_str_equal (clause.words[at], "with")))
    at++;
  split = find_word (clause, at, about);
  if (split > at)
    set_objects (command, clause, at, split);
  if (split >= clause.last)
    return;

  command->preposition = g_strdup (clause.words[split]);
  if (g_str_equal (clause.words[split], "about") || g_str_equal (clause.words[split], "for")
      || g_str_equal (clause.words[split], "of") || g_str_equal (clause.words[split], "regarding")
      || g_str_equal (clause.words[split], "concerning"))
    split++;
  command->topic = dup_noun (clause, split, clause.last);
}

/* say X to Y; whether Y is somebody is found out later */
static void
frame_say (SgCommand *command,
           SgClause   clause,
           guint      at)
{
  static const char *const to[] = { "to", NULL };
  guint split;

  command->speech = sg_words_join (clause.words, at, clause.last);
  if (command->speech[0] == '\0')
    {
      g_clear_pointer (&command->speech, g_free);
      return;
    }

  if (at > clause.first && g_str_equal (clause.words[at - 1], "to"))
    {
      set_objects (command, clause, at, clause.last);
      return;
    }

  split = clause.last;
  for (guint i = find_word (clause, at, to); i < clause.last; i = find_word (clause, i + 1, to))
    split = i;
  if (split < clause.last)
    set_objects (command, clause, split + 1, clause.last);
}

static void
frame_go (SgCommand *command,
          SgClause   clause,
          guint      at)
{
  static const char *const small[] = {
    "to", "toward", "towards", "into", "through", "across", "over", "by", "along", "for", "the", "a", "my", "way",
    "onto", "on", "via", "of", "from", "and", "straight", "direction", "away", NULL
  };

  while (at < clause.last && (g_strv_contains (small, clause.words[at]) || sg_word_is_filler (clause.words[at])
                              || sg_word_is_sign (clause.words[at])))
    at++;
  if (at >= clause.last)
    return;

  command->direction = g_strdup (sg_lexicon_find_direction (clause.words[at]));
  if (command->direction == NULL)
    {
      set_objects (command, clause, at, clause.last);
      return;
    }

  /* "go up the stairs", "go back to the kitchen" */
  at++;
  while (at < clause.last && g_strv_contains (small, clause.words[at]))
    at++;
  if (at < clause.last)
    set_objects (command, clause, at, clause.last);
}

static void
frame_general (SgCommand *command,
               SgClause   clause,
               guint      at)
{
  static const char *const splitting[] = {
    "with", "using", "on", "onto", "upon", "in", "into", "inside", "to", "at", "from", "under", "behind", "against",
    "through", "before", "around", "off", "for", NULL
  };
  guint split;

  while (at < clause.last && sg_lexicon_is_preposition (clause.words[at]))
    at++;
  split = find_word (clause, at + 1, splitting);
  if (at >= clause.last)
    return;

  set_objects (command, clause, at, MIN (split, clause.last));
  if (split >= clause.last)
    return;

  command->preposition = g_strdup (clause.words[split]);
  command->second = dup_noun (clause, split + 1, clause.last);
}

/* "pick the lamp up": the verb is in two parts. */
static const char *
join_particle (SgClause  *clause,
               guint      at,
               const char *verb)
{
  static const char *const particles[] = { "up", "down", "on", "off", "out", "away", "over", "open", "shut", NULL };
  const char *pair[3] = { clause->words[at], NULL, NULL };
  const char *joined;
  guint n_words;

  if (clause->last < at + 3 || !g_strv_contains (particles, clause->words[clause->last - 1]))
    return verb;

  pair[1] = clause->words[clause->last - 1];
  joined = sg_lexicon_find_verb (clause->own_verbs, pair, 0, &n_words);
  if (joined == NULL || n_words != 2)
    return verb;

  clause->last--;

  return joined;
}

static gboolean
is_one_of (const char *verb,
           const char *list)
{
  g_auto (GStrv) verbs = g_strsplit (list, " ", -1);

  return g_strv_contains ((const char * const *) verbs, verb);
}

static void
frame (SgCommand *command,
       SgClause   clause,
       guint      at)
{
  if (is_one_of (command->verb, "ask talk tell"))
    frame_talk (command, clause, at);
  else if (is_one_of (command->verb, "say shout"))
    frame_say (command, clause, at);
  else if (is_one_of (command->verb, "go enter leave"))
    frame_go (command, clause, at);
  else
    frame_general (command, clause, at);

  if (is_one_of (command->verb, "think interpret draw time")
      && command->topic == NULL)
    command->topic = sg_words_join (clause.words, clause.first, clause.last);
}

/* Questions of the player to the storyteller, and those to whoever is there. */
static SgCommand *
parse_question (SgClause clause,
                guint    at)
{
  static const char *const of_things[] = { "who is", "what is", "what are", "who are" };
  SgCommand *command;

  if (!g_strv_contains (wh_words, clause.words[at]))
    return NULL;

  if (match_lead (clause, at, "where is") > 0 || match_lead (clause, at, "where are") > 0)
    {
      command = command_new (clause, "where_is");
      set_objects (command, clause, at + 2, clause.last);
      return command;
    }

  for (guint i = 0; i < G_N_ELEMENTS (of_things); i++)
    {
      if (match_lead (clause, at, of_things[i]) > 0 && clause.last - at <= 6)
        {
          command = command_new (clause, "what_is");
          set_objects (command, clause, at + 2, clause.last);
          return command;
        }
    }

  command = command_new (clause, "say");
  command->speech = sg_words_join (clause.words, at, clause.last);

  return command;
}

/* A verb with a slip of the finger; only where a noun follows or nothing does, so that names are safe. */
static SgCommand *
parse_guess (SgClause clause,
             guint    at)
{
  const char *verb = sg_lexicon_guess_verb (clause.own_verbs, clause.words[at]);
  SgCommand *command;

  if (verb == NULL || is_one_of (verb, "say"))
    return NULL;

  command = command_new (clause, verb);
  command->guessed = TRUE;
  frame (command, clause, at + 1);

  return command;
}

static SgCommand *
parse_direction (SgClause clause,
                 guint    at)
{
  const char *direction = sg_lexicon_find_direction (clause.words[at]);
  SgCommand *command;

  if (direction == NULL || (clause.last - at > 3 && !g_str_equal (direction, "back")))
    return NULL;

  command = command_new (clause, "go");
  frame_go (command, clause, at);

  return command;
}

/* Where nothing is a verb: maybe a name, maybe an intention. */
static SgCommand *
parse_bare (SgClause clause,
            guint    at)
{
  SgCommand *command = command_new (clause, NULL);

  g_free (command->text);
  command->text = sg_words_join (clause.words, at, clause.last);
  set_objects (command, clause, at, clause.last);

  return command;
}

/**
 * sg_clause_parse:
 *
 * Returns: (transfer full) (nullable): what one clause wants; %NULL for one without words
 */
SgCommand *
sg_clause_parse (SgClause clause)
{
  guint at = sg_clause_skip_lead (clause);
  const char *verb;
  SgCommand *command;
  guint n_words;

  if (at >= clause.last)
    return NULL;

  verb = sg_lexicon_find_verb (clause.own_verbs, clause.words, at, &n_words);
  if (n_words < 2 && (command = parse_question (clause, at)) != NULL)
    return command;
  if (verb == NULL || (n_words == 1 && g_str_equal (verb, "inventory") && clause.last - at > 1))
    {
      command = parse_direction (clause, at);
      if (command == NULL)
        command = parse_guess (clause, at);
      return command != NULL ? command : parse_bare (clause, at);
    }

  if (n_words == 1)
    verb = join_particle (&clause, at, verb);
  clause.first = at;
  command = command_new (clause, verb);
  frame (command, clause, at + n_words);

  return command;
}
