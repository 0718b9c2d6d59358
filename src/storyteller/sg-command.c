/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a line of typing to what the player wants.  The line falls into clauses
 * ("take the lamp and go north"); each clause has a verb and a frame that depends on
 * it.  Nothing here knows the world: whether "lamp" is a lamp that is here is settled
 * by the resolver.
 */

#include "config.h"

#include "storyteller/sg-command-private.h"

#include <string.h>

#include "storyteller/sg-lexicon.h"
#include "storyteller/sg-words.h"

/* More than this in one line is not one turn. */
#define MAX_CLAUSES 6

void
sg_command_free (SgCommand *self)
{
  if (self == NULL)
    return;

  g_free (self->verb);
  g_free (self->text);
  g_strfreev (self->objects);
  g_free (self->preposition);
  g_free (self->second);
  g_free (self->direction);
  g_free (self->topic);
  g_free (self->speech);
  g_free (self);
}

const char *
sg_command_get_object (SgCommand *self)
{
  return self->objects != NULL ? self->objects[0] : NULL;
}

static SgCommand *
speech_new (const char *speech,
            const char *addressee)
{
  SgCommand *command = g_new0 (SgCommand, 1);

  command->verb = g_strdup ("say");
  command->speech = g_strdup (speech);
  command->text = g_strdup (speech);
  if (addressee != NULL)
    {
      command->objects = g_new0 (char *, 2);
      command->objects[0] = g_strdup (addressee);
    }

  return command;
}

/* Whether a new clause begins at @at: after the small words there is a verb, or what can only be one, as in
 * "and juggle the onions". */
static gboolean
begins_clause (SgClause clause,
               guint    at)
{
  guint n_words;

  clause.first = at;
  at = sg_clause_skip_lead (clause);
  if (at >= clause.last || clause.words[at] == NULL || sg_word_is_sign (clause.words[at]))
    return FALSE;
  if (at + 2 < clause.last && !sg_word_is_article (clause.words[at]) && sg_word_is_article (clause.words[at + 1]))
    return TRUE;

  return sg_lexicon_find_verb (clause.own_verbs, clause.words, at, &n_words) != NULL
         || sg_lexicon_find_direction (clause.words[at]) != NULL;
}

static gboolean
is_joint (const char *word)
{
  return g_str_equal (word, "and") || g_str_equal (word, "then") || g_str_equal (word, ",")
         || g_str_equal (word, "before") || g_str_equal (word, "while");
}

static gboolean
is_full_stop (const char *word)
{
  return g_str_equal (word, ".") || g_str_equal (word, ";") || g_str_equal (word, "!") || g_str_equal (word, "?");
}

/* The end of the clause that begins at @first. */
static guint
find_clause_end (SgClause clause)
{
  for (guint i = clause.first; i < clause.last; i++)
    {
      guint next = i;

      if (is_full_stop (clause.words[i]))
        return i;

      while (next < clause.last && is_joint (clause.words[next]))
        next++;
      if (next > i && i > clause.first && begins_clause (clause, next))
        return i;
    }

  return clause.last;
}

static gboolean
is_speech (const SgCommand *command)
{
  return g_strcmp0 (command->verb, "say") == 0 || g_strcmp0 (command->verb, "tell") == 0
         || g_strcmp0 (command->verb, "write") == 0 || g_strcmp0 (command->verb, "shout") == 0;
}

static void
parse_clauses (GPtrArray *commands,
               SgClause   line)
{
  while (line.first < line.last && commands->len < MAX_CLAUSES)
    {
      SgClause clause = line;
      SgCommand *command;

      while (line.first < line.last && (is_joint (line.words[line.first]) || is_full_stop (line.words[line.first])))
        line.first++;
      if (line.first >= line.last)
        return;

      clause.first = line.first;
      clause.last = find_clause_end (line);
      command = sg_clause_parse (clause);

      /* What is said is said to the end, verbs and all. */
      if (command != NULL && is_speech (command) && command->speech != NULL)
        {
          sg_command_free (command);
          clause.last = line.last;
          command = sg_clause_parse (clause);
        }
      if (command != NULL)
        g_ptr_array_add (commands, command);
      line.first = clause.last;
    }
}

