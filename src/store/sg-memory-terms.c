/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player types is never taken as query syntax: it is cut into words here, and each is quoted.
 * Words that nearly every sentence has are left out, since they would match all and say
 * nothing.  The index cuts text at spaces, so characters of scripts without them are set apart
 * when they are stored, and a run of them is looked for as a phrase of two at a time. */

#include "config.h"

#include "store/sg-memory-terms-private.h"

#include <stdlib.h>
#include <string.h>

/* More words than that narrow nothing. */
#define MAX_TERMS 32

/* In the order of g_ascii_strcasecmp(). */
static const char *const common[] = {
  "a", "about", "after", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
  "can", "could", "did", "do", "does", "for", "from", "get", "go", "had", "has", "have", "he", "her",
  "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "my", "no", "not",
  "now", "of", "on", "or", "our", "out", "she", "so", "some", "that", "the", "their", "them", "then",
  "there", "they", "this", "to", "up", "us", "was", "we", "were", "what", "when", "where", "which", "who",
  "why", "will", "with", "would", "you", "your",
};

static int
compare_with_common (gconstpointer word,
                     gconstpointer entry)
{
  return g_ascii_strcasecmp (word, *(const char *const *) entry);
}

static gboolean
is_common (const char *word)
{
  return bsearch (word, common, G_N_ELEMENTS (common), sizeof common[0], compare_with_common) != NULL;
}

static gboolean
has_no_spaces (gunichar character)
{
  switch (g_unichar_get_script (character))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;

    default:
      return FALSE;
    }
}

char *
sg_memory_terms_cut (const char *text)
{
  g_autoptr (GString) cut = NULL;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);
      gboolean apart = character >= 0x0e00 && has_no_spaces (character);

      if (apart && cut == NULL)
        cut = g_string_new_len (text, p - text);

      if (cut == NULL)
        continue;

      if (apart)
        g_string_append_c (cut, ' ');
      g_string_append_unichar (cut, character);
      if (apart)
        g_string_append_c (cut, ' ');
    }

  return cut != NULL ? g_string_free (g_steal_pointer (&cut), FALSE) : NULL;
}

static gboolean
is_part_of_word (gunichar character)
{
  return g_unichar_isalnum (character) || g_unichar_ismark (character);
}

/* (element-type utf8): the words of @text; of a script without spaces, overlapping pairs. */
static GPtrArray *
split (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  const char *p = text;

  while (*p != '\0')
    {
      const char *begin = p;
      gunichar character = g_utf8_get_char (p);

      if (!is_part_of_word (character))
        {
          p = g_utf8_next_char (p);
          continue;
        }

      if (has_no_spaces (character))
        {
          const char *next = g_utf8_next_char (p);
          gunichar second = g_utf8_get_char (next);

          if (second != 0 && is_part_of_word (second) && has_no_spaces (second))
            g_ptr_array_add (words, g_strdup_printf ("%.*s %.*s", (int) (next - begin), begin,
                                                     (int) (g_utf8_next_char (next) - next), next));
          else if (begin == text || !has_no_spaces (g_utf8_get_char (g_utf8_prev_char (begin))))
            g_ptr_array_add (words, g_strndup (begin, next - begin));

          p = next;
          continue;
        }

      while (*p != '\0' && is_part_of_word (g_utf8_get_char (p)) &&
             !has_no_spaces (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);

      g_ptr_array_add (words, g_strndup (begin, p - begin));
    }

  return words;
}

char *
sg_memory_terms_query (gint64      story,
                       const char *words)
{
  g_autofree char *valid = g_utf8_make_valid (words, -1);
  g_autoptr (GPtrArray) terms = split (valid);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) query = g_string_new (NULL);

  g_string_append_printf (query, "story : \"%" G_GINT64_FORMAT "\" AND {text keywords} : (", story);

  for (guint i = 0; i < terms->len && g_hash_table_size (seen) < MAX_TERMS; i++)
    {
      char *term = g_ptr_array_index (terms, i);

      if (is_common (term) || !g_hash_table_add (seen, term))
        continue;

      g_string_append_printf (query, "%s\"%s\"", g_hash_table_size (seen) > 1 ? " OR " : "", term);
    }

  if (g_hash_table_size (seen) == 0)
    return NULL;

  g_string_append_c (query, ')');

  return g_string_free (g_steal_pointer (&query), FALSE);
}
