/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An index of words.  The texts of a scenario are indexed as they stand in the file, all variants in all
 * languages, so that the index depends on the scenario alone; what is found is put into words when it is shown.
 * A word counts the more the fewer entries have it (the inverse document frequency of Spärck Jones, 1972), and as
 * a name three times as much as in a text.  Another form of a word, by a different end, counts a little less. */

#include "config.h"

#include "world/sg-lore.h"

#include <math.h>
#include <string.h>

#define WEIGHT_NAME 3.0
#define WEIGHT_TEXT 1.0
#define WEIGHT_FORM 0.7

/* From here on there are scripts without spaces between words: their words are cut into pairs of characters. */
#define FIRST_WITHOUT_SPACES 0x0e00

/* Two forms of a word have at least so much in common, and differ by an ending of at most so much. */
#define MIN_STEM 4
#define MAX_ENDING 3

typedef struct
{
  guint  entry;
  double weight;
} Posting;

struct _SgLore
{
  GPtrArray  *entries;

  /* word → GArray of Posting, by entry */
  GHashTable *words;
};

static void
entry_free (gpointer data)
{
  SgLoreEntry *entry = data;

  g_free (entry->id);
  g_free (entry->title);
  json_node_unref (entry->text);
  g_clear_pointer (&entry->condition, json_node_unref);
  g_free (entry);
}

/**
 * sg_lore_new:
 *
 * Returns: (transfer full): one without entries
 */
SgLore *
sg_lore_new (void)
{
  SgLore *self = g_new0 (SgLore, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);

  return self;
}

/**
 * sg_lore_free:
 * @self: (transfer full): lore
 */
void
sg_lore_free (SgLore *self)
{
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->words);
  g_free (self);
}

/**
 * sg_lore_get_n_entries:
 *
 * Returns: how many entries there are
 */
guint
sg_lore_get_n_entries (SgLore *self)
{
  return self->entries->len;
}

/* Adds a word of an entry; the weightiest place where the entry has it counts. */
static void
add_word (SgLore     *self,
          guint       entry,
          const char *word,
          double      weight)
{
  GArray *postings = g_hash_table_lookup (self->words, word);
  Posting *last;
  Posting added = { entry, weight };

  if (postings == NULL)
    {
      postings = g_array_new (FALSE, FALSE, sizeof (Posting));
      g_hash_table_insert (self->words, g_strdup (word), postings);
    }

  last = postings->len > 0 ? &g_array_index (postings, Posting, postings->len - 1) : NULL;
  if (last != NULL && last->entry == entry)
    last->weight = MAX (last->weight, weight);
  else
    g_array_append_val (postings, added);
}

typedef void (*WordFunc) (const char *word,
                          gpointer    data);

static void
cut_pairs (const char *word,
           WordFunc    func,
           gpointer    data)
{
  const char *next = g_utf8_next_char (word);

  if (*next == '\0')
    func (word, data);

  for (; *next != '\0'; word = g_utf8_next_char (word), next = g_utf8_next_char (next))
    {
      g_autofree char *pair = g_strndup (word, g_utf8_next_char (next) - word);

      func (pair, data);
    }
}

static void
for_each_word (const char *text,
               WordFunc    func,
               gpointer    data)
{
  g_auto (GStrv) words = g_str_tokenize_and_fold (text, NULL, NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_utf8_get_char (words[i]) >= FIRST_WITHOUT_SPACES)
        cut_pairs (words[i], func, data);
      else
        func (words[i], data);
    }
}

typedef struct
{
  SgLore *self;
  guint   entry;
  double  weight;
} Adding;

static void
add_word_cb (const char *word,
             gpointer    data)
{
  Adding *adding = data;

  add_word (adding->self, adding->entry, word, adding->weight);
}

static void
count_word_cb (const char *word,
               gpointer    data)
{
  ++*(guint *) data;
}

/* The words of a text without what is in it for the storyteller alone: the conditions of `{?lamp.lit:…|…}`. */
static char *
strip_conditions (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (p[0] == '{' && p[1] == '?')
        {
          const char *colon = strchr (p, ':');

          if (colon == NULL)
            break;
          p = colon;
        }
      g_string_append_c (out, strchr ("{}|", *p) != NULL ? ' ' : *p);
    }

  return g_string_free (out, FALSE);
}

/* All strings of a text, whichever variant they are of; not those of conditions. */
static void
add_text (JsonNode *node,
          Adding   *adding)
{
  const char *string = sg_node_string (node);

  if (string != NULL)
    {
      g_autofree char *stripped = strip_conditions (string);

      for_each_word (stripped, add_word_cb, adding);
    }
  else if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        add_text (json_array_get_element (array, i), adding);
    }
  else if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &member))
        {
          if (!g_str_equal (name, "if") && name[0] != '#')
            add_text (member, adding);
        }
    }
}