/* The first quoted part; what stands around it goes to @rest. */
static char *
take_quoted (const char  *input,
             char       **rest)
{
  static const char *const opening[] = { "\"", "“", "„", "«", "»" };
  static const char *const closing[] = { "\"", "”", "“", "»", "«" };
  const char *start = NULL;
  const char *end = NULL;
  gsize length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (opening) && end == NULL; i++)
    {
      start = strstr (input, opening[i]);
      length = strlen (opening[i]);
      end = start != NULL ? strstr (start + length, closing[i]) : NULL;
      if (end != NULL)
        {
          g_autofree char *before = g_strndup (input, start - input);

          *rest = g_strconcat (before, " ", end + strlen (closing[i]), NULL);
          return g_strndup (start + length, end - start - length);
        }
    }

  return NULL;
}

static gboolean
is_saying (const SgCommand *command)
{
  static const char *const verbs[] = { "say", "ask", "tell", "talk", "shout", "greet", NULL };

  return command->verb != NULL && g_strv_contains (verbs, command->verb);
}

/* `say "hello" to Mira`, `"Hello", I say`: the words are said to whom the rest names. */
static gboolean
parse_quoted (GPtrArray  *commands,
              const char *input,
              JsonObject *own_verbs)
{
  g_autofree char *rest = NULL;
  g_autofree char *speech = take_quoted (input, &rest);
  g_auto (GStrv) words = NULL;
  char *addressee = NULL;
  SgCommand *last;

  if (speech == NULL)
    return FALSE;

  words = sg_words_split (rest);
  parse_clauses (commands, (SgClause) { (const char * const *) words, 0, g_strv_length (words), own_verbs });
  last = commands->len > 0 ? g_ptr_array_index (commands, commands->len - 1) : NULL;
  if (last != NULL && is_saying (last))
    {
      if (last->objects != NULL && last->objects[0] != NULL)
        addressee = g_strdup (last->objects[0]);
      else if (last->speech != NULL && g_str_has_prefix (last->speech, "to "))
        addressee = g_strdup (last->speech + 3);
      g_ptr_array_set_size (commands, commands->len - 1);
    }
  else if (last != NULL && last->verb == NULL)
    {
      g_ptr_array_set_size (commands, commands->len - 1);
    }

  g_ptr_array_add (commands, speech_new (speech, addressee));
  g_free (addressee);

  return TRUE;
}

/* "Mira, where is the key?" */
static gboolean
parse_vocative (GPtrArray          *commands,
                const char         *input,
                const char * const *words,
                SgNamesPersonFunc   names_person,
                gpointer            user_data)
{
  g_autofree char *name = NULL;
  g_autofree char *speech = NULL;
  const char *comma;
  guint at = 0;

  while (words[at] != NULL && !g_str_equal (words[at], ",") && at < 5)
    at++;
  comma = strchr (input, ',');
  if (at == 0 || words[at] == NULL || !g_str_equal (words[at], ",") || comma == NULL || names_person == NULL)
    return FALSE;

  name = sg_words_join (words, 0, at);
  if (!names_person (name, user_data))
    return FALSE;

  speech = g_strstrip (g_strdup (comma + 1));
  g_ptr_array_add (commands, speech_new (speech, name));

  return TRUE;
}

/**
 * sg_command_parse:
 * @input: what the player typed
 * @mode: `do`, `say`, `story` or `continue`
 * @own_verbs: (nullable): the verbs of the scenario
 * @names_person: (nullable): tells whether words name somebody
 * @user_data: for @names_person
 *
 * Returns: (transfer full) (element-type SgCommand): what the player wants, in order
 */
GPtrArray *
sg_command_parse (const char        *input,
                  const char        *mode,
                  JsonObject        *own_verbs,
                  SgNamesPersonFunc  names_person,
                  gpointer           user_data)
{
  GPtrArray *commands = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_command_free);
  g_autofree char *trimmed = g_strstrip (g_utf8_make_valid (input, -1));
  g_auto (GStrv) words = sg_words_split (trimmed);

  if (parse_vocative (commands, trimmed, (const char * const *) words, names_person, user_data))
    return commands;

  if (g_strcmp0 (mode, "say") == 0)
    {
      if (trimmed[0] != '\0')
        g_ptr_array_add (commands, speech_new (trimmed, NULL));
      return commands;
    }

  if (!parse_quoted (commands, trimmed, own_verbs))
    parse_clauses (commands, (SgClause) { (const char * const *) words, 0, g_strv_length (words), own_verbs });

  return commands;
}