/**
 * sg_lore_add:
 * @id: the entity, or the entity and a part of it
 * @kind: (transfer none): what kind of thing it is; a literal
 * @title: what it is about
 * @names: (nullable): further names, as words
 * @text: a text of a scenario, or a plain string
 * @condition: (nullable): where it does not hold, the player cannot know this yet
 *
 * Adds an entry.
 */
void
sg_lore_add (SgLore     *self,
             const char *id,
             const char *kind,
             const char *title,
             const char *names,
             JsonNode   *text,
             JsonNode   *condition)
{
  SgLoreEntry *entry = g_new0 (SgLoreEntry, 1);
  Adding adding = { self, self->entries->len, WEIGHT_NAME };
  guint n_words = 0;

  entry->id = g_strdup (id);
  entry->kind = kind;
  entry->title = g_strdup (title);
  entry->text = json_node_ref (text);
  entry->condition = condition != NULL ? json_node_ref (condition) : NULL;
  g_ptr_array_add (self->entries, entry);

  if (names != NULL)
    for_each_word (names, add_word_cb, &adding);

  /* Of a long title each word says less. */
  for_each_word (title, count_word_cb, &n_words);
  adding.weight = WEIGHT_NAME / sqrt (MAX (n_words, 1));
  for_each_word (title, add_word_cb, &adding);
  adding.weight = WEIGHT_TEXT;
  add_text (text, &adding);
}

/* Whether two words are forms of one: `flood` and `flooded`. */
static gboolean
is_form (const char *a,
         const char *b)
{
  gsize same = 0;
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);

  if (length_a > length_b + MAX_ENDING || length_b > length_a + MAX_ENDING)
    return FALSE;

  while (a[same] != '\0' && a[same] == b[same])
    same++;

  return same >= MIN_STEM && length_a - same <= MAX_ENDING && length_b - same <= MAX_ENDING
         && (same == MIN (length_a, length_b) || same >= MAX (length_a, length_b) - 2);
}

typedef struct
{
  SgLore *self;
  double *scores;
  double *best;
} Searching;

static void
score_postings (Searching *searching,
                GArray    *postings,
                double     factor)
{
  double rare = log (1.0 + (double) searching->self->entries->len / postings->len);

  for (guint i = 0; i < postings->len; i++)
    {
      const Posting *posting = &g_array_index (postings, Posting, i);

      searching->best[posting->entry] =
        MAX (searching->best[posting->entry], rare * posting->weight * factor);
    }
}

/* Of all forms of a word that an entry has, the best counts. */
static void
search_word_cb (const char *word,
                gpointer    data)
{
  Searching *searching = data;
  SgLore *self = searching->self;
  GHashTableIter iter;
  gpointer other, postings;

  memset (searching->best, 0, self->entries->len * sizeof (double));
  g_hash_table_iter_init (&iter, self->words);
  while (g_hash_table_iter_next (&iter, &other, &postings))
    {
      if (g_str_equal (other, word))
        score_postings (searching, postings, 1);
      else if (is_form (word, other))
        score_postings (searching, postings, WEIGHT_FORM);
    }

  for (guint i = 0; i < self->entries->len; i++)
    searching->scores[i] += searching->best[i];
}

static int
compare_hits (gconstpointer a,
              gconstpointer b)
{
  const SgLoreHit *first = a;
  const SgLoreHit *second = b;

  if (first->score != second->score)
    return first->score < second->score ? 1 : -1;

  return strcmp (first->entry->id, second->entry->id);
}

/**
 * sg_lore_search:
 * @words: words
 * @limit: how many are wanted at most
 *
 * Returns: (transfer full) (element-type SgLoreHit): the entries that have any of the words, the best first
 */
GArray *
sg_lore_search (SgLore     *self,
                const char *words,
                guint       limit)
{
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (SgLoreHit));
  guint n = self->entries->len;
  g_autofree double *scores = g_new0 (double, n + 1);
  g_autofree double *best = g_new0 (double, n + 1);
  Searching searching = { self, scores, best };

  for_each_word (words, search_word_cb, &searching);
  for (guint i = 0; i < n; i++)
    {
      SgLoreHit hit = { g_ptr_array_index (self->entries, i), scores[i] };

      if (scores[i] > 0)
        g_array_append_val (hits, hit);
    }

  g_array_sort (hits, compare_hits);
  if (hits->len > limit)
    g_array_set_size (hits, limit);

  return hits;
}
